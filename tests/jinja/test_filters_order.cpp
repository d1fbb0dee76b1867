// The filters that sort, group and sum up, as Jinja orders.
#include "jinja/filters_order.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Elements are sorted, text without regard to case", "[jinja]") {
    check_rendered({
        {"{{ n|sort }}", "[1, 2, 3]"},
        {"{{ n|sort(true) }}", "[3, 2, 1]"},
        {"{{ words|sort }}", "['A', 'b', 'B', 'c']"},
        {"{{ words|sort(case_sensitive=true) }}", "['A', 'B', 'b', 'c']"},
        {"{{ users|sort(attribute='age,name')|map(attribute='name')|list }}",
         "['adam', 'Bob', 'Zoe']"},
        {"{{ users|sort(attribute='age', reverse=true)|map(attribute='name')|list }}",
         "['Zoe', 'Bob', 'adam']"},
        {"{{ users|sort(attribute='city.name')|map(attribute='name')|list }}",
         "['adam', 'Bob', 'Zoe']"},
        {"{{ mixed|sort }}", "TypeError: '<' not supported between instances of 'str' and 'int'"},
    });
}

TEST_CASE("Dicts are sorted by key or value", "[jinja]") {
    check_rendered({
        {"{{ {'b':1,'A':2,'c':0}|dictsort }}", "[('A', 2), ('b', 1), ('c', 0)]"},
        {"{{ {'b':1,'A':2,'c':0}|dictsort(true) }}", "[('A', 2), ('b', 1), ('c', 0)]"},
        {"{{ {'b':1,'A':2,'c':0}|dictsort(by='value', reverse=true) }}",
         "[('A', 2), ('b', 1), ('c', 0)]"},
        {"{{ {'b':1}|dictsort(by='x') }}",
         "FilterArgumentError: You can only sort by either \"key\" or \"value\""},
        {"{{ n|dictsort }}", "AttributeError: 'list' object has no attribute 'items'"},
    });
}

TEST_CASE("Elements are grouped by an attribute", "[jinja]") {
    check_rendered({
        {"{% for age, group in users|groupby('age') %}{{ age }}:{{ "
         "group|map(attribute='name')|join(',') }};{% endfor %}",
         "25:adam;30:Zoe,Bob;"},
        {"{% for g in users|groupby('city.name') %}{{ g.grouper }}:{{ g.list|length "
         "}};{% endfor %}",
         "oslo:2;Rome:1;"},
        {"{{ users|groupby('city.name', case_sensitive=true)|map('first')|list }}",
         "['Oslo', 'Rome', 'oslo']"},
        {"{{ users|groupby('nope', default='-')|map('first')|list }}", "['-']"},
    });
}

TEST_CASE("Elements are unique without regard to case", "[jinja]") {
    check_rendered({
        {"{{ words|unique|list }}", "['b', 'A', 'c']"},
        {"{{ words|unique(true)|list }}", "['b', 'A', 'c', 'B']"},
        {"{{ [1,1.0,true,'1']|unique|list }}", "[1, '1']"},
        {"{{ users|unique(attribute='age')|map(attribute='name')|list }}", "['Zoe', 'adam']"},
        {"{{ [[1]]|unique|list }}", "TypeError: unhashable type: 'list'"},
    });
}

TEST_CASE("The least, the greatest and the sum", "[jinja]") {
    check_rendered({
        {"{{ n|min }}", "1"},
        {"{{ n|max }}", "3"},
        {"{{ words|max(true) }}", "c"},
        {"{{ users|min(attribute='age')|attr('name') }}", ""},
        {"{{ (users|min(attribute='age')).name }}", "adam"},
        {"{{ []|min }}", ""},
        {"{{ []|max + 1 }}", "UndefinedError: No aggregated item, sequence was empty."},
        {"{{ mixed|min }}", "TypeError: '<' not supported between instances of 'str' and 'int'"},
        {"{{ n|sum }}", "6"},
        {"{{ n|sum(start=10) }}", "16"},
        {"{{ users|sum('age') }}", "85"},
        {"{{ [[1],[2]]|sum(start=[]) }}", "[1, 2]"},
        {"{{ words|sum }}", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"},
    });
}
