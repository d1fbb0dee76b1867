// Cookie and Set-Cookie, byte for byte.
#include "http/cookies.hpp"

#include "core/errors.hpp"
#include "support/catch.hpp"

using namespace microflask;
using Cookies = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("Set-Cookie is written as Werkzeug does", "[http]") {
    CHECK(dump_cookie("foo", "bar") == "foo=bar; Path=/");
    CHECK(dump_cookie("foo", "bar baz", {.path = std::nullopt}) == "foo=\"bar baz\"");
    CHECK(dump_cookie("foo", "bar", {.path = ""}) == "foo=bar; Path=");
    CHECK(dump_cookie("foo", "a;b,c\"d\\e") == "foo=\"a\\073b\\054c\\\"d\\\\e\"; Path=/");
    CHECK(dump_cookie("foo", "\xe2\x98\x83") == "foo=\"\\342\\230\\203\"; Path=/");
    CHECK(dump_cookie("foo", "a\n\x1f\x7f") == "foo=\"a\\012\\037\\177\"; Path=/");
    CHECK(dump_cookie("foo", "a=b/c?d=e&f@g:h~i") == "foo=a=b/c?d=e&f@g:h~i; Path=/");
    CHECK(dump_cookie("foo", "b", {.path = "/a b;c/\xc3\xa9%20"}) ==
          "foo=b; Path=/a%20b%3Bc/%C3%A9%20");
    CHECK(dump_cookie("foo", "b", {.domain = ".example.com:80"}) ==
          "foo=b; Domain=example.com; Path=/");
    CHECK(dump_cookie("foo", "b", {.domain = "\xe2\x98\x83.com"}) ==
          "foo=b; Domain=xn--n3h.com; Path=/");
    CHECK(dump_cookie("foo", "b", {.partitioned = true}) == "foo=b; Secure; Path=/; Partitioned");
    const auto day = std::chrono::system_clock::time_point(std::chrono::seconds(1709210096));
    CHECK(dump_cookie("foo", "bar",
                      {.max_age = 3600,
                       .expires = day,
                       .path = "/p",
                       .domain = "example.org",
                       .secure = true,
                       .httponly = true,
                       .samesite = "lax",
                       .partitioned = true}) ==
          "foo=bar; Domain=example.org; Expires=Thu, 29 Feb 2024 12:34:56 GMT; Max-Age=3600; "
          "Secure; HttpOnly; "
          "Path=/p; SameSite=Lax; Partitioned");
    CHECK_THROWS_AS(dump_cookie("foo", "b", {.samesite = "invalid"}), ValueError);
    CHECK_THROWS_AS(dump_cookie("a\r\nb", "x"), ValueError);
    CHECK_THROWS_AS(dump_cookie("a", "x", {.domain = "a;b"}), ValueError);
}

TEST_CASE("Cookie is read as Werkzeug does", "[http]") {
    CHECK(parse_cookie(" a = 1 ;b=2") == Cookies{{"a", "1"}, {"b", "2"}});
    CHECK(parse_cookie("a=\"x\\\"y\"") == Cookies{{"a", "x\"y"}});
    CHECK(parse_cookie("a=\"\\342\\230\\203\\054\"") == Cookies{{"a", "\xe2\x98\x83,"}});
    CHECK(parse_cookie("a=\"unterminated") == Cookies{{"a", "\"unterminated"}});
    CHECK(parse_cookie("a; b=2") == Cookies{{"a", ""}, {"b", "2"}});
    CHECK(parse_cookie("=v; ==v;;; ").empty());
    CHECK(parse_cookie("a=1; a=2") == Cookies{{"a", "1"}, {"a", "2"}});
    CHECK(parse_cookie("a=b=c") == Cookies{{"a", "b=c"}});
    CHECK(parse_cookie("a=\"1;2\"; b=3") == Cookies{{"a", "1;2"}, {"b", "3"}});
    CHECK(parse_cookie("a=x\"y;z\"; b=1") == Cookies{{"a", "x\"y"}, {"z\"", ""}, {"b", "1"}});
    CHECK(parse_cookie("a=\"\\400\"") == Cookies{{"a", "400"}});
    CHECK(parse_cookie("a=\xff") == Cookies{{"a", "\xef\xbf\xbd"}});
}
