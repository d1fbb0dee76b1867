#include "testing/cookie_jar.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <string_view>

using namespace microflask;

TEST_CASE("a cookie is read from its field", "[testing]") {
    const auto cookie =
        Cookie::from_response_header("localhost", "/a/b",
                                     "key=\"a\\054b\"; Domain=.Example.com; Path=/p; Max-Age=60; "
                                     "Secure; HttpOnly; SameSite=Lax");
    REQUIRE(cookie);
    CHECK(cookie->key() == "key");
    CHECK(cookie->value() == "\"a\\054b\"");
    CHECK(cookie->decoded_value() == "a,b");
    CHECK(cookie->domain() == "example.com");
    CHECK_FALSE(cookie->origin_only());
    CHECK(cookie->path() == "/p");
    CHECK(cookie->max_age() == 60);
    CHECK(cookie->secure());
    CHECK(cookie->http_only());
    CHECK(cookie->same_site() == "Lax");

    const auto plain = Cookie::from_response_header("localhost", "/a/b", "key=value");
    REQUIRE(plain);
    CHECK(plain->domain() == "localhost");
    CHECK(plain->origin_only());
    CHECK(plain->path() == "/a");
    CHECK_FALSE(plain->max_age());
    CHECK_FALSE(plain->same_site());
    CHECK(Cookie::from_response_header("localhost", "/a", "key=value")->path() == "/");
    CHECK_FALSE(Cookie::from_response_header("localhost", "/", "=value"));
    CHECK_FALSE(Cookie::from_response_header("localhost", "/", ""));
}

TEST_CASE("cookies are sent where they belong", "[testing]") {
    CookieJar jar;
    jar.update_from_field("localhost", "/", "a=1");
    jar.update_from_field("localhost", "/", "b=2; Path=/x");
    jar.update_from_field("localhost", "/", "c=3; Path=/x/");
    jar.update_from_field("localhost", "/", "d=4; Domain=example.com");
    jar.update_from_field("example.com", "/", "e=5");
    CHECK(jar.request_field("localhost", "/") == "a=1");
    CHECK(jar.request_field("localhost", "/x") == "a=1; b=2");
    CHECK(jar.request_field("localhost", "/x/y") == "a=1; b=2; c=3");
    CHECK(jar.request_field("localhost", "/xy") == "a=1");
    CHECK(jar.request_field("example.com", "/") == "d=4; e=5");
    CHECK(jar.request_field("www.example.com", "/") == "d=4");
    CHECK(jar.request_field("evilexample.com", "/").empty());
}

TEST_CASE("cookies are replaced, expire and are deleted", "[testing]") {
    CookieJar jar;
    jar.update_from_field("localhost", "/", "a=1");
    jar.update_from_field("localhost", "/", "a=2");
    CHECK(jar.request_field("localhost", "/") == "a=2");
    REQUIRE(jar.find("a", "localhost", "/"));
    CHECK_FALSE(jar.find("a", "localhost", "/x"));
    jar.update_from_field("localhost", "/", "a=; Max-Age=0");
    CHECK(jar.size() == 0);
    jar.update_from_field("localhost", "/", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(jar.size() == 0);
    jar.update_from_field("localhost", "/",
                          "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=100");
    CHECK(jar.size() == 1);
    jar.remove("a", "localhost", "/");
    CHECK(jar.size() == 0);
}

TEST_CASE("a cookie knows which requests it is for, and until when", "[testing]") {
    const auto read = [](std::string_view field) {
        return Cookie::from_response_header("example.com", "/", field).value();
    };
    const Cookie own = read("a=1; Path=/p");
    CHECK(own.matches_request("example.com", "/p"));
    CHECK(own.matches_request("example.com", "/p/q"));
    CHECK_FALSE(own.matches_request("example.com", "/pq"));
    CHECK_FALSE(own.matches_request("example.com", "/"));
    CHECK_FALSE(own.matches_request("www.example.com", "/p"));
    const Cookie shared = read("a=1; Domain=example.com");
    CHECK(shared.matches_request("www.example.com", "/"));
    CHECK_FALSE(shared.matches_request("notexample.com", "/"));

    const auto now = std::chrono::system_clock::now();
    CHECK_FALSE(own.is_expired(now + std::chrono::hours(24 * 365)));
    const Cookie brief = read("a=1; Max-Age=60");
    CHECK_FALSE(brief.is_expired(now));
    CHECK(brief.is_expired(now + std::chrono::seconds(120)));
    const Cookie dated = read("a=1; Expires=Tue, 14 Nov 2023 22:13:20 GMT");
    const Cookie::TimePoint end(std::chrono::seconds(1700000000));
    CHECK_FALSE(dated.is_expired(end - std::chrono::seconds(1)));
    CHECK(dated.is_expired(end + std::chrono::seconds(1)));
}
