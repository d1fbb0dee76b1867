#include "flask/testing.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/signals.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/redirect.hpp"

#include <optional>
#include <stdexcept>
#include <string>

using namespace microflask;

TEST_CASE("test requests take host and prefix from the settings", "[flask][testing]") {
    Flask app;
    app.config["SERVER_NAME"] = "example.com:1234";
    app.config["APPLICATION_ROOT"] = "/foo";
    app.get("/", [] { return request->url(); });
    const auto context = app.test_request_context();
    CHECK(context->request().url() == "http://example.com:1234/foo/");
    CHECK(app.test_client().get("/").text() == "http://example.com:1234/foo/");
}

TEST_CASE("without settings they go to localhost", "[flask][testing]") {
    Flask app;
    app.get("/", [] { return request->url(); });
    const auto context = app.test_request_context();
    CHECK(context->request().url() == "http://localhost/");
    CHECK(app.test_client().get("/").text() == "http://localhost/");
}

TEST_CASE("a client says who and where it is", "[flask][testing]") {
    Flask app;
    app.get("/", [] {
        return std::string(request->remote_addr().value_or("")) + " " +
               std::string(request->user_agent().string());
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "127.0.0.1 microflask/" MICROFLASK_VERSION);
    client.environ_base().add("REMOTE_ADDR", "192.168.0.22");
    client.environ_base().add("HTTP_USER_AGENT", "Foo");
    CHECK(client.get("/").text() == "192.168.0.22 Foo");
}

TEST_CASE("a client opens what a builder describes", "[flask][testing]") {
    Flask app;
    app.get("/<int:id>", [](int id) { return "number " + std::to_string(id); });
    auto client = app.test_client();
    const EnvironBuilder builder("/1", {.base_url = "http://localhost/"});
    CHECK(client.open(builder).text() == "number 1");
    CHECK(client.open(builder).text() == "number 1");
}

TEST_CASE("the scheme is given by name", "[flask][testing]") {
    Flask app;
    app.get("/", [] { return request->url(); });
    const auto context = app.test_request_context("/", {.url_scheme = "https"});
    CHECK(context->request().url() == "https://localhost/");
    CHECK(app.test_client().get("/", {.url_scheme = "https"}).text() == "https://localhost/");
}

TEST_CASE("a path may be a whole URL", "[flask][testing]") {
    Flask app;
    app.get("/", [] { return request->scheme(); });
    app.post("/action", [] { return request->form()["gin"] + request->args()["vodka"]; });
    const auto context = app.test_request_context("https://example.com/");
    CHECK(context->request().scheme() == "https");
    CHECK(context->request().host() == "example.com");
    auto client = app.test_client();
    CHECK(client.get("https://example.com/").text() == "https");
    CHECK(client.post("http://domain.com/action?vodka=42", {.form = {{"gin", 43}}}).text() ==
          "4342");
}

TEST_CASE("JSON of a test is written as the application writes it", "[flask][testing]") {
    Flask app;
    app.json().ensure_ascii(false);
    app.post("/", [] { return std::string(request->get_data()); });
    CHECK(app.test_client().post("/", {.json = "\xE2\x82\xAC"}).text() == "\"\xE2\x82\xAC\"");
    app.json().ensure_ascii(true);
    CHECK(app.test_client().post("/", {.json = "\xE2\x82\xAC"}).text() == "\"\\u20ac\"");
}

TEST_CASE("a blueprint's subdomain is reached by name", "[flask][testing]") {
    Flask app(FlaskOptions{.subdomain_matching = true});
    app.config["SERVER_NAME"] = "example.com:1234";
    app.config["APPLICATION_ROOT"] = "/foo";
    Blueprint bp("company", {.subdomain = "xxx"});
    bp.get("/", [] { return request->url(); });
    app.register_blueprint(bp);
    const auto context = app.test_request_context("/", {.subdomain = "xxx"});
    CHECK(context->request().url() == "http://xxx.example.com:1234/foo/");
    CHECK(context->request().blueprint() == "company");
    CHECK(app.test_client().get("/", {.subdomain = "xxx"}).text() ==
          "http://xxx.example.com:1234/foo/");
}

TEST_CASE("a redirect that is followed keeps the sessions of all requests", "[flask][testing]") {
    Flask app;
    app.secret_key("testing");
    app.get("/redirect", [] {
        session["redirect"] = true;
        return redirect("/index");
    });
    app.get("/index", [] {
        session["data"] = "foo";
        return "";
    });
    auto client = app.test_client();
    client.get("/redirect", {.follow_redirects = true});
    const auto transaction = client.session_transaction();
    CHECK(transaction->get<std::string>("data") == "foo");
    CHECK(transaction->get<bool>("redirect"));
}

TEST_CASE("a session transaction changes what views see", "[flask][testing]") {
    Flask app;
    app.secret_key("testing");
    app.get("/", [] { return std::to_string(session["foo"][0].get<int>()); });
    auto client = app.test_client();
    {
        auto transaction = client.session_transaction();
        CHECK(transaction->empty());
        (*transaction)["foo"] = Json::array({42});
    }
    CHECK(client.get("/").text() == "42");
    CHECK(client.session_transaction()->get("foo") == Json::array({42}));
}

TEST_CASE("a session transaction needs a key and cookies", "[flask][testing]") {
    Flask keyless;
    auto client = keyless.test_client();
    CHECK_THROWS_AS(client.session_transaction(), RuntimeError);

    Flask app;
    app.secret_key("testing");
    auto without_cookies = app.test_client({.use_cookies = false});
    CHECK_THROWS_AS(without_cookies.session_transaction(), RuntimeError);
}

TEST_CASE("a session transaction leaves the present context on top", "[flask][testing]") {
    Flask app;
    app.secret_key("testing");
    auto client = app.test_client();
    const auto context = app.test_request_context("/outer");
    { (*client.session_transaction())["a"] = 1; }
    CHECK(request->path() == "/outer");
}

TEST_CASE("a client keeps the context of its latest request", "[flask][testing]") {
    Flask app;
    app.secret_key("testing");
    app.logger().sink([](const LogRecord&) {});
    int torn_down = 0;
    app.teardown_request([&] { ++torn_down; });
    app.get("/", [] {
        g["value"] = 42;
        session["seen"] = true;
        return "Hello World!";
    });
    app.get("/other", []() -> std::string { throw std::runtime_error("x"); });
    auto client = app.test_client();
    {
        const auto kept = client.preserve_context();
        const auto response = client.get("/?name=bob");
        CHECK(response.text() == "Hello World!");
        CHECK(g.get<int>("value") == 42);
        CHECK(request->args()["name"] == "bob");
        CHECK(session["seen"] == true);
        CHECK(torn_down == 0);
        CHECK_THROWS_AS(client.preserve_context(), RuntimeError);

        CHECK(client.get("/other").status_code() == 500);
        CHECK(request->path() == "/other");
        CHECK_FALSE(g.contains("value"));
        CHECK(torn_down == 1);
    }
    CHECK(torn_down == 2);
    CHECK_FALSE(request);
    CHECK_FALSE(has_app_context());
    {
        const auto kept = client.preserve_context();
        app.testing(true);
        CHECK_THROWS_AS(client.get("/other"), std::runtime_error);
        CHECK_FALSE(request);
        CHECK(client.get("/").status_code() == 200);
        CHECK(request->path() == "/");
    }
    CHECK_FALSE(request);
}

TEST_CASE("a client is used again and again", "[flask][testing]") {
    Flask app;
    auto client = app.test_client();
    for (int i = 0; i < 2; ++i) {
        const auto kept = client.preserve_context();
        CHECK(client.get("/").status_code() == 404);
        CHECK(request->path() == "/");
    }
    CHECK_FALSE(has_request_context());
}

TEST_CASE("kept contexts of streamed answers go as well", "[flask][testing]") {
    Flask app;
    app.get("/", [] {
        return Response(stream_with_context([n = 0]() mutable -> std::optional<std::string> {
            return n++ == 0 ? std::optional<std::string>("hello") : std::nullopt;
        }));
    });
    auto client = app.test_client();
    const auto outer = app.app_context();
    {
        const auto kept = client.preserve_context();
        CHECK(client.get("/").text() == "hello");
        CHECK(request->path() == "/");
    }
    CHECK_FALSE(request);
    CHECK(_app_ctx_stack.size() == 1);
}

TEST_CASE("JSON goes both ways", "[flask][testing]") {
    Flask app;
    app.testing(true);
    app.post("/echo", [] { return jsonify(request->json()); });
    auto client = app.test_client();
    int popped = 0;
    const auto guard = appcontext_popped.connected_to([&] { ++popped; }, app);
    const auto response =
        client.post("/echo", {.json = {{"drinks", {{"gin", 1}, {"tonic", true}}}, {"price", 10}}});
    CHECK(response.is_json());
    CHECK(response.json() == Json{{"drinks", {{"gin", 1}, {"tonic", true}}}, {"price", 10}});
    CHECK(popped == 1);
}

TEST_CASE("URLs of subdomains are requested as they were built", "[flask][testing]") {
    const bool with_subdomain = GENERATE(true, false);
    Flask app(FlaskOptions{.subdomain_matching = with_subdomain});
    app.config["SERVER_NAME"] = "example.com";
    std::string url;
    if (with_subdomain) {
        app.route("/", {.endpoint = "view", .subdomain = "<company_id>"})(
            [](std::string company_id) { return company_id; });
    } else {
        app.get("/<company_id>", {.endpoint = "view"},
                [](std::string company_id) { return company_id; });
    }
    {
        const auto context = app.test_request_context();
        url = url_for("view", {{"company_id", "xxx"}}, {.external = true});
    }
    CHECK(url == (with_subdomain ? "http://xxx.example.com/" : "http://example.com/xxx"));
    const auto response = app.test_client().get(url);
    CHECK(response.status_code() == 200);
    CHECK(response.text() == "xxx");
}

TEST_CASE("commands are invoked by tests", "[flask][testing]") {
    Flask app;
    app.cli().command("hello")([] { echo("Hello, World!"); });
    const auto result = app.test_cli_runner().invoke({"hello"});
    CHECK(result.output() == "Hello, World!\n");
    CHECK(result.exit_code() == 0);
}
