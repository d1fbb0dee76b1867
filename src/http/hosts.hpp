// Hosts as Host fields, SERVER_NAME and URLs have them: a name or an address, with a port or without.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microflask::detail {

/// A host taken apart.
struct HostParts {
    std::string_view name;  // an IPv6 address keeps its brackets
    std::optional<std::string_view> port;
};

/// Takes a host apart. Several colons without brackets are an IPv6 address, which has no port then.
[[nodiscard]] HostParts split_host(std::string_view host) noexcept;
/// Returns a host without its port.
[[nodiscard]] inline std::string_view host_without_port(std::string_view host) noexcept {
    return split_host(host).name;
}
/// Returns a host without the port that its scheme has anyway.
[[nodiscard]] std::string_view host_without_default_port(std::string_view host,
                                                         std::string_view scheme) noexcept;
/// Returns a host as a port can follow it: an IPv6 address gets its brackets.
[[nodiscard]] std::string bracketed_host(std::string_view host);
/// Returns a host as a socket takes it: an IPv6 address loses its brackets.
[[nodiscard]] std::string_view unbracketed_host(std::string_view host) noexcept;

/// Whether text is a domain name, an IPv4 address or a bracketed IPv6 address, with or without a port.
[[nodiscard]] bool is_valid_host(std::string_view host) noexcept;
/// Whether a host is one of the trusted; ".example.com" stands for subdomains too. Ports do not count, and where none is
/// named, every valid host is trusted (Werkzeug's `host_is_trusted`).
[[nodiscard]] bool host_is_trusted(std::string_view host,
                                   const std::vector<std::string>& trusted) noexcept;

}  // namespace microflask::detail
