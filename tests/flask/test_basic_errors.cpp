// What Flask's test_basic says of hooks, errors and what views return, beside test_basic.
#include "flask/app.hpp"

#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

struct First : std::exception {};
struct Second : std::exception {};
struct Third : First, Second {
    const char* what() const noexcept override { return "third"; }
};
struct ForbiddenSubclass : Forbidden {};

void ignore_log(Flask& app) {
    app.logger().sink([](const LogRecord&) {});
}

}  // namespace

TEST_CASE("an after-request function may replace what was answered", "[flask][hooks]") {
    Flask app;
    std::string events;
    app.before_request([&] { events += "before "; });
    app.after_request([&](Response response) {
        response.set_data(response.get_data() + "|after");
        events += "after ";
        return response;
    });
    app.get("/", [&] {
        CHECK(events == "before ");
        return "request";
    });
    CHECK(app.test_client().get("/").text() == "request|after");
    CHECK(events == "before after ");
}

TEST_CASE("a before-request function that answers stops those after it", "[flask][hooks]") {
    Flask app;
    std::vector<int> events;
    app.before_request([&] { events.push_back(1); });
    app.before_request([&] {
        events.push_back(2);
        return "hello";
    });
    app.before_request([&] {
        events.push_back(3);
        return "bye";
    });
    app.get("/", [&] {
        events.push_back(4);
        return "damnit";
    });
    CHECK(app.test_client().get("/").text() == "hello");
    CHECK(events == std::vector<int>{1, 2});
}

TEST_CASE("a teardown function runs once, in debug mode too", "[flask][hooks]") {
    for (const bool debug : {false, true}) {
        Flask app;
        app.debug(debug);
        int called = 0;
        app.teardown_request([&] {
            ++called;
            return "ignored";
        });
        app.get("/", [] { return "Response"; });
        CHECK(app.test_client().get("/").text() == "Response");
        CHECK(called == 1);
    }
}

TEST_CASE("all teardown functions get the exception, though one of them handles its own",
          "[flask][hooks]") {
    Flask app;
    ignore_log(app);
    std::vector<std::string> seen;
    for (int i = 0; i < 2; ++i) {
        app.teardown_request([&](const std::exception_ptr& error) {
            try {
                std::rethrow_exception(error);
            } catch (const std::domain_error& caught) {
                seen.emplace_back(caught.what());
            }
            try {
                throw std::runtime_error("inside");
            } catch (const std::runtime_error&) {
                seen.emplace_back("own");
            }
        });
    }
    app.get("/", []() -> std::string { throw std::domain_error("division"); });
    const auto response = app.test_client().get("/");
    CHECK(response.status_code() == 500);
    CHECK(response.text().find("Internal Server Error") != std::string::npos);
    CHECK(seen == std::vector<std::string>{"division", "own", "division", "own"});
}

