// What a client prefers (Accept, Accept-Language, Accept-Encoding, Accept-Charset), and which of ours suits it best
// (RFC 9110, section 12.5).
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// The values a client accepts, each with its quality from 0 to 1: the most specific first, then the best (Werkzeug's
/// `Accept`). Values are compared without case; `*` matches all.
class Accept {
public:
    /// A value and its quality.
    using Item = std::pair<std::string, double>;
    using Items = std::vector<Item>;
    using const_iterator = Items::const_iterator;

    Accept() noexcept = default;
    explicit Accept(Items items) : Accept(std::move(items), Kind::plain) {}

    /// Reads a field's value; items with an invalid quality are left out.
    [[nodiscard]] static Accept from_header(std::string_view value);
    /// Writes the items as a field's value.
    [[nodiscard]] std::string to_header() const;

    /// Returns the quality of a value; 0 where it is not accepted.
    [[nodiscard]] double quality(std::string_view value) const;
    [[nodiscard]] double operator[](std::string_view value) const { return quality(value); }
    /// Returns the item at a position; throws `std::out_of_range` behind the last.
    [[nodiscard]] const Item& at(std::size_t position) const { return items_.at(position); }
    /// Whether an item matches the value, even with a quality of 0.
    [[nodiscard]] bool contains(std::string_view value) const { return find(value).has_value(); }
    /// Returns the position of the first item that matches the value.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view value) const;
    /// Returns the position of the first item that matches the value; throws ValueError where there is none.
    [[nodiscard]] std::size_t index(std::string_view value) const;
    /// Returns the values in order.
    [[nodiscard]] std::vector<std::string> values() const;
    /// Returns the first value, if there is one.
    [[nodiscard]] std::optional<std::string> best() const;

    /// Returns which of our values the client likes best; the first of those it likes alike.
    [[nodiscard]] std::optional<std::string> best_match(
        std::initializer_list<std::string_view> matches) const;
    [[nodiscard]] std::optional<std::string> best_match(
        const std::vector<std::string>& matches) const;
    /// The same, or the default where the client likes none.
    [[nodiscard]] std::string best_match(std::initializer_list<std::string_view> matches,
                                         std::string_view default_value) const;
    [[nodiscard]] std::string best_match(const std::vector<std::string>& matches,
                                         std::string_view default_value) const;

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return !items_.empty(); }
    [[nodiscard]] const_iterator begin() const noexcept { return items_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return items_.end(); }
    friend bool operator==(const Accept&, const Accept&) = default;

protected:
    enum class Kind { plain, mime, language, charset };
    Accept(Items items, Kind kind);
    explicit Accept(Kind kind) noexcept : kind_(kind) {}

private:
    [[nodiscard]] static std::string specificity(std::string_view item, Kind kind);
    [[nodiscard]] bool matches(std::string_view value, std::string_view item) const;
    [[nodiscard]] std::optional<std::size_t> best_position(
        const std::vector<std::string_view>& values) const;
    [[nodiscard]] std::optional<std::string> best_of(
        const std::vector<std::string_view>& values) const;

    Items items_;
    Kind kind_ = Kind::plain;
};

/// Accepted media types: `text/*` and `*/*` match, parameters must be equal in any order.
/// A value of ours that is no media type throws ValueError.
class MIMEAccept : public Accept {
public:
    MIMEAccept() noexcept : Accept(Kind::mime) {}
    explicit MIMEAccept(Items items) : Accept(std::move(items), Kind::mime) {}
    [[nodiscard]] static MIMEAccept from_header(std::string_view value);

    [[nodiscard]] bool accept_html() const { return contains("text/html") || accept_xhtml(); }
    [[nodiscard]] bool accept_xhtml() const {
        return contains("application/xhtml+xml") || contains("application/xml");
    }
    [[nodiscard]] bool accept_json() const { return contains("application/json"); }
};

/// Accepted languages: `-` and `_` are the same, and where nothing matches exactly, the primary language does.
class LanguageAccept : public Accept {
public:
    LanguageAccept() noexcept : Accept(Kind::language) {}
    explicit LanguageAccept(Items items) : Accept(std::move(items), Kind::language) {}
    [[nodiscard]] static LanguageAccept from_header(std::string_view value);
};

/// Accepted charsets: the usual other names of UTF-8, ISO-8859-1 and ASCII match.
class CharsetAccept : public Accept {
public:
    CharsetAccept() noexcept : Accept(Kind::charset) {}
    explicit CharsetAccept(Items items) : Accept(std::move(items), Kind::charset) {}
    [[nodiscard]] static CharsetAccept from_header(std::string_view value);
};

/// Reads an Accept field into one of the classes above.
template <class Type = Accept>
[[nodiscard]] Type parse_accept_header(std::string_view value) {
    return Type::from_header(value);
}

}  // namespace microflask
