#include "wrappers/request.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "wrappers/given.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test::Given;
using test::posted;
using test::with_headers;

namespace {

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a request reads its URL", "[wrappers]") {
    const Given given("/s/a%20b?x=1&x=2&y=%C3%A9&z=a+b&w");
    const Request& request = given.request;

    CHECK(request.method() == "GET");
    CHECK(request.path() == "/s/a b");
    CHECK(request.full_path() == "/s/a b?x=1&x=2&y=%C3%A9&z=a+b&w");
    CHECK(request.query_string() == "x=1&x=2&y=%C3%A9&z=a+b&w");
    CHECK(request.url() == "http://localhost/s/a%20b?x=1&x=2&y=\xc3\xa9&z=a+b&w");
    CHECK(request.base_url() == "http://localhost/s/a%20b");
    CHECK(request.root_url() == "http://localhost/");
    CHECK(request.host_url() == "http://localhost/");
    CHECK(request.host() == "localhost");
    CHECK(request.scheme() == "http");
    CHECK_FALSE(request.is_secure());
    CHECK(request.args().getlist("x") == Texts{"1", "2"});
    CHECK(request.args().get("y") == "\xc3\xa9");
    CHECK(request.args().get("z") == "a b");
    CHECK(request.args().get("w") == "");
    CHECK(request.args().get<int>("x", 0) == 1);
    CHECK_THROWS_AS(request.args()["missing"], BadRequestKeyError);
    CHECK(request.repr() ==
          "<Request 'http://localhost/s/a%20b?x=1&x=2&y=\xc3\xa9&z=a+b&w' [GET]>");
}

TEST_CASE("a request knows where the application is mounted", "[wrappers]") {
    const Given given("/s/x", {.base_url = "https://example.com:443/root/"});
    CHECK(given.request.path() == "/s/x");
    CHECK(given.request.full_path() == "/s/x?");
    CHECK(given.request.root_path() == "/root");
    CHECK(given.request.script_root() == "/root");
    CHECK(given.request.url() == "https://example.com/root/s/x");
    CHECK(given.request.root_url() == "https://example.com/root/");
    CHECK(given.request.host_url() == "https://example.com/");
    CHECK(given.request.host() == "example.com");
    CHECK(given.request.is_secure());
    CHECK(Given("/", {.base_url = "http://example.com:8080/"}).request.host() ==
          "example.com:8080");
}

TEST_CASE("the path has one slash in front, the method is in upper case", "[wrappers]") {
    CHECK(Given("/", {.environ_overrides = {{"PATH_INFO", ""}}}).request.path() == "/");
    CHECK(Given("/", {.environ_overrides = {{"PATH_INFO", "//evil.com/x"}}}).request.path() ==
          "/evil.com/x");
    CHECK(Given("/", {.environ_overrides = {{"PATH_INFO", "x"}}}).request.path() == "/x");
    CHECK(Given("/a%FF%20b").request.path() == "/a\xEF\xBF\xBD b");  // text, be it mended
    CHECK(Given("/%FF").request.url() == "http://localhost/\xEF\xBF\xBD");
    CHECK(Given("/", {.method = "get"}).request.method() == "GET");
    CHECK(Given("/", {.method = "M-search"}).request.method() == "M-SEARCH");
}

