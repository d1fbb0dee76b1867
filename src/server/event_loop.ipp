// Bodies of the event loop. The order of a turn: events, deadlines, connections given back, stopping, waiting.
#include "server/event_loop.hpp"

#include "core/config.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

namespace microflask::detail {

inline constexpr std::uint64_t accept_pause_milliseconds = 100;
inline constexpr std::uint64_t linger_milliseconds = 2000;

MICROFLASK_INLINE EventLoop::EventLoop(ServerState& state, std::vector<Socket>& listeners,
                                       std::size_t max_connections)
    : state_(state),
      listeners_(listeners),
      max_connections_(max_connections),
      poller_(make_poller(state.poller)) {
    if (!poller_->add(wakeup_.handle(), &wakeup_, PollInterest::read)) {
        throw OSError(0, "The poller cannot watch the loop's wake-up.");
    }
}

MICROFLASK_INLINE EventLoop::~EventLoop() {
    while (first_) destroy(*first_);
}

MICROFLASK_INLINE bool EventLoop::run(Worker& worker) {
    worker.loop = this;
    adopt();
    now_ = worker.update_clock();
    if (!accepting_ && !stopping_ && accept_again_ == 0) resume_accepting();
    for (;;) {
        if (!dispatch(worker)) return false;
        expire(worker);  // never between waiting and the events, which name connections
        if (turn(worker)) break;
        wait(worker);
    }
    worker.loop = nullptr;
    return true;
}

MICROFLASK_INLINE void EventLoop::run_once(Worker& worker) {
    worker.loop = this;
    now_ = worker.update_clock();
    if (!accepting_) resume_accepting();
    const std::uint64_t before = requests_;
    for (;;) {
        dispatch(worker);
        expire(worker);
        if (turn(worker)) break;
        bool writing = false;
        for (const Connection* each = first_; each; each = each->after)
            writing = writing || each->pending;
        if (requests_ != before && !writing) break;
        wait(worker);
    }
    worker.loop = nullptr;
}

/// Takes over what the worker before left behind: the connection of its view stays with it.
MICROFLASK_INLINE void EventLoop::adopt() {
    if (!current_) return;
    current_->detached = true;
    deadlines_.clear(*current_);
    ++detached_;
    current_ = nullptr;
}

/// What is to be done between two waits; true where the loop has stopped.
MICROFLASK_INLINE bool EventLoop::turn(Worker& worker) {
    state_.log_output.flush(worker.log);
    if (has_returned_.load(std::memory_order_acquire)) take_returned();
    if (state_.stopping.load(std::memory_order_acquire)) return stop_if_asked();
    if (!accepting_ && now_ >= accept_again_ && connections_ < max_connections_) resume_accepting();
    return false;
}

MICROFLASK_INLINE void EventLoop::wait(Worker& worker) {
    event_ = 0;
    event_count_ = poller_->wait(events_.data(), events_.size(), poll_timeout());
    now_ = polled_at_ = worker.update_clock();
}

MICROFLASK_INLINE int EventLoop::poll_timeout() noexcept {
    int timeout = deadlines_.milliseconds_to_next(now_);
    const auto at_most = [&timeout, this](std::uint64_t due) {
        const int rest =
            due > now_ ? static_cast<int>((std::min)(due - now_, std::uint64_t{60000})) : 0;
        if (timeout < 0 || rest < timeout) timeout = rest;
    };
    if (stopping_ && !broken_off_) at_most(stop_deadline_);
    if (!stopping_ && !accepting_ && connections_ < max_connections_) at_most(accept_again_);
    return timeout;
}

MICROFLASK_INLINE bool EventLoop::dispatch(Worker& worker) {
    const auto* const first_listener = static_cast<const void*>(listeners_.data());
    const auto* const last_listener =
        static_cast<const void*>(listeners_.data() + listeners_.size());
    while (event_ < event_count_) {
        const PollerEvent event = events_[event_++];
        if (event.key >= first_listener && event.key < last_listener) {
            if (!accept_from(worker, *static_cast<Socket*>(event.key))) return false;
            continue;
        }
        if (event.key == &wakeup_) {
            wakeup_.drain();
            continue;
        }
        Connection& connection = *static_cast<Connection*>(event.key);
        if (connection.detached) {
            // Data for a connection whose view still runs; it is watched again when it comes back.
            poller_->remove(connection.socket.handle(), connection.interest);
            connection.registered = false;
            continue;
        }
        if (!connection.on_ready(worker)) return false;
        if (!state_.threaded) now_ = worker.update_clock();
    }
    return true;
}

MICROFLASK_INLINE bool EventLoop::accept_from(Worker& worker, Socket& listener) {
    for (int i = 0; i < accepts_per_turn; ++i) {
        if (!accepting_) return true;
        if (connections_ >= max_connections_) {
            pause_accepting(false);
            return true;
        }
        std::unique_ptr<Connection> fresh(new (std::nothrow) Connection);
        if (!fresh) {
            pause_accepting(true);
            return true;
        }
        switch (listener.accept(fresh->socket, fresh->peer)) {
        case AcceptStatus::accepted: break;
        case AcceptStatus::exhausted: pause_accepting(true); return true;
        case AcceptStatus::nothing:
        case AcceptStatus::failed: return true;
        }
        Connection& connection = *fresh.release();
        connection.loop = this;
        connection.since = now_;
        connection.after = first_;
        if (first_) first_->before = &connection;
        first_ = &connection;
        ++connections_;
        // The request is often there already.
        if (!connection.on_ready(worker)) return false;
    }
    return true;
}

MICROFLASK_INLINE void EventLoop::pause_accepting(bool exhausted) {
    if (!accepting_) return;
    for (const Socket& listener : listeners_)
        poller_->remove(listener.handle(), PollInterest::read);
    accepting_ = false;
    accept_again_ = exhausted ? now_ + accept_pause_milliseconds : 0;
}

MICROFLASK_INLINE void EventLoop::resume_accepting() {
    const PollInterest interest =
        state_.loops.size() > 1 ? PollInterest::shared_read : PollInterest::read;
    accepting_ = true;
    for (Socket& listener : listeners_) {
        if (poller_->add(listener.handle(), &listener, interest)) continue;
        pause_accepting(true);
        return;
    }
}

MICROFLASK_INLINE void EventLoop::give_back(Connection& connection) {
    const std::lock_guard lock(returned_mutex_);
    connection.next_returned = returned_;
    returned_ = &connection;
    has_returned_.store(true, std::memory_order_release);
    // Under the lock: the loop cannot end, and the wake-up with it, before it has taken this connection.
    wakeup_.notify();
}

MICROFLASK_INLINE void EventLoop::take_returned() {
    Connection* returned = nullptr;
    {
        const std::lock_guard lock(returned_mutex_);
        std::swap(returned, returned_);
        has_returned_.store(false, std::memory_order_relaxed);
    }
    while (returned) {
        Connection& connection = *std::exchange(returned, returned->next_returned);
        connection.detached = false;
        --detached_;
        settle(connection);
    }
}

MICROFLASK_INLINE void EventLoop::expire(Worker& worker) {
    while (DeadlineNode* const node = deadlines_.pop_due(polled_at_))
        static_cast<Connection*>(node)->on_deadline(worker);
}

MICROFLASK_INLINE bool EventLoop::stop_if_asked() {
    if (!stopping_) begin_stop();
    if (connections_ != 0 && !broken_off_ && now_ >= stop_deadline_) break_off();
    if (connections_ != 0) return false;
    stopping_ = false;
    broken_off_ = false;
    event_ = event_count_ = 0;
    return true;
}

MICROFLASK_INLINE void EventLoop::begin_stop() {
    stopping_ = true;
    stop_deadline_ = now_ + static_cast<std::uint64_t>(state_.limits.shutdown_timeout.count());
    pause_accepting(false);
    for (Connection* each = first_; each;) {
        Connection& connection = *std::exchange(each, each->after);
        if (connection.detached || connection.phase != Connection::Phase::idle) continue;
        if (state_.idle_grace.count() == 0) {
            destroy(connection);
        } else {
            deadlines_.set(connection,
                           now_ + static_cast<std::uint64_t>(state_.idle_grace.count()));
        }
    }
}

/// The time for what was in flight is over.
MICROFLASK_INLINE void EventLoop::break_off() {
    broken_off_ = true;
    for (Connection* each = first_; each;) {
        Connection& connection = *std::exchange(each, each->after);
        if (connection.detached) {
            connection.socket.shut_down();  // its view may wait for the client, and wakes
        } else {
            destroy(connection);
        }
    }
}

MICROFLASK_INLINE void EventLoop::settle(Connection& connection) {
    using Phase = Connection::Phase;
    const ServerLimits& limits = state_.limits;
    const auto after = [this](std::chrono::milliseconds time) {
        return now_ + static_cast<std::uint64_t>(time.count());
    };

    if (connection.broken || (connection.closes && !connection.pending && !connection.lingers)) {
        destroy(connection);
        return;
    }
    Phase phase = Phase::idle;
    PollInterest interest = PollInterest::read;
    if (connection.pending) {
        phase = Phase::writing;
        interest = PollInterest::write;
    } else if (connection.closes) {
        phase = Phase::lingering;
        if (connection.phase != phase) connection.socket.shut_down_sending();
    } else if (!connection.saved.empty()) {
        phase = connection.wanted != 0 ? Phase::body : Phase::head;
    } else if (connection.phase == Phase::head) {
        phase = Phase::head;  // nothing came yet
    }
    if (phase == Phase::idle && stopping_) {
        destroy(connection);
        return;
    }
    if (phase != connection.phase) {
        connection.phase = phase;
        connection.since = now_;
    }
    std::uint64_t due = 0;
    switch (phase) {
    case Phase::idle: due = after(limits.keep_alive_timeout); break;
    case Phase::head:
        due = connection.since + static_cast<std::uint64_t>(limits.header_timeout.count());
        break;
    case Phase::body: due = after(limits.body_timeout); break;
    case Phase::writing: due = after(limits.write_timeout); break;
    case Phase::lingering: due = connection.since + linger_milliseconds; break;
    }
    deadlines_.set(connection, due);
    if (!connection.registered || connection.interest != interest) watch(connection, interest);
}

MICROFLASK_INLINE void EventLoop::watch(Connection& connection, PollInterest interest) {
    const SocketHandle handle = connection.socket.handle();
    if (connection.registered) {
        poller_->modify(handle, &connection, connection.interest, interest);
    } else if (poller_->add(handle, &connection, interest)) {
        connection.registered = true;
    } else {
        destroy(connection);
        return;
    }
    connection.interest = interest;
}

MICROFLASK_INLINE void EventLoop::destroy(Connection& connection) {
    const std::unique_ptr<Connection> owner(&connection);
    deadlines_.clear(connection);
    if (connection.registered && !poller_->forgets_closed()) {
        poller_->remove(connection.socket.handle(), connection.interest);
    }
    connection.drop_pending();
    (connection.before ? connection.before->after : first_) = connection.after;
    if (connection.after) connection.after->before = connection.before;
    --connections_;
}

}  // namespace microflask::detail
