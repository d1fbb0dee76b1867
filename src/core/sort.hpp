// Sorting, by one body that compares through a call: std::sort and std::stable_sort are compiled anew for every type.
#pragma once

#include "core/function.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace microflask::detail {

/// Tells whether the element at the first position comes before the one at the second.
using ComesBefore = FunctionRef<bool(std::uint32_t, std::uint32_t)>;

/// Sorts positions; those that are equal keep their order.
void sort_positions(std::uint32_t* positions, std::size_t count, ComesBefore comes_before);

/// Returns 0, 1, 2 to `count` - 1, sorted.
[[nodiscard]] std::vector<std::uint32_t> sorted_positions(std::size_t count,
                                                          ComesBefore comes_before);

/// Sorts a container; elements that are equal keep their order.
template <class Items, class Before>
void sort_items(Items& items, const Before& before) {
    Items sorted;
    sorted.reserve(items.size());
    const auto comes_before = [&](std::uint32_t a, std::uint32_t b) {
        return before(items[a], items[b]);
    };
    for (const std::uint32_t position : sorted_positions(items.size(), comes_before))
        sorted.push_back(std::move(items[position]));
    items = std::move(sorted);
}

void sort_texts(std::vector<std::string>& texts);

}  // namespace microflask::detail
