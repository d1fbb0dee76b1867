// Which text each converter takes, and the arguments of converters.
#include "routing/converters.hpp"

#include "routing/map.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

/// Returns the value of a path for a rule `/<converter:x>`, nothing where it is a 404.
std::optional<Json> value_of(const std::string& converter, const std::string& path) {
    Map map;
    map.add(Rule("/<" + converter + ":x>"));
    const MatchOutcome outcome = map.bind("localhost").match_outcome(path);
    if (!outcome) return std::nullopt;
    return outcome.match.values()["x"];
}

}  // namespace

TEST_CASE("the converter string takes text of some length without a slash", "[routing]") {
    CHECK(value_of("string", "/a") == Json("a"));
    CHECK(value_of("default", "/a b\n") == Json("a b\n"));
    CHECK_FALSE(value_of("string", "/"));
    CHECK_FALSE(value_of("string", "/a/b"));
    CHECK_FALSE(value_of("string(minlength=2, maxlength=4)", "/a"));
    CHECK(value_of("string(minlength=2, maxlength=4)", "/abcd") == Json("abcd"));
    CHECK_FALSE(value_of("string(2, 4)", "/abcde"));
    CHECK(value_of("string(length=2)", "/\xC3\xA9\xE2\x98\x83") == Json("\xC3\xA9\xE2\x98\x83"));
    CHECK_FALSE(value_of("string(length=2)", "/abc"));
}

TEST_CASE("the converter int takes digits and checks their range", "[routing]") {
    CHECK(value_of("int", "/007") == Json(7));
    CHECK(value_of("int", "/18446744073709551615") == Json(UINT64_MAX));
    CHECK_FALSE(value_of("int", "/99999999999999999999"));
    CHECK_FALSE(value_of("int", "/-1"));
    CHECK_FALSE(value_of("int", "/1.0"));
    CHECK_FALSE(value_of("int", "/x"));
    CHECK_FALSE(value_of("int", "/\xD9\xA1"));
    CHECK_FALSE(value_of("int", "/ 1"));
    CHECK(value_of("int(signed=True)", "/-50") == Json(-50));
    CHECK(value_of("int(signed=True)", "/-9223372036854775808") == Json(INT64_MIN));
    CHECK_FALSE(value_of("int(signed=True)", "/-9223372036854775809"));
    CHECK_FALSE(value_of("int(signed=True)", "/--1"));
    CHECK_FALSE(value_of("int(signed=True)", "/-"));
    CHECK(value_of("int(fixed_digits=4)", "/0042") == Json(42));
    CHECK_FALSE(value_of("int(fixed_digits=4)", "/42"));
    CHECK(value_of("int(min=5, max=10)", "/10") == Json(10));
    CHECK_FALSE(value_of("int(min=5, max=10)", "/4"));
    CHECK_FALSE(value_of("int(min=5, max=10)", "/11"));
    CHECK_FALSE(value_of("int(max=10)", "/18446744073709551615"));
    CHECK(value_of("int(min=10)", "/18446744073709551615") == Json(UINT64_MAX));
    CHECK(value_of("int(signed=True, min=-3)", "/-3") == Json(-3));
    CHECK_FALSE(value_of("int(signed=True, min=-3)", "/-4"));
}

TEST_CASE("a number that a converter refuses is a 404, and no other rule is tried", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/<int(max=5):n>", {.endpoint = "n"}), Rule("/<text>", {.endpoint = "text"})})
            .bind("localhost");
    CHECK(urls.match("/5").first == "n");
    CHECK(urls.match("/x").first == "text");
    CHECK_FALSE(urls.test("/6"));
}

TEST_CASE("the converter float takes digits on both sides of a point", "[routing]") {
    CHECK(value_of("float", "/1.50") == Json(1.5));
    CHECK_FALSE(value_of("float", "/1"));
    CHECK_FALSE(value_of("float", "/.5"));
    CHECK_FALSE(value_of("float", "/1."));
    CHECK_FALSE(value_of("float", "/1e5"));
    CHECK_FALSE(value_of("float", "/-1.0"));
    CHECK_FALSE(value_of("float", "/1.0.0"));
    CHECK(value_of("float(signed=True)", "/-0.185") == Json(-0.185));
    CHECK(value_of("float(min=1, max=2.5)", "/2.5") == Json(2.5));
    CHECK_FALSE(value_of("float(min=1, max=2.5)", "/2.6"));
    CHECK_FALSE(value_of("float(min=1, max=2.5)", "/0.9"));
}

