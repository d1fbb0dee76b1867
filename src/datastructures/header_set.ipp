// The bodies of header_set.hpp.
#include "datastructures/header_set.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "datastructures/headers.hpp"
#include "http/field_values.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microflask {

MICROFLASK_INLINE HeaderSet::HeaderSet(std::initializer_list<std::string_view> items) {
    update(items);
}

MICROFLASK_INLINE HeaderSet::HeaderSet(const std::vector<std::string>& items) {
    update(items);
}

MICROFLASK_INLINE HeaderSet HeaderSet::from_header(std::string_view value) {
    HeaderSet set;
    // A client's items are taken as they are, repeated ones too: looking for each would take quadratic time.
    if (!value.empty()) set.items_ = parse_list_header(value);
    return set;
}

MICROFLASK_INLINE std::string HeaderSet::to_header() const {
    std::string header;
    for (const std::string& item : items_) {
        if (!header.empty()) header += ", ";
        header += quote_header_value(item);
    }
    return header;
}

MICROFLASK_INLINE std::optional<std::size_t> HeaderSet::find(std::string_view item) const noexcept {
    for (std::size_t i = 0; i < items_.size(); ++i) {
        if (detail::equals_ignoring_case(items_[i], item)) return i;
    }
    return std::nullopt;
}

MICROFLASK_INLINE std::size_t HeaderSet::index(std::string_view item) const {
    if (const auto position = find(item)) return *position;
    throw LookupError(detail::concat({"'", item, "' is not in the set"}));
}

MICROFLASK_INLINE std::vector<std::string> HeaderSet::as_set(bool preserve_casing) const {
    std::vector<std::string> items = items_;
    if (preserve_casing) return items;
    for (std::string& item : items) item = detail::to_lower(item);
    return items;
}

MICROFLASK_INLINE void HeaderSet::add(std::string_view item) {
    detail::check_field_value(item);
    if (!contains(item)) items_.emplace_back(item);
}

MICROFLASK_INLINE void HeaderSet::update(std::initializer_list<std::string_view> items) {
    for (const std::string_view item : items) add(item);
}

MICROFLASK_INLINE void HeaderSet::update(const std::vector<std::string>& items) {
    for (const std::string& item : items) add(item);
}

MICROFLASK_INLINE void HeaderSet::remove(std::string_view item) {
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(index(item)));
}

MICROFLASK_INLINE void HeaderSet::discard(std::string_view item) {
    if (contains(item)) remove(item);
}

MICROFLASK_INLINE HeaderSet parse_set_header(std::string_view value) {
    return HeaderSet::from_header(value);
}

}  // namespace microflask
