#include "jinja/loaders.hpp"

#include "core/errors.hpp"
#include "core/files.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using test_support::TemporaryFolder;
using Names = std::vector<std::string>;

TEST_CASE("a name is a path below the folder, or nothing", "[jinja][loaders]") {
    CHECK(detail::template_path("a/b.html") == "a/b.html");
    CHECK(detail::template_path("/a//./b") == "a/b");
    CHECK_FALSE(detail::template_path("../a"));
    CHECK_FALSE(detail::template_path("a/../b"));
    CHECK_FALSE(detail::template_path(std::string_view("a\0b", 3)));
    CHECK_FALSE(detail::template_path(""));
}

TEST_CASE("files are loaded from the first folder that has them", "[jinja][loaders]") {
    const TemporaryFolder first;
    const TemporaryFolder second;
    first.write("a.html", "first");
    second.write("a.html", "second");
    second.write("sub/b.html", "below");
    const FileSystemLoader loader{first.path(), second.path()};
    const std::optional<TemplateSource> source = loader.get_source("a.html");
    REQUIRE(source);
    CHECK(source->source == "first");
    CHECK(source->filename == first / "a.html");
    CHECK(loader.is_current(*source));
    CHECK(loader.get_source("sub/b.html")->source == "below");
    CHECK_FALSE(loader.get_source("c.html"));
    CHECK_FALSE(loader.get_source("sub"));
    CHECK(loader.list_templates() == Names{"a.html", "sub/b.html"});
    detail::remove_file(first / "a.html");
    CHECK_FALSE(loader.is_current(*source));
}

TEST_CASE("loaders of text, functions, choices and prefixes", "[jinja][loaders]") {
    DictLoader dict{{"a", "A"}, {"b", "B"}};
    const std::optional<TemplateSource> source = dict.get_source("a");
    REQUIRE(source);
    CHECK(source->source == "A");
    CHECK(dict.is_current(*source));
    dict.set("a", "new");
    CHECK_FALSE(dict.is_current(*source));
    CHECK(DictLoader(std::map<std::string, std::string>{{"x", "X"}}).get_source("x"));

    const FunctionLoader function([](std::string_view name) -> std::optional<std::string> {
        if (name != "f") return {};
        return "F";
    });
    CHECK(function.get_source("f")->source == "F");
    CHECK_FALSE(function.get_source("g"));
    CHECK_THROWS_AS(function.list_templates(), RuntimeError);

    const ChoiceLoader choice{DictLoader{{"a", "1"}}, DictLoader{{"a", "2"}, {"c", "3"}}};
    CHECK(choice.get_source("a")->source == "1");
    CHECK(choice.get_source("c")->source == "3");
    CHECK(choice.list_templates() == Names{"a", "c"});

    const PrefixLoader prefix{{"one", DictLoader{{"a", "1"}}}, {"two", DictLoader{{"b/c", "2"}}}};
    CHECK(prefix.get_source("one/a")->source == "1");
    CHECK(prefix.get_source("two/b/c")->source == "2");
    CHECK_FALSE(prefix.get_source("one/b"));
    CHECK_FALSE(prefix.get_source("a"));
    CHECK(prefix.list_templates() == Names{"one/a", "two/b/c"});
}
