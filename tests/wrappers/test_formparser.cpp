#include "wrappers/formparser.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

FormData parse(std::string_view body, std::string_view mimetype = "multipart/form-data",
               const FormLimits& limits = {}, bool silent = true) {
    MemoryInputStream stream(body);
    MultiDict parameters;
    parameters.add("boundary", "foo");
    return FormDataParser(limits, silent).parse(stream, mimetype, body.size(), parameters);
}

std::string part(std::string_view head, std::string_view body) {
    return "--foo\r\nContent-Disposition: form-data; " + std::string(head) + "\r\n\r\n" +
           std::string(body) + "\r\n";
}

}  // namespace

TEST_CASE("an urlencoded form", "[wrappers]") {
    const FormData data = parse("a=1&b=x+y&a=%C3%A9&&c", "application/x-www-form-urlencoded");
    CHECK(data.parsed);
    CHECK(data.form.getlist("a") == std::vector<std::string>{"1", "\xc3\xa9"});
    CHECK(data.form.get("b") == "x y");
    CHECK(data.form.get("c") == "");
    CHECK(parse("\xff=1", "application/x-www-form-urlencoded").form.empty());
    CHECK_THROWS_AS(
        parse("a=12345", "application/x-www-form-urlencoded", {.max_form_memory_size = 6}),
        RequestEntityTooLarge);
    CHECK(parse("a=12345", "application/x-www-form-urlencoded", {.max_form_memory_size = 7})
              .form.size() == 1);
}

TEST_CASE("an urlencoded form without a length is held to its limit", "[wrappers]") {
    MemoryInputStream stream("a=12345");
    CHECK_THROWS_AS(FormDataParser({.max_form_memory_size = 6})
                        .parse(stream, "application/x-www-form-urlencoded", std::nullopt, {}),
                    RequestEntityTooLarge);
}

TEST_CASE("other media types leave the body alone", "[wrappers]") {
    MemoryInputStream stream("a=1");
    CHECK_FALSE(FormDataParser().parse(stream, "text/plain", 3, {}).parsed);
    CHECK(stream.read() == "a=1");
}

TEST_CASE("a multipart form has fields and files", "[wrappers]") {
    const FormData data = parse(
        part("name=\"a\"", "1") +
        part("name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain; charset=x\r\nX-Y: z",
             "hello\r\nworld") +
        part("name=\"f\"; filename=\"\"\r\nContent-Type: application/octet-stream", "") +
        part("x=y", "1") + "--foo--\r\n");
    CHECK(data.form.get("a") == "1");
    CHECK(data.form.get("") == "1");
    const auto files = data.files.getlist("f");
    REQUIRE(files.size() == 2);
    FileStorage file = data.files["f"];
    CHECK(file.filename() == "x.txt");
    CHECK(file.name() == "f");
    CHECK(file.content_type() == "text/plain; charset=x");
    CHECK(file.mimetype() == "text/plain");
    CHECK(file.headers().get("X-Y") == "z");
    CHECK(file.read() == "hello\r\nworld");
    CHECK(files[1].filename() == "");
}

TEST_CASE("the charset of a field is taken from its part", "[wrappers]") {
    CHECK(parse(part("name=\"a\"\r\nContent-Type: text/plain; charset=ISO-8859-1", "\xe9") +
                "--foo--")
              .form.get("a") == "\xc3\xa9");
    CHECK(
        parse(part("name=\"a\"\r\nContent-Type: text/plain; charset=utf-7", "\xc3\xa9") + "--foo--")
            .form.get("a") == "\xc3\xa9");
    CHECK(parse(part("name=\"a\"", "\xff") + "--foo--").form.get("a") == "\xef\xbf\xbd");
}

TEST_CASE("malformed multipart forms are empty, or refused where asked", "[wrappers]") {
    for (const std::string& body : {std::string(), part("name=\"a\"", "1"),
                                    std::string("--foo\r\nX: y\r\n\r\n1\r\n--foo--")}) {
        const FormData data = parse(body);
        CAPTURE(body);
        CHECK(data.form.empty());
        CHECK(data.files.empty());
        CHECK_THROWS_AS(parse(body, "multipart/form-data", {}, false), std::invalid_argument);
    }
    MemoryInputStream stream(part("name=\"a\"", "1") + "--foo--");
    CHECK(FormDataParser().parse(stream, "multipart/form-data", std::nullopt, {}).form.empty());
}

TEST_CASE("fields, not files, are held to the memory limit", "[wrappers]") {
    const std::string big(200000, 'x');
    CHECK_THROWS_AS(parse(part("name=\"a\"", big) + "--foo--", "multipart/form-data",
                          {.max_form_memory_size = 199999}),
                    RequestEntityTooLarge);
    CHECK(parse(part("name=\"a\"", big) + "--foo--", "multipart/form-data",
                {.max_form_memory_size = 200000})
              .form.get("a") == big);
    CHECK(parse(part("name=\"a\"; filename=\"b\"", big) + "--foo--", "multipart/form-data",
                {.max_form_memory_size = 10})
              .files.size() == 1);
}

TEST_CASE("contents survive the reader's own buffer", "[wrappers]") {
    for (const std::size_t size :
         {65400U, 65450U, 65480U, 65500U, 65534U, 65535U, 65536U, 65537U, 131007U}) {
        for (const std::string_view tail : {"", "\r", "\r\r", "\r\n", "\n", "\r\n--fo"}) {
            const std::string content = std::string(size, '\0') + std::string(tail);
            const FormData data =
                parse(part("name=\"f\"; filename=\"b\"", content) + "--foo--\r\n");
            CAPTURE(size);
            REQUIRE(data.files.size() == 1);
            FileStorage file = data.files["f"];
            CHECK(file.read() == content);
        }
    }
}

TEST_CASE("a large file goes to the disk and comes back whole", "[wrappers]") {
    std::string content;
    for (int i = 0; content.size() < 2000000; ++i) content += std::to_string(i) + "\r\n";
    const FormData data = parse(part("name=\"f\"; filename=\"b\"", content) + "--foo--");
    FileStorage file = data.files["f"];
    CHECK(file.read() == content);
}
