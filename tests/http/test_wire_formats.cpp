// Fields of HTTP, byte by byte: what Werkzeug writes and reads, line for line.
#include "http/cookies.hpp"

#include "core/errors.hpp"
#include "http/dates.hpp"
#include "http/field_values.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

std::chrono::system_clock::time_point at(std::int64_t seconds) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

}  // namespace

TEST_CASE("a cookie is written as Werkzeug writes it", "[http]") {
    const std::pair<std::string_view, std::string_view> values[] = {
        {"bar", "foo=bar; Path=/"},
        {"", "foo=; Path=/"},
        {"bar baz", "foo=\"bar baz\"; Path=/"},
        {"a;b", "foo=\"a\\073b\"; Path=/"},
        {"a,b", "foo=\"a\\054b\"; Path=/"},
        {"a\"b", "foo=\"a\\\"b\"; Path=/"},
        {"a\\b", "foo=\"a\\\\b\"; Path=/"},
        {"a\nb\001", "foo=\"a\\012b\\001\"; Path=/"},
        {"\342\230\203", "foo=\"\\342\\230\\203\"; Path=/"},
        {"a=b/c?d=e&f@g:h~i", "foo=a=b/c?d=e&f@g:h~i; Path=/"},
        {"\303\251", "foo=\"\\303\\251\"; Path=/"},
        {"%20", "foo=%20; Path=/"},
        {"{\"a\":1}", "foo=\"{\\\"a\\\":1}\"; Path=/"},
    };
    for (const auto& [value, field] : values) {
        CAPTURE(value);
        CHECK(dump_cookie("foo", value) == field);
    }
    CHECK(dump_cookie("foo", "bar", {.path = std::nullopt}) == "foo=bar");
    CHECK(dump_cookie("k",
                      " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                      "abcdefghijklmnopqrstuvwxyz{|}~",
                      {.path = std::nullopt}) ==
          "k=\" !\\\"#$%&'()*+\\054-./0123456789:\\073<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`"
          "abcdefghijklmnopqrstuvwxyz{|}~\"");
    CHECK(dump_cookie("f\303\266", "f\303\266") == "f\303\266=\"f\\303\\266\"; Path=/");
}

TEST_CASE("a cookie's attributes are written as Werkzeug writes them", "[http]") {
    const auto leap = at(1709210096);
    const std::pair<DumpCookieOptions, std::string_view> cases[] = {
        {{.expires = leap}, "foo=bar; Expires=Thu, 29 Feb 2024 12:34:56 GMT; Path=/"},
        {{.max_age = 0, .expires = at(0)},
         "foo=bar; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"},
        {{.max_age = 86401, .expires = leap},
         "foo=bar; Expires=Thu, 29 Feb 2024 12:34:56 GMT; Max-Age=86401; Path=/"},
        {{.expires = at(1700000000) + std::chrono::milliseconds(900)},
         "foo=bar; Expires=Tue, 14 Nov 2023 22:13:20 GMT; Path=/"},
        {{.domain = "example.com"}, "foo=bar; Domain=example.com; Path=/"},
        {{.domain = ".example.com"}, "foo=bar; Domain=example.com; Path=/"},
        {{.domain = "example.com:8080"}, "foo=bar; Domain=example.com; Path=/"},
        {{.domain = "\342\230\203.com"}, "foo=bar; Domain=xn--n3h.com; Path=/"},
        {{.domain = "localhost"}, "foo=bar; Domain=localhost; Path=/"},
        {{.path = "/a b;c/\303\251%20"}, "foo=bar; Path=/a%20b%3Bc/%C3%A9%20"},
        {{.secure = true, .httponly = true}, "foo=bar; Secure; HttpOnly; Path=/"},
        {{.samesite = "strict"}, "foo=bar; Path=/; SameSite=Strict"},
        {{.samesite = "LAX"}, "foo=bar; Path=/; SameSite=Lax"},
        {{.samesite = "none"}, "foo=bar; Path=/; SameSite=None"},
        {{.partitioned = true}, "foo=bar; Secure; Path=/; Partitioned"},
        {{.max_age = 3600,
          .expires = leap,
          .path = "/p",
          .domain = "example.org",
          .secure = true,
          .httponly = true,
          .samesite = "Lax",
          .partitioned = true},
         "foo=bar; Domain=example.org; Expires=Thu, 29 Feb 2024 12:34:56 GMT; Max-Age=3600; "
         "Secure; "
         "HttpOnly; Path=/p; SameSite=Lax; Partitioned"},
        {{.max_age = 3600,
          .expires = leap,
          .path = "/p",
          .domain = "example.org",
          .secure = true,
          .httponly = true,
          .samesite = "Lax"},
         "foo=bar; Domain=example.org; Expires=Thu, 29 Feb 2024 12:34:56 GMT; Max-Age=3600; "
         "Secure; "
         "HttpOnly; Path=/p; SameSite=Lax"},
    };
    for (const auto& [options, field] : cases) {
        CAPTURE(field);
        CHECK(dump_cookie("foo", "bar", options) == field);
    }
    CHECK_THROWS_AS(dump_cookie("foo", "bar", {.samesite = "invalid"}), ValueError);
}

