// HTTP dates, with Python's results.
#include "http/dates.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

using namespace microflask;

namespace {

std::optional<std::int64_t> seconds_of(std::string_view text) {
    const auto time = parse_date(text);
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count();
}

}  // namespace

TEST_CASE("a time is written as an HTTP date", "[http]") {
    const std::pair<std::int64_t, std::string_view> cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {1700000000, "Tue, 14 Nov 2023 22:13:20 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {1577836800, "Wed, 01 Jan 2020 00:00:00 GMT"},
        {-62135596800, "Mon, 01 Jan 0001 00:00:00 GMT"},
        {-30641760000, "Tue, 01 Jan 0999 00:00:00 GMT"},
        {1709210096, "Thu, 29 Feb 2024 12:34:56 GMT"},
        {4102444800, "Fri, 01 Jan 2100 00:00:00 GMT"},
        {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
    };
    for (const auto& [seconds, text] : cases) {
        CAPTURE(seconds);
        CHECK(http_date(seconds) == text);
    }
}

TEST_CASE("parts of a second are dropped", "[http]") {
    using Clock = std::chrono::system_clock;
    CHECK(http_date(Clock::time_point(std::chrono::milliseconds(1700000000999))) ==
          "Tue, 14 Nov 2023 22:13:20 GMT");
    CHECK(http_date(Clock::time_point(std::chrono::milliseconds(-1))) ==
          "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST_CASE("dates of all formats are read", "[http]") {
    const std::pair<std::string_view, std::int64_t> cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun, 06 Nov 1994 08:49:37", 784111777},
        {"06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sun,06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sun, 06 Nov 1994 08:49:37 +0200", 784111777 - 7200},
        {"Sun, 06 Nov 1994 08:49:37+0200", 784111777 - 7200},
        {"Sun, 06 Nov 1994 08:49:37 -0130", 784111777 + 5400},
        {"Sun, 06 Nov 1994 08:49:37 PST", 784111777 + 8 * 3600},
        {"Sun, 06 Nov 1994 08:49:37 XYZ", 784111777},
        {"Sun, 06 Nov 1994 08:49 GMT", 784111740},
        {"Sun, 6 Nov 1994 8:49:37 GMT", 784111777},
        {"Sun, 06 Nov 68 08:49:37 GMT", 3119417377},
        {"Sun, 06 Nov 69 08:49:37 GMT", -4806623},
        {"Sun, 06 nov 1994 08:49:37 gmt", 784111777},
        {"Sun, 06 November 1994 08:49:37 GMT", 784111777},
        {"Sun, 06 Nov 1994 08:49:37 GMT; length=123", 784111777},
        {"  Sun, 06 Nov 1994 08:49:37 GMT  ", 784111777},
        {"Thu, 29 Feb 2024 12:34:56 GMT", 1709210096},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
    };
    for (const auto& [text, seconds] : cases) {
        CAPTURE(text);
        CHECK(seconds_of(text) == seconds);
    }
}

TEST_CASE("what is no date is nothing", "[http]") {
    for (const std::string_view text : {"Thu, 33 Jan 1970 00:00:00 GMT",
                                        "foo",
                                        "",
                                        " ",
                                        ",",
                                        "Sun,",
                                        "Sun, 06 Nov 1994",
                                        "1994-11-06T08:49:37Z",
                                        "784111777",
                                        "Thu, 30 Feb 2024 00:00:00 GMT",
                                        "Thu, 29 Feb 2023 00:00:00 GMT",
                                        "Sun, 0 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 24:00:00 GMT",
                                        "Sun, 06 Nov 1994 08:60:00 GMT",
                                        "Sun, 06 Nov 1994 08:49:61 GMT",
                                        "Sun, 06 Nov 1994 08 GMT",
                                        "Sun, 06 Nov 1994 08:49:37:01 GMT",
                                        "Sun, 06 Nov 19945 08:49:37 GMT",
                                        "Sun, 06 Nov -1 08:49:37 GMT",
                                        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
                                        "Sun, 06 Foo 1994 08:49:37 GMT",
                                        ", , , , ,",
                                        "- - - - -",
                                        ": : : : :",
                                        "a-b-c d e"}) {
        CAPTURE(text);
        CHECK(parse_date(text) == std::nullopt);
    }
}

TEST_CASE("a far date does not overflow", "[http]") {
    const auto far = parse_date("Fri, 31 Dec 9999 23:59:59 GMT");
    REQUIRE(far);
    CHECK(*far > std::chrono::system_clock::time_point(std::chrono::hours(24 * 365 * 200)));
    const auto past = parse_date("Mon, 01 Jan 0100 00:00:00 GMT");
    REQUIRE(past);
    CHECK(*past < std::chrono::system_clock::time_point(std::chrono::hours(-24 * 365 * 200)));
}

TEST_CASE("a written date is read as itself", "[http]") {
    for (std::int64_t seconds = -2000000000; seconds < 4000000000; seconds += 98765432) {
        CAPTURE(seconds);
        CHECK(seconds_of(http_date(seconds)) == seconds);
    }
}
