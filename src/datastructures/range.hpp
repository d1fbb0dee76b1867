// Range, Content-Range and If-Range (RFC 9110, sections 13.1.5 and 14).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// Which part of a body a response carries (Werkzeug's `ContentRange`). Throws ValueError for a range that cannot be.
class ContentRange {
public:
    using Position = std::optional<std::uint64_t>;

    /// No range at all: the field is not to be there.
    ContentRange() noexcept = default;
    /// The part from `start` up to `stop`, not included, of a whole of that length; none for unknown.
    ContentRange(std::string_view units, Position start, Position stop,
                 Position length = std::nullopt);

    /// Reads a field's value; nothing where it is malformed.
    [[nodiscard]] static std::optional<ContentRange> from_header(std::string_view value);
    /// Writes the field's value; empty without units.
    [[nodiscard]] std::string to_header() const;

    [[nodiscard]] const std::optional<std::string>& units() const noexcept { return units_; }
    [[nodiscard]] Position start() const noexcept { return start_; }
    [[nodiscard]] Position stop() const noexcept { return stop_; }
    [[nodiscard]] Position length() const noexcept { return length_; }
    /// Changes the range.
    void set(Position start, Position stop, Position length = std::nullopt,
             std::string_view units = "bytes");
    /// Makes it no range.
    void unset() noexcept;
    [[nodiscard]] explicit operator bool() const noexcept { return units_.has_value(); }
    friend bool operator==(const ContentRange&, const ContentRange&) = default;

private:
    std::optional<std::string> units_;
    Position start_;
    Position stop_;
    Position length_;
};

/// Which parts of a body a request asks for (Werkzeug's `Range`).
class Range {
public:
    /// Where a part begins, below 0 counted from the end, and before which place it ends, none for the body's end.
    using Part = std::pair<std::int64_t, std::optional<std::int64_t>>;

    /// Throws ValueError for a part that ends before it begins.
    Range(std::string_view units, std::vector<Part> ranges);

    /// Reads a field's value; nothing where it is malformed or its parts are not in order.
    [[nodiscard]] static std::optional<Range> from_header(std::string_view value);
    /// Writes the field's value.
    [[nodiscard]] std::string to_header() const;

    [[nodiscard]] const std::string& units() const noexcept { return units_; }
    [[nodiscard]] const std::vector<Part>& ranges() const noexcept { return ranges_; }
    /// Returns begin and end (not included) in a body of that length, where this is one part of bytes that is there.
    [[nodiscard]] std::optional<std::pair<std::uint64_t, std::uint64_t>> range_for_length(
        std::optional<std::uint64_t> length) const;
    /// Returns what the response is to say about that part.
    [[nodiscard]] std::optional<ContentRange> make_content_range(
        std::optional<std::uint64_t> length) const;
    [[nodiscard]] std::optional<std::string> to_content_range_header(
        std::optional<std::uint64_t> length) const;
    friend bool operator==(const Range&, const Range&) = default;

private:
    std::string units_;
    std::vector<Part> ranges_;
};

/// The state of the body that a client has part of: an entity tag or a date, or neither (Werkzeug's `IfRange`).
class IfRange {
public:
    using TimePoint = std::chrono::system_clock::time_point;

    IfRange() noexcept = default;
    explicit IfRange(std::string_view etag) : etag_(etag) {}
    explicit IfRange(TimePoint date) noexcept : date_(date) {}

    /// Reads a field's value; a weak tag is left out, for it must not be used here.
    [[nodiscard]] static IfRange from_header(std::string_view value);
    /// Writes the field's value; empty where there is neither.
    [[nodiscard]] std::string to_header() const;

    /// Returns the tag without its quotes.
    [[nodiscard]] const std::optional<std::string>& etag() const noexcept { return etag_; }
    [[nodiscard]] std::optional<TimePoint> date() const noexcept { return date_; }
    friend bool operator==(const IfRange&, const IfRange&) = default;

private:
    std::optional<std::string> etag_;
    std::optional<TimePoint> date_;
};

/// Reads a Range field; nothing where it is malformed.
[[nodiscard]] std::optional<Range> parse_range_header(std::string_view value);
/// Reads a Content-Range field; nothing where it is malformed.
[[nodiscard]] std::optional<ContentRange> parse_content_range_header(std::string_view value);
/// Reads an If-Range field.
[[nodiscard]] IfRange parse_if_range_header(std::string_view value);

}  // namespace microflask
