// expect: the_view_has_more_parameters_than_the_rule_has_variables
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

namespace views {

std::string two_numbers(int, int) {
    return "x";
}

}  // namespace views

int main() {
    Flask app;
    app.route<views::two_numbers>("/<int:a>");
}
