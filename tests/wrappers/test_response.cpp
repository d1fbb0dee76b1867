#include "wrappers/response.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Sent {
    std::string status;
    Headers headers;
    std::string body;
};

Fields fields_of(const Headers& headers) {
    Fields fields;
    for (const auto& [name, value] : headers) fields.emplace_back(name, value);
    return fields;
}

Sent send(const Response& response, std::string method = "GET", std::string_view path = "/") {
    const auto environ = create_environ(path, {.method = std::move(method)});
    Sent sent;
    const auto start_response = [&sent](std::string_view status, const Headers& headers,
                                        std::exception_ptr) {
        sent.status = std::string(status);
        sent.headers = headers;
    };
    Body body = response(environ->environ(), start_response);
    sent.body = body.read();
    body.close();
    return sent;
}

/// Takes an answer as a server does that adds the length of a text itself.
struct LengthAddingServer {
    static constexpr bool adds_content_length = true;
    Fields fields;
    void operator()(std::string_view, const Headers& headers, const std::exception_ptr&) {
        fields = fields_of(headers);
    }
};

/// A generator of some pieces.
auto pieces(std::vector<std::string> texts) {
    return [texts = std::move(texts),
            position = std::size_t{0}]() mutable -> std::optional<std::string> {
        if (position == texts.size()) return std::nullopt;
        return texts[position++];
    };
}

std::chrono::system_clock::time_point at(long long seconds) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a response of text has its type and length", "[wrappers]") {
    const Sent sent = send(Response("Hello"));

    CHECK(sent.status == "200 OK");
    CHECK(sent.body == "Hello");
    CHECK(fields_of(sent.headers) ==
          Fields{{"Content-Type", "text/html; charset=utf-8"}, {"Content-Length", "5"}});
    CHECK(fields_of(send(Response()).headers) ==
          Fields{{"Content-Type", "text/html; charset=utf-8"}, {"Content-Length", "0"}});
    CHECK(send(Response("\xc3\xb6\xc3\xa4\xc3\xbc")).headers.get("Content-Length") == "6");
}

TEST_CASE("a response takes body, status, headers and options", "[wrappers]") {
    const Response response("x", 404, {{"X-A", "1"}}, {.mimetype = "text/plain"});
    CHECK(response.status() == "404 Not Found");
    CHECK(fields_of(response.headers()) == Fields{{"X-A", "1"},
                                                  {"Content-Type", "text/plain; charset=utf-8"},
                                                  {"Content-Length", "1"}});
    CHECK(Response("x", 200, {}, {.mimetype = "text/plain"}).mimetype() == "text/plain");
    CHECK(Response("x", "418 I am one").status() == "418 I am one");
    CHECK(Response("x", "418 I am one", {{"A", "b"}}).headers().get("A") == "b");
    CHECK(Response(Body{"a", "b"}).get_data() == "ab");
}

TEST_CASE("the content type follows from the media type", "[wrappers]") {
    const auto type = [](std::string_view mimetype) {
        return Response("", 200, {}, {.mimetype = mimetype}).content_type().value();
    };
    CHECK(type("text/html") == "text/html; charset=utf-8");
    CHECK(type("application/json") == "application/json");
    CHECK(type("application/xml") == "application/xml; charset=utf-8");
    CHECK(type("image/svg+xml") == "image/svg+xml; charset=utf-8");
    CHECK(type("application/javascript") == "application/javascript; charset=utf-8");
    CHECK(type("application/octet-stream") == "application/octet-stream");
    CHECK(type("application/vnd.api+json") == "application/vnd.api+json");
    CHECK(type("TEXT/HTML") == "TEXT/HTML");
    CHECK(Response("", 200, {}, {.content_type = "text/html"}).content_type() == "text/html");
    CHECK(Response("", 200, {{"Content-Type", "text/plain"}}).content_type() == "text/plain");
    CHECK(Response("", 200, {{"Content-Type", "text/plain"}}, {.mimetype = "image/png"})
              .content_type() == "image/png");
    Response response("");
    response.mimetype("text/css");
    CHECK(response.content_type() == "text/css; charset=utf-8");
    CHECK(response.mimetype_params().get("charset") == "utf-8");
}

