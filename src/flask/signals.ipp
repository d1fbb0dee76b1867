// Bodies of signals.hpp.
#include "flask/signals.hpp"

#include "core/config.hpp"
#include "flask/app.hpp"

#include <algorithm>

namespace microflask {

MICROFLASK_INLINE const void* detail::signal_sender(const Flask& app) noexcept {
    return &app.state();
}

MICROFLASK_INLINE SignalConnection SignalBase::add(std::shared_ptr<detail::SignalReceiver> receiver,
                                                   const Flask* sender) {
    if (sender) receiver->sender = detail::signal_sender(*sender);
    SignalConnection connection{std::weak_ptr(receiver)};
    const std::lock_guard lock(mutex_);
    receivers_.push_back(std::move(receiver));
    has_receivers_.store(true, std::memory_order_relaxed);
    return connection;
}

MICROFLASK_INLINE void SignalBase::disconnect(const SignalConnection& connection) {
    const std::shared_ptr<detail::SignalReceiver> receiver = connection.receiver_.lock();
    const std::lock_guard lock(mutex_);
    const auto found = std::find(receivers_.begin(), receivers_.end(), receiver);
    if (found == receivers_.end()) return;
    receivers_.erase(found);
    has_receivers_.store(!receivers_.empty(), std::memory_order_relaxed);
}

MICROFLASK_INLINE void SignalBase::remove(const void* type, void (*function)()) {
    const std::lock_guard lock(mutex_);
    const auto rest = std::remove_if(receivers_.begin(), receivers_.end(), [=](const auto& other) {
        return other->type == type && other->function == function;
    });
    receivers_.erase(rest, receivers_.end());
    has_receivers_.store(!receivers_.empty(), std::memory_order_relaxed);
}

MICROFLASK_INLINE SignalBase::Receivers SignalBase::receivers_of(const Flask& sender) const {
    const void* const app = detail::signal_sender(sender);
    Receivers reached;
    const std::lock_guard lock(mutex_);
    for (const std::shared_ptr<detail::SignalReceiver>& receiver : receivers_) {
        if (!receiver->sender || receiver->sender == app) reached.push_back(receiver);
    }
    return reached;
}

MICROFLASK_INLINE std::size_t SignalBase::receivers_for(const Flask& sender) const {
    return receivers_of(sender).size();
}

}  // namespace microflask
