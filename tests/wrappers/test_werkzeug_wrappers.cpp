// What Werkzeug's test_wrappers, sansio/test_request and sansio/test_utils ask beyond the cases of
// test_request, test_response and test_conditional.
#include "wrappers/response.hpp"

#include "core/errors.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/conditional.hpp"
#include "wrappers/given.hpp"
#include "wrappers/request.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test::Given;
using test::posted;

namespace {

using Texts = std::vector<std::string>;

std::chrono::system_clock::time_point at(long long seconds) {
    return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

const std::string urlencoded = "application/x-www-form-urlencoded";
const std::string upload_type = "multipart/form-data; boundary=foo";
const std::string upload =
    "--foo\r\nContent-Disposition: form-data; name=\"foo\"; filename=\"foo.txt\"\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nonly the contents\r\n--foo--";

}  // namespace

// ---- requests

TEST_CASE("every method may carry a form or data", "[wrappers]") {
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "MADE_UP"}) {
        CAPTURE(method);
        const Given form("/?x=y", posted("foo=a+b&n=42", urlencoded, method));
        CHECK(form.request.method() == method);
        CHECK(form.request.args() == MultiDict{{"x", "y"}});
        CHECK(form.request.form() == MultiDict{{"foo", "a b"}, {"n", "42"}});
        CHECK(form.request.data().empty());
        const Given data("/?x=y", posted("{\"a\": \"b\"}", "application/json", method));
        CHECK(data.request.data() == "{\"a\": \"b\"}");
        CHECK(data.request.form().empty());
    }
}

TEST_CASE("a request shows what was asked in readable form", "[wrappers]") {
    CHECK(Given("/?foo=%2f").request.query_string() == "foo=%2f");
    CHECK(Given("/foobar").request.repr() == "<Request 'http://localhost/foobar' [GET]>");
    const std::string hello = "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82";
    CHECK(Given("/" + hello).request.repr() == "<Request 'http://localhost/" + hello + "' [GET]>");
    // What a slash, a question mark or a number sign would change stays escaped in the query.
    const Given quoted("/bar?next=http%3A%2F%2Fwww.example.com%2F%3Fnext%3D%2Fbaz%23my%3Dhash");
    CHECK(quoted.request.path() == "/bar");
    CHECK(quoted.request.full_path() ==
          "/bar?next=http%3A%2F%2Fwww.example.com%2F%3Fnext%3D%2Fbaz%23my%3Dhash");
    CHECK(quoted.request.url() ==
          "http://localhost/bar?next=http://www.example.com/?next%3D/baz%23my%3Dhash");
}

TEST_CASE("an untrusted host spoils every URL of a request", "[wrappers]") {
    Given trusted("/bar?foo=baz", {.base_url = "http://example.com/test"});
    trusted.request.trusted_hosts({"example.com"});
    CHECK(trusted.request.url() == "http://example.com/test/bar?foo=baz");
    CHECK(trusted.request.base_url() == "http://example.com/test/bar");
    CHECK(trusted.request.url_root() == "http://example.com/test/");
    CHECK(trusted.request.host_url() == "http://example.com/");
    Given untrusted("/bar?foo=baz", {.base_url = "http://example.com/test"});
    untrusted.request.trusted_hosts({"example.org"});
    CHECK(untrusted.request.path() == "/bar");
    CHECK_THROWS_AS(untrusted.request.url(), SecurityError);
    CHECK_THROWS_AS(untrusted.request.base_url(), SecurityError);
    CHECK_THROWS_AS(untrusted.request.url_root(), SecurityError);
    CHECK_THROWS_AS(untrusted.request.host_url(), SecurityError);
    CHECK_THROWS_AS(untrusted.request.host(), SecurityError);
}

