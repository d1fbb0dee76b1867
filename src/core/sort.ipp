// Bodies of sort.hpp: a merge sort that leaves short runs to insertion.
#include "core/sort.hpp"

#include "core/config.hpp"
#include "core/list.hpp"

namespace microflask::detail {

MICROFLASK_INLINE void sort_positions(std::uint32_t* positions, std::size_t count,
                                      ComesBefore comes_before) {
    if (count <= 12) {
        for (std::size_t i = 1; i < count; ++i) {
            const std::uint32_t moved = positions[i];
            std::size_t place = i;
            for (; place > 0 && comes_before(moved, positions[place - 1]); --place)
                positions[place] = positions[place - 1];
            positions[place] = moved;
        }
        return;
    }
    const std::size_t half = count / 2;
    sort_positions(positions, half, comes_before);
    sort_positions(positions + half, count - half, comes_before);
    const List<std::uint32_t> left(positions, positions + half);
    std::size_t right = half;
    std::size_t to = 0;
    for (const std::uint32_t position : left) {
        while (right < count && comes_before(positions[right], position))
            positions[to++] = positions[right++];
        positions[to++] = position;
    }
}

MICROFLASK_INLINE std::vector<std::uint32_t> sorted_positions(std::size_t count,
                                                              ComesBefore comes_before) {
    std::vector<std::uint32_t> positions(count);
    for (std::size_t i = 0; i < count; ++i) positions[i] = static_cast<std::uint32_t>(i);
    sort_positions(positions.data(), count, comes_before);
    return positions;
}

MICROFLASK_INLINE void sort_texts(std::vector<std::string>& texts) {
    sort_items(texts, [](const std::string& a, const std::string& b) { return a < b; });
}

}  // namespace microflask::detail
