// Which connection times out next: a wheel of coarse slots. Moving a deadline later costs one store.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace microflask::detail {

/// The part of a connection that hangs in the wheel.
struct DeadlineNode {
    DeadlineNode* previous = nullptr;
    DeadlineNode* next = nullptr;
    std::uint64_t due = 0;   // milliseconds; the truth
    std::uint64_t tick = 0;  // where it hangs: never later than the truth

    [[nodiscard]] bool is_linked() const noexcept { return next != nullptr; }
};

/// Knows which of many deadlines have passed. Used by one thread at a time; owns nothing.
class DeadlineWheel {
public:
    DeadlineWheel() noexcept;
    DeadlineWheel(const DeadlineWheel&) = delete;
    DeadlineWheel& operator=(const DeadlineWheel&) = delete;

    /// Sets when a node is due. Most calls only store, for the node already hangs early enough.
    void set(DeadlineNode& node, std::uint64_t due) noexcept {
        node.due = due;
        if (!node.is_linked() || tick_of(due) < node.tick) link(node);
    }
    void clear(DeadlineNode& node) noexcept;

    /// Takes out and returns a node whose time has passed; null when there is none left at this time.
    DeadlineNode* pop_due(std::uint64_t now) noexcept;
    /// Returns how many milliseconds a poller may wait; -1 with nothing in the wheel.
    [[nodiscard]] int milliseconds_to_next(std::uint64_t now) noexcept;

private:
    static constexpr std::uint64_t slot_milliseconds = 32;
    static constexpr std::size_t slots =
        1024;  // a turn of 32 seconds; what is later goes round again

    static std::uint64_t tick_of(std::uint64_t due) noexcept { return due / slot_milliseconds + 1; }
    void link(DeadlineNode& node) noexcept;
    void unlink(DeadlineNode& node) noexcept;
    [[nodiscard]] std::uint64_t find_next_tick() const noexcept;

    std::array<DeadlineNode, slots> heads_;
    std::array<std::uint64_t, slots / 64> used_{};
    std::uint64_t tick_ = 0;  // every slot before this one is empty
    static constexpr std::uint64_t no_tick = UINT64_MAX;
    std::uint64_t next_tick_ = no_tick;  // the first that is used, where it is known
    bool next_tick_known_ = true;
};

}  // namespace microflask::detail
