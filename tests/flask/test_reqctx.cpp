#include "flask/ctx.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <memory>
#include <stdexcept>
#include <string>

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
