// LocalProxy: an object that stands for "the current one", and throws with advice where there is none.
#pragma once

#include "core/errors.hpp"
#include "core/function.hpp"
#include "local/local.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

/// Stands for an object that is looked up at each use (Werkzeug's `LocalProxy`). From any thread; what it gives belongs
/// to the running task.
template <class T>
class LocalProxy {
public:
    /// How a proxy finds its object: returns null where there is none.
    using Find = T* (*)(const void* source);

    /// Looks the object up by a plain function; for globals, which need not be constructed at run time.
    constexpr LocalProxy(Find find, const void* source, const char* unbound_message) noexcept
        : find_(find), source_(source), unbound_message_(unbound_message) {}

    /// Looks the object up by any callable that returns a pointer (null: none) or a reference.
    template <class Callable>
        requires std::is_invocable_v<Callable&>
    explicit LocalProxy(Callable callable, std::string unbound_message = "object is not bound") {
        struct Owned {
            Callable callable;
            std::string message;
        };
        auto owned =
            std::make_shared<Owned>(Owned{std::move(callable), std::move(unbound_message)});
        find_ = [](const void* source) -> T* {
            auto& function = const_cast<Owned*>(static_cast<const Owned*>(source))->callable;
            if constexpr (std::is_convertible_v<std::invoke_result_t<Callable&>, T*>) {
                return function();
            } else {
                return std::addressof(static_cast<T&>(function()));
            }
        };
        source_ = owned.get();
        unbound_message_ = owned->message.c_str();
        owner_ = std::move(owned);
    }

    /// Returns the object itself; throws RuntimeError where there is none.
    [[nodiscard]] T& _get_current_object() const {
        if (T* object = find_(source_)) return *object;
        throw RuntimeError(unbound_message_);
    }
    T* operator->() const { return std::addressof(_get_current_object()); }
    T& operator*() const { return _get_current_object(); }
    template <class Key>
    decltype(auto) operator[](Key&& key) const {
        return _get_current_object()[std::forward<Key>(key)];
    }
    /// Whether there is an object at the moment.
    explicit operator bool() const { return find_(source_) != nullptr; }

private:
    Find find_ = nullptr;
    const void* source_ = nullptr;
    const char* unbound_message_ = "";
    std::shared_ptr<const void> owner_;
};

template <class T>
LocalProxy<T> Local::proxy(std::string_view name) {
    return LocalProxy<T>([this, key = std::string(name)]() -> T* { return find<T>(key); });
}

}  // namespace microflask
