#include "wrappers/redirect.hpp"

#include "support/catch.hpp"
#include "testing/environ_builder.hpp"

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

/// The Location as it is sent.
std::string sent_location(const Response& response) {
    const auto environ = create_environ();
    return response.get_wsgi_headers(environ->environ()).get("Location").value();
}

}  // namespace

TEST_CASE("a redirect has Flask's page", "[wrappers]") {
    const Response response = redirect("/target");
    CHECK(response.status_code() == 302);
    CHECK(
        response.get_data() ==
        "<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n"
        "<p>You should be redirected automatically to the target URL: <a "
        "href=\"/target\">/target</a>. If not, click "
        "the link.\n");
    CHECK(response.headers() == Headers{{"Content-Type", "text/html; charset=utf-8"},
                                        {"Content-Length", "201"},
                                        {"Location", "/target"}});
}

TEST_CASE("the location of a redirect is quoted, its page escaped", "[wrappers]") {
    const Response response = redirect("http://example.com/?a=1&b=\"x\"<y>", 302);
    CHECK(sent_location(response) == "http://example.com/?a=1&b=%22x%22%3Cy%3E");
    const std::string link = "<a href=\"http://example.com/?a=1&amp;b=&#34;x&#34;&lt;y&gt;\">";
    CHECK(response.get_data().find(link) != std::string::npos);
    CHECK(response.content_length() == 287);
    CHECK(sent_location(redirect("/f\xc3\xbc\xc3\xbc"
                                 "b\xc3\xa4r",
                                 301)) == "/f%C3%BC%C3%BCb%C3%A4r");
    CHECK(sent_location(redirect("http://\xe2\x98\x83.example.com/", 307)) ==
          "http://xn--n3h.example.com/");
    CHECK(sent_location(redirect("//evil", 303)) == "//evil");
    CHECK(sent_location(redirect("/\\\\x?q")) == "/%5C%5Cx?q");
    CHECK(sent_location(redirect("a b")) == "a%20b");
    CHECK(sent_location(redirect("")) == "");
    CHECK(redirect("/x", 999).status_code() == 999);
    CHECK_THROWS_AS(redirect("/x\r\nSet-Cookie: a=b"), std::invalid_argument);
}

TEST_CASE("append_slash_redirect is relative to the request", "[wrappers]") {
    const auto target = [](std::string_view path) {
        const auto environ = create_environ(path);
        return append_slash_redirect(environ->environ()).location().value();
    };
    CHECK(target("/foo") == "foo/");
    CHECK(target("/foo/bar") == "bar/");
    CHECK(target("/foo/bar?x=y") == "bar/?x=y");
    CHECK(target("/foo/") == "./");
    const auto environ = create_environ("/x");
    CHECK(append_slash_redirect(environ->environ()).status_code() == 308);
}
