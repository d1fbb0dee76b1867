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

MICROFLASK_INLINE std::string base64_write(std::string_view bytes, const char* digits,
                                           bool padding) {
    std::string result((bytes.size() * 4 + 2) / 3, '\0');
    char* to = result.data();
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
        if (padding) result.append(3 - rest, '=');
    }
    return result;
}

/// The values of the base64 digits, -1 for all other bytes. The URL-safe digits are among them.
inline constexpr std::array<signed char, 256> base64_values = [] {
    std::array<signed char, 256> values{};
    for (signed char& value : values) value = -1;
    for (std::size_t i = 0; i < 64; ++i)
        values[static_cast<unsigned char>(base64_digits[i])] = static_cast<signed char>(i);
    values['-'] = 62;
    values['_'] = 63;
    return values;
}();

/// Returns the value of a base64 digit, or -1. The URL-safe digits count where they are asked for.
MICROFLASK_INLINE int base64_digit_value(char c, bool url_safe) noexcept {
    if (!url_safe && (c == '-' || c == '_')) return -1;
    return base64_values[static_cast<unsigned char>(c)];
}

/// Reads base64 as CPython's `binascii.a2b_base64`, with `added_padding` more '=' at the end.
MICROFLASK_INLINE std::optional<std::string> base64_read_lenient(std::string_view text,
                                                                 std::size_t added_padding,
                                                                 bool url_safe) {
    std::string result(text.size() / 4 * 3 + 3, '\0');
    char* to = result.data();
    std::uint32_t group = 0;
    std::size_t position = 0;  // within a group of four digits
    std::size_t pads = 0;
    const auto finish = [&] {
        result.resize(static_cast<std::size_t>(to - result.data()));
        return std::move(result);
    };
    for (std::size_t i = 0; i < text.size() + added_padding; ++i) {
        const char c = i < text.size() ? text[i] : '=';
        const int value = base64_digit_value(c, url_safe);
        if (value < 0) {
            if (c == '=' && position >= 2 && position + ++pads >= 4) return finish();
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
    return base64_write(bytes, base64_digits, true);
}

MICROFLASK_INLINE std::optional<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string_view digits = text;
    for (int i = 0; i < 2 && !digits.empty() && digits.back() == '='; ++i) digits.remove_suffix(1);
    for (const char c : digits) {
        if (base64_digit_value(c, false) < 0) return std::nullopt;
    }
    return base64_read_lenient(text, 0, false);
}

MICROFLASK_INLINE std::optional<std::string> base64_decode_lenient(std::string_view text) {
    return base64_read_lenient(text, 0, false);
}

MICROFLASK_INLINE std::string base64url_encode(std::string_view bytes) {
    return base64_write(bytes, base64url_digits, false);
}

MICROFLASK_INLINE std::optional<std::string> base64url_decode(std::string_view text) {
    return base64_read_lenient(text, (4 - text.size() % 4) % 4, true);
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
