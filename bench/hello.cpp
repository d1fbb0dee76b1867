// A real Flask application: contexts, routing, converters and JSON in place.
// Usage: hello port [loops]    with loops 0 or none: one loop
#include "microflask.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

using namespace microflask;

Flask app(__FILE__);

int main(int argc, char** argv) {
    app.get("/", [] { return "Hello, World!"; });
    app.get("/user/<int:id>", [](int id) { return "user " + std::to_string(id); });
    app.get("/json", [] { return Json{{"message", "Hello, World!"}}; });
    app.get("/sleep", [] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return "slept";
    });

    RunSimpleOptions options;
    options.loops = argc > 2 ? std::atoi(argv[2]) : 0;
    if (options.loops == 0) options.loops = 1;
    options.threaded = true;
    options.access_log = AccessLogFormat::none;
    options.limits.connections = 50000;
    return run_simple("127.0.0.1", argc > 1 ? std::atoi(argv[1]) : 5000, app, options);
}
