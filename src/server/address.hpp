// Where a server listens: "host:port", "[::1]:80", ":8000" and "unix:path", read and written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

/// A place to listen at: a host and a port, or the path of a Unix socket.
struct ServerAddress {
    std::string host = "127.0.0.1";  // or "unix:/path"
    std::uint16_t port = 5000;

    [[nodiscard]] bool is_unix() const noexcept;
    /// Returns the path of a Unix socket; empty for a host.
    [[nodiscard]] std::string_view unix_path() const noexcept;
    /// Writes the address as it is read: "127.0.0.1:80", "[::1]:80", "unix:/path".
    [[nodiscard]] std::string to_text() const;
};

/// Reads an address; what is left out comes from `defaults`. Nothing where the text is no address.
std::optional<ServerAddress> parse_server_address(std::string_view text,
                                                  const ServerAddress& defaults = {});

}  // namespace microflask
