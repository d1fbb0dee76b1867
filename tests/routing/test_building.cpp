// Building URLs: quoting, query strings, choice among rules, hosts.
#include "routing/map.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace microflask;

TEST_CASE("URLs are relative on the same host and absolute beyond it", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}), Rule("/foo", {.endpoint = "foo"}),
                   Rule("/bar/<baz>", {.endpoint = "bar"}),
                   Rule("/bar/<int:bazi>", {.endpoint = "bari"}),
                   Rule("/bar/<float:bazf>", {.endpoint = "barf"}),
                   Rule("/bar/<path:bazp>", {.endpoint = "barp"}),
                   Rule("/hehe", {.subdomain = "blah", .endpoint = "blah"}),
                   Rule("/ws", {.endpoint = "ws", .websocket = true})});

    const MapAdapter urls = map.bind("example.org", {.script_name = "/", .subdomain = "blah"});
    CHECK(urls.build("index", {}) == "http://example.org/");
    CHECK(urls.build("foo") == "http://example.org/foo");
    CHECK(urls.build("bar", {{"baz", "blub"}}) == "http://example.org/bar/blub");
    CHECK(urls.build("bari", {{"bazi", 50}}) == "http://example.org/bar/50");
    CHECK(urls.build("barf", {{"bazf", 0.815}}) == "http://example.org/bar/0.815");
    CHECK(urls.build("barp", {{"bazp", "la/di"}}) == "http://example.org/bar/la/di");
    CHECK(urls.build("blah") == "/hehe");
    CHECK_THROWS_AS(urls.build("urks"), BuildError);

    const MapAdapter below = map.bind("example.org", {.script_name = "/test", .subdomain = "blah"});
    CHECK(below.build("index") == "http://example.org/test/");
    CHECK(below.build("barp", {{"bazp", "la/di"}}) == "http://example.org/test/bar/la/di");
    CHECK(below.build("blah") == "/test/hehe");

    const MapAdapter plain = map.bind("example.org");
    CHECK(plain.build("foo") == "/foo");
    CHECK(plain.build("foo", {}, {.force_external = true}) == "http://example.org/foo");
    const MapAdapter schemeless = map.bind("example.org", {.url_scheme = ""});
    CHECK(schemeless.build("foo") == "/foo");
    CHECK(schemeless.build("foo", {}, {.force_external = true}) == "//example.org/foo");
    CHECK(schemeless.build("foo", {}, {.force_external = true, .url_scheme = "https"}) ==
          "https://example.org/foo");
    const MapAdapter socket = map.bind("example.org", {.url_scheme = "ws"});
    CHECK(socket.build("ws") == "ws://example.org/ws");
    CHECK(socket.build("foo", {}, {.force_external = true}) == "http://example.org/foo");
    CHECK(socket.build("foo") == "/foo");
    CHECK(socket.build("ws", {}, {.url_scheme = "https"}) == "wss://example.org/ws");
    CHECK(map.bind("example.org:5000").build("foo", {}, {.force_external = true}) ==
          "http://example.org:5000/foo");
}

TEST_CASE("an endpoint on several hosts prefers the present one", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index", .host = "alpha.example.com"}),
                   Rule("/", {.endpoint = "index", .host = "beta.example.com"}),
                   Rule("/", {.endpoint = "gamma", .host = "gamma.example.com"})},
                  {.host_matching = true});
    CHECK(map.bind("alpha.example.com").build("index") == "/");
    CHECK(map.bind("alpha.example.com").build("gamma") == "http://gamma.example.com/");
    CHECK(map.bind("BeTa.ExAmPlE.CoM").build("index") == "/");
    CHECK(map.bind("other.example.com").build("index") == "http://alpha.example.com/");
}

