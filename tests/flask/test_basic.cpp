#include "flask/app.hpp"

#include "core/markup.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/redirect.hpp"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace views {

std::string hello() {
    return "hello from a function";
}
std::string twice(int number) {
    return std::to_string(2 * number);
}

}  // namespace views

namespace {

struct Point {
    int x = 0;
    int y = 0;
};
Response to_response(const Point& point) {
    return Response(std::to_string(point.x) + "," + std::to_string(point.y));
}

struct Celsius {
    double degrees = 0;
};

std::string allow_of(const TestResponse& response) {
    return response.headers().get("Allow", "");
}

}  // namespace

template <>
struct microflask::ToResponse<Celsius> {
    static Response convert(const Celsius& value) {
        return Response(std::to_string(static_cast<int>(value.degrees)) + " C");
    }
};

TEST_CASE("a view is called for its rule", "[flask]") {
    Flask app;
    app.route("/")([] { return "Hello, World!"; });
    app.route("/about", [] { return "About"; });
    auto client = app.test_client();

    const auto index = client.get("/");
    CHECK(index.status_code() == 200);
    CHECK(index.text() == "Hello, World!");
    CHECK(index.headers()["Content-Type"] == "text/html; charset=utf-8");
    CHECK(index.headers()["Content-Length"] == "13");
    CHECK(client.get("/about").text() == "About");
    CHECK(client.get("/missing").status_code() == 404);
}

