// Bodies of Listeners.
#include "server/listeners.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "server/service.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE Listeners::Listeners(std::string host, int port) {
    if (!std::in_range<std::uint16_t>(port)) throw ValueError("port must be 0-65535.");
    if (is_inherited_host(host)) {
        sockets_ = take_inherited_sockets(host);
        host = listening_host(sockets_.front());
    } else {
        sockets_ = listen_on(host, static_cast<std::uint16_t>(port));
        owns_unix_path_ = host.starts_with("unix:");
    }
    port_ = local_port(sockets_.front());
    host_ = std::move(host);
}

MICROFLASK_INLINE void Listeners::check_open() const {
    if (!is_open()) throw OSError(0, "The server was closed; make a new one.");
}

MICROFLASK_INLINE void Listeners::close() noexcept {
    if (is_open() && owns_unix_path_) remove_unix_socket(std::string_view(host_).substr(5));
    sockets_.clear();
}

}  // namespace microflask::detail
