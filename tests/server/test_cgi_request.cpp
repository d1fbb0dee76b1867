#include "server/cgi_request.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using detail::CgiForm;
using detail::CgiVariables;

namespace {

using Pairs = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// What an application sees as SCRIPT_NAME and PATH_INFO.
std::string path_seen(Pairs pairs, const CgiVariables::PathChoice& choice = {}) {
    CgiVariables variables;
    variables.add("REQUEST_METHOD", "GET");
    for (const auto& [name, value] : pairs) variables.add(name, value);
    MemoryInputStream input;
    Environ request;
    variables.fill(request, input, choice);
    return std::string(request.script_name()) + "|" + std::string(request.path_info()) + "?" +
           std::string(request.query_string());
}

std::string answer_of(const Application& application, CgiForm form = CgiForm::status_field,
                      std::string_view method = "GET") {
    CgiVariables variables;
    variables.add("REQUEST_METHOD", method);
    MemoryInputStream input;
    Environ request;
    variables.fill(request, input, {});
    std::string out;
    detail::answer_cgi_request(application, request, form,
                               [&out](std::string_view bytes, bool) { out += bytes; });
    return out;
}

}  // namespace

TEST_CASE("the path comes from what the client sent, whatever the server in front makes of it",
          "[server]") {
    // nginx: the decoded path as SCRIPT_NAME, or as PATH_INFO, or neither
    CHECK(path_seen({{"REQUEST_URI", "/f/a%2Fb/c%20d?x=1%26"}, {"SCRIPT_NAME", "/f/a/b/c d"}}) ==
          "|/f/a/b/c d?x=1%26");
    CHECK(path_seen({{"REQUEST_URI", "/u/x"}, {"PATH_INFO", "/u/x"}}) == "|/u/x?");
    CHECK(path_seen({{"REQUEST_URI", "/s/x"}}) == "|/s/x?");
    // Apache, HAProxy: a prefix and the rest
    CHECK(path_seen({{"REQUEST_URI", "/u/x?q"}, {"SCRIPT_NAME", "/u"}, {"PATH_INFO", "/x"}}) ==
          "/u|/x?q");
    // CGI itself
    CHECK(path_seen({{"REQUEST_URI", "/cgi-bin/app"}, {"SCRIPT_NAME", "/cgi-bin/app"}},
                    {.believes_script_name = true}) == "/cgi-bin/app|?");
    CHECK(path_seen({{"SCRIPT_NAME", "/app"}, {"PATH_INFO", "/x"}, {"QUERY_STRING", "a=1"}}) ==
          "/app|/x?a=1");
    // told by the user
    CHECK(path_seen({{"REQUEST_URI", "/shop/x"}, {"SCRIPT_NAME", "/shop/x"}},
                    {.script_name = "/shop"}) == "/shop|/x?");
    CHECK(path_seen({{"REQUEST_URI", "/shopping"}}, {.script_name = "/shop"}) == "|/shopping?");
    CHECK(path_seen({{"REQUEST_URI", "/f/a"}, {"SCRIPT_NAME", "/f"}, {"PATH_INFO", "/a"}},
                    {.script_name = ""}) == "|/f/a?");
}

TEST_CASE("variables become fields, facts about the server and keys", "[server]") {
    CgiVariables variables;
    for (const auto& [name, value] :
         {std::pair<std::string_view, std::string_view>{"REQUEST_METHOD", "POST"},
          {"HTTP_HOST", "example.com"},
          {"HTTP_X_A", "1"},
          {"HTTP_TRANSFER_ENCODING", "chunked"},
          {"HTTP_CONTENT_LENGTH", "99"},
          {"CONTENT_LENGTH", "7"},
          {"CONTENT_TYPE", "text/plain"},
          {"SERVER_NAME", "example.com:8080"},
          {"SERVER_PORT", "8080"},
          {"HTTPS", "on"},
          {"REMOTE_ADDR", "10.0.0.1"},
          {"REMOTE_PORT", "4711"},
          {"DOCUMENT_ROOT", "/srv"}}) {
        variables.add(name, value);
    }
    MemoryInputStream input("content");
    Environ request;
    variables.fill(request, input, {});

    CHECK(request["HTTP_HOST"] == "example.com");
    CHECK(request.field("x-a").value_or("") == "1");
    CHECK_FALSE(request.contains("HTTP_TRANSFER_ENCODING"));
    CHECK(request.content_length() == 7);
    CHECK(request["CONTENT_TYPE"] == "text/plain");
    CHECK(request["SERVER_NAME"] == "example.com");
    CHECK(request["SERVER_PORT"] == "8080");
    CHECK(request["wsgi.url_scheme"] == "https");
    CHECK(request["REMOTE_ADDR"] == "10.0.0.1");
    CHECK(request["REMOTE_PORT"] == "4711");
    CHECK(request["DOCUMENT_ROOT"] == "/srv");
    CHECK(request.input().read(100) == "content");
}

