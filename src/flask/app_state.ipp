// Bodies of app_state.hpp: the registries, and a request's way through hooks, view and handlers.
#include "flask/app_state.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/list.hpp"
#include "flask/debughelpers.hpp"
#include "flask/helpers.hpp"
#include "flask/signals.hpp"
#include "http/exceptions.hpp"
#include "routing/exceptions.hpp"
#include "wrappers/redirect.hpp"

#include <algorithm>
#include <typeinfo>

namespace microflask::detail {

// ---- ScaffoldState

MICROFLASK_INLINE void ScaffoldState::add_error_handler(ErrorHandler handler) {
    List<ErrorHandler>& handlers = hooks.error_handlers;
    const auto is_same = [&handler](const ErrorHandler& other) {
        return other.code == handler.code && other.catches(handler.throw_pointer) &&
               handler.catches(other.throw_pointer) && other.by_code == handler.by_code;
    };
    if (const auto same = std::find_if(handlers.begin(), handlers.end(), is_same);
        same != handlers.end()) {
        *same = std::move(handler);
        return;
    }
    // Before the first whose class is a base of this one's, so that the most derived class is asked first.
    const auto place =
        std::find_if(handlers.begin(), handlers.end(), [&handler](const ErrorHandler& other) {
            return other.catches(handler.throw_pointer) && !(handler.by_code && !other.by_code);
        });
    handlers.insert(place, std::move(handler));
}

MICROFLASK_INLINE RuleRegistration make_registration(std::string_view rule, RouteOptions options,
                                                     std::shared_ptr<AnyView> view,
                                                     std::string_view method) {
    RuleRegistration registration;
    registration.rule = rule;
    registration.endpoint_given = !options.endpoint.empty();
    registration.endpoint =
        registration.endpoint_given ? options.endpoint : endpoint_from_rule(rule);
    if (!method.empty()) {
        if (options.methods.is_set())
            throw SetupError("Use the 'route' decorator to use the 'methods' argument.");
        options.methods = MethodList{method};
    }
    registration.options = std::move(options);
    registration.view = std::move(view);
    return registration;
}

MICROFLASK_INLINE ErrorHandler make_code_handler(int code,
                                                 Function<Response(const HTTPException&)> handler) {
    if (!is_http_exception_code(code)) {
        throw ValueError(
            "'" + std::to_string(code) +
            "' is not a recognized HTTP error code. Use a subclass of HTTPException with that code "
            "instead.");
    }
    ErrorHandler result = make_error_handler<HTTPException>(std::move(handler));
    result.code = code;
    result.by_code = true;
    return result;
}

// ---- registration

MICROFLASK_INLINE void AppState::check_setup(std::string_view method) const {
    if (!got_first_request_.load(std::memory_order_relaxed)) return;
    throw SetupError("The setup method '" + std::string(method) +
                     "' can no longer be called on the application. It has already handled its "
                     "first request, any "
                     "changes will not be applied consistently.\nMake sure all imports, "
                     "decorators, functions, etc. "
                     "needed to set up the application are done before running it.");
}

MICROFLASK_INLINE RouteEntry* AppState::find_endpoint(std::string_view endpoint) noexcept {
    for (const auto& route : routes) {
        if (route->endpoint == endpoint) return route.get();
    }
    return nullptr;
}

MICROFLASK_INLINE void AppState::add_url_rule(RuleRegistration registration) {
    add_rule_of(std::move(registration), {});
}

MICROFLASK_INLINE void AppState::add_rule_of(RuleRegistration registration,
                                             List<ScaffoldState*> chain) {
    auto route = std::make_unique<RouteEntry>();
    route->rule = registration.rule;
    route->endpoint = registration.endpoint;
    route->place = registration.place;
    route->view = registration.view;
    route->blueprints = std::move(chain);

    const RouteEntry* const known = find_endpoint(route->endpoint);
    if (known && known->view && !route->view) route->view = known->view;
    if (known && known->view && registration.endpoint_given && known->view != route->view) {
        throw SetupError("View function mapping is overwriting an existing endpoint function: " +
                         route->endpoint);
    }

    RouteOptions& options = registration.options;
    MethodList methods = options.methods;
    if (!methods.is_set()) {
        const std::vector<std::string>* const own = route->view ? route->view->methods() : nullptr;
        methods = own ? MethodList(*own) : MethodList{"GET"};
    }
    std::optional<bool> automatic_options = options.provide_automatic_options;
    if (!automatic_options && route->view)
        automatic_options = route->view->provide_automatic_options();
    route->provide_automatic_options = automatic_options.value_or(
        !methods.contains("OPTIONS") && config.get<bool>("PROVIDE_AUTOMATIC_OPTIONS", true));
    if (route->provide_automatic_options) methods.add("OPTIONS");

    Rule rule(registration.rule, {.defaults = options.defaults,
                                  .subdomain = options.subdomain,
                                  .methods = methods,
                                  .build_only = options.build_only,
                                  .endpoint = route->endpoint,
                                  .strict_slashes = options.strict_slashes,
                                  .merge_slashes = options.merge_slashes,
                                  .redirect_to = options.redirect_to,
                                  .alias = options.alias,
                                  .host = options.host});
    rule.view_index(routes.size());
    const Rule& added = url_map.add(std::move(rule));
    route->url_rule = &added;
    for (const auto& [name_of_default, value] : added.defaults().items()) {
        bool is_variable = false;
        for (const RuleVariable& variable : added.variables()) {
            is_variable = is_variable || variable.name == name_of_default;
        }
        if (is_variable) continue;
        route->extra_names.push_back(name_of_default);
        route->extra_values.push_back(&value);
    }
    // Preprocessors may take values out, so that the view has fewer parameters than the rule has variables.
    const bool keeps_values = route->blueprints.empty() && hooks.url_value_preprocessors.empty();
    if (route->view && registration.check_parameters && keeps_values) {
        if (const auto parameters = route->view->parameters()) {
            const auto problem = check_view_parameters(added, *parameters, route->endpoint);
            if (problem) throw SetupError(*problem);
        }
    }
    routes.push_back(std::move(route));
}

MICROFLASK_INLINE void AppState::set_endpoint_view(std::string endpoint,
                                                   std::shared_ptr<AnyView> view) {
    for (const auto& route : routes) {
        if (route->endpoint == endpoint) route->view = view;
    }
    late_views.emplace_back(std::move(endpoint), std::move(view));
}

/// Makes entries for the rules that were added to the map itself, whose endpoints get their views by name.
MICROFLASK_INLINE void AppState::add_routes_of_map() {
    for (const Rule& rule : url_map.iter_rules()) {
        if (rule.view_index() < routes.size()) continue;
        auto route = std::make_unique<RouteEntry>();
        route->rule = rule.rule();
        route->endpoint = rule.endpoint();
        route->url_rule = &rule;
        route->provide_automatic_options = rule.methods().contains("OPTIONS");
        if (const RouteEntry* const known = find_endpoint(route->endpoint)) {
            route->view = known->view;
            route->blueprints = known->blueprints;
        }
        routes.push_back(std::move(route));
    }
}

MICROFLASK_INLINE RouteEntry* AppState::route_of(const Rule& rule) noexcept {
    if (rule.view_index() < routes.size()) return routes[rule.view_index()].get();
    for (const auto& route : routes) {
        if (route->url_rule == &rule) return route.get();
    }
    return nullptr;
}

MICROFLASK_INLINE std::optional<std::string> static_url_path_of(const ScaffoldState& scaffold) {
    if (scaffold.static_url_path) {
        std::string path = *scaffold.static_url_path;
        while (path.ends_with('/')) path.pop_back();
        return path;
    }
    if (!scaffold.static_folder) return std::nullopt;
    std::string_view folder = *scaffold.static_folder;
    while (folder.ends_with('/')) folder.remove_suffix(1);
    return "/" + std::string(folder.substr(folder.rfind('/') + 1));
}

/// The route of a scope's static files.
MICROFLASK_INLINE RuleRegistration static_registration(const ScaffoldState& scaffold) {
    RouteOptions options;
    options.endpoint = "static";
    auto view = make_view_function(
        [&scaffold](std::string_view filename) { return send_static_file(scaffold, filename); });
    return make_registration(static_url_path_of(scaffold).value_or("") + "/<path:filename>",
                             std::move(options), view.view(), {});
}

MICROFLASK_INLINE void AppState::add_static_route() {
    if (!static_folder) return;
    RuleRegistration registration = static_registration(*this);
    if (!static_host.empty()) registration.options.host = static_host;
    add_url_rule(std::move(registration));
}

MICROFLASK_INLINE void AppState::add_static_route_of(const BlueprintSetupState& setup,
                                                     const ScaffoldState& blueprint) {
    setup.add_rule(static_registration(blueprint));
}

MICROFLASK_INLINE void AppState::prepare() {
    if (got_first_request_.load(std::memory_order_acquire)) return;
    std::call_once(prepared_, [this] {
        add_routes_of_map();
        for (const auto& [endpoint, view] : late_views) {
            for (const auto& route : routes) {
                if (route->endpoint == endpoint && !route->view) route->view = view;
            }
        }
        read_limits();
        if (templating) templating->prepare(*this);
        has_hooks_ = hooks.run_around_views();
        for (const auto& route : routes) {
            route->has_hooks = has_hooks_;
            for (const ScaffoldState* blueprint : route->blueprints)
                route->has_hooks = route->has_hooks || blueprint->hooks.run_around_views();
        }
        got_first_request_.store(true, std::memory_order_release);
    });
}

MICROFLASK_INLINE void AppState::read_limits() {
    if (got_first_request_.load(std::memory_order_acquire)) return;  // other threads read them now
    const auto optional_number = [this](std::string_view key) -> std::optional<long long> {
        const Json& value = config.get(key);
        return value.is_integer() ? std::optional(value.get<long long>()) : std::nullopt;
    };
    limits.max_content_length = optional_number("MAX_CONTENT_LENGTH");
    limits.max_form_memory_size = optional_number("MAX_FORM_MEMORY_SIZE");
    limits.max_form_parts = optional_number("MAX_FORM_PARTS");
    limits.trusted_hosts.clear();
    for (const Json& host : config.get("TRUSTED_HOSTS"))
        limits.trusted_hosts.push_back(host.get<std::string>());
    limits.explain_errors = config.debug();
}

// ---- a request

MICROFLASK_INLINE Body AppState::handle(Environ& environ, StartResponse start_response) {
    prepare();
    RequestContext context(*this, environ);
    std::exception_ptr error;
    try {
        return handle(context, start_response, error);
    } catch (...) {  // the server's to answer; what was begun is ended first
        if (context.is_pushed()) context.pop(error ? error : std::current_exception());
        throw;
    }
}

MICROFLASK_INLINE_HOT Body AppState::handle(RequestContext& context, StartResponse start_response,
                                            std::exception_ptr& error) {
    Body body = answer(context, error).send(context.request().environ(), start_response);
    try {
        if (context.is_streamed() || preserved) {
            const std::shared_ptr<StreamedContext> streamed = context.streamed_context();
            if (preserved) {
                *preserved = streamed;
            } else {
                body.on_close([streamed] { streamed->finish(); });
            }
            streamed->keep(context, error);
        } else {
            context.pop(error);
        }
    } catch (...) {
        body.close();
        throw;
    }
    return body;
}

MICROFLASK_INLINE_HOT Response AppState::answer(RequestContext& context,
                                                std::exception_ptr& error) {
    try {
        context.push();
        return full_dispatch_request(context);
    } catch (...) {  // handled below, outside of the handler
        error = std::current_exception();
    }
    return handle_exception(context, error);
}

MICROFLASK_INLINE Response AppState::full_dispatch_request(RequestContext& context) {
    Response response = respond(context);
    finalize_request(context, response);
    return response;
}

MICROFLASK_INLINE_HOT Response AppState::respond(RequestContext& context) {
    std::exception_ptr error;
    try {
        request_started.send(self);
        if (has_hooks(context)) {
            if (std::optional<Response> early = preprocess_request(context))
                return *std::move(early);
        }
        return dispatch_request(context);
    } catch (...) {  // handled below, outside of the handler
        error = std::current_exception();
    }
    return handle_user_exception(context, error);
}

/// The scopes whose hooks run around a request: the blueprints of its route, innermost first, then the application.
class ScopesAround {
public:
    ScopesAround(const AppState& app, const RequestContext& context) noexcept : app_(&app.hooks) {
        if (!context.route()) return;
        blueprints_ = context.route()->blueprints.data();
        blueprint_count_ = context.route()->blueprints.size();
    }

