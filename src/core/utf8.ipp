// Validates, mends and walks UTF-8: the bodies.
#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace microflask::detail {

MICROFLASK_INLINE Utf8Sequence decode_utf8(std::string_view bytes) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    if (lead < 0xC2 || lead > 0xF4) return {0xFFFD, 1, false};
    const std::size_t size = lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
    // The second byte is narrower where the sequence would be too long, a surrogate, or beyond
    // U+10FFFF.
    const unsigned char low = lead == 0xE0 ? 0xA0 : (lead == 0xF0 ? 0x90 : 0x80);
    const unsigned char high = lead == 0xED ? 0x9F : (lead == 0xF4 ? 0x8F : 0xBF);
    char32_t code_point = lead & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (i == bytes.size()) return {0xFFFD, i, false};
        const unsigned char next = byte(i);
        if (next < (i == 1 ? low : 0x80) || next > (i == 1 ? high : 0xBF))
            return {0xFFFD, i, false};
        code_point = code_point << 6 | (next & 0x3Fu);
    }
    return {code_point, size, true};
}

MICROFLASK_INLINE std::size_t ascii_prefix_size(std::string_view bytes) noexcept {
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + i, 8);
        if (word & 0x8080808080808080u) break;
    }
    while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
    return i;
}

MICROFLASK_INLINE bool is_valid_utf8(std::string_view bytes) noexcept {
    for (;;) {
        bytes.remove_prefix(ascii_prefix_size(bytes));
        if (bytes.empty()) return true;
        const Utf8Sequence sequence = decode_utf8(bytes);
        if (!sequence.valid) return false;
        bytes.remove_prefix(sequence.size);
    }
}

MICROFLASK_INLINE std::string replace_invalid_utf8(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size());
    while (!bytes.empty()) {
        const Utf8Sequence sequence = decode_utf8(bytes);
        result.append(sequence.valid ? bytes.substr(0, sequence.size)
                                     : std::string_view("\xEF\xBF\xBD"));
        bytes.remove_prefix(sequence.size);
    }
    return result;
}

MICROFLASK_INLINE void append_utf8(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF))
        code_point = 0xFFFD;
    const auto tail = [&](int shift) {
        return static_cast<char>(0x80 | (code_point >> shift & 0x3F));
    };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xC0 | code_point >> 6);
        out += tail(0);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xE0 | code_point >> 12);
        out += tail(6);
        out += tail(0);
    } else {
        out += static_cast<char>(0xF0 | code_point >> 18);
        out += tail(12);
        out += tail(6);
        out += tail(0);
    }
}

MICROFLASK_INLINE char32_t next_code_point(std::string_view& rest) noexcept {
    const Utf8Sequence sequence = decode_utf8(rest);
    rest.remove_prefix(sequence.valid ? sequence.size : 1);
    return sequence.code_point;
}

MICROFLASK_INLINE std::size_t count_code_points(std::string_view text) noexcept {
    for (std::size_t count = 0;; ++count) {
        const std::size_t plain = ascii_prefix_size(text);
        text.remove_prefix(plain);
        count += plain;
        if (text.empty()) return count;
        next_code_point(text);
    }
}

}  // namespace microflask::detail
