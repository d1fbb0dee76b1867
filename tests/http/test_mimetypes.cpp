// Content types by file name.
#include "http/mimetypes.hpp"

#include "support/catch.hpp"

#include <string_view>
#include <tuple>

using namespace microflask;

TEST_CASE("a file's type is told by its extension", "[http]") {
    const std::tuple<std::string_view, std::string_view, std::string_view> cases[] = {
        {"index.html", "text/html", ""},
        {"hello.txt", "text/plain", ""},
        {"a b.css", "text/css", ""},
        {"data.json", "application/json", ""},
        {"sub/f.js", "text/javascript", ""},
        {"p.svg", "image/svg+xml", ""},
        {"x.tar.gz", "application/x-tar", "gzip"},
        {"x.tgz", "application/x-tar", "gzip"},
        {"x.tar.bz2", "application/x-tar", "bzip2"},
        {"x.svgz", "image/svg+xml", "gzip"},
        {"x.txt.Z", "text/plain", "compress"},
        {"x.js.br", "text/javascript", "br"},
        {"x.gz", "", "gzip"},
        {"A.PNG", "image/png", ""},
        {"font.woff2", "font/woff2", ""},
        {"photo.jpeg", "image/jpeg", ""},
        {"n.unknownext", "", ""},
        {"noext", "", ""},
        {"", "", ""},
        {".html", "", ""},
        {"..html", "", ""},
        {"dir.html/file", "", ""},
        {"dir.html\\file", "", ""},
        {"/a/.b/c.pdf", "application/pdf", ""},
        {"trailing.", "", ""},
    };
    for (const auto& [name, type, encoding] : cases) {
        CAPTURE(name);
        CHECK(guess_type(name).type == type);
        CHECK(guess_type(name).encoding == encoding);
    }
}

TEST_CASE("the first and the last of the table are found", "[http]") {
    CHECK(guess_type("x.3g2").type == "audio/3gpp2");
    CHECK(guess_type("x.zip").type == "application/zip");
    CHECK(guess_type("x.7z").type == "application/x-7z-compressed");
}
