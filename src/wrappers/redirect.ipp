// The bodies of redirect.hpp.
#include "wrappers/redirect.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE Response redirect(std::string_view location, int code) {
    const Markup escaped = escape(location);
    const std::string_view shown = escaped.str();
    Response response(
        detail::concat({"<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n"
                        "<h1>Redirecting...</h1>\n"
                        "<p>You should be redirected automatically to the target URL: <a href=\"",
                        shown, "\">", shown, "</a>. If not, click the link.\n"}),
        code);
    response.location(location);
    return response;
}

MICROFLASK_INLINE Response append_slash_redirect(const Environ& environ, int code) {
    const std::string_view path = environ.path_info();
    const std::string_view tail = path.substr(path.rfind('/') + 1);
    std::string target = tail.empty() ? std::string("./") : detail::concat({tail, "/"});
    if (!environ.query_string().empty()) {
        target += '?';
        target += environ.query_string();
    }
    return redirect(target, code);
}

}  // namespace microflask
