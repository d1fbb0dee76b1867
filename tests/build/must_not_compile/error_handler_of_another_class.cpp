// expect: an error handler takes the exception it is for
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.errorhandler<std::runtime_error>([](const std::string&) { return "x"; });
}