TEST_CASE("only what ends a cookie's value forces quotes around it", "[http]") {
    std::string quoted;
    for (char c = 0x20; c < 0x7F; ++c)
        if (dump_cookie("k", std::string(1, c), {.path = std::nullopt})[2] == '"') quoted += c;
    CHECK(quoted == " \",;\\");
    const std::pair<std::string, std::string_view> cases[] = {
        {std::string(1, '\0'), "\"\\000\""},
        {"\t", "\"\\011\""},
        {"\n", "\"\\012\""},
        {"\r", "\"\\015\""},
        {"\037", "\"\\037\""},
        {" ", "\" \""},
        {"\"", "\"\\\"\""},
        {",", "\"\\054\""},
        {";", "\"\\073\""},
        {"\\", "\"\\\\\""},
        {"\177", "\"\\177\""},
        {"\302\200", "\"\\302\\200\""},
        {"\303\277", "\"\\303\\277\""},
    };
    for (const auto& [value, written] : cases) {
        CAPTURE(written);
        CHECK(dump_cookie("k", value, {.path = std::nullopt}).substr(2) == written);
    }
}

TEST_CASE("a Cookie field is read as Werkzeug reads it", "[http]") {
    using Cookies = std::vector<std::pair<std::string, std::string>>;
    const std::pair<std::string_view, Cookies> cases[] = {
        {"a=1; b=2", {{"a", "1"}, {"b", "2"}}},
        {"a=1;b=2", {{"a", "1"}, {"b", "2"}}},
        {" a = 1 ; b = 2 ", {{"a", "1"}, {"b", "2"}}},
        {"a=\"1 2\"", {{"a", "1 2"}}},
        {"a=\"x\\\"y\"", {{"a", "x\"y"}}},
        {"a=\"\\054\\073\"", {{"a", ",;"}}},
        {"a=\"\\342\\230\\203\"", {{"a", "\342\230\203"}}},
        {"a=\"unterminated", {{"a", "\"unterminated"}}},
        {"a", {{"a", ""}}},
        {"a; b=2", {{"a", ""}, {"b", "2"}}},
        {"=v", {}},
        {"==v", {}},
        {"a=1; a=2", {{"a", "1"}, {"a", "2"}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"a=%20", {{"a", "%20"}}},
        {"a=\342\230\203", {{"a", "\342\230\203"}}},
        {"\303\251=1", {{"\303\251", "1"}}},
        {"a=1,b=2", {{"a", "1,b=2"}}},
        {"$Version=1; a=1; $Path=/", {{"$Version", "1"}, {"a", "1"}, {"$Path", "/"}}},
        {"a=\t1\t", {{"a", "1"}}},
        {"a=;b=", {{"a", ""}, {"b", ""}}},
        {";;;", {}},
        {"", {}},
        {"a=\"1;2\"; b=3", {{"a", "1;2"}, {"b", "3"}}},
        {"a=x\"y;z\"; b=1", {{"a", "x\"y"}, {"z\"", ""}, {"b", "1"}}},
        {"a='q'", {{"a", "'q'"}}},
        {"sess=eyJ.a-b_c; _ga=GA1.2.3", {{"sess", "eyJ.a-b_c"}, {"_ga", "GA1.2.3"}}},
        {"a=\"\\400\"", {{"a", "400"}}},
        {"a=\377", {{"a", "\357\277\275"}}},
    };
    for (const auto& [field, cookies] : cases) {
        CAPTURE(field);
        CHECK(parse_cookie(field) == cookies);
    }
}

TEST_CASE("dates are written as Werkzeug writes them", "[http]") {
    const std::pair<std::int64_t, std::string_view> cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {1700000000, "Tue, 14 Nov 2023 22:13:20 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {784140577, "Sun, 06 Nov 1994 16:49:37 GMT"},
        {1577836800, "Wed, 01 Jan 2020 00:00:00 GMT"},
        {-62135596800, "Mon, 01 Jan 0001 00:00:00 GMT"},
        {-30641760000, "Tue, 01 Jan 0999 00:00:00 GMT"},
        {1709210096, "Thu, 29 Feb 2024 12:34:56 GMT"},
        {4102444800, "Fri, 01 Jan 2100 00:00:00 GMT"},
    };
    for (const auto& [seconds, text] : cases) CHECK(http_date(seconds) == text);
    CHECK(http_date(at(1700000000) + std::chrono::milliseconds(999)) == http_date(1700000000));
    CHECK(http_date(at(1577836800) + std::chrono::microseconds(999999)) == http_date(1577836800));
}

TEST_CASE("dates are read as Werkzeug reads them", "[http]") {
    constexpr std::int64_t none = (std::numeric_limits<std::int64_t>::min)();
    const std::pair<std::string_view, std::int64_t> cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun, 06 Nov 1994 08:49:37", 784111777},
        {"06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sun, 06 Nov 1994 08:49:37 +0200", 784104577},
        {"Sun, 06 Nov 1994 08:49:37 PST", 784140577},
        {"Sun, 06 Nov 1994 08:49 GMT", 784111740},
        {"Sun, 6 Nov 1994 8:49:37 GMT", 784111777},
        {"Sun, 06 Nov 68 08:49:37 GMT", 3119417377},
        {"Sun, 06 Nov 69 08:49:37 GMT", -4806623},
        {"Thu, 33 Jan 1970 00:00:00 GMT", none},
        {"foo", none},
        {"", none},
        {"Sun, 06 Nov 1994", none},
        {"1994-11-06T08:49:37Z", none},
        {"784111777", none},
        {"Sun, 06 nov 1994 08:49:37 gmt", 784111777},
        {"Sun, 06 Nov 1994 08:49:37 GMT; length=123", 784111777},
        {"  Sun, 06 Nov 1994 08:49:37 GMT  ", 784111777},
    };
    for (const auto& [text, seconds] : cases) {
        CAPTURE(text);
        const auto date = parse_date(text);
        REQUIRE(date.has_value() == (seconds != none));
        if (date) CHECK(*date == at(seconds));
    }
}

