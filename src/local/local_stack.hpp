// LocalStack: push, pop, top; each task has its own.
#pragma once

#include "core/list.hpp"
#include "local/local.hpp"
#include "local/local_proxy.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace microflask {

/// A stack of which every task has its own (Werkzeug's `LocalStack`). Usable from every thread at once.
template <class T>
class LocalStack {
public:
    constexpr LocalStack() noexcept = default;

    /// Puts a value on the running task's stack.
    void push(T value) { values_.get().push_back(std::move(value)); }
    /// Takes the top off and returns it; nothing where the stack is empty.
    std::optional<T> pop() {
        detail::List<T>* values = values_.find();
        if (!values || values->empty()) return std::nullopt;
        std::optional<T> value(std::move(values->back()));
        values->pop_back();
        return value;
    }
    /// Returns the top, or null where the stack is empty.
    [[nodiscard]] T* top() const noexcept {
        detail::List<T>* values = values_.find();
        return values && !values->empty() ? &values->back() : nullptr;
    }
    /// Returns how many values the running task has on the stack.
    [[nodiscard]] std::size_t size() const noexcept {
        detail::List<T>* values = values_.find();
        return values ? values->size() : 0;
    }
    /// Makes a proxy of the top, which throws RuntimeError while the stack is empty. The stack must outlive it.
    [[nodiscard]] LocalProxy<T> stack() const {
        return LocalProxy<T>(
            [](const void* self) { return static_cast<const LocalStack*>(self)->top(); }, this,
            "object is not bound");
    }
    /// The same, as Werkzeug writes it: `auto user = users();`.
    [[nodiscard]] LocalProxy<T> operator()() const { return stack(); }
    /// Empties the running task's stack (Werkzeug's `release_local`).
    void release() noexcept {
        if (detail::List<T>* values = values_.find()) values->clear();
    }

    /// The running task's values, the top last, for who does several things with them at once. They stay in this place
    /// until the task or the stack ends.
    [[nodiscard]] detail::List<T>& values() { return values_.get(); }

private:
    detail::TaskLocal<detail::List<T>> values_;
};

}  // namespace microflask
