// expect: the_rule_must_begin_with_a_slash
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("user", [] { return "x"; });
}
