// Writing JSON: Flask's output to the byte.
#include "json/writer.hpp"

#include "core/utf8.hpp"
#include "json/reader.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <limits>

using namespace microflask;
using detail::write_json;

namespace {

std::string sorted(const Json& value) {
    return write_json(value, {.sort_keys = true});
}
std::string debug(const Json& value) {
    return write_json(value, {.indent = 2, .sort_keys = true});
}

}  // namespace

TEST_CASE("values are written as jsonify does", "[json]") {
    CHECK(sorted(Json::object()) == "{}");
    CHECK(sorted(nullptr) == "null");
    CHECK(sorted({1, 2}) == "[1,2]");
    CHECK(sorted({{"b", 1}, {"a", 2}}) == R"({"a":2,"b":1})");
    CHECK(sorted({1, "x", nullptr, true, 1.5}) == R"([1,"x",null,true,1.5])");
    CHECK(sorted("h\xC3\xA9llo \xE2\x98\x83 \xF0\x9F\x98\x80") ==
          R"("h\u00e9llo \u2603 \ud83d\ude00")");
    CHECK(sorted({{"b", {{"z", 1}, {"a", {1, {{"y", 1}, {"x", 2}}}}}}, {"a", 2}}) ==
          R"({"a":2,"b":{"a":[1,{"x":2,"y":1}],"z":1}})");
    CHECK(sorted(std::string_view("\"\\/\b\f\n\r\t\0\x1F\x7F<>&'", 15)) ==
          R"("\"\\/\b\f\n\r\t\u0000\u001f\u007f<>&'")");
    CHECK(sorted({0.1, 1.0, 1e16, 1e22, 1e-7, 123456789.123, -0.0, 3.141592653589793, 1e15, 1.5e300,
                  5e-324}) ==
          "[0.1,1.0,1e+16,1e+22,1e-07,123456789.123,-0.0,3.141592653589793,1000000000000000.0,1.5e+"
          "300,5e-324]");
    CHECK(sorted({0, -1, 9007199254740992, 18446744073709551615u}) ==
          "[0,-1,9007199254740992,18446744073709551615]");
    CHECK(sorted({std::nan(""), HUGE_VAL, -HUGE_VAL}) == "[NaN,Infinity,-Infinity]");
    CHECK(sorted("\xE2\x80\xA8\xE2\x80\xA9") == R"("\u2028\u2029")");
    CHECK(sorted({{"b", 1}, {"B", 2}, {"a", 6}, {"\xC3\xA9", 4}, {"a1", 5}, {"_", 3}}) ==
          R"({"B":2,"_":3,"a":6,"a1":5,"b":1,"\u00e9":4})");
    CHECK(sorted({{"a", Json::array()}, {"b", Json::object()}}) == R"({"a":[],"b":{}})");
}

TEST_CASE("values are written with an indent as jsonify does in debug mode", "[json]") {
    CHECK(debug(Json::object()) == "{}");
    CHECK(debug(nullptr) == "null");
    CHECK(debug({1, "x", nullptr, true, 1.5}) == "[\n  1,\n  \"x\",\n  null,\n  true,\n  1.5\n]");
    CHECK(debug({{"b", {{"z", 1}, {"a", {1, {{"y", 1}, {"x", 2}}}}}}, {"a", 2}}) ==
          "{\n  \"a\": 2,\n  \"b\": {\n    \"a\": [\n      1,\n      {\n        \"x\": 2,\n        "
          "\"y\": 1\n      }\n"
          "    ],\n    \"z\": 1\n  }\n}");
    CHECK(debug({{"a", Json::array()}, {"b", Json::object()}}) ==
          "{\n  \"a\": [],\n  \"b\": {}\n}");
    CHECK(write_json({1, 2}, {.indent = 0}) == "[\n1,\n2\n]");
}

TEST_CASE("dump keeps the order and takes an indent", "[json]") {
    const Json value = {{"b", 1}, {"a", {true}}};
    CHECK(value.dump() == R"({"b":1,"a":[true]})");
    CHECK(value.dump(2) == "{\n  \"b\": 1,\n  \"a\": [\n    true\n  ]\n}");
    CHECK(value.dump(-1) == value.dump());
}

