// Maps bound to requests: hosts, subdomains, schemes.
#include "routing/map.hpp"

#include "gateway/environ.hpp"
#include "http/exceptions.hpp"
#include "routing/matching.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using test::map_of_hosts;
using test::matched;
using test::redirect_of;

namespace {

/// Returns the map bound to a GET of that URL.
MapAdapter bound(const Map& map, std::string_view url,
                 std::optional<std::string> server_name = std::nullopt) {
    return map.bind_to_environ(create_environ(url)->environ(),
                               {.server_name = std::move(server_name)});
}

/// An environ that is no server's: anything with `get`.
struct LittleEnviron {
    std::optional<std::string_view> get(std::string_view key) const {
        if (key == "SERVER_NAME") return "127.0.0.1";
        if (key == "SERVER_PORT") return "5000";
        if (key == "wsgi.url_scheme") return "http";
        if (key == "PATH_INFO") return "/";
        if (key == "REQUEST_METHOD") return "POST";
        return std::nullopt;
    }
};

}  // namespace

TEST_CASE("a request gives path, query string, root, method and scheme", "[routing]") {
    const Map map({Rule("/foo", {.endpoint = "foo"}), Rule("/bar/", {.endpoint = "bar"}),
                   Rule("/post", {.methods = {"POST"}, .endpoint = "post"})});
    const MapAdapter urls = bound(map, "http://example.org/foo");
    CHECK(urls.match() == matched("foo"));
    CHECK(urls.match("/foo") == matched("foo"));
    CHECK(urls.match("/bar/") == matched("bar"));
    CHECK_THROWS_AS(urls.match("/bars"), NotFound);
    CHECK(urls.path_info() == "/foo");
    CHECK(urls.default_method() == "GET");

    CHECK(redirect_of(bound(map, "https://example.org:8443/bar?foo=b%20r")) ==
          "https://example.org:8443/bar/?foo=b%20r");
    const auto rooted = create_environ("/bar", {.base_url = "http://example.org/root"});
    CHECK(redirect_of(map.bind_to_environ(rooted->environ())) == "http://example.org/root/bar/");
    const auto posted = create_environ("/post", {.method = "POST"});
    CHECK(map.bind_to_environ(posted->environ()).match() == matched("post"));
}

TEST_CASE("paths beyond ASCII are matched as text", "[routing]") {
    const std::string horse = "/\xD0\xBB\xD0\xBE\xD1\x88\xD0\xB0\xD0\xB4\xD1\x8C";
    const Map map({Rule("/", {.endpoint = "index"}), Rule(horse, {.endpoint = "horse"}),
                   Rule("/x/<text>", {.endpoint = "text"})});
    const MapAdapter urls = bound(map, horse);
    CHECK(urls.match() == matched("horse"));
    CHECK(urls.match("/") == matched("index"));
    CHECK(urls.match(horse) == matched("horse"));
    CHECK_THROWS_AS(urls.match("/\xD0\xB1"), NotFound);
    CHECK(bound(map, "/x/%FFa").match() == matched("text", {{"text",
                                                             "\xEF\xBF\xBD"
                                                             "a"}}));
}

TEST_CASE("a request to upgrade is for the rules for WebSockets", "[routing]") {
    const Map map({Rule("/ws", {.endpoint = "ws", .websocket = true})});
    const std::string connection = GENERATE(as<std::string>{}, "Upgrade", "keep-alive, upgrade");
    const auto given = create_environ(
        "/ws?a=b", {.headers = {{"Connection", connection}, {"upgrade", "WebSocket"}}});
    const MapAdapter urls = map.bind_to_environ(given->environ());
    CHECK(urls.url_scheme() == "ws");
    CHECK(urls.match() == matched("ws"));
    CHECK_THROWS_AS(urls.match("/ws", "GET", {.websocket = false}), WebsocketMismatch);
    const auto secure =
        create_environ("/ws", {.headers = {{"Connection", connection}, {"upgrade", "WebSocket"}},
                               .base_url = "https://localhost"});
    CHECK(map.bind_to_environ(secure->environ()).url_scheme() == "wss");
    const auto other =
        create_environ("/ws", {.headers = {{"Connection", connection}, {"upgrade", "h2c"}}});
    CHECK(map.bind_to_environ(other->environ()).url_scheme() == "http");
}

