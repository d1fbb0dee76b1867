// The other of two files that include the header and register routes on one application.
#include "microflask.hpp"

void register_others(microflask::Flask& app);

void register_others(microflask::Flask& app) {
    app.route("/two")([] { return std::string("two"); });
}
