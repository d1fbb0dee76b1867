// The methods of text, of Markup too.
#include "jinja/text_methods.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Text is split and joined", "[jinja]") {
    check_rendered({
        {"{{ ' a  b '.split() }}", "['a', 'b']"},
        {"{{ 'a,b,,c'.split(',') }}", "['a', 'b', '', 'c']"},
        {"{{ 'a,b,c'.split(',', 1) }}", "['a', 'b,c']"},
        {"{{ 'a,b,c'.rsplit(',', 1) }}", "['a,b', 'c']"},
        {"{{ ' a b c '.rsplit(none, 1) }}", "[' a b', 'c']"},
        {"{{ 'a\\nb\\r\\nc'.splitlines() }}", "['a', 'b', 'c']"},
        {"{{ 'a\\nb'.splitlines(true) }}", "['a\\n', 'b']"},
        {"{{ 'a=b=c'.partition('=') }}", "('a', '=', 'b=c')"},
        {"{{ 'a=b=c'.rpartition('=') }}", "('a=b', '=', 'c')"},
        {"{{ ', '.join(['a','b']) }}", "a, b"},
        {"{{ ', '.join([1]) }}", "TypeError: sequence item 0: expected str instance, int found"},
        {"{{ 'a'.split('') }}", "ValueError: empty separator"},
    });
}

TEST_CASE("Text is searched and replaced", "[jinja]") {
    check_rendered({
        {"{{ greek.find('e') }}", "4"},
        {"{{ 'hello'.find('l', 3) }}", "3"},
        {"{{ 'hello'.rfind('l') }}", "3"},
        {"{{ 'hello'.index('z') }}", "ValueError: substring not found"},
        {"{{ 'hello'.count('l') }}", "2"},
        {"{{ 'abc'.count('') }}", "4"},
        {"{{ 'hello'.startswith('he') }}", "True"},
        {"{{ 'hello'.startswith(('x','h')) }}", "True"},
        {"{{ 'hello'.endswith('lo') }}", "True"},
        {"{{ 'hello'.replace('l','L',1) }}", "heLlo"},
        {"{{ 'ab'.replace('','-') }}", "-a-b-"},
        {"{{ 'hello'.removeprefix('he') }}", "llo"},
        {"{{ 'hello'.removesuffix('lo') }}", "hel"},
    });
}

TEST_CASE("Text changes its case, also beyond ASCII", "[jinja]") {
    check_rendered({
        {"{{ greek.upper() }}", "GR\xC3\x9CSSE \xCE\xA9\xCE\x9C\xCE\x88\xCE\x93\xCE\x91"},
        {"{{ greek.lower() }}",
         "gr\xC3\xBC\xC3\x9F"
         "e \xCF\x89\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1"},
        {"{{ greek.title() }}",
         "Gr\xC3\xBC\xC3\x9F"
         "e \xCE\xA9\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1"},
        {"{{ greek.swapcase() }}", "gR\xC3\x9CSSE \xCF\x89\xCE\x9C\xCE\x88\xCE\x93\xCE\x91"},
        {"{{ 'stra\\u00dfe'.upper() }}", "STRASSE"},
        {"{{ 'stra\\u00dfe'.casefold() }}", "strasse"},
        {"{{ 'they\\'re'.title() }}", "They'Re"},
        {"{{ '\\u00e9t\\u00e9'.capitalize() }}", "\xC3\x89t\xC3\xA9"},
    });
}

TEST_CASE("Text is padded and stripped", "[jinja]") {
    check_rendered({
        {"{{ 'x'.center(4, '*') }}", "*x**"},
        {"{{ 'x'.ljust(3) ~ '|' }}", "x  |"},
        {"{{ 'x'.rjust(3, '.') }}", "..x"},
        {"{{ '-5'.zfill(4) }}", "-005"},
        {"{{ ' x '.strip() }}", "x"},
        {"{{ 'xxaxx'.lstrip('x') }}", "axx"},
        {"{{ 'a\\tb'.expandtabs(4) }}", "a   b"},
    });
}

TEST_CASE("Text says what it consists of", "[jinja]") {
    check_rendered({
        {"{{ ['1'.isdigit(), 'a1'.isalnum(), 'a'.isalpha(), ' '.isspace(), ''.isdigit()] }}",
         "[True, True, True, True, False]"},
        {"{{ ['Ab'.istitle(), 'AB'.isupper(), 'ab'.islower(), '\\u00bd'.isnumeric(), "
         "'\\u00bd'.isdigit()] }}",
         "[True, True, True, True, False]"},
    });
}

TEST_CASE("A Markup stays one, and escapes what it is given", "[jinja]") {
    check_rendered({
        {"{{ [(html|e).upper()] }}",
         "[Markup('&LT;A HREF=&#39;X&#39;&GT;&#34;&AMP;&#34;&LT;/A&GT;')]"},
        {"{{ [('<b>'|safe).replace('b', '<')] }}", "[Markup('<&lt;>')]"},
        {"{{ [('a'|safe).ljust(3, '<')] }}",
         "TypeError: The fill character must be exactly one character long"},
        {"{{ [(', '|safe).join([html, '<'|safe])] }}",
         "[Markup('&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;, <')]"},
        {"{{ [('a-b'|safe).split('-')] }}", "[[Markup('a'), Markup('b')]]"},
        {"{{ [('<i>{}</i>'|safe).format('<')] }}", "[Markup('<i>&lt;</i>')]"},
        {"{{ [('<i>%s</i>'|safe) % '<'] }}", "[Markup('<i>&lt;</i>')]"},
        {"{{ [('a'|safe).removeprefix('x')] }}", "['a']"},
        {"{{ [('&lt;'|safe).unescape()] }}", "['<']"},
        {"{{ [('<b>x</b>'|safe).striptags()] }}", "['x']"},
    });
}
