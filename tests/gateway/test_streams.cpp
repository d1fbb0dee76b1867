#include "gateway/streams.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

TEST_CASE("an input stream is read to the end, to a limit, and by lines", "[gateway]") {
    MemoryInputStream input("one\ntwo\nthree");
    CHECK(input.read(2) == "on");
    CHECK(input.readline() == "e\n");
    CHECK(input.readline(2) == "tw");
    CHECK(input.readline() == "o\n");
    CHECK(input.readline() == "three");
    CHECK(input.readline() == "");
    CHECK(input.read() == "");
    MemoryInputStream large(std::string_view("x"));
    CHECK(large.read(0) == "");
    CHECK(large.read() == "x");
}

TEST_CASE("reading takes memory for what comes, not for what is asked", "[gateway]") {
    struct Trickle final : InputStream {
        std::size_t read(char* buffer, std::size_t size) override {
            if (rest == 0 || size == 0) return 0;
            --rest;
            *buffer = 'x';
            largest = size > largest ? size : largest;
            return 1;
        }
        using InputStream::read;
        int rest = 10000;
        std::size_t largest = 0;
    };
    Trickle input;
    CHECK(input.read(std::size_t{1} << 40).size() == 10000);
    CHECK(input.largest < 100000);
}

TEST_CASE("a body is made from text, from pieces and from a generator", "[gateway]") {
    CHECK(Body("text").read() == "text");
    CHECK(Body(std::string("text")).text() == "text");
    CHECK_FALSE(Body("text").is_streamed());
    CHECK(Body().read() == "");
    CHECK(Body({"a", "b", "c"}).read() == "abc");
    Body pieces(std::vector<std::string>{"one", "", "two"});
    CHECK(pieces.is_streamed());
    CHECK(pieces.size() == 6U);
    CHECK(pieces.next() == std::optional<std::string>("one"));
    CHECK(pieces.size() == 3U);
    CHECK(pieces.read() == "two");
    Body generated([i = 0]() mutable -> std::optional<std::string> {
        if (i == 3) return std::nullopt;
        return std::to_string(i++);
    });
    CHECK(generated.is_streamed());
    CHECK_FALSE(generated.size().has_value());
    CHECK(generated.read() == "012");
    CHECK_FALSE(generated.next().has_value());
}

TEST_CASE("a text body is a stream of one piece", "[gateway]") {
    Body body("text");
    CHECK(body.size() == 4U);
    CHECK(body.next() == std::optional<std::string>("text"));
    CHECK(body.size() == 0U);
    CHECK_FALSE(body.next().has_value());
}

TEST_CASE("closing runs everything once, whatever fails", "[gateway]") {
    struct Closing final : BodyStream {
        explicit Closing(std::string& text) : log(text) {}
        std::optional<std::string> next() override { return std::nullopt; }
        void close() override {
            log += "stream;";
            throw std::runtime_error("first");
        }
        std::string& log;
    };
    std::string log;
    Body body(std::shared_ptr<BodyStream>(std::make_shared<Closing>(log)));
    CHECK(body.needs_close());
    body.on_close([&log] { log += "one;"; });
    body.on_close([&log] {
        log += "two;";
        throw std::logic_error("second");
    });
    Body copy = body;

    CHECK_THROWS_AS(body.close(), std::runtime_error);

    CHECK(log == "stream;one;two;");
    body.close();
    CHECK(log == "stream;one;two;");
    CHECK_FALSE(body.needs_close());
    Body text("x");
    CHECK_FALSE(text.needs_close());
    text.on_close([&log] { log = "text"; });
    text.close();
    CHECK(log == "text");
}
