// The bodies of cache_control.hpp.
#include "datastructures/cache_control.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "datastructures/headers.hpp"
#include "http/field_values.hpp"

#include <climits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

MICROFLASK_INLINE std::vector<CacheControl::Directive> CacheControl::parse(std::string_view value) {
    return parse_dict_header(value);
}

MICROFLASK_INLINE std::string CacheControl::to_header() const {
    return dump_header(directives_);
}

MICROFLASK_INLINE const CacheControl::Directive* CacheControl::find(
    std::string_view directive) const noexcept {
    for (const Directive& candidate : directives_) {
        if (detail::equals_ignoring_case(candidate.first, directive)) return &candidate;
    }
    return nullptr;
}

MICROFLASK_INLINE std::optional<std::string> CacheControl::get(std::string_view directive) const {
    const Directive* found = find(directive);
    return found ? std::optional<std::string>(found->second.value_or("")) : std::nullopt;
}

MICROFLASK_INLINE std::optional<long long> CacheControl::get_number(
    std::string_view directive) const {
    const Directive* found = find(directive);
    if (!found || !found->second) return std::nullopt;
    const auto number = detail::parse_signed(detail::trim(*found->second));
    return number ? std::optional<long long>(*number) : std::nullopt;
}

MICROFLASK_INLINE void CacheControl::put(std::string_view directive,
                                         std::optional<std::string> value) {
    if (!detail::is_field_name(directive)) {
        throw ValueError(
            detail::concat({"a Cache-Control directive must be a token: '", directive, "'"}));
    }
    detail::check_field_value(value.value_or(""));
    for (Directive& candidate : directives_) {
        if (!detail::equals_ignoring_case(candidate.first, directive)) continue;
        candidate.second = std::move(value);
        return;
    }
    directives_.emplace_back(std::string(directive), std::move(value));
}

MICROFLASK_INLINE void CacheControl::put_flag(std::string_view directive, bool present) {
    if (present) {
        put(directive, std::nullopt);
    } else {
        drop(directive);
    }
}

MICROFLASK_INLINE void CacheControl::put_number(std::string_view directive,
                                                std::optional<long long> value) {
    if (value) {
        put(directive, std::to_string(*value));
    } else {
        drop(directive);
    }
}

MICROFLASK_INLINE void CacheControl::drop(std::string_view directive) {
    std::erase_if(directives_, [directive](const Directive& candidate) {
        return detail::equals_ignoring_case(candidate.first, directive);
    });
}

MICROFLASK_INLINE std::optional<long long> RequestCacheControl::max_stale() const {
    const Directive* found = find("max-stale");
    return found && !found->second ? std::optional<long long>(LLONG_MAX) : get_number("max-stale");
}

MICROFLASK_INLINE ResponseCacheControl& ResponseCacheControl::set(std::string_view directive) {
    put(directive, std::nullopt);
    return *this;
}

MICROFLASK_INLINE ResponseCacheControl& ResponseCacheControl::set(std::string_view directive,
                                                                  std::string_view value) {
    put(directive, std::string(value));
    return *this;
}

MICROFLASK_INLINE ResponseCacheControl& ResponseCacheControl::remove(std::string_view directive) {
    drop(directive);
    return *this;
}

}  // namespace microflask
