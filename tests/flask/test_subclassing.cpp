#include "flask/app.hpp"

#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <exception>
#include <stdexcept>
#include <string>

using namespace microflask;

TEST_CASE("how an exception is logged can be replaced", "[flask][errors]") {
    Flask app;
    std::string log;
    int seen = 0;
    app.logger().sink([&](const LogRecord& record) { log += record.message; });
    app.log_exception([&](const std::exception_ptr& error) { seen += error ? 1 : 0; });
    app.get("/", []() -> std::string { throw std::runtime_error("test"); });
    const auto response = app.test_client().get("/");
    CHECK(response.status_code() == 500);
    CHECK(response.text().find("Internal Server Error") != std::string::npos);
    CHECK(log.empty());
    CHECK(seen == 1);
}
