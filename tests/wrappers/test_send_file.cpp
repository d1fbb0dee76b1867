#include "wrappers/send_file.hpp"

#include "core/files.hpp"
#include "core/platform.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "testing/environ_builder.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#if MICROFLASK_OS_POSIX
#include <unistd.h>
#endif

using namespace microflask;
using test_support::TemporaryFolder;

namespace {

/// A folder of files and of a folder.
struct Folder : TemporaryFolder {
    Folder() {
        write("hello.txt", "Hello World");
        write("empty.bin", "");
        write("a b.css", "x{}");
        write("x.tar.gz", "zz");
        write("p.svg", "<svg/>");
        write("n.unknownext", "??");
        detail::make_directory(*this / "sub");
    }
};

struct Answer {
    int status;
    Headers headers;
    std::string body;
};

Answer send(const Folder& folder, std::string_view name, Headers headers = {},
            const SendFileOptions& options = {}, std::string method = "GET",
            bool use_x_sendfile = false) {
    EnvironBuilderOptions builder;
    builder.method = std::move(method);
    builder.headers = std::move(headers);
    const auto environ = create_environ("/", std::move(builder));
    const Response response = detail::send_from_directory(
        folder.path(), name, options,
        {.environ = &environ->environ(), .use_x_sendfile = use_x_sendfile});
    Answer answer{response.status_code(), {}, ""};
    Body body =
        response(environ->environ(), [&answer](std::string_view, const Headers& fields,
                                               std::exception_ptr) { answer.headers = fields; });
    answer.body = body.read();
    body.close();
    return answer;
}

std::string names(const Headers& headers) {
    std::string text;
    for (const auto& [name, value] : headers) {
        if (!text.empty()) text += ',';
        text += name;
    }
    return text;
}

}  // namespace

TEST_CASE("a file is sent with what is known of it", "[wrappers]") {
    const Folder folder;
    const Answer answer = send(folder, "hello.txt");

    CHECK(answer.status == 200);
    CHECK(answer.body == "Hello World");
    CHECK(names(answer.headers) ==
          "Content-Disposition,Content-Type,Content-Length,Last-Modified,Cache-Control,ETag,Date,"
          "Accept-Ranges");
    CHECK(answer.headers.get("Content-Disposition") == "inline; filename=hello.txt");
    CHECK(answer.headers.get("Content-Type") == "text/plain; charset=utf-8");
    CHECK(answer.headers.get("Content-Length") == "11");
    CHECK(answer.headers.get("Cache-Control") == "no-cache");
    CHECK(answer.headers.get("Accept-Ranges") == "bytes");
    CHECK(send(folder, "hello.txt", {}, {}, "HEAD").body.empty());
    CHECK(send(folder, "hello.txt", {}, {}, "HEAD").headers.get("Content-Length") == "11");
    CHECK(send(folder, "empty.bin").headers.get("Content-Length") == "0");
    CHECK(send(folder, "empty.bin", {{"Range", "bytes=0-4"}}).status == 200);
}

TEST_CASE("the type of a file follows from its name", "[wrappers]") {
    const Folder folder;
    CHECK(send(folder, "p.svg").headers.get("Content-Type") == "image/svg+xml; charset=utf-8");
    CHECK(send(folder, "n.unknownext").headers.get("Content-Type") == "application/octet-stream");
    CHECK(send(folder, "a b.css").headers.get("Content-Disposition") ==
          "inline; filename=\"a b.css\"");
    const Answer packed = send(folder, "x.tar.gz");
    CHECK(packed.headers.get("Content-Type") == "application/x-tar");
    CHECK(packed.headers.get("Content-Encoding") == "gzip");
    CHECK_FALSE(
        send(folder, "x.tar.gz", {}, {.as_attachment = true}).headers.contains("Content-Encoding"));
    CHECK(send(folder, "hello.txt", {}, {.mimetype = "image/png"}).headers.get("Content-Type") ==
          "image/png");
    CHECK(send(folder, "hello.txt", {}, {.download_name = "x.html"}).headers.get("Content-Type") ==
          "text/html; charset=utf-8");
}

