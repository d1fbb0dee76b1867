// A value, or the reason why there is none.
#include "core/result.hpp"

#include "support/catch.hpp"

#include <memory>

using namespace microflask::detail;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Failure("odd");
    return number / 2;
}

Result<void, int> check(bool good) {
    if (!good) return Failure(7);
    return {};
}

}  // namespace

TEST_CASE("a result holds a value or a reason", "[core]") {
    CHECK(half(4).has_value());
    CHECK(*half(4) == 2);
    CHECK(half(4).value_or(9) == 2);
    CHECK_FALSE(half(3));
    CHECK(half(3).error() == "odd");
    CHECK(half(3).value_or(9) == 9);
}

TEST_CASE("a result without a value is success or a reason", "[core]") {
    CHECK(check(true));
    CHECK_FALSE(check(false));
    CHECK(check(false).error() == 7);
}

TEST_CASE("a result of text may have a reason of text", "[core]") {
    const Result<std::string> good = std::string("a");
    const Result<std::string> bad = Failure("b");
    CHECK(good.value() == "a");
    CHECK(bad.error() == "b");
    CHECK_FALSE(bad.has_value());
}

TEST_CASE("a value that can only be moved is moved out", "[core]") {
    Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
    const std::unique_ptr<int> taken = *std::move(result);
    CHECK(*taken == 5);
}
