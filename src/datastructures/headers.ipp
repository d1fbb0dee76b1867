// Bodies of headers.hpp: the text that the fields are kept as.
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
    lengths_ = other.lengths_;
    std::memcpy(entries(), other.entries(), count_ * sizeof(Entry));
    std::memcpy(text(), other.text(), text_size_);
}

MICROFLASK_INLINE void Headers::move_from(Headers& other) noexcept {
    more_entries_ = std::move(other.more_entries_);
    more_text_ = std::move(other.more_text_);
    count_ = std::exchange(other.count_, 0);
    text_size_ = std::exchange(other.text_size_, 0);
    lengths_ = std::exchange(other.lengths_, 0);
    entry_capacity_ = std::exchange(other.entry_capacity_, inside_entries);
    text_capacity_ = std::exchange(other.text_capacity_, inside_text);
    if (count_ == 0) return;
    if (!more_entries_) std::memcpy(entries_, other.entries_, count_ * sizeof(Entry));
    if (!more_text_) std::memcpy(text_, other.text_, text_size_);
}

MICROFLASK_INLINE void Headers::grow_text(std::size_t size) {
    if (size > (std::numeric_limits<std::uint32_t>::max)() / 2)
        throw std::length_error("too much text in header fields");
    const std::size_t capacity = (std::max)(size, std::size_t{text_capacity_} * 2);
    auto larger = std::make_unique<char[]>(capacity);
    std::memcpy(larger.get(), text(), text_size_);
    more_text_ = std::move(larger);
    text_capacity_ = static_cast<std::uint32_t>(capacity);
}

MICROFLASK_INLINE void Headers::grow_entries() {
    auto more = std::make_unique<Entry[]>(std::size_t{entry_capacity_} * 2);
    std::copy_n(entries(), count_, more.get());
    more_entries_ = std::move(more);
    entry_capacity_ *= 2;
}

MICROFLASK_INLINE bool Headers::owns(std::string_view piece) const noexcept {
    const auto start = reinterpret_cast<std::uintptr_t>(text());
    const auto at = reinterpret_cast<std::uintptr_t>(piece.data());
    return at >= start && at < start + text_size_;
}

/// Writes a field behind the others; both texts were checked.
MICROFLASK_INLINE void Headers::append(std::string_view name, std::string_view value) {
    reserve_text(std::size_t{text_size_} + name.size() + value.size() + 4);
    if (count_ == entry_capacity_) grow_entries();
    const Entry entry{text_size_, static_cast<std::uint32_t>(name.size()),
                      static_cast<std::uint32_t>(value.size())};
    entries()[count_++] = entry;
    char* to = text() + text_size_;
    std::memcpy(to, name.data(), name.size());
    to += name.size();
    *to++ = ':';
    *to++ = ' ';
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    to += value.size();
    *to++ = '\r';
    *to++ = '\n';
    text_size_ += entry.size();
    lengths_ |= length_bit(name.size());
}

MICROFLASK_INLINE const Headers::Entry* Headers::find_entry(std::string_view name) const noexcept {
    if ((lengths_ & length_bit(name.size())) == 0) return nullptr;
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
        append(std::string(name), std::string(value));
    } else {
        append(name, value);
    }
}

MICROFLASK_INLINE void Headers::set(std::string_view name, std::string_view value) {
    const Entry* const found = find_entry(name);
    if (!found) {
        add(name, value);
        return;
    }
    detail::check_field_value(value);
    const auto position = static_cast<std::uint32_t>(found - entries());
    if (owns(name) || owns(value)) {  // our own text moves now
        set(std::string(name), std::string(value));
        return;
    }
    replace_value(position, value);
    std::memcpy(text() + entries()[position].at, name.data(), name.size());  // as spelled now
    remove_from(position + 1, name);
}

MICROFLASK_INLINE void Headers::replace_value(std::uint32_t position, std::string_view value) {
    const std::uint32_t before = entries()[position].value_size;
    const auto now = static_cast<std::uint32_t>(value.size());
    reserve_text(std::size_t{text_size_} - before + value.size());
    Entry& entry = entries()[position];
    char* const place = text() + entry.value_at();
    if (now != before) {
        std::memmove(place + now, place + before, text_size_ - entry.value_at() - before);
        for (std::uint32_t i = position + 1; i < count_; ++i) entries()[i].at += now - before;
        text_size_ += now - before;
        entry.value_size = now;
    }
    if (now != 0) std::memcpy(place, value.data(), now);
}

MICROFLASK_INLINE std::string Headers::setdefault(std::string_view name, std::string_view value) {
    if (!contains(name)) add(name, value);
    return get(name, {});
}

MICROFLASK_INLINE void Headers::setlist(std::string_view name,
                                        const std::vector<std::string>& values) {
    if (values.empty()) return remove(name);
    set(name, values.front());
    for (std::size_t i = 1; i < values.size(); ++i) add(name, values[i]);
}

/// Removes the fields of a name from a position on. The name may be text of this object.
MICROFLASK_INLINE void Headers::remove_from(std::uint32_t first, std::string_view name) noexcept {
    if ((lengths_ & length_bit(name.size())) == 0) return;
    Entry* const all = entries();
    const auto is_named = [&](const Entry& entry) {
        return entry.name_size == name.size() && detail::equals_ignoring_case(name_of(entry), name);
    };
    // The entries first, while all names still stand where they were.
    bool removed = false;
    std::uint32_t kept = first;
    for (std::uint32_t i = first; i < count_; ++i) {
        if (is_named(all[i]))
            removed = true;
        else
            all[kept++] = all[i];
    }
    if (!removed) return;
    count_ = kept;
    std::uint32_t end = first == 0 ? 0 : all[first - 1].at + all[first - 1].size();
    for (std::uint32_t i = first; i < count_; ++i) {
        std::memmove(text() + end, text() + all[i].at, all[i].size());
        all[i].at = end;
        end += all[i].size();
    }
    text_size_ = end;
    if (count_ == 0) lengths_ = 0;
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
    lengths_ = 0;
}

MICROFLASK_INLINE std::string Headers::to_wsgi_text() const {
    return detail::concat({lines(), "\r\n"});
}

MICROFLASK_INLINE bool operator==(const Headers& left, const Headers& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Headers::Field& a, const Headers::Field& b) {
                          return detail::equals_ignoring_case(a.first, b.first) &&
                                 a.second == b.second;
                      });
}

}  // namespace microflask
