// Complains when either side breaks the gateway's contract.
#include "middleware/lint.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "datastructures/headers.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE LintMiddleware::LintMiddleware(Application application, Warn warn)
    : application_(std::move(application)), warn_(std::make_shared<const Warn>(std::move(warn))) {}

MICROFLASK_INLINE void LintMiddleware::warn(std::string_view message) const {
    if (*warn_)
        (*warn_)(message);
    else
        detail::write_to_stderr(detail::concat({"LintMiddleware: ", message, "\n"}));
}

MICROFLASK_INLINE void LintMiddleware::check_environ(const Environ& request) const {
    for (const std::string_view key :
         {"REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "wsgi.url_scheme"}) {
        if (request[key].empty())
            warn(detail::concat({"Required environment key '", key, "' not found"}));
    }
    const std::string_view script_name = request.script_name();
    if (!script_name.empty() && !script_name.starts_with('/'))
        warn(detail::concat({"'SCRIPT_NAME' does not start with a slash: ", script_name}));
    if (script_name == "/") warn("'SCRIPT_NAME' is a lone slash where it should be empty");
    const std::string_view path_info = request.path_info();
    if (!path_info.empty() && !path_info.starts_with('/'))
        warn(detail::concat({"'PATH_INFO' does not start with a slash: ", path_info}));
}

MICROFLASK_INLINE void LintMiddleware::check_start_response(std::string_view status,
                                                            const Headers& headers) const {
    const std::string_view code = status.substr(0, status.find(' '));
    const std::optional<std::uint64_t> number = detail::parse_unsigned(code);
    if (code.size() != 3 || !number)
        warn(detail::concat({"Status code must be three digits: '", status, "'"}));
    else if (*number < 100)
        warn("Status code must be at least 100");
    if (status.size() < 4 || status[3] != ' ')
        warn(detail::concat({"Invalid value for status '", status,
                             "'. Valid statuses are three digits, a space and text."}));
    for (const auto& [name, value] : headers) {
        if (detail::equals_ignoring_case(name, "status"))
            warn("The status header is not supported due to conflicts with the CGI spec.");
        if (detail::trim(value) != value)
            warn(detail::concat({"White space around the value of '", name, "'"}));
    }
    const std::optional<std::string> etag = headers.get("ETag");
    if (etag) {
        const std::string_view opaque =
            std::string_view(*etag).substr(etag->starts_with("W/") ? 2 : 0);
        if (opaque.size() < 2 || !opaque.starts_with('"') || !opaque.ends_with('"'))
            warn(detail::concat({"Unquoted etag emitted: ", *etag}));
    }
}

MICROFLASK_INLINE void LintMiddleware::check_body(const Environ& request, std::string_view status,
                                                  const Headers& headers, const Body& body) const {
    if (status.empty()) {
        warn("The application returned before it started a response.");
        return;
    }
    const std::uint64_t code = detail::parse_unsigned(status.substr(0, 3)).value_or(0);
    const std::optional<std::uint64_t> size = body.size();
    if (code == 304 || code == 204 || (code >= 100 && code < 200)) {
        if (size.value_or(0) != 0)
            warn(detail::concat({status.substr(0, 3), " responses must not have a body."}));
        if (code != 304 && headers.get("Content-Length", "0") != "0")
            warn(detail::concat({status.substr(0, 3), " responses must have no content length."}));
        return;
    }
    const std::optional<std::string> length = headers.get("Content-Length");
    if (!length || request.request_method() == "HEAD") return;
    const std::optional<std::uint64_t> said = detail::parse_unsigned(*length);
    if (!said)
        warn(detail::concat({"Content-Length is no number: '", *length, "'"}));
    else if (size && *size != *said)
        warn(detail::concat({"Content-Length is ", *length, ", but the body has ",
                             std::to_string(*size), " bytes."}));
}

MICROFLASK_INLINE Body LintMiddleware::operator()(Environ& request,
                                                  StartResponse start_response) const {
    check_environ(request);
    std::string status;
    Headers sent;
    const auto checked = [&](std::string_view line, const Headers& headers,
                             std::exception_ptr error) {
        if (!status.empty() && !error)
            warn("The application started its response twice, without an exception.");
        check_start_response(line, headers);
        status = line;
        sent = headers;
        start_response(line, headers, std::move(error));
    };
    Body body = application_(request, checked);
    check_body(request, status, sent, body);
    return body;
}

}  // namespace microflask
