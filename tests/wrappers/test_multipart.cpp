#include "wrappers/multipart.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using Kind = MultipartEvent::Kind;

namespace {

struct Part {
    std::string name;
    std::string filename;
    bool is_file = false;
    std::string type;
    std::string content;
};

bool operator==(const Part& left, const Part& right) {
    return left.name == right.name && left.filename == right.filename &&
           left.is_file == right.is_file && left.type == right.type &&
           left.content == right.content;
}

/// Decodes a body that arrives in the pieces given by the places where it is cut.
std::vector<Part> decode(std::string_view body, std::string_view boundary,
                         const std::vector<std::size_t>& cuts = {},
                         const MultipartLimits& limits = {}) {
    MultipartDecoder decoder(boundary, limits);
    std::vector<Part> parts;
    std::size_t begin = 0;
    const auto take = [&] {
        for (;;) {
            const MultipartEvent event = decoder.next_event();
            if (event.kind == Kind::need_data) return false;
            if (event.kind == Kind::epilogue) return true;
            if (event.kind == Kind::data) {
                parts.back().content += event.data;
            } else {
                parts.push_back({event.name.value_or("(none)"), event.filename,
                                 event.kind == Kind::file,
                                 event.headers.get("Content-Type").value_or(""), ""});
            }
        }
    };
    for (const std::size_t cut : cuts) {
        decoder.receive_data(body.substr(begin, cut - begin));
        begin = cut;
        if (take()) return parts;
    }
    decoder.receive_data(body.substr(begin));
    if (take()) return parts;
    decoder.finish();
    const bool ended = take();
    REQUIRE(ended);
    return parts;
}

std::vector<std::size_t> every_byte(std::string_view body) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < body.size(); ++i) cuts.push_back(i);
    return cuts;
}

const std::string whole_body =
    "preamble\r\n--foo\r\n"
    "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
    "--foo  \r\n"
    "Content-Disposition: form-data;\r\n name=\"f\"; filename=\"x.txt\"\r\nContent-Type: "
    "text/plain\r\n\r\n"
    "he\r\n--fo\r\nllo\r\n--foox\r\n--foo-\r\n\r\r\n\n-\r\n"
    "--foo\r\n"
    "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n"
    "--foo\r\n"
    "Content-Disposition: form-data; name=\"e\"; filename=\"\"\r\n\r\n\r\n"
    "--foo--\r\nepilogue --foo\r\n";

const std::vector<Part> whole_parts = {
    {"a", "", false, "", "1"},
    {"f", "x.txt", true, "text/plain", "he\r\n--fo\r\nllo\r\n--foox\r\n--foo-\r\n\r\r\n\n-"},
    {"empty", "", false, "", ""},
    {"e", "", true, "", ""}};

}  // namespace

TEST_CASE("a multipart body is decoded into parts", "[wrappers]") {
    CHECK(decode(whole_body, "foo") == whole_parts);
}

TEST_CASE("a multipart body may be cut anywhere", "[wrappers]") {
    for (std::size_t cut = 1; cut < whole_body.size(); ++cut) {
        CAPTURE(cut);
        REQUIRE(decode(whole_body, "foo", {cut}) == whole_parts);
    }
    CHECK(decode(whole_body, "foo", every_byte(whole_body)) == whole_parts);
    for (std::size_t step = 2; step < 20; ++step) {
        std::vector<std::size_t> cuts;
        for (std::size_t i = step; i < whole_body.size(); i += step) cuts.push_back(i);
        CAPTURE(step);
        CHECK(decode(whole_body, "foo", cuts) == whole_parts);
    }
}

TEST_CASE("multipart lines may end in LF or CR alone", "[wrappers]") {
    for (const std::string line_break : {"\r\n", "\n", "\r"}) {
        std::string body =
            "--foo~Content-Disposition: form-data; name=\"a\"~~1~--foo~"
            "Content-Disposition: form-data; name=\"b\"; filename=\"f\"~~x~y~--foo--";
        for (std::size_t at = body.find('~'); at != std::string::npos; at = body.find('~')) {
            body.replace(at, 1, line_break);
        }
        CAPTURE(body);
        const std::vector<Part> expected = {{"a", "", false, "", "1"},
                                            {"b", "f", true, "", "x" + line_break + "y"}};
        CHECK(decode(body, "foo") == expected);
        CHECK(decode(body, "foo", every_byte(body)) == expected);
    }
}

TEST_CASE("multipart data keeps the line breaks at its ends", "[wrappers]") {
    for (const std::string data :
         {"", "A", "\n", "\r", "\r\n", "\n\r", "A\n", "A\r", "A\r\n", "A\n\r", "\n\n\n", "\r\r\r",
          "\r\n\r\n\r\n", "--", "\r\n--", "\r\n--fo", "-foo--"}) {
        const std::string body =
            "--foo\r\nContent-Disposition: form-data; name=\"t\"; filename=\"f\"\r\n\r\n" + data +
            "\r\n--foo--\r\n";
        CAPTURE(body);
        const std::vector<Part> expected = {{"t", "f", true, "", data}};
        CHECK(decode(body, "foo") == expected);
        CHECK(decode(body, "foo", every_byte(body)) == expected);
    }
}

TEST_CASE("multipart without parts, with leading blank lines or without a name", "[wrappers]") {
    CHECK(decode("--foo--", "foo").empty());
    CHECK(decode("--foo--\r\n", "foo", {3}).empty());
    const std::string part =
        "--foo\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--foo--";
    CHECK(decode("\r\n\r\n" + part, "foo").size() == 1);
    CHECK(
        decode("--foo\r\nContent-Disposition: form-data\r\n\r\n1\r\n--foo--", "foo").front().name ==
        "(none)");
}