TEST_CASE("methods are dispatched, HEAD and OPTIONS are automatic", "[flask]") {
    Flask app;
    app.get("/", [] { return std::string(request->method()); });
    app.route("/more", {.methods = {"GET", "POST"}}, [] { return std::string(request->method()); });
    auto client = app.test_client();

    CHECK(client.get("/").text() == "GET");
    const auto wrong = client.post("/");
    CHECK(wrong.status_code() == 405);
    CHECK(allow_of(wrong) == "GET, HEAD, OPTIONS");
    const auto head = client.head("/");
    CHECK(head.status_code() == 200);
    CHECK(head.text().empty());
    CHECK(head.headers()["Content-Length"] == "4");  // of what the view returned for HEAD
    CHECK(client.post("/more").text() == "POST");
    CHECK(allow_of(client.delete_("/more")) == "GET, HEAD, OPTIONS, POST");
    const auto options = client.options("/more");
    CHECK(options.status_code() == 200);
    CHECK(options.text().empty());
    CHECK(allow_of(options) == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("OPTIONS names the methods of all rules of a path, unless the view answers it itself",
          "[flask]") {
    Flask app;
    app.get("/", [] { return "get"; });
    app.post("/", [] { return "post"; });
    app.route("/own", {.methods = {"GET", "OPTIONS"}}, [] { return "own"; });
    app.route("/none", {.provide_automatic_options = false}, [] { return "none"; });
    auto client = app.test_client();

    CHECK(allow_of(client.options("/")) == "GET, HEAD, OPTIONS, POST");
    CHECK(client.options("/own").text() == "own");
    CHECK(client.options("/none").status_code() == 405);
}

TEST_CASE("one-method decorators register for that method alone", "[flask]") {
    Flask app;
    app.get("/x", [] { return "GET"; });
    app.post("/x", [] { return "POST"; });
    app.put("/x", [] { return "PUT"; });
    app.delete_("/x", [] { return "DELETE"; });
    app.patch("/x", [] { return "PATCH"; });
    auto client = app.test_client();

    CHECK(client.get("/x").text() == "GET");
    CHECK(client.post("/x").text() == "POST");
    CHECK(client.put("/x").text() == "PUT");
    CHECK(client.delete_("/x").text() == "DELETE");
    CHECK(client.patch("/x").text() == "PATCH");
    CHECK_THROWS_AS(app.get("/y", {.methods = {"POST"}}, [] { return ""; }), SetupError);
}

TEST_CASE("a slash too few redirects, a slash too many does not", "[flask]") {
    Flask app;
    app.get("/slash/", [] { return "slash"; });
    app.get("/plain", [] { return "plain"; });
    auto client = app.test_client();

    const auto redirected = client.get("/slash?a=1");
    CHECK(redirected.status_code() == 308);
    CHECK(redirected.headers()["Location"] == "http://localhost/slash/?a=1");
    CHECK(client.get("/slash", {.follow_redirects = true}).text() == "slash");
    CHECK(client.get("/plain/").status_code() == 404);
    const auto merged = client.get("/slash//");
    CHECK(merged.status_code() == 308);
    CHECK(merged.headers()["Location"] == "http://localhost/slash/");
    CHECK(client.post("/slash").status_code() == 404);
}

TEST_CASE("views take the rule's variables, converted", "[flask]") {
    Flask app;
    app.get("/user/<name>", [](std::string name) { return "Hello " + escape(name); });
    app.get("/view/<name>", [](std::string_view name) { return std::string(name); });
    app.get("/int/<int:id>", [](int id) { return std::to_string(id + 1); });
    app.get("/long/<int:id>", [](const long long& id) { return std::to_string(id); });
    app.get("/unsigned/<int:id>", [](unsigned id) { return std::to_string(id); });
    app.get("/float/<float:x>", [](double x) { return std::to_string(static_cast<int>(x * 10)); });
    app.get("/path/<path:rest>", [](std::string rest) { return rest; });
    app.get("/any/<any(a, b):which>", [](std::string which) { return which; });
    app.get("/uuid/<uuid:id>", [](std::string id) { return id; });
    app.get("/two/<int:a>/<b>", [](int a, std::string b) { return b + std::to_string(a); });
    auto client = app.test_client();

    CHECK(client.get("/user/<b>").text() == "Hello &lt;b&gt;");
    CHECK(client.get("/user/a%20b").text() == "Hello a b");
    CHECK(client.get("/view/x").text() == "x");
    CHECK(client.get("/int/41").text() == "42");
    CHECK(client.get("/int/x").status_code() == 404);
    CHECK(client.get("/int/99999999999").status_code() == 404);
    CHECK(client.get("/long/99999999999").text() == "99999999999");
    CHECK(client.get("/unsigned/4294967295").text() == "4294967295");
    CHECK(client.get("/unsigned/4294967296").status_code() == 404);
    CHECK(client.get("/float/1.5").text() == "15");
    CHECK(client.get("/float/1").status_code() == 404);
    CHECK(client.get("/path/a/b/c").text() == "a/b/c");
    CHECK(client.get("/any/b").text() == "b");
    CHECK(client.get("/any/c").status_code() == 404);
    CHECK(client.get("/uuid/12345678-1234-5678-1234-567812345678").text() ==
          "12345678-1234-5678-1234-567812345678");
    CHECK(client.get("/two/1/b").text() == "b1");
}

TEST_CASE("a view may have auto parameters", "[flask]") {
    Flask app;
    app.get("/<int:a>/<b>", [](auto a, auto b) {
        if constexpr (std::is_arithmetic_v<decltype(a)> &&
                      std::is_convertible_v<decltype(b), std::string_view>) {
            return std::string(b) + std::to_string(a);
        } else {
            return std::string("other");
        }
    });
    CHECK(app.test_client().get("/1/x").text() == "x1");
}

TEST_CASE("defaults fill parameters that are no variables", "[flask]") {
    Flask app;
    auto page = app.route("/", {.endpoint = "page", .defaults = {{"page", 1}}},
                          [](int page) { return std::to_string(page); });
    app.route("/page/<int:page>", {.endpoint = "page"}, page);
    auto client = app.test_client();

    CHECK(client.get("/").text() == "1");
    CHECK(client.get("/page/2").text() == "2");
    const auto canonical = client.get("/page/1");
    CHECK(canonical.status_code() == 308);
    CHECK(canonical.headers()["Location"] == "http://localhost/");
}

TEST_CASE("a rule and a view that do not fit are refused when registered at run time", "[flask]") {
    Flask app;
    CHECK_THROWS_AS(app.route("/<int:id>")([] { return ""; }), SetupError);
    CHECK_THROWS_AS(app.route("/")([](int) { return ""; }), SetupError);
    CHECK_THROWS_AS(app.route(runtime_rule("/<name>"), [](int) { return ""; }), SetupError);
    try {
        app.route("/user/<int:id>")([](std::string id) { return id; });
        FAIL("a wrong type was accepted");
    } catch (const SetupError& error) {
        const std::string message = error.what();
        CHECK(message.find("/user/<int:id>") != std::string::npos);
        CHECK(message.find("user") != std::string::npos);
    }
    CHECK_THROWS_AS(app.route("no/slash")([] { return ""; }), std::invalid_argument);
    CHECK_THROWS_AS(app.route("/<nonsense:x>")([](std::string x) { return x; }), std::exception);
    app.route(runtime_rule("/" + std::string("made") + "/<name>"),
              [](std::string name) { return name; });
    CHECK(app.test_client().get("/made/here").text() == "here");
}

TEST_CASE("endpoints are named after the rule, or as told", "[flask]") {
    Flask app;
    app.get("/", [] { return ""; });
    app.get("/user/<name>", [](std::string) { return ""; });
    app.get("/blog/<int:id>/edit", [](int) { return ""; });
    app.get("/about-me", [] { return ""; });
    app.route("/given", {.endpoint = "other"}, [] { return ""; });
    app.route<views::hello>("/hello");
    app.get<views::twice>("/twice/<int:number>");

    for (const char* name : {"index", "user", "blog_edit", "about_me", "other", "hello", "twice"}) {
        CAPTURE(name);
        CHECK(app.view_functions().contains(name));
    }
    auto client = app.test_client();
    CHECK(client.get("/hello").text() == "hello from a function");
    CHECK(client.get("/twice/21").text() == "42");
}

TEST_CASE("rules may share a name that was made; a given name belongs to one view", "[flask]") {
    Flask app;
    app.get("/users", [] { return "all"; });
    app.get("/users/<int:id>", [](int id) { return std::to_string(id); });
    app.get("/form", [] { return "get"; });
    app.post("/form", [] { return "post"; });
    auto client = app.test_client();
    CHECK(client.get("/users").text() == "all");
    CHECK(client.get("/users/7").text() == "7");
    CHECK(client.post("/form").text() == "post");

    Flask second;
    second.route("/a", {.endpoint = "x"}, [] { return ""; });
    CHECK_THROWS_AS(second.route("/b", {.endpoint = "x"}, [] { return ""; }), SetupError);
    CHECK_THROWS_AS(second.add_url_rule("/c", "x", [] { return ""; }), SetupError);
    auto handle = second.route("/d", {.endpoint = "y"}, [] { return "y"; });
    second.route("/e", {.endpoint = "y"}, handle);
    CHECK(second.test_client().get("/e").text() == "y");
}

TEST_CASE("an endpoint's view can be given later", "[flask]") {
    Flask app;
    app.add_url_rule("/late", "late");
    app.endpoint("late")([] { return "came late"; });
    CHECK(app.test_client().get("/late").text() == "came late");
}

TEST_CASE("everything that a view may return becomes a response", "[flask]") {
    Flask app;
    app.get("/text", [] { return std::string("text"); });
    app.get("/view", [] { return std::string_view("view"); });
    app.get("/markup", [] { return escape("<"); });
    app.get("/json", [] { return Json{{"b", 1}, {"a", "\xC3\xA9"}}; });
    app.get("/list", [] { return Json::array({1, "two", nullptr}); });
    app.get("/response", [] { return Response("made", 201); });
    app.get("/body", [] { return Body("body"); });
    app.get("/bytes", [] {
        return std::vector<std::byte>{std::byte{'a'}, std::byte{0}, std::byte{'b'}};
    });
    app.get("/status", [] { return std::pair{"gone", 410}; });
    app.get("/status-text", [] { return std::pair{"teapot", "418 I'm a teapot"}; });
    app.get("/headers", [] { return std::pair{"x", Headers{{"X-A", "1"}}}; });
    app.get("/three", [] {
        return std::tuple{Json{{"ok", true}}, 202,
                          Headers{{"X-A", "1"}, {"Content-Type", "text/plain"}}};
    });
    app.get("/maybe/<int:there>",
            [](int there) { return there ? std::optional<std::string>("here") : std::nullopt; });
    app.get("/stream", [] {
        return stream([n = 0]() mutable -> std::optional<std::string> {
            return ++n > 3 ? std::nullopt : std::optional(std::to_string(n));
        });
    });
    app.get("/generator", []() -> Generator {
        co_yield "a";
        co_yield std::string("b");
    });
    app.get("/task", []() -> Task<Json> { co_return Json{{"task", 1}}; });
    app.get("/point", [] { return Point{1, 2}; });
    app.get("/celsius", [] { return Celsius{21.0}; });
    app.get("/exception", [] { return NotFound("as a value"); });
    auto client = app.test_client();

    CHECK(client.get("/text").text() == "text");
    CHECK(client.get("/view").text() == "view");
    CHECK(client.get("/markup").text() == "&lt;");
    const auto json = client.get("/json");
    CHECK(json.text() == "{\"a\":\"\\u00e9\",\"b\":1}\n");
    CHECK(json.headers()["Content-Type"] == "application/json");
    CHECK(client.get("/list").text() == "[1,\"two\",null]\n");
    CHECK(client.get("/response").status_code() == 201);
    CHECK(client.get("/body").text() == "body");
    CHECK(client.get("/bytes").data() == std::string("a\0b", 3));
    CHECK(client.get("/status").status_code() == 410);
    CHECK(client.get("/status-text").status() == "418 I'm a teapot");
    CHECK(client.get("/headers").headers()["X-A"] == "1");
    const auto three = client.get("/three");
    CHECK(three.status_code() == 202);
    CHECK(three.headers()["X-A"] == "1");
    CHECK(three.headers().getlist("Content-Type") == std::vector<std::string>{"text/plain"});
    CHECK(client.get("/maybe/1").text() == "here");
    CHECK(client.get("/maybe/0").status_code() == 404);
    const auto streamed = client.get("/stream");
    CHECK(streamed.text() == "123");
    CHECK_FALSE(streamed.headers().contains("Content-Length"));
    CHECK(client.get("/generator").text() == "ab");
    CHECK(client.get("/task").json()["task"] == 1);
    CHECK(client.get("/point").text() == "1,2");
    CHECK(client.get("/celsius").text() == "21 C");
    const auto exception = client.get("/exception");
    CHECK(exception.status_code() == 404);
    CHECK(exception.text().find("as a value") != std::string::npos);
}

TEST_CASE("json is indented in debug mode", "[flask]") {
    Flask app;
    app.debug(true);
    app.get("/", [] { return jsonify({{"b", 1}, {"a", Json::array({1})}}); });
    CHECK(app.test_client().get("/").text() == "{\n  \"a\": [\n    1\n  ],\n  \"b\": 1\n}\n");
}

TEST_CASE("hooks run in Flask's order", "[flask]") {
    Flask app;
    std::string order;
    app.before_request([&] { order += "1"; });
    app.before_request([&] { order += "2"; });
    app.after_request([&](Response response) {
        order += "4";
        return response;
    });
    app.after_request([&](Response response) {
        order += "3";
        return response;
    });
    app.teardown_request([&] { order += "6"; });
    app.teardown_request([&](std::exception_ptr error) { order += error ? "!" : "5"; });
    app.teardown_appcontext([&] { order += "7"; });
    app.get("/", [&] {
        order += "v";
        return "";
    });

    app.test_client().get("/");
    CHECK(order == "12v34567");
}

TEST_CASE("a before-request function may answer instead of the view", "[flask]") {
    Flask app;
    bool called = false;
    app.before_request([]() -> std::optional<Response> {
        if (request->args().contains("stop")) return Response("stopped", 403);
        return std::nullopt;
    });
    app.after_request([](Response response) {
        response.headers().set("X-After", "1");
        return response;
    });
    app.get("/", [&] {
        called = true;
        return "view";
    });
    auto client = app.test_client();

    const auto stopped = client.get("/?stop=1");
    CHECK(stopped.status_code() == 403);
    CHECK(stopped.headers()["X-After"] == "1");
    CHECK_FALSE(called);
    CHECK(client.get("/").text() == "view");
    CHECK(client.get("/missing?stop=1").status_code() == 403);
}

TEST_CASE("after_this_request changes one response", "[flask]") {
    Flask app;
    app.get("/", [] {
        after_this_request([](Response response) {
            response.headers().set("X-Once", "yes");
            return response;
        });
        return "";
    });
    app.get("/other", [] { return ""; });
    auto client = app.test_client();
    CHECK(client.get("/").headers().contains("X-Once"));
    CHECK_FALSE(client.get("/other").headers().contains("X-Once"));
    CHECK_THROWS_AS(after_this_request([](Response response) { return response; }), RuntimeError);
}

TEST_CASE("teardown functions run whatever happened, and see the exception", "[flask]") {
    Flask app;
    std::vector<std::string> seen;
    app.logger().sink([](const LogRecord&) {});
    app.teardown_request(
        [&](std::exception_ptr error) { seen.push_back(error ? "error" : "fine"); });
    app.get("/fine", [] { return ""; });
    app.get("/broken", []() -> std::string { throw std::runtime_error("broken"); });
    auto client = app.test_client();

    client.get("/fine");
    CHECK(client.get("/broken").status_code() == 500);
    client.get("/missing");
    CHECK(seen == std::vector<std::string>{"fine", "error", "fine"});
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
}

TEST_CASE("a teardown function that throws does not stop the others", "[flask]") {
    Flask app;
    bool other = false;
    bool appcontext = false;
    app.teardown_appcontext([&] { appcontext = true; });
    app.teardown_request([&] { other = true; });
    app.teardown_request([] { throw std::runtime_error("in teardown"); });
    app.get("/", [] { return ""; });

    CHECK_THROWS_AS(app.test_client().get("/"), std::runtime_error);
    CHECK(other);
    CHECK(appcontext);
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
}

TEST_CASE("an unhandled exception is a 500, is logged, and passes the after-request functions",
          "[flask]") {
    Flask app;
    std::string log;
    app.logger().sink([&](const LogRecord& record) { log += record.message; });
    app.after_request([](Response response) {
        response.headers().set("X-After", "1");
        return response;
    });
    app.get("/broken", []() -> std::string { throw std::runtime_error("the reason"); });
    const auto response = app.test_client().get("/broken");

    CHECK(response.status_code() == 500);
    CHECK(response.text().find("<title>500 Internal Server Error</title>") != std::string::npos);
    CHECK(response.text().find("the reason") == std::string::npos);
    CHECK(response.headers()["X-After"] == "1");
    CHECK(log.find("Exception on /broken [GET]") != std::string::npos);
    CHECK(log.find("the reason") != std::string::npos);
}

TEST_CASE("exceptions propagate when testing, and as configured", "[flask]") {
    Flask app;
    app.get("/", []() -> std::string { throw std::runtime_error("out"); });
    app.testing(true);
    CHECK_THROWS_AS(app.test_client().get("/"), std::runtime_error);
    CHECK_FALSE(has_request_context());

    Flask quiet;
    quiet.logger().sink([](const LogRecord&) {});
    quiet.get("/", []() -> std::string { throw 42; });
    quiet.testing(true);
    quiet.config["PROPAGATE_EXCEPTIONS"] = false;
    CHECK(quiet.test_client().get("/").status_code() == 500);
}

TEST_CASE("setup functions refuse after the first request", "[flask]") {
    Flask app;
    app.get("/", [] { return ""; });
    app.test_client().get("/");
    CHECK_THROWS_AS(app.get("/late", [] { return ""; }), SetupError);
    CHECK_THROWS_AS(app.before_request([] {}), SetupError);
    CHECK_THROWS_AS(app.errorhandler<std::exception>([](const std::exception&) { return ""; }),
                    SetupError);
}

TEST_CASE("an application may be moved at any time", "[flask]") {
    const auto create_app = [] {
        Flask app;
        app.config["GREETING"] = "moved";
        auto name = app.get("/name/<name>", [](std::string name) { return name; });
        app.get("/", [name] {
            return current_app->config["GREETING"].get<std::string>() + url_for(name, "x");
        });
        return app;
    };
    Flask app = create_app();
    Flask other = std::move(app);
    other.config["GREETING"] = "moved twice ";
    CHECK(other.test_client().get("/").text() == "moved twice /name/x");

    Flask third;
    third = std::move(other);
    CHECK(third.test_client().get("/name/bob").text() == "bob");
}

TEST_CASE("middleware wraps wsgi_app, also after the application was moved", "[flask]") {
    struct AddHeader {
        Application inner;
        Body operator()(Environ& environ, StartResponse start_response) {
            environ["x.seen"] = "by middleware";
            return inner(environ, [&](std::string_view status, const Headers& headers,
                                      std::exception_ptr error) {
                Headers more = headers;
                more.set("X-Middleware", "yes");
                start_response(status, more, error);
            });
        }
    };
    Flask app;
    app.get("/", [] { return std::string(request->environ()["x.seen"]); });
    app.wsgi_app = AddHeader{app.wsgi_app};
    Flask moved = std::move(app);
    const auto response = moved.test_client().get("/");
    CHECK(response.text() == "by middleware");
    CHECK(response.headers()["X-Middleware"] == "yes");
}

TEST_CASE("no request sees another's globals", "[flask]") {
    Flask app;
    app.secret_key("dev");
    app.before_request([] { g["n"] = request->args().get<int>("n", -1); });
    app.get("/", [] {
        session["n"] = g.get<int>("n");
        for (int i = 0; i < 50; ++i) std::this_thread::yield();
        const int asked = request->args().get<int>("n", -2);
        const bool same = asked == g.get<int>("n") && session["n"] == asked;
        return std::to_string(same ? asked : -3);
    });
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&app, &wrong, t] {
            auto client = app.test_client();
            for (int i = 0; i < 50; ++i) {
                const std::string n = std::to_string(1000 * t + i);
                if (client.get("/?n=" + n).text() != n) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}
