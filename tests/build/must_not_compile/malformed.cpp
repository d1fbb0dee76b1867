// expect: the_rule_is_malformed
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<int:id", [](int) { return "x"; });
}