TEST_CASE("values are quoted as the newest Werkzeug does", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/s/<x>", {.endpoint = "s"}), Rule("/path/<path:x>", {.endpoint = "path"}),
             Rule("/", {.endpoint = "index"}), Rule("/a b%/<x>", {.endpoint = "odd"})})
            .bind("localhost");
    std::string printable;
    for (char c = ' '; c < 0x7F; ++c) printable += c;

    CHECK(urls.build("s", {{"x", "test x"}}) == "/s/test%20x");
    CHECK(urls.build("s", {{"x", "\xC3\xA9\xE2\x98\x83"}}) == "/s/%C3%A9%E2%98%83");
    CHECK(urls.build("s", {{"x", printable}}) ==
          "/s/%20!%22%23$%25&'()*+,-./"
          "0123456789:;%3C=%3E%3F@ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopqrst"
          "uvwxyz%7B%7C%7D~");
    CHECK(urls.build("s", {{"x", std::string("\0\n\x7F", 3)}}) == "/s/%00%0A%7F");
    CHECK(urls.build("s", {{"x", 42}}) == "/s/42");
    CHECK(urls.build("s", {{"x", true}}) == "/s/True");
    CHECK(urls.build("s", {{"x", 1.0}}) == "/s/1.0");
    CHECK(urls.build("s", {{"x", "a/b"}}) == "/s/a/b");
    CHECK(urls.build("s", {{"x", "x:y"}}) == "/s/x:y");
    CHECK(urls.build("s", {{"x", "x:y"}}, {.force_external = true}) == "http://localhost/s/x:y");
    CHECK(urls.build("path", {{"x", "a/b c/\xC3\xA9"}}) == "/path/a/b%20c/%C3%A9");
    CHECK(urls.build("path", {{"x", "/a"}}) == "/path//a");
    CHECK(urls.build("odd", {{"x", "y"}}) == "/a%20b%25/y");

    CHECK(urls.build("index", {{"q", "a b&c=d+e/f?g"}}) == "/?q=a+b%26c%3Dd%2Be/f?g");
    CHECK(urls.build("index", {{"q", "\xC3\xA9\xE2\x98\x83"}}) == "/?q=%C3%A9%E2%98%83");
    CHECK(urls.build("index", {{"q", printable}}) ==
          "/?q=+!%22%23$%25%26'()*%2B,-./"
          "0123456789:;%3C%3D%3E?@ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60abcdefghijklmnopq"
          "rstuvwxyz%7B%7C%7D~");
}

TEST_CASE("values that the rule does not have go into the query string", "[routing]") {
    const MapAdapter urls = Map({Rule("/", {.endpoint = "a"})}).bind("localhost");
    const auto query = [&urls](Json value) {
        CHECK(urls.build("a", Json{{"v", value}}, {.append_unknown = false}) == "/");
        return urls.build("a", Json{{"v", value}});
    };
    CHECK(query(nullptr) == "/");
    CHECK(query(Json::array({nullptr, nullptr})) == "/");
    CHECK(query("") == "/?v=");
    CHECK(query(Json::array({""})) == "/?v=");
    CHECK(query(0) == "/?v=0");
    CHECK(query(1.0) == "/?v=1.0");
    CHECK(query(true) == "/?v=True");
    CHECK(query(Json::array({1, 2})) == "/?v=1&v=2");
    CHECK(query(Json::array({1, nullptr, 2})) == "/?v=1&v=2");
    CHECK(query(Json::array({1, "", 2})) == "/?v=1&v=&v=2");
    CHECK(query("1+2") == "/?v=1%2B2");
    CHECK(urls.build("a", {{"b", 1}, {"a", 2}}) == "/?b=1&a=2");
    CHECK(urls.build("a", {{"x y", "&"}}) == "/?x+y=%26");

    const MapAdapter sorted =
        Map({Rule("/", {.endpoint = "a"})}, {.sort_parameters = true}).bind("localhost");
    CHECK(sorted.build("a", {{"b", 1}, {"a", 2}, {"c", Json::array({2, 1})}}) ==
          "/?a=2&b=1&c=1&c=2");
}

