// expect: a before_request function takes no parameters
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.before_request([](int) {});
}