TEST_CASE("names of attachments are written for every browser", "[wrappers]") {
    const auto disposition = [](std::string_view name) {
        return detail::send_bytes(
                   "x", {.mimetype = "text/plain", .as_attachment = true, .download_name = name})
            .headers()
            .get("Content-Disposition")
            .value();
    };
    CHECK(disposition("index.html") == "attachment; filename=index.html");
    CHECK(disposition("report 2024.pdf") == "attachment; filename=\"report 2024.pdf\"");
    CHECK(disposition("a\"b.txt") == "attachment; filename=\"a\\\"b.txt\"");
    CHECK(disposition("V\xc3\xb6gel.txt") ==
          "attachment; filename=Vogel.txt; filename*=UTF-8''V%C3%B6gel.txt");
    CHECK(disposition("\xd1\x82\xd0\xb5:/\xd1\x81\xd1\x82") ==
          "attachment; filename=\":/\"; filename*=UTF-8''%D1%82%D0%B5%3A%2F%D1%81%D1%82");
    CHECK(disposition("\xc3\x91"
                      "and\xc3\xba\xef\xbc\x8fping\xc3\xbcino.txt") ==
          "attachment; filename=\"Nandu/pinguino.txt\"; "
          "filename*=UTF-8''%C3%91and%C3%BA%EF%BC%8Fping%C3%BCino.txt");
    CHECK(disposition("(test.txt") == "attachment; filename=\"(test.txt\"");
    CHECK(disposition("it's.txt") == "attachment; filename=it's.txt");
    CHECK(disposition("emoji\xf0\x9f\x98\x80.txt") ==
          "attachment; filename=emoji.txt; filename*=UTF-8''emoji%F0%9F%98%80.txt");
    CHECK_THROWS_AS(disposition("a\r\nX: y"), std::invalid_argument);
}

TEST_CASE("bytes need a name or a type", "[wrappers]") {
    CHECK_THROWS_AS(detail::send_bytes("x", {}), std::exception);
    CHECK_THROWS_AS(detail::send_bytes("x", {.mimetype = "text/plain", .as_attachment = true}),
                    std::exception);
    const Response response = detail::send_bytes("test", {.download_name = "test.txt"});
    CHECK(response.mimetype() == "text/plain");
    CHECK(response.content_length() == 4);
    CHECK_FALSE(response.etag());
}

