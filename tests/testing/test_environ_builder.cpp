#include "testing/environ_builder.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "wrappers/request.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;

TEST_CASE("an environ has the keys of a gateway", "[testing]") {
    const auto given = create_environ("/foo?bar=baz", {.base_url = "http://example.org/root/"});
    const Environ& environ = given->environ();
    CHECK(environ["REQUEST_METHOD"] == "GET");
    CHECK(environ["SCRIPT_NAME"] == "/root");
    CHECK(environ["PATH_INFO"] == "/foo");
    CHECK(environ["QUERY_STRING"] == "bar=baz");
    CHECK(environ["SERVER_NAME"] == "example.org");
    CHECK(environ["SERVER_PORT"] == "80");
    CHECK(environ["HTTP_HOST"] == "example.org");
    CHECK(environ["SERVER_PROTOCOL"] == "HTTP/1.1");
    CHECK(environ["wsgi.url_scheme"] == "http");
    CHECK_FALSE(environ.contains("CONTENT_TYPE"));
    CHECK_FALSE(environ.contains("CONTENT_LENGTH"));
    CHECK_FALSE(environ.contains("REMOTE_ADDR"));
}

TEST_CASE("a path may be a whole URL", "[testing]") {
    const auto given = create_environ("https://example.com:8443/a/b?x=1");
    CHECK(given->environ()["PATH_INFO"] == "/a/b");
    CHECK(given->environ()["HTTP_HOST"] == "example.com:8443");
    CHECK(given->environ()["SERVER_PORT"] == "8443");
    CHECK(given->environ()["wsgi.url_scheme"] == "https");
    CHECK(create_environ("/x", {.base_url = "https://example.com"})->environ()["SERVER_PORT"] ==
          "443");
    CHECK(create_environ("/x", {.subdomain = "www"})->environ()["HTTP_HOST"] == "www.localhost");
    CHECK(create_environ("/x", {.url_scheme = "https"})->environ().url_scheme() == "https");
    CHECK_THROWS_AS(create_environ("/", {.base_url = "http://x/?a=b"}), std::invalid_argument);
}

TEST_CASE("paths are decoded, queries are kept", "[testing]") {
    CHECK(create_environ("/a%20b/%C3%A9")->environ()["PATH_INFO"] == "/a b/\xc3\xa9");
    CHECK(create_environ("/\xc3\xa9")->environ()["PATH_INFO"] == "/\xc3\xa9");
    CHECK(create_environ("/x%2fy?a=%2f")->environ()["REQUEST_URI"] == "/x%2fy?a=%2f");
    CHECK(create_environ("/", {.query_string = "a=%20b"})->environ()["QUERY_STRING"] == "a=%20b");
    CHECK(create_environ("/", {.query_string = {{"a", "x y"}, {"b", 2}}})
              ->environ()["QUERY_STRING"] == "a=x+y&b=2");
    CHECK(create_environ("/", {.query_string = {{"a", "b"}}})->environ()["QUERY_STRING"] == "a=b");
    CHECK_THROWS_AS(create_environ("/?a=1", {.query_string = "b=2"}), std::invalid_argument);
}

