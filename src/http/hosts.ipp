// Bodies of hosts.hpp.
#include "http/hosts.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace microflask::detail {

MICROFLASK_INLINE HostParts split_host(std::string_view host) noexcept {
    std::size_t colon = host.find(':');
    if (host.starts_with('[')) {
        const std::size_t close = host.find(']');
        colon = close == std::string_view::npos ? close : host.find(':', close);
    } else if (colon != host.rfind(':')) {
        colon = std::string_view::npos;
    }
    if (colon == std::string_view::npos) return {host, {}};
    return {host.substr(0, colon), host.substr(colon + 1)};
}

MICROFLASK_INLINE std::string_view host_without_default_port(std::string_view host,
                                                             std::string_view scheme) noexcept {
    const HostParts parts = split_host(host);
    const std::string_view own_port = scheme == "https" || scheme == "wss" ? "443" : "80";
    return !parts.name.empty() && parts.port == own_port ? parts.name : host;
}

MICROFLASK_INLINE std::string bracketed_host(std::string_view host) {
    const bool is_bare = !host.starts_with('[') && host.find(':') != std::string_view::npos;
    return is_bare ? concat({"[", host, "]"}) : std::string(host);
}

MICROFLASK_INLINE std::string_view unbracketed_host(std::string_view host) noexcept {
    const bool has_brackets = host.starts_with('[') && host.ends_with(']');
    return has_brackets ? host.substr(1, host.size() - 2) : host;
}

MICROFLASK_INLINE bool is_valid_host(std::string_view host) noexcept {
    const auto [name, port] = split_host(host);
    if (port && !parse_unsigned(*port, 65535)) return false;
    if (!name.starts_with('[')) {
        for (const char character : name) {
            if (!is_ascii_alnum(character) && character != '.' && character != '-') return false;
        }
        return !name.empty();
    }
    const std::string_view address = unbracketed_host(name);
    if (address.size() == name.size() || address.find(':') == std::string_view::npos) return false;
    for (const char character : address) {
        if (hex_digit_value(character) < 0 && character != ':' && character != '.') return false;
    }
    return true;
}

MICROFLASK_INLINE bool host_is_trusted(std::string_view host,
                                       const std::vector<std::string>& trusted) noexcept {
    if (!is_valid_host(host)) return false;
    if (trusted.empty()) return true;
    const std::string_view name = host_without_port(host);
    for (const std::string_view entry : trusted) {
        const bool with_subdomains = entry.starts_with('.');
        const std::string_view reference =
            host_without_port(with_subdomains ? entry.substr(1) : entry);
        if (reference.empty()) continue;
        if (equals_ignoring_case(name, reference)) return true;
        if (with_subdomains && name.size() > reference.size() &&
            name[name.size() - reference.size() - 1] == '.' &&
            equals_ignoring_case(name.substr(name.size() - reference.size()), reference)) {
            return true;
        }
    }
    return false;
}

}  // namespace microflask::detail
