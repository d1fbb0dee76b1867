// One line a request: Werkzeug's short form, Apache's Combined form, or a JSON object; and where the lines go.
#pragma once

#include "core/files.hpp"
#include "gateway/environ.hpp"
#include "server/buffer.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
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

/// Where the lines go: standard error, standard output, or the end of a file. From any thread.
class AccessLogOutput {
public:
    /// Writes to a file from now on, to standard output for "-", to standard error where it is empty. The file is opened
    /// when the first line comes, so that each of several processes has it for itself. Throws OSError where it cannot be
    /// written.
    void set_path(std::string path);
    /// Writes the lines in one piece, and empties the buffer.
    void flush(Buffer& lines) noexcept {
        if (lines.empty() && !reopen_.load(std::memory_order_relaxed)) [[likely]]
            return;
        write(lines);
    }
    /// Has the file opened anew at the next `flush`, since it was moved away. Safe in a signal handler.
    void ask_to_reopen() noexcept { reopen_.store(true); }

private:
    void write(Buffer& lines) noexcept;

    std::atomic<bool> reopen_{false};
    std::mutex mutex_;  // guards all below
    std::string path_;
    File file_;
    bool failed_ = false;  // was told already
};

}  // namespace detail
}  // namespace microflask
