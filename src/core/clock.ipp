// Unix time to UTC calendar and back: the bodies.
#include "core/clock.hpp"

#include <chrono>

namespace microflask::detail {

/// Divides and rounds down; the divisor is positive.
MICROFLASK_INLINE std::int64_t clock_floor_divide(std::int64_t value,
                                                  std::int64_t divisor) noexcept {
    return value / divisor - (value % divisor < 0 ? 1 : 0);
}

// Years are counted from March here, so that the leap day is the last of its year; 400 years have
// 146097 days.

MICROFLASK_INLINE CalendarTime to_calendar(std::int64_t unix_seconds) noexcept {
    const std::int64_t days = clock_floor_divide(unix_seconds, 86400);
    const std::int64_t seconds = unix_seconds - days * 86400;
    const std::int64_t since_march_0000 = days + 719468;
    const std::int64_t era = clock_floor_divide(since_march_0000, 146097);
    const std::int64_t day_of_era = since_march_0000 - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;

    CalendarTime time;
    time.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    time.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    time.year = static_cast<int>(year_of_era + era * 400 + (time.month <= 2 ? 1 : 0));
    time.hour = static_cast<int>(seconds / 3600);
    time.minute = static_cast<int>(seconds / 60 % 60);
    time.second = static_cast<int>(seconds % 60);
    time.weekday = static_cast<int>(days + 3 - clock_floor_divide(days + 3, 7) * 7);
    return time;
}

MICROFLASK_INLINE std::int64_t from_calendar(const CalendarTime& time) noexcept {
    const std::int64_t months =
        std::int64_t{time.year} * 12 + time.month - 3;  // since March of the year 0
    const std::int64_t year = clock_floor_divide(months, 12);
    const std::int64_t shifted_month = months - year * 12;
    const std::int64_t era = clock_floor_divide(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + time.day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    const std::int64_t days = era * 146097 + day_of_era - 719468;
    return days * 86400 + std::int64_t{time.hour} * 3600 + std::int64_t{time.minute} * 60 +
           time.second;
}

MICROFLASK_INLINE int days_in_month(int year, int month) noexcept {
    if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

MICROFLASK_INLINE std::int64_t unix_now() noexcept {
    return clock_floor_divide(unix_now_milliseconds(), 1000);
}

MICROFLASK_INLINE std::int64_t unix_now_milliseconds() noexcept {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace microflask::detail
