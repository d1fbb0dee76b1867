// Reading JSON: what must be accepted, what must be refused, and how the error says so.
#include "json/reader.hpp"

#include "json/writer.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <cstdint>

using namespace microflask;

namespace {

std::string error_of(std::string_view text, const detail::JsonReadOptions& options = {}) {
    try {
        return "accepted: " + detail::read_json(text, options).dump();
    } catch (const JsonDecodeError& error) {
        return error.what();
    }
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("documents that are JSON are read", "[json]") {
    const std::pair<const char*, const char*> cases[] = {
        {"null", "null"},
        {" true ", "true"},
        {"\t\r\n false\n", "false"},
        {"0", "0"},
        {"-0", "0"},
        {"-0.0", "-0.0"},
        {"123", "123"},
        {"-1", "-1"},
        {"1.5", "1.5"},
        {"1e2", "100.0"},
        {"1E+2", "100.0"},
        {"1e-7", "1e-07"},
        {"0e0", "0.0"},
        {"0.1e1", "1.0"},
        {"123.456e-2", "1.23456"},
        {"9223372036854775807", "9223372036854775807"},
        {"9223372036854775808", "9223372036854775808"},
        {"18446744073709551615", "18446744073709551615"},
        {"18446744073709551616", "1.8446744073709552e+19"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"-9223372036854775809", "-9.223372036854776e+18"},
        {"100000000000000000000", "1e+20"},
        {"1e400", "Infinity"},
        {"-1e400", "-Infinity"},
        {"1e-400", "0.0"},
        {"\"\"", "\"\""},
        {"\"a\"", "\"a\""},
        {"\"\\u0041\\u00e9\\u2603\\ud83d\\ude00\"", "\"A\\u00e9\\u2603\\ud83d\\ude00\""},
        {"\"h\xC3\xA9\xF0\x9F\x98\x80\"", "\"h\\u00e9\\ud83d\\ude00\""},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
        {"\"\\u0000\"", "\"\\u0000\""},
        {"\"\x7F\"", "\"\\u007f\""},
        {"\"\\ud800\"", "\"\\ufffd\""},
        {"\"\\udc00x\"", "\"\\ufffdx\""},
        {"\"\\ud800\\u0041\"", "\"\\ufffdA\""},
        {"\"\\ud800\\ud800\\udc00\"", "\"\\ufffd\\ud800\\udc00\""},
        {"\"\\ud800\\n\"", "\"\\ufffd\\n\""},
        {"[]", "[]"},
        {"[ ]", "[]"},
        {"[1 , 2,3 ]", "[1,2,3]"},
        {"[[],[[]],{}]", "[[],[[]],{}]"},
        {"{}", "{}"},
        {"{ }", "{}"},
        {"{\"a\":1}", "{\"a\":1}"},
        {" { \"a\" : 1 , \"b\" : [ { } ] } ", "{\"a\":1,\"b\":[{}]}"},
        {"{\"\":0}", "{\"\":0}"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
        {"{\"a\":{\"a\":{\"a\":[{\"a\":1},2]},\"b\":3}}",
         "{\"a\":{\"a\":{\"a\":[{\"a\":1},2]},\"b\":3}}"},
        {"{\"\\u0061\":1,\"a\":2}", "{\"a\":2}"},
        {"\xEF\xBB\xBF[1]", "[1]"},
        {"[\"a long text of more than fourteen bytes\"]",
         "[\"a long text of more than fourteen bytes\"]"},
        {"[\"a long text \\n with an escape \\u00e9 in it\"]",
         "[\"a long text \\n with an escape \\u00e9 in it\"]"}};
    for (const auto& [text, dumped] : cases) {
        CAPTURE(text);
        CHECK(Json::parse(text).dump() == dumped);
    }
}

TEST_CASE("documents that are no JSON are refused with Python's words", "[json]") {
    const std::pair<const char*, const char*> cases[] = {
        {"", "Expecting value: line 1 column 1 (char 0)"},
        {"  ", "Expecting value: line 1 column 3 (char 2)"},
        {"[", "Expecting value: line 1 column 2 (char 1)"},
        {"[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"},
        {"[1,", "Expecting value: line 1 column 4 (char 3)"},
        {"[1,]", "Expecting value: line 1 column 4 (char 3)"},
        {"[1 2]", "Expecting ',' delimiter: line 1 column 4 (char 3)"},
        {"{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"{\"a\"", "Expecting ':' delimiter: line 1 column 5 (char 4)"},
        {"{\"a\":", "Expecting value: line 1 column 6 (char 5)"},
        {"{\"a\":1", "Expecting ',' delimiter: line 1 column 7 (char 6)"},
        {"{\"a\":1,",
         "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
        {"{\"a\":1,}",
         "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"},
        {"{a:1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"{'a':1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"\"abc", "Unterminated string starting at: line 1 column 1 (char 0)"},
        {"\"\\", "Unterminated string starting at: line 1 column 1 (char 0)"},
        {"\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)"},
        {"\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"},
        {"\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"},
        {"\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
        {"\"\\u12G4\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"},
        {"\"\\ud800\\u12\"", "Invalid \\uXXXX escape: line 1 column 9 (char 8)"},
        {"tru", "Expecting value: line 1 column 1 (char 0)"},
        {"True", "Expecting value: line 1 column 1 (char 0)"},
        {"nan", "Expecting value: line 1 column 1 (char 0)"},
        {"NaN", "Expecting value: line 1 column 1 (char 0)"},
        {"Infinity", "Expecting value: line 1 column 1 (char 0)"},
        {"-Infinity", "Expecting value: line 1 column 1 (char 0)"},
        {"-", "Expecting value: line 1 column 1 (char 0)"},
        {"-a", "Expecting value: line 1 column 1 (char 0)"},
        {"[-]", "Expecting value: line 1 column 2 (char 1)"},
        {"01", "Extra data: line 1 column 2 (char 1)"},
        {"-01", "Extra data: line 1 column 3 (char 2)"},
        {"1.", "Extra data: line 1 column 2 (char 1)"},
        {"[1.]", "Expecting ',' delimiter: line 1 column 3 (char 2)"},
        {"1e", "Extra data: line 1 column 2 (char 1)"},
        {"1e+", "Extra data: line 1 column 2 (char 1)"},
        {"0x10", "Extra data: line 1 column 2 (char 1)"},
        {".5", "Expecting value: line 1 column 1 (char 0)"},
        {"+1", "Expecting value: line 1 column 1 (char 0)"},
        {"1 2", "Extra data: line 1 column 3 (char 2)"},
        {"[1]]", "Extra data: line 1 column 4 (char 3)"},
        {"]", "Expecting value: line 1 column 1 (char 0)"},
        {"[1}", "Expecting ',' delimiter: line 1 column 3 (char 2)"},
        {"{\"a\":1]", "Expecting ',' delimiter: line 1 column 7 (char 6)"},
        {"{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"},
        {"{\"a\":1 \"b\":2}", "Expecting ',' delimiter: line 1 column 8 (char 7)"},
        {"{\"a\":}", "Expecting value: line 1 column 6 (char 5)"},
        {"{1:2}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
        {"[,1]", "Expecting value: line 1 column 2 (char 1)"},
        {"\n\n  x", "Expecting value: line 3 column 3 (char 4)"},
        {"[\"h\xC3\xA9\xE2\x98\x83\",\n x]", "Expecting value: line 2 column 2 (char 9)"},
        {"\xEF\xBB\xBFx", "Expecting value: line 1 column 1 (char 0)"},
        {"// comment\n1", "Expecting value: line 1 column 1 (char 0)"},
        {"[1] // comment", "Extra data: line 1 column 5 (char 4)"},
        {"\"\xFF\"", "Invalid UTF-8: line 1 column 2 (char 1)"},
        {"\"\xED\xA0\x80\"", "Invalid UTF-8: line 1 column 2 (char 1)"},
        {"\"\xC0\x80\"", "Invalid UTF-8: line 1 column 2 (char 1)"},
        {"\"\xE2\x98", "Invalid UTF-8: line 1 column 2 (char 1)"},
        {"\xA0 1", "Expecting value: line 1 column 1 (char 0)"},
        {"[1\f]", "Expecting ',' delimiter: line 1 column 3 (char 2)"}};
    for (const auto& [text, message] : cases) {
        CAPTURE(text);
        CHECK(error_of(text) == message);
    }
    CHECK(error_of(std::string_view("\0", 1)) == "Expecting value: line 1 column 1 (char 0)");
    CHECK(error_of(std::string_view("1\0", 2)) == "Extra data: line 1 column 2 (char 1)");
    CHECK(error_of(std::string_view("[\0]", 3)) == "Expecting value: line 1 column 2 (char 1)");
    CHECK(error_of(std::string_view("\"a\0\"", 4)) ==
          "Invalid control character at: line 1 column 3 (char 2)");
}

TEST_CASE("every beginning of a document is refused", "[json]") {
    const std::string document =
        R"({"a": [1.5e-3, true, null, "\u00e9\ud83d\ude00\n"], "b": {"c": -12}})";
    REQUIRE_NOTHROW(Json::parse(document));
    for (std::size_t size = 0; size < document.size(); ++size) {
        CAPTURE(size);
        CHECK_THROWS_AS(Json::parse(document.substr(0, size)), JsonDecodeError);
    }
}

TEST_CASE("a document with one byte changed is read or refused, nothing else", "[json]") {
    const std::string document =
        "{\"a\": [1.5e-3, true, null, \"\\u00e9\\ud83d\\ude00 \xE2\x98\x83\"], \"b\": -12}";
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < document.size(); ++i) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string changed = document;
            changed[i] = static_cast<char>(byte);
            try {
                const Json value = Json::parse(changed);
                if (Json::parse(value.dump()) != value) FAIL(changed);
                ++accepted;
            } catch (const JsonDecodeError& error) {
                if (error.position() > changed.size()) FAIL(changed);
            }
        }
    }
    CHECK(accepted > document.size());
}

TEST_CASE("an error knows its place", "[json]") {
    try {
        static_cast<void>(Json::parse("{\n  \"\xC3\xA9\": ?\n}"));
        FAIL("accepted");
    } catch (const JsonDecodeError& error) {
        CHECK(error.message() == "Expecting value");
        CHECK(error.line() == 2);
        CHECK(error.column() == 8);
        CHECK(error.position() == 9);
    }
    CHECK_THROWS_AS(Json::parse("?"), JsonError);
    CHECK_THROWS_AS(Json::parse("?"), std::runtime_error);
}

TEST_CASE("nesting has a limit", "[json]") {
    const auto nested = [](std::size_t depth) {
        return repeated("[", depth) + repeated("]", depth);
    };
    CHECK(Json::parse(nested(500)).dump() == nested(500));
    CHECK(error_of(nested(501)) == "Too deeply nested: line 1 column 501 (char 500)");
    CHECK(error_of(repeated("[", 1'000'000)) == "Too deeply nested: line 1 column 501 (char 500)");
    CHECK(error_of(repeated("{\"a\":", 100'000)) ==
          "Too deeply nested: line 1 column 2501 (char 2500)");
    CHECK(error_of("[[1]]", {.maximum_depth = 1}) == "Too deeply nested: line 1 column 2 (char 1)");
    CHECK(error_of("[1]", {.maximum_depth = 1}) == "accepted: [1]");
    CHECK(error_of("1", {.maximum_depth = 0}) == "accepted: 1");
}

TEST_CASE("a deeper limit needs no deeper stack", "[json]") {
    const Json value = detail::read_json(
        repeated("[{\"a\":", 200'000) + "1" + repeated("}]", 200'000), {.maximum_depth = 400'000});
    CHECK(value.is_array());
}

TEST_CASE("a document may be too large", "[json]") {
    CHECK(error_of("[1,2]", {.maximum_size = 5}) == "accepted: [1,2]");
    CHECK(error_of("[1,2]", {.maximum_size = 4}) == "Document too large: line 1 column 5 (char 4)");
}

TEST_CASE("NaN and the infinities are read where that is allowed", "[json]") {
    const Json value = detail::read_json("[NaN, Infinity, -Infinity]", {.allow_nan = true});
    CHECK(std::isnan(value[0].get<double>()));
    CHECK(value[1].get<double>() == HUGE_VAL);
    CHECK(value[2].get<double>() == -HUGE_VAL);
    CHECK(error_of("-Inf", {.allow_nan = true}) == "Expecting value: line 1 column 1 (char 0)");
    CHECK(error_of("Nan", {.allow_nan = true}) == "Expecting value: line 1 column 1 (char 0)");
}

TEST_CASE("text is read right wherever its special characters lie", "[json]") {
    for (std::size_t before = 0; before < 20; ++before) {
        for (const char* special : {"\\n", "\xC3\xA9", "\\u00e9", "\\\"", "", "\x7F"}) {
            CAPTURE(before, special);
            const std::string plain(before, 'x');
            const Json value = Json::parse("\"" + plain + special + plain + "\"");
            const Json expected = Json::parse("\"" + std::string(special) + "\"");
            CHECK(value == plain + expected.get<std::string>() + plain);
        }
        CHECK(error_of("\"" + std::string(before, 'x') + "\x1F" + "xxxxxxxxxxxx\"").substr(0, 28) ==
              "Invalid control character at");
    }
}

TEST_CASE("of many members of the same name the last counts, in the place of the first", "[json]") {
    for (const int size : {10, 31, 32, 33, 34, 100, 1000}) {
        CAPTURE(size);
        std::string document = "{";
        for (int i = 0; i < size; ++i)
            document += "\"" + std::to_string(i) + "\":" + std::to_string(i) + ",";
        document += "\"3\":\"three\",\"new\":1,\"new\":2}";
        const Json value = Json::parse(document);
        CHECK(value.size() == static_cast<std::size_t>(size) + 1);
        CHECK(value["3"] == "three");
        CHECK(value["new"] == 2);
        CHECK((value.items().begin() + 3)->key() == "3");
        CHECK((value.items().begin() + size)->key() == "new");
        bool found = true;
        for (int i = 4; i < size; ++i) found = found && value[std::to_string(i)] == i;
        CHECK(found);
    }
}

TEST_CASE("large documents take time in proportion", "[json]") {
    std::string many = "{";
    for (int i = 0; i < 100'000; ++i)
        many += (i ? ",\"key" : "\"key") + std::to_string(i * 7919 % 100'000) + "\":1";
    many += "}";
    const Json object = Json::parse(many);
    CHECK(object.size() == 100'000);
    CHECK(object["key99999"] == 1);

    const Json array = Json::parse("[" + repeated("[],", 300'000) + "1]");
    CHECK(array.size() == 300'001);
}
