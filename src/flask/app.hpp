// Flask: the central object. It implements the gateway's application and is the registry of views, rules, hooks,
// handlers and settings.
#pragma once

#include "core/list.hpp"
#include "core/log.hpp"
#include "core/version.hpp"
#include "flask/cli.hpp"
#include "flask/config.hpp"
#include "flask/ctx.hpp"
#include "flask/json_provider.hpp"
#include "flask/scaffold.hpp"
#include "flask/sessions.hpp"
#include "gateway/application.hpp"
#include "local/attributes.hpp"
#include "routing/map.hpp"
#include "server/access_log.hpp"
#include "server/limits.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/response.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class Blueprint;
class BuildError;
class Environment;
class FlaskClient;
struct ClientOptions;
class TestRequestContext;

/// The options of `Flask app(FlaskOptions{...})`.
struct FlaskOptions {
    /// The application's name; that of the source file where it is empty.
    std::string import_name = {};
    std::optional<std::string> static_url_path = {};
    /// The folder of static files, relative to root_path; `std::nullopt` for none.
    std::optional<std::string> static_folder = "static";
    bool host_matching = false;
    bool subdomain_matching = false;
    /// The folder of templates, relative to root_path; `std::nullopt` for none.
    std::optional<std::string> template_folder = "templates";
    /// An absolute path; "instance" below root_path where it is empty.
    std::string instance_path = {};
    /// The folder of the source file where that exists, else of the executable.
    std::string root_path = {};
    /// The host that static files are served at, where hosts are matched.
    std::string static_host = {};
    /// Whether relative configuration files are looked up in instance_path.
    bool instance_relative_config = false;
};

namespace detail {
/// The templates of an application, of which only flask/templating knows more.
struct TemplatingState {
    TemplatingState() = default;
    TemplatingState(const TemplatingState&) = delete;
    TemplatingState& operator=(const TemplatingState&) = delete;
    virtual ~TemplatingState() = default;
    /// Takes what the settings say, before the first request.
    virtual void prepare(AppState& app) = 0;
};

enum class TemplateCallableKind : unsigned char { filter, test, global };

/// Gives templates of an application a filter, a test or a global. Defined with flask/templating.
void add_template_callable(AppState& app, TemplateCallableKind kind, std::string_view name,
                           TemplateValue value);
template <class Callable>
TemplateValue make_template_value(Callable callable);
template <class T>
void add_template_type(AppState& app);

/// What `template_filter("name")` returns: takes a function and hands it back.
class TemplateDecorator {
public:
    TemplateDecorator(AppState& app, TemplateCallableKind kind, std::string_view name)
        : app_(&app), kind_(kind), name_(name) {}

    template <class Callable>
    Callable operator()(Callable callable) && {
        add_template_callable(*app_, kind_, name_, make_template_value(callable));
        return callable;
    }

private:
    AppState* app_;
    TemplateCallableKind kind_;
    std::string name_;
};

using ExceptionLogFunction = Function<void(const std::exception_ptr&)>;
using UrlBuildErrorHandler = Function<std::optional<std::string>(
    const BuildError&, std::string_view endpoint, const Json& values)>;
}  // namespace detail

/// The options of `app.register_blueprint(bp, {...})`.
struct RegisterBlueprintOptions {
    std::optional<std::string> url_prefix = {};
    std::string name = {};
    std::optional<std::string> subdomain = {};
    Json url_defaults = {};
    /// Instead of the blueprint's own.
    std::optional<std::string> cli_group = {};
};

/// The options of `app.run({...})`.
struct RunOptions {
    /// The address to listen on; that of SERVER_NAME, or 127.0.0.1, where it is empty. "unix:/path" for a Unix socket.
    std::string host = {};
    /// The port; that of SERVER_NAME, or 5000, where it is negative. 0 for any free one.
    int port = -1;
    std::optional<bool> debug = {};
    /// How many views may block at a time before requests wait for them; 64 where it is 0.
    int threads = 0;
    /// Worker processes; none where it is 0 (POSIX).
    int workers = 0;
    std::optional<bool> use_reloader = {};
    /// Whether clients on this machine are shown exceptions as a page; as `debug` says where it is empty.
    std::optional<bool> use_debugger = {};
    /// The event loops, each on its thread; one for each processor where it is 0.
    int loops = 0;
    /// Whether each request is logged.
    bool access_log = true;
    /// How: Werkzeug's short lines, Apache's Combined ones, or JSON objects.
    AccessLogFormat access_log_format = AccessLogFormat::werkzeug;
    /// The file that the lines are appended to; stderr where it is empty, stdout for "-". SIGUSR1 has it opened anew.
    std::string access_log_file = {};
    /// What a client may send and how long it may take.
    ServerLimits limits = {};
    /// The `Server` header field; none where it is empty.
    std::string server_header = "microflask/" MICROFLASK_VERSION;
    /// Called with the port once the server listens.
    detail::Function<void(int port)> on_ready = {};
};

