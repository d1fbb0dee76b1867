// Bodies of the access log.
#include "server/access_log.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/text.hpp"
#include "http/dates.hpp"
#include "server/socket.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE std::string_view AccessLogClock::text(std::int64_t unix_seconds) {
    if (unix_seconds == second_) return text_;
    second_ = unix_seconds;
    const CalendarTime time = to_calendar(unix_seconds);
    text_ = "01/Jan/1970 00:00:00";
    write_date_digits(text_.data(), time.day, 2);
    http_month_names.copy(text_.data() + 3, 3, static_cast<std::size_t>(time.month - 1) * 3);
    write_date_digits(text_.data() + 7, time.year, 4);
    write_date_digits(text_.data() + 12, time.hour, 2);
    write_date_digits(text_.data() + 15, time.minute, 2);
    write_date_digits(text_.data() + 18, time.second, 2);
    return text_;
}

/// Appends untrusted text: control characters, quotes and backslashes as \xNN (or \u00NN in JSON).
MICROFLASK_INLINE void append_log_text(Buffer& out, std::string_view untrusted, bool json) {
    static constexpr char digits[] = "0123456789abcdef";
    for (const char c : untrusted) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
            *out.prepare(1) = c;
            out.commit(1);
            continue;
        }
        const char escaped[] = {digits[byte / 16], digits[byte % 16]};
        out.append(json ? "\\u00" : "\\x");
        out.append({escaped, 2});
    }
}

MICROFLASK_INLINE void write_access_log_line(Buffer& out, AccessLogFormat format,
                                             const AccessLogEntry& entry, std::string_view time) {
    const std::string_view remote = entry.remote.empty() ? std::string_view("-") : entry.remote;
    const auto request_line = [&out, &entry] {
        append_log_text(out, entry.method, false);
        out.append(" ");
        append_log_text(out, entry.target, false);
        out.append(" ");
        append_log_text(out, entry.protocol, false);
    };
    const auto text_or_dash = [&out](std::string_view text) {
        out.append("\"");
        append_log_text(out, text.empty() ? std::string_view("-") : text, false);
        out.append("\"");
    };
    const auto json_text = [&out](std::string_view name, std::string_view text) {
        out.append(",\"");
        out.append(name);
        out.append("\":\"");
        append_log_text(out, text, true);
        out.append("\"");
    };
    const auto json_number = [&out](std::string_view name, std::uint64_t number) {
        out.append(",\"");
        out.append(name);
        out.append("\":");
        out.append_number(number);
    };
    switch (format) {
    case AccessLogFormat::none: return;
    case AccessLogFormat::werkzeug:
        out.append(remote);
        out.append(" - - [");
        out.append(time);
        out.append("] \"");
        request_line();
        out.append("\" ");
        out.append_number(entry.status);
        out.append(" -\n");
        return;
    case AccessLogFormat::combined:
        out.append(remote);
        out.append(" - - [");
        out.append(time.substr(0, 11));
        out.append(":");
        out.append(time.substr(12));
        out.append(" +0000] \"");
        request_line();
        out.append("\" ");
        out.append_number(entry.status);
        out.append(" ");
        out.append_number(entry.bytes);
        out.append(" ");
        text_or_dash(entry.referer);
        out.append(" ");
        text_or_dash(entry.user_agent);
        out.append("\n");
        return;
    case AccessLogFormat::json:
        out.append("{\"time\":\"");
        out.append(time);
        out.append("\"");
        json_text("remote", entry.remote);
        json_text("method", entry.method);
        json_text("target", entry.target);
        json_text("protocol", entry.protocol);
        json_number("status", entry.status);
        json_number("bytes", entry.bytes);
        json_number("microseconds", entry.microseconds);
        json_text("referer", entry.referer);
        json_text("user_agent", entry.user_agent);
        out.append("}\n");
        return;
    }
}

MICROFLASK_INLINE void AccessLogOutput::set_path(std::string path) {
    if (!path.empty() && path != "-" && !File::append(path)) {
        throw OSError(0, concat({"The access log cannot be written: ", path}));
    }
    const std::lock_guard lock(mutex_);
    file_.close();
    path_ = std::move(path);
}

MICROFLASK_INLINE void AccessLogOutput::write(Buffer& lines) noexcept {
    const std::lock_guard lock(mutex_);
    if (reopen_.exchange(false)) file_.close();
    if (path_.empty() || path_ == "-") {
        std::FILE* const stream = path_.empty() ? stderr : stdout;
        std::fwrite(lines.data(), 1, lines.size(), stream);
        std::fflush(stream);
    } else {
        if (!file_) file_ = File::append(path_);
        // One write for whole lines: several processes append to the file.
        const bool written = file_ && file_.write(lines.view());
        if (!written && !failed_)
            std::fprintf(stderr, "The access log cannot be written: %s\n", path_.c_str());
        failed_ = !written;
    }
    lines.clear();
}

}  // namespace microflask::detail
