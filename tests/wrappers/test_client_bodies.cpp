// Forms as clients send them, captured from Chromium 156, curl 7.88 and Python's requests 2.28: whole, and cut into two
// at every byte; and what Werkzeug's test_formparser and sansio/test_multipart ask beyond the cases of test_formparser
// and test_multipart.
#include "wrappers/formparser.hpp"

#include "core/files.hpp"
#include "core/platform.hpp"
#include "core/text.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/given.hpp"
#include "wrappers/multipart.hpp"
#include "wrappers/request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test::posted;
using test_support::TemporaryFolder;

namespace {

using Texts = std::vector<std::string>;
using Kind = MultipartEvent::Kind;

/// A body that arrives in pieces: up to a place, then in pieces of a size.
class CutStream final : public InputStream {
public:
    CutStream(std::string_view body, std::size_t cut, std::size_t piece)
        : rest_(body), cut_(cut), piece_(piece) {}

    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t most = cut_ > 0 ? cut_ : piece_;
        const std::size_t count = (std::min)({size, rest_.size(), most});
        cut_ = 0;
        std::memcpy(buffer, rest_.data(), count);
        rest_.remove_prefix(count);
        return count;
    }
    using InputStream::read;

private:
    std::string_view rest_;
    std::size_t cut_;
    std::size_t piece_;
};

std::string lines(std::string text) {
    return detail::replace_all(text, "~", "\r\n");
}

struct Sent {
    std::string_view client;
    std::string boundary;
    std::string body;
    Texts selected;
    std::string file_name;
    std::string first_type;
};

const std::string text_file = "line one\r\n--boundary?\r\nline two\r\n";
const std::string image_file("\x89PNG\r\n\x1a\n\0\0\r\n--\xff", 15);

std::vector<Sent> captured() {
    const std::string image = image_file;
    const std::string cafe = "caf\xC3\xA9 \"x\"";
    const std::string chromium = "----WebKitFormBoundaryH8GuNAIJbgRaWqne";
    const std::string curl = "------------------------4cc70c097717cb23";
    const std::string requests = "6f58c854dea62df3ee4bd4f3ad73c47a";
    const auto next = [](const std::string& boundary) { return "\r\n--" + boundary + "\r\n"; };
    const std::string field = "Content-Disposition: form-data; name=";
    return {
        {"Chromium",
         chromium,
         "--" + chromium + lines("~" + field + "\"text\"~~" + cafe + "~second") + next(chromium) +
             lines(field + "\"na%22me\"~~v") + next(chromium) + lines(field + "\"empty\"~~") +
             next(chromium) + lines(field + "\"c\"~~1") + next(chromium) +
             lines(field + "\"s\"~~a") + next(chromium) + lines(field + "\"s\"~~b") +
             next(chromium) +
             lines(field + "\"file1\"; filename=\"a.txt\"~Content-Type: text/plain~~") + text_file +
             next(chromium) +
             lines(field +
                   "\"file2\"; filename=\"r%22s%0A\xC3\xA9.png\"~Content-Type: image/png~~") +
             image + next(chromium) +
             lines(field + "\"file2\"; filename=\"C:\\dir\\e.bin\"~Content-Type: "
                           "application/octet-stream~~") +
             next(chromium) +
             lines(field + "\"none\"; filename=\"\"~Content-Type: application/octet-stream~~") +
             "\r\n--" + chromium + "--\r\n",
         {"a", "b"},
         "r\"s%0A\xC3\xA9.png",
         "text/plain"},
        {"curl",
         curl,
         "--" + curl + lines("~" + field + "\"text\"~~" + cafe) + next(curl) +
             lines(field + "\"file1\"; filename=\"a.txt\"~Content-Type: text/plain~~") + text_file +
             next(curl) +
             lines(field + "\"file2\"; filename=\"r%22s.png\"~Content-Type: image/png~~") + image +
             next(curl) + lines(field + "\"empty\"~~") + "\r\n--" + curl + "--\r\n",
         {},
         "r\"s.png",
         "text/plain"},
        {"requests",
         requests,
         "--" + requests + lines("~" + field + "\"text\"~~" + cafe) + next(requests) +
             lines(field + "\"empty\"~~") + next(requests) +
             lines(field + "\"file1\"; filename=\"a.txt\"~~") + text_file + next(requests) +
             lines(field + "\"file2\"; filename=\"r%22s\xC3\xA9.png\"~Content-Type: image/png~~") +
             image + "\r\n--" + requests + "--\r\n",
         {},
         "r\"s\xC3\xA9.png",
         ""},
    };
}

