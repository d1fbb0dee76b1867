// Answers of a folder of files: what Werkzeug gave for the same requests, field by field.
#include "wrappers/send_file.hpp"

#include "core/platform.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "testing/environ_builder.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using test_support::TemporaryFolder;

namespace {

constexpr std::string_view modified = "Tue, 14 Nov 2023 22:13:20 GMT";

/// A file of eleven bytes of that time, its tag in the place of the machine's own.
struct HelloFile {
    HelloFile() {
        folder.write("hello.txt", "Hello World");
        folder.write("empty.bin", "");
    }

    /// Returns "status | fields || body", without the Date.
    [[nodiscard]] std::string ask(Headers headers, std::string method = "GET",
                                  std::string_view name = "hello.txt") const {
        EnvironBuilderOptions builder;
        builder.method = std::move(method);
        builder.headers = std::move(headers);
        const auto environ = create_environ("/", std::move(builder));
        SendFileOptions options;
        options.etag = "1700000000.0-11-2783251258";
        options.last_modified =
            std::chrono::system_clock::time_point(std::chrono::seconds(1700000000));
        std::string text;
        const auto write = [&](std::string_view status, const Headers& fields) {
            text = status.substr(0, 3);
            for (const auto& [field, value] : fields) {
                if (field == "Date") continue;
                text += " | ";
                text += field;
                text += ": ";
                text += value;
            }
        };
        Body body;
        try {
            const Response response = detail::send_from_directory(folder.path(), name, options,
                                                                  {.environ = &environ->environ()});
            body = response(environ->environ(),
                            [&](std::string_view status, const Headers& fields,
                                const std::exception_ptr&) { write(status, fields); });
        } catch (const HTTPException& error) {
            const Response page = error.get_response();
            return std::to_string(page.status_code()) + " | " +
                   page.headers().get("Content-Range", "");
        }
        text += " || " + body.read();
        body.close();
        return text;
    }

    TemporaryFolder folder;
};

const std::string disposition = " | Content-Disposition: inline; filename=hello.txt";
const std::string type = " | Content-Type: text/plain; charset=utf-8";
const std::string tail = " | Last-Modified: " + std::string(modified) +
                         " | Cache-Control: no-cache | ETag: \"1700000000.0-11-2783251258\" | "
                         "Accept-Ranges: bytes";

std::string whole(std::string_view status = "200", std::string_view body = "Hello World") {
    return std::string(status) + disposition + type + " | Content-Length: 11" + tail + " || " +
           std::string(body);
}
std::string unchanged() {
    return "304" + disposition +
           " | Cache-Control: no-cache | ETag: \"1700000000.0-11-2783251258\" | Accept-Ranges: "
           "bytes || ";
}
std::string part(std::string_view range, std::string_view body, bool head = false) {
    return "206" + disposition + type + " | Content-Length: " + std::to_string(body.size()) + tail +
           " | Content-Range: bytes " + std::string(range) + "/11 || " +
           (head ? std::string() : std::string(body));
}

const std::string etag = "\"1700000000.0-11-2783251258\"";

}  // namespace

