// Rule literals that go with their views compile; those that do not are in tests/build/must_not_compile.
#include "routing/checked_rule.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

template <class View>
std::string route(CheckedRule<View> rule, View&&) {
    return std::string(rule.text()) + (rule.is_checked() ? "" : " (unchecked)");
}

template <class View>
std::string route_with_options(CheckedRule<View, detail::RuleCheck::more_after> rule, View&&) {
    return std::string(rule.text());
}

template <class View>
std::string blueprint_route(CheckedRule<View, detail::RuleCheck::more_anywhere> rule, View&&) {
    return std::string(rule.text());
}

std::string free_view(int, const std::string&) {
    return "";
}

struct Point {};

struct Overloaded {
    int operator()(long long) const { return 1; }
    int operator()(double) const { return 2; }
    int operator()(std::string_view) const { return 3; }
};

}  // namespace

TEST_CASE("a literal is checked while compiling", "[routing]") {
    CHECK(route("/", [] { return 1; }) == "/");
    CHECK(route("/<int:id>", [](int) { return 1; }) == "/<int:id>");
    CHECK(route("/<int:id>", [](std::uint64_t) { return 1; }) == "/<int:id>");
    CHECK(route("/<int(min=1, max=5):id>", [](const short&) { return 1; }) ==
          "/<int(min=1, max=5):id>");
    CHECK(route("/<float:x>/<float:y>", [](double, float) { return 1; }) == "/<float:x>/<float:y>");
    CHECK(route("/<name>/<path:rest>", [](std::string, std::string_view) { return 1; }) ==
          "/<name>/<path:rest>");
    CHECK(route("/<any(a, b):x>/<uuid:y>", [](const std::string&, const std::string_view&) {
              return 1;
          }) == "/<any(a, b):x>/<uuid:y>");
    CHECK(route("/<point:where>", [](const Point&) { return 1; }) == "/<point:where>");
    CHECK(route("/<int:id>/<name>", free_view) == "/<int:id>/<name>");
    CHECK(route("/v<int:a>.<int:b>", [](int, int) mutable noexcept { return 1; }) ==
          "/v<int:a>.<int:b>");
}

TEST_CASE("views with auto parameters and overloads are checked by calling them", "[routing]") {
    CHECK(route("/<int:id>/<name>", [](auto, auto) { return 1; }) == "/<int:id>/<name>");
    CHECK(route("/<a>/<b>/<c>", [](auto...) { return 1; }) == "/<a>/<b>/<c>");
    CHECK(route("/<float:x>", Overloaded()) == "/<float:x>");
    CHECK(route("/<int:x>", Overloaded()) == "/<int:x>");
}

TEST_CASE("a rule made at run time is not checked", "[routing]") {
    const std::string text = "/<int:id>";
    CHECK(route(runtime_rule(text), [](std::string) { return 1; }) == "/<int:id> (unchecked)");
}

TEST_CASE("options allow more parameters after, blueprints also before those of the rule",
          "[routing]") {
    CHECK(route_with_options("/<int:id>", [](int, std::string) { return 1; }) == "/<int:id>");
    CHECK(blueprint_route("/<int:id>", [](std::string, int) { return 1; }) == "/<int:id>");
    CHECK(blueprint_route("/<int:id>", [](std::string, int, double) { return 1; }) == "/<int:id>");
    CHECK(blueprint_route("", [] { return 1; }).empty());
}
