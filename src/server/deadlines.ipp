// Bodies of the deadline wheel.
#include "server/deadlines.hpp"

#include "core/config.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>

namespace microflask::detail {

MICROFLASK_INLINE DeadlineWheel::DeadlineWheel() noexcept {
    for (DeadlineNode& head : heads_) head.previous = head.next = &head;
}

MICROFLASK_INLINE void DeadlineWheel::link(DeadlineNode& node) noexcept {
    if (node.is_linked()) unlink(node);
    std::uint64_t tick = tick_of(node.due);
    if (tick < tick_) tick = tick_;
    if (tick >= tick_ + slots) tick = tick_ + slots - 1;
    node.tick = tick;
    const std::size_t slot = static_cast<std::size_t>(tick % slots);
    DeadlineNode& head = heads_[slot];
    node.previous = head.previous;
    node.next = &head;
    head.previous->next = &node;
    head.previous = &node;
    used_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    if (tick < next_tick_) next_tick_ = tick;
}

MICROFLASK_INLINE void DeadlineWheel::unlink(DeadlineNode& node) noexcept {
    node.previous->next = node.next;
    node.next->previous = node.previous;
    const std::size_t slot = static_cast<std::size_t>(node.tick % slots);
    if (heads_[slot].next == &heads_[slot]) {
        used_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
        if (node.tick == next_tick_) next_tick_known_ = false;
    }
    node.previous = node.next = nullptr;
}

MICROFLASK_INLINE void DeadlineWheel::clear(DeadlineNode& node) noexcept {
    if (node.is_linked()) unlink(node);
}

MICROFLASK_INLINE DeadlineNode* DeadlineWheel::pop_due(std::uint64_t now) noexcept {
    const std::uint64_t last = now / slot_milliseconds;
    if (last >= tick_ + slots) {
        // After a long sleep every slot is looked at once.
        const std::uint64_t first = last - slots + 1;
        for (DeadlineNode& head : heads_) {
            for (DeadlineNode* node = head.next; node != &head; node = node->next) {
                if (node->tick < first)
                    node->tick += (first - node->tick + slots - 1) / slots * slots;
            }
        }
        tick_ = first;
        next_tick_known_ = false;
    }
    while (tick_ <= last) {
        const std::size_t slot = static_cast<std::size_t>(tick_ % slots);
        DeadlineNode& head = heads_[slot];
        while (head.next != &head) {
            DeadlineNode& node = *head.next;
            unlink(node);
            if (node.due <= now) return &node;
            link(node);  // moved later since it was hung up here; never back into this slot
        }
        ++tick_;
    }
    return nullptr;
}

MICROFLASK_INLINE std::uint64_t DeadlineWheel::find_next_tick() const noexcept {
    const std::size_t start = static_cast<std::size_t>(tick_ % slots);
    for (std::size_t step = 0; step < slots;) {
        const std::size_t slot = (start + step) % slots;
        const std::uint64_t word = used_[slot / 64] >> (slot % 64);
        if (word == 0) {
            step += 64 - slot % 64;
            continue;
        }
        step += static_cast<std::size_t>(std::countr_zero(word));
        if (step < slots) return tick_ + step;
    }
    return no_tick;
}

MICROFLASK_INLINE int DeadlineWheel::milliseconds_to_next(std::uint64_t now) noexcept {
    if (!next_tick_known_) {
        next_tick_ = find_next_tick();
        next_tick_known_ = true;
    }
    if (next_tick_ == no_tick) return -1;
    const std::uint64_t at = next_tick_ * slot_milliseconds;
    return at <= now ? 0 : static_cast<int>(at - now);
}

}  // namespace microflask::detail