FormData parse(InputStream& stream, const std::string& boundary, const FormLimits& limits = {}) {
    return FormDataParser(limits, false)
        .parse(stream, "multipart/form-data", std::nullopt, MultiDict{{"boundary", boundary}});
}

bool is_right(const Sent& sent, std::size_t cut, std::size_t piece) {
    CutStream stream(sent.body, cut, piece);
    const FormData data = parse(stream, sent.boundary);
    const std::string text =
        sent.client == "Chromium" ? "caf\xC3\xA9 \"x\"\r\nsecond" : "caf\xC3\xA9 \"x\"";
    return data.form.get("text") == text && data.form.get("empty") == "" &&
           data.form.getlist("s") == sent.selected && data.form.get("na\"me", "v") == "v" &&
           data.files["file1"].filename() == "a.txt" &&
           data.files["file1"].content_type() == sent.first_type &&
           data.files["file1"].read() == text_file &&
           data.files["file2"].filename() == sent.file_name &&
           data.files["file2"].content_type() == "image/png" &&
           data.files["file2"].read() == image_file;
}

Request request_of(const detail::TestEnviron& environ) {
    return Request(const_cast<detail::TestEnviron&>(environ).environ());
}

}  // namespace

TEST_CASE("forms of browsers and clients are read, wherever they are cut", "[wrappers]") {
    for (const Sent& sent : captured()) {
        CAPTURE(sent.client);
        REQUIRE(is_right(sent, 0, sent.body.size()));
        for (std::size_t cut = 1; cut < sent.body.size(); ++cut) {
            CAPTURE(cut);
            REQUIRE(is_right(sent, cut, sent.body.size()));
        }
        for (const std::size_t piece : {1u, 2u, 3u, 7u, 64u}) {
            CAPTURE(piece);
            REQUIRE(is_right(sent, 0, piece));
        }
    }
}

TEST_CASE("a browser's several files, and the one that was not chosen", "[wrappers]") {
    const Sent chromium = captured().front();
    MemoryInputStream stream(chromium.body);
    const FormData data = parse(stream, chromium.boundary);
    const auto files = data.files.getlist("file2");
    REQUIRE(files.size() == 2);
    // As Werkzeug: a whole path is the client's business, and secure_filename's.
    CHECK(files[1].filename() == "C:\\dir\\e.bin");
    CHECK(files[1].stream().size() == 0);
    REQUIRE(data.files.contains("none"));
    CHECK_FALSE(static_cast<bool>(data.files["none"]));
    CHECK(data.form.getlist("s") == Texts{"a", "b"});
    CHECK(data.form["na\"me"] == "v");
}

TEST_CASE("a body that is cut off is no form", "[wrappers]") {
    for (const Sent& sent : captured()) {
        // Up to the "--" of the last boundary, every beginning is refused.
        const std::size_t whole = sent.body.size() - 2;
        for (std::size_t size = 0; size < whole; size += 13) {
            MemoryInputStream stream(std::string_view(sent.body).substr(0, size));
            CAPTURE(sent.client, size);
            CHECK_THROWS_AS(parse(stream, sent.boundary), std::invalid_argument);
        }
    }
}

