// The public API: the gateway, running and testing, written as their readers write them.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <cstdarg>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;

// ---- 8: the gateway -----------------------------------------------------------------------------

namespace {

Body runserver(Environ& environ, StartResponse start_response) {
    CHECK(environ["REQUEST_METHOD"] == "GET");
    start_response("200 OK", {{"Content-Type", "text/html"}});
    return "<h1>Hello, web!</h1>";
}

struct Application1 {
    std::string greeting;
    Body operator()(Environ&, StartResponse start_response) {
        start_response("200 OK", {{"Content-Type", "text/plain"}, {"X-A", greeting}});
        return greeting;
    }
};

struct Middleware {
    Application next;
    Body operator()(Environ& environ, StartResponse start_response) const {
        environ["x.seen"] = "yes";
        auto own = [&](std::string_view status, const Headers& headers,
                       std::exception_ptr exc_info) {
            Headers more = headers;
            more.set("X-Middleware", "1");
            start_response(status, more, exc_info);
        };
        return next(environ, own);
    }
};

void variadic_command(...) {
    echo("function");
}

std::string text_of(const Application& application, std::string_view path = "/") {
    Client client(application);
    return client.get(path).text();
}

}  // namespace

TEST_CASE("Anything of the right shape is an application", "[api]") {
    Flask app;
    app.get("/")([] { return std::string(request->environ()["x.seen"]); });
    CHECK(text_of(runserver) == "<h1>Hello, web!</h1>");
    CHECK(text_of(&runserver) == "<h1>Hello, web!</h1>");
    CHECK(text_of(Application1{"functor"}) == "functor");
    CHECK(text_of(
              [](Environ& env, StartResponse start_response) -> Body {
                  start_response("200 OK", {});
                  return std::string(env["PATH_INFO"]);
              },
              "/path") == "/path");
    CHECK(text_of([](Environ&, auto start_response) -> Body {
              start_response("200 OK", Headers{{"Content-Type", "text/plain"}}, nullptr);
              return {"a", "b", "c"};
          }) == "abc");
    CHECK(text_of([](Environ&, StartResponse start_response) {
              start_response("200 OK", {{"A", "b"}});
              return "text";
          }) == "text");
    CHECK(text_of([](Environ&, StartResponse start_response) {
              start_response("200 OK", {{"A", "b"}});
              return std::vector<std::string>{"x", "y"};
          }) == "xy");
    CHECK(text_of([](Environ&, StartResponse start_response) -> Body {
              start_response("200 OK", {{"A", "b"}});
              return [n = 0]() mutable -> std::optional<std::string> {
                  if (n == 2) return std::nullopt;
                  return std::to_string(n++);
              };
          }) == "01");
    app.wsgi_app = Middleware{app.wsgi_app};
    CHECK(text_of(app) == "yes");
    Application handle = app;
    const Application copy = handle;
    CHECK(text_of(copy) == "yes");
    CHECK(app.test_client().get("/").headers()["X-Middleware"] == "1");
    CHECK(text_of(Request::application([](Request& req) {
                      return Response("Hello " + req.args().get("name", "World") + "!");
                  }),
                  "/?name=x") == "Hello x!");
    CHECK(text_of(Request::application([](Request&) { return Response("Hello World!"); })) ==
          "Hello World!");
    CHECK(text_of(Request::application([](const Request& req) { return std::string(req.path()); }),
                  "/p") == "/p");
    CHECK(text_of(Request::application([](Request&) { return "literal"; })) == "literal");
    CHECK(text_of(Request::application([](Request&) -> Response {
              throw NotFound();
          })).find("Not Found") != std::string::npos);
}

