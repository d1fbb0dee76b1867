// Bodies of what a service manager hands over. Systems without it have no sockets to inherit.
#include "server/service.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"
#include "core/process.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

inline constexpr std::string_view inherited_descriptor = "fd://";
inline constexpr std::string_view inherited_from_systemd = "systemd:";

MICROFLASK_INLINE bool is_inherited_host(std::string_view host) noexcept {
    return host == inherited_from_systemd ||
           host.substr(0, inherited_descriptor.size()) == inherited_descriptor;
}

#if MICROFLASK_OS_POSIX

inline constexpr int first_activated_socket = 3;  // SD_LISTEN_FDS_START

/// Returns how many sockets systemd passed to this process, and not to one that it came from.
MICROFLASK_INLINE int count_activated_sockets() noexcept {
    const char* const process = std::getenv("LISTEN_PID");
    const char* const count = std::getenv("LISTEN_FDS");
    if (!process || !count) return 0;
    if (parse_unsigned(process) != static_cast<std::uint64_t>(::getpid())) return 0;
    return static_cast<int>(parse_unsigned(count, 1024).value_or(0));
}

MICROFLASK_INLINE bool has_activated_sockets() noexcept {
    return count_activated_sockets() > 0;
}

MICROFLASK_INLINE Socket take_inherited_socket(int descriptor) {
    int value = 0;
    socklen_t size = sizeof value;
    const bool listens =
        ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
    if (!listens) {
        std::string number;
        append_unsigned(number, static_cast<std::uint64_t>(descriptor));
        throw OSError(errno, concat({"Descriptor ", number, " is no socket that listens."}));
    }
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL, 0) | O_NONBLOCK);
    const int on = 1;  // accepted sockets inherit it; a Unix socket has no such option
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return Socket(descriptor);
}

MICROFLASK_INLINE std::vector<Socket> take_inherited_sockets(std::string_view host) {
    std::vector<Socket> sockets;
    if (host == inherited_from_systemd) {
        const int count = count_activated_sockets();
        for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
        for (int i = 0; i < count; ++i)
            sockets.push_back(take_inherited_socket(first_activated_socket + i));
    } else if (const auto descriptor =
                   parse_unsigned(host.substr(inherited_descriptor.size()), INT32_MAX)) {
        sockets.push_back(take_inherited_socket(static_cast<int>(*descriptor)));
    }
    if (sockets.empty()) throw OSError(0, concat({"No sockets were passed: ", host}));
    return sockets;
}

MICROFLASK_INLINE std::string listening_host(const Socket& socket) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    auto* const address = reinterpret_cast<sockaddr*>(&storage);
    if (::getsockname(static_cast<int>(socket.handle()), address, &size) != 0) return {};
    if (address->sa_family == AF_UNIX) {
        sockaddr_un local{};
        std::memcpy(&local, &storage, (std::min)(sizeof local, sizeof storage));
        return concat(
            {"unix:",
             std::string_view(local.sun_path, ::strnlen(local.sun_path, sizeof local.sun_path))});
    }
    char text[INET6_ADDRSTRLEN] = {};
    const void* bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    if (address->sa_family == AF_INET6)
        bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    if (!::inet_ntop(address->sa_family, bytes, text, sizeof text)) return {};
    return text;
}

MICROFLASK_INLINE void raise_open_file_limit(std::size_t wanted) noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const rlim_t aim = (std::min)(static_cast<rlim_t>(wanted), limit.rlim_max);
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= aim) return;
    limit.rlim_cur = aim;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

#else

MICROFLASK_INLINE bool has_activated_sockets() noexcept {
    return false;
}

MICROFLASK_INLINE std::vector<Socket> take_inherited_sockets(std::string_view host) {
    throw OSError(0, concat({"This system passes no sockets to programs: ", host}));
}

MICROFLASK_INLINE std::string listening_host(const Socket&) {
    return {};
}

MICROFLASK_INLINE void raise_open_file_limit(std::size_t) noexcept {}

#endif

}  // namespace microflask::detail
