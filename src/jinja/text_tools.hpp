// What the methods of Python's str do to text, for methods and filters.
#pragma once

#include "core/list.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Replaces at most `count` times (negative: all), as str.replace, also of empty text; throws
/// TemplateRuntimeError where the text would become too long.
[[nodiscard]] std::string template_replace_text(std::string_view text, std::string_view from,
                                                std::string_view to, std::int64_t count);
/// As str.capitalize.
[[nodiscard]] std::string template_capitalize_text(std::string_view text);
/// Returns the text without the white space of Unicode at its ends.
[[nodiscard]] std::string_view template_strip_space(std::string_view text, bool left, bool right);
/// Returns the text without some characters at its ends.
[[nodiscard]] std::string_view template_strip(std::string_view text, std::string_view characters,
                                              bool left, bool right);
/// Returns the words between white space, as str.split(); the rest behind `limit` splits stays whole.
[[nodiscard]] List<std::string_view> template_split_space(std::string_view text,
                                                          std::size_t limit = SIZE_MAX);
/// As str.splitlines.
[[nodiscard]] List<std::string_view> template_split_lines(std::string_view text, bool keep_ends);
/// Puts text into the middle of spaces, as str.center.
[[nodiscard]] std::string template_center_text(std::string_view text, std::size_t width,
                                               std::string_view fill = " ");
/// Returns the bytes of the last code point of text that is not empty.
[[nodiscard]] std::string_view template_last_code_point(std::string_view text) noexcept;
/// As str.title, str.swapcase, str.expandtabs, str.zfill.
[[nodiscard]] std::string template_title_text(std::string_view text);
[[nodiscard]] std::string template_swap_case(std::string_view text);
[[nodiscard]] std::string template_expand_tabs(std::string_view text, std::int64_t size);
[[nodiscard]] std::string template_zero_fill(std::string_view text, std::int64_t width);
/// What str.isdecimal, str.isdigit and str.isnumeric ask of a character.
[[nodiscard]] bool is_template_decimal(char32_t c) noexcept;
[[nodiscard]] bool is_template_digit(char32_t c) noexcept;
[[nodiscard]] bool is_template_numeric(char32_t c) noexcept;

}  // namespace microflask::detail