TEST_CASE("limits of a request's form", "[wrappers]") {
    const std::string urlencoded = "application/x-www-form-urlencoded";
    const std::string multipart = lines(
        "--foo~Content-Disposition: form-field; name=foo~~Hello World~"
        "--foo~Content-Disposition: form-field; name=bar~~bar=baz~--foo--");
    struct Case {
        std::string body;
        std::string type;
    };
    for (const Case& each : {Case{"foo=Hello+World&bar=baz", urlencoded},
                             Case{multipart, "multipart/form-data; boundary=foo"}}) {
        CAPTURE(each.type);
        const auto environ = create_environ("/", posted(each.body, each.type));
        CHECK(request_of(*environ).max_content_length(400).form()["foo"] == "Hello World");
        const auto small = create_environ("/", posted(each.body, each.type));
        CHECK_THROWS_AS(request_of(*small).max_form_memory_size(7).form(), RequestEntityTooLarge);
        const auto enough = create_environ("/", posted(each.body, each.type));
        CHECK(request_of(*enough).max_form_memory_size(400).form()["foo"] == "Hello World");
    }
    const auto parts = create_environ("/", posted(multipart, "multipart/form-data; boundary=foo"));
    CHECK_THROWS_AS(request_of(*parts).max_form_parts(1).form(), RequestEntityTooLarge);

    // Where the length says so, nothing is read first.
    const auto declared = create_environ("/", posted("foo=123456", urlencoded));
    CHECK_THROWS_AS(request_of(*declared).max_content_length(4).form(), RequestEntityTooLarge);
    CHECK(declared->environ().input().read() == "foo=123456");

    // A field's size counts over all the pieces it comes in.
    CutStream stream(multipart, 0, 5);
    CHECK_THROWS_AS(parse(stream, "foo", {.max_form_memory_size = 10}), RequestEntityTooLarge);
}

TEST_CASE("a request without a body or a boundary has an empty form", "[wrappers]") {
    for (const std::string method : {"GET", "PUT"}) {
        const auto environ = create_environ("/foo", {.method = method});
        const Request request = request_of(*environ);
        CHECK(request.form().empty());
        CHECK(request.files().empty());
        CHECK(request.stream().read().empty());
    }
    const auto no_boundary = create_environ(
        "/", posted(lines("--foo~Content-Disposition: form-field; name=foo~~Hello~--foo--"),
                    "multipart/form-data"));
    CHECK(request_of(*no_boundary).form().empty());
    MemoryInputStream nothing("--boundary--");
    CHECK(parse(nothing, "boundary").form.empty());
}

TEST_CASE("line breaks where the reader's buffer ends are kept", "[wrappers]") {
    std::string start = lines("--thirteenbytes~Content-Disposition: form-data; name=tx3065~~");
    REQUIRE(start.size() == 64);
    std::string content;
    for (int i = 0; i < 2045; ++i) content += std::string(31, '\r') + "\n";
    content += std::string(31, 'y') + "\r\n";
    for (int i = 0; i < 2047; ++i) content += std::string(31, '\r') + "\n";
    content += std::string(30, 'x');
    const std::string body = start + content + "\r\n--thirteenbytes--";
    MemoryInputStream whole(body);
    CHECK(parse(whole, "thirteenbytes").form["tx3065"] == content);
    CHECK(content.size() == 131072 - 64 - 1);
}

