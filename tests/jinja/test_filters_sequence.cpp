// The filters that choose and change elements, as Jinja applies them.
#include "jinja/filters_sequence.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_autoescaped;
using microflask::test::check_rendered;

TEST_CASE("Elements are taken from the ends", "[jinja]") {
    check_rendered({
        {"{{ n|first }}", "3"},
        {"{{ n|last }}", "2"},
        {"{{ []|first }}", ""},
        {"{{ []|last|upper }}", ""},
        {"{{ 'abc'|last }}", "c"},
        {"{{ n|map('string')|last }}", "TypeError: 'generator' object is not reversible"},
        {"{{ 5|first }}", "TypeError: 'int' object is not iterable"},
        {"{{ nothing|last }}", ""},
        {"{{ [7]|random }}", "7"},
        {"{{ []|random }}", ""},
    });
}

TEST_CASE("Elements are put into rows and columns", "[jinja]") {
    check_rendered({
        {"{{ range(7)|batch(3)|list }}", "[[0, 1, 2], [3, 4, 5], [6]]"},
        {"{{ range(7)|batch(3, '-')|list }}", "[[0, 1, 2], [3, 4, 5], [6, '-', '-']]"},
        {"{{ range(7)|slice(3)|list }}", "[[0, 1, 2], [3, 4], [5, 6]]"},
        {"{{ range(7)|slice(3, '-')|list }}", "[[0, 1, 2], [3, 4, '-'], [5, 6, '-']]"},
        {"{{ []|batch(2)|list }}", "[]"},
        {"{{ n|slice(0)|list }}", "ZeroDivisionError: integer division or modulo by zero"},
    });
}

TEST_CASE("Attributes are mapped by path, with a default", "[jinja]") {
    check_rendered({
        {"{{ users|map(attribute='city.name')|join(', ') }}", "Rome, oslo, Oslo"},
        {"{{ users|map(attribute='nope', default='-')|join }}", "---"},
        {"{{ [[1,2],[3,4]]|map(attribute=1)|list }}", "[2, 4]"},
        {"{{ [{'a':[5]}]|map(attribute='a.0')|list }}", "[5]"},
        {"{{ words|map('upper')|join }}", "BACB"},
        {"{{ words|map('replace','b','x')|list }}", "['x', 'A', 'c', 'B']"},
        {"{{ words|map('nope')|list }}", "TemplateRuntimeError: No filter named 'nope'."},
        {"{{ []|map('nope')|list }}", "[]"},
        {"{{ words|map|list }}", "FilterArgumentError: map requires a filter argument"},
        {"{{ words|map(attribute='x', bad=1)|list }}",
         "FilterArgumentError: Unexpected keyword argument 'bad'"},
    });
}

TEST_CASE("Elements are selected by tests", "[jinja]") {
    check_rendered({
        {"{{ n|select('odd')|list }}", "[3, 1]"},
        {"{{ n|reject('odd')|list }}", "[2]"},
        {"{{ mixed|select|list }}", "[1, 'a', 2.5, True]"},
        {"{{ mixed|reject('none')|list }}", "[1, 'a', 2.5, True]"},
        {"{{ n|select('gt', 1)|list }}", "[3, 2]"},
        {"{{ users|selectattr('ok')|map(attribute='name')|list }}", "['Zoe', 'Bob']"},
        {"{{ users|rejectattr('age','eq',30)|map(attribute='name')|list }}", "['adam']"},
        {"{{ users|selectattr('city.name','in',['Rome'])|map(attribute='name')|list }}", "['Zoe']"},
        {"{{ n|select('nope')|list }}", "TemplateRuntimeError: No test named 'nope'."},
        {"{{ users|selectattr|list }}",
         "FilterArgumentError: Missing parameter for attribute name"},
    });
}

TEST_CASE("Sequences are turned round", "[jinja]") {
    check_rendered({
        {"{{ n|reverse|list }}", "[2, 1, 3]"},
        {"{{ greek|reverse }}", "\xCE\xB1\xCE\xB3\xCE\xAD\xCE\xBC\xCE\xA9 e\xC3\x9F\xC3\xBCrG"},
        {"{{ user|reverse|list }}", "['tags', 'age', 'name']"},
        {"{{ n|map('string')|reverse }}", "['2', '1', '3']"},
        {"{{ 5|reverse }}", "FilterArgumentError: argument must be iterable"},
    });
}

TEST_CASE("Anything with elements becomes a list, has a length", "[jinja]") {
    check_rendered({
        {"{{ 'abc'|list }}", "['a', 'b', 'c']"},
        {"{{ user|list }}", "['name', 'age', 'tags']"},
        {"{{ nothing|list }}", "[]"},
        {"{{ 5|list }}", "TypeError: 'int' object is not iterable"},
        {"{{ greek|length }}", "11"},
        {"{{ user|count }}", "3"},
        {"{{ n|map('string')|length }}", "TypeError: object of type 'generator' has no len()"},
        {"{{ user|items|list }}", "[('name', 'Ann'), ('age', 41), ('tags', ['x', 'y'])]"},
        {"{{ n|items|list }}", "TypeError: Can only get item pairs from a mapping."},
    });
}

TEST_CASE("Elements are joined as text", "[jinja]") {
    check_rendered({
        {"{{ n|join }}", "312"},
        {"{{ n|join(', ') }}", "3, 1, 2"},
        {"{{ users|join(', ', attribute='name') }}", "Zoe, adam, Bob"},
        {"{{ mixed|join('|') }}", "1|a|None|2.5|True"},
        {"{{ nothing|join }}", ""},
        {"{{ 5|join }}", "TypeError: 'int' object is not iterable"},
    });
}

TEST_CASE("Joined elements are escaped as soon as one of them is safe", "[jinja]") {
    check_autoescaped({
        {"{{ [html, 1]|join('<') }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;&lt;1"},
        {"{{ [html, html|e]|join('<') }}",
         "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;&lt;&lt;a "
         "href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ [html]|join('<'|e) }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
    });
}
