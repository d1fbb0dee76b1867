// One of two files that include the header (this one twice) and register routes on one application.
#include "microflask.hpp"
#include "microflask.hpp"

#include <cstdio>

void register_others(microflask::Flask& app);

int main() {
    microflask::Flask app;
    app.route("/one")([] { return "one"; });
    register_others(app);

    auto client = app.test_client();
    const bool one = client.get("/one").text() == "one";
    const bool two = client.get("/two").text() == "two";
    const bool none = client.get("/three").status_code() == 404;
    std::printf("/one %d, /two %d, /three %d\n", one, two, none);
    return one && two && none ? 0 : 1;
}