TEST_CASE("the host of a request loses the port of its scheme only", "[wrappers]") {
    const auto host = [](std::string scheme, std::string text) {
        EnvironBuilderOptions options;
        options.headers = {{"Host", text}};
        options.environ_overrides = {{"wsgi.url_scheme", scheme}};
        return std::string(Given("/", std::move(options)).request.host());
    };
    CHECK(host("http", "spam") == "spam");
    CHECK(host("http", "spam:80") == "spam");
    CHECK(host("https", "spam") == "spam");
    CHECK(host("https", "spam:443") == "spam");
    CHECK(host("http", "spam:443") == "spam:443");
    CHECK(host("https", "spam:80") == "spam:80");
    CHECK(host("http", "spam:8080") == "spam:8080");
    CHECK(host("http", "[2001:db8::1]:80") == "[2001:db8::1]");
    CHECK(host("http", "[2001:db8::1]:8080") == "[2001:db8::1]:8080");
    CHECK(host("http", "127.0.0.1:80") == "127.0.0.1");
    for (const std::string bad : {"a.test:8080@b.test", "a.test:port", "[z:443]:8080"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(host("http", bad), SecurityError);
    }
    CHECK(host("http", "").empty());
    // Without a Host field the server's own name counts; a forwarded one never.
    CHECK(Given("/", {.headers = {{"X-Forwarded-Host", "evil"}},
                      .environ_overrides = {{"HTTP_HOST", ""},
                                            {"SERVER_NAME", "spam"},
                                            {"SERVER_PORT", "8080"}}})
              .request.host() != "evil");
}

TEST_CASE("accepted values of a request are lists with qualities", "[wrappers]") {
    const Given given("/", {.headers = {{"Accept", "text/xml,text/html;q=0.9,image/png,*/*;q=0.5"},
                                        {"Accept-Encoding", "gzip,deflate"},
                                        {"Accept-Charset", "utf-8, latin1;q=0.2"},
                                        {"Accept-Language", "en-us,en;q=0.5"}}});
    CHECK(given.request.accept_mimetypes() ==
          MIMEAccept({{"text/xml", 1}, {"image/png", 1}, {"text/html", 0.9}, {"*/*", 0.5}}));
    CHECK(given.request.accept_encodings() == Accept({{"gzip", 1}, {"deflate", 1}}));
    CHECK(given.request.accept_languages() == LanguageAccept({{"en-us", 1}, {"en", 0.5}}));
    CHECK(given.request.accept_charsets().best_match({"UTF8", "iso-8859-1"}) == "UTF8");
    CHECK(Given("/", {.headers = {{"Accept", ""}}}).request.accept_mimetypes() == MIMEAccept());
}

TEST_CASE("conditions of a request are read", "[wrappers]") {
    const Given given("/", {.headers = {{"Cache-Control", "no-store, no-cache"},
                                        {"If-Match", "W/\"foo\", bar, \"baz\""},
                                        {"If-None-Match", "W/\"foo\", bar, \"baz\""},
                                        {"If-Modified-Since", "Tue, 22 Jan 2008 11:18:44 GMT"},
                                        {"If-Unmodified-Since", "Tue, 22 Jan 2008 11:18:44 GMT"},
                                        {"If-Range", "\"tag\""}}});
    CHECK(given.request.cache_control().no_store());
    CHECK(given.request.cache_control().no_cache());
    for (const ETags& tags : {given.request.if_match(), given.request.if_none_match()}) {
        CHECK(tags.contains("bar"));
        CHECK(tags.contains_raw("W/\"foo\""));
        CHECK(tags.contains_weak("foo"));
        CHECK_FALSE(tags.contains("foo"));
    }
    CHECK(given.request.if_modified_since() == at(1201000724));
    CHECK(given.request.if_unmodified_since() == at(1201000724));
    CHECK(given.request.if_range().etag() == "tag");
}

TEST_CASE("common fields of a request have their types", "[wrappers]") {
    const Given given("/", {.headers = {{"Content-Type", "text/html; charset=utf-8"},
                                        {"Content-Length", "23"},
                                        {"Referer", "http://www.example.com/"},
                                        {"Date", "Sat, 28 Feb 2009 19:04:35 GMT"},
                                        {"Max-Forwards", "10"},
                                        {"Content-Encoding", "gzip"},
                                        {"Content-MD5", "Q2hlY2s="}}});
    const Request& request = given.request;
    CHECK(request.content_type() == "text/html; charset=utf-8");
    CHECK(request.mimetype() == "text/html");
    CHECK(request.mimetype_params() == MultiDict{{"charset", "utf-8"}});
    CHECK(request.content_length() == 23);
    CHECK(request.referrer() == "http://www.example.com/");
    CHECK(request.date() == at(1235847875));
    CHECK(request.max_forwards() == 10);
    CHECK(request.content_encoding() == "gzip");
    CHECK(request.content_md5() == "Q2hlY2s=");
    CHECK(Given("/", posted("", "APPLICATION/JSON")).request.mimetype() == "application/json");
}

TEST_CASE("a length is digits or nothing", "[wrappers]") {
    const auto length = [](std::string text) {
        return Given("/", {.headers = {{"Content-Length", text}}}).request.content_length();
    };
    CHECK(length("123") == 123);
    for (const std::string bad : {"-6", "+123", "1_23", "\xF0\x9F\xAF\xB1", "a", "-2"}) {
        CAPTURE(bad);
        CHECK(length(bad) == 0);
    }
    CHECK_FALSE(Given("/", {.headers = {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}})
                    .request.content_length());
    CHECK_FALSE(Given().request.content_length());
}

TEST_CASE("fetch metadata of a request is read", "[wrappers]") {
    const Given given("/",
                      {.headers = {{"Sec-Fetch-Mode", "cors"}, {"Sec-Fetch-Site", "same-origin"}}});
    CHECK(given.request.sec_fetch_mode() == "cors");
    CHECK(given.request.sec_fetch_site() == "same-origin");
    CHECK_FALSE(Given().request.sec_fetch_mode());
    CHECK_FALSE(Given().request.sec_fetch_site());
}

TEST_CASE("a form that cannot be parsed is empty", "[wrappers]") {
    const Given cut("/", posted("--blah\r\n", upload_type));
    CHECK(cut.request.files().empty());
    CHECK(cut.request.form().empty());
    CHECK(Given("/", posted("test", ", ")).request.form().empty());
    CHECK(Given("/", posted("a=\xFF", urlencoded)).request.form().empty());
}

TEST_CASE("a request gives its files up when it is closed, copies stay", "[wrappers]") {
    Given given("/", posted(upload, upload_type));
    FileStorage file = given.request.files()["foo"];
    CHECK(file.mimetype() == "text/plain");
    CHECK(file.filename() == "foo.txt");
    CHECK_FALSE(file.stream().closed());
    given.request.close();
    CHECK(given.request.files().empty());
    CHECK(file.read() == "only the contents");
    file.close();
    CHECK(file.stream().closed());
    CHECK_THROWS_AS(file.read(), ValueError);
}

TEST_CASE("values of a request come from the query, then the form unless it is a GET",
          "[wrappers]") {
    const Given post("/?a=1", posted("a=2&b=2", urlencoded));
    CHECK(post.request.values()["a"] == "1");
    CHECK(post.request.values()["b"] == "2");
    const Given get("/?a=1", posted("a=2&b=2", urlencoded, "GET"));
    CHECK(get.request.values()["a"] == "1");
    CHECK_FALSE(get.request.values().contains("b"));
}

TEST_CASE("JSON of a request in any letters", "[wrappers]") {
    const Given given("/", {.json = Json{{"\xC3\xA4", "b"}}});
    CHECK(given.request.json() == Json{{"\xC3\xA4", "b"}});
    CHECK_FALSE(given.request.get_data().empty());
    const Response response(Json{{"\xC3\xA4", "b"}}.dump(), 200, {},
                            {.content_type = "application/json"});
    CHECK(response.json() == Json{{"\xC3\xA4", "b"}});
}

// ---- responses

TEST_CASE("cookies of a response are written in Werkzeug's order", "[wrappers]") {
    const auto written = [](DumpCookieOptions options) {
        options.max_age = 60;
        options.expires = at(0);
        options.path = "/blub";
        options.domain = "example.org";
        Response response;
        response.set_cookie("foo", "bar", options);
        return response.headers().get("Set-Cookie", "");
    };
    const std::string start =
        "foo=bar; Domain=example.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60; ";
    CHECK(written({.samesite = "Strict"}) == start + "Path=/blub; SameSite=Strict");
    CHECK(written({.secure = true}) == start + "Secure; Path=/blub");
    CHECK(written({.httponly = true}) == start + "HttpOnly; Path=/blub");
    CHECK(written({.secure = true, .httponly = true}) == start + "Secure; HttpOnly; Path=/blub");
    CHECK(written({.samesite = "strict"}) == start + "Path=/blub; SameSite=Strict");
    Response response;
    response.delete_cookie("foo");
    CHECK(response.headers().get("Set-Cookie") ==
          "foo=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/");
}

TEST_CASE("fields for other origins are written", "[wrappers]") {
    Response response("Hello World");
    CHECK_FALSE(response.access_control_allow_credentials());
    response.access_control_allow_credentials(true)
        .access_control_allow_headers({"X-A", "X-B"})
        .access_control_allow_methods({"GET", "PUT"})
        .access_control_expose_headers({"X-C"})
        .access_control_allow_origin("https://a")
        .access_control_max_age(600);
    CHECK(response.headers().get("Access-Control-Allow-Credentials") == "true");
    CHECK(response.headers().get("Access-Control-Allow-Headers") == "X-A, X-B");
    CHECK(response.access_control_allow_headers().contains("x-b"));
    CHECK(response.access_control_allow_methods().contains("put"));
    CHECK(response.access_control_expose_headers().contains("x-c"));
    CHECK(response.access_control_allow_origin() == "https://a");
    CHECK(response.access_control_max_age() == 600);
    response.cross_origin_opener_policy("same-origin").cross_origin_embedder_policy("require-corp");
    CHECK(response.headers().get("Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(response.headers().get("Cross-Origin-Embedder-Policy") == "require-corp");
}

TEST_CASE("common fields of a response are written and read", "[wrappers]") {
    Response response;
    response.mimetype("text/html");
    CHECK(response.mimetype() == "text/html");
    CHECK(response.content_type() == "text/html; charset=utf-8");
    CHECK(response.mimetype_params() == MultiDict{{"charset", "utf-8"}});
    response.content_length(42);
    CHECK(response.content_length() == 42);
    CHECK_FALSE(response.date());
    CHECK_FALSE(response.expires());
    response.date(at(1700000000)).expires(at(1700000001));
    CHECK(response.date() == at(1700000000));
    CHECK(response.expires() == at(1700000001));
    CHECK_FALSE(response.age());
    CHECK(response.age(86400 + 185).age() == 86585);
    CHECK_FALSE(response.retry_after());
    CHECK(response.retry_after(at(1700000002)).retry_after() == at(1700000002));
    CHECK_FALSE(static_cast<bool>(response.vary()));
    response.vary().add("Cookie");
    response.vary().add("Content-Language");
    CHECK(response.vary().contains("cookie"));
    CHECK(response.headers().get("Vary") == "Cookie, Content-Language");
    response.headers().set("Vary", "Content-Encoding");
    CHECK(response.vary().as_set() == Texts{"content-encoding"});
    response.allow().update({"GET", "POST"});
    CHECK(response.headers().get("Allow") == "GET, POST");
    response.content_language().add("en-US");
    response.content_language().add("fr");
    CHECK(response.headers().get("Content-Language") == "en-US, fr");
    CHECK(response.accept_ranges("none").accept_ranges() == "none");
    CHECK(response.content_encoding("br").content_encoding() == "br");
    CHECK(response.content_md5("Q2hlY2s=").content_md5() == "Q2hlY2s=");
}

TEST_CASE("a response asks who is there", "[wrappers]") {
    Response response;
    CHECK_FALSE(response.www_authenticate());
    response.www_authenticate(WWWAuthenticate("basic", {{"realm", "Testing"}}));
    CHECK(response.headers().get("WWW-Authenticate") == "Basic realm=Testing");
    response.www_authenticate(WWWAuthenticate(
        "digest", {{"realm", "REALM"}, {"nonce", "NONCE"}, {"qop", "auth, auth-int"}}));
    CHECK(response.headers().get("WWW-Authenticate") ==
          "Digest realm=\"REALM\", nonce=\"NONCE\", qop=\"auth, auth-int\"");
    WWWAuthenticate changed = response.www_authenticate().value();
    response.www_authenticate(changed.set("qop", "auth"));
    CHECK(response.headers().get("WWW-Authenticate") ==
          "Digest realm=\"REALM\", nonce=\"NONCE\", qop=\"auth\"");
}

TEST_CASE("the range of a response is an object", "[wrappers]") {
    CHECK_FALSE(Given().request.range());
    const Given given("/", {.headers = {{"Range", "bytes=0-499"}}});
    REQUIRE(given.request.range());
    CHECK(given.request.range()->ranges().front() == Range::Part(0, 500));
    Response response;
    response.content_range(given.request.range()->make_content_range(1000).value());
    CHECK(response.headers().get("Content-Range") == "bytes 0-499/1000");
    CHECK(response.content_range() == ContentRange("bytes", 0, 500, 1000));
    ContentRange none = response.content_range().value();
    none.unset();
    response.content_range(none);
    CHECK_FALSE(response.headers().contains("Content-Range"));
    response.content_range("bytes 0-499/1000");
    CHECK(response.content_range()->length() == 1000u);
}

TEST_CASE("the policy of a response is an object", "[wrappers]") {
    Response response;
    response.content_security_policy().default_src("'self'");
    CHECK(response.headers().get("Content-Security-Policy") == "default-src 'self'");
    response.content_security_policy().script_src("'self' example.com");
    CHECK(response.headers().get("Content-Security-Policy") ==
          "default-src 'self'; script-src 'self' example.com");
    response.content_security_policy(ContentSecurityPolicy());
    CHECK_FALSE(response.headers().contains("Content-Security-Policy"));
    response.content_security_policy_report_only("img-src *");
    CHECK(response.content_security_policy_report_only().img_src() == "*");
}

TEST_CASE("the length of a response follows its body", "[wrappers]") {
    const Given given;
    const auto length = [&given](const Response& response) {
        return response.get_wsgi_headers(given.environ->environ()).get("Content-Length");
    };
    CHECK(length(Response("Hello World!")) == "12");
    CHECK(Response("\xE4\xBD\xA0\xE5\xA5\xBD").calculate_content_length() == 6u);
    Response written("foo");
    written.stream().writelines({"bar", "baz"});
    CHECK(length(written) == "9");
    Response conditional;
    conditional.make_conditional(given.request);
    conditional.stream().writelines({"foo", "bar", "baz"});
    CHECK(length(conditional) == "9");
    CHECK(conditional.stream().write("bar") == 3);
    Response off("Hello World!");
    off.automatically_set_content_length(false).headers().remove("Content-Length");
    CHECK_FALSE(length(off));
    for (const int status : {100, 204, 304}) CHECK_FALSE(length(Response("Test", status)));
}

TEST_CASE("a 204 with a body is sent without", "[wrappers]") {
    Response response("", 204);
    response.set_data("test");
    CHECK(response.content_length() == 4);
    const Given given;
    std::string status;
    Headers headers;
    Body body = response(given.environ->environ(), [&](std::string_view line, const Headers& sent,
                                                       const std::exception_ptr&) {
        status = line;
        headers = sent;
    });
    CHECK(status == "204 No Content");
    CHECK_FALSE(headers.contains("Content-Length"));
    CHECK(body.read().empty());
}

TEST_CASE("a relative location is left alone or made absolute", "[wrappers]") {
    const Given given("/a/b/c");
    const auto location = [&given](bool absolute, std::string_view target) {
        Response response("Hello World!");
        response.autocorrect_location_header(absolute).location(target);
        return response.get_wsgi_headers(given.environ->environ()).get("Location");
    };
    CHECK(location(false, "/test") == "/test");
    CHECK(location(false, "/\\\\test.example?q") == "/%5C%5Ctest.example?q");
    CHECK(location(true, "/test") == "http://localhost/test");
    CHECK(location(true, "test") == "http://localhost/a/b/test");
    CHECK(location(true, "./test") == "http://localhost/a/b/test");
    CHECK(location(true, "../test") == "http://localhost/a/test");
    CHECK(location(false, "http://\xC3\xBCser:p\xC3\xA4ss@\xE2\x98\x83.net/p\xC3\xA5th") ==
          "http://%C3%BCser:p%C3%A4ss@xn--n3h.net/p%C3%A5th");
}

TEST_CASE("a body of pieces is streamed until it is read", "[wrappers]") {
    const auto generate = [] {
        return stream([n = 0]() mutable -> std::optional<std::string> {
            ++n;
            if (n == 1) return "Hello ";
            if (n == 2) return "W\xC3\xB6rld!";
            return std::nullopt;
        });
    };
    CHECK_FALSE(Response().is_streamed());
    CHECK_FALSE(Response("Hello World").is_streamed());
    Response response(generate());
    CHECK(response.is_streamed());
    CHECK_FALSE(response.is_sequence());
    CHECK(response.get_data() == "Hello W\xC3\xB6rld!");
    CHECK(response.is_sequence());
    response.body(generate());
    CHECK(response.is_streamed());
    response.make_sequence();
    CHECK(response.get_data() == "Hello W\xC3\xB6rld!");
    response.body(generate());
    response.freeze();
    CHECK(response.headers().get("Content-Length") == "13");
    CHECK(response.get_etag()->first == generate_etag("Hello W\xC3\xB6rld!"));

    // A body may be wrapped by another.
    Response wrapped(generate());
    Body inner = wrapped.body();
    wrapped.body(stream([inner]() mutable -> std::optional<std::string> {
        std::optional<std::string> piece = inner.next();
        if (piece) *piece += "|";
        return piece;
    }));
    CHECK(wrapped.get_data() == "Hello |W\xC3\xB6rld!|");
}

TEST_CASE("dates and lengths that were set survive make_conditional", "[wrappers]") {
    const Given given("/", {.headers = {{"If-None-Match", "\"other\""}}});
    Response response("Hello World");
    response.date(at(1337)).content_length(999);
    response.make_conditional(given.request);
    CHECK(response.date() == at(1337));
    CHECK(response.content_length() == 999);
    Response fresh("Hello World");
    fresh.cache_control().must_revalidate(true).max_age(60);
    fresh.add_etag();
    CHECK_FALSE(fresh.date());
    fresh.make_conditional(given.request);
    CHECK(fresh.date());
    CHECK(fresh.headers().get("Cache-Control") == "must-revalidate, max-age=60");
}

TEST_CASE("ranges are offered where asked", "[wrappers]") {
    const Given plain;
    Response response("Hello World");
    response.make_conditional(plain.request, {.accept_ranges = "bytes"});
    CHECK(response.status_code() == 200);
    CHECK(response.accept_ranges() == "bytes");
    CHECK_FALSE(response.headers().contains("Content-Range"));

    const auto part = [](std::string range, std::optional<long long> length) {
        const Given given("/", {.headers = {{"Range", std::move(range)}}});
        Response answer("Hello World");
        answer.make_conditional(given.request,
                                {.accept_ranges = "bytes", .complete_length = length});
        return answer;
    };
    CHECK(part("bytes=0-4", 11).data() == "Hello");
    CHECK(part("bytes=0-4", 11).headers().get("Content-Range") == "bytes 0-4/11");
    CHECK(part("bytes=6-666", 11).data() == "World");
    CHECK(part("bytes=6-666", 11).headers().get("Content-Range") == "bytes 6-10/11");
    CHECK(part("bytes=0-10", 11).status_code() == 206);
    CHECK(part("bytes=0-10", std::nullopt).status_code() == 200);
    CHECK(part("bytes=0-10", 0).status_code() == 200);
    CHECK_THROWS_AS(part("bytes=-", 11), RequestedRangeNotSatisfiable);
}
