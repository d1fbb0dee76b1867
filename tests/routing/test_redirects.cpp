// Paths that lead to a rule by a redirect: slashes, defaults, aliases. The behaviour of Werkzeug's own tests, in our words.
#include "routing/map.hpp"

#include "http/exceptions.hpp"
#include "routing/matching.hpp"
#include "support/catch.hpp"

#include <string>

using namespace microflask;
using test::matched;
using test::redirect_of;

TEST_CASE("slashes in a row are merged by a redirect, but not within values", "[routing]") {
    const Map map({Rule("/no/tail", {.endpoint = "no_tail"}),
                   Rule("/yes/tail/", {.endpoint = "yes_tail"}),
                   Rule("/with/<path:path>", {.endpoint = "with_path"}),
                   Rule("/no//merge", {.endpoint = "no_merge", .merge_slashes = false}),
                   Rule("/no/merging", {.endpoint = "no_merging", .merge_slashes = false})});
    const MapAdapter urls = map.bind("localhost");

    CHECK(redirect_of(urls, "/no//tail") == "http://localhost/no/tail");
    CHECK(redirect_of(urls, "/yes//tail") == "http://localhost/yes/tail/");
    CHECK(redirect_of(urls, "/yes/tail//") == "http://localhost/yes/tail/");
    CHECK(redirect_of(urls, "//yes///tail////") == "http://localhost/yes/tail/");
    CHECK(redirect_of(urls, "/with//x") == "http://localhost/with/x");
    CHECK(urls.match("/no/tail") == matched("no_tail"));
    CHECK(urls.match("/with/http://example.com/") ==
          matched("with_path", {{"path", "http://example.com/"}}));
    CHECK(urls.match("/with/x//y") == matched("with_path", {{"path", "x//y"}}));
    CHECK(urls.match("/no//merge") == matched("no_merge"));
    CHECK(urls.match("/no/merging") == matched("no_merging"));
    CHECK_THROWS_AS(urls.match("/no//merging"), NotFound);

    const MapAdapter once = Map({Rule("/merge/<some>/path")}).bind("localhost");
    CHECK(redirect_of(once, "/merge/%//path") == "http://localhost/merge/%25/path");
    CHECK(redirect_of(once, "/merge//st/path") == "http://localhost/merge/st/path");
    CHECK_THROWS_AS(Map({Rule("/a/b")}, {.merge_slashes = false}).bind("localhost").match("/a//b"),
                    NotFound);
}

TEST_CASE("a path without the slash of its rule is redirected if the rule takes the method",
          "[routing]") {
    const Map map({Rule("/bar/", {.methods = {"GET"}, .endpoint = "get"}),
                   Rule("/bar", {.methods = {"POST"}, .endpoint = "post"}),
                   Rule("/foo/", {.methods = {"POST"}, .endpoint = "foo"}),
                   Rule("/<path:var>/", {.methods = {"GET"}, .endpoint = "path"})});
    const MapAdapter urls = map.bind("example.org");

    CHECK(urls.match("/bar/", "GET") == matched("get"));
    CHECK(urls.match("/bar", "POST") == matched("post"));
    CHECK(urls.match("/abc/", "GET") == matched("path", {{"var", "abc"}}));
    CHECK(redirect_of(urls, "/bar", "GET") == "http://example.org/bar/");
    CHECK_THROWS_AS(urls.match("/bar/", "POST"), MethodNotAllowed);
    CHECK(redirect_of(urls, "/foo", "POST") == "http://example.org/foo/");
    CHECK(redirect_of(urls, "/abc", "GET") == "http://example.org/abc/");
    CHECK(redirect_of(urls, "/abc/d", "GET") == "http://example.org/abc/d/");
    CHECK(redirect_of(urls, "/abc//", "GET") == "http://example.org/abc/");

    const MapAdapter other = Map({Rule("/bar", {.methods = {"POST"}, .endpoint = "post"}),
                                  Rule("/bar/", {.methods = {"GET"}, .endpoint = "get"})})
                                 .bind("example.org");
    CHECK(other.match("/bar/", "GET") == matched("get"));
    CHECK(other.match("/bar", "POST") == matched("post"));
    CHECK(redirect_of(other, "/bar", "GET") == "http://example.org/bar/");
    CHECK_THROWS_AS(other.match("/bar/", "POST"), MethodNotAllowed);

    const MapAdapter one = Map({Rule("/bar/", {.methods = {"GET"}})}).bind("example.org");
    CHECK_THROWS_AS(one.match("/bar", "POST"), NotFound);
    CHECK_THROWS_AS(one.match("/bar/", "POST"), MethodNotAllowed);
}

