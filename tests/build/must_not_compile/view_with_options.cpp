// expect: the_rule_has_more_variables_than_the_view_has_parameters
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.route("/<int:a>/<int:b>", {.methods = {"POST"}}, [](int) { return "x"; });
}
