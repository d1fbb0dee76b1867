// The codes and symbols that deflate writes.
#include "core/huffman.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <string>

using namespace microflask::detail;

namespace {

/// Returns the sum of 2^-length over all symbols, in units of 2^-15: 32768 where the code is
/// complete.
std::size_t kraft_sum(const DeflateCode& code) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < code.extent(); ++i) {
        if (code.length(i) != 0) sum += std::size_t{32768} >> code.length(i);
    }
    return sum;
}

}  // namespace

TEST_CASE("bits are packed from the lowest of each byte", "[core]") {
    DeflateWriter writer;
    writer.bits(1, 1);
    writer.bits(2, 2);
    writer.bits(0x1ff, 9);
    CHECK(writer.take() == "\xfd");
    writer.align();
    writer.bytes("x");

    CHECK(writer.take() == "\x0fx");
}

TEST_CASE("lengths and distances have the symbols of RFC 1951", "[core]") {
    struct Expected {
        unsigned value;
        unsigned symbol;
        unsigned extra;
        unsigned extra_bits;
    };
    for (const Expected& e : {Expected{3, 257, 0, 0},
                              {10, 264, 0, 0},
                              {11, 265, 0, 1},
                              {12, 265, 1, 1},
                              {13, 266, 0, 1},
                              {34, 272, 3, 2},
                              {35, 273, 0, 3},
                              {130, 280, 15, 4},
                              {131, 281, 0, 5},
                              {257, 284, 30, 5},
                              {258, 285, 0, 0}}) {
        CAPTURE(e.value);
        const DeflateSymbol made = deflate_length_symbol(e.value - 3);
        CHECK(made.symbol + 257 == e.symbol);
        CHECK(made.extra == e.extra);
        CHECK(made.extra_bits == e.extra_bits);
    }
    for (const Expected& e : {Expected{1, 0, 0, 0},
                              {4, 3, 0, 0},
                              {5, 4, 0, 1},
                              {6, 4, 1, 1},
                              {7, 5, 0, 1},
                              {24, 8, 7, 3},
                              {25, 9, 0, 3},
                              {24577, 29, 0, 13},
                              {32768, 29, 8191, 13}}) {
        CAPTURE(e.value);
        const DeflateSymbol made = deflate_distance_symbol(e.value - 1);
        CHECK(made.symbol == e.symbol);
        CHECK(made.extra == e.extra);
        CHECK(made.extra_bits == e.extra_bits);
    }
}

TEST_CASE("frequent symbols get short codes and the code is complete", "[core]") {
    DeflateCode code(286, 15);
    for (int i = 0; i < 8; ++i) code.count(10);
    for (int i = 0; i < 4; ++i) code.count(20);
    code.count(30);
    code.count(31);

    code.build();

    CHECK(code.length(10) == 1);
    CHECK(code.length(20) == 2);
    CHECK(code.length(30) == 3);
    CHECK(code.length(31) == 3);
    CHECK(code.extent() == 32);
    CHECK(kraft_sum(code) == 32768);
    CHECK(code.cost(code) == 8 + 8 + 6);
}

TEST_CASE("no code is longer than allowed", "[core]") {
    DeflateCode code(19, 7);
    // Fibonacci's numbers make the deepest of trees.
    unsigned first = 1, second = 1;
    for (std::size_t symbol = 0; symbol < 19; ++symbol) {
        for (unsigned i = 0; i < first; ++i) code.count(symbol);
        const unsigned next = first + second;
        first = second;
        second = next;
    }

    code.build();

    CHECK(kraft_sum(code) == 32768);
    for (std::size_t symbol = 0; symbol < 19; ++symbol) {
        CHECK(code.length(symbol) >= 1);
        CHECK(code.length(symbol) <= 7);
    }
}

TEST_CASE("a code of one symbol or none still has two codes", "[core]") {
    DeflateCode none(30, 15);
    none.build();
    CHECK(kraft_sum(none) == 32768);
    CHECK(none.cost(none) == 0);

    DeflateCode one(30, 15);
    one.count(7);
    one.build();
    CHECK(kraft_sum(one) == 32768);
    CHECK(one.length(7) == 1);
    CHECK(one.cost(one) == 1);
}
