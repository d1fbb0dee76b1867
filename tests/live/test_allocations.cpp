#include "server/event_loop.hpp"

#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
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

TEST_CASE("a small request on an open connection costs the server no allocation", "[live]") {
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    options.loops = 1;
    test_support::ServerFixture server(
        [](Environ& request, StartResponse start_response) -> Body {
            start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
            return request.path_info() == "/" ? "Hello" : "Other";
        },
        options);
    detail::Socket socket =
        detail::connect_to("127.0.0.1", static_cast<std::uint16_t>(server.port()));
    const std::string_view request = "GET /?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n";
    std::size_t size = 0;
    {
        socket.send(request);
        char bytes[4096];
        size = socket.receive(bytes, sizeof bytes).count;
        for (int i = 0; i < 10; ++i) REQUIRE(exchange(socket, request, size));
    }

    const long before = allocations;
    bool right = true;
    for (int i = 0; i < 1000; ++i) right = right && exchange(socket, request, size);
    const long after = allocations;

    CHECK(right);
    CHECK(after - before == 0);
}
