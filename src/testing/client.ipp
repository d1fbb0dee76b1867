// The bodies of client.hpp.
#include "testing/client.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "http/cookies.hpp"
#include "http/urls.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Returns a host without its port, in lower case.
MICROFLASK_INLINE std::string client_host_name(std::string_view host) {
    const std::size_t close = host.find(']');
    const std::size_t colon = host.find(':', close == std::string_view::npos ? 0 : close);
    return to_lower(host.substr(0, colon));
}

/// Whether a client follows this status.
MICROFLASK_INLINE bool client_follows(int status) noexcept {
    return status == 301 || status == 302 || status == 303 || status == 305 || status == 307 ||
           status == 308;
}

}  // namespace detail

MICROFLASK_INLINE TestResponse::TestResponse(Response response,
                                             std::shared_ptr<detail::TestEnviron> environ)
    : Response(std::move(response)),
      environ_(std::move(environ)),
      request_(std::make_shared<Request>(environ_->environ())) {}

MICROFLASK_INLINE Client::Client(Application application, const ClientOptions& options)
    : application_(std::move(application)),
      use_cookies_(options.use_cookies),
      allow_subdomain_redirects_(options.allow_subdomain_redirects) {}

MICROFLASK_INLINE TestResponse Client::open(std::string_view path, EnvironBuilderOptions options) {
    const bool follow_redirects = options.follow_redirects;
    const bool buffered = options.buffered;
    return open(make_builder(path, std::move(options)), follow_redirects, buffered);
}

