#include "server/serving.hpp"

#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// Answers with what the request looked like.
Body mirror(Environ& request, StartResponse start_response) {
    std::string text = std::string(request.request_method()) + " " +
                       std::string(request.path_info()) + "?" +
                       std::string(request.query_string()) + "\n";
    text += request.input().read();
    start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
    return text;
}

/// The pollers of this system, each of which must pass the same tests.
ServerOptions each_poller() {
    std::vector<PollerKind> kinds;
    for (const PollerKind kind : {PollerKind::epoll, PollerKind::kqueue, PollerKind::poll}) {
        if (detail::has_poller(kind)) kinds.push_back(kind);
    }
    ServerOptions options;
    options.poller = kinds[GENERATE_COPY(range(std::size_t{0}, kinds.size()))];
    return options;
}

const std::string get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("requests on one connection are answered one after the other", "[live]") {
    ServerFixture server(mirror, each_poller());
    RawClient client(server.port());

    for (int i = 0; i < 3; ++i) {
        client.send("POST /a%20b?c=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
        const RawResponse response = client.read_response();
        CHECK(response.status == 200);
        CHECK(response.body == "POST /a b?c=%20\nhello");
        CHECK(response.field("Content-Type") == "text/plain");
        CHECK(response.field("Server").substr(0, 11) == "microflask/");
        CHECK(response.field("Date").size() == 29);
        CHECK(response.field("Connection").empty());
    }
}

TEST_CASE("a request may arrive split at every byte", "[live]") {
    ServerFixture server(mirror, each_poller());
    const std::string bytes = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    const std::string chunked =
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
        "chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\nT: 1\r\n\r\n";
    for (const std::string& message : {bytes, chunked}) {
        RawClient client(server.port());
        for (std::size_t at = 1; at < message.size(); ++at) {
            CAPTURE(at);
            REQUIRE(client.send_split(message, at, std::chrono::milliseconds(1)));
            const RawResponse response = client.read_response();
            REQUIRE(response.status == 200);
            REQUIRE(response.body == "POST /x?\nhello");
        }
        for (const char byte : message) client.send({&byte, 1});
        CHECK(client.read_response().body == "POST /x?\nhello");
    }
}

TEST_CASE("pipelined requests are answered in order", "[live]") {
    ServerFixture server(mirror, each_poller());
    RawClient client(server.port());
    std::string bytes;
    for (int i = 0; i < 50; ++i)
        bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";

    client.send(bytes);

    for (int i = 0; i < 50; ++i)
        CHECK(client.read_response().body == "GET /" + std::to_string(i) + "?\n");
}

TEST_CASE("requests behind a large answer are not forgotten", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{});
        return std::string(request.path_info() == "/large" ? 100000 : 10, 'x');
    };
    ServerOptions options = each_poller();
    options.threaded = GENERATE(false, true);
    ServerFixture server(application, options);
    RawClient client(server.port());
    std::string bytes;
    for (int i = 0; i < 20; ++i)
        bytes += "GET /" + std::string(i % 3 ? "small" : "large") + " HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(bytes);
    for (int i = 0; i < 20; ++i)
        CHECK(client.read_response().body.size() == (i % 3 ? 10U : 100000U));
}

