// Bodies of the common part of FastCGIServer, SCGIServer and UWSGIServer.
#include "server/gateway_server.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "http/exceptions.hpp"
#include "server/listeners.hpp"
#include "server/poller.hpp"
#include "server/shutdown.hpp"
#include "server/wakeup.hpp"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

MICROFLASK_INLINE GatewayConnection::GatewayConnection(Socket socket,
                                                       const GatewayServerOptions& options,
                                                       const std::atomic<bool>& stopping)
    : stopping_(stopping),
      socket_(std::move(socket)),
      milliseconds_(static_cast<int>(
          (std::min)(options.timeout.count(), std::chrono::milliseconds::rep{INT32_MAX}))),
      buffer_(new char[buffer_size]) {}

/// Receives into the empty buffer; false at the end.
MICROFLASK_INLINE bool GatewayConnection::fill() {
    for (;;) {
        const SocketResult result = socket_.receive(buffer_.get(), buffer_size);
        if (result.status == SocketStatus::done) {
            begin_ = 0;
            end_ = result.count;
            return result.count != 0;
        }
        if (result.status == SocketStatus::failed) return false;
        if (!wait_for_socket(socket_.handle(), false, milliseconds_)) throw RequestTimeout();
    }
}

MICROFLASK_INLINE std::size_t GatewayConnection::read_some(char* buffer, std::size_t size) {
    if (size == 0 || (begin_ == end_ && !fill())) return 0;
    const std::size_t count = (std::min)(size, end_ - begin_);
    std::memcpy(buffer, buffer_.get() + begin_, count);
    begin_ += count;
    return count;
}

MICROFLASK_INLINE void GatewayConnection::read(char* buffer, std::size_t size) {
    while (size != 0) {
        const std::size_t count = read_some(buffer, size);
        if (count == 0) throw ClientDisconnected();
        buffer += count;
        size -= count;
    }
}

MICROFLASK_INLINE bool GatewayConnection::read_next(char* buffer, std::size_t size) {
    if (begin_ == end_) {
        // First idle, then the question: whoever stops the server sees the one or is seen by the other.
        idle_.store(true);
        bool received = false;
        try {
            received = !stopping_.load() && fill();
        } catch (const RequestTimeout&) {  // nothing was asked: an idle connection ends
        }
        idle_.store(false);
        if (!received) return false;
    }
    read(buffer, size);
    return true;
}

MICROFLASK_INLINE void GatewayConnection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const SocketResult result = socket_.send(bytes);
        if (result.status == SocketStatus::done) {
            bytes.remove_prefix(result.count);
        } else if (result.status == SocketStatus::failed ||
                   !wait_for_socket(socket_.handle(), true, milliseconds_)) {
            throw ClientDisconnected();
        }
    }
}

MICROFLASK_INLINE std::size_t GatewayInput::read(char* buffer, std::size_t size) {
    if (size > rest_) size = static_cast<std::size_t>(rest_);
    if (size == 0) return 0;
    const std::size_t count = connection_.read_some(buffer, size);
    if (count == 0) throw ClientDisconnected();
    rest_ -= count;
    return count;
}

MICROFLASK_INLINE void answer_bare_request(GatewayConnection& connection,
                                           const GatewayService& service, CgiVariables& variables,
                                           CgiForm form) {
    const std::optional<std::uint64_t> length = variables.content_length();
    GatewayInput input(connection, length.value_or(0));
    Environ request;
    variables.fill(request, input, {.script_name = service.options.script_name});
    const auto write = [&connection](std::string_view bytes, bool) { connection.write(bytes); };
    answer_cgi_request(application_for_length(service.application, length, service.options.body),
                       request, form, write);
}

}  // namespace detail

struct GatewayServer::Parts {
    Parts(std::string host, int port, Application served, GatewayServerOptions chosen,
          detail::GatewayProtocol spoken)
        : listeners(std::move(host), port),
          application(std::move(served)),
          options(std::move(chosen)),
          protocol(spoken) {}

    /// Answers what comes on one connection; nothing that goes wrong there concerns others.
    void serve(detail::GatewayConnection& connection) const {
        try {
            protocol(connection, {application, options});
        } catch (const ClientDisconnected&) {  // its connection is closed, and that is all
        } catch (const std::exception& error) {
            detail::write_to_stderr(
                detail::concat({"A gateway request could not be answered: ", error.what(), "\n"}));
        }
    }
    void work();
    void accept(detail::Socket& listener);
    /// Makes a poller that watches the listening sockets, each with itself as the key.
    std::unique_ptr<detail::Poller> watch_listeners() {
        auto poller = detail::make_poller(PollerKind::automatic);
        for (detail::Socket& listener : listeners.sockets()) {
            if (!poller->add(listener.handle(), &listener, detail::PollInterest::read))
                throw OSError(0, "The system has no room to watch a socket.");
        }
        return poller;
    }
    [[nodiscard]] bool has_room() {
        const std::lock_guard<std::mutex> lock(mutex);
        return idle > waiting.size() || threads.size() < most_threads;
    }

