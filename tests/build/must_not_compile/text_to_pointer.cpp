// expect: must_be_std_string_or_std_string_view
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    route("/user/<path:name>", [](const char*) { return "x"; });
}
