// expect: the_view_has_more_parameters_than_the_rule_has_variables
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<int:id>", [](int, int) { return "x"; });
}
