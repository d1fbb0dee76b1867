// The operators of expressions, as Python calculates.
#include "jinja/operators.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Numbers are calculated as in Python", "[jinja]") {
    check_rendered({
        {"{{ 7 // 2 }}", "3"},
        {"{{ -7 // 2 }}", "-4"},
        {"{{ 7 // -2 }}", "-4"},
        {"{{ -7 % 3 }}", "2"},
        {"{{ 7 % -3 }}", "-2"},
        {"{{ 7.5 // 2 }}", "3.0"},
        {"{{ -7.5 % 2 }}", "0.5"},
        {"{{ 1 / 2 }}", "0.5"},
        {"{{ 4 / 2 }}", "2.0"},
        {"{{ 2 ** 10 }}", "1024"},
        {"{{ 2 ** -1 }}", "0.5"},
        {"{{ 2 ** 0.5 }}", "1.4142135623730951"},
        {"{{ true + true }}", "2"},
        {"{{ 1 + 1.5 }}", "2.5"},
        {"{{ -(3) }}", "-3"},
        {"{{ +true }}", "1"},
        {"{{ 1 / 0 }}", "ZeroDivisionError: division by zero"},
        {"{{ 1 // 0 }}", "ZeroDivisionError: integer division or modulo by zero"},
        {"{{ 1 % 0 }}", "ZeroDivisionError: integer modulo by zero"},
        {"{{ 1.0 // 0 }}", "ZeroDivisionError: float floor division by zero"},
        {"{{ 0 ** -1 }}", "ZeroDivisionError: 0.0 cannot be raised to a negative power"},
    });
}

TEST_CASE("Texts and lists are joined and repeated", "[jinja]") {
    check_rendered({
        {"{{ 'a' + 'b' }}", "ab"},
        {"{{ 'ab' * 3 }}", "ababab"},
        {"{{ 2 * 'ab' }}", "abab"},
        {"{{ 'ab' * -1 }}", ""},
        {"{{ [1] + [2] }}", "[1, 2]"},
        {"{{ (1,) + (2,) }}", "(1, 2)"},
        {"{{ [0] * 3 }}", "[0, 0, 0]"},
        {"{{ 'a' + 1 }}", "TypeError: can only concatenate str (not \"int\") to str"},
        {"{{ 1 + 'a' }}", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"},
        {"{{ [1] + (1,) }}", "TypeError: can only concatenate list (not \"tuple\") to list"},
        {"{{ 'a' * 'b' }}", "TypeError: can't multiply sequence by non-int of type 'str'"},
        {"{{ none + 1 }}", "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int'"},
        {"{{ -'a' }}", "TypeError: bad operand type for unary -: 'str'"},
        {"{{ n + [4] }}", "[3, 1, 2, 4]"},
    });
}

TEST_CASE("Concatenation makes text of everything", "[jinja]") {
    check_rendered({
        {"{{ 1 ~ 'a' ~ none ~ nothing }}", "1aNone"},
        {"{{ [1] ~ 2.0 }}", "[1]2.0"},
    });
}

TEST_CASE("Values of several kinds are compared, or not", "[jinja]") {
    check_rendered({
        {"{{ [1 == 1.0, 1 == true, '1' == 1, none == 0, [1] == (1,), n == [3, 1, 2]] }}",
         "[True, True, False, False, False, True]"},
        {"{{ [1 < 2, 'a' < 'b', [1, 2] < [1, 3], (1,) < (1, 0), 1 < 2 < 3, 1.5 > 1] }}",
         "[True, True, True, True, True, True]"},
        {"{{ 1 < 'a' }}", "TypeError: '<' not supported between instances of 'int' and 'str'"},
        {"{{ [1] < [none] }}",
         "TypeError: '<' not supported between instances of 'int' and 'NoneType'"},
        {"{{ {} < {} }}", "TypeError: '<' not supported between instances of 'dict' and 'dict'"},
        {"{{ user == {'name': 'Ann', 'age': 41, 'tags': ['x', 'y']} }}", "True"},
        {"{{ nothing == nope }}", "True"},
        {"{{ nothing < 1 }}", "UndefinedError: 'nothing' is undefined"},
    });
}

TEST_CASE("Containers are searched", "[jinja]") {
    check_rendered({
        {"{{ [1 in n, 9 in n, 'a' in 'cat', 'name' in user, 1.0 in [1], 'x' not in {}] }}",
         "[True, False, True, True, True, True]"},
        {"{{ 1 in 'a' }}", "TypeError: 'in <string>' requires string as left operand, not int"},
        {"{{ 1 in 5 }}", "TypeError: argument of type 'int' is not iterable"},
        {"{{ [] in {} }}", "TypeError: unhashable type: 'list'"},
        {"{{ 1 in nothing }}", "False"},
    });
}

TEST_CASE("Sequences are indexed and sliced", "[jinja]") {
    check_rendered({
        {"{{ n[0] ~ n[-1] }}", "32"},
        {"{{ n[9] }}", ""},
        {"{{ n[9].x }}", "UndefinedError: list object has no element 9"},
        {"{{ 'abc'[1] }}", "b"},
        {"{{ greek[1] }}", "r"},
        {"{{ n[true] }}", "1"},
        {"{{ n[::-1] }}", "[2, 1, 3]"},
        {"{{ n[1:] }}", "[1, 2]"},
        {"{{ 'abcdef'[1:5:2] }}", "bd"},
        {"{{ greek[::-2] }}",
         "\xCE\xB1\xCE\xAD\xCE\xA9"
         "e\xC3\xBCG"},
        {"{{ (1,2,3)[:-1] }}", "(1, 2)"},
        {"{{ n[::0] }}", "ValueError: slice step cannot be zero"},
        {"{{ n['a':] }}",
         "TypeError: slice indices must be integers or None or have an __index__ method"},
    });
}

TEST_CASE("What is undefined says so when it is used", "[jinja]") {
    check_rendered({
        {"{{ nothing }}", ""},
        {"{{ nothing.x }}", "UndefinedError: 'nothing' is undefined"},
        {"{{ nothing + 1 }}", "UndefinedError: 'nothing' is undefined"},
        {"{{ user.nope.x }}", "UndefinedError: 'dict object' has no attribute 'nope'"},
        {"{{ n.nope.x }}", "UndefinedError: 'list object' has no attribute 'nope'"},
        {"{{ none.x.y }}", "UndefinedError: 'None' has no attribute 'x'"},
        {"{{ nothing() }}", "UndefinedError: 'nothing' is undefined"},
        {"{{ n[7] + 1 }}", "UndefinedError: list object has no element 7"},
        {"{{ nothing[0] }}", "UndefinedError: 'nothing' is undefined"},
        {"{{ {'a':1}[5].x }}", "UndefinedError: dict object has no element 5"},
    });
}

TEST_CASE("Markup escapes what is added to it", "[jinja]") {
    check_rendered({
        {"{{ [('<b>'|safe) + '<'] }}", "[Markup('<b>&lt;')]"},
        {"{{ ['<' + ('<b>'|safe)] }}", "[Markup('&lt;<b>')]"},
        {"{{ [('<b>'|safe) * 2] }}", "[Markup('<b><b>')]"},
        {"{{ [('<b>'|safe)[0]] }}", "[Markup('<')]"},
        {"{{ [('<b>'|safe) + 1] }}",
         "TypeError: unsupported operand type(s) for +: 'Markup' and 'int'"},
    });
}
