#include "server/access_log.hpp"

#include "support/catch.hpp"

#include <string>

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("a log line stays one line, whatever the client sent", "[server]") {
    AccessLogEntry entry;
    entry.remote = "192.0.2.1";
    entry.method = "GET";
    entry.target = "/a\"b\\\x1b[31m\xff";
    entry.protocol = "HTTP/1.1";
    entry.user_agent = "evil\"\n";
    entry.status = 200;
    entry.bytes = 12;
    const auto line = [&entry](AccessLogFormat format) {
        Buffer out;
        write_access_log_line(out, format, entry, "21/Nov/2026 12:00:00");
        return std::string(out.view());
    };
    CHECK(line(AccessLogFormat::none).empty());
    CHECK(line(AccessLogFormat::werkzeug) ==
          "192.0.2.1 - - [21/Nov/2026 12:00:00] \"GET /a\\x22b\\x5c\\x1b[31m\\xff HTTP/1.1\" 200 "
          "-\n");
    CHECK(line(AccessLogFormat::combined) ==
          "192.0.2.1 - - [21/Nov/2026:12:00:00 +0000] \"GET /a\\x22b\\x5c\\x1b[31m\\xff HTTP/1.1\" "
          "200 12 \"-\" "
          "\"evil\\x22\\x0a\"\n");
    CHECK(line(AccessLogFormat::json) ==
          "{\"time\":\"21/Nov/2026 12:00:00\",\"remote\":\"192.0.2.1\",\"method\":\"GET\","
          "\"target\":\"/a\\u0022b\\u005c\\u001b[31m\\u00ff\",\"protocol\":\"HTTP/"
          "1.1\",\"status\":200,\"bytes\":12,"
          "\"microseconds\":0,\"referer\":\"\",\"user_agent\":\"evil\\u0022\\u000a\"}\n");
}
