// Accept fields.
#include "datastructures/accept.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace microflask;

TEST_CASE("the best of our media types is found", "[datastructures]") {
    const auto all = MIMEAccept::from_header("text/html,application/json;q=0.9,*/*;q=0.8");
    CHECK(all.best_match({"application/json", "text/html"}) == "text/html");
    CHECK(all.to_header() == "text/html,application/json;q=0.9,*/*;q=0.8");
    CHECK(all.quality("image/png") == 0.8);
    CHECK(all.best() == "text/html");
    CHECK_FALSE(MIMEAccept::from_header("application/json").best_match({"text/html"}));
    CHECK(MIMEAccept::from_header("*/*").best_match({"text/html", "application/json"}) ==
          "text/html");
    const auto same = MIMEAccept::from_header("text/*;q=0.5, application/json;q=0.5");
    CHECK(same.best_match({"application/json", "text/plain"}) == "application/json");
    CHECK(same.best_match({"text/plain", "application/json"}) == "application/json");
    CHECK(same.to_header() == "application/json;q=0.5,text/*;q=0.5");
    const auto none = MIMEAccept::from_header("text/html;q=0");
    CHECK_FALSE(none.best_match({"text/html"}));
    CHECK(none.to_header() == "text/html;q=0.0");
    CHECK_FALSE(MIMEAccept::from_header("").best_match({"text/html"}));
    CHECK(MIMEAccept::from_header("").best_match({"text/html"}, "text/plain") == "text/plain");
    CHECK(MIMEAccept::from_header("a/b").best_match(std::vector<std::string>{"c/d", "a/b"}) ==
          "a/b");
}

TEST_CASE("specific media types come before wildcards", "[datastructures]") {
    const auto accept =
        MIMEAccept::from_header("*/*, text/*, text/html;q=0.1, text/html; level=1;q=0.2");
    CHECK(accept.values() ==
          std::vector<std::string>{"text/html; level=1", "text/html", "text/*", "*/*"});
    CHECK(accept.quality("text/html") == 0.1);
    CHECK(accept.quality("TEXT/HTML;level=1") == 0.2);
    CHECK(accept.quality("text/plain") == 1.0);
    CHECK(accept.contains("image/png"));
    CHECK(MIMEAccept::from_header("text/html; a=1; b=2").contains("text/html;b=2;a=1"));
    CHECK_FALSE(MIMEAccept::from_header("text/html; a=1; b=2").contains("text/html;b=2"));
}

TEST_CASE("media types that are none match nothing, and ours are refused", "[datastructures]") {
    const auto accept =
        MIMEAccept::from_header("text, */json, /, ;;;, text/html;q=x, text/plain;q=2, a/a;q=0.5.5");
    CHECK_FALSE(accept.contains("text/html"));
    CHECK_FALSE(accept.contains("application/json"));
    CHECK_FALSE(accept.contains("text/plain"));
    CHECK_FALSE(accept.contains("a/a"));
    CHECK_THROWS_AS(MIMEAccept::from_header("a/b").quality("html"), std::invalid_argument);
    CHECK_THROWS_AS(MIMEAccept::from_header("a/b").quality("*/html"), std::invalid_argument);
}

TEST_CASE("the usual questions have a shortcut", "[datastructures]") {
    const auto xhtml = MIMEAccept::from_header("application/xhtml+xml");
    CHECK(xhtml.accept_html());
    CHECK(xhtml.accept_xhtml());
    CHECK_FALSE(xhtml.accept_json());
    CHECK(MIMEAccept::from_header("application/*").accept_json());
    CHECK_FALSE(MIMEAccept::from_header("text/plain").accept_html());
}

TEST_CASE("languages fall back to the primary one", "[datastructures]") {
    const auto danish = LanguageAccept::from_header("da, en-gb;q=0.8, en;q=0.7");
    CHECK(danish.best_match({"en", "da"}) == "da");
    CHECK(danish.to_header() == "da,en-gb;q=0.8,en;q=0.7");
    CHECK(LanguageAccept::from_header("en-US").best_match({"en"}) == "en");
    CHECK_FALSE(LanguageAccept::from_header("de").best_match({"fr", "en"}));
    CHECK(LanguageAccept::from_header("de_AT,de;q=0.9,en;q=0.8").best_match({"en", "de-at"}) ==
          "de-at");
    CHECK(LanguageAccept::from_header("es-419").best_match({"en", "es-MX"}, "x") == "x");
    CHECK(LanguageAccept::from_header("es").best_match({"en", "es-MX"}) == "es-MX");
    CHECK(LanguageAccept::from_header("*").best_match({"en"}) == "en");
    CHECK_FALSE(LanguageAccept::from_header("en;q=0").best_match({"en-US"}));
}

TEST_CASE("codings and charsets are compared without case", "[datastructures]") {
    const auto codings = Accept::from_header("gzip;q=0, *");
    CHECK(codings.best_match({"gzip", "br"}) == "br");
    CHECK(codings.to_header() == "gzip;q=0.0,*");
    CHECK(codings["GZIP"] == 0);
    CHECK(codings.find("identity") == 1U);
    const auto charsets = CharsetAccept::from_header("ISO-8859-1, utf-8;q=0.7");
    CHECK(charsets.best() == "ISO-8859-1");
    CHECK(charsets.quality("UTF8") == 0.7);
    CHECK(charsets.contains("latin-1"));
    CHECK_FALSE(charsets.contains("utf7"));
}

TEST_CASE("items of one quality keep their order", "[datastructures]") {
    const Accept accept(Accept::Items{{"a", 0.5}, {"b", 1}, {"*", 1}, {"c", 0.5}});
    CHECK(accept.values() == std::vector<std::string>{"b", "a", "c", "*"});
    CHECK(parse_accept_header("a;q=0.5, b") == Accept(Accept::Items{{"b", 1}, {"a", 0.5}}));
}
