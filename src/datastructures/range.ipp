// The bodies of range.hpp.
#include "datastructures/range.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "datastructures/etags.hpp"
#include "http/dates.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// The largest position; what a client writes above it is behind every end anyway.
inline constexpr std::uint64_t last_range_position = INT64_MAX - 1;

/// Reads a position: digits only; nothing where it is none.
MICROFLASK_INLINE std::optional<std::uint64_t> parse_range_position(std::string_view text) {
    const std::string_view digits = trim(text);
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_ascii_digit))
        return std::nullopt;
    return parse_unsigned(digits, last_range_position).value_or(last_range_position);
}

/// Reads one part of a Range field; nothing where it is malformed.
MICROFLASK_INLINE std::optional<Range::Part> parse_range_part(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const std::string_view last_text = trim(text.substr(dash + 1));
    if (dash == 0) {
        if (text.size() > 1 && is_ascii_space(text[1])) return std::nullopt;
        const auto count = parse_range_position(last_text);
        if (!count) return std::nullopt;
        return Range::Part(-static_cast<std::int64_t>(*count), std::nullopt);
    }
    const auto first = parse_range_position(text.substr(0, dash));
    if (!first) return std::nullopt;
    const auto begin = static_cast<std::int64_t>(*first);
    if (last_text.empty()) return Range::Part(begin, std::nullopt);
    const auto last = parse_range_position(last_text);
    if (!last || *last < *first) return std::nullopt;
    return Range::Part(begin, static_cast<std::int64_t>(*last) + 1);
}

/// Whether a range can be part of a whole of that length.
MICROFLASK_INLINE bool is_content_range_valid(ContentRange::Position start,
                                              ContentRange::Position stop,
                                              ContentRange::Position length) noexcept {
    if (start.has_value() != stop.has_value()) return false;
    if (!start) return true;
    return *start < *stop && (!length || *start < *length);
}

MICROFLASK_INLINE void append_content_range(std::string& header, std::uint64_t start,
                                            std::uint64_t stop) {
    append_unsigned(header, start);
    header += '-';
    append_unsigned(header, stop - 1);
}

}  // namespace detail

MICROFLASK_INLINE ContentRange::ContentRange(std::string_view units, Position start, Position stop,
                                             Position length) {
    set(start, stop, length, units);
}

MICROFLASK_INLINE std::optional<ContentRange> ContentRange::from_header(std::string_view value) {
    const std::string_view text = detail::trim(value);
    std::size_t space = 0;
    while (space < text.size() && !detail::is_ascii_space(text[space])) ++space;
    const std::string_view definition = detail::trim(text.substr(space));
    const std::size_t slash = definition.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::string_view part = definition.substr(0, slash);
    Position length;
    if (definition.substr(slash + 1) != "*") {
        length = detail::parse_range_position(definition.substr(slash + 1));
        if (!length) return std::nullopt;
    }
    ContentRange range;
    range.units_ = std::string(text.substr(0, space));
    range.length_ = length;
    if (part == "*") return range;
    const std::size_t dash = part.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    range.start_ = detail::parse_range_position(part.substr(0, dash));
    range.stop_ = detail::parse_range_position(part.substr(dash + 1));
    if (!range.start_ || !range.stop_) return std::nullopt;
    ++*range.stop_;
    if (!detail::is_content_range_valid(range.start_, range.stop_, length)) return std::nullopt;
    return range;
}

MICROFLASK_INLINE std::string ContentRange::to_header() const {
    if (!units_) return {};
    std::string header = *units_ + ' ';
    if (start_) {
        detail::append_content_range(header, *start_, *stop_);
    } else {
        header += '*';
    }
    header += '/';
    if (length_) {
        detail::append_unsigned(header, *length_);
    } else {
        header += '*';
    }
    return header;
}

MICROFLASK_INLINE void ContentRange::set(Position start, Position stop, Position length,
                                         std::string_view units) {
    if (!detail::is_content_range_valid(start, stop, length)) {
        throw ValueError(
            "a content range must begin before it ends, and before the end of the whole");
    }
    units_ = std::string(units);
    start_ = start;
    stop_ = stop;
    length_ = length;
}

