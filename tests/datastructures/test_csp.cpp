// Content-Security-Policy.
#include "datastructures/csp.hpp"

#include "support/catch.hpp"

#include <optional>
#include <stdexcept>

using namespace microflask;

TEST_CASE("a policy is read", "[datastructures]") {
    const auto policy = parse_csp_header(
        "default-src 'self' ; script-src 'unsafe-inline' *;; img-src; "
        "upgrade-insecure-requests");
    CHECK(policy.default_src() == "'self'");
    CHECK(policy.script_src() == "'unsafe-inline' *");
    CHECK_FALSE(policy.img_src());
    CHECK(policy.contains("upgrade-insecure-requests"));
    CHECK(policy.to_header() ==
          "default-src 'self'; script-src 'unsafe-inline' *; upgrade-insecure-requests");
    CHECK_FALSE(parse_csp_header(""));
}

TEST_CASE("a policy is changed and written", "[datastructures]") {
    ContentSecurityPolicy policy;
    policy.font_src("* 'self' quart.com").frame_ancestors("'none'").font_src("'none'");
    CHECK(policy.to_header() == "font-src 'none'; frame-ancestors 'none'");
    policy.font_src(std::nullopt);
    CHECK(policy.size() == 1);
    CHECK_THROWS_AS(policy.img_src("x; script-src *"), std::invalid_argument);
    CHECK_THROWS_AS(policy.img_src("x\r\ny"), std::invalid_argument);
    CHECK_THROWS_AS(policy.set("a b", "c"), std::invalid_argument);
}
