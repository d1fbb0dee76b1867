#include "server/limits.hpp"

#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <chrono>
#include <cstddef>
#include <future>
#include <string>
#include <thread>
#include <vector>

using namespace microflask;
using std::chrono::milliseconds;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// "/large" gives more than any socket buffer holds, all else the length of the body.
Body lengths(Environ& request, StartResponse start_response) {
    start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
    if (request.path_info() == "/large") return std::string(50000000, 'x');
    if (request.path_info() == "/drops")
        return [] { return std::optional<std::string>(std::string(100000, 'x')); };
    return std::to_string(request.input().read().size());
}

ServerOptions short_limits() {
    ServerOptions options;
    options.limits.header_timeout = milliseconds(150);
    options.limits.body_timeout = milliseconds(150);
    options.limits.write_timeout = milliseconds(150);
    options.limits.keep_alive_timeout = milliseconds(150);
    options.limits.minimum_rate = 100000;
    options.threaded = GENERATE(false, true);
    return options;
}

}  // namespace

TEST_CASE("a client that says nothing is closed without an answer", "[live]") {
    ServerFixture server(lengths, short_limits());
    RawClient client(server.port());
    CHECK(client.read_to_end().empty());
}

TEST_CASE("an idle connection is closed after its time", "[live]") {
    ServerFixture server(lengths, short_limits());
    RawClient client(server.port());
    CHECK(client.get("/").status == 200);
    CHECK(client.is_closed());
}

TEST_CASE("a head that trickles in is given up by the total time", "[live]") {
    ServerFixture server(lengths, short_limits());
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\nX: ");
    int sent = 0;
    while (!client.is_readable(20) && sent < 500) {
        client.send("x");
        ++sent;
    }
    CHECK(sent < 100);
    CHECK(client.read_response().status == 408);
    CHECK(client.is_closed());
}

TEST_CASE("a body that stops or trickles is given up, be it buffered or streamed", "[live]") {
    ServerFixture server(lengths, short_limits());
    const std::string head =
        GENERATE(as<std::string>{}, "Content-Length: 1000", "Content-Length: 1000000",
                 "Transfer-Encoding: chunked", "Content-Length: 1000\r\nExpect: 100-continue");
    const std::string request = "POST / HTTP/1.1\r\nHost: x\r\n" + head + "\r\n\r\n";
    CAPTURE(head);
    SECTION("it stops") {
        RawClient client(server.port());
        client.send(request);
        RawResponse response = client.read_response();
        if (response.status == 100) response = client.read_response();
        CHECK(response.status == 408);
        CHECK(client.is_closed());
    }
    SECTION("it trickles below the rate") {
        RawClient client(server.port());
        client.send(request);
        if (head.find("Expect") != std::string::npos) CHECK(client.read_response().status == 100);
        int sent = 0;
        while (!client.is_readable(20) && sent < 500) {
            client.send(head.find("chunked") != std::string::npos ? "1\r\nx\r\n" : "x");
            ++sent;
        }
        CHECK(sent < 100);
        CHECK(client.read_response().status == 408);
        CHECK(client.is_closed());
    }
}

TEST_CASE("a slow but honest upload lives", "[live]") {
    ServerOptions options = short_limits();
    options.limits.minimum_rate = 10;
    ServerFixture server(lengths, options);
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
        CHECK_FALSE(client.is_readable(50));
        client.send("x");
    }
    CHECK(client.read_response().body == "10");
}

TEST_CASE("a client that never reads is given up", "[live]") {
    ServerFixture server(lengths, short_limits());
    const std::string path = GENERATE(as<std::string>{}, "/large", "/drops");
    RawClient client(server.port());
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(client.is_readable(10000));
    // Stopping waits for an answer that is under way, but this one is soon given up.
    const auto before = std::chrono::steady_clock::now();
    server.stop();
    CHECK(std::chrono::steady_clock::now() - before < milliseconds(5000));
    CHECK(client.read_to_end().size() < 50000000);
}

TEST_CASE("many trickling clients do not slow the others", "[live]") {
    ServerOptions options;
    options.threaded = true;
    ServerFixture server(lengths, options);
    std::vector<RawClient> tricklers;
    for (int i = 0; i < 300; ++i) {
        tricklers.emplace_back(server.port());
        tricklers.back().send(
            i % 2 ? "GET / HT" : "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
    }
    RawClient client(server.port());
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 200; ++i) {
        tricklers[static_cast<std::size_t>(i)].send("x");
        CHECK(client.get("/").status == 200);
    }
    CHECK(std::chrono::steady_clock::now() - before < milliseconds(5000));
}

TEST_CASE("connections beyond the limit wait until one ends", "[live]") {
    ServerOptions options;
    options.limits.connections = 2;
    ServerFixture server(lengths, options);
    RawClient first(server.port());
    RawClient second(server.port());
    CHECK(first.get("/").status == 200);
    CHECK(second.get("/").status == 200);
    RawClient third(server.port());
    third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_FALSE(third.is_readable(100));
    first.close();
    CHECK(third.read_response().status == 200);
    CHECK(second.get("/").status == 200);
}

