// Loggers: levels, arguments, the format, and the sink.
#include "core/log.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace microflask;

namespace {

/// A logger whose messages are kept.
struct Recorded {
    std::vector<std::string> lines;
    Logger logger;

    explicit Recorded(LogLevel level) : logger("app", level) {
        logger.sink([this](const LogRecord& record) {
            lines.push_back(std::string(log_level_name(record.level)) + " " +
                            std::string(record.name) + " " + std::string(record.message));
        });
    }
};

}  // namespace

TEST_CASE("a logger writes what is serious enough", "[core]") {
    Recorded recorded(LogLevel::warning);
    CHECK_FALSE(recorded.logger.is_enabled_for(LogLevel::info));
    CHECK(recorded.logger.is_enabled_for(LogLevel::warning));
    CHECK(recorded.logger.is_enabled_for(LogLevel::error));
    recorded.logger.debug("d");
    recorded.logger.info("i");
    recorded.logger.warning("w");
    recorded.logger.error("e");
    recorded.logger.critical("c");
    CHECK(recorded.lines ==
          std::vector<std::string>{"WARNING app w", "ERROR app e", "CRITICAL app c"});

    recorded.lines.clear();
    recorded.logger.level(LogLevel::debug);
    CHECK(recorded.logger.level() == LogLevel::debug);
    recorded.logger.debug("d");
    recorded.logger.log(LogLevel::info, "i");
    CHECK(recorded.lines == std::vector<std::string>{"DEBUG app d", "INFO app i"});
    CHECK(Logger("x").level() == LogLevel::warning);
    CHECK(recorded.logger.name() == "app");
}

TEST_CASE("arguments take the places of %s", "[core]") {
    Recorded recorded(LogLevel::debug);
    recorded.logger.info("%s is %d%% %s %r", "load", 95, true, 1.5);
    recorded.logger.info("100% of %s, %q", std::string("x"));
    recorded.logger.info("none: %s %%");
    recorded.logger.info("few: %s %s", -1);
    recorded.logger.info("big: %u %s", UINT64_MAX, 'x');
    CHECK(recorded.lines == std::vector<std::string>{"INFO app load is 95% True 1.5",
                                                     "INFO app 100% of x, %q",
                                                     "INFO app none: %s %%", "INFO app few: -1 %s",
                                                     "INFO app big: 18446744073709551615 x"});
}

TEST_CASE("an exception that is being handled is told", "[core]") {
    Recorded recorded(LogLevel::debug);
    try {
        throw std::runtime_error("kaboom");
    } catch (const std::exception&) {
        recorded.logger.exception("Exception on %s [%s]", "/boom", "GET");
    }
    recorded.logger.exception("nothing is wrong");
    CHECK(recorded.lines == std::vector<std::string>{"ERROR app Exception on /boom [GET]\nkaboom",
                                                     "ERROR app nothing is wrong"});
}

TEST_CASE("a line looks like Flask's default handler's", "[core]") {
    const std::string line =
        format_log_record({"app", LogLevel::error, "Exception on /", 1'795'262'400'123});
    CHECK(line.substr(0, 1) == "[");
    CHECK(line.substr(20) == ",123] ERROR in app: Exception on /");
    const detail::CalendarTime local = detail::to_local_calendar(1'795'262'400);
    CHECK(line.substr(1, 4) == std::to_string(local.year));
    CHECK(line.substr(5, 1) == "-");
    CHECK(std::stoi(line.substr(12, 2)) == local.hour);
    CHECK(format_log_record({"a", LogLevel::info, "m", 7}).substr(20) == ",007] INFO in a: m");
}

TEST_CASE("local time differs from UTC by less than a day", "[core]") {
    const std::int64_t moment = 1'795'262'400;
    const std::int64_t offset = detail::from_calendar(detail::to_local_calendar(moment)) - moment;
    CHECK(offset > -86400);
    CHECK(offset < 86400);
    CHECK(offset % 60 == 0);
}

TEST_CASE("threads take turns at the sink", "[core]") {
    Recorded recorded(LogLevel::debug);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 250; ++i) recorded.logger.info("%d", i);
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(recorded.lines.size() == 1000);
}
