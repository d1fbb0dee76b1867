// Remembers which paths' views took long, so that their loops are given away at once and not after the monitor's look.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

/// A small table of weights, one for each path. From any thread; a race loses a count and nothing else.
class SlowViews {
public:
    /// What a target is remembered by: its path, in which all numbers are the same.
    [[nodiscard]] static std::uint32_t key(std::string_view target) noexcept;

    /// Whether anything is remembered; all that a server without slow views pays.
    [[nodiscard]] bool any() const noexcept { return any_.load(std::memory_order_relaxed); }
    /// Whether a path's views take long lately. Once by accident is not enough for long.
    [[nodiscard]] bool contains(std::uint32_t key) const noexcept;
    /// Notes that a view of this path took long.
    void add(std::uint32_t key) noexcept;
    /// Notes that one that was expected to take long did not.
    void forgive(std::uint32_t key) noexcept;
    /// Lets all of them fade; called once in a while.
    void fade() noexcept;

private:
    // The upper 24 bits of a key, and a weight in the lowest byte; another path with the same place takes it over.
    using Slot = std::atomic<std::uint32_t>;
    static constexpr std::uint32_t gain = 2;
    static constexpr std::uint32_t most = 16;

    [[nodiscard]] static std::uint32_t weight_of(std::uint32_t slot) noexcept {
        return slot & 0xff;
    }
    [[nodiscard]] static bool is_of(std::uint32_t slot, std::uint32_t key) noexcept {
        return slot >> 8 == key >> 8;
    }
    [[nodiscard]] Slot& slot_of(std::uint32_t key) noexcept { return slots_[key & 0xff]; }

    std::atomic<bool> any_{false};
    std::array<Slot, 256> slots_{};
};

}  // namespace microflask::detail
