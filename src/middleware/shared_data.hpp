// Serves folders and files beside an application.
#pragma once

#include "core/list.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// How shared files are served.
struct SharedDataOptions {
    /// File names that are not served: a name with `*` for any text, such as "*.cpp"; none if empty.
    std::string_view disallow = {};
    /// Whether browsers may keep a file without asking again.
    bool cache = true;
    /// For how many seconds.
    long long cache_timeout = 60LL * 60 * 12;
    /// The media type of a file whose name says nothing.
    std::string_view fallback_mimetype = "application/octet-stream";
};

/// Serves files below some paths, and hands every other request to the application (Werkzeug's
/// `SharedDataMiddleware`): `SharedDataMiddleware(app.wsgi_app, {{"/shared", "path/of/a/folder"}})`. An
/// export is a folder or one file. What is not there is the application's business.
class SharedDataMiddleware {
public:
    SharedDataMiddleware(
        Application application,
        std::initializer_list<std::pair<std::string_view, std::string_view>> exports,
        const SharedDataOptions& options = {});

    Body operator()(Environ& request, StartResponse start_response) const;

private:
    struct Export {
        std::string prefix;
        std::string path;
    };

    [[nodiscard]] std::optional<std::string> find(std::string_view path) const;

    Application application_;
    detail::List<Export> exports_;
    std::string disallow_;
    std::string fallback_mimetype_;
    std::optional<long long> max_age_;
};

}  // namespace microflask
