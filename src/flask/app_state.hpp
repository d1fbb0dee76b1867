// What stands behind a Flask handle: the registries, and the way of a request through them. Contexts, views and servers
// refer to this object, so the handle may move.
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/callbacks.hpp"
#include "flask/config.hpp"
#include "flask/ctx.hpp"
#include "flask/scaffold.hpp"
#include "routing/map.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

/// What a rule leads to: the view, its arguments beyond the rule's variables, and whose hooks run around it.
struct RouteEntry {
    std::string rule;
    std::string endpoint;
    const Rule* url_rule = nullptr;        // in the map
    std::shared_ptr<AnyView> view;         // null while the endpoint has none
    std::vector<std::string> extra_names;  // the defaults that are no variables: names,
    List<const Json*> extra_values;        // and values, as ViewArguments takes them
    bool provide_automatic_options = true;
    List<ScaffoldState*> blueprints;  // innermost first
    bool has_hooks = true;            // around the view; known when the first request comes
    SourcePlace place;                // where it was registered
};

/// Returns the map's adapter for the present request, or for SERVER_NAME where `context` is null. Throws RuntimeError
/// where there is neither.
MapAdapter url_adapter_of(AppState& app, RequestContext* context);
/// Returns the URL path below which static files are served: what was given, or made from the folder's name.
std::optional<std::string> static_url_path_of(const ScaffoldState& scaffold);
/// Takes host and port from SERVER_NAME where none was given, as Flask does.
void complete_address(const AppState& app, RunOptions& options);
/// Returns the host's part before the server's name; nothing where it is another host.
std::string_view subdomain_of(std::string_view host, std::string_view server_name);
/// Fills in what an application's settings say about the requests of its tests: host, scheme and prefix.
EnvironBuilderOptions with_app_defaults(const AppState& app, std::string_view path,
                                        EnvironBuilderOptions options);

/// The registries of one application, and its request handling. Set up by one thread, then shared by all.
class AppState final : public ScaffoldState {
public:
    AppState(FlaskOptions options, const char* file);
    MICROFLASK_INLINE ~AppState() override;

    // ---- the registries (ScaffoldState)
    MICROFLASK_INLINE void add_url_rule(RuleRegistration registration) override;
    MICROFLASK_INLINE void set_endpoint_view(std::string endpoint,
                                             std::shared_ptr<AnyView> view) override;
    MICROFLASK_INLINE void check_setup(std::string_view method) const override;
    /// Registers a rule for a blueprint: the endpoint is complete, the rule has its prefix.
    void add_rule_of(RuleRegistration registration, List<ScaffoldState*> blueprints);
    void add_static_route();
    static void add_static_route_of(const BlueprintSetupState& setup,
                                    const ScaffoldState& blueprint);

    // ---- a request
    Body handle(Environ& environ, StartResponse start_response);
    Response full_dispatch_request(RequestContext& context);
    std::optional<Response> preprocess_request(RequestContext& context);
    Response dispatch_request(RequestContext& context);
    /// Returns what a rule of the map leads to; null where it was added without an endpoint's view.
    [[nodiscard]] RouteEntry* route_of(const Rule& rule) noexcept;
    void finalize_request(RequestContext& context, Response& response);
    /// Does the same, and only logs what is thrown meanwhile.
    void finalize_error_response(RequestContext& context, Response& response);
    void process_response(RequestContext& context, Response& response);
    /// Answers an exception by a handler, or an HTTPException as itself; rethrows what nobody handles.
    Response handle_user_exception(RequestContext& context, const std::exception_ptr& error);
    /// Answers what no handler took: logs it and gives a 500, or rethrows it where exceptions propagate.
    Response handle_exception(RequestContext& context, const std::exception_ptr& error);
    void do_teardown_request(RequestContext& context, TeardownRun& teardown);
    void do_teardown_appcontext(TeardownRun& teardown);
    Response make_default_options_response(RequestContext& context);

    // ---- building URLs
    void inject_url_defaults(std::string_view endpoint, Json& values);
    /// Asks the handlers of URLs that cannot be built; throws the error where none has an answer.
    std::string handle_url_build_error(const std::exception_ptr& error, std::string_view endpoint,
                                       const Json& values);

    /// Completes the registries; once, before the first request.
    void prepare();
    /// Takes the limits of requests from the settings.
    void read_limits();

    /// Whether exceptions reach the server: PROPAGATE_EXCEPTIONS, else where testing or debugging.
    [[nodiscard]] bool propagates_exceptions() const;
    void log_exception(RequestContext& context, const std::exception_ptr& error);
    [[nodiscard]] RouteEntry* find_endpoint(std::string_view endpoint) noexcept;

    Config config;
    Application wsgi_app;
    Map url_map;
    List<std::unique_ptr<RouteEntry>> routes;
    List<std::pair<std::string, std::shared_ptr<ScaffoldState>>> blueprints;
    List<TeardownFunction> teardown_appcontext;
    std::shared_ptr<SessionInterface> session_interface;
    bool opens_sessions_on_demand = true;
    Attributes extensions;
    Logger logger;
    std::atomic<bool> logger_is_used{false};
    JSONProvider json;
    Aborter aborter;
    List<UrlBuildErrorHandler> url_build_error_handlers;
    ExceptionLogFunction log_exception_function;  // instead of the logger
    Cli cli;
    RequestLimits limits;
    std::unique_ptr<TemplatingState> templating;  // made when first needed
    std::once_flag templating_made;
    std::string import_name;
    std::string instance_path;
    bool subdomain_matching = false;
    std::string static_host;
    std::shared_ptr<StreamedContext>* preserved = nullptr;  // where a test client keeps contexts
    List<std::pair<std::string, std::shared_ptr<AnyView>>> late_views;  // of endpoint(name)
    Flask self;  // the handle that current_app stands for

private:
    void add_routes_of_map();
    /// Answers a request and leaves its context, which is still pushed where it throws too early for that.
    Body handle(RequestContext& context, StartResponse start_response, std::exception_ptr& error);
    /// The response of a request, whatever happens; `error` is what the teardown functions are told.
    Response answer(RequestContext& context, std::exception_ptr& error);
    Response respond(RequestContext& context);
    void save_session(RequestContext& context, Response& response);
    [[nodiscard]] std::optional<Response> answer_by_handlers(RequestContext& context,
                                                             const std::exception_ptr& error,
                                                             int code);
    [[nodiscard]] bool traps(const HTTPException& exception) const;

    /// Whether any hook runs around a request.
    [[nodiscard]] bool has_hooks(const RequestContext& context) const noexcept {
        return context.route() ? context.route()->has_hooks : has_hooks_;
    }
    void run_after_hooks(RequestContext& context, Response& response);

    bool has_hooks_ = true;  // of its own; known when the first request comes
    std::once_flag prepared_;
    std::atomic<bool> got_first_request_{false};
};

}  // namespace microflask::detail
