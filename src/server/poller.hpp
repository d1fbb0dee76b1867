// The contract of a poller, which says which sockets are ready, and the choice of one.
#pragma once

#include "server/socket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace microflask {

/// Which of the system's ways to wait for many sockets a server uses; `automatic` is the best there is.
enum class PollerKind : std::uint8_t { automatic, epoll, kqueue, poll };

namespace detail {

/// What is waited for. `shared`: several pollers wait for the same socket, and one of them is woken.
enum class PollInterest : std::uint8_t { none, read, write, shared_read };

/// A socket that is ready, named by the key it was added with. A broken one is ready for both.
struct PollerEvent {
    void* key = nullptr;
    bool readable = false;
    bool writable = false;
};

/// Waits for many sockets, level-triggered. Used by one thread at a time.
class Poller {
public:
    virtual ~Poller() = default;
    /// Begins to watch a socket; false where the system has no room for it.
    [[nodiscard]] virtual bool add(SocketHandle handle, void* key, PollInterest interest) = 0;
    /// Changes what a watched socket is waited for.
    virtual void modify(SocketHandle handle, void* key, PollInterest before,
                        PollInterest after) = 0;
    /// Ends watching; to be called before the socket is closed.
    virtual void remove(SocketHandle handle, PollInterest before) = 0;
    /// Waits for so many milliseconds (-1: for ever) and returns how many events it wrote.
    virtual std::size_t wait(PollerEvent* events, std::size_t capacity, int milliseconds) = 0;
    /// Whether closing a socket ends watching it, so that `remove` may be left out.
    [[nodiscard]] virtual bool forgets_closed() const noexcept { return false; }
};

/// Returns whether this system has a kind of poller.
bool has_poller(PollerKind kind) noexcept;
/// Makes a poller; throws OSError where the system has no such kind or no room.
std::unique_ptr<Poller> make_poller(PollerKind kind);

}  // namespace detail
}  // namespace microflask
