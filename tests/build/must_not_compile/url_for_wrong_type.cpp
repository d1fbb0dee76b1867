// expect: does not fit the view's parameter
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    auto post = app.get("/post/<int:id>", [](int) { return "x"; });
    static_cast<void>(url_for(post, "five"));
}
