#include "jinja/lexer.hpp"

#include "jinja/exceptions.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace microflask;
using namespace microflask::detail;

namespace {

/// Returns all tokens, with the line where it is not the first: "{% if | name x@2 | %}".
std::string tokens(std::string_view source, const TemplateSyntax& syntax = {}) {
    TemplateLexer lexer(syntax, source, "page", "");
    std::string result;
    for (;;) {
        const TemplateToken token = lexer.next();
        if (token.is(TemplateTokenKind::end)) return result;
        if (!result.empty()) result += " | ";
        switch (token.kind) {
        case TemplateTokenKind::data: result += "data " + token.text; break;
        case TemplateTokenKind::name: result += "name " + token.text; break;
        case TemplateTokenKind::string: result += "string " + token.text; break;
        case TemplateTokenKind::integer: result += "integer " + token.text; break;
        case TemplateTokenKind::real: result += "float " + token.text; break;
        case TemplateTokenKind::block_begin: result += "{%"; break;
        case TemplateTokenKind::block_end: result += "%}"; break;
        case TemplateTokenKind::variable_begin: result += "{{"; break;
        case TemplateTokenKind::variable_end: result += "}}"; break;
        default: result += describe_template_token(token); break;
        }
        if (token.line != 1) result += "@" + std::to_string(token.line);
    }
}

std::string error(std::string_view source) {
    try {
        return tokens(source);
    } catch (const TemplateSyntaxError& problem) {
        return problem.message() + "@" + std::to_string(problem.lineno());
    }
}

}  // namespace

TEST_CASE("text, tags and comments are told apart", "[jinja][lexer]") {
    CHECK(tokens("") == "");
    CHECK(tokens("text") == "data text");
    CHECK(tokens("a{{ b }}c") == "data a | {{ | name b | }} | data c");
    CHECK(tokens("{% if x %}") == "{% | name if | name x | %}");
    CHECK(tokens("a{# {{ no }} #}b") == "data a | data b");
    CHECK(tokens("{% raw %}{{ x }}{% endraw %}") == "data {{ x }}");
    CHECK(tokens("a\n{{\nb }}") == "data a\n | {{@2 | name b@3 | }}@3");
}

TEST_CASE("signs and options decide about white space", "[jinja][lexer]") {
    CHECK(tokens("a  {{- b -}}  c") == "data a | {{ | name b | }} | data c");
    CHECK(tokens("a \n {%- x -%} \n c") == "data a | {%@2 | name x@2 | %}@2 | data c@3");
    TemplateSyntax syntax;
    syntax.trim_blocks = true;
    syntax.lstrip_blocks = true;
    CHECK(tokens("  {% x %}\nb", syntax) == "{% | name x | %} | data b@2");
    CHECK(tokens("  {%+ x +%}\nb", syntax) == "data    | {% | name x | %} | data \nb");
    CHECK(tokens("a {% x %}", syntax) == "data a  | {% | name x | %}");
    CHECK(tokens("  {{ x }}\n b", syntax) == "data    | {{ | name x | }} | data \n b");
    CHECK(tokens("a\n") == "data a");
    CHECK(tokens("a\n\n") == "data a\n");
    CHECK(tokens("a\r\nb\rc\n") == "data a\nb\nc");
    syntax.keep_trailing_newline = true;
    CHECK(tokens("a\n", syntax) == "data a\n");
    syntax.newline_sequence = "\r\n";
    CHECK(tokens("a\nb", syntax) == "data a\r\nb");
}

TEST_CASE("numbers, strings and operators", "[jinja][lexer]") {
    CHECK(
        tokens("{{ 1_000 0x1F 1.5e3 2e1 0b1 1.x 007 }}") ==
        "{{ | integer 1000 | integer 0x1F | float 1.5e3 | float 2e1 | integer 0b1 | integer 1 | . "
        "| name x | integer 00 | integer 7 | }}");
    CHECK(tokens("{{ a.1.5 }}") == "{{ | name a | . | integer 1 | . | integer 5 | }}");
    CHECK(tokens("{{ 'a\\'b' \"\\x41\\u00e9\\n\\q\" }}") ==
          "{{ | string a'b | string A\xc3\xa9\n\\q | }}");
    CHECK(tokens("{{ a//b**c!=d<=e }}") ==
          "{{ | name a | // | name b | ** | name c | != | name d | <= | name e | }}");
    CHECK(tokens("{{ {'a': {1: 2}} }}") ==
          "{{ | { | string a | : | { | integer 1 | : | integer 2 | } | } | }}");
}

TEST_CASE("line statements and line comments", "[jinja][lexer]") {
    TemplateSyntax syntax;
    syntax.line_statement_prefix = "#";
    syntax.line_comment_prefix = "##";
    CHECK(tokens("# if x\na ## note\n  # endif", syntax) ==
          "{% | name if | name x | %} | data a@2 | data \n@2 | {%@3 | name endif@3 | %}@3");
    CHECK(tokens("# set x = [1,\n2]\nb", syntax) ==
          "{% | name set | name x | = | [ | integer 1 | , | integer 2@2 | ]@2 | %}@2 | data b@3");
}

TEST_CASE("what cannot be a token is refused with its line", "[jinja][lexer]") {
    CHECK(error("\n{{ a ? }}") == "unexpected char '?' at 6@2");
    CHECK(error("\xc3\xa9{{ ' }}") == "unexpected char \"'\" at 4@1");
    CHECK(error("{{ a) }}") == "unexpected ')'@1");
    CHECK(error("{{ (a] }}") == "unexpected ']', expected ')'@1");
    CHECK(error("\n{# never closed") == "Missing end of comment tag@2");
    CHECK(error("{% raw %}x") == "Missing end of raw directive@1");
    CHECK(error("{{ '\\x4' }}") == "truncated \\xXX escape@1");
}
