#include "gateway/streams.hpp"

#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"
#include "support/sanitizers.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#if !defined(_WIN32)
#include <sys/resource.h>
#endif

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// The most memory that this process has had, in bytes; 0 where the system does not say, and where a sanitizer keeps what
/// was freed.
std::size_t peak_memory() {
#if defined(MICROFLASK_TEST_SANITIZED)
    return 0;
#endif
#if defined(_WIN32)
    return 0;
#else
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
    return static_cast<std::size_t>(usage.ru_maxrss);
#else
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
#endif
#endif
}

/// A sum that depends on each byte and its place.
class Checksum {
public:
    void add(std::string_view bytes) {
        for (const char c : bytes) sum_ = sum_ * 31 + static_cast<unsigned char>(c);
        size_ += bytes.size();
    }
    [[nodiscard]] std::string text() const {
        return std::to_string(size_) + " " + std::to_string(sum_);
    }

private:
    std::uint64_t sum_ = 0;
    std::uint64_t size_ = 0;
};

/// The i-th piece of a large text.
std::string piece_of(std::size_t i) {
    std::string piece = std::to_string(i) + ":";
    piece.resize(65536, static_cast<char>('a' + i % 26));
    return piece;
}

constexpr std::size_t pieces = 640;  // 40 MiB

}  // namespace

TEST_CASE("a large upload passes through a view without being held", "[live]") {
    ServerOptions options;
    options.threaded = true;
    ServerFixture server(
        [](Environ& request, StartResponse start_response) -> Body {
            Checksum sum;
            char piece[50000];
            while (const std::size_t count = request.input().read(piece, sizeof piece))
                sum.add({piece, count});
            start_response("200 OK", Headers{});
            return sum.text();
        },
        options);
    const bool chunked = GENERATE(false, true);
    RawClient client(server.port());
    Checksum sum;
    client.send("POST / HTTP/1.1\r\nHost: x\r\n" +
                (chunked ? "Transfer-Encoding: chunked"
                         : "Content-Length: " + std::to_string(pieces * 65536)) +
                "\r\n\r\n");
    const std::size_t before = peak_memory();
    for (std::size_t i = 0; i < pieces; ++i) {
        const std::string piece = piece_of(i);
        sum.add(piece);
        if (chunked) client.send("10000\r\n");
        REQUIRE(client.send(piece));
        if (chunked) client.send("\r\n");
    }
    if (chunked) client.send("0\r\n\r\n");
    CHECK(client.read_response().body == sum.text());
    CHECK(peak_memory() - before < 16U << 20);
}

TEST_CASE("a stream is made no faster than its client takes it", "[live]") {
    std::atomic<std::size_t> made{0};
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    ServerFixture server(
        [&made](Environ&, StartResponse start_response) -> Body {
            start_response("200 OK", Headers{});
            return [&made]() -> std::optional<std::string> {
                const std::size_t i = made;
                if (i == pieces) return std::nullopt;
                ++made;
                return piece_of(i);
            };
        },
        options);
    const std::size_t before = peak_memory();
    RawClient client(server.port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    // It comes to a stop: what the system's buffers hold is made, and no more.
    std::size_t last = 0;
    for (int calm = 0; calm < 5;) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        calm = made == last && last != 0 ? calm + 1 : 0;
        last = made;
    }
    CHECK(last < pieces / 2);
    Checksum expected;
    for (std::size_t i = 0; i < pieces; ++i) expected.add(piece_of(i));
    Checksum found;
    std::string text = client.read_piece();
    text.erase(0, text.find("\r\n\r\n") + 4);
    for (; !text.empty(); text = client.read_piece()) found.add(text);
    CHECK(found.text() == expected.text());
    CHECK(peak_memory() - before < 16U << 20);
}

TEST_CASE("each piece of a stream is on its way before the next is made", "[live]") {
    std::mutex mutex;
    std::condition_variable changed;
    int allowed = 0;
    ServerOptions options;
    options.threaded = GENERATE(false, true);
    ServerFixture server(
        [&](Environ&, StartResponse start_response) -> Body {
            start_response("200 OK", Headers{{"Content-Type", "text/event-stream"}});
            return [&, i = 0]() mutable -> std::optional<std::string> {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return allowed > i; });
                if (i == 5) return std::nullopt;
                return "data: " + std::to_string(i++) + "\n\n";
            };
        },
        options);
    RawClient client(server.port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    std::string text;
    for (int i = 0; i < 6; ++i) {
        {
            const std::lock_guard lock(mutex);
            allowed = i + 1;
        }
        changed.notify_all();
        const std::string wanted = "data: " + std::to_string(i) + "\n\n";
        while (i < 5 && text.find(wanted) == std::string::npos) {
            const std::string piece = client.read_piece();
            REQUIRE(!piece.empty());
            text += piece;
        }
    }
    CHECK(client.read_piece().empty());
}

TEST_CASE("a view that takes its time with a body is not held against the client", "[live]") {
    ServerOptions options;
    options.threaded = true;
    options.limits.body_timeout = std::chrono::milliseconds(150);
    options.limits.minimum_rate = 1000000;
    std::promise<void> has_begun;
    ServerFixture server(
        [&has_begun](Environ& request, StartResponse start_response) -> Body {
            std::size_t size = 0;
            char piece[70000];
            while (const std::size_t count = request.input().read(piece, sizeof piece)) {
                if (size == 0) {
                    has_begun.set_value();
                    std::this_thread::sleep_for(std::chrono::milliseconds(300));
                }
                size += count;
            }
            start_response("200 OK", Headers{});
            return std::to_string(size);
        },
        options);
    RawClient client(server.port());
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 70001\r\n\r\n" +
                std::string(70000, 'x'));
    REQUIRE(has_begun.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    client.send("x");
    CHECK(client.read_response().body == "70001");
}
