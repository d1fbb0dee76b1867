#include "flask/blueprints.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"

#include <optional>
#include <string>
#include <utility>

using namespace microflask;

TEST_CASE("a blueprint's routes take effect below its prefix and name", "[flask][blueprints]") {
    Flask app;
    {
        Blueprint bp("auth", {.url_prefix = "/auth/"});
        bp.get("/login",
               [] { return *request->endpoint() + " " + request->blueprint().value_or("none"); });
        bp.get("/user/<int:id>", [](int id) { return url_for("auth.user", {{"id", id + 1}}); });
        app.register_blueprint(bp);
    }
    auto client = app.test_client();
    CHECK(client.get("/auth/login").text() == "auth.login auth");
    CHECK(client.get("/auth/user/1").text() == "/auth/user/2");
    CHECK(app.view_functions().contains("auth.login"));
}

TEST_CASE("a blueprint may be registered again under another name", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp");
    bp.get("/", [] { return *request->endpoint(); });
    app.register_blueprint(bp, {.url_prefix = "/a"});
    app.register_blueprint(bp, {.url_prefix = "/b", .name = "other"});
    auto client = app.test_client();
    CHECK(client.get("/a/").text() == "bp.index");
    CHECK(client.get("/b/").text() == "other.index");

    Flask second;
    second.register_blueprint(bp);
    CHECK_THROWS_AS(second.register_blueprint(bp, {.url_prefix = "/again"}), ValueError);
}

TEST_CASE("blueprints nest: names, prefixes, hooks and handlers", "[flask][blueprints]") {
    Flask app;
    Blueprint parent("parent", {.url_prefix = "/parent"});
    Blueprint child("child", {.url_prefix = "/child"});
    std::string order;
    app.before_request([&] { order += "a"; });
    parent.before_request([&] { order += "p"; });
    child.before_request([&] { order += "c"; });
    child.after_request([&](Response response) {
        order += "C";
        return response;
    });
    parent.after_request([&](Response response) {
        order += "P";
        return response;
    });
    app.after_request([&](Response response) {
        order += "A";
        return response;
    });
    parent.errorhandler(403)([](const HTTPException&) { return std::pair{"parent's", 403}; });
    child.get("/", [] { return url_for("parent.child.index"); });
    child.get("/no", []() -> std::string { abort(403); });
    parent.register_blueprint(child);
    app.register_blueprint(parent);
    auto client = app.test_client();

    CHECK(client.get("/parent/child/").text() == "/parent/child/");
    CHECK(order == "apcCPA");
    CHECK(client.get("/parent/child/no").text() == "parent's");
    CHECK_THROWS_AS(Blueprint("x").register_blueprint(Blueprint("y.z")), ValueError);
}

TEST_CASE("hooks of a blueprint run for its views alone, app hooks for all",
          "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp", {.url_prefix = "/bp"});
    std::string order;
    bp.before_request([&] { order += "b"; });
    bp.before_app_request([&] { order += "B"; });
    bp.after_app_request([&](Response response) {
        order += "A";
        return response;
    });
    bp.teardown_app_request([&] { order += "T"; });
    bp.app_errorhandler(404)([](const HTTPException&) { return std::pair{"everywhere", 404}; });
    bp.get("/", [] { return ""; });
    app.register_blueprint(bp);
    app.get("/", [] { return ""; });
    auto client = app.test_client();

    client.get("/");
    CHECK(order == "BAT");
    order.clear();
    client.get("/bp/");
    CHECK(order == "BbAT");
    CHECK(client.get("/missing").text() == "everywhere");
}

TEST_CASE("url_defaults of a blueprint fill its views' parameters", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp", {.url_defaults = {{"page", 1}}});
    bp.route("/list", {}, [](int page) { return std::to_string(page); });
    app.register_blueprint(bp, {.url_prefix = "/one"});
    app.register_blueprint(bp,
                           {.url_prefix = "/two", .name = "two", .url_defaults = {{"page", 2}}});
    auto client = app.test_client();
    CHECK(client.get("/one/list").text() == "1");
    CHECK(client.get("/two/list").text() == "2");
}

TEST_CASE("record sees the registration", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp", {.url_prefix = "/p"});
    std::string seen;
    bp.record([&](BlueprintSetupState& state) {
        seen += state.name() + state.url_prefix().value_or("") +
                (state.first_registration() ? "!" : "?");
        state.app().config["SEEN"] = true;
    });
    app.register_blueprint(bp);
    app.register_blueprint(bp, {.name = "again"});
    CHECK(seen == "bp/p!again/p?");
    CHECK(app.config["SEEN"] == true);
}

TEST_CASE("names without a dot, setup before registration", "[flask][blueprints]") {
    CHECK_THROWS_AS(Blueprint(""), ValueError);
    CHECK_THROWS_AS(Blueprint("a.b"), ValueError);
    Flask app;
    Blueprint bp("bp");
    app.register_blueprint(bp);
    CHECK_THROWS_AS(bp.get("/late", [] { return ""; }), SetupError);
}

TEST_CASE("commands of a blueprint are in its group", "[flask][blueprints]") {
    Flask app;
    Blueprint bp("bp");
    bp.cli().command("hello")([] { echo("hello from bp"); });
    app.register_blueprint(bp);
    CHECK(app.test_cli_runner().invoke({"bp", "hello"}).output() == "hello from bp\n");
}
