// Templates put together of pieces, one for each byte, and rendered: text comes out, or a TemplateError.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// Whole statements for the most part, so that much of what is put together can be parsed.
constexpr std::string_view pieces[] = {
    "{{ ",
    " }}",
    "{% if ",
    " %}",
    "{% else %}",
    "{% endif %}",
    "{% for x in ",
    "{% for k, v in ",
    "{% endfor %}",
    "{% for i in tree recursive %}",
    "{{ loop(i.c) }}",
    "{% set a = ",
    "{% set ns.x = ",
    "{% set b %}",
    "{% endset %}",
    "{% macro m(p, q=1) %}",
    "{% endmacro %}",
    "{{ m(",
    ") }}",
    "{% call m(1) %}",
    "{% call(z) m() %}",
    "{% endcall %}",
    "{{ caller() }}",
    "{{ caller(1) }}",
    "{% block one %}",
    "{% block two scoped %}",
    "{% endblock %}",
    "{{ super() }}",
    "{{ self.one() }}",
    "{% include 'inc' %}",
    "{% import 'lib' as l %}",
    "{% from 'lib' import f with context %}",
    "{{ l.f(",
    "{% extends 'base' %}",
    "{% with a = ",
    "{% endwith %}",
    "{% filter upper %}",
    "{% filter ",
    "{% endfilter %}",
    "{% autoescape true %}",
    "{% autoescape a %}",
    "{% endautoescape %}",
    "{% raw %}",
    "{% endraw %}",
    "{# ",
    " #}",
    "{{ loop.",
    "index",
    "last",
    "previtem",
    "nextitem",
    "length",
    "revindex",
    "cycle(1, 2)",
    "changed(x)",
    "xs",
    "d",
    "s",
    "n",
    "a",
    "b",
    "x",
    "k",
    "v",
    "i",
    "p",
    "tree",
    "ns",
    "missing",
    "html",
    "none",
    "true",
    "1",
    "2",
    "0",
    "2.5",
    "'t'",
    "'<'",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    ",",
    ":",
    ".",
    ".x",
    ".c",
    "[0]",
    "[-1]",
    "[::2]",
    "['x']",
    "|",
    "|upper",
    "|list",
    "|join",
    "|sort",
    "|map('upper')",
    "|map(attribute='x')",
    "|select",
    "|first",
    "|last",
    "|length",
    "|tojson|truncate(30)",
    "|default('d')",
    "|e",
    "|safe",
    "|batch(2)",
    "|slice(2)",
    "|groupby('x')",
    "|dictsort",
    "|unique",
    "|reverse",
    "|sum",
    "|replace('a', 'b')",
    "|truncate(3)",
    "|wordwrap(3)",
    "|indent",
    "|urlize",
    "|xmlattr",
    "|format(1)",
    "|int",
    "|round",
    "|center(5)",
    "|striptags",
    "|items",
    "|attr('x')",
    ".append(",
    ".items()",
    ".split()",
    ".join(",
    ".format(",
    ".upper()",
    ".get('x')",
    ".pop()",
    " + ",
    " - ",
    " ~ ",
    " // ",
    " % ",
    " == ",
    " < ",
    " in ",
    " not in ",
    " and ",
    " or ",
    " not ",
    " is ",
    " is defined",
    " is odd",
    " if ",
    " else ",
    "*",
    "**",
    "=",
    "text",
    "\n",
    "-",
    "+",
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    if (size < 2 || size > 200) return 0;
    std::string sources[2];
    for (std::size_t i = 1; i < size; ++i) {
        if (data[i] == 255) continue;
        // No powers, no repetition, nothing between what is joined, and no long JSON to be made JSON again: a template
        // may make a text as long as the limit allows, and take its time for it.
        const std::string_view piece = pieces[data[i] % (sizeof(pieces) / sizeof(pieces[0]))];
        sources[i % 7 == 0 ? 1 : 0] += piece;
    }
    Environment environment;
    environment.options().autoescape = (data[0] & 1) != 0;
    environment.options().undefined = static_cast<UndefinedKind>((data[0] >> 1) & 3);
    environment.loader(DictLoader{
        {"main", "{% set ns = namespace() %}" + sources[0]},
        {"inc", sources[1]},
        {"lib", "{% macro f(a) %}{{ a }}{% endmacro %}" + sources[1]},
        {"base", "<{% block one %}1{% endblock %}{% block two %}2{% endblock %}>"},
    });
    const Json tree =
        Json::parse(R"([{"x": "a", "c": [{"x": "b", "c": []}]}, {"x": "c", "c": []}])");
    try {
        const std::string text =
            environment.get_template("main").render({{"xs", Json::array({3, 1, 2})},
                                                     {"d", Json{{"x", 1}, {"y", "two"}}},
                                                     {"s", "some <text>"},
                                                     {"n", 5},
                                                     {"html", Markup("<b>")},
                                                     {"tree", tree}});
        if (!detail::is_valid_utf8(text)) std::abort();
    } catch (const TemplateError& error) {
        if (error.type_name().empty()) std::abort();
    }
    return 0;
}
