// A Flask application of many routes: as many as asked for, half of them with a variable.
// Usage: routes port count    serves /section<i>/page and /section<i>/item/<int>
#include "microflask.hpp"

#include <cstdlib>
#include <string>

using namespace microflask;

Flask app(__FILE__);

int main(int argc, char** argv) {
    const int count = argc > 2 ? std::atoi(argv[2]) : 10;
    for (int i = 0; i < count; i += 2) {
        const std::string section = "/section" + std::to_string(i / 2);
        const std::string name = "section" + std::to_string(i / 2);
        app.get(runtime_rule(section + "/page"), {.endpoint = name + "_page"},
                [] { return "a page"; });
        app.get(runtime_rule(section + "/item/<int:id>"), {.endpoint = name + "_item"},
                [](int id) { return "item " + std::to_string(id); });
    }

    RunSimpleOptions options;
    options.loops = 1;
    options.threaded = true;
    options.access_log = AccessLogFormat::none;
    return run_simple("127.0.0.1", argc > 1 ? std::atoi(argv[1]) : 5000, app, options);
}
