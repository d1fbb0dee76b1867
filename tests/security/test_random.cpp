// Tokens: their form, and that they do not repeat.
#include "security/random.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;

TEST_CASE("tokens have the size that was asked for", "[security]") {
    CHECK(token_bytes(0).empty());
    CHECK(token_bytes(1).size() == 1);
    CHECK(token_bytes(1000).size() == 1000);
    CHECK(token_bytes().size() == 32);
    CHECK(token_hex(16).size() == 32);
    CHECK(token_hex().size() == 64);
    CHECK(token_urlsafe(16).size() == 22);
    CHECK(token_urlsafe().size() == 43);
}

TEST_CASE("tokens use the characters of their form only", "[security]") {
    CHECK(token_hex(500).find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(token_urlsafe(500).find_first_not_of(
              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          std::string::npos);
}

TEST_CASE("tokens do not repeat", "[security]") {
    std::vector<std::string> tokens;
    for (int i = 0; i < 20000; ++i) tokens.push_back(token_bytes(16));

    std::sort(tokens.begin(), tokens.end());

    CHECK(std::adjacent_find(tokens.begin(), tokens.end()) == tokens.end());
}

TEST_CASE("random bytes take every value, about equally often, up to the last byte", "[security]") {
    const std::string bytes = detail::random_bytes(256 * 400 + 3);
    std::vector<int> counts(256, 0);

    for (const char c : bytes) ++counts[static_cast<unsigned char>(c)];

    // 400 expected of each, with a deviation of 20: a limit of ten deviations is never reached by
    // chance.
    CHECK(*std::min_element(counts.begin(), counts.end()) > 200);
    CHECK(*std::max_element(counts.begin(), counts.end()) < 600);
    CHECK(bytes.substr(bytes.size() - 3) != std::string(3, '\0'));
}
