// Lists, parameters, quotes; dates and types beside them.
#include "http/field_values.hpp"

#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/mimetypes.hpp"
#include "support/catch.hpp"

using namespace microflask;
using Options = std::pair<std::string, HeaderOptions>;

TEST_CASE("options headers are read as Werkzeug does", "[http]") {
    CHECK(parse_options_header("text/html; charset=UTF-8") ==
          Options{"text/html", {{"charset", "UTF-8"}}});
    CHECK(parse_options_header("v;a=\"b\\\"c\";d=e") == Options{"v", {{"a", "b\"c"}, {"d", "e"}}});
    CHECK(parse_options_header("v;a=\"c:\\\"") == Options{"v", {}});
    CHECK(parse_options_header("v;a=\"b%22c\"") == Options{"v", {{"a", "b\"c"}}});
    CHECK(parse_options_header("v;a*=UTF-8''%C2%B5") == Options{"v", {{"a", "\xc2\xb5"}}});
    CHECK(parse_options_header("v;a*0*=UTF-8''b;a*1=c;a*2*=%C2%B5") ==
          Options{"v", {{"a", "bc\xc2\xb5"}}});
    CHECK(parse_options_header("v;a;b=;=c") == Options{"v", {}});
    CHECK(parse_options_header(";a=b") == Options{"", {}});
    CHECK(parse_options_header("f; NAME=\"1;2\"; a=1;a=2") ==
          Options{"f", {{"name", "1;2"}, {"a", "2"}}});
}

TEST_CASE("lists are read and written", "[http]") {
    using List = std::vector<std::string>;
    CHECK(parse_list_header("a b, \"c, d\"") == List{"a b", "c, d"});
    CHECK(parse_list_header("\"a\\\"b\", c, ,,d,") == List{"a\"b", "c", "d"});
    CHECK(parse_list_header("a, \"b, c\", \"d, e").empty());
    CHECK(dump_options_header("attachment", {{"filename", ""}, {"n", std::nullopt}}) ==
          "attachment; filename=\"\"");
    CHECK(quote_header_value("a\"b.txt") == "\"a\\\"b.txt\"");
    CHECK(quote_header_value("it's!.txt") == "it's!.txt");
}

TEST_CASE("dates are written in one form and read in all", "[http]") {
    const auto time = std::chrono::system_clock::time_point(std::chrono::seconds(784111777));
    CHECK(http_date(time) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date(std::int64_t{-1}) == "Wed, 31 Dec 1969 23:59:59 GMT");
    for (const char* text :
         {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994", "06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 10:49:37 +0200",
          "Sun, 06 Nov 1994 00:49:37 PST", "sun, 6 nov 1994 8:49:37 gmt; length=1"}) {
        CAPTURE(text);
        CHECK(parse_date(text) == time);
    }
    for (const char* text : {"", "foo", "Thu, 33 Jan 1970 00:00:00 GMT", "Sun, 06 Nov 1994",
                             "1994-11-06T08:49:37Z", "784111777"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_date(text));
    }
}

TEST_CASE("names tell types", "[http]") {
    CHECK(guess_type("a/b.CSS").type == "text/css");
    CHECK(guess_type("x.tar.gz").type == "application/x-tar");
    CHECK(guess_type("x.tar.gz").encoding == "gzip");
    CHECK(guess_type("x.js").type == "text/javascript");
    CHECK(guess_type("noending").type.empty());
}

TEST_CASE("error pages are Werkzeug's", "[http]") {
    CHECK(NotFound("a <b>\nc").get_body() ==
          "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>a "
          "&lt;b&gt;<br>c</p>\n");
    CHECK(std::string(HTTPException("x").what()) == "??? Unknown: x");
    CHECK(MethodNotAllowed({"GET", "POST"}).get_headers().at(1).second == "GET, POST");
    CHECK(TooManyRequests(20).get_headers().at(1).second == "20");
    CHECK(RequestedRangeNotSatisfiable(100).get_headers().at(1).second == "bytes */100");
    BadRequestKeyError error("k");
    CHECK(error.description().find("KeyError") == std::string::npos);
    error.show_exception(true);
    CHECK(error.description().ends_with("\nKeyError: 'k'"));
    CHECK_THROWS_AS(detail::throw_http_exception(404), NotFound);
    CHECK_THROWS_AS(detail::throw_http_exception(999), LookupError);
}
