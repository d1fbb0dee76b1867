// The test client of an application, with access to its session, and the context of a request that no client made.
#pragma once

#include "core/config.hpp"
#include "flask/app.hpp"
#include "flask/ctx.hpp"
#include "flask/sessions.hpp"
#include "testing/client.hpp"
#include "testing/environ_builder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

class FlaskClient;

/// The session of a test client, open for changes until this is destroyed (Flask's `session_transaction`).
class SessionTransaction {
public:
    SessionTransaction(SessionTransaction&& other) noexcept;
    SessionTransaction& operator=(SessionTransaction&&) = delete;
    /// Saves the session into the client's cookies. A session that cannot be saved is reported to the app's logger.
    ~SessionTransaction();

    Session& operator*() const noexcept { return *session_; }
    Session* operator->() const noexcept { return session_.get(); }

private:
    friend class FlaskClient;
    SessionTransaction(FlaskClient& client, std::unique_ptr<detail::TestEnviron> environ);

    FlaskClient* client_;
    std::unique_ptr<detail::TestEnviron> environ_;
    std::shared_ptr<Session> session_;
};

/// While this lives, the contexts of the client's latest request stay entered, so that a test looks at `request`,
/// `session` and `g` as the view left them (Flask's `with client:`). The teardown functions run at the next request, or
/// when this is destroyed.
class [[nodiscard]] PreservedContext {
public:
    PreservedContext(const PreservedContext&) = delete;
    PreservedContext& operator=(const PreservedContext&) = delete;
    ~PreservedContext();

private:
    friend class FlaskClient;
    explicit PreservedContext(FlaskClient& client) noexcept;
    void enter();
    void leave() noexcept;

    FlaskClient* client_;
    std::shared_ptr<detail::StreamedContext> context_;
    std::shared_ptr<detail::TestEnviron> environ_;
    std::optional<detail::StreamedContext::Scope> scope_;
};

/// A client that calls an application without a network, and knows its defaults (Flask's `FlaskClient`).
class FlaskClient : public Client {
public:
    explicit FlaskClient(detail::AppState& app, const ClientOptions& options = {});

    /// Opens the client's session: `auto s = client.session_transaction(); (*s)["user"] = "bob";`. Throws RuntimeError
    /// where cookies are off or the application opens no session.
    [[nodiscard]] SessionTransaction session_transaction(std::string_view path = "/");

    /// Keeps the contexts of each request entered: `auto kept = client.preserve_context(); client.get("/?a=1");
    /// request->args()["a"];`. Throws RuntimeError where that is on already.
    PreservedContext preserve_context();

    /// Keys that every environ begins with: REMOTE_ADDR and HTTP_USER_AGENT, and what is added here.
    [[nodiscard]] FieldList& environ_base() noexcept { return environ_base_; }

protected:
    [[nodiscard]] MICROFLASK_INLINE EnvironBuilder
    make_builder(std::string_view path, EnvironBuilderOptions options) override;
    [[nodiscard]] MICROFLASK_INLINE Response run(Environ& environ, bool buffered) override;

private:
    friend class PreservedContext;
    friend class SessionTransaction;
    detail::AppState* app_;
    FieldList environ_base_;
    PreservedContext* preserved_ = nullptr;
};

/// The context of a request that no client made, entered until this is destroyed.
class TestRequestContext {
public:
    TestRequestContext(detail::AppState& app, std::unique_ptr<detail::TestEnviron> environ);

    RequestContext* operator->() const noexcept { return &*guard_; }
    RequestContext& operator*() const noexcept { return *guard_; }
    [[nodiscard]] Request& request() const noexcept { return guard_->request(); }
    void pop(const std::exception_ptr& error = nullptr) { guard_.pop(error); }

private:
    std::unique_ptr<detail::TestEnviron> environ_;
    ContextGuard<RequestContext> guard_;
};

}  // namespace microflask
