// Levels, a format and one sink: the bodies.
#include "core/log.hpp"

#include "core/files.hpp"
#include "core/os_headers.hpp"
#include "core/platform.hpp"
#include "core/text.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE std::string log_argument(std::string_view value) {
    return std::string(value);
}
MICROFLASK_INLINE std::string log_argument(double value) {
    return double_to_text(value);
}

MICROFLASK_INLINE std::string log_argument(std::int64_t value) {
    std::string text;
    append_signed(text, value);
    return text;
}

MICROFLASK_INLINE std::string log_argument(std::uint64_t value) {
    std::string text;
    append_unsigned(text, value);
    return text;
}

MICROFLASK_INLINE std::string format_log_message(std::string_view message,
                                                 const std::vector<std::string>& arguments) {
    std::string result;
    std::size_t used = 0;
    for (std::size_t i = 0; i < message.size(); ++i) {
        const char next = message[i] == '%' && i + 1 < message.size() ? message[i + 1] : '\0';
        if (next == '%') {
            result += '%';
            ++i;
        } else if (next != '\0' &&
                   std::string_view("sdiufr").find(next) != std::string_view::npos &&
                   used < arguments.size()) {
            result += arguments[used++];
            ++i;
        } else {
            result += message[i];
        }
    }
    return result;
}

#if MICROFLASK_OS_WINDOWS
MICROFLASK_INLINE void write_to_stderr(std::string_view text) noexcept {
    const HANDLE handle = GetStdHandle(STD_ERROR_HANDLE);
    DWORD written = 0;
    WriteFile(handle, text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

MICROFLASK_INLINE CalendarTime to_local_calendar(std::int64_t unix_seconds) noexcept {
    const std::uint64_t ticks = static_cast<std::uint64_t>(unix_seconds + 11644473600) * 10'000'000;
    FILETIME utc{static_cast<DWORD>(ticks), static_cast<DWORD>(ticks >> 32)};
    SYSTEMTIME system{};
    SYSTEMTIME local{};
    if (!FileTimeToSystemTime(&utc, &system) ||
        !SystemTimeToTzSpecificLocalTime(nullptr, &system, &local)) {
        return to_calendar(unix_seconds);
    }
    return {local.wYear,
            local.wMonth,
            local.wDay,
            local.wHour,
            local.wMinute,
            local.wSecond,
            (local.wDayOfWeek + 6) % 7};
}
#else
MICROFLASK_INLINE void write_to_stderr(std::string_view text) noexcept {
    while (!text.empty()) {
        const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;  // there is nobody left to tell
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

MICROFLASK_INLINE CalendarTime to_local_calendar(std::int64_t unix_seconds) noexcept {
    const auto seconds = static_cast<time_t>(unix_seconds);
    struct tm local = {};
    if (!::localtime_r(&seconds, &local)) return to_calendar(unix_seconds);
    return {local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,          local.tm_hour,
            local.tm_min,         local.tm_sec,     (local.tm_wday + 6) % 7};
}
#endif

MICROFLASK_INLINE void append_log_digits(std::string& out, std::int64_t value, std::size_t width) {
    std::string digits;
    append_unsigned(digits, static_cast<std::uint64_t>(value));
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE std::string_view log_level_name(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::notset: break;
    case LogLevel::debug: return "DEBUG";
    case LogLevel::info: return "INFO";
    case LogLevel::warning: return "WARNING";
    case LogLevel::error: return "ERROR";
    case LogLevel::critical: return "CRITICAL";
    }
    return "NOTSET";
}

MICROFLASK_INLINE std::string format_log_record(const LogRecord& record) {
    const std::int64_t milliseconds = (record.created_milliseconds % 1000 + 1000) % 1000;
    const detail::CalendarTime time =
        detail::to_local_calendar((record.created_milliseconds - milliseconds) / 1000);
    std::string line = "[";
    detail::append_log_digits(line, time.year, 4);
    for (const auto& [before, number] :
         {std::pair('-', time.month), std::pair('-', time.day), std::pair(' ', time.hour),
          std::pair(':', time.minute), std::pair(':', time.second)}) {
        line += before;
        detail::append_log_digits(line, number, 2);
    }
    line += ',';
    detail::append_log_digits(line, milliseconds, 3);
    line += detail::concat(
        {"] ", log_level_name(record.level), " in ", record.name, ": ", record.message});
    return line;
}

struct Logger::State {
    std::atomic<LogLevel> level;
    std::mutex sink_mutex;
    Sink sink;  // guarded by sink_mutex
};

MICROFLASK_INLINE Logger::Logger(std::string name, LogLevel level)
    : name_(std::move(name)), state_(std::make_unique<State>()) {
    state_->level = level;
}

MICROFLASK_INLINE Logger::~Logger() = default;

MICROFLASK_INLINE LogLevel Logger::level() const noexcept {
    return state_->level.load(std::memory_order_relaxed);
}

MICROFLASK_INLINE void Logger::level(LogLevel level) noexcept {
    state_->level.store(level, std::memory_order_relaxed);
}

MICROFLASK_INLINE void Logger::sink(Sink sink) {
    const std::lock_guard lock(state_->sink_mutex);
    state_->sink = std::move(sink);
}

MICROFLASK_INLINE void Logger::write(LogLevel level, std::string_view message) {
    const LogRecord record{name_, level, message, detail::unix_now_milliseconds()};
    const std::lock_guard lock(state_->sink_mutex);
    if (state_->sink)
        state_->sink(record);
    else
        detail::write_to_stderr(format_log_record(record) + "\n");
}

MICROFLASK_INLINE void Logger::write_exception(std::string message) {
    if (const std::exception_ptr current = std::current_exception()) {
        try {
            std::rethrow_exception(current);
        } catch (const std::exception& error) {
            message.append("\n").append(error.what());
        } catch (...) {
            message.append("\nAn exception that is no std::exception.");
        }
    }
    write(LogLevel::error, message);
}

}  // namespace microflask