MICROFLASK_INLINE void ContentRange::unset() noexcept {
    units_.reset();
    start_.reset();
    stop_.reset();
    length_.reset();
}

MICROFLASK_INLINE Range::Range(std::string_view units, std::vector<Part> ranges)
    : units_(units), ranges_(std::move(ranges)) {
    for (const auto& [begin, end] : ranges_) {
        if (!end || (begin >= 0 && begin < *end)) continue;
        throw ValueError(detail::concat({"(", std::to_string(begin), ", ", std::to_string(*end),
                                         ") is not a valid range: it must begin before it ends"}));
    }
}

MICROFLASK_INLINE std::optional<Range> Range::from_header(std::string_view value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::vector<Part> parts;
    std::int64_t last_end =
        0;  // below 0 behind a part that goes to the body's end: nothing may follow
    for (const std::string_view piece : detail::split(value.substr(equals + 1), ',')) {
        const auto part = detail::parse_range_part(detail::trim(piece));
        if (!part || last_end < 0) return std::nullopt;
        if (part->first >= 0 && part->first < last_end) return std::nullopt;
        last_end = part->second.value_or(-1);
        parts.push_back(*part);
    }
    return Range(detail::to_lower(detail::trim(value.substr(0, equals))), std::move(parts));
}

MICROFLASK_INLINE std::string Range::to_header() const {
    std::string header = units_;
    char separator = '=';
    for (const auto& [begin, end] : ranges_) {
        header += separator;
        separator = ',';
        if (end) {
            detail::append_content_range(header, static_cast<std::uint64_t>(begin),
                                         static_cast<std::uint64_t>(*end));
        } else {
            detail::append_signed(header, begin);
            if (begin >= 0) header += '-';
        }
    }
    if (ranges_.empty()) header += separator;
    return header;
}

MICROFLASK_INLINE std::optional<std::pair<std::uint64_t, std::uint64_t>> Range::range_for_length(
    std::optional<std::uint64_t> length) const {
    if (units_ != "bytes" || !length || ranges_.size() != 1) return std::nullopt;
    const auto& [begin, end] = ranges_.front();
    std::uint64_t start = static_cast<std::uint64_t>(begin);
    if (begin < 0) {
        const std::uint64_t count = static_cast<std::uint64_t>(-(begin + 1)) + 1;
        if (count > *length) return std::nullopt;
        start = *length - count;
    }
    if (start >= *length) return std::nullopt;
    return std::pair(start, end ? (std::min)(static_cast<std::uint64_t>(*end), *length) : *length);
}

MICROFLASK_INLINE std::optional<ContentRange> Range::make_content_range(
    std::optional<std::uint64_t> length) const {
    const auto part = range_for_length(length);
    if (!part) return std::nullopt;
    return ContentRange(units_, part->first, part->second, length);
}

MICROFLASK_INLINE std::optional<std::string> Range::to_content_range_header(
    std::optional<std::uint64_t> length) const {
    const auto range = make_content_range(length);
    return range ? std::optional<std::string>(range->to_header()) : std::nullopt;
}

MICROFLASK_INLINE IfRange IfRange::from_header(std::string_view value) {
    if (value.empty()) return IfRange();
    if (const auto date = parse_date(value)) return IfRange(*date);
    const auto [etag, is_weak] = unquote_etag(value);
    return is_weak ? IfRange() : IfRange(etag);
}

MICROFLASK_INLINE std::string IfRange::to_header() const {
    if (date_) return http_date(*date_);
    return etag_ ? detail::concat({"\"", *etag_, "\""}) : std::string();
}

MICROFLASK_INLINE std::optional<Range> parse_range_header(std::string_view value) {
    return Range::from_header(value);
}

MICROFLASK_INLINE std::optional<ContentRange> parse_content_range_header(std::string_view value) {
    return ContentRange::from_header(value);
}

MICROFLASK_INLINE IfRange parse_if_range_header(std::string_view value) {
    return IfRange::from_header(value);
}

}  // namespace microflask
