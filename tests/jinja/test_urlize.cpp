// The filter that makes links.
#include "jinja/urlize.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_autoescaped;
using microflask::test::check_rendered;

TEST_CASE("Addresses become links, and the punctuation around them stays", "[jinja]") {
    check_rendered({
        {"{{ 'see http://a.example/b?c=d&e, (www.python.org) or foo@bar.com.'|urlize }}",
         "see <a href=\"http://a.example/b?c=d&amp;e\" "
         "rel=\"noopener\">http://a.example/b?c=d&amp;e</a>, (<a "
         "href=\"https://www.python.org\" rel=\"noopener\">www.python.org</a>) or <a "
         "href=\"mailto:foo@bar.com\">foo@bar.com</a>."},
        {"{{ 'http://a.b/(c) http://a.b/c). (http://a.b/c(d))'|urlize }}",
         "http://a.b/(c) http://a.b/c). (http://a.b/c(d))"},
        {"{{ '<https://x.yz> mailto:a@b.de'|urlize }}",
         "&lt;<a href=\"https://x.yz\" rel=\"noopener\">https://x.yz</a>&gt; <a "
         "href=\"mailto:a@b.de\">a@b.de</a>"},
    });
}

TEST_CASE("Only what looks like an address is one", "[jinja]") {
    check_rendered({
        {"{{ 'example.com example.xyz HTTP://A.DE/ a@b x:a@b.c'|urlize }}",
         "<a href=\"https://example.com\" rel=\"noopener\">example.com</a> example.xyz <a "
         "href=\"https://HTTP://A.DE/\" rel=\"noopener\">HTTP://A.DE/</a> a@b x:a@b.c"},
        {"{{ 'https://[::1]/x https://1.2.3.4:80/ https://1.2.3.4.5 http://localhost:8080/x "
         "http://x'|urlize }}",
         "<a href=\"https://[::1]/x\" rel=\"noopener\">https://[::1]/x</a> <a "
         "href=\"https://1.2.3.4:80/\" rel=\"noopener\">https://1.2.3.4:80/</a> "
         "https://1.2.3.4.5 <a href=\"http://localhost:8080/x\" "
         "rel=\"noopener\">http://localhost:8080/x</a> http://x"},
    });
}

TEST_CASE("Links can be shortened and given attributes", "[jinja]") {
    check_rendered({
        {"{{ 'http://example.com/path'|urlize(10) }}",
         "<a href=\"http://example.com/path\" rel=\"noopener\">http://exa...</a>"},
        {"{{ 'www.a.de'|urlize(nofollow=true, target='_blank', rel='me') }}",
         "<a href=\"https://www.a.de\" rel=\"me nofollow noopener\" "
         "target=\"_blank\">www.a.de</a>"},
        {"{{ 'tel:123 ftp://a.b'|urlize(extra_schemes=['tel:','ftp://']) }}",
         "<a href=\"tel:123\" rel=\"noopener\">tel:123</a> <a href=\"ftp://a.b\" "
         "rel=\"noopener\">ftp://a.b</a>"},
        {"{{ 'x'|urlize(extra_schemes=['tel']) }}",
         "FilterArgumentError: 'tel' is not a valid URI scheme prefix."},
    });
}

TEST_CASE("With autoescape the result is safe", "[jinja]") {
    check_autoescaped({
        {"{{ 'http://a.example/?a=<b>&c'|urlize }}",
         "<a href=\"http://a.example/?a=&lt;b&gt;&amp;c\" "
         "rel=\"noopener\">http://a.example/?a=&lt;b&gt;&amp;c</a>"},
        {"{{ 'http://a.example'|safe|urlize }}",
         "<a href=\"http://a.example\" rel=\"noopener\">http://a.example</a>"},
    });
}