TEST_CASE("numbers are written as their converters read them", "[routing]") {
    const Map map({Rule("/int/<int:x>", {.endpoint = "int"}),
                   Rule("/four/<int(fixed_digits=4):x>", {.endpoint = "four"}),
                   Rule("/float/<float:x>", {.endpoint = "float"}),
                   Rule("/any/<any(a, 'b c', d):x>", {.endpoint = "any"})});
    const MapAdapter urls = map.bind("localhost");
    CHECK(urls.build("int", {{"x", 5}}) == "/int/5");
    CHECK(urls.build("int", {{"x", "7"}}) == "/int/7");
    CHECK(urls.build("int", {{"x", "007"}}) == "/int/7");
    CHECK(urls.build("int", {{"x", -5}}) == "/int/-5");
    CHECK(urls.build("int", {{"x", 3.9}}) == "/int/3");
    CHECK(urls.build("int", {{"x", true}}) == "/int/1");
    CHECK(urls.build("int", {{"x", 18446744073709551615u}}) == "/int/18446744073709551615");
    CHECK(urls.build("four", {{"x", 42}}) == "/four/0042");
    CHECK(urls.build("four", {{"x", 12345}}) == "/four/12345");
    CHECK_THROWS_AS(urls.build("int", {{"x", "x"}}), std::invalid_argument);
    CHECK_THROWS_AS(urls.build("int", {{"x", Json::array({1})}}), std::invalid_argument);
    CHECK(urls.build("float", {{"x", 1}}) == "/float/1.0");
    CHECK(urls.build("float", {{"x", 0.1}}) == "/float/0.1");
    CHECK(urls.build("float", {{"x", 1e-5}}) == "/float/0.00001");
    CHECK(urls.build("float", {{"x", -1.5e-7}}) == "/float/-0.00000015");
    CHECK(urls.build("float", {{"x", 1.25e20}}) == "/float/125000000000000000000.0");
    CHECK(urls.build("float", {{"x", "1.5"}}) == "/float/1.5");
    CHECK_THROWS_AS(urls.build("float", {{"x", "abc"}}), std::invalid_argument);
    CHECK(urls.match(urls.build("float", {{"x", 1e22}})).second["x"] == 1e22);
    CHECK(urls.build("any", {{"x", "b c"}}) == "/any/b%20c");
    try {
        urls.build("any", {{"x", "zz"}});
        CHECK(false);
    } catch (const std::invalid_argument& error) {
        CHECK(std::string(error.what()) == "'zz' is not one of 'a', 'b c', 'd'");
    }
}

TEST_CASE("the method chooses among the rules of an endpoint", "[routing]") {
    const Map map({Rule("/", {.methods = {"GET"}, .endpoint = "index"}),
                   Rule("/<name>", {.methods = {"GET"}, .endpoint = "name"}),
                   Rule("/select", {.methods = {"POST"}, .endpoint = "select"}),
                   Rule("/search_get", {.methods = {"GET"}, .endpoint = "search"}),
                   Rule("/search_post", {.methods = {"POST"}, .endpoint = "search"})});
    const MapAdapter urls = map.bind("example.com");
    CHECK(urls.build("index") == "/");
    CHECK(urls.build("index", {}, {.method = "GET"}) == "/");
    CHECK(urls.build("name", {{"name", "foo"}}) == "/foo");
    CHECK(urls.build("select") == "/select");
    CHECK(urls.build("select", {}, {.method = "POST"}) == "/select");
    CHECK(urls.build("search") == "/search_get");
    CHECK(urls.build("search", {}, {.method = "GET"}) == "/search_get");
    CHECK(urls.build("search", {}, {.method = "POST"}) == "/search_post");
    CHECK(map.bind("example.com", {.default_method = "POST"}).build("search") == "/search_post");
}

TEST_CASE("the rule with the most arguments that fit is built", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/users", {.endpoint = "users"}), Rule("/users/<int:id>", {.endpoint = "users"}),
             Rule("/users/<int:id>/<tab>", {.endpoint = "users"})})
            .bind("localhost");
    CHECK(urls.build("users") == "/users");
    CHECK(urls.build("users", {{"id", 1}}) == "/users/1");
    CHECK(urls.build("users", {{"id", 1}, {"tab", "x"}, {"q", 2}}) == "/users/1/x?q=2");
    CHECK(urls.build("users", {{"tab", "x"}}) == "/users?tab=x");
    CHECK(urls.build("users", {{"id", nullptr}}) == "/users");

    const MapAdapter fixed =
        Map({Rule("/<lang>/x", {.defaults = {{"lang", "e n"}}, .endpoint = "x"})})
            .bind("localhost");
    CHECK(fixed.build("x") == "/e%20n/x");
}

TEST_CASE("rules are built with merged slashes unless they keep them", "[routing]") {
    const MapAdapter urls = Map({Rule("/yes//merge", {.endpoint = "yes"}),
                                 Rule("/no//merge", {.endpoint = "no", .merge_slashes = false})})
                                .bind("localhost");
    CHECK(urls.build("yes") == "/yes/merge");
    CHECK(urls.build("no") == "/no//merge");
}

