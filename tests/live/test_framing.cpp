#include "server/request_parser.hpp"

#include "http/exceptions.hpp"
#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// Answers with method, path and body, and counts what no client asked for.
Application mirror(std::atomic<int>& smuggled) {
    return [&smuggled](Environ& request, StartResponse start_response) -> Body {
        std::string text =
            std::string(request.request_method()) + " " + std::string(request.path_info()) + "\n";
        if (request.path_info() == "/smuggled") ++smuggled;
        text += request.input().read();
        start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
        return text;
    };
}

ServerOptions small_limits() {
    ServerOptions options;
    options.limits.request_line = 60;
    options.limits.header_bytes = 150;
    options.limits.header_count = 5;
    options.limits.body = 1000;
    return options;
}

/// What cannot be the same in two answers, taken out.
std::string without_chance(std::string text) {
    const auto remove = [&text](std::string_view begin, std::string_view end) {
        for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos;)
            text.erase(at, text.find(end, at) + end.size() - at);
    };
    remove("Date: ", "\r\n");
    remove("HTTP/1.1 100 ", "\r\n\r\n");  // not sent where the body came along
    return text;
}

std::string field(const std::string& text) {
    return "POST /a HTTP/1.1\r\nHost: x\r\n" + text + "\r\n\r\n";
}

const std::string host = "Host: x\r\n";
const std::string last = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

/// Sends the message whole, then on one connection for each place split there. All answers must be `expected`'s.
void check_at_every_split(const ServerFixture& server, const std::string& message,
                          std::size_t splits, const std::string& statuses) {
    RawClient whole(server.port());
    whole.send(message);
    const std::string answer = without_chance(whole.read_to_end());
    std::string found;
    for (std::size_t at = 0; (at = answer.find("HTTP/1.1 ", at)) != std::string::npos; at += 12)
        found += answer.substr(at + 9, 3) + " ";
    CAPTURE(message);
    CHECK(found == statuses);

    std::vector<RawClient> clients;
    for (std::size_t at = 1; at < splits; ++at) {
        clients.emplace_back(server.port());
        clients.back().send(std::string_view(message).substr(0, at));
    }
    // The loop that answers this has seen the beginnings before.
    CHECK(RawClient(server.port()).get("/ping").status == 200);
    for (std::size_t at = 1; at < splits; ++at) {
        CAPTURE(at);
        clients[at - 1].send(std::string_view(message).substr(at));
        CHECK(without_chance(clients[at - 1].read_to_end()) == answer);
    }
}

}  // namespace

TEST_CASE("what is ambiguous is refused and closed, wherever it is split", "[live]") {
    std::atomic<int> smuggled{0};
    ServerFixture server(mirror(smuggled), small_limits());
    struct Refused {
        std::string message;
        std::string status;
    };
    const std::vector<Refused> messages = {
        {field("Content-Length: 5\r\nTransfer-Encoding: chunked"), "400 "},
        {field("Transfer-Encoding: chunked\r\nContent-Length: 0"), "400 "},
        {field("Content-Length: 5\r\nContent-Length: 6"), "400 "},
        {field("Content-Length: 5\r\nContent-Length: 5"), "400 "},
        {field("Content-Length: +5"), "400 "},
        {field("Content-Length: -5"), "400 "},
        {field("Content-Length: 0x5"), "400 "},
        {field("Content-Length: 5,5"), "400 "},
        {field("Content-Length:"), "400 "},
        {field("Content-Length: 18446744073709551621"), "400 "},
        {field("Transfer-Encoding: chunked, identity"), "400 "},
        {field("Transfer-Encoding: xchunked"), "400 "},
        {field("Transfer-Encoding: gzip, chunked"), "501 "},
        {field("Content-Length : 5"), "400 "},
        {field("Transfer-Encoding\t: chunked"), "400 "},
        {field("X: a\r\n Content-Length: 5"), "400 "},
        {field("X: a\rContent-Length: 5"), "400 "},
        {field("X: a\nContent-Length: 5"), "400 "},
        {field(std::string("X: a\0b", 6)), "400 "},
        {field(": x"), "400 "},
        {field("X"), "400 "},
        {field("Host: x"), "400 "},
        {field("Content-Length: 1000000000000"), "413 "},
        {field("Expect: a-miracle"), "417 "},
        {"GET / HTTP/1.1\r\n\r\n", "400 "},
        {"GET / HTTP/1.1\n" + host + "\n", "400 "},
        {"GET /\r\n\r\n", "400 "},
        {"GET  / HTTP/1.1\r\n" + host + "\r\n", "400 "},
        {"GET / HTTP/1.1 \r\n" + host + "\r\n", "400 "},
        {"GET / HTTP/1.1\r\n " + host + "\r\n", "400 "},
        {"G@T / HTTP/1.1\r\n" + host + "\r\n", "400 "},
        {"GET /\x7f HTTP/1.1\r\n" + host + "\r\n", "400 "},
        {"GET / HTTP/2.0\r\n" + host + "\r\n", "505 "},
        {"GET / HTTP/1.9\r\n" + host + "\r\n", "505 "},
        {"GET / HTTP/0.9\r\n" + host + "\r\n", "505 "},
        {"CONNECT x:80 HTTP/1.1\r\n" + host + "\r\n", "501 "},
        {"GET /" + std::string(60, 'a') + " HTTP/1.1\r\n" + host + "\r\n", "414 "},
        {field("X: " + std::string(150, 'a')), "431 "},
        {field("A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1"), "431 "},
    };
    for (const Refused& each : messages)
        check_at_every_split(server, each.message + hidden, each.message.size() + 2, each.status);
    CHECK(smuggled == 0);
}