TEST_CASE("a file that was not changed is not sent again", "[wrappers]") {
    const Folder folder;
    const Answer first = send(folder, "hello.txt");
    const std::string etag = first.headers.get("ETag").value();
    const std::string modified = first.headers.get("Last-Modified").value();

    const Answer second = send(folder, "hello.txt", {{"If-None-Match", etag}});
    CHECK(second.status == 304);
    CHECK(second.body.empty());
    CHECK(names(second.headers) == "Content-Disposition,Cache-Control,ETag,Date,Accept-Ranges");
    CHECK(send(folder, "hello.txt", {{"If-Modified-Since", modified}}).status == 304);
    CHECK(send(folder, "hello.txt", {{"If-None-Match", "\"x\""}, {"If-Modified-Since", modified}})
              .status == 200);
    CHECK(send(folder, "hello.txt", {{"If-Match", "\"x\""}}).status == 412);
    CHECK(send(folder, "hello.txt", {{"If-None-Match", etag}}, {.conditional = false}).status ==
          200);
    CHECK(send(folder, "hello.txt", {}, {.etag = "unique"}).headers.get("ETag") == "\"unique\"");
    CHECK_FALSE(send(folder, "hello.txt", {}, {.etag = false}).headers.contains("ETag"));
    CHECK(send(folder, "hello.txt", {}, {.last_modified = std::chrono::system_clock::time_point{}})
              .headers.get("Last-Modified") == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("part of a file is sent without reading the rest", "[wrappers]") {
    const Folder folder;
    const Answer part = send(folder, "hello.txt", {{"Range", "bytes=6-"}});
    CHECK(part.status == 206);
    CHECK(part.body == "World");
    CHECK(part.headers.get("Content-Range") == "bytes 6-10/11");
    CHECK(part.headers.get("Content-Length") == "5");
    CHECK(send(folder, "hello.txt", {{"Range", "bytes=0-4"}}, {}, "HEAD").status == 206);
    const Answer first = send(folder, "hello.txt");
    CHECK(send(folder, "hello.txt",
               {{"Range", "bytes=0-4"}, {"If-Range", first.headers.get("ETag").value()}})
              .body == "Hello");
    CHECK(send(folder, "hello.txt", {{"Range", "bytes=0-4"}, {"If-Range", "\"other\""}}).body ==
          "Hello World");
    CHECK_THROWS_AS(send(folder, "hello.txt", {{"Range", "bytes=11-"}}),
                    RequestedRangeNotSatisfiable);

    const auto environ = create_environ("/", {.headers = {{"Range", "bytes=2-5"}}});
    const Response response =
        detail::send_file(folder / "hello.txt", {}, {.environ = &environ->environ()});
    REQUIRE(response.body().stream());
    REQUIRE(response.body().stream()->file());
    CHECK(response.body().stream()->file()->offset == 2);
    CHECK(response.body().stream()->file()->length == 4);
    CHECK(response.body().size() == 4);
}

TEST_CASE("how long a file may be cached", "[wrappers]") {
    const Folder folder;
    const Answer answer = send(folder, "hello.txt", {}, {.max_age = 3600});
    CHECK(answer.headers.get("Cache-Control") == "public, max-age=3600");
    CHECK(names(answer.headers).find("Cache-Control,Expires,ETag") != std::string::npos);
    CHECK(send(folder, "hello.txt", {}, {.max_age = 0}).headers.get("Cache-Control") ==
          "no-cache, max-age=0");
}

TEST_CASE("a server in front may send the file", "[wrappers]") {
    const Folder folder;
    const Answer answer = send(folder, "hello.txt", {}, {}, "GET", true);
    CHECK(answer.headers.get("X-Sendfile") == folder / "hello.txt");
    CHECK(answer.headers.get("Content-Length") == "11");
    CHECK(answer.body.empty());
}

TEST_CASE("only files below the folder are sent", "[wrappers]") {
    const Folder folder;
    for (const std::string_view name : {"nope.txt", "sub", "sub/", "", "../secret", "sub/../../x",
                                        "/etc/passwd", "hello.txt/x"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(send(folder, name), NotFound);
    }
    CHECK_THROWS_AS(send(folder, std::string_view("hello.txt\0", 10)), NotFound);
    CHECK_THROWS_AS(detail::send_file(folder.path(), {}), NotFound);
    CHECK_THROWS_AS(detail::send_file(folder / "none", {}), NotFound);
    CHECK(send(folder, "sub/../hello.txt").status == 200);
    CHECK(detail::send_file("hello.txt", {}, {.root_path = folder.path()}).status_code() == 200);
}

#if MICROFLASK_OS_POSIX
TEST_CASE("links within the folder are followed, links out of it are not", "[wrappers]") {
    const Folder folder;
    const Folder outside;
    const auto link = [&folder](const std::string& target, const std::string& name) {
        REQUIRE(::symlink(target.c_str(), (folder / name).c_str()) == 0);
    };
    link("hello.txt", "inside.txt");
    link(outside / "hello.txt", "file.txt");
    link(outside.path(), "dir");
    link("..", "up");
    link("nowhere", "broken.txt");
    CHECK(send(folder, "inside.txt").body == "Hello World");
    const std::string through = "up/" + outside.path().substr(outside.path().rfind('/') + 1);
    for (const std::string& name : {std::string("file.txt"), std::string("dir/hello.txt"),
                                    std::string("broken.txt"), through + "/hello.txt"}) {
        CAPTURE(name);
        CHECK_THROWS_AS(send(folder, name), NotFound);
    }
    // The folder itself may be a link.
    link(outside.path(), "whole");
    const Response response = detail::send_from_directory(folder / "whole", "hello.txt", {});
    CHECK(response.status_code() == 200);
    CHECK(detail::send_from_directory("whole", "hello.txt", {}, {.root_path = folder.path()})
              .status_code() == 200);
    // A folder whose name begins like another's is not below it.
    CHECK_THROWS_AS(detail::send_from_directory(folder / "sub", "../hello.txt", {}), NotFound);
}
#endif

TEST_CASE("the path of a file and its time make the entity tag", "[wrappers]") {
    CHECK(detail::send_file_adler32("Wikipedia") == 0x11e60398);
    CHECK(detail::send_file_time_text({.modified_nanoseconds = 1700000000000000000}) ==
          "1700000000.0");
    CHECK(detail::send_file_time_text({.modified_nanoseconds = 1700000000500000000}) ==
          "1700000000.5");
}

TEST_CASE("secure_filename leaves nothing dangerous", "[wrappers]") {
    CHECK(secure_filename("My cool movie.mov") == "My_cool_movie.mov");
    CHECK(secure_filename("../../../etc/passwd") == "etc_passwd");
    CHECK(secure_filename("i contain cool \xc3\xbcml\xc3\xa4uts.txt") ==
          "i_contain_cool_umlauts.txt");
    CHECK(secure_filename("__filename__") == "filename");
    CHECK(secure_filename("foo$&^*)bar") == "foobar");
    CHECK(secure_filename("\xe4\xb8\xad\xe6\x96\x87.txt") == "txt");
    CHECK(secure_filename("..").empty());
    CHECK(secure_filename("a ( b") == "a__b");
    CHECK(secure_filename("\xef\xbc\x8f\xef\xbc\x8e\xef\xbc\x8e\xef\xbc\x8fx") == "x");
    CHECK(secure_filename(std::string_view("a\0b.png", 7)) == "ab.png");
}
