// Huffman codes by a heap, and codes that came out too long made shorter (RFC 1951, section 3.2.2).
#include "core/huffman.hpp"

#include "core/config.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE void DeflateWriter::write_pending() {
    std::array<char, 6> six;
    for (char& c : six) {
        c = static_cast<char>(static_cast<unsigned char>(pending_ & 0xff));
        pending_ >>= 8;
    }
    out_.append(six.data(), six.size());
    count_ -= 48;
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
    std::fill_n(frequencies_.begin(), (size_ + 3) / 4 * 4, std::uint16_t{0});
}

/// Finds the symbols that were counted.
MICROFLASK_INLINE void DeflateCode::gather_used() noexcept {
    used_count_ = 0;
    for (std::size_t start = 0; start < size_; start += 4) {
        // In most texts, most groups of four are not used at all.
        std::uint64_t four = 0;
        std::memcpy(&four, &frequencies_[start], sizeof four);
        if (four == 0) continue;
        for (std::size_t i = start; i < start + 4; ++i) {
            // Without a branch, as no one could predict it.
            used_[used_count_] = static_cast<std::uint16_t>(i);
            used_count_ += static_cast<std::size_t>(frequencies_[i] != 0);
        }
    }
}

MICROFLASK_INLINE void DeflateCode::build() noexcept {
    gather_used();
    heap_size_ = 0;
    for (std::size_t i = 0; i < used_count_; ++i)
        heap_[++heap_size_] = make_tree(frequencies_[used_[i]], 0, used_[i]);
    // A code has at least two symbols; those added here cost nothing, as no one uses them.
    while (used_count_ < 2) {
        const std::size_t symbol = used_count_ == 0 ? 0 : used_[0] < 2 ? used_[0] + 1U : 0;
        used_[used_count_++] = static_cast<std::uint16_t>(symbol);
        heap_[++heap_size_] = make_tree(1, 0, symbol);
    }
    if (used_[1] < used_[0]) std::swap(used_[0], used_[1]);

    std::fill_n(lengths_.begin(), size_, static_cast<unsigned char>(0));
    join();
    assign_lengths();
}

MICROFLASK_INLINE void DeflateCode::set_lengths(const unsigned char* lengths) noexcept {
    std::copy_n(lengths, size_, lengths_.begin());
    used_count_ = size_;
    counts_.fill(0);
    for (std::size_t i = 0; i < size_; ++i) {
        used_[i] = static_cast<std::uint16_t>(i);
        ++counts_[lengths[i]];
    }
    assign_codes();
}

MICROFLASK_INLINE std::size_t DeflateCode::cost(const DeflateCode& code) const noexcept {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < used_count_; ++i) {
        bits += std::size_t{frequencies_[used_[i]]} * code.lengths_[used_[i]];
    }
    return bits;
}

/// Moves the tree at a place down the heap, until none below it has a smaller key.
MICROFLASK_INLINE void DeflateCode::sift(std::size_t place) noexcept {
    const Tree moved = heap_[place];
    for (std::size_t below = 2 * place; below <= heap_size_; below *= 2) {
        Tree least = heap_[below];
        if (below < heap_size_ && comes_before(heap_[below + 1], least)) least = heap_[++below];
        if (comes_before(moved, least)) break;
        heap_[place] = least;
        place = below;
    }
    heap_[place] = moved;
}

/// Joins the two rarest trees until one is left.
MICROFLASK_INLINE void DeflateCode::join() noexcept {
    for (std::size_t place = heap_size_ / 2; place > 0; --place) sift(place);
    joined_count_ = 0;
    for (std::size_t joint = size_; heap_size_ > 1; ++joint) {
        const Tree first = heap_[1];
        heap_[1] = heap_[heap_size_--];
        sift(1);
        const Tree second = heap_[1];
        for (const Tree tree : {first, second}) {
            joined_[joined_count_++] = static_cast<std::uint16_t>(node(tree));
            parents_[node(tree)] = static_cast<std::uint16_t>(joint);
        }
        heap_[1] = make_tree(frequency(first) + frequency(second),
                             (std::max)(depth(first), depth(second)) + 1, joint);
        sift(1);
    }
    joined_[joined_count_++] = static_cast<std::uint16_t>(node(heap_[1]));
}

MICROFLASK_INLINE void DeflateCode::assign_lengths() noexcept {
    counts_.fill(0);
    int too_long = 0;
    std::size_t i = joined_count_ - 1;
    lengths_[joined_[i]] = 0;
    while (i-- > 0) {
        const std::size_t node = joined_[i];
        unsigned bits = lengths_[parents_[node]] + 1U;
        if (bits > max_bits_) {
            bits = max_bits_;
            ++too_long;
        }
        lengths_[node] = static_cast<unsigned char>(bits);
        if (node < size_) ++counts_[bits];
    }
    if (too_long > 0) shorten(too_long);
}

/// Brings the leaves that were too deep up to the greatest depth, and makes room for them.
MICROFLASK_INLINE void DeflateCode::shorten(int too_long) noexcept {
    // Each step moves a leaf one level down, and puts one of those that were too deep beside it.
    for (; too_long > 0; too_long -= 2) {
        unsigned bits = max_bits_ - 1;
        while (counts_[bits] == 0) --bits;
        --counts_[bits];
        counts_[bits + 1] += 2;
        --counts_[max_bits_];
    }
    std::size_t i = 0;
    for (unsigned bits = max_bits_; bits > 0; --bits) {
        for (unsigned count = counts_[bits]; count > 0;) {
            const std::size_t node = joined_[i++];
            if (node >= size_) continue;
            lengths_[node] = static_cast<unsigned char>(bits);
            --count;
        }
    }
}

MICROFLASK_INLINE void DeflateCode::assign_codes() noexcept {
    std::array<unsigned, deflate_max_bits + 1> next;  // the next code of a length
    next[0] = 0;
    for (std::size_t bits = 1; bits <= deflate_max_bits; ++bits)
        next[bits] = (next[bits - 1] + counts_[bits - 1]) << 1;
    for (std::size_t i = 0; i < used_count_; ++i) {
        const unsigned bits = lengths_[used_[i]];
        codes_[used_[i]] = static_cast<std::uint16_t>(deflate_reverse(next[bits]++, bits));
    }
}

}  // namespace microflask::detail
