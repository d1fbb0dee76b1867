// UTF-8: what is valid, and what becomes of the rest.
#include "core/utf8.hpp"

#include "support/catch.hpp"

using namespace microflask::detail;

TEST_CASE("valid UTF-8 is told from invalid", "[core]") {
    for (const char* good : {"", "plain ASCII of more than eight bytes", "h\xC3\xA9",
                             "\xE2\x98\x83", "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                             "\xF4\x8F\xBF\xBF", "\xC2\x80", "\xE0\xA0\x80"}) {
        CAPTURE(good);
        CHECK(is_valid_utf8(good));
    }
    for (const char* bad :
         {"\x80", "abcdefghijk\xFF", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
          "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x98",
          "\xF0\x9F\x98", "\xC3(", "\xE2(\xA1"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_valid_utf8(bad));
    }
}

TEST_CASE("each invalid part becomes one replacement character, as in Python", "[core]") {
    const std::string r = "\xEF\xBF\xBD";
    CHECK(replace_invalid_utf8("h\xC3\xA9") == "h\xC3\xA9");
    CHECK(replace_invalid_utf8("\xFF") == r);
    CHECK(replace_invalid_utf8("a\xC3") == "a" + r);
    CHECK(replace_invalid_utf8("\xE2\x98") == r);
    CHECK(replace_invalid_utf8("\xE2\x98x") == r + "x");
    CHECK(replace_invalid_utf8("\xF0\x9F\x98!") == r + "!");
    CHECK(replace_invalid_utf8("\xED\xA0\x80") == r + r + r);
    CHECK(replace_invalid_utf8("\xC0\xAF") == r + r);
    CHECK(replace_invalid_utf8("\xF4\x90\x80\x80") == r + r + r + r);
    CHECK(replace_invalid_utf8("\xE0\x80\x80") == r + r + r);
}

TEST_CASE("code points are appended and read back", "[core]") {
    for (const unsigned number :
         {0x0u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
        CAPTURE(number);
        const auto code_point = static_cast<char32_t>(number);
        std::string text;
        append_utf8(text, code_point);
        std::string_view rest = text;
        CHECK(next_code_point(rest) == code_point);
        CHECK(rest.empty());
        CHECK(is_valid_utf8(text));
    }
    std::string replaced;
    append_utf8(replaced, 0xD800);
    append_utf8(replaced, 0x110000);
    CHECK(replaced == "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST_CASE("walking over invalid bytes eats one at a time", "[core]") {
    std::string_view rest = "\xE2\x98X";
    CHECK(next_code_point(rest) == 0xFFFD);
    CHECK(rest.size() == 2);
    CHECK(next_code_point(rest) == 0xFFFD);
    CHECK(next_code_point(rest) == U'X');
    CHECK(rest.empty());
    CHECK(count_code_points("h\xC3\xA9\xFF!") == 4);
    CHECK(count_code_points("") == 0);
}

TEST_CASE("the ASCII prefix ends at the first other byte", "[core]") {
    for (std::size_t length = 0; length < 20; ++length) {
        CAPTURE(length);
        CHECK(ascii_prefix_size(std::string(length, 'a')) == length);
        CHECK(ascii_prefix_size(std::string(length, 'a') + "\xC3\xA9 and more after it") == length);
    }
}
