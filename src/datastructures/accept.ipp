// The bodies of accept.hpp.
#include "datastructures/accept.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/list.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "http/field_values.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Reads a quality: digits, and a point between digits; nothing where it is not from 0 to 1.
MICROFLASK_INLINE std::optional<double> parse_quality(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || !is_ascii_digit(digits.front()) || !is_ascii_digit(digits.back()))
        return std::nullopt;
    if (digits.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
    const auto quality = parse_double(digits);
    const bool is_negative = digits.size() != text.size();
    if (!quality || *quality > 1 || (is_negative && *quality > 0)) return std::nullopt;
    return quality;
}

/// Reads the items of an Accept field; other parameters than `q` stay part of the value.
MICROFLASK_INLINE Accept::Items parse_accept_items(std::string_view header) {
    Accept::Items items;
    if (header.empty()) return items;
    for (const auto& text : parse_list_header(header)) {
        const auto parsed = parse_options_header(text);
        std::optional<double> quality = 1.0;
        std::string value = parsed.first;
        for (const auto& [key, parameter] : parsed.second) {
            if (key == "q") {
                quality = parse_quality(trim(parameter));
                continue;
            }
            value += "; ";
            value += key;
            value += '=';
            value += quote_header_value(parameter);
        }
        if (quality) items.emplace_back(std::move(value), *quality);
    }
    return items;
}

/// Splits a media type at "/" and ";", and the space around the latter: type, subtype, parameters.
MICROFLASK_INLINE std::vector<std::string_view> split_media_type(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find_first_of("/;");
        std::string_view part = text.substr(0, end);
        const bool at_semicolon = end != std::string_view::npos && text[end] == ';';
        while (at_semicolon && !part.empty() && is_ascii_space(part.back())) part.remove_suffix(1);
        parts.push_back(part);
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
        while (at_semicolon && !text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    }
}

/// Whether two media types have the same parameters, in any order.
MICROFLASK_INLINE bool same_media_parameters(const std::vector<std::string_view>& left,
                                             const std::vector<std::string_view>& right) {
    if (left.size() != right.size()) return false;
    if (left.size() == 2) return true;
    std::vector<std::string> sorted[2];
    for (std::size_t i = 2; i < left.size(); ++i) {
        sorted[0].push_back(to_lower(left[i]));
        sorted[1].push_back(to_lower(right[i]));
    }
    sort_texts(sorted[0]);
    sort_texts(sorted[1]);
    return sorted[0] == sorted[1];
}

/// Whether a media type of ours matches one that the client accepts.
MICROFLASK_INLINE bool media_type_matches(std::string_view value, std::string_view item) {
    // What the client sends matches nothing if it is no media type; the programmer is told.
    if (item.find('/') == std::string_view::npos) return false;
    const std::vector<std::string_view> ours = split_media_type(value);
    if (value.find('/') == std::string_view::npos || (ours[0] == "*" && ours[1] != "*")) {
        throw ValueError(concat({"invalid mimetype '", value, "': write 'type/subtype'"}));
    }
    const std::vector<std::string_view> theirs = split_media_type(item);
    if (theirs.size() < 2) return false;
    if (theirs[0] == "*" || ours[0] == "*") return theirs[0] != "*" || theirs[1] == "*";
    if (!equals_ignoring_case(ours[0], theirs[0])) return false;
    if (theirs[1] == "*" || ours[1] == "*") return true;
    return equals_ignoring_case(ours[1], theirs[1]) && same_media_parameters(ours, theirs);
}

/// Whether two language tags are the same but for case and "_" instead of "-".
MICROFLASK_INLINE bool same_language(std::string_view left, std::string_view right) noexcept {
    const auto same = [](char a, char b) {
        return ascii_lower(a == '_' ? '-' : a) == ascii_lower(b == '_' ? '-' : b);
    };
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), same);
}

/// Returns the language of a tag, without country and script.
MICROFLASK_INLINE std::string_view primary_language(std::string_view tag) noexcept {
    return tag.substr(0, tag.find_first_of("-_"));
}

/// Returns one name for all that a charset has.
MICROFLASK_INLINE std::string charset_name(std::string_view charset) {
    std::string name;
    for (const char c : charset) {
        if (c != '-' && c != '_' && c != ' ') name += ascii_lower(c);
    }
    if (name == "u8" || name == "utf") return "utf8";
    if (name == "latin1" || name == "latin" || name == "l1" || name == "cp819") return "iso88591";
    if (name == "usascii" || name == "646") return "ascii";
    return name;
}

}  // namespace detail

MICROFLASK_INLINE Accept::Accept(Items items, Kind kind) : kind_(kind) {
    struct Ranked {
        std::string specificity;
        Item item;
    };
    detail::List<Ranked> ranked;
    ranked.reserve(items.size());
    for (Item& item : items) {
        std::string how_specific = specificity(item.first, kind);
        ranked.push_back({std::move(how_specific), std::move(item)});
    }
    detail::sort_items(ranked, [](const Ranked& left, const Ranked& right) {
        if (const int order = left.specificity.compare(right.specificity); order != 0)
            return order > 0;
        return left.item.second > right.item.second;
    });
    items_.reserve(ranked.size());
    for (Ranked& entry : ranked) items_.push_back(std::move(entry.item));
}