TEST_CASE("defaults are values, and a URL that spells them out is redirected", "[routing]") {
    const Map map({Rule("/foo/", {.defaults = {{"page", 1}}, .endpoint = "foo"}),
                   Rule("/foo/<int:page>", {.endpoint = "foo"})});
    const MapAdapter urls = map.bind("example.org");
    CHECK(urls.match("/foo/") == matched("foo", {{"page", 1}}));
    CHECK(redirect_of(urls, "/foo/1") == "http://example.org/foo/");
    CHECK(redirect_of(urls, "/foo/01", "GET", {.query_args = "x=y"}) ==
          "http://example.org/foo/?x=y");
    CHECK(urls.match("/foo/2") == matched("foo", {{"page", 2}}));
    CHECK(urls.build("foo") == "/foo/");
    CHECK(urls.build("foo", {{"page", 1}}) == "/foo/");
    CHECK(urls.build("foo", {{"page", 2}}) == "/foo/2");

    const Map kept({Rule("/foo/", {.defaults = {{"page", 1}}, .endpoint = "foo"}),
                    Rule("/foo/<int:page>", {.endpoint = "foo"})},
                   {.redirect_defaults = false});
    CHECK(kept.bind("example.org").match("/foo/1") == matched("foo", {{"page", 1}}));

    const Map sub({Rule("/foo", {.defaults = {{"bar", 42}}, .subdomain = "test"}),
                   Rule("/foo/<int:bar>", {.subdomain = "other"})});
    CHECK(redirect_of(sub.bind("localhost", {.subdomain = "other"}), "/foo/42") ==
          "http://test.localhost/foo");

    const Map quoted({Rule("/<category>", {.defaults = {{"page", 1}}, .endpoint = "category"}),
                      Rule("/<category>/page/<int:page>", {.endpoint = "category"})});
    CHECK(redirect_of(quoted.bind("example.com"), "/foo bar/page/1") ==
          "http://example.com/foo%20bar");
}

TEST_CASE("four rules with two defaults are told apart", "[routing]") {
    const std::string prefix = GENERATE(as<std::string>{}, "", "/aaa");
    Map map;
    map.add(Rule(prefix + "/", {.defaults = {{"foo", 1}, {"bar", false}}, .endpoint = "x"}));
    map.add(Rule(prefix + "/<int:foo>", {.defaults = {{"bar", false}}, .endpoint = "x"}));
    map.add(Rule(prefix + "/bar/", {.defaults = {{"foo", 1}, {"bar", true}}, .endpoint = "x"}));
    map.add(Rule(prefix + "/bar/<int:foo>", {.defaults = {{"bar", true}}, .endpoint = "x"}));
    const MapAdapter urls = map.bind("example.com");

    CHECK(urls.match(prefix + "/") == matched("x", {{"foo", 1}, {"bar", false}}));
    CHECK(urls.match(prefix + "/2") == matched("x", {{"foo", 2}, {"bar", false}}));
    CHECK(urls.match(prefix + "/bar/") == matched("x", {{"foo", 1}, {"bar", true}}));
    CHECK(urls.match(prefix + "/bar/2") == matched("x", {{"foo", 2}, {"bar", true}}));
    CHECK(urls.build("x", {{"foo", 1}, {"bar", false}}) == prefix + "/");
    CHECK(urls.build("x", {{"foo", 2}, {"bar", false}}) == prefix + "/2");
    CHECK(urls.build("x", {{"bar", false}}) == prefix + "/");
    CHECK(urls.build("x", {{"foo", 1}, {"bar", true}}) == prefix + "/bar/");
    CHECK(urls.build("x", {{"foo", 2}, {"bar", true}}) == prefix + "/bar/2");
    CHECK(urls.build("x", {{"bar", true}}) == prefix + "/bar/");
}

TEST_CASE("aliases redirect to the rule that they stand for", "[routing]") {
    const Map map(
        {Rule("/", {.endpoint = "index"}),
         Rule("/index.html", {.endpoint = "index", .alias = true}),
         Rule("/users/", {.defaults = {{"page", 1}}, .endpoint = "users"}),
         Rule("/users/index.html", {.defaults = {{"page", 1}}, .endpoint = "users", .alias = true}),
         Rule("/users/page/<int:page>", {.endpoint = "users"}),
         Rule("/users/page-<int:page>.html", {.endpoint = "users", .alias = true})});
    const MapAdapter urls = map.bind("example.com");
    CHECK(redirect_of(urls, "/index.html") == "http://example.com/");
    CHECK(redirect_of(urls, "/users/index.html") == "http://example.com/users/");
    CHECK(redirect_of(urls, "/users/page-2.html") == "http://example.com/users/page/2");
    CHECK(redirect_of(urls, "/users/page-1.html") == "http://example.com/users/");
    CHECK(redirect_of(urls, "/users/page-1.html", "GET", {.query_args = {{"foo", "bar"}}}) ==
          "http://example.com/users/?foo=bar");
    CHECK(urls.build("index") == "/");
    CHECK(urls.build("users", {{"page", 1}}) == "/users/");
    CHECK(urls.build("users", {{"page", 2}}) == "/users/page/2");
}

TEST_CASE("redirect_to is a text with variables or a function", "[routing]") {
    const Map map(
        {Rule("/foo/<slug>", {.endpoint = "foo"}),
         Rule("/old/<slug>", {.redirect_to = "foo/<slug>"}),
         Rule("/rooted/<int:id>", {.redirect_to = "/id/<id>"}),
         Rule("/other/<int:id>", {.redirect_to = [](const MapAdapter& urls, const Json& values) {
                  return urls.build("foo", {{"slug", values["id"].get<int>() + 1}}).substr(1);
              }})});
    const MapAdapter urls = map.bind("example.com");
    CHECK(redirect_of(urls, "/old/a b") == "http://example.com/foo/a%20b");
    CHECK(redirect_of(urls, "/rooted/7") == "http://example.com/id/7");
    CHECK(redirect_of(urls, "/other/7") == "http://example.com/foo/8");
}

TEST_CASE("an empty path is redirected to the root", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"})});
    CHECK(redirect_of(map.bind("example.com", {.script_name = "/approot"}), "") ==
          "http://example.com/approot/");
    CHECK(redirect_of(map.bind("example.com"), "") == "http://example.com/");
    CHECK(map.bind("example.org").match() == matched("index"));
    CHECK(map.bind("example.org", {.path_info = "/x"}).test("/"));
    CHECK_FALSE(map.bind("example.org", {.path_info = "/x"}).test());
}
