// A value or the reason there is none, until std::expected is everywhere.
#pragma once

#include "core/config.hpp"

#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace microflask::detail {

/// Wraps a reason, so that a function may `return Failure("no such host")`.
template <class E>
struct Failure {
    E error;
    explicit Failure(E reason) : error(std::move(reason)) {}
};
Failure(const char*)->Failure<std::string>;

/// Holds a value, or the reason why there is none. `E` is text unless said otherwise.
template <class T, class E = std::string>
class [[nodiscard]] Result {
public:
    using value_type = T;
    using error_type = E;

    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    template <class Reason>
        requires(std::is_convertible_v<Reason, E>)
    Result(Failure<Reason> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    /// Returns the value. There must be one.
    [[nodiscard]] T& value() & noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] const T& value() const& noexcept { return *std::get_if<0>(&state_); }
    [[nodiscard]] T&& value() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    [[nodiscard]] T& operator*() & noexcept { return value(); }
    [[nodiscard]] const T& operator*() const& noexcept { return value(); }
    [[nodiscard]] T&& operator*() && noexcept { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() noexcept { return &value(); }
    [[nodiscard]] const T* operator->() const noexcept { return &value(); }

    /// Returns the reason. There must be one: `has_value()` is false.
    [[nodiscard]] E& error() & noexcept { return *std::get_if<1>(&state_); }
    [[nodiscard]] const E& error() const& noexcept { return *std::get_if<1>(&state_); }
    [[nodiscard]] E&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

    /// Returns the value, or another where there is none.
    [[nodiscard]] T value_or(T other) const& { return has_value() ? value() : std::move(other); }
    [[nodiscard]] T value_or(T other) && {
        return has_value() ? std::move(*this).value() : std::move(other);
    }

private:
    std::variant<T, E> state_;
};

/// Success, or the reason for its absence. `Result<void>()` is success.
template <class E>
class [[nodiscard]] Result<void, E> {
public:
    using value_type = void;
    using error_type = E;

    Result() noexcept = default;
    template <class Reason>
        requires(std::is_convertible_v<Reason, E>)
    Result(Failure<Reason> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] const E& error() const& noexcept { return *std::get_if<1>(&state_); }
    [[nodiscard]] E&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

private:
    std::variant<std::monostate, E> state_;
};

}  // namespace microflask::detail
