// A poller, its connections and their deadlines. Run by one worker at a time; which one may change while a view runs.
#pragma once

#include "server/connection.hpp"
#include "server/deadlines.hpp"
#include "server/poller.hpp"
#include "server/wakeup.hpp"
#include "server/workers.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace microflask::detail {

/// Serves connections until its server stops. Only its present worker may call it, but for the functions said to be
/// for any thread.
class EventLoop {
public:
    EventLoop(ServerState& state, std::vector<Socket>& listeners, std::size_t max_connections);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Serves until the loop has stopped (true), or was taken away from the worker (false).
    bool run(Worker& worker);
    /// Serves until one request was answered, or the server stops.
    void run_once(Worker& worker);

    /// Says that a view begins, during which the loop may be taken away.
    void enter_view(Worker& worker, Connection& connection) {
        current_ = &connection;
        worker.ticket = (tickets_ += 2) | 1;
        mark_.store(worker.ticket, std::memory_order_release);
        if (state_.monitor_sleeps.load(std::memory_order_relaxed)) [[unlikely]]
            state_.pool->wake_monitor();
    }
    /// Says that the view is over; false where the loop was taken away meanwhile. Then it must not be touched.
    bool leave_view(std::uint64_t ticket) {
        if (!take(ticket)) return false;
        current_ = nullptr;
        return true;
    }
    /// Takes the loop away from the view with this ticket; one of all who try succeeds. From any thread.
    bool take(std::uint64_t ticket) {
        return mark_.compare_exchange_strong(ticket, 0, std::memory_order_acq_rel,
                                             std::memory_order_acquire);
    }
    void count_request() noexcept { ++requests_; }
    /// Returns the milliseconds of the steady clock at the beginning of this turn.
    [[nodiscard]] std::uint64_t now() const noexcept { return now_; }
    /// Brings a connection to what its state asks for: watched, timed, or closed. It may be gone afterwards.
    void settle(Connection& connection);

    /// Returns the ticket of the view that runs now, or 0. From any thread.
    [[nodiscard]] std::uint64_t running_view() const noexcept {
        return mark_.load(std::memory_order_acquire);
    }
    /// Gives back a connection whose view had lost the loop. From any thread.
    void give_back(Connection& connection);
    /// Makes the loop look up. From any thread.
    void wake() const noexcept { wakeup_.notify(); }

private:
    void adopt();
    void wait(Worker& worker);
    [[nodiscard]] int poll_timeout() noexcept;
    bool turn(Worker& worker);
    /// Handles the events that are left; false where the loop was lost meanwhile.
    bool dispatch(Worker& worker);
    bool accept_from(Worker& worker, Socket& listener);
    void pause_accepting(bool exhausted);
    void resume_accepting();
    void take_returned();
    void expire(Worker& worker);
    [[nodiscard]] bool stop_if_asked();
    void begin_stop();
    void break_off();
    void watch(Connection& connection, PollInterest interest);
    void destroy(Connection& connection);

    static constexpr std::size_t batch = 256;
    static constexpr int accepts_per_turn = 16;

    ServerState& state_;
    std::vector<Socket>& listeners_;
    const std::size_t max_connections_;
    std::unique_ptr<Poller> poller_;
    Wakeup wakeup_;
    DeadlineWheel deadlines_;
    std::atomic<std::uint64_t> mark_{0};
    std::uint64_t tickets_ = 0;
    Connection* current_ = nullptr;
    std::uint64_t now_ = 0;
    std::uint64_t polled_at_ = 0;  // what arrived before is in the events
    std::array<PollerEvent, batch> events_{};
    std::size_t event_ = 0;
    std::size_t event_count_ = 0;
    Connection* first_ = nullptr;  // of all open connections
    std::size_t connections_ = 0;
    std::size_t detached_ = 0;
    std::uint64_t requests_ = 0;
    bool accepting_ = false;
    std::uint64_t accept_again_ = 0;
    bool stopping_ = false;
    bool broken_off_ = false;
    std::uint64_t stop_deadline_ = 0;
    std::atomic<bool> has_returned_{false};
    std::mutex returned_mutex_;
    Connection* returned_ = nullptr;  // a list, guarded by returned_mutex_
};

}  // namespace microflask::detail
