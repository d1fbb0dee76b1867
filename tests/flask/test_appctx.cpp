#include "flask/ctx.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <memory>
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
