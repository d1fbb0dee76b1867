// The methods of lists, tuples, dicts and numbers.
#include "jinja/methods.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Lists change in place, for all who see them", "[jinja]") {
    check_rendered({
        {"{% set a = [3,1,2] %}{% set b = a %}{% set x = b.append(4) %}{{ a }}", "[3, 1, 2, 4]"},
        {"{% set a = [3,1,2] %}{{ a.pop() }}{{ a.pop(0) }}{{ a }}", "23[1]"},
        {"{% set a = [3,1,2] %}{% set x = a.insert(-1, 9) %}{{ a }}", "[3, 1, 9, 2]"},
        {"{% set a = [3,1] %}{% set x = a.extend('xy') %}{{ a }}", "[3, 1, 'x', 'y']"},
        {"{% set a = [3,1,2] %}{% set x = a.sort(reverse=true) %}{{ a }}{% set x = a.reverse() "
         "%}{{ a }}{% set x = a.remove(1) %}{{ a }}{% set x = a.clear() %}{{ a }}",
         "[3, 2, 1][1, 2, 3][2, 3][]"},
        {"{{ [1,2,1].count(1) }}", "2"},
        {"{{ [1,2].index(2) }}", "1"},
        {"{{ [1,2].index(9) }}", "ValueError: 9 is not in list"},
        {"{{ [].pop() }}", "IndexError: pop from empty list"},
        {"{{ [1].remove(2) }}", "ValueError: list.remove(x): x not in list"},
        {"{% set a = [1] %}{% set x = a.append(a) %}{{ a }}", "[1, [...]]"},
    });
}

TEST_CASE("Dicts keep their order, and give views of what they have", "[jinja]") {
    check_rendered({
        {"{{ {'a':1,'b':2}.items() }}", "dict_items([('a', 1), ('b', 2)])"},
        {"{{ {'a':1,'b':2}.keys() }}", "dict_keys(['a', 'b'])"},
        {"{{ {'a':1,'b':2}.values()|list }}", "[1, 2]"},
        {"{% for k, v in {'a':1,'b':2}.items() %}{{ k }}{{ v }}{% endfor %}", "a1b2"},
        {"{% for pair in {'a':1}.items() %}{{ pair }}{% endfor %}", "('a', 1)"},
        {"{{ user.get('name') }}", "Ann"},
        {"{{ user.get('nope') }}", "None"},
        {"{{ user.get('nope', 5) }}", "5"},
        {"{{ {'a':1}.get([]) }}", "TypeError: unhashable type: 'list'"},
        {"{% set d = {'a':1} %}{% set x = d.update({'b':2}, c=3) %}{{ d }}{{ d.pop('a') }}{{ "
         "d.setdefault('z', 9) }}{{ d }}{{ d.popitem() }}",
         "{'a': 1, 'b': 2, 'c': 3}19{'b': 2, 'c': 3, 'z': 9}('z', 9)"},
        {"{{ {}.pop('a') }}", "KeyError: 'a'"},
        {"{% set d = {'a':1} %}{% for k in d %}{% set x = d.update(b=2) %}{% endfor %}",
         "RuntimeError: dictionary changed size during iteration"},
        {"{% set a={} %}{% set x=a.update(me=a) %}{{ a }}", "{'me': {...}}"},
    });
}

TEST_CASE("A method comes before an item of its name, by a point", "[jinja]") {
    check_rendered({
        {"{{ {'items': 5}['items'] }}", "5"},
        {"{{ {'items': 5}.items() is iterable }}", "True"},
        {"{{ {'x': 5}.x }}", "5"},
        {"{{ {'x': 5}.nope }}", ""},
    });
}

TEST_CASE("Numbers have few methods", "[jinja]") {
    check_rendered({
        {"{{ (5).bit_length() }}", "3"},
        {"{{ 2.5.is_integer() }}", "False"},
        {"{{ 2.0.is_integer() }}", "True"},
        {"{{ (0.5).as_integer_ratio() }}", "(1, 2)"},
        {"{{ (7).real }}", "7"},
        {"{{ (1,2,1).count(1) }}", "2"},
    });
}
