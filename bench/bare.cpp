// The server alone, with a bare application behind the gateway and no framework.
// Usage: bare port [loops]    with loops 0 or none: one loop, views one at a time
#include "microflask.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <thread>

static microflask::Body application(microflask::Environ& request,
                                    microflask::StartResponse start_response) {
    const std::string_view path = request.path_info();
    if (path == "/sleep") std::this_thread::sleep_for(std::chrono::milliseconds(200));
    start_response("200 OK", {{"Content-Type", "text/plain; charset=utf-8"}});
    return "Hello, World!";
}

int main(int argc, char** argv) {
    microflask::RunSimpleOptions options;
    options.loops = argc > 2 ? std::atoi(argv[2]) : 0;
    options.threaded = options.loops != 0;
    options.access_log = microflask::AccessLogFormat::none;
    options.limits.connections = 50000;
    return microflask::run_simple("127.0.0.1", argc > 1 ? std::atoi(argv[1]) : 5000, application,
                                  options);
}
