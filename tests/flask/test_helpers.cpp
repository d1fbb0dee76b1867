#include "flask/helpers.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/testing.hpp"
#include "flask/views.hpp"
#include "routing/exceptions.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/redirect.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

using namespace microflask;
using test_support::TemporaryFolder;

TEST_CASE("url_for builds from names and values", "[flask][url_for]") {
    Flask app;
    app.get("/", [] { return ""; });
    app.get("/user/<name>", [](std::string) { return ""; });
    app.get("/users", [] { return ""; });
    app.get("/users/<int:id>", [](int) { return ""; });
    const auto context = app.test_request_context("/", {.base_url = "http://example.com/"});

    CHECK(url_for("index") == "/");
    CHECK(url_for("user", {{"name", "bob"}, {"page", 2}, {"tag", Json::array({"a", "b"})}}) ==
          "/user/bob?page=2&tag=a&tag=b");
    CHECK(url_for("user", {{"name", "a b/c"}}) == "/user/a%20b/c");
    CHECK(url_for("users") == "/users");
    CHECK(url_for("users", {{"id", 1}}) == "/users/1");
    CHECK(url_for("index", {{"none", nullptr}}) == "/");
    CHECK(url_for("index", {}, {.anchor = "x y"}) == "/#x%20y");
    CHECK(url_for("index", {}, {.external = true}) == "http://example.com/");
    CHECK(url_for("index", {}, {.scheme = "https"}) == "https://example.com/");
    CHECK_THROWS_AS(url_for("index", {}, {.scheme = "https", .external = false}), ValueError);
    CHECK_THROWS_AS(url_for("nothing"), BuildError);
    CHECK_THROWS_AS(url_for("user"), BuildError);
}

TEST_CASE("url_for is typed where it is given a view", "[flask][url_for]") {
    Flask app;
    auto user = app.get("/user/<name>", [](std::string name) { return name; });
    auto post = app.route("/post/<int:id>/<slug>", {.methods = {"GET", "POST"}},
                          [](int, std::string) { return ""; });
    auto page = app.route("/page/", {.defaults = {{"page", 1}}},
                          [](int page) { return std::to_string(page); });
    app.route("/page/<int:page>", page);
    const auto context = app.test_request_context();

    CHECK(url_for(user, "bob") == "/user/bob");
    CHECK(url_for(post, 7, "a-b") == "/post/7/a-b");
    CHECK(url_for(page, 3) == "/page/3");
    CHECK(url_for(page, 1) == "/page/");

    Flask other;
    const auto elsewhere = other.test_request_context();
    CHECK_THROWS_AS(url_for(user, "bob"), RuntimeError);
}

TEST_CASE("url_for picks the rule of a method", "[flask][url_for]") {
    Flask app;
    app.route("/read/<int:id>", {.methods = {"GET"}, .endpoint = "item"}, [](int) { return ""; });
    const auto context = app.test_request_context();
    CHECK(url_for("item", {{"id", 1}}, {.method = "GET"}) == "/read/1");
}

TEST_CASE("a name that begins with a dot is in the current blueprint", "[flask][url_for]") {
    Flask app;
    Blueprint auth("auth", {.url_prefix = "/auth"});
    auth.get("/login", [] { return url_for(".logout"); });
    auth.get("/logout", [] { return ""; });
    app.register_blueprint(auth);
    CHECK(app.test_client().get("/auth/login").text() == "/auth/logout");
}

TEST_CASE("url_defaults and preprocessors handle a language", "[flask][url_for]") {
    Flask app;
    app.url_value_preprocessor([](std::string_view, Json& values) {
        if (!values.contains("lang")) return;
        g["lang"] = values["lang"].get<std::string>();
        values.erase("lang");
    });
    app.url_defaults([](std::string_view endpoint, Json& values) {
        if (endpoint != "plain" && !values.contains("lang") && g.contains("lang")) {
            values["lang"] = g.get<std::string>("lang");
        }
    });
    Blueprint pages("pages", {.url_prefix = "/<lang>"});
    pages.get("/", [] { return url_for("pages.about"); });
    pages.get("/about", [] { return g.get<std::string>("lang"); });
    app.register_blueprint(pages);
    auto client = app.test_client();
    CHECK(client.get("/de/").text() == "/de/about");
    CHECK(client.get("/en/about").text() == "en");
}

TEST_CASE("make_response makes responses of anything", "[flask]") {
    Flask app;
    const auto context = app.test_request_context();
    CHECK(make_response().status_code() == 200);
    CHECK(make_response("x").data() == "x");
    CHECK(make_response("x", 404).status_code() == 404);
    CHECK(make_response("x", "404 Nothing").status() == "404 Nothing");
    CHECK(make_response("x", Headers{{"X-A", "1"}}).headers()["X-A"] == "1");
    const Response all = make_response(Json{{"a", 1}}, 201, {{"X-A", "1"}});
    CHECK(all.status_code() == 201);
    CHECK(all.json()["a"] == 1);
    CHECK(all.headers().get("X-A", "") == "1");
}

TEST_CASE("jsonify writes as Flask does", "[flask][json]") {
    CHECK(jsonify({{"b", 1}, {"a", "\xE2\x98\x83"}}).data() == "{\"a\":\"\\u2603\",\"b\":1}\n");
    CHECK(jsonify(Json::array({1, 2})).data() == "[1,2]\n");
    CHECK(jsonify("text").data() == "\"text\"\n");
    CHECK(jsonify().data() == "{}\n");
    CHECK(jsonify({{"a", 1}}).mimetype() == "application/json");
}

