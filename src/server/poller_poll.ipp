// The poller of every other system: poll, and WSAPoll on Windows. Its cost grows with the number of sockets.
#include "server/poller_poll.hpp"

#include "core/config.hpp"
#include "core/os_headers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace microflask::detail {

#if MICROFLASK_OS_WINDOWS

using PollEntry = WSAPOLLFD;
inline decltype(PollEntry::fd) poll_handle(SocketHandle handle) noexcept {
    return static_cast<SOCKET>(handle);
}
inline int poll_entries(PollEntry* entries, std::size_t count, int milliseconds) noexcept {
    return ::WSAPoll(entries, static_cast<ULONG>(count), milliseconds);
}

#else

using PollEntry = pollfd;
inline int poll_handle(SocketHandle handle) noexcept {
    return static_cast<int>(handle);
}
inline int poll_entries(PollEntry* entries, std::size_t count, int milliseconds) noexcept {
    return ::poll(entries, static_cast<nfds_t>(count), milliseconds);
}

#endif

class PollPoller final : public Poller {
public:
    bool add(SocketHandle handle, void* key, PollInterest interest) override {
        positions_[handle] = entries_.size();
        entries_.push_back(entry_for(handle, interest));
        keys_.push_back({handle, key});
        return true;
    }
    void modify(SocketHandle handle, void* key, PollInterest, PollInterest after) override {
        const auto found = positions_.find(handle);
        if (found == positions_.end()) return;
        entries_[found->second] = entry_for(handle, after);
        keys_[found->second] = {handle, key};
    }
    void remove(SocketHandle handle, PollInterest) override {
        const auto found = positions_.find(handle);
        if (found == positions_.end()) return;
        const std::size_t position = found->second;
        positions_.erase(found);
        if (position + 1 != entries_.size()) {
            entries_[position] = entries_.back();
            keys_[position] = keys_.back();
            positions_[keys_[position].handle] = position;
        }
        entries_.pop_back();
        keys_.pop_back();
    }
    std::size_t wait(PollerEvent* events, std::size_t capacity, int milliseconds) override {
        const std::size_t size = entries_.size();
        int ready = poll_entries(entries_.data(), size, milliseconds);
        std::size_t count = 0;
        // Begins where the last turn ended, so that none starves where not all events fit.
        for (std::size_t i = 0; i < size && ready > 0 && count < capacity; ++i) {
            if (++last_ >= size) last_ = 0;
            const PollEntry& entry = entries_[last_];
            if (entry.revents == 0) continue;
            --ready;
            const bool broken = (entry.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
            events[count].key = keys_[last_].key;
            events[count].readable = broken || (entry.revents & POLLIN) != 0;
            events[count].writable = broken || (entry.revents & POLLOUT) != 0;
            ++count;
        }
        return count;
    }

private:
    struct Watched {
        SocketHandle handle = no_socket;
        void* key = nullptr;
    };
    static PollEntry entry_for(SocketHandle handle, PollInterest interest) noexcept {
        PollEntry entry{};
        entry.fd = poll_handle(handle);
        switch (interest) {
        case PollInterest::none: break;
        case PollInterest::read:
        case PollInterest::shared_read: entry.events = POLLIN; break;
        case PollInterest::write: entry.events = POLLOUT; break;
        }
        return entry;
    }

    std::vector<PollEntry> entries_;
    std::vector<Watched> keys_;
    std::unordered_map<SocketHandle, std::size_t> positions_;
    std::size_t last_ = 0;
};

MICROFLASK_INLINE std::unique_ptr<Poller> make_poll_poller() {
    return std::make_unique<PollPoller>();
}

}  // namespace microflask::detail
