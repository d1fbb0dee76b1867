#include "testing/client.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "wrappers/redirect.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;

namespace {

/// Says what it was asked.
Application echo() {
    return Request::application([](Request& request) {
        std::string text = std::string(request.method()) + " " + request.url();
        for (const auto& [key, value] : request.form()) text += " " + key + "=" + value;
        if (const auto cookie = request.headers().get("Cookie")) text += " [" + *cookie + "]";
        return Response(text);
    });
}

/// Answers by a function of the path.
template <class Function>
Application routed(Function function) {
    return Request::application(
        [function](Request& request) { return function(request, std::string(request.path())); });
}

}  // namespace

TEST_CASE("a client calls the application with each method", "[testing]") {
    Client client(echo());
    CHECK(client.get("/a?b=c").text() == "GET http://localhost/a?b=c");
    CHECK(client.post("/", {.form = {{"user", "bob"}}}).text() ==
          "POST http://localhost/ user=bob");
    CHECK(client.put().text() == "PUT http://localhost/");
    CHECK(client.delete_("/x").text() == "DELETE http://localhost/x");
    CHECK(client.patch().text() == "PATCH http://localhost/");
    CHECK(client.options().text() == "OPTIONS http://localhost/");
    CHECK(client.trace().text() == "TRACE http://localhost/");
    CHECK(client.open("/", {.method = "PROPFIND"}).text() == "PROPFIND http://localhost/");
    CHECK(client.open().text() == "GET http://localhost/");
    const TestResponse head = client.head("/");
    CHECK(head.text().empty());
    CHECK(head.content_length() == 22);
    CHECK(client.get("http://example.com/x").text() == "GET http://example.com/x");
    CHECK(client.get("/x", {.base_url = "https://example.com/root"}).text() ==
          "GET https://example.com/root/x");
}

TEST_CASE("a client's answer has everything a response has", "[testing]") {
    Client client(routed([](Request&, std::string) {
        return Response("{\"a\": 1}", 201, {{"X-A", "1"}}, {.mimetype = "application/json"});
    }));
    const TestResponse response = client.get("/path");
    CHECK(response.status_code() == 201);
    CHECK(response.status() == "201 Created");
    CHECK(response.json()["a"] == 1);
    CHECK(response.data() == "{\"a\": 1}");
    CHECK(response.headers().get("X-A") == "1");
    CHECK(response.mimetype() == "application/json");
    CHECK(response.request().path() == "/path");
    CHECK(response.history().empty());
}

TEST_CASE("exceptions come out of the client", "[testing]") {
    Client client([](Environ&, StartResponse) -> Body { throw std::runtime_error("broken"); });
    CHECK_THROWS_AS(client.get("/"), std::runtime_error);
    Client handed([](Environ&, StartResponse start_response) -> Body {
        start_response("500 Internal Server Error", {},
                       std::make_exception_ptr(std::out_of_range("x")));
        return "";
    });
    CHECK_THROWS_AS(handed.get("/"), std::out_of_range);
    Client silent([](Environ&, StartResponse) -> Body { return "x"; });
    CHECK_THROWS_AS(silent.get("/"), std::exception);
}

TEST_CASE("a body is read and closed at once, unless asked otherwise", "[testing]") {
    int closed = 0;
    int made = 0;
    Client client(routed([&](Request&, std::string) {
        Response response(stream([&made, left = 3]() mutable -> std::optional<std::string> {
            if (left-- == 0) return std::nullopt;
            ++made;
            return "x";
        }));
        response.call_on_close([&closed] { ++closed; });
        return response;
    }));
    const TestResponse whole = client.get("/");
    CHECK(made == 3);
    CHECK(closed == 1);
    CHECK(whole.text() == "xxx");

    made = 0;
    TestResponse slow = client.get("/", {.buffered = false});
    CHECK(made == 0);
    CHECK(slow.is_streamed());
    CHECK(slow.text() == "xxx");
    CHECK(closed == 1);
    slow.close();
    CHECK(closed == 2);
}

TEST_CASE("cookies persist in a client", "[testing]") {
    Client client(routed([](Request& request, std::string path) {
        Response response(request.cookies().get("test").value_or("(none)"));
        if (path == "/set") response.set_cookie("test", "a,b");
        if (path == "/delete") response.delete_cookie("test");
        return response;
    }));
    CHECK(client.get("/").text() == "(none)");
    client.get("/set");
    CHECK(client.get("/").text() == "a,b");
    REQUIRE(client.get_cookie("test"));
    CHECK(client.get_cookie("test")->decoded_value() == "a,b");
    CHECK_FALSE(client.get_cookie("test", {.domain = "example.com"}));
    CHECK(client.get("http://example.com/").text() == "(none)");
    client.get("/delete");
    CHECK(client.get("/").text() == "(none)");
    CHECK_FALSE(client.get_cookie("test"));

    client.set_cookie("test", "forged");
    CHECK(client.get("/").text() == "forged");
    client.delete_cookie("test");
    CHECK(client.get("/").text() == "(none)");
    client.set_cookie("test", "deep",
                      {.domain = "example.com", .origin_only = false, .path = "/x"});
    CHECK(client.get("http://www.example.com/x/y").text() == "deep");
    CHECK(client.get("http://www.example.com/").text() == "(none)");

    Client without(client.application(), {.use_cookies = false});
    without.get("/set");
    CHECK(without.get("/").text() == "(none)");
    CHECK_THROWS_AS(without.get_cookie("test"), std::exception);
}