/// What `abort(code)` throws for the codes of an application's own (Werkzeug's `Aborter`). Set up before the first request.
class Aborter {
public:
    /// Lets `abort(code)` throw an exception of that class, made of the description where it can be.
    template <class Exception>
    void add(int code) {
        add(code, [](const std::optional<std::string>& description) {
            if constexpr (std::is_constructible_v<Exception, std::string>) {
                if (description) throw Exception(*description);
            }
            throw Exception();
        });
    }
    /// Throws what the code stands for; returns where it stands for nothing here.
    void raise(int code, const std::optional<std::string>& description) const;

private:
    using Thrower = void (*)(const std::optional<std::string>& description);
    void add(int code, Thrower thrower);

    detail::List<std::pair<int, Thrower>> mapping_;
};

/// The names of an application's views.
class ViewFunctions {
public:
    explicit ViewFunctions(const detail::AppState& app) noexcept : app_(&app) {}
    [[nodiscard]] bool contains(std::string_view endpoint) const;
    [[nodiscard]] std::size_t size() const { return names().size(); }
    /// Returns the endpoints that have a view, in the order of registration.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    const detail::AppState* app_;
};

/// An application: a handle that may be moved, and stands for the same application wherever it is. Set up by one thread;
/// serves from every thread. It is not copied, and must outlive what it was given to as an application.
class Flask : public Scaffold<detail::RuleCheck::exact, detail::RuleCheck::more_after> {
public:
    /// An application named after the file it is declared in.
    explicit Flask(const char* file = __builtin_FILE()) : Flask(FlaskOptions{}, file) {}
    explicit Flask(FlaskOptions options, const char* file = __builtin_FILE());
    Flask(Flask&& other) noexcept;
    Flask& operator=(Flask&& other) noexcept;
    Flask(const Flask&) = delete;
    Flask& operator=(const Flask&) = delete;
    ~Flask() = default;

    /// The settings.
    Config& config;
    /// The application proper; wrap middleware around it: `app.wsgi_app = ProxyFix(app.wsgi_app)`.
    Application& wsgi_app;

    /// The gateway's entry: calls `wsgi_app`.
    Body operator()(Environ& environ, StartResponse start_response) {
        return wsgi_app(environ, start_response);
    }

    // ---- settings by name
    [[nodiscard]] std::optional<std::string> secret_key() const;
    void secret_key(std::string_view key) { config["SECRET_KEY"] = key; }
    [[nodiscard]] bool debug() const { return config.debug(); }
    void debug(bool on) { config["DEBUG"] = on; }
    [[nodiscard]] bool testing() const { return config.get<bool>("TESTING", false); }
    void testing(bool on) { config["TESTING"] = on; }
    [[nodiscard]] const std::string& import_name() const noexcept;
    [[nodiscard]] const std::string& instance_path() const noexcept;
    [[nodiscard]] std::optional<std::string> static_folder() const;
    [[nodiscard]] std::optional<std::string> static_url_path() const;
    [[nodiscard]] std::optional<std::string> template_folder() const;
    /// The logger, named after the application; it writes everything when first used in debug mode.
    [[nodiscard]] Logger& logger() noexcept;
    /// How JSON is written: `app.json().sort_keys(false)`.
    [[nodiscard]] JSONProvider& json() noexcept;
    /// The codes of one's own for `abort`: `app.aborter().add<OutOfCoffee>(900)`.
    [[nodiscard]] Aborter& aborter() noexcept;
    /// Values that extensions keep on the application.
    [[nodiscard]] Attributes& extensions() noexcept;

