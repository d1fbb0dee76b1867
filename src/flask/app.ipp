// Bodies of app.hpp: the handle, and how an application is made and run.
#include "flask/app.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/process.hpp"
#include "core/text.hpp"
#include "flask/app_state.hpp"
#include "flask/blueprints.hpp"
#include "flask/testing.hpp"
#include "http/hosts.hpp"
#include "server/serving.hpp"
#include "wrappers/abort.hpp"

#include <cstdio>
#include <new>

namespace microflask {

namespace detail {

/// Flask's settings and their defaults.
MICROFLASK_INLINE Json default_config() {
    return Json::parse(R"({
        "DEBUG": false,
        "TESTING": false,
        "PROPAGATE_EXCEPTIONS": null,
        "SECRET_KEY": null,
        "SECRET_KEY_FALLBACKS": null,
        "PERMANENT_SESSION_LIFETIME": 2678400,
        "USE_X_SENDFILE": false,
        "TRUSTED_HOSTS": null,
        "SERVER_NAME": null,
        "APPLICATION_ROOT": "/",
        "SESSION_COOKIE_NAME": "session",
        "SESSION_COOKIE_DOMAIN": null,
        "SESSION_COOKIE_PATH": null,
        "SESSION_COOKIE_HTTPONLY": true,
        "SESSION_COOKIE_SECURE": false,
        "SESSION_COOKIE_PARTITIONED": false,
        "SESSION_COOKIE_SAMESITE": null,
        "SESSION_REFRESH_EACH_REQUEST": true,
        "MAX_CONTENT_LENGTH": null,
        "MAX_FORM_MEMORY_SIZE": 500000,
        "MAX_FORM_PARTS": 1000,
        "SEND_FILE_MAX_AGE_DEFAULT": null,
        "TRAP_BAD_REQUEST_ERRORS": null,
        "TRAP_HTTP_EXCEPTIONS": false,
        "EXPLAIN_TEMPLATE_LOADING": false,
        "PREFERRED_URL_SCHEME": "http",
        "TEMPLATES_AUTO_RELOAD": null,
        "MAX_COOKIE_SIZE": 4093,
        "PROVIDE_AUTOMATIC_OPTIONS": true
    })");
}

/// Whether FLASK_DEBUG asks for debug mode.
MICROFLASK_INLINE bool debug_flag() {
    const std::string value = to_lower(environment_variable("FLASK_DEBUG").value_or(""));
    return !value.empty() && value != "0" && value != "false" && value != "no";
}

MICROFLASK_INLINE MapOptions map_options_of(const FlaskOptions& options) {
    MapOptions result;
    result.host_matching = options.host_matching;
    result.subdomain_matching = options.subdomain_matching;
    return result;
}

MICROFLASK_INLINE AppState::AppState(FlaskOptions options, const char* file)
    : wsgi_app([this](Environ& environ, StartResponse start_response) {
          return handle(environ, start_response);
      }),
      url_map(map_options_of(options)),
      session_interface(std::make_shared<SecureCookieSessionInterface>()),
      logger(options.import_name.empty() ? source_name(file) : options.import_name),
      self(std::shared_ptr<AppState>(), *this) {
    import_name = logger.name();
    name = import_name;
    subdomain_matching = options.subdomain_matching;
    static_host = options.static_host;
    if (!static_host.empty() && !options.host_matching)
        throw ValueError("Invalid static_host/host_matching combination");
    root_path = options.root_path.empty() ? source_folder(file) : options.root_path;
    instance_path =
        options.instance_path.empty() ? join_path(root_path, "instance") : options.instance_path;
    if (!options.instance_path.empty() && !is_absolute_path(instance_path)) {
        throw ValueError(
            "If an instance path is provided it must be absolute. A relative path was given "
            "instead.");
    }
    static_folder = options.static_folder;
    static_url_path = options.static_url_path;
    template_folder = options.template_folder;
    config = Config(options.instance_relative_config ? instance_path : root_path, default_config());
    if (debug_flag()) config["DEBUG"] = true;
    add_static_route();
}

MICROFLASK_INLINE AppState::~AppState() = default;

}  // namespace detail

// ---- the handle

MICROFLASK_INLINE Flask::Flask(FlaskOptions options, const char* file)
    : Flask(std::make_shared<detail::AppState>(std::move(options), file)) {}

