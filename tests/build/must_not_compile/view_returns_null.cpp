// expect: a view must return something
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.get("/", [] { return nullptr; });
}
