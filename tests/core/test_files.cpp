// Files: reading, writing, listing, and paths as text.
#include "core/files.hpp"

#include "core/clock.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace microflask::detail;
using test_support::TemporaryFolder;

TEST_CASE("what is written is read", "[core]") {
    const TemporaryFolder folder;
    const std::string bytes = std::string("a\0b\r\n\xFF", 6) + std::string(100'000, 'x');

    REQUIRE(write_file(folder / "data", bytes));

    CHECK(read_file(folder / "data") == bytes);
    CHECK(read_file(folder / "data", bytes.size()) == bytes);
    CHECK(read_file(folder / "data", bytes.size() - 1) == std::nullopt);
    REQUIRE(write_file(folder / "data", ""));
    CHECK(read_file(folder / "data") == "");
}

TEST_CASE("the status tells files from directories from nothing", "[core]") {
    const TemporaryFolder folder;
    REQUIRE(write_file(folder / "five", "12345"));

    const FileStatus file = file_status(folder / "five");
    CHECK(file.exists);
    CHECK(file.is_regular);
    CHECK_FALSE(file.is_directory);
    CHECK(file.size == 5);
    CHECK(file.modified_seconds() > unix_now() - 3600);
    CHECK(file.modified_seconds() < unix_now() + 3600);

    CHECK(file_status(folder.path()).is_directory);
    CHECK_FALSE(file_status(folder.path()).is_regular);
    CHECK_FALSE(file_status(folder / "none").exists);
    CHECK_FALSE(file_status("").exists);
    CHECK(is_regular_file(folder / "five"));
}

TEST_CASE("a path with a NUL inside names nothing", "[core]") {
    const TemporaryFolder folder;
    REQUIRE(write_file(folder / "secret", "x"));
    const std::string path = folder / std::string("secret\0.png", 11);

    CHECK_FALSE(file_status(path).exists);
    CHECK(read_file(path) == std::nullopt);
    CHECK_FALSE(write_file(path, "y"));
    CHECK_FALSE(remove_file(path));
    CHECK(read_file(folder / "secret") == "x");
}

TEST_CASE("a directory is not opened as a file, nor a missing file", "[core]") {
    const TemporaryFolder folder;
    CHECK(read_file(folder.path()) == std::nullopt);
    CHECK(read_file(folder / "none") == std::nullopt);
    CHECK_FALSE(File::open(folder.path()).is_open());
    CHECK_FALSE(write_file(folder.path(), "x"));
}

TEST_CASE("a file is read from the front and from any place", "[core]") {
    const TemporaryFolder folder;
    REQUIRE(write_file(folder / "digits", "0123456789"));
    File file = File::open(folder / "digits");
    REQUIRE(file);
    char buffer[4];

    CHECK(file.read_at(7, buffer, 4) == 3u);
    CHECK(std::string_view(buffer, 3) == "789");
    CHECK(file.read_at(20, buffer, 4) == 0u);
    REQUIRE(file.seek(2));
    CHECK(file.read(buffer, 4) == 4u);
    CHECK(std::string_view(buffer, 4) == "2345");
    CHECK(file.status().size == 10);
    CHECK_FALSE(file.write("x"));

    File moved = std::move(file);
    CHECK(moved.is_open());
    CHECK_FALSE(file.is_open());
    CHECK_FALSE(file.status().exists);
}

TEST_CASE("appending keeps what is there", "[core]") {
    const TemporaryFolder folder;
    CHECK(File::append(folder / "log").write("one\n"));
    CHECK(File::append(folder / "log").write("two\n"));
    CHECK(read_file(folder / "log") == "one\ntwo\n");
}

TEST_CASE("a temporary file is written and read", "[core]") {
    File file = File::temporary();
    REQUIRE(file);
    REQUIRE(file.write("spilled"));
    REQUIRE(file.seek(0));
    char buffer[16];
    CHECK(file.read(buffer, sizeof buffer) == 7u);
    CHECK(std::string_view(buffer, 7) == "spilled");
    const std::string one = make_temporary_file();
    const std::string two = make_temporary_file();
    CHECK(one != two);
    CHECK(remove_file(one));
    CHECK(remove_file(two));
}

TEST_CASE("directories are made, listed in order, and removed", "[core]") {
    const TemporaryFolder folder;
    CHECK(make_directories(folder / "a/b"));
    CHECK(make_directories(folder / "a/b/"));
    CHECK_FALSE(make_directory(folder / "a"));
    REQUIRE(write_file(folder / "z", ""));
    REQUIRE(write_file(folder / "\xC3\xA9", ""));

    CHECK(list_directory(folder.path()) == std::vector<std::string>{"a", "z", "\xC3\xA9"});
    CHECK(list_directory(folder / "z") == std::nullopt);
    CHECK(list_directory(folder / "none") == std::nullopt);
    CHECK_FALSE(remove_directory(folder / "a"));
    CHECK(remove_directory(folder / "a/b"));
    CHECK(remove_directory(folder / "a"));
    CHECK(rename_file(folder / "z", folder / "y"));
    CHECK_FALSE(rename_file(folder / "z", folder / "y"));
    CHECK(is_regular_file(folder / "y"));
}

TEST_CASE("the program knows where it is", "[core]") {
    CHECK(is_regular_file(current_executable_path()));
    CHECK(is_directory(current_directory()));
    CHECK(is_absolute_path(current_directory()));
    CHECK(is_directory(temporary_directory()));
    CHECK(absolute_path("x/../y") == join_path(normal_path(current_directory()), "y"));
}

TEST_CASE("paths are joined and normalised as Python does", "[core]") {
    CHECK(join_path("a", "b") == "a/b");
    CHECK(join_path("a/", "b") == "a/b");
    CHECK(join_path("", "b") == "b");
    CHECK(join_path("a", "/b") == "/b");
    CHECK(join_path("a", "") == "a/");

    const std::pair<const char*, const char*> cases[] = {
        {"", "."},       {".", "."},        {"a/./b//c/", "a/b/c"},
        {"a/../b", "b"}, {"../a", "../a"},  {"a/../../b", "../b"},
        {"/..", "/"},    {"/../a", "/a"},   {"//a", "//a"},
        {"///a", "/a"},  {"/a/b/..", "/a"}, {"a/..", "."}};
    for (const auto& [path, normal] : cases) {
        CAPTURE(path);
        CHECK(normal_path(path) == normal);
    }
}

TEST_CASE("a path has a parent, a name and an extension", "[core]") {
    CHECK(parent_path("/a/b.txt") == "/a");
    CHECK(parent_path("b.txt") == "");
    CHECK(parent_path("/b") == "/");
    CHECK(parent_path("a//b") == "a");
    CHECK(path_name("/a/b.txt") == "b.txt");
    CHECK(path_name("a/") == "");
    CHECK(path_extension("a.b/c.tar.gz") == ".gz");
    CHECK(path_extension("a.b/c") == "");
    CHECK(path_extension(".profile") == "");
    CHECK(path_extension("..a.b") == ".b");
    CHECK(path_extension("a.") == ".");
    CHECK(is_absolute_path("/a"));
    CHECK_FALSE(is_absolute_path("a"));
}

TEST_CASE("wide text carries every code point", "[core]") {
    const std::string text = "a\xC3\xA9\xE2\x98\x83\xF0\x9F\x98\x80";
    CHECK(from_wide(to_wide(text)) == text);
    CHECK(to_wide("\xFF") == L"\xFFFD");
}

TEST_CASE("a real path has no dots and names something that is there", "[core]") {
    const TemporaryFolder folder;
    const std::string& directory = folder.path();
    REQUIRE(make_directory(directory + "/a"));
    const std::string real = real_path(directory);
    CHECK(real_path(directory + "/a/../a/.") == real_path(directory + "/a"));
    CHECK(real_path(directory + "/a").size() == real.size() + 2);
    CHECK(real_path(directory + "/none").empty());
    CHECK(real_path(std::string_view("a\0b", 3)).empty());
    CHECK(real_path("").empty());
}
