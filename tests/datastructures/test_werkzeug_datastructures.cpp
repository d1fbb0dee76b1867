// What Werkzeug's test_datastructures asks.
#include "datastructures/multi_dict.hpp"

#include "core/errors.hpp"
#include "datastructures/accept.hpp"
#include "datastructures/cache_control.hpp"
#include "datastructures/csp.hpp"
#include "datastructures/file_storage.hpp"
#include "datastructures/header_set.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/range.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"
#include "support/catch.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Lists = std::vector<std::pair<std::string, Texts>>;

const MultiDict many{{"a", "1"}, {"b", "2"}, {"a", "2"}, {"d", "3"},
                     {"a", "1"}, {"a", "3"}, {"d", "4"}, {"c", "3"}};

}  // namespace

TEST_CASE("a dict that cannot be changed is read and copied", "[datastructures]") {
    const MultiDict dict{{"foo", "1"}, {"bar", "2"}, {"baz", "3"}};
    CHECK(dict["foo"] == "1");
    CHECK(dict.keys() == Texts{"foo", "bar", "baz"});
    CHECK(dict.contains("foo"));
    CHECK_FALSE(dict.contains("foox"));
    CHECK(dict.size() == 3);
    MultiDict copy = dict;
    copy.pop("foo");
    CHECK(dict.contains("foo"));
    CHECK_FALSE(copy.contains("foo"));
}

TEST_CASE("a multi dict is looked up, changed and taken apart", "[datastructures]") {
    MultiDict dict = many;
    CHECK(dict["a"] == "1");
    CHECK(dict["c"] == "3");
    CHECK_THROWS_AS(dict["e"], BadRequestKeyError);
    CHECK(dict.get("a") == "1");
    CHECK(dict.getlist("a") == Texts{"1", "2", "1", "3"});
    CHECK(dict.getlist("d") == Texts{"3", "4"});
    CHECK(dict.getlist("x").empty());

    dict.set("a", "42");
    CHECK(dict.getlist("a") == Texts{"42"});
    Texts values{"1", "2", "3"};
    dict.setlist("a", values);
    values.clear();
    CHECK(dict.getlist("a") == Texts{"1", "2", "3"});
    CHECK(dict.setdefault("u", "23") == "23");
    CHECK(dict.setdefault("u", "24") == "23");
    dict.erase("u");
    CHECK_FALSE(dict.contains("u"));
    dict.erase("d");
    CHECK(dict.getlist("d").empty());

    CHECK(dict.keys() == Texts{"b", "c", "a"});
    CHECK(dict.values() == Texts{"2", "3", "1"});
    CHECK(dict.to_dict() == FlatDict<std::string>{{{"b", "2"}, {"c", "3"}, {"a", "1"}}});
    CHECK(dict.items() == Pairs{{"b", "2"}, {"c", "3"}, {"a", "1"}, {"a", "2"}, {"a", "3"}});
    CHECK(dict.lists() == Lists{{"b", {"2"}}, {"c", {"3"}}, {"a", {"1", "2", "3"}}});

    dict.update({{"a", "4"}, {"a", "5"}, {"y", "0"}});
    CHECK(dict.getlist("a") == Texts{"1", "2", "3", "4", "5"});
    CHECK(dict.getlist("y") == Texts{"0"});
    CHECK(dict.pop("y") == "0");
    CHECK(dict.poplist("a") == Texts{"1", "2", "3", "4", "5"});
    CHECK_FALSE(dict.contains("a"));
    CHECK(dict.poplist("missing").empty());
    CHECK(dict.popitem() == std::pair<std::string, std::string>("c", "3"));
    CHECK(dict.popitemlist() == std::pair<std::string, Texts>("b", {"2"}));
    CHECK_THROWS_AS(dict.popitem(), BadRequestKeyError);
    CHECK_THROWS_AS(dict.popitemlist(), BadRequestKeyError);

    MultiDict numbers{{"a", "4"}, {"b", "2"}, {"b", "3"}, {"b", "blah"}};
    CHECK(numbers.get<int>("a") == 4);
    CHECK(numbers.getlist<int>("b") == std::vector<int>{2, 3});
}

