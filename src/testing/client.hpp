// Calls an application in this process, keeps its cookies and follows redirects (Werkzeug's test client).
#pragma once

#include "core/config.hpp"
#include "core/errors.hpp"
#include "gateway/application.hpp"
#include "testing/cookie_jar.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"
#include "wrappers/response.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// Thrown where redirects go in a circle or leave the application.
class ClientRedirectError : public RuntimeError {
public:
    using RuntimeError::RuntimeError;
};

/// What an application answered: a Response, the request that it answers, and the responses before it that redirected.
class TestResponse : public Response {
public:
    TestResponse(Response response, std::shared_ptr<detail::TestEnviron> environ);

    /// The request that was answered, the last one after redirects.
    [[nodiscard]] const Request& request() const noexcept { return *request_; }
    /// The responses that led here, first to last.
    [[nodiscard]] const std::vector<TestResponse>& history() const noexcept { return history_; }

private:
    friend class Client;
    std::shared_ptr<detail::TestEnviron> environ_;
    std::shared_ptr<Request> request_;
    std::vector<TestResponse> history_;
};

struct ClientOptions {
    /// Whether to keep cookies between requests.
    bool use_cookies = true;
    /// Whether redirects may lead to subdomains.
    bool allow_subdomain_redirects = false;
};

struct GetCookieOptions {
    std::string_view domain = "localhost";
    std::string_view path = "/";
};

struct SetCookieOptions {
    std::string_view domain = "localhost";
    /// Whether the cookie is for exactly this domain.
    bool origin_only = true;
    std::string_view path = "/";
    std::optional<long long> max_age = {};
    std::optional<std::chrono::system_clock::time_point> expires = {};
    bool secure = false;
    bool httponly = false;
    std::string_view samesite = {};
};

/// A client that calls an application directly. Used by one thread at a time.
class Client {
public:
    explicit Client(Application application, const ClientOptions& options = {});
    virtual ~Client() = default;
    Client(const Client&) = default;
    Client(Client&&) = default;
    Client& operator=(const Client&) = default;
    Client& operator=(Client&&) = default;

    /// Sends a request; the method is that of the options, or GET.
    TestResponse open(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse get(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse post(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse put(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse delete_(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse patch(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse head(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse options(std::string_view path = "/", EnvironBuilderOptions options = {});
    TestResponse trace(std::string_view path = "/", EnvironBuilderOptions options = {});
    /// Sends a request that a builder describes.
    TestResponse open(const EnvironBuilder& builder, bool follow_redirects = false,
                      bool buffered = true);

    /// Returns a cookie by its exact domain and path, if it is there.
    [[nodiscard]] std::optional<Cookie> get_cookie(std::string_view key,
                                                   const GetCookieOptions& options = {}) const;
    void set_cookie(std::string_view key, std::string_view value = "",
                    const SetCookieOptions& options = {});
    void delete_cookie(std::string_view key, const GetCookieOptions& options = {});
    [[nodiscard]] bool use_cookies() const noexcept { return use_cookies_; }
    [[nodiscard]] CookieJar& cookie_jar() noexcept { return jar_; }
    [[nodiscard]] const Application& application() const noexcept { return application_; }

protected:
    /// Makes the builder of a request; a framework's client adds its own defaults.
    [[nodiscard]] MICROFLASK_INLINE virtual EnvironBuilder make_builder(
        std::string_view path, EnvironBuilderOptions options);
    /// Calls the application once. What it throws comes out.
    [[nodiscard]] MICROFLASK_INLINE virtual Response run(Environ& environ, bool buffered);

    /// Adds the Cookie field for a request that somebody else makes.
    void add_cookies(EnvironBuilder& builder) const;
    /// Takes the cookies that a response to such a request set.
    void take_cookies(const Environ& environ, const Response& response);
    /// The environ of the request that is being made, or was made last; null before the first.
    [[nodiscard]] const std::shared_ptr<detail::TestEnviron>& latest_environ() const noexcept {
        return latest_environ_;
    }

private:
    void need_cookies() const;
    TestResponse open_with(std::string_view method, std::string_view path,
                           EnvironBuilderOptions options);
    TestResponse send(EnvironBuilder builder, bool buffered);
    [[nodiscard]] EnvironBuilder resolve_redirect(const TestResponse& response,
                                                  EnvironBuilder builder) const;

    Application application_;
    CookieJar jar_;
    std::shared_ptr<detail::TestEnviron> latest_environ_;
    bool use_cookies_;
    bool allow_subdomain_redirects_;
};

/// Calls an application with an environ and returns the answer. An exception given to
/// `start_response` is thrown.
[[nodiscard]] Response run_wsgi_app(const Application& application, Environ& environ,
                                    bool buffered = true);

}  // namespace microflask
