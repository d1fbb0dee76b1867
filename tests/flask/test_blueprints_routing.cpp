// What Flask's test_blueprints says of prefixes, names, URL values, nesting and subdomains.
#include "flask/blueprints.hpp"

#include "core/files.hpp"
#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "routing/rules.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

std::string get(Flask& app, std::string_view path) {
    const auto response = app.test_client().get(path);
    return response.status_code() == 404 ? "404" : response.text();
}

}  // namespace

TEST_CASE("prefix and rule are joined by one slash", "[flask][blueprints]") {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"", "/", "/"},
        {"/", "", "/"},
        {"/", "/", "/"},
        {"/foo", "", "/foo"},
        {"/foo/", "", "/foo/"},
        {"", "/bar", "/bar"},
        {"/foo/", "/bar", "/foo/bar"},
        {"/foo/", "bar", "/foo/bar"},
        {"/foo", "/bar", "/foo/bar"},
        {"/foo/", "//bar", "/foo/bar"},
        {"/foo//", "/bar", "/foo/bar"}};
    for (const auto& [prefix, rule, url] : cases) {
        CAPTURE(prefix, rule, url);
        Flask app;
        Blueprint bp("test", {.url_prefix = prefix});
        bp.route(runtime_rule(rule), [] { return std::pair{"", 204}; });
        app.register_blueprint(bp);
        CHECK(app.test_client().get(url).status_code() == 204);
    }
}

TEST_CASE("a parameter may come from url_defaults of a blueprint alone", "[flask][blueprints]") {
    Blueprint bp("test");
    bp.get("/foo", [](int baz) { return "foo " + std::to_string(baz); });
    bp.get("/bar/<name>", [](std::string name, int baz) { return name + std::to_string(baz); });
    bp.get("/<lang>/page", [](std::string lang, int baz) { return lang + std::to_string(baz); });
    Flask app;
    app.register_blueprint(bp, {.url_prefix = "/1", .url_defaults = {{"baz", 42}}});
    app.register_blueprint(bp,
                           {.url_prefix = "/2", .name = "test2", .url_defaults = {{"baz", 19}}});
    CHECK(get(app, "/1/foo") == "foo 42");
    CHECK(get(app, "/2/foo") == "foo 19");
    CHECK(get(app, "/1/bar/x") == "x42");
    CHECK(get(app, "/2/de/page") == "de19");
}

TEST_CASE("one blueprint registered twice with other values", "[flask][blueprints]") {
    Blueprint bp("test");
    bp.route("/foo", {.defaults = {{"baz", 42}}},
             [](int bar, int baz) { return std::to_string(bar) + "/" + std::to_string(baz); });
    bp.route("/bar")([](int bar) { return std::to_string(bar); });
    Flask app;
    app.register_blueprint(bp, {.url_prefix = "/1", .url_defaults = {{"bar", 23}}});
    app.register_blueprint(bp,
                           {.url_prefix = "/2", .name = "test2", .url_defaults = {{"bar", 19}}});
    CHECK(get(app, "/1/foo") == "23/42");
    CHECK(get(app, "/2/foo") == "19/42");
    CHECK(get(app, "/1/bar") == "23");
    CHECK(get(app, "/2/bar") == "19");
}

TEST_CASE("a blueprint's prefix has a variable that its hooks keep", "[flask][blueprints]") {
    Blueprint bp("frontend", {.url_prefix = "/<lang_code>"});
    bp.url_defaults([](std::string_view, Json& values) {
        if (!values.contains("lang_code")) values["lang_code"] = g.get<std::string>("lang_code");
    });
    bp.url_value_preprocessor([](std::string_view, Json& values) {
        g["lang_code"] = values["lang_code"].get<std::string>();
        values.erase("lang_code");
    });
    bp.get("/", [] { return url_for(".about"); });
    bp.get("/about", [] { return url_for(".index"); });
    Flask app;
    app.register_blueprint(bp);
    CHECK(get(app, "/de/") == "/de/about");
    CHECK(get(app, "/de/about") == "/de/");
}

TEST_CASE("app-wide URL hooks of a blueprint", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp");
    bp.app_url_defaults([](std::string_view, Json& values) {
        if (!values.contains("lang_code")) values["lang_code"] = g.get<std::string>("lang_code");
    });
    bp.app_url_value_preprocessor([](std::string_view, Json& values) {
        g["lang_code"] = values["lang_code"].get<std::string>();
        values.erase("lang_code");
    });
    app.register_blueprint(bp);
    app.route("/<lang_code>/", {.endpoint = "index"})([] { return url_for("about"); });
    app.route("/<lang_code>/about", {.endpoint = "about"})([] { return url_for("index"); });
    CHECK(get(app, "/de/") == "/de/about");
    CHECK(get(app, "/de/about") == "/de/");
}

