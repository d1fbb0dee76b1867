// The contexts of one request and of one activity outside of it: pushed, popped, and what happens then.
#pragma once

#include "flask/callbacks.hpp"
#include "flask/globals.hpp"
#include "flask/sessions.hpp"
#include "gateway/environ.hpp"
#include "local/attributes.hpp"
#include "routing/matcher.hpp"
#include "wrappers/request.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class Flask;

namespace detail {
class AppState;
struct RouteEntry;

/// Logs what a teardown function threw where nobody can catch it.
void log_context_error(AppState& app, const char* what) noexcept;
}  // namespace detail

/// The context of an application outside of requests, and around each request: `current_app` and `g`.
/// Belongs to one task; pushed and popped by it.
class AppContext {
public:
    explicit AppContext(detail::AppState& app) noexcept : app_(&app) {}
    AppContext(const AppContext&) = delete;
    AppContext& operator=(const AppContext&) = delete;

    void push();
    /// Runs the teardown functions at the outermost pop, and leaves the context. Throws RuntimeError where another
    /// context is on top.
    void pop(const std::exception_ptr& error = nullptr);

    [[nodiscard]] Flask& app() const noexcept;
    [[nodiscard]] Attributes& g() noexcept { return g_; }
    [[nodiscard]] detail::AppState& state() const noexcept { return *app_; }

private:
    detail::AppState* app_;
    Attributes g_;
    int pushes_ = 0;
};

/// The context of one request: `request` and `session`, and an application context where there is none yet.
/// Belongs to one task at a time.
class RequestContext {
public:
    RequestContext(detail::AppState& app, Environ& environ) noexcept;
    RequestContext(const RequestContext&) = delete;
    RequestContext& operator=(const RequestContext&) = delete;
    ~RequestContext();

    /// Enters the context: application context, session, then the URL is matched.
    void push();
    /// Leaves it in reverse order and runs the teardown functions. Throws RuntimeError where another context is on top.
    void pop(const std::exception_ptr& error = nullptr);

    [[nodiscard]] Flask& app() const noexcept;
    [[nodiscard]] Request& request() noexcept { return request_; }
    /// The session, opened now where it was not yet.
    [[nodiscard]] Session& session() { return session_ ? *session_ : open_session(); }
    /// The session if somebody asked for it, else null.
    [[nodiscard]] Session* opened_session() const noexcept { return session_.get(); }
    [[nodiscard]] Attributes& g() const noexcept { return app_context_->g(); }
    [[nodiscard]] detail::AppState& state() const noexcept { return *app_; }
    /// Runs a function on the response of this request only.
    void after_this_request(detail::AfterRequestFunction function);

    // For the framework.
    [[nodiscard]] const RuleMatch& match() const noexcept { return outcome_.match; }
    /// What the URL matched; null where nothing did.
    [[nodiscard]] const detail::RouteEntry* route() const noexcept { return route_; }
    [[nodiscard]] bool is_pushed() const noexcept { return pushes_ > 0; }
    /// Throws what matching ended with, where nothing matched.
    [[noreturn]] void raise_routing_exception();
    /// The methods that the URL allows.
    [[nodiscard]] std::vector<std::string> allowed_methods();
    /// The values for the view, to be changed by preprocessors.
    [[nodiscard]] Json& changed_view_args();
    [[nodiscard]] bool has_changed_view_args() const noexcept {
        return changed_view_args_.has_value();
    }
    [[nodiscard]] std::vector<detail::AfterRequestFunction> take_after_request_functions() noexcept;
    /// The messages of this request, taken out of the session once.
    [[nodiscard]] std::optional<Json>& flashes() noexcept { return flashes_; }

private:
    Session& open_session();
    void match_request();
    [[nodiscard]] std::exception_ptr make_routing_exception();

    detail::AppState* app_;
    Request request_;
    const detail::RouteEntry* route_ = nullptr;
    AppContext* app_context_ = nullptr;
    std::shared_ptr<Session> session_;
    std::vector<detail::AfterRequestFunction> after_request_functions_;
    std::optional<Json> flashes_;
    std::optional<Json> changed_view_args_;
    int pushes_ = 0;
    bool has_implicit_app_context_ = false;
    AppContext implicit_app_context_;
    MatchOutcome outcome_;
};

/// A context that was pushed when this was made and is popped when it is destroyed (Python's `with`).
template <class Context>
class ContextGuard {
public:
    explicit ContextGuard(std::unique_ptr<Context> context) : context_(std::move(context)) {
        context_->push();
    }
    ContextGuard(ContextGuard&& other) noexcept = default;
    ContextGuard& operator=(ContextGuard&&) = delete;
    /// What a teardown function throws is reported, as nobody could catch it here.
    ~ContextGuard() { leave(); }

    Context* operator->() const noexcept { return context_.get(); }
    Context& operator*() const noexcept { return *context_; }
    /// Enters the context once more.
    void push() { context_->push(); }
    void pop(const std::exception_ptr& error = nullptr) { context_->pop(error); }

private:
    void leave() noexcept {
        if (!context_) return;
        try {
            context_->pop();
        } catch (const std::exception& error) {
            detail::log_context_error(context_->state(), error.what());
        }
    }

    std::unique_ptr<Context> context_;
};

using AppContextGuard = ContextGuard<AppContext>;

/// Registers a function to run on the response of the current request only. Throws RuntimeError outside of a request.
template <class Hook>
Hook after_this_request(Hook hook);

inline Session* detail::find_current_session(const void*) {
    RequestContext* const* context = _request_ctx_stack.top();
    return context ? &(*context)->session() : nullptr;
}
inline Request* detail::find_current_request(const void*) {
    RequestContext* const* context = _request_ctx_stack.top();
    return context ? &(*context)->request() : nullptr;
}
inline Attributes* detail::find_current_g(const void*) {
    AppContext* const* context = _app_ctx_stack.top();
    return context ? &(*context)->g() : nullptr;
}
inline Flask* detail::find_current_app(const void*) {
    AppContext* const* context = _app_ctx_stack.top();
    return context ? &(*context)->app() : nullptr;
}

template <class Hook>
Hook after_this_request(Hook hook) {
    RequestContext* const* context = _request_ctx_stack.top();
    if (!context) {
        throw RuntimeError(
            "'after_this_request' can only be used when a request context is active, such as in a "
            "view "
            "function.");
    }
    (*context)->after_this_request(detail::make_after_request(hook));
    return hook;
}

}  // namespace microflask
