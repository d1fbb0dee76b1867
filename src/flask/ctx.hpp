// The contexts of one request and of one activity outside of it: pushed, popped, and what happens then.
#pragma once

#include "core/list.hpp"
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
class CopiedContext;
class StreamedContext;
struct RouteEntry;

/// The end of a context: all its teardown functions run, and the first exception goes on when the context was left.
class TeardownRun {
public:
    explicit TeardownRun(const std::exception_ptr& error) noexcept : error_(&error) {}

    /// What ended the context; null where nothing was thrown.
    [[nodiscard]] const std::exception_ptr& error() const noexcept { return *error_; }
    /// Runs functions in reverse order.
    void run(const List<TeardownFunction>& functions) {
        for (std::size_t i = functions.size(); i-- > 0;) attempt([&] { functions[i](*error_); });
    }
    template <class Step>
    void attempt(Step step) {
        try {
            step();
        } catch (...) {  // kept; the other steps are taken
            if (!failed_) failed_ = std::current_exception();
        }
    }
    [[nodiscard]] bool failed() const noexcept { return failed_ != nullptr; }
    void finish() const {
        if (failed_) std::rethrow_exception(failed_);
    }

private:
    const std::exception_ptr* error_;
    std::exception_ptr failed_;
};

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
    friend class RequestContext;
    friend class detail::StreamedContext;

    using Stack = detail::List<AppContext*>;
    void enter(Stack& stack);
    void leave(Stack& stack, detail::TeardownRun& teardown);

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

    /// Finds the rule of the URL, so that `request->endpoint()` says it. `push` does it; only a session interface that
    /// must know the endpoint calls it, once, in `open_session`: `(*_request_ctx_stack.top())->match_request()`.
    void match_request();
    void match_parts();

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
    /// Whether the method is OPTIONS.
    [[nodiscard]] bool asks_for_options() const {
        return request_.environ().request_method().size() == 7 && request_.method() == "OPTIONS";
    }
    /// Throws what matching ended with, where nothing matched.
    [[noreturn]] void raise_routing_exception();
    /// The methods that the URL allows.
    [[nodiscard]] std::vector<std::string> allowed_methods();
    /// The values for the view, to be changed by preprocessors.
    [[nodiscard]] Json& changed_view_args();
    [[nodiscard]] bool has_changed_view_args() const noexcept {
        return rare_ && rare_->changed_view_args;
    }
    [[nodiscard]] bool has_after_request_functions() const noexcept {
        return rare_ && !rare_->after_request_functions.empty();
    }
    /// Runs the functions of `after_this_request` on the response, each once.
    void run_after_request_functions(Response& response);
    /// The messages of this request, taken out of the session once.
    [[nodiscard]] std::optional<Json>& flashes() { return rare().flashes; }
    /// What the body's pieces are made in once the request was handled; made when first asked for.
    [[nodiscard]] const std::shared_ptr<detail::StreamedContext>& streamed_context();
    [[nodiscard]] bool is_streamed() const noexcept { return rare_ && rare_->streamed; }

private:
    friend class detail::CopiedContext;
    friend class detail::StreamedContext;

    /// What few requests have.
    struct Rare {
        detail::List<detail::AfterRequestFunction> after_request_functions;
        std::optional<Json> flashes;
        std::optional<Json> changed_view_args;
        std::shared_ptr<detail::StreamedContext> streamed;
        std::string domain;  // that was matched, in lower case
    };

    [[nodiscard]] Rare& rare() {
        if (!rare_) rare_ = std::make_unique<Rare>();
        return *rare_;
    }
    /// Becomes what the other was, which is left as if it had been popped.
    RequestContext(RequestContext&& other) noexcept;
    /// Says whence the request gets its view_args.
    void set_request_routing() noexcept;
    Session& open_session();
    [[nodiscard]] std::exception_ptr make_routing_exception();

    detail::AppState* app_;
    Request request_;
    const detail::RouteEntry* route_ = nullptr;
    AppContext* app_context_ = nullptr;
    std::shared_ptr<Session> session_;
    std::unique_ptr<Rare> rare_;
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