TEST_CASE("names of an application and of its blueprints", "[flask][blueprints]") {
    Flask app;
    app.testing(true);
    Blueprint test("test");
    app.get("/", {.endpoint = "app_index"}, [] { return url_for("test.index"); });
    test.get("/test/", {.endpoint = "index"}, [] { return url_for("app_index"); });
    app.register_blueprint(test);
    CHECK(get(app, "/") == "/test/");
    CHECK(get(app, "/test/") == "/");
}

TEST_CASE("a default has a rule of its own", "[flask][blueprints]") {
    Blueprint bp("bp");
    const auto something =
        bp.route("/", {.defaults = {{"page", 1}}}, [](int page) { return std::to_string(page); });
    bp.route("/page/<int:page>")(something);
    Flask app;
    app.register_blueprint(bp);
    CHECK(get(app, "/") == "1");
    CHECK(get(app, "/page/2") == "2");
}

TEST_CASE("endpoints of a blueprint are its name and theirs", "[flask][blueprints]") {
    Blueprint bp("bp");
    const auto endpoint = [] { return request->endpoint().value_or(""); };
    bp.get("/foo", endpoint);
    bp.get("/bar", {.endpoint = "bar"}, endpoint);
    bp.get("/bar/123", {.endpoint = "123"}, endpoint);
    bp.get("/bar/foo", {.endpoint = "bar_foo"}, endpoint);
    Flask app;
    app.register_blueprint(bp, {.url_prefix = "/py"});
    CHECK(get(app, "/py/foo") == "bp.foo");
    CHECK(get(app, "/py/bar") == "bp.bar");
    CHECK(get(app, "/py/bar/123") == "bp.123");
    CHECK(get(app, "/py/bar/foo") == "bp.bar_foo");
}

TEST_CASE("an endpoint of a blueprint has no dot", "[flask][blueprints]") {
    Blueprint bp("bp");
    CHECK_THROWS_AS(bp.route("/", {.endpoint = "a.b"}, [] { return ""; }), ValueError);
    CHECK_THROWS_AS(bp.add_url_rule("/", "a.b"), ValueError);
    CHECK_THROWS_AS(bp.add_url_rule("/", "a.b", [] { return ""; }), ValueError);
    CHECK_THROWS_AS(Blueprint("app.ui"), ValueError);
    CHECK_THROWS_AS(Blueprint(""), ValueError);
}

TEST_CASE("a blueprint gives a view to a rule of the map", "[flask][blueprints]") {
    Flask app;
    app.url_map().add(Rule("/foo", {.endpoint = "bar"}));
    Blueprint bp("bp");
    bp.endpoint("bar")([] { return request->endpoint().value_or(""); });
    bp.add_url_rule("/own", "own");
    bp.endpoint("own")([] { return "own"; });
    app.register_blueprint(bp, {.url_prefix = "/bp_prefix"});
    CHECK(get(app, "/foo") == "bar");
    CHECK(get(app, "/bp_prefix/bar") == "404");
    CHECK(get(app, "/bp_prefix/own") == "own");
}

TEST_CASE("blueprints in blueprints, each with its own 403", "[flask][blueprints]") {
    const auto forbidden = [](const char* text) {
        return [text](const HTTPException&) { return std::pair{text, 403}; };
    };
    Blueprint parent("parent");
    Blueprint child("child");
    Blueprint grandchild("grandchild");
    parent.errorhandler(403)(forbidden("Parent no"));
    parent.get("/", [] { return "Parent yes"; });
    parent.get("/no", []() -> std::string { abort(403); });
    child.get("/", [] { return "Child yes"; });
    child.get("/no", []() -> std::string { abort(403); });
    grandchild.errorhandler(403)(forbidden("Grandchild no"));
    grandchild.get("/", [] { return "Grandchild yes"; });
    grandchild.get("/no", []() -> std::string { abort(403); });
    child.register_blueprint(grandchild, {.url_prefix = "/grandchild"});
    parent.register_blueprint(child, {.url_prefix = "/child"});
    Flask app;
    app.register_blueprint(parent, {.url_prefix = "/parent"});
    CHECK(get(app, "/parent/") == "Parent yes");
    CHECK(get(app, "/parent/child/") == "Child yes");
    CHECK(get(app, "/parent/child/grandchild/") == "Grandchild yes");
    CHECK(get(app, "/parent/no") == "Parent no");
    CHECK(get(app, "/parent/child/no") == "Parent no");
    CHECK(get(app, "/parent/child/grandchild/no") == "Grandchild no");
    CHECK(app.blueprints() ==
          std::vector<std::string>{"parent", "parent.child", "parent.child.grandchild"});
}