TEST_CASE("a fault in a chunk is refused and closed, wherever it is split", "[live]") {
    std::atomic<int> smuggled{0};
    ServerFixture server(mirror(smuggled), small_limits());
    const std::string head = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string chunks :
         {"-2\r\n", "+1\r\nx\r\n0\r\n\r\n", " 1\r\nx\r\n0\r\n\r\n", "0x1\r\nx\r\n0\r\n\r\n",
          "1_\r\nx\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFFF\r\nx", "\r\n0\r\n\r\n", "1 \r\nx\r\n",
          "1\nx\r\n0\r\n\r\n", "1\r\nxy\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n", "0\r\n X: 1\r\n\r\n",
          "0\r\nX\x01\r\n\r\n", "1;a\nb\r\nx\r\n"}) {
        check_at_every_split(server, head + chunks + hidden, head.size() + chunks.size() + 1,
                             "400 ");
    }
    CHECK(smuggled == 0);
}

TEST_CASE("what is allowed is understood, wherever it is split", "[live]") {
    std::atomic<int> smuggled{0};
    ServerOptions options = small_limits();
    options.threaded = true;  // views wait for the second part of what expects a "100 Continue"
    options.loops = 1;
    options.threads = 200;
    ServerFixture server(mirror(smuggled), options);
    const std::string length = "Content-Length: " + std::to_string(hidden.size());
    const std::string chunk = [] {
        char size[8];
        std::snprintf(size, sizeof size, "%zX", hidden.size());
        return size + std::string("\r\n") + hidden + "\r\n0\r\n\r\n";
    }();
    const std::vector<std::string> messages = {
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        field("X:"),
        field("X: \t a\tb \t"),
        field(length) + hidden,
        field("Transfer-Encoding: Chunked") + chunk,
        field("Transfer-Encoding: chunked") + "0\r\nHost: evil\r\nContent-Length: 9\r\n\r\n",
        field("Transfer-Encoding: chunked") + "3;a=\"b\"\r\nabc\r\n00\r\n\r\n",
        field("Expect: 100-continue\r\n" + length) + hidden,
        "GET /a HTTP/1.1\r\nHost: x\r\n" + length + "\r\n\r\n" + hidden,
    };
    for (const std::string& message : messages)
        check_at_every_split(server, message + last, message.size() + last.size(), "200 200 ");
    CHECK(smuggled == 0);
}

TEST_CASE("after every kind of answer the next request is the next request", "[live]") {
    std::atomic<int> smuggled{0};
    const auto application = [&smuggled](Environ& request, StartResponse start_response) -> Body {
        const std::string path(request.path_info());
        if (path == "/smuggled") ++smuggled;
        if (path == "/throw") throw std::runtime_error("a secret");
        if (path == "/missing") throw NotFound();
        const bool empty = path == "/204" || path == "/304";
        start_response(empty ? path.substr(1) + " X" : "200 OK", Headers{});
        if (path == "/throw-late") throw std::runtime_error("a secret");
        if (path == "/read") return request.input().read();
        if (path == "/read-some") {
            char some[3];
            request.input().read(some, sizeof some);
        }
        if (path == "/stream" || path == "/stream-throws") {
            return [path, i = 0]() mutable -> std::optional<std::string> {
                if (i == 1 && path == "/stream-throws") throw std::runtime_error("a secret");
                return i++ < 3 ? std::optional<std::string>("x") : std::nullopt;
            };
        }
        return "text";
    };
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    ServerFixture server(application, options);
    const std::string length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n\r\n";
    for (const std::string method : {"GET", "HEAD", "POST"}) {
        for (const char* path : {"/text", "/204", "/304", "/read", "/read-some", "/stream",
                                 "/throw", "/throw-late", "/missing", "/stream-throws"}) {
            CAPTURE(method, path);
            RawClient client(server.port());
            client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + length + hidden);
            const RawResponse first = client.read_response(method == "HEAD");
            CHECK(first.head.find("secret") == std::string::npos);
            CHECK(first.body.find("secret") == std::string::npos);
            client.send("GET /204 HTTP/1.1\r\nHost: x\r\n\r\n");
            const RawResponse second = client.read_response();
            // A stream that broke off can only be ended by closing.
            const bool breaks = std::string_view(path) == "/stream-throws" && method != "HEAD";
            CHECK(second.status == (breaks ? 0 : 204));
        }
    }
    CHECK(smuggled == 0);
}