namespace detail {

/// What a request's context is made of, kept beyond the request: its environ, its body as it was read, its session.
/// Entered by several threads at once, each time as a context of its own.
class CopiedContext {
public:
    explicit CopiedContext(RequestContext& context);

    /// The copy while a function runs in it.
    class Scope {
    public:
        explicit Scope(const CopiedContext& copied);
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        /// What a teardown function throws is reported, as nobody could catch it here.
        ~Scope();
        /// Says what the function threw, for the teardown functions.
        void failed(std::exception_ptr error) noexcept { error_ = std::move(error); }

    private:
        Environ environ_;
        RequestContext context_;
        std::exception_ptr error_;
    };

private:
    AppState* app_;
    std::vector<std::pair<std::string, std::string>> environ_items_;
    Environ environ_;
    Request request_;  // holds what was read of the body
    std::shared_ptr<Session> session_;
};

/// Returns a copy of the running task's request context. Throws RuntimeError where there is none.
std::shared_ptr<const CopiedContext> copy_request_context();

/// What `copy_current_request_context` returns.
template <class Callable>
class CopiedContextFunction {
public:
    CopiedContextFunction(std::shared_ptr<const CopiedContext> context, Callable callable)
        : context_(std::move(context)), callable_(std::move(callable)) {}
    template <class... Args>
        requires std::is_invocable_v<Callable&, Args...>
    decltype(auto) operator()(Args&&... args) const {
        CopiedContext::Scope scope(*context_);
        try {
            return callable_(std::forward<Args>(args)...);
        } catch (...) {  // the teardown functions are told, then it goes on
            scope.failed(std::current_exception());
            throw;
        }
    }

private:
    std::shared_ptr<const CopiedContext> context_;
    mutable Callable callable_;
};

/// The context of a request whose body is still to be sent: entered around each piece, and left for good when the body
/// is closed. Used by one thread at a time.
class StreamedContext {
public:
    /// Takes the context over when the request was handled, without running the teardown functions.
    void keep(RequestContext& context, std::exception_ptr error);
    /// Runs the teardown functions and drops the context. What they throw is reported.
    void finish() noexcept;

    /// The context while a piece is made; nothing where the request is still being handled.
    class Scope {
    public:
        explicit Scope(StreamedContext& streamed);
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        ~Scope();
        void failed(std::exception_ptr error) noexcept { streamed_->error_ = std::move(error); }

    private:
        StreamedContext* streamed_;
        bool entered_;
    };

private:
    void enter();

    std::unique_ptr<RequestContext> kept_;
    std::exception_ptr error_;
};

/// Returns what keeps the running task's request context. Throws RuntimeError where there is none.
std::shared_ptr<StreamedContext> current_streamed_context();

}  // namespace detail

/// Makes a function that runs in a copy of the current request context, for another thread or for later: it sees the
/// same request and session, and a `g` of its own where it runs in no context of the application. Each call enters and
/// leaves the copy, teardown functions included. The body is read now, so that the copy may outlive the request; the
/// application must outlive the copy. The session is shared: several threads may read it at once, but it must not change
/// while another thread uses it. Throws RuntimeError outside of a request.
template <class Callable>
[[nodiscard]] auto copy_current_request_context(Callable&& callable) {
    return detail::CopiedContextFunction<std::decay_t<Callable>>(detail::copy_request_context(),
                                                                 std::forward<Callable>(callable));
}

/// Registers a function to run on the response of the current request only. Throws RuntimeError outside of a request.
template <class Hook>
Hook after_this_request(Hook hook);

inline Session* detail::find_current_session(const void*) {
    RequestContext* const* context = _request_ctx_stack.top();
    if (!context) return nullptr;
    Session& session = (*context)->session();
    session.accessed(true);
    return &session;
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
