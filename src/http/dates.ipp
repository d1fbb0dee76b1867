// Bodies of dates.hpp.
#include "http/dates.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/text.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace microflask {

namespace detail {

inline constexpr std::string_view http_day_names = "MonTueWedThuFriSatSun";

MICROFLASK_INLINE void write_date_digits(char* out, int value, int count) noexcept {
    for (int i = count - 1; i >= 0; --i) {
        out[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

/// Returns the position of a name of three letters, in any case, or -1.
MICROFLASK_INLINE int date_name_index(std::string_view names, std::string_view name) noexcept {
    if (name.size() != 3) return -1;
    for (std::size_t i = 0; i < names.size(); i += 3) {
        if (equals_ignoring_case(names.substr(i, 3), name)) return static_cast<int>(i / 3);
    }
    return -1;
}

MICROFLASK_INLINE int date_month(std::string_view name) noexcept {
    constexpr std::string_view long_names[] = {"january",   "february", "march",    "april",
                                               "may",       "june",     "july",     "august",
                                               "september", "october",  "november", "december"};
    for (int month = 0; month < 12; ++month) {
        if (equals_ignoring_case(long_names[month], name)) return month + 1;
    }
    return date_name_index(http_month_names, name) + 1;
}

/// Returns the seconds that a time zone is ahead of UTC; 0 for an unknown one.
MICROFLASK_INLINE std::int64_t date_zone_offset(std::string_view zone) noexcept {
    constexpr std::pair<std::string_view, int> zones[] = {
        {"AST", -4}, {"ADT", -3}, {"EST", -5}, {"EDT", -4}, {"CST", -6},
        {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    for (const auto& [name, hours] : zones) {
        if (equals_ignoring_case(name, zone)) return hours * 3600;
    }
    const bool negative = zone.starts_with('-');
    if (negative || zone.starts_with('+')) zone.remove_prefix(1);
    const auto number = parse_unsigned(zone, 2359);
    if (!number) return 0;
    const auto offset = static_cast<std::int64_t>(*number / 100 * 3600 + *number % 100 * 60);
    return negative ? -offset : offset;
}

/// Reads "8:49:37" or "8:49".
MICROFLASK_INLINE bool read_date_clock(std::string_view text, CalendarTime& time) noexcept {
    std::array<int, 3> values{};
    std::size_t count = 0;
    const char separator = text.find(':') == std::string_view::npos ? '.' : ':';
    for (bool more = true; more;) {
        if (count == values.size()) return false;
        const std::size_t end = text.find(separator);
        const auto value = parse_unsigned(text.substr(0, end), count == 0 ? 23 : 59);
        if (!value) return false;
        values[count++] = static_cast<int>(*value);
        more = end != std::string_view::npos;
        if (more) text.remove_prefix(end + 1);
    }
    if (count < 2) return false;
    time.hour = values[0];
    time.minute = values[1];
    time.second = values[2];
    return true;
}

/// The words of a date, without the day of the week: day, month, year, clock, zone.
class DateWords {
public:
    explicit DateWords(std::string_view text) noexcept {
        read(text);
        split_first();
        split_zone();
    }
    [[nodiscard]] bool is_complete() const noexcept { return count_ == 5; }
    std::string_view& operator[](std::size_t index) noexcept { return words_[index]; }

private:
    void read(std::string_view text) noexcept {
        bool first = true;
        for (text = trim(text); !text.empty() && count_ < words_.size(); text = trim(text)) {
            std::size_t end = 0;
            while (end < text.size() && !is_ascii_space(text[end])) ++end;
            std::string_view word = text.substr(0, end);
            text.remove_prefix(end);
            if (std::exchange(first, false)) {
                if (word.back() == ',' || date_name_index(http_day_names, word) >= 0) continue;
                if (const std::size_t comma = word.rfind(','); comma != std::string_view::npos) {
                    word.remove_prefix(comma + 1);
                }
            }
            words_[count_++] = word;
        }
    }
    /// Splits "06-Nov-94" (RFC 850).
    void split_first() noexcept {
        if (count_ != 3) return;
        const std::string_view word = words_[0];
        const std::size_t first = word.find('-');
        const std::size_t second =
            first == std::string_view::npos ? first : word.find('-', first + 1);
        if (second == std::string_view::npos ||
            word.find('-', second + 1) != std::string_view::npos)
            return;
        words_ = {word.substr(0, first), word.substr(first + 1, second - first - 1),
                  word.substr(second + 1), words_[1], words_[2]};
        count_ = 5;
    }
    /// Splits "08:49:37+0200".
    void split_zone() noexcept {
        if (count_ != 4) return;
        const std::string_view word = words_[3];
        std::size_t sign = word.find('+');
        if (sign == std::string_view::npos) sign = word.find('-');
        if (sign != std::string_view::npos && sign > 0) {
            words_[3] = word.substr(0, sign);
            words_[4] = word.substr(sign);
        }
        count_ = 5;
    }

    std::array<std::string_view, 5> words_{};
    std::size_t count_ = 0;
};

/// Reads a date into a Unix time.
MICROFLASK_INLINE std::optional<std::int64_t> parse_date_seconds(std::string_view text) noexcept {
    const auto drop_comma = [](std::string_view& word) {
        if (word.ends_with(',')) word.remove_suffix(1);
    };
    DateWords words(text);
    if (!words.is_complete()) return std::nullopt;
    auto& day = words[0];
    auto& year = words[2];
    auto& clock = words[3];
    auto& zone = words[4];
    CalendarTime time;
    time.month = date_month(words[1]);
    if (time.month == 0) {  // "Nov 6"
        std::swap(day, words[1]);
        time.month = date_month(words[1]);
        if (time.month == 0) return std::nullopt;
    }
    drop_comma(day);
    if (year.find(':') != std::string_view::npos && year.find(':') > 0) std::swap(year, clock);
    drop_comma(year);
    if (year.empty()) return std::nullopt;
    if (!is_ascii_digit(year.front())) std::swap(year, zone);
    drop_comma(clock);
    zone = zone.substr(0, zone.find(';'));  // old browsers send "GMT; length=123"

    const auto day_number = parse_unsigned(day, 31);
    const auto year_number = parse_unsigned(year, 9999);
    if (!day_number || !year_number || !read_date_clock(clock, time)) return std::nullopt;
    time.year = static_cast<int>(*year_number);
    if (time.year < 100) time.year += time.year > 68 ? 1900 : 2000;
    time.day = static_cast<int>(*day_number);
    if (time.day < 1 || time.day > days_in_month(time.year, time.month)) return std::nullopt;
    return from_calendar(time) - date_zone_offset(zone);
}

}  // namespace detail

MICROFLASK_INLINE void detail::append_http_date(std::string& out, std::int64_t unix_seconds) {
    const CalendarTime time = to_calendar(unix_seconds);
    const std::size_t begin = out.size();
    out += "Mon, 01 Jan 1970 00:00:00 GMT";
    char* const text = out.data() + begin;
    http_day_names.copy(text, 3, static_cast<std::size_t>(time.weekday) * 3);
    write_date_digits(text + 5, time.day, 2);
    http_month_names.copy(text + 8, 3, static_cast<std::size_t>(time.month - 1) * 3);
    write_date_digits(text + 12, time.year, 4);
    write_date_digits(text + 17, time.hour, 2);
    write_date_digits(text + 20, time.minute, 2);
    write_date_digits(text + 23, time.second, 2);
}

MICROFLASK_INLINE std::string http_date(std::int64_t unix_seconds) {
    std::string text;
    detail::append_http_date(text, unix_seconds);
    return text;
}

MICROFLASK_INLINE std::string http_date(std::chrono::system_clock::time_point time) {
    return http_date(static_cast<std::int64_t>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()));
}

MICROFLASK_INLINE std::optional<std::chrono::system_clock::time_point> parse_date(
    std::string_view text) {
    using Clock = std::chrono::system_clock;
    const std::optional<std::int64_t> seconds = detail::parse_date_seconds(text);
    if (!seconds) return std::nullopt;
    // The type may hold nanoseconds, which do not reach the year 9999.
    constexpr auto last =
        std::chrono::floor<std::chrono::seconds>((Clock::time_point::max)()).time_since_epoch();
    constexpr auto first =
        std::chrono::ceil<std::chrono::seconds>((Clock::time_point::min)()).time_since_epoch();
    if (*seconds >= last.count()) return (Clock::time_point::max)();
    if (*seconds <= first.count()) return (Clock::time_point::min)();
    return Clock::time_point(
        std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(*seconds)));
}

}  // namespace microflask
