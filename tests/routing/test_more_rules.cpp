// Rules and maps in the corners: converters of several parts, orders of parameters, long names, dispatching.
#include "routing/map.hpp"

#include "http/exceptions.hpp"
#include "routing/matching.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test::matched;
using test::redirect_of;

namespace {

/// A date and a time with a Z at the end; may be written over several parts of a path.
struct Timestamp {
    static constexpr bool part_isolating = false;
    static bool accepts(std::string_view text) {
        return text.ends_with('Z') && text.find('/') == std::string_view::npos;
    }
    std::string to_cpp(std::string_view text) const { return std::string(text); }
    std::string to_url(const std::string& text) const { return text; }
};

/// Values with dots between them, taken as a list when a URL is built.
struct DottedList {
    std::string to_cpp(std::string_view text) const { return std::string(text); }
    std::string to_url(const Json& values) const {
        if (!values.is_array()) throw std::invalid_argument("a list is needed");
        std::string text;
        for (const Json& value : values) text += (text.empty() ? "" : ".") + value.dump();
        return text;
    }
};

}  // namespace

TEST_CASE("two converters that take slashes share a path", "[routing]") {
    Map map;
    map.converters().add<Timestamp>("time");
    map.add(Rule("/<time:start>/<time:end>/", {.endpoint = "handler"}));
    const MapAdapter urls = map.bind("example.org");
    CHECK(urls.match("/2023-02-16T23:36:36.266Z/2023-02-16T23:46:36.266Z/") ==
          matched("handler",
                  {{"start", "2023-02-16T23:36:36.266Z"}, {"end", "2023-02-16T23:46:36.266Z"}}));
    CHECK_THROWS_AS(urls.match("/2023-02-16T23:36:36.266Z/nothing/"), NotFound);
}

TEST_CASE("the converter any takes texts with dots", "[routing]") {
    const MapAdapter urls = Map({Rule("/<any(a1, a2):a>", {.endpoint = "no_dot"}),
                                 Rule("/<any(a.1, a.2):a>", {.endpoint = "yes_dot"})})
                                .bind("example.org");
    CHECK(urls.match("/a1") == matched("no_dot", {{"a", "a1"}}));
    CHECK(urls.match("/a2") == matched("no_dot", {{"a", "a2"}}));
    CHECK(urls.match("/a.1") == matched("yes_dot", {{"a", "a.1"}}));
    CHECK(urls.match("/a.2") == matched("yes_dot", {{"a", "a.2"}}));
    CHECK_THROWS_AS(urls.match("/a-1"), NotFound);
}

TEST_CASE("a converter gets the whole value of a variable", "[routing]") {
    Map map;
    map.converters().add<DottedList>("list");
    map.add(Rule("/int/<int:v>", {.endpoint = "int"}));
    map.add(Rule("/list/<list:v>", {.endpoint = "list"}));
    const MapAdapter urls = map.bind("localhost");
    CHECK(urls.build("int", {{"v", 1}}) == "/int/1");
    CHECK_THROWS_AS(urls.build("int", {{"v", nullptr}}), BuildError);
    CHECK_THROWS_AS(urls.build("int", {{"v", Json::array({1})}}), std::invalid_argument);
    CHECK(urls.build("list", {{"v", Json::array({1})}}) == "/list/1");
    CHECK(urls.build("list", {{"v", Json::array({1, nullptr, 2})}}) == "/list/1.null.2");
    CHECK_THROWS_AS(urls.build("list", {{"v", 1}}), std::invalid_argument);
}

TEST_CASE("each map has converters of its own", "[routing]") {
    Map map;
    map.converters().add<DottedList>("list");
    CHECK(map.converters().contains("list"));
    CHECK_FALSE(Map().converters().contains("list"));
    CHECK(Map().converters().contains("default"));
}

TEST_CASE("parameters are sorted by a key of one's own", "[routing]") {
    const Map map(
        {Rule("/", {.endpoint = "index"})},
        {.sort_parameters = true,
         .sort_key = [](std::string_view, std::string_view value) { return std::string(value); }});
    CHECK(map.bind("localhost")
              .build("index", {{"x", 20}, {"y", 10}, {"z", 30}}, {.force_external = true}) ==
          "http://localhost/?y=10&x=20&z=30");
}

TEST_CASE("a default's redirect may lead to another subdomain", "[routing]") {
    const Map map({Rule("/foo", {.defaults = {{"bar", 42}}, .subdomain = "test"}),
                   Rule("/foo/<int:bar>", {.subdomain = "other"})});
    CHECK(redirect_of(map.bind("localhost", {.subdomain = "other"}), "/foo/42") ==
          "http://test.localhost/foo");
    const Map same({Rule("/foo", {.defaults = {{"bar", 42}}}), Rule("/foo/<int:bar>")});
    CHECK(redirect_of(same.bind("localhost"), "/foo/42") == "http://localhost/foo");
}

TEST_CASE("a copy of a rule is a rule of its own", "[routing]") {
    Map map;
    const Rule& rule = map.add(Rule("/foo/<int:a>", {.defaults = {{"meh", "muh"}},
                                                     .methods = {"POST"},
                                                     .endpoint = "x",
                                                     .strict_slashes = true}));
    const Rule copy = rule.empty();
    CHECK(copy.rule() == rule.rule());
    CHECK(copy.defaults() == rule.defaults());
    CHECK(copy.methods().names() == rule.methods().names());
    CHECK(copy.endpoint() == rule.endpoint());
    CHECK(copy.strict_slashes() == rule.strict_slashes());
    CHECK(copy.variables().empty());  // it is in no map
    CHECK_THROWS_AS(map.add(copy.empty()), DuplicateRuleError);
    Map other;
    CHECK(other.add(copy.empty()).variables().size() == 1);
}