    [[nodiscard]] std::size_t size() const noexcept { return blueprint_count_ + 1; }
    [[nodiscard]] const Hooks& operator[](std::size_t index) const noexcept {
        return index < blueprint_count_ ? blueprints_[index]->hooks : *app_;
    }

private:
    const Hooks* app_;
    ScaffoldState* const* blueprints_ = nullptr;
    std::size_t blueprint_count_ = 0;
};

MICROFLASK_INLINE std::optional<Response> AppState::preprocess_request(RequestContext& context) {
    const ScopesAround scopes(*this, context);
    for (std::size_t i = scopes.size(); i-- > 0;) {
        for (const UrlValuesFunction& function : scopes[i].url_value_preprocessors)
            function(context.request().endpoint_view(), context.changed_view_args());
    }
    for (std::size_t i = scopes.size(); i-- > 0;) {
        for (const BeforeRequestFunction& function : scopes[i].before_request) {
            if (std::optional<Response> response = function()) return response;
        }
    }
    return std::nullopt;
}

/// Returns what a custom converter made of a variable, where the preprocessors left its text as it was.
MICROFLASK_INLINE const MatchedValue* unchanged_custom_value(const RuleMatch& match,
                                                             std::string_view name,
                                                             const Json& value) {
    const auto variables = match.rule()->variables();
    for (std::size_t i = 0; i < match.size(); ++i) {
        const MatchedValue& matched = match[i];
        if (variables[i].name == name && matched.kind() == MatchedValue::Kind::custom &&
            value == matched.text()) {
            return &matched;
        }
    }
    return nullptr;
}

MICROFLASK_INLINE Response AppState::dispatch_request(RequestContext& context) {
    const RouteEntry* const route = context.route();
    if (!route) context.raise_routing_exception();
    if (route->provide_automatic_options && context.asks_for_options()) {
        return make_default_options_response(context);
    }
    if (!route->view)
        throw SetupError("The endpoint '" + route->endpoint + "' has no view function.");
    if (!context.has_changed_view_args()) {
        return route->view->call(ViewArguments(context.match(), route->extra_values));
    }
    List<const Json*> values;
    List<const MatchedValue*> made;
    for (const auto& [name_of_value, value] : context.changed_view_args().items()) {
        values.push_back(&value);
        made.push_back(unchanged_custom_value(context.match(), name_of_value, value));
    }
    return route->view->call(ViewArguments(made, values));
}

MICROFLASK_INLINE Response AppState::make_default_options_response(RequestContext& context) {
    std::string allow;
    for (const std::string& method : context.allowed_methods()) {
        if (!allow.empty()) allow += ", ";
        allow += method;
    }
    Response response;
    response.headers().set("Allow", allow);
    return response;
}

MICROFLASK_INLINE void AppState::finalize_request(RequestContext& context, Response& response) {
    process_response(context, response);
    request_finished.send(self, response);
}

MICROFLASK_INLINE void AppState::finalize_error_response(RequestContext& context,
                                                         Response& response) {
    const Response unprocessed = response;  // what is sent where an after-request function throws
    try {
        finalize_request(context, response);
    } catch (const std::exception& error) {
        response = unprocessed;
        logger.error(
            std::string("Request finalizing failed with an error while handling an error: ") +
            error.what());
    }
}

MICROFLASK_INLINE void AppState::process_response(RequestContext& context, Response& response) {
    if (context.has_after_request_functions()) context.run_after_request_functions(response);
    if (has_hooks(context)) run_after_hooks(context, response);
    if (context.opened_session() || context.request().environ().field("Cookie"))
        save_session(context, response);
}

MICROFLASK_INLINE void AppState::run_after_hooks(RequestContext& context, Response& response) {
    const ScopesAround scopes(*this, context);
    for (std::size_t i = 0; i < scopes.size(); ++i) {
        const List<AfterRequestFunction>& functions = scopes[i].after_request;
        for (std::size_t j = functions.size(); j-- > 0;)
            response = functions[j](std::move(response));
    }
}

MICROFLASK_INLINE void AppState::save_session(RequestContext& context, Response& response) {
    Session* session = context.opened_session();
    if (!session) {
        // Nobody asked for it. Only a permanent session must be renewed with each request, and only a client that sends
        // cookies has one.
        if (!session_interface) return;
        if (!context.request().cookies().contains(session_interface->get_cookie_name(self))) return;
        session = &context.session();
    }
    if (!session_interface->is_null_session(*session))
        session_interface->save_session(self, *session, response);
}

// ---- errors

MICROFLASK_INLINE std::optional<Response> AppState::answer_by_handlers(
    RequestContext& context, const std::exception_ptr& error, int code) {
    const auto ask = [&error](const Hooks& scope, int wanted_code) -> std::optional<Response> {
        for (const ErrorHandler& handler : scope.error_handlers) {
            if (handler.code != wanted_code) continue;
            if (std::optional<Response> response = handler.answer(error)) return response;
        }
        return std::nullopt;
    };
    // Flask's order: by code before by class, and within each the blueprint before the application.
    const ScopesAround scopes(*this, context);
    for (const int wanted_code : {code, 0}) {
        for (std::size_t i = 0; i < scopes.size(); ++i) {
            if (std::optional<Response> response = ask(scopes[i], wanted_code)) return response;
        }
        if (code == 0) break;
    }
    return std::nullopt;
}

MICROFLASK_INLINE bool AppState::traps(const HTTPException& exception) const {
    if (config.get<bool>("TRAP_HTTP_EXCEPTIONS", false)) return true;
    const Json& trap_bad_request = config.get("TRAP_BAD_REQUEST_ERRORS");
    const bool is_key_error = dynamic_cast<const BadRequestKeyError*>(&exception) != nullptr;
    if (trap_bad_request.is_null()) return config.debug() && is_key_error;
    return trap_bad_request == Json(true) && dynamic_cast<const BadRequest*>(&exception) != nullptr;
}

MICROFLASK_INLINE Response AppState::handle_user_exception(RequestContext& context,
                                                           const std::exception_ptr& error) {
    int code = 0;
    try {
        std::rethrow_exception(error);
    } catch (const RequestRedirect& redirect) {
        return microflask::redirect(
            redirect.new_url(),
            redirect.code());  // routing's own way of answering; no handler sees it
    } catch (HTTPException& exception) {
        if (auto* key_error = dynamic_cast<BadRequestKeyError*>(&exception)) {
            key_error->show_exception(config.debug() ||
                                      config.get("TRAP_BAD_REQUEST_ERRORS") == Json(true));
        }
        code = exception.code();
        if (!traps(exception)) {
            if (code == 0) return exception.get_response();
            if (std::optional<Response> response = answer_by_handlers(context, error, code)) {
                return *std::move(response);
            }
            return exception.get_response();
        }
    } catch (...) {  // no HTTP exception: a handler of its class, or handle_exception
    }
    if (std::optional<Response> response = answer_by_handlers(context, error, code))
        return *std::move(response);
    std::rethrow_exception(error);
}

MICROFLASK_INLINE bool AppState::propagates_exceptions() const {
    const Json& propagate = config.get("PROPAGATE_EXCEPTIONS");
    if (!propagate.is_null()) return propagate == Json(true);
    return config.get<bool>("TESTING", false) || config.debug();
}

MICROFLASK_INLINE Response AppState::handle_exception(RequestContext& context,
                                                      const std::exception_ptr& error) {
    got_request_exception.send(self, error);
    if (may_see_debug_page(context.request().environ())) {
        log_exception(context, error);
        return make_debug_page(context, error);
    }
    if (propagates_exceptions()) std::rethrow_exception(error);
    log_exception(context, error);
    const InternalServerError server_error(error);
    const std::exception_ptr as_exception = std::make_exception_ptr(server_error);
    std::optional<Response> response = answer_by_handlers(context, as_exception, 500);
    if (!response) response = server_error.get_response();
    finalize_error_response(context, *response);
    return *std::move(response);
}

MICROFLASK_INLINE void AppState::log_exception(RequestContext& context,
                                               const std::exception_ptr& error) {
    if (log_exception_function) return log_exception_function(error);
    std::string text = "Exception on " + std::string(context.request().path()) + " [" +
                       std::string(context.request().method()) + "]\n";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        text += exception.what();
    } catch (...) {  // whatever the view threw
        text += "an exception that is no std::exception";
    }
    self.logger().error(text);
}

