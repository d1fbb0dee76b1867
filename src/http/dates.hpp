// Dates of HTTP (RFC 9110, section 5.6.7): written in one format, read in all that clients send.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

/// Writes a Unix time of the years 0 to 9999: "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::int64_t unix_seconds);
/// Writes a time; parts of a second are dropped.
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

/// Reads a date; nothing where it is none. A time zone is honoured, none is UTC. A time that the clock's type cannot
/// hold becomes the nearest that it can.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_date(
    std::string_view text);

namespace detail {

/// Appends what `http_date` returns.
void append_http_date(std::string& out, std::int64_t unix_seconds);
/// Writes a number in exactly so many digits.
void write_date_digits(char* out, int value, int count) noexcept;
/// The names of the months, three letters each.
inline constexpr std::string_view http_month_names = "JanFebMarAprMayJunJulAugSepOctNovDec";

}  // namespace detail

}  // namespace microflask