TEST_CASE("a host that is none is refused, and so is one that is not trusted", "[wrappers]") {
    const auto host = [](std::string text, std::vector<std::string> trusted = {}) {
        Given given("/", with_headers({{"Host", text}}));
        given.request.trusted_hosts(std::move(trusted));
        return std::string(given.request.host());
    };
    CHECK(host("example.com:80") == "example.com");
    CHECK(host("[::1]:5000") == "[::1]:5000");
    CHECK(host("[2001:db8::1.2.3.4]") == "[2001:db8::1.2.3.4]");
    CHECK(host("") == "");
    for (const std::string bad :
         {"a b", "a/b", "a@b", "a:x", "a:", ":80", "[::1", "[1]", "a,b", "x<y", "a:99999"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(host(bad), SecurityError);
    }
    CHECK(host("www.example.com", {"localhost", ".example.com"}) == "www.example.com");
    CHECK(host("example.com:8000", {".example.com"}) == "example.com:8000");
    CHECK(host("LOCALHOST", {"localhost"}) == "LOCALHOST");
    CHECK_THROWS_AS(host("evilexample.com", {".example.com"}), SecurityError);
    CHECK_THROWS_AS(host("www.localhost", {"localhost"}), SecurityError);
    CHECK_THROWS_AS(host("", {"localhost"}), SecurityError);

    Given given("/", with_headers({{"Host", "evil.com"}}));
    const RequestLimits limits{.trusted_hosts = {"good.com"}};
    given.request.set_limits(&limits);
    CHECK_THROWS_AS(given.request.url(), SecurityError);
    CHECK_THROWS_AS(given.request.host_url(), SecurityError);
}

TEST_CASE("the addresses of a request", "[wrappers]") {
    const Given forwarded("/", {.headers = {{"X-Forwarded-For", "1.1.1.1, 2.2.2.2"}},
                                .environ_base = {{"REMOTE_ADDR", "9.9.9.9"}}});
    CHECK(forwarded.request.remote_addr() == "9.9.9.9");
    CHECK(forwarded.request.access_route() == Texts{"1.1.1.1", "2.2.2.2"});
    CHECK(Given("/", {.environ_base = {{"REMOTE_ADDR", "9.9.9.9"}}}).request.access_route() ==
          Texts{"9.9.9.9"});
    CHECK(Given().request.access_route().empty());
    CHECK_FALSE(Given().request.remote_addr());
}

TEST_CASE("the routing's result is empty before it is set", "[wrappers]") {
    Given given;
    CHECK_FALSE(given.request.endpoint());
    CHECK_FALSE(given.request.url_rule());
    CHECK_FALSE(given.request.blueprint());
    CHECK(given.request.blueprints().empty());
    CHECK(given.request.view_args().is_null());
    CHECK_FALSE(given.request.routing_exception());

    Given matched;
    const int number = 7;
    matched.request.set_routing("a.b.view", "/x/<int:id>", &number, [](const void* source) {
        return Json{{"id", *static_cast<const int*>(source)}};
    });
    CHECK(matched.request.endpoint() == "a.b.view");
    CHECK(matched.request.url_rule() == "/x/<int:id>");
    CHECK(matched.request.blueprint() == "a.b");
    CHECK(matched.request.blueprints() == Texts{"a.b", "a"});
    CHECK(matched.request.view_args()["id"] == 7);
    matched.request.set_view_args(Json{{"id", 8}});
    CHECK(matched.request.view_args()["id"] == 8);
    matched.request.set_routing_exception(std::make_exception_ptr(NotFound()));
    CHECK(matched.request.routing_exception());
}

TEST_CASE("header fields are read with their types", "[wrappers]") {
    const Given given("/", with_headers({{"Accept", "text/html;q=0.8,application/json"},
                                         {"Accept-Language", "de, en;q=0.5"},
                                         {"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
                                         {"Cache-Control", "max-age=10"},
                                         {"If-None-Match", "\"a\", W/\"b\""},
                                         {"If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"},
                                         {"Range", "bytes=0-4"},
                                         {"Referer", "http://x/"},
                                         {"User-Agent", "Probe/1"},
                                         {"Max-Forwards", "10"},
                                         {"Pragma", "no-cache"},
                                         {"Origin", "https://o"},
                                         {"Access-Control-Request-Headers", "X-A, X-B"},
                                         {"Access-Control-Request-Method", "PUT"},
                                         {"X-Two", "1"},
                                         {"X-Two", "2"}}));
    const Request& request = given.request;
    CHECK(request.accept_mimetypes().best_match({"text/html", "application/json"}) ==
          "application/json");
    CHECK(request.accept_languages().best_match({"en", "de"}) == "de");
    REQUIRE(request.authorization());
    CHECK(request.authorization()->username() == "Aladdin");
    CHECK(request.cache_control().max_age() == 10);
    CHECK(request.if_none_match().contains_weak("b"));
    CHECK(request.if_modified_since() == std::chrono::system_clock::time_point{});
    CHECK_FALSE(request.if_unmodified_since());
    REQUIRE(request.range());
    CHECK(request.referrer() == "http://x/");
    CHECK(request.user_agent().string() == "Probe/1");
    CHECK(request.max_forwards() == 10);
    CHECK(request.pragma().contains("no-cache"));
    CHECK(request.origin() == "https://o");
    CHECK(request.access_control_request_headers().value().contains("x-b"));
    CHECK(request.access_control_request_method() == "PUT");
    CHECK(request.headers().getlist("x-two") == Texts{"1", "2"});
    CHECK(request.headers().get("HOST") == "localhost");

    const Given bare;
    CHECK_FALSE(bare.request.authorization());
    CHECK_FALSE(bare.request.range());
    CHECK_FALSE(bare.request.referrer());
    CHECK_FALSE(bare.request.content_type());
    CHECK_FALSE(bare.request.content_length());
    CHECK(bare.request.mimetype().empty());
    CHECK(bare.request.user_agent().string().empty());
}

TEST_CASE("cookies of all fields are read, the first of a name wins", "[wrappers]") {
    const Given given("/", with_headers({{"Cookie", "a=1; b=\"x y\""}, {"Cookie", "a=2; c=3"}}));
    CHECK(given.request.cookies().get("a") == "1");
    CHECK(given.request.cookies().getlist("a") == Texts{"1", "2"});
    CHECK(given.request.cookies().get("b") == "x y");
    CHECK(given.request.cookies().get("c") == "3");
}

TEST_CASE("content type and length", "[wrappers]") {
    const Given given("/", posted("{}", "Application/JSON; Charset=utf-8"));
    CHECK(given.request.mimetype() == "application/json");
    CHECK(given.request.mimetype_params().get("charset") == "utf-8");
    CHECK(given.request.content_type() == "Application/JSON; Charset=utf-8");
    CHECK(given.request.content_length() == 2);
    CHECK(given.request.is_json());
    const auto length = [](std::string text) {
        return Given("/", with_headers({{"Content-Length", std::move(text)}}))
            .request.content_length();
    };
    CHECK(length("5") == 5);
    for (const std::string bad : {"-1", "+5", "5 5", "0x10", "1e3", "99999999999999999999"}) {
        CAPTURE(bad);
        CHECK(length(bad) == 0);
    }
    CHECK_FALSE(
        Given("/", with_headers({{"Content-Length", "5"}, {"Transfer-Encoding", "gzip, Chunked"}}))
            .request.content_length());
    CHECK(Given("/", posted("", "application/vnd.api+json")).request.is_json());
    CHECK_FALSE(Given("/", posted("", "text/x+json")).request.is_json());
}

TEST_CASE("a form is parsed when asked for", "[wrappers]") {
    const Given given("/?a=0", {.method = "POST", .form = {{"a", "1"}, {"b", "x y"}}});
    CHECK(given.request.form().get("a") == "1");
    CHECK(given.request.form().get("b") == "x y");
    CHECK(given.request.values().getlist("a") == Texts{"0", "1"});
    CHECK(given.request.values().get("a") == "0");
    CHECK(given.request.files().empty());
    CHECK(given.request.data().empty());
    CHECK(given.request.get_data().empty());
    CHECK(Given("/", {.method = "DELETE", .form = {{"a", "1"}}}).request.form().get("a") == "1");
    const Given of_get("/?a=0", {.form = {{"a", "1"}}});
    CHECK(of_get.request.values().getlist("a") == Texts{"0"});
    CHECK(of_get.request.form().get("a") == "1");
}

TEST_CASE("files are parsed when asked for", "[wrappers]") {
    Given given("/",
                {.method = "POST", .form = {{"a", "1"}}, .files = {{"f", {"content", "x.txt"}}}});
    CHECK(given.request.form().get("a") == "1");
    int count = 0;
    for (auto&& [name, file] : given.request.files()) {
        CHECK(name == "f");
        CHECK(file.filename() == "x.txt");
        CHECK(file.content_type() == "text/plain");
        CHECK(file.read() == "content");
        ++count;
    }
    CHECK(count == 1);
    given.request.close();
}

TEST_CASE("data and get_data share the body with the form", "[wrappers]") {
    const std::string type = "application/x-www-form-urlencoded";
    const Given raw("/", posted("a=1", type));
    CHECK(raw.request.get_data() == "a=1");
    CHECK(raw.request.form().get("a") == "1");
    CHECK(raw.request.get_data() == "a=1");

    const Given parsed("/", posted("a=1", type));
    CHECK(parsed.request.get_data({.parse_form_data = true}).empty());
    CHECK(parsed.request.form().get("a") == "1");

    const Given passing("/", posted("a=1", type));
    CHECK(passing.request.get_data({.cache = false}) == "a=1");
    CHECK(passing.request.get_data().empty());
    CHECK(passing.request.form().empty());

    const Given unread("/", posted("--x\r\n", "multipart/form-data"));  // without a boundary
    CHECK(unread.request.form().empty());
    CHECK(unread.request.get_data() == "--x\r\n");

    const Given text("/", posted("a\xff"
                                 "b",
                                 "text/plain"));
    CHECK(text.request.data() ==
          "a\xff"
          "b");
    CHECK(text.request.get_data({.as_text = true}) ==
          "a\xef\xbf\xbd"
          "b");
    CHECK(text.request.form().empty());
}

TEST_CASE("the stream ends where the body does", "[wrappers]") {
    const Given given("/", posted("0123456789", "text/plain"));
    CHECK(given.request.stream().read(4) == "0123");
    CHECK(given.request.stream().read() == "456789");
    CHECK(given.request.stream().read().empty());

    const Given short_body(
        "/", {.method = "POST", .data = "0123", .environ_overrides = {{"CONTENT_LENGTH", "10"}}});
    CHECK_THROWS_AS(short_body.request.get_data(), ClientDisconnected);
    const Given long_body(
        "/", {.method = "POST", .data = "0123", .environ_overrides = {{"CONTENT_LENGTH", "2"}}});
    CHECK(long_body.request.get_data() == "01");
    const Given chunked("/", {.method = "POST",
                              .headers = {{"Transfer-Encoding", "chunked"}},
                              .data = "0123",
                              .environ_overrides = {{"wsgi.input_terminated", "1"}}});
    CHECK(chunked.request.get_data() == "0123");
    const Given endless(
        "/", {.method = "POST", .headers = {{"Transfer-Encoding", "chunked"}}, .data = "0123"});
    CHECK(endless.request.get_data().empty());
}

TEST_CASE("a body beyond max_content_length is refused", "[wrappers]") {
    Given given("/", {.method = "POST", .form = {{"a", "12345"}}});
    given.request.max_content_length(4);
    CHECK_THROWS_AS(given.request.form(), RequestEntityTooLarge);
    CHECK_THROWS_AS(given.request.get_data(), RequestEntityTooLarge);

    const auto read = [](std::string body, long long limit) {
        Given chunked("/", {.method = "POST",
                            .headers = {{"Transfer-Encoding", "chunked"}},
                            .data = std::move(body),
                            .environ_overrides = {{"wsgi.input_terminated", "1"}}});
        chunked.request.max_content_length(limit);
        return std::string(chunked.request.get_data());
    };
    CHECK(read("1234", 4) == "1234");
    CHECK_THROWS_AS(read("12345", 4), RequestEntityTooLarge);

    const RequestLimits limits{.max_content_length = 4};
    Given other("/", posted("12345", "text/plain"));
    other.request.set_limits(&limits);
    CHECK_THROWS_AS(other.request.data(), RequestEntityTooLarge);
    other.request.max_content_length(std::nullopt);
    CHECK(other.request.data() == "12345");
}

TEST_CASE("forms have limits of their own", "[wrappers]") {
    const auto form = [](long long memory, long long parts, bool multipart) {
        EnvironBuilderOptions options;
        options.method = "POST";
        options.form = {{"foo", "Hello"}, {"bar", "World"}};
        if (multipart) options.content_type = "multipart/form-data";
        Given given("/", std::move(options));
        given.request.max_form_memory_size(memory).max_form_parts(parts);
        return given.request.form().size();
    };
    CHECK_THROWS_AS(form(7, 1000, false), RequestEntityTooLarge);
    CHECK(form(400, 1000, false) == 2);
    CHECK(form(400, 1, false) == 2);
    CHECK_THROWS_AS(form(4, 1000, true), RequestEntityTooLarge);
    CHECK(form(5, 1000, true) == 2);
    CHECK_THROWS_AS(form(400, 1, true), RequestEntityTooLarge);
    CHECK(form(400, 2, true) == 2);
    CHECK(Given().request.max_form_memory_size() == 500000);
    CHECK(Given().request.max_form_parts() == 1000);
    CHECK_FALSE(Given().request.max_content_length());
}

TEST_CASE("JSON is read from a body that says so", "[wrappers]") {
    const Given given("/", {.method = "POST", .json = {{"a", 1}, {"b", {1, 2}}}});
    CHECK(given.request.json()["a"] == 1);
    CHECK(given.request.json()["b"][1] == 2);
    CHECK(given.request.get_data() == "{\"a\":1,\"b\":[1,2]}");
    CHECK(&given.request.json() == &given.request.json());

    const Given text("/", posted("{\"a\": 1}", "text/plain"));
    CHECK_THROWS_AS(text.request.json(), UnsupportedMediaType);
    CHECK(text.request.get_json({.silent = true}).is_null());
    CHECK(text.request.get_json({.force = true})["a"] == 1);

    const Given bad("/", posted("{\"a\":}", "application/json"));
    CHECK_THROWS_AS(bad.request.json(), BadRequest);
    CHECK(bad.request.get_json({.silent = true}).is_null());

    const Given passing("/", posted("[1]", "application/json"));
    CHECK(passing.request.get_json({.cache = false})[0] == 1);
    CHECK_THROWS_AS(passing.request.get_json(), BadRequest);
    CHECK_THROWS_AS(Given("/", posted(std::string(100000, '['), "application/json")).request.json(),
                    BadRequest);
}

TEST_CASE("why JSON was refused is explained where the application says so", "[wrappers]") {
    const auto description = [](const RequestLimits* limits) {
        Given given("/", posted("{", "application/json"));
        given.request.set_limits(limits);
        try {
            static_cast<void>(given.request.json());
        } catch (const BadRequest& error) {
            return std::string(error.description());
        }
        return std::string();
    };
    const RequestLimits quiet;
    const RequestLimits explaining{.explain_errors = true};
    CHECK(description(nullptr).find("Failed to decode JSON object: ") == 0);
    CHECK(description(&explaining).find("Failed to decode JSON object: ") == 0);
    CHECK(description(&quiet) ==
          "The browser (or proxy) sent a request that this server could not understand.");
}

TEST_CASE("a request can be moved with what it has parsed", "[wrappers]") {
    Given given("/?a=1");
    const MultiDict& args = given.request.args();
    Request moved(std::move(given.request));
    CHECK(&moved.args() == &args);
    Given other;
    other.request = std::move(moved);
    CHECK(other.request.args().get("a") == "1");
}

TEST_CASE("a function of a request becomes an application", "[wrappers]") {
    const Application application = Request::application([](Request& request) {
        if (request.path() == "/missing") throw NotFound();
        return Response("path=" + std::string(request.path()));
    });
    const auto call = [&application](std::string_view path) {
        Given given(path);
        return Response::from_app(application, given.environ->environ(), true);
    };
    CHECK(call("/a").get_data() == "path=/a");
    CHECK(call("/missing").status_code() == 404);
    const Application text = Request::application([](Request&) { return "Hi"; });
    Given given;
    CHECK(Response::from_app(text, given.environ->environ()).get_data() == "Hi");
}

TEST_CASE("a request tells how its server runs the application", "[wrappers]") {
    const bool multithread = GENERATE(false, true);
    const bool multiprocess = GENERATE(false, true);
    const bool run_once = GENERATE(false, true);
    ServerInfo server;
    server.multithread = multithread;
    server.multiprocess = multiprocess;
    server.run_once = run_once;
    Environ environ;
    environ.set_server(server);
    const Request request(environ);
    CHECK(request.is_multithread() == multithread);
    CHECK(request.is_multiprocess() == multiprocess);
    CHECK(request.is_run_once() == run_once);
}

TEST_CASE("a user whom the server knows is told", "[wrappers]") {
    CHECK(Given("/", {.environ_overrides = {{"REMOTE_USER", "ann"}}}).request.remote_user() ==
          "ann");
    CHECK_FALSE(Given("/", with_headers({{"Remote-User", "eve"}})).request.remote_user());
}

TEST_CASE("a browser tells where a request comes from and what it is for", "[wrappers]") {
    const Given given("/", with_headers({{"Sec-Fetch-Site", "same-origin"},
                                         {"Sec-Fetch-Mode", "navigate"},
                                         {"Sec-Fetch-User", "?1"},
                                         {"Sec-Fetch-Dest", "document"}}));
    CHECK(given.request.sec_fetch_site() == "same-origin");
    CHECK(given.request.sec_fetch_mode() == "navigate");
    CHECK(given.request.sec_fetch_user() == "?1");
    CHECK(given.request.sec_fetch_dest() == "document");
    const Given plain;
    CHECK_FALSE(plain.request.sec_fetch_site());
    CHECK_FALSE(plain.request.sec_fetch_mode());
    CHECK_FALSE(plain.request.sec_fetch_user());
    CHECK_FALSE(plain.request.sec_fetch_dest());
}
