// The User-Agent field.
#include "datastructures/user_agent.hpp"

#include "support/catch.hpp"

using namespace microflask;

TEST_CASE("a user agent is its text", "[datastructures]") {
    CHECK(UserAgent::from_header("Probe/1 (x)").string() == "Probe/1 (x)");
    CHECK(UserAgent("a").to_header() == "a");
    CHECK(UserAgent("a"));
    CHECK_FALSE(UserAgent());
}
