// Callables: Function owns one that can be moved but need not be copied, FunctionRef refers to one that
// outlives the call, and CallableTraits says what the arguments and the result of a callable are.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

namespace microflask::detail {

template <class Signature>
class FunctionRef;

/// Refers to a callable without owning it: two words, for parameters. The callable must outlive the call.
template <class Result, class... Args>
class FunctionRef<Result(Args...)> {
public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef> &&
                 std::is_invocable_r_v<Result, Callable&, Args...>)
    FunctionRef(Callable&& callable)
    noexcept {
        using Target = std::remove_reference_t<Callable>;
        if constexpr (std::is_function_v<Target>) {
            function_ = reinterpret_cast<void (*)()>(&callable);
            call_ = [](const FunctionRef& self, Args... args) -> Result {
                return reinterpret_cast<Target*>(self.function_)(std::forward<Args>(args)...);
            };
        } else {
            object_ = const_cast<void*>(static_cast<const void*>(std::addressof(callable)));
            call_ = [](const FunctionRef& self, Args... args) -> Result {
                return (*static_cast<Target*>(self.object_))(std::forward<Args>(args)...);
            };
        }
    }

    Result operator()(Args... args) const { return call_(*this, std::forward<Args>(args)...); }

private:
    union {
        void* object_;
        void (*function_)();
    };
    Result (*call_)(const FunctionRef&, Args...);
};

template <class Signature>
class Function;

/// Owns a callable that need not be copyable; small ones are kept inside. Empty until given one.
template <class Result, class... Args>
class Function<Result(Args...)> {
public:
    Function() noexcept = default;
    Function(std::nullptr_t) noexcept {}

    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, Function> &&
                 std::is_invocable_r_v<Result, std::decay_t<Callable>&, Args...>)
    Function(Callable&& callable) {
        using Target = std::decay_t<Callable>;
        if constexpr (sizeof(Target) <= sizeof(storage_) && alignof(Target) <= alignof(void*) &&
                      std::is_nothrow_move_constructible_v<Target>) {
            ::new (static_cast<void*>(storage_)) Target(std::forward<Callable>(callable));
            operations_ = &inside<Target>;
        } else {
            ::new (static_cast<void*>(storage_))
                Target*(new Target(std::forward<Callable>(callable)));
            operations_ = &outside<Target>;
        }
    }

    Function(Function&& other) noexcept { take(other); }
    Function& operator=(Function&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    Function(const Function&) = delete;
    Function& operator=(const Function&) = delete;
    ~Function() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }

    /// Calls the function. It must not be empty.
    Result operator()(Args... args) const {
        return operations_->call(const_cast<std::byte*>(storage_), std::forward<Args>(args)...);
    }

private:
    struct Operations {
        Result (*call)(void*, Args&&...);
        void (*move)(void* from, void* to) noexcept;
        void (*destroy)(void*) noexcept;
    };

    template <class Target>
    static constexpr Operations inside = {
        [](void* storage, Args&&... args) -> Result {
            return static_cast<Result>(
                (*static_cast<Target*>(storage))(std::forward<Args>(args)...));
        },
        [](void* from, void* to) noexcept {
            ::new (to) Target(std::move(*static_cast<Target*>(from)));
            static_cast<Target*>(from)->~Target();
        },
        [](void* storage) noexcept { static_cast<Target*>(storage)->~Target(); }};

    template <class Target>
    static constexpr Operations outside = {
        [](void* storage, Args&&... args) -> Result {
            return static_cast<Result>(
                (**static_cast<Target**>(storage))(std::forward<Args>(args)...));
        },
        [](void* from, void* to) noexcept { ::new (to) Target*(*static_cast<Target**>(from)); },
        [](void* storage) noexcept { delete *static_cast<Target**>(storage); }};

    void take(Function& other) noexcept {
        operations_ = std::exchange(other.operations_, nullptr);
        if (operations_) operations_->move(other.storage_, storage_);
    }
    void reset() noexcept {
        if (operations_) std::exchange(operations_, nullptr)->destroy(storage_);
    }

    alignas(void*) std::byte storage_[3 * sizeof(void*)];
    const Operations* operations_ = nullptr;
};

/// What a callable takes and gives: `Arguments` (a tuple of its parameter types as written), `Result`, `arity`.
/// Not defined for callables with `auto` parameters or several overloads; ask `has_signature` first.
template <class Callable, class = void>
struct CallableTraits {
    static constexpr bool has_signature = false;
};

template <class R, class... A>
struct SignatureTraits {
    static constexpr bool has_signature = true;
    static constexpr std::size_t arity = sizeof...(A);
    using Arguments = std::tuple<A...>;
    using Result = R;
    using Signature = R(A...);
};

template <class R, class... A>
struct CallableTraits<R(A...)> : SignatureTraits<R, A...> {};
template <class R, class... A>
struct CallableTraits<R(A...) noexcept> : SignatureTraits<R, A...> {};
template <class R, class... A>
struct CallableTraits<R (*)(A...)> : SignatureTraits<R, A...> {};
template <class R, class... A>
struct CallableTraits<R (*)(A...) noexcept> : SignatureTraits<R, A...> {};
template <class C, class R, class... A>
struct CallableTraits<R (C::*)(A...)> : SignatureTraits<R, A...> {};
template <class C, class R, class... A>
struct CallableTraits<R (C::*)(A...) const> : SignatureTraits<R, A...> {};
template <class C, class R, class... A>
struct CallableTraits<R (C::*)(A...) noexcept> : SignatureTraits<R, A...> {};
template <class C, class R, class... A>
struct CallableTraits<R (C::*)(A...) const noexcept> : SignatureTraits<R, A...> {};

template <class Callable>
struct CallableTraits<Callable, std::void_t<decltype(&Callable::operator())>>
    : CallableTraits<decltype(&Callable::operator())> {};

/// Whether a callable takes anything by C's `...`, which objects cannot be passed through.
template <class Callable>
constexpr bool takes_c_arguments() {
    if constexpr (CallableTraits<Callable>::has_signature || !std::is_invocable_v<Callable&>) {
        return false;
    } else {
        return std::is_pointer_v<Callable> || requires {
            &Callable::operator();
        };
    }
}

}  // namespace microflask::detail
