// Bodies of text_tools.hpp.
#include "jinja/text_tools.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/boxes.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/unicode.hpp"

namespace microflask::detail {

MICROFLASK_INLINE std::string template_replace_text(std::string_view text, std::string_view from,
                                                    std::string_view to, std::int64_t count) {
    std::string out;
    const auto check_size = [&out] { template_check_text_size(out.size()); };
    if (from.empty()) {
        while (count != 0 || !text.empty()) {
            if (count != 0) {
                out += to;
                if (count > 0) --count;
            }
            if (text.empty()) break;
            const std::size_t size = count == 0 ? text.size() : decode_utf8(text).size;
            out += text.substr(0, size);
            text.remove_prefix(size);
            check_size();
        }
        return out;
    }
    while (count != 0) {
        const std::size_t found = text.find(from);
        if (found == std::string_view::npos) break;
        out += text.substr(0, found);
        out += to;
        text.remove_prefix(found + from.size());
        if (count > 0) --count;
        check_size();
    }
    return out.append(text);
}

MICROFLASK_INLINE std::string template_capitalize_text(std::string_view text) {
    const std::size_t first = text.empty() ? 0 : decode_utf8(text).size;
    std::string out;
    if (text.substr(0, first) == "\xC3\x9F")
        out = "Ss";
    else
        out = unicode_upper_text(text.substr(0, first));
    return out += unicode_lower_text(text.substr(first));
}

MICROFLASK_INLINE std::string_view template_last_code_point(std::string_view text) noexcept {
    std::size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return text.substr(at);
}

MICROFLASK_INLINE std::string_view template_strip_space(std::string_view text, bool left,
                                                        bool right) {
    while (left && !text.empty()) {
        std::string_view rest = text;
        if (!is_unicode_space(next_code_point(rest))) break;
        text = rest;
    }
    while (right && !text.empty()) {
        const std::string_view last = template_last_code_point(text);
        std::string_view rest = last;
        if (!is_unicode_space(next_code_point(rest))) break;
        text.remove_suffix(last.size());
    }
    return text;
}

MICROFLASK_INLINE std::string_view template_strip(std::string_view text,
                                                  std::string_view characters, bool left,
                                                  bool right) {
    while (left && !text.empty()) {
        const std::size_t size = decode_utf8(text).size;
        if (characters.find(text.substr(0, size)) == std::string_view::npos) break;
        text.remove_prefix(size);
    }
    while (right && !text.empty()) {
        const std::string_view last = template_last_code_point(text);
        if (characters.find(last) == std::string_view::npos) break;
        text.remove_suffix(last.size());
    }
    return text;
}

MICROFLASK_INLINE List<std::string_view> template_split_space(std::string_view text,
                                                              std::size_t limit) {
    List<std::string_view> words;
    for (;;) {
        text = template_strip_space(text, true, false);
        if (text.empty()) return words;
        if (words.size() >= limit) break;
        std::string_view rest = text;
        std::size_t size = text.size();
        while (!rest.empty()) {
            const std::size_t before = text.size() - rest.size();
            if (is_unicode_space(next_code_point(rest))) {
                size = before;
                break;
            }
        }
        words.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    words.push_back(text);
    return words;
}

MICROFLASK_INLINE List<std::string_view> template_split_lines(std::string_view text,
                                                              bool keep_ends) {
    List<std::string_view> lines;
    while (!text.empty()) {
        std::string_view rest = text;
        std::size_t size = text.size();
        while (!rest.empty()) {
            const std::size_t before = text.size() - rest.size();
            const char32_t c = next_code_point(rest);
            if ((c >= 0x0A && c <= 0x0D) || (c >= 0x1C && c <= 0x1E) || c == 0x85 || c == 0x2028 ||
                c == 0x2029) {
                size = before;
                if (c == '\r' && !rest.empty() && rest[0] == '\n') rest.remove_prefix(1);
                break;
            }
        }
        const std::size_t end = text.size() - rest.size();
        lines.push_back(text.substr(0, keep_ends ? end : size));
        text = rest;
    }
    return lines;
}

MICROFLASK_INLINE std::string template_center_text(std::string_view text, std::size_t width,
                                                   std::string_view fill) {
    const std::size_t size = count_code_points(text);
    const std::size_t padding = width > size ? width - size : 0;
    const std::size_t left = padding / 2 + (padding & width & 1);
    std::string out;
    for (std::size_t i = 0; i < left; ++i) out += fill;
    out += text;
    for (std::size_t i = left; i < padding; ++i) out += fill;
    return out;
}

MICROFLASK_INLINE std::string template_title_text(std::string_view text) {
    std::string out;
    bool is_inside = false;
    while (!text.empty()) {
        const char32_t c = next_code_point(text);
        if (is_inside)
            append_utf8(out, unicode_lower(c));
        else if (c == 0xDF)
            out += "Ss";
        else
            append_utf8(out, unicode_upper(c));
        is_inside = is_unicode_upper(c) || is_unicode_lower(c);
    }
    return out;
}

MICROFLASK_INLINE std::string template_swap_case(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const char32_t c = next_code_point(text);
        if (is_unicode_upper(c))
            append_utf8(out, unicode_lower(c));
        else
            append_unicode_upper(out, c);
    }
    return out;
}

MICROFLASK_INLINE std::string template_expand_tabs(std::string_view text, std::int64_t size) {
    constexpr std::int64_t limit = 10'000;
    if (size > limit) throw TemplateRuntimeError("OverflowError", "new string is too long");
    std::string out;
    std::int64_t column = 0;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = decode_utf8(rest).size;
        const char c = rest[0];
        if (c == '\t') {
            const std::int64_t spaces = size > 0 ? size - column % size : 0;
            out.append(static_cast<std::size_t>(spaces), ' ');
            column += spaces;
        } else {
            out += rest.substr(0, length);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
        template_check_text_size(out.size());
        rest.remove_prefix(length);
    }
    return out;
}

MICROFLASK_INLINE std::string template_zero_fill(std::string_view text, std::int64_t width) {
    const auto size = static_cast<std::int64_t>(count_code_points(text));
    template_check_text_size(static_cast<std::uint64_t>((std::max)(width, std::int64_t{0})));
    std::string out;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        out += text[0];
        text.remove_prefix(1);
    }
    if (width > size) out.append(static_cast<std::size_t>(width - size), '0');
    return out.append(text);
}

MICROFLASK_INLINE bool is_template_decimal(char32_t c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0xFF10 && c <= 0xFF19);
}

MICROFLASK_INLINE bool is_template_digit(char32_t c) noexcept {
    return is_template_decimal(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070 ||
           (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089) ||
           (c >= 0x2460 && c <= 0x2468);
}

MICROFLASK_INLINE bool is_template_numeric(char32_t c) noexcept {
    return is_template_digit(c) || (c >= 0xBC && c <= 0xBE) || (c >= 0x2150 && c <= 0x218B) ||
           (c >= 0x2469 && c <= 0x249B);
}

}  // namespace microflask::detail
