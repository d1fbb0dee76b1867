// The functions that every template has.
#include "jinja/globals.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_autoescaped;
using microflask::test::check_rendered;

TEST_CASE("range counts as in Python", "[jinja]") {
    check_rendered({
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
    check_rendered({
        {"{{ dict(a=1) }}", "{'a': 1}"},
        {"{{ dict({'x':1}, y=2) }}", "{'x': 1, 'y': 2}"},
        {"{{ dict([('k','v')]) }}", "{'k': 'v'}"},
        {"{{ dict(1) }}", "TypeError: 'int' object is not iterable"},
        {"{{ dict([1]) }}",
         "TypeError: cannot convert dictionary update sequence element #0 to a sequence"},
    });
}

TEST_CASE("A namespace lets attributes be set", "[jinja]") {
    check_rendered({
        {"{% set ns = namespace(a=1) %}{% set ns.b = [2] %}{{ ns }}{{ ns.a }}{{ ns.b "
         "}}{{ ns['a'] }}{{ ns.c }}",
         "<Namespace {'a': 1, 'b': [2]}>1[2]1"},
        {"{% set ns = namespace({'a': 1}, b=2) %}{% for i in range(3) %}{% set ns.a = "
         "ns.a + i %}{% endfor %}{{ ns.a }}",
         "4"},
    });
}

TEST_CASE("A cycler goes round, a joiner leaves out the first", "[jinja]") {
    check_rendered({
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
    check_autoescaped({
        {"{{ lipsum(0) }}", ""},
        {"{{ lipsum(3, false, 2, 3)|wordcount }}", "6"},
        {"{{ lipsum(2)|escape is escaped }}", "True"},
        {"{{ lipsum(min=5, max=5) }}", "ValueError: empty range for randrange() (5, 5, 0)"},
        {"{{ lipsum(2)[:3] }}", "<p>"},
    });
}
