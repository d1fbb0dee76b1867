// What Flask's test_basic says of hosts and subdomains.
#include "flask/app.hpp"

#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <utility>

using namespace microflask;

namespace {

FlaskOptions matching_options(bool subdomains, bool hosts) {
    FlaskOptions options;
    options.static_folder = std::nullopt;
    options.subdomain_matching = subdomains;
    options.host_matching = hosts;
    return options;
}

std::string at(Flask& app, const std::string& url) {
    const auto response = app.test_client().get("/", {.base_url = url});
    return response.status_code() == 200 ? response.text() : std::to_string(response.status_code());
}

}  // namespace

TEST_CASE("SERVER_NAME alone selects no rule; subdomain and host matching do", "[flask][hosts]") {
    struct Case {
        bool subdomains;
        bool hosts;
        std::string expected;
    };
    for (const Case& one :
         {Case{false, false, "default default default"}, Case{true, false, "default abc default"},
          Case{false, true, "default abc default"}}) {
        CAPTURE(one.subdomains, one.hosts);
        Flask app(matching_options(one.subdomains, one.hosts));
        app.config["SERVER_NAME"] = "example.test";
        const auto index = [](std::string name) { return name; };
        if (one.hosts) {
            app.route("/",
                      {.endpoint = "any", .host = "<_>"})([](std::string) { return "default"; });
            app.route("/", {.endpoint = "index", .host = "<name>.example.test"})(index);
        } else {
            app.route("/", {.endpoint = "any", .defaults = {{"name", "default"}}})(index);
            if (one.subdomains) app.route("/", {.endpoint = "index", .subdomain = "<name>"})(index);
        }
        CHECK(at(app, "http://example.test") + " " + at(app, "http://abc.example.test") + " " +
                  at(app, "http://xyz.other.test") ==
              one.expected);
    }
}

TEST_CASE("subdomains are matched below SERVER_NAME, whatever the scheme's port",
          "[flask][hosts]") {
    Flask app(matching_options(true, false));
    app.get("/", {.endpoint = "index"}, [] { return "default"; });
    app.get("/", {.endpoint = "foo", .subdomain = "foo"}, [] { return "subdomain"; });

    app.config["SERVER_NAME"] = "dev.local:5000";
    CHECK(at(app, "http://dev.local:5000") == "default");
    CHECK(at(app, "https://dev.local:5000") == "default");
    CHECK(at(app, "https://foo.dev.local:5000") == "subdomain");
    app.config["SERVER_NAME"] = "dev.local:443";
    CHECK(at(app, "https://dev.local") == "default");
    app.config["SERVER_NAME"] = "dev.local";
    CHECK(at(app, "https://foo.dev.local") == "subdomain");
    CHECK(at(app, "http://foo.localhost") == "default");
    CHECK(at(app, "http://127.0.0.1:3000") == "default");
}

TEST_CASE("a rule has a subdomain of its own", "[flask][hosts]") {
    Flask app(matching_options(true, false));
    app.config["SERVER_NAME"] = "localhost.localdomain";
    app.get("/", {.endpoint = "normal"}, [] { return "normal index"; });
    app.get("/", {.endpoint = "test", .subdomain = "test"}, [] { return "test index"; });
    CHECK(at(app, "http://localhost.localdomain") == "normal index");
    CHECK(at(app, "http://test.localhost.localdomain") == "test index");
}

TEST_CASE("a subdomain may be a variable", "[flask][hosts]") {
    const std::string port = GENERATE("", ":3000");
    Flask app(matching_options(true, false));
    app.config["SERVER_NAME"] = "localhost.localdomain" + port;
    app.route("/", {.endpoint = "index", .subdomain = "<user>"})(
        [](std::string user) { return "index for " + user; });
    CHECK(at(app, "http://mitsuhiko.localhost.localdomain" + port) == "index for mitsuhiko");
}

TEST_CASE("other names reach the rules without a subdomain, other subdomains none",
          "[flask][hosts]") {
    const bool matching = GENERATE(false, true);
    CAPTURE(matching);
    Flask app(matching_options(matching, false));
    app.config["SERVER_NAME"] = "localhost.localdomain:3000";
    app.get("/", [] { return "index"; });
    CHECK(at(app, "http://127.0.0.1:3000") == "index");
    CHECK(at(app, "http://www.localhost.localdomain:3000") == (matching ? "404" : "index"));
}

TEST_CASE("URLs of other subdomains and hosts are absolute", "[flask][hosts]") {
    Flask app(matching_options(true, false));
    app.config["SERVER_NAME"] = "localhost.localdomain:5000";
    app.get("/", {.endpoint = "index"}, [] { return ""; });
    app.get("/", {.endpoint = "sub", .subdomain = "foo"}, [] { return ""; });
    const auto context = app.test_request_context("/");
    CHECK(url_for("index", {}, {.external = true}) == "http://localhost.localdomain:5000/");
    CHECK(url_for("sub", {}, {.external = true}) == "http://foo.localhost.localdomain:5000/");
    CHECK(url_for("sub") == "http://foo.localhost.localdomain:5000/");
}
