// What Werkzeug's test_http asks of header values as objects.
#include "datastructures/accept.hpp"

#include "core/encoding.hpp"
#include "core/errors.hpp"
#include "datastructures/auth.hpp"
#include "datastructures/cache_control.hpp"
#include "datastructures/csp.hpp"
#include "datastructures/etags.hpp"
#include "datastructures/header_set.hpp"
#include "datastructures/range.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

using Texts = std::vector<std::string>;
using Parts = std::vector<Range::Part>;

const std::string digest_start =
    "Digest username=\"Mufasa\", realm=\"test@host.invalid\", nonce=\"dcd98b7102dd2f0e\", "
    "uri=\"/dir/index.html\", ";

}  // namespace

TEST_CASE("an Accept field is a list of values and qualities", "[datastructures]") {
    const auto accept = Accept::from_header("en-us,ru;q=0.5");
    CHECK(accept.values() == Texts{"en-us", "ru"});
    CHECK(accept.best() == "en-us");
    CHECK(accept.find("ru") == 1u);
    CHECK_THROWS_AS(accept.index("de"), ValueError);
    CHECK(accept.to_header() == "en-us,ru;q=0.5");
    CHECK(Accept::from_header("application/x; z=\"a b\";q=0.5")["application/x; z=\"a b\""] == 0.5);
}

TEST_CASE("media types have parameters and wildcards", "[datastructures]") {
    const auto accept = MIMEAccept::from_header(
        "text/xml,application/xml,application/foo;quiet=no; bar=baz;q=0.6,text/html;q=0.9,"
        "text/plain;q=0.8,image/png,*/*;q=0.5");
    CHECK(accept["image/png"] == 1);
    CHECK(accept["text/plain"] == 0.8);
    CHECK(accept["foo/bar"] == 0.5);
    CHECK(accept["application/foo;quiet=no; bar=baz"] == 0.6);
    CHECK(accept.at(accept.find("foo/bar").value()) == Accept::Item("*/*", 0.5));
    CHECK_THROWS_AS(accept.quality("missing"), ValueError);
}

TEST_CASE("the best of ours is the best of theirs, the first of equals", "[datastructures]") {
    const auto accept = MIMEAccept::from_header(
        "text/xml,application/xml,application/xhtml+xml,text/html;q=0.9,image/png");
    CHECK(accept.best_match({"text/html", "application/xhtml+xml"}) == "application/xhtml+xml");
    CHECK(accept.best_match({"text/html"}) == "text/html");
    CHECK_FALSE(accept.best_match({"foo/bar"}));
    CHECK(accept.best_match({"foo/bar", "bar/foo"}, "foo/bar") == "foo/bar");
    CHECK(accept.best_match({"application/xml", "text/xml"}) == "application/xml");

    const auto specific = MIMEAccept::from_header("text/*, text/html, text/html;level=1, */*");
    CHECK(specific.best_match({"text/html; version=1", "text/html"}) == "text/html");
    CHECK(specific.best_match({"text/html", "text/html; level=1"}) == "text/html; level=1");

    // An item that is no media type does no harm.
    CHECK(MIMEAccept::from_header("foo=,application/xml,*/*;q=0.5").best_match({"foo/bar"}) ==
          "foo/bar");
}

TEST_CASE("languages are compared without case and kind of dash", "[datastructures]") {
    const auto accept = LanguageAccept::from_header("de-AT,de;q=0.8,en;q=0.5");
    CHECK(accept.best() == "de-AT");
    CHECK(accept.contains("de_AT"));
    CHECK(accept.contains("en"));
    CHECK(accept["de-at"] == 1);
    CHECK(accept["en"] == 0.5);
}

