// What a reader of JSON must accept and must refuse (RFC 8259), and what it may do as it likes: cases of our own, in the
// manner of the public JSONTestSuite.
#include "json/reader.hpp"

#include "json/value.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;

namespace {

bool accepts(std::string_view text) {
    try {
        const Json value = Json::parse(text);
        // What is too large for a double is written as Python writes it, which is no JSON.
        return detail::read_json(value.dump(), {.allow_nan = true}).dump() == value.dump();
    } catch (const JsonDecodeError&) {
        return false;
    }
}

}  // namespace

TEST_CASE("what is JSON is accepted", "[json]") {
    for (const std::string_view text : {
             // whitespace anywhere, of the four kinds
             "[]",
             " [ ] ",
             "\t[\n]\r\n",
             "{ }",
             "[1 , 2]",
             "{\"a\" : 1 , \"b\":2}",
             " null ",
             // every scalar alone
             "null",
             "true",
             "false",
             "0",
             "-0",
             "1",
             "-1",
             "\"\"",
             "\"x\"",
             // numbers
             "[0e1]",
             "[0e+1]",
             "[1E22]",
             "[1e-2]",
             "[123.456e78]",
             "[-0.0]",
             "[-1]",
             "[1.7976931348623157e308]",
             "[123123e100000]",
             "[-123123e100000]",
             "[1e-400]",
             "[0.00000000000000000000000000000001]",
             "[123456789012345678901234567890]",
             "[-9223372036854775808]",
             "[18446744073709551615]",
             "[20e1]",
             "[1.5E+9999999999999]",
             // text
             "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
             "[\"\\u0060\\u012a\\u12AB\"]",
             "[\"\\uD801\\udc37\"]",
             "[\"\\u0000\"]",
             "[\"\\\\u0000\"]",
             "[\"\\uFFFF\"]",
             "[\"\\uDBFF\\uDFFF\"]",
             "[\"\x7f\"]",
             "[\" \"]",
             "[\"\xC3\xA9\"]",
             "[\"\xE2\x82\xAC\"]",
             "[\"\xF0\x9D\x84\x9E\"]",
             "[\"\xEF\xBF\xBF\"]",
             "[\"\xE2\x80\xA8\"]",
             "[\"/\"]",
             "[\"asd \"]",
             "[\"\\u200B\"]",
             // half of a surrogate pair: as Python, not an error
             "[\"\\uD800\"]",
             "[\"\\uDC00\"]",
             "[\"\\uD800\\uD800\"]",
             "[\"\\uD800a\"]",
             "[\"\\uDd1e\\uD834\"]",
             // objects
             "{}",
             "{\"\":0}",
             "{\"a\":\"b\",\"a\":\"c\"}",
             "{\"a\":[]}",
             "{\"\\u0000\":1}",
             "{\"a\":{\"b\":{\"c\":[{}]}}}",
             // a byte order mark is skipped
             "\xEF\xBB\xBF[]",
             "\xEF\xBB\xBF{}",
         }) {
        CAPTURE(text);
        CHECK(accepts(text));
    }
}

