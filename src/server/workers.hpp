// The threads that run loops and applications, and how a loop whose view blocks changes hands (docs/threading.md).
#pragma once

#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "server/access_log.hpp"
#include "server/buffer.hpp"
#include "server/limits.hpp"
#include "server/poller.hpp"
#include "server/request_parser.hpp"
#include "server/response_writer.hpp"
#include "server/slow_views.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace microflask::detail {

class EventLoop;
class WorkerPool;

/// What all loops and workers of one server share; immutable while it runs, but for the atomics.
struct ServerState {
    Application application;
    ServerLimits limits;
    ServerInfo info;
    std::string name_text;
    std::string port_text;
    std::string software;
    std::string server_header;
    AccessLogFormat access_log = AccessLogFormat::none;
    AccessLogOutput log_output;
    PollerKind poller = PollerKind::automatic;
    bool threaded = false;
    bool single_request = false;  // handle_request(): each connection ends after its answer
    ForcedHandover forced_handover = ForcedHandover::none;
    std::chrono::microseconds handover_after{1000};
    std::chrono::milliseconds idle_grace{0};
    std::vector<std::unique_ptr<EventLoop>> loops;
    WorkerPool* pool = nullptr;
    std::atomic<bool> stopping{false};
    std::atomic<bool> monitor_sleeps{false};
    std::atomic<bool> crowded{false};
    SlowViews slow_views;

    explicit ServerState(Application app);
    ~ServerState();
    /// Whether a loop's view blocks and no thread is left to take the loop.
    [[nodiscard]] bool is_crowded() const noexcept {
        return crowded.load(std::memory_order_relaxed);
    }
};

/// Returns the microseconds of the steady clock.
std::uint64_t steady_microseconds() noexcept;

/// One thread's work place: its buffers, and the loop it runs. Never shared.
class Worker {
public:
    explicit Worker(ServerState& shared);

    ServerState& state;
    /// The loop this worker runs; null while it finishes a connection whose loop was taken away.
    EventLoop* loop = nullptr;
    /// The mark under which the loop was left for the view that runs.
    std::uint64_t ticket = 0;
    /// How many milliseconds the present view waited to send to its client, and the bytes that moved.
    std::uint64_t waited = 0;
    std::uint64_t moved = 0;
    std::size_t input_capacity;
    std::unique_ptr<char[]> input;
    std::unique_ptr<HeaderField[]> fields;
    RequestHead head;  // of the request at hand
    Buffer output;
    Buffer log;
    ResponseStamp stamp;
    AccessLogClock log_clock;

    /// Looks at the clocks: returns the milliseconds of the steady one, renews the date where it must.
    std::uint64_t update_clock();
    [[nodiscard]] std::int64_t unix_seconds() const noexcept { return unix_seconds_; }
    /// Gives the loop to a spare worker before a wait, where there is one.
    void give_loop_away();

private:
    std::uint64_t next_second_ = 0;
    std::int64_t unix_seconds_ = 0;
};

/// The workers of a server: as many as run loops, and spare ones up to a limit. From any thread.
class WorkerPool {
public:
    WorkerPool(ServerState& state, std::size_t max_threads);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// Runs all loops, one of them on the calling thread, until they have stopped.
    void run();
    /// Gives a loop whose view has the ticket to a spare worker; false where there is none or the view is over.
    bool hand_over(EventLoop& loop, std::uint64_t ticket);
    /// Wakes the monitor, which sleeps while nothing happens.
    void wake_monitor();

private:
    void work();
    void monitor();
    void add_worker();

    ServerState& state_;
    const std::size_t max_threads_;
    std::mutex mutex_;  // guards all below
    std::condition_variable work_there_;
    std::condition_variable monitor_wakes_;
    std::vector<EventLoop*> waiting_;  // loops that no worker has taken yet
    std::vector<std::thread> threads_;
    std::size_t workers_ = 0;
    std::size_t spare_ = 0;
    std::size_t running_loops_ = 0;
    bool finished_ = false;
};

}  // namespace microflask::detail
