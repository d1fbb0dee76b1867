// expect: an after_request function takes the response
#include "microflask.hpp"

using namespace microflask;

int main() {
    Flask app;
    app.after_request([] {});
}
