// Believes X-Forwarded-* from as many proxies as told, no more.
#include "middleware/proxy_fix.hpp"

#include "core/text.hpp"
#include "http/field_values.hpp"
#include "http/hosts.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Returns what the outermost of so many trusted proxies wrote into a field; empty where they did not.
MICROFLASK_INLINE std::string proxy_fix_value(const Environ& request, std::string_view key,
                                              int trusted) {
    if (trusted <= 0) return {};
    const std::string_view field = request[key];
    if (field.empty()) return {};
    std::vector<std::string> values = parse_list_header(field);
    const std::size_t count = static_cast<std::size_t>(trusted);
    return values.size() < count ? std::string() : std::move(values[values.size() - count]);
}

MICROFLASK_INLINE void proxy_fix_replace(Environ& request, std::string_view key,
                                         std::string_view value) {
    const std::string original = concat({"werkzeug.proxy_fix.orig.", key});
    if (!request.contains(original)) request.set(original, request[key]);
    request.set(key, value);
}

}  // namespace detail

MICROFLASK_INLINE ProxyFix::ProxyFix(Application application, const ProxyFixOptions& options)
    : application_(std::move(application)), options_(options) {}

MICROFLASK_INLINE Body ProxyFix::operator()(Environ& request, StartResponse start_response) const {
    using detail::proxy_fix_replace;
    using detail::proxy_fix_value;

    const std::string address = proxy_fix_value(request, "HTTP_X_FORWARDED_FOR", options_.x_for);
    if (!address.empty()) proxy_fix_replace(request, "REMOTE_ADDR", address);

    const std::string scheme = proxy_fix_value(request, "HTTP_X_FORWARDED_PROTO", options_.x_proto);
    if (!scheme.empty()) proxy_fix_replace(request, "wsgi.url_scheme", scheme);

    const std::string host = proxy_fix_value(request, "HTTP_X_FORWARDED_HOST", options_.x_host);
    if (!host.empty()) {
        const detail::HostParts parts = detail::split_host(host);
        proxy_fix_replace(request, "HTTP_HOST", host);
        proxy_fix_replace(request, "SERVER_NAME", parts.name);
        if (parts.port) proxy_fix_replace(request, "SERVER_PORT", *parts.port);
    }

    const std::string port = proxy_fix_value(request, "HTTP_X_FORWARDED_PORT", options_.x_port);
    if (!port.empty()) {
        const std::string current(request["HTTP_HOST"]);
        if (!current.empty()) {
            const std::string_view name = detail::host_without_port(current);
            proxy_fix_replace(request, "HTTP_HOST", detail::concat({name, ":", port}));
        }
        proxy_fix_replace(request, "SERVER_PORT", port);
    }

    const std::string prefix =
        proxy_fix_value(request, "HTTP_X_FORWARDED_PREFIX", options_.x_prefix);
    if (!prefix.empty()) proxy_fix_replace(request, "SCRIPT_NAME", prefix);

    return application_(request, start_response);
}

}  // namespace microflask