TEST_CASE("a quality is a plain number or the item is left out", "[datastructures]") {
    for (const std::string_view quality :
         {"q=.5", "q=+0.5", "q=0.5_1", "q*=UTF-8''%F0%9F%AF%B0.%F0%9F%AF%B5"}) {
        CAPTURE(quality);
        CHECK(Accept::from_header("en,jp;" + std::string(quality)).values() == Texts{"en"});
    }
    CHECK(Accept::from_header("en;q=1") == Accept::from_header("en;q=1.0"));
    CHECK(Accept::from_header("en;q=0") == Accept::from_header("en;q=0.0"));
    CHECK(Accept::from_header("en;q=5") == Accept::from_header("en;q=5.0"));
}

TEST_CASE("a set of a header keeps the first spelling", "[datastructures]") {
    auto set = HeaderSet::from_header("foo, Bar, \"Blah baz\", Hehe");
    CHECK(set.contains("blah baz"));
    CHECK(set.contains("FOO"));
    CHECK_FALSE(set.contains("foobar"));
    CHECK(Texts(set.begin(), set.end()) == Texts{"foo", "Bar", "Blah baz", "Hehe"});
    set.add("Foo");
    CHECK(set.to_header() == "foo, Bar, \"Blah baz\", Hehe");
}

TEST_CASE("cache directives are read, set and deleted", "[datastructures]") {
    const auto asked = RequestCacheControl::from_header("max-age=0, no-cache");
    CHECK(asked.max_age() == 0);
    CHECK(asked.no_cache());
    const auto told = ResponseCacheControl::from_header("private, community=\"UCI\"");
    CHECK(told.private_() == "");
    CHECK(told.get("community") == "UCI");

    ResponseCacheControl control;
    CHECK_FALSE(control.no_cache());
    CHECK_FALSE(control.private_());
    control.no_cache(true).private_(true).max_age(3).s_maxage(3);
    CHECK(control.no_cache() == "");
    CHECK(control.get("max-age") == "3");
    CHECK(control.get("s-maxage") == "3");
    control.private_(false).max_age(std::nullopt).s_maxage(std::nullopt);
    CHECK_FALSE(control.private_());
    CHECK(control.to_header() == "no-cache");
}

TEST_CASE("a policy's directives are read", "[datastructures]") {
    const auto policy = ContentSecurityPolicy::from_header(
        "default-src 'self'; script-src 'unsafe-inline' *; img-src");
    CHECK(policy.default_src() == "'self'");
    CHECK(policy.script_src() == "'unsafe-inline' *");
    CHECK_FALSE(policy.img_src());
}

TEST_CASE("who a client says it is is read in every scheme", "[datastructures]") {
    const auto basic = [](std::string_view text) {
        return Authorization::from_header("Basic " + detail::base64_encode(text));
    };
    const auto aladdin = basic("Aladdin:open sesame").value();
    CHECK(aladdin.type() == "basic");
    CHECK(aladdin.username() == "Aladdin");
    CHECK(aladdin.password() == "open sesame");
    const auto chinese = basic("\xE6\x99\xAE\xE9\x80\x9A:\xE4\xB8\xAD\xE6\x96\x87").value();
    CHECK(chinese.username() == "\xE6\x99\xAE\xE9\x80\x9A");
    CHECK(chinese.password() == "\xE4\xB8\xAD\xE6\x96\x87");

    const auto digest = Authorization::from_header(digest_start +
                                                   "qop=auth, nc=00000001, cnonce=\"0a4f113b\", "
                                                   "response=\"6629fae4\", opaque=\"5ccc069c\"")
                            .value();
    CHECK(digest.type() == "digest");
    CHECK(digest.username() == "Mufasa");
    CHECK(digest["realm"] == "test@host.invalid");
    CHECK(digest["nonce"] == "dcd98b7102dd2f0e");
    CHECK(digest["uri"] == "/dir/index.html");
    CHECK(digest["qop"] == "auth");
    CHECK(digest["nc"] == "00000001");
    CHECK(digest["cnonce"] == "0a4f113b");
    CHECK(digest["response"] == "6629fae4");
    CHECK(digest["opaque"] == "5ccc069c");

    CHECK_FALSE(Authorization::from_header(""));
    CHECK(Authorization::from_header("foo").value().type() == "foo");
    CHECK(Authorization::from_header("Digest foo, bar=, =qux, =").value().to_header() ==
          "Digest foo, bar=\"\"");
}

