// The filters of numbers, as Python counts.
#include "jinja/filters_number.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Text becomes a number, or the default", "[jinja]") {
    check_rendered({
        {"{{ '42'|int }}", "42"},
        {"{{ '42.9'|int }}", "42"},
        {"{{ ' -1_0 '|int }}", "-10"},
        {"{{ '1__0'|int }}", "0"},
        {"{{ '0x1A'|int(0, 16) }}", "26"},
        {"{{ '077'|int(0, 0) }}", "77"},
        {"{{ 'x'|int(7) }}", "7"},
        {"{{ none|int }}", "0"},
        {"{{ 3.99|int }}", "3"},
        {"{{ -3.99|int }}", "-3"},
        {"{{ '3.7'|float }}", "3.7"},
        {"{{ 'inf'|float }}", "inf"},
        {"{{ 'x'|float(1.5) }}", "1.5"},
        {"{{ []|float }}", "0.0"},
        {"{{ nothing|int }}", "UndefinedError: 'nothing' is undefined"},
    });
}

TEST_CASE("Numbers are rounded half to even in decimal", "[jinja]") {
    check_rendered({
        {"{{ 42.55|round }}", "43.0"},
        {"{{ 42.55|round(1) }}", "42.5"},
        {"{{ 42.55|round(1, 'floor') }}", "42.5"},
        {"{{ 2.5|round }}", "2.0"},
        {"{{ 3.5|round }}", "4.0"},
        {"{{ 1.005|round(2) }}", "1.0"},
        {"{{ 2.675|round(2) }}", "2.67"},
        {"{{ 1250.0|round(-2) }}", "1200.0"},
        {"{{ 1350|round(-2) }}", "1400"},
        {"{{ 25|round(-1) }}", "20"},
        {"{{ 42|round }}", "42"},
        {"{{ -7.5|round(0, 'ceil') }}", "-7.0"},
        {"{{ 'x'|round }}", "TypeError: type str doesn't define __round__ method"},
        {"{{ 1|round(method='x') }}", "FilterArgumentError: method must be common, ceil or floor"},
    });
}

TEST_CASE("Sizes of files are given in units", "[jinja]") {
    check_rendered({
        {"{{ 1|filesizeformat }}", "1 Byte"},
        {"{{ 999|filesizeformat }}", "999 Bytes"},
        {"{{ 1500000|filesizeformat }}", "1.5 MB"},
        {"{{ 1500000|filesizeformat(true) }}", "1.4 MiB"},
        {"{{ '2048'|filesizeformat }}", "2.0 kB"},
        {"{{ 1e30|filesizeformat }}", "1000000.0 YB"},
        {"{{ 'x'|filesizeformat }}", "ValueError: could not convert string to float: 'x'"},
    });
}

TEST_CASE("The absolute value, a default, an attribute without its item", "[jinja]") {
    check_rendered({
        {"{{ -5|abs }}", "5"},
        {"{{ -5.5|abs }}", "5.5"},
        {"{{ true|abs }}", "1"},
        {"{{ 'x'|abs }}", "TypeError: bad operand type for abs(): 'str'"},
        {"{{ nothing|default('x') }}", "x"},
        {"{{ none|default('x') }}", "None"},
        {"{{ none|default('x', true) }}", "x"},
        {"{{ nothing|d }}", ""},
        {"{{ user|attr('name') }}", ""},
        {"{{ n|attr('nope') }}", ""},
    });
}

TEST_CASE("Values are printed prettily", "[jinja]") {
    check_rendered({
        {"{{ users|pprint }}",
         "[{'age': 30, 'city': {'name': 'Rome'}, 'name': 'Zoe', 'ok': True},\n "
         "{'age': 25, 'city': {'name': 'oslo'}, 'name': 'adam', 'ok': False},\n "
         "{'age': 30, 'city': {'name': 'Oslo'}, 'name': 'Bob', 'ok': True}]"},
        {"{{ {'k':[long, long]}|pprint }}",
         "{'k': ['The quick brown fox jumps over the well-known dog.',\n       'The "
         "quick brown fox jumps over the well-known dog.']}"},
        {"{{ long ~ long|pprint }}",
         "The quick brown fox jumps over the well-known dog.'The quick brown fox "
         "jumps over the well-known dog.'"},
        {"{{ (long ~ long)|pprint }}",
         "('The quick brown fox jumps over the well-known dog.The quick brown fox "
         "jumps '\n 'over the well-known dog.')"},
        {"{{ n|pprint }}", "[3, 1, 2]"},
    });
}
