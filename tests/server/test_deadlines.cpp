#include "server/deadlines.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("deadlines come out when they are due, never earlier, and not much later", "[server]") {
    DeadlineWheel wheel;
    CHECK(wheel.milliseconds_to_next(5) == -1);
    std::vector<DeadlineNode> nodes(500);
    std::vector<std::uint64_t> due(nodes.size());
    std::uint64_t now = 1000000007;
    CHECK(wheel.pop_due(now) == nullptr);
    std::uint64_t random = 12345;
    const auto next_random = [&random](std::uint64_t below) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        return (random >> 33) % below;
    };
    for (std::size_t i = 0; i < nodes.size(); ++i)
        wheel.set(nodes[i], due[i] = now + next_random(100000));
    std::size_t left = nodes.size();
    while (left != 0) {
        const int wait = wheel.milliseconds_to_next(now);
        REQUIRE(wait >= 0);
        now += static_cast<std::uint64_t>(wait) + next_random(3);
        while (DeadlineNode* const node = wheel.pop_due(now)) {
            const std::size_t i = static_cast<std::size_t>(node - nodes.data());
            REQUIRE(now >= due[i]);
            REQUIRE(now <= due[i] + 64 + 3);
            due[i] = 0;
            --left;
        }
        // Some are moved, later and earlier; some are cleared.
        const std::size_t i = static_cast<std::size_t>(next_random(nodes.size()));
        if (due[i] != 0 && left > 100) wheel.set(nodes[i], due[i] = now + next_random(50000));
        if (due[i] != 0 && next_random(10) == 0) {
            wheel.clear(nodes[i]);
            due[i] = 0;
            --left;
        }
    }
    CHECK(wheel.milliseconds_to_next(now) == -1);
    CHECK(wheel.pop_due(now + 10000000) == nullptr);
}

TEST_CASE("a deadline is found after a long sleep", "[server]") {
    DeadlineWheel wheel;
    DeadlineNode early;
    DeadlineNode late;
    wheel.pop_due(500);
    wheel.set(early, 1000);
    wheel.set(late, 9000000);
    CHECK(wheel.pop_due(5000000) == &early);
    CHECK(wheel.pop_due(5000000) == nullptr);
    CHECK(wheel.pop_due(9000064) == &late);
}
