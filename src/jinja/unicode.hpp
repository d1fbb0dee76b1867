// Case, letters and white space beyond ASCII, as Python's str knows them: for Latin, Greek, Cyrillic and
// Armenian letters; of other scripts only that their letters are letters.
#pragma once

#include <string>
#include <string_view>

namespace microflask::detail {

[[nodiscard]] char32_t unicode_upper(char32_t c) noexcept;
[[nodiscard]] char32_t unicode_lower(char32_t c) noexcept;
[[nodiscard]] bool is_unicode_upper(char32_t c) noexcept;
[[nodiscard]] bool is_unicode_lower(char32_t c) noexcept;
[[nodiscard]] bool is_unicode_alpha(char32_t c) noexcept;
[[nodiscard]] bool is_unicode_space(char32_t c) noexcept;
/// Whether repr() writes it as it is.
[[nodiscard]] bool is_unicode_printable(char32_t c) noexcept;

/// Appends a character in upper case ("SS" for a sharp s).
void append_unicode_upper(std::string& out, char32_t c);
[[nodiscard]] std::string unicode_upper_text(std::string_view text);
[[nodiscard]] std::string unicode_lower_text(std::string_view text);

/// How many bytes the first `count` code points have, or all of them.
[[nodiscard]] std::size_t code_points_size(std::string_view text, std::size_t count) noexcept;

}  // namespace microflask::detail
