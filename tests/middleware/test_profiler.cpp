#include "middleware/profiler.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"

using namespace microflask;

TEST_CASE("each request is timed and reported", "[middleware]") {
    Flask app;
    app.get("/slow", [] { return "done"; });
    std::string report;
    app.wsgi_app = ProfilerMiddleware(app.wsgi_app, [&report](const ProfilerRecord& record) {
        report = std::string(record.method) + " " + std::string(record.path) + " " +
                 std::string(record.status) + (record.seconds >= 0 ? " timed" : "");
    });

    auto client = app.test_client();
    auto response = client.get("/slow");

    CHECK(response.text() == "done");
    CHECK(response.headers()["Server-Timing"].substr(0, 8) == "app;dur=");
    CHECK(report == "GET /slow 200 OK timed");
}
