// What a service manager hands to the process: sockets that listen already (systemd's socket activation), and room for
// open files.
#pragma once

#include "server/socket.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace microflask::detail {

/// Whether systemd passed listening sockets to this process (LISTEN_PID and LISTEN_FDS, sd_listen_fds(3)).
bool has_activated_sockets() noexcept;

/// Whether a host means sockets that are there already: "fd://3" one descriptor, "systemd:" all that systemd passed.
bool is_inherited_host(std::string_view host) noexcept;

/// Takes the listening sockets that such a host means; systemd's only once, for its variables are removed. Throws OSError
/// where there are none, or one of them does not listen.
std::vector<Socket> take_inherited_sockets(std::string_view host);

/// Returns the host a socket listens on, as `listen_on` takes it: "127.0.0.1", "::1", "unix:/path".
std::string listening_host(const Socket& socket);

/// Raises the soft limit of open files towards this number, as far as the hard one allows.
void raise_open_file_limit(std::size_t wanted) noexcept;

}  // namespace microflask::detail
