#include "middleware/proxy_fix.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"

using namespace microflask;

namespace {

struct Seen {
    std::string remote_addr, url_root, root_path;
};

/// What an application behind the proxies sees of a request with these fields.
Seen seen_behind(const ProxyFixOptions& options, const Headers& headers,
                 const std::string& base_url = "http://spam/") {
    Flask app;
    Seen seen;
    app.get("/", [&seen] {
        seen = {std::string(request->remote_addr().value_or("")), request->url_root(),
                std::string(request->root_path())};
        return "";
    });
    app.wsgi_app = ProxyFix(app.wsgi_app, options);
    auto client = app.test_client();
    REQUIRE(client.get("/", {.headers = headers, .base_url = base_url}).status_code() == 200);
    return seen;
}

}  // namespace

TEST_CASE("as many values of X-Forwarded-For are believed as there are proxies", "[middleware]") {
    CHECK(seen_behind({}, {}).remote_addr == "127.0.0.1");
    CHECK(seen_behind({}, {{"X-Forwarded-For", "192.168.0.1"}}).remote_addr == "192.168.0.1");
    CHECK(seen_behind({}, {{"X-Forwarded-For", "1.1.1.1, 192.168.0.1"}}).remote_addr ==
          "192.168.0.1");
    CHECK(seen_behind({.x_for = 2}, {{"X-Forwarded-For", "192.168.0.1, 10.0.0.2"}}).remote_addr ==
          "192.168.0.1");
    CHECK(seen_behind({.x_for = 2}, {{"X-Forwarded-For", "192.168.0.1"}}).remote_addr ==
          "127.0.0.1");
    CHECK(seen_behind({.x_for = 0}, {{"X-Forwarded-For", "192.168.0.1"}}).remote_addr ==
          "127.0.0.1");
    CHECK(seen_behind({}, {{"X-Forwarded-For", ""}}).remote_addr == "127.0.0.1");
    CHECK(seen_behind({}, {{"X-Forwarded-For", "9.9.9.9"}, {"X-Forwarded-For", "192.168.0.1"}})
              .remote_addr == "192.168.0.1");
}

TEST_CASE("scheme, host, port and prefix come from the proxy where it is trusted", "[middleware]") {
    const Headers all{{"X-Forwarded-For", "192.168.0.1"},
                      {"X-Forwarded-Proto", "https"},
                      {"X-Forwarded-Host", "example.com"},
                      {"X-Forwarded-Port", "8443"},
                      {"X-Forwarded-Prefix", "/beeg"}};

    CHECK(seen_behind({}, all).url_root == "https://spam/");
    CHECK(seen_behind({.x_host = 1}, all).url_root == "https://example.com/");
    CHECK(seen_behind({.x_host = 1, .x_port = 1}, all).url_root == "https://example.com:8443/");
    const Seen seen = seen_behind({.x_host = 1, .x_port = 1, .x_prefix = 1}, all);
    CHECK(seen.url_root == "https://example.com:8443/beeg/");
    CHECK(seen.root_path == "/beeg");
}

TEST_CASE("a forwarded host may carry a port, and may be an IPv6 address", "[middleware]") {
    const auto root = [](std::string_view host, std::string_view port = {}) {
        Headers headers{{"X-Forwarded-Host", host}};
        if (!port.empty()) headers.set("X-Forwarded-Port", port);
        return seen_behind({.x_proto = 0, .x_host = 1, .x_port = 1}, headers).url_root;
    };
    CHECK(root("eggs") == "http://eggs/");
    CHECK(root("eggs:8080") == "http://eggs:8080/");
    CHECK(root("eggs:8080", "8443") == "http://eggs:8443/");
    CHECK(root("[2001:db8::a]") == "http://[2001:db8::a]/");
    CHECK(root("[2001:db8::a]:8080") == "http://[2001:db8::a]:8080/");
    CHECK(root("[2001:db8::a]", "8080") == "http://[2001:db8::a]:8080/");
    CHECK(
        seen_behind({.x_port = 1}, {{"X-Forwarded-Port", "8080"}}, "http://spam:9000/").url_root ==
        "http://spam:8080/");
}

TEST_CASE("what a proxy replaced is kept", "[middleware]") {
    std::string original, untouched;
    const auto application = [&](Environ& environ, StartResponse start_response) -> Body {
        original = environ["werkzeug.proxy_fix.orig.REMOTE_ADDR"];
        untouched = environ["werkzeug.proxy_fix.orig.SERVER_NAME"];
        start_response("200 OK", {});
        return "";
    };
    Client client{ProxyFix(application)};
    client.get("/", {.headers = {{"X-Forwarded-For", "192.168.0.1"}},
                     .environ_overrides = {{"REMOTE_ADDR", "127.0.0.1"}}});
    CHECK(original == "127.0.0.1");
    CHECK(untouched.empty());
}