TEST_CASE("before in order of registration, after and teardown in reverse", "[flask][hooks]") {
    Flask app;
    std::vector<int> called;
    for (const int n : {1, 2}) {
        app.before_request([&called, n] { called.push_back(n); });
        app.after_request([&called, n](Response response) {
            called.push_back(5 - n);
            return response;
        });
        app.teardown_request([&called, n] { called.push_back(7 - n); });
    }
    app.get("/", [] { return "42"; });
    CHECK(app.test_client().get("/").text() == "42");
    CHECK(called == std::vector<int>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("handlers of codes and of a class of HTTP errors", "[flask][errors]") {
    Flask app;
    ignore_log(app);
    app.errorhandler(404)([](const HTTPException&) { return std::pair{"not found", 404}; });
    app.errorhandler(500)([](const HTTPException&) {
        return std::pair{"internal server error", 500};
    });
    app.errorhandler<Forbidden>([](const Forbidden&) { return std::pair{"forbidden", 403}; });
    app.get("/", {.endpoint = "index"}, []() -> std::string { abort(404); });
    app.get("/error", []() -> std::string { throw std::domain_error("1 / 0"); });
    app.get("/forbidden", []() -> std::string { abort(403); });
    auto client = app.test_client();
    for (const auto& [path, status, text] :
         {std::tuple{"/", 404, "not found"}, std::tuple{"/error", 500, "internal server error"},
          std::tuple{"/forbidden", 403, "forbidden"}}) {
        const auto response = client.get(path);
        CHECK(response.status_code() == status);
        CHECK(response.text() == text);
    }
}

TEST_CASE("after-request functions see what error handlers answer", "[flask][errors]") {
    Flask app;
    ignore_log(app);
    app.errorhandler(500)([](const HTTPException&) {
        return std::pair{"internal server error", 500};
    });
    app.after_request([](Response response) {
        response.mimetype("text/x-special");
        return response;
    });
    app.get("/", []() -> std::string { throw std::domain_error("1 / 0"); });
    const auto response = app.test_client().get("/");
    CHECK(response.text() == "internal server error");
    CHECK(response.mimetype() == "text/x-special");
}

TEST_CASE("before-request functions run where no rule matches", "[flask][errors]") {
    Flask app;
    app.before_request([] { g["something"] = "value"; });
    app.errorhandler(404)([](const HTTPException&) {
        return std::pair{g.get<std::string>("something"), 404};
    });
    const auto response = app.test_client().get("/");
    CHECK(response.status_code() == 404);
    CHECK(response.text() == "value");
}

TEST_CASE("a handler of a subclass of an HTTP error comes before that of its code",
          "[flask][errors]") {
    Flask app;
    app.errorhandler<ForbiddenSubclass>([](const ForbiddenSubclass&) { return "banana"; });
    app.errorhandler(403)([](const HTTPException&) { return "apple"; });
    app.get("/1", []() -> std::string { throw ForbiddenSubclass(); });
    app.get("/2", []() -> std::string { abort(403); });
    app.get("/3", []() -> std::string { throw Forbidden(); });
    auto client = app.test_client();
    CHECK(client.get("/1").text() == "banana");
    CHECK(client.get("/2").text() == "apple");
    CHECK(client.get("/3").text() == "apple");
}

TEST_CASE("of several bases the one with a handler is found", "[flask][errors]") {
    Flask app;
    app.errorhandler<Second>([](const Second&) { return "second"; });
    app.get("/E3", []() -> std::string { throw Third(); });
    CHECK(app.test_client().get("/E3").text() == "second");
}

TEST_CASE("a missing key is a 400, and gets out where it is trapped", "[flask][errors]") {
    struct Case {
        bool debug;
        bool trap;
        bool key_gets_out;
        bool abort_gets_out;
    };
    for (const Case& one : {Case{false, true, true, true}, Case{true, false, true, false},
                            Case{false, false, false, false}}) {
        CAPTURE(one.debug, one.trap);
        Flask app;
        app.testing(true);
        app.debug(one.debug);
        if (one.trap) app.config["TRAP_BAD_REQUEST_ERRORS"] = true;
        app.get("/key", [] { return request->form()["missing_key"]; });
        app.get("/abort", []() -> std::string { abort(400); });
        auto client = app.test_client();
        if (one.key_gets_out) {
            try {
                client.get("/key");
                FAIL("nothing was thrown");
            } catch (const BadRequestKeyError& error) {
                CHECK(error.description().find("missing_key") != std::string::npos);
            }
        } else {
            const auto response = client.get("/key");
            CHECK(response.status_code() == 400);
            CHECK(response.text().find("missing_key") == std::string::npos);
        }
        if (one.abort_gets_out) {
            CHECK_THROWS_AS(client.get("/abort"), BadRequest);
        } else {
            CHECK(client.get("/abort").status_code() == 400);
        }
    }
}

TEST_CASE("errors of hooks reach the handler of 500", "[flask][errors]") {
    for (const bool before : {true, false}) {
        Flask app;
        ignore_log(app);
        if (before) {
            app.before_request([] { throw std::domain_error("before"); });
        } else {
            app.after_request([](Response response) {
                if (request->path() == "/") throw std::domain_error("after");
                return response;
            });
        }
        app.errorhandler(500)([](const HTTPException&) {
            return std::pair{"Hello Server Error", 500};
        });
        app.get("/", [] { return "Hello World"; });
        const auto response = app.test_client().get("/");
        CHECK(response.status_code() == 500);
        CHECK(response.text() == "Hello Server Error");
    }
}

TEST_CASE("settings say whether exceptions get out", "[flask][errors]") {
    for (const char* key : {"TESTING", "PROPAGATE_EXCEPTIONS", "DEBUG", ""}) {
        CAPTURE(key);
        Flask app;
        ignore_log(app);
        app.get("/", []() -> std::string { throw std::domain_error("1 / 0"); });
        auto client = app.test_client();
        if (*key) {
            app.config[key] = true;
            CHECK_THROWS_AS(client.get("/"), std::domain_error);
        } else {
            CHECK(client.get("/").status_code() == 500);
        }
    }
}

TEST_CASE("what is no std::exception is a 500 too, and its teardown runs", "[flask][errors]") {
    Flask app;
    ignore_log(app);
    int torn_down = 0;
    app.teardown_request([&](const std::exception_ptr& error) { torn_down += error ? 1 : 0; });
    app.get("/", []() -> std::string { throw 42; });
    CHECK(app.test_client().get("/").status_code() == 500);
    CHECK(torn_down == 1);
}

TEST_CASE("a response is changed by what stands beside it", "[flask][returns]") {
    Flask app;
    app.get("/response_headers", [] {
        return std::pair{Response("Hello world", 404, {{"X-Foo", "Baz"}}),
                         Headers{{"X-Foo", "Bar"}, {"X-Bar", "Foo"}}};
    });
    app.get("/response_status", [] { return std::pair{Response("Hello world", 404), 500}; });
    app.get("/wsgi", [] { return NotFound(); });
    app.get("/dict", [] { return std::pair{Json{{"foo", "bar"}}, 201}; });
    app.get("/list", [] { return std::pair{Json::array({"foo", "bar"}), 201}; });
    app.get("/text_headers", [] {
        return std::pair{"Hello", Headers{{"X-Foo", "Test"}, {"Content-Type", "text/plain"}}};
    });
    app.get("/all", [] {
        return std::tuple{"Meh", 400,
                          Headers{{"X-Foo", "Testing"}, {"Content-Type", "text/plain"}}};
    });
    auto client = app.test_client();
    const auto headers = client.get("/response_headers");
    CHECK(headers.text() == "Hello world");
    CHECK(headers.headers().getlist("X-Foo") == std::vector<std::string>{"Bar"});
    CHECK(headers.headers()["X-Bar"] == "Foo");
    CHECK(headers.status_code() == 404);
    CHECK(client.get("/response_status").status_code() == 500);
    const auto wsgi = client.get("/wsgi");
    CHECK(wsgi.status_code() == 404);
    CHECK(wsgi.text().find("Not Found") != std::string::npos);
    CHECK(client.get("/dict").json() == Json{{"foo", "bar"}});
    CHECK(client.get("/dict").status_code() == 201);
    CHECK(client.get("/list").json() == Json::array({"foo", "bar"}));
    CHECK(client.get("/list").status_code() == 201);
    const auto text = client.get("/text_headers");
    CHECK(text.headers()["X-Foo"] == "Test");
    CHECK(text.mimetype() == "text/plain");
    const auto all = client.get("/all");
    CHECK(all.text() == "Meh");
    CHECK(all.status_code() == 400);
    CHECK(all.headers()["X-Foo"] == "Testing");
}

TEST_CASE("make_response takes responses, JSON and streams", "[flask][returns]") {
    Flask app;
    const auto context = app.test_request_context();
    CHECK(make_response().status_code() == 200);
    CHECK(make_response().get_data().empty());
    CHECK(make_response().mimetype() == "text/html");
    CHECK(make_response("W00t", 404).status_code() == 404);
    const auto pieces = []() -> Generator {
        co_yield "Hello";
        co_yield "World";
    };
    Response streamed = make_response(pieces());
    CHECK(streamed.status_code() == 200);
    CHECK(streamed.get_data() == "HelloWorld");
    CHECK(streamed.mimetype() == "text/html");

    Response json = make_response(jsonify({{"msg", "W00t"}}), 400);
    CHECK(json.status_code() == 400);
    CHECK(json.get_data() == "{\"msg\":\"W00t\"}\n");
    CHECK(json.mimetype() == "application/json");
    CHECK(make_response(Response(""), 400).status_code() == 400);
    const Response full =
        make_response(Response("", 200, {{"Content-Type", "text/html"}}), 400, {{"X-Foo", "bar"}});
    CHECK(full.status_code() == 400);
    CHECK(full.headers()["Content-Type"] == "text/html");
    CHECK(full.headers()["X-Foo"] == "bar");
}
