// Bodies of headers.hpp: the packed storage.
#include "datastructures/headers.hpp"

#include "core/config.hpp"
#include "http/exceptions.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace microflask {

namespace detail {

/// Which characters a token may have (RFC 9110, section 5.6.2).
struct FieldNameTable {
    bool allowed[256] = {};
    constexpr FieldNameTable() {
        for (const char c : std::string_view(
                 "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
            allowed[static_cast<unsigned char>(c)] = true;
        }
    }
};
inline constexpr FieldNameTable field_name_table;

/// Whether a name is a token.
MICROFLASK_INLINE bool is_field_name(std::string_view name) noexcept {
    bool allowed = !name.empty();
    for (const char c : name) allowed &= field_name_table.allowed[static_cast<unsigned char>(c)];
    return allowed;
}

/// Whether one of eight bytes is zero.
constexpr bool has_zero_byte(std::uint64_t bytes) noexcept {
    return ((bytes - 0x0101010101010101) & ~bytes & 0x8080808080808080) != 0;
}

/// Whether a byte is one that would end a field before its end.
constexpr bool ends_field(char c) noexcept {
    return c == '\r' || c == '\n' || c == '\0';
}

/// Refuses what would end a field before its end: the guard against response splitting.
MICROFLASK_INLINE void check_field_value(std::string_view value) {
    bool found = false;
    std::size_t at = 0;
    for (; at + 8 <= value.size(); at += 8) {
        std::uint64_t bytes;
        std::memcpy(&bytes, value.data() + at, 8);
        found = found || has_zero_byte(bytes) || has_zero_byte(bytes ^ 0x0A0A0A0A0A0A0A0A) ||
                has_zero_byte(bytes ^ 0x0D0D0D0D0D0D0D0D);
    }
    for (; at < value.size(); ++at) found = found || ends_field(value[at]);
    if (found) throw std::invalid_argument("Header values must not contain newline characters.");
}

MICROFLASK_INLINE void check_field(std::string_view name, std::string_view value) {
    if (!is_field_name(name))
        throw std::invalid_argument("Header names must be tokens: '" + std::string(name) + "'");
    check_field_value(value);
}

}  // namespace detail

MICROFLASK_INLINE Headers::Headers(std::initializer_list<Field> fields) {
    for (const Field& field : fields) add(field.first, field.second);
}

MICROFLASK_INLINE Headers::Headers(const Headers& other) {
    copy_from(other);
}
MICROFLASK_INLINE Headers::Headers(Headers&& other) noexcept {
    move_from(other);
}

MICROFLASK_INLINE Headers& Headers::operator=(const Headers& other) {
    if (this != &other) {
        clear();
        copy_from(other);
    }
    return *this;
}

MICROFLASK_INLINE Headers& Headers::operator=(Headers&& other) noexcept {
    if (this != &other) move_from(other);
    return *this;
}

MICROFLASK_INLINE void Headers::copy_from(const Headers& other) {
    // This object is empty.
    if (other.more_entries_) {
        more_entries_ = std::make_unique<Entry[]>(other.entry_capacity_);
        entry_capacity_ = other.entry_capacity_;
    }
    reserve_text(other.text_size_);
    count_ = other.count_;
    text_size_ = other.text_size_;
    std::memcpy(entries(), other.entries(), count_ * sizeof(Entry));
    std::memcpy(text(), other.text(), text_size_);
}

MICROFLASK_INLINE void Headers::move_from(Headers& other) noexcept {
    more_entries_ = std::move(other.more_entries_);
    more_text_ = std::move(other.more_text_);
    count_ = std::exchange(other.count_, 0);
    text_size_ = std::exchange(other.text_size_, 0);
    entry_capacity_ = std::exchange(other.entry_capacity_, inside_entries);
    text_capacity_ = std::exchange(other.text_capacity_, inside_text);
    if (!more_entries_) std::memcpy(entries_, other.entries_, count_ * sizeof(Entry));
    if (!more_text_) std::memcpy(text_, other.text_, text_size_);
}

MICROFLASK_INLINE void Headers::reserve_text(std::size_t size) {
    if (size <= text_capacity_) return;
    if (size > (std::numeric_limits<std::uint32_t>::max)() / 2)
        throw std::length_error("too much text in header fields");
    const std::size_t capacity = (std::max)(size, std::size_t{text_capacity_} * 2);
    auto larger = std::make_unique<char[]>(capacity);
    std::memcpy(larger.get(), text(), text_size_);
    more_text_ = std::move(larger);
    text_capacity_ = static_cast<std::uint32_t>(capacity);
}

MICROFLASK_INLINE bool Headers::owns(std::string_view piece) const noexcept {
    const auto start = reinterpret_cast<std::uintptr_t>(text());
    const auto at = reinterpret_cast<std::uintptr_t>(piece.data());
    return at >= start && at < start + text_size_;
}

MICROFLASK_INLINE std::uint32_t Headers::append_text(std::string_view piece) {
    reserve_text(std::size_t{text_size_} + piece.size());
    if (!piece.empty()) std::memcpy(text() + text_size_, piece.data(), piece.size());
    return std::exchange(text_size_, text_size_ + static_cast<std::uint32_t>(piece.size()));
}

MICROFLASK_INLINE void Headers::append_entry(Entry entry) {
    if (count_ == entry_capacity_) {
        auto more = std::make_unique<Entry[]>(std::size_t{entry_capacity_} * 2);
        std::copy_n(entries(), count_, more.get());
        more_entries_ = std::move(more);
        entry_capacity_ *= 2;
    }
    entries()[count_++] = entry;
}

MICROFLASK_INLINE const Headers::Entry* Headers::find_entry(std::string_view name) const noexcept {
    const Entry* const first = entries();
    for (const Entry* entry = first; entry != first + count_; ++entry) {
        if (entry->name_size == name.size() && detail::equals_ignoring_case(name_of(*entry), name))
            return entry;
    }
    return nullptr;
}

MICROFLASK_INLINE std::optional<std::string_view> Headers::find(
    std::string_view name) const noexcept {
    if (const Entry* entry = find_entry(name)) return value_of(*entry);
    return std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string> Headers::get(std::string_view name) const {
    if (const Entry* entry = find_entry(name)) return std::string(value_of(*entry));
    return std::nullopt;
}

MICROFLASK_INLINE std::string Headers::get(std::string_view name,
                                           std::string_view default_value) const {
    return std::string(find(name).value_or(default_value));
}

MICROFLASK_INLINE std::vector<std::string> Headers::getlist(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field_name, value] : *this) {
        if (detail::equals_ignoring_case(field_name, name)) values.emplace_back(value);
    }
    return values;
}