TEST_CASE("multipart file names are read as browsers and RFC 2231 write them", "[wrappers]") {
    const auto name_of = [](std::string_view parameters) {
        return decode(std::string("--b\r\nContent-Disposition: form-data; name=\"f\"; ") +
                          std::string(parameters) + "\r\n\r\nq\r\n--b--",
                      "b")
            .at(0)
            .filename;
    };
    CHECK(name_of("filename=\"\xe2\x98\x83.txt\"") == "\xe2\x98\x83.txt");
    CHECK(name_of("filename*=UTF-8''%E2%98%83.txt") == "\xe2\x98\x83.txt");
    CHECK(name_of("filename=\"C:\\dir\\x.txt\"") == "C:\\dir\\x.txt");
    CHECK(name_of("filename=\"a%22b.txt\"") == "a\"b.txt");
    CHECK(
        name_of(
            "filename*0*=ascii''a%20b%20;\r\n filename*1*=c%20d%20;\r\n filename*2=\"e f.txt\"") ==
        "a b c d e f.txt");
}

TEST_CASE("malformed multipart data is refused", "[wrappers]") {
    CHECK_THROWS_AS(MultipartDecoder(""), std::invalid_argument);
    CHECK_THROWS_AS(MultipartDecoder(std::string(201, 'b')), std::invalid_argument);
    const std::string head = "--foo\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
    for (const std::string& body :
         {std::string(), std::string("--foo"), std::string("--foo\r\n"), head, head + "1",
          head + "1\r\n", head + "1\r\n--foo", head + "1\r\n--foo-", head + "1\r\n--foo\r\n",
          head + "1\r\n--foo\r\nContent-Disposition: form-data",
          std::string("--foo\r\nContent-Type: text/plain\r\n\r\n1\r\n--foo--"),
          head.substr(0, head.size() - 7) + "\xff\"\r\n\r\n1\r\n--foo--",
          std::string("\r\n--foo ") + std::string(100, ' ') + "\r\n"}) {
        CAPTURE(body);
        CHECK_THROWS_AS(decode(body, "foo"), std::invalid_argument);
        CHECK_THROWS_AS(decode(body, "foo", every_byte(body)), std::invalid_argument);
    }
}

TEST_CASE("multipart parts and their headers have limits", "[wrappers]") {
    const std::string part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n";
    CHECK(decode(part + part + "--b--", "b", {}, {.max_parts = 2}).size() == 2);
    CHECK_THROWS_AS(decode(part + part + part + "--b--", "b", {}, {.max_parts = 2}),
                    RequestEntityTooLarge);

    std::string fields;
    for (int i = 0; i < 101; ++i) fields += "X: y\r\n";
    CHECK_THROWS_AS(decode("--b\r\n" + fields + "\r\n--b--", "b"), RequestEntityTooLarge);
    CHECK_THROWS_AS(decode("--b\r\nX: " + std::string(20000, 'x'), "b"), RequestEntityTooLarge);
    CHECK_THROWS_AS(decode("--b\r\nX: " + std::string(20000, 'x') + "\r\n\r\n--b--", "b"),
                    RequestEntityTooLarge);
}

TEST_CASE("decoding multipart data takes time in proportion to its size", "[wrappers]") {
    const auto seconds = [](std::string_view pattern, std::size_t size) {
        std::string body =
            "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\n";
        while (body.size() < size) body += pattern;
        body += "\r\n--b--";
        std::vector<std::size_t> cuts;
        for (std::size_t i = 65536; i < body.size(); i += 65536) cuts.push_back(i);
        const auto begin = std::chrono::steady_clock::now();
        REQUIRE(decode(body, "b", cuts).size() == 1);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    for (const std::string_view pattern :
         {"\r\n\r\n", "\r\n--", "--b", "\n--b-", "\r", "\r\n--b    x"}) {
        CAPTURE(pattern);
        // Quadratic work on 4 MB would take minutes.
        CHECK(seconds(pattern, 4000000) < 10.0);
    }
}

TEST_CASE("the multipart encoder writes what Werkzeug's writes", "[wrappers]") {
    MultipartEncoder encoder("BOUNDARY");
    encoder.add_field("a", "1");
    encoder.add_file("f", "x.txt", {{"Content-Type", "text/plain"}}, "hello");
    encoder.add_field("\xc3\xa9", "\xe2\x98\x83");
    CHECK(encoder.finish() ==
          "\r\n--BOUNDARY\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--BOUNDARY\r\n"
          "Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: "
          "text/plain\r\n\r\nhello\r\n"
          "--BOUNDARY\r\nContent-Disposition: form-data; "
          "name=\"\xc3\xa9\"\r\n\r\n\xe2\x98\x83\r\n--BOUNDARY--\r\n");
}

TEST_CASE("names in multipart data cannot break out of their header", "[wrappers]") {
    MultipartEncoder encoder("b");
    encoder.add_file("a\"\r\nX: y", "q\"\r\n\r\nz", {}, "c");
    const std::string body = encoder.finish();
    CHECK(body.find("X: y\r\n") == std::string::npos);
    const auto parts = decode(body, "b");
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].content == "c");
    CHECK(parts[0].filename == "q\"%0D%0A%0D%0Az");
}
