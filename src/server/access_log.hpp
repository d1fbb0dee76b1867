// One line a request: Werkzeug's short form, Apache's Combined form, or a JSON object.
#pragma once

#include "gateway/environ.hpp"
#include "server/buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask {

/// The form of the access log's lines.
enum class AccessLogFormat : std::uint8_t { none, werkzeug, combined, json };

namespace detail {

/// What a line tells about one request.
struct AccessLogEntry {
    std::string_view remote;
    std::string_view method;
    std::string_view target;
    std::string_view protocol;
    std::string_view referer;
    std::string_view user_agent;
    std::uint16_t status = 0;
    std::uint64_t bytes = 0;
    std::uint64_t microseconds = 0;
};

/// The moment as the log writes it, "21/Nov/2026 12:00:00", renewed once a second.
class AccessLogClock {
public:
    std::string_view text(std::int64_t unix_seconds);

private:
    std::string text_;
    std::int64_t second_ = -1;
};

/// Appends one line. What the client sent is escaped: a log line stays one line.
void write_access_log_line(Buffer& out, AccessLogFormat format, const AccessLogEntry& entry,
                           std::string_view time);

/// Writes the lines to standard error in one piece, and empties the buffer.
void flush_access_log(Buffer& lines) noexcept;

}  // namespace detail
}  // namespace microflask
