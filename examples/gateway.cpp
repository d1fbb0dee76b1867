// wsgiref's hello: a bare application (environ, start_response) on a server of its own, on port 8000.
#include "microflask.hpp"
#include <cstdio>
using namespace microflask;

Body runserver(Environ& environ, StartResponse start_response) {
    start_response("200 OK", {{"Content-Type", "text/html"}});
    const std::string_view name = environ["PATH_INFO"].substr(1);
    return "<h1>Hello, " + std::string(escape(name.empty() ? "web" : name)) + "!</h1>";
}

int main(int argc, char** argv) {
    const int port = argc > 1 ? std::atoi(argv[1]) : 8000;
    auto httpd = make_server("127.0.0.1", port, runserver);
    std::printf("Serving HTTP on port %d...\n", httpd->port());
    std::fflush(stdout);
    httpd->serve_forever();
}
