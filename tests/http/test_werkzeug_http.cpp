// What Werkzeug's test_http asks of field values, cookies and dates.
#include "http/cookies.hpp"

#include "core/errors.hpp"
#include "http/dates.hpp"
#include "http/field_values.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<std::int64_t> seconds_of(std::string_view text) {
    const auto time = parse_date(text);
    if (!time) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

}  // namespace

TEST_CASE("lists keep quoted commas and drop what is empty", "[http]") {
    CHECK(parse_list_header("one two") == Texts{"one two"});
    CHECK(parse_list_header("one two, three") == Texts{"one two", "three"});
    CHECK(parse_list_header("one two, \"three, four\"") == Texts{"one two", "three, four"});
    CHECK(parse_list_header("\"o\\\"ne\", two") == Texts{"o\"ne", "two"});
    CHECK(parse_list_header("o\"ne,two\", \"three four\"") == Texts{"o\"ne,two\"", "three four"});
    CHECK(parse_list_header("one, ,,two,") == Texts{"one", "two"});
    CHECK(parse_list_header("one, \"two, three\", \"four, five").empty());
}

TEST_CASE("parameters without a name or an ending quote are dropped", "[http]") {
    CHECK(parse_dict_header("x=\"y z\", n=7") == HeaderParameters{{"x", "y z"}, {"n", "7"}});
    CHECK(parse_dict_header("x, y=") == HeaderParameters{{"x", std::nullopt}, {"y", ""}});
    CHECK(parse_dict_header("=x, =").empty());
    CHECK(parse_dict_header("x=1, y=\"2, 3\", z=\"4, w=5").empty());
}

TEST_CASE("an options header may be empty or without options", "[http]") {
    for (const std::string_view empty : {"", ";a=b", " ", " ; ", " ; a "}) {
        CAPTURE(empty);
        CHECK(parse_options_header(empty) == std::pair(std::string(), HeaderOptions{}));
    }
    for (const std::string_view plain : {"v", "v;"})
        CHECK(parse_options_header(plain) == std::pair(std::string("v"), HeaderOptions{}));
    CHECK(parse_options_header(" , ").first == ",");
    CHECK(parse_options_header(" ,; ").first == ",");
    CHECK(parse_options_header(" , a ").first == ", a");
}

TEST_CASE("options are quoted, escaped, percent-encoded or continued", "[http]") {
    const std::string micro = "\xC2\xB5", snake = "\xF0\x9F\x90\x8D", lost = "\xEF\xBF\xBD";
    const std::pair<std::string, HeaderOptions> cases[] = {
        {"a=b;c=d;", {{"a", "b"}, {"c", "d"}}},
        {"  ; a=b ; ", {{"a", "b"}}},
        {"a", {}},
        {"a=", {}},
        {"=b", {}},
        {"a=\"b\"", {{"a", "b"}}},
        {"a=" + micro, {}},
        {"a=\"';'\";b=\"" + micro + "\";", {{"a", "';'"}, {"b", micro}}},
        {"a=\"b c\"", {{"a", "b c"}}},
        {"a=\"b\\\"c\";d=e", {{"a", "b\"c"}, {"d", "e"}}},
        {"a=\"c:\\\\\"", {{"a", "c:\\"}}},
        {"a=\"c:\\\"", {}},
        {"a=\"b\\\\\\\"c\"", {{"a", "b\\\"c"}}},
        {"a=\"b%22c\"", {{"a", "b\"c"}}},
        {"a*=b", {{"a", "b"}}},
        {"a*=ASCII'en'b", {{"a", "b"}}},
        {"a*=US-ASCII''%62", {{"a", "b"}}},
        {"a*=UTF-8''%C2%B5", {{"a", micro}}},
        {"a*=US-ASCII''%C2%B5", {{"a", lost + lost}}},
        {"a*=BAD''%62", {{"a", "%62"}}},
        {"a*=UTF-8'''%F0%9F%90%8D'.txt", {{"a", "'" + snake + "'.txt"}}},
        {"a=\"" + snake + ".txt\"", {{"a", snake + ".txt"}}},
        {"a*0=b;a*1=c;d=e", {{"a", "bc"}, {"d", "e"}}},
        {"a*0*=b", {{"a", "b"}}},
        {"a*0*=UTF-8''b;a*1=c;a*2*=%C2%B5", {{"a", "bc" + micro}}},
        {"a=\"" + std::string(400, '\\'), {}},
    };
    for (const auto& [text, options] : cases) {
        CAPTURE(text);
        CHECK(parse_options_header("v;" + text) == std::pair(std::string("v"), options));
    }
    CHECK(parse_options_header("thing; fileName=\"File.EXT\"").second ==
          HeaderOptions{{"filename", "File.EXT"}});
}

TEST_CASE("header values are written with quotes only where they are needed", "[http]") {
    CHECK(dump_options_header("v", {{"n", "7"}}) == "v; n=7");
    CHECK(dump_options_header("v", {{"n", "7"}, {"none", std::nullopt}}) == "v; n=7");
    CHECK(dump_header(Texts{"1", "2", "3"}) == "1, 2, 3");
    CHECK(dump_header(HeaderParameters{{"x", "y"}}) == "x=y");
    CHECK(dump_header(HeaderParameters{{"x*", "UTF-8''y"}}) == "x*=UTF-8''y");
}

