// Unix time to the calendar and back.
#include "core/clock.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>

using namespace microflask::detail;

TEST_CASE("known moments have known calendar times", "[core]") {
    CHECK(to_calendar(0) == CalendarTime{1970, 1, 1, 0, 0, 0, 3});
    CHECK(to_calendar(-1) == CalendarTime{1969, 12, 31, 23, 59, 59, 2});
    CHECK(to_calendar(784111777) == CalendarTime{1994, 11, 6, 8, 49, 37, 6});
    CHECK(to_calendar(1709210096) == CalendarTime{2024, 2, 29, 12, 34, 56, 3});
    CHECK(to_calendar(951782400) == CalendarTime{2000, 2, 29, 0, 0, 0, 1});
    CHECK(to_calendar(-62135596800) == CalendarTime{1, 1, 1, 0, 0, 0, 0});
    CHECK(to_calendar(253402300799) == CalendarTime{9999, 12, 31, 23, 59, 59, 4});
    CHECK(to_calendar(4107542400) == CalendarTime{2100, 3, 1, 0, 0, 0, 0});
}

TEST_CASE("calendar times go back to the moment they came from", "[core]") {
    for (std::int64_t seconds = -70'000'000'000; seconds < 260'000'000'000;
         seconds += 86399 * 1013) {
        if (from_calendar(to_calendar(seconds)) != seconds) FAIL(seconds);
    }
    CHECK(from_calendar({2024, 2, 29, 12, 34, 56}) == 1709210096);
}

TEST_CASE("fields out of range count on", "[core]") {
    CHECK(from_calendar({2023, 13, 1}) == from_calendar({2024, 1, 1}));
    CHECK(from_calendar({2024, 0, 1}) == from_calendar({2023, 12, 1}));
    CHECK(from_calendar({2023, 2, 29}) == from_calendar({2023, 3, 1}));
    CHECK(from_calendar({2023, 12, 31, 24}) == from_calendar({2024, 1, 1}));
    CHECK(from_calendar({2023, 1, 1, 0, 0, -1}) == from_calendar({2022, 12, 31, 23, 59, 59}));
}

TEST_CASE("days are consecutive and weekdays go round", "[core]") {
    CalendarTime before = to_calendar(-86400);
    for (std::int64_t day = 0; day < 60000; ++day) {
        const CalendarTime now = to_calendar(day * 86400);
        const bool next_day =
            now.day == before.day + 1 && now.month == before.month && now.year == before.year;
        const bool next_month =
            now.day == 1 && before.day == days_in_month(before.year, before.month);
        if (!(next_day || next_month) || now.weekday != (before.weekday + 1) % 7) FAIL(day);
        before = now;
    }
    CHECK(days_in_month(2000, 2) == 29);
    CHECK(days_in_month(1900, 2) == 28);
    CHECK(days_in_month(2024, 4) == 30);
}

TEST_CASE("now is now", "[core]") {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    CHECK(unix_now() >= seconds);
    CHECK(unix_now() < seconds + 60);
    CHECK(unix_now_milliseconds() / 1000 >= seconds);
}
