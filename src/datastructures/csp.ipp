// The bodies of csp.hpp.
#include "datastructures/csp.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "datastructures/headers.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Whether a directive says something without a value.
MICROFLASK_INLINE bool csp_needs_no_value(std::string_view directive) noexcept {
    return directive == "sandbox" || directive == "upgrade-insecure-requests" ||
           directive == "block-all-mixed-content";
}

}  // namespace detail

MICROFLASK_INLINE ContentSecurityPolicy ContentSecurityPolicy::from_header(std::string_view value) {
    ContentSecurityPolicy policy;
    for (const std::string_view piece : detail::split(value, ';')) {
        const std::string_view text = detail::trim(piece);
        const std::size_t space = text.find(' ');
        const std::string_view directive = detail::trim(text.substr(0, space));
        if (space == std::string_view::npos) {
            if (detail::csp_needs_no_value(directive))
                policy.directives_.emplace_back(directive, "");
            continue;
        }
        policy.directives_.emplace_back(directive, detail::trim(text.substr(space + 1)));
    }
    return policy;
}

MICROFLASK_INLINE std::string ContentSecurityPolicy::to_header() const {
    std::string header;
    for (const auto& [directive, value] : directives_) {
        if (!header.empty()) header += "; ";
        header += directive;
        if (value.empty()) continue;
        header += ' ';
        header += value;
    }
    return header;
}

MICROFLASK_INLINE const ContentSecurityPolicy::Directive* ContentSecurityPolicy::find(
    std::string_view directive) const noexcept {
    for (const Directive& candidate : directives_) {
        if (candidate.first == directive) return &candidate;
    }
    return nullptr;
}

MICROFLASK_INLINE std::optional<std::string> ContentSecurityPolicy::get(
    std::string_view directive) const {
    const Directive* found = find(directive);
    return found ? std::optional<std::string>(found->second) : std::nullopt;
}

MICROFLASK_INLINE ContentSecurityPolicy& ContentSecurityPolicy::set(std::string_view directive,
                                                                    std::string_view value) {
    if (!detail::is_field_name(directive)) {
        throw ValueError(detail::concat(
            {"a Content-Security-Policy directive must be a token: '", directive, "'"}));
    }
    detail::check_field_value(value);
    if (value.find(';') != std::string_view::npos) {
        throw ValueError(detail::concat(
            {"the value of ", directive, " must not contain ';', which begins another directive"}));
    }
    for (Directive& candidate : directives_) {
        if (candidate.first != directive) continue;
        candidate.second = value;
        return *this;
    }
    directives_.emplace_back(directive, value);
    return *this;
}

MICROFLASK_INLINE ContentSecurityPolicy& ContentSecurityPolicy::remove(std::string_view directive) {
    std::erase_if(directives_,
                  [directive](const Directive& candidate) { return candidate.first == directive; });
    return *this;
}

MICROFLASK_INLINE ContentSecurityPolicy parse_csp_header(std::string_view value) {
    return ContentSecurityPolicy::from_header(value);
}

}  // namespace microflask