TEST_CASE("a file is answered whole, unchanged or not at all, as Werkzeug does", "[wrappers]") {
    const HelloFile file;
    CHECK(file.ask({}) == whole());
    CHECK(file.ask({}, "HEAD") == whole("200", ""));
    CHECK(file.ask({}, "GET", "hello.txt/") == whole());
    for (const std::string& tags : {etag, "W/" + etag, std::string("*"), "\"x\", " + etag})
        CHECK(file.ask({{"If-None-Match", tags}}) == unchanged());
    CHECK(file.ask({{"If-None-Match", "\"other\""}}) == whole());
    CHECK(file.ask({{"If-Modified-Since", modified}}) == unchanged());
    CHECK(file.ask({{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:19 GMT"}}) == whole());
    CHECK(file.ask({{"If-Modified-Since", "yesterday"}}) == whole());
    CHECK(file.ask({{"If-None-Match", "\"other\""}, {"If-Modified-Since", modified}}) == whole());
    CHECK(file.ask({{"If-Match", etag}}) == whole());
    CHECK(file.ask({{"If-Match", "\"other\""}}) == whole("412"));
    CHECK(file.ask({{"If-Unmodified-Since", "Tue, 14 Nov 2023 22:13:19 GMT"}}) == whole());
    for (const std::string_view name : {"nope.txt", "../secret", "", "..\\secret", "./"}) {
        CAPTURE(name);
        CHECK(file.ask({}, "GET", name) == "404 | ");
    }
    CHECK(file.ask({}, "GET", std::string_view("hello.txt\0", 10)) == "404 | ");
}

TEST_CASE("parts of a file are answered as Werkzeug does", "[wrappers]") {
    const HelloFile file;
    const std::string hello = "Hello", world = "World", all = "Hello World";
    CHECK(file.ask({{"Range", "bytes=0-4"}}) == part("0-4", hello));
    CHECK(file.ask({{"Range", "bytes=6-"}}) == part("6-10", world));
    CHECK(file.ask({{"Range", "bytes=-5"}}) == part("6-10", world));
    CHECK(file.ask({{"Range", "bytes=0-999"}}) == part("0-10", all));
    CHECK(file.ask({{"Range", "bytes=0-10"}}) == part("0-10", all));
    CHECK(file.ask({{"Range", "bytes=-0"}}) == part("0-10", all));
    CHECK(file.ask({{"Range", "bytes=0-4"}}, "HEAD") == part("0-4", hello, true));
    for (const std::string range : {"bytes=11-", "bytes=5-4", "bytes=0-1,3-4", "items=0-4",
                                    "garbage", "bytes=-", "bytes=-100"}) {
        CAPTURE(range);
        CHECK(file.ask({{"Range", range}}) == "416 | bytes */11");
    }
    CHECK(file.ask({{"Range", "bytes=0-4"}, {"If-Range", etag}}) == part("0-4", hello));
    CHECK(file.ask({{"Range", "bytes=0-4"}, {"If-Range", "\"other\""}}) == whole());
    CHECK(file.ask({{"Range", "bytes=0-4"}, {"If-Range", modified}}) == part("0-4", hello));
    CHECK(file.ask({{"Range", "bytes=0-4"}, {"If-Range", "Tue, 14 Nov 2023 22:13:19 GMT"}}) ==
          whole());
    CHECK(file.ask({{"Range", "bytes=0-4"}, {"If-None-Match", etag}}) == part("0-4", hello));
    CHECK(file.ask({{"Range", "bytes=0-4"}}, "GET", "empty.bin")
              .starts_with("200 | Content-Disposition: inline; filename=empty.bin | Content-Type: "
                           "application/octet-stream | Content-Length: 0"));
}

TEST_CASE("media types get the charset that Werkzeug gives them", "[wrappers]") {
    for (const std::string plain : {"application/json", "application/octet-stream",
                                    "application/vnd.api+json", "multipart/form-data", "TEXT/HTML"})
        CHECK(Response("", 200, {}, {.mimetype = plain}).content_type() == plain);
    for (const std::string text :
         {"text/html", "text/plain", "text/css", "text/event-stream", "application/xml",
          "application/xhtml+xml", "image/svg+xml", "application/javascript",
          "application/ecmascript", "application/sql", "application/rss+xml", "application/xml-dtd",
          "application/xml-external-parsed-entity"})
        CHECK(Response("", 200, {}, {.mimetype = text}).content_type() == text + "; charset=utf-8");
    CHECK(Response("x", 200, {{"Content-Type", "text/plain"}}, {.mimetype = "image/png"})
              .content_type() == "image/png");
}

TEST_CASE("names of files become the names that Werkzeug makes", "[wrappers]") {
    const std::pair<std::string, std::string> cases[] = {
        {".bashrc", "bashrc"},
        {"a/b\\c.txt", "a_bc.txt"},
        {"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.txt", "txt"},
        {"con.txt", "con.txt"},
        {" x  y .txt", "x_y_.txt"},
        {"\xEF\xAC\x81le\xE2\x91\xA0.txt", "file1.txt"},
        {"a\tb\nc", "a_b_c"},
        {"xxxxx.", "xxxxx"},
        {"", ""},
    };
    for (const auto& [given, made] : cases) {
        CAPTURE(given);
#if MICROFLASK_OS_WINDOWS
        if (given == "con.txt" || given == "a/b\\c.txt") continue;
#endif
        CHECK(secure_filename(given) == made);
    }
    const auto disposition_of = [](std::string_view name) {
        return detail::send_bytes("x", {.as_attachment = true, .download_name = name})
            .headers()
            .get("Content-Disposition", "");
    };
    CHECK(disposition_of("a\\b.txt") == "attachment; filename=\"a\\\\b.txt\"");
    CHECK(disposition_of("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E.txt") ==
          "attachment; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.txt");
    CHECK(disposition_of("semi;colon.txt") == "attachment; filename=\"semi;colon.txt\"");
    CHECK(disposition_of("a,b.txt") == "attachment; filename=\"a,b.txt\"");
    CHECK(disposition_of("x%20y.txt") == "attachment; filename=x%20y.txt");
    CHECK(disposition_of("tab\tx.txt") == "attachment; filename=\"tab\tx.txt\"");
}
