// expect: must_be_double_for_the_converter_float
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/at/<float:x>/<float:y>", [](double, int) { return "x"; });
}
