#include "core/log.hpp"

#include "flask/app.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>

using namespace microflask;

TEST_CASE("the logger has the application's name, and writes warnings", "[flask][logging]") {
    Flask app;
    CHECK(app.logger().name() == app.name());
    CHECK(app.logger().name() == "test_logging");
    CHECK(app.logger().level() == LogLevel::warning);
    CHECK(&app.logger() == &app.logger());
}

TEST_CASE("in debug mode the logger writes everything", "[flask][logging]") {
    Flask app;
    app.debug(true);
    CHECK(app.logger().level() == LogLevel::debug);
    app.logger().level(LogLevel::error);
    CHECK(app.logger().level() == LogLevel::error);
}

TEST_CASE("messages go to the sink that was set", "[flask][logging]") {
    Flask app;
    std::string log;
    app.logger().sink([&](const LogRecord& record) { log += format_log_record(record); });
    app.get("/", [] {
        current_app->logger().error("test");
        return "";
    });
    app.test_client().get("/");
    CHECK(log.find("ERROR in test_logging: test") != std::string::npos);
}

TEST_CASE("an exception of a view is logged with its request", "[flask][logging]") {
    Flask app;
    std::string log;
    app.logger().sink([&](const LogRecord& record) { log += format_log_record(record); });
    app.get("/", []() -> std::string { throw std::runtime_error("test"); });
    app.testing(false);
    const auto response = app.test_client().get("/");
    CHECK(response.status_code() == 500);
    CHECK(response.text().find("Internal Server Error") != std::string::npos);
    CHECK(log.find("Exception on / [GET]") != std::string::npos);
    CHECK(log.find("test") != std::string::npos);
}
