// expect: runtime_rule(text)
#include "routing/checked_rule.hpp"

#include <string>

using namespace microflask;

template <class View>
void route(CheckedRule<View>, View&&) {}

int main() {
    const std::string rule = "/";
    route(rule, [] { return "x"; });
}
