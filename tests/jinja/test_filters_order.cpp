// The filters that sort, group and sum up, as Jinja orders.
#include "jinja/filters_order.hpp"

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

TEST_CASE("Elements are sorted, text without regard to case", "[jinja]") {
    check(false, {
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
                     {"{{ mixed|sort }}",
                      "TypeError: '<' not supported between instances of 'str' and 'int'"},
                 });
}

TEST_CASE("Dicts are sorted by key or value", "[jinja]") {
    check(false, {
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
    check(false, {
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
    check(false,
          {
              {"{{ words|unique|list }}", "['b', 'A', 'c']"},
              {"{{ words|unique(true)|list }}", "['b', 'A', 'c', 'B']"},
              {"{{ [1,1.0,true,'1']|unique|list }}", "[1, '1']"},
              {"{{ users|unique(attribute='age')|map(attribute='name')|list }}", "['Zoe', 'adam']"},
              {"{{ [[1]]|unique|list }}", "TypeError: unhashable type: 'list'"},
          });
}

TEST_CASE("The least, the greatest and the sum", "[jinja]") {
    check(false,
          {
              {"{{ n|min }}", "1"},
              {"{{ n|max }}", "3"},
              {"{{ words|max(true) }}", "c"},
              {"{{ users|min(attribute='age')|attr('name') }}", ""},
              {"{{ (users|min(attribute='age')).name }}", "adam"},
              {"{{ []|min }}", ""},
              {"{{ []|max + 1 }}", "UndefinedError: No aggregated item, sequence was empty."},
              {"{{ mixed|min }}",
               "TypeError: '<' not supported between instances of 'str' and 'int'"},
              {"{{ n|sum }}", "6"},
              {"{{ n|sum(start=10) }}", "16"},
              {"{{ users|sum('age') }}", "85"},
              {"{{ [[1],[2]]|sum(start=[]) }}", "[1, 2]"},
              {"{{ words|sum }}", "TypeError: unsupported operand type(s) for +: 'int' and 'str'"},
          });
}
