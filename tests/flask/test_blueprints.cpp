#include "flask/blueprints.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "wrappers/abort.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>

using namespace microflask;
using test_support::TemporaryFolder;

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

TEST_CASE("each blueprint answers its own 403", "[flask][blueprints]") {
    Flask app;
    Blueprint frontend("frontend");
    Blueprint backend("backend");
    Blueprint sideend("sideend");
    frontend.errorhandler(403)([](const HTTPException&) {
        return std::pair{"frontend says no", 403};
    });
    frontend.get("/frontend-no", []() -> std::string { abort(403); });
    backend.errorhandler(403)([](const HTTPException&) {
        return std::pair{"backend says no", 403};
    });
    backend.get("/backend-no", []() -> std::string { abort(403); });
    sideend.get("/what-is-a-sideend", []() -> std::string { abort(403); });
    app.register_blueprint(frontend);
    app.register_blueprint(backend);
    app.register_blueprint(sideend);
    app.errorhandler(403)([](const HTTPException&) {
        return std::pair{"application itself says no", 403};
    });
    auto client = app.test_client();
    CHECK(client.get("/frontend-no").text() == "frontend says no");
    CHECK(client.get("/backend-no").text() == "backend says no");
    CHECK(client.get("/what-is-a-sideend").text() == "application itself says no");
}

TEST_CASE("a blueprint answers exceptions of one's own", "[flask][blueprints]") {
    struct DecoratorError : std::exception {};
    struct FunctionError : std::exception {};
    Blueprint bp("blue");
    bp.errorhandler<DecoratorError>([](const DecoratorError&) { return "boom"; });
    bp.register_error_handler<FunctionError>([](const FunctionError&) { return "bam"; });
    bp.get("/decorator", []() -> std::string { throw DecoratorError(); });
    bp.get("/function", []() -> std::string { throw FunctionError(); });
    Flask app;
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/decorator").text() == "boom");
    CHECK(client.get("/function").text() == "bam");
}

TEST_CASE("a blueprint answers the errors of the whole application", "[flask][blueprints]") {
    Blueprint errors("errors");
    errors.app_errorhandler(403)([](const HTTPException&) {
        return std::pair{"you shall not pass", 403};
    });
    Flask app;
    app.get("/forbidden", []() -> std::string { abort(403); });
    Blueprint other("other");
    other.get("/nope", []() -> std::string { abort(403); });
    app.register_blueprint(errors);
    app.register_blueprint(other, {.url_prefix = "/other"});
    auto client = app.test_client();
    CHECK(client.get("/forbidden").text() == "you shall not pass");
    CHECK(client.get("/other/nope").text() == "you shall not pass");
}

TEST_CASE("hooks of a blueprint run around its views, in order", "[flask][blueprints]") {
    Blueprint bp("bp");
    std::string events;
    bp.before_request([&] { events += "before "; });
    bp.after_request([&](Response response) {
        response.set_data(response.get_data() + "|after");
        events += "after ";
        return response;
    });
    bp.teardown_request([&] { events += "teardown "; });
    bp.get("/bp", [] { return "request"; });
    Flask app;
    app.register_blueprint(bp);
    CHECK(app.test_client().get("/bp").text() == "request|after");
    CHECK(events == "before after teardown ");
}

TEST_CASE("app-wide hooks of a blueprint run for every request", "[flask][blueprints]") {
    Blueprint bp("bp");
    std::string events;
    bp.before_app_request([&] { events += "before "; });
    bp.after_app_request([&](Response response) {
        response.set_data(response.get_data() + "|after");
        events += "after ";
        return response;
    });
    bp.teardown_app_request([&] { events += "teardown "; });
    Flask app;
    app.register_blueprint(bp);
    app.get("/", [] { return "request"; });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "request|after");
    CHECK(events == "before after teardown ");
    client.get("/");
    CHECK(events == "before after teardown before after teardown ");
}

TEST_CASE("hooks of nested blueprints run from the outside in, and back", "[flask][blueprints]") {
    Flask app;
    Blueprint parent("parent");
    Blueprint child("child");
    std::string seen;
    const auto add_hooks = [&seen](auto& scope, const std::string& name) {
        for (const char* number : {"1", "2"}) {
            scope.before_request([&seen, name, number] { seen += name + number + " "; });
            scope.teardown_request([&seen, name, number] { seen += "-" + name + number + " "; });
        }
    };
    add_hooks(app, "app");
    add_hooks(parent, "parent");
    add_hooks(child, "child");
    child.get("/a", [&] {
        seen += "view ";
        return "";
    });
    parent.register_blueprint(child);
    app.register_blueprint(parent);
    app.test_client().get("/a");
    CHECK(seen ==
          "app1 app2 parent1 parent2 child1 child2 view "
          "-child2 -child1 -parent2 -parent1 -app2 -app1 ");
}

TEST_CASE("record_once runs at the first registration alone, on each application",
          "[flask][blueprints]") {
    Blueprint bp("bp");
    int always = 0;
    int once = 0;
    bp.record([&](BlueprintSetupState& state) {
        ++always;
        state.add_url_rule("/recorded", "recorded",
                           [prefix = state.url_prefix().value_or("none")] { return prefix; });
    });
    bp.record_once([&](BlueprintSetupState&) { ++once; });
    Flask app;
    app.register_blueprint(bp, {.url_prefix = "/one"});
    app.register_blueprint(bp, {.url_prefix = "/two", .name = "again"});
    CHECK(always == 2);
    CHECK(once == 1);
    auto client = app.test_client();
    CHECK(client.get("/one/recorded").text() == "/one");
    CHECK(client.get("/two/recorded").text() == "/two");
    Flask other;
    other.register_blueprint(bp);
    CHECK(once == 2);
}

TEST_CASE("static files of a blueprint have its URL and its maximal age", "[flask][blueprints]") {
    const TemporaryFolder folder;
    folder.write("static/test.txt", "Admin File\n");
    Flask app;
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600;
    Blueprint admin(
        "admin", {.url_prefix = "/admin", .static_folder = "static", .root_path = folder.path()});
    app.register_blueprint(admin);
    const auto response = app.test_client().get("/admin/static/test.txt");
    CHECK(response.text() == "Admin File\n");
    CHECK(response.cache_control().max_age() == 3600);
    CHECK(admin.open_resource("static/test.txt").read() == "Admin File\n");
    const auto context = app.test_request_context();
    CHECK(url_for("admin.static", {{"filename", "test.txt"}}) == "/admin/static/test.txt");
}
