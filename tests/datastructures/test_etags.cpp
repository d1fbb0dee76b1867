// Entity tags.
#include "datastructures/etags.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace microflask;

using Texts = std::vector<std::string>;
using Tag = std::pair<std::string, bool>;

TEST_CASE("an entity tag is quoted and unquoted", "[datastructures]") {
    CHECK(quote_etag("foo") == "\"foo\"");
    CHECK(quote_etag("") == "\"\"");
    CHECK(quote_etag("foo", true) == "W/\"foo\"");
    CHECK_THROWS_AS(quote_etag("a\"b"), std::invalid_argument);
    CHECK(unquote_etag("\"foo\"") == Tag("foo", false));
    CHECK(unquote_etag("W/\"foo\"") == Tag("foo", true));
    CHECK(unquote_etag("w/\"foo\"") == Tag("foo", true));
    CHECK(unquote_etag("foo") == Tag("foo", false));
    CHECK(unquote_etag("\"") == Tag("", false));
    CHECK(unquote_etag("\"\"") == Tag("", false));
    CHECK(unquote_etag(" \"x\" ") == Tag("x", false));
    CHECK(unquote_etag("W/foo") == Tag("foo", true));
    CHECK(unquote_etag("") == Tag("", false));
}

TEST_CASE("a list of entity tags is read", "[datastructures]") {
    const ETags etags = parse_etags("\"foo\", \"bar\", W/\"baz\", blar");
    CHECK(etags.as_set() == Texts{"foo", "bar", "blar"});
    CHECK(etags.as_set(true) == Texts{"foo", "bar", "blar", "baz"});
    CHECK(etags.to_header() == "\"foo\", \"bar\", \"blar\", W/\"baz\"");
    CHECK(parse_etags("\"a,b\", \"c\"").as_set() == Texts{"a,b", "c"});
    CHECK(parse_etags("\"a\"\"b\"").as_set() == Texts{"a\"\"b"});
    CHECK(parse_etags("a b").as_set() == Texts{"a b"});
    CHECK(parse_etags("W/\"a\"").as_set().empty());
    CHECK(parse_etags("\"a, b").as_set() == Texts{"\"a", "b"});
    CHECK(parse_etags("\"\"").contains(""));
    CHECK_FALSE(parse_etags(""));
    CHECK_FALSE(parse_etags(" , ,"));
    CHECK_FALSE(parse_etags("W/"));
    const ETags star = parse_etags("*");
    CHECK(star.star_tag());
    CHECK(star.to_header() == "*");
    CHECK(star.contains("anything"));
    CHECK_FALSE(star.is_strong("anything"));
}

TEST_CASE("strong and weak entity tags are compared", "[datastructures]") {
    const ETags etags({"strong"}, {"weak"});
    CHECK(etags.contains("strong"));
    CHECK_FALSE(etags.contains("weak"));
    CHECK(etags.contains_weak("weak"));
    CHECK(etags.contains_weak("strong"));
    CHECK(etags.contains_raw("W/\"weak\""));
    CHECK_FALSE(etags.contains_raw("\"weak\""));
    CHECK(etags.contains_raw("\"strong\""));
    CHECK(etags.is_weak("weak"));
    CHECK(etags.is_strong("strong"));
    CHECK(etags.size() == 1);
}

TEST_CASE("quotes that do not end cost linear time", "[datastructures]") {
    std::string header;
    for (int i = 0; i < 300000; ++i) header += "\"a,";
    CHECK(parse_etags(header + "*x").size() == 300001);
}