TEST_CASE("An environ reads like a dict", "[api]") {
    EnvironBuilder builder("/path?q=1",
                           {.method = "POST", .headers = {{"User-Agent", "test"}}, .data = "body"});
    auto made = builder.get_environ();
    Environ& env = made->environ();
    CHECK(env["REQUEST_METHOD"] == "POST");
    CHECK(env["HTTP_USER_AGENT"] == "test");
    CHECK(env["wsgi.url_scheme"] == "http");
    CHECK(env["QUERY_STRING"] == "q=1");
    CHECK(env["MISSING"] == "");
    CHECK(env["MISSING"].empty());
    CHECK(env.get("MISSING") == std::nullopt);
    CHECK(env.get("PATH_INFO") == "/path");
    CHECK_FALSE(env.contains("x.y"));
    env["x.y"] = "value";
    env["x.z"] = std::string("other");
    CHECK(env.contains("x.y"));
    CHECK(env["x.y"] == "value");
    std::string method(env["REQUEST_METHOD"]);
    const std::string_view path = env["PATH_INFO"];
    CHECK(method + std::string(path) == "POST/path");
    const Environ& constant = env;
    CHECK(constant["x.z"] == "other");
    CHECK(env.input().read() == "body");
    auto whole = create_environ("/x", {.base_url = "https://example.com/app"});
    CHECK(whole->environ()["SCRIPT_NAME"] == "/app");
    CHECK(whole->environ()["wsgi.url_scheme"] == "https");
}

TEST_CASE("Servers take functions, lambdas, objects and applications", "[api]") {
    const auto serves = [](const std::unique_ptr<BaseWSGIServer>& httpd) {
        CHECK(httpd->port() > 0);
        std::thread thread([&] { httpd->serve_forever(); });
        httpd->shutdown();
        thread.join();
    };
    Flask app;
    serves(make_server("127.0.0.1", 0, runserver));
    serves(make_server("127.0.0.1", 0, app));
    serves(make_server("127.0.0.1", 0, Application1{"x"}));
    serves(make_server("127.0.0.1", 0, Middleware{app}));
    auto httpd = make_server("127.0.0.1", 0,
                             [](Environ&, StartResponse start_response) -> Body {
                                 start_response("200 OK", {});
                                 return "";
                             },
                             {.threaded = true});
    serves(httpd);
    const std::string host = "localhost";
    serves(make_server(host, 0, Request::application([](Request&) { return Response("x"); })));
}

TEST_CASE("run_simple and run return what main returns", "[api]") {
    Flask app;
    const auto stop = [](BaseWSGIServer& server) { server.shutdown(); };
    CHECK(run_simple("127.0.0.1", 0, app,
                     {.threaded = true,
                      .processes = 1,
                      .use_reloader = false,
                      .use_debugger = false,
                      .banner = false,
                      .on_ready = stop}) == 0);
    CHECK(run_simple("127.0.0.1", 0, runserver, {.banner = false, .on_ready = stop}) == 0);
    (void)[](Flask & other) {
        (void)other.run();
        (void)other.run({.host = "0.0.0.0", .port = 8080, .debug = true});
        (void)other.run({.port = 8080});
        other.run({.host = "127.0.0.1",
                   .port = 5000,
                   .debug = false,
                   .threads = 0,
                   .workers = 0,
                   .use_reloader = false,
                   .use_debugger = false});
        run_simple("localhost", 4000, other);
        char name[] = "app";
        char* arguments[] = {name, nullptr};
        return other.run(1, arguments);
    };
}

// ---- 9: the command line ------------------------------------------------------------------------

TEST_CASE("Commands of every shape", "[api]") {
    Flask app;
    app.cli().command("variadic", "C's own")([](...) { echo("variadic"); });
    app.cli().command("variadic-function")(&variadic_command);
    app.cli().command("pack", "Any")([](auto&&...) { echo("pack"); });
    app.cli().command("init-db", "Create the tables")([] { echo("created"); });
    app.cli().command("args")([](const std::vector<std::string>& arguments) {
        for (const std::string& argument : arguments) echo(argument);
    });
    app.cli().command("auto")(
        [](const auto& arguments) { echo(std::to_string(arguments.size())); });
    app.cli().command("copy")([](std::vector<std::string> arguments) { echo(arguments.at(0)); });
    app.cli().command("code", "Fails")([]() -> int { return 3; });
    app.cli().command("context")([] { echo(current_app->name()); });
    auto runner = app.test_cli_runner();
    CHECK(app.test_cli_runner().invoke({"init-db"}).output() == "created\n");
    CHECK(runner.invoke({"variadic"}).output() == "variadic\n");
    CHECK(runner.invoke({"variadic-function"}).output() == "function\n");
    CHECK(runner.invoke({"pack"}).output() == "pack\n");
    CHECK(runner.invoke({"args", "a", "b"}).output() == "a\nb\n");
    CHECK(runner.invoke({"auto", "x"}).output() == "1\n");
    CHECK(runner.invoke({"copy", "x"}).output() == "x\n");
    CHECK(runner.invoke({"code"}).exit_code() == 3);
    CHECK(runner.invoke({"context"}).output() == "test_gateway\n");
    auto result = runner.invoke(std::vector<std::string>{"routes"});
    CHECK(result.exit_code() == 0);
    CHECK(runner.invoke({"no-such"}).exit_code() == 2);
}

