#include "server/buffer.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <utility>

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("a buffer grows at the end, leaves at the front, and truncates", "[server]") {
    Buffer buffer;
    CHECK(buffer.empty());
    std::string expected;
    for (int i = 0; i < 3000; ++i) {
        const std::string piece = std::to_string(i) + ",";
        buffer.append(piece);
        expected += piece;
        if (i % 7 == 6) {
            buffer.consume(3);
            expected.erase(0, 3);
        }
        REQUIRE(buffer.view() == expected);
    }
    buffer.truncate(5);
    CHECK(buffer.view() == expected.substr(0, 5));
    buffer.consume(5);
    CHECK(buffer.empty());
    Buffer other = std::move(buffer);
    other.append_number(0);
    other.append(" ");
    other.append_number(18446744073709551615U);
    other.append(" ");
    other.append_hex(0xdeadbeef);
    CHECK(other.view() == "0 18446744073709551615 deadbeef");
    other.release();
    CHECK(other.capacity() == 0);
}

TEST_CASE("numbers are written in decimal", "[server]") {
    for (const std::uint64_t number : {0U, 9U, 10U, 99U, 100U, 101U, 12345U, 1000000U}) {
        Buffer buffer;
        buffer.append_number(number);
        CHECK(buffer.view() == std::to_string(number));
    }
}
