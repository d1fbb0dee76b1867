// The same application behind a web server, by whichever protocol it speaks:
//
//   ./gateways fastcgi 9000     nginx: fastcgi_pass 127.0.0.1:9000; include fastcgi_params;
//   ./gateways scgi 9000        nginx: scgi_pass 127.0.0.1:9000;    include scgi_params;
//   ./gateways uwsgi 9000       nginx: uwsgi_pass 127.0.0.1:9000;   include uwsgi_params;
//   ./gateways                  one request by CGI, or with a port alone: HTTP
#include "microflask.hpp"

#include <cstdlib>
#include <string_view>

using namespace microflask;

int main(int argc, char** argv) {
    Flask app;
    app.get("/hello/<name>", [](std::string name) { return "Hello " + escape(name); });
    app.post("/echo", [] { return std::string(request->get_data()); });
    app.get("/where", [] {
        return Json{
            {"path", request->path()}, {"url", request->url()}, {"root", request->root_path()}};
    });

    const std::string_view protocol = argc > 2 ? argv[1] : argc > 1 ? "http" : "cgi";
    const int port = argc > 1 ? std::atoi(argv[argc - 1]) : 0;
    if (protocol == "fastcgi") {
        FastCGIServer("127.0.0.1", port, app).run();
    } else if (protocol == "scgi") {
        SCGIServer("127.0.0.1", port, app).run();
    } else if (protocol == "uwsgi") {
        UWSGIServer("127.0.0.1", port, app).run();
    } else if (protocol == "http") {
        return run_simple("127.0.0.1", port, app);
    } else {
        CGIHandler().run(app);
    }
}
