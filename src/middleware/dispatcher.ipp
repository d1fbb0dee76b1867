// Several applications under several prefixes.
#include "middleware/dispatcher.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE DispatcherMiddleware::DispatcherMiddleware(
    Application application, std::initializer_list<std::pair<std::string_view, Application>> mounts)
    : application_(std::move(application)) {
    for (const auto& [prefix, mounted] : mounts) mount(prefix, mounted);
}

MICROFLASK_INLINE void DispatcherMiddleware::mount(std::string_view prefix,
                                                   Application application) {
    if (!prefix.starts_with('/') || prefix.ends_with('/')) {
        throw std::invalid_argument(
            "An application is mounted under a prefix that begins with a slash and does not end "
            "with one, such as \"/admin\".");
    }
    const Mount* place = mounts_.begin();
    while (place != mounts_.end() && place->prefix.size() >= prefix.size()) {
        if (place->prefix == prefix) {
            throw std::invalid_argument("Two applications are mounted under " +
                                        std::string(prefix) + ".");
        }
        ++place;
    }
    mounts_.insert(place, Mount{std::string(prefix), std::move(application)});
}

MICROFLASK_INLINE Body DispatcherMiddleware::operator()(Environ& request,
                                                        StartResponse start_response) const {
    const std::string_view path = request.path_info();
    for (const Mount& mount : mounts_) {
        if (!path.starts_with(mount.prefix)) continue;
        const std::string_view rest = path.substr(mount.prefix.size());
        if (!rest.empty() && rest.front() != '/') continue;
        const std::string script_name = std::string(request.script_name()) + mount.prefix;
        const std::string path_info(rest);
        request.set("SCRIPT_NAME", script_name);
        request.set("PATH_INFO", path_info);
        return mount.application(request, start_response);
    }
    return application_(request, start_response);
}

}  // namespace microflask
