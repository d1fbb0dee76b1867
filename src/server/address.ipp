// Bodies of the server's address.
#include "server/address.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

MICROFLASK_INLINE bool ServerAddress::is_unix() const noexcept {
    return host.compare(0, 5, "unix:") == 0;
}

MICROFLASK_INLINE std::string_view ServerAddress::unix_path() const noexcept {
    return is_unix() ? std::string_view(host).substr(5) : std::string_view{};
}

MICROFLASK_INLINE std::string ServerAddress::to_text() const {
    if (is_unix()) return host;
    std::string text =
        host.find(':') == std::string::npos ? host : detail::concat({"[", host, "]"});
    text += ':';
    detail::append_unsigned(text, port);
    return text;
}

MICROFLASK_INLINE std::optional<ServerAddress> parse_server_address(std::string_view text,
                                                                    const ServerAddress& defaults) {
    ServerAddress address = defaults;
    if (text.substr(0, 5) == "unix:") {
        if (text.size() == 5) return std::nullopt;
        address.host = text;
        address.port = 0;
        return address;
    }
    std::string_view host = text;
    std::optional<std::string_view> port;
    if (!text.empty() && text.front() == '[') {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos || bracket == 1) return std::nullopt;
        host = text.substr(1, bracket - 1);
        const std::string_view rest = text.substr(bracket + 1);
        if (!rest.empty() && rest.front() != ':') return std::nullopt;
        if (!rest.empty()) port = rest.substr(1);
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        // Several colons without brackets are a bare IPv6 address.
        if (text.find(':', colon + 1) == std::string_view::npos) {
            host = text.substr(0, colon);
            port = text.substr(colon + 1);
        }
    }
    if (host.find_first_of(" \t\r\n/[]") != std::string_view::npos) return std::nullopt;
    if (!host.empty()) address.host = host;
    if (port) {
        const std::optional<std::uint64_t> number = detail::parse_unsigned(*port, 65535);
        if (!number) return std::nullopt;
        address.port = static_cast<std::uint16_t>(*number);
    }
    return address;
}

}  // namespace microflask