// ---- 10: testing ----------------------------------------------------------------------------------

TEST_CASE("The test client, as the page writes it", "[api]") {
    Flask app;
    app.secret_key("dev");
    app.route("/login", {.methods = {"GET", "POST"}})([] {
        session["user"] = request->form().get("user", "nobody");
        return redirect(url_for("whoami"));
    });
    app.get("/whoami")([] { return Json{{"user", session["user"]}}; });
    app.post("/echo")([] {
        return Json{
            {"args", request->args().to_dict()},
            {"data", std::string(request->get_data())},
            {"host", request->host()},
            {"x", request->headers().get("X-A", "")},
            {"user",
             request->authorization() ? request->authorization()->username().value_or("") : ""},
            {"addr", request->remote_addr().value_or("")}};
    });
    auto client = app.test_client();
    auto response = client.post("/login", {.form = {{"user", "bob"}}, .follow_redirects = true});
    CHECK(response.status_code() == 200);
    CHECK(response.text() == "{\"user\":\"bob\"}\n");
    CHECK(response.json()["user"] == "bob");
    CHECK(response.headers()["Content-Type"] == "application/json");
    CHECK(response.request().path() == "/whoami");
    CHECK(response.history().size() == 1);
    const auto cookie = client.get_cookie("session");
    REQUIRE(cookie);
    CHECK_FALSE(cookie->value().empty());
    {
        auto s = client.session_transaction();
        (*s)["user"] = "alice";
    }
    CHECK(client.get("/whoami").json() == Json{{"user", "alice"}});
    auto echoed = client.post("/echo", {.method = "POST",
                                        .headers = {{"X-A", "1"}},
                                        .query_string = {{"q", "a b"}, {"n", 2}},
                                        .data = "raw",
                                        .content_type = "text/plain",
                                        .base_url = "http://example.com/",
                                        .auth = {"bob", "pw"},
                                        .environ_overrides = {{"REMOTE_ADDR", "10.0.0.1"}},
                                        .follow_redirects = false});
    CHECK(echoed.json()["args"]["q"] == "a b");
    CHECK(echoed.json()["data"] == "raw");
    CHECK(echoed.json()["host"] == "example.com");
    CHECK(echoed.json()["x"] == "1");
    CHECK(echoed.json()["user"] == "bob");
    CHECK(echoed.json()["addr"] == "10.0.0.1");
    CHECK(client.post("/echo", {.query_string = "q=1"}).json()["args"]["q"] == "1");
    CHECK(client.open("/whoami").status_code() == 200);
    CHECK(client.open("/echo", {.method = "POST"}).status_code() == 200);
    CHECK(client.head("/whoami").text().empty());
    CHECK(client.options("/whoami").headers()["Allow"].find("GET") != std::string::npos);
    client.set_cookie("k", "v");
    client.delete_cookie("k");
    CHECK_FALSE(client.get_cookie("k"));
    FlaskClient other = app.test_client();
    CHECK(other.post("/echo").json()["addr"] == "127.0.0.1");
    other.environ_base().add("REMOTE_ADDR", "192.0.2.1");
    CHECK(other.post("/echo").json()["addr"] == "192.0.2.1");
    const TestResponse kept = other.get("/whoami");
    CHECK(kept.json()["user"].is_null());
    const std::string path = "/whoami";
    CHECK(other.get(path).status_code() == 200);
    CHECK(other.get(std::string_view(path)).status_code() == 200);
}

TEST_CASE("Exceptions propagate when testing", "[api]") {
    Flask app;
    app.get("/")([]() -> std::string { throw std::runtime_error("boom"); });
    CHECK(app.test_client().get("/").status_code() == 500);
    app.testing(true);
    CHECK_THROWS_AS(app.test_client().get("/"), std::runtime_error);
}