// ---- the end of contexts

MICROFLASK_INLINE void AppState::do_teardown_request(RequestContext& context,
                                                     TeardownRun& teardown) {
    if (has_hooks(context)) {
        const ScopesAround scopes(*this, context);
        for (std::size_t i = 0; i < scopes.size(); ++i) teardown.run(scopes[i].teardown_request);
    }
    if (request_tearing_down)
        teardown.attempt([&] { request_tearing_down.send(self, teardown.error()); });
}

MICROFLASK_INLINE void AppState::do_teardown_appcontext(TeardownRun& teardown) {
    teardown.run(teardown_appcontext);
    if (appcontext_tearing_down)
        teardown.attempt([&] { appcontext_tearing_down.send(self, teardown.error()); });
}

// ---- JSON

MICROFLASK_INLINE Response json_response(const Json& value) {
    AppContext* const* context = _app_ctx_stack.top();
    if (!context) return JSONProvider().response(value, false);
    const AppState& app = (*context)->state();
    return app.json.response(value, app.config.debug());
}

MICROFLASK_INLINE Response bytes_response(const std::vector<std::byte>& bytes) {
    std::string text(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), text.begin(),
                   [](std::byte byte) { return static_cast<char>(byte); });
    return text_response(std::move(text));
}

}  // namespace microflask::detail