TEST_CASE("nulls count as missing", "[routing]") {
    const MapAdapter urls = Map({Rule("/flob/<flub>", {.endpoint = "endp"})}).bind("localhost");
    CHECK_THROWS_AS(urls.build("endp", {{"flub", nullptr}, {"flop", nullptr}}), BuildError);
    CHECK(urls.build("endp", {{"flub", "x"}, {"flop", nullptr}}) == "/flob/x");
}

TEST_CASE("a rule of thousands of variables can be built", "[routing]") {
    std::string rule;
    std::string expected;
    Json values = Json::object();
    for (int i = 0; i < 2000; ++i) {
        rule += "/<v" + std::to_string(i) + ">";
        expected += "/" + std::to_string(i);
        values["v" + std::to_string(i)] = i;
    }
    Map map;
    map.add(Rule(rule, {.endpoint = "bleep"}));
    CHECK(map.bind("localhost").build("bleep", values) == expected);
    const auto [endpoint, found] = map.bind("localhost").match(expected);
    CHECK(found.size() == 2000);
    CHECK(found["v1999"] == "1999");
}

TEST_CASE("BuildError says what may have been meant", "[routing]") {
    const auto message = [](const MapAdapter& urls, const char* endpoint, Json values,
                            const char* method) {
        try {
            urls.build(endpoint, values, {.method = method});
        } catch (const BuildError& error) {
            return std::string(error.what());
        }
        return std::string("built");
    };
    const MapAdapter plain =
        Map({Rule("/foo/", {.methods = {"GET"}, .endpoint = "world"})}).bind("example.com");
    CHECK(message(plain, "urks", {}, "") ==
          "Could not build url for endpoint 'urks'. Did you mean 'world' instead?");
    CHECK(message(plain, "world", {}, "POST") ==
          "Could not build url for endpoint 'world' ('POST'). Did you mean to use methods ['GET', "
          "'HEAD']?");
    CHECK(message(plain, "urks", {{"user_id", 5}, {"a", 1}}, "") ==
          "Could not build url for endpoint 'urks' with values ['a', 'user_id']. Did you mean "
          "'world' instead?");

    const MapAdapter urls =
        Map({Rule("/foo/<id>/", {.methods = {"GET"}, .endpoint = "world"})}).bind("example.com");
    CHECK(message(urls, "helloworld", {}, "") ==
          "Could not build url for endpoint 'helloworld'. Did you mean 'world' instead?");
    CHECK(message(urls, "world", {}, "") ==
          "Could not build url for endpoint 'world'. Did you forget to specify values ['id']?");
    CHECK(message(urls, "world", {{"id", 2}}, "POST") ==
          "Could not build url for endpoint 'world' ('POST') with values ['id']. Did you mean to "
          "use methods ['GET', 'HEAD']?");
    CHECK(message(Map().bind("test.com"), "invalid", {}, "") ==
          "Could not build url for endpoint 'invalid'.");
}

TEST_CASE("BuildError suggests the endpoint that is most alike, then values, then method",
          "[routing]") {
    const MapAdapter names =
        Map({Rule("/foo/", {.endpoint = "users.here"}), Rule("/wat/", {.endpoint = "admin.users"}),
             Rule("/woop", {.endpoint = "foo.users"})})
            .bind("example.com");
    CHECK(BuildError("admin.user", nullptr, "", &names).suggested()->endpoint() == "admin.users");

    const MapAdapter values = Map({Rule("/user/id/<id>/", {.endpoint = "users"}),
                                   Rule("/user/<slug>/", {.endpoint = "users"}),
                                   Rule("/user/emails/<email>/", {.endpoint = "users"})})
                                  .bind("example.com");
    CHECK(BuildError("x", {{"slug", ""}}, "", &values).suggested()->rule() == "/user/<slug>/");

    const MapAdapter methods = Map({Rule("/post/", {.methods = {"POST"}, .endpoint = "foobar"}),
                                    Rule("/get/", {.methods = {"GET"}, .endpoint = "foobar"}),
                                    Rule("/put/", {.methods = {"PUT"}, .endpoint = "foobar"})})
                                   .bind("example.com");
    CHECK(BuildError("invalid", {}, "POST", &methods).suggested()->rule() == "/post/");
    CHECK(BuildError("invalid", {}, "GET", &methods).suggested()->rule() == "/get/");
    CHECK(BuildError("invalid", {}, "PUT", &methods).suggested()->rule() == "/put/");
    CHECK(BuildError("invalid", {}, "PUT").suggested() == nullptr);
}
