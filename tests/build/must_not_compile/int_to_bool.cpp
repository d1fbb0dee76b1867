// expect: must_be_an_integer_for_the_converter_int
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<int:id>", [](bool) { return "x"; });
}
