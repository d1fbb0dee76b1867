// Header fields: names compared without case, order and repetition kept, no line breaks let in.
// Fields live as the text that goes over the wire, inside the object as long as they are few and short.
#pragma once

#include "core/text.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// An ordered list of header fields (Werkzeug's `Headers`). Names are compared ASCII case-insensitively.
/// Adding a name that is no token, or a value with CR, LF or NUL, throws `std::invalid_argument`.
class Headers {
public:
    /// One field: name and value, views into this object that live until it is changed.
    using Field = std::pair<std::string_view, std::string_view>;

    /// What `headers["X"]` gives on a mutable object: the value (empty if there is none), assignable.
    class Reference;
    class const_iterator;

    Headers() noexcept {}
    Headers(std::initializer_list<Field> fields);
    Headers(const Headers& other);
    Headers(Headers&& other) noexcept;
    Headers& operator=(const Headers& other);
    Headers& operator=(Headers&& other) noexcept;
    ~Headers() = default;

    /// Returns the first value of a name, if there is one.
    [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
    /// Returns the first value of a name, or the default.
    [[nodiscard]] std::string get(std::string_view name, std::string_view default_value) const;
    /// Returns the first value converted to T, or the default where it is missing or does not convert.
    template <class T>
        requires(!std::is_pointer_v<T>)
    [[nodiscard]] T get(std::string_view name, T default_value) const;
    /// Returns all values of a name, in order.
    [[nodiscard]] std::vector<std::string> getlist(std::string_view name) const;
    /// Returns a view of the first value, without copying it.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept {
        return find(name).has_value();
    }

    /// Returns the first value of a name; throws BadRequestKeyError where there is none.
    [[nodiscard]] std::string operator[](std::string_view name) const;
    /// Returns an assignable value: `headers["X"] = "1"` is `set`.
    Reference operator[](std::string_view name);

    /// Appends a field, beside others of its name.
    void add(std::string_view name, std::string_view value);
    /// Replaces every field of that name by one, at the place of the first.
    void set(std::string_view name, std::string_view value);
    /// Adds the field unless there is one of that name; returns the value now in force.
    std::string setdefault(std::string_view name, std::string_view value);
    /// Replaces the fields of a name by several.
    void setlist(std::string_view name, const std::vector<std::string>& values);
    /// Removes every field of that name; nothing happens where there is none.
    void remove(std::string_view name) noexcept;
    /// Removes every field of that name and returns the first value, if there was one.
    std::optional<std::string> pop(std::string_view name);
    /// Adds all fields of another object.
    void extend(const Headers& other);
    /// Replaces names by the other object's fields of the same name; keeps the rest.
    void update(const Headers& other);
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Returns the field at a position below `size()`.
    [[nodiscard]] Field at(std::size_t position) const noexcept;
    [[nodiscard]] const_iterator begin() const noexcept;
    [[nodiscard]] const_iterator end() const noexcept;

    /// Writes the fields as HTTP does: `Name: value CRLF` each, and a last CRLF (Werkzeug's `str(headers)`).
    [[nodiscard]] std::string to_wsgi_text() const;
    /// Returns the fields as HTTP writes them, `Name: value CRLF` each; a view that lives until this object is changed.
    [[nodiscard]] std::string_view lines() const noexcept { return {text(), text_size_}; }
    /// Returns one field of `lines()`, below `size()`.
    [[nodiscard]] std::string_view line(std::size_t position) const noexcept {
        const Entry& entry = entries()[position];
        return {text() + entry.at, entry.size()};
    }
    /// Whether a name may have one of these lengths: a quick no for those who look for several names.
    template <std::size_t... Lengths>
    [[nodiscard]] bool may_have_name_of() const noexcept {
        return (lengths_ & (length_bit(Lengths) | ...)) != 0;
    }

    friend bool operator==(const Headers& left, const Headers& right);

private:
    /// Where a field stands in the text: its name, ": ", its value, CR LF.
    struct Entry {
        std::uint32_t at;
        std::uint32_t name_size;
        std::uint32_t value_size;

        [[nodiscard]] std::uint32_t value_at() const noexcept { return at + name_size + 2; }
        [[nodiscard]] std::uint32_t size() const noexcept { return name_size + value_size + 4; }
    };
    static constexpr std::uint32_t inside_entries = 8;
    static constexpr std::uint32_t inside_text = 320;

