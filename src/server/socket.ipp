// Bodies of the socket: one half for POSIX, one for Windows, and what both share.
#include "server/socket.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace microflask::detail {

MICROFLASK_INLINE Socket& Socket::operator=(Socket&& other) noexcept {
    if (this != &other) {
        close();
        handle_ = other.release();
    }
    return *this;
}

MICROFLASK_INLINE SocketHandle Socket::release() noexcept {
    return std::exchange(handle_, no_socket);
}

/// Writes an IPv4 address in dotted form.
MICROFLASK_INLINE void write_peer_ipv4(const unsigned char* bytes, PeerAddress& peer) noexcept {
    char* at = peer.text;
    for (int i = 0; i < 4; ++i) {
        const unsigned value = bytes[i];
        if (i != 0) *at++ = '.';
        if (value >= 100) *at++ = static_cast<char>('0' + value / 100);
        if (value >= 10) *at++ = static_cast<char>('0' + value / 10 % 10);
        *at++ = static_cast<char>('0' + value % 10);
    }
    peer.size = static_cast<std::uint8_t>(at - peer.text);
}

MICROFLASK_INLINE void write_peer(const sockaddr* address, PeerAddress& peer) noexcept {
    peer.size = 0;
    peer.port = 0;
    if (address->sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, address, sizeof in);
        peer.port = ntohs(in.sin_port);
        write_peer_ipv4(reinterpret_cast<const unsigned char*>(&in.sin_addr), peer);
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, address, sizeof in6);
        peer.port = ntohs(in6.sin6_port);
        const unsigned char* bytes = in6.sin6_addr.s6_addr;
        static constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
        if (std::memcmp(bytes, mapped, sizeof mapped) == 0) {
            write_peer_ipv4(bytes + 12, peer);
        } else if (inet_ntop(AF_INET6, &in6.sin6_addr, peer.text, sizeof peer.text)) {
            peer.size = static_cast<std::uint8_t>(std::strlen(peer.text));
        }
    }
}

#if MICROFLASK_OS_POSIX

inline void start_sockets() noexcept {}
inline int native_socket(SocketHandle handle) noexcept {
    return static_cast<int>(handle);
}
inline int last_socket_error() noexcept {
    return errno;
}
inline bool socket_address_in_use(int number) noexcept {
    return number == EADDRINUSE;
}
inline bool socket_would_block(int number) noexcept {
    return number == EAGAIN || number == EWOULDBLOCK;
}
inline const char* socket_resolve_message(int error) noexcept {
    return gai_strerror(error);
}

inline SocketResult socket_result(ssize_t count) noexcept {
    if (count >= 0) return {SocketStatus::done, static_cast<std::size_t>(count)};
    return {socket_would_block(errno) ? SocketStatus::would_block : SocketStatus::failed, 0};
}

MICROFLASK_INLINE void Socket::close() noexcept {
    if (is_open()) ::close(native_socket(release()));
}

MICROFLASK_INLINE void Socket::shut_down_sending() noexcept {
    ::shutdown(native_socket(handle_), SHUT_WR);
}
MICROFLASK_INLINE void Socket::shut_down() noexcept {
    ::shutdown(native_socket(handle_), SHUT_RDWR);
}

MICROFLASK_INLINE SocketResult Socket::receive(char* bytes, std::size_t size) noexcept {
    for (;;) {
        const ssize_t count = ::recv(native_socket(handle_), bytes, size, 0);
        if (count >= 0 || errno != EINTR) return socket_result(count);
    }
}

MICROFLASK_INLINE bool wait_for_socket(SocketHandle handle, bool for_writing,
                                       int milliseconds) noexcept {
    pollfd entry{native_socket(handle), static_cast<short>(for_writing ? POLLOUT : POLLIN), 0};
    const int count = ::poll(&entry, 1, milliseconds);
    return count > 0 || (count < 0 && errno == EINTR);
}

MICROFLASK_INLINE void make_socket_nonblocking(int handle) noexcept {
    ::fcntl(handle, F_SETFL, ::fcntl(handle, F_GETFL, 0) | O_NONBLOCK);
}

inline void set_socket_option(int handle, int level, int option, int value) noexcept {
    ::setsockopt(handle, level, option, &value, sizeof value);
}

