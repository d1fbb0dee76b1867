// expect: takes one argument for each parameter
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    auto user = app.get("/user/<name>", [](std::string name) { return name; });
    static_cast<void>(url_for(user));
}
