// The public API: the response, written as its readers write it.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

TEST_CASE("A response is made in every spelling", "[api]") {
    Response empty;
    Response text("x");
    Response status("x", 404);
    Response with_headers("x", 200, {{"X-A", "1"}, {"X-B", "2"}});
    Response one_header("x", 200, {{"X-A", "1"}});
    Response typed("x", 200, {}, {.mimetype = "text/plain"});
    Response all(
        "x", 200, {},
        {.mimetype = "text/plain", .content_type = "text/css", .direct_passthrough = false});
    Response from_string(std::string("x"));
    Response from_view(std::string_view("x"));
    Response by_status("x", "404 Not Found");
    Response pieces(Body{"a", "b", "c"});
    Response streamed(stream([done = false]() mutable -> std::optional<std::string> {
                          if (done) return {};
                          done = true;
                          return "piece";
                      }),
                      200, {}, {.mimetype = "text/plain"});
    auto copy = with_headers;
    auto moved = std::move(copy);
    CHECK(status.status_code() == 404);
    CHECK(status.status() == "404 Not Found");
    CHECK(by_status.status_code() == 404);
    CHECK(with_headers.headers()["X-B"] == "2");
    CHECK(moved.headers()["X-A"] == "1");
    CHECK(typed.mimetype() == "text/plain");
    CHECK(typed.content_type() == "text/plain; charset=utf-8");
    CHECK(all.content_type() == "text/css");
    CHECK(streamed.is_streamed());
    CHECK(streamed.get_data() == "piece");
    CHECK(pieces.get_data() == "abc");
    CHECK(from_string.get_data() == from_view.get_data());
    CHECK(empty.get_data().empty());
    CHECK(one_header.headers().contains("x-a"));
}

TEST_CASE("Every member of a response", "[api]") {
    const auto now = std::chrono::system_clock::now();
    Response response("body");
    response.status_code(201).status("202 Accepted").status_code(200);
    response.headers()["X"] = "1";
    CHECK(response.headers()["X"] == "1");
    response.set_cookie("a", "1");
    response.set_cookie("b", "2",
                        {.max_age = 60,
                         .expires = now,
                         .path = "/",
                         .domain = "example.com",
                         .secure = true,
                         .httponly = true,
                         .samesite = "Lax",
                         .partitioned = false});
    response.set_cookie("c", std::string("3"), {.httponly = true, .samesite = "Strict"});
    response.delete_cookie("a");
    response.delete_cookie("b", {.path = "/", .domain = "example.com"});
    CHECK(response.headers().getlist("Set-Cookie").size() == 5);
    CHECK(response.data() == "body");
    CHECK(response.get_data() == "body");
    response.set_data("{\"a\": 1}");
    response.data("{\"a\": 2}");
    response.mimetype("application/json");
    CHECK(response.json()["a"] == 2);
    CHECK(response.mimetype() == "application/json");
    response.content_type("text/plain");
    CHECK(response.content_type() == "text/plain");
    CHECK(response.content_length() == 8);
    response.location("/next");
    CHECK(response.location() == "/next");
    response.set_etag("tag");
    CHECK(response.etag() == "\"tag\"");
    CHECK(response.get_etag()->first == "tag");
    response.add_etag();
    response.last_modified(now);
    response.expires(now);
    response.date(now);
    CHECK(response.last_modified().has_value());
    CHECK(response.expires().has_value());
    CHECK(response.date().has_value());
    response.cache_control().no_store(true);
    response.cache_control().max_age(60);
    CHECK(response.headers()["Cache-Control"].find("no-store") != std::string::npos);
    response.vary().add("Cookie");
    CHECK(response.headers()["Vary"] == "Cookie");
    response.allow().add("GET");
    response.allow().update({"POST", "PUT"});
    CHECK(response.allow().contains("put"));
    response.content_language("de");
    response.content_language().add("en");
    response.content_range("bytes 0-1/2");
    CHECK(response.content_range().has_value());
    response.www_authenticate(WWWAuthenticate("basic", {{"realm", "x"}}));
    CHECK(response.www_authenticate()->type() == "basic");
    response.retry_after(120);
    CHECK(response.retry_after().has_value());
    response.access_control_allow_origin("*");
    CHECK(response.access_control_allow_origin() == "*");
    response.access_control_allow_credentials(true);
    response.access_control_max_age(5);
    response.freeze();
    CHECK_FALSE(response.is_streamed());
    response.stream().write("more");
    CHECK(response.get_data() == "{\"a\": 2}more");
    bool closed = false;
    response.call_on_close([&] { closed = true; });
    response.close();
    CHECK(closed);
}

