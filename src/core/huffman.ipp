// Huffman codes by a heap, and codes that came out too long made shorter (RFC 1951, section 3.2.2).
#include "core/huffman.hpp"

#include "core/config.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE void DeflateWriter::write_pending() {
    std::array<char, 4> four;
    for (char& c : four) {
        c = static_cast<char>(static_cast<unsigned char>(pending_ & 0xff));
        pending_ >>= 8;
    }
    out_.append(four.data(), four.size());
    count_ -= 32;
}

MICROFLASK_INLINE void DeflateWriter::push_byte() {
    out_.push_back(static_cast<char>(static_cast<unsigned char>(pending_ & 0xff)));
    pending_ >>= 8;
    count_ -= (std::min)(count_, 8U);
}

MICROFLASK_INLINE void DeflateWriter::align() {
    while (count_ > 0) push_byte();
}

MICROFLASK_INLINE std::string DeflateWriter::take() {
    while (count_ >= 8) push_byte();
    return std::exchange(out_, std::string());
}

MICROFLASK_INLINE DeflateSymbol deflate_length_symbol(unsigned length) noexcept {
    if (length < 8) return {length, 0, 0};
    if (length == 255) return {28, 0, 0};
    const unsigned bits = static_cast<unsigned>(std::bit_width(length)) - 3;
    return {4 * (bits + 1) + (length >> bits & 3), length & ((1U << bits) - 1), bits};
}

MICROFLASK_INLINE DeflateSymbol deflate_distance_symbol(unsigned distance) noexcept {
    if (distance < 4) return {distance, 0, 0};
    const unsigned bits = static_cast<unsigned>(std::bit_width(distance)) - 2;
    return {2 * (bits + 1) + (distance >> bits & 1), distance & ((1U << bits) - 1), bits};
}

MICROFLASK_INLINE unsigned deflate_order_extra(unsigned symbol) noexcept {
    return symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
}

MICROFLASK_INLINE void DeflateCode::clear() noexcept {
    std::fill_n(keys_.begin(), size_, std::uint32_t{0});
}

MICROFLASK_INLINE void DeflateCode::build() noexcept {
    used_count_ = 0;
    for (std::size_t start = 0; start < size_; start += 8) {
        const std::size_t end = (std::min)(start + 8, size_);
        // In most texts, most groups of eight are not used at all.
        std::uint32_t eight = 0;
        for (std::size_t i = start; i < end; ++i) eight |= keys_[i];
        if (eight == 0) continue;
        for (std::size_t i = start; i < end; ++i) {
            // Without a branch, as no one could predict it.
            used_[used_count_] = static_cast<std::uint16_t>(i);
            used_count_ += static_cast<std::size_t>(keys_[i] != 0);
        }
    }
    // A code has at least two symbols; those added here cost nothing, as no one uses them.
    std::array<std::size_t, 2> added{};
    std::size_t added_count = 0;
    while (used_count_ < 2) {
        const std::size_t symbol = used_count_ == 0 ? 0 : used_[0] < 2 ? used_[0] + 1U : 0;
        keys_[symbol] = one;
        added[added_count++] = symbol;
        used_[used_count_++] = static_cast<std::uint16_t>(symbol);
    }
    heap_size_ = used_count_;
    std::copy_n(used_.begin(), used_count_, heap_.begin() + 1);
    if (used_[1] < used_[0]) std::swap(used_[0], used_[1]);

    std::fill_n(lengths_.begin(), size_, static_cast<unsigned char>(0));
    assign_lengths(join());
    while (added_count > 0) keys_[added[--added_count]] = 0;
    assign_codes();
}

MICROFLASK_INLINE void DeflateCode::set_lengths(const unsigned char* lengths) noexcept {
    std::copy_n(lengths, size_, lengths_.begin());
    used_count_ = size_;
    for (std::size_t i = 0; i < size_; ++i) used_[i] = static_cast<std::uint16_t>(i);
    assign_codes();
}

