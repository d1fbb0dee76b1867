// Bodies of SCGIServer.
#include "server/scgi.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "http/exceptions.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Reads the length before the colon of a netstring.
MICROFLASK_INLINE std::size_t scgi_netstring_size(GatewayConnection& connection, char first,
                                                  std::size_t limit) {
    std::string digits;
    for (char letter = first; letter != ':'; connection.read(&letter, 1)) {
        digits += letter;
        if (digits.size() > 10) break;
    }
    const std::optional<std::uint64_t> size = parse_unsigned(digits, limit);
    if (!size)
        throw BadRequest("an SCGI request begins with the length of its head, within the limit");
    return static_cast<std::size_t>(*size);
}

MICROFLASK_INLINE void serve_scgi(GatewayConnection& connection, const GatewayService& service) {
    char letter = 0;
    if (!connection.read_next(&letter, 1)) return;
    std::string head(scgi_netstring_size(connection, letter, service.options.header_bytes), '\0');
    connection.read(head.data(), head.size());
    connection.read(&letter, 1);
    if (letter != ',' || head.empty() || head.back() != '\0')
        throw BadRequest("the head of an SCGI request ends with NUL and a comma");

    CgiVariables variables;
    std::string_view rest = head;
    const auto take = [&rest] {
        const std::size_t end = rest.find('\0');
        const std::string_view text = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        return text;
    };
    while (!rest.empty()) {
        const std::string_view name = take();
        variables.add(name, take());
    }
    answer_bare_request(connection, service, variables, CgiForm::status_field);
}

}  // namespace detail

MICROFLASK_INLINE SCGIServer::SCGIServer(std::string host, int port, Application application,
                                         GatewayServerOptions options)
    : GatewayServer(std::move(host), port, std::move(application), std::move(options),
                    &detail::serve_scgi) {}

}  // namespace microflask