TEST_CASE("status and status_code follow each other", "[wrappers]") {
    Response response;
    const auto status = [&response](std::string_view text) {
        response.status(text);
        return std::pair<int, std::string>(response.status_code(), response.status());
    };
    using Pair = std::pair<int, std::string>;
    CHECK(status("200") == Pair{200, "200 OK"});
    CHECK(status("404") == Pair{404, "404 Not Found"});
    CHECK(status("588") == Pair{588, "588 Unknown"});
    CHECK(status("999") == Pair{999, "999 Unknown"});
    CHECK(status("200 OK") == Pair{200, "200 OK"});
    CHECK(status("999 WTF") == Pair{999, "999 WTF"});
    CHECK(status("wtf") == Pair{0, "0 wtf"});
    CHECK(status("200 TEA POT") == Pair{200, "200 TEA POT"});
    CHECK(status("200 200") == Pair{200, "200 200"});
    CHECK_THROWS_AS(response.status(""), std::invalid_argument);
    CHECK_THROWS_AS(response.status("200 OK\r\nX: y"), std::invalid_argument);
    CHECK_THROWS_AS(Response("", " "), std::invalid_argument);
    CHECK(response.status_code(404).status() == "404 Not Found");
    CHECK(response.status_code(588).status() == "588 Unknown");
    CHECK(response.status_code(201).status() == "201 Created");
}

TEST_CASE("a response without a body sends none, and no length", "[wrappers]") {
    for (const int code : {100, 101, 199, 204}) {
        const Sent sent = send(Response("text", code));
        CAPTURE(code);
        CHECK(sent.body.empty());
        CHECK_FALSE(sent.headers.contains("Content-Length"));
        CHECK(sent.headers.contains("Content-Type"));
    }
    const Sent sent = send(Response("text", 304,
                                    {{"Allow", "GET"},
                                     {"Last-Modified", "x"},
                                     {"ETag", "\"e\""},
                                     {"Content-Language", "de"},
                                     {"Cache-Control", "no-cache"}}));
    CHECK(sent.body.empty());
    CHECK(fields_of(sent.headers) == Fields{{"ETag", "\"e\""}, {"Cache-Control", "no-cache"}});
}

TEST_CASE("HEAD gets the fields of GET without the body", "[wrappers]") {
    const Sent sent = send(Response("Hello"), "HEAD");
    CHECK(sent.body.empty());
    CHECK(sent.headers.get("Content-Length") == "5");
}

TEST_CASE("a streamed response has no length and is read on demand", "[wrappers]") {
    const Response response(stream(pieces({"a", "b", "c"})));
    CHECK(response.is_streamed());
    const Sent sent = send(response);
    CHECK(sent.body == "abc");
    CHECK_FALSE(sent.headers.contains("Content-Length"));

    Response frozen(stream(pieces({"a", "bc"})));
    CHECK(frozen.get_data() == "abc");
    CHECK_FALSE(frozen.is_streamed());
    CHECK(send(frozen).headers.get("Content-Length") == "3");
    CHECK_THROWS_AS(
        Response(stream(pieces({"a"})), 200, {}, {.direct_passthrough = true}).get_data(),
        std::runtime_error);
}

TEST_CASE("the functions of call_on_close run once, whether the body was sent or not",
          "[wrappers]") {
    for (const std::string method : {"GET", "HEAD"}) {
        int closed = 0;
        Response response("x");
        response.call_on_close([&closed] { ++closed; }).call_on_close([&closed] { closed += 10; });
        const Response copy(response);
        CHECK(closed == 0);
        send(copy, method);
        CHECK(closed == 11);
        response.close();
        CHECK(closed == 11);
    }
    int closed = 0;
    Body body(pieces({"a"}));
    body.on_close([&closed] { ++closed; });
    Response response(body);
    CHECK(response.get_data() == "a");
    CHECK(closed == 0);
    send(response);
    CHECK(closed == 1);
}

TEST_CASE("data can be replaced and written to", "[wrappers]") {
    Response response("abc");
    response.set_data("defgh");
    CHECK(response.content_length() == 5);
    CHECK(response.data() == "defgh");
    CHECK(response.stream().write("ij") == 2);
    response.stream().writelines({"k", "l"});
    CHECK(response.stream().tell() == 9);
    CHECK(send(response).body == "defghijkl");
    CHECK(send(response).headers.get("Content-Length") == "9");
}