TEST_CASE("what is not JSON is refused", "[json]") {
    using namespace std::string_view_literals;
    for (
        const std::string_view text : {
            // nothing, or not enough
            ""sv,
            " "sv,
            "["sv,
            "]"sv,
            "{"sv,
            "}"sv,
            "[["sv,
            "[1"sv,
            "[1,"sv,
            "{\"a\""sv,
            "{\"a\":"sv,
            "{\"a\":1"sv,
            "{\"a\":1,"sv,
            "\""sv,
            "\"a"sv,
            "[\""sv,
            "[\"a"sv,
            "[\"\\"sv,
            "tru"sv,
            "fals"sv,
            "nul"sv,
            "-"sv,
            "[{"sv,
            "[{}"sv,
            "\xEF\xBB\xBF"sv,
            // too much
            "[]]"sv,
            "{}}"sv,
            "[] x"sv,
            "1 2"sv,
            "[1]["sv,
            "{}#"sv,
            "{\"a\":1}/"sv,
            "null null"sv,
            "\"a\"\"b\""sv,
            "[1]\0"sv,
            // commas and colons
            "[,]"sv,
            "[1,]"sv,
            "[,1]"sv,
            "[1,,2]"sv,
            "[1 2]"sv,
            "[1:2]"sv,
            "{,}"sv,
            "{\"a\":1,}"sv,
            "{\"a\" 1}"sv,
            "{\"a\",1}"sv,
            "{\"a\"::1}"sv,
            "{:1}"sv,
            "{\"a\":1 \"b\":2}"sv,
            "{\"a\":1,,\"b\":2}"sv,
            "[\"a\",\n4\n,1,"sv,
            "{\"a\":b}"sv,
            // names
            "{1:1}"sv,
            "{a:1}"sv,
            "{'a':1}"sv,
            "{null:1}"sv,
            "{[]:1}"sv,
            "{\"a\":1, b:2}"sv,
            // words
            "True"sv,
            "NULL"sv,
            "nulll"sv,
            "truefalse"sv,
            "undefined"sv,
            "NaN"sv,
            "Infinity"sv,
            "-Infinity"sv,
            "nan"sv,
            "[nan]"sv,
            "*"sv,
            // numbers
            "01"sv,
            "-01"sv,
            "00"sv,
            "+1"sv,
            "++1"sv,
            "1."sv,
            "[1.]"sv,
            ".5"sv,
            "-.5"sv,
            "1.e1"sv,
            "1e"sv,
            "1e+"sv,
            "1E-"sv,
            "1e1.5"sv,
            "0x1"sv,
            "1_000"sv,
            "1,000"sv,
            "--1"sv,
            "- 1"sv,
            "[-]"sv,
            "1 e1"sv,
            "[1+2]"sv,
            "0.1.2"sv,
            "[2.e3]"sv,
            "0e"sv,
            "[1eE2]"sv,
            "\xEF\xBC\x91"sv,
            "[1\xE2\x81\xA0]"sv,
            "[-foo]"sv,
            "[012]"sv,
            "[1.0e+]"sv,
            "[.2e-3]"sv,
            // text
            "'a'"sv,
            "[\"\t\"]"sv,
            "[\"\n\"]"sv,
            "[\"a\0b\"]"sv,
            "[\"\x1f\"]"sv,
            "[\"\\x00\"]"sv,
            "[\"\\a\"]"sv,
            "[\"\\u00\"]"sv,
            "[\"\\u\"]"sv,
            "[\"\\u12\"]"sv,
            "[\"\\uqqqq\"]"sv,
            "[\"\\u 123\"]"sv,
            "[\"\\U0001\"]"sv,
            "[\"\\'\"]"sv,
            "[\\n]"sv,
            "[\"\\\"]"sv,
            "[\"\\uD834\\u\"]"sv,
            "[\"\\uD834\\u12\"]"sv,
            "[\"\\\x00\"]"sv,
            "[\"\\\xF0\x9F\x98\x80\"]"sv,
            // bytes that are no UTF-8: lone, overlong, halves of surrogates, beyond the last code point, cut off
            "[\"\xFF\"]"sv,
            "[\"\x80\"]"sv,
            "[\"\xC3\"]"sv,
            "[\"\xC0\xAF\"]"sv,
            "[\"\xE0\x80\xAF\"]"sv,
            "[\"\xED\xA0\x80\"]"sv,
            "[\"\xF4\x90\x80\x80\"]"sv,
            "[\"\xF8\x88\x80\x80\x80\"]"sv,
            "[\"\xE2\x82\"]"sv,
            "[\xC3\xA9]"sv,
            "\xFF[]"sv,
            "[\"a\xE2\x82\"]"sv,
            // other encodings, comments, and other whitespace
            "[\0]\0"sv,
            "\xFE\xFF\0[\0]"sv,
            "[] // x"sv,
            "/* x */[]"sv,
            "[1/*x*/]"sv,
            "#x\n[]"sv,
            "[\f]"sv,
            "[\v]"sv,
            "[\xC2\xA0]"sv,
            "[\xE2\x80\xA8]"sv,
            "<null>"sv,
            "[<null>]"sv,
            "{\"a\":1}}"sv,
            "[}"sv,
            "{]"sv,
            "[1}"sv,
            "{\"a\":1]"sv,
            "[{]}"sv,
            "(1)"sv,
            "[1];"sv,
        }) {
        CAPTURE(text);
        CHECK_FALSE(accepts(text));
    }
}