    [[nodiscard]] const Entry* entries() const noexcept {
        return more_entries_ ? more_entries_.get() : entries_;
    }
    [[nodiscard]] Entry* entries() noexcept {
        return more_entries_ ? more_entries_.get() : entries_;
    }
    [[nodiscard]] const char* text() const noexcept {
        return more_text_ ? more_text_.get() : text_;
    }
    [[nodiscard]] char* text() noexcept { return more_text_ ? more_text_.get() : text_; }
    [[nodiscard]] std::string_view name_of(const Entry& entry) const noexcept {
        return {text() + entry.at, entry.name_size};
    }
    [[nodiscard]] std::string_view value_of(const Entry& entry) const noexcept {
        return {text() + entry.value_at(), entry.value_size};
    }
    static constexpr std::uint32_t length_bit(std::size_t name_size) noexcept {
        return std::uint32_t{1} << (name_size % 32);
    }
    [[nodiscard]] const Entry* find_entry(std::string_view name) const noexcept;
    [[nodiscard]] bool owns(std::string_view piece) const noexcept;
    void append(std::string_view name, std::string_view value);
    void replace_value(std::uint32_t position, std::string_view value);
    void remove_from(std::uint32_t first, std::string_view name) noexcept;
    void reserve_text(std::size_t size) {
        if (size > text_capacity_) grow_text(size);
    }
    void grow_text(std::size_t size);
    void grow_entries();
    void copy_from(const Headers& other);
    void move_from(Headers& other) noexcept;

    std::uint32_t count_ = 0;
    std::uint32_t text_size_ = 0;
    std::uint32_t lengths_ = 0;  // a bit for each length that a name here has, or had
    std::uint32_t entry_capacity_ = inside_entries;
    std::uint32_t text_capacity_ = inside_text;
    std::unique_ptr<Entry[]> more_entries_;  // instead of entries_, once they are too few
    std::unique_ptr<char[]> more_text_;      // instead of text_
    Entry entries_[inside_entries];
    char text_[inside_text];
};

/// Steps through the fields of Headers.
class Headers::const_iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Field;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Field;

    const_iterator() noexcept = default;
    const_iterator(const Headers& headers, std::size_t position) noexcept
        : headers_(&headers), position_(position) {}
    Field operator*() const noexcept { return headers_->at(position_); }
    const_iterator& operator++() noexcept {
        ++position_;
        return *this;
    }
    const_iterator operator++(int) noexcept { return const_iterator(*headers_, position_++); }
    friend bool operator==(const const_iterator&, const const_iterator&) = default;

private:
    const Headers* headers_ = nullptr;
    std::size_t position_ = 0;
};

class Headers::Reference : public std::string {
public:
    Reference& operator=(std::string_view value) {
        headers_->set(name_, value);
        assign(value);
        return *this;
    }
    Reference& operator=(const std::string& value) { return *this = std::string_view(value); }
    Reference& operator=(const char* value) { return *this = std::string_view(value); }
    Reference& operator=(const Reference& other) { return *this = std::string_view(other); }
    Reference(const Reference&) = default;

private:
    friend class Headers;
    Reference(Headers& headers, std::string_view name)
        : std::string(headers.find(name).value_or(std::string_view{})),
          headers_(&headers),
          name_(name) {}
    Headers* headers_;
    std::string name_;
};

inline Headers::Reference Headers::operator[](std::string_view name) {
    return Reference(*this, name);
}
inline Headers::Field Headers::at(std::size_t position) const noexcept {
    const Entry& entry = entries()[position];
    return {name_of(entry), value_of(entry)};
}
inline Headers::const_iterator Headers::begin() const noexcept {
    return const_iterator(*this, 0);
}
inline Headers::const_iterator Headers::end() const noexcept {
    return const_iterator(*this, count_);
}

namespace detail {

/// Whether a field may have that name: a token (RFC 9110, section 5.6.2).
bool is_field_name(std::string_view name) noexcept;
/// Throws `std::invalid_argument` for a value with CR, LF or NUL.
void check_field_value(std::string_view value);

/// Returns the text as a T, or nothing where it is none: integers and doubles as a whole, text as it is.
template <class T>
std::optional<T> convert_text(std::string_view text) {
    if constexpr (std::is_same_v<T, bool>) {
        return !text.empty();
    } else if constexpr (std::is_integral_v<T>) {
        const std::string_view trimmed = trim(text);
        if constexpr (std::is_unsigned_v<T>) {
            const auto number = parse_unsigned(trimmed);
            if (number && std::in_range<T>(*number)) return static_cast<T>(*number);
        } else {
            const auto number =
                parse_signed(trimmed.starts_with('+') ? trimmed.substr(1) : trimmed);
            if (number && std::in_range<T>(*number)) return static_cast<T>(*number);
        }
        return std::nullopt;
    } else if constexpr (std::is_floating_point_v<T>) {
        const auto number = parse_double(trim(text));
        return number ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
    } else {
        return T(text);
    }
}

}  // namespace detail

template <class T>
    requires(!std::is_pointer_v<T>)
T Headers::get(std::string_view name, T default_value)
const {
    const std::optional<std::string_view> value = find(name);
    if (!value) return default_value;
    std::optional<T> converted = detail::convert_text<T>(*value);
    return converted ? *std::move(converted) : default_value;
}

}  // namespace microflask
