// Validates, mends and walks UTF-8 (RFC 3629).
#pragma once

#include "core/config.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace microflask::detail {

/// What a decoder finds at the beginning of some bytes.
struct Utf8Sequence {
    char32_t code_point = 0xFFFD;
    std::size_t size =
        0;  // of the sequence; where invalid, of the longest part that could begin one (at least 1)
    bool valid = false;
};

/// Decodes the first sequence of bytes that are not empty.
Utf8Sequence decode_utf8(std::string_view bytes) noexcept;

/// Returns how many bytes from the start are ASCII.
std::size_t ascii_prefix_size(std::string_view bytes) noexcept;

bool is_valid_utf8(std::string_view bytes) noexcept;

/// Returns the text with U+FFFD for every invalid part, as Python's decoder with errors="replace".
std::string replace_invalid_utf8(std::string_view bytes);

/// Appends a code point; U+FFFD instead of a surrogate or a number beyond U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

/// Returns the first code point of `rest` (not empty) and moves past it; U+FFFD and one byte where
/// it is invalid.
char32_t next_code_point(std::string_view& rest) noexcept;

/// Whether a byte continues a code point that began before it.
constexpr bool is_utf8_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
/// Returns where the code point behind the one at `position` begins.
constexpr std::size_t next_character(std::string_view text, std::size_t position) noexcept {
    ++position;
    while (position < text.size() && is_utf8_continuation(text[position])) ++position;
    return position;
}
/// Returns where the code point before `position` begins, at `first` at the earliest.
constexpr std::size_t previous_character(std::string_view text, std::size_t position,
                                         std::size_t first) noexcept {
    do --position;
    while (position > first && is_utf8_continuation(text[position]));
    return position;
}

/// Returns the number of code points; an invalid byte counts as one.
std::size_t count_code_points(std::string_view text) noexcept;

}  // namespace microflask::detail
