// Bodies of UWSGIServer. A request is a head of four bytes (modifier1, the size of the variables in little-endian order,
// modifier2), the variables, and the bare body.
#include "server/uwsgi.hpp"

#include "core/config.hpp"
#include "http/exceptions.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Takes a text with its size before it from the front of the variables.
MICROFLASK_INLINE std::string_view take_uwsgi_text(std::string_view& rest) {
    if (rest.size() < 2) throw BadRequest("a uwsgi variable is cut off");
    const std::size_t size =
        static_cast<unsigned char>(rest[0]) + 256U * static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    if (rest.size() < size) throw BadRequest("a uwsgi variable is cut off");
    const std::string_view text = rest.substr(0, size);
    rest.remove_prefix(size);
    return text;
}

MICROFLASK_INLINE void serve_uwsgi(GatewayConnection& connection, const GatewayService& service) {
    char head[4];
    if (!connection.read_next(head, sizeof head)) return;
    const std::size_t size =
        static_cast<unsigned char>(head[1]) + 256U * static_cast<unsigned char>(head[2]);
    if (head[0] != 0 || size > service.options.header_bytes)
        throw BadRequest("a uwsgi request has modifier 0 and variables within the limit");
    std::string bytes(size, '\0');
    connection.read(bytes.data(), size);

    CgiVariables variables;
    std::string_view rest = bytes;
    while (!rest.empty()) {
        const std::string_view name = take_uwsgi_text(rest);
        variables.add(name, take_uwsgi_text(rest));
    }
    answer_bare_request(connection, service, variables, CgiForm::status_line);
}

}  // namespace detail

MICROFLASK_INLINE UWSGIServer::UWSGIServer(std::string host, int port, Application application,
                                           GatewayServerOptions options)
    : GatewayServer(std::move(host), port, std::move(application), std::move(options),
                    &detail::serve_uwsgi) {}

}  // namespace microflask
