#include "wrappers/abort.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "wrappers/redirect.hpp"

#include <exception>
#include <string>

using namespace microflask;

TEST_CASE("a response is thrown, and an exception of one's own is answered", "[flask][errors]") {
    struct Foo : std::exception {
        int whatever = 42;
    };
    Flask app;
    app.errorhandler<Foo>([](const Foo& error) { return std::to_string(error.whatever); });
    app.get("/", {.endpoint = "index"}, []() -> std::string { abort(redirect(url_for("test"))); });
    app.get("/test", []() -> std::string { throw Foo(); });
    auto client = app.test_client();
    const auto response = client.get("/");
    CHECK(response.status_code() == 302);
    CHECK(response.location() == "/test");
    CHECK(client.get("/test").text() == "42");
}
