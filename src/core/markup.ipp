// Bodies of markup.hpp.
#include "core/markup.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <cstdint>
#include <optional>

namespace microflask {

namespace detail {

MICROFLASK_INLINE void append_escaped(std::string& out, std::string_view text) {
    std::size_t done = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::string_view entity;
        switch (text[at]) {
        case '&': entity = "&amp;"; break;
        case '<': entity = "&lt;"; break;
        case '>': entity = "&gt;"; break;
        case '\'': entity = "&#39;"; break;
        case '"': entity = "&#34;"; break;
        default: continue;
        }
        out.append(text, done, at - done);
        out += entity;
        done = at + 1;
    }
    out.append(text, done, text.size() - done);
}

/// Returns the text of an entity's name or number (without "&" and ";"), or nothing for an unknown one.
MICROFLASK_INLINE std::optional<std::string> entity_text(std::string_view name) {
    if (name == "amp") return "&";
    if (name == "lt") return "<";
    if (name == "gt") return ">";
    if (name == "quot") return "\"";
    if (name == "apos") return "'";
    if (name == "nbsp") return "\xC2\xA0";
    if (name.size() < 2 || name[0] != '#') return std::nullopt;
    const bool is_hex = name[1] == 'x' || name[1] == 'X';
    const std::optional<std::uint64_t> code =
        is_hex ? parse_hex(name.substr(2)) : parse_unsigned(name.substr(1), 0x10FFFF);
    if (!code || *code > 0x10FFFF) return std::nullopt;
    std::string text;
    append_utf8(text, static_cast<char32_t>(*code));
    return text;
}

}  // namespace detail

MICROFLASK_INLINE Markup& Markup::operator+=(std::string_view other) {
    detail::append_escaped(text_, other);
    return *this;
}

MICROFLASK_INLINE Markup escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    detail::append_escaped(out, text);
    return Markup(std::move(out));
}

MICROFLASK_INLINE std::string Markup::unescape() const {
    constexpr std::size_t longest_entity = 12;
    std::string out;
    out.reserve(text_.size());
    for (std::size_t at = 0; at < text_.size();) {
        if (text_[at] == '&') {
            const std::size_t end = text_.find(';', at);
            if (end != std::string::npos && end - at <= longest_entity) {
                const std::string_view name = std::string_view(text_).substr(at + 1, end - at - 1);
                if (const std::optional<std::string> text = detail::entity_text(name)) {
                    out += *text;
                    at = end + 1;
                    continue;
                }
            }
        }
        out += text_[at++];
    }
    return out;
}

MICROFLASK_INLINE std::string Markup::striptags() const {
    std::string without_comments = text_;
    for (std::size_t start = 0;
         (start = without_comments.find("<!--", start)) != std::string::npos;) {
        const std::size_t end = without_comments.find("-->", start);
        if (end == std::string::npos) break;
        without_comments.erase(start, end + 3 - start);
    }
    std::string merged;
    for (std::size_t at = 0; at < without_comments.size();) {
        if (without_comments[at] == '<') {
            const std::size_t end = without_comments.find('>', at);
            if (end != std::string::npos) {
                at = end + 1;
                continue;
            }
        }
        if (detail::is_ascii_space(without_comments[at])) {
            if (!merged.empty() && merged.back() != ' ') merged += ' ';
        } else {
            merged += without_comments[at];
        }
        ++at;
    }
    return Markup(std::string(detail::trim(merged))).unescape();
}

}  // namespace microflask
