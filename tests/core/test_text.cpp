// Text: ASCII classes, case, trimming, splitting, and numbers both ways.
#include "core/text.hpp"

#include "support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

using namespace microflask::detail;

TEST_CASE("ASCII classes know nothing beyond ASCII", "[core]") {
    for (int i = 0; i < 256; ++i) {
        CAPTURE(i);
        const char c = static_cast<char>(i);
        const bool digit = i >= 48 && i <= 57;
        const bool upper = i >= 65 && i <= 90;
        const bool lower = i >= 97 && i <= 122;
        CHECK(is_ascii_digit(c) == digit);
        CHECK(is_ascii_alpha(c) == (upper || lower));
        CHECK(is_ascii_alnum(c) == (upper || lower || digit));
        CHECK(is_ascii_space(c) == (i == 32 || (i >= 9 && i <= 13)));
        CHECK(ascii_lower(c) == static_cast<char>(upper ? i + 32 : i));
        CHECK(ascii_upper(c) == static_cast<char>(lower ? i - 32 : i));
    }
}

TEST_CASE("changing case leaves bytes beyond ASCII alone", "[core]") {
    CHECK(to_lower("Content-TYPE \xC3\x84") == "content-type \xC3\x84");
    CHECK(to_upper("x-y \xC3\xA4") == "X-Y \xC3\xA4");
    CHECK(to_lower("") == "");
}

TEST_CASE("texts are compared without ASCII case", "[core]") {
    CHECK(equals_ignoring_case("Content-Type", "content-TYPE"));
    CHECK(equals_ignoring_case("", ""));
    CHECK_FALSE(equals_ignoring_case("a", "ab"));
    CHECK_FALSE(equals_ignoring_case("@", "`"));
    CHECK_FALSE(equals_ignoring_case("\xC3\x84", "\xC3\xA4"));
    CHECK(starts_with_ignoring_case("Basic abc", "bASIC "));
    CHECK_FALSE(starts_with_ignoring_case("Bas", "basic"));
    CHECK(compare_ignoring_case("abc", "ABD") < 0);
    CHECK(compare_ignoring_case("ABC", "abc") == 0);
    CHECK(compare_ignoring_case("abc", "ab") > 0);
    CHECK(compare_ignoring_case("a", "\xFF") < 0);
}

TEST_CASE("trim removes white space or chosen characters at both ends", "[core]") {
    CHECK(trim(" \t\r\n\f\va b\n ") == "a b");
    CHECK(trim(" \t ") == "");
    CHECK(trim("") == "");
    CHECK(trim("--a-b-", "-") == "a-b");
    CHECK(trim("xyx", "xy") == "");
    CHECK(trim(std::string_view("\0a\0", 3)) == std::string_view("\0a\0", 3));
}

