// Where a server listens: sockets of its own, or sockets that were passed to the process.
#pragma once

#include "server/socket.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace microflask::detail {

/// The listening sockets of one server. The file of a Unix socket that it made goes when it is closed. Used by one thread.
class Listeners {
public:
    /// Listens on a host as `make_server` takes it. Throws OSError where it cannot, and ValueError for a port that is none.
    Listeners(std::string host, int port);
    ~Listeners() { close(); }
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    [[nodiscard]] bool is_open() const noexcept { return !sockets_.empty(); }
    /// Throws OSError where they were closed.
    void check_open() const;
    void close() noexcept;

    [[nodiscard]] std::vector<Socket>& sockets() noexcept { return sockets_; }
    /// Returns the host as it was given; that of an inherited socket is asked of the system.
    [[nodiscard]] const std::string& host() const noexcept { return host_; }
    /// Returns the port; 0 for a Unix socket.
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

private:
    std::vector<Socket> sockets_;
    std::string host_;
    std::uint16_t port_ = 0;
    bool owns_unix_path_ = false;
};

}  // namespace microflask::detail
