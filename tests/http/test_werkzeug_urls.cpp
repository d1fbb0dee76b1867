// What Werkzeug's test_urls asks.
#include "http/urls.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace microflask;
using namespace microflask::detail;

TEST_CASE("addresses are written in ASCII and shown in their letters", "[http]") {
    CHECK(uri_to_iri("http://xn--n3h.net/") == "http://\xE2\x98\x83.net/");
    CHECK(iri_to_uri("http://\xE2\x98\x83.net/") == "http://xn--n3h.net/");
    CHECK(iri_to_uri("http://\xC3\xBCser:p\xC3\xA4ssword@\xE2\x98\x83.net/p\xC3\xA5th") ==
          "http://%C3%BCser:p%C3%A4ssword@xn--n3h.net/p%C3%A5th");
    CHECK(uri_to_iri("http://test.com/%3Fmeh?foo=%26%2F") == "http://test.com/%3Fmeh?foo=%26/");
    CHECK(iri_to_uri("/foo") == "/foo");
    CHECK(iri_to_uri("http://f\xC3\xB6\xC3\xB6.com:8080/bam/baz") ==
          "http://xn--f-1gaa.com:8080/bam/baz");
}

TEST_CASE("escapes that would change an address stay", "[http]") {
    const std::string uri = "http://xn--f-1gaa.com/%2F%25?q=%C3%B6&x=%3D%25#%25";
    const std::string iri = "http://f\xC3\xB6\xC3\xB6.com/%2F%25?q=\xC3\xB6&x=%3D%25#%25";
    CHECK(uri_to_iri(uri) == iri);
    CHECK(iri_to_uri(iri) == uri);
    CHECK(uri_to_iri("abc%20def") == "abc%20def");
    CHECK(iri_to_uri("/path[bracket]?(paren)") == "/path%5Bbracket%5D?(paren)");
    CHECK(iri_to_uri("/foo\xC2\x8F") == "/foo%C2%8F");
    const std::string itms = "itms-services://?action=download-manifest&url=https://test.example/p";
    CHECK(iri_to_uri(itms) == itms);
}

TEST_CASE("an address that was converted is not converted again", "[http]") {
    for (const std::string_view address :
         {"http://www.idempoten.ce", "http://\xE2\x98\x83/\xE2\x98\x83",
          "http://xn--n3h/%E2%98%83"}) {
        CAPTURE(address);
        CHECK(iri_to_uri(iri_to_uri(address)) == iri_to_uri(address));
        CHECK(uri_to_iri(uri_to_iri(address)) == uri_to_iri(address));
    }
    const std::string iri = "http://f\xC3\xB6\xC3\xB6.com/";
    CHECK(uri_to_iri(iri_to_uri(iri)) == iri);
    const std::string uri = "http://xn--f-rgao.com/%C3%9E";
    CHECK(iri_to_uri(uri_to_iri(uri)) == uri);
}

TEST_CASE("every spelling of an address is brought to the same two", "[http]") {
    const std::string host = "f\xC3\xB6\xC3\xB1.com", box = "\xE2\x98\x90", check = "\xE2\x9C\x93";
    const std::string uri = "http://xn--f-rgao.com/%E2%98%90/fred?utf8=%E2%9C%93";
    const std::string iri = "http://" + host + "/" + box + "/fred?utf8=" + check;
    for (const std::string& value : {iri, "http://xn--f-rgao.com/" + box + "/fred?utf8=" + check,
                                     uri, "http://" + host + "/" + box + "/fred?utf8=%E2%9C%93"}) {
        CAPTURE(value);
        CHECK(uri_to_iri(value) == iri);
        CHECK(iri_to_uri(value) == uri);
        CHECK(uri_to_iri(iri_to_uri(value)) == iri);
        CHECK(iri_to_uri(uri_to_iri(value)) == uri);
    }
}