TEST_CASE("a field of good and bad cookies gives the good ones", "[http]") {
    CHECK(parse_cookie("seen-it=6; CP=null*; SID=0a539d42abc001cd;n=42; b=\"\\\";\"; ; fo{=bar;"
                       "Mixed=Case; \"__Secure-c\"=d;==__Host-eq=bad;__Host-eq=good;") ==
          Pairs{{"seen-it", "6"},
                {"CP", "null*"},
                {"SID", "0a539d42abc001cd"},
                {"n", "42"},
                {"b", "\";"},
                {"fo{", "bar"},
                {"Mixed", "Case"},
                {"\"__Secure-c\"", "d"},
                {"__Host-eq", "good"}});
    CHECK(parse_cookie("first=One ; a=1; oops ; a=2 ;second = Two;") ==
          Pairs{{"first", "One"}, {"a", "1"}, {"oops", ""}, {"a", "2"}, {"second", "Two"}});
    CHECK(parse_cookie("x=1; y=2; ; ") == Pairs{{"x", "1"}, {"y", "2"}});
    CHECK(parse_cookie("a=\"?b\"; version=\"0.1\";") == Pairs{{"a", "?b"}, {"version", "0.1"}});
    CHECK(parse_cookie("a=\"b\\054c\"") == Pairs{{"a", "b,c"}});
}

TEST_CASE("a cookie is written with what it was given", "[http]") {
    CHECK(dump_cookie("a", "b c d", {.max_age = 360, .httponly = true})
              .starts_with("a=\"b c d\"; Expires="));
    CHECK(dump_cookie("a", "b c d", {.max_age = 360, .httponly = true})
              .ends_with("GMT; Max-Age=360; HttpOnly; Path=/"));
    CHECK(dump_cookie("a", "x/") == "a=x/; Path=/");
    CHECK(dump_cookie("a", "x=", {.path = std::nullopt}) == "a=x=");
    CHECK(dump_cookie("a", "?b") == "a=?b; Path=/");
    CHECK(parse_cookie(dump_cookie("a", "?b")).front().second == "?b");
}

TEST_CASE("cookies hold any text", "[http]") {
    const std::string snowman = "\xE2\x98\x83", key = "f\xC3\xB6";
    CHECK(dump_cookie("a", snowman) == "a=\"\\342\\230\\203\"; Path=/");
    CHECK(parse_cookie(dump_cookie("a", snowman)).front().second == snowman);
    CHECK(dump_cookie(key, key) == key + "=\"f\\303\\266\"; Path=/");
    CHECK(parse_cookie(dump_cookie(key, key)).front() == std::pair(key, key));
    // As browsers send what a script set: raw UTF-8.
    CHECK(parse_cookie(key + "=" + key) == Pairs{{key, key}});
}

TEST_CASE("the domain of a cookie is written in ASCII", "[http]") {
    CHECK(dump_cookie("a", "b", {.domain = "\xE2\x98\x83.com"}) ==
          "a=b; Domain=xn--n3h.com; Path=/");
    CHECK(dump_cookie("a", "b", {.domain = "a.com"}) == "a=b; Domain=a.com; Path=/");
}

TEST_CASE("a cookie as long as browsers keep is written whole", "[http]") {
    CHECK(dump_cookie("foo", std::string(4081, 'b')).size() == 4093);
    CHECK(dump_cookie("foo", std::string(5000, 'b')).size() == 5012);
}

TEST_CASE("SameSite is written in its usual case or refused", "[http]") {
    const auto written = [](std::string samesite) {
        return dump_cookie("a", "b", {.path = std::nullopt, .samesite = std::move(samesite)});
    };
    CHECK(written("strict") == "a=b; SameSite=Strict");
    CHECK(written("LAX") == "a=b; SameSite=Lax");
    CHECK(written("none") == "a=b; SameSite=None");
    CHECK(written("") == "a=b");
    CHECK_THROWS_AS(written("invalid"), ValueError);
}

TEST_CASE("a partitioned cookie is a secure one", "[http]") {
    for (const bool secure : {true, false}) {
        CHECK(dump_cookie("a", "b", {.secure = secure, .partitioned = true}) ==
              "a=b; Secure; Path=/; Partitioned");
    }
}

TEST_CASE("dates are read in the three formats of HTTP, with blanks around them", "[http]") {
    CHECK(seconds_of("Sun, 06 Nov 1994 08:49:37 GMT    ") == 784111777);
    CHECK(seconds_of("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777);
    CHECK(seconds_of(" Sun Nov  6 08:49:37 1994") == 784111777);
    CHECK_FALSE(seconds_of("foo"));
    CHECK(seconds_of(" Sun 02 Feb 1343 08:49:37 GMT").value_or(0) < -9000000000);
    CHECK(seconds_of("Thu, 01 Jan 1970 00:00:00 GMT") == 0);
    CHECK_FALSE(seconds_of("Thu, 33 Jan 1970 00:00:00 GMT"));
}

TEST_CASE("dates are written with years of four digits", "[http]") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(http_date(-62135596800) == "Mon, 01 Jan 0001 00:00:00 GMT");
    CHECK(http_date(-30641760000) == "Tue, 01 Jan 0999 00:00:00 GMT");
    CHECK(http_date(-30610224000) == "Wed, 01 Jan 1000 00:00:00 GMT");
    CHECK(http_date(1577836800) == "Wed, 01 Jan 2020 00:00:00 GMT");
    const auto time = std::chrono::system_clock::time_point(std::chrono::seconds(784111777));
    CHECK(http_date(time) == "Sun, 06 Nov 1994 08:49:37 GMT");
}
