// Task: a coroutine that may wait for something and be resumed by another thread, and still sees the locals of the task
// it belongs to. What drives it waits for it: `wait_for(task)`.
#pragma once

#include "local/local.hpp"

#include <atomic>
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace microflask {

template <class T>
class Task;

namespace detail {

template <class Awaitable>
decltype(auto) get_awaiter(Awaitable&& awaitable) {
    if constexpr (requires { std::forward<Awaitable>(awaitable).operator co_await(); }) {
        return std::forward<Awaitable>(awaitable).operator co_await();
    } else if constexpr (requires { operator co_await(std::forward<Awaitable>(awaitable)); }) {
        return operator co_await(std::forward<Awaitable>(awaitable));
    } else {
        return std::forward<Awaitable>(awaitable);
    }
}

/// Tells the thread that drives a task that the task is done.
class TaskDone {
public:
    void set() noexcept {
        done_.store(true, std::memory_order_release);
        done_.notify_all();
    }
    void wait() const noexcept { done_.wait(false, std::memory_order_acquire); }

private:
    std::atomic<bool> done_{false};
};

/// What all promises of tasks share: whose locals they see, and who waits for them.
class TaskPromise {
public:
    std::suspend_always initial_suspend() const noexcept { return {}; }

    /// At the end, whoever waits is resumed, on this thread.
    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        void await_suspend(std::coroutine_handle<Promise> coroutine) const noexcept {
            TaskPromise& promise = coroutine.promise();
            promise.leave();
            // Once the state is "done" the waiting side may destroy this frame: take what is needed first.
            const std::coroutine_handle<> waiting = promise.waiting_;
            const std::shared_ptr<TaskDone> done = std::move(promise.done_);
            const State before = promise.state_.exchange(State::done, std::memory_order_acq_rel);
            if (done) {
                done->set();
            } else if (before == State::waited_for) {
                waiting.resume();
            }
        }
        void await_resume() const noexcept {}
    };
    FinalAwaiter final_suspend() const noexcept { return {}; }

    /// Every `co_await` in a task leaves its locals while it waits, and enters them again wherever it goes on.
    template <class Awaiter>
    struct LocalAwaiter {
        TaskPromise& promise;
        Awaiter awaiter;
        bool left = false;

        bool await_ready() { return awaiter.await_ready(); }
        template <class Promise>
        auto await_suspend(std::coroutine_handle<Promise> coroutine) {
            left = true;
            promise.leave();
            return awaiter.await_suspend(coroutine);
        }
        decltype(auto) await_resume() {
            if (left) promise.enter();
            return awaiter.await_resume();
        }
    };
    template <class Awaitable>
    auto await_transform(Awaitable&& awaitable) {
        using Awaiter = decltype(get_awaiter(std::forward<Awaitable>(awaitable)));
        return LocalAwaiter<Awaiter>{*this, get_awaiter(std::forward<Awaitable>(awaitable))};
    }

    void enter() noexcept { outside_ = std::exchange(running_task_storage, storage_); }
    void leave() noexcept { running_task_storage = outside_; }

    enum class State { running, waited_for, done };

    TaskStorage* storage_ = nullptr;   // whose locals the coroutine sees
    TaskStorage* outside_ = nullptr;   // what the resuming thread had before
    std::coroutine_handle<> waiting_;  // the task that awaits this one
    std::shared_ptr<TaskDone> done_;   // or the thread that drives it
    std::atomic<State> state_{State::running};
};

template <class T>
class TaskResult : public TaskPromise {
public:
    template <class U>
        requires std::is_convertible_v<U, T>
    void return_value(U&& value) { result_.template emplace<1>(std::forward<U>(value)); }
    void unhandled_exception() noexcept { result_.template emplace<2>(std::current_exception()); }
    T take() {
        if (result_.index() == 2) std::rethrow_exception(std::get<2>(result_));
        return std::move(std::get<1>(result_));
    }

private:
    std::variant<std::monostate, T, std::exception_ptr> result_;
};

template <>
class TaskResult<void> : public TaskPromise {
public:
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { error_ = std::current_exception(); }
    void take() const {
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::exception_ptr error_;
};

}  // namespace detail

/// A coroutine that gives a T (Python's `async def`): it may `co_await` other tasks and any awaitable, and may be resumed
/// on any thread. It starts when it is awaited, or waited for.
template <class T>
class [[nodiscard]] Task {
public:
    class promise_type : public detail::TaskResult<T> {
    public:
        Task get_return_object() noexcept {
            return Task(std::coroutine_handle<promise_type>::from_promise(*this));
        }
    };

    Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        std::swap(coroutine_, other.coroutine_);
        return *this;
    }
    ~Task() {
        if (coroutine_) coroutine_.destroy();
    }

    struct Awaiter {
        std::coroutine_handle<promise_type> coroutine;

        bool await_ready() const noexcept { return false; }
        template <class Promise>
        bool await_suspend(std::coroutine_handle<Promise> waiting) const {
            // Resumed plainly, not by symmetric transfer: a loop of tasks that are ready would use up the stack where
            // the compiler makes no tail calls.
            promise_type& promise = coroutine.promise();
            promise.storage_ = &detail::task_storage();
            if constexpr (std::is_base_of_v<detail::TaskPromise, Promise>) {
                promise.storage_ = waiting.promise().storage_;
            }
            promise.waiting_ = waiting;
            promise.enter();
            coroutine.resume();
            using State = detail::TaskPromise::State;
            State expected = State::running;
            return promise.state_.compare_exchange_strong(expected, State::waited_for,
                                                          std::memory_order_acq_rel);
        }
        T await_resume() const { return coroutine.promise().take(); }
    };
    Awaiter operator co_await() const noexcept { return Awaiter{coroutine_}; }

    /// Runs the task and waits until it is done, wherever it is resumed meanwhile; returns or throws what it does.
    friend T wait_for(Task task) { return task.run(); }

private:
    explicit Task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

    T run() {
        promise_type& promise = coroutine_.promise();
        const auto done = std::make_shared<detail::TaskDone>();
        promise.storage_ = &detail::task_storage();
        promise.done_ = done;
        promise.enter();
        coroutine_.resume();
        done->wait();
        return promise.take();
    }

    std::coroutine_handle<promise_type> coroutine_;
};

}  // namespace microflask
