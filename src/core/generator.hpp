// Generator: a coroutine that yields pieces of text, one at each call.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// A coroutine that `co_yield`s text: what Python calls a generator. Called, it runs to the next piece and returns it,
/// or nothing at the end; what the coroutine throws, the call throws. Owned by one place, used by one thread at a time.
class [[nodiscard]] Generator {
public:
    class promise_type {
    public:
        Generator get_return_object() noexcept {
            return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        std::suspend_always final_suspend() const noexcept { return {}; }
        std::suspend_always yield_value(std::string piece) noexcept {
            piece_ = std::move(piece);
            return {};
        }
        std::suspend_always yield_value(std::string_view piece) {
            piece_.emplace(piece);
            return {};
        }
        std::suspend_always yield_value(const char* piece) {
            piece_.emplace(piece);
            return {};
        }
        void return_void() const noexcept {}
        void unhandled_exception() noexcept { error_ = std::current_exception(); }
        template <class Awaitable>
        void await_transform(Awaitable&&) = delete;  // a generator yields; a Task awaits

    private:
        friend class Generator;
        std::optional<std::string> piece_;
        std::exception_ptr error_;
    };

    Generator(Generator&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    Generator& operator=(Generator&& other) noexcept {
        std::swap(coroutine_, other.coroutine_);
        return *this;
    }
    ~Generator() {
        if (coroutine_) coroutine_.destroy();
    }

    /// Returns the next piece, or nothing at the end.
    std::optional<std::string> operator()() {
        if (!coroutine_ || coroutine_.done()) return std::nullopt;
        promise_type& promise = coroutine_.promise();
        promise.piece_.reset();
        coroutine_.resume();
        if (promise.error_) std::rethrow_exception(std::exchange(promise.error_, nullptr));
        return std::move(promise.piece_);
    }

private:
    explicit Generator(std::coroutine_handle<promise_type> coroutine) noexcept
        : coroutine_(coroutine) {}
    std::coroutine_handle<promise_type> coroutine_;
};

}  // namespace microflask
