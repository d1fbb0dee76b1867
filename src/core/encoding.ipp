// Base64, its URL-safe form, and hexadecimal: the bodies.
#include "core/encoding.hpp"

#include "core/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace microflask::detail {

inline constexpr const char* base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr const char* base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Appends bytes in base64, without padding.
MICROFLASK_INLINE void base64_append(std::string& text, std::string_view bytes,
                                     const char* digits) {
    const std::size_t start = text.size();
    text.resize(start + (bytes.size() * 4 + 2) / 3);
    char* to = text.data() + start;
    const auto byte = [&](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[i])};
    };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        *to++ = digits[group >> 6 & 63];
        *to++ = digits[group & 63];
    }
    const std::size_t rest = bytes.size() - i;
    if (rest > 0) {
        const std::uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
        *to++ = digits[group >> 18];
        *to++ = digits[group >> 12 & 63];
        if (rest == 2) *to = digits[group >> 6 & 63];
    }
}

/// The values of base64 digits, -1 for all other bytes.
using Base64Values = std::array<signed char, 256>;
inline constexpr Base64Values base64_values = [] {
    Base64Values values{};
    for (signed char& value : values) value = -1;
    for (std::size_t i = 0; i < 64; ++i)
        values[static_cast<unsigned char>(base64_digits[i])] = static_cast<signed char>(i);
    return values;
}();
/// Those of both alphabets.
inline constexpr Base64Values base64url_values = [] {
    Base64Values values = base64_values;
    values['-'] = 62;
    values['_'] = 63;
    return values;
}();

/// Reads base64 as CPython's `binascii.a2b_base64`, with `added_padding` more '=' at the end.
MICROFLASK_INLINE std::optional<std::string> base64_read_lenient(std::string_view text,
                                                                 std::size_t added_padding,
                                                                 const Base64Values& values) {
    const auto value_at = [&](std::size_t i) -> int {
        return values[static_cast<unsigned char>(text[i])];
    };
    std::string result(text.size() / 4 * 3 + 3, '\0');
    char* to = result.data();
    std::size_t i = 0;
    // Four digits at once, up to the first that is none: from there on, one at a time.
    for (; i + 4 <= text.size(); i += 4) {
        const int first = value_at(i), second = value_at(i + 1);
        const int third = value_at(i + 2), fourth = value_at(i + 3);
        if ((first | second | third | fourth) < 0) break;
        *to++ = static_cast<char>(static_cast<unsigned char>(first << 2 | second >> 4));
        *to++ = static_cast<char>(static_cast<unsigned char>((second & 15) << 4 | third >> 2));
        *to++ = static_cast<char>(static_cast<unsigned char>((third & 3) << 6 | fourth));
    }
    std::uint32_t group = 0;
    std::size_t position = 0;  // within a group of four digits
    std::size_t pads = 0;
    const auto finish = [&] {
        result.resize(static_cast<std::size_t>(to - result.data()));
        return std::move(result);
    };
    for (; i < text.size() + added_padding; ++i) {
        const int value = i < text.size() ? value_at(i) : -1;
        if (value < 0) {
            const bool is_pad = i >= text.size() || text[i] == '=';
            if (is_pad && position >= 2 && position + ++pads >= 4) return finish();
            continue;
        }
        pads = 0;
        group = (group << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
        if (position == 1) *to++ = static_cast<char>(group >> 4 & 0xFF);
        if (position == 2) *to++ = static_cast<char>(group >> 2 & 0xFF);
        if (position == 3) *to++ = static_cast<char>(group & 0xFF);
        position = (position + 1) & 3;
    }
    if (position != 0) return std::nullopt;
    return finish();
}

MICROFLASK_INLINE std::string base64_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    base64_append(text, bytes, base64_digits);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

MICROFLASK_INLINE std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string_view digits = text;
    for (int i = 0; i < 2 && !digits.empty() && digits.back() == '='; ++i) digits.remove_suffix(1);
    for (const char c : digits) {
        if (base64_values[static_cast<unsigned char>(c)] < 0) return std::nullopt;
    }
    return base64_read_lenient(text, 0, base64_values);
}

MICROFLASK_INLINE std::optional<std::string> base64_decode_lenient(std::string_view text) {
    return base64_read_lenient(text, 0, base64_values);
}

MICROFLASK_INLINE std::string base64url_encode(std::string_view bytes) {
    std::string text;
    append_base64url(text, bytes);
    return text;
}

MICROFLASK_INLINE void append_base64url(std::string& text, std::string_view bytes) {
    base64_append(text, bytes, base64url_digits);
}

MICROFLASK_INLINE std::optional<std::string> base64url_decode(std::string_view text) {
    return base64_read_lenient(text, (4 - text.size() % 4) % 4, base64url_values);
}

MICROFLASK_INLINE std::string hex_encode(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        result += "0123456789abcdef"[byte >> 4];
        result += "0123456789abcdef"[byte & 15];
    }
    return result;
}

MICROFLASK_INLINE std::optional<std::string> hex_decode(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string result;
    result.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit_value(text[i]);
        const int low = hex_digit_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        result += static_cast<char>(high << 4 | low);
    }
    return result;
}

}  // namespace microflask::detail
