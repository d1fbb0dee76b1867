#include "flask/ctx.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/signals.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace microflask;

TEST_CASE("an application context gives current_app and g", "[flask][context]") {
    Flask app;
    {
        const auto context = app.app_context();
        CHECK(&current_app->state() == &app.state());
        g["db"] = std::make_shared<int>(42);
        CHECK(*g.get<std::shared_ptr<int>>("db") == 42);
        CHECK_FALSE(request);
    }
    CHECK_FALSE(current_app);
}

TEST_CASE("g keeps values of any type", "[flask][context]") {
    Flask app;
    const auto context = app.app_context();
    g["text"] = "bob";
    g["number"] = 7;
    CHECK(g.contains("text"));
    CHECK(g.get<std::string>("text") == "bob");
    CHECK(g.get<int>("number") == 7);
    CHECK(g.get<int>("missing", 3) == 3);
    CHECK_THROWS_AS(g.get<int>("missing"), AttributeError);
    CHECK_THROWS_AS(g.get<int>("text"), AttributeError);
    g.get<int>("number") = 8;
    CHECK(g.pop<int>("number") == 8);
    CHECK_FALSE(g.contains("number"));
    CHECK(g.pop<int>("number", 1) == 1);
    CHECK(g.setdefault<int>("set", 5) == 5);
    CHECK(g.setdefault<int>("set", 6) == 5);
    CHECK(g->names() == std::vector<std::string>{"text", "set"});
}

TEST_CASE("each request has a g of its own", "[flask][context]") {
    Flask app;
    app.get("/", [] {
        const bool was_there = g.contains("x");
        g["x"] = 1;
        return was_there ? "there" : "new";
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "new");
    CHECK(client.get("/").text() == "new");
}

TEST_CASE("URLs outside of a request need SERVER_NAME and are absolute", "[flask][context]") {
    Flask app;
    app.get("/x/<int:id>", [](int) { return ""; });
    {
        const auto context = app.app_context();
        CHECK_THROWS_AS(url_for("x", {{"id", 1}}), RuntimeError);
    }
    app.config["SERVER_NAME"] = "example.com";
    app.config["PREFERRED_URL_SCHEME"] = "https";
    const auto context = app.app_context();
    CHECK(url_for("x", {{"id", 1}}) == "https://example.com/x/1");
    CHECK(url_for("x", {{"id", 1}}, {.external = false}) == "/x/1");
}

TEST_CASE("without any context no URL is built", "[flask][context]") {
    Flask app;
    app.get("/", [] { return ""; });
    CHECK_THROWS_AS(url_for("index"), RuntimeError);
}

TEST_CASE("a request context is an application context too", "[flask][context]") {
    Flask app;
    {
        const auto context = app.test_request_context();
        CHECK(&current_app->state() == &app.state());
        CHECK(has_app_context());
    }
    CHECK_FALSE(current_app);
    CHECK_FALSE(has_app_context());
}

TEST_CASE("teardown functions of a context are told what went wrong, if it got out",
          "[flask][context]") {
    struct Told {
        std::vector<std::string> values;
        void operator()(const std::exception_ptr& error) {
            try {
                if (error) std::rethrow_exception(error);
                values.emplace_back("nothing");
            } catch (const std::exception& exception) {
                values.emplace_back(exception.what());
            }
        }
    };
    Told told;
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.teardown_appcontext([&told](const std::exception_ptr& error) { told(error); });
    app.get("/handled", []() -> std::string { throw std::domain_error("handled"); });
    app.get("/unhandled", []() -> std::string { throw std::runtime_error("unhandled"); });
    app.errorhandler<std::domain_error>([](const std::domain_error&) { return "handled"; });

    SECTION("nothing") {
        const auto context = app.app_context();
    }
    SECTION("an exception before") {
        try {
            throw std::runtime_error("dummy");
        } catch (const std::runtime_error&) {
            const auto context = app.app_context();
        }
    }
    SECTION("an exception that is caught inside") {
        const auto context = app.app_context();
        try {
            throw std::runtime_error("dummy");
        } catch (const std::runtime_error&) {
        }
    }
    SECTION("an exception that a handler answers") {
        CHECK(app.test_client().get("/handled").text() == "handled");
    }
    if (told.values.empty()) {
        CHECK(app.config["PROPAGATE_EXCEPTIONS"].is_null());
    } else {
        CHECK(told.values == std::vector<std::string>{"nothing"});
    }
    told.values.clear();
    app.config["PROPAGATE_EXCEPTIONS"] = true;
    CHECK_THROWS_AS(app.test_client().get("/unhandled"), std::runtime_error);
    CHECK(told.values == std::vector<std::string>{"unhandled"});
}

TEST_CASE("a context that is entered again inside of itself is left at the end",
          "[flask][context]") {
    Flask app;
    std::string called;
    app.teardown_request([&] { called += "request "; });
    app.teardown_appcontext([&] { called += "app "; });
    app.get("/", [&] {
        const auto environ = EnvironBuilder("/inner").get_environ();
        const auto inner = app.request_context(environ->environ());
        inner->push();
        CHECK(_app_ctx_stack.size() == 1);
        inner->pop();
        called += "view ";
        return "";
    });
    CHECK(app.test_client().get("/").status_code() == 200);
    CHECK(called == "request view request app ");
    CHECK_FALSE(has_app_context());

    called.clear();
    {
        auto context = app.test_request_context();
        context->push();
        context->pop();
        CHECK(called.empty());
    }
    CHECK(called == "request app ");
}

TEST_CASE("a teardown_request that throws is nothing to an application context",
          "[flask][context]") {
    Flask app;
    std::string called;
    app.teardown_request([] { throw std::domain_error("teardown"); });
    app.teardown_appcontext([&] { called += "teardown"; });
    {
        const auto context = app.app_context();
        called += current_app->name() + " ";
    }
    CHECK(called == "test_appctx teardown");
    CHECK_FALSE(current_app);
}

TEST_CASE("all teardown functions and signals run, though each throws", "[flask][context]") {
    Flask app;
    int count = 0;
    const auto fail = [&count](auto&&...) {
        ++count;
        throw std::runtime_error("teardown " + std::to_string(count));
    };
    app.teardown_request([&](const std::exception_ptr&) { fail(); });
    app.teardown_appcontext([&](const std::exception_ptr&) { fail(); });
    const auto first = request_tearing_down.connected_to(fail, app);
    const auto second = appcontext_tearing_down.connected_to(fail, app);
    app.get("/", [] { return ""; });
    try {
        app.test_client().get("/");
        FAIL("nothing was thrown");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()) == "teardown 1");
    }
    CHECK(count == 4);
    CHECK_FALSE(has_app_context());
    CHECK_FALSE(has_request_context());
}