TEST_CASE("the Host field counts before the server's name", "[routing]") {
    const Map map({Rule("/", {.subdomain = "wiki", .endpoint = "index"})});
    const MapAdapter wiki = bound(map, "http://wiki.example.com/", "example.com");
    CHECK(wiki.match("/") == matched("index"));
    CHECK(wiki.build("index", {}, {.force_external = true}) == "http://wiki.example.com/");
    CHECK(wiki.build("index") == "/");
    CHECK(bound(map, "http://admin.example.com/", "example.com").build("index") ==
          "http://wiki.example.com/");

    const MapAdapter without_host = map.bind_to_environ(LittleEnviron());
    CHECK(without_host.server_name() == "127.0.0.1:5000");
    CHECK(without_host.default_method() == "POST");
}

TEST_CASE("the subdomain is what stands before the server's name", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}),
                   Rule("/", {.subdomain = "alt", .endpoint = "alt"}),
                   Rule("/foo", {.endpoint = "foo"})});
    CHECK(bound(map, "http://example.invalid/", "example.invalid").match() == matched("index"));
    CHECK(bound(map, "http://alt.example.invalid/", "example.invalid").match() == matched("alt"));
    CHECK(bound(map, "http://ALT.Example.invalid/", "EXAMPLE.INVALID").match() == matched("alt"));
    CHECK(bound(map, "http://x.alt.example.invalid/", "example.invalid").subdomain() == "x.alt");
    const auto given = create_environ("http://alt.example.invalid/");
    CHECK(map.bind_to_environ(given->environ(), {.server_name = "example.invalid", .subdomain = ""})
              .match() == matched("index"));

    SECTION("another host has the default subdomain") {
        CHECK(bound(map, "http://example.invalid/", "foo").subdomain().empty());
        CHECK(bound(map, "http://foo.example.com/foo", "bar.example.com").subdomain().empty());
        CHECK(bound(map, "http://notexample.invalid/", "example.invalid").subdomain().empty());
        CHECK(bound(map, "http://example.org:5000/", "example.org").subdomain().empty());
    }
    SECTION("the scheme's own port does not matter") {
        CHECK(bound(map, "http://localhost/foo", "localhost:80").match() == matched("foo"));
        CHECK(bound(map, "https://localhost/foo", "localhost:443").match() == matched("foo"));
        CHECK(bound(map, "http://alt.localhost:80/", "localhost").match() == matched("alt"));
    }
    SECTION("any other port is part of the server's name") {
        const MapAdapter urls = bound(map, "http://example.org:5000/", "example.org:5000");
        CHECK(urls.build("index", {}, {.force_external = true}) == "http://example.org:5000/");
    }
}

TEST_CASE("the server's name is compared without case, and is no address", "[routing]") {
    const Map map({Rule("/", {.subdomain = "foo", .endpoint = "index"})});
    CHECK(bound(map, "http://FOO.EXAMPLE.COM/", "example.com").match("/") == matched("index"));
    const MapAdapter by_address =
        map.bind_to_environ(LittleEnviron(), {.server_name = "example.com"});
    CHECK_THROWS_AS(by_address.match(), NotFound);
}

TEST_CASE("subdomains of requests are matched", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}),
                   Rule("/", {.subdomain = "static", .endpoint = "static"}),
                   Rule("/<word>", {.subdomain = "<lang>", .endpoint = "lookup"})});
    CHECK(bound(map, "http://app.test/", "app.test").match() == matched("index"));
    CHECK(bound(map, "http://static.app.test/", "app.test").match() == matched("static"));
    CHECK(bound(map, "http://jp.app.test/\xE9\x81\x93\xE5\x85\xB7", "app.test").match() ==
          matched("lookup", {{"lang", "jp"}, {"word", "\xE9\x81\x93\xE5\x85\xB7"}}));
    CHECK(bound(map, "http://static.other.test/", "app.test").match() == matched("index"));
    CHECK(map.iter_rules("index").begin()->subdomain() == "");
}

