// Werkzeug's hello: an application made of a function from a request to a response, served on port 4000.
#include "microflask.hpp"
using namespace microflask;

int main(int argc, char** argv) {
    auto application = Request::application([](Request&) { return Response("Hello World!"); });

    const int port = argc > 1 ? std::atoi(argv[1]) : 4000;
    return run_simple("localhost", port, application);
}
