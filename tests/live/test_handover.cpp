#include "server/workers.hpp"

#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// A gate that views wait at, and the number of those that do.
class Gate {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return open_; });
    }
    void await(int count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this, count] { return waiting_ >= count; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    /// Lets the next ones wait again.
    void shut() {
        const std::lock_guard lock(mutex_);
        open_ = false;
    }
    int waiting() {
        const std::lock_guard lock(mutex_);
        return waiting_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    bool open_ = false;
};

/// "/wait" blocks at the gate, "/echo" gives the body back, "/stream" streams, all else is quick.
Application gated(Gate& gate) {
    return [&gate](Environ& request, StartResponse start_response) -> Body {
        if (request.path_info() == "/wait") gate.wait();
        start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
        if (request.path_info() == "/echo") return request.input().read();
        if (request.path_info() == "/stream") {
            return [i = 0]() mutable -> std::optional<std::string> {
                if (i == 20) return std::nullopt;
                return std::to_string(i++) + ",";
            };
        }
        return std::string(request.path_info());
    };
}

ServerOptions one_loop() {
    ServerOptions options;
    options.threaded = true;
    options.loops = 1;
    options.threads = 250;
    return options;
}

}  // namespace

TEST_CASE("other clients are served while views block", "[live]") {
    Gate gate;
    ServerOptions options = one_loop();
    options.loops = GENERATE(1, 2);
    ServerFixture server(gated(gate), options);

    std::vector<RawClient> blocked;
    for (int i = 1; i <= 200; ++i) {
        blocked.emplace_back(server.port());
        blocked.back().send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        gate.await(i);
    }
    RawClient quick(server.port());
    for (int i = 0; i < 100; ++i) CHECK(quick.get("/quick").body == "/quick");
    gate.open();

    for (RawClient& client : blocked) {
        CHECK(client.read_response().body == "/wait");
        CHECK(client.get("/again").body == "/again");  // the connection went back to the loop
    }
}

TEST_CASE("with all threads blocked requests wait, and are served as soon as one is free",
          "[live]") {
    Gate gate;
    ServerOptions options = one_loop();
    options.threads = 2;
    ServerFixture server(gated(gate), options);
    std::vector<RawClient> blocked;
    for (int i = 0; i < 5; ++i) {
        blocked.emplace_back(server.port());
        blocked.back().send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    gate.await(3);
    RawClient quick(server.port());
    quick.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK_FALSE(quick.is_readable(50));
    CHECK(gate.waiting() == 3);

    gate.open();

    CHECK(quick.read_response().body == "/quick");
    for (RawClient& client : blocked) CHECK(client.read_response().body == "/wait");
}

TEST_CASE("a client that pipelines behind a blocked view gets all answers in order", "[live]") {
    Gate gate;
    ServerFixture server(gated(gate), one_loop());
    RawClient client(server.port());
    client.send(
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /2 "
        "HTTP/1.1\r\nHost: x\r\n\r\nGET /par");
    gate.await(1);
    client.send("tial HTTP/1.1\r\nHost: x\r\n\r\n");  // arrives while the loop is elsewhere
    RawClient other(server.port());
    CHECK(other.get("/other").body == "/other");
    gate.open();
    for (const char* path : {"/1", "/wait", "/2", "/partial"})
        CHECK(client.read_response().body == path);
}

TEST_CASE("a client that goes away while its view blocks harms nobody", "[live]") {
    Gate gate;
    ServerFixture server(gated(gate), one_loop());
    for (int i = 1; i <= 20; ++i) {
        RawClient client(server.port());
        client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(i % 2 ? "" : "garbage"));
        gate.await(i);
        client.close();
    }
    RawClient other(server.port());
    CHECK(other.get("/other").body == "/other");
    gate.open();
    for (int i = 0; i < 20; ++i) CHECK(RawClient(server.port()).get("/x").body == "/x");
}

