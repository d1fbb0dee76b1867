// Bodies of unicode.hpp.
#include "jinja/unicode.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace microflask::detail {

/// Capital letters in a row, or every second one, and how far their small letters are.
struct UnicodeCaseRange {
    std::uint16_t first;
    std::uint16_t last;
    std::uint16_t step;
    std::int16_t to_lower;
};

struct UnicodeRange {
    char32_t first;
    char32_t last;
};

inline constexpr UnicodeCaseRange unicode_case_ranges[] = {
    {0x41, 0x5A, 1, 32},    {0xC0, 0xD6, 1, 32},     {0xD8, 0xDE, 1, 32},   {0x100, 0x12E, 2, 1},
    {0x132, 0x136, 2, 1},   {0x139, 0x147, 2, 1},    {0x14A, 0x176, 2, 1},  {0x178, 0x178, 1, -121},
    {0x179, 0x17D, 2, 1},   {0x1CD, 0x1DB, 2, 1},    {0x1DE, 0x1EE, 2, 1},  {0x1F8, 0x21E, 2, 1},
    {0x222, 0x232, 2, 1},   {0x386, 0x386, 1, 38},   {0x388, 0x38A, 1, 37}, {0x38C, 0x38C, 1, 64},
    {0x38E, 0x38F, 1, 63},  {0x391, 0x3A1, 1, 32},   {0x3A3, 0x3AB, 1, 32}, {0x3D8, 0x3EE, 2, 1},
    {0x400, 0x40F, 1, 80},  {0x410, 0x42F, 1, 32},   {0x460, 0x480, 2, 1},  {0x48A, 0x4BE, 2, 1},
    {0x4C1, 0x4CD, 2, 1},   {0x4D0, 0x52E, 2, 1},    {0x531, 0x556, 1, 48}, {0x1E00, 0x1E94, 2, 1},
    {0x1EA0, 0x1EFE, 2, 1}, {0xFF21, 0xFF3A, 1, 32},
};

inline constexpr UnicodeRange unicode_letters[] = {
    {0xAA, 0xAA},     {0xB5, 0xB5},     {0xBA, 0xBA},       {0xC0, 0xD6},       {0xD8, 0xF6},
    {0xF8, 0x2C1},    {0x2C6, 0x2D1},   {0x2E0, 0x2E4},     {0x370, 0x374},     {0x376, 0x377},
    {0x37A, 0x37D},   {0x37F, 0x37F},   {0x386, 0x386},     {0x388, 0x3F5},     {0x3F7, 0x481},
    {0x48A, 0x52F},   {0x531, 0x556},   {0x560, 0x588},     {0x5D0, 0x5F2},     {0x620, 0x64A},
    {0x671, 0x6D3},   {0x904, 0x939},   {0xE01, 0xE30},     {0x10A0, 0x10FF},   {0x1100, 0x11FF},
    {0x1E00, 0x1FFC}, {0x3041, 0x3096}, {0x30A1, 0x30FA},   {0x3105, 0x312F},   {0x3131, 0x318E},
    {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xA000, 0xA48C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAD9},
    {0xFF21, 0xFF3A}, {0xFF41, 0xFF5A}, {0x20000, 0x2A6DF}, {0x2A700, 0x2FA1D}, {0x30000, 0x3134A},
};

inline constexpr UnicodeRange unicode_unprintable[] = {
    {0, 31},          {127, 160},       {173, 173},       {0x378, 0x379},     {0x1680, 0x1680},
    {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000},   {0xD800, 0xF8FF},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF}};

