#include "jinja/parser.hpp"

#include "jinja/exceptions.hpp"
#include "jinja/render.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace microflask;
using test::render;

namespace {

/// Returns the message and the line of the error in a text, which has one.
std::string error(std::string_view source) {
    Environment environment;
    try {
        static_cast<void>(environment.from_string(source));
    } catch (const TemplateSyntaxError& problem) {
        return problem.message() + "@" + std::to_string(problem.lineno());
    }
    return "none";
}

std::string repeat(std::string_view text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("operators bind as in Python, but for the power", "[jinja][parser]") {
    const test::Rendered cases[] = {
        {"{{ 1 + 2 * 3 }}", "7"},
        {"{{ 2 ** 3 ** 2 }}", "64"},
        {"{{ -2 ** 2 }}", "4"},
        {"{{ 7 // 2 * 2 + 7 % 4 }}", "9"},
        {"{{ 1 ~ 2 * 3 }}", "16"},
        {"{{ not 1 == 2 and 2 < 3 }}", "True"},
        {"{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }}", "True False"},
        {"{{ 1 in [1] and 2 not in [1] }}", "True"},
        {"{{ 'a' 'b' ~ 'c' }}", "abc"},
        {"{{ 1 if 0 else 2 if 0 else 3 }}", "3"},
        {"{{ -1|abs }}", "1"},
        {"{{ 2 is even and not 3 is even }}", "True"},
        {"{{ 6 is divisibleby 3 and 1 }}", "1"},
        {"{{ [1, 2, 3][1:] }}{{ 'abc'[::-1] }}", "[2, 3]cba"},
        {"{{ {'a': (1, 2,)}.a[0] }}", "1"},
    };
    for (const test::Rendered& one : cases) {
        CAPTURE(std::string(one.source));
        CHECK(render(one.source) == one.result);
    }
}

TEST_CASE("mistakes are named as Jinja names them", "[jinja][parser]") {
    CHECK(error("{{ }}") == "Expected an expression, got 'end of print statement'@1");
    CHECK(error("{{ a b }}") == "expected token 'end of print statement', got 'b'@1");
    CHECK(error("{{ (1 }}") == "unexpected '}', expected ')'@1");
    CHECK(error("\n{{ f(a=1, 2) }}") == "invalid syntax for function call expression@2");
    CHECK(error("{{ f(a=1, a=2) }}") == "keyword argument repeated: a@1");
    CHECK(error("{{ x is a is b }}") == "You cannot chain multiple tests with is@1");
    CHECK(error("{% nonsense %}") == "Encountered unknown tag 'nonsense'.@1");
    CHECK(error("\n{% if x %}") ==
          "Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' "
          "or 'endif'. The innermost block that needs to be closed is 'if'.@2");
    CHECK(
        error("{% for x in y %}{% if z %}{% endfor %}") ==
        "Encountered unknown tag 'endfor'. You probably made a nesting mistake. Jinja is expecting "
        "this tag, but currently looking for 'elif' or 'else' or 'endif'. The innermost block that "
        "needs to be closed is 'if'.@1");
    CHECK(error("{% set 1 = 2 %}") == "can't assign to 'const'@1");
    CHECK(error("{% macro m(a=1, b) %}") == "non-default argument follows default argument@1");
    CHECK(
        error("{% block a-b %}") ==
        "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use "
        "an underscore instead.@1");
    CHECK(error("{% block a %}{% endblock %}\n{% block a %}{% endblock %}") ==
          "block 'a' defined twice@2");
    CHECK(error("{{ x|nonsense }}") == "No filter named 'nonsense'.@1");
    CHECK(error("{{ x is nonsense }}") == "No test named 'nonsense'.@1");
    CHECK(error("{% if 1 %}{% extends 'x' %}{% endif %}") == "none");
    CHECK(error("{% for x in y %}{% extends 'x' %}{% endfor %}") ==
          "cannot use extend from a non top-level scope@1");
    CHECK(error("{{ 99999999999999999999 }}") == "the integer is too large@1");
}

TEST_CASE("nesting is bounded, and long chains are too", "[jinja][parser]") {
    const std::string deep = "the template is nested too deeply@1";
    CHECK(error("{{ " + repeat("(", 5000) + "1" + repeat(")", 5000) + " }}") == deep);
    CHECK(error("{{ " + repeat("[", 5000)) == deep);
    CHECK(error("{{ " + repeat("not ", 5000) + "1 }}") == deep);
    CHECK(error("{{ " + repeat("-", 5000) + "1 }}") == deep);
    CHECK(error(repeat("{% if 1 %}", 5000)) == deep);
    CHECK(error("{{ 1" + repeat(" + 1", 5000) + " }}") == deep);
    CHECK(error("{{ a" + repeat(".a", 5000) + " }}") == deep);
    CHECK(error("{{ a" + repeat("|e", 5000) + " }}") == deep);
    CHECK(error("{{ 1" + repeat(" if 1 else 1", 5000) + " }}") == deep);
    CHECK(error("{{ " + repeat("(", 70) + "1" + repeat(")", 70) + " }}") == "none");
    CHECK(error("{{ 1" + repeat(" ~ 1", 5000) + " }}") == "none");
    CHECK(error(repeat("{% if 1 %}x{% endif %}", 5000)) == "none");
}
