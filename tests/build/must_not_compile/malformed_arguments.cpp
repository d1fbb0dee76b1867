// expect: the_rule_has_malformed_converter_arguments
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<int(min=0;max=5):id>", [](int) { return "x"; });
}
