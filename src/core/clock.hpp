// Unix time to UTC calendar and back, without the C library's locale and time zone.
#pragma once

#include "core/config.hpp"

#include <cstdint>

namespace microflask::detail {

/// A moment in the proleptic Gregorian calendar.
struct CalendarTime {
    int year = 1970;
    int month = 1;  // 1 to 12
    int day = 1;    // 1 to 31
    int hour = 0;
    int minute = 0;
    int second = 0;
    int weekday = 3;  // 0 is Monday; not read by from_calendar

    friend bool operator==(const CalendarTime&, const CalendarTime&) = default;
};

/// Returns the UTC calendar time of a Unix time (of the years that fit an int).
CalendarTime to_calendar(std::int64_t unix_seconds) noexcept;

/// Returns the Unix time of a UTC calendar time. Fields out of range count on: month 13 is the next
/// January.
std::int64_t from_calendar(const CalendarTime& time) noexcept;

/// Returns the number of days in a month.
int days_in_month(int year, int month) noexcept;

/// Returns the seconds since 1970-01-01T00:00:00Z.
std::int64_t unix_now() noexcept;

/// Returns the milliseconds since 1970-01-01T00:00:00Z.
std::int64_t unix_now_milliseconds() noexcept;

}  // namespace microflask::detail