TEST_CASE("HTTP/1.0 is kept alive only where asked for, and told so", "[live]") {
    ServerFixture server(mirror);
    RawClient client(server.port());
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(client.read_response().field("Connection") == "keep-alive");
    client.send("GET / HTTP/1.0\r\n\r\n");
    CHECK(client.read_response().field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("a client that asks for it is closed", "[live]") {
    ServerFixture server(mirror, each_poller());
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(client.read_response().field("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("what is refused is answered, and the connection ends", "[live]") {
    ServerFixture server(mirror, each_poller());
    const auto [message, status] = GENERATE(table<std::string, int>({
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
         400},
        {"GET / HTTP/3.0\r\nHost: x\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", 417},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000000\r\n\r\n", 413},
        {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(40000, 'a') + "\r\n\r\n", 431},
    }));
    CAPTURE(message.substr(0, 80), status);
    RawClient client(server.port());

    client.send(message + get);

    const RawResponse response = client.read_response();
    CHECK(response.status == status);
    CHECK(response.field("Connection") == "close");
    CHECK(response.body.find("<title>" + std::to_string(status)) != std::string::npos);
    CHECK(client.is_closed());
}

TEST_CASE("bad chunks end the connection with 400", "[live]") {
    ServerFixture server(mirror);
    RawClient client(server.port());
    client.send(
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nxx\r\n0\r\n\r\n" +
        get);
    CHECK(client.read_response().status == 400);
    CHECK(client.is_closed());
}

TEST_CASE("a body that the view did not read is dropped, or ends the connection", "[live]") {
    const auto ignores = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
        return "ignored";
    };
    ServerOptions options;
    options.limits.unread_body = 200000;
    ServerFixture server(ignores, options);
    const std::string smuggled = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n";

    SECTION("a small one") {
        RawClient client(server.port());
        client.send("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                    std::to_string(smuggled.size()) + "\r\n\r\n" + smuggled);
        client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        CHECK(client.read_response().body == "ignored");
        CHECK(client.read_response().field("Connection") == "close");
        CHECK(client.is_closed());
    }
    SECTION("one that is streamed, within the bound") {
        RawClient client(server.port());
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n" +
                    std::string(150000, 'G') + get);
        CHECK(client.read_response().body == "ignored");
        CHECK(client.read_response().body == "ignored");
    }
    SECTION("a chunked one") {
        RawClient client(server.port());
        client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
            "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" +
            get);
        CHECK(client.read_response().body == "ignored");
        CHECK(client.read_response().body == "ignored");
    }
    SECTION("one beyond the bound") {
        RawClient client(server.port());
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" +
                    std::string(100000, 'G'));
        CHECK(client.read_response().body == "ignored");
        CHECK(client.is_closed());
    }
    SECTION("one that was never asked for") {
        RawClient client(server.port());
        client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        CHECK(client.read_response().body == "ignored");
        CHECK(client.is_closed());
    }
}

TEST_CASE("100 Continue is sent when the body is first read", "[live]") {
    ServerFixture server(mirror, each_poller());
    RawClient client(server.port());
    client.send(get +
                "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    CHECK(client.read_response().status == 200);
    CHECK(client.read_response().status == 100);
    client.send("hello" + get);
    CHECK(client.read_response().body == "POST /?\nhello");
    CHECK(client.read_response().body == "GET /?\n");
}

TEST_CASE("large bodies go both ways", "[live]") {
    ServerFixture server(mirror, each_poller());
    RawClient client(server.port());
    std::string body;
    for (int i = 0; body.size() < 5000000; ++i) body += std::to_string(i) + ",";
    std::string message =
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body;
    std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t at = 0; at < body.size(); at += 70000) {
        char size[20];
        const std::string piece = body.substr(at, 70000);
        std::snprintf(size, sizeof size, "%zX\r\n", piece.size());
        chunked += size + piece + "\r\n";
    }
    chunked += "0\r\n\r\n";
    for (const std::string& each : {message, chunked, message}) {
        std::thread sender([&client, &each] { client.send(each); });
        const RawResponse response = client.read_response();
        sender.join();
        CHECK(response.status == 200);
        CHECK(response.body == "POST /?\n" + body);
    }
    CHECK(client.get("/x").body == "GET /x?\n");
}

TEST_CASE("a body beyond the server's limit is 413, chunked too", "[live]") {
    ServerOptions options;
    options.limits.body = 100000;
    ServerFixture server(mirror, options);
    RawClient client(server.port());
    std::string endless = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 20; ++i) endless += "2710\r\n" + std::string(10000, 'a') + "\r\n";
    client.send(endless);
    CHECK(client.read_response().status == 413);
    CHECK(client.is_closed());
}

TEST_CASE("HEAD, 204 and 304 have no body", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        const std::string status(request.path_info().substr(1));
        start_response(status + " X", Headers{{"Content-Type", "text/plain"}});
        return "twelve bytes";
    };
    ServerFixture server(application);
    RawClient client(server.port());
    client.send("HEAD /200 HTTP/1.1\r\nHost: x\r\n\r\n");
    const RawResponse head = client.read_response(true);
    CHECK(head.field("Content-Length") == "12");
    client.send("GET /204 HTTP/1.1\r\nHost: x\r\n\r\nGET /304 HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read_response().field("Content-Length").empty());
    CHECK(client.read_response().field("Content-Length").empty());
    CHECK(client.get("/200").body == "twelve bytes");
}

TEST_CASE("an exception of the application is a 500, and the connection lives on", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{{"X-Secret", "1"}});
        if (request.path_info() == "/throw") throw std::runtime_error("a secret");
        if (request.path_info() == "/int") throw 5;
        if (request.path_info() == "/twice") start_response("200 OK", Headers{});
        return "fine";
    };
    ServerFixture server(application);
    RawClient client(server.port());
    for (const char* path : {"/throw", "/int", "/twice"}) {
        const RawResponse response = client.get(path);
        CHECK(response.status == 500);
        CHECK(response.field("X-Secret").empty());
        CHECK((response.head + response.body).find("a secret") == std::string::npos);
    }
    CHECK(client.get("/").body == "fine");
}