TEST_CASE("separators may be those of json.dumps", "[json]") {
    CHECK(write_json({{"a", {1, 2}}, {"b", 1}}, detail::json_spaced_options) ==
          R"({"a": [1, 2], "b": 1})");
    CHECK(write_json({1, "\xC3\xA9"}, detail::json_spaced_options) == R"([1, "\u00e9"])");
    CHECK(write_json({{"a", 1}, {"b", 2}}, {.item_separator = ";", .key_separator = "="}) ==
          R"({"a"=1;"b"=2})");
}

TEST_CASE("what HTML would take for its own is escaped on request", "[json]") {
    const detail::JsonWriteOptions safe = {
        .sort_keys = true, .html_safe = true, .item_separator = ", ", .key_separator = ": "};
    CHECK(write_json({{"b", "</script>"}, {"a", "'&\xE2\x98\x83"}}, safe) ==
          R"({"a": "\u0027\u0026\u2603", "b": "\u003c/script\u003e"})");
    CHECK(write_json({{"<", 1}}, safe) == R"({"\u003c": 1})");
}

TEST_CASE("text is written in UTF-8 where that is asked for", "[json]") {
    CHECK(write_json("h\xC3\xA9\xF0\x9F\x98\x80\x7F\n\x01", {.ascii = false}) ==
          "\"h\xC3\xA9\xF0\x9F\x98\x80\x7F\\n\\u0001\"");
    CHECK(write_json("<\xC3\xA9", {.ascii = false, .html_safe = true}) == "\"\\u003c\xC3\xA9\"");
    CHECK(write_json("a\xFF"
                     "b",
                     {.ascii = false}) ==
          "\"a\xEF\xBF\xBD"
          "b\"");
}

TEST_CASE("bytes that are no UTF-8 become replacement characters", "[json]") {
    CHECK(Json("a\xFF"
               "b")
              .dump() == R"("a\ufffdb")");
    CHECK(Json("\xE2\x98").dump() == R"("\ufffd")");
    CHECK(Json("\xED\xA0\x80").dump() == R"("\ufffd\ufffd\ufffd")");
}

TEST_CASE("writing may append", "[json]") {
    std::string out = "x=";
    detail::append_json(out, {1, 2});
    detail::append_json_text(out, "a\"b");
    CHECK(out == "x=[1,2]\"a\\\"b\"");
}

TEST_CASE("what is nested too deeply is refused, not written", "[json]") {
    Json value;
    for (int i = 0; i < 500; ++i) value = Json::array({std::move(value)});
    CHECK(value.dump().size() == 1000 + 4);
    value = Json::array({std::move(value)});
    CHECK_THROWS_AS(value.dump(), JsonError);
}

TEST_CASE("every code point survives writing and reading", "[json]") {
    std::string text;
    for (unsigned code_point = 0; code_point <= 0x10FFFF;
         code_point += code_point < 0x3000 ? 1 : 97) {
        detail::append_utf8(text, static_cast<char32_t>(code_point));
    }
    const bool ascii = Json::parse(Json(text).dump()) == text;
    const bool utf8 = Json::parse(write_json(text, {.ascii = false})) == text;
    const bool safe = Json::parse(write_json(text, {.html_safe = true})) == text;
    CHECK(ascii);
    CHECK(utf8);
    CHECK(safe);
}

TEST_CASE("what must be escaped is found at every place of a text", "[json]") {
    for (std::size_t size = 1; size < 30; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            for (const std::string_view escaped : {"\"", "\\", "\n", "\x7F", "\xC3\xA9", "\x01"}) {
                std::string text(size, 'x');
                text.replace(place, 1, escaped);
                const std::string written = write_json(text);
                REQUIRE(Json::parse(written) == text);
                REQUIRE(written.size() > text.size() + 2);
            }
        }
    }
    CHECK(write_json(std::string(600, '<'), {.html_safe = true}).size() == 600 * 6 + 2);
    CHECK(write_json(std::string(2000, 'y')) == "\"" + std::string(2000, 'y') + "\"");
}
