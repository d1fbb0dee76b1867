// expect: a view returns text, Markup, Json, Response
#include "microflask.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

int main() {
    struct Stranger {};
    Flask app;
    app.get("/", [] { return Stranger(); });
}