MICROFLASK_INLINE std::string Accept::specificity(std::string_view item, Kind kind) {
    if (kind != Kind::mime) return item == "*" ? "0" : "1";
    std::string parts;
    for (const std::string_view part : detail::split_media_type(item))
        parts += part == "*" ? '0' : '1';
    return parts;
}

MICROFLASK_INLINE bool Accept::matches(std::string_view value, std::string_view item) const {
    if (kind_ == Kind::mime) return detail::media_type_matches(value, item);
    if (item == "*") return true;
    if (kind_ == Kind::language) return detail::same_language(value, item);
    if (kind_ == Kind::charset) return detail::charset_name(value) == detail::charset_name(item);
    return detail::equals_ignoring_case(value, item);
}

MICROFLASK_INLINE Accept Accept::from_header(std::string_view value) {
    return Accept(detail::parse_accept_items(value));
}

MICROFLASK_INLINE MIMEAccept MIMEAccept::from_header(std::string_view value) {
    return MIMEAccept(detail::parse_accept_items(value));
}

MICROFLASK_INLINE LanguageAccept LanguageAccept::from_header(std::string_view value) {
    return LanguageAccept(detail::parse_accept_items(value));
}

MICROFLASK_INLINE CharsetAccept CharsetAccept::from_header(std::string_view value) {
    return CharsetAccept(detail::parse_accept_items(value));
}

MICROFLASK_INLINE std::string Accept::to_header() const {
    std::string header;
    for (const auto& [value, quality] : items_) {
        if (!header.empty()) header += ',';
        header += value;
        if (quality >= 1) continue;
        header += ";q=";
        header += detail::double_to_text(quality);
    }
    return header;
}

MICROFLASK_INLINE std::optional<std::size_t> Accept::find(std::string_view value) const {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (matches(value, items_[i].first)) return i;
    }
    return std::nullopt;
}

MICROFLASK_INLINE double Accept::quality(std::string_view value) const {
    const auto position = find(value);
    return position ? items_[*position].second : 0;
}

MICROFLASK_INLINE std::size_t Accept::index(std::string_view value) const {
    if (const auto position = find(value)) return *position;
    throw ValueError(std::string(value));
}

MICROFLASK_INLINE std::vector<std::string> Accept::values() const {
    std::vector<std::string> values;
    values.reserve(items_.size());
    for (const Item& item : items_) values.push_back(item.first);
    return values;
}

MICROFLASK_INLINE std::optional<std::string> Accept::best() const {
    return items_.empty() ? std::nullopt : std::optional<std::string>(items_.front().first);
}

MICROFLASK_INLINE std::optional<std::size_t> Accept::best_position(
    const std::vector<std::string_view>& values) const {
    std::optional<std::size_t> best;
    double best_quality = 0;
    std::string best_specificity;
    for (std::size_t i = 0; i < values.size(); ++i) {
        // The items are sorted by how specific they are: the first one that matches counts.
        const auto position = find(values[i]);
        if (!position) continue;
        const auto& [item, quality] = items_[*position];
        if (quality <= 0 || quality < best_quality) continue;
        std::string how_specific = specificity(item, kind_);
        if (quality > best_quality || how_specific > best_specificity) {
            best = i;
            best_quality = quality;
            best_specificity = std::move(how_specific);
        }
    }
    return best;
}

MICROFLASK_INLINE std::optional<std::string> Accept::best_of(
    const std::vector<std::string_view>& values) const {
    if (const auto position = best_position(values)) return std::string(values[*position]);
    if (kind_ != Kind::language) return std::nullopt;
    // A client that accepts "en-US" accepts "en" ...
    Items primary;
    for (const auto& [tag, quality] : items_)
        primary.emplace_back(detail::primary_language(tag), quality);
    if (const auto position = Accept(std::move(primary)).best_position(values))
        return std::string(values[*position]);
    // ... and one that accepts "en" accepts "en-US".
    std::vector<std::string_view> ours;
    for (const std::string_view value : values) ours.push_back(detail::primary_language(value));
    if (const auto position = best_position(ours)) return std::string(values[*position]);
    return std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string> Accept::best_match(
    std::initializer_list<std::string_view> matches) const {
    return best_of(std::vector<std::string_view>(matches));
}

MICROFLASK_INLINE std::optional<std::string> Accept::best_match(
    const std::vector<std::string>& matches) const {
    return best_of(std::vector<std::string_view>(matches.begin(), matches.end()));
}

MICROFLASK_INLINE std::string Accept::best_match(std::initializer_list<std::string_view> matches,
                                                 std::string_view default_value) const {
    return best_match(matches).value_or(std::string(default_value));
}

MICROFLASK_INLINE std::string Accept::best_match(const std::vector<std::string>& matches,
                                                 std::string_view default_value) const {
    return best_match(matches).value_or(std::string(default_value));
}

}  // namespace microflask
