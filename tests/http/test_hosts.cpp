#include "http/hosts.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

using namespace microflask::detail;

TEST_CASE("a host is taken apart", "[http]") {
    struct Case {
        std::string_view host;
        std::string_view name;
        std::string_view port;
    };
    const std::vector<Case> cases{
        {"example.org", "example.org", "none"},
        {"example.org:80", "example.org", "80"},
        {"example.org:", "example.org", ""},
        {":80", "", "80"},
        {"", "", "none"},
        {"[::1]", "[::1]", "none"},
        {"[::1]:80", "[::1]", "80"},
        {"[::1]x:80", "[::1]x", "80"},
        {"[::1", "[::1", "none"},
        {"::1", "::1", "none"},
        {"a:b:80", "a:b:80", "none"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.host);
        CHECK(split_host(each.host).name == each.name);
        CHECK(split_host(each.host).port.value_or("none") == each.port);
        CHECK(host_without_port(each.host) == each.name);
    }
}

TEST_CASE("the port that a scheme has anyway is left out", "[http]") {
    CHECK(host_without_default_port("example.org:80", "http") == "example.org");
    CHECK(host_without_default_port("example.org:443", "http") == "example.org:443");
    CHECK(host_without_default_port("example.org:443", "https") == "example.org");
    CHECK(host_without_default_port("example.org:80", "ws") == "example.org");
    CHECK(host_without_default_port("example.org:443", "wss") == "example.org");
    CHECK(host_without_default_port("example.org:8080", "http") == "example.org:8080");
    CHECK(host_without_default_port("[::80]", "http") == "[::80]");
    CHECK(host_without_default_port("[::80]:80", "http") == "[::80]");
    CHECK(host_without_default_port(":80", "http") == ":80");
}

TEST_CASE("an IPv6 address gets brackets, and loses them", "[http]") {
    CHECK(bracketed_host("::1") == "[::1]");
    CHECK(bracketed_host("[::1]") == "[::1]");
    CHECK(bracketed_host("127.0.0.1") == "127.0.0.1");
    CHECK(bracketed_host("").empty());
    CHECK(unbracketed_host("[::1]") == "::1");
    CHECK(unbracketed_host("::1") == "::1");
    CHECK(unbracketed_host("[::1") == "[::1");
    CHECK(unbracketed_host("[") == "[");
    CHECK(unbracketed_host("[]").empty());
}

TEST_CASE("what is no host is told", "[http]") {
    for (const std::string_view good : {"localhost", "a-b.example.org", "127.0.0.1:5000", "[::1]",
                                        "[::ffff:127.0.0.1]:65535", "xn--n3h.com:0", "a:1"}) {
        CAPTURE(good);
        CHECK(is_valid_host(good));
    }
    for (const std::string_view bad :
         {"",       ":80",     "a:",        "a:x",     "a:65536", "a:-1",  "a b",
          "a/b",    "a@b",     "a_b",       "a,b",     "::1",     "[]",    "[::1",
          "[::1]x", "[::1]80", "[::1]x:80", "[[::1]]", "[1]",     "[::g]", "a:1:2"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_valid_host(bad));
    }
}

TEST_CASE("hosts are trusted by name, and with their subdomains", "[http]") {
    const std::vector<std::string> trusted{"example.org", ".example.com:443", "[::1]", ""};
    for (const std::string_view good :
         {"example.org", "EXAMPLE.org:8080", "example.com", "a.b.example.com", "[::1]:5000"}) {
        CAPTURE(good);
        CHECK(host_is_trusted(good, trusted));
    }
    for (const std::string_view bad : {"", "www.example.org", "badexample.com", "example.com.evil",
                                       "[::2]", "example.org:x", "example.org/", "com"}) {
        CAPTURE(bad);
        CHECK_FALSE(host_is_trusted(bad, trusted));
    }
    CHECK(host_is_trusted("anything.test", {}));
    CHECK_FALSE(host_is_trusted("not a host", {}));
}