TEST_CASE("url_for takes an anchor, a scheme, a method", "[flask][url_for]") {
    Flask app;
    app.get("/", {.endpoint = "index"}, [] { return "42"; });
    app.get("/<self>", {.endpoint = "with_self"}, [](std::string) { return ""; });
    struct MyView : MethodView<MyView> {
        std::string get(int id) { return id < 0 ? "List" : "Get " + std::to_string(id); }
        std::string post(int) { return "Create"; }
    };
    const auto view = MyView::as_view();
    app.add_url_rule("/myview/", "myview", view, {.methods = {"GET"}, .defaults = {{"id", -1}}});
    app.add_url_rule("/myview/<int:id>", "myview", view, {.methods = {"GET"}});
    app.add_url_rule("/myview/create", "myview", view,
                     {.methods = {"POST"}, .defaults = {{"id", -2}}});
    const auto context = app.test_request_context();
    CHECK(url_for("index", {}, {.anchor = "x y"}) == "/#x%20y");
    CHECK(url_for("index", {}, {.scheme = "https", .external = true}) == "https://localhost/");
    CHECK(url_for("index", {}, {.scheme = "https"}) == "https://localhost/");
    CHECK_THROWS_AS(url_for("index", {}, {.scheme = "https", .external = false}), ValueError);
    CHECK(url_for("index", {}, {.external = true}) == "http://localhost/");
    CHECK(url_for("index", {}, {.scheme = "https", .external = true}) == "https://localhost/");
    CHECK(url_for("index", {}, {.external = true}) == "http://localhost/");
    CHECK(url_for("with_self", {{"self", "2"}}) == "/2");
    CHECK(url_for("myview", {{"id", 42}}, {.method = "GET"}) == "/myview/42");
    CHECK(url_for("myview", {}, {.method = "POST"}) == "/myview/create");
}

TEST_CASE("redirect and abort need no application", "[flask]") {
    const Response response = redirect("other", 307);
    CHECK(response.status_code() == 307);
    CHECK(response.location() == "other");
    CHECK_THROWS_AS(abort(401), Unauthorized);
    CHECK_THROWS_AS(abort(900), LookupError);
}

TEST_CASE("abort takes codes of an application's own", "[flask]") {
    struct OutOfCoffee : HTTPException {
        OutOfCoffee() : HTTPException(900, "Out Of Coffee", "none left") {}
        explicit OutOfCoffee(const std::string& why) : HTTPException(900, "Out Of Coffee", why) {}
    };
    Flask app;
    app.aborter().add<OutOfCoffee>(900);
    {
        const auto context = app.app_context();
        CHECK_THROWS_AS(abort(900), OutOfCoffee);
        try {
            abort(900, "why");
        } catch (const HTTPException& error) {
            CHECK(error.description() == "why");
        }
        CHECK_THROWS_AS(abort(401), Unauthorized);
    }
    Flask other;
    const auto context = other.app_context();
    CHECK_THROWS_AS(abort(900), LookupError);
}

TEST_CASE("a stream reads the request after the view returned", "[flask][stream]") {
    Flask app;
    app.get("/", [] {
        const auto pieces = []() -> Generator {
            co_yield "Hello ";
            co_yield request->args()["name"];
            co_yield "!";
        };
        return Response(stream_with_context(pieces()));
    });
    app.get("/function", [] {
        return Response(stream_with_context([]() -> Generator {
            co_yield "Hello ";
            co_yield request->args()["name"];
            co_yield "!";
        }));
    });
    auto client = app.test_client();
    CHECK(client.get("/?name=World").text() == "Hello World!");
    CHECK(client.get("/function?name=World").text() == "Hello World!");
}

TEST_CASE("a stream is closed once, and keeps its session", "[flask][stream]") {
    Flask app;
    app.secret_key("dev");
    int closed = 0;
    app.get("/", [&] {
        session["test"] = "flask";
        Response response(stream_with_context([n = 0]() mutable -> std::optional<std::string> {
            if (n++ == 1) return std::nullopt;
            return session["test"].get<std::string>();
        }));
        response.call_on_close([&closed] { ++closed; });
        return response;
    });
    CHECK(app.test_client().get("/").text() == "flask");
    CHECK(closed == 1);
}

TEST_CASE("FLASK_DEBUG says whether to debug", "[flask]") {
#if !defined(_WIN32)
    for (const auto& [value, expected] :
         {std::pair{"", false}, std::pair{"0", false}, std::pair{"False", false},
          std::pair{"No", false}, std::pair{"True", true}, std::pair{"1", true}}) {
        CAPTURE(value);
        setenv("FLASK_DEBUG", value, 1);
        CHECK(Flask().debug() == expected);
    }
    unsetenv("FLASK_DEBUG");
#endif
    CHECK_FALSE(Flask().debug());
}

TEST_CASE("files of the application are opened for reading", "[flask]") {
    const TemporaryFolder folder;
    folder.write("schema.sql", "CREATE\nTABLE");
    Flask app(FlaskOptions{.root_path = folder.path()});
    auto file = app.open_resource("schema.sql");
    CHECK(file.readline() == "CREATE\n");
    CHECK(file.read() == "TABLE");
    CHECK(file.read().empty());
    CHECK_THROWS_AS(app.open_resource("missing.sql"), RuntimeError);
}
