// Several applications under several prefixes.
#pragma once

#include "core/list.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// Hands a request to the application that is mounted under the longest prefix of its path, else to
/// the first one (Werkzeug's `DispatcherMiddleware`):
/// `DispatcherMiddleware(frontend, {{"/backend", backend}})`. The prefix moves from the path to
/// SCRIPT_NAME. A `Flask` is referred to and must outlive this.
class DispatcherMiddleware {
public:
    explicit DispatcherMiddleware(
        Application application,
        std::initializer_list<std::pair<std::string_view, Application>> mounts = {});

    /// Mounts one more application; the prefix begins with "/" and does not end with one.
    void mount(std::string_view prefix, Application application);

    Body operator()(Environ& request, StartResponse start_response) const;

private:
    struct Mount {
        std::string prefix;
        Application application;
    };

    Application application_;
    detail::List<Mount> mounts_;  // the longest prefix first
};

}  // namespace microflask