MICROFLASK_INLINE Socket open_stream_socket(int family) noexcept {
    Socket socket(::socket(family, SOCK_STREAM, 0));
    if (socket.is_open()) ::fcntl(native_socket(socket.handle()), F_SETFD, FD_CLOEXEC);
    return socket;
}

MICROFLASK_INLINE void prepare_listening_socket(const Socket& socket, int family,
                                                bool only_ipv6) noexcept {
    const int handle = native_socket(socket.handle());
    make_socket_nonblocking(handle);
    if (family == AF_UNIX) return;
    set_socket_option(handle, SOL_SOCKET, SO_REUSEADDR, 1);
    set_socket_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);  // accepted sockets inherit it
    if (family == AF_INET6) set_socket_option(handle, IPPROTO_IPV6, IPV6_V6ONLY, only_ipv6 ? 1 : 0);
}

MICROFLASK_INLINE Socket listen_at_unix_path(const std::string& path, int backlog) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) {
        throw OSError(ENAMETOOLONG,
                      concat({"The path of a Unix socket is empty or too long: ", path}));
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    const auto* const plain = reinterpret_cast<const sockaddr*>(&address);

    // A file left behind by a dead server is removed; a living one answers.
    if (struct stat status{}; ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) {
        const Socket probe = open_stream_socket(AF_UNIX);
        if (::connect(native_socket(probe.handle()), plain, sizeof address) == 0) {
            throw OSError(EADDRINUSE,
                          concat({"Address already in use\nA program listens at ", path, "."}));
        }
        ::unlink(path.c_str());
    }
    Socket socket = open_stream_socket(AF_UNIX);
    prepare_listening_socket(socket, AF_UNIX, false);
    if (::bind(native_socket(socket.handle()), plain, sizeof address) != 0 ||
        ::listen(native_socket(socket.handle()), backlog) != 0) {
        throw OSError(errno, concat({std::system_category().message(errno), ": ", path}));
    }
    return socket;
}

MICROFLASK_INLINE void remove_unix_socket(std::string_view path) noexcept {
    ::unlink(std::string(path).c_str());
}

MICROFLASK_INLINE SocketSignalGuard::SocketSignalGuard() noexcept {
    sigset_t pipe_signal;
    sigset_t before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    was_open_ = sigismember(&before, SIGPIPE) == 0;
}

MICROFLASK_INLINE SocketSignalGuard::~SocketSignalGuard() {
    if (!was_open_) return;
    sigset_t pipe_signal;
    sigset_t pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigpending(&pending);
    int taken = 0;
    if (sigismember(&pending, SIGPIPE) == 1) sigwait(&pipe_signal, &taken);
    pthread_sigmask(SIG_UNBLOCK, &pipe_signal, nullptr);
}

#endif
#if MICROFLASK_OS_POSIX && !MICROFLASK_OS_MACOS

MICROFLASK_INLINE SocketResult Socket::send(std::string_view first,
                                            std::string_view second) noexcept {
    for (;;) {
        ssize_t count = 0;
        if (second.empty()) {
            count = ::send(native_socket(handle_), first.data(), first.size(), MSG_NOSIGNAL);
        } else {
            iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                              {const_cast<char*>(second.data()), second.size()}};
            msghdr message{};
            message.msg_iov = parts;
            message.msg_iovlen = 2;
            count = ::sendmsg(native_socket(handle_), &message, MSG_NOSIGNAL);
        }
        if (count >= 0 || errno != EINTR) return socket_result(count);
    }
}

inline void settle_accepted_socket(int) noexcept {}

#endif
#if MICROFLASK_OS_MACOS

MICROFLASK_INLINE SocketResult Socket::send(std::string_view first,
                                            std::string_view second) noexcept {
    for (;;) {
        iovec parts[2] = {{const_cast<char*>(first.data()), first.size()},
                          {const_cast<char*>(second.data()), second.size()}};
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = second.empty() ? 1 : 2;
        const ssize_t count = ::sendmsg(native_socket(handle_), &message, 0);
        if (count >= 0 || errno != EINTR) return socket_result(count);
    }
}

inline void settle_accepted_socket(int handle) noexcept {
    set_socket_option(handle, SOL_SOCKET, SO_NOSIGPIPE, 1);
}

#endif
#if MICROFLASK_HAS_ACCEPT4