    // ---- registries
    [[nodiscard]] Map& url_map() noexcept;
    [[nodiscard]] ViewFunctions view_functions() const noexcept { return ViewFunctions(state()); }
    /// Returns the names that blueprints are registered under, in order.
    [[nodiscard]] std::vector<std::string> blueprints() const;
    /// Registers a blueprint's routes, hooks and handlers. The blueprint may go out of scope.
    void register_blueprint(const Blueprint& blueprint, RegisterBlueprintOptions options = {});
    /// Runs when an application context ends; takes the exception (or null), or nothing.
    template <class Hook>
    Hook teardown_appcontext(Hook hook) {
        add_teardown_appcontext(detail::make_teardown(hook));
        return hook;
    }
    /// Asks a function for the URL that `url_for` cannot build: `(const BuildError&, std::string_view endpoint, const
    /// Json& values) -> std::optional<std::string>`. The values include `_anchor`, `_method`, `_scheme`, `_external`.
    template <class Handler>
    Handler url_build_error_handler(Handler handler) {
        add_url_build_error_handler(handler);
        return handler;
    }
    /// Calls a function with each exception that no handler took, instead of logging it.
    template <class Hook>
    Hook log_exception(Hook hook) {
        set_log_exception(hook);
        return hook;
    }
    [[nodiscard]] const std::shared_ptr<SessionInterface>& session_interface() const noexcept;
    void session_interface(std::shared_ptr<SessionInterface> sessions);
    /// The commands of the command line.
    [[nodiscard]] Cli& cli() noexcept;

    // ---- templates
    /// The environment of the application's templates, made when first asked for.
    [[nodiscard]] Environment& jinja_env();
    /// Gives templates a filter: `app.template_filter("reverse")([](std::string text) { ... })`.
    [[nodiscard]] detail::TemplateDecorator template_filter(std::string_view name) {
        scaffold().check_setup("template_filter");
        return {state(), detail::TemplateCallableKind::filter, name};
    }
    /// Gives templates a test: a function that returns a boolean.
    [[nodiscard]] detail::TemplateDecorator template_test(std::string_view name) {
        scaffold().check_setup("template_test");
        return {state(), detail::TemplateCallableKind::test, name};
    }
    /// Gives templates a function, or another value, that all of them see.
    [[nodiscard]] detail::TemplateDecorator template_global(std::string_view name) {
        scaffold().check_setup("template_global");
        return {state(), detail::TemplateCallableKind::global, name};
    }
    template <class Callable>
    void add_template_filter(Callable callable, std::string_view name) {
        template_filter(name)(std::move(callable));
    }
    template <class Callable>
    void add_template_test(Callable callable, std::string_view name) {
        template_test(name)(std::move(callable));
    }
    template <class Callable>
    void add_template_global(Callable callable, std::string_view name) {
        template_global(name)(std::move(callable));
    }
    /// Lets templates see values of a class of one's own in `g`: one that has an `expose` function, or an optional or a
    /// pointer of it. They are referred to, so they stay in `g` while templates are rendered.
    template <class T>
    void template_type() {
        scaffold().check_setup("template_type");
        detail::add_template_type<T>(state());
    }

    // ---- contexts
    [[nodiscard]] AppContextGuard app_context();
    /// Opens a file of the instance folder for reading. Throws RuntimeError where that fails.
    [[nodiscard]] ResourceStream open_instance_resource(std::string_view path) const;
    /// Enters the context of a request that no client made.
    [[nodiscard]] TestRequestContext test_request_context(std::string_view path = "/",
                                                          EnvironBuilderOptions options = {});
    /// Returns the context of a request, not entered yet.
    [[nodiscard]] std::unique_ptr<RequestContext> request_context(Environ& environ);
    /// Returns a client that calls this application without a network.
    [[nodiscard]] FlaskClient test_client();
    [[nodiscard]] FlaskClient test_client(const ClientOptions& options);
    [[nodiscard]] FlaskCliRunner test_cli_runner() noexcept;

    // ---- running
    /// Serves until stopped; returns 0 then, and 1 where it could not listen.
    int run(RunOptions options = {});
    /// The command line: `run`, `routes` and the application's own commands. Returns the exit code for `main`.
    int run(int argc, const char* const* argv);

    /// For the framework: what stands behind the handle.
    [[nodiscard]] detail::AppState& state() const noexcept;

private:
    friend class detail::AppState;
    explicit Flask(std::shared_ptr<detail::AppState> state) noexcept;
    Flask(std::shared_ptr<detail::AppState> state, detail::AppState& target) noexcept;
    void add_teardown_appcontext(detail::TeardownFunction function);
    void add_url_build_error_handler(detail::UrlBuildErrorHandler handler);
    void set_log_exception(detail::ExceptionLogFunction function);
};

}  // namespace microflask
