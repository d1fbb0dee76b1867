// The functions that every template has.
#include "jinja/globals.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::Context;
using microflask::Json;
using microflask::test::render;
using microflask::test::Rendered;

namespace {

/// What the templates are given.
const Context& given() {
    static const Context context(Json::parse(
        R"json({"user": {"name": "Ann", "age": 41, "tags": ["x", "y"]}, "users": [{"name": "Zoe", "age": 30, "city": {"name": "Rome"}, "ok": true}, {"name": "adam", "age": 25, "city": {"name": "oslo"}, "ok": false}, {"name": "Bob", "age": 30, "city": {"name": "Oslo"}, "ok": true}], "n": [3, 1, 2], "words": ["b", "A", "c", "B"], "mixed": [1, "a", null, 2.5, true], "html": "<a href='x'>\"&\"</a>", "greek": "Gr\u00fc\u00dfe \u03a9\u03bc\u03ad\u03b3\u03b1", "long": "The quick brown fox jumps over the well-known dog."})json"));
    return context;
}

void check(bool autoescape, std::initializer_list<Rendered> all) {
    for (const Rendered& one : all) {
        INFO(one.source);
        CHECK(render(one.source, given(), autoescape) == one.result);
    }
}

}  // namespace

TEST_CASE("range counts as in Python", "[jinja]") {
    check(false,
          {
              {"{{ range(3)|list }}", "[0, 1, 2]"},
              {"{{ range(5, 1, -2)|list }}", "[5, 3]"},
              {"{{ range(1, 9, 2) }}", "range(1, 9, 2)"},
              {"{{ range(10)[2:5] }}", "range(2, 5)"},
              {"{{ range(10)[::-3]|list }}", "[9, 6, 3, 0]"},
              {"{{ range(3)[1] ~ range(3)[-1] }}", "12"},
              {"{{ range(3)[5] }}", ""},
              {"{{ [3 in range(5), 9 in range(0, 10, 2), 2.0 in range(5), 'a' in range(5)] }}",
               "[True, False, True, False]"},
              {"{{ range(3) == range(0, 3) }}", "True"},
              {"{{ range(5)|length }}", "5"},
              {"{{ range() }}", "TypeError: range expected at least 1 argument, got 0"},
              {"{{ range(1, 2, 0) }}", "ValueError: range() arg 3 must not be zero"},
              {"{{ range('a') }}", "TypeError: 'str' object cannot be interpreted as an integer"},
          });
}

TEST_CASE("dict makes a dict of pairs and names", "[jinja]") {
    check(false,
          {
              {"{{ dict(a=1) }}", "{'a': 1}"},
              {"{{ dict({'x':1}, y=2) }}", "{'x': 1, 'y': 2}"},
              {"{{ dict([('k','v')]) }}", "{'k': 'v'}"},
              {"{{ dict(1) }}", "TypeError: 'int' object is not iterable"},
              {"{{ dict([1]) }}",
               "TypeError: cannot convert dictionary update sequence element #0 to a sequence"},
          });
}

TEST_CASE("A namespace lets attributes be set", "[jinja]") {
    check(false, {
                     {"{% set ns = namespace(a=1) %}{% set ns.b = [2] %}{{ ns }}{{ ns.a }}{{ ns.b "
                      "}}{{ ns['a'] }}{{ ns.c }}",
                      "<Namespace {'a': 1, 'b': [2]}>1[2]1"},
                     {"{% set ns = namespace({'a': 1}, b=2) %}{% for i in range(3) %}{% set ns.a = "
                      "ns.a + i %}{% endfor %}{{ ns.a }}",
                      "4"},
                 });
}

TEST_CASE("A cycler goes round, a joiner leaves out the first", "[jinja]") {
    check(false, {
                     {"{% set c = cycler(1, 2, 3) %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ "
                      "c.pos }}{{ c.items }}{% set x = c.reset() %}{{ c.next() }}{% set f = c.next "
                      "%}{{ f() }}{{ f() }}",
                      "1232(1, 2, 3)123"},
                     {"{% set j = joiner(' & ') %}{% for i in range(3) %}{{ j() }}{{ i }}{% endfor "
                      "%}{{ j.used }}",
                      "0 & 1 & 2True"},
                     {"{{ cycler() }}", "RuntimeError: at least one item has to be provided"},
                 });
}

TEST_CASE("lipsum writes as many paragraphs as are wanted", "[jinja]") {
    check(true,
          {
              {"{{ lipsum(0) }}", ""},
              {"{{ lipsum(3, false, 2, 3)|wordcount }}", "6"},
              {"{{ lipsum(2)|escape is escaped }}", "True"},
              {"{{ lipsum(min=5, max=5) }}", "ValueError: empty range for randrange() (5, 5, 0)"},
              {"{{ lipsum(2)[:3] }}", "<p>"},
          });
}
