#include "server/request_parser.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using namespace microflask::detail;

namespace {

struct Parsed {
    ParseResult result;
    RequestHead head;
    std::vector<HeaderField> fields = std::vector<HeaderField>(200);
};

Parsed parse(std::string_view bytes, const ServerLimits& limits = {}) {
    Parsed parsed;
    parsed.result = parse_request_head(bytes, limits, parsed.fields.data(), parsed.head);
    return parsed;
}

/// The outcome as one number: 200 complete, 0 incomplete, else the error.
int outcome(std::string_view bytes, const ServerLimits& limits = {}) {
    const Parsed parsed = parse(bytes, limits);
    if (parsed.result.status == ParseStatus::complete) return 200;
    return parsed.result.status == ParseStatus::incomplete ? 0 : parsed.result.error;
}

std::string with_fields(std::string_view fields, std::string_view version = "1.1") {
    return "POST / HTTP/" + std::string(version) + "\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}

}  // namespace

TEST_CASE("a request head is taken apart into views of its bytes", "[server]") {
    const std::string bytes =
        "GET /a?b=c HTTP/1.1\r\nHost: example.org:80\r\nX-Empty:\r\nX-Spaces: \t a b "
        "\t\r\n\r\nrest";

    const Parsed parsed = parse(bytes);

    REQUIRE(parsed.result.status == ParseStatus::complete);
    CHECK(parsed.result.size == bytes.size() - 4);
    CHECK(parsed.head.method == "GET");
    CHECK(parsed.head.target == "/a?b=c");
    CHECK(parsed.head.protocol == "HTTP/1.1");
    CHECK(parsed.head.host == "example.org:80");
    REQUIRE(parsed.head.field_count == 3);
    CHECK(parsed.head.fields[0].name == "Host");
    CHECK(parsed.head.fields[1].value == "");
    CHECK(parsed.head.fields[2].value == "a b");
    CHECK(parsed.head.framing == RequestFraming::none);
    CHECK(parsed.head.keep_alive);
}

TEST_CASE("a head that is cut anywhere is incomplete", "[server]") {
    const std::string bytes =
        "\r\nPUT /x HTTP/1.0\r\nHost: a\r\nContent-Length: 12\r\nConnection: keep-alive\r\n\r\n";
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(outcome(std::string_view(bytes).substr(0, size)) == 0);
    }
    CHECK(outcome(bytes) == 200);
}

