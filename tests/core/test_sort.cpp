// Sorting by positions.
#include "core/sort.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace microflask::detail;

TEST_CASE("positions are sorted as std::stable_sort sorts them", "[core]") {
    const std::uint32_t size = GENERATE(0U, 1U, 2U, 12U, 13U, 14U, 100U, 1000U);
    const std::uint32_t keys = GENERATE(1U, 3U, 5000U);
    std::vector<std::uint32_t> values;
    std::uint32_t state = 12345;
    for (std::uint32_t i = 0; i < size; ++i) {
        state = state * 1664525U + 1013904223U;
        values.push_back((state >> 8) % keys);
    }
    const auto before = [&values](std::uint32_t a, std::uint32_t b) {
        return values[a] < values[b];
    };
    std::vector<std::uint32_t> expected(size);
    for (std::uint32_t i = 0; i < size; ++i) expected[i] = i;
    std::stable_sort(expected.begin(), expected.end(), before);
    CAPTURE(size);
    CAPTURE(keys);
    CHECK(sorted_positions(size, before) == expected);
}

TEST_CASE("items that are equal keep their order", "[core]") {
    std::vector<std::pair<std::string, int>> items{{"b", 1}, {"a", 2}, {"b", 3}, {"a", 4}};
    sort_items(items, [](const auto& a, const auto& b) { return a.first < b.first; });
    CHECK(items ==
          std::vector<std::pair<std::string, int>>{{"a", 2}, {"a", 4}, {"b", 1}, {"b", 3}});
}

TEST_CASE("texts are sorted by their bytes", "[core]") {
    std::vector<std::string> texts{"b", "\xc3\xa4", "B", "", "ab"};
    sort_texts(texts);
    CHECK(texts == std::vector<std::string>{"", "B", "ab", "b", "\xc3\xa4"});
}
