// Whole answers as they stand on the socket: Flask's fields and bodies, framed by this server.
#include "server/serving.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using test_support::RawClient;
using test_support::ServerFixture;

namespace {

void add_routes(Flask& app) {
    app.get("/", [] { return "Hello, World!"; });
    app.get("/slash/", [] { return "slash"; });
    app.get("/204", [] { return std::make_pair("", 204); });
    app.get("/cookie", [] {
        Response response("x");
        response.set_cookie("a", "1");
        response.headers()["X-Foo"] = "bar";
        return response;
    });
    app.get("/boom", []() -> std::string { throw std::runtime_error("kaboom"); });
    app.get("/stream", [] {
        return Response(stream([n = 0]() mutable -> std::optional<std::string> {
                            ++n;
                            if (n > 2) return std::nullopt;
                            return n == 1 ? "aaa" : "bb";
                        }),
                        200, {}, {.mimetype = "text/plain"});
    });
    app.post("/echo", [] { return request->get_data(); });
    app.get("/env", [] {
        Environ& environ = request->environ();
        std::string text;
        for (const std::string_view key :
             {"CONTENT_TYPE", "HTTP_X_A", "HTTP_X_B", "PATH_INFO", "QUERY_STRING", "RAW_URI",
              "REMOTE_ADDR", "REQUEST_METHOD", "REQUEST_URI", "SCRIPT_NAME", "SERVER_PROTOCOL",
              "wsgi.url_scheme"})
            text += std::string(key) + "=" + std::string(environ[key]) + "\n";
        return text;
    });
}

/// Sends a message to a fresh connection and reads to its end, the date left out.
std::string answered(const ServerFixture& server, std::string_view message) {
    RawClient client(server.port());
    client.send(message);
    client.finish_sending();
    std::string text = client.read_to_end();
    for (std::size_t at = 0; (at = text.find("\r\nDate: ", at)) != std::string::npos; ++at)
        text.replace(at + 8, 29, "<date>");
    return text;
}

std::string head(std::string_view status, std::string_view fields) {
    return "HTTP/1.1 " + std::string(status) + "\r\n" + std::string(fields) +
           "Server: s\r\nDate: <date>\r\n\r\n";
}
std::string html(std::size_t length, std::string_view before = {}, std::string_view after = {}) {
    return "Content-Type: text/html; charset=utf-8\r\n" + std::string(before) +
           "Content-Length: " + std::to_string(length) + "\r\n" + std::string(after);
}
std::string page(std::string_view title, std::string_view name, std::string_view text) {
    return "<!doctype html>\n<html lang=en>\n<title>" + std::string(title) + "</title>\n<h1>" +
           std::string(name) + "</h1>\n<p>" + std::string(text);
}

}  // namespace

TEST_CASE("answers stand on the socket as Flask's do", "[live][flask]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    add_routes(app);
    ServerOptions options;
    options.server_header = "s";
    ServerFixture server(app, options);
    const std::string one = " HTTP/1.1\r\nHost: example.com:99\r\n\r\n";
    const std::string hello = head("200 OK", html(13)) + "Hello, World!";
    const std::string url = "http://example.com:99/slash/";
    const std::string plain = "Content-Type: text/plain; charset=utf-8\r\n";
    const std::pair<std::string, std::string> cases[] = {
        {"GET /" + one, hello},
        {"HEAD /" + one, head("200 OK", html(13))},
        {"GET /nope" + one,
         head("404 Not Found", html(207)) +
             page("404 Not Found", "Not Found",
                  "The requested URL was not found on the server. If you entered the URL manually "
                  "please check your spelling and try again.</p>\n")},
        {"GET /204" + one, head("204 No Content", "Content-Type: text/html; charset=utf-8\r\n")},
        {"GET /slash" + one,
         head("308 Permanent Redirect", html(243, "Location: " + url + "\r\n")) +
             page("Redirecting...", "Redirecting...",
                  "You should be redirected automatically to the target URL: <a href=\"" + url +
                      "\">" + url + "</a>. If not, click the link.\n")},
        {"GET /cookie" + one,
         head("200 OK", html(1, "Set-Cookie: a=1; Path=/\r\nX-Foo: bar\r\n")) + "x"},
        {"GET http://example.com/" + one, hello},
        {"GET /boom" + one,
         head("500 Internal Server Error", html(265)) +
             page("500 Internal Server Error", "Internal Server Error",
                  "The server encountered an internal error and was unable to complete your "
                  "request. Either the server is overloaded or there is an error in the "
                  "application.</p>\n")},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
         head("200 OK", html(3)) + "abc"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
         head("200 OK", html(5)) + "abcde"},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
         "HTTP/1.1 100 Continue\r\n\r\n"},
        {"GET /stream" + one, head("200 OK", plain + "Transfer-Encoding: chunked\r\n") +
                                  "3\r\naaa\r\n2\r\nbb\r\n0\r\n\r\n"},
        {"GET /stream HTTP/1.0\r\n\r\n", head("200 OK", plain + "Connection: close\r\n") + "aaabb"},
        {"GET / HTTP/1.0\r\n\r\n",
         head("200 OK", html(13, "", "Connection: close\r\n")) + "Hello, World!"},
        {"GET /env?a=%20b HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-A: 2\r\nX_B: u\r\nContent-Type: "
         "t/p\r\n\r\n",
         head("200 OK", html(220)) +
             "CONTENT_TYPE=t/p\nHTTP_X_A=1, 2\nHTTP_X_B=\nPATH_INFO=/env\nQUERY_STRING=a=%20b\n"
             "RAW_URI=/env?a=%20b\nREMOTE_ADDR=127.0.0.1\nREQUEST_METHOD=GET\n"
             "REQUEST_URI=/env?a=%20b\nSCRIPT_NAME=\nSERVER_PROTOCOL=HTTP/1.1\n"
             "wsgi.url_scheme=http\n"},
    };
    for (const auto& [message, answer] : cases) {
        CAPTURE(message);
        const std::string got = answered(server, message);
        if (message.find("Expect") != std::string::npos) {
            CHECK(got.substr(0, answer.size()) == answer);
        } else {
            CHECK(got == answer);
        }
    }
}

TEST_CASE("what is no request is answered in HTTP, and nothing of it is echoed", "[live][flask]") {
    Flask app;
    add_routes(app);
    ServerFixture server(app);
    const std::pair<std::string, std::string_view> cases[] = {
        {"GET /\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/9.9\r\nHost: x\r\n\r\n", "HTTP/1.1 505 "},
        {"garbage\r\n\r\n", "HTTP/1.1 400 "},
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
        {"GET /slash HTTP/1.1\r\nHost: a b\r\n\r\n", "HTTP/1.1 400 "},
        {"GET /" + std::string(100000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 414 "},
    };
    for (const auto& [message, start] : cases) {
        const std::string got = answered(server, message);
        CAPTURE(message.substr(0, 60), got);
        CHECK(got.substr(0, start.size()) == start);
        CHECK(got.find("\r\nConnection: close\r\n") != std::string::npos);
        CHECK(got.find("garbage") == std::string::npos);
        CHECK(got.find("a b") == std::string::npos);
    }
}
