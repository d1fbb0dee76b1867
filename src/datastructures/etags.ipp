// The bodies of etags.hpp.
#include "datastructures/etags.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Returns where the tag ends whose opening quote was just passed: at a quote with a comma or the end behind it, so
/// that quotes and commas inside a tag do no harm; npos where there is no such quote.
MICROFLASK_INLINE std::size_t find_etag_end(std::string_view text, std::size_t from) noexcept {
    for (std::size_t quote = text.find('"', from); quote != std::string_view::npos;
         quote = text.find('"', quote + 1)) {
        std::size_t behind = quote + 1;
        while (behind < text.size() && is_ascii_space(text[behind])) ++behind;
        if (behind == text.size() || text[behind] == ',') return quote;
    }
    return std::string_view::npos;
}

}  // namespace detail

MICROFLASK_INLINE ETags::ETags(std::vector<std::string> strong_etags,
                               std::vector<std::string> weak_etags, bool star_tag)
    : strong_(std::move(strong_etags)), weak_(std::move(weak_etags)), star_tag_(star_tag) {
    if (star_tag_) strong_.clear();
}

MICROFLASK_INLINE ETags ETags::from_header(std::string_view value) {
    ETags etags;
    const std::string_view text = detail::trim(value);
    bool may_be_quoted = true;
    for (std::size_t at = 0; at < text.size();) {
        while (at < text.size() && (text[at] == ',' || detail::is_ascii_space(text[at]))) ++at;
        const bool is_weak = text.substr(at).starts_with("W/") || text.substr(at).starts_with("w/");
        if (is_weak) at += 2;
        if (at >= text.size()) break;
        // Where one tag finds no closing quote, the tags behind it find none either.
        std::size_t end = std::string_view::npos;
        const bool has_quote = text[at] == '"' && may_be_quoted;
        if (has_quote) end = detail::find_etag_end(text, at + 1);
        std::string_view tag;
        if (end != std::string_view::npos) {
            tag = text.substr(at + 1, end - at - 1);
            at = text.find(',', end);
        } else {
            if (has_quote) may_be_quoted = false;
            const std::size_t comma = text.find(',', at);
            tag =
                detail::trim(text.substr(at, comma == std::string_view::npos ? comma : comma - at));
            if (tag == "*") return ETags({}, {}, true);
            at = comma;
        }
        (is_weak ? etags.weak_ : etags.strong_).emplace_back(tag);
    }
    return etags;
}

MICROFLASK_INLINE std::string ETags::to_header() const {
    if (star_tag_) return "*";
    std::string header;
    for (const std::string& etag : strong_) {
        header += header.empty() ? "\"" : ", \"";
        header += etag;
        header += '"';
    }
    for (const std::string& etag : weak_) {
        header += header.empty() ? "W/\"" : ", W/\"";
        header += etag;
        header += '"';
    }
    return header;
}

MICROFLASK_INLINE bool ETags::is_weak(std::string_view etag) const noexcept {
    return std::find(weak_.begin(), weak_.end(), etag) != weak_.end();
}

MICROFLASK_INLINE bool ETags::is_strong(std::string_view etag) const noexcept {
    return std::find(strong_.begin(), strong_.end(), etag) != strong_.end();
}

MICROFLASK_INLINE bool ETags::contains_raw(std::string_view etag) const {
    const auto [tag, is_weak_tag] = unquote_etag(etag);
    return is_weak_tag ? contains_weak(tag) : contains(tag);
}

MICROFLASK_INLINE std::vector<std::string> ETags::as_set(bool include_weak) const {
    std::vector<std::string> etags = strong_;
    if (include_weak) etags.insert(etags.end(), weak_.begin(), weak_.end());
    return etags;
}

MICROFLASK_INLINE std::string quote_etag(std::string_view etag, bool weak) {
    if (etag.find('"') != std::string_view::npos)
        throw ValueError("invalid etag: it must not contain '\"'");
    return detail::concat({weak ? "W/\"" : "\"", etag, "\""});
}

MICROFLASK_INLINE std::pair<std::string, bool> unquote_etag(std::string_view etag) {
    std::string_view tag = detail::trim(etag);
    const bool is_weak = tag.starts_with("W/") || tag.starts_with("w/");
    if (is_weak) tag.remove_prefix(2);
    // Python's slicing takes a lone quote for both.
    if (tag == "\"") return {std::string(), is_weak};
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"')
        tag = tag.substr(1, tag.size() - 2);
    return {std::string(tag), is_weak};
}

MICROFLASK_INLINE ETags parse_etags(std::string_view value) {
    return ETags::from_header(value);
}

}  // namespace microflask