TEST_CASE("a popped key is gone with all its values", "[datastructures]") {
    const MultiDict whole{{"foo", "1"}, {"foo", "2"}};
    MultiDict dict = whole;
    CHECK(dict.pop("foo") == "1");
    CHECK(dict.empty());
    dict = whole;
    CHECK(dict.pop("foo", "32") == "1");
    CHECK(dict.empty());
    dict = whole;
    CHECK(dict.pop("foos", "32") == "32");
    CHECK_FALSE(dict.empty());
    CHECK_THROWS_AS(dict.pop("foos"), BadRequestKeyError);
}

TEST_CASE("a key without values is no key", "[datastructures]") {
    MultiDict dict;
    CHECK(dict.setlistdefault("empty", {}).empty());
    CHECK_THROWS_AS(dict["empty"], BadRequestKeyError);
    CHECK_THROWS_AS(dict.pop("empty"), BadRequestKeyError);
    CHECK_THROWS_AS(dict.popitem(), BadRequestKeyError);
    CHECK(dict.setlistdefault("u", {"-1", "-2"}) == Texts{"-1", "-2"});
    CHECK(dict.setlistdefault("u", {"0"}) == Texts{"-1", "-2"});
    CHECK(dict["u"] == "-1");
}

TEST_CASE("keys and lists of a multi dict agree", "[datastructures]") {
    const Lists lists = many.lists();
    CHECK(lists ==
          Lists{{"a", {"1", "2", "1", "3"}}, {"b", {"2"}}, {"d", {"3", "4"}}, {"c", {"3"}}});
    Texts keys;
    for (const auto& [key, values] : lists) keys.push_back(key);
    CHECK(keys == many.keys());
}

TEST_CASE("a value that does not convert reads as the default", "[datastructures]") {
    const MultiDict dict{{"foo", "1"}, {"bar", "bar"}};
    CHECK(dict.get<int>("foo") == 1);
    CHECK(dict.get<int>("bar", -1) == -1);
    CHECK(dict.get<int>("baz", -1) == -1);
}

TEST_CASE("several dicts are read as one that can be copied", "[datastructures]") {
    const MultiDict first{{"foo", "1"}};
    const MultiDict second{{"bar", "2"}, {"bar", "3"}};
    const CombinedMultiDict both{&first, &second};
    CHECK(both["foo"] == "1");
    CHECK(both["bar"] == "2");
    CHECK(both.getlist("bar") == Texts{"2", "3"});
    CHECK(both.items() == Pairs{{"foo", "1"}, {"bar", "2"}, {"bar", "3"}});
    CHECK_FALSE(both.contains("missingkey"));
    CHECK(both.get<int>("foo") == 1);
    CHECK(both.getlist<int>("bar") == std::vector<int>{2, 3});
    CHECK_THROWS_AS(both["missing"], BadRequestKeyError);
    CHECK(both.size() == 2);
    MultiDict copy = both;
    copy.set("foo", "blub");
    CHECK(both["foo"] == "1");

    const MultiDict one{{"foo", "bar"}, {"foo", "baz"}};
    const MultiDict more{{"foo", "blafasel"}};
    const CombinedMultiDict merged{&one, &more};
    CHECK(merged.lists() == Lists{{"foo", {"bar", "baz", "blafasel"}}});
    CHECK(merged.to_dict().at("foo") == "bar");
}

TEST_CASE("header fields are added, replaced and written", "[datastructures]") {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    headers.add("X-Foo", "bar");
    CHECK(headers.contains("x-Foo"));
    CHECK(headers.contains("Content-type"));
    CHECK_THROWS_AS(headers.add("X-Example", "foo\r\n bar"), std::invalid_argument);
    headers["Content-Type"] = "foo/bar";
    CHECK(headers.get("Content-Type") == "foo/bar");
    CHECK(headers.getlist("Content-Type").size() == 1);
    CHECK(headers.to_wsgi_text() == "Content-Type: foo/bar\r\nX-Foo: bar\r\n\r\n");
    CHECK(Headers().to_wsgi_text() == "\r\n");
    headers.add("Content-Disposition", dump_options_header("attachment", {{"filename", "foo"}}));
    CHECK(headers.get("Content-Disposition") == "attachment; filename=foo");
    headers.set("Content-Disposition", dump_options_header("y", {{"z", "\""}}));
    CHECK(headers.getlist("Content-Disposition") == Texts{"y; z=\"\\\"\""});
}

