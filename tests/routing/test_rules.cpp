// Rules: their text, options, automatic endpoints, and the check against a view when registered.
#include "routing/rules.hpp"

#include "routing/checked_rule.hpp"
#include "routing/map.hpp"

#include "support/catch.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;

TEST_CASE("malformed rules are refused", "[routing]") {
    CHECK_THROWS_AS(Rule("foo"), std::invalid_argument);
    CHECK_THROWS_AS(Rule(""), std::invalid_argument);
    for (const char* rule : {"/<int()>", "/<", "/<a", "/<>", "/<1a>", "/<a:>", "/<:a>", "/<a b>",
                             "/<int(:a>", "/<a:b:c>", "/x<y</z>"}) {
        CAPTURE(rule);
        CHECK_THROWS_AS(Map({Rule(rule)}), std::invalid_argument);
    }
    CHECK_THROWS_AS(Map({Rule("/<a>/<a>")}), std::invalid_argument);
    CHECK_THROWS_AS(Map({Rule("/", {.subdomain = "<path:x>"})}), std::invalid_argument);
    CHECK_THROWS_AS(Rule("/", {.defaults = Json::array({1})}), std::invalid_argument);
    CHECK_THROWS_AS(Rule("/ws", {.methods = {"post"}, .websocket = true}), std::invalid_argument);
    CHECK(Rule("/ws", {.methods = {"get", "head", "options"}, .websocket = true}).websocket());
}

TEST_CASE("methods are in upper case, sorted, and GET brings HEAD", "[routing]") {
    const Rule rule("/", {.methods = {"get", "POST", "Get"}});
    CHECK(rule.methods().names() == std::vector<std::string>{"GET", "HEAD", "POST"});
    CHECK(rule.allows("HEAD"));
    CHECK_FALSE(rule.allows("PUT"));
    CHECK(Rule("/").allows("PUT"));
    CHECK_FALSE(Rule("/").methods().is_set());
    CHECK(Rule("/", {.methods = std::vector<std::string>{"PUT"}}).methods().names() ==
          std::vector<std::string>{"PUT"});
    CHECK(Rule("/", {.methods = {"PUT"}}).methods().names() == std::vector<std::string>{"PUT"});
}

TEST_CASE("a rule tells its texts and arguments", "[routing]") {
    Map map;
    const Rule& rule = map.add(
        Rule("/a/<b>/<int:c>/", {.defaults = {{"d", 1}}, .methods = {"POST"}, .endpoint = "e"}));
    CHECK(rule.arguments() == std::vector<std::string>{"b", "c", "d"});
    CHECK(rule.variables().size() == 2);
    CHECK(rule.variables()[1].name == "c");
    CHECK(rule.is_branch());
    CHECK_FALSE(rule.is_leaf());
    CHECK(rule.to_string() == "<Rule '/a/<b>/<c>/' (POST) -> e>");
    CHECK(rule.empty().to_string() == "<Rule '/a/<b>/<int:c>/' (POST) -> e>");
    CHECK(rule.strict_slashes());
}

TEST_CASE("arguments of converters may hold parentheses, slashes and colons", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/<any('a(b)', 'c:d', 'e>f'):x>", {.endpoint = "x"})}).bind("localhost");
    CHECK(urls.match("/a(b)").second["x"] == "a(b)");
    CHECK(urls.match("/c:d").second["x"] == "c:d");
    CHECK(urls.match("/e>f").second["x"] == "e>f");
    CHECK(Map({Rule("/a>b", {.endpoint = "x"})}).bind("localhost").test("/a>b"));
}

TEST_CASE("endpoints are named after the fixed parts of their rules", "[routing]") {
    using detail::endpoint_from_rule;
    CHECK(endpoint_from_rule("/") == "index");
    CHECK(endpoint_from_rule("//") == "index");
    CHECK(endpoint_from_rule("") == "index");
    CHECK(endpoint_from_rule("/user/<name>") == "user");
    CHECK(endpoint_from_rule("/blog/<int:id>/edit") == "blog_edit");
    CHECK(endpoint_from_rule("/about-me") == "about_me");
    CHECK(endpoint_from_rule("/a--b.c/") == "a_b_c");
    CHECK(endpoint_from_rule("/-a-") == "a");
    CHECK(endpoint_from_rule("/v<int:a>.<int:b>") == "v");
    CHECK(endpoint_from_rule("/<a>/<int:b>") == "a_b");
    CHECK(endpoint_from_rule("/robots.txt") == "robots_txt");
    CHECK(endpoint_from_rule("/-") == "index");
    CHECK(endpoint_from_rule("/x<a>y") == "x_y");
}

TEST_CASE("a view is checked against its rule when registered", "[routing]") {
    using detail::ParameterKind;
    using detail::ViewParameter;
    const auto problem = [](Rule rule, const auto& view) -> std::string {
        Map map;
        const Rule& added = map.add(std::move(rule));
        const auto parameters = detail::view_parameters<std::remove_cvref_t<decltype(view)>>();
        return detail::check_view_parameters(added, parameters, "a_view").value_or("");
    };
    CHECK(problem(Rule("/"), [] {}).empty());
    CHECK(problem(Rule("/<int:a>/<b>"), [](int, const std::string&) {}).empty());
    CHECK(problem(Rule("/<float:a>/<path:b>"), [](double, std::string_view) {}).empty());
    CHECK(problem(Rule("/<int:a>", {.defaults = {{"page", 1}, {"x", true}}}), [](long, int, bool) {
          }).empty());
    CHECK(problem(Rule("/<int:a>", {.defaults = {{"ratio", 1}}}), [](long, double) {}).empty());
    CHECK(problem(Rule("/<int:a>", {.defaults = {{"a", 1}}}), [](long) {}).empty());

    CHECK(problem(Rule("/<int:a>"), [] {}) ==
          "The rule '/<int:a>' does not go with its view 'a_view': it has 1 "
          "variables, the view takes 0 parameters.");
    CHECK(problem(Rule("/<int:a>/<b>"), [](int, int) {}) ==
          "The rule '/<int:a>/<b>' does not go with its view 'a_view': parameter 2 takes 'b' of "
          "the converter string, so "
          "it must be std::string or std::string_view, by value or by const reference.");
    CHECK_FALSE(problem(Rule("/<int:a>"), [](bool) {}).empty());
    CHECK_FALSE(problem(Rule("/<int:a>"), [](char) {}).empty());
    CHECK_FALSE(problem(Rule("/<a>"), [](std::string&) {}).empty());
    CHECK_FALSE(problem(Rule("/<a>"), [](const char*) {}).empty());
    CHECK_FALSE(problem(Rule("/", {.defaults = {{"page", 1}}}), [](std::string) {}).empty());
    CHECK_FALSE(problem(Rule("/<float:a>"), [](int) {}).empty());
}