TEST_CASE("make_response, jsonify, redirect", "[api]") {
    Flask app;
    auto context = app.test_request_context();
    auto resp = make_response("x");
    resp.set_cookie("k", "v");
    CHECK(make_response("x", 404).status_code() == 404);
    CHECK(make_response("x", 404, {{"X-A", "1"}}).headers()["X-A"] == "1");
    CHECK(make_response("x", 404, Headers{{"X-A", "1"}}).headers()["X-A"] == "1");
    CHECK(make_response("x", Headers{{"X-A", "1"}}).headers()["X-A"] == "1");
    CHECK(make_response(Json{{"a", 1}}).is_json());
    CHECK(make_response(std::pair{"x", 201}).status_code() == 201);
    CHECK(make_response(std::tuple{"x", 201, Headers{{"A", "b"}}}).status_code() == 201);
    CHECK(make_response(Response("y")).get_data() == "y");
    CHECK(make_response(std::string("z"), 200).get_data() == "z");
    CHECK(make_response(escape("<")).get_data() == "&lt;");
    CHECK(make_response(redirect("/"), 303).status_code() == 303);
    CHECK(make_response().status_code() == 200);
    CHECK(jsonify({{"k", "v"}}).get_data() == "{\"k\":\"v\"}\n");
    CHECK(jsonify({{"k", "v"}, {"n", 1}}).get_data() == "{\"k\":\"v\",\"n\":1}\n");
    CHECK(jsonify(Json{{"k", 1}}).get_data() == "{\"k\":1}\n");
    CHECK(jsonify(Json::array({1, 2})).get_data() == "[1,2]\n");
    CHECK(jsonify(std::vector<int>{1, 2}).get_data() == "[1,2]\n");
    CHECK(jsonify("text").get_data() == "\"text\"\n");
    CHECK(redirect("/x").status_code() == 302);
    CHECK(redirect("/x", 301).location() == "/x");
    CHECK(redirect(std::string("/y"), 308).status_code() == 308);
}

TEST_CASE("A response answers conditionally, by request and by proxy", "[api]") {
    Flask app;
    app.get("/")([] {
        Response response("content");
        response.add_etag();
        return response.make_conditional(request);
    });
    app.get("/object")([] {
        Response response("content");
        response.set_etag("x").make_conditional(*request);
        return response;
    });
    auto client = app.test_client();
    const auto first = client.get("/");
    const std::string etag = first.etag().value();
    CHECK(client.get("/", {.headers = {{"If-None-Match", etag}}}).status_code() == 304);
    CHECK(client.get("/object", {.headers = {{"If-None-Match", "\"x\""}}}).status_code() == 304);
}

TEST_CASE("Files are sent", "[api]") {
    const std::string path = "test_api_response.txt";
    std::FILE* file = std::fopen(path.c_str(), "wb");
    REQUIRE(file);
    std::fputs("0123456789", file);
    std::fclose(file);
    Flask app(FlaskOptions{.root_path = "."});
    app.get("/file")([&] { return send_file(path); });
    app.get("/options")([&] {
        return send_file(path, {.mimetype = "text/css",
                                .as_attachment = true,
                                .download_name = "down.css",
                                .conditional = true,
                                .etag = true,
                                .last_modified = std::chrono::system_clock::now(),
                                .max_age = 60});
    });
    app.get("/some")([&] { return send_file(path, {.as_attachment = true, .max_age = 5}); });
    app.get("/tag")([&] { return send_file(path, {.conditional = false, .etag = "own"}); });
    app.get("/dir/<path:name>")([](std::string name) { return send_from_directory(".", name); });
    app.get("/view/<path:name>")([](std::string_view name) {
        return send_from_directory(".", name, {.as_attachment = true});
    });
    auto client = app.test_client();
    CHECK(client.get("/file").text() == "0123456789");
    CHECK(client.get("/file", {.headers = {{"Range", "bytes=2-4"}}}).text() == "234");
    CHECK(client.get("/options").headers()["Content-Disposition"] ==
          "attachment; filename=down.css");
    CHECK(client.get("/some").headers()["Cache-Control"].find("max-age=5") != std::string::npos);
    CHECK(client.get("/tag").headers()["ETag"] == "\"own\"");
    CHECK(client.get("/dir/" + path).text() == "0123456789");
    CHECK(client.get("/view/" + path).status_code() == 200);
    CHECK(client.get("/dir/../x").status_code() == 404);
    CHECK(client.get("/dir/missing").status_code() == 404);
    std::remove(path.c_str());
}

TEST_CASE("Bodies come in pieces with the request's context", "[api]") {
    Flask app;
    std::string trace;
    app.teardown_request([&] { trace += "teardown "; });
    app.get("/lambda")([&] {
        return Response(
            stream_with_context([&trace, n = 0]() mutable -> std::optional<std::string> {
                trace += "piece ";
                if (n++ == 2) return std::nullopt;
                return request->args()["name"] + std::to_string(n);
            }),
            200, {}, {.mimetype = "text/plain"});
    });
    app.get("/body")([] {
        return stream_with_context([n = 0]() mutable -> std::optional<std::string> {
            if (n++ == 1) return std::nullopt;
            return std::string(request->path()) + std::string(current_app->name());
        });
    });
    app.get("/generator")([] {
        auto generate = []() -> Generator {
            co_yield "Hello ";
            co_yield request->args()["name"];
            co_yield session.get<std::string>("missing", "!");
        };
        return Response(stream_with_context(generate()));
    });
    auto client = app.test_client();
    CHECK(client.get("/lambda?name=x").text() == "x1x2");
    CHECK(trace == "piece piece piece teardown ");
    CHECK(client.get("/body").text() == "/bodytest_response");
    CHECK(client.get("/generator?name=bob").text() == "Hello bob!");
    CHECK_FALSE(has_request_context());
}
