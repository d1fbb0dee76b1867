// Bodies of testing.hpp.
#include "flask/testing.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/version.hpp"
#include "flask/app_state.hpp"

#include <cstddef>
#include <exception>
#include <optional>

namespace microflask {

namespace detail {

/// Fills in what an application's settings say about the requests of its tests: host, scheme and prefix.
MICROFLASK_INLINE EnvironBuilderOptions with_app_defaults(const AppState& app,
                                                          std::string_view path,
                                                          EnvironBuilderOptions options) {
    const bool is_url =
        path.starts_with("http://") || path.starts_with("https://") || path.starts_with("//");
    if (is_url || !options.base_url.empty()) return options;
    std::string host = app.config.get<std::string>("SERVER_NAME", "localhost");
    if (!options.subdomain.empty()) host = options.subdomain + "." + host;
    const std::string scheme = options.url_scheme.empty()
                                   ? app.config.get<std::string>("PREFERRED_URL_SCHEME", "http")
                                   : options.url_scheme;
    std::string root = app.config.get<std::string>("APPLICATION_ROOT", "/");
    if (!root.starts_with('/')) root.insert(0, "/");
    options.base_url = scheme + "://" + host + root;
    options.subdomain.clear();
    options.url_scheme.clear();
    return options;
}

}  // namespace detail

// ---- FlaskClient

MICROFLASK_INLINE FlaskClient::FlaskClient(detail::AppState& app, const ClientOptions& options)
    : Client(Application(app.self), options),
      app_(&app),
      environ_base_{{"REMOTE_ADDR", "127.0.0.1"},
                    {"HTTP_USER_AGENT", "microflask/" MICROFLASK_VERSION}} {}

MICROFLASK_INLINE EnvironBuilder FlaskClient::make_builder(std::string_view path,
                                                           EnvironBuilderOptions options) {
    // Of a key that is there twice the first is taken: the test's own, then what was added last.
    for (std::size_t i = environ_base_.size(); i-- > 0;) {
        const auto& [key, value] = environ_base_.begin()[static_cast<std::ptrdiff_t>(i)];
        options.environ_base.add(key, value);
    }
    if (!options.json.is_null()) {
        if (!options.data.empty() || !options.form.empty() || !options.files.empty())
            throw ValueError("can't provide both json and data");
        options.data = app_->json.dumps(std::exchange(options.json, nullptr));
        if (options.content_type.empty() && !options.headers.contains("Content-Type"))
            options.content_type = "application/json";
    }
    return EnvironBuilder(path, detail::with_app_defaults(*app_, path, std::move(options)));
}

MICROFLASK_INLINE Response FlaskClient::run(Environ& environ, bool buffered) {
    if (!preserved_) return Client::run(environ, buffered);
    preserved_->leave();
    app_->preserved = &preserved_->context_;
    struct Restore {
        detail::AppState* app;
        ~Restore() { app->preserved = nullptr; }
    } const restore{app_};
    Response response = Client::run(environ, true);
    preserved_->enter();
    return response;
}

MICROFLASK_INLINE PreservedContext FlaskClient::preserve_context() {
    if (preserved_) throw RuntimeError("Cannot nest client invocations");
    return PreservedContext(*this);
}

MICROFLASK_INLINE PreservedContext::PreservedContext(FlaskClient& client) noexcept
    : client_(&client) {
    client.preserved_ = this;
}

MICROFLASK_INLINE PreservedContext::~PreservedContext() {
    leave();
    client_->preserved_ = nullptr;
}

MICROFLASK_INLINE void PreservedContext::enter() {
    if (!context_) return;
    environ_ = client_->latest_environ();
    scope_.emplace(*context_);
}

MICROFLASK_INLINE void PreservedContext::leave() noexcept {
    scope_.reset();
    if (context_) context_->finish();
    context_.reset();
    environ_.reset();
}

MICROFLASK_INLINE SessionTransaction FlaskClient::session_transaction(std::string_view path) {
    if (!use_cookies())
        throw RuntimeError("Cookies are disabled. Create a client with '.use_cookies = true'.");
    EnvironBuilder builder = make_builder(path, {});
    add_cookies(builder);
    return SessionTransaction(*this, builder.get_environ());
}

MICROFLASK_INLINE SessionTransaction::SessionTransaction(
    FlaskClient& client, std::unique_ptr<detail::TestEnviron> environ)
    : client_(&client), environ_(std::move(environ)) {
    RequestContext context(*client.app_, environ_->environ());
    session_ = client.app_->session_interface->open_session(client.app_->self, context.request());
    if (!session_) {
        throw RuntimeError(
            "Session backend did not open a session. Check the configuration (is there a "
            "SECRET_KEY?).");
    }
}

MICROFLASK_INLINE SessionTransaction::SessionTransaction(SessionTransaction&& other) noexcept
    : client_(other.client_),
      environ_(std::move(other.environ_)),
      session_(std::move(other.session_)) {}

MICROFLASK_INLINE SessionTransaction::~SessionTransaction() {
    if (!session_) return;
    detail::AppState& app = *client_->app_;
    try {
        Response response;
        if (!app.session_interface->is_null_session(*session_)) {
            app.session_interface->save_session(app.self, *session_, response);
        }
        client_->take_cookies(environ_->environ(), response);
    } catch (const std::exception& error) {
        app.logger.error(std::string("Error while saving a session: ") + error.what());
    }
}

// ---- TestRequestContext

MICROFLASK_INLINE TestRequestContext::TestRequestContext(
    detail::AppState& app, std::unique_ptr<detail::TestEnviron> environ)
    : environ_(std::move(environ)),
      guard_(std::make_unique<RequestContext>(app, environ_->environ())) {}

}  // namespace microflask
