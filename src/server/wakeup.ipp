// Bodies of the wake-up: an eventfd, a pipe, or on Windows a datagram socket that talks to itself.
#include "server/wakeup.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"

#include <cstdint>
#include <string>
#include <system_error>

namespace microflask::detail {

#if MICROFLASK_HAS_EVENTFD

MICROFLASK_INLINE Wakeup::Wakeup()
    : reading_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), writing_(reading_) {
    if (reading_ < 0) throw OSError(errno, std::system_category().message(errno));
}

MICROFLASK_INLINE Wakeup::~Wakeup() {
    ::close(static_cast<int>(reading_));
}

MICROFLASK_INLINE void Wakeup::notify() const noexcept {
    const int before = errno;
    const std::uint64_t one = 1;
    // A counter that is full is a wake-up that is still there.
    if (::write(static_cast<int>(writing_), &one, sizeof one) < 0) errno = before;
}

MICROFLASK_INLINE void Wakeup::drain() const noexcept {
    std::uint64_t count = 0;
    while (::read(static_cast<int>(reading_), &count, sizeof count) < 0 && errno == EINTR) {
    }
}

#elif MICROFLASK_OS_POSIX

MICROFLASK_INLINE Wakeup::Wakeup() {
    int ends[2];
    if (::pipe(ends) != 0) throw OSError(errno, std::system_category().message(errno));
    for (const int end : ends) {
        ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL, 0) | O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    reading_ = ends[0];
    writing_ = ends[1];
}

MICROFLASK_INLINE Wakeup::~Wakeup() {
    ::close(static_cast<int>(reading_));
    ::close(static_cast<int>(writing_));
}

MICROFLASK_INLINE void Wakeup::notify() const noexcept {
    const int before = errno;
    // A pipe that is full is a wake-up that is still there.
    if (::write(static_cast<int>(writing_), "w", 1) < 0) errno = before;
}

MICROFLASK_INLINE void Wakeup::drain() const noexcept {
    char bytes[64];
    while (::read(static_cast<int>(reading_), bytes, sizeof bytes) > 0) {
    }
}

#else

MICROFLASK_INLINE Wakeup::Wakeup() {
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    const SOCKET handle = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    u_long on = 1;
    if (handle == INVALID_SOCKET || ::bind(handle, plain, size) != 0 ||
        ::getsockname(handle, plain, &size) != 0 || ::connect(handle, plain, size) != 0 ||
        ::ioctlsocket(handle, static_cast<long>(FIONBIO), &on) != 0) {
        throw OSError(WSAGetLastError(), "cannot make a socket for wake-ups");
    }
    reading_ = static_cast<SocketHandle>(handle);
    writing_ = reading_;
}

MICROFLASK_INLINE Wakeup::~Wakeup() {
    ::closesocket(static_cast<SOCKET>(reading_));
    WSACleanup();
}

MICROFLASK_INLINE void Wakeup::notify() const noexcept {
    ::send(static_cast<SOCKET>(writing_), "w", 1, 0);
}

MICROFLASK_INLINE void Wakeup::drain() const noexcept {
    char bytes[64];
    while (::recv(static_cast<SOCKET>(reading_), bytes, sizeof bytes, 0) > 0) {
    }
}

#endif

}  // namespace microflask::detail