TEST_CASE("a token keeps its padding, a bad one of Basic is nobody", "[datastructures]") {
    for (const std::string_view text : {"This has base64 padding", "This has base64 padding.."}) {
        const std::string token = detail::base64_encode(text);
        const auto sent = Authorization::from_header("Token " + token).value();
        CHECK(sent.type() == "token");
        CHECK(sent.token() == token);
        const auto asked = WWWAuthenticate::from_header("Token " + token).value();
        CHECK(asked.type() == "token");
        CHECK(asked.token() == token);
    }
    CHECK_FALSE(Authorization::from_header("Basic foo"));
    CHECK_FALSE(Authorization::from_header("Basic " + detail::base64_encode("\xFFser:pass")));
}

TEST_CASE("authorizations are equal by content and written as they were read", "[datastructures]") {
    const auto basic = Authorization::from_header("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(basic == Authorization("basic", {{"username", "Aladdin"}, {"password", "open sesame"}}));
    CHECK(Authorization::from_header("Bearer abc") == Authorization("bearer", "abc"));
    CHECK(basic != Authorization::from_header("Bearer abc"));
    const std::string_view values[] = {
        "Basic V2Vya3pldWc6V2Vya3pldWc=",
        "Digest username=Mufasa, realm=\"test@host.invalid\", nonce=dcd98b7102, uri=\"/dir/x\", "
        "qop=auth, nc=00000001, cnonce=0a4f113b, response=6629fae4, opaque=5ccc069c"};
    for (const std::string_view value : values)
        CHECK(Authorization::from_header(value).value().to_header() == value);
}

TEST_CASE("what a server asks of its clients is read, changed and written", "[datastructures]") {
    auto basic = WWWAuthenticate::from_header("Basic realm=\"WallyWorld\"").value();
    CHECK(basic.type() == "basic");
    CHECK(basic["realm"] == "WallyWorld");
    basic.set("realm", "Foo Bar");
    CHECK(basic.to_header() == "Basic realm=\"Foo Bar\"");
    CHECK(WWWAuthenticate("bearer").to_header() == "Bearer");

    const auto digest =
        WWWAuthenticate::from_header(
            "Digest realm=\"test@host.com\", qop=\"auth,auth-int\", nonce=\"dcd9\", "
            "opaque=\"5ccc\"")
            .value();
    CHECK(digest.type() == "digest");
    CHECK(digest["realm"] == "test@host.com");
    CHECK(digest["qop"] == "auth,auth-int");
    CHECK(digest["nonce"] == "dcd9");
    CHECK(digest["opaque"] == "5ccc");
    CHECK(WWWAuthenticate::from_header("broken").value().type() == "broken");
    CHECK_FALSE(WWWAuthenticate::from_header(""));

    CHECK(WWWAuthenticate::from_header("Basic realm=abc") ==
          WWWAuthenticate("basic", {{"realm", "abc"}}));
    CHECK(WWWAuthenticate::from_header("Token abc") == WWWAuthenticate("token", "abc"));
    CHECK(WWWAuthenticate::from_header("Basic realm=abc") != WWWAuthenticate("token", "abc"));
}

TEST_CASE("entity tags are strong, weak or without quotes", "[datastructures]") {
    CHECK(quote_etag("a") == "\"a\"");
    CHECK(quote_etag("a", true) == "W/\"a\"");
    CHECK(unquote_etag("\"a\"") == std::pair(std::string("a"), false));
    CHECK(unquote_etag("W/\"a\"") == std::pair(std::string("a"), true));

    const auto tags = ETags::from_header("\"foo\", \"bar\", W/\"baz\", blar");
    Texts strong(tags.begin(), tags.end());
    std::sort(strong.begin(), strong.end());
    CHECK(strong == Texts{"bar", "blar", "foo"});
    CHECK(tags.contains("foo"));
    CHECK(tags.contains("blar"));
    CHECK_FALSE(tags.contains("baz"));
    CHECK(tags.contains_weak("baz"));
    CHECK(tags.contains_raw("W/\"baz\""));
    CHECK(tags.contains_raw("\"foo\""));
    CHECK(ETags::from_header(tags.to_header()).to_header() == tags.to_header());

    const auto weak = ETags::from_header("W/\"foo\"");
    CHECK(static_cast<bool>(weak));
    CHECK(weak.contains_raw("W/\"foo\""));
}

TEST_CASE("If-Range takes a strong tag or a date", "[datastructures]") {
    CHECK(IfRange::from_header("\"Test\"").etag() == "Test");
    CHECK(IfRange::from_header("\"Test\"").to_header() == "\"Test\"");
    CHECK(IfRange::from_header("unquoted").to_header() == "\"unquoted\"");
    const auto date = IfRange::from_header("Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK_FALSE(date.etag());
    CHECK(date.date() == IfRange::TimePoint());
    CHECK(date.to_header() == "Thu, 01 Jan 1970 00:00:00 GMT");
    for (const std::string_view nothing : {"W/\"Test\"", ""}) {
        const auto none = IfRange::from_header(nothing);
        CHECK_FALSE(none.etag());
        CHECK_FALSE(none.date());
        CHECK(none.to_header().empty());
    }
}

TEST_CASE("a Range field is read strictly", "[datastructures]") {
    struct Good {
        std::string_view text;
        std::string_view units;
        Parts parts;
        std::string_view written;
    };
    const Good good[] = {
        {"bytes=52-", "bytes", {{52, std::nullopt}}, "bytes=52-"},
        {"bytes=52-99", "bytes", {{52, 100}}, "bytes=52-99"},
        {"bytes=52-99,-1000", "bytes", {{52, 100}, {-1000, std::nullopt}}, "bytes=52-99,-1000"},
        {"bytes = 1 - 100", "bytes", {{1, 101}}, "bytes=1-100"},
        {"AWesomes=0-999", "awesomes", {{0, 1000}}, "awesomes=0-999"},
    };
    for (const Good& each : good) {
        CAPTURE(each.text);
        const auto range = Range::from_header(each.text).value();
        CHECK(range.units() == each.units);
        CHECK(range.ranges() == each.parts);
        CHECK(range.to_header() == each.written);
    }
    for (const std::string_view bad :
         {"bytes=52", "bytes=-", "bytes=bad", "bytes=bad-1", "bytes=-bad", "bytes=52-99, bad",
          "\xF0\x9F\xAF\xB1\xF0\x9F\xAF\xB2", "+1-", "1-1_23", "bytes=+1-", "bytes=1-1_23"}) {
        CAPTURE(bad);
        CHECK_FALSE(Range::from_header(bad));
    }
}

TEST_CASE("a Content-Range field is read strictly", "[datastructures]") {
    const auto open = ContentRange::from_header("bytes 0-98/*").value();
    CHECK(open.units() == "bytes");
    CHECK(open.start() == 0u);
    CHECK(open.stop() == 99u);
    CHECK_FALSE(open.length());
    CHECK(open.to_header() == "bytes 0-98/*");
    for (const std::string_view bad : {"bytes 0-98/*asdfsa", "bytes */-1", "bytes 1-+2/3",
                                       "bytes 1_23-125/*", "bytes */\xF0\x9F\xAF\xB1"}) {
        CAPTURE(bad);
        CHECK_FALSE(ContentRange::from_header(bad));
    }
    auto range = ContentRange::from_header("bytes 0-99/100").value();
    CHECK(range.to_header() == "bytes 0-99/100");
    range.set(std::nullopt, std::nullopt, 100);
    CHECK(range.units() == "bytes");
    CHECK(range.to_header() == "bytes */100");
    const auto unknown = ContentRange::from_header("bytes */100").value();
    CHECK_FALSE(unknown.start());
    CHECK_FALSE(unknown.stop());
    CHECK(unknown.length() == 100u);
}