TEST_CASE("a loop is given away at whatever point a view blocks", "[live]") {
    struct Staged final : BodyStream {
        Staged(Gate& at, std::string where) : gate(at), stage(std::move(where)) {}
        std::optional<std::string> next() override {
            ++piece;
            if (stage == "piece" + std::to_string(piece)) gate.wait();
            if (piece == 4) return std::nullopt;
            return std::to_string(piece);
        }
        void close() override {
            if (stage == "close") gate.wait();
        }
        Gate& gate;
        std::string stage;
        int piece = 0;
    };
    const std::string stage = GENERATE(as<std::string>{}, "view", "read", "started", "piece1",
                                       "piece2", "piece4", "close", "throw", "stack");
    const bool streamed = GENERATE(false, true);
    CAPTURE(stage, streamed);
    Gate gate;
    const auto application = [&](Environ& request, StartResponse start_response) -> Body {
        if (request.path_info() != "/staged") {
            start_response("200 OK", Headers{});
            return "other";
        }
        struct Last {  // blocks while the stack is unwound
            Gate* gate;
            ~Last() {
                if (gate) gate->wait();
            }
        } const last{stage == "stack" ? &gate : nullptr};
        if (stage == "view") gate.wait();
        char bytes[3];
        std::size_t size = request.input().read(bytes, sizeof bytes);
        if (stage == "read") gate.wait();
        while (const std::size_t count = request.input().read(bytes, sizeof bytes)) size += count;
        start_response("200 OK", Headers{{"X-Size", std::to_string(size)}});
        if (stage == "started") gate.wait();
        if (stage == "throw") {
            gate.wait();
            throw 5;
        }
        return std::static_pointer_cast<BodyStream>(std::make_shared<Staged>(gate, stage));
    };
    ServerFixture server(application, one_loop());
    RawClient client(server.port());
    const std::string body(streamed ? 100000 : 10, 'x');
    for (int round = 1; round <= 2; ++round) {
        client.send(
            "POST /staged HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body + "GET /behind HTTP/1.1\r\nHost: x\r\n\r\n");
        gate.await(round);
        // The one loop serves others, so another worker has it.
        RawClient other(server.port());
        for (int i = 0; i < 3; ++i) CHECK(other.get("/other").body == "other");
        gate.open();
        const RawResponse response = client.read_response();
        CHECK(response.status == (stage == "throw" ? 500 : 200));
        if (stage != "throw") {
            CHECK(response.body == "123");
            CHECK(response.field("X-Size") == std::to_string(body.size()));
        }
        CHECK(client.read_response().body == "other");
        gate.shut();
    }
    gate.open();
}

TEST_CASE("clients that pipeline and vanish at random leave the others alone", "[live]") {
    using detail::ForcedHandover;
    ServerOptions options = one_loop();
    options.forced_handover =
        GENERATE(ForcedHandover::none, ForcedHandover::before_view, ForcedHandover::at_once);
    Gate gate;
    ServerFixture server(gated(gate), options);
    std::string requests = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";
    for (int i = 0; i < 49; ++i) {
        requests += i % 7 == 3 ? "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                                 "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                               : "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    }
    std::uint32_t chance = 12345;
    const auto random = [&chance](std::size_t below) {
        chance = chance * 1664525U + 1013904223U;
        return (chance >> 8) % below;
    };
    std::vector<RawClient> clients;
    for (int i = 0; i < 40; ++i) {
        clients.emplace_back(server.port());
        clients.back().send(std::string_view(requests).substr(0, random(requests.size())));
        if (i % 3 == 0) clients[random(clients.size())].close();
    }
    RawClient whole(server.port());
    whole.send(requests);
    gate.await(1);
    gate.open();
    CHECK(whole.read_response().body == "/wait");
    for (RawClient& client : clients) {
        if (random(2) == 0) client.close();
    }
    for (int i = 0; i < 49; ++i)
        CHECK(whole.read_response().body == (i % 7 == 3 ? "abc" : "/" + std::to_string(i)));
}

TEST_CASE("a path whose views block is given away without waiting for the monitor", "[live]") {
    Gate gate;
    ServerOptions options = one_loop();
    options.handover_after = std::chrono::milliseconds(40);
    ServerFixture server(gated(gate), options);
    bool at_once = false;
    for (int i = 1; i <= 20 && !at_once; ++i) {
        RawClient quick(server.port());
        CHECK(quick.get("/quick").body == "/quick");
        RawClient blocked(server.port());
        blocked.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
        gate.await(i);
        const auto before = std::chrono::steady_clock::now();
        CHECK(quick.get("/quick").body == "/quick");
        // The monitor would have looked twice, 40 milliseconds apart.
        at_once =
            i > 1 && std::chrono::steady_clock::now() - before < std::chrono::milliseconds(20);
        gate.open();
        CHECK(blocked.read_response().body == "/wait");
        gate.shut();
    }
    CHECK(at_once);
    gate.open();
}

TEST_CASE("a view may ask its own server", "[live]") {
    std::atomic<int> port{0};
    ServerOptions options = one_loop();
    ServerFixture server(
        [&port](Environ& request, StartResponse start_response) -> Body {
            std::string answer = "inner";
            if (request.path_info() == "/outer")
                answer = "outer " + RawClient(port).get("/inner").body;
            start_response("200 OK", Headers{});
            return answer;
        },
        options);
    port = server.port();
    CHECK(RawClient(server.port()).get("/outer").body == "outer inner");
}

TEST_CASE("a slow upload does not hold the loop", "[live]") {
    Gate gate;
    ServerFixture server(gated(gate), one_loop());
    RawClient slow(server.port());
    slow.send(
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 6\r\n\r\n");
    CHECK(slow.read_response().status == 100);
    slow.send("abc");
    RawClient quick(server.port());
    for (int i = 0; i < 20; ++i) CHECK(quick.get("/quick").body == "/quick");
    slow.send("def");
    CHECK(slow.read_response().body == "abcdef");
}

TEST_CASE("forced hand-overs change nothing but the thread", "[live]") {
    using detail::ForcedHandover;
    const ForcedHandover when = GENERATE(ForcedHandover::before_view, ForcedHandover::at_once);
    const int loops = GENERATE(1, 2);
    Gate gate;
    ServerOptions options = one_loop();
    options.loops = loops;
    options.forced_handover = when;
    ServerFixture server(gated(gate), options);

    std::atomic<int> wrong{0};
    std::vector<std::thread> clients;
    for (int number = 0; number < 8; ++number) {
        clients.emplace_back([&wrong, &server, number] {
            for (int round = 0; round < 10; ++round) {
                RawClient client(server.port());
                for (int i = 0; i < 10; ++i) {
                    const std::string path = "/" + std::to_string(number) + "-" + std::to_string(i);
                    if (client.get(path).body != path) ++wrong;
                }
                std::string numbers;
                for (int i = 0; i < 20; ++i) numbers += std::to_string(i) + ",";
                if (client.get("/stream").body != numbers) ++wrong;
                client.send(
                    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                    "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                    "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
                for (const char* body : {"abc", "/a", "/b"}) {
                    if (client.read_response().body != body) ++wrong;
                }
                client.send("GET /left HTTP/1.1\r\nHost: x\r\n\r\nGET /half");
            }
        });
    }
    for (std::thread& thread : clients) thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("a server stops while hand-overs go on", "[live]") {
    ServerOptions options = one_loop();
    options.loops = 2;
    options.forced_handover = detail::ForcedHandover::at_once;
    options.limits.shutdown_timeout = std::chrono::milliseconds(200);
    for (int round = 0; round < 5; ++round) {
        Gate gate;
        gate.open();
        std::atomic<bool> over{false};
        std::vector<std::thread> clients;
        {
            ServerFixture server(gated(gate), options);
            const int port = server.port();
            for (int i = 0; i < 4; ++i) {
                clients.emplace_back([&over, port] {
                    while (!over) {
                        try {
                            RawClient client(port);
                            while (!over && client.get("/x").status == 200) {
                            }
                        } catch (const OSError&) {
                            return;
                        }
                    }
                });
            }
            RawClient(port).get("/");
            server.stop();
            over = true;
        }
        for (std::thread& thread : clients) thread.join();
    }
}
