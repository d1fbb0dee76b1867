// What Werkzeug's test_exceptions, test_utils and test_wsgi ask of answers.
#include "wrappers/abort.hpp"

#include "datastructures/auth.hpp"
#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/status.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/conditional.hpp"
#include "wrappers/redirect.hpp"
#include "wrappers/request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;

namespace {

using Texts = std::vector<std::string>;

std::string sent_location(const Response& response) {
    const auto environ = create_environ();
    return response.get_wsgi_headers(environ->environ()).get("Location", "");
}

/// Calls a function with a copy of each exception that a status has.
template <class Function>
void for_each_exception(Function function) {
    for (int code = 400; code < 600; ++code) {
        if (!detail::is_http_exception_code(code)) continue;
        try {
            abort(code);
        } catch (HTTPException& error) {
            function(code, error);
        }
    }
}

}  // namespace

TEST_CASE("every exception has a page that says what happened", "[wrappers]") {
    int count = 0;
    for_each_exception([&count](int code, HTTPException& error) {
        CAPTURE(code);
        ++count;
        CHECK(error.code() == code);
        const std::string page = error.get_body();
        CHECK(page.starts_with("<!doctype html>\n<html lang=en>\n"));
        CHECK(page.find(std::to_string(code) + " ") != std::string::npos);
        CHECK(page.find(error.get_description()) != std::string::npos);
        const Response response = error.get_response();
        CHECK(response.status_code() == code);
        CHECK(response.content_type() == "text/html; charset=utf-8");
    });
    CHECK(count == 31);
}

TEST_CASE("every exception passes on a response that it was given", "[wrappers]") {
    for_each_exception([](int code, HTTPException& error) {
        CAPTURE(code);
        error.response(Response("own", 299, {{"X-Own", "1"}}));
        CHECK(error.get_response().status_code() == 299);
        CHECK(error.get_response().headers().get("X-Own") == "1");
        CHECK(error.get_response().data() == "own");
    });
    try {
        abort(Response("whole", 418));
    } catch (const HTTPException& error) {
        CHECK(error.get_response().data() == "whole");
    }
    CHECK(HTTPException().get_response().status_code() == 500);
}

TEST_CASE("exceptions tell clients what to do", "[wrappers]") {
    const MethodNotAllowed method({"GET", "HEAD", "POST"});
    CHECK(method.get_response().headers().get("Allow") == "GET, HEAD, POST");
    CHECK(method.get_description().find("The method is not allowed") != std::string::npos);

    const std::string basic = WWWAuthenticate("basic", {{"realm", "test"}}).to_header();
    const std::string digest =
        WWWAuthenticate("digest", {{"realm", "test"}, {"nonce", "test"}}).to_header();
    CHECK(Unauthorized("who?", {basic}).get_response().headers().get("WWW-Authenticate") == basic);
    CHECK(Unauthorized("who?", {digest, basic})
              .get_response()
              .headers()
              .getlist("WWW-Authenticate") == Texts{digest, basic});
    CHECK_FALSE(Unauthorized().get_response().headers().contains("WWW-Authenticate"));

    CHECK(TooManyRequests(20).get_response().headers().get("Retry-After") == "20");
    ServiceUnavailable later;
    later.retry_after(http_date(1578163936));
    CHECK(later.get_response().headers().get("Retry-After") == "Sat, 04 Jan 2020 18:52:16 GMT");
}

TEST_CASE("a redirect names its target twice and sends it in ASCII", "[wrappers]") {
    const auto count = [](const std::string& text, std::string_view piece) {
        int found = 0;
        for (std::size_t at = text.find(piece); at != std::string::npos;
             at = text.find(piece, at + 1))
            ++found;
        return found;
    };
    for (const std::string url : {"/target",
                                  "/f\xC3\xBC\xC3\xBC"
                                  "b\xC3\xA4r",
                                  "http://\xE2\x98\x83.example.com/"}) {
        for (const int code : {301, 302, 303, 305, 307, 308}) {
            const Response response = redirect(url, code);
            CHECK(response.status_code() == code);
            CHECK(response.location() == url);
            CHECK(count(response.data(), url) == 2);
        }
    }
    CHECK(sent_location(redirect("http://\xE2\x98\x83.example.com/", 305)) ==
          "http://xn--n3h.example.com/");
    for (const std::string evil : {"http://example.com/?xss=\"><script>alert(1)</script>",
                                   "http://example.com/?xss=\"onmouseover=\"alert(1)"}) {
        const std::string page = redirect(evil).data();
        CHECK(page.find("<script>") == std::string::npos);
        CHECK(page.find("\"onmouseover=\"") == std::string::npos);
    }
}

