// Percent-encoding, query strings, joining, foreign host names.
#include "http/urls.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("query strings are read as Werkzeug does", "[http]") {
    using Pairs = TextPairs;
    CHECK(url_decode("a=1&b=2") == Pairs{{"a", "1"}, {"b", "2"}});
    CHECK(url_decode("a=1&a=2") == Pairs{{"a", "1"}, {"a", "2"}});
    CHECK(url_decode("a") == Pairs{{"a", ""}});
    CHECK(url_decode("=b") == Pairs{{"", "b"}});
    CHECK(url_decode("a=1;b=2") == Pairs{{"a", "1;b=2"}});
    CHECK(url_decode("a=%20+%2B") == Pairs{{"a", "  +"}});
    CHECK(url_decode("a=%C3%A9") == Pairs{{"a", "\xc3\xa9"}});
    CHECK(url_decode("a=%ff") == Pairs{{"a", "%FF"}});
    CHECK(url_decode("a=%zz&b=%") == Pairs{{"a", "%zz"}, {"b", "%"}});
    CHECK(url_decode("&&a=1&") == Pairs{{"a", "1"}});
    CHECK(url_decode("a%3Db=c=d") == Pairs{{"a=b", "c=d"}});
    CHECK_THROWS_AS(url_decode("a&b&c", 2), RequestEntityTooLarge);
}

TEST_CASE("query strings are written as Werkzeug does", "[http]") {
    CHECK(url_encode({{"q", "a b&c=d+e/f?g"}}) == "q=a+b%26c%3Dd%2Be/f?g");
    CHECK(url_encode({{"b", "1"}, {"a", "\xe2\x98\x83"}}) == "b=1&a=%E2%98%83");
    CHECK(url_encode({{"b", "1"}, {"a", "2"}}, true) == "a=2&b=1");
    CHECK(url_quote("/a b\x7f%", "/") == "/a%20b%7F%25");
    CHECK(url_unquote("a%2fb%FF+") == "a/b\xff+");
}

TEST_CASE("references are resolved as RFC 3986 says", "[http]") {
    const char* base = "http://a/b/c/d;p?q";
    CHECK(urljoin(base, "g") == "http://a/b/c/g");
    CHECK(urljoin(base, "./g/") == "http://a/b/c/g/");
    CHECK(urljoin(base, "/g") == "http://a/g");
    CHECK(urljoin(base, "//g") == "http://g");
    CHECK(urljoin(base, "?y") == "http://a/b/c/d;p?y");
    CHECK(urljoin(base, "#s") == "http://a/b/c/d;p?q#s");
    CHECK(urljoin(base, "../..") == "http://a/");
    CHECK(urljoin(base, "../../../g") == "http://a/g");
    CHECK(urljoin(base, "mailto:x") == "mailto:x");
    CHECK(urlunsplit(urlsplit("http://u:p@h:1/p?q#f")) == "http://u:p@h:1/p?q#f");
    CHECK_THROWS_AS(urlsplit("http://[::1/"), ValueError);
    CHECK(urlsplit("http://[::1]:80/").port() == 80U);
}

TEST_CASE("IRIs become URIs and back", "[http]") {
    CHECK(iri_to_uri("/f\xc3\xbc\xc3\xbc"
                     "b\xc3\xa4r") == "/f%C3%BC%C3%BCb%C3%A4r");
    CHECK(iri_to_uri("http://\xe2\x98\x83.example.com/") == "http://xn--n3h.example.com/");
    CHECK(iri_to_uri("http://example.com/?a=1&b=\"x\"<y>") ==
          "http://example.com/?a=1&b=%22x%22%3Cy%3E");
    CHECK(iri_to_uri("/\\\\x?q") == "/%5C%5Cx?q");
    CHECK(iri_to_uri("//evil") == "//evil");
    CHECK(iri_to_uri("") == "");
    CHECK(uri_to_iri("http://xn--n3h.net/p%C3%A5th?q=%C3%A8ry%DF") ==
          "http://\xe2\x98\x83.net/p\xc3\xa5th?q=\xc3\xa8ry%DF");
    CHECK(uri_to_iri("/s/a%20b%2fc?x=%26") == "/s/a%20b%2fc?x=%26");
}