TEST_CASE("header fields have defaults and convert", "[datastructures]") {
    Headers headers{
        {"Content-Type", "text/plain"}, {"X-Foo", "bar"}, {"X-Bar", "1"}, {"X-Bar", "2"}};
    CHECK(headers.getlist("X-Bar") == Texts{"1", "2"});
    CHECK(headers.get("X-Bar") == "1");
    CHECK(headers.setdefault("X-Foo", "nope") == "bar");
    CHECK(headers.setdefault("X-Bar", "nope") == "1");
    CHECK(headers.setdefault("X-Baz", "quux") == "quux");
    CHECK(headers.setdefault("X-Baz", "nope") == "quux");
    headers.pop("X-Baz");
    CHECK_THROWS_AS((Headers{{"X-Example", "foo\r\n bar"}}), std::invalid_argument);
    CHECK(headers.get("X-Bar", 0) == 1);
    CHECK(headers.at(0) == Headers::Field("Content-Type", "text/plain"));
    CHECK(headers.pop("X-Foo") == "bar");
    CHECK_FALSE(headers.pop("c"));
}

TEST_CASE("a copy of header fields is another object", "[datastructures]") {
    Headers first{{"foo", "bar"}};
    const Headers second = first;
    first.add("foo", "baz");
    CHECK(first.getlist("foo") == Texts{"bar", "baz"});
    CHECK(second.getlist("foo") == Texts{"bar"});
    CHECK((Headers{{"X-Foo", "a"}, {"X-Bar", "b"}, {"X-Bar", "c"}}) ==
          (Headers{{"x-foo", "a"}, {"x-bar", "b"}, {"x-bar", "c"}}));
}

TEST_CASE("no way of setting a field lets a line break in", "[datastructures]") {
    for (const std::string value : {"foo\nbar", "foo\r\nbar", "foo\rbar"}) {
        Headers headers;
        CHECK_THROWS_AS(headers["foo"] = value, std::invalid_argument);
        CHECK_THROWS_AS(headers.add("foo", value), std::invalid_argument);
        CHECK_THROWS_AS(headers.set("foo", value), std::invalid_argument);
        CHECK_THROWS_AS(headers.setlist("foo", {value}), std::invalid_argument);
        CHECK_THROWS_AS(headers.setdefault("foo", value), std::invalid_argument);
        CHECK_THROWS_AS(headers.add("foo", dump_options_header("test", {{"option", value}})),
                        std::invalid_argument);
        CHECK(headers.empty());
    }
}

TEST_CASE("header fields take over others by adding or replacing", "[datastructures]") {
    Headers headers{{"a", "0"}, {"b", "1"}, {"c", "2"}};
    headers.extend({{"a", "3"}, {"a", "4"}});
    CHECK(headers.getlist("a") == Texts{"0", "3", "4"});
    headers.update({{"a", "5"}, {"a", "6"}, {"d", "7"}});
    CHECK(headers.getlist("a") == Texts{"5", "6"});
    CHECK(headers.getlist("b") == Texts{"1"});
    CHECK(headers.getlist("d") == Texts{"7"});

    Headers lists{{"a", "0"}, {"b", "1"}, {"c", "2"}};
    lists.setlist("b", {"3", "4"});
    CHECK(lists.at(1) == Headers::Field("b", "3"));
    CHECK(lists.at(lists.size() - 1) == Headers::Field("b", "4"));
    lists.setlist("b", {});
    CHECK_FALSE(lists.contains("b"));
    lists.setlist("d", {"5"});
    CHECK(lists.get("d") == "5");
    for (const auto& [name, value] : Headers{{"Key", "Value"}}) {
        CHECK(name == "Key");
        CHECK(value == "Value");
    }
}

