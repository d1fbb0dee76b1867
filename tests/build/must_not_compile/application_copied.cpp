// expect: Flask
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    Flask other = app;
}
