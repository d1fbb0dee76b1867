// Cache-Control.
#include "datastructures/cache_control.hpp"

#include "support/catch.hpp"

#include <climits>
#include <optional>
#include <stdexcept>

using namespace microflask;

TEST_CASE("the directives of a response are set and written", "[datastructures]") {
    const auto written = [](auto change) {
        ResponseCacheControl control;
        change(control);
        return control.to_header();
    };
    using Control = ResponseCacheControl;
    CHECK(written([](Control& c) { c.max_age(60); }) == "max-age=60");
    CHECK(written([](Control& c) { c.no_cache(true); }) == "no-cache");
    CHECK(written([](Control& c) { c.no_cache("set-cookie, x"); }) == "no-cache=\"set-cookie, x\"");
    CHECK(written([](Control& c) { c.public_(true).max_age(3600); }) == "public, max-age=3600");
    CHECK(written([](Control& c) { c.private_(true).no_store(true); }) == "private, no-store");
    CHECK(written([](Control& c) { c.must_revalidate(true).max_age(0); }) ==
          "must-revalidate, max-age=0");
    CHECK(written([](Control& c) { c.proxy_revalidate(true).must_understand(true); }) ==
          "proxy-revalidate, must-understand");
    CHECK(written([](Control& c) { c.proxy_revalidate(true).proxy_revalidate(false); }).empty());
    CHECK(written([](Control& c) { c.s_maxage(5).immutable(true); }) == "s-maxage=5, immutable");
    CHECK(written([](Control& c) { c.no_cache(true).no_cache(false); }).empty());
    CHECK(written([](Control& c) { c.max_age(1).max_age(std::nullopt); }).empty());
    CHECK(written([](Control& c) { c.set("x-new", "a b").set("y").remove("Y"); }) ==
          "x-new=\"a b\"");
    ResponseCacheControl control;
    CHECK_THROWS_AS(control.no_cache("a\r\nb"), std::invalid_argument);
    CHECK_THROWS_AS(control.set("a b"), std::invalid_argument);
}

TEST_CASE("the directives of a response are read", "[datastructures]") {
    const auto control =
        ResponseCacheControl::from_header("Public, Max-Age=10, no-cache=\"a\", private");
    CHECK(control.public_());
    CHECK(control.max_age() == 10);
    CHECK(control.no_cache() == "a");
    CHECK(control.private_() == "");
    CHECK_FALSE(control.s_maxage());
    CHECK_FALSE(control.immutable());
    CHECK_FALSE(control.proxy_revalidate());
    CHECK(ResponseCacheControl::from_header("proxy-revalidate").proxy_revalidate());
    CHECK(control.get_number("max-age") == 10);
    CHECK_FALSE(control.get_number("no-cache"));
    CHECK_FALSE(control.get_number("s-maxage"));
    CHECK_FALSE(ResponseCacheControl::from_header(""));
}

TEST_CASE("the directives of a request are read", "[datastructures]") {
    const auto control =
        RequestCacheControl::from_header("max-age=0, no-cache, max-stale, min-fresh=5");
    CHECK(control.max_age() == 0);
    CHECK(control.no_cache());
    CHECK_FALSE(control.no_store());
    CHECK(control.max_stale() == LLONG_MAX);
    CHECK(control.min_fresh() == 5);
    CHECK_FALSE(control.only_if_cached());
    const auto odd =
        RequestCacheControl::from_header("max-age=foo, min-fresh, max-stale=99999999999999999999");
    CHECK_FALSE(odd.max_age());
    CHECK_FALSE(odd.min_fresh());
    CHECK_FALSE(odd.max_stale());
}
