// The poller of Linux: epoll, level-triggered; a listening socket shared by loops wakes only one of them.
#include "server/poller_epoll.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

namespace microflask::detail {

#if MICROFLASK_HAS_EPOLL

class EpollPoller final : public Poller {
public:
    EpollPoller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), ready_(new epoll_event[batch]) {
        if (epoll_ < 0) throw OSError(errno, std::system_category().message(errno));
    }
    ~EpollPoller() override { ::close(epoll_); }
    EpollPoller(const EpollPoller&) = delete;
    EpollPoller& operator=(const EpollPoller&) = delete;

    bool add(SocketHandle handle, void* key, PollInterest interest) override {
        epoll_event event = event_for(key, interest);
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, static_cast<int>(handle), &event) == 0) return true;
        if (interest != PollInterest::shared_read || errno != EINVAL) return false;
        event = event_for(key, PollInterest::read);  // before Linux 4.5
        return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, static_cast<int>(handle), &event) == 0;
    }
    void modify(SocketHandle handle, void* key, PollInterest, PollInterest after) override {
        epoll_event event = event_for(key, after);
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, static_cast<int>(handle), &event);
    }
    void remove(SocketHandle handle, PollInterest) override {
        epoll_event event{};
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, static_cast<int>(handle), &event);
    }
    std::size_t wait(PollerEvent* events, std::size_t capacity, int milliseconds) override {
        const int room = static_cast<int>((std::min)(capacity, batch));
        const int count = ::epoll_wait(epoll_, ready_.get(), room, milliseconds);
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = ready_[static_cast<std::size_t>(i)];
            constexpr std::uint32_t broken = EPOLLERR | EPOLLHUP;
            events[i].key = event.data.ptr;
            events[i].readable = (event.events & (EPOLLIN | broken)) != 0;
            events[i].writable = (event.events & (EPOLLOUT | broken)) != 0;
        }
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    bool forgets_closed() const noexcept override { return true; }

private:
    static constexpr std::size_t batch = 256;

    static epoll_event event_for(void* key, PollInterest interest) noexcept {
        epoll_event event{};
        event.data.ptr = key;
        switch (interest) {
        case PollInterest::none: break;
        case PollInterest::read: event.events = EPOLLIN; break;
        case PollInterest::write: event.events = EPOLLOUT; break;
        case PollInterest::shared_read: event.events = EPOLLIN | EPOLLEXCLUSIVE; break;
        }
        return event;
    }

    int epoll_;
    std::unique_ptr<epoll_event[]> ready_;
};

MICROFLASK_INLINE std::unique_ptr<Poller> make_epoll_poller() {
    return std::make_unique<EpollPoller>();
}

#else

MICROFLASK_INLINE std::unique_ptr<Poller> make_epoll_poller() {
    return nullptr;
}

#endif

}  // namespace microflask::detail
