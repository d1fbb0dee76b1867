// Cookies, byte by byte: vectors made by running Werkzeug, and what must not break out of a field.
#include "http/cookies.hpp"

#include "core/errors.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

TEST_CASE("a cookie's value is quoted where it must be", "[http]") {
    const std::pair<std::string, std::string> cases[] = {
        {"bar", "bar"},
        {"", ""},
        {"bar baz", "\"bar baz\""},
        {"a;b", "\"a\\073b\""},
        {"a,b", "\"a\\054b\""},
        {"a\"b", "\"a\\\"b\""},
        {"a\\b", "\"a\\\\b\""},
        {"a\nb\x01", "\"a\\012b\\001\""},
        {"\x1A\x1F\x7F", "\"\\032\\037\\177\""},
        {"%20", "%20"},
        {"{\"a\":1}", "\"{\\\"a\\\":1}\""},
        {std::string(1, '\0'), "\"\\000\""},
        {" !\"#$%&'()*+,-./0123456789:;<=>?@AZ[\\]^_`az{|}~",
         "\" !\\\"#$%&'()*+\\054-./0123456789:\\073<=>?@AZ[\\\\]^_`az{|}~\""},
    };
    for (const auto& [value, written] : cases) {
        CAPTURE(value);
        CHECK(dump_cookie("k", value, {.path = std::nullopt}) == "k=" + written);
    }
}

TEST_CASE("a cookie with a life has an end", "[http]") {
    const std::string field = dump_cookie("foo", "bar", {.max_age = 60});
    CHECK(field.substr(0, 17) == "foo=bar; Expires=");
    CHECK(field.substr(46) == "; Max-Age=60; Path=/");
    CHECK(dump_cookie("a", "", {.max_age = -9223372036854775807LL - 1}) ==
          "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=-9223372036854775808; Path=/");
    CHECK(dump_cookie("a", "", {.max_age = 9223372036854775807LL}) ==
          "a=; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=9223372036854775807; Path=/");
}

TEST_CASE("nothing breaks out of a cookie", "[http]") {
    CHECK_THROWS_AS(dump_cookie("", "x"), ValueError);
    CHECK_THROWS_AS(dump_cookie("a; Domain", "x"), ValueError);
    CHECK_THROWS_AS(dump_cookie("a", "x", {.path = "/\r\nX: y"}), ValueError);
    CHECK_THROWS_AS(dump_cookie("a", "x", {.domain = "a; Secure"}), ValueError);
    CHECK_THROWS_AS(dump_cookie("a", "x", {.domain = "a\nb"}), ValueError);
    CHECK_THROWS_AS(dump_cookie("a", "x", {.samesite = "Lax; Domain=x"}), ValueError);
}

TEST_CASE("odd Cookie fields are read as Werkzeug reads them", "[http]") {
    using Cookies = std::vector<std::pair<std::string, std::string>>;
    const std::pair<std::string_view, Cookies> cases[] = {
        {"a=\"\\", {{"a", "\"\\"}}},
        {"a=%20", {{"a", "%20"}}},
        {"\xC3\xA9=1", {{"\xC3\xA9", "1"}}},
        {"a=1,b=2", {{"a", "1,b=2"}}},
        {"$Version=1; a=1; $Path=/", {{"$Version", "1"}, {"a", "1"}, {"$Path", "/"}}},
        {"a=\t1\t", {{"a", "1"}}},
        {"a=;b=", {{"a", ""}, {"b", ""}}},
        {"", {}},
        {"a=\"1;2\" ;b=3", {{"a", "1;2"}, {"b", "3"}}},
        {"a=\"1;2\"x; b=3", {{"a", "\"1"}, {"2\"x", ""}, {"b", "3"}}},
        {"a='q'", {{"a", "'q'"}}},
    };
    for (const auto& [field, cookies] : cases) {
        CAPTURE(field);
        CHECK(parse_cookie(field) == cookies);
    }
    std::string value;
    for (int c = 0; c < 0x80; ++c) value += static_cast<char>(c);
    CHECK(parse_cookie(dump_cookie("k", value, {.path = std::nullopt})) == Cookies{{"k", value}});
}
