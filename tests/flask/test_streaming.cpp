// Streamed answers: by callable and by coroutine, with the request's context, in tests and over real sockets.
#include "flask/helpers.hpp"

#include "flask/app.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

using namespace microflask;
using test_support::RawClient;
using test_support::ServerFixture;

namespace {

std::string get(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

/// Waits until a number has grown to what is expected.
void wait_for_count(const std::atomic<int>& count, int expected) {
    while (count < expected) std::this_thread::yield();
}

}  // namespace

TEST_CASE("over a socket a stream keeps its request, session and g", "[flask][stream]") {
    Flask app;
    app.secret_key("dev");
    std::atomic<int> torn_down{0};
    app.teardown_request([&] { ++torn_down; });
    app.get("/function", [] {
        g["greeting"] = "Hello ";
        session["mark"] = "!";
        return Response(stream_with_context([n = 0]() mutable -> std::optional<std::string> {
            switch (n++) {
            case 0: return g.get<std::string>("greeting");
            case 1: return request->args()["name"];
            case 2: return session["mark"].get<std::string>();
            case 3: return std::string(current_app->name());
            default: return std::nullopt;
            }
        }));
    });
    app.get("/generator", [] {
        const auto pieces = []() -> Generator {
            for (int i = 0; i < 1000; ++i)
                co_yield request->args()["name"] + std::to_string(i) + "\n";
        };
        return Response(stream_with_context(pieces()));
    });
    ServerFixture server(app);
    RawClient client(server.port());
    REQUIRE(client.send(get("/function?name=World")));
    const auto first = client.read_response();
    CHECK(first.field("Transfer-Encoding") == "chunked");
    CHECK(first.field("Set-Cookie").substr(0, 8) == "session=");
    CHECK(first.body == "Hello World!test_streaming");
    wait_for_count(torn_down, 1);

    REQUIRE(client.send(get("/generator?name=x") + get("/generator?name=y")));
    std::string x;
    std::string y;
    for (int i = 0; i < 1000; ++i) {
        x += "x" + std::to_string(i) + "\n";
        y += "y" + std::to_string(i) + "\n";
    }
    CHECK(client.read_response().body == x);
    CHECK(client.read_response().body == y);
    wait_for_count(torn_down, 3);
}

TEST_CASE("a client that goes away ends the stream, and its context", "[flask][stream]") {
    Flask app;
    std::atomic<int> torn_down{0};
    std::atomic<int> closed{0};
    app.teardown_request([&] { ++torn_down; });
    app.get("/", [&] {
        Response response(stream_with_context([]() -> std::optional<std::string> {
            return request->args()["name"] + std::string(10000, '.');  // without end
        }));
        response.call_on_close([&closed] { ++closed; });
        return response;
    });
    ServerFixture server(app);
    {
        RawClient client(server.port());
        REQUIRE(client.send(get("/?name=x")));
        client.close();
    }
    wait_for_count(torn_down, 1);
    wait_for_count(closed, 1);
    CHECK(torn_down == 1);
}

TEST_CASE("what a stream throws is told to the teardown functions", "[flask][stream]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    std::atomic<int> with_error{0};
    app.teardown_request([&](const std::exception_ptr& error) { with_error += error ? 1 : 0; });
    app.get("/", [] {
        const auto pieces = []() -> Generator {
            co_yield "begun";
            throw std::runtime_error("in the middle");
        };
        return Response(stream_with_context(pieces()));
    });
    ServerFixture server(app);
    RawClient client(server.port());
    REQUIRE(client.send(get("/")));
    static_cast<void>(client.read_response());
    wait_for_count(with_error, 1);
    CHECK(with_error == 1);
}

TEST_CASE("without the request's context a stream sees none", "[flask][stream]") {
    Flask app;
    int torn_down = 0;
    bool was_torn_down = false;
    app.teardown_request([&] { ++torn_down; });
    app.get("/", [&] {
        return stream([&, n = 0]() mutable -> std::optional<std::string> {
            was_torn_down = torn_down == 1;
            if (n++ == 1) return std::nullopt;
            return request ? "context" : "none";
        });
    });
    CHECK(app.test_client().get("/").text() == "none");
    CHECK(was_torn_down);
    CHECK_THROWS_AS(stream_with_context([]() -> std::optional<std::string> { return {}; }),
                    RuntimeError);
}

TEST_CASE("server-sent events", "[flask][stream]") {
    Flask app;
    app.get("/events", [] {
        const auto events = []() -> Generator {
            for (int i = 1; i <= 2; ++i) co_yield "data: " + std::to_string(i) + "\n\n";
        };
        return Response(events(), 200, {{"Cache-Control", "no-cache"}},
                        {.mimetype = "text/event-stream"});
    });
    ServerFixture server(app);
    RawClient client(server.port());
    REQUIRE(client.send(get("/events")));
    const auto response = client.read_response();
    CHECK(response.field("Content-Type") == "text/event-stream; charset=utf-8");
    CHECK(response.body == "data: 1\n\ndata: 2\n\n");
}
