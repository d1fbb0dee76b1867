// What Flask's test_basic says of routes, endpoints and URLs.
#include "flask/app.hpp"

#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "routing/exceptions.hpp"
#include "routing/rules.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace microflask;

namespace {

std::string allow_of(const TestResponse& response) {
    return response.headers().get("Allow", "");
}

}  // namespace

TEST_CASE("whether OPTIONS is automatic, is said by rule, setting or method", "[flask][routing]") {
    Flask app;
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = false;
    app.route("/on", {.provide_automatic_options = true}, [] { return "on"; });
    app.get("/off", [] { return "off"; });
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = true;
    app.route("/argument", {.provide_automatic_options = false}, [] { return "argument"; });
    app.route("/own", {.methods = {"GET", "OPTIONS"}}, [] {
        return Response("", 200, {{"X-Test", "test"}});
    });
    auto client = app.test_client();
    CHECK(allow_of(client.options("/on")) == "GET, HEAD, OPTIONS");
    CHECK(client.options("/off").status_code() == 405);
    CHECK(client.options("/argument").status_code() == 405);
    const auto own = client.options("/own");
    CHECK(own.headers()["X-Test"] == "test");
    CHECK_FALSE(own.headers().contains("Allow"));
}

TEST_CASE("OPTIONS of a path unites its rules", "[flask][routing]") {
    Flask app;
    app.route("/", {.methods = {"GET", "POST"}}, [] { return "one"; });
    app.route("/", {.methods = {"PUT"}}, [] { return "two"; });
    const auto response = app.test_client().options("/");
    CHECK(allow_of(response) == "GET, HEAD, OPTIONS, POST, PUT");
    CHECK(response.text().empty());
}

TEST_CASE("add_url_rule equals route, and methods may be in lower case", "[flask][routing]") {
    Flask app;
    app.add_url_rule("/", "index", [] { return std::string(request->method()); });
    app.add_url_rule("/more", "more", [] { return std::string(request->method()); },
                     {.methods = {"get", "Post"}});
    app.add_url_rule("/options", "options", [] { return "the view's own"; },
                     {.methods = {"options"}});
    auto client = app.test_client();
    CHECK(client.get("/").text() == "GET");
    CHECK(allow_of(client.post("/")) == "GET, HEAD, OPTIONS");
    CHECK(client.head("/").text().empty());
    CHECK(client.post("/more").text() == "POST");
    CHECK(client.get("/more").text() == "GET");
    CHECK(allow_of(client.delete_("/more")) == "GET, HEAD, OPTIONS, POST");
    CHECK(client.options("/options").text() == "the view's own");
}

TEST_CASE("rules are added to the map itself, their views by endpoint", "[flask][routing]") {
    Flask app;
    app.url_map().add(
        Submount("/foo", {Rule("/bar", {.endpoint = "bar"}), Rule("/", {.endpoint = "index"}),
                          Rule("/<int:id>", {.endpoint = "item"})}));
    app.endpoint("bar")([] { return "bar"; });
    app.endpoint("index")([] { return "index"; });
    app.endpoint("item")([](int id) { return std::to_string(id); });
    app.url_map().add(Rule("/none", {.endpoint = "none"}));
    auto client = app.test_client();
    CHECK(client.get("/foo/").text() == "index");
    CHECK(client.get("/foo/bar").text() == "bar");
    CHECK(client.get("/foo/7").text() == "7");
    CHECK(client.get("/none").status_code() == 500);
    const auto context = app.test_request_context();
    CHECK(url_for("bar") == "/foo/bar");
}

TEST_CASE("an endpoint is what was given", "[flask][routing]") {
    Flask app;
    app.get("/foo", {.endpoint = "123"}, [] { return request->endpoint().value_or(""); });
    app.get("/bar", {.endpoint = "bar"}, [] { return request->endpoint().value_or(""); });
    auto client = app.test_client();
    CHECK(client.get("/foo").text() == "123");
    CHECK(client.get("/bar").text() == "bar");
    const auto context = app.test_request_context();
    CHECK(url_for("123") == "/foo");
    CHECK(url_for("bar") == "/bar");
}

TEST_CASE("several rules lead to one view, defaults fill what they lack", "[flask][routing]") {
    Flask app;
    const auto index =
        app.route("/", {.defaults = {{"test", "a"}}}, [](std::string test) { return test; });
    app.route("/<test>/")(index);
    auto client = app.test_client();
    CHECK(client.get("/").text() == "a");
    CHECK(client.get("/b/").text() == "b");
}

TEST_CASE("member functions are views of several rules", "[flask][routing]") {
    struct Pages {
        Flask& app;
        explicit Pages(Flask& given) : app(given) {
            app.route("/", {.defaults = {{"test", "a"}}},
                      [this](std::string test) { return index(test); });
            app.route("/<test>/", [this](std::string test) { return index(test); });
        }
        std::string index(const std::string& test) const { return test; }
    };
    Flask app;
    const Pages pages(app);
    auto client = app.test_client();
    CHECK(client.get("/").text() == "a");
    CHECK(client.get("/b/").text() == "b");
}

TEST_CASE("a path may have any characters", "[flask][routing]") {
    Flask app;
    app.get("/\xD0\xBA\xD0\xB8\xD1\x80\xD1\x82\xD0\xB5\xD1\x81\xD1\x82", [] { return "Hello"; });
    auto client = app.test_client();
    CHECK(client.get("/\xD0\xBA\xD0\xB8\xD1\x80\xD1\x82\xD0\xB5\xD1\x81\xD1\x82").text() ==
          "Hello");
    CHECK(client.get("/%D0%BA%D0%B8%D1%80%D1%82%D0%B5%D1%81%D1%82").text() == "Hello");
}

