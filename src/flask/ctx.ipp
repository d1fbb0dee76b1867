// Bodies of ctx.hpp.
#include "flask/ctx.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/list.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "flask/app.hpp"
#include "flask/app_state.hpp"
#include "flask/signals.hpp"
#include "http/exceptions.hpp"
#include "routing/map.hpp"

namespace microflask {

// ---- AppContext

MICROFLASK_INLINE void AppContext::push() {
    enter(_app_ctx_stack.values());
}

MICROFLASK_INLINE_HOT void AppContext::enter(Stack& stack) {
    stack.push_back(this);
    if (++pushes_ == 1 && appcontext_pushed) appcontext_pushed.send(app_->self);
}

MICROFLASK_INLINE void AppContext::pop(const std::exception_ptr& error) {
    detail::TeardownRun teardown(error);
    leave(_app_ctx_stack.values(), teardown);
    teardown.finish();
}

MICROFLASK_INLINE_HOT void AppContext::leave(Stack& stack, detail::TeardownRun& teardown) {
    if (stack.empty() || stack.back() != this) throw RuntimeError("Popped wrong app context.");
    const bool is_last = --pushes_ == 0;
    if (is_last) app_->do_teardown_appcontext(teardown);
    if (!stack.empty()) stack.pop_back();
    if (is_last && appcontext_popped && !teardown.failed())
        teardown.attempt([this] { appcontext_popped.send(app_->self); });
}

MICROFLASK_INLINE Flask& AppContext::app() const noexcept {
    return app_->self;
}

// ---- RequestContext

MICROFLASK_INLINE RequestContext::RequestContext(detail::AppState& app, Environ& environ) noexcept
    : app_(&app), request_(environ, &app.limits), implicit_app_context_(app) {}

MICROFLASK_INLINE RequestContext::~RequestContext() = default;

MICROFLASK_INLINE Flask& RequestContext::app() const noexcept {
    return app_->self;
}

MICROFLASK_INLINE void RequestContext::push() {
    if (pushes_ == 0) {
        AppContext::Stack& stack = _app_ctx_stack.values();
        has_implicit_app_context_ = stack.empty() || &stack.back()->state() != app_;
        app_context_ = has_implicit_app_context_ ? &implicit_app_context_ : stack.back();
        if (has_implicit_app_context_) implicit_app_context_.enter(stack);
    }
    _request_ctx_stack.push(this);
    if (++pushes_ > 1) return;
    if (!app_->opens_sessions_on_demand && !session_) {
        open_session();
        if (route_ || request_.routing_exception()) return;  // matched by the session's interface
    }
    match_request();
}

MICROFLASK_INLINE RequestContext::RequestContext(RequestContext&& other) noexcept
    : app_(other.app_),
      request_(std::move(other.request_)),
      route_(other.route_),
      app_context_(other.has_implicit_app_context_ ? &implicit_app_context_ : other.app_context_),
      session_(std::move(other.session_)),
      rare_(std::move(other.rare_)),
      pushes_(std::exchange(other.pushes_, 0)),
      has_implicit_app_context_(std::exchange(other.has_implicit_app_context_, false)),
      implicit_app_context_(*other.app_),
      outcome_(std::move(other.outcome_)) {
    implicit_app_context_.g_ = std::move(other.implicit_app_context_.g_);
    implicit_app_context_.pushes_ = std::exchange(other.implicit_app_context_.pushes_, 0);
    set_request_routing();
}

MICROFLASK_INLINE void RequestContext::pop(const std::exception_ptr& error) {
    detail::List<RequestContext*>& stack = _request_ctx_stack.values();
    if (stack.empty() || stack.back() != this) throw RuntimeError("Popped wrong request context.");
    if (--pushes_ > 0) {
        stack.pop_back();
        return;
    }
    detail::TeardownRun teardown(error);
    app_->do_teardown_request(*this, teardown);
    request_.close();
    if (!stack.empty()) stack.pop_back();
    if (has_implicit_app_context_) implicit_app_context_.leave(_app_ctx_stack.values(), teardown);
    teardown.finish();
}

MICROFLASK_INLINE void RequestContext::match_request() {
    const Map& map = app_->url_map;
    const Environ& environ = request_.environ();
    const bool has_domains = map.host_matching() || app_->subdomain_matching;
    if (has_domains ||
        !map.match_directly(environ.path_info(), environ.request_method(), outcome_)) {
        match_parts();
        if (!outcome_) {
            request_.set_routing_exception(make_routing_exception());
            return;
        }
    }
    route_ = app_->route_of(*outcome_.match.rule());
    set_request_routing();
}

MICROFLASK_INLINE void RequestContext::match_parts() {
    const std::string_view path = request_.environ().path_info();
    MatchRequest wanted;
    wanted.path = path.starts_with('/') && detail::is_valid_utf8(path) ? path : request_.path();
    wanted.method = request_.environ().request_method();
    if (app_->url_map.host_matching()) {
        wanted.domain = rare().domain = detail::to_lower(request_.host());
    } else if (app_->subdomain_matching) {
        wanted.domain = rare().domain = detail::to_lower(detail::subdomain_of(
            request_.host(), app_->config.get<std::string>("SERVER_NAME", "")));
    }
    app_->url_map.match(wanted, outcome_);
}

MICROFLASK_INLINE void RequestContext::set_request_routing() noexcept {
    if (!route_) return;
    request_.set_routing(route_->endpoint, route_->rule, this, [](const void* context) {
        return static_cast<const RequestContext*>(context)->outcome_.match.values();
    });
}

MICROFLASK_INLINE std::exception_ptr RequestContext::make_routing_exception() {
    const Json query = std::string_view(request_.query_string());
    try {
        detail::url_adapter_of(*app_, this).raise(outcome_, request_.method(), query);
    } catch (const HTTPException&) {
        return std::current_exception();
    }
}

MICROFLASK_INLINE void RequestContext::raise_routing_exception() {
    std::rethrow_exception(request_.routing_exception());
}

MICROFLASK_INLINE std::vector<std::string> RequestContext::allowed_methods() {
    return detail::url_adapter_of(*app_, this).allowed_methods(request_.path());
}

MICROFLASK_INLINE Json& RequestContext::changed_view_args() {
    std::optional<Json>& changed = rare().changed_view_args;
    if (!changed) changed = route_ ? outcome_.match.values() : Json::object();
    return *changed;
}

MICROFLASK_INLINE Session& RequestContext::open_session() {
    session_ = app_->session_interface->open_session(app_->self, request_);
    if (!session_) session_ = app_->session_interface->make_null_session(app_->self);
    return *session_;
}

MICROFLASK_INLINE void RequestContext::after_this_request(detail::AfterRequestFunction function) {
    rare().after_request_functions.push_back(std::move(function));
}

MICROFLASK_INLINE void RequestContext::run_after_request_functions(Response& response) {
    const auto functions = std::exchange(rare_->after_request_functions, {});
    for (const detail::AfterRequestFunction& function : functions)
        response = function(std::move(response));
}

MICROFLASK_INLINE const std::shared_ptr<detail::StreamedContext>&
RequestContext::streamed_context() {
    std::shared_ptr<detail::StreamedContext>& streamed = rare().streamed;
    if (!streamed) streamed = std::make_shared<detail::StreamedContext>();
    return streamed;
}

// ---- contexts beyond the handling of a request

namespace detail {

MICROFLASK_INLINE CopiedContext::CopiedContext(RequestContext& context)
    : app_(&context.state()),
      environ_items_(context.request().environ().items()),
      request_(environ_) {
    static_cast<void>(context.session());  // opened now, where it was not yet
    session_ = context.session_;
    context.request().read_body();
    request_ = context.request().copy_onto(environ_);
}

MICROFLASK_INLINE CopiedContext::Scope::Scope(const CopiedContext& copied)
    : context_(*copied.app_, environ_) {
    for (const auto& [key, value] : copied.environ_items_) environ_.set(key, value);
    context_.request_ = copied.request_.copy_onto(environ_);
    context_.session_ = copied.session_;
    context_.push();
}

MICROFLASK_INLINE CopiedContext::Scope::~Scope() {
    try {
        context_.pop(error_);
    } catch (const std::exception& error) {
        log_context_error(context_.state(), error.what());
    }
}

MICROFLASK_INLINE std::shared_ptr<const CopiedContext> copy_request_context() {
    RequestContext* const* context = _request_ctx_stack.top();
    if (!context) {
        throw RuntimeError(
            "'copy_current_request_context' can only be used when a request context is active, "
            "such as in a view function.");
    }
    return std::make_shared<const CopiedContext>(**context);
}

MICROFLASK_INLINE void StreamedContext::keep(RequestContext& context, std::exception_ptr error) {
    RequestContext* const* top = _request_ctx_stack.top();
    if (!top || *top != &context) throw RuntimeError("Popped wrong request context.");
    const bool has_app_context = context.has_implicit_app_context_;
    kept_.reset(new RequestContext(std::move(context)));
    error_ = std::move(error);
    _request_ctx_stack.pop();
    if (has_app_context) _app_ctx_stack.pop();
}

MICROFLASK_INLINE void StreamedContext::enter() {
    _app_ctx_stack.push(kept_->app_context_);
    _request_ctx_stack.push(kept_.get());
}

MICROFLASK_INLINE void StreamedContext::finish() noexcept {
    if (!kept_) return;
    AppState& app = kept_->state();
    try {
        enter();
        const bool has_app_context = kept_->has_implicit_app_context_;
        kept_->pop(error_);
        if (!has_app_context) _app_ctx_stack.pop();
    } catch (const std::exception& error) {
        log_context_error(app, error.what());
    }
    kept_.reset();
}

MICROFLASK_INLINE StreamedContext::Scope::Scope(StreamedContext& streamed)
    : streamed_(&streamed), entered_(streamed.kept_ != nullptr) {
    if (entered_) streamed.enter();
}

MICROFLASK_INLINE StreamedContext::Scope::~Scope() {
    if (!entered_) return;
    _request_ctx_stack.pop();
    _app_ctx_stack.pop();
}

MICROFLASK_INLINE std::shared_ptr<StreamedContext> current_streamed_context() {
    RequestContext* const* context = _request_ctx_stack.top();
    if (!context) {
        throw RuntimeError(
            "'stream_with_context' can only be used when a request context is active, such as in a "
            "view function.");
    }
    return (*context)->streamed_context();
}

}  // namespace detail

MICROFLASK_INLINE void detail::log_context_error(AppState& app, const char* what) noexcept {
    app.logger.error(std::string("Error while leaving a context: ") + what);
}

}  // namespace microflask