MICROFLASK_INLINE std::string Headers::operator[](std::string_view name) const {
    if (const Entry* entry = find_entry(name)) return std::string(value_of(*entry));
    throw BadRequestKeyError(std::string(name));
}

MICROFLASK_INLINE void Headers::add(std::string_view name, std::string_view value) {
    detail::check_field(name, value);
    if (owns(name) || owns(value)) {  // our own text may move while it is added to
        const std::string name_copy(name);
        const std::string value_copy(value);
        add(name_copy, value_copy);
        return;
    }
    reserve_text(text_size_ + name.size() + value.size());
    const auto name_size = static_cast<std::uint32_t>(name.size());
    const auto value_size = static_cast<std::uint32_t>(value.size());
    append_entry({text_size_, name_size, text_size_ + name_size, value_size});
    char* const place = text() + text_size_;
    std::memcpy(place, name.data(), name.size());
    if (!value.empty()) std::memcpy(place + name.size(), value.data(), value.size());
    text_size_ += name_size + value_size;
}

MICROFLASK_INLINE void Headers::set(std::string_view name, std::string_view value) {
    const Entry* const found = find_entry(name);
    if (!found) {
        add(name, value);
        return;
    }
    detail::check_field_value(value);
    const auto position = static_cast<std::uint32_t>(found - entries());
    if (value.size() <= found->value_size) {
        if (!value.empty()) std::memmove(text() + found->value_at, value.data(), value.size());
    } else {
        const std::string copy = owns(value) ? std::string(value) : std::string();
        entries()[position].value_at = append_text(copy.empty() ? value : std::string_view(copy));
    }
    entries()[position].value_size = static_cast<std::uint32_t>(value.size());
    remove_from(position + 1, name);
}

MICROFLASK_INLINE std::string Headers::setdefault(std::string_view name, std::string_view value) {
    if (!contains(name)) add(name, value);
    return get(name, {});
}

MICROFLASK_INLINE void Headers::setlist(std::string_view name,
                                        const std::vector<std::string>& values) {
    remove(name);
    for (const std::string& value : values) add(name, value);
}

MICROFLASK_INLINE void Headers::remove_from(std::uint32_t first, std::string_view name) noexcept {
    std::uint32_t kept = first;
    for (std::uint32_t i = first; i < count_; ++i) {
        if (!detail::equals_ignoring_case(name_of(entries()[i]), name))
            entries()[kept++] = entries()[i];
    }
    count_ = kept;
    if (count_ == 0) text_size_ = 0;
}

MICROFLASK_INLINE void Headers::remove(std::string_view name) noexcept {
    remove_from(0, name);
}

MICROFLASK_INLINE std::optional<std::string> Headers::pop(std::string_view name) {
    std::optional<std::string> value = get(name);
    remove(name);
    return value;
}

MICROFLASK_INLINE void Headers::extend(const Headers& other) {
    const std::size_t count = other.size();  // fixed, should it be this object itself
    for (std::size_t i = 0; i < count; ++i) {
        const Field field = other.at(i);
        add(field.first, field.second);
    }
}

MICROFLASK_INLINE void Headers::update(const Headers& other) {
    if (&other == this) return;
    for (const Field& field : other) remove(field.first);
    extend(other);
}

MICROFLASK_INLINE void Headers::clear() noexcept {
    count_ = 0;
    text_size_ = 0;
}

MICROFLASK_INLINE std::string Headers::to_wsgi_text() const {
    std::string out;
    for (const auto& [name, value] : *this)
        out.append(name).append(": ").append(value).append("\r\n");
    out += "\r\n";
    return out;
}

MICROFLASK_INLINE bool operator==(const Headers& left, const Headers& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Headers::Field& a, const Headers::Field& b) {
                          return detail::equals_ignoring_case(a.first, b.first) &&
                                 a.second == b.second;
                      });
}

}  // namespace microflask
