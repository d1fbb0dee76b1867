// Bodies of the server as the user sees it.
#include "server/serving.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "http/hosts.hpp"
#include "server/arbiter.hpp"
#include "server/event_loop.hpp"
#include "server/listeners.hpp"
#include "server/service.hpp"
#include "server/shutdown.hpp"
#include "server/workers.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace microflask {

struct BaseWSGIServer::Parts {
    Parts(std::string host, int port, Application application)
        : listeners(std::move(host), port), state(std::move(application)) {}

    detail::Listeners listeners;
    std::size_t loop_count = 1;
    std::size_t blocked_views = 64;
    detail::ServerState state;
    std::atomic<bool> loops_ready{false};

    /// Makes the loops when the first request is awaited, so that a process may fork before.
    void make_loops() {
        if (loops_ready.load()) return;
        const std::size_t most = (std::max)(std::size_t{1}, state.limits.connections / loop_count);
        while (state.loops.size() < loop_count) {
            state.loops.push_back(
                std::make_unique<detail::EventLoop>(state, listeners.sockets(), most));
        }
        loops_ready.store(true);
    }
};

MICROFLASK_INLINE BaseWSGIServer::BaseWSGIServer(std::string host, int port,
                                                 Application application,
                                                 const ServerOptions& options)
    : parts_(std::make_unique<Parts>(std::move(host), port, std::move(application))) {
    Parts& parts = *parts_;
    const std::size_t processors = (std::max)(1U, std::thread::hardware_concurrency());
    const auto positive = [](int given, std::size_t otherwise) {
        return given > 0 ? static_cast<std::size_t>(given) : otherwise;
    };
    parts.loop_count = options.threaded ? positive(options.loops, processors) : 1;
    parts.blocked_views = positive(options.threads, parts.blocked_views);

    detail::ServerState& state = parts.state;
    state.limits = options.limits;
    state.access_log = options.access_log;
    state.log_output.set_path(options.access_log_file);
    state.server_header = options.server_header;
    state.poller = options.poller;
    state.threaded = options.threaded;
    state.handover_after = options.handover_after;
    state.idle_grace = options.idle_grace;
    state.forced_handover = options.forced_handover;
    state.name_text = parts.listeners.host();
    detail::append_unsigned(state.port_text, parts.listeners.port());
    state.software =
        options.server_header.empty() ? std::string("microflask") : options.server_header;
    state.info.name = state.name_text;
    state.info.port = state.port_text;
    state.info.software = state.software;
    state.info.multithread = options.threaded;
    state.info.multiprocess = options.multiprocess;
    state.info.use_debugger = options.use_debugger;
}

MICROFLASK_INLINE BaseWSGIServer::~BaseWSGIServer() {
    server_close();
}

MICROFLASK_INLINE void BaseWSGIServer::serve_forever() {
    Parts& parts = *parts_;
    parts.listeners.check_open();
    parts.make_loops();
    const detail::SocketSignalGuard guard;
    parts.state.single_request = false;
    detail::WorkerPool pool(parts.state, parts.loop_count + parts.blocked_views);
    pool.run();
    parts.state.stopping.store(false);
}

MICROFLASK_INLINE void BaseWSGIServer::handle_request() {
    Parts& parts = *parts_;
    parts.listeners.check_open();
    parts.make_loops();
    const detail::SocketSignalGuard guard;
    const bool threaded = std::exchange(parts.state.threaded, false);
    parts.state.single_request = true;
    {
        detail::Worker worker(parts.state);
        parts.state.loops.front()->run_once(worker);
    }
    parts.state.threaded = threaded;
    parts.state.stopping.store(false);
}

MICROFLASK_INLINE void BaseWSGIServer::shutdown() noexcept {
    parts_->state.stopping.store(true);
    if (!parts_->loops_ready.load()) return;
    for (const auto& loop : parts_->state.loops) loop->wake();
}