TEST_CASE("the default subdomain stands in for other hosts, not for the bare one", "[routing]") {
    const Map map(
        {Rule("/", {.subdomain = "", .endpoint = "index"}), Rule("/", {.endpoint = "static"}),
         Rule("/<word>", {.subdomain = "<lang>", .endpoint = "lookup"})},
        {.default_subdomain = "static"});
    CHECK(bound(map, "http://app.test/", "app.test").match() == matched("index"));
    CHECK(bound(map, "http://static.app.test/", "app.test").match() == matched("static"));
    CHECK(bound(map, "http://jp.app.test/x", "app.test").match() ==
          matched("lookup", {{"lang", "jp"}, {"word", "x"}}));
    CHECK(bound(map, "http://other.test/", "app.test").match() == matched("static"));
    CHECK(map.iter_rules("static").begin()->subdomain() == "static");
}

TEST_CASE("hosts of requests are matched, whatever the server's name", "[routing]") {
    const Map map = map_of_hosts();
    CHECK_FALSE(map.subdomain_matching());
    CHECK(bound(map, "http://app.test/").match() == matched("index"));
    CHECK(bound(map, "http://APP.test/").match() == matched("index"));
    CHECK(bound(map, "http://app.test/", "other.test").match() == matched("index"));
    CHECK_THROWS_AS(bound(map, "http://somewhere.test/").match(), NotFound);
    CHECK(bound(map, "http://en.app.test/").match() == matched("lang", {{"lang", "en"}}));
    CHECK(bound(map, "http://app.personal.test/page/").match() ==
          matched("page", {{"domain", "personal.test"}, {"page", 1}}));
    CHECK(redirect_of(bound(map, "http://app.other.test/page")) == "http://app.other.test/page/");
    CHECK(redirect_of(bound(map, "http://pages.personal.test/page/1/")) ==
          "http://app.personal.test/page/");
    CHECK(bound(map, "http://app.test/").build("index") == "/");
    CHECK(bound(map, "http://app.personal.test/").build("page", {{"domain", "personal.test"}}) ==
          "/page/");
    CHECK(bound(map, "http://pages.other.test/").build("index") == "http://app.test/");
    CHECK(bound(map, "http://app.test/").build("page", {{"domain", "personal.test"}}) ==
          "http://app.personal.test/page/");
}

TEST_CASE("where neither subdomains nor hosts are matched, any host does", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"})}, {.subdomain_matching = false});
    CHECK(bound(map, "http://app.test/", "app.test").match() == matched("index"));
    CHECK(bound(map, "http://static.app.test/", "app.test").match() == matched("index"));
    CHECK(bound(map, "http://static.app.test/").match() == matched("index"));
}

TEST_CASE("a request is bound only with a trusted host", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"})});
    const auto given = create_environ("http://app.test/");
    Request request(given->environ());
    request.trusted_hosts({"app.test"});
    CHECK(map.bind_to_environ(request).match() == matched("index"));
    Request refused(given->environ());
    refused.trusted_hosts({"other.test"});
    CHECK_THROWS_AS(map.bind_to_environ(refused), SecurityError);
}

TEST_CASE("a bound map makes hosts and absolute URLs", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}), Rule("/x", {.endpoint = "x"})});
    const MapAdapter urls = map.bind(
        "example.org", {.script_name = "/root", .subdomain = "www", .url_scheme = "https"});
    CHECK(urls.get_host() == "www.example.org");
    CHECK(urls.get_host("api") == "api.example.org");
    CHECK(urls.get_host("") == "example.org");
    CHECK(urls.make_redirect_url("/a b") == "https://www.example.org/root/a b");
    CHECK(urls.make_redirect_url("x", {{"q", "1 2"}}, "api") ==
          "https://api.example.org/root/x?q=1+2");
    std::string endpoints;
    for (const Rule& rule : urls.map_rules()) endpoints += rule.endpoint() + " ";
    CHECK(endpoints == "index x ");

    const Map by_host({}, {.host_matching = true});
    CHECK(by_host.bind("example.org").get_host() == "example.org");
    CHECK(by_host.bind("example.org").get_host("other.test") == "other.test");
}

TEST_CASE("an outcome that is a redirect tells where it leads", "[routing]") {
    const MapAdapter urls = Map({Rule("/branch/", {.endpoint = "branch"})}).bind("example.org");
    const MatchOutcome outcome = urls.match_outcome("/branch");
    REQUIRE(outcome.is_redirect());
    CHECK(urls.redirect_url(outcome, "GET", "a=b") == "http://example.org/branch/?a=b");
    CHECK_THROWS_AS(urls.redirect_url(urls.match_outcome("/branch/"), "GET", {}), ValueError);
}
