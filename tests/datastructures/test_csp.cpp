// Content-Security-Policy.
#include "datastructures/csp.hpp"

#include "support/catch.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

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

TEST_CASE("each directive has its name", "[datastructures]") {
    using Policy = ContentSecurityPolicy;
    struct Directive {
        std::string_view name;
        Policy& (Policy::*set)(std::optional<std::string_view>);
        std::optional<std::string> (Policy::*get)() const;
    };
    constexpr Directive directives[] = {
        {"base-uri", &Policy::base_uri, &Policy::base_uri},
        {"child-src", &Policy::child_src, &Policy::child_src},
        {"connect-src", &Policy::connect_src, &Policy::connect_src},
        {"default-src", &Policy::default_src, &Policy::default_src},
        {"font-src", &Policy::font_src, &Policy::font_src},
        {"form-action", &Policy::form_action, &Policy::form_action},
        {"frame-ancestors", &Policy::frame_ancestors, &Policy::frame_ancestors},
        {"frame-src", &Policy::frame_src, &Policy::frame_src},
        {"img-src", &Policy::img_src, &Policy::img_src},
        {"manifest-src", &Policy::manifest_src, &Policy::manifest_src},
        {"media-src", &Policy::media_src, &Policy::media_src},
        {"navigate-to", &Policy::navigate_to, &Policy::navigate_to},
        {"object-src", &Policy::object_src, &Policy::object_src},
        {"prefetch-src", &Policy::prefetch_src, &Policy::prefetch_src},
        {"plugin-types", &Policy::plugin_types, &Policy::plugin_types},
        {"report-to", &Policy::report_to, &Policy::report_to},
        {"report-uri", &Policy::report_uri, &Policy::report_uri},
        {"sandbox", &Policy::sandbox, &Policy::sandbox},
        {"script-src", &Policy::script_src, &Policy::script_src},
        {"script-src-attr", &Policy::script_src_attr, &Policy::script_src_attr},
        {"script-src-elem", &Policy::script_src_elem, &Policy::script_src_elem},
        {"style-src", &Policy::style_src, &Policy::style_src},
        {"style-src-attr", &Policy::style_src_attr, &Policy::style_src_attr},
        {"style-src-elem", &Policy::style_src_elem, &Policy::style_src_elem},
        {"worker-src", &Policy::worker_src, &Policy::worker_src},
    };
    for (const Directive& directive : directives) {
        CAPTURE(directive.name);
        Policy policy;
        CHECK_FALSE((policy.*directive.get)());
        (policy.*directive.set)("'self'");
        CHECK(policy.to_header() == std::string(directive.name) + " 'self'");
        CHECK((policy.*directive.get)() == "'self'");
        (policy.*directive.set)(std::nullopt);
        CHECK(policy.empty());
    }
}
