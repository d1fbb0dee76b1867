// Serves folders and files beside an application.
#include "middleware/shared_data.hpp"

#include "core/files.hpp"
#include "http/mimetypes.hpp"
#include "security/safe_join.hpp"
#include "wrappers/response.hpp"
#include "wrappers/send_file.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Whether a name fits a pattern in which `*` stands for any text and `?` for any byte.
MICROFLASK_INLINE bool shared_data_name_fits(std::string_view name,
                                             std::string_view pattern) noexcept {
    std::size_t star = std::string_view::npos, retry = 0, n = 0, p = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n]) &&
            pattern[p] != '*') {
            ++n;
            ++p;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace detail

MICROFLASK_INLINE SharedDataMiddleware::SharedDataMiddleware(
    Application application,
    std::initializer_list<std::pair<std::string_view, std::string_view>> exports,
    const SharedDataOptions& options)
    : application_(std::move(application)),
      disallow_(options.disallow),
      fallback_mimetype_(options.fallback_mimetype) {
    for (const auto& [prefix, path] : exports) {
        std::string_view start = prefix;
        while (start.ends_with('/')) start.remove_suffix(1);
        exports_.push_back({std::string(start), std::string(path)});
    }
    if (options.cache) max_age_ = options.cache_timeout;
}

/// Returns the file that a path stands for.
MICROFLASK_INLINE std::optional<std::string> SharedDataMiddleware::find(
    std::string_view path) const {
    for (const Export& shared : exports_) {
        if (!path.starts_with(shared.prefix)) continue;
        const std::string_view rest = path.substr(shared.prefix.size());
        std::optional<std::string> file = shared.path;
        if (!rest.empty()) {
            if (rest.front() != '/') continue;
            file = safe_join(shared.path, rest.substr(1));
        }
        if (!file || !detail::is_regular_file(*file)) continue;
        if (!disallow_.empty() &&
            detail::shared_data_name_fits(detail::path_name(*file), disallow_)) {
            continue;
        }
        return file;
    }
    return std::nullopt;
}

MICROFLASK_INLINE Body SharedDataMiddleware::operator()(Environ& request,
                                                        StartResponse start_response) const {
    const std::string_view method = request.request_method();
    const std::optional<std::string> file =
        method == "GET" || method == "HEAD" ? find(request.path_info()) : std::nullopt;
    if (!file) return application_(request, start_response);
    const std::string_view guessed = guess_type(*file).type;
    Response response = detail::send_file(
        *file,
        {.mimetype = guessed.empty() ? std::string_view(fallback_mimetype_) : guessed,
         .max_age = max_age_},
        {.environ = &request});
    response.headers().remove("Content-Disposition");
    if (!max_age_) response.headers().set("Cache-Control", "public");
    return std::move(response).send(request, start_response);
}

}  // namespace microflask