TEST_CASE("a value with options is read as Werkzeug reads it", "[http]") {
    const std::tuple<std::string_view, std::string_view, HeaderOptions> cases[] = {
        {"text/html; charset=UTF-8", "text/html", {{"charset", "UTF-8"}}},
        {"form-data; name=\"a\"; filename=\"b c.txt\"",
         "form-data",
         {{"name", "a"}, {"filename", "b c.txt"}}},
        {"v;a=\"b\\\"c\";d=e", "v", {{"a", "b\"c"}, {"d", "e"}}},
        {"v;a=\"c:\\\\\"", "v", {{"a", "c:\\"}}},
        {"v;a=\"c:\\\"", "v", {}},
        {"v;a=\"b%22c\"", "v", {{"a", "b\"c"}}},
        {"v;a*=UTF-8''%C2%B5", "v", {{"a", "\302\265"}}},
        {"v;a*0=b;a*1=c", "v", {{"a", "bc"}}},
        {"v;a*0*=UTF-8''b;a*1=c;a*2*=%C2%B5", "v", {{"a", "bc\302\265"}}},
        {"v;a", "v", {}},
        {"v;a=", "v", {}},
        {"v;=b", "v", {}},
        {";a=b", "", {}},
        {"", "", {}},
        {"form-data; name=\"\303\251\"", "form-data", {{"name", "\303\251"}}},
        {"form-data; NAME=\"x\"", "form-data", {{"name", "x"}}},
        {"multipart/form-data; boundary=----WebKit; charset=x",
         "multipart/form-data",
         {{"boundary", "----WebKit"}, {"charset", "x"}}},
        {"v; a=\"1;2\"; b=3", "v", {{"a", "1;2"}, {"b", "3"}}},
        {"v;a=1;a=2", "v", {{"a", "2"}}},
    };
    for (const auto& [field, value, options] : cases) {
        CAPTURE(field);
        CHECK(parse_options_header(field).first == value);
        CHECK(parse_options_header(field).second == options);
    }
}

TEST_CASE("a value with options is written as Werkzeug writes it", "[http]") {
    const std::tuple<std::string, std::string, std::string_view> cases[] = {
        {"filename", "a.txt", "attachment; filename=a.txt"},
        {"filename", "a b.txt", "attachment; filename=\"a b.txt\""},
        {"filename", "a\"b.txt", "attachment; filename=\"a\\\"b.txt\""},
        {"filename", "a\\b.txt", "attachment; filename=\"a\\\\b.txt\""},
        {"filename", "", "attachment; filename=\"\""},
        {"filename", "(x).txt", "attachment; filename=\"(x).txt\""},
        {"filename", "x;y.txt", "attachment; filename=\"x;y.txt\""},
        {"filename", "a=b.txt", "attachment; filename=\"a=b.txt\""},
        {"filename", "a/b.txt", "attachment; filename=\"a/b.txt\""},
        {"filename", "it's!.txt", "attachment; filename=it's!.txt"},
        {"n", "42", "attachment; n=42"},
        {"filename*", "UTF-8''x%20y", "attachment; filename*=UTF-8''x%20y"},
    };
    for (const auto& [name, value, field] : cases) {
        CAPTURE(field);
        CHECK(dump_options_header("attachment", {{name, value}}) == field);
    }
}

TEST_CASE("a list is read as Werkzeug reads it", "[http]") {
    const std::pair<std::string_view, std::vector<std::string>> cases[] = {
        {"a b, c", {"a b", "c"}},         {"a b, \"c, d\"", {"a b", "c, d"}},
        {"\"a\\\"b\", c", {"a\"b", "c"}}, {"a, ,,b,", {"a", "b"}},
        {"a, \"b, c\", \"d, e", {}},      {"", {}},
    };
    for (const auto& [field, items] : cases) {
        CAPTURE(field);
        CHECK(parse_list_header(field) == items);
    }
}
