// Header fields.
#include "datastructures/headers.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

using Texts = std::vector<std::string>;

TEST_CASE("header fields are found without case, repeated and in order", "[datastructures]") {
    Headers headers{{"Content-Type", "text/plain"}, {"X-Foo", "bar"}};
    headers.add("x-foo", "baz");
    CHECK(headers.size() == 3);
    CHECK(headers.get("x-FOO") == "bar");
    CHECK(headers.getlist("X-Foo") == Texts{"bar", "baz"});
    CHECK(headers.contains("content-type"));
    CHECK_FALSE(headers.get("X"));
    CHECK(headers.get("X", "default") == "default");
    CHECK(headers.get("X", 7) == 7);
    headers.set("X-FOO", "1");  // the name takes the new spelling, as in Werkzeug
    CHECK(headers.getlist("x-foo") == Texts{"1"});
    CHECK(headers.get("X-Foo", 7) == 1);
    CHECK(headers.at(1) == Headers::Field("X-FOO", "1"));
    CHECK(headers.setdefault("x-foo", "2") == "1");
    CHECK(headers.setdefault("x-new", "2") == "2");
    headers.setlist("x-new", {"a", "b"});
    CHECK(headers.getlist("X-New") == Texts{"a", "b"});
    CHECK(headers.pop("x-new") == "a");
    CHECK_FALSE(headers.pop("x-new"));
    headers["Y"] = "z";
    CHECK(std::as_const(headers)["y"] == "z");
    CHECK_THROWS_AS(std::as_const(headers)["nothing"], BadRequestKeyError);
    headers.remove("y");
    headers.remove("y");
    CHECK(headers.to_wsgi_text() == "Content-Type: text/plain\r\nX-FOO: 1\r\n\r\n");
    headers.clear();
    CHECK(headers.empty());
}

TEST_CASE("no line break gets into header fields", "[datastructures]") {
    Headers headers;
    for (const std::string_view value :
         {std::string_view("a\r\nb"), std::string_view("a\nb"), std::string_view("a\r"),
          std::string_view("a\0b", 3), std::string_view("0123456789\n123456")}) {
        CHECK_THROWS_AS(headers.add("X", value), std::invalid_argument);
        CHECK_THROWS_AS(headers.set("X", value), std::invalid_argument);
    }
    for (const std::string_view name : {"", "a b", "a:", "a\n", "\xc3\xa4"}) {
        CHECK_THROWS_AS(headers.add(name, "x"), std::invalid_argument);
    }
    CHECK(headers.empty());
}

TEST_CASE("many and long header fields are copied and moved", "[datastructures]") {
    Headers headers;
    for (int i = 0; i < 100; ++i) headers.add("X-" + std::to_string(i), std::string(100, 'v'));
    headers.add("Own", headers.find("X-0").value());
    Headers copy = headers;
    CHECK(copy == headers);
    copy.set("X-50", "changed");
    CHECK_FALSE(copy == headers);
    const Headers moved = std::move(copy);
    CHECK(moved.size() == 101);
    CHECK(moved.get("x-50") == "changed");
    CHECK(moved.get("own") == std::string(100, 'v'));
    Headers joined{{"A", "1"}, {"X-0", "old"}};
    joined.update(moved);
    CHECK(joined.get("X-0") == std::string(100, 'v'));
    CHECK(joined.get("A") == "1");
    joined.extend(Headers{{"A", "2"}});
    CHECK(joined.getlist("a") == Texts{"1", "2"});
    int count = 0;
    for (const auto& [name, value] : headers) count += name.empty() || value.empty() ? 0 : 1;
    CHECK(count == 101);
}

TEST_CASE("headers are kept as the lines that go over the wire", "[datastructures]") {
    Headers headers{{"A", "1"}, {"Bee", "two"}, {"a", "3"}, {"Empty", ""}};
    CHECK(headers.lines() == "A: 1\r\nBee: two\r\na: 3\r\nEmpty: \r\n");
    CHECK(headers.line(1) == "Bee: two\r\n");
    headers.set("Bee", "much longer than before");
    CHECK(headers.lines() == "A: 1\r\nBee: much longer than before\r\na: 3\r\nEmpty: \r\n");
    headers.set("a", "");
    CHECK(headers.lines() == "a: \r\nBee: much longer than before\r\nEmpty: \r\n");
    headers.set("empty", headers.find("bee").value());
    CHECK(headers.get("Empty") == "much longer than before");
    headers.remove("BEE");
    CHECK(headers.lines() == "a: \r\nempty: much longer than before\r\n");
    CHECK(headers.to_wsgi_text() == "a: \r\nempty: much longer than before\r\n\r\n");
    headers.clear();
    CHECK(headers.lines().empty());
}

TEST_CASE("headers tell quickly that no name has a length", "[datastructures]") {
    Headers headers{{"Date", "now"}, {"A-name-of-exactly-36-characters-long", "x"}};
    CHECK(headers.may_have_name_of<4>());
    CHECK(headers.may_have_name_of<6, 36>());
    CHECK_FALSE(headers.may_have_name_of<5, 14>());
    CHECK_FALSE(Headers().may_have_name_of<4>());
    const Headers copy = headers;
    CHECK(copy.may_have_name_of<4>());
    const Headers moved = std::move(headers);
    CHECK(moved.may_have_name_of<4>());
}
