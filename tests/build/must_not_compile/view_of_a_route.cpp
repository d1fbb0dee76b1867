// expect: must_be_an_integer_for_the_converter_int
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.get("/user/<int:id>", [](std::string) { return "x"; });
}