TEST_CASE("a slash is added relative to the request or absolutely", "[wrappers]") {
    const auto target = [](std::string path, bool absolute) {
        const auto environ = create_environ(path, {.base_url = "http://localhost/prefix"});
        Response response = append_slash_redirect(environ->environ());
        CHECK(response.status_code() == 308);
        response.autocorrect_location_header(absolute);
        return response.get_wsgi_headers(environ->environ()).get("Location", "");
    };
    CHECK(target("/foo", false) == "foo/");
    CHECK(target("/foo/bar", false) == "bar/");
    CHECK(target("/foo/bar?q=1", false) == "bar/?q=1");
    CHECK(target("/foo/", false) == "./");
    CHECK(target("/", false) == "./");
    CHECK(target("/foo/", true) == "http://localhost/prefix/foo/");
    CHECK(target("/", true) == "http://localhost/prefix/");
    CHECK(target("/foo", true) == "http://localhost/prefix/foo/");
    CHECK(target("/foo/bar", true) == "http://localhost/prefix/foo/bar/");
}

TEST_CASE("replacing a field keeps its place and takes the new spelling", "[wrappers]") {
    Headers headers{{"Content-Type", "text/html"}, {"Foo", "bar"}, {"Blub", "blah"}};
    headers["blub"] = "hehe";
    headers["blafasel"] = "humbug";
    CHECK(headers.to_wsgi_text() ==
          "Content-Type: text/html\r\nFoo: bar\r\nblub: hehe\r\nblafasel: humbug\r\n\r\n");
}

TEST_CASE("a URL shows letters, and bytes that are none as escapes", "[wrappers]") {
    const auto given =
        create_environ("/\xE2\x98\x83?meh=%C3%8F", {.base_url = "http://localhost/"});
    const Request request(given->environ());
    CHECK(request.path() == "/\xE2\x98\x83");
    CHECK(request.url() == "http://localhost/\xE2\x98\x83?meh=\xC3\x8F");
    const auto invalid = create_environ("/?foo=bar&meh=%CF");
    CHECK(Request(invalid->environ()).url() == "http://localhost/?foo=bar&meh=%CF");
}

TEST_CASE("part of a body is cut out of its pieces", "[wrappers]") {
    const auto pieces = [](std::vector<std::string> texts) { return Body(std::move(texts)); };
    CHECK(detail::body_range("Hello World", 6, 4).read() == "Worl");
    CHECK(detail::body_range("Hello World", 1, 0).read().empty());
    CHECK(detail::body_range("Hello World", 6, 100).read() == "World");
    CHECK(detail::body_range(pieces({"He", "ll", "o ", "Wo", "rl", "d"}), 6, 4).read() == "Worl");
    CHECK(detail::body_range(pieces({"He", "ll", "o W", "o", "rld"}), 6, 4).read() == "Worl");
    CHECK(detail::body_range(pieces({"Hello", " World"}), 1, 1).read() == "e");
}

TEST_CASE("a host without a Host field is the server's", "[wrappers]") {
    const auto host = [](std::string name, std::string port, Texts trusted = {}) {
        const auto given = create_environ(
            "/", {.environ_overrides = {{"SERVER_NAME", name}, {"SERVER_PORT", port}}});
        given->environ().erase("HTTP_HOST");
        Request request(given->environ());
        request.trusted_hosts(std::move(trusted));
        return std::string(request.host());
    };
    CHECK(host("eggs", "80") == "eggs");
    CHECK(host("eggs", "81") == "eggs:81");
    CHECK(host("example.org", "80", {".example.org"}) == "example.org");
    CHECK(host("example.org", "8080", {".example.org"}) == "example.org:8080");
    CHECK_THROWS_AS(host("example.org", "8080", {"example.com"}), SecurityError);
}