TEST_CASE("prefixes are given when made or registered, on both levels", "[flask][blueprints]") {
    for (const bool parent_made : {true, false}) {
        for (const bool child_made : {true, false}) {
            const auto made_with = [](bool made, const char* prefix) {
                BlueprintOptions options;
                if (made) options.url_prefix = prefix;
                return options;
            };
            const auto registered_with = [](bool made, const char* prefix) {
                RegisterBlueprintOptions options;
                if (!made) options.url_prefix = prefix;
                return options;
            };
            Blueprint parent("parent", made_with(parent_made, "/parent"));
            Blueprint child("child", made_with(child_made, "/child"));
            child.get("/", [] { return "index"; });
            parent.register_blueprint(child, registered_with(child_made, "/child"));
            Flask app;
            app.register_blueprint(parent, registered_with(parent_made, "/parent"));
            CHECK(get(app, "/parent/child/") == "index");
        }
    }
}

TEST_CASE("subdomains of blueprints are inherited and joined", "[flask][blueprints]") {
    const auto at = [](Flask& app, const std::string& host) {
        const auto response = app.test_client().get("/child/", {.base_url = "http://" + host});
        return response.status_code() == 200 ? response.text() : "404";
    };
    {
        Flask app(FlaskOptions{.static_folder = std::nullopt, .subdomain_matching = true});
        app.config["SERVER_NAME"] = "example.test";
        Blueprint parent("parent");
        Blueprint child("child", {.url_prefix = "/child"});
        child.get("/", [] { return "child"; });
        parent.register_blueprint(child);
        app.register_blueprint(parent, {.subdomain = "api"});
        CHECK(at(app, "api.example.test") == "child");
        CHECK(at(app, "example.test") == "404");
    }
    Flask app(FlaskOptions{.static_folder = std::nullopt, .subdomain_matching = true});
    app.config["SERVER_NAME"] = "example.test";
    Blueprint parent("parent", {.subdomain = "parent"});
    Blueprint child("child", {.url_prefix = "/child", .subdomain = "api"});
    child.get("/", [] { return "child"; });
    parent.register_blueprint(child);
    app.register_blueprint(parent);
    CHECK(at(app, "api.parent.example.test") == "child");
    CHECK(at(app, "parent.example.test") == "404");
}

TEST_CASE("a blueprint's name is taken once, unless it is given another", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp");
    Blueprint same_name("bp");
    app.register_blueprint(bp);
    CHECK_THROWS_AS(app.register_blueprint(bp), ValueError);
    app.register_blueprint(bp, {.name = "again"});
    CHECK_THROWS_AS(app.register_blueprint(same_name), ValueError);
    app.register_blueprint(same_name, {.name = "alt"});
    CHECK_THROWS_AS(bp.register_blueprint(bp), std::exception);
    Blueprint fresh("fresh");
    CHECK_THROWS_AS(fresh.register_blueprint(fresh), ValueError);
}

TEST_CASE("another name renames endpoints, those inside too", "[flask][blueprints]") {
    Blueprint bp("bp");
    Blueprint sub("sub");
    const auto endpoint = [] { return request->endpoint().value_or(""); };
    bp.get("/", {.endpoint = "index"}, endpoint);
    bp.get("/error", []() -> std::string { abort(403); });
    bp.errorhandler(403)([](const HTTPException&) { return std::pair{"Error", 403}; });
    sub.get("/", {.endpoint = "index2"}, endpoint);
    sub.get("/error", []() -> std::string { abort(403); });
    bp.register_blueprint(sub, {.url_prefix = "/sub"});
    Flask app;
    app.register_blueprint(bp, {.url_prefix = "/a"});
    app.register_blueprint(bp, {.url_prefix = "/b", .name = "alt"});
    CHECK(get(app, "/a/") == "bp.index");
    CHECK(get(app, "/b/") == "alt.index");
    CHECK(get(app, "/a/sub/") == "bp.sub.index2");
    CHECK(get(app, "/b/sub/") == "alt.sub.index2");
    CHECK(get(app, "/a/error") == "Error");
    CHECK(get(app, "/b/error") == "Error");
    CHECK(get(app, "/a/sub/error") == "Error");
    CHECK(get(app, "/b/sub/error") == "Error");
}