TEST_CASE("events of a multipart body, and the body that they make again", "[wrappers]") {
    const std::string boundary = "---------------------------9704338192090380615194531385$";
    const std::string body =
        lines("~--" + boundary +
              "~Content-Disposition: form-data; name=\"fname\"~~\xC3\x9F\xC3\xA5~--" + boundary +
              "~Content-Disposition: form-data; name=\"lname\"; "
              "filename=\"bob\"~~asdasd~--" +
              boundary + "--~    ");
    MultipartDecoder decoder(boundary);
    decoder.receive_data(body);
    decoder.finish();
    MultipartEvent event = decoder.next_event();
    CHECK(event.kind == Kind::field);
    CHECK(event.name == "fname");
    CHECK(event.headers == Headers{{"Content-Disposition", "form-data; name=\"fname\""}});
    event = decoder.next_event();
    CHECK(event.kind == Kind::data);
    CHECK(event.data == "\xC3\x9F\xC3\xA5");
    CHECK_FALSE(event.more_data);
    event = decoder.next_event();
    CHECK(event.kind == Kind::file);
    CHECK(event.name == "lname");
    CHECK(event.filename == "bob");
    event = decoder.next_event();
    CHECK(event.data == "asdasd");
    CHECK_FALSE(event.more_data);
    CHECK(decoder.next_event().kind == Kind::epilogue);
}

TEST_CASE("data may begin with any line break", "[wrappers]") {
    for (const std::string start :
         {"A", "\n", "\r", "\r\n", "\n\r", "A\n", "A\r", "A\r\n", "A\n\r"}) {
        for (const std::string end : {"", "\r\n--foo"}) {
            MultipartDecoder decoder("foo");
            decoder.receive_data(
                lines("~--foo~Content-Disposition: form-data; name=\"test\"; filename=\"testfile\"~"
                      "Content-Type: application/octet-stream~~") +
                start + "\r\nBCDE" + end);
            CAPTURE(start, end);
            const MultipartEvent file = decoder.next_event();
            CHECK(file.kind == Kind::file);
            CHECK(file.headers.get("Content-Type") == "application/octet-stream");
            // What could still be a boundary is held back.
            const MultipartEvent data = decoder.next_event();
            CHECK(data.kind == Kind::data);
            CHECK(data.more_data);
            const std::string whole = start + "\r\nBCDE";
            CHECK(whole.starts_with(data.data));
            CHECK(data.data.size() >= (end.empty() ? start.size() : whole.size()));
        }
    }
}

TEST_CASE("boundaries that arrive in pieces", "[wrappers]") {
    MultipartDecoder decoder("--boundary");
    decoder.receive_data("--");
    CHECK(decoder.next_event().kind == Kind::need_data);
    decoder.receive_data("--boundary\r\n");
    CHECK(decoder.next_event().kind == Kind::need_data);
    decoder.receive_data("Content-Disposition: form-data;");
    CHECK(decoder.next_event().kind == Kind::need_data);
    decoder.receive_data("name=\"fname\"\r\n\r\n");
    CHECK(decoder.next_event().kind == Kind::field);
    decoder.receive_data("longer than the boundary");
    std::string all;
    MultipartEvent event = decoder.next_event();
    CHECK(event.kind == Kind::data);
    all += event.data;
    CHECK(decoder.next_event().kind == Kind::need_data);
    decoder.receive_data("also longer, but includes a linebreak\r\n--");
    event = decoder.next_event();
    all += event.data;
    CHECK(decoder.next_event().kind == Kind::need_data);
    decoder.receive_data("--boundary--\r\n");
    event = decoder.next_event();
    CHECK(event.kind == Kind::data);
    CHECK_FALSE(event.more_data);
    all += event.data;
    CHECK(all == "longer than the boundaryalso longer, but includes a linebreak");
    decoder.finish();
    CHECK(decoder.next_event().kind == Kind::epilogue);
}