TEST_CASE("cookies are set and deleted", "[wrappers]") {
    Response response;
    response.set_cookie("foo", "bar",
                        {.max_age = 60,
                         .path = "/blub",
                         .domain = "example.org",
                         .httponly = true,
                         .samesite = "Strict"});
    const std::string field = response.headers().get("Set-Cookie").value();
    CHECK(field.substr(0, 36) == "foo=bar; Domain=example.org; Expires");
    CHECK(field.substr(field.find("; Max-Age")) ==
          "; Max-Age=60; HttpOnly; Path=/blub; SameSite=Strict");
    response.headers().clear();
    response.delete_cookie("foo");
    CHECK(response.headers().get("Set-Cookie") ==
          "foo=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
    response.set_cookie("a", "1").set_cookie("b", "2");
    CHECK(response.headers().getlist("Set-Cookie").size() == 3);
    CHECK_THROWS_AS(response.set_cookie("a", "1", {.path = "/\r\nX: y"}), std::exception);
}

TEST_CASE("typed fields are read and written", "[wrappers]") {
    Response response;
    response.last_modified(at(1700000000)).date(at(0)).expires(at(60)).age(7).retry_after(60);
    CHECK(response.headers().get("Last-Modified") == "Tue, 14 Nov 2023 22:13:20 GMT");
    CHECK(response.last_modified() == at(1700000000));
    CHECK(response.headers().get("Date") == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(response.age() == 7);
    CHECK(response.headers().get("Retry-After") == "60");
    CHECK(response.retry_after().value() >
          std::chrono::system_clock::now() + std::chrono::seconds(50));
    response.retry_after(at(0));
    CHECK(response.retry_after() == at(0));
    response.content_length(5).location("/x").content_encoding("gzip");
    CHECK(response.content_length() == 5);
    CHECK(response.location() == "/x");
    response.content_length(std::nullopt);
    CHECK_FALSE(response.content_length());
    CHECK_THROWS_AS(response.location("/x\r\nX: y"), std::invalid_argument);

    response.access_control_allow_origin("*")
        .access_control_max_age(10)
        .access_control_allow_credentials(true);
    CHECK(response.headers().get("Access-Control-Allow-Credentials") == "true");
    response.access_control_allow_credentials(false);
    CHECK_FALSE(response.access_control_allow_credentials());
    CHECK(response.access_control_max_age() == 10);
}

TEST_CASE("objects of fields write changes back", "[wrappers]") {
    Response response;
    response.vary().add("Cookie");
    response.vary().add("cookie");
    response.vary().add("Accept");
    CHECK(response.headers().get("Vary") == "Cookie, Accept");
    response.cache_control().max_age(60);
    response.cache_control().public_(true);
    CHECK(response.cache_control().max_age() == 60);
    CHECK(response.headers().get("Cache-Control") == "max-age=60, public");
    response.allow(HeaderSet{"GET", "HEAD"});
    CHECK(response.allow().contains("get"));
    const Response& constant = response;
    CHECK(constant.vary().contains("accept"));
    response.content_security_policy("default-src 'self'");
    CHECK(response.headers().get("Content-Security-Policy") == "default-src 'self'");
}

TEST_CASE("Location and Content-Location are sent as ASCII", "[wrappers]") {
    Response response("", 302);
    response.location("/f\xc3\xbc?q=\xe2\x98\x83").content_location("/a b");
    Sent sent = send(response);
    CHECK(sent.headers.get("Location") == "/f%C3%BC?q=%E2%98%83");
    CHECK(sent.headers.get("Content-Location") == "/a%20b");
    response.autocorrect_location_header(true).location("foo/");
    CHECK(send(response, "GET", "/bar/baz").headers.get("Location") == "http://localhost/bar/foo/");
}

TEST_CASE("entity tags are set, computed and read", "[wrappers]") {
    Response response("Hello World");
    CHECK_FALSE(response.get_etag());
    response.add_etag();
    CHECK(response.etag() == "\"0a4d55a8d778e5022fab701977c5d840bbc486d0\"");
    response.set_etag("foo", true);
    CHECK(response.get_etag() == std::pair<std::string, bool>("foo", true));
    response.add_etag();
    CHECK(response.etag() == "W/\"foo\"");
    CHECK(Response("x").freeze().get_etag().has_value());
    CHECK_THROWS_AS(response.set_etag("a\"b"), std::invalid_argument);
}

TEST_CASE("a response is read as JSON where it says so", "[wrappers]") {
    const Response response("{\"a\": [1]}", 200, {}, {.mimetype = "application/json"});
    CHECK(response.json()["a"][0] == 1);
    CHECK(Response("{}").json().is_null());
    CHECK(Response("[1]").get_json({.force = true})[0] == 1);
    CHECK_THROWS_AS(Response("[1", 200, {}, {.mimetype = "application/json"}).json(), JsonError);
    CHECK(Response("[1", 200, {}, {.mimetype = "application/json"})
              .get_json({.silent = true})
              .is_null());
    Response changed("1", 200, {}, {.mimetype = "application/x+json"});
    CHECK(changed.json() == 1);
    changed.set_data("2");
    CHECK(changed.json() == 2);
}

TEST_CASE("a response is made of an application's answer", "[wrappers]") {
    const Application application = [](Environ&, StartResponse start_response) -> Body {
        start_response("202 Fine", {{"X-A", "1"}});
        return pieces({"a", "b"});
    };
    const auto environ = create_environ();
    const Response response = Response::from_app(application, environ->environ());
    CHECK(response.status() == "202 Fine");
    CHECK(fields_of(response.headers()) == Fields{{"X-A", "1"}});
    CHECK(response.get_data() == "ab");
}

TEST_CASE("a response describes itself", "[wrappers]") {
    CHECK(Response("Hello World!").repr() == "<Response 12 bytes [200 OK]>");
    CHECK(Response(stream(pieces({}))).repr() == "<Response streamed [200 OK]>");
}

TEST_CASE("an exception becomes its page", "[wrappers]") {
    const Response page = NotFound().get_response();
    CHECK(page.status_code() == 404);
    CHECK(fields_of(page.headers()) ==
          Fields{{"Content-Type", "text/html; charset=utf-8"}, {"Content-Length", "207"}});
    CHECK(page.get_data().substr(0, 15) == "<!doctype html>");
    CHECK(fields_of(
              MethodNotAllowed(std::vector<std::string>{"GET", "POST"}).get_response().headers()) ==
          Fields{{"Content-Type", "text/html; charset=utf-8"},
                 {"Allow", "GET, POST"},
                 {"Content-Length", "153"}});
    CHECK(HTTPException(Response("own", 418)).get_response().get_data() == "own");
    CHECK(HTTPException(Response("own", 418)).code() == 0);
    CHECK(HTTPException("why").get_response().status_code() == 500);
}

TEST_CASE("a response whose fields nobody asked for has them all the same", "[wrappers]") {
    const Fields usual{{"Content-Type", "text/html; charset=utf-8"}, {"Content-Length", "5"}};
    CHECK(fields_of(detail::text_response(std::string_view("hello")).headers()) == usual);
    CHECK(fields_of(Response(Body("hello")).headers()) == usual);
    CHECK(fields_of(detail::json_text_response("[1,2]").headers()) ==
          Fields{{"Content-Type", "application/json"}, {"Content-Length", "5"}});
    CHECK(fields_of(send(Response(Body("hello"))).headers) == usual);
    CHECK(fields_of(send(Response(Body("hello")), "HEAD").headers) == usual);
    CHECK(send(Response(Body("hello")), "HEAD").body.empty());

    const Response original(Body("hello"));
    Response copy = original;
    copy.headers().set("X", "1");
    CHECK(fields_of(original.headers()) == usual);
    CHECK(copy.headers().size() == 3);
    Response changed(Body("hello"));
    changed.set_data("longer than that");
    CHECK(changed.headers().get("Content-Length") == "16");
    Response replaced(Body("hello"));
    replaced.body("other");
    CHECK_FALSE(replaced.headers().contains("Content-Length"));
    Response empty(Body("hello"));
    empty.status_code(204);
    CHECK_FALSE(send(empty).headers.contains("Content-Length"));

    LengthAddingServer server;
    const auto environ = create_environ("/");
    Body body = Response(Body("hello")).send(environ->environ(), server);
    CHECK(server.fields == Fields{usual.front()});
    CHECK(body.read() == "hello");
}
