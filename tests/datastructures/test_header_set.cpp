// Sets of a header field.
#include "datastructures/header_set.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace microflask;

TEST_CASE("a header set compares without case and keeps order and spelling", "[datastructures]") {
    HeaderSet set{"foo", "Bar", "FOO", "Blah baz"};
    CHECK(set.size() == 3);
    CHECK(set.contains("BAR"));
    CHECK_FALSE(set.contains("ba"));
    CHECK(set.find("blah BAZ") == 2U);
    CHECK_FALSE(set.find("x"));
    CHECK(set.index("bar") == 1);
    CHECK_THROWS_AS(set.index("x"), std::out_of_range);
    CHECK(set.to_header() == "foo, Bar, \"Blah baz\"");
    CHECK(set.as_set() == std::vector<std::string>{"foo", "bar", "blah baz"});
    set.add("bar");
    set.update({"Hmm", "FOO"});
    CHECK(set.to_header() == "foo, Bar, \"Blah baz\", Hmm");
    set.discard("nothing");
    set.discard("FOO");
    set.remove("hmm");
    CHECK_THROWS_AS(set.remove("hmm"), std::out_of_range);
    CHECK(std::vector<std::string>(set.begin(), set.end()) ==
          std::vector<std::string>{"Bar", "Blah baz"});
    set.clear();
    CHECK_FALSE(set);
    CHECK(set.to_header().empty());
}

TEST_CASE("a header set is read from a field", "[datastructures]") {
    const HeaderSet set = parse_set_header("token, \"quoted value\", TOKEN2");
    REQUIRE(set.size() == 3);
    CHECK(set[1] == "quoted value");
    CHECK(set.contains("token2"));
    CHECK(parse_set_header("").empty());
    CHECK(HeaderSet::from_header(set.to_header()) == set);
}

TEST_CASE("no line break gets into a header set", "[datastructures]") {
    HeaderSet set;
    CHECK_THROWS_AS(set.add("a\r\nSet-Cookie: x"), std::invalid_argument);
    CHECK(set.empty());
}
