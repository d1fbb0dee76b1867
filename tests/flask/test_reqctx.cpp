#include "flask/ctx.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace microflask;

namespace {

std::string message_of(void (*action)()) {
    try {
        action();
    } catch (const RuntimeError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

TEST_CASE("outside of a context the globals are false and give advice", "[flask][context]") {
    CHECK_FALSE(request);
    CHECK_FALSE(session);
    CHECK_FALSE(current_app);
    CHECK_FALSE(g);
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
    CHECK(message_of([] {
              static_cast<void>(request->path());
          }).find("Working outside of request context.") == 0);
    CHECK(message_of([] { session["x"] = 1; }).find("Working outside of request context.") == 0);
    CHECK(message_of([] {
              static_cast<void>(current_app->name());
          }).find("Working outside of application context.") == 0);
    CHECK(message_of([] { g["x"] = 1; }).find("Working outside of application context.") == 0);
}

TEST_CASE("a test request context stands for a request", "[flask][context]") {
    Flask app;
    app.get("/hello/<name>", [](std::string) { return ""; });
    {
        const auto context = app.test_request_context("/hello/bob?x=1", {.method = "GET"});
        CHECK(request->path() == "/hello/bob");
        CHECK(request->args()["x"] == "1");
        CHECK(request->endpoint() == "hello");
        CHECK(request->view_args()["name"] == "bob");
        CHECK(request->url_rule() == "/hello/<name>");
        CHECK(&current_app->state() == &app.state());
        CHECK(url_for("hello", {{"name", "alice"}}) == "/hello/alice");
        CHECK(has_request_context());
        CHECK(has_app_context());
    }
    CHECK_FALSE(request);
    CHECK_FALSE(current_app);
}

TEST_CASE("a request context makes an application context where there is none for its app",
          "[flask][context]") {
    Flask app;
    Flask other;
    {
        const auto app_context = app.app_context();
        g["from"] = "outside";
        const auto context = app.test_request_context();
        CHECK(g.get<std::string>("from") == "outside");
        CHECK(_app_ctx_stack.size() == 1);
    }
    {
        const auto app_context = app.app_context();
        g["from"] = "outside";
        const auto context = other.test_request_context();
        CHECK_FALSE(g.contains("from"));
        CHECK(_app_ctx_stack.size() == 2);
        CHECK(&current_app->state() == &other.state());
    }
    CHECK(_app_ctx_stack.size() == 0);
}

TEST_CASE("contexts nest, the innermost on top", "[flask][context]") {
    Flask app;
    const auto outer = app.test_request_context("/outer");
    CHECK(request->path() == "/outer");
    {
        const auto inner = app.test_request_context("/inner");
        CHECK(request->path() == "/inner");
    }
    CHECK(request->path() == "/outer");
}

TEST_CASE("teardown runs when a context is popped, once", "[flask][context]") {
    Flask app;
    int requests = 0;
    int apps = 0;
    app.teardown_request([&] { ++requests; });
    app.teardown_appcontext([&] { ++apps; });
    {
        auto context = app.test_request_context();
        context->push();
        context->pop();
        CHECK(requests == 0);
    }
    CHECK(requests == 1);
    CHECK(apps == 1);
    { const auto context = app.app_context(); }
    CHECK(requests == 1);
    CHECK(apps == 2);
}

TEST_CASE("popping a context that is not on top is refused", "[flask][context]") {
    Flask app;
    auto outer = app.test_request_context();
    auto inner = app.test_request_context();
    CHECK_THROWS_AS(outer->pop(), RuntimeError);
    CHECK(has_request_context());
}

TEST_CASE("an error while the session is opened leaves no context behind", "[flask][context]") {
    struct Broken : SessionInterface {
        std::shared_ptr<Session> open_session(Flask&, Request&) override {
            throw std::runtime_error("no session");
        }
        void save_session(Flask&, Session&, Response&) override {}
    };
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.session_interface(std::make_shared<Broken>());
    app.get("/", [] { return ""; });
    CHECK(app.test_client().get("/").status_code() == 500);
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
}

TEST_CASE("a context that is left tells what happened inside of it alone", "[flask][context]") {
    Flask app;
    std::vector<bool> told;
    app.teardown_request(
        [&](const std::exception_ptr& error) { told.push_back(error != nullptr); });
    {
        auto context = app.test_request_context();
        CHECK(told.empty());
    }
    try {
        throw std::runtime_error("before");
    } catch (const std::runtime_error&) {
        const auto context = app.test_request_context();
    }
    {
        const auto context = app.test_request_context();
        try {
            throw std::runtime_error("inside");
        } catch (const std::runtime_error&) {
        }
    }
    CHECK(told == std::vector<bool>{false, false, false});
    {
        auto context = app.test_request_context();
        context.pop(std::make_exception_ptr(std::runtime_error("got out")));
        CHECK(told.back());
        context->push();
    }
    CHECK(told.size() == 5);
}

TEST_CASE("a view may be called in the context of a test", "[flask][context]") {
    Flask app;
    const auto index = app.get("/", [] { return "Hello " + request->args()["name"] + "!"; });
    app.get("/meh", [] { return request->url(); });
    {
        const auto context = app.test_request_context("/?name=World");
        CHECK(index() == "Hello World!");
    }
    {
        const auto context = app.test_request_context("/meh");
        CHECK(request->url() == "http://localhost/meh");
    }
    CHECK_FALSE(request);
}

TEST_CASE("a request context is entered and left by hand", "[flask][context]") {
    Flask app;
    const auto environ = EnvironBuilder("/?name=World").get_environ();
    const auto context = app.request_context(environ->environ());
    CHECK_FALSE(has_request_context());
    context->push();
    CHECK(has_request_context());
    CHECK(static_cast<bool>(request));
    CHECK(request->args()["name"] == "World");
    context->pop();
    CHECK_FALSE(has_request_context());
    CHECK_THROWS_AS(request->args(), RuntimeError);
}

TEST_CASE("a request's context is copied for another thread", "[flask][context]") {
    Flask app;
    app.secret_key("dev");
    std::string seen;
    int returned = 0;
    std::thread other;
    app.get("/", [&] {
        session["fizz"] = "buzz";
        auto reading = copy_current_request_context([&seen](std::string text) {
            seen = text + std::string(request->path()) + request->args()["foo"] +
                   session["fizz"].get<std::string>() + current_app->name();
            return 42;
        });
        other = std::thread([reading, &returned] { returned = reading("x"); });
        return "Hello World!";
    });
    CHECK(app.test_client().get("/?foo=bar").text() == "Hello World!");
    other.join();
    CHECK(returned == 42);
    CHECK(seen == "x/barbuzztest_reqctx");
    CHECK_THROWS_AS(copy_current_request_context([] {}), RuntimeError);
}

TEST_CASE("copies of a context read the session while the request ends", "[flask][context]") {
    constexpr int rounds = 20;
    Flask app;
    app.secret_key("dev");
    std::atomic<int> right{0};
    std::vector<std::thread> readers;
    app.post("/", [&] {
        session["fizz"] = "buzz";
        for (int reader = 0; reader < 3; ++reader) {
            readers.emplace_back(copy_current_request_context([&right] {
                if (session["fizz"] == "buzz" && session.contains("fizz") && session.modified() &&
                    request->args()["foo"] == "bar" && request->form()["x"] == "1" &&
                    current_app->name() == "test_reqctx") {
                    ++right;
                }
            }));
        }
        return "";
    });
    for (int round = 0; round < rounds; ++round) {
        CHECK(app.test_client().post("/?foo=bar", {.form = {{"x", "1"}}}).status_code() == 200);
        for (std::thread& reader : readers) reader.join();
        readers.clear();
    }
    CHECK(right == 3 * rounds);
}

TEST_CASE("the name of the session's cookie may depend on the request", "[flask][context]") {
    struct PathSession : SecureCookieSessionInterface {
        std::string get_cookie_name(Flask&) const override {
            return request && request->path().starts_with("/dynamic") ? "dynamic_cookie"
                                                                      : "session";
        }
    };
    Flask app;
    app.secret_key("secret_key");
    app.session_interface(std::make_shared<PathSession>());
    for (const char* path : {"/set", "/dynamic_set"}) {
        app.get(runtime_rule(path), [] {
            session["value"] = request->args()["value"];
            return "";
        });
    }
    for (const char* path : {"/get", "/dynamic_get"}) {
        app.get(runtime_rule(path), [] { return session.get<std::string>("value", "none"); });
    }
    auto client = app.test_client();
    client.get("/set?value=42");
    client.get("/dynamic_set?value=616");
    CHECK(client.get("/get").text() == "42");
    CHECK(client.get("/dynamic_get").text() == "616");
    CHECK(client.get_cookie("dynamic_cookie"));
}

TEST_CASE("a context that is not on top is not popped, and stays whole", "[flask]") {
    Flask app;
    int teardowns = 0;
    app.teardown_request([&] { ++teardowns; });
    {
        auto outer = app.test_request_context("/outer");
        {
            const auto inner = app.test_request_context("/inner");
            CHECK_THROWS_AS(outer.pop(), RuntimeError);
            CHECK(teardowns == 0);
            CHECK(request->path() == "/inner");
        }
        CHECK(teardowns == 1);
        CHECK(request->path() == "/outer");
    }
    CHECK(teardowns == 2);
    CHECK_FALSE(has_request_context());
}