TEST_CASE("start_response may be called again with exc_info, and late by a stream", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        if (request.path_info() == "/none") return "x";
        start_response("200 OK", Headers{{"X-A", "1"}});
        start_response("500 Oh no", Headers{{"X-B", "2"}},
                       std::make_exception_ptr(std::runtime_error("x")));
        return "replaced";
    };
    ServerFixture server(application);
    RawClient client(server.port());
    const RawResponse response = client.get("/");
    CHECK(response.head.substr(0, 22) == "HTTP/1.1 500 Oh no\r\nX-");
    CHECK(response.field("X-A").empty());
    CHECK(response.field("X-B") == "2");
    CHECK(client.get("/none").status == 500);
}

TEST_CASE("header fields cannot split an answer", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        const std::string bad = "x\r\nSet-Cookie: evil=1";
        if (request.path_info() == "/status") start_response("200 " + bad, Headers{});
        if (request.path_info() == "/name") start_response("200 OK", Headers{{bad, "x"}});
        if (request.path_info() == "/value") start_response("200 OK", Headers{{"X", bad}});
        if (request.path_info() == "/length")
            start_response("200 OK", Headers{{"Content-Length", "+5"}});
        return "x";
    };
    ServerFixture server(application);
    for (const char* path : {"/status", "/name", "/value", "/length"}) {
        RawClient client(server.port());
        const RawResponse response = client.get(path);
        CHECK(response.status == 500);
        CHECK(response.field("Set-Cookie").empty());
    }
}

TEST_CASE("a stream is chunked in HTTP/1.1 and ends with the connection in 1.0", "[live]") {
    const auto application = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
        return [i = 0]() mutable -> std::optional<std::string> {
            if (i == 5) return std::nullopt;
            return i++ == 2 ? std::string() : std::to_string(i) + ";";
        };
    };
    ServerFixture server(application, each_poller());
    RawClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        const RawResponse response = client.get("/");
        CHECK(response.field("Transfer-Encoding") == "chunked");
        CHECK(response.body == "1;2;4;5;");
    }
    client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const RawResponse old = client.read_response();
    CHECK(old.field("Transfer-Encoding").empty());
    CHECK(old.field("Connection") == "close");
    CHECK(old.body == "1;2;4;5;");
}

TEST_CASE("a stream is held to the length it promised", "[live]") {
    const auto application = [](Environ& request, StartResponse start_response) -> Body {
        start_response("200 OK",
                       Headers{{"Content-Length", std::string(request.path_info().substr(1))}});
        return std::vector<std::string>{"12345", "67890"};
    };
    ServerFixture server(application);
    RawClient client(server.port());
    CHECK(client.get("/10").body == "1234567890");
    CHECK(client.get("/7").body == "1234567");
    CHECK(client.get("/12").body == "1234567890");
    CHECK(client.is_closed());
}

TEST_CASE("a stream is closed exactly once, also when the client goes away", "[live]") {
    struct Counted final : BodyStream {
        explicit Counted(std::atomic<int>& count, bool ends) : closed(count), is_finite(ends) {}
        std::optional<std::string> next() override {
            if (is_finite && ++given > 3) return std::nullopt;
            return std::string(10000, 'x');
        }
        void close() override { ++closed; }
        std::atomic<int>& closed;
        bool is_finite;
        int given = 0;
    };
    std::atomic<int> closed{0};
    const auto application = [&closed](Environ& request, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{});
        return std::static_pointer_cast<BodyStream>(
            std::make_shared<Counted>(closed, request.path_info() == "/finite"));
    };
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    {
        ServerFixture server(application, options);
        RawClient client(server.port());
        CHECK(client.get("/finite").body.size() == 30000);
        client.send("HEAD /finite HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(client.read_response(true).status == 200);
        client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(client.is_readable(5000));
        client.close();
    }
    CHECK(closed == 3);
}

TEST_CASE("the server refuses a port in use with a clear message", "[live]") {
    const auto first = make_server("127.0.0.1", 0, mirror);
    const std::string port = std::to_string(first->port());
    std::string message;
    try {
        make_server("127.0.0.1", first->port(), mirror);
    } catch (const OSError& error) {
        message = error.what();
    }
    CHECK(message == "Address already in use\nPort " + port +
                         " is in use by another program. Either identify and stop that program, or "
                         "start the server "
                         "with a different port.");
    CHECK(run_simple("127.0.0.1", first->port(), mirror) == 1);
}

