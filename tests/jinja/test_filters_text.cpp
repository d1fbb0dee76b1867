// The filters that make text, as Jinja renders them.
#include "jinja/filters_text.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_autoescaped;
using microflask::test::check_rendered;
using microflask::test::render;

TEST_CASE("Case is changed word by word, also beyond ASCII", "[jinja]") {
    check_rendered({
        {"{{ 'hELLO wORLD'|capitalize }}", "Hello world"},
        {"{{ greek|upper }}", "GR\xC3\x9CSSE \xCE\xA9\xCE\x9C\xCE\x88\xCE\x93\xCE\x91"},
        {"{{ greek|lower }}",
         "gr\xC3\xBC\xC3\x9F"
         "e \xCF\x89\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1"},
        {"{{ 'foo-bar (baz) it\\'s'|title }}", "Foo-Bar (Baz) It's"},
        {"{{ greek|title }}",
         "Gr\xC3\xBC\xC3\x9F"
         "e \xCE\xA9\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1"},
        {"{{ 5|upper }}", "5"},
        {"{{ ('<b>'|safe|upper) is escaped }}", "True"},
    });
}

TEST_CASE("Text is centred, trimmed and indented", "[jinja]") {
    check_rendered({
        {"{{ 'ab'|center(7) }}", "   ab  "},
        {"{{ 'ab'|center(6) }}", "  ab  "},
        {"{{ 'abc'|center(2) }}", "abc"},
        {"{{ '  x '|trim }}", "x"},
        {"{{ 'xxaxx'|trim('x') }}", "a"},
        {"{{ 'xax'|trim(1) }}", "TypeError: strip arg must be None or str"},
        {"{{ 'one\\ntwo\\n\\nthree'|indent }}", "one\n    two\n\n    three"},
        {"{{ 'one\\ntwo\\n\\nthree'|indent(2, true, true) }}", "  one\n  two\n  \n  three"},
        {"{{ 'one\\ntwo'|indent('> ') }}", "one\n> two"},
        {"{{ 5|indent }}", "TypeError: unsupported operand type(s) for +=: 'int' and 'str'"},
    });
}

TEST_CASE("Escapes are made once, or forced", "[jinja]") {
    check_rendered({
        {"{{ html|e }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ html|e|e }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ html|e|forceescape }}",
         "&amp;lt;a "
         "href=&amp;#39;x&amp;#39;&amp;gt;&amp;#34;&amp;amp;&amp;#34;&amp;lt;/a&amp;gt;"},
        {"{{ html|escape is escaped }}", "True"},
        {"{{ none|e }}", "None"},
        {"{{ [html]|e }}", "[&#39;&lt;a href=\\&#39;x\\&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;&#39;]"},
        {"{{ nothing|e }}", ""},
    });
}

TEST_CASE("With autoescape, only what is safe stays as it is", "[jinja]") {
    check_autoescaped({
        {"{{ html }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ html|safe }}", "<a href='x'>\"&\"</a>"},
        {"{{ html|e }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ html|string }}", "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;"},
        {"{{ html|striptags }}", "&#34;&amp;&#34;"},
        {"{{ '<p>a  b\\n c</p> <!-- x > y --> &lt;d&gt;'|striptags }}", "a b c &lt;d&gt;"},
        {"{{ [html] }}", "[&#39;&lt;a href=\\&#39;x\\&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;&#39;]"},
    });
}

TEST_CASE("Replacing escapes where one of the texts is safe", "[jinja]") {
    check_autoescaped({
        {"{{ html|replace('<','[') }}", "[a href=&#39;x&#39;&gt;&#34;&amp;&#34;[/a&gt;"},
        {"{{ html|e|replace('<','[') }}", "[a href=&#39;x&#39;&gt;&#34;&amp;&#34;[/a&gt;"},
        {"{{ html|replace('a','<b>'|safe) }}",
         "&lt;<b> href=&#39;x&#39;&gt;&#34;&<b>mp;&#34;&lt;/<b>&gt;"},
        {"{{ 'aaa'|replace('a','b',2) }}", "bba"},
        {"{{ 'ab'|replace('','-') }}", "-a-b-"},
    });
}

TEST_CASE("Format fills in numbers and texts", "[jinja]") {
    check_rendered({
        {"{{ '%s-%05.1f'|format('a', 3.14159) }}", "a-003.1"},
        {"{{ '%(a)s'|format(a=1) }}", "1"},
        {"{{ '%(a)s'|format(1, a=1) }}",
         "FilterArgumentError: can't handle positional and keyword arguments at the same time"},
        {"{{ '%s'|format }}", "TypeError: not enough arguments for format string"},
        {"{{ '%d'|format('x') }}", "TypeError: %d format: a real number is required, not str"},
    });
}

TEST_CASE("Long text is cut at a word, unless words may be broken", "[jinja]") {
    check_rendered({
        {"{{ long|truncate(20) }}", "The quick brown..."},
        {"{{ long|truncate(20, true) }}", "The quick brown f..."},
        {"{{ long|truncate(20, false, '', 0) }}", "The quick brown fox"},
        {"{{ long|truncate(48) }}", "The quick brown fox jumps over the well-known dog."},
        {"{{ long|truncate(44, leeway=0) }}", "The quick brown fox jumps over the..."},
        {"{{ long|truncate(2) }}", "AssertionError: expected length >= 3, got 2"},
        {"{{ 'averylongword indeed'|truncate(10) }}", "averylo..."},
    });
}