TEST_CASE("numbers are read exactly or as the nearest double", "[json]") {
    CHECK(Json::parse("9223372036854775807").get<std::int64_t>() == INT64_MAX);
    CHECK(Json::parse("-9223372036854775808").get<std::int64_t>() == INT64_MIN);
    CHECK(Json::parse("18446744073709551615").get<std::uint64_t>() == UINT64_MAX);
    CHECK(Json::parse("9007199254740993").dump() == "9007199254740993");
    CHECK(Json::parse("18446744073709551616").is_double());
    CHECK(Json::parse("-9223372036854775809").is_double());
    CHECK(Json::parse("0.1").get<double>() == 0.1);
    CHECK(Json::parse("2.2250738585072011e-308").get<double>() == 2.2250738585072011e-308);
    CHECK(Json::parse("179769313486231580793e288").get<double>() == 1.7976931348623157e308);
    CHECK(Json::parse("1e-400").get<double>() == 0.0);
    CHECK(Json::parse("1e400").get<double>() == std::numeric_limits<double>::infinity());
    CHECK(Json::parse("-0.0").dump() == "-0.0");
    CHECK(Json::parse("-0").dump() == "0");
    CHECK(Json::parse("0.30000000000000004").dump() == "0.30000000000000004");
    CHECK(Json::parse("1E400000000000000000000").is_double());
}

TEST_CASE("errors tell line and column, in characters", "[json]") {
    struct Case {
        std::string_view text;
        std::size_t line, column, position;
        std::string_view what;
    };
    const Case cases[] = {
        {"[1,\n 2,\n  x]", 3, 3, 10, "Expecting value: line 3 column 3 (char 10)"},
        {"{\"\xC3\xA9\": }", 1, 7, 6, "Expecting value: line 1 column 7 (char 6)"},
        {"[1 2]", 1, 4, 3, "Expecting ',' delimiter: line 1 column 4 (char 3)"},
        {"{1}", 1, 2, 1,
         "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"[] x", 1, 4, 3, "Extra data: line 1 column 4 (char 3)"},
        {"\n\n\"abc", 3, 1, 2, "Unterminated string starting at: line 3 column 1 (char 2)"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.text);
        try {
            static_cast<void>(Json::parse(each.text));
            CHECK(false);
        } catch (const JsonDecodeError& error) {
            CHECK(error.line() == each.line);
            CHECK(error.column() == each.column);
            CHECK(error.position() == each.position);
            CHECK(std::string_view(error.what()) == each.what);
        }
    }
}

TEST_CASE("depth and size are bounded where asked", "[json]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(accepts(nested(500)));
    CHECK_FALSE(accepts(nested(501)));
    CHECK_FALSE(accepts(std::string(1000000, '[')));
    std::string objects;
    for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
    CHECK_FALSE(accepts(objects));
    CHECK(detail::read_json("[[1]]", {.maximum_depth = 2})[0][0] == 1);
    CHECK_THROWS_AS(detail::read_json("[[1]]", {.maximum_depth = 1}), JsonDecodeError);
    CHECK(detail::read_json("[1]", {.maximum_size = 3})[0] == 1);
    CHECK_THROWS_AS(detail::read_json("[1] ", {.maximum_size = 3}), JsonDecodeError);
}
