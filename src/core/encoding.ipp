// Base64, its URL-safe form, and hexadecimal: the bodies.
#include "core/encoding.hpp"

#include "core/text.hpp"

#include <cstddef>
#include <cstdint>

namespace microflask::detail {

MICROFLASK_INLINE std::string base64_write(std::string_view bytes, std::string_view last_two,
                                           bool padding) {
    const auto digit = [&](std::uint32_t value) {
        value &= 63;
        if (value < 26) return static_cast<char>('A' + value);
        if (value < 52) return static_cast<char>('a' + (value - 26));
        if (value < 62) return static_cast<char>('0' + (value - 52));
        return last_two[value - 62];
    };
    const auto byte = [&](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(bytes[i])};
    };
    std::string result;
    result.reserve((bytes.size() + 2) / 3 * 4);
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
        result += digit(group >> 18);
        result += digit(group >> 12);
        result += digit(group >> 6);
        result += digit(group);
    }
    const std::size_t rest = bytes.size() - i;
    if (rest > 0) {
        const std::uint32_t group = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
        result += digit(group >> 18);
        result += digit(group >> 12);
        if (rest == 2) result += digit(group >> 6);
        if (padding) result.append(3 - rest, '=');
    }
    return result;
}

/// Returns the value of a base64 digit, or -1. The URL-safe digits count where they are asked for.
MICROFLASK_INLINE int base64_digit_value(char c, bool url_safe) noexcept {
    if (is_ascii_upper(c)) return c - 'A';
    if (is_ascii_lower(c)) return c - 'a' + 26;
    if (is_ascii_digit(c)) return c - '0' + 52;
    if (c == '+' || (url_safe && c == '-')) return 62;
    if (c == '/' || (url_safe && c == '_')) return 63;
    return -1;
}

/// Reads base64 as CPython's `binascii.a2b_base64`, with `added_padding` more '=' at the end.
MICROFLASK_INLINE std::optional<std::string> base64_read_lenient(std::string_view text,
                                                                 std::size_t added_padding,
                                                                 bool url_safe) {
    std::string result;
    result.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t group = 0;
    std::size_t position = 0;  // within a group of four digits
    std::size_t pads = 0;
    for (std::size_t i = 0; i < text.size() + added_padding; ++i) {
        const char c = i < text.size() ? text[i] : '=';
        if (c == '=') {
            if (position >= 2 && position + ++pads >= 4) return result;
            continue;
        }
        const int value = base64_digit_value(c, url_safe);
        if (value < 0) continue;
        pads = 0;
        group = (group << 6 | static_cast<std::uint32_t>(value)) & 0xFFFFFF;
        if (position == 1) result += static_cast<char>(group >> 4 & 0xFF);
        if (position == 2) result += static_cast<char>(group >> 2 & 0xFF);
        if (position == 3) result += static_cast<char>(group & 0xFF);
        position = (position + 1) & 3;
    }
    if (position != 0) return std::nullopt;
    return result;
}

MICROFLASK_INLINE std::string base64_encode(std::string_view bytes) {
    return base64_write(bytes, "+/", true);
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
    return base64_write(bytes, "-_", false);
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