MICROFLASK_INLINE Flask::Flask(std::shared_ptr<detail::AppState> state) noexcept
    : Scaffold(state), config(state->config), wsgi_app(state->wsgi_app) {}

MICROFLASK_INLINE Flask::Flask(std::shared_ptr<detail::AppState> owner,
                               detail::AppState& target) noexcept
    : Scaffold(std::shared_ptr<detail::ScaffoldState>(std::move(owner), &target)),
      config(target.config),
      wsgi_app(target.wsgi_app) {}

MICROFLASK_INLINE Flask::Flask(Flask&& other) noexcept
    : Scaffold(static_cast<const Scaffold&>(other)),
      config(other.config),
      wsgi_app(other.wsgi_app) {}

MICROFLASK_INLINE Flask& Flask::operator=(Flask&& other) noexcept {
    if (this != &other) {
        // The references are bound anew: C++20 lets an object of the same type take this one's place.
        this->~Flask();
        ::new (static_cast<void*>(this)) Flask(std::move(other));
    }
    return *this;
}

MICROFLASK_INLINE detail::AppState& Flask::state() const noexcept {
    return static_cast<detail::AppState&>(scaffold());
}

MICROFLASK_INLINE std::optional<std::string> Flask::secret_key() const {
    const Json& key = config.get("SECRET_KEY");
    return key.is_string() ? std::optional(key.get<std::string>()) : std::nullopt;
}

MICROFLASK_INLINE const std::string& Flask::import_name() const noexcept {
    return state().import_name;
}
MICROFLASK_INLINE const std::string& Flask::instance_path() const noexcept {
    return state().instance_path;
}