TEST_CASE("localhost is both loopback addresses", "[live]") {
    ServerFixture server(mirror, {}, "localhost");
    CHECK(RawClient(server.port(), "127.0.0.1").get("/").status == 200);
    bool has_ipv6 = true;
    try {
        make_server("::1", 0, mirror);
    } catch (const OSError&) {
        has_ipv6 = false;
    }
    if (has_ipv6) CHECK(RawClient(server.port(), "::1").get("/").status == 200);
    CHECK(server.server().host() == "localhost");
}

TEST_CASE("handle_request serves one request and returns", "[live]") {
    int count = 0;
    const auto server =
        make_server("127.0.0.1", 0, [&count](Environ&, StartResponse start_response) -> Body {
            ++count;
            start_response("200 OK", Headers{});
            return "once";
        });
    for (int i = 1; i <= 2; ++i) {
        RawClient client(server->port());
        client.send(get);
        server->handle_request();
        CHECK(count == i);
        CHECK(client.read_response().body == "once");
        CHECK(client.is_closed());
    }
}

TEST_CASE(
    "shutdown works from another thread, from a view, and before serving; and one may serve again",
    "[live]") {
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    BaseWSGIServer* running = nullptr;
    const auto server = make_server(
        "127.0.0.1", 0,
        [&running](Environ& request, StartResponse start_response) -> Body {
            if (request.path_info() == "/stop") running->shutdown();
            start_response("200 OK", Headers{});
            return "x";
        },
        options);
    running = server.get();
    server->shutdown();
    server->serve_forever();

    for (int i = 0; i < 2; ++i) {
        std::thread thread([&server] { server->serve_forever(); });
        RawClient idle(server->port());
        CHECK(idle.get("/").status == 200);
        RawClient client(server->port());
        const RawResponse response = client.get("/stop");
        CHECK(response.body == "x");
        CHECK(response.field("Connection") == "close");
        thread.join();
        CHECK(idle.is_closed());
    }
    const int port = server->port();
    server->server_close();
    CHECK_THROWS_AS(server->serve_forever(), OSError);
    ServerFixture again(mirror, {}, "127.0.0.1");
    CHECK(make_server("127.0.0.1", port, mirror)->port() == port);
}

TEST_CASE("what is in flight is finished before the server returns", "[live]") {
    ServerOptions options;
    options.threaded = true;
    options.loops = 1;
    std::atomic<bool> began{false};
    std::atomic<bool> may_end{false};
    ServerFixture server(
        [&](Environ&, StartResponse start_response) -> Body {
            began = true;
            began.notify_all();
            may_end.wait(false);
            start_response("200 OK", Headers{});
            return "finished";
        },
        options);
    RawClient client(server.port());
    client.send(get);
    began.wait(false);
    server.server().shutdown();
    may_end = true;
    may_end.notify_all();
    server.stop();
    CHECK(client.read_response().body == "finished");
}

#if defined(__linux__)

#include <dirent.h>

namespace {

int open_descriptors() {
    int count = 0;
    DIR* const folder = ::opendir("/proc/self/fd");
    while (::readdir(folder)) ++count;
    ::closedir(folder);
    return count;
}

int running_threads() {
    int count = 0;
    DIR* const folder = ::opendir("/proc/self/task");
    while (::readdir(folder)) ++count;
    ::closedir(folder);
    return count;
}

}  // namespace

TEST_CASE("servers come and go on one port without leaving anything", "[live]") {
    int port = 0;
    int descriptors = 0;
    int threads = 0;
    for (int round = 0; round < 20; ++round) {
        ServerOptions options = each_poller();
        options.threaded = round % 2 == 0;
        options.loops = 2;
        const auto server = make_server("127.0.0.1", port, mirror, options);
        port = server->port();
        for (int again = 0; again < 2; ++again) {
            std::thread thread([&server] { server->serve_forever(); });
            RawClient idle(port);
            CHECK(idle.get("/").status == 200);
            RawClient half(port);
            half.send("GET / HT");
            half.close();
            server->shutdown();
            thread.join();
        }
        server->server_close();
        if (round == 1) {
            descriptors = open_descriptors();
            threads = running_threads();
        }
    }
    CHECK(open_descriptors() <= descriptors);
    CHECK(running_threads() <= threads);
}

#endif
