// What a client may send and how long it may take: every limit of the server, with defaults for the open internet.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace microflask {

/// The limits of a server. Every silent or trickling client is gone within 30 seconds by default.
struct ServerLimits {
    /// The longest request line in bytes; longer ones are answered 414.
    std::size_t request_line = 8192;
    /// The longest request head in bytes, its first line included; longer ones are answered 431.
    std::size_t header_bytes = 32768;
    /// The most header fields; more are answered 431.
    std::size_t header_count = 100;
    /// The longest request body in bytes; longer ones are answered 413. 0 is no limit.
    std::uint64_t body = std::uint64_t{1} << 30;
    /// The most connections open at a time; further ones wait to be accepted.
    std::size_t connections = 20000;
    /// How much of a body that the application left unread is read and dropped, so that the connection can live on.
    std::size_t unread_body = 262144;
    /// From the first byte of a request (or from connecting) to the end of its head.
    std::chrono::milliseconds header_timeout{10000};
    /// How long a body may pause; also the time after which `minimum_rate` is asked for.
    std::chrono::milliseconds body_timeout{10000};
    /// How long a client may take nothing of an answer; also the time after which `minimum_rate` is asked for.
    std::chrono::milliseconds write_timeout{20000};
    /// How long an idle connection is kept open for the next request.
    std::chrono::milliseconds keep_alive_timeout{20000};
    /// How long a stopping server waits for what is in flight.
    std::chrono::milliseconds shutdown_timeout{10000};
    /// The bytes per second that a body and an answer must move at least, on average. 0 asks for none.
    std::uint64_t minimum_rate = 256;
};

namespace detail {

/// When a loop is given away, for tests: as designed, at each view's beginning, or whenever the monitor looks.
enum class ForcedHandover : std::uint8_t { none, before_view, at_once };

}  // namespace detail
}  // namespace microflask