TEST_CASE("split keeps empty parts", "[core]") {
    CHECK(split("a,b,,c", ',') == std::vector<std::string_view>{"a", "b", "", "c"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(split(",", ',') == std::vector<std::string_view>{"", ""});
}

TEST_CASE("replace_all and concat build text", "[core]") {
    CHECK(replace_all("aXbXX", "X", "yy") == "ayybyyyy");
    CHECK(replace_all("aaa", "aa", "b") == "ba");
    CHECK(replace_all("abc", "", "x") == "abc");
    CHECK(concat({"a", "", "bc"}) == "abc");
    CHECK(concat({}) == "");
}

TEST_CASE("parse_unsigned takes digits only, up to a maximum", "[core]") {
    CHECK(parse_unsigned("0") == 0u);
    CHECK(parse_unsigned("007") == 7u);
    CHECK(parse_unsigned("18446744073709551615") == UINT64_MAX);
    CHECK(parse_unsigned("18446744073709551616") == std::nullopt);
    CHECK(parse_unsigned("99999999999999999999999") == std::nullopt);
    CHECK(parse_unsigned("100", 100) == 100u);
    CHECK(parse_unsigned("101", 100) == std::nullopt);
    for (const char* bad : {"", "+1", "-1", " 1", "1 ", "1_0", "0x1", "1.0", "\xD9\xA1"}) {
        CAPTURE(bad);
        CHECK(parse_unsigned(bad) == std::nullopt);
    }
}

TEST_CASE("parse_signed takes a minus and the whole range", "[core]") {
    CHECK(parse_signed("-0") == 0);
    CHECK(parse_signed("9223372036854775807") == INT64_MAX);
    CHECK(parse_signed("-9223372036854775808") == INT64_MIN);
    CHECK(parse_signed("9223372036854775808") == std::nullopt);
    CHECK(parse_signed("-9223372036854775809") == std::nullopt);
    for (const char* bad : {"", "-", "--1", "+1", "- 1"}) {
        CAPTURE(bad);
        CHECK(parse_signed(bad) == std::nullopt);
    }
}

TEST_CASE("parse_hex takes hexadecimal digits in either case", "[core]") {
    CHECK(parse_hex("fF") == 255u);
    CHECK(parse_hex("ffffffffffffffff") == UINT64_MAX);
    CHECK(parse_hex("0000000000000000000000001") == 1u);
    CHECK(parse_hex("10000000000000000") == std::nullopt);
    for (const char* bad : {"", "g", "0x1", "-1", " 1"}) {
        CAPTURE(bad);
        CHECK(parse_hex(bad) == std::nullopt);
    }
}

TEST_CASE("integers are appended in full", "[core]") {
    std::string text;
    append_unsigned(text, 0);
    append_unsigned(text, UINT64_MAX);
    append_signed(text, -1);
    append_signed(text, INT64_MIN);
    append_signed(text, INT64_MAX);
    CHECK(text == "018446744073709551615-1-92233720368547758089223372036854775807");
}

TEST_CASE("parse_double reads plain decimals", "[core]") {
    CHECK(parse_double("0") == 0.0);
    CHECK(parse_double("-1.5e3") == -1500.0);
    CHECK(parse_double("1E+2") == 100.0);
    CHECK(parse_double(".5") == 0.5);
    CHECK(parse_double("5.") == 5.0);
    CHECK(parse_double("0.1") == 0.1);
    CHECK(parse_double("123456789012345678901234567890") == 123456789012345678901234567890.0);
    CHECK(parse_double("1.7976931348623157e308") == (std::numeric_limits<double>::max)());
    CHECK(parse_double("1.7976931348623159e308") == HUGE_VAL);
    CHECK(parse_double("5e-324") == 5e-324);
    CHECK(parse_double("2e-324") == 0.0);
    CHECK(parse_double("2.2250738585072011e-308") == 2.2250738585072011e-308);
    CHECK(parse_double("1e400") == HUGE_VAL);
    CHECK(parse_double("-1e400") == -HUGE_VAL);
    CHECK(parse_double("1e-400") == 0.0);
    CHECK(std::signbit(*parse_double("-0.0")));
    CHECK(std::signbit(*parse_double("-1e-400")));
    CHECK(parse_double("0e999999999999999999999") == 0.0);
    CHECK(parse_double("1e-999999999999999999999") == 0.0);
    CHECK(parse_double("0." + std::string(400, '0') + "1e401") == 1.0);
    CHECK(parse_double("1" + std::string(400, '0') + "e-400") == 1.0);
    for (const char* bad : {"", "-", ".", "-.", "+1", "1e", "1e+", "e5", "1.2.3", " 1", "1 ", "inf",
                            "nan", "0x10", "1,5", "1_0", "--1", "1e5.0"}) {
        CAPTURE(bad);
        CHECK(parse_double(bad) == std::nullopt);
    }
}

TEST_CASE("doubles are written as Python's repr writes them", "[core]") {
    const std::pair<double, const char*> cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {9999999999999998.0, "9999999999999998.0"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {0.000123, "0.000123"},
        {1.5e-5, "1.5e-05"},
        {1e22, "1e+22"},
        {1e100, "1e+100"},
        {1.5e300, "1.5e+300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {3.141592653589793, "3.141592653589793"},
        {123456789.123, "123456789.123"},
        {100.0, "100.0"},
        {12.5, "12.5"},
        {2.0 / 3.0, "0.6666666666666666"},
        {1e21, "1e+21"},
        {2251799813685248.5, "2251799813685248.5"}};
    for (const auto& [number, text] : cases) {
        CAPTURE(text);
        CHECK(double_to_text(number) == text);
    }
    CHECK(double_to_text(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(double_to_text(HUGE_VAL) == "inf");
    CHECK(double_to_text(-HUGE_VAL) == "-inf");
}

TEST_CASE("doubles survive the way to text and back", "[core]") {
    std::uint64_t state = 42;
    for (int i = 0; i < 20000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const std::uint64_t bits = state ^ (state >> 29);
        double number;
        std::memcpy(&number, &bits, sizeof number);
        if (!std::isfinite(number)) continue;
        const auto back = parse_double(double_to_text(number));
        if (back != number) FAIL(double_to_text(number));
    }
    SUCCEED();
}