TEST_CASE("odd forms are read as Werkzeug reads them", "[wrappers]") {
    const std::string urlencoded = "application/x-www-form-urlencoded";
    const auto form = [](std::string body, std::string type) {
        const auto environ = create_environ("/", posted(std::move(body), std::move(type)));
        return request_of(*environ).form().lists();
    };
    using Lists = std::vector<std::pair<std::string, Texts>>;
    CHECK(form("a=1&b=x+y&a=%C3%A9", urlencoded) ==
          Lists{{"a", {"1", "\xC3\xA9"}}, {"b", {"x y"}}});
    CHECK(form("a=1", urlencoded + "; charset=latin1") == Lists{{"a", {"1"}}});
    CHECK(form("a=%ff", urlencoded) == Lists{{"a", {"%FF"}}});
    CHECK(form("a=1", "").empty());
    CHECK(form("a=1", "text/plain").empty());

    const auto multipart = [&form](const std::string& body) {
        return form(lines(body), "multipart/form-data; boundary=b");
    };
    const std::string field = "~Content-Disposition: form-data; name=";
    CHECK(multipart("--b" + field + "a~~1~--b" + field + "a~~2~--b--~") ==
          Lists{{"a", {"1", "2"}}});
    CHECK(multipart("--b~Content-Disposition: form-data~~1~--b--") == Lists{{"", {"1"}}});
    CHECK(multipart("--b~X: y~~1~--b--").empty());
    CHECK(multipart("--b" + field + "a~~1").empty());
    CHECK(multipart("before~--b" + field + "a~~1~--b--~behind") == Lists{{"a", {"1"}}});
    CHECK(multipart("--b" + field + "a~~--boun~--boundx~z~--b--").empty() == false);
    CHECK(multipart("").empty());
    CHECK(multipart("--b" + field + "a~Content-Type: text/plain; charset=iso-8859-1~~\xE9~--b--") ==
          Lists{{"a", {"\xC3\xA9"}}});

    struct File {
        std::string parameters, name;
    };
    for (const File& file :
         {File{"filename=\"\xE2\x98\x83.txt\"", "\xE2\x98\x83.txt"},
          File{"filename*=UTF-8''%E2%98%83.txt", "\xE2\x98\x83.txt"},
          File{"filename=\"C:\\dir\\x.txt\"", "C:\\dir\\x.txt"},
          File{"filename=\"a%22b.txt\"", "a\"b.txt"}, File{"filename=\"\"", ""}}) {
        CAPTURE(file.parameters);
        const std::string body = lines("--b" + field + "f; " + file.parameters + "~~q~--b--");
        MemoryInputStream given(body);
        const FormData data = parse(given, "b");
        REQUIRE(data.files.contains("f"));
        CHECK(data.files["f"].filename() == file.name);
        CHECK(data.files["f"].content_type().empty());
        CHECK(data.files["f"].mimetype().empty());
        CHECK(data.files["f"].read() == "q");
    }
}

#if MICROFLASK_OS_POSIX
TEST_CASE("large files go to the disk and leave nothing there", "[wrappers]") {
    const TemporaryFolder folder;
    const char* const before = std::getenv("TMPDIR");
    const std::string kept = before ? before : "";
    ::setenv("TMPDIR", folder.path().c_str(), 1);
    const auto upload = [](std::size_t size, bool ends) {
        const std::string body = lines("--b~Content-Disposition: form-data; name=f; filename=x~~") +
                                 std::string(size, 'x') + (ends ? "\r\n--b--\r\n" : "");
        MemoryInputStream stream(body);
        return parse(stream, "b");
    };
    const auto left = [&folder] { return detail::list_directory(folder.path()).value(); };
    {
        const FormData data = upload(600000, true);
        const FileStorage file = data.files["f"];
        CHECK(file.stream().is_on_disk());
        CHECK(file.stream().size() == 600000);
        file.save(folder / "saved");
        CHECK(left() == Texts{"saved"});  // the temporary file has no name
        CHECK(detail::read_file(folder / "saved") == std::string(600000, 'x'));
        detail::remove_file(folder / "saved");
    }
    CHECK_FALSE(upload(1000, true).files["f"].stream().is_on_disk());
    CHECK_THROWS_AS(upload(600000, false), std::invalid_argument);
    CHECK(left().empty());
    if (before)
        ::setenv("TMPDIR", kept.c_str(), 1);
    else
        ::unsetenv("TMPDIR");
}
#endif
