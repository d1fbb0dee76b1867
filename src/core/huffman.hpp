// What deflate (RFC 1951) is written with: bits, the symbols of lengths and distances, and Huffman
// codes made as zlib makes them.
#pragma once

#include "core/inflate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Collects bits into bytes, least significant first.
class DeflateWriter {
public:
    void bits(unsigned value, unsigned count) {
        pending_ |= std::uint64_t{value} << count_;
        count_ += count;
        if (count_ >= 48) write_pending();
    }
    /// Makes room for that many bytes more.
    void reserve(std::size_t size) { out_.reserve(out_.size() + size); }
    /// Fills the last byte up with zeros.
    void align();
    /// Appends whole bytes, after `align`.
    void bytes(std::string_view text) { out_.append(text); }
    /// Hands out the whole bytes made so far; bits that do not fill one stay inside.
    [[nodiscard]] std::string take();

private:
    void write_pending();
    void push_byte();

    std::string out_;
    std::uint64_t pending_ = 0;
    unsigned count_ = 0;
};

/// A symbol of the length or distance alphabet, with the bits that follow it.
struct DeflateSymbol {
    unsigned symbol;
    unsigned extra;
    unsigned extra_bits;
};

/// Returns the symbol, counted from 257, of a match length less 3.
[[nodiscard]] DeflateSymbol deflate_length_symbol(unsigned length) noexcept;
/// Returns the symbol of a distance less 1.
[[nodiscard]] DeflateSymbol deflate_distance_symbol(unsigned distance) noexcept;
/// Returns how many extra bits follow a symbol of the alphabet of code lengths.
[[nodiscard]] unsigned deflate_order_extra(unsigned symbol) noexcept;

/// One Huffman code for writing: frequencies in, lengths and codes out. No symbol is counted more than 65535 times.
class DeflateCode {
public:
    DeflateCode(std::size_t size, unsigned max_bits) noexcept : size_(size), max_bits_(max_bits) {
        clear();
    }

    void clear() noexcept;
    void count(std::size_t symbol) noexcept { ++frequencies_[symbol]; }
    /// Finds the lengths of the shortest code for what was counted, as zlib does it, symbols of equal
    /// frequency included.
    void build() noexcept;
    /// Gives every symbol the code of its length, which `send` needs.
    void assign_codes() noexcept;
    /// Takes the lengths of a fixed code, none of them 0.
    void set_lengths(const unsigned char* lengths) noexcept;

    void send(DeflateWriter& writer, std::size_t symbol) const {
        writer.bits(codes_[symbol], lengths_[symbol]);
    }
    /// Returns how many bits the counted symbols take with the lengths of a code, after `build`.
    [[nodiscard]] std::size_t cost(const DeflateCode& code) const noexcept;
    /// Returns how many symbols there are up to the last that has a code.
    [[nodiscard]] std::size_t extent() const noexcept {
        return used_[used_count_ - 1] + std::size_t{1};
    }
    /// Returns how many symbols have a code, and which they are, in ascending order.
    [[nodiscard]] std::size_t used_count() const noexcept { return used_count_; }
    [[nodiscard]] std::size_t used(std::size_t index) const noexcept { return used_[index]; }
    [[nodiscard]] unsigned length(std::size_t symbol) const noexcept { return lengths_[symbol]; }

private:
    static constexpr std::size_t max_symbols = 288;  // a multiple of four
    static constexpr std::size_t max_nodes = 2 * max_symbols - 1;
    // A tree in the heap: the frequency of its symbols, its depth, and its root, which is a symbol or one of the
    // nodes that join two, numbered behind the symbols. The last does not count in comparisons.
    using Tree = std::uint64_t;
    static Tree make_tree(std::uint64_t frequency, std::uint64_t depth, std::size_t node) noexcept {
        return frequency << 32 | depth << 16 | node;
    }
    static std::uint64_t frequency(Tree tree) noexcept { return tree >> 32; }
    static std::uint64_t depth(Tree tree) noexcept { return tree >> 16 & 0xffff; }
    static std::size_t node(Tree tree) noexcept { return tree & 0xffff; }
    static bool comes_before(Tree left, Tree right) noexcept { return left <= (right | 0xffff); }

    void gather_used() noexcept;
    void sift(std::size_t place) noexcept;
    void join() noexcept;
    void assign_lengths() noexcept;
    void shorten(int too_long) noexcept;

    std::size_t size_;
    unsigned max_bits_;
    std::size_t used_count_ = 0;  // symbols that have a code
    std::size_t heap_size_ = 0;
    std::size_t joined_count_ = 0;
    std::array<std::uint16_t, max_symbols> frequencies_;
    std::array<unsigned, deflate_max_bits + 1> counts_;  // of symbols by the length of their code
    std::array<Tree, max_symbols + 1> heap_;             // from 1 on
    // The nodes in the order they were joined, the root last.
    std::array<std::uint16_t, max_nodes> joined_;
    std::array<std::uint16_t, max_nodes> parents_;
    std::array<unsigned char, max_nodes> lengths_;
    std::array<std::uint16_t, max_symbols + 1> used_;
    std::array<std::uint16_t, max_symbols> codes_;
};

}  // namespace microflask::detail
