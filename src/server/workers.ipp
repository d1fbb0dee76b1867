// Bodies of the workers and of their pool; docs/threading.md draws the states.
#include "server/workers.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "server/event_loop.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace microflask::detail {

MICROFLASK_INLINE std::uint64_t steady_microseconds() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

MICROFLASK_INLINE ServerState::ServerState(Application app) : application(std::move(app)) {}
MICROFLASK_INLINE ServerState::~ServerState() = default;

MICROFLASK_INLINE Worker::Worker(ServerState& shared)
    : state(shared),
      input_capacity(shared.limits.header_bytes + 3 * 65536),
      input(new char[input_capacity]),
      fields(new HeaderField[shared.limits.header_count]),
      stamp(shared.server_header) {
    update_clock();
}

MICROFLASK_INLINE std::uint64_t Worker::update_clock() {
    const std::uint64_t now = steady_microseconds() / 1000;
    if (now >= next_second_) {
        const std::int64_t wall = unix_now_milliseconds();
        unix_seconds_ = wall / 1000;
        next_second_ = now + 1000 - static_cast<std::uint64_t>(wall % 1000);
        stamp.set_time(unix_seconds_);
    }
    return now;
}

MICROFLASK_INLINE void Worker::give_loop_away() {
    if (loop && state.threaded && state.pool->hand_over(*loop, ticket)) loop = nullptr;
}

MICROFLASK_INLINE WorkerPool::WorkerPool(ServerState& state, std::size_t max_threads)
    : state_(state), max_threads_(max_threads) {
    state_.pool = this;
}

MICROFLASK_INLINE WorkerPool::~WorkerPool() {
    state_.pool = nullptr;
}

MICROFLASK_INLINE void WorkerPool::run() {
    {
        const std::lock_guard lock(mutex_);
        finished_ = false;
        running_loops_ = state_.loops.size();
        for (const auto& loop : state_.loops) waiting_.push_back(loop.get());
        spare_ = workers_ = 1;  // the calling thread
        try {
            while (spare_ < waiting_.size()) add_worker();
            if (state_.threaded) threads_.emplace_back([this] { monitor(); });
        } catch (const std::system_error&) {
            // Fewer threads than asked for: the loops share those that there are, as far as one is free.
            if (threads_.empty() && waiting_.size() > 1) {
                waiting_.resize(1);
                running_loops_ = 1;
            }
        }
    }
    work();
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(mutex_);
        threads.swap(threads_);
    }
    for (std::thread& thread : threads) thread.join();
}

MICROFLASK_INLINE void WorkerPool::add_worker() {
    threads_.emplace_back([this] {
        const SocketSignalGuard guard;
        work();
    });
    ++workers_;
    ++spare_;
}

MICROFLASK_INLINE void WorkerPool::work() {
    Worker worker(state_);
    std::unique_lock lock(mutex_);
    for (;;) {
        work_there_.wait(lock, [this] { return finished_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        EventLoop& loop = *waiting_.back();
        waiting_.pop_back();
        --spare_;
        lock.unlock();
        const bool stopped = loop.run(worker);
        lock.lock();
        ++spare_;
        state_.crowded.store(false, std::memory_order_relaxed);
        if (stopped && --running_loops_ == 0) {
            finished_ = true;
            work_there_.notify_all();
            monitor_wakes_.notify_all();
        }
    }
}

MICROFLASK_INLINE bool WorkerPool::hand_over(EventLoop& loop, std::uint64_t ticket) {
    const std::lock_guard lock(mutex_);
    if (finished_) return false;
    if (spare_ <= waiting_.size()) {
        if (workers_ >= max_threads_) {
            state_.crowded.store(true, std::memory_order_relaxed);
            return false;
        }
        try {
            add_worker();
        } catch (const std::system_error&) {
            return false;  // the system has no thread to give: the loop waits for its view
        }
    }
    if (!loop.take(ticket)) return false;
    waiting_.push_back(&loop);
    work_there_.notify_one();
    return true;
}

MICROFLASK_INLINE void WorkerPool::wake_monitor() {
    const std::lock_guard lock(mutex_);
    state_.monitor_sleeps.store(false, std::memory_order_relaxed);
    monitor_wakes_.notify_all();
}

MICROFLASK_INLINE void WorkerPool::monitor() {
    constexpr int quiet_ticks = 50;
    constexpr std::chrono::milliseconds sleep_limit{
        100};  // a wake-up may be missed in a race, never for longer
    constexpr int fading_ticks = 1000;
    std::vector<std::uint64_t> seen(state_.loops.size());
    int quiet = 0;
    int ticks = 0;
    std::unique_lock lock(mutex_);
    while (!finished_) {
        if (quiet > quiet_ticks) {
            state_.monitor_sleeps.store(true);
            const auto woken = [this] { return finished_ || !state_.monitor_sleeps.load(); };
            if (monitor_wakes_.wait_for(lock, sleep_limit, woken)) quiet = 0;
            state_.monitor_sleeps.store(false);
        } else if (state_.forced_handover == ForcedHandover::at_once) {
            lock.unlock();
            std::this_thread::yield();
            lock.lock();
        } else {
            monitor_wakes_.wait_for(lock, state_.handover_after, [this] { return finished_; });
        }
        if (finished_) return;
        lock.unlock();
        ++quiet;
        if (++ticks % fading_ticks == 0) state_.slow_views.fade();
        for (std::size_t i = 0; i < seen.size(); ++i) {
            EventLoop& loop = *state_.loops[i];
            const std::uint64_t ticket = loop.running_view();
            const bool same =
                ticket == seen[i] || state_.forced_handover == ForcedHandover::at_once;
            if (ticket != 0) quiet = 0;
            if (ticket != 0 && same) hand_over(loop, ticket);
            seen[i] = ticket;
        }
        lock.lock();
    }
}

}  // namespace microflask::detail