MICROFLASK_INLINE void BaseWSGIServer::reopen_access_log() noexcept {
    parts_->state.log_output.ask_to_reopen();
    if (!parts_->loops_ready.load()) return;
    for (const auto& loop : parts_->state.loops) loop->wake();
}

MICROFLASK_INLINE void BaseWSGIServer::server_close() {
    Parts& parts = *parts_;
    parts.loops_ready.store(false);
    parts.state.loops.clear();
    parts.listeners.close();
}

MICROFLASK_INLINE const std::string& BaseWSGIServer::host() const noexcept {
    return parts_->listeners.host();
}
MICROFLASK_INLINE int BaseWSGIServer::port() const noexcept {
    return parts_->listeners.port();
}

MICROFLASK_INLINE std::string BaseWSGIServer::url() const {
    const std::string& host = parts_->listeners.host();
    if (host.compare(0, 5, "unix:") == 0) return host;
    std::string name = host;
    if (host.empty() || host == "0.0.0.0") name = "127.0.0.1";
    if (host == "::") name = "::1";
    return detail::concat({"http://", detail::bracketed_host(name), ":", parts_->state.port_text});
}

MICROFLASK_INLINE std::unique_ptr<BaseWSGIServer> make_server(std::string host, int port,
                                                              Application application,
                                                              const ServerOptions& options) {
    return std::make_unique<BaseWSGIServer>(std::move(host), port, std::move(application), options);
}

MICROFLASK_INLINE int run_simple(const std::string& host, int port, Application application,
                                 const RunSimpleOptions& options) {
    constexpr std::size_t spare_files =
        256;  // beside the connections: listeners, logs, what views open
    ServerOptions server_options;
    server_options.threaded = options.threaded;
    server_options.loops = options.loops;
    server_options.threads = options.threads;
    server_options.limits = options.limits;
    server_options.access_log = options.access_log;
    server_options.access_log_file = options.access_log_file;
    server_options.server_header = options.server_header;
    server_options.poller = options.poller;
    server_options.use_debugger = options.use_debugger;
    const int processes = (std::max)(options.workers, options.processes);
    server_options.multiprocess = processes > 1;
    if (processes > 1) server_options.idle_grace = std::chrono::milliseconds(500);
    std::unique_ptr<BaseWSGIServer> server;
    detail::raise_open_file_limit(options.limits.connections + spare_files);
    try {
        const std::string given = detail::has_activated_sockets() ? "systemd:" : host;
        server = make_server(given, port, std::move(application), server_options);
    } catch (const OSError& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    if (options.use_reloader)
        std::fprintf(stderr,
                     " * The reloader is not there yet; restart the program after a change.\n");
    if (options.banner) {
        if (server->host() == "0.0.0.0" || server->host() == "::")
            std::fprintf(stderr, " * Running on all addresses (%s)\n", server->host().c_str());
        std::fprintf(stderr, " * Running on %s\nPress CTRL+C to quit\n", server->url().c_str());
    }
    const bool has_log_file = !options.access_log_file.empty() && options.access_log_file != "-";
    const auto serve_after = [&server, has_log_file](detail::FunctionRef<void()> ready) {
        const detail::StopSignals signals(
            [](void* target) { static_cast<BaseWSGIServer*>(target)->shutdown(); }, server.get());
        std::optional<detail::ReopenSignal> reopen;
        if (has_log_file)
            reopen.emplace(
                [](void* target) { static_cast<BaseWSGIServer*>(target)->reopen_access_log(); },
                server.get());
        ready();
        server->serve_forever();
    };
    const auto ready = [&server, &options] {
        if (options.on_ready) options.on_ready(*server);
    };
    if (processes > 1 && detail::has_worker_processes()) {
        const auto patience = options.limits.shutdown_timeout + std::chrono::seconds(5);
        return detail::run_worker_processes(static_cast<std::size_t>(processes), patience, ready,
                                            [&serve_after] { serve_after([] {}); });
    }
    if (processes > 1)
        std::fprintf(stderr, " * This system has no worker processes; one serves with threads.\n");
    serve_after(ready);
    return 0;
}

}  // namespace microflask