TEST_CASE("a template makes all rules of all its factories", "[routing]") {
    const RuleTemplate resource(
        {Submount("/test/$app", {Rule("/foo/", {.endpoint = "handle_foo"}),
                                 Rule("/bar/", {.endpoint = "handle_bar"}),
                                 Rule("/baz/", {.endpoint = "handle_baz"})}),
         EndpointPrefix("${app}", {Rule("/${app}-blah", {.endpoint = "bar"}),
                                   Rule("/${app}-meh", {.endpoint = "baz"})}),
         Subdomain("$app",
                   {Rule("/blah", {.endpoint = "x_bar"}), Rule("/meh", {.endpoint = "x_baz"})})});
    const Map map({resource({{"app", "test1"}}), resource({{"app", "test2"}}),
                   resource({{"app", "test3"}}), resource({{"app", "test4"}})});
    std::vector<std::string> rules;
    for (const Rule& rule : map.iter_rules())
        rules.push_back(rule.rule() + " " + *rule.subdomain() + " " + rule.endpoint());
    std::sort(rules.begin(), rules.end());

    std::vector<std::string> expected;
    for (const std::string app : {"test1", "test2", "test3", "test4"}) {
        expected.push_back("/blah " + app + " x_bar");
        expected.push_back("/meh " + app + " x_baz");
        for (const std::string name : {"foo", "bar", "baz"})
            expected.push_back("/test/" + app + "/" + name + "/  handle_" + name);
        expected.push_back("/" + app + "-blah  " + app + "bar");
        expected.push_back("/" + app + "-meh  " + app + "baz");
    }
    std::sort(expected.begin(), expected.end());
    CHECK(expected.size() == 28);
    CHECK(rules == expected);
}

TEST_CASE("the methods of all rules that match are allowed", "[routing]") {
    const Map map({Rule("/<foo>", {.methods = {"GET", "HEAD"}}),
                   Rule("/foo", {.methods = {"POST"}}), Rule("/other", {.methods = {"PUT"}})});
    const MapAdapter urls = map.bind("example.org");
    CHECK(urls.allowed_methods("/foo") == std::vector<std::string>{"GET", "HEAD", "POST"});
    CHECK(urls.allowed_methods("/other") == std::vector<std::string>{"GET", "HEAD", "PUT"});
    CHECK(urls.allowed_methods("/a/b").empty());
}

TEST_CASE("HEAD goes with GET, not with POST", "[routing]") {
    const Map map({Rule("/get", {.methods = {"GET"}, .endpoint = "a"}),
                   Rule("/post", {.methods = {"POST"}, .endpoint = "b"})});
    const MapAdapter urls = map.bind("example.org");
    CHECK(urls.match("/get", "HEAD") == matched("a"));
    CHECK_THROWS_AS(urls.match("/post", "HEAD"), MethodNotAllowed);
}

TEST_CASE("names of variables may be keywords", "[routing]") {
    const Map map({Rule("/foo/<string:self>", {.endpoint = "self"}),
                   Rule("/bar/<string:class>", {.endpoint = "class"})});
    const MapAdapter urls = map.bind("example.org", {.subdomain = "blah"});
    CHECK(urls.build("self", {{"self", "bar"}}) == "http://example.org/foo/bar");
    CHECK(urls.build("class", {{"class", "bar"}}) == "http://example.org/bar/bar");
}

TEST_CASE("a host's label may be as long as IDNA lets it be", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"})});
    const std::string name =
        map.bind("\xF0\x9F\x90\x8D" + std::string(52, 'a') + ":8443").server_name();
    CHECK(name.find(':') == 63);
    CHECK(name.ends_with(":8443"));
}

TEST_CASE("dots of a rule are dots", "[routing]") {
    const MapAdapter urls = Map({Rule("/foo.<bar>", {.endpoint = "rule"})}).bind("localhost");
    CHECK(urls.match("/foo.x") == matched("rule", {{"bar", "x"}}));
    CHECK_THROWS_AS(urls.match("/foobx"), NotFound);
}

TEST_CASE("dispatching calls the view, and throws what matching and the view throw", "[routing]") {
    const Map map({Rule("/", {.endpoint = "root"}), Rule("/foo/", {.endpoint = "foo"}),
                   Rule("/<int:x>", {.endpoint = "x"})});
    const MapAdapter urls = map.bind("localhost");
    const auto view = [](const std::string& endpoint, const Json& values) {
        if (values.contains("x")) throw NotFound();
        return endpoint + values.dump();
    };
    CHECK(urls.dispatch(view, "/") == "root{}");
    CHECK_THROWS_AS(urls.dispatch(view, "/foo"), RequestRedirect);
    CHECK_THROWS_AS(urls.dispatch(view, "/bar"), NotFound);
    // What Werkzeug calls catch_http_exceptions is a catch clause.
    int code = 0;
    try {
        urls.dispatch(view, "/1");
    } catch (const HTTPException& error) {
        code = error.code();
    }
    CHECK(code == 404);
}
