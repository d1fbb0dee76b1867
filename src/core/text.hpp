// Strings as HTTP sees them: bytes, ASCII letters, no locale - case, trim, split, compare, numbers.
#pragma once

#include "core/config.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microflask::detail {

constexpr bool is_ascii_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_ascii_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_ascii_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_ascii_alpha(char c) noexcept {
    return is_ascii_upper(c) || is_ascii_lower(c);
}
constexpr bool is_ascii_alnum(char c) noexcept {
    return is_ascii_alpha(c) || is_ascii_digit(c);
}
/// Whether the character is a space, a tab, a line break, a vertical tab or a form feed.
constexpr bool is_ascii_space(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr char ascii_lower(char c) noexcept {
    return is_ascii_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char ascii_upper(char c) noexcept {
    return is_ascii_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
}

/// Returns the value of a hexadecimal digit, or -1.
constexpr int hex_digit_value(char c) noexcept {
    if (is_ascii_digit(c)) return c - '0';
    const char lower = ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Returns the text with the ASCII letters A-Z in lower case.
std::string to_lower(std::string_view text);
/// Returns the text with the ASCII letters a-z in upper case.
std::string to_upper(std::string_view text);

/// Whether two texts are the same but for the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] != right[i] && ascii_lower(left[i]) != ascii_lower(right[i])) return false;
    }
    return true;
}

/// Orders two texts as if ASCII letters were lower case: negative, 0 or positive.
constexpr int compare_ignoring_case(std::string_view left, std::string_view right) noexcept {
    const std::size_t shared = left.size() < right.size() ? left.size() : right.size();
    for (std::size_t i = 0; i < shared; ++i) {
        const int difference = static_cast<unsigned char>(ascii_lower(left[i])) -
                               static_cast<unsigned char>(ascii_lower(right[i]));
        if (difference != 0) return difference;
    }
    return left.size() == right.size() ? 0 : (left.size() < right.size() ? -1 : 1);
}

constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
    return text.size() >= prefix.size() &&
           equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

/// Returns the text without ASCII white space at both ends.
constexpr std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    return text;
}

/// Returns the text without those characters at both ends.
constexpr std::string_view trim(std::string_view text, std::string_view characters) noexcept {
    const std::size_t first = text.find_first_not_of(characters);
    if (first == std::string_view::npos) return text.substr(text.size());
    return text.substr(first, text.find_last_not_of(characters) - first + 1);
}

/// Returns the parts between separators as views of the text; one empty part for empty text.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Returns the text with every `from` (which is not empty) replaced.
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);

/// Returns all pieces as one text.
std::string concat(std::initializer_list<std::string_view> pieces);

/// Reads a number of decimal digits only; nothing for other characters, no digit, or more than
/// `maximum`.
constexpr std::optional<std::uint64_t> parse_unsigned(std::string_view digits,
                                                      std::uint64_t maximum = UINT64_MAX) noexcept {
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (!is_ascii_digit(c)) return std::nullopt;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
        value = value * 10 + digit;
    }
    return value <= maximum ? std::optional<std::uint64_t>(value) : std::nullopt;
}

/// Reads a number of decimal digits behind an optional '-'.
constexpr std::optional<std::int64_t> parse_signed(std::string_view text) noexcept {
    const bool negative = !text.empty() && text.front() == '-';
    const std::uint64_t largest = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    const auto magnitude = parse_unsigned(negative ? text.substr(1) : text, largest);
    if (!magnitude) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

/// Reads a number of hexadecimal digits only, in either case.
constexpr std::optional<std::uint64_t> parse_hex(std::string_view digits) noexcept {
    if (digits.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        const int digit = hex_digit_value(c);
        if (digit < 0 || value > (UINT64_MAX >> 4)) return std::nullopt;
        value = value << 4 | static_cast<std::uint64_t>(digit);
    }
    return value;
}

/// Reads `-1.5e3`: an optional '-', digits with an optional point among or beside them, an optional
/// exponent. As in Python, what is too large becomes infinite, and what is too small zero.
std::optional<double> parse_double(std::string_view text);

void append_unsigned(std::string& out, std::uint64_t value);
void append_signed(std::string& out, std::int64_t value);

/// Appends the shortest text that reads back as the same number, in the form of Python's repr.
void append_double(std::string& out, double value);
/// Returns a number as Python's repr writes it: 1.0, 1e+16, 1e-05, nan, inf.
std::string double_to_text(double value);

}  // namespace microflask::detail
