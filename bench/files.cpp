// A Flask application that serves the files of a folder below /static.
// Usage: files port folder
#include "microflask.hpp"

#include <cstdlib>

using namespace microflask;

int main(int argc, char** argv) {
    FlaskOptions settings;
    settings.static_folder = argc > 2 ? argv[2] : ".";
    Flask app(settings, __FILE__);

    RunSimpleOptions options;
    options.loops = 1;
    options.threaded = true;
    options.access_log = AccessLogFormat::none;
    return run_simple("127.0.0.1", argc > 1 ? std::atoi(argv[1]) : 5000, app, options);
}
