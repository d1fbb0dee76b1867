// expect: must_be_a_value_or_a_const_reference
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<name>", [](std::string&) { return "x"; });
}