TEST_CASE("a redirect to the right slash keeps method and form", "[flask][routing]") {
    Flask app;
    app.post("/user/", [] { return request->form()["status"]; });
    const auto response = app.test_client().post(
        "/user", {.form = {{"status", "success"}}, .follow_redirects = true});
    CHECK(response.text() == "success");
    REQUIRE(response.history().size() == 1);
    CHECK(response.history()[0].status_code() == 308);
}

TEST_CASE("url_for quotes values and makes absolute URLs", "[flask][routing]") {
    Flask app;
    app.route("/hello/<name>", {.methods = {"POST"}, .endpoint = "hello"},
              [](std::string) { return ""; });
    const auto context = app.test_request_context();
    CHECK(url_for("hello", {{"name", "test x"}}) == "/hello/test%20x");
    CHECK(url_for("hello", {{"name", "test x"}}, {.external = true}) ==
          "http://localhost/hello/test%20x");
}

TEST_CASE("a URL that cannot be built is asked of handlers", "[flask][routing]") {
    Flask app;
    {
        const auto context = app.test_request_context();
        CHECK_THROWS_AS(url_for("spam"), BuildError);
    }
    app.url_build_error_handler([](const BuildError&, std::string_view endpoint, const Json&) {
        return endpoint == "spam" ? std::optional<std::string>("/test_handler/") : std::nullopt;
    });
    const auto context = app.test_request_context();
    CHECK(url_for("spam") == "/test_handler/");
    CHECK_THROWS_AS(url_for("eggs"), BuildError);
}

TEST_CASE("a handler of such URLs may throw the error again", "[flask][routing]") {
    Flask app;
    app.url_build_error_handler([](const BuildError& error, std::string_view,
                                   const Json&) -> std::optional<std::string> { throw error; });
    const auto context = app.test_request_context();
    CHECK_THROWS_AS(url_for("not.existing"), BuildError);
}

TEST_CASE("a handler of such URLs sees url_for's own options", "[flask][routing]") {
    Flask app;
    app.url_build_error_handler([](const BuildError&, std::string_view, const Json& values) {
        CHECK(values == Json{{"_external", false},
                             {"_anchor", nullptr},
                             {"_method", nullptr},
                             {"_scheme", nullptr}});
        return std::optional<std::string>("handled");
    });
    const auto context = app.test_request_context();
    CHECK(url_for("/") == "handled");
}

TEST_CASE("values that views share are taken out of URLs and put in again", "[flask][routing]") {
    Flask app;
    app.url_defaults([](std::string_view endpoint, Json& values) {
        if (g.contains("lang_code") &&
            current_app->url_map().is_endpoint_expecting(endpoint, "lang_code") &&
            !values.contains("lang_code")) {
            values["lang_code"] = g.get<std::string>("lang_code");
        }
    });
    app.url_value_preprocessor([](std::string_view, Json& values) {
        if (!values.contains("lang_code")) return;
        g["lang_code"] = values["lang_code"].get<std::string>();
        values.erase("lang_code");
    });
    app.route("/<lang_code>/", {.endpoint = "index"})([] { return url_for("about"); });
    app.route("/<lang_code>/about",
              {.endpoint = "about"})([] { return url_for("something_else"); });
    app.route("/foo", {.endpoint = "something_else"})([] {
        return url_for("about", {{"lang_code", "en"}});
    });
    auto client = app.test_client();
    CHECK(client.get("/de/").text() == "/de/about");
    CHECK(client.get("/de/about").text() == "/foo");
    CHECK(client.get("/foo").text() == "/en/about");
}

TEST_CASE("url_defaults of a blueprint hold when its URLs are built from outside",
          "[flask][routing]") {
    Flask app;
    Blueprint bp("foo");
    bp.url_defaults([](std::string_view, Json& values) { values["page"] = "login"; });
    bp.get("/<page>", [](std::string) { return ""; });
    app.register_blueprint(bp);
    const auto context = app.test_request_context();
    CHECK(url_for("foo.page") == "/login");
}

TEST_CASE("views run with the context that they are given", "[flask]") {
    CHECK_FALSE(request);
    CHECK_FALSE(g);
    Flask app;
    const auto context = app.app_context();
    CHECK_FALSE(g.contains("x"));
    CHECK(g.get<int>("x", 11) == 11);
    g["x"] = 42;
    CHECK(g.get<int>("x") == 42);
    g["foo"] = 23;
    g["bar"] = 42;
    CHECK(g->names() == std::vector<std::string>{"x", "foo", "bar"});
}

TEST_CASE("where run listens: its arguments, SERVER_NAME, Flask's defaults", "[flask]") {
    struct Case {
        std::string host;
        int port;
        std::string server_name;
        std::string expected;
    };
    const Case cases[] = {{"", -1, "pocoo.org:8080", "pocoo.org:8080"},
                          {"localhost", -1, "pocoo.org:8080", "localhost:8080"},
                          {"", 80, "pocoo.org:8080", "pocoo.org:80"},
                          {"localhost", 80, "pocoo.org:8080", "localhost:80"},
                          {"localhost", 0, "localhost:8080", "localhost:0"},
                          {"", -1, "localhost:8080", "localhost:8080"},
                          {"", -1, "localhost:0", "localhost:0"},
                          {"", -1, "", "127.0.0.1:5000"},
                          {"", -1, "pocoo.org", "pocoo.org:5000"}};
    for (const Case& one : cases) {
        CAPTURE(one.expected);
        Flask app;
        if (!one.server_name.empty()) app.config["SERVER_NAME"] = one.server_name;
        RunOptions options;
        options.host = one.host;
        options.port = one.port;
        detail::complete_address(app.state(), options);
        CHECK(options.host + ":" + std::to_string(options.port) == one.expected);
    }
}
