// expect: must_be_std_string_or_std_string_view
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Blueprint part("part");
    part.route("/user/<name>", [](int) { return "x"; });
}
