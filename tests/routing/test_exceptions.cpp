// RequestRedirect, WebsocketMismatch, and how alike two texts are.
#include "routing/exceptions.hpp"

#include "support/catch.hpp"

#include <string>
#include <utility>

using namespace microflask;

TEST_CASE("a RequestRedirect is a 308 whose code can be changed", "[routing]") {
    RequestRedirect redirect("http://example.org/");
    CHECK(redirect.code() == 308);
    redirect.code(307);
    CHECK(redirect.code() == 307);
    CHECK(redirect.new_url() == "http://example.org/");
    const HTTPException& base = redirect;
    CHECK(base.code() == 307);
    CHECK(base.get_headers().back() ==
          std::pair<std::string, std::string>("Location", "http://example.org/"));
    CHECK(RequestRedirect("/a?b&c").get_body().find("<a href=\"/a?b&amp;c\">/a?b&amp;c</a>") !=
          std::string::npos);
}

TEST_CASE("similarity is what Python's difflib says", "[routing]") {
    CHECK(detail::similarity_ratio("", "") == 1.0);
    CHECK(detail::similarity_ratio("abc", "") == 0.0);
    CHECK(detail::similarity_ratio("abcd", "bcde") == 0.75);
    CHECK(detail::similarity_ratio("admin.users", "admin.user") == 2.0 * 10 / 21);
    CHECK(detail::similarity_ratio("users.here", "admin.user") == 2.0 * 4 / 20);
    CHECK(detail::similarity_ratio("private", "volatile") == 2.0 * 4 / 15);
}
