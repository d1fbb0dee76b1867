// The poller of macOS and the BSDs: kqueue, with one filter a socket, read or write.
#include "server/poller_kqueue.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

namespace microflask::detail {

#if MICROFLASK_HAS_KQUEUE

class KqueuePoller final : public Poller {
public:
    KqueuePoller() : queue_(::kqueue()), ready_(new struct kevent[batch]) {
        if (queue_ < 0) throw OSError(errno, std::system_category().message(errno));
        ::fcntl(queue_, F_SETFD, FD_CLOEXEC);
    }
    ~KqueuePoller() override { ::close(queue_); }
    KqueuePoller(const KqueuePoller&) = delete;
    KqueuePoller& operator=(const KqueuePoller&) = delete;

    bool add(SocketHandle handle, void* key, PollInterest interest) override {
        return interest == PollInterest::none || change(handle, key, interest, EV_ADD);
    }
    void modify(SocketHandle handle, void* key, PollInterest before, PollInterest after) override {
        if (before != PollInterest::none) change(handle, key, before, EV_DELETE);
        if (after != PollInterest::none) change(handle, key, after, EV_ADD);
    }
    void remove(SocketHandle handle, PollInterest before) override {
        if (before != PollInterest::none) change(handle, nullptr, before, EV_DELETE);
    }
    std::size_t wait(PollerEvent* events, std::size_t capacity, int milliseconds) override {
        timespec limit{};
        limit.tv_sec = milliseconds / 1000;
        limit.tv_nsec = (milliseconds % 1000) * 1000000L;
        const int room = static_cast<int>((std::min)(capacity, batch));
        const int count =
            ::kevent(queue_, nullptr, 0, ready_.get(), room, milliseconds < 0 ? nullptr : &limit);
        for (int i = 0; i < count; ++i) {
            const struct kevent& event = ready_[static_cast<std::size_t>(i)];
            events[i].key = reinterpret_cast<void*>(event.udata);
            events[i].readable = event.filter == EVFILT_READ;
            events[i].writable = event.filter == EVFILT_WRITE;
        }
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    bool forgets_closed() const noexcept override { return true; }

private:
    static constexpr std::size_t batch = 256;

    bool change(SocketHandle handle, void* key, PollInterest interest, unsigned action) noexcept {
        struct kevent event {};
        event.ident = static_cast<decltype(event.ident)>(handle);
        event.filter = interest == PollInterest::write ? EVFILT_WRITE : EVFILT_READ;
        event.flags = static_cast<decltype(event.flags)>(action);
        event.udata = reinterpret_cast<decltype(event.udata)>(key);
        return ::kevent(queue_, &event, 1, nullptr, 0, nullptr) == 0;
    }

    int queue_;
    std::unique_ptr<struct kevent[]> ready_;
};

MICROFLASK_INLINE std::unique_ptr<Poller> make_kqueue_poller() {
    return std::make_unique<KqueuePoller>();
}

#else

MICROFLASK_INLINE std::unique_ptr<Poller> make_kqueue_poller() {
    return nullptr;
}

#endif

}  // namespace microflask::detail
