// Paths of strangers: Werkzeug's own cases, and the Windows names that took it four rounds.
#include "security/safe_join.hpp"

#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>

using namespace microflask;
using namespace std::string_view_literals;
using detail::PathRules;

namespace {

/// Joins "a" and one part; "(none)" where that is refused.
std::string joined(std::string_view part, PathRules rules = PathRules::posix) {
    return detail::safe_join_parts("a", {part}, rules).value_or("(none)");
}

}  // namespace

TEST_CASE("safe parts are joined and normalized", "[security]") {
    CHECK(joined("b/c") == "a/b/c");
    CHECK(joined("b/../c") == "a/c");
    CHECK(joined("b/c/../../d") == "a/d");
    CHECK(joined(".") == "a/.");
    CHECK(joined("b/..") == "a/.");
    CHECK(joined("") == "a/");
    CHECK(joined("./b") == "a/b");
    CHECK(joined("b//c") == "a/b/c");
    CHECK(joined("b/") == "a/b");
    CHECK(joined("..b") == "a/..b");
    CHECK(joined("...") == "a/...");
    CHECK(joined("b/.../c") == "a/b/.../c");
    CHECK(joined(".hidden") == "a/.hidden");
    CHECK(joined("\xc3\xa9") == "a/\xc3\xa9");
}

TEST_CASE("parts that lead out of the directory are refused", "[security]") {
    for (const PathRules rules : {PathRules::posix, PathRules::windows}) {
        CHECK(joined("..", rules) == "(none)");
        CHECK(joined("../b/c", rules) == "(none)");
        CHECK(joined("./..", rules) == "(none)");
        CHECK(joined("b/../..", rules) == "(none)");
        CHECK(joined("b/../../c", rules) == "(none)");
        CHECK(joined("b/./../.././c", rules) == "(none)");
        CHECK(joined("/b", rules) == "(none)");
        CHECK(joined("/", rules) == "(none)");
        CHECK(joined("//b/c", rules) == "(none)");
        CHECK(joined("///b", rules) == "(none)");
        CHECK(joined("/..", rules) == "(none)");
    }
}

TEST_CASE("a NUL is refused, as the system would end the path there", "[security]") {
    CHECK(joined("b\0c"sv) == "(none)");
    CHECK(joined("\0"sv) == "(none)");
    CHECK(joined("b.txt\0.png"sv, PathRules::windows) == "(none)");
}

TEST_CASE("safe_join takes any number of parts and texts of any kind", "[security]") {
    const std::string part = "b";

    CHECK(safe_join("a") == "a");
    CHECK(safe_join("a", part, "c"sv, "d.txt") == "a/b/c/d.txt");
    CHECK(safe_join("a", part, "..", "c") == std::nullopt);
    CHECK(safe_join("a/", "b") == "a/b");
    CHECK(safe_join("/", "b") == "/b");
    CHECK(safe_join("a/../b", "c") == "a/../b/c");
    CHECK(safe_join("a", "", "b") == "a/b");
}

TEST_CASE("an empty directory does not make the first part trusted", "[security]") {
    CHECK(safe_join("", "c") == "./c");
    CHECK(safe_join("", "/etc/passwd") == std::nullopt);
    CHECK(detail::safe_join_parts("", {"c:test.txt"}, PathRules::posix) == "./c:test.txt");
    CHECK(detail::safe_join_parts("", {"c:test.txt"}, PathRules::windows) == std::nullopt);
}

TEST_CASE("backslashes and colons are plain on POSIX and refused on Windows", "[security]") {
    CHECK(joined("b\\c") == "a/b\\c");
    CHECK(joined("C:x") == "a/C:x");
    for (const std::string_view path :
         {"b\\c"sv, "..\\b"sv, "b\\..\\..\\c"sv, "\\x"sv, "\\\\host\\share\\x"sv, "\\\\?\\C:\\x"sv,
          "\\\\.\\NUL"sv, "C:"sv, "C:x"sv, "C:/x"sv, "b/C:x"sv, "file.txt::$DATA"sv,
          "file:stream"sv, ".. /b"sv, "b/.. /c"sv, "..."sv, ".. ."sv, " "sv, "b/ /c"sv}) {
        INFO(path);
        CHECK(joined(path, PathRules::windows) == "(none)");
    }
    CHECK(joined("b/c.txt", PathRules::windows) == "a/b/c.txt");
    CHECK(joined(".", PathRules::windows) == "a/.");
    CHECK(joined(".hidden", PathRules::windows) == "a/.hidden");
}

TEST_CASE("names of devices are plain on POSIX and refused on Windows wherever they stand",
          "[security]") {
    for (const std::string_view name :
         {"CON"sv,         "PRN"sv,         "AUX"sv,         "NUL"sv,    "CONIN$"sv,
          "CONOUT$"sv,     "COM1"sv,        "COM2"sv,        "COM3"sv,   "COM4"sv,
          "COM5"sv,        "COM6"sv,        "COM7"sv,        "COM8"sv,   "COM9"sv,
          "LPT1"sv,        "LPT2"sv,        "LPT3"sv,        "LPT4"sv,   "LPT5"sv,
          "LPT6"sv,        "LPT7"sv,        "LPT8"sv,        "LPT9"sv,   "COM\xc2\xb9"sv,
          "COM\xc2\xb2"sv, "COM\xc2\xb3"sv, "LPT\xc2\xb9"sv, "con"sv,    "Con"sv,
          "nUl"sv,         "LPT\xc2\xb2"sv, "LPT\xc2\xb3"sv, "conin$"sv, "lpt1"sv}) {
        for (const std::string_view ending :
             {""sv, ".txt"sv, ".txt.html"sv, " "sv, "  "sv, " . txt"sv, "."sv, ". ."sv, ":"sv,
              "::$DATA"sv, "\t"sv}) {
            const std::string segment = std::string(name) + std::string(ending);
            INFO(segment);
            CHECK(joined(segment, PathRules::windows) == "(none)");
            CHECK(joined(segment + "/b", PathRules::windows) == "(none)");
            CHECK(joined("b/" + segment, PathRules::windows) == "(none)");
            CHECK(joined("b/" + segment + "/c", PathRules::windows) == "(none)");
            CHECK(joined("b/../" + segment, PathRules::windows) == "(none)");
            CHECK(joined(" " + segment, PathRules::windows) == "(none)");
            CHECK(joined(segment) == "a/" + segment);
        }
    }
}

TEST_CASE("names that only resemble devices are allowed on Windows", "[security]") {
    for (const std::string_view name :
         {"console"sv, "CON1"sv, "COM0"sv, "COM"sv, "COM10"sv, "COMA"sv, "LPT"sv, "LPT0"sv,
          "xCON"sv, "b.CON"sv, "nulls"sv, "auxiliary.txt"sv, "CONIN"sv}) {
        INFO(name);
        CHECK(joined(name, PathRules::windows) == "a/" + std::string(name));
    }
}
