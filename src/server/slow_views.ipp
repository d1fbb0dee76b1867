// Bodies of what is remembered about slow views.
#include "server/slow_views.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

MICROFLASK_INLINE std::uint32_t SlowViews::key(std::string_view target) noexcept {
    constexpr std::size_t looked_at = 64;
    std::uint32_t hash = 2166136261U;  // FNV-1a
    bool in_number = false;
    for (char c : target.substr(0, looked_at)) {
        if (c == '?') break;
        const bool digit = is_ascii_digit(c);
        if (digit && in_number) continue;
        in_number = digit;
        if (digit) c = '0';
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash ^ hash >> 15;
}

MICROFLASK_INLINE bool SlowViews::contains(std::uint32_t key) const noexcept {
    const std::uint32_t slot = slots_[key & 0xff].load(std::memory_order_relaxed);
    return is_of(slot, key) && weight_of(slot) >= gain;
}

MICROFLASK_INLINE void SlowViews::add(std::uint32_t key) noexcept {
    Slot& slot = slot_of(key);
    const std::uint32_t before = slot.load(std::memory_order_relaxed);
    const std::uint32_t weight = is_of(before, key) ? weight_of(before) : 0;
    slot.store((key & ~0xffU) | (std::min)(weight + gain, most), std::memory_order_relaxed);
    any_.store(true, std::memory_order_relaxed);
}

MICROFLASK_INLINE void SlowViews::forgive(std::uint32_t key) noexcept {
    Slot& slot = slot_of(key);
    const std::uint32_t before = slot.load(std::memory_order_relaxed);
    if (is_of(before, key) && weight_of(before) != 0)
        slot.store(before - 1, std::memory_order_relaxed);
}

MICROFLASK_INLINE void SlowViews::fade() noexcept {
    bool left = false;
    for (Slot& slot : slots_) {
        const std::uint32_t before = slot.load(std::memory_order_relaxed);
        if (weight_of(before) == 0) continue;
        slot.store(before - 1, std::memory_order_relaxed);
        left = left || weight_of(before) > 1;
    }
    any_.store(left, std::memory_order_relaxed);
}

}  // namespace microflask::detail