TEST_CASE("a header set is searched and emptied", "[datastructures]") {
    HeaderSet set;
    set.add("foo");
    set.add("bar");
    CHECK(set.contains("Bar"));
    CHECK(set.find("foo") == 0u);
    CHECK(set.find("BAR") == 1u);
    CHECK_FALSE(set.find("baz"));
    set.discard("missing");
    set.discard("foo");
    CHECK_FALSE(set.find("foo"));
    CHECK(set.index("bar") == 0);
    CHECK_THROWS_AS(set.index("missing"), LookupError);
    set.clear();
    CHECK_FALSE(static_cast<bool>(set));
}

TEST_CASE("directives that are unset stay so", "[datastructures]") {
    ResponseCacheControl control{{"max-age", "0"}};
    CHECK_FALSE(control.no_cache());
    control.no_cache(false);
    CHECK_FALSE(control.no_cache());
    CHECK_FALSE(control.must_understand());
    CHECK_FALSE(control.stale_while_revalidate());
    CHECK_FALSE(control.stale_if_error());
    CHECK(ResponseCacheControl{{"must-understand", std::nullopt}}.must_understand());
    CHECK(ResponseCacheControl{{"stale-while-revalidate", "1"}}.stale_while_revalidate() == 1);
    CHECK(ResponseCacheControl{{"stale-if-error", "1"}}.stale_if_error() == 1);

    CHECK(RequestCacheControl{{"no-transform", std::nullopt}}.no_transform());
    CHECK_FALSE(RequestCacheControl().no_transform());
    CHECK(RequestCacheControl{{"min-fresh", "0"}}.min_fresh() == 0);
    CHECK_FALSE(RequestCacheControl{{"min-fresh", std::nullopt}}.min_fresh());
    CHECK_FALSE(RequestCacheControl().min_fresh());
}

TEST_CASE("a policy is put together", "[datastructures]") {
    ContentSecurityPolicy policy;
    policy.font_src("'self'").media_src("*");
    CHECK(policy.font_src() == "'self'");
    CHECK(policy.media_src() == "*");
    CHECK(policy.to_header() == "font-src 'self'; media-src *");
    ContentSecurityPolicy other;
    other.default_src("* 'self' example.com").img_src("'none'");
    CHECK(other.to_header() == "default-src * 'self' example.com; img-src 'none'");
}

TEST_CASE("accepted values are ordered by quality", "[datastructures]") {
    const Accept accept({{"tinker", 0}, {"tailor", 0.333}, {"soldier", 0.667}, {"sailor", 1}});
    const Texts best_first{"sailor", "soldier", "tailor", "tinker"};
    const double qualities[] = {1, 0.667, 0.333, 0};
    for (std::size_t i = 0; i < best_first.size(); ++i) {
        CHECK(accept.at(i) == Accept::Item(best_first[i], qualities[i]));
        CHECK(accept[best_first[i]] == qualities[i]);
        CHECK(accept.quality(best_first[i]) == qualities[i]);
        CHECK(accept.index(best_first[i]) == i);
        CHECK(accept.find(best_first[i]) == i);
    }
    CHECK(accept["spy"] == 0);
    CHECK(accept.contains("sailor"));
    CHECK_FALSE(accept.contains("spy"));
    CHECK_THROWS_AS(accept.index("spy"), ValueError);
    CHECK_FALSE(accept.find("spy"));
    CHECK(accept.to_header() == "sailor,soldier;q=0.667,tailor;q=0.333,tinker;q=0.0");
    CHECK(accept.best_match({"tinker", "tailor", "soldier", "sailor"}) == "sailor");
    CHECK(accept.best_match({"tinker", "tailor", "soldier"}) == "soldier");
    CHECK(accept.best_match({"tinker", "tailor"}) == "tailor");
    CHECK_FALSE(accept.best_match({"tinker"}));
    CHECK(accept.best_match({"tinker"}, "x") == "x");
}

