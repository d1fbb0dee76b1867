// Text that is safe as HTML: what is joined with it is escaped.
#include "core/markup.hpp"

#include "core/errors.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace microflask;

TEST_CASE("Text is escaped, and what is safe stays as it is", "[core]") {
    CHECK(escape("<a href='x'>\"&\"</a>") == "&lt;a href=&#39;x&#39;&gt;&#34;&amp;&#34;&lt;/a&gt;");
    CHECK(escape(std::string("plain")) == "plain");
    CHECK(escape("") == "");
    CHECK(escape(Markup("<b>")) == "<b>");
    CHECK(escape(5) == "5");
    CHECK(escape(std::string_view("\0<", 2)).str() == std::string("\0&lt;", 5));
}

TEST_CASE("What is added to a Markup is escaped", "[core]") {
    CHECK(Markup("<b>") + "<i>" == "<b>&lt;i&gt;");
    CHECK("<i>" + Markup("<b>") == "&lt;i&gt;<b>");
    CHECK(Markup("<b>") + Markup("<i>") == "<b><i>");
    CHECK(std::string("&") + Markup("<b>") == "&amp;<b>");
}

TEST_CASE("A Markup joins and takes arguments", "[core]") {
    CHECK(Markup("<br>").join(std::vector<std::string>{"a", "<"}) == "a<br>&lt;");
    CHECK(Markup(", ").join(std::vector<Markup>{Markup("<b>"), Markup("x")}) == "<b>, x");
    CHECK(Markup(", ").join(std::vector<std::string>{}).empty());
    CHECK(Markup("<b>{}</b>{}{{}}").format("<", Markup("<i>")) == "<b>&lt;</b><i>{}");
    CHECK(Markup("<b>%s</b> 100%%") % "<" == "<b>&lt;</b> 100%");
    CHECK(Markup("{}").format(7) == "7");
    CHECK_THROWS_AS(Markup("{}").format(), ValueError);
    CHECK_THROWS_AS(Markup("x").format(1), ValueError);
    CHECK_THROWS_AS(Markup("{x}").format(1), ValueError);
    CHECK_THROWS_AS(Markup("%d") % 5, ValueError);
}

TEST_CASE("Entities are resolved as browsers do", "[core]") {
    CHECK(Markup("&lt;&gt;&amp;&quot;&#39;&#x41;&#65;").unescape() == "<>&\"'AA");
    CHECK(Markup("&lt &ampx &copy2 &eacute;&Eacute;&nbsp;").unescape() ==
          "< &x \xC2\xA9"
          "2 \xC3\xA9\xC3\x89\xC2\xA0");
    CHECK(Markup("&euro;&hellip;&euro &mdash;").unescape() ==
          "\xE2\x82\xAC\xE2\x80\xA6&euro \xE2\x80\x94");
    CHECK(Markup("&#128;&#0;&#xD800;&#x110000;").unescape() ==
          "\xE2\x82\xAC\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(Markup("& &; &# &#; &#x; &nope; a&b").unescape() == "& &; &# &#; &#x; &nope; a&b");
    CHECK(Markup("&amp;lt;").unescape() == "&lt;");
}

TEST_CASE("Tags and comments go, and white space is merged", "[core]") {
    CHECK(Markup("<p>a  b\n c</p> <!-- x > y --> &lt;d&gt;").striptags() == "a b c <d>");
    CHECK(Markup("  a < b  ").striptags() == "a < b");
    CHECK(Markup("a<!-- open").striptags() == "a<!-- open");
    CHECK(Markup("a\xC2\xA0\xE3\x80\x80"
                 "b&nbsp;")
              .striptags() == "a b\xC2\xA0");
    CHECK(Markup("").striptags().empty());
}
