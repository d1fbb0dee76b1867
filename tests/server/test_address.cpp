#include "server/address.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace microflask;

TEST_CASE("addresses are read and written", "[server]") {
    const auto text = [](std::string_view from) {
        const auto address = parse_server_address(from);
        return address ? address->to_text() : std::string("none");
    };
    CHECK(text("127.0.0.1:80") == "127.0.0.1:80");
    CHECK(text("example.org") == "example.org:5000");
    CHECK(text(":8000") == "127.0.0.1:8000");
    CHECK(text("[::1]:80") == "[::1]:80");
    CHECK(text("[::1]") == "[::1]:5000");
    CHECK(text("::1") == "[::1]:5000");
    CHECK(text("unix:/tmp/x.sock") == "unix:/tmp/x.sock");
    CHECK(text("") == "127.0.0.1:5000");
    for (const char* bad : {"x:", "x:65536", "x:-1", "x: 80", "x:8o", "[::1", "[]:80", "[::1]80",
                            "unix:", "a b:80", "http://x"}) {
        CAPTURE(bad);
        CHECK(text(bad) == "none");
    }
    CHECK(parse_server_address("unix:/a")->unix_path() == "/a");
}
