#include "server/serving.hpp"

#include "flask/app.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"
#include "support/sanitizers.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

std::atomic<long> allocations{0};

/// Sends a request and reads so many bytes, without a heap of its own.
bool exchange(detail::Socket& socket, std::string_view request, std::size_t answer_size) {
    if (socket.send(request).count != request.size()) return false;
    char bytes[4096];
    std::size_t got = 0;
    while (got < answer_size) {
        const detail::SocketResult result = socket.receive(bytes, sizeof bytes);
        if (result.status != detail::SocketStatus::done || result.count == 0) return false;
        got += result.count;
    }
    return got == answer_size;
}

}  // namespace

// The sanitizers have operators of their own: there, only the answers are checked.
#if !defined(MICROFLASK_TEST_SANITIZED)
// NOLINTBEGIN: the replaced operators of this test program
void* operator new(std::size_t size) {
    ++allocations;
    if (void* const memory = std::malloc(size != 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
// NOLINTEND
#endif

namespace {

/// Counts what a hundred requests allocate, after some to warm up: the least of ten rounds, since a view that the system
/// stops for a while looks like one that blocks, and the loop's hand-over to a spare worker allocates. Fails the test where
/// an answer is not as the first.
long allocations_of(const Application& application, std::string_view request, bool threaded) {
    ServerOptions options;
    options.threaded = threaded;
    options.loops = 1;
    test_support::ServerFixture server(application, options);
    detail::Socket socket =
        detail::connect_to("127.0.0.1", static_cast<std::uint16_t>(server.port()));
    socket.send(request);
    char bytes[4096];
    const std::size_t size = socket.receive(bytes, sizeof bytes).count;
    REQUIRE(std::string_view(bytes, size).substr(0, 15) == "HTTP/1.1 200 OK");
    for (int i = 0; i < 10; ++i) REQUIRE(exchange(socket, request, size));

    long least = 1000;
    bool right = true;
    for (int round = 0; round < 10; ++round) {
        const long before = allocations;
        for (int i = 0; i < 100; ++i) right = right && exchange(socket, request, size);
        least = (std::min)(least, allocations - before);
    }

    CHECK(right);
    return least;
}

}  // namespace

TEST_CASE("a small request on an open connection costs the server no allocation", "[live]") {
    const bool threaded = GENERATE(false, true);
    const auto application = [](Environ& asked, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
        return asked.path_info() == "/" ? "Hello" : "Other";
    };
    CHECK(allocations_of(application, "GET /?a=b HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
                         threaded) == 0);
}

TEST_CASE("nor does it cost Flask one: contexts, routing, a converter, hooks", "[live][flask]") {
    const bool threaded = GENERATE(false, true);
    Flask app;
    long teardowns = 0;
    app.before_request([] {});
    app.teardown_request([&teardowns] { ++teardowns; });
    app.get("/", [] { return "Hello, World!"; });
    app.get("/user/<int:id>", [](int id) { return "user " + std::to_string(id); });
    CHECK(allocations_of(app, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", threaded) == 0);
    CHECK(allocations_of(app, "GET /user/123 HTTP/1.1\r\nHost: x\r\n\r\n", threaded) == 0);
    CHECK(teardowns == 2 * 1011);
}