TEST_CASE("what a client sends shows up where it belongs and nowhere else", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        std::string text = request.input().read() + "\n";
        text += "remote " + std::string(request["REMOTE_ADDR"]) + "\n";
        text += "host " + std::string(request["HTTP_HOST"]) + "\n";
        text += "x " + std::string(request["HTTP_X"]) + "\n";
        text += "length " + std::string(request["CONTENT_LENGTH"]) + "\n";
        text += "forwarded " + std::string(request["HTTP_X_FORWARDED_FOR"]) + "\n";
        start_response("200 OK", Headers{});
        return text;
    };
    ServerFixture server(application);
    RawClient client(server.port());
    const auto ask = [&client](const std::string& fields, const std::string& body) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body);
        return client.read_response().body;
    };
    const std::string usual = "\nremote 127.0.0.1\nhost x\n";
    // Trailers never become fields.
    CHECK(ask("Transfer-Encoding: chunked\r\n",
              "1\r\na\r\n0\r\nHost: evil\r\nX: evil\r\nX-Forwarded-For: 1.2.3.4\r\n"
              "Content-Length: 7\r\n\r\n") == "a" + usual + "x \nlength \nforwarded \n");
    // Facts about the connection cannot be said by a field.
    CHECK(ask("REMOTE_ADDR: 1.2.3.4\r\nRemote-Addr: 1.2.3.4\r\n", "") ==
          usual + "x \nlength \nforwarded \n");
    // A field is what it is: nothing in it is decoded.
    CHECK(ask("X: a%0d%0aSet-Cookie: b\r\n", "") ==
          usual + "x a%0d%0aSet-Cookie: b\nlength \nforwarded \n");
    // A body is what it is: nothing in it is inflated.
    CHECK(ask("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "\x1f\x8b\x08z") ==
          "\x1f\x8b\x08z" + usual + "x \nlength 4\nforwarded \n");
    for (const char* target :
         {"/%", "/%4", "/%zz", "/%00", "/a?%", "/?&&=&", "/%2e%2e/", "//e/.."}) {
        client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(client.read_response().status == 200);
    }
}

TEST_CASE("the limit of a body holds for every framing, read whole or in pieces", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        std::size_t size = 0;
        if (request.path_info() == "/pieces") {
            char piece[1000];
            while (const std::size_t count = request.input().read(piece, sizeof piece))
                size += count;
        } else {
            size = request.input().read().size();
        }
        start_response("200 OK", Headers{});
        return std::to_string(size);
    };
    ServerOptions options;
    options.limits.body = GENERATE(5000U, 100000U);
    options.threaded = GENERATE(false, true);
    ServerFixture server(application, options);
    for (const std::string path : {"/whole", "/pieces"}) {
        for (const std::uint64_t size : {options.limits.body, options.limits.body + 1}) {
            CAPTURE(path, size, options.limits.body);
            const bool fits = size == options.limits.body;
            const std::string body(static_cast<std::size_t>(size), 'x');
            char hex[20];
            std::snprintf(hex, sizeof hex, "%zx", body.size());
            RawClient length(server.port());
            length.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                        std::to_string(size) + "\r\n\r\n" + (fits ? body : ""));
            CHECK(length.read_response().status == (fits ? 200 : 413));
            RawClient chunks(server.port());
            chunks.send("POST " + path +
                        " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + hex +
                        "\r\n" + body + "\r\n" + (fits ? "0\r\n\r\n" : "1"));
            CHECK(chunks.read_response().status == (fits ? 200 : 413));
        }
    }
    // A body of no declared length is no body: what follows is the next request.
    RawClient none(server.port());
    none.send("POST /whole HTTP/1.1\r\nHost: x\r\n\r\nGET /whole HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(none.read_response().body == "0");
    CHECK(none.read_response().body == "0");
}
