// Times every request.
#include "middleware/profiler.hpp"

#include "core/log.hpp"
#include "core/text.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Returns milliseconds with three decimals: "12.345".
MICROFLASK_INLINE std::string profiler_milliseconds(std::chrono::steady_clock::duration time) {
    const auto microseconds = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
    const std::string fraction = std::to_string(1000 + microseconds % 1000);
    return concat({std::to_string(microseconds / 1000), ".", fraction.substr(1)});
}

}  // namespace detail

MICROFLASK_INLINE ProfilerMiddleware::ProfilerMiddleware(Application application, Report report)
    : application_(std::move(application)),
      report_(std::make_shared<const Report>(std::move(report))) {}

MICROFLASK_INLINE Body ProfilerMiddleware::operator()(Environ& request,
                                                      StartResponse start_response) const {
    using Clock = std::chrono::steady_clock;
    // The application may change the path, as a dispatcher does.
    const std::string path = detail::concat({request.script_name(), request.path_info()});
    const Clock::time_point begin = Clock::now();
    std::string status;
    const auto timed = [&](std::string_view line, const Headers& headers,
                           std::exception_ptr error) {
        status = line;
        Headers with_time = headers;
        with_time.add("Server-Timing",
                      "app;dur=" + detail::profiler_milliseconds(Clock::now() - begin));
        start_response(line, with_time, std::move(error));
    };
    Body body = application_(request, timed);
    const Clock::duration taken = Clock::now() - begin;
    if (*report_) {
        (*report_)({.method = request.request_method(),
                    .path = path,
                    .status = status,
                    .seconds = std::chrono::duration<double>(taken).count()});
    } else {
        detail::write_to_stderr(detail::concat(
            {request.request_method(), " ", detail::log_argument(std::string_view(path)), " ",
             status, " ", detail::profiler_milliseconds(taken), " ms\n"}));
    }
    return body;
}

}  // namespace microflask
