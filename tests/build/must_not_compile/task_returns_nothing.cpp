// expect: a view returns text, Markup, Json, Response
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    Flask app;
    app.get("/", []() -> Task<void> { co_return; });
}
