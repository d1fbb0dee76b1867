// expect: the_rule_uses_a_variable_twice
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/<a>/<a>", [](std::string, std::string) { return "x"; });
}
