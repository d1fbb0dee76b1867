// expect: methods are a list, also where there is one
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.route("/", {.methods = "GET"}, [] { return "x"; });
}
