// A comma-separated set of a header field, like Allow or Vary.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microflask {

/// A set of texts that are compared without case and keep their order (Werkzeug's `HeaderSet`).
/// Adding a text with CR, LF or NUL throws `std::invalid_argument`.
class HeaderSet {
public:
    using const_iterator = std::vector<std::string>::const_iterator;

    HeaderSet() noexcept = default;
    HeaderSet(std::initializer_list<std::string_view> items);
    explicit HeaderSet(const std::vector<std::string>& items);

    /// Reads a field's value: `token, "quoted text"`.
    [[nodiscard]] static HeaderSet from_header(std::string_view value);
    /// Writes the set as a field's value.
    [[nodiscard]] std::string to_header() const;

    [[nodiscard]] bool contains(std::string_view item) const noexcept {
        return find(item).has_value();
    }
    /// Returns the position of an item, if it is there.
    [[nodiscard]] std::optional<std::size_t> find(std::string_view item) const noexcept;
    /// Returns the position of an item; throws LookupError where it is not there.
    [[nodiscard]] std::size_t index(std::string_view item) const;
    /// Returns the item at a position below `size()`.
    [[nodiscard]] const std::string& operator[](std::size_t position) const {
        return items_[position];
    }
    /// Returns the items, in lower case unless their casing is to be preserved.
    [[nodiscard]] std::vector<std::string> as_set(bool preserve_casing = false) const;

    /// Adds an item, unless it is there.
    void add(std::string_view item);
    /// Adds those items that are not there.
    void update(std::initializer_list<std::string_view> items);
    void update(const std::vector<std::string>& items);
    /// Removes an item; throws LookupError where it is not there.
    void remove(std::string_view item);
    /// Removes an item, if it is there.
    void discard(std::string_view item);
    void clear() noexcept { items_.clear(); }

    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return !items_.empty(); }
    [[nodiscard]] const_iterator begin() const noexcept { return items_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return items_.end(); }
    friend bool operator==(const HeaderSet&, const HeaderSet&) = default;

private:
    std::vector<std::string> items_;
};

/// Reads a set: `token, "quoted text"`.
[[nodiscard]] HeaderSet parse_set_header(std::string_view value);

}  // namespace microflask