TEST_CASE("the converter path takes slashes, but not first", "[routing]") {
    CHECK(value_of("path", "/a/b/c") == Json("a/b/c"));
    CHECK(value_of("path", "/a//b/") == Json("a//b/"));
    CHECK_FALSE(value_of("path", "/"));
    CHECK_FALSE(value_of("path", "/a\nb"));
}

TEST_CASE("the converter any takes the listed texts", "[routing]") {
    CHECK(value_of("any(a, 'b c', d)", "/b c") == Json("b c"));
    CHECK(value_of("any(a.1, a.2)", "/a.2") == Json("a.2"));
    CHECK(value_of("any(a-1, \"x,y\")", "/x,y") == Json("x,y"));
    CHECK(value_of("any(1, 2)", "/2") == Json("2"));
    CHECK_FALSE(value_of("any(a, b)", "/ab"));
    CHECK_FALSE(value_of("any(a.b)", "/axb"));
}

TEST_CASE("the converter uuid takes the form with dashes in any case", "[routing]") {
    CHECK(value_of("uuid", "/a8098c1a-f86e-11da-bd1a-00112444BE1E") ==
          Json("a8098c1a-f86e-11da-bd1a-00112444BE1E"));
    CHECK_FALSE(value_of("uuid", "/a8098c1af86e11dabd1a00112444be1e"));
    CHECK_FALSE(value_of("uuid", "/g8098c1a-f86e-11da-bd1a-00112444be1e"));
}

TEST_CASE("converter arguments are read as Python's literals", "[routing]") {
    using detail::parse_converter_args;
    const ConverterArguments mixed = parse_converter_args("test, a=1, b=3.0");
    CHECK(mixed.args == Json::array({"test"}));
    CHECK(mixed.kwargs == Json{{"a", 1}, {"b", 3.0}});
    CHECK(parse_converter_args("").args.empty());
    CHECK(parse_converter_args("").kwargs.empty());
    CHECK(parse_converter_args("a, b, c,").args == Json::array({"a", "b", "c"}));
    CHECK(parse_converter_args("True, False, None").args == Json::array({true, false, nullptr}));
    CHECK(parse_converter_args("\"foo\", 'b ar', '1'").args == Json::array({"foo", "b ar", "1"}));
    CHECK(parse_converter_args(" a = -1 ,b='x'").kwargs == Json{{"a", -1}, {"b", "x"}});
    for (const char* text : {"min=0;max=500", ",", "a b", "'a", "a=", "=1", "a,,b"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_converter_args(text), std::invalid_argument);
    }
}

TEST_CASE("arguments that a converter does not have are refused", "[routing]") {
    for (const char* rule : {"/<int(digits=4):x>", "/<int(1, 2, 3, 4, 5):x>", "/<int(min='a'):x>",
                             "/<path(1):x>", "/<uuid(1):x>", "/<any():x>", "/<any(a=1):x>",
                             "/<string(length=-1):x>", "/<int(1, fixed_digits=2):x>",
                             "/<int(signed=maybe):x>", "/<float(min=x):x>", "/<string(2.5):x>"}) {
        CAPTURE(rule);
        CHECK_THROWS_AS(Map({Rule(rule)}), std::invalid_argument);
    }
}

TEST_CASE("a matched value is read as the type of a parameter if it fits", "[routing]") {
    const MatchedValue number("300", std::int64_t{300});
    CHECK(number.to<int>() == 300);
    CHECK(number.to<unsigned long long>() == 300u);
    CHECK(number.to<short>() == short{300});
    CHECK_FALSE(number.to<std::uint8_t>());
    CHECK_FALSE(number.to<double>());
    CHECK_FALSE(number.to<std::string>());
    CHECK_FALSE(MatchedValue("-1", std::int64_t{-1}).to<unsigned>());
    CHECK(MatchedValue("18446744073709551615", UINT64_MAX).to<std::uint64_t>() == UINT64_MAX);
    CHECK_FALSE(MatchedValue("18446744073709551615", UINT64_MAX).to<std::int64_t>());
    CHECK(MatchedValue("1.5", 1.5).to<float>() == 1.5f);
    CHECK(MatchedValue("x").to<std::string_view>() == "x");
    CHECK(MatchedValue("x").to<std::string>() == "x");
    CHECK(MatchedValue("x").custom<std::string>() == nullptr);
}

TEST_CASE("a converter that does not exist is a LookupError that names the rule", "[routing]") {
    try {
        Map({Rule("/<nothing:x>")});
        CHECK(false);
    } catch (const LookupError& error) {
        CHECK(std::string(error.what()) ==
              "the converter 'nothing' of url rule '/<nothing:x>' does not exist");
    }
}