MICROFLASK_INLINE std::size_t DeflateCode::cost(const DeflateCode& code) const noexcept {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < used_count_; ++i) {
        bits += std::size_t{keys_[used_[i]] / one} * code.lengths_[used_[i]];
    }
    return bits;
}

MICROFLASK_INLINE void DeflateCode::sift(std::size_t place) noexcept {
    const std::uint16_t moved = heap_[place];
    for (std::size_t below = 2 * place; below <= heap_size_; below *= 2) {
        if (below < heap_size_ && before(heap_[below + 1], heap_[below])) ++below;
        if (before(moved, heap_[below])) break;
        heap_[place] = heap_[below];
        place = below;
    }
    heap_[place] = moved;
}

/// Joins the two rarest nodes until one is left. Returns where the nodes begin in `heap_`, the root
/// first.
MICROFLASK_INLINE std::size_t DeflateCode::join() noexcept {
    for (std::size_t place = heap_size_ / 2; place > 0; --place) sift(place);
    std::size_t top = heap_.size();
    for (std::size_t node = size_; heap_size_ > 1; ++node) {
        const std::uint16_t first = heap_[1];
        heap_[1] = heap_[heap_size_--];
        sift(1);
        const std::uint16_t second = heap_[1];
        heap_[--top] = first;
        heap_[--top] = second;
        const std::uint32_t left = keys_[first], right = keys_[second];
        keys_[node] =
            left / one * one + right / one * one + (std::max)(left % one, right % one) + 1;
        parents_[first] = parents_[second] = static_cast<std::uint16_t>(node);
        heap_[1] = static_cast<std::uint16_t>(node);
        sift(1);
    }
    heap_[--top] = heap_[1];
    return top;
}

MICROFLASK_INLINE void DeflateCode::assign_lengths(std::size_t top) noexcept {
    std::array<unsigned, deflate_max_bits + 1> counts{};
    int too_long = 0;
    lengths_[heap_[top]] = 0;
    for (std::size_t i = top + 1; i < heap_.size(); ++i) {
        const std::size_t node = heap_[i];
        unsigned bits = lengths_[parents_[node]] + 1U;
        if (bits > max_bits_) {
            bits = max_bits_;
            ++too_long;
        }
        lengths_[node] = static_cast<unsigned char>(bits);
        if (node < size_) ++counts[bits];
    }
    if (too_long > 0) shorten(counts, too_long);
}

/// Brings the leaves that were too deep up to the greatest depth, and makes room for them.
MICROFLASK_INLINE void DeflateCode::shorten(std::array<unsigned, deflate_max_bits + 1>& counts,
                                            int too_long) noexcept {
    // Each step moves a leaf one level down, and puts one of those that were too deep beside it.
    for (; too_long > 0; too_long -= 2) {
        unsigned bits = max_bits_ - 1;
        while (counts[bits] == 0) --bits;
        --counts[bits];
        counts[bits + 1] += 2;
        --counts[max_bits_];
    }
    std::size_t i = heap_.size();
    for (unsigned bits = max_bits_; bits > 0; --bits) {
        while (counts[bits] > 0) {
            const std::size_t node = heap_[--i];
            if (node >= size_) continue;
            lengths_[node] = static_cast<unsigned char>(bits);
            --counts[bits];
        }
    }
}

MICROFLASK_INLINE void DeflateCode::assign_codes() noexcept {
    std::array<unsigned, deflate_max_bits + 2> next{};
    for (std::size_t i = 0; i < used_count_; ++i) ++next[lengths_[used_[i]] + 1U];
    for (std::size_t bits = 1; bits <= deflate_max_bits; ++bits) {
        next[bits] = (next[bits] + next[bits - 1]) << 1;
    }
    for (std::size_t i = 0; i < used_count_; ++i) {
        const unsigned bits = lengths_[used_[i]];
        codes_[used_[i]] = static_cast<std::uint16_t>(deflate_reverse(next[bits]++, bits));
    }
}

}  // namespace microflask::detail
