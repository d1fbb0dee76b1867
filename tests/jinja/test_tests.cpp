// The tests behind the word "is", as Jinja answers them.
#include "jinja/tests.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Kinds of values are told apart", "[jinja]") {
    check_rendered({
        {"{{ [nothing is defined, n is defined, nothing is undefined] }}", "[False, True, True]"},
        {"{{ [none is none, 0 is none] }}", "[True, False]"},
        {"{{ [true is boolean, 1 is boolean, true is true, 1 is true, false is false, 0 is "
         "false] }}",
         "[True, False, True, False, True, False]"},
        {"{{ [1 is integer, true is integer, 1.0 is integer, 1.0 is float, 1 is float] }}",
         "[True, False, False, True, False]"},
        {"{{ [1 is number, true is number, 1.5 is number, '1' is number] }}",
         "[True, True, True, False]"},
        {"{{ ['a' is string, html|e is string, 1 is string] }}", "[True, True, False]"},
        {"{{ [{} is mapping, user is mapping, [] is mapping] }}", "[True, True, False]"},
        {"{{ [[] is sequence, 'a' is sequence, {} is sequence, 5 is sequence, range(2) is "
         "sequence, n|map('string') is sequence] }}",
         "[True, True, True, False, True, False]"},
        {"{{ [[] is iterable, 5 is iterable, n|map('string') is iterable, nothing is "
         "iterable] }}",
         "[True, False, True, True]"},
        {"{{ [range is callable, 5 is callable, [].append is callable] }}", "[True, False, True]"},
        {"{{ [html is escaped, html|e is escaped] }}", "[False, True]"},
    });
}

TEST_CASE("Numbers are even, odd, divisible", "[jinja]") {
    check_rendered({
        {"{{ [4 is even, 3 is odd, -3 is odd, 2.0 is even] }}", "[True, True, True, True]"},
        {"{{ 9 is divisibleby 3 }}", "True"},
        {"{{ 9 is divisibleby(4) }}", "False"},
        {"{{ 9 is divisibleby(0) }}", "ZeroDivisionError: integer modulo by zero"},
        {"{{ 'a' is odd }}", "TypeError: not all arguments converted during string formatting"},
    });
}

TEST_CASE("Text is in upper or lower case", "[jinja]") {
    check_rendered({
        {"{{ ['abc' is lower, 'aBc' is lower, 'ABC' is upper, '1' is upper, 5 is lower] }}",
         "[True, False, True, False, False]"},
    });
}

TEST_CASE("Values are compared by name", "[jinja]") {
    check_rendered({
        {"{{ [1 is eq 1, 1 is equalto 1.0, 1 is ne 2, 2 is gt 1, 2 is greaterthan 1, "
         "2 is ge 2, 1 is lt 2, 1 is lessthan 2, 1 is le 1] }}",
         "[True, True, True, True, True, True, True, True, True]"},
        {"{{ 1 is in [1, 2] }}", "True"},
        {"{{ 'x' is in 'axb' }}", "True"},
        {"{{ n is sameas n }}", "True"},
        {"{{ 1 is lt 'a' }}", "TypeError: '<' not supported between instances of 'int' and 'str'"},
        {"{{ [true is sameas true, 1 is sameas true] }}", "[True, False]"},
    });
}

TEST_CASE("Filters and tests are known by name", "[jinja]") {
    check_rendered({
        {"{{ ['upper' is filter, 'nope' is filter, 'odd' is test, 'nope' is test] }}",
         "[True, False, True, False]"},
    });
}
