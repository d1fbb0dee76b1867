// Levels, a format and one sink: Python's logging, as much of it as Flask's own logger needs.
#pragma once

#include "core/clock.hpp"
#include "core/function.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace microflask {

/// How serious a message is, with Python's numbers.
enum class LogLevel : int {
    notset = 0,
    debug = 10,
    info = 20,
    warning = 30,
    error = 40,
    critical = 50
};

/// A message on its way to the sink; the texts live as long as the call.
struct LogRecord {
    std::string_view name;
    LogLevel level = LogLevel::notset;
    std::string_view message;
    std::int64_t created_milliseconds = 0;  // since 1970
};

/// Returns "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", or "NOTSET".
std::string_view log_level_name(LogLevel level) noexcept;

/// Returns "[2026-11-21 12:00:00,123] LEVEL in name: message", in local time.
std::string format_log_record(const LogRecord& record);

namespace detail {

std::string log_argument(std::string_view value);
std::string log_argument(double value);
std::string log_argument(std::int64_t value);
std::string log_argument(std::uint64_t value);

template <class T>
std::string log_text(const T& value) {
    if constexpr (std::is_same_v<T, bool>)
        return value ? "True" : "False";
    else if constexpr (std::is_same_v<T, char>)
        return std::string(1, value);
    else if constexpr (std::is_floating_point_v<T>)
        return log_argument(static_cast<double>(value));
    else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
        return log_argument(std::int64_t{value});
    else if constexpr (std::is_integral_v<T>)
        return log_argument(std::uint64_t{value});
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        return log_argument(static_cast<std::string_view>(value));
    else if constexpr (requires { value.dump(); })
        return value.dump();
    else
        return std::string(value);
}

/// Returns the message with each %s, %d, %i, %u, %f and %r replaced by the next argument, and %% by
/// %.
std::string format_log_message(std::string_view message, const std::vector<std::string>& arguments);

/// Writes bytes to the standard error stream at once.
void write_to_stderr(std::string_view text) noexcept;

/// Returns the calendar time of a Unix time in the time zone of this machine.
CalendarTime to_local_calendar(std::int64_t unix_seconds) noexcept;

}  // namespace detail

/// Writes messages of some importance to a sink (Python's `logging.Logger`). Any thread may call
/// it; a line is written at once. `logger.info("%s logged in", name)` puts arguments in; a message
/// alone is taken as it is.
class Logger {
public:
    using Sink = detail::Function<void(const LogRecord&)>;

    /// Makes a logger that writes to the standard error stream what is a warning or worse.
    explicit Logger(std::string name, LogLevel level = LogLevel::warning);
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;
    ~Logger();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Returns the least level that is written.
    [[nodiscard]] LogLevel level() const noexcept;
    void level(LogLevel level) noexcept;
    [[nodiscard]] bool is_enabled_for(LogLevel level) const noexcept {
        return level >= this->level();
    }

    /// Sends messages to a function from now on, one at a time; an empty one means the standard
    /// error stream. The function must not use the logger itself.
    void sink(Sink sink);

    /// Writes a message, with arguments for its %s.
    template <class... Args>
    void log(LogLevel level, std::string_view message, const Args&... arguments) {
        if (!is_enabled_for(level)) return;
        if constexpr (sizeof...(Args) == 0)
            write(level, message);
        else
            write(level, detail::format_log_message(message, {detail::log_text(arguments)...}));
    }
    template <class... Args>
    void debug(std::string_view message, const Args&... arguments) {
        log(LogLevel::debug, message, arguments...);
    }
    template <class... Args>
    void info(std::string_view message, const Args&... arguments) {
        log(LogLevel::info, message, arguments...);
    }
    template <class... Args>
    void warning(std::string_view message, const Args&... arguments) {
        log(LogLevel::warning, message, arguments...);
    }
    template <class... Args>
    void error(std::string_view message, const Args&... arguments) {
        log(LogLevel::error, message, arguments...);
    }
    template <class... Args>
    void critical(std::string_view message, const Args&... arguments) {
        log(LogLevel::critical, message, arguments...);
    }
    /// Writes an error, and behind it what the exception that is being handled says.
    template <class... Args>
    void exception(std::string_view message, const Args&... arguments) {
        if (!is_enabled_for(LogLevel::error)) return;
        if constexpr (sizeof...(Args) == 0)
            write_exception(std::string(message));
        else
            write_exception(detail::format_log_message(message, {detail::log_text(arguments)...}));
    }

private:
    struct State;

    void write(LogLevel level, std::string_view message);
    void write_exception(std::string message);

    std::string name_;
    std::unique_ptr<State> state_;
};

}  // namespace microflask
