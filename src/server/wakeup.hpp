// Lets another thread, or a signal handler, interrupt a poller.
#pragma once

#include "server/socket.hpp"

namespace microflask::detail {

/// A socket that becomes readable when somebody calls `notify`.
class Wakeup {
public:
    Wakeup();
    ~Wakeup();
    Wakeup(const Wakeup&) = delete;
    Wakeup& operator=(const Wakeup&) = delete;

    /// Returns what a poller watches.
    [[nodiscard]] SocketHandle handle() const noexcept { return reading_; }
    /// Makes the handle readable. From any thread and from a signal handler.
    void notify() const noexcept;
    /// Takes back what was notified; for the thread that polls.
    void drain() const noexcept;

private:
    SocketHandle reading_ = no_socket;
    SocketHandle writing_ = no_socket;
};

}  // namespace microflask::detail