TEST_CASE("the wildcard matches last and is never in the way", "[datastructures]") {
    const Accept refused({{"*", 0}, {"asterisk", 1}});
    CHECK(refused.contains("*"));
    CHECK(refused.best_match({"asterisk", "star"}) == "asterisk");
    CHECK_FALSE(refused.best_match({"star"}));

    for (const Accept& accept : {Accept({{"*", 1}}), Accept({{"alice", 1}, {"bob", 1}})}) {
        CHECK(accept.best_match({"alice", "bob"}) == "alice");
        CHECK(accept.best_match({"bob", "alice"}) == "bob");
    }
    const Accept specific({{"asterisk", 0}, {"star", 0.5}, {"*", 1}});
    CHECK(specific.best_match({"star", "asterisk"}) == "star");
    CHECK(specific.best_match({"asterisk", "star"}) == "star");
    CHECK(specific.best_match({"asterisk", "times"}) == "times");
    CHECK_FALSE(specific.best_match({"asterisk"}));
    CHECK(Accept({{"a", 1}, {"b", 1}}).best() == "a");
}

TEST_CASE("the most specific media type wins", "[datastructures]") {
    struct Case {
        Accept::Items accepted;
        Texts ours;
        std::optional<std::string> best;
    };
    const Case cases[] = {
        {{{"text/*", 1}}, {"text/html"}, "text/html"},
        {{{"text/*", 1}}, {"image/png"}, std::nullopt},
        {{{"*/*", 1}, {"text/html", 1}}, {"image/png", "text/html"}, "text/html"},
        {{{"*/*", 1}, {"text/html", 1}}, {"image/png", "text/plain"}, "image/png"},
        {{{"*/*", 1}, {"text/html", 1}, {"image/*", 1}}, {"image/png", "text/html"}, "text/html"},
        {{{"*/*", 1}, {"text/html", 1}, {"image/*", 1}}, {"text/plain", "image/png"}, "image/png"},
        {{{"text/html", 1}, {"text/html; level=1", 1}}, {"text/html;level=1"}, "text/html;level=1"},
    };
    for (const Case& each : cases)
        CHECK(MIMEAccept(each.accepted).best_match(each.ours) == each.best);
    CHECK(MIMEAccept({{"text/*", 1}}).best_match({"image/png"}, "text/plain") == "text/plain");
}

TEST_CASE("a language falls back to its primary one, both ways", "[datastructures]") {
    struct Case {
        Accept::Items accepted;
        Texts ours;
        std::optional<std::string> best;
    };
    const Case cases[] = {
        {{{"en-us", 1}}, {"en"}, "en"},
        {{{"en", 1}}, {"en_US"}, "en_US"},
        {{{"en-GB", 1}}, {"en-US"}, std::nullopt},
        {{{"de_AT", 1}, {"de", 0.9}}, {"en"}, std::nullopt},
        {{{"de_AT", 1}, {"de", 0.9}, {"en-US", 0.8}}, {"de", "en"}, "de"},
        {{{"de_AT", 0.9}, {"en-US", 1}}, {"en"}, "en"},
        {{{"en-us", 1}}, {"en-us"}, "en-us"},
        {{{"en-us", 1}}, {"en-us", "en"}, "en-us"},
        {{{"en-GB", 1}}, {"en-US", "en"}, "en"},
        {{{"de_AT", 1}}, {"en-US", "en"}, std::nullopt},
        {{{"aus-EN", 1}}, {"aus"}, "aus"},
        {{{"aus", 1}}, {"aus-EN"}, "aus-EN"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.accepted.front().first, each.ours.front());
        CHECK(LanguageAccept(each.accepted).best_match(each.ours) == each.best);
    }
}

TEST_CASE("a file is read by lines, saved, and its type in lower case", "[datastructures]") {
    const FileStorage file("one\ntwo", "x.json", "f", "APPLICATION/JSON");
    CHECK(file.mimetype() == "application/json");
    CHECK(file.readline() == "one\n");
    CHECK(file.readline() == "two");
    CHECK(file.readline().empty());
}

TEST_CASE("a range must begin before it ends", "[datastructures]") {
    using Parts = std::vector<Range::Part>;
    for (const Parts& parts : {Parts{{0, 1}, {-5, std::nullopt}}, Parts{{5, std::nullopt}}}) {
        CHECK(Range::from_header(Range("bytes", parts).to_header()).value().ranges() == parts);
    }
    for (const Parts& parts : {Parts{{0, 0}}, Parts{{1, 0}}, Parts{{0, 1}, {-5, 10}}})
        CHECK_THROWS_AS(Range("bytes", parts), ValueError);
}