TEST_CASE("a request without method and a length that is no number are refused", "[server]") {
    CgiVariables variables;
    MemoryInputStream input;
    Environ request;
    CHECK_THROWS_AS(variables.fill(request, input, {}), BadRequest);
    for (const char* length : {"-1", "+1", "0x10", "1 ", "99999999999999999999"}) {
        CgiVariables wrong;
        wrong.add("CONTENT_LENGTH", length);
        CHECK_FALSE(wrong.content_length());
    }
    const auto fine = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", {});
        return "";
    };
    const auto status = [&fine](std::optional<std::uint64_t> length) {
        return answer_of(detail::application_for_length(fine, length, 10)).substr(8, 3);
    };
    CHECK(status(10) == "200");
    CHECK(status(11) == "413");
    CHECK(status(std::nullopt) == "400");
    CgiVariables many;
    for (int i = 0; i < 1000; ++i) many.add(std::to_string(i), "");
    CHECK_THROWS_AS(many.add("one more", ""), BadRequest);
}

TEST_CASE("an answer is written in CGI's form and in HTTP's", "[server]") {
    const auto hello = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", {{"Content-Type", "text/plain"}, {"Connection", "close"}});
        return "hello";
    };
    CHECK(answer_of(hello) ==
          "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(answer_of(hello, CgiForm::status_line) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    CHECK(answer_of(hello, CgiForm::status_field, "HEAD") ==
          "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
    const auto streamed = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", {});
        return Body([n = 0]() mutable -> std::optional<std::string> {
            return n == 3 ? std::nullopt : std::optional(std::to_string(n++));
        });
    };
    CHECK(answer_of(streamed) == "Status: 200 OK\r\n\r\n012");
    const auto empty = [](Environ&, StartResponse start_response) -> Body {
        start_response("304 Not Modified", {{"ETag", "\"x\""}});
        return "";
    };
    CHECK(answer_of(empty) == "Status: 304 Not Modified\r\nETag: \"x\"\r\n\r\n");
}

TEST_CASE("an exception becomes a page, unless the head is on its way", "[server]") {
    const auto broken = [](Environ&, StartResponse) -> Body { throw std::runtime_error("oh"); };
    CHECK(answer_of(broken).substr(0, 35) == "Status: 500 Internal Server Error\r\n");
    const auto missing = [](Environ&, StartResponse) -> Body { throw NotFound(); };
    CHECK(answer_of(missing).substr(0, 23) == "Status: 404 Not Found\r\n");
    const auto silent = [](Environ&, StartResponse) -> Body { return ""; };
    CHECK(answer_of(silent).substr(0, 11) == "Status: 500");
    const auto injected = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK\r\nX: y", {});
        return "";
    };
    CHECK(answer_of(injected, CgiForm::status_line).substr(0, 12) == "HTTP/1.1 500");
    CHECK(answer_of(injected).substr(0, 11) == "Status: 500");
    const auto late = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", {});
        return Body([n = 0]() mutable -> std::optional<std::string> {
            if (n++ == 0) return "begun";
            throw std::runtime_error("oh");
        });
    };
    CHECK_THROWS_AS(answer_of(late), std::runtime_error);
}
