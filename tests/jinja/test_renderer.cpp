#include "jinja/renderer.hpp"

#include "jinja/environment.hpp"
#include "jinja/render.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using test::render;

namespace {

/// Renders "main" of several templates; an error is "class: message (template:line)".
std::string render_all(DictLoader templates, const Context& context = {}) {
    Environment environment;
    environment.options().autoescape = true;
    environment.loader(std::move(templates));
    try {
        return environment.get_template("main").render(context);
    } catch (const TemplateError& error) {
        return std::string(error.type_name()) + ": " + error.message() + " (" + error.name() + ":" +
               std::to_string(error.lineno()) + ")";
    }
}

}  // namespace

TEST_CASE("a loop knows where it is", "[jinja][renderer]") {
    const Context context{{"xs", Json::array({1, 2, 3})}};
    CHECK(
        render(
            "{% for x in xs %}{{ loop.index }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }} "
            "{% endfor %}",
            context) == "12TrueFalse 21FalseFalse 30FalseTrue ");
    CHECK(
        render("{% for x in xs if x != 2 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}",
               context) == "1/2:1 2/2:3 ");
    CHECK(render("{% for x in xs if x > 1 %}{{ loop.nextitem }}{{ x }}{% endfor %}", context) ==
          "323");
    CHECK(render("{% for x in [] %}{% else %}empty{% endfor %}") == "empty");
    CHECK(render("{% for x in xs %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x > 1) }}{% endfor %}",
                 context) == "aTruebTrueaFalse");
    CHECK(render("{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{{ loop.index }}{% "
                 "endfor %}") == "1231");
}

TEST_CASE("a recursive loop goes into what it loops over", "[jinja][renderer]") {
    const Context context{
        {"tree", Json::parse(R"([{"n":1,"c":[{"n":2,"c":[]}]},{"n":3,"c":[]}])")}};
    CHECK(render(
              "{% for i in tree recursive %}{{ loop.depth }}{{ i.n }}({{ loop(i.c) }}){% endfor %}",
              context) == "11(22())13()");
    CHECK(render("{% for x in [1] %}{{ loop([2]) }}{% endfor %}") ==
          "TypeError: The loop must have the 'recursive' marker to be called recursively.");
}

TEST_CASE("names have Jinja's scopes", "[jinja][renderer]") {
    const test::Rendered cases[] = {
        {"{% set y = 0 %}{% for x in [1, 2] %}{{ y }}{% set y = x %}{{ y }}{% endfor %}{{ y }}",
         "01020"},
        {"{% for x in [1, 2] %}{% if loop.first %}{% set f = x %}{% endif %}{{ f }}{% endfor %}",
         "1"},
        {"{% if 1 %}{% set z = 1 %}{% endif %}{{ z }}", "1"},
        {"{% with a=1 %}{% set b = a %}{{ b }}{% endwith %}{{ a }}{{ b }}", "1"},
        {"{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}", "2"},
        {"{% for x in [1, 2] %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}", "12"},
        {"{% for x in [1, 2] %}{% block b %}{{ x }}{% endblock %}{% endfor %}", ""},
        {"{% for x in [1, 2] %}{% block b scoped %}{{ x }}{% endblock %}{% endfor %}", "12"},
        {"{% set ns = namespace(n=0) %}{% for x in [1, 2] %}{% set ns.n = ns.n + x %}{% endfor "
         "%}{{ ns.n }}",
         "3"},
    };
    for (const test::Rendered& one : cases) {
        CAPTURE(std::string(one.source));
        CHECK(render(one.source) == one.result);
    }
}

TEST_CASE("macros take arguments as Python's functions do", "[jinja][renderer]") {
    const test::Rendered cases[] = {
        {"{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, c=3) }}",
         "121 123"},
        {"{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}",
         "1(2,){'x': 3}"},
        {"{% macro m() %}[{{ caller(1) }}]{% endmacro %}{% call(a, b=5) m() %}{{ a }}{{ b }}{% "
         "endcall %}",
         "[15]"},
        {"{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
         "TypeError: macro 'm' takes not more than 1 argument(s)"},
        {"{% macro m(a) %}{% endmacro %}{{ m(b=2) }}",
         "TypeError: macro 'm' takes no keyword argument 'b'"},
        {"{% macro m(a) %}{{ a.b }}{% endmacro %}{{ m() }}",
         "UndefinedError: parameter 'a' was not provided"},
        {"{% macro m(a, b=1) %}{{ caller }}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.caller "
         "}}",
         "m('a', 'b')True"},
        {"{% macro f(n) %}{{ n }}{% if n > 1 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
         "321"},
    };
    for (const test::Rendered& one : cases) {
        CAPTURE(std::string(one.source));
        CHECK(render(one.source) == one.result);
    }
}

TEST_CASE("what a method is called on is evaluated once", "[jinja][renderer]") {
    CHECK(
        render("{% set c = cycler('a', 'b', 'c') %}{{ c.next().upper() }}{{ c.next().upper() }}") ==
        "AB");
    CHECK(render("{% set ns = namespace(n=[]) %}{% macro m() %}{% set ns.n = ns.n + [1] %}x"
                 "{% endmacro %}{{ m().upper().lower() }}{{ ns.n }}") == "x[1]");
    // Each call evaluated twice would be 2 to the power of 40 calls.
    std::string source = "{{ 'a'";
    for (int i = 0; i < 40; ++i) source += ".upper()";
    CHECK(render(source + " }}") == "A");
}

