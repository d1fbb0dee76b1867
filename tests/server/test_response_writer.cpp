#include "server/response_writer.hpp"

#include "support/catch.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;
using namespace microflask::detail;

namespace {

std::string field(std::string_view name, std::string_view value) {
    Buffer out;
    write_response_field(out, name, value);
    return std::string(out.view());
}

std::string whole_head(std::string_view status, const Headers& headers,
                       const ResponseConditions& conditions) {
    Buffer out;
    ResponseStamp stamp("test");
    stamp.set_time(784111777);
    const ResponseFacts facts = write_response_head(out, status, headers);
    finish_response_head(out, facts, plan_response(facts, conditions), conditions, stamp);
    return std::string(out.view());
}

ResponseConditions text_of(std::uint64_t size) {
    ResponseConditions conditions;
    conditions.size = size;
    return conditions;
}

const std::string stamp_text = "Server: test\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";

}  // namespace

TEST_CASE("a field with CR, LF or NUL at any place is refused", "[server]") {
    for (const char bad : {'\r', '\n', '\0'}) {
        for (std::size_t size = 1; size < 40; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, 'a');
                text[at] = bad;
                CAPTURE(size, at);
                CHECK_THROWS_AS(field("X", text), std::invalid_argument);
                CHECK_THROWS_AS(field(text, "x"), std::invalid_argument);
            }
        }
    }
    CHECK_THROWS_AS(field("", "x"), std::invalid_argument);
}

TEST_CASE("every other byte of a field is written as it is", "[server]") {
    for (std::size_t size = 0; size < 40; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(i % 2 ? '\t' : 0x80 + i);
        CHECK(field("Name", text) == "Name: " + text + "\r\n");
    }
}

TEST_CASE("a status is three digits and a reason", "[server]") {
    for (const char* bad :
         {"", "20", "2000", "2x0 OK", "200OK", "100 Continue", "199 x", " 200 OK", "200 O\r\nK"}) {
        Buffer out;
        CAPTURE(bad);
        CHECK_THROWS_AS(write_response_head(out, bad, Headers{}), std::invalid_argument);
    }
    CHECK(whole_head("404", Headers{}, text_of(0)).substr(0, 15) == "HTTP/1.1 404 \r\n");
    CHECK(whole_head("599 Odd one", Headers{}, text_of(0)).substr(0, 22) ==
          "HTTP/1.1 599 Odd one\r\n");
}

TEST_CASE("a head ends with length, server and date", "[server]") {
    CHECK(whole_head("200 OK", Headers{{"X-A", "1"}}, text_of(12345)) ==
          "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 12345\r\n" + stamp_text);
    CHECK(whole_head("200 OK", Headers{{"Server", "mine"}, {"date", "now"}}, text_of(0)) ==
          "HTTP/1.1 200 OK\r\nServer: mine\r\ndate: now\r\nContent-Length: 0\r\n\r\n");
    CHECK(whole_head("200 OK", Headers{{"Server", "mine"}}, text_of(7)) ==
          "HTTP/1.1 200 OK\r\nServer: mine\r\nContent-Length: 7\r\nDate: Sun, 06 Nov 1994 08:49:37 "
          "GMT\r\n\r\n");
}

TEST_CASE("framing is the server's matter", "[server]") {
    const Headers hop{{"Transfer-Encoding", "gzip"},
                      {"Connection", "upgrade"},
                      {"Keep-Alive", "5"},
                      {"content-length", "3"}};
    CHECK(whole_head("200 OK", hop, text_of(7)) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n" + stamp_text);
    CHECK(whole_head("200 OK", Headers{{"Connection", "Close"}}, text_of(7)) ==
          "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n" + stamp_text);
    for (const char* bad : {"", "+5", "-1", "5, 5", "0x5", "99999999999999999999"}) {
        Buffer out;
        CHECK_THROWS_AS(write_response_head(out, "200 OK", Headers{{"Content-Length", bad}}),
                        std::invalid_argument);
    }
}

TEST_CASE("how a body is delimited follows from status, method, version and length", "[server]") {
    const auto plan = [](std::uint16_t status, ResponseConditions conditions,
                         std::optional<std::uint64_t> said = {}) {
        ResponseFacts facts;
        facts.status = status;
        facts.content_length = said;
        return plan_response(facts, conditions);
    };
    ResponseConditions text = text_of(5);
    ResponseConditions stream;
    stream.is_streamed = true;
    ResponseConditions old_stream = stream;
    old_stream.http_1_1 = false;
    ResponseConditions head = text;
    head.is_head = true;

    CHECK(plan(200, text).framing == ResponseFraming::length);
    CHECK(plan(200, text, 7).content_length == 5U);
    CHECK(plan(200, stream).framing == ResponseFraming::chunked);
    CHECK(plan(200, stream).keep_alive);
    CHECK(plan(200, stream, 7).content_length == 7U);
    CHECK(plan(200, old_stream).framing == ResponseFraming::until_close);
    CHECK_FALSE(plan(200, old_stream).keep_alive);
    CHECK(plan(200, old_stream, 7).keep_alive);
    CHECK(plan(200, head).content_length == 5U);
    CHECK_FALSE(plan(200, head).sends_body);
    CHECK(plan(200, head, 7).content_length == 7U);
    ResponseConditions head_of_nothing = text_of(0);  // perhaps of a stream that was left out
    head_of_nothing.is_head = true;
    CHECK_FALSE(plan(200, head_of_nothing).content_length.has_value());
    CHECK(plan(200, head_of_nothing, 0).content_length == 0U);
    CHECK_FALSE(plan(204, text, 7).content_length.has_value());
    CHECK_FALSE(plan(204, text).sends_body);
    CHECK_FALSE(plan(304, text).content_length.has_value());
    CHECK(plan(304, text, 7).content_length == 7U);
    CHECK_FALSE(plan(304, stream).sends_body);
}

TEST_CASE("an error page is Werkzeug's", "[server]") {
    Buffer out;
    ResponseStamp stamp("");
    write_error_response(out, 500, ResponseConditions{}, stamp);
    const std::string page =
        "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal "
        "Server Error</h1>\n"
        "<p>The server encountered an internal error and was unable to complete your request. "
        "Either the server is "
        "overloaded or there is an error in the application.</p>\n";
    CHECK(std::string(out.view()) ==
          "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html; charset=utf-8\r\n"
          "Content-Length: " +
              std::to_string(page.size()) + "\r\n\r\n" + page);
}
