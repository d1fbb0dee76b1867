// The names of status codes.
#include "http/status.hpp"

#include "support/catch.hpp"

using microflask::detail::http_status_name;

TEST_CASE("status codes have names", "[http]") {
    CHECK(http_status_name(100) == "Continue");
    CHECK(http_status_name(200) == "OK");
    CHECK(http_status_name(303) == "See Other");
    CHECK(http_status_name(404) == "Not Found");
    CHECK(http_status_name(414) == "Request-URI Too Long");
    CHECK(http_status_name(418) == "I'm a Teapot");
    CHECK(http_status_name(451) == "Unavailable For Legal Reasons");
    CHECK(http_status_name(511) == "Network Authentication Required");
}

TEST_CASE("other codes have none", "[http]") {
    for (const int code : {-1, 0, 99, 299, 420, 599, 999}) {
        CAPTURE(code);
        CHECK(http_status_name(code).empty());
    }
}
