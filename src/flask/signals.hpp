// Signals: functions that are told when something happens in an application (blinker's `Signal`, Flask's `signals`).
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"

#include <atomic>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>

namespace microflask {

class Context;
class Flask;
class Response;

namespace detail {

/// A function that is connected to a signal, without its type.
struct SignalReceiver {
    SignalReceiver() = default;
    SignalReceiver(const SignalReceiver&) = delete;
    SignalReceiver& operator=(const SignalReceiver&) = delete;
    virtual ~SignalReceiver() = default;

    const void* sender = nullptr;  // the application it listens to; null for all
    const void* type = nullptr;    // tells the receivers' types apart,
    void (*function)() = nullptr;  // and this the functions of one type
};

template <class Receiver>
inline char signal_receiver_type = 0;

/// Returns what tells applications apart, wherever their handles are.
const void* signal_sender(const Flask& app) noexcept;

}  // namespace detail

/// What `connect` returns: names the connection, so that it can be ended. A copyable handle; dropping it ends nothing.
class SignalConnection {
public:
    SignalConnection() noexcept = default;
    explicit SignalConnection(std::weak_ptr<detail::SignalReceiver> receiver) noexcept
        : receiver_(std::move(receiver)) {}

private:
    friend class SignalBase;
    std::weak_ptr<detail::SignalReceiver> receiver_;
};

/// What all signals share: the list of receivers. Any thread may connect and send at any time.
class SignalBase {
public:
    SignalBase() = default;
    SignalBase(const SignalBase&) = delete;
    SignalBase& operator=(const SignalBase&) = delete;

    /// Ends a connection; one that has ended already is left alone.
    void disconnect(const SignalConnection& connection);
    /// Ends all connections of a function, or of a lambda that captures nothing.
    template <class Receiver>
    void disconnect(Receiver receiver) {
        static_assert(
            std::is_pointer_v<Receiver> || std::is_empty_v<Receiver>,
            "objects with members cannot be told apart: disconnect(connection) takes what "
            "connect() returned");
        remove(&detail::signal_receiver_type<Receiver>, function_of(receiver));
    }
    /// Whether any function is connected at all: one load, which is all that an unused signal costs.
    explicit operator bool() const noexcept {
        return has_receivers_.load(std::memory_order_relaxed);
    }
    /// Whether a function is connected that an application's signal reaches.
    [[nodiscard]] bool has_receivers_for(const Flask& sender) const {
        return receivers_for(sender) != 0;
    }
    /// Returns how many functions an application's signal reaches.
    [[nodiscard]] std::size_t receivers_for(const Flask& sender) const;

protected:
    using Receivers = detail::List<std::shared_ptr<detail::SignalReceiver>>;

    SignalConnection add(std::shared_ptr<detail::SignalReceiver> receiver, const Flask* sender);
    [[nodiscard]] Receivers receivers_of(const Flask& sender) const;
    template <class Receiver>
    static auto function_of([[maybe_unused]] Receiver receiver) noexcept -> void (*)() {
        if constexpr (std::is_pointer_v<Receiver>) {
            return reinterpret_cast<void (*)()>(receiver);
        } else {
            return nullptr;
        }
    }

private:
    void remove(const void* type, void (*function)());

    mutable std::mutex mutex_;
    Receivers receivers_;
    std::atomic<bool> has_receivers_{false};
};

/// Keeps a function connected until this is destroyed.
class [[nodiscard]] SignalGuard {
public:
    SignalGuard(SignalBase& signal, SignalConnection connection) noexcept
        : signal_(&signal), connection_(std::move(connection)) {}
    SignalGuard(SignalGuard&& other) noexcept
        : signal_(std::exchange(other.signal_, nullptr)),
          connection_(std::move(other.connection_)) {}
    SignalGuard& operator=(SignalGuard&&) = delete;
    ~SignalGuard() {
        if (signal_) signal_->disconnect(connection_);
    }

private:
    SignalBase* signal_;
    SignalConnection connection_;
};

/// Tells every connected function that something happened, and with what: `Signal<const Order&> order_placed;`. A
/// receiver takes the sending application and the arguments, one of these two, or nothing. What it throws, `send` throws;
/// the receivers after it are not called then.
template <class... Args>
class Signal : public SignalBase {
public:
    Signal() = default;

    /// Calls the function whenever the signal is sent.
    template <class Receiver>
    SignalConnection connect(Receiver receiver) {
        return add(make_receiver(std::move(receiver)), nullptr);
    }
    /// Calls the function when that application sends the signal.
    template <class Receiver>
    SignalConnection connect(Receiver receiver, const Flask& sender) {
        return add(make_receiver(std::move(receiver)), &sender);
    }
    /// Connects a function until the returned guard is destroyed.
    template <class Receiver>
    SignalGuard connected_to(Receiver receiver) {
        return SignalGuard(*this, connect(std::move(receiver)));
    }
    template <class Receiver>
    SignalGuard connected_to(Receiver receiver, const Flask& sender) {
        return SignalGuard(*this, connect(std::move(receiver), sender));
    }

    /// Calls the receivers in the order in which they were connected.
    void send(Flask& sender, Args... args) const {
        if (!*this) return;
        for (const std::shared_ptr<detail::SignalReceiver>& receiver : receivers_of(sender)) {
            static_cast<const TypedReceiver&>(*receiver).call(sender, args...);
        }
    }

private:
    struct TypedReceiver final : detail::SignalReceiver {
        detail::Function<void(Flask&, Args&...)> call;
    };

    template <class Receiver>
    static std::shared_ptr<detail::SignalReceiver> make_receiver(Receiver receiver) {
        auto result = std::make_shared<TypedReceiver>();
        result->type = &detail::signal_receiver_type<Receiver>;
        if constexpr (std::is_pointer_v<Receiver>) result->function = function_of(receiver);
        result->call = [receiver = std::move(receiver)]([[maybe_unused]] Flask& sender,
                                                        [[maybe_unused]] Args&... args) mutable {
            if constexpr (std::is_invocable_v<Receiver&, Flask&, Args&...>) {
                receiver(sender, args...);
            } else if constexpr (std::is_invocable_v<Receiver&, Flask&>) {
                receiver(sender);
            } else if constexpr (std::is_invocable_v<Receiver&, Args&...>) {
                receiver(args...);
            } else {
                static_assert(std::is_invocable_v<Receiver&>,
                              "a receiver takes the application (Flask&) and what the signal is "
                              "sent with, one of these, or nothing");
                receiver();
            }
        };
        return result;
    }
};

/// A request begins: the contexts are there, no hook ran yet.
inline Signal<> request_started;
/// A response is made and is about to be sent.
inline Signal<Response&> request_finished;
/// A request's context ends, whatever happened; with the exception, or null.
inline Signal<const std::exception_ptr&> request_tearing_down;
/// An exception was thrown that no handler took.
inline Signal<const std::exception_ptr&> got_request_exception;
/// An application's context was entered.
inline Signal<> appcontext_pushed;
/// An application's context was left.
inline Signal<> appcontext_popped;
/// An application's context ends; with the exception, or null.
inline Signal<const std::exception_ptr&> appcontext_tearing_down;
/// A message was flashed; with the message and its category.
inline Signal<const std::string&, const std::string&> message_flashed;
/// A template was rendered; with its name and its context.
inline Signal<const std::string&, const Context&> template_rendered;
/// A template is about to be rendered; with its name and its context, which a receiver may change.
inline Signal<const std::string&, Context&> before_render_template;

}  // namespace microflask