TEST_CASE("Words are counted and wrapped", "[jinja]") {
    check_rendered({
        {"{{ 'a-b c_d  e.f'|wordcount }}", "5"},
        {"{{ long|wordwrap(20) }}", "The quick brown fox\njumps over the well-\nknown dog."},
        {"{{ long|wordwrap(7) }}", "The\nquick\nbrown\nfox\njumps\nover\nthe\nwell-\nknown\ndog."},
        {"{{ long|wordwrap(7, false) }}",
         "The\nquick\nbrown\nfox\njumps\nover\nthe\nwell-\nknown\ndog."},
        {"{{ long|wordwrap(20, wrapstring='<br>') }}",
         "The quick brown fox<br>jumps over the well-<br>known dog."},
        {"{{ long|wordwrap(11, break_on_hyphens=false) }}",
         "The quick\nbrown fox\njumps over\nthe\nwell-known\ndog."},
        {"{{ 'a--b well-known x-ray --option'|wordwrap(8) }}",
         "a--b\nwell-\nknown\nx-ray\n--option"},
        {"{{ 'one\\n\\ntwo three'|wordwrap(5) }}", "one\n\ntwo\nthree"},
        {"{{ long|wordwrap(0) }}", "ValueError: invalid width 0 (must be > 0)"},
    });
}

TEST_CASE("Data becomes part of a URL", "[jinja]") {
    check_rendered({
        {"{{ 'a b/c?d=\\u00e9&x+y~'|urlencode }}", "a%20b/c%3Fd%3D%C3%A9%26x%2By~"},
        {"{{ {'a b':'c/d','e':1}|urlencode }}", "a+b=c%2Fd&e=1"},
        {"{{ [['a','b c']]|urlencode }}", "a=b+c"},
        {"{{ 7|urlencode }}", "7"},
    });
}

TEST_CASE("Attributes of tags are escaped, and their names checked", "[jinja]") {
    check_autoescaped({
        {"{{ {'class':'a b','id':none,'x':nothing,'t':html}|xmlattr }}",
         " class=\"a b\" t=\"&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;\""},
        {"{{ {'class':'a'}|xmlattr(false) }}", "class=\"a\""},
        {"{{ {}|xmlattr }}", ""},
        {"{{ {'a b':1}|xmlattr }}", "ValueError: Invalid character in attribute name: 'a b'"},
        {"{{ n|xmlattr }}", "AttributeError: 'list' object has no attribute 'items'"},
    });
}

TEST_CASE("JSON for HTML has sorted names and no character that ends a script", "[jinja]") {
    check_autoescaped({
        {"{{ {'b':1,'a':'</script>\\'&'}|tojson }}",
         "{\"a\": \"\\u003c/script\\u003e\\u0027\\u0026\", \"b\": 1}"},
        {"{{ greek|tojson }}", "\"Gr\\u00fc\\u00dfe \\u03a9\\u03bc\\u03ad\\u03b3\\u03b1\""},
        {"{{ users[0]|tojson(2) }}",
         "{\n  \"age\": 30,\n  \"city\": {\n    \"name\": \"Rome\"\n  },\n  \"name\": "
         "\"Zoe\",\n  \"ok\": true\n}"},
        {"{{ (1, 2.0, none, true)|tojson }}", "[1, 2.0, null, true]"},
        {"{{ {2:1, 10:2}|tojson }}", "{\"2\": 1, \"10\": 2}"},
        {"{{ {1:2,'a':3}|tojson }}",
         "TypeError: '<' not supported between instances of 'str' and 'int'"},
        {"{{ nothing|tojson }}", "TypeError: Object of type Undefined is not JSON serializable"},
        {"{{ []|tojson(1) }}", "[]"},
    });
}

TEST_CASE("no text takes long to be wrapped, stripped or walked through", "[jinja]") {
    constexpr std::size_t size = 3 << 18;
    const auto wrapped = [&](char c) {
        return render("{{ s|wordwrap(3)|length }}", {{"s", std::string(size, c)}});
    };
    const std::string lines_of_three = std::to_string(size + size / 3 - 1);
    CHECK(wrapped('x') == lines_of_three);
    CHECK(wrapped('-') == lines_of_three);
    CHECK(wrapped(' ') == "0");
    std::string comments;
    for (std::size_t i = 0; i < size / 8; ++i) comments += "<!-- -->";
    CHECK(render("{{ s|striptags|length }}", {{"s", comments}}) == "0");
    CHECK(render("{{ s|striptags|length }}", {{"s", std::string(size, '<')}}) ==
          std::to_string(size));
    CHECK(render("{% set ns = namespace(n=0) %}{% for c in s %}{% if s[loop.index0] == 'y' %}"
                 "{% set ns.n = ns.n + 1 %}{% endif %}{% endfor %}{{ ns.n }}",
                 {{"s", std::string(10000, 'y')}}) == "10000");
}