inline int accept_nonblocking(int listener, sockaddr* address, socklen_t* size) noexcept {
    return ::accept4(listener, address, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

#endif
#if MICROFLASK_OS_POSIX && !MICROFLASK_HAS_ACCEPT4

inline int accept_nonblocking(int listener, sockaddr* address, socklen_t* size) noexcept {
    const int handle = ::accept(listener, address, size);
    if (handle < 0) return handle;
    make_socket_nonblocking(handle);
    ::fcntl(handle, F_SETFD, FD_CLOEXEC);
    set_socket_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    settle_accepted_socket(handle);
    return handle;
}

#endif
#if MICROFLASK_OS_POSIX

MICROFLASK_INLINE AcceptStatus Socket::accept(Socket& connection, PeerAddress& peer) noexcept {
    for (;;) {
        sockaddr_storage storage;
        socklen_t size = sizeof storage;
        storage.ss_family = AF_UNIX;
        auto* const address = reinterpret_cast<sockaddr*>(&storage);
        const int handle = accept_nonblocking(native_socket(handle_), address, &size);
        if (handle >= 0) {
            connection = Socket(handle);
            write_peer(address, peer);
            return AcceptStatus::accepted;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (socket_would_block(errno)) return AcceptStatus::nothing;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            return AcceptStatus::exhausted;
        return AcceptStatus::failed;
    }
}

#endif
#if MICROFLASK_HAS_SENDFILE

MICROFLASK_INLINE SocketResult Socket::send_file(const FileRegion& region) noexcept {
    for (;;) {
        auto offset = static_cast<off_t>(region.offset);
        const std::size_t size =
            static_cast<std::size_t>((std::min)(region.length, std::uint64_t{1} << 30));
        const ssize_t count =
            ::sendfile(native_socket(handle_), static_cast<int>(region.handle), &offset, size);
        if (count >= 0 || errno != EINTR) return socket_result(count);
    }
}

#endif
#if MICROFLASK_OS_POSIX && !MICROFLASK_HAS_SENDFILE

MICROFLASK_INLINE SocketResult Socket::send_file(const FileRegion& region) noexcept {
    char piece[32768];
    const std::size_t size =
        static_cast<std::size_t>((std::min)(region.length, std::uint64_t{sizeof piece}));
    const ssize_t count =
        ::pread(static_cast<int>(region.handle), piece, size, static_cast<off_t>(region.offset));
    if (count < 0) return {};
    if (count == 0) return {SocketStatus::done, 0};
    return send({piece, static_cast<std::size_t>(count)});
}

#endif
#if MICROFLASK_OS_WINDOWS

inline SOCKET native_socket(SocketHandle handle) noexcept {
    return static_cast<SOCKET>(handle);
}
inline int last_socket_error() noexcept {
    return WSAGetLastError();
}
inline bool socket_address_in_use(int number) noexcept {
    return number == WSAEADDRINUSE || number == WSAEACCES;
}
inline const char* socket_resolve_message(int) noexcept {
    return "no such host";
}

MICROFLASK_INLINE void start_sockets() noexcept {
    static const int started = [] {
        WSADATA data;
        return WSAStartup(MAKEWORD(2, 2), &data);
    }();
    static_cast<void>(started);
}

inline SocketResult socket_failure() noexcept {
    return {WSAGetLastError() == WSAEWOULDBLOCK ? SocketStatus::would_block : SocketStatus::failed,
            0};
}

MICROFLASK_INLINE void Socket::close() noexcept {
    if (is_open()) ::closesocket(native_socket(release()));
}

MICROFLASK_INLINE void Socket::shut_down_sending() noexcept {
    ::shutdown(native_socket(handle_), SD_SEND);
}
MICROFLASK_INLINE void Socket::shut_down() noexcept {
    ::shutdown(native_socket(handle_), SD_BOTH);
}

MICROFLASK_INLINE SocketResult Socket::receive(char* bytes, std::size_t size) noexcept {
    const int wanted = static_cast<int>((std::min)(size, std::size_t{1} << 30));
    const int count = ::recv(native_socket(handle_), bytes, wanted, 0);
    if (count < 0) return socket_failure();
    return {SocketStatus::done, static_cast<std::size_t>(count)};
}

MICROFLASK_INLINE SocketResult Socket::send(std::string_view first,
                                            std::string_view second) noexcept {
    constexpr std::size_t most = std::size_t{1} << 30;
    WSABUF parts[2] = {
        {static_cast<ULONG>((std::min)(first.size(), most)), const_cast<char*>(first.data())},
        {static_cast<ULONG>((std::min)(second.size(), most)), const_cast<char*>(second.data())}};
    DWORD count = 0;
    if (::WSASend(native_socket(handle_), parts, second.empty() ? 1 : 2, &count, 0, nullptr,
                  nullptr) != 0) {
        return socket_failure();
    }
    return {SocketStatus::done, count};
}

MICROFLASK_INLINE SocketResult Socket::send_file(const FileRegion& region) noexcept {
    char piece[32768];
    OVERLAPPED position{};
    position.Offset = static_cast<DWORD>(region.offset & 0xffffffffU);
    position.OffsetHigh = static_cast<DWORD>(region.offset >> 32);
    DWORD count = 0;
    const DWORD wanted = static_cast<DWORD>((std::min)(region.length, std::uint64_t{sizeof piece}));
    if (!::ReadFile(reinterpret_cast<HANDLE>(region.handle), piece, wanted, &count, &position)) {
        if (GetLastError() == ERROR_HANDLE_EOF) return {SocketStatus::done, 0};
        return {};
    }
    if (count == 0) return {SocketStatus::done, 0};
    return send({piece, count});
}

MICROFLASK_INLINE bool wait_for_socket(SocketHandle handle, bool for_writing,
                                       int milliseconds) noexcept {
    WSAPOLLFD entry{};
    entry.fd = native_socket(handle);
    entry.events = for_writing ? POLLOUT : POLLIN;
    return ::WSAPoll(&entry, 1, milliseconds) > 0;
}

inline void make_socket_nonblocking(SOCKET handle) noexcept {
    u_long on = 1;
    ::ioctlsocket(handle, static_cast<long>(FIONBIO), &on);
}

inline void set_socket_option(SOCKET handle, int level, int option, int value) noexcept {
    ::setsockopt(handle, level, option, reinterpret_cast<const char*>(&value), sizeof value);
}

MICROFLASK_INLINE Socket open_stream_socket(int family) noexcept {
    start_sockets();
    const SOCKET handle = ::WSASocketW(family, SOCK_STREAM, 0, nullptr, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    return handle == INVALID_SOCKET ? Socket() : Socket(static_cast<SocketHandle>(handle));
}

MICROFLASK_INLINE void prepare_listening_socket(const Socket& socket, int family,
                                                bool only_ipv6) noexcept {
    const SOCKET handle = native_socket(socket.handle());
    make_socket_nonblocking(handle);
    set_socket_option(handle, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    if (family == AF_INET6) set_socket_option(handle, IPPROTO_IPV6, IPV6_V6ONLY, only_ipv6 ? 1 : 0);
}

[[noreturn]] MICROFLASK_INLINE Socket listen_at_unix_path(const std::string& path, int) {
    throw OSError(WSAEAFNOSUPPORT, concat({"Unix sockets are not there on Windows: ", path}));
}

MICROFLASK_INLINE void remove_unix_socket(std::string_view) noexcept {}

MICROFLASK_INLINE AcceptStatus Socket::accept(Socket& connection, PeerAddress& peer) noexcept {
    for (;;) {
        sockaddr_storage storage{};
        int size = sizeof storage;
        auto* const address = reinterpret_cast<sockaddr*>(&storage);
        const SOCKET handle = ::accept(native_socket(handle_), address, &size);
        if (handle != INVALID_SOCKET) {
            connection = Socket(static_cast<SocketHandle>(handle));
            make_socket_nonblocking(handle);
            set_socket_option(handle, IPPROTO_TCP, TCP_NODELAY, 1);
            write_peer(address, peer);
            return AcceptStatus::accepted;
        }
        const int number = WSAGetLastError();
        if (number == WSAECONNRESET) continue;
        if (number == WSAEWOULDBLOCK) return AcceptStatus::nothing;
        if (number == WSAEMFILE || number == WSAENOBUFS) return AcceptStatus::exhausted;
        return AcceptStatus::failed;
    }
}

MICROFLASK_INLINE SocketSignalGuard::SocketSignalGuard() noexcept = default;
MICROFLASK_INLINE SocketSignalGuard::~SocketSignalGuard() = default;

#endif

/// A resolved address to bind or to connect to.
struct ResolvedAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

[[noreturn]] MICROFLASK_INLINE void throw_socket_error(int number, const std::string& where,
                                                       std::uint16_t port) {
    if (socket_address_in_use(number) && port != 0) {
        std::string digits;
        append_unsigned(digits, port);
        throw OSError(
            number,
            concat(
                {"Address already in use\nPort ", digits,
                 " is in use by another program. Either identify and stop that program, or start "
                 "the server with a different port."}));
    }
    throw OSError(number, concat({std::system_category().message(number), ": ", where}));
}

MICROFLASK_INLINE std::vector<ResolvedAddress> resolve_host(const std::string& host,
                                                            std::uint16_t port, bool passive) {
    start_sockets();
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = passive ? AI_PASSIVE : 0;
    addrinfo* list = nullptr;
    std::string digits;
    append_unsigned(digits, port);
    const char* node = host.empty() ? (passive ? "0.0.0.0" : "127.0.0.1") : host.c_str();
    const int error = getaddrinfo(node, digits.c_str(), &hints, &list);
    if (error != 0)
        throw OSError(error, concat({"Cannot resolve the host \"", host,
                                     "\": ", socket_resolve_message(error)}));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(
        list, [](addrinfo* each) { freeaddrinfo(each); });
    std::vector<ResolvedAddress> found;
    for (const addrinfo* each = list; each; each = each->ai_next) {
        if (each->ai_addrlen > sizeof(sockaddr_storage)) continue;
        ResolvedAddress address;
        std::memcpy(&address.storage, each->ai_addr, each->ai_addrlen);
        address.size = static_cast<socklen_t>(each->ai_addrlen);
        found.push_back(address);
    }
    return found;
}

MICROFLASK_INLINE Socket listen_at(const ResolvedAddress& address, const std::string& where,
                                   std::uint16_t port, int backlog) {
    Socket socket = open_stream_socket(address.storage.ss_family);
    if (!socket.is_open()) throw_socket_error(last_socket_error(), where, port);
    prepare_listening_socket(socket, address.storage.ss_family, where != "::");
    const auto handle = native_socket(socket.handle());
    if (::bind(handle, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
        ::listen(handle, backlog) != 0) {
        throw_socket_error(last_socket_error(), where, port);
    }
    return socket;
}

MICROFLASK_INLINE std::vector<Socket> listen_on(const std::string& host, std::uint16_t port,
                                                int backlog) {
    std::vector<Socket> sockets;
    if (host.compare(0, 5, "unix:") == 0) {
        sockets.push_back(listen_at_unix_path(host.substr(5), backlog));
        return sockets;
    }
    if (host != "localhost") {
        sockets.push_back(listen_at(resolve_host(host, port, true).front(), host, port, backlog));
        return sockets;
    }
    // Both loopbacks on one port. A port of the system's choice may be taken on the second: then another try.
    for (int attempt = 0;; ++attempt) {
        sockets.clear();
        sockets.push_back(
            listen_at(resolve_host("127.0.0.1", port, true).front(), host, port, backlog));
        try {
            const std::uint16_t chosen = local_port(sockets.front());
            sockets.push_back(
                listen_at(resolve_host("::1", chosen, true).front(), host, chosen, backlog));
        } catch (const OSError& error) {
            // A system without IPv6 still has the first.
            if (socket_address_in_use(error.number())) {
                if (port != 0 || attempt == 8) throw;
                continue;
            }
        }
        return sockets;
    }
}

MICROFLASK_INLINE std::uint16_t local_port(const Socket& socket) noexcept {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (getsockname(native_socket(socket.handle()), reinterpret_cast<sockaddr*>(&storage), &size) !=
        0)
        return 0;
    PeerAddress address;
    write_peer(reinterpret_cast<const sockaddr*>(&storage), address);
    return address.port;
}

MICROFLASK_INLINE Socket connect_to(const std::string& host, std::uint16_t port) {
    int number = 0;
    for (const ResolvedAddress& address : resolve_host(host, port, false)) {
        Socket socket = open_stream_socket(address.storage.ss_family);
        if (socket.is_open() &&
            ::connect(native_socket(socket.handle()),
                      reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0) {
            set_socket_option(native_socket(socket.handle()), IPPROTO_TCP, TCP_NODELAY, 1);
            return socket;
        }
        number = last_socket_error();
    }
    throw_socket_error(number, host, 0);
}

}  // namespace microflask::detail