TEST_CASE("ambiguous messages are refused, also where they are cut behind the fault", "[server]") {
    const auto [message, status] = GENERATE(table<std::string, int>({
        // the request line
        {"GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /  HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
        {" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /\rx HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {std::string("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 29), 400},
        {"GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET http:///x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET http://a@b/x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/x.1\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        {"GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505},
        {"GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
        {"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
        {"\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        // the fields
        {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n folded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n\tfolded\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n folded\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n: x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n : x\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX(Y): 1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent\tLength: 1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\nX-B: 2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\rX-B: 2\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\n\rx", 400},
        {std::string("GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 36), 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: \x7f\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: 1234567\x0b\r\n\r\n", 400},
        // Host
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
        {"GET / HTTP/1.0\r\nHost: x\r\nhost: y\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
        // expectations
        {"GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", 417},
    }));
    CAPTURE(message);

    CHECK(outcome(message) == status);
    // Cut anywhere it is incomplete or refused in the same way: never taken for a request.
    for (std::size_t size = 0; size < message.size(); ++size) {
        const int cut = outcome(std::string_view(message).substr(0, size));
        CAPTURE(size);
        CHECK((cut == 0 || cut == status));
    }
}

TEST_CASE("the framing of a body has four outcomes", "[server]") {
    const auto [fields, status, framing,
                length] = GENERATE(table<std::string, int, RequestFraming, std::uint64_t>({
        {"", 200, RequestFraming::none, 0},
        {"Content-Length: 0\r\n", 200, RequestFraming::length, 0},
        {"Content-Length: 5\r\n", 200, RequestFraming::length, 5},
        {"content-length:\t5 \r\n", 200, RequestFraming::length, 5},
        {"Content-Length: 0005\r\n", 200, RequestFraming::length, 5},
        {"Transfer-Encoding: chunked\r\n", 200, RequestFraming::chunked, 0},
        {"transfer-encoding: CHUNKED\r\n", 200, RequestFraming::chunked, 0},
        {"Content-Length:\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: +5\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: -1\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 0x10\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5 5\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5,5\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5, 6\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 1e3\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5.0\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 18446744073709551616\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 9223372036854775808\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 1111111111111111111111111111111111111111\r\n", 400, RequestFraming::none,
         0},
        {"Content-Length: 5\r\nContent-Length: 5\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5\r\nContent-Length: 6\r\n", 400, RequestFraming::none, 0},
        {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400, RequestFraming::none,
         0},
        {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked, gzip\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked, chunked\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked, identity\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: identity\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: gzip\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: xchunked\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunkedx\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: chunked;q=1\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: \x0b"
         "chunked\r\n",
         400, RequestFraming::none, 0},
        {"Transfer-Encoding:\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding : chunked\r\n", 400, RequestFraming::none, 0},
        {"Transfer-Encoding: gzip, chunked\r\n", 501, RequestFraming::none, 0},
    }));
    CAPTURE(fields);

    const Parsed parsed = parse(with_fields(fields));

    CHECK(outcome(with_fields(fields)) == status);
    if (status != 200) return;
    CHECK(parsed.head.framing == framing);
    CHECK(parsed.head.content_length == length);
}

TEST_CASE("HTTP/1.0 has no chunked bodies", "[server]") {
    CHECK(outcome(with_fields("Transfer-Encoding: chunked\r\n", "1.0")) == 400);
}

TEST_CASE("a connection persists by its version and its Connection field", "[server]") {
    const auto persists = [](std::string_view fields, std::string_view version) {
        return parse(with_fields(fields, version)).head.keep_alive;
    };
    CHECK(persists("", "1.1"));
    CHECK_FALSE(persists("", "1.0"));
    CHECK_FALSE(persists("Connection: close\r\n", "1.1"));
    CHECK_FALSE(persists("Connection: Foo, CLOSE\r\n", "1.1"));
    CHECK_FALSE(persists("Connection: keep-alive\r\nConnection: close\r\n", "1.1"));
    CHECK(persists("Connection: Keep-Alive\r\n", "1.0"));
    CHECK(persists("Connection: x,keep-alive ,y\r\n", "1.0"));
    CHECK(persists("Connection: closed\r\n", "1.1"));
}

TEST_CASE("an absolute target names the host", "[server]") {
    const Parsed parsed = parse("GET http://a.example:81/x?y HTTP/1.1\r\nHost: b.example\r\n\r\n");
    REQUIRE(parsed.result.status == ParseStatus::complete);
    CHECK(parsed.head.host == "a.example:81");
    CHECK(parsed.head.fields[0].value == "a.example:81");
}

TEST_CASE("an expectation counts only where a body follows in HTTP/1.1", "[server]") {
    CHECK(
        parse(with_fields("Expect: 100-Continue\r\nContent-Length: 5\r\n")).head.expects_continue);
    CHECK(parse(with_fields("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"))
              .head.expects_continue);
    CHECK_FALSE(parse(with_fields("Expect: 100-continue\r\n")).head.expects_continue);
    CHECK_FALSE(
        parse(with_fields("Expect: 100-continue\r\nContent-Length: 0\r\n")).head.expects_continue);
    CHECK_FALSE(parse(with_fields("Expect: 100-continue\r\nContent-Length: 5\r\n", "1.0"))
                    .head.expects_continue);
}

TEST_CASE("each limit has its own answer", "[server]") {
    ServerLimits limits;
    limits.request_line = 100;
    limits.header_bytes = 300;
    limits.header_count = 3;
    limits.body = 1000;
    const std::string host = " HTTP/1.1\r\nHost: x\r\n";

    CHECK(outcome("GET /" + std::string(120, 'a') + host + "\r\n", limits) == 414);
    CHECK(outcome("GET /" + std::string(120, 'a'), limits) == 414);
    CHECK(outcome(std::string(120, 'A'), limits) == 414);
    CHECK(outcome("GET /" + host + "X: " + std::string(300, 'a') + "\r\n\r\n", limits) == 431);
    CHECK(outcome("GET /" + host + "X: " + std::string(300, 'a'), limits) == 431);
    CHECK(outcome("GET /" + host + std::string(300, 'a'), limits) == 431);
    CHECK(outcome("GET /" + host + "A: 1\r\nB: 2\r\n\r\n", limits) == 200);
    CHECK(outcome("GET /" + host + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n", limits) == 431);
    CHECK(outcome("GET /" + host + "Content-Length: 1000\r\n\r\n", limits) == 200);
    CHECK(outcome("GET /" + host + "Content-Length: 1001\r\n\r\n", limits) == 413);
}

namespace {

struct Decoded {
    std::string body;
    std::string rest;
    ChunkDecoder::StepKind status = ChunkDecoder::StepKind::more;
};

/// Decodes bytes that arrive in pieces of a size.
Decoded decode(std::string_view bytes, std::size_t piece) {
    ChunkDecoder decoder;
    Decoded decoded;
    std::size_t arrived = 0;
    std::size_t at = 0;
    for (;;) {
        const ChunkDecoder::Step step = decoder.next(bytes.substr(at, arrived - at));
        at += step.used;
        decoded.status = step.status;
        if (step.status == ChunkDecoder::StepKind::data) {
            decoded.body += bytes.substr(at, step.size);
            at += step.size;
        } else if (step.status != ChunkDecoder::StepKind::more) {
            break;
        } else if (arrived == bytes.size()) {
            break;
        } else {
            arrived = (std::min)(bytes.size(), arrived + piece);
        }
    }
    decoded.rest = bytes.substr(at);
    return decoded;
}

}  // namespace

TEST_CASE("chunks are decoded however they are split, and what follows is left alone", "[server]") {
    const std::string bytes =
        "5\r\nhello\r\n6;name=value;q=\"a\"\r\n world\r\n00A\r\n0123456789\r\n0\r\nX-Trailer: "
        "1\r\nHost: y\r\n\r\nGET /";
    const std::size_t piece = GENERATE(range(std::size_t{1}, std::size_t{100}));

    const Decoded decoded = decode(bytes, piece);

    CHECK(decoded.status == ChunkDecoder::StepKind::end);
    CHECK(decoded.body == "hello world0123456789");
    CHECK(decoded.rest == "GET /");
}

TEST_CASE("bad chunks are refused", "[server]") {
    const std::string bytes =
        GENERATE(as<std::string>{}, "-2\r\n", "+1\r\nx\r\n", " 1\r\nx\r\n", "0x1\r\nx\r\n",
                 "1_\r\n", "FFFFFFFFFFFFFFFFF\r\n", "8000000000000000\r\n", "\r\n", "g\r\n",
                 "1 \r\nx\r\n", "1\nx\r\n", "1\rx", "1\r\nxy\r\n", "1\r\nx\n", "1\r\nx\rz",
                 "0\r\nX\nY\r\n", "0\r\n Y: 1\r\n\r\n", "0\r\n\n", "1;a\nb\r\n", "0\r\n\rx");
    const std::size_t piece = GENERATE(std::size_t{1}, std::size_t{1000});
    CAPTURE(bytes, piece);
    CHECK(decode(bytes, piece).status == ChunkDecoder::StepKind::refused);
}

TEST_CASE("chunk lines and trailers have limits", "[server]") {
    CHECK(decode("1;" + std::string(5000, 'a'), 1000).status == ChunkDecoder::StepKind::refused);
    CHECK(decode(std::string(5000, '0'), 1000).status == ChunkDecoder::StepKind::refused);
    std::string trailers = "0\r\n";
    for (int i = 0; i < 1000; ++i) trailers += "Trailer: value\r\n";
    CHECK(decode(trailers, 1000).status == ChunkDecoder::StepKind::refused);
}

TEST_CASE("a Host field is found however it is written", "[server]") {
    for (const std::string field : {"Host: a.b:80", "Host:a.b:80", "host: a.b:80", "HOST: a.b:80",
                                    "Host:  a.b:80", "Host: a.b:80 ", "Host: \ta.b:80\t"}) {
        CAPTURE(field);
        for (const std::string before : {"", "X: y\r\n", "Name: z\r\n"}) {
            const std::string bytes = "GET / HTTP/1.1\r\n" + before + field + "\r\n\r\n";
            const Parsed parsed = parse(bytes);
            REQUIRE(parsed.result.status == ParseStatus::complete);
            CHECK(parsed.head.host == "a.b:80");
            CHECK(parsed.head.keep_alive);
            CHECK(parsed.fields[parsed.head.field_count - 1].value == "a.b:80");
            CHECK(outcome("GET / HTTP/1.1\r\n" + before + field + "\r\n" + field + "\r\n\r\n") ==
                  400);
        }
    }
    CHECK(outcome("GET / HTTP/1.1\r\nHost: \r\n\r\n") == 200);
    CHECK(outcome("GET / HTTP/1.1\r\nHost: a b\r\n\r\n") == 400);
    CHECK(outcome("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n") == 400);
    CHECK(outcome("GET / HTTP/1.1\r\nHost: abcd@efgh\r\n\r\n") == 400);
    CHECK(outcome("GET / HTTP/1.1\r\nHosts: a\r\n\r\n") == 400);
    CHECK(outcome("GET / HTTP/1.0\r\nX: y\r\n\r\n") == 200);
    CHECK_FALSE(parse("GET / HTTP/1.0\r\nHost: a\r\n\r\n").head.keep_alive);
}

TEST_CASE("a target is known as a plain path only where it is one", "[server]") {
    const auto is_plain = [](const std::string& target) {
        const std::string bytes = "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
        const Parsed parsed = parse(bytes);
        REQUIRE(parsed.result.status == ParseStatus::complete);
        CHECK(parsed.head.target == target);
        return parsed.head.is_plain_path;
    };
    for (std::size_t size = 0; size < 40; ++size) {
        CAPTURE(size);
        const std::string path = "/" + std::string(size, 'a');
        CHECK_FALSE(is_plain(path + "?"));
        CHECK_FALSE(is_plain(path + "%41"));
        CHECK_FALSE(is_plain(path + "#x"));
        CHECK_FALSE(is_plain("/?" + path));
        CHECK_FALSE(is_plain("http://host" + path));
        static_cast<void>(is_plain(path));
    }
}

TEST_CASE("a head that was used before is filled anew", "[server]") {
    std::vector<HeaderField> fields(200);
    RequestHead head;
    const std::string first =
        "POST http://other/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n"
        "Connection: close\r\n\r\n";
    REQUIRE(parse_request_head(first, {}, fields.data(), head).status == ParseStatus::complete);
    CHECK(head.expects_continue);
    const std::string second = "HEAD /b HTTP/1.1\r\nHost: y\r\n\r\n";
    REQUIRE(parse_request_head(second, {}, fields.data(), head).status == ParseStatus::complete);
    CHECK(head.host == "y");
    CHECK(head.is_head);
    CHECK(head.keep_alive);
    CHECK(head.field_count == 1);
    CHECK(head.framing == RequestFraming::none);
    CHECK(head.content_length == 0);
    CHECK_FALSE(head.expects_continue);
}
