// Owns one socket; every socket call of every system stands in this file's bodies. Non-blocking throughout.
#pragma once

#include "gateway/streams.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace microflask {

/// The operating system refused something: a port in use, no permission, an address that does not exist.
class OSError : public std::runtime_error {
public:
    OSError(int number, const std::string& message)
        : std::runtime_error(message), number_(number) {}
    /// Returns the system's number of the error.
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

namespace detail {

using SocketHandle = std::intptr_t;
inline constexpr SocketHandle no_socket = -1;

/// What a call on a non-blocking socket came to; `count` bytes were moved with `done` (0 received: the end).
enum class SocketStatus : std::uint8_t { done, would_block, failed };
struct SocketResult {
    SocketStatus status = SocketStatus::failed;
    std::size_t count = 0;
};

/// The other end of a connection, as text; empty for a Unix socket.
struct PeerAddress {
    char text[46] = {};
    std::uint8_t size = 0;
    std::uint16_t port = 0;

    [[nodiscard]] std::string_view view() const noexcept { return {text, size}; }
};

enum class AcceptStatus : std::uint8_t { accepted, nothing, exhausted, failed };

/// One socket. Used by one thread at a time.
class Socket {
public:
    Socket() noexcept = default;
    explicit Socket(SocketHandle handle) noexcept : handle_(handle) {}
    Socket(Socket&& other) noexcept : handle_(other.release()) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket() { close(); }

    [[nodiscard]] SocketHandle handle() const noexcept { return handle_; }
    [[nodiscard]] bool is_open() const noexcept { return handle_ != no_socket; }
    SocketHandle release() noexcept;
    void close() noexcept;

    /// Receives up to `size` bytes.
    SocketResult receive(char* bytes, std::size_t size) noexcept;
    /// Sends the first bytes, and of the second what fits behind them, in one call.
    SocketResult send(std::string_view first, std::string_view second = {}) noexcept;
    /// Sends part of a file; `count` is 0 with `done` where the file ends early.
    SocketResult send_file(const FileRegion& region) noexcept;
    /// Says that nothing more will be sent.
    void shut_down_sending() noexcept;
    /// Ends both directions, so that a thread waiting on this socket wakes.
    void shut_down() noexcept;

    /// Accepts a connection from a listening socket.
    AcceptStatus accept(Socket& connection, PeerAddress& peer) noexcept;

private:
    SocketHandle handle_ = no_socket;
};

/// Waits until the socket can be read (or written), for so many milliseconds (-1: for ever); false when the time is up.
bool wait_for_socket(SocketHandle handle, bool for_writing, int milliseconds) noexcept;

/// The sockets that listen on a host's addresses; "localhost" has two. Throws OSError.
std::vector<Socket> listen_on(const std::string& host, std::uint16_t port, int backlog = 4096);
/// Returns the port a socket is bound to; 0 for a Unix socket.
std::uint16_t local_port(const Socket& socket) noexcept;
/// Connects to a host and port; blocking. Throws OSError. For tests and for examples.
Socket connect_to(const std::string& host, std::uint16_t port);
/// Removes a Unix socket's file.
void remove_unix_socket(std::string_view path) noexcept;

/// Keeps SIGPIPE from the calling thread while it lives; writing to a closed socket is then only an error.
class SocketSignalGuard {
public:
    SocketSignalGuard() noexcept;
    ~SocketSignalGuard();
    SocketSignalGuard(const SocketSignalGuard&) = delete;
    SocketSignalGuard& operator=(const SocketSignalGuard&) = delete;

private:
    bool was_open_ = false;
};

}  // namespace detail
}  // namespace microflask
