// The choice of a poller.
#include "server/poller.hpp"

#include "core/config.hpp"
#include "core/platform.hpp"
#include "server/poller_epoll.hpp"
#include "server/poller_kqueue.hpp"
#include "server/poller_poll.hpp"

#include <memory>

namespace microflask::detail {

MICROFLASK_INLINE bool has_poller(PollerKind kind) noexcept {
    switch (kind) {
    case PollerKind::epoll: return MICROFLASK_HAS_EPOLL;
    case PollerKind::kqueue: return MICROFLASK_HAS_KQUEUE;
    case PollerKind::automatic:
    case PollerKind::poll: break;
    }
    return true;
}

MICROFLASK_INLINE std::unique_ptr<Poller> make_poller(PollerKind kind) {
    if (!has_poller(kind))
        throw OSError(0, "This system does not have the poller that was asked for.");
    if (kind == PollerKind::automatic) {
        kind = MICROFLASK_HAS_EPOLL    ? PollerKind::epoll
               : MICROFLASK_HAS_KQUEUE ? PollerKind::kqueue
                                       : PollerKind::poll;
    }
    switch (kind) {
    case PollerKind::epoll: return make_epoll_poller();
    case PollerKind::kqueue: return make_kqueue_poller();
    case PollerKind::automatic:
    case PollerKind::poll: break;
    }
    return make_poll_poller();
}

}  // namespace microflask::detail
