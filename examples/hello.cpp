// The hello of Flask: g++ -std=c++20 -O2 -pthread -I. examples/hello.cpp -o hello && ./hello
#include "microflask.hpp"
using namespace microflask;

int main(int argc, char** argv) {
    Flask app;

    app.route("/")([] { return "Hello, World!"; });

    return app.run(argc, argv);
}