MICROFLASK_INLINE TestResponse Client::open_with(std::string_view method, std::string_view path,
                                                 EnvironBuilderOptions options) {
    options.method = std::string(method);
    return open(path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::get(std::string_view path, EnvironBuilderOptions options) {
    return open_with("GET", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::post(std::string_view path, EnvironBuilderOptions options) {
    return open_with("POST", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::put(std::string_view path, EnvironBuilderOptions options) {
    return open_with("PUT", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::delete_(std::string_view path,
                                               EnvironBuilderOptions options) {
    return open_with("DELETE", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::patch(std::string_view path, EnvironBuilderOptions options) {
    return open_with("PATCH", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::head(std::string_view path, EnvironBuilderOptions options) {
    return open_with("HEAD", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::options(std::string_view path,
                                               EnvironBuilderOptions options) {
    return open_with("OPTIONS", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::trace(std::string_view path, EnvironBuilderOptions options) {
    return open_with("TRACE", path, std::move(options));
}

MICROFLASK_INLINE TestResponse Client::open(const EnvironBuilder& first, bool follow_redirects,
                                            bool buffered) {
    EnvironBuilder builder(first);
    TestResponse response = send(builder, buffered);
    if (!follow_redirects) return response;

    std::vector<std::pair<std::string, int>> seen;
    std::vector<TestResponse> history;
    while (detail::client_follows(response.status_code())) {
        // A streamed body is read to its end, so that what it holds is released.
        response.make_sequence();
        response.close();
        std::pair<std::string, int> entry(response.location().value_or(""), response.status_code());
        if (std::find(seen.begin(), seen.end(), entry) != seen.end()) {
            throw ClientRedirectError(
                detail::concat({"Loop detected: A ", std::to_string(entry.second), " redirect to ",
                                entry.first, " was already made."}));
        }
        seen.push_back(std::move(entry));
        builder = resolve_redirect(response, std::move(builder));
        response.history_ = history;
        history.push_back(std::move(response));
        response = send(builder, buffered);
    }
    response.history_ = std::move(history);
    return response;
}

MICROFLASK_INLINE EnvironBuilder Client::make_builder(std::string_view path,
                                                      EnvironBuilderOptions options) {
    return EnvironBuilder(path, std::move(options));
}

MICROFLASK_INLINE Response Client::run(Environ& environ, bool buffered) {
    return run_wsgi_app(application_, environ, buffered);
}

MICROFLASK_INLINE TestResponse Client::send(EnvironBuilder builder, bool buffered) {
    add_cookies(builder);
    const std::shared_ptr<detail::TestEnviron> environ = builder.get_environ();
    latest_environ_ = environ;
    Response response = run(environ->environ(), buffered);
    take_cookies(environ->environ(), response);
    return TestResponse(std::move(response), environ);
}

MICROFLASK_INLINE EnvironBuilder Client::resolve_redirect(const TestResponse& response,
                                                          EnvironBuilder builder) const {
    const std::optional<std::string> location = response.location();
    if (!location) throw ClientRedirectError("A redirect has no Location.");
    const std::string here = detail::concat(
        {builder.url_scheme(), "://", builder.host(), builder.script_root(), builder.path()});
    const auto target = detail::urlsplit(detail::urljoin(here, *location));

    const std::string from = detail::client_host_name(builder.host());
    const std::string to = detail::client_host_name(target.netloc);
    if (to != from) {
        const bool is_below = to.size() > from.size() &&
                              to.compare(to.size() - from.size(), from.size(), from) == 0 &&
                              to[to.size() - from.size() - 1] == '.';
        if (!is_below) throw ClientRedirectError("Following external redirects is not supported.");
        if (!allow_subdomain_redirects_)
            throw ClientRedirectError("Following subdomain redirects is not enabled.");
    }
    builder.url_scheme(target.scheme).host(target.netloc).query_string(target.query);
    builder.headers().remove("Host");

    const std::string& root = builder.script_root();
    const bool is_below_root =
        target.path.compare(0, root.size(), root) == 0 &&
        (target.path.size() == root.size() || target.path[root.size()] == '/');
    if (!is_below_root) builder.script_root("");
    builder.path(is_below_root ? target.path.substr(root.size()) : std::string(target.path));

    // Only 307 and 308 keep the method and the body; HEAD stays HEAD, everything else becomes GET.
    if (response.status_code() != 307 && response.status_code() != 308) {
        if (builder.method() != "HEAD") builder.method("GET");
        builder.clear_body();
    }
    return builder;
}

MICROFLASK_INLINE void Client::add_cookies(EnvironBuilder& builder) const {
    if (!use_cookies_) return;
    const std::string server_name =
        detail::client_host_name(builder.headers().get("Host", builder.host()));
    const std::string path = detail::url_unquote(builder.script_root() + builder.path());
    const std::string field = jar_.request_field(server_name, path.empty() ? "/" : path);
    if (field.empty()) return;
    // A Cookie field that the test wrote itself stays.
    const std::optional<std::string> given = builder.headers().get("Cookie");
    builder.headers().set("Cookie", given ? detail::concat({*given, "; ", field}) : field);
}

MICROFLASK_INLINE void Client::take_cookies(const Environ& environ, const Response& response) {
    if (!use_cookies_) return;
    const std::string server_name =
        detail::client_host_name(environ.field("Host").value_or("localhost"));
    const std::string path = detail::concat({environ.script_name(), environ.path_info()});
    for (const std::string& field : response.headers().getlist("Set-Cookie")) {
        jar_.update_from_field(server_name, path, field);
    }
}

MICROFLASK_INLINE void Client::need_cookies() const {
    if (!use_cookies_) {
        throw RuntimeError("Cookies are disabled. Create a client with '.use_cookies = true'.");
    }
}

MICROFLASK_INLINE std::optional<Cookie> Client::get_cookie(std::string_view key,
                                                           const GetCookieOptions& options) const {
    need_cookies();
    const Cookie* cookie = jar_.find(key, options.domain, options.path);
    return cookie ? std::optional<Cookie>(*cookie) : std::nullopt;
}

MICROFLASK_INLINE void Client::set_cookie(std::string_view key, std::string_view value,
                                          const SetCookieOptions& options) {
    need_cookies();
    DumpCookieOptions fields;
    fields.max_age = options.max_age;
    fields.expires = options.expires;
    fields.path = options.path;
    fields.secure = options.secure;
    fields.httponly = options.httponly;
    fields.samesite = options.samesite;
    // Without a domain attribute the cookie is for the origin only.
    if (!options.origin_only) fields.domain = options.domain;
    jar_.update_from_field(options.domain, "/", dump_cookie(key, value, fields));
}

MICROFLASK_INLINE void Client::delete_cookie(std::string_view key,
                                             const GetCookieOptions& options) {
    need_cookies();
    jar_.remove(key, options.domain, options.path);
}

MICROFLASK_INLINE Response run_wsgi_app(const Application& application, Environ& environ,
                                        bool buffered) {
    return Response::from_app(application, environ, buffered);
}

}  // namespace microflask