TEST_CASE("a body is data, a form, files or JSON", "[testing]") {
    const auto data = create_environ("/", {.method = "POST", .data = "text"});
    CHECK(data->environ()["CONTENT_LENGTH"] == "4");
    CHECK_FALSE(data->environ().contains("CONTENT_TYPE"));
    CHECK(data->environ().input().read() == "text");

    for (const auto& form : {create_environ("/", {.form = {{"user", "bob"}, {"n", 5}}}),
                             create_environ("/", {.data = {{"user", "bob"}, {"n", 5}}})}) {
        CHECK(form->environ()["CONTENT_TYPE"] == "application/x-www-form-urlencoded");
        CHECK(form->body() == "user=bob&n=5");
    }
    CHECK(create_environ("/", {.form = {{"user", "bob"}}})->body() == "user=bob");

    const auto json = create_environ("/", {.json = {{"a", 1}}});
    CHECK(json->environ()["CONTENT_TYPE"] == "application/json");
    CHECK(json->body() == "{\"a\":1}");
    CHECK(create_environ("/", {.json = Json::array({1})})->body() == "[1]");
    CHECK(create_environ("/", {.json = {{"a", 1}}, .content_type = "application/x+json"})
              ->environ()["CONTENT_TYPE"] == "application/x+json");
    CHECK_THROWS_AS(create_environ("/", {.data = "x", .json = {{"a", 1}}}), std::invalid_argument);
    CHECK_THROWS_AS(create_environ("/", {.data = "x", .form = {{"a", "1"}}}),
                    std::invalid_argument);

    const auto files = create_environ(
        "/", {.form = {{"a", "\xe2\x98\x83"}}, .files = {{"f", {"content", "\xc3\xa9.txt"}}}});
    Request request(files->environ());
    CHECK(request.mimetype() == "multipart/form-data");
    CHECK(request.form().get("a") == "\xe2\x98\x83");
    FileStorage file = request.files()["f"];
    CHECK(file.filename() == "\xc3\xa9.txt");
    CHECK(file.content_type() == "text/plain");
    CHECK(file.read() == "content");
}

TEST_CASE("headers, auth, content type and overrides", "[testing]") {
    const auto given = create_environ(
        "/", {.headers = {{"X-A", "1"}, {"X-A", "2"}, {"Host", "other"}},
              .auth = {"user", "pa:ss"},
              .environ_overrides = {{"REMOTE_ADDR", "1.2.3.4"}, {"HTTP_X_B", "3"}},
              .environ_base = {{"REMOTE_ADDR", "9.9.9.9"}, {"HTTP_USER_AGENT", "base"}}});
    const Environ& environ = given->environ();
    CHECK(environ["HTTP_X_A"] == "1, 2");
    CHECK(environ["HTTP_HOST"] == "other");
    CHECK(environ["HTTP_AUTHORIZATION"] == "Basic dXNlcjpwYTpzcw==");
    CHECK(environ["REMOTE_ADDR"] == "1.2.3.4");
    CHECK(environ["HTTP_X_B"] == "3");
    CHECK(environ["HTTP_USER_AGENT"] == "base");
    CHECK(create_environ("/", {.mimetype = "text/plain"})->environ()["CONTENT_TYPE"] ==
          "text/plain; charset=utf-8");
    CHECK(create_environ("/", {.content_type = "text/x"})->environ()["CONTENT_TYPE"] == "text/x");
    CHECK_THROWS_AS(create_environ("/", {.headers = {{"X", "a\r\nY: b"}}}), std::invalid_argument);
    CHECK_THROWS_AS(create_environ("/", {.content_type = "a\r\nY: b"}), std::invalid_argument);
}

TEST_CASE("a builder can be changed before it is used", "[testing]") {
    EnvironBuilder builder("/x", {.form = {{"a", "1"}}});
    CHECK(builder.mimetype() == "application/x-www-form-urlencoded");
    CHECK(builder.base_url() == "http://localhost/");
    builder.method("PUT").base_url("https://h:1/r/").query_string("q=1").path("/y z");
    builder.form().add("b", "2");
    CHECK(builder.server_name() == "h");
    CHECK(builder.server_port() == 1);
    const auto first = builder.get_environ();
    CHECK(first->environ()["REQUEST_METHOD"] == "PUT");
    CHECK(first->environ()["PATH_INFO"] == "/y z");
    CHECK(first->environ()["QUERY_STRING"] == "q=1");
    CHECK(first->body() == "a=1&b=2");
    builder.clear_body();
    CHECK_FALSE(builder.content_type());
    CHECK(builder.get_environ()->body().empty());
    CHECK(first->body() == "a=1&b=2");
}

TEST_CASE("encode_multipart gives boundary and body", "[testing]") {
    const auto [boundary, body] = encode_multipart({{"a", "1"}}, {{"f", {"x", "x.bin"}}}, "B");
    CHECK(boundary == "B");
    CHECK(body ==
          "\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
          "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.bin\"\r\n"
          "Content-Type: application/octet-stream\r\n\r\nx\r\n--B--\r\n");
    CHECK(encode_multipart({}).first != encode_multipart({}).first);
}
