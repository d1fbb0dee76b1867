// Uploaded files.
#include "datastructures/file_storage.hpp"

#include "core/files.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;

TEST_CASE("a file knows what its part said", "[datastructures]") {
    const FileStorage file("one\ntwo", "x.txt", "f", "text/HTML; charset=utf-8",
                           {{"X-A", "1"}, {"Content-Length", "7"}});
    CHECK(file);
    CHECK(file.filename() == "x.txt");
    CHECK(file.name() == "f");
    CHECK(file.content_type() == "text/HTML; charset=utf-8");
    CHECK(file.mimetype() == "text/html");
    CHECK(file.mimetype_params().get("charset") == "utf-8");
    CHECK(file.headers().get("x-a") == "1");
    CHECK(file.content_length() == 7);
    CHECK_FALSE(FileStorage());
    CHECK(FileStorage().content_type().empty());
    CHECK(FileStorage("x", "f", "n", "", {{"Content-Length", "1_0"}}).content_length() == 0);
}

TEST_CASE("small and large files are read alike", "[datastructures]") {
    const std::string beginning = "first line\nsecond\n";
    for (const std::size_t padding : {std::size_t(0), std::size_t(3000000)}) {
        const std::string content = beginning + std::string(padding, 'x');
        detail::UploadWriter writer("a.bin");
        for (std::size_t at = 0; at < content.size(); at += 65536) {
            writer.write(std::string_view(content).substr(at, 65536));
        }
        const FileStorage file = writer.finish("f", {});
        CAPTURE(padding);
        CHECK(file.filename() == "a.bin");
        CHECK(file.stream().is_on_disk() == (padding > 0));
        CHECK(file.stream().size() == content.size());
        CHECK(file.read(5) == "first");
        CHECK(file.readline() == " line\n");
        CHECK(file.tell() == 11);
        CHECK(file.stream().readline(3) == "sec");
        const FileStorage copy = file;
        CHECK(copy == file);
        copy.seek(0);
        CHECK((file.read() == content));
        CHECK(file.read().empty());
        CHECK(file.readline().empty());
        file.seek(content.size() + 10);
        CHECK(file.read().empty());

        file.seek(6);
        const std::string path = detail::make_temporary_file();
        REQUIRE_FALSE(path.empty());
        file.save(path);
        CHECK((detail::read_file(path) == content.substr(6)));
        CHECK(detail::remove_file(path));
        file.close();
        CHECK_THROWS_AS(copy.read(), std::invalid_argument);
        CHECK_THROWS_AS(copy.save(path), std::invalid_argument);
    }
}

TEST_CASE("a file that cannot be saved is an error", "[datastructures]") {
    const FileStorage file("x", "f");
    CHECK_THROWS_AS(file.save("no/such/directory/anywhere"), std::runtime_error);
    CHECK(file.read() == "x");
}
