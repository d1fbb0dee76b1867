#include "flask/app.hpp"

#include "flask/app_state.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::ServerFixture;

namespace {

std::string get(const std::string& target, const std::string& more = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

}  // namespace

TEST_CASE("a Flask application is served over real sockets", "[live][flask]") {
    Flask app;
    app.secret_key("dev");
    app.get("/", [] { return "Hello, World!"; });
    app.post("/echo", [] { return std::string(request->get_data()); });
    app.post("/json", [] { return Json{{"got", request->json()["n"].get<int>()}}; });
    app.get("/count", [] {
        session["n"] = session.get<int>("n", 0) + 1;
        return std::to_string(session["n"].get<int>());
    });
    app.get("/stream", [] {
        return stream([n = 0]() mutable -> std::optional<std::string> {
            return ++n > 3 ? std::nullopt : std::optional(std::to_string(n));
        });
    });
    // The system's own poller, and the one that every system has.
    for (const PollerKind poller : {PollerKind::automatic, PollerKind::poll}) {
        ServerOptions options;
        options.poller = poller;
        ServerFixture server(app, options);
        RawClient client(server.port());

        REQUIRE(client.send(get("/") + get("/missing")));  // pipelined
        const auto index = client.read_response();
        CHECK(index.status == 200);
        CHECK(index.body == "Hello, World!");
        CHECK(index.field("Content-Type") == "text/html; charset=utf-8");
        CHECK(client.read_response().status == 404);

        REQUIRE(client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"));
        CHECK(client.read_response().body == "hello");
        REQUIRE(
            client.send("POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"n\"\r\n4\r\n: 7}\r\n0\r\n\r\n"));
        CHECK(client.read_response().body == "{\"got\":7}\n");

        REQUIRE(client.send(get("/count")));
        const std::string cookie = client.read_response().field("Set-Cookie");
        const std::string pair = cookie.substr(0, cookie.find(';'));
        REQUIRE(client.send(get("/count", "Cookie: " + pair + "\r\n")));
        CHECK(client.read_response().body == "2");

        REQUIRE(client.send(get("/stream")));
        const auto streamed = client.read_response();
        CHECK(streamed.field("Transfer-Encoding") == "chunked");
        CHECK(streamed.body == "123");
    }
}

TEST_CASE("no request on any thread sees another's globals", "[live][flask]") {
    Flask app;
    app.secret_key("dev");
    std::atomic<int> torn_down{0};
    app.before_request([] { g["n"] = request->args().get<int>("n", -1); });
    app.teardown_request([&torn_down] { ++torn_down; });
    app.get("/", [] {
        session["n"] = g.get<int>("n");
        const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(200);
        while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
        const int asked = request->args().get<int>("n", -2);
        return std::to_string(asked == g.get<int>("n") && session["n"] == asked ? asked : -3);
    });
    ServerOptions options;
    options.threaded = true;
    options.loops = 4;
    options.handover_after = std::chrono::microseconds(50);  // loops change hands all the time
    constexpr int clients = 8;
    constexpr int requests = 50;
    {
        ServerFixture server(app, options);
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < clients; ++t) {
            threads.emplace_back([&server, &wrong, t] {
                RawClient client(server.port());
                for (int i = 0; i < requests; ++i) {
                    const std::string n = std::to_string(1000 * t + i);
                    if (!client.send(get("/?n=" + n)) || client.read_response().body != n) ++wrong;
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        CHECK(wrong == 0);
    }
    CHECK(torn_down == clients * requests);
}

TEST_CASE("a view that throws is a 500, and the connection lives on", "[live][flask]") {
    Flask app;
    std::atomic<int> logged{0};
    app.logger().sink([&logged](const LogRecord&) { ++logged; });
    app.get("/", [] { return "fine"; });
    app.get("/broken", []() -> std::string { throw std::runtime_error("broken"); });
    ServerFixture server(app);
    RawClient client(server.port());
    REQUIRE(client.send(get("/broken") + get("/")));
    CHECK(client.read_response().status == 500);
    CHECK(client.read_response().body == "fine");
    CHECK(logged == 1);
}

TEST_CASE("run takes host and port from SERVER_NAME where none is given", "[live][flask]") {
    const auto completed = [](const char* server_name, RunOptions options) {
        Flask app;
        if (server_name) app.config["SERVER_NAME"] = server_name;
        detail::complete_address(app.state(), options);
        return options.host + " " + std::to_string(options.port);
    };
    CHECK(completed(nullptr, {}) == "127.0.0.1 5000");
    CHECK(completed("pocoo.org:8080", {}) == "pocoo.org 8080");
    CHECK(completed("pocoo.org", {}) == "pocoo.org 5000");
    CHECK(completed("pocoo.org", {.port = 80}) == "pocoo.org 80");
    CHECK(completed("pocoo.org:8080", {.host = "localhost"}) == "localhost 8080");
    CHECK(completed("pocoo.org:8080", {.port = 0}) == "pocoo.org 0");
    CHECK(completed(nullptr, {.host = "localhost", .port = 80}) == "localhost 80");
}
