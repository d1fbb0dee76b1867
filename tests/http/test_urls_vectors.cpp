// URLs: RFC 3986's and RFC 3492's examples, and vectors made by running Python.
#include "http/urls.hpp"

#include "core/errors.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("every printable character is quoted as in Werkzeug", "[http]") {
    constexpr std::string_view printable = " !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~";
    CHECK(url_quote(printable, "!$&'()*+,/:;=@") ==
          "%20!%22%23$%25&'()*+,-./09:;%3C=%3E%3F@AZ%5B%5C%5D%5E_%60az%7B%7C%7D~");
    CHECK(url_quote(printable, "%!#$&'()*+,/:;=?@") ==
          "%20!%22#$%&'()*+,-./09:;%3C=%3E?@AZ%5B%5C%5D%5E_%60az%7B%7C%7D~");
    CHECK(url_encode({{"q", std::string(printable)}}) ==
          "q=+!%22%23$%25%26'()*%2B,-./09:;%3C%3D%3E?@AZ%5B%5C%5D%5E_%60az%7B%7C%7D~");
}

TEST_CASE("query strings are read as in Werkzeug", "[http]") {
    const std::pair<std::string_view, TextPairs> cases[] = {
        {"a=1&a=2", {{"a", "1"}, {"a", "2"}}},
        {"a", {{"a", ""}}},
        {"=b", {{"", "b"}}},
        {"a=1;b=2", {{"a", "1;b=2"}}},
        {"a=%20+%2B", {{"a", "  +"}}},
        {"a=%ff", {{"a", "%FF"}}},
        {"a=%c3x%c3%a9", {{"a", "%C3x\xC3\xA9"}}},
        {"a=%zz", {{"a", "%zz"}}},
        {"&&a=1&", {{"a", "1"}}},
        {"a%3Db=c", {{"a=b", "c"}}},
        {"%E2%98%83=1", {{"\xE2\x98\x83", "1"}}},
        {"", {}},
    };
    for (const auto& [query, fields] : cases) {
        CAPTURE(query);
        CHECK(url_decode(query) == fields);
    }
    CHECK_THROWS_AS(url_decode("a&b&c", 2), RequestEntityTooLarge);
}

TEST_CASE("links are resolved as RFC 3986 and Python do", "[http]") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {";x", "http://a/b/c/;x"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"./g/.", "http://a/b/c/g/"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"http://x/y", "http://x/y"},
    };
    for (const auto& [link, url] : cases) {
        CAPTURE(link);
        CHECK(urljoin("http://a/b/c/d;p?q", link) == url);
    }
}

TEST_CASE("the parts of a URL become it again", "[http]") {
    for (const std::string_view url :
         {"http://a/b?c#d", "//a/b", "/a", "a", "?q", "#f", "", "http://a", "mailto:a@b",
          "http:///p", "////p", "file:///etc/x", "http://a?q"}) {
        CAPTURE(url);
        CHECK(urlunsplit(urlsplit(url)) == url);
    }
    CHECK_THROWS_AS(urlsplit("http://[::1/x"), ValueError);
}

TEST_CASE("redirect targets become URIs without a second line or host", "[http]") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"http://example.com/?a=1&b=\"x\"<y>", "http://example.com/?a=1&b=%22x%22%3Cy%3E"},
        {"//evil", "//evil"},
        {"////evil/x", "////evil/x"},
        {"/\\\\x?q", "/%5C%5Cx?q"},
        {"a b", "a%20b"},
        {"", ""},
        {"/a\r\nX: y", "/aX:%20y"},
        {"http://us er:p@ss@EXAMPLE.com:8080/#a b",
         "http://us%20er:p%40ss@example.com:8080/#a%20b"},
        {"http://[::1]:80/", "http://[::1]:80/"},
    };
    for (const auto& [iri, uri] : cases) {
        CAPTURE(iri);
        CHECK(iri_to_uri(iri) == uri);
    }
    CHECK(uri_to_iri("/a%2Fb%3f%23%25%00?%26%3D%2B%23#%2F") == "/a%2Fb%3f%23%25%00?%26%3D%2B%23#/");
    CHECK(uri_to_iri("/%ff%C3%A9%7e") == "/%FF\xC3\xA9~");
}

TEST_CASE("host names are Punycode", "[http]") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"\xE4\xBB\x96\xE4\xBB\xAC\xE4\xB8\xBA\xE4\xBB\x80\xE4\xB9\x88\xE4\xB8\x8D\xE8\xAF\xB4\xE4"
         "\xB8\xAD\xE6\x96\x87",
         "xn--ihqwcrb4cv8a8dqg056pqjye"},
        {".\xE2\x98\x83.", ".xn--n3h."},
        {"b\xC3\xBC"
         "cher.de",
         "xn--bcher-kva.de"},
    };
    for (const auto& [name, encoded] : cases) {
        CAPTURE(encoded);
        CHECK(idna_encode(name) == encoded);
        CHECK(idna_decode(encoded) == name);
    }
    for (const std::string_view label : {"xn--", "xn--bank-", "xn--99999999999", "xn--!!"}) {
        CAPTURE(label);
        CHECK(idna_decode(label) == label);
    }
}
