// make_server() and run_simple(): an application, served.
#pragma once

#include "core/function.hpp"
#include "core/version.hpp"
#include "gateway/application.hpp"
#include "server/access_log.hpp"
#include "server/limits.hpp"
#include "server/poller.hpp"
#include "server/socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace microflask {

/// How `make_server` serves.
struct ServerOptions {
    /// Whether several views may run at the same time, on several threads.
    bool threaded = false;
    /// How many event loops serve, each on its thread; 0 is one for each processor. One if not `threaded`.
    int loops = 0;
    /// How many views may block at a time before requests wait for them; 0 is 64.
    int threads = 0;
    ServerLimits limits{};
    AccessLogFormat access_log = AccessLogFormat::none;
    /// The file that access log lines are appended to; standard error where it is empty, standard output for "-".
    std::string access_log_file{};
    /// The `Server` header field; empty for none.
    std::string server_header = "microflask/" MICROFLASK_VERSION;
    PollerKind poller = PollerKind::automatic;
    /// How long a view may run before its loop is given to another thread.
    std::chrono::microseconds handover_after{1000};
    /// What `wsgi.multiprocess` tells the application.
    bool multiprocess = false;
    /// How long a stopping server leaves idle connections open, for requests that are on their way.
    std::chrono::milliseconds idle_grace{0};
    /// Whether a Flask shows its exceptions as a page, to clients on this machine.
    bool use_debugger = false;
    /// For tests of the hand-over.
    detail::ForcedHandover forced_handover = detail::ForcedHandover::none;
};

/// A server, listening since it was made. `shutdown` and the questions are for any thread, the rest for one.
class BaseWSGIServer {
public:
    /// Listens; throws OSError where it cannot, and ValueError for a port that is none.
    BaseWSGIServer(std::string host, int port, Application application,
                   const ServerOptions& options);
    ~BaseWSGIServer();
    BaseWSGIServer(const BaseWSGIServer&) = delete;
    BaseWSGIServer& operator=(const BaseWSGIServer&) = delete;

    /// Serves until `shutdown` is called; then finishes what is in flight and returns. May be called again.
    void serve_forever();
    /// Serves one request, waiting for it.
    void handle_request();
    /// Ends `serve_forever`, now or as soon as it is called. Does not wait; may be called from a view and from a
    /// signal handler.
    void shutdown() noexcept;
    /// Opens the access log's file anew, since it was moved away. May be called from any thread and from a signal handler.
    void reopen_access_log() noexcept;
    /// Stops listening; open connections are closed. Not while the server serves.
    void server_close();

    /// Returns the host it listens on, as it was given.
    [[nodiscard]] const std::string& host() const noexcept;
    /// Returns the port it listens on; 0 for a Unix socket.
    [[nodiscard]] int port() const noexcept;
    /// Returns where it can be reached: "http://127.0.0.1:5000".
    [[nodiscard]] std::string url() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Makes a server that listens on a host and port; port 0 is one that is free. The host may be "localhost" (both
/// loopback addresses), an address, a name, "unix:/path", "fd://3" for a descriptor that listens already, or "systemd:"
/// for the sockets that systemd passed. Throws OSError.
std::unique_ptr<BaseWSGIServer> make_server(std::string host, int port, Application application,
                                            const ServerOptions& options = {});

/// How `run_simple` serves.
struct RunSimpleOptions {
    /// Whether several views may run at the same time, on several threads.
    bool threaded = false;
    /// The same as `workers`, by Werkzeug's name.
    int processes = 1;
    /// Restarting the program when its files change is not there yet; asking for it is told on standard error.
    bool use_reloader = false;
    /// Whether a Flask shows its exceptions as a page, to clients on this machine.
    bool use_debugger = false;
    /// How many event loops serve, each on its thread; 0 is one for each processor. One if not `threaded`.
    int loops = 0;
    /// How many views may block at a time before requests wait for them; 0 is 64.
    int threads = 0;
    /// How many processes serve; 0 or 1 is this one alone. POSIX only.
    int workers = 0;
    ServerLimits limits{};
    AccessLogFormat access_log = AccessLogFormat::werkzeug;
    /// The file that access log lines are appended to; standard error where it is empty, standard output for "-".
    /// SIGUSR1 has it opened anew, for programs that rotate logs.
    std::string access_log_file{};
    /// The `Server` header field; empty for none.
    std::string server_header = "microflask/" MICROFLASK_VERSION;
    /// Whether to say on standard error where the server runs.
    bool banner = true;
    PollerKind poller = PollerKind::automatic;
    /// Called once when the server listens, before it serves.
    detail::Function<void(BaseWSGIServer&)> on_ready{};
};

/// Serves until Ctrl-C or SIGTERM, and returns what `main` returns: 0, or 1 where the server cannot listen, which it
/// says on standard error. Sockets that systemd passed to the process take the place of host and port; the soft limit of
/// open files is raised for `limits.connections`.
int run_simple(const std::string& host, int port, Application application,
               const RunSimpleOptions& options = {});

}  // namespace microflask