TEST_CASE("a Cookie field of the test's own is sent beside the jar's", "[testing]") {
    Client client(echo());
    CHECK(client.get("/", {.headers = {{"Cookie", "a=1"}}}).text() ==
          "GET http://localhost/ [a=1]");
    client.set_cookie("b", "2");
    CHECK(client.get("/", {.headers = {{"Cookie", "a=1"}}}).text() ==
          "GET http://localhost/ [a=1; b=2]");
}

TEST_CASE("redirects are followed where asked", "[testing]") {
    Client client(routed([](Request& request, std::string path) {
        if (path == "/first") return redirect("/second?q=1");
        if (path == "/second") return redirect("http://localhost/some/third");
        if (path == "/some/third") return redirect("fourth", 303);
        return Response(request.url());
    }));
    CHECK(client.get("/first").status_code() == 302);
    const TestResponse response = client.get("/first", {.follow_redirects = true});
    CHECK(response.text() == "http://localhost/some/fourth");
    CHECK(response.request().path() == "/some/fourth");
    REQUIRE(response.history().size() == 3);
    CHECK(response.history()[0].request().path() == "/first");
    CHECK(response.history()[0].history().empty());
    CHECK(response.history()[1].location() == "http://localhost/some/third");
    CHECK(response.history()[2].history().size() == 2);
    CHECK(client.get("/x", {.follow_redirects = true}).history().empty());
}

TEST_CASE("307 and 308 keep method and body, the others become GET", "[testing]") {
    Client client(routed([](Request& request, std::string path) {
        if (path != "/") return redirect("/", std::stoi(path.substr(1)));
        return Response(std::string(request.method()) + " " + std::string(request.get_data()) +
                        " " + std::string(request.content_type().value_or("-")));
    }));
    for (const std::string code : {"301", "302", "303"}) {
        CHECK(client.post("/" + code, {.form = {{"a", "b"}}, .follow_redirects = true}).text() ==
              "GET  -");
    }
    for (const std::string code : {"307", "308"}) {
        CHECK(client.post("/" + code, {.form = {{"a", "b"}}, .follow_redirects = true}).text() ==
              "POST a=b application/x-www-form-urlencoded");
    }
    CHECK(client.head("/302", {.follow_redirects = true}).request().method() == "HEAD");
}

TEST_CASE("cookies travel across redirects", "[testing]") {
    Client client(routed([](Request& request, std::string path) {
        if (path == "/") {
            Response response = redirect("/next");
            response.set_cookie("a", "1");
            return response;
        }
        return Response(request.cookies().get("a").value_or("(none)"));
    }));
    CHECK(client.get("/", {.follow_redirects = true}).text() == "1");
}

TEST_CASE("redirects in a circle or to somebody else are errors", "[testing]") {
    Client client(routed([](Request&, std::string path) {
        if (path == "/out") return redirect("http://example.com/");
        if (path == "/sub") return redirect("http://sub.localhost/");
        if (path == "/") return Response("home");
        return redirect("/loop");
    }));
    CHECK_THROWS_AS(client.get("/loop", {.follow_redirects = true}), ClientRedirectError);
    CHECK_THROWS_AS(client.get("/out", {.follow_redirects = true}), ClientRedirectError);
    CHECK_THROWS_AS(client.get("/sub", {.follow_redirects = true}), ClientRedirectError);
    Client wide(client.application(), {.allow_subdomain_redirects = true});
    CHECK(wide.get("/sub", {.follow_redirects = true}).text() == "home");
}

TEST_CASE("redirects below a script root keep it", "[testing]") {
    Client client(routed([](Request& request, std::string path) {
        if (path == "/start") return redirect("/root/end");
        if (path == "/leave") return redirect("/end");
        return Response(std::string(request.root_path()) + "|" + std::string(request.path()));
    }));
    CHECK(client.get("/start", {.base_url = "http://localhost/root", .follow_redirects = true})
              .text() == "/root|/end");
    CHECK(client.get("/leave", {.base_url = "http://localhost/root", .follow_redirects = true})
              .text() == "|/end");
}

TEST_CASE("a client can be derived from", "[testing]") {
    class AgentClient : public Client {
    public:
        using Client::Client;

    protected:
        EnvironBuilder make_builder(std::string_view path, EnvironBuilderOptions options) override {
            options.environ_base.add("HTTP_USER_AGENT", "agent");
            return Client::make_builder(path, std::move(options));
        }
    };
    AgentClient client(routed(
        [](Request& request, std::string) { return Response(request.user_agent().string()); }));
    CHECK(client.get("/").text() == "agent");
    CHECK(client.get("/", {.headers = {{"User-Agent", "own"}}}).text() == "own");
}

TEST_CASE("a builder can be sent", "[testing]") {
    Client client(echo());
    EnvironBuilder builder("/x", {.form = {{"a", "1"}}});
    builder.method("POST");
    CHECK(client.open(builder).text() == "POST http://localhost/x a=1");
}

TEST_CASE("an application is run without a client", "[testing]") {
    const auto environ = create_environ("/x");
    const Response response = run_wsgi_app(echo(), environ->environ());
    CHECK(response.status() == "200 OK");
    CHECK(response.get_data() == "GET http://localhost/x");

    const Application streams = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{});
        return [done = false]() mutable -> std::optional<std::string> {
            if (std::exchange(done, true)) return std::nullopt;
            return "piece";
        };
    };
    CHECK_FALSE(run_wsgi_app(streams, environ->environ()).is_streamed());
    CHECK(run_wsgi_app(streams, environ->environ(), false).is_streamed());

    const Application fails = [](Environ&, StartResponse start_response) -> Body {
        start_response("500 Internal Server Error", Headers{},
                       std::make_exception_ptr(std::runtime_error("lost")));
        return "";
    };
    CHECK_THROWS_AS(run_wsgi_app(fails, environ->environ()), std::runtime_error);
}
