// Range, Content-Range, If-Range.
#include "datastructures/range.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

using Parts = std::vector<Range::Part>;

TEST_CASE("ranges are read, written and applied to a hundred bytes", "[datastructures]") {
    struct Case {
        std::string_view header;
        Parts parts;
        std::string_view content_range;
        std::string_view written;
    };
    const std::vector<Case> cases = {
        {"bytes=0-0", {{0, 1}}, "bytes 0-0/100", "bytes=0-0"},
        {"bytes=0-49", {{0, 50}}, "bytes 0-49/100", "bytes=0-49"},
        {"bytes=50-", {{50, std::nullopt}}, "bytes 50-99/100", "bytes=50-"},
        {"bytes=-10", {{-10, std::nullopt}}, "bytes 90-99/100", "bytes=-10"},
        {"bytes=-0", {{0, std::nullopt}}, "bytes 0-99/100", "bytes=0-"},
        {"bytes=-200", {{-200, std::nullopt}}, "", "bytes=-200"},
        {"bytes=99-", {{99, std::nullopt}}, "bytes 99-99/100", "bytes=99-"},
        {"bytes=100-", {{100, std::nullopt}}, "", "bytes=100-"},
        {"bytes=0-999", {{0, 1000}}, "bytes 0-99/100", "bytes=0-999"},
        {"bytes=0-0,-1", {{0, 1}, {-1, std::nullopt}}, "", "bytes=0-0,-1"},
        {"items=0-5", {{0, 6}}, "", "items=0-5"},
        {"bytes = 1 - 5", {{1, 6}}, "bytes 1-5/100", "bytes=1-5"},
        {"BYTES=0-1", {{0, 2}}, "bytes 0-1/100", "bytes=0-1"},
        {"bytes=0-4, 10-14", {{0, 5}, {10, 15}}, "", "bytes=0-4,10-14"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.header);
        const auto range = parse_range_header(c.header);
        REQUIRE(range);
        CHECK(range->ranges() == c.parts);
        CHECK(range->to_header() == c.written);
        CHECK(range->to_content_range_header(100).value_or("") == c.content_range);
    }
    CHECK(parse_range_header("bytes=-10").value().range_for_length(100) ==
          std::pair<std::uint64_t, std::uint64_t>(90, 100));
    CHECK_FALSE(parse_range_header("bytes=0-1").value().range_for_length(std::nullopt));
    CHECK(parse_range_header("bytes=0-99999999999999999999").value().to_content_range_header(10) ==
          "bytes 0-9/10");
    CHECK_FALSE(parse_range_header("bytes=99999999999999999999-").value().range_for_length(10));
    CHECK_FALSE(parse_range_header("bytes=-99999999999999999999").value().range_for_length(10));
}

TEST_CASE("malformed ranges are none", "[datastructures]") {
    for (const std::string_view header :
         {"", "bytes", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-9,5-14", "bytes=a-b",
          "bytes=1-2-3", "bytes=+1-2", "bytes=1--3", "bytes=--5", "bytes=- 5", "bytes=5-,1-2",
          "bytes=-1,-2", "bytes=0-4, -0", "bytes=0-1,", "bytes=\xd9\xa1-\xd9\xa2"}) {
        CAPTURE(header);
        CHECK_FALSE(parse_range_header(header));
    }
    CHECK_THROWS_AS(Range("bytes", {{5, 5}}), std::invalid_argument);
    CHECK_THROWS_AS(Range("bytes", {{-5, 5}}), std::invalid_argument);
    CHECK(Range("bytes", {{INT64_MIN, std::nullopt}}).range_for_length(5) == std::nullopt);
}

TEST_CASE("content ranges are read, written and changed", "[datastructures]") {
    const auto range = parse_content_range_header("bytes 0-98/*");
    REQUIRE(range);
    CHECK(range->units() == "bytes");
    CHECK(range->start() == 0U);
    CHECK(range->stop() == 99U);
    CHECK_FALSE(range->length());
    CHECK(range->to_header() == "bytes 0-98/*");
    CHECK(parse_content_range_header("bytes  */100").value() ==
          ContentRange("bytes", std::nullopt, std::nullopt, 100));
    CHECK(parse_content_range_header("bytes 0-98/100").value().to_header() == "bytes 0-98/100");
    for (const std::string_view header :
         {"", "bytes", "bytes 0-98", "bytes 98-0/100", "bytes 100-200/100", "bytes 0/1",
          "bytes 0-1/x", "bytes -1-1/5"}) {
        CAPTURE(header);
        CHECK_FALSE(parse_content_range_header(header));
    }
    ContentRange changed;
    CHECK_FALSE(changed);
    CHECK(changed.to_header().empty());
    changed.set(1, 3, 5);
    CHECK(changed.to_header() == "bytes 1-2/5");
    CHECK_THROWS_AS(changed.set(3, 3), std::invalid_argument);
    CHECK_THROWS_AS(changed.set(1, std::nullopt), std::invalid_argument);
    CHECK(changed.stop() == 3U);
    changed.unset();
    CHECK_FALSE(changed);
}

TEST_CASE("If-Range is a tag or a date", "[datastructures]") {
    CHECK(parse_if_range_header("\"Test\"").etag() == "Test");
    CHECK(parse_if_range_header("W/\"Test\"") == IfRange());
    CHECK(parse_if_range_header("bullshit").etag() == "bullshit");
    const auto dated = parse_if_range_header("Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK_FALSE(dated.etag());
    CHECK(dated.date() == std::chrono::system_clock::time_point{});
    CHECK(dated.to_header() == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(parse_if_range_header("") == IfRange());
    CHECK(IfRange().to_header().empty());
}
