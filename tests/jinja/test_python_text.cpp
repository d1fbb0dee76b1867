// What str() and repr() write.
#include "jinja/python_text.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_autoescaped;
using microflask::test::check_rendered;

TEST_CASE("Values print as in Python", "[jinja]") {
    check_rendered({
        {"{{ true }}", "True"},
        {"{{ none }}", "None"},
        {"{{ 1.0 }}", "1.0"},
        {"{{ 1e16 }}", "1e+16"},
        {"{{ 0.1 }}", "0.1"},
        {"{{ 1e-5 }}", "1e-05"},
        {"{{ 1e22 }}", "1e+22"},
        {"{{ 123456789012345680.0 }}", "1.2345678901234568e+17"},
        {"{{ -0.0 }}", "-0.0"},
        {"{{ 1/3 }}", "0.3333333333333333"},
        {"{{ [1, 'a', none, 2.5] }}", "[1, 'a', None, 2.5]"},
        {"{{ (1,) }}", "(1,)"},
        {"{{ () }}", "()"},
        {"{{ {'a': [1, (2,)]} }}", "{'a': [1, (2,)]}"},
        {"{{ [nothing] }}", "[Undefined]"},
        {"{{ nothing }}", ""},
        {"{{ [html|e] }}", "[Markup('&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;')]"},
        {"{{ mixed }}", "[1, 'a', None, 2.5, True]"},
        {"{{ user }}", "{'name': 'Ann', 'age': 41, 'tags': ['x', 'y']}"},
    });
}

TEST_CASE("A repr chooses its quotes, and escapes", "[jinja]") {
    check_rendered({
        {"{{ [\"it's\"] }}", "[\"it's\"]"},
        {"{{ ['say \"hi\"'] }}", "['say \"hi\"']"},
        {"{{ ['both \\' \\\"'] }}", "['both \\' \"']"},
        {"{{ ['tab\\tnl\\n\\\\'] }}", "['tab\\tnl\\n\\\\']"},
        {"{{ ['\\u200b\\xa0\\x00'] }}", "['\\u200b\\xa0\\x00']"},
        {"{{ [greek] }}",
         "['Gr\xC3\xBC\xC3\x9F"
         "e \xCE\xA9\xCE\xBC\xCE\xAD\xCE\xB3\xCE\xB1']"},
    });
}

TEST_CASE("With autoescape all is escaped that is not safe", "[jinja]") {
    check_autoescaped({
        {"{{ [html] }}", "[&#39;&lt;a href=\\&#39;x\\&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;&#39;]"},
        {"{{ {'a': '<'} }}", "{&#39;a&#39;: &#39;&lt;&#39;}"},
        {"{{ (html|e, 1) }}",
         "(Markup(&#39;&amp;lt;a "
         "href=&amp;#39;x&amp;#39;&amp;gt;&amp;#34;&amp;amp;&amp;#34;&amp;lt;/"
         "a&amp;gt;&#39;), 1)"},
    });
}