MICROFLASK_INLINE std::optional<std::string> Flask::static_folder() const {
    const std::optional<std::string>& folder = state().static_folder;
    return folder ? std::optional(detail::join_path(root_path(), *folder)) : std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string> Flask::static_url_path() const {
    return detail::static_url_path_of(state());
}

MICROFLASK_INLINE std::optional<std::string> Flask::template_folder() const {
    return state().template_folder;
}
MICROFLASK_INLINE Logger& Flask::logger() noexcept {
    detail::AppState& app = state();
    if (!app.logger_is_used.exchange(true) && debug()) app.logger.level(LogLevel::debug);
    return app.logger;
}
MICROFLASK_INLINE Aborter& Flask::aborter() noexcept {
    return state().aborter;
}

MICROFLASK_INLINE void Aborter::add(int code, Thrower thrower) {
    mapping_.emplace_back(code, thrower);
    detail::abort_hook.store(
        [](int wanted, const std::optional<std::string>& description) {
            if (AppContext* const* context = _app_ctx_stack.top())
                (*context)->state().aborter.raise(wanted, description);
        },
        std::memory_order_relaxed);
}

MICROFLASK_INLINE void Aborter::raise(int code,
                                      const std::optional<std::string>& description) const {
    for (std::size_t i = mapping_.size(); i-- > 0;) {
        if (mapping_[i].first == code) mapping_[i].second(description);
    }
}

MICROFLASK_INLINE JSONProvider& Flask::json() noexcept {
    return state().json;
}
MICROFLASK_INLINE std::vector<std::string> Flask::blueprints() const {
    std::vector<std::string> names;
    for (const auto& registered : state().blueprints) names.push_back(registered.first);
    return names;
}
MICROFLASK_INLINE ResourceStream Flask::open_instance_resource(std::string_view path) const {
    return detail::open_resource(instance_path(), path);
}
MICROFLASK_INLINE Attributes& Flask::extensions() noexcept {
    return state().extensions;
}
MICROFLASK_INLINE Map& Flask::url_map() noexcept {
    return state().url_map;
}
MICROFLASK_INLINE Cli& Flask::cli() noexcept {
    return state().cli;
}

MICROFLASK_INLINE void Flask::register_blueprint(const Blueprint& blueprint,
                                                 RegisterBlueprintOptions options) {
    state().check_setup("register_blueprint");
    blueprint.state().register_on(state(), options, nullptr, blueprint.shared_state());
}

MICROFLASK_INLINE void Flask::add_teardown_appcontext(detail::TeardownFunction function) {
    state().check_setup("teardown_appcontext");
    state().teardown_appcontext.push_back(std::move(function));
}

MICROFLASK_INLINE void Flask::add_url_build_error_handler(detail::UrlBuildErrorHandler handler) {
    state().check_setup("url_build_error_handler");
    state().url_build_error_handlers.push_back(std::move(handler));
}

MICROFLASK_INLINE void Flask::set_log_exception(detail::ExceptionLogFunction function) {
    state().check_setup("log_exception");
    state().log_exception_function = std::move(function);
}

MICROFLASK_INLINE const std::shared_ptr<SessionInterface>& Flask::session_interface()
    const noexcept {
    return state().session_interface;
}

MICROFLASK_INLINE void Flask::session_interface(std::shared_ptr<SessionInterface> sessions) {
    state().session_interface = std::move(sessions);
    state().opens_sessions_on_demand = state().session_interface->opens_on_demand();
}

MICROFLASK_INLINE AppContextGuard Flask::app_context() {
    return AppContextGuard(std::make_unique<AppContext>(state()));
}

MICROFLASK_INLINE TestRequestContext Flask::test_request_context(std::string_view path,
                                                                 EnvironBuilderOptions options) {
    state().read_limits();
    EnvironBuilder builder(path, detail::with_app_defaults(state(), path, std::move(options)));
    return TestRequestContext(state(), builder.get_environ());
}

MICROFLASK_INLINE std::unique_ptr<RequestContext> Flask::request_context(Environ& environ) {
    state().prepare();
    return std::make_unique<RequestContext>(state(), environ);
}

MICROFLASK_INLINE FlaskClient Flask::test_client() {
    return FlaskClient(state());
}
MICROFLASK_INLINE FlaskClient Flask::test_client(const ClientOptions& options) {
    return FlaskClient(state(), options);
}
MICROFLASK_INLINE FlaskCliRunner Flask::test_cli_runner() noexcept {
    return FlaskCliRunner(state());
}

// ---- running

namespace detail {

MICROFLASK_INLINE void complete_address(const AppState& app, RunOptions& options) {
    const std::string server_name = app.config.get<std::string>("SERVER_NAME", "");
    const HostParts parts = split_host(server_name);
    if (options.host.empty())
        options.host = parts.name.empty() ? "127.0.0.1" : unbracketed_host(parts.name);
    if (options.port < 0 && parts.port) {
        const std::optional<std::uint64_t> port = parse_unsigned(*parts.port, 65535);
        if (port) options.port = static_cast<int>(*port);
    }
    if (options.port < 0) options.port = 5000;
}

}  // namespace detail

MICROFLASK_INLINE int Flask::run(RunOptions options) {
    if (options.debug) debug(*options.debug);
    detail::complete_address(state(), options);
    std::fprintf(stderr, " * Serving Flask app '%s'\n * Debug mode: %s\n", name().c_str(),
                 debug() ? "on" : "off");
    RunSimpleOptions simple;
    simple.threaded = true;
    simple.loops = options.loops;
    simple.threads = options.threads;
    simple.workers = options.workers;
    simple.use_debugger = options.use_debugger.value_or(debug());
    simple.use_reloader = options.use_reloader.value_or(false);
    simple.access_log = options.access_log ? options.access_log_format : AccessLogFormat::none;
    simple.access_log_file = options.access_log_file;
    simple.limits = options.limits;
    simple.server_header = options.server_header;
    simple.on_ready = [&options](BaseWSGIServer& server) {
        if (options.on_ready) options.on_ready(server.port());
    };
    return run_simple(options.host, options.port, Application(state().self), simple);
}

MICROFLASK_INLINE int Flask::run(int argc, const char* const* argv) {
    if (load_dotenv() && detail::debug_flag()) debug(true);
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
    try {
        return detail::run_command_line(state(), argc > 0 ? argv[0] : name(), arguments);
    } catch (const std::exception& error) {  // of a command of the user's, or of the setup
        std::fprintf(stderr, "Error: %s\n", error.what());
        return 1;
    }
}

// ---- ViewFunctions

MICROFLASK_INLINE bool ViewFunctions::contains(std::string_view endpoint) const {
    for (const auto& route : app_->routes) {
        if (route->view && route->endpoint == endpoint) return true;
    }
    return false;
}

MICROFLASK_INLINE std::vector<std::string> ViewFunctions::names() const {
    std::vector<std::string> names;
    for (const auto& route : app_->routes) {
        if (!route->view) continue;
        bool known = false;
        for (const std::string& name : names) known = known || name == route->endpoint;
        if (!known) names.push_back(route->endpoint);
    }
    return names;
}

}  // namespace microflask
