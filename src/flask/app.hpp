// Flask: the central object. It implements the gateway's application and is the registry of views, rules, hooks,
// handlers and settings.
#pragma once

#include "core/log.hpp"
#include "flask/cli.hpp"
#include "flask/config.hpp"
#include "flask/ctx.hpp"
#include "flask/scaffold.hpp"
#include "flask/sessions.hpp"
#include "gateway/application.hpp"
#include "local/attributes.hpp"
#include "routing/map.hpp"
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
class FlaskClient;
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
};

/// The options of `app.register_blueprint(bp, {...})`.
struct RegisterBlueprintOptions {
    std::optional<std::string> url_prefix = {};
    std::string name = {};
    std::optional<std::string> subdomain = {};
    Json url_defaults = {};
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
    std::optional<bool> use_debugger = {};
    /// The event loops, each on its thread; one for each processor where it is 0.
    int loops = 0;
    /// Whether each request is logged to stderr.
    bool access_log = true;
    /// Called with the port once the server listens.
    detail::Function<void(int port)> on_ready = {};
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
    [[nodiscard]] bool debug() const { return config.get<bool>("DEBUG", false); }
    void debug(bool on) { config["DEBUG"] = on; }
    [[nodiscard]] bool testing() const { return config.get<bool>("TESTING", false); }
    void testing(bool on) { config["TESTING"] = on; }
    [[nodiscard]] const std::string& import_name() const noexcept;
    [[nodiscard]] const std::string& instance_path() const noexcept;
    [[nodiscard]] std::optional<std::string> static_folder() const;
    [[nodiscard]] std::optional<std::string> static_url_path() const;
    [[nodiscard]] std::optional<std::string> template_folder() const;
    [[nodiscard]] Logger& logger() noexcept;
    /// Values that extensions keep on the application.
    [[nodiscard]] Attributes& extensions() noexcept;

    // ---- registries
    [[nodiscard]] Map& url_map() noexcept;
    [[nodiscard]] ViewFunctions view_functions() const noexcept { return ViewFunctions(state()); }
    /// Registers a blueprint's routes, hooks and handlers. The blueprint may go out of scope.
    void register_blueprint(const Blueprint& blueprint, RegisterBlueprintOptions options = {});
    /// Runs when an application context ends; takes the exception (or null), or nothing.
    template <class Hook>
    Hook teardown_appcontext(Hook hook) {
        add_teardown_appcontext(detail::make_teardown(hook));
        return hook;
    }
    [[nodiscard]] const std::shared_ptr<SessionInterface>& session_interface() const noexcept;
    void session_interface(std::shared_ptr<SessionInterface> sessions);
    /// The commands of the command line.
    [[nodiscard]] Cli& cli() noexcept;

    // ---- contexts
    [[nodiscard]] AppContextGuard app_context();
    /// Enters the context of a request that no client made.
    [[nodiscard]] TestRequestContext test_request_context(std::string_view path = "/",
                                                          EnvironBuilderOptions options = {});
    /// Returns the context of a request, not entered yet.
    [[nodiscard]] std::unique_ptr<RequestContext> request_context(Environ& environ);
    /// Returns a client that calls this application without a network.
    [[nodiscard]] FlaskClient test_client();
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
};

}  // namespace microflask
