// What the servers of FastCGI, SCGI and uwsgi have in common: a listening socket and threads, each with one connection of the
// server in front.
#pragma once

#include "gateway/application.hpp"
#include "gateway/streams.hpp"
#include "server/cgi_request.hpp"
#include "server/socket.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// How FastCGIServer, SCGIServer and UWSGIServer serve.
struct GatewayServerOptions {
    /// How many requests are answered at a time, each on its thread; 0 is 64.
    int threads = 0;
    /// The path under which the application is mounted, such as "/shop"; "" is the root. Where it is left out, the server in
    /// front is believed as far as its SCRIPT_NAME and PATH_INFO are the requested path.
    std::optional<std::string> script_name{};
    /// The most bytes that the variables of a request may take.
    std::size_t header_bytes = 65536;
    /// The longest request body in bytes; longer ones are answered 413. 0 is no limit.
    std::uint64_t body = std::uint64_t{1} << 30;
    /// How long the server in front may take nothing and send nothing in the middle of a request.
    std::chrono::milliseconds timeout{30000};
};

namespace detail {

/// A connection of the server in front: reading and writing wait, but not for ever. Used by one thread.
class GatewayConnection {
public:
    /// `stopping` says that no further request is to be read.
    GatewayConnection(Socket socket, const GatewayServerOptions& options,
                      const std::atomic<bool>& stopping);

    /// Reads up to `size` bytes; 0 at the end. Throws RequestTimeout.
    std::size_t read_some(char* buffer, std::size_t size);
    /// Reads so many bytes. Throws ClientDisconnected where the connection ends before.
    void read(char* buffer, std::size_t size);
    /// Reads the first bytes of a request; false where the connection ends before, idles for too long, or the server stops.
    bool read_next(char* buffer, std::size_t size);
    /// Writes all bytes. Throws ClientDisconnected.
    void write(std::string_view bytes);
    /// Ends the connection where it waits for a next request; from any thread.
    void shut_down_if_idle() noexcept {
        if (idle_.load()) socket_.shut_down();
    }

private:
    static constexpr std::size_t buffer_size = 16384;

    bool fill();

    const std::atomic<bool>& stopping_;
    std::atomic<bool> idle_{false};
    Socket socket_;
    int milliseconds_;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// The body of a request that stands bare behind its head, counted against its length and the limit.
class GatewayInput final : public InputStream {
public:
    GatewayInput(GatewayConnection& connection, std::uint64_t length) noexcept
        : connection_(connection), rest_(length) {}

    MICROFLASK_INLINE std::size_t read(char* buffer, std::size_t size) override;
    using InputStream::read;

private:
    GatewayConnection& connection_;
    std::uint64_t rest_;
};

/// What a protocol needs beside the connection.
struct GatewayService {
    const Application& application;
    const GatewayServerOptions& options;
};

/// Answers the requests of one connection, by one protocol.
using GatewayProtocol = void (*)(GatewayConnection&, const GatewayService&);

/// Answers a request whose body stands bare behind its head.
void answer_bare_request(GatewayConnection& connection, const GatewayService& service,
                         CgiVariables& variables, CgiForm form);

}  // namespace detail

/// The common part of FastCGIServer, SCGIServer and UWSGIServer. `shutdown` and the questions are for any thread, the rest
/// for one.
class GatewayServer {
public:
    ~GatewayServer();
    GatewayServer(const GatewayServer&) = delete;
    GatewayServer& operator=(const GatewayServer&) = delete;

    /// Serves until `shutdown` is called; finishes what is in flight and returns. May be called again.
    void serve_forever();
    /// Serves until Ctrl-C or SIGTERM.
    void run();
    /// Serves one connection, waiting for it.
    void handle_request();
    /// Ends `serve_forever`, now or as soon as it is called. From any thread and from a signal handler.
    void shutdown() noexcept;
    /// Stops listening. Not while the server serves.
    void server_close();

    /// Returns the host it listens on, as it was given.
    [[nodiscard]] const std::string& host() const noexcept;
    /// Returns the port it listens on; 0 for a Unix socket.
    [[nodiscard]] int port() const noexcept;

protected:
    /// Listens on a host as `make_server` takes it; throws OSError where it cannot.
    GatewayServer(std::string host, int port, Application application, GatewayServerOptions options,
                  detail::GatewayProtocol protocol);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace microflask