TEST_CASE("a macro outlives the scope that made it", "[jinja][renderer]") {
    CHECK(render("{% set ns = namespace(m=none) %}{% macro outer(x) %}{% macro inner() %}{{ x }}{% "
                 "endmacro %}"
                 "{% set ns.m = inner %}{% endmacro %}{{ outer(5) }}{{ ns.m() }}") == "5");
    CHECK(
        render(
            "{% set ns = namespace(l=none) %}{% for x in [1, 2] %}{% set ns.l = loop %}{% endfor %}"
            "{{ ns.l.index }}{{ ns.l.length }}") == "22");
}

TEST_CASE("templates extend, include and import each other", "[jinja][renderer]") {
    CHECK(render_all({{"main", "{% extends 'mid' %}{% block a %}c{{ super() }}{% endblock %}"},
                      {"mid", "{% extends 'base' %}{% block a %}m{{ super() }}{% endblock %}"},
                      {"base", "<{% block a %}b{% endblock %}>{{ self.a() }}"}}) == "<cmb>cmb");
    CHECK(render_all(
              {{"main", "{% extends name %}lost{% block a %}{{ v }}{% endblock %}{% set v = 1 %}"},
               {"base", "{% block a %}{% endblock %}{{ v }}"}},
              {{"name", "base"}}) == "11");
    CHECK(render_all({{"main",
                       "{% for x in [1, 2] %}{% include 'inc' %}{% endfor %}"
                       "{% include 'inc' without context %}{% include 'no' ignore missing %}"
                       "{% include ['no', 'inc'] %}"},
                      {"inc", "[{{ x }}]"}}) == "[1][2][][]");
    CHECK(render_all({{"main",
                       "{% import 'lib' as lib %}{% from 'lib' import m as n, v with context %}"
                       "{{ lib.m('<') }}{{ n(1) }}{{ v }}{{ lib._p }}"},
                      {"lib",
                       "{% macro m(a) %}<{{ a }}{{ q }}>{% endmacro %}{% set v = 7 %}"
                       "{% macro _p() %}{% endmacro %}"}},
                     {{"q", "Q"}}) == "<&lt;><1Q>7");
    CHECK(render_all({{"main", "{% extends 'base' %}"},
                      {"base", "{% block a required %}{% endblock %}"}}) ==
          "TemplateRuntimeError: Required block 'a' not found (base:1)");
}

TEST_CASE("errors know the template and the line", "[jinja][renderer]") {
    CHECK(render_all({{"main", "a\n\n{{ x.y }}"}}) == "UndefinedError: 'x' is undefined (main:3)");
    CHECK(render_all({{"main", "a\n{% include 'inc' %}"}, {"inc", "\n\n{{ 1 // 0 }}"}}) ==
          "ZeroDivisionError: integer division or modulo by zero (inc:3)");
    CHECK(render_all({{"main", "{% extends 'base' %}\n{% block a %}\n{{ x.y }}{% endblock %}"},
                      {"base", "{% block a %}{% endblock %}"}}) ==
          "UndefinedError: 'x' is undefined (main:3)");
    CHECK(render_all({{"main", "{% macro m() %}\n{{ x.y }}{% endmacro %}\n\n{{ m() }}"}}) ==
          "UndefinedError: 'x' is undefined (main:2)");
    CHECK(render_all({{"main", "\n{% include 'none' %}"}}) == "TemplateNotFound: none (main:2)");
    CHECK(
        render_all({{"main", "\n{% include 'bad' %}"}, {"bad", "\n\n{% if %}"}}).find("(bad:3)") !=
        std::string::npos);
    CHECK(render_all({{"main", "{% if x %}{{ x|nope }}{% endif %}"}}, {{"x", 1}}) ==
          "TemplateRuntimeError: No filter named 'nope' found. (main:1)");
}

TEST_CASE("no template runs out of stack", "[jinja][renderer]") {
    for (const char* source :
         {"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% include 'main' %}",
          "{% extends 'main' %}", "{% import 'main' as m %}",
          "{% block a %}{{ self.a() }}{% endblock %}",
          "{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
          "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"}) {
        CAPTURE(source);
        CHECK(render_all({{"main", source}}).rfind("RecursionError", 0) == 0);
    }
}

TEST_CASE("what is printed is escaped where it was written", "[jinja][renderer]") {
    const Context context{{"s", "<"}, {"html", Markup("<b>")}};
    CHECK(render("{{ s }}{{ html }}{{ s ~ html }}", context, true) == "&lt;<b>&lt;<b>");
    CHECK(render("{% autoescape false %}{{ s }}{% endautoescape %}{{ s }}", context, true) ==
          "<&lt;");
    CHECK(render("{% autoescape on %}{{ s }}{% endautoescape %}", {{"s", "<"}, {"on", true}}) ==
          "&lt;");
    CHECK(render("{% set x %}<i>{{ s }}{% endset %}{{ x }}", context, true) == "<i>&lt;");
    CHECK(render("{% macro m() %}<i>{{ s }}{% endmacro %}{{ m() }}{{ m()|upper }}", context,
                 true) == "<i>&lt;<I>&LT;");
    CHECK(render("{% filter upper %}a{{ s }}{% endfilter %}", context, true) == "A&LT;");
}
