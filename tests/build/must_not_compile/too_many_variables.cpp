// expect: the_rule_has_more_variables_than_the_view_has_parameters
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<int:id>/<name>", [](int) { return "x"; });
}