inline constexpr UnicodeRange unicode_spaces[] = {
    {9, 13},          {28, 32},         {133, 133},       {160, 160},       {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};

template <std::size_t Count>
constexpr bool is_in_unicode_ranges(const UnicodeRange (&ranges)[Count], char32_t c) noexcept {
    for (const UnicodeRange& range : ranges) {
        if (c <= range.last) return c >= range.first;
    }
    return false;
}

MICROFLASK_INLINE char32_t unicode_lower(char32_t c) noexcept {
    if (c < 0x80) return static_cast<unsigned char>(ascii_lower(static_cast<char>(c)));
    for (const UnicodeCaseRange& range : unicode_case_ranges) {
        if (c > range.last || c < range.first) continue;
        if ((c - range.first) % range.step == 0)
            return static_cast<char32_t>(static_cast<std::int32_t>(c) + range.to_lower);
    }
    return c;
}

MICROFLASK_INLINE char32_t unicode_upper(char32_t c) noexcept {
    if (c < 0x80) return static_cast<unsigned char>(ascii_upper(static_cast<char>(c)));
    if (c == 0xB5) return 0x39C;
    if (c == 0x131) return 'I';
    if (c == 0x17F) return 'S';
    if (c == 0x3C2) return 0x3A3;
    for (const UnicodeCaseRange& range : unicode_case_ranges) {
        const auto upper = static_cast<char32_t>(static_cast<std::int32_t>(c) - range.to_lower);
        if (upper > range.last || upper < range.first) continue;
        if ((upper - range.first) % range.step == 0) return upper;
    }
    return c;
}

MICROFLASK_INLINE bool is_unicode_upper(char32_t c) noexcept {
    return unicode_lower(c) != c;
}

MICROFLASK_INLINE bool is_unicode_lower(char32_t c) noexcept {
    return c == 0xDF || c == 0xAA || c == 0xBA || c == 0x138 || c == 0x149 || unicode_upper(c) != c;
}

MICROFLASK_INLINE bool is_unicode_alpha(char32_t c) noexcept {
    if (c < 0x80) return is_ascii_alpha(static_cast<char>(c));
    return is_in_unicode_ranges(unicode_letters, c);
}

MICROFLASK_INLINE bool is_unicode_space(char32_t c) noexcept {
    return is_in_unicode_ranges(unicode_spaces, c);
}

MICROFLASK_INLINE bool is_unicode_printable(char32_t c) noexcept {
    return !is_in_unicode_ranges(unicode_unprintable, c);
}

MICROFLASK_INLINE void append_unicode_upper(std::string& out, char32_t c) {
    if (c == 0xDF)
        out += "SS";
    else
        append_utf8(out, unicode_upper(c));
}

MICROFLASK_INLINE std::string unicode_upper_text(std::string_view text) {
    const std::size_t ascii = ascii_prefix_size(text);
    std::string out = to_upper(text.substr(0, ascii));
    for (text.remove_prefix(ascii); !text.empty();)
        append_unicode_upper(out, next_code_point(text));
    return out;
}

MICROFLASK_INLINE std::string unicode_lower_text(std::string_view text) {
    const std::size_t ascii = ascii_prefix_size(text);
    std::string out = to_lower(text.substr(0, ascii));
    char32_t before = ascii > 0 ? static_cast<unsigned char>(text[ascii - 1]) : ' ';
    for (text.remove_prefix(ascii); !text.empty();) {
        const char32_t c = next_code_point(text);
        std::string_view rest = text;
        const bool is_final = c == 0x3A3 && is_unicode_alpha(before) &&
                              (rest.empty() || !is_unicode_alpha(next_code_point(rest)));
        if (c == 0x130)
            out += "i\xCC\x87";
        else
            append_utf8(out, is_final ? 0x3C2 : unicode_lower(c));
        before = c;
    }
    return out;
}

MICROFLASK_INLINE std::size_t code_points_size(std::string_view text, std::size_t count) noexcept {
    for (std::string_view rest = text;; --count) {
        const std::size_t plain = ascii_prefix_size(rest.substr(0, count));
        rest.remove_prefix(plain);
        count -= plain;
        if (count == 0 || rest.empty()) return text.size() - rest.size();
        rest.remove_prefix(decode_utf8(rest).size);
    }
}

}  // namespace microflask::detail
