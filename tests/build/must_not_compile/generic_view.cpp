// expect: the_view_cannot_be_called_with_the_variables_of_the_rule
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/<a>/<b>", [](auto) { return "x"; });
}