    detail::Listeners listeners;
    Application application;
    GatewayServerOptions options;
    detail::GatewayProtocol protocol;
    std::size_t most_threads = 64;
    detail::Wakeup wakeup;
    std::atomic<bool> stopping{false};

    std::mutex mutex;  // guards all below
    std::condition_variable connection_there;
    detail::List<detail::Socket> waiting;
    detail::List<detail::GatewayConnection*> serving;
    std::vector<std::thread> threads;
    std::size_t idle = 0;
    bool finished = false;
};

/// What each thread does: takes a connection, serves it, and again.
MICROFLASK_INLINE void GatewayServer::Parts::work() {
    const detail::SocketSignalGuard guard;
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
        ++idle;
        while (waiting.empty() && !finished) connection_there.wait(lock);
        --idle;
        if (waiting.empty()) return;
        detail::GatewayConnection connection(std::move(waiting.front()), options, stopping);
        waiting.erase(waiting.begin());
        serving.push_back(&connection);
        lock.unlock();
        serve(connection);
        lock.lock();
        for (std::size_t i = serving.size(); i-- > 0;) {
            if (serving[i] == &connection) serving.erase(&serving[i]);
        }
        wakeup.notify();
    }
}

MICROFLASK_INLINE void GatewayServer::Parts::accept(detail::Socket& listener) {
    detail::Socket connection;
    detail::PeerAddress peer;
    if (listener.accept(connection, peer) != detail::AcceptStatus::accepted) return;
    const std::lock_guard<std::mutex> lock(mutex);
    waiting.push_back(std::move(connection));
    if (waiting.size() > idle && threads.size() < most_threads)
        threads.emplace_back([this] { work(); });
    connection_there.notify_one();
}

MICROFLASK_INLINE GatewayServer::GatewayServer(std::string host, int port, Application application,
                                               GatewayServerOptions options,
                                               detail::GatewayProtocol protocol)
    : parts_(std::make_unique<Parts>(std::move(host), port, std::move(application),
                                     std::move(options), protocol)) {
    if (parts_->options.threads > 0)
        parts_->most_threads = static_cast<std::size_t>(parts_->options.threads);
}

MICROFLASK_INLINE GatewayServer::~GatewayServer() = default;

MICROFLASK_INLINE void GatewayServer::serve_forever() {
    Parts& parts = *parts_;
    parts.listeners.check_open();
    const auto poller = parts.watch_listeners();
    if (!poller->add(parts.wakeup.handle(), nullptr, detail::PollInterest::read))
        throw OSError(0, "The system has no room to watch a socket.");

    using detail::PollInterest;
    bool accepting = true;
    detail::PollerEvent events[8];
    while (!parts.stopping.load()) {
        // Where all threads are busy, connections wait in the system's queue.
        if (accepting != parts.has_room()) {
            accepting = !accepting;
            const auto before = accepting ? PollInterest::none : PollInterest::read;
            const auto after = accepting ? PollInterest::read : PollInterest::none;
            for (detail::Socket& listener : parts.listeners.sockets())
                poller->modify(listener.handle(), &listener, before, after);
        }
        const std::size_t count = poller->wait(events, 8, -1);
        for (std::size_t i = 0; i < count; ++i) {
            if (events[i].key)
                parts.accept(*static_cast<detail::Socket*>(events[i].key));
            else
                parts.wakeup.drain();
        }
    }
    {
        const std::lock_guard<std::mutex> lock(parts.mutex);
        parts.finished = true;
        for (detail::GatewayConnection* connection : parts.serving) connection->shut_down_if_idle();
        parts.connection_there.notify_all();
    }
    for (std::thread& thread : parts.threads) thread.join();
    parts.threads.clear();
    parts.finished = false;
    parts.stopping.store(false);
}

MICROFLASK_INLINE void GatewayServer::run() {
    const detail::StopSignals signals(
        [](void* server) { static_cast<GatewayServer*>(server)->shutdown(); }, this);
    serve_forever();
}

MICROFLASK_INLINE void GatewayServer::handle_request() {
    Parts& parts = *parts_;
    parts.listeners.check_open();
    const detail::SocketSignalGuard guard;
    const auto poller = parts.watch_listeners();
    detail::Socket connection;
    detail::PeerAddress peer;
    detail::PollerEvent event;
    while (!connection.is_open()) {
        if (poller->wait(&event, 1, -1) != 0)
            static_cast<detail::Socket*>(event.key)->accept(connection, peer);
    }
    // The first request is read, a second one is not.
    detail::GatewayConnection served(std::move(connection), parts.options, parts.stopping);
    parts.serve(served);
}

MICROFLASK_INLINE void GatewayServer::shutdown() noexcept {
    parts_->stopping.store(true);
    parts_->wakeup.notify();
}

MICROFLASK_INLINE void GatewayServer::server_close() {
    parts_->listeners.close();
}

MICROFLASK_INLINE const std::string& GatewayServer::host() const noexcept {
    return parts_->listeners.host();
}

MICROFLASK_INLINE int GatewayServer::port() const noexcept {
    return parts_->listeners.port();
}

}  // namespace microflask