TEST_CASE("a stopping server waits for what is in flight no longer than told", "[live]") {
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    options.limits.shutdown_timeout = milliseconds(100);
    ServerFixture server(lengths, options);
    RawClient unfinished(server.port());
    unfinished.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n");
    RawClient silent(server.port());
    CHECK(RawClient(server.port()).get("/").status == 200);
    const auto before = std::chrono::steady_clock::now();
    server.stop();
    CHECK(std::chrono::steady_clock::now() - before < milliseconds(3000));
    CHECK(unfinished.is_closed());
}

TEST_CASE("a request that came before the deadline was looked at is served", "[live]") {
    ServerOptions options;
    options.limits.keep_alive_timeout = milliseconds(1000);
    std::promise<void> is_busy;
    ServerFixture server(
        [&is_busy](Environ& request, StartResponse start_response) -> Body {
            start_response("200 OK", Headers{});
            if (request.path_info() == "/busy") {
                is_busy.set_value();
                // The one thread is busy until the others' time is over.
                std::this_thread::sleep_for(milliseconds(1300));
            }
            return "x";
        },
        options);
    std::vector<RawClient> idle;
    for (int i = 0; i < 5; ++i) {
        idle.emplace_back(server.port());
        CHECK(idle.back().get("/").status == 200);
    }
    RawClient busy(server.port());
    busy.send("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
    REQUIRE(is_busy.get_future().wait_for(milliseconds(10000)) == std::future_status::ready);
    for (RawClient& client : idle) client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(busy.read_response().status == 200);
    for (RawClient& client : idle) CHECK(client.read_response().status == 200);
}

TEST_CASE("bodies that trickle in cost no thread", "[live]") {
    ServerOptions options;
    options.threaded = true;
    options.loops = 1;
    options.threads = 2;
    ServerFixture server(lengths, options);
    const std::string head =
        GENERATE(as<std::string>{}, "Content-Length: 1000000\r\n\r\nabc",
                 "Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n5\r\nab");
    CAPTURE(head);
    std::vector<RawClient> tricklers;
    for (int i = 0; i < 50; ++i) {
        tricklers.emplace_back(server.port());
        tricklers.back().send("POST / HTTP/1.1\r\nHost: x\r\n" + head);
    }
    // Each that had a thread would keep this one waiting until it is given up.
    RawClient client(server.port());
    for (int i = 0; i < 50; ++i) {
        tricklers[static_cast<std::size_t>(i)].send("x");
        CHECK(client.get("/").status == 200);
    }
    for (RawClient& trickler : tricklers) CHECK_FALSE(trickler.is_readable(0));
}

TEST_CASE("where threads are rare, a client that trickles to one loses it", "[live]") {
    ServerOptions options;
    options.threaded = true;
    options.loops = 1;
    options.threads = 2;
    ServerFixture server(lengths, options);
    std::vector<RawClient> tricklers;
    for (int i = 0; i < 4; ++i) {
        tricklers.emplace_back(server.port());
        tricklers.back().send(
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
    }
    // Far sooner than by the timeout of a body.
    CHECK(RawClient(server.port()).get("/").status == 200);
    int given_up = 0;
    for (RawClient& trickler : tricklers) {
        if (!trickler.is_readable(0)) continue;
        CHECK(trickler.read_response().status == 100);
        given_up += trickler.is_readable(0) && trickler.read_response().status == 408;
    }
    CHECK(given_up >= 1);
}

TEST_CASE("a line without an end is refused before it fills the memory", "[live]") {
    ServerFixture server(lengths);
    const auto [begin, status] = GENERATE(table<std::string, int>({
        {"", 414},
        {"GET /", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\n", 431},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: ", 431},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;", 400},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", 400},
    }));
    CAPTURE(begin);
    RawClient client(server.port());
    client.send(begin);
    const std::string more(4096, 'a');
    std::size_t sent = 0;
    while (sent < 1000000 && client.send(more) && !client.is_readable(1)) sent += more.size();
    CHECK(sent < 200000);
    CHECK(client.read_response().status == status);
}

TEST_CASE("fields without end are refused", "[live]") {
    ServerFixture server(lengths);
    RawClient client(server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n");
    int sent = 0;
    while (sent < 100000 && client.send("a: b\r\na: b\r\na: b\r\n") && !client.is_readable(0))
        ++sent;
    CHECK(sent < 100000);
    CHECK(client.read_response().status == 431);
}

TEST_CASE("the count of connections stays right when clients break off", "[live]") {
    ServerOptions options;
    options.threaded = true;
    options.loops = 1;
    options.limits.connections = 10;
    ServerFixture server(lengths, options);
    for (int i = 0; i < 400; ++i) {
        RawClient client(server.port());
        if (i % 2 == 0) client.send(i % 40 ? "GET / HT" : "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    for (int round = 0; round < 2; ++round) {
        std::vector<RawClient> clients;
        for (int i = 0; i < 10; ++i) clients.emplace_back(server.port());
        for (RawClient& client : clients) CHECK(client.get("/").status == 200);
        RawClient beyond(server.port());
        beyond.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK_FALSE(beyond.is_readable(20));
        clients.pop_back();
        CHECK(beyond.read_response().status == 200);
    }
}
