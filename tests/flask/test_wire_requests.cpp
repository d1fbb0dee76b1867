// Whole answers to requests: status, fields in order, body. Made by running Flask on the same routes.
#include "flask/app.hpp"

#include "core/text.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/redirect.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

using namespace microflask;

namespace {

/// Writes text as Python's `repr` does.
std::string quoted(std::string_view text) {
    return "'" + detail::replace_all(text, "\n", "\\n") + "'";
}

/// A function that gives these pieces, one after another.
auto pieces_of(std::string_view first, std::string_view second) {
    return stream([first, second, next = 0]() mutable -> std::optional<std::string> {
        ++next;
        if (next > 2) return std::nullopt;
        return std::string(next == 1 ? first : second);
    });
}

void add_plain_routes(Flask& app) {
    app.get("/", [] { return "Hello, World!"; });
    app.get("/slash/", {.endpoint = "slash"}, [] { return "slash"; });
    app.get("/noslash", [] { return "noslash"; });
    app.route("/multi", {.methods = {"GET", "POST"}}, [] { return "multi"; });
    app.post("/post", [] { return "post"; });
    app.route("/opt", {.methods = {"GET", "OPTIONS"}}, [] { return "mine"; });
    app.route("/head", {.methods = {"GET", "HEAD"}}, [] { return "twelve bytes"; });
    app.get("/int/<int:x>", [](long long x) { return std::to_string(x); });
    app.get("/float/<float:x>", [](double x) { return detail::double_to_text(x); });
    app.get("/path/<path:x>", [](std::string x) { return quoted(x); });
    app.get("/uuid/<uuid:x>", [](std::string x) { return "UUID(" + quoted(x) + ")"; });
    app.get("/any/<any(a, 'b c', d):x>", [](std::string x) { return quoted(x); });
    app.get("/str/<string(minlength=2, maxlength=4):x>", [](std::string x) { return quoted(x); });
    app.get("/s/<x>", [](std::string x) { return quoted(x); });
    const auto page = [](int number) { return std::to_string(number); };
    const auto view = app.route("/def/", {.endpoint = "page", .defaults = {{"page", 1}}}, page);
    app.route("/def/page/<int:page>", {.endpoint = "page"})(view);
}

void add_answering_routes(Flask& app) {
    using std::make_tuple;
    app.get("/boom", []() -> std::string { throw std::runtime_error("kaboom"); });
    app.get("/a404", []() -> std::string { abort(404); });
    app.get("/a401", []() -> std::string { abort(401); });
    app.get("/aresp", []() -> std::string { abort(Response("custom", 418)); });
    app.get("/key", [] { return request->args()["missing"]; });
    app.post("/json", [] { return jsonify(request->get_json()); });
    app.get("/rdict", [] { return Json{{"b", 1}, {"a", Json::array({1, 2})}}; });
    app.get("/rlist", [] { return Json::array({1, 2}); });
    app.get("/rtuple", [] { return make_tuple("x", 201, Headers{{"X-A", "1"}}); });
    app.get("/r204", [] { return make_tuple("", 204); });
    app.get("/r204body", [] { return make_tuple("body", 204); });
    app.get("/r304", [] { return make_tuple("body", 304); });
    app.get("/r2h", [] { return make_tuple("x", Headers{{"X-A", "1"}, {"X-A", "2"}}); });
    app.get("/rbytes", [] { return std::string("\xFF\0", 2); });
    app.get("/rgen", [] { return pieces_of("a", "b"); });
    app.get("/stream",
            [] { return Response(pieces_of("aaa", "bb"), 200, {}, {.mimetype = "text/plain"}); });
    app.get("/redir", [] { return redirect("/target?x=1&y=<2>"); });
    app.get("/redirfor", [] { return redirect(url_for("slash")); });
    app.get("/cookie", [] {
        Response response("x");
        response.set_cookie("a", "1");
        response.set_cookie("b", "x y", {.max_age = 0, .httponly = true, .samesite = "Lax"});
        response.delete_cookie("c");
        return response;
    });
}

/// Returns "status | fields || body"; a page of an error or redirect is named, the time of now is not told.
std::string written(const TestResponse& response) {
    std::string text = std::to_string(response.status_code());
    for (const auto& [name, value] : response.headers()) {
        std::string shown(value);
        if (const auto at = shown.find("; Expires="); at != std::string::npos) {
            const std::string date = shown.substr(at + 10, 29);
            if (date != "Thu, 01 Jan 1970 00:00:00 GMT") shown.replace(at + 10, 25, "<now>");
        }
        text += " | " + std::string(name) + ": " + shown;
    }
    const std::string body = response.text();
    const std::string code = std::to_string(response.status_code());
    text += " || ";
    if (body.find("<title>" + code + " ") != std::string::npos && body.find("<br>") > body.size())
        return text + "<page " + code + ">";
    if (body.find("<title>Redirecting...") != std::string::npos) return text + "<redirect page>";
    return text + body;
}

/// Asks as the vector says: a method, a space, a path.
std::string asked(Flask& app, std::string_view line, EnvironBuilderOptions options = {}) {
    auto client = app.test_client();
    const std::size_t space = line.find(' ');
    options.method = line.substr(0, space);
    return written(client.open(line.substr(space + 1), std::move(options)));
}

}  // namespace

TEST_CASE("requests are answered with the fields and bodies of Flask", "[flask]") {
    // Other than in Flask: redirect() is a 302, numbers have 64 bits and ASCII digits, Allow is sorted,
    // the fields beside a body come after those that it has.
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"GET /",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 13 || Hello, World!"},
        {"HEAD /", "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 13 || "},
        {"GET /nope",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"HEAD /nope", "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || "},
        {"POST /",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
         "Content-Length: 153 || <page 405>"},
        {"GET /slash",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 233 | Location: "
         "http://localhost/slash/ || <redirect page>"},
        {"GET /slash?a=1&b=%20x",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 263 | Location: "
         "http://localhost/slash/?a=1&b=%20x || <redirect page>"},
        {"POST /slash",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"HEAD /slash",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 233 | Location: "
         "http://localhost/slash/ || "},
        {"GET /noslash/",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /slash//",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 233 | Location: "
         "http://localhost/slash/ || <redirect page>"},
        {"GET /boom",
         "500 | Content-Type: text/html; charset=utf-8 | Content-Length: 265 || <page 500>"},
        {"GET /a404",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /a401",
         "401 | Content-Type: text/html; charset=utf-8 | Content-Length: 317 || <page 401>"},
        {"GET /aresp",
         "418 | Content-Type: text/html; charset=utf-8 | Content-Length: 6 || custom"},
        {"GET /key",
         "400 | Content-Type: text/html; charset=utf-8 | Content-Length: 167 || <page 400>"},
        {"GET /rdict",
         "200 | Content-Type: application/json | Content-Length: 18 || {\"a\":[1,2],\"b\":1}\n"},
        {"GET /rlist", "200 | Content-Type: application/json | Content-Length: 6 || [1,2]\n"},
        {"GET /rtuple",
         "201 | Content-Type: text/html; charset=utf-8 | Content-Length: 1 | X-A: 1 || x"},
        {"GET /r204", "204 | Content-Type: text/html; charset=utf-8 || "},
        {"GET /r204body", "204 | Content-Type: text/html; charset=utf-8 || "},
        {"GET /r304", "304 || "},
        {"GET /r2h",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 1 | X-A: 1 | X-A: 2 || x"},
        {"GET /rgen", "200 | Content-Type: text/html; charset=utf-8 || ab"},
        {"GET /redir",
         "302 | Content-Type: text/html; charset=utf-8 | Content-Length: 241 | Location: "
         "/target?x=1&y=%3C2%3E || <redirect page>"},
        {"GET /redirfor",
         "302 | Content-Type: text/html; charset=utf-8 | Content-Length: 201 | Location: /slash/ "
         "|| <redirect page>"},
        {"GET /cookie",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 1 | Set-Cookie: a=1; "
         "Path=/ | Set-Cookie: b=\"x y\"; Expires=<now> GMT; Max-Age=0; HttpOnly; Path=/; "
         "SameSite=Lax | Set-Cookie: c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/ "
         "|| x"},
        {"GET /stream", "200 | Content-Type: text/plain; charset=utf-8 || aaabb"},
        {"HEAD /head", "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 12 || "},
        {"GET /def/page/1",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 229 | Location: "
         "http://localhost/def/ || <redirect page>"},
        {"GET /def/", "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 1 || 1"},
        {"GET /def/page/1?x=y",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 237 | Location: "
         "http://localhost/def/?x=y || <redirect page>"},
        {"GET /s/%2F",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /s/a%20b",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 5 || 'a b'"},
        {"GET /s/",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /int/007", "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 1 || 7"},
        {"GET /int/-1",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /int/99999999999999999999",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /int/1.0",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /int/x",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /float/1",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /float/1.50",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 3 || 1.5"},
        {"GET /float/.5",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /path/a/b/c",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 7 || 'a/b/c'"},
        {"GET /path/a//b",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 6 || 'a//b'"},
        {"GET /path//a",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 233 | Location: "
         "http://localhost/path/a || <redirect page>"},
        {"GET /path/",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /path/a/",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 4 || 'a/'"},
        {"GET /uuid/12345678-1234-5678-1234-567812345678",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 44 || "
         "UUID('12345678-1234-5678-1234-567812345678')"},
        {"GET /uuid/12345678123456781234567812345678",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /any/b%20c",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 5 || 'b c'"},
        {"GET /any/z",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /str/a",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /str/abcd",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 6 || 'abcd'"},
        {"GET /str/abcde",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /int/%D9%A1",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /s/\303\251",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 4 || '\303\251'"},
        {"GET /s/%ff",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 5 || '\357\277\275'"},
        {"GET /s/a%0Ab",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 6 || 'a\\nb'"},
        {"GET /SLASH/",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"GET /noslash?",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 7 || noslash"},
        {"BREW /",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
         "Content-Length: 153 || <page 405>"},
        {"TRACE /",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
         "Content-Length: 153 || <page 405>"},
        {"PUT /multi",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS, POST | "
         "Content-Length: 153 || <page 405>"},
        {"GET /post",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: OPTIONS, POST | Content-Length: "
         "153 || <page 405>"},
        {"HEAD /post",
         "405 | Content-Type: text/html; charset=utf-8 | Allow: OPTIONS, POST | Content-Length: "
         "153 || "},
        {"OPTIONS /",
         "200 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
         "Content-Length: 0 || "},
        {"OPTIONS /multi",
         "200 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS, POST | "
         "Content-Length: 0 || "},
        {"OPTIONS /post",
         "200 | Content-Type: text/html; charset=utf-8 | Allow: OPTIONS, POST | Content-Length: 0 "
         "|| "},
        {"OPTIONS /opt",
         "200 | Content-Type: text/html; charset=utf-8 | Content-Length: 4 || mine"},
        {"OPTIONS /nope",
         "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page 404>"},
        {"OPTIONS /slash",
         "308 | Content-Type: text/html; charset=utf-8 | Content-Length: 233 | Location: "
         "http://localhost/slash/ || <redirect page>"},
        {"OPTIONS /static/x",
         "200 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
         "Content-Length: 0 || "},
    };
    Flask app;
    app.testing(false);
    app.config["PROPAGATE_EXCEPTIONS"] = false;
    add_plain_routes(app);
    add_answering_routes(app);
    for (const auto& [line, answer] : cases) {
        CAPTURE(line);
        CHECK(asked(app, line) == answer);
    }
    const auto bytes = app.test_client().get("/rbytes");
    CHECK(bytes.data() == std::string("\xFF\0", 2));
    CHECK(bytes.headers()["Content-Length"] == "2");
}

TEST_CASE("JSON that is sent is answered with the fields and bodies of Flask", "[flask]") {
    const std::string wrong_type =
        "415 | Content-Type: text/html; charset=utf-8 | Content-Length: 215 || <page 415>";
    Flask app;
    add_answering_routes(app);
    const auto sent = [&app](std::string_view body, std::string_view content_type) {
        EnvironBuilderOptions options;
        options.data = body;
        if (!content_type.empty()) options.content_type = content_type;
        return asked(app, "POST /json", std::move(options));
    };
    CHECK(sent("{\"b\": 1, \"a\": 2}", "application/json") ==
          "200 | Content-Type: application/json | Content-Length: 14 || {\"a\":2,\"b\":1}\n");
    CHECK(sent("[1]", "application/vnd.api+json") ==
          "200 | Content-Type: application/json | Content-Length: 4 || [1]\n");
    CHECK(sent("{bad", "application/json") ==
          "400 | Content-Type: text/html; charset=utf-8 | Content-Length: 167 || <page 400>");
    CHECK(sent("{}", "text/plain") == wrong_type);
    CHECK(sent("{}", "") == wrong_type);
    const auto page = app.test_client().post("/json", {.data = "{}"});
    CHECK(
        page.text() ==
        "<!doctype html>\n<html lang=en>\n<title>415 Unsupported Media Type</title>\n"
        "<h1>Unsupported Media Type</h1>\n<p>Did not attempt to load JSON data because the request "
        "Content-Type was not &#39;application/json&#39;.</p>\n");
}

TEST_CASE("debug mode says more about a 400 and writes JSON for people, as Flask", "[flask]") {
    Flask app;
    app.debug(true);
    app.config["TRAP_BAD_REQUEST_ERRORS"] = false;
    add_answering_routes(app);
    const std::string start =
        "<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n"
        "<h1>Bad Request</h1>\n<p>";
    CHECK(asked(app, "GET /key") ==
          "400 | Content-Type: text/html; charset=utf-8 | Content-Length: 198 || " + start +
              "The browser (or proxy) sent a request that this server could not understand.<br>"
              "KeyError: &#39;missing&#39;</p>\n");
    CHECK(asked(app, "GET /rdict") ==
          "200 | Content-Type: application/json | Content-Length: 40 || {\n  \"a\": [\n    1,\n    "
          "2\n  ],\n  \"b\": 1\n}\n");
    const auto bad =
        app.test_client().post("/json", {.data = "{bad", .content_type = "application/json"});
    CHECK(bad.text().find(start + "Failed to decode JSON object: ") == 0);
}

TEST_CASE("a session travels with the fields of Flask", "[flask]") {
    Flask app;
    app.secret_key("test key");
    app.get("/sess", [] {
        session["user"] = "alice";
        return "ok";
    });
    app.get("/sessp", [] {
        session["user"] = "alice";
        session.permanent(true);
        return "ok";
    });
    app.get("/sessread", [] { return session.get<std::string>("user", "None"); });
    app.get("/sessclear", [] {
        session.clear();
        return "ok";
    });
    app.get("/flash", [] {
        flash("hi", "cat");
        return "ok";
    });
    app.get("/", [] { return "Hello, World!"; });
    auto client = app.test_client();
    /// The answer, with time and signature of the session's cookie and the date of now left out.
    const auto answer = [&client](std::string_view path) {
        std::string text = written(client.get(path));
        const std::size_t payload = text.find("session=e");
        if (payload != std::string::npos) {
            const std::size_t dot = text.find('.', payload);
            text.replace(dot + 1, text.find(';', dot) - dot - 1, "<signed>");
        }
        return text;
    };
    const std::string html = "200 | Content-Type: text/html; charset=utf-8 | Content-Length: ";
    const std::string gone =
        "Set-Cookie: session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; "
        "Max-Age=0; HttpOnly; Path=/ || ok";
    const std::string kept =
        "Set-Cookie: session=eyJfcGVybWFuZW50Ijp0cnVlLCJ1c2VyIjoiYWxpY2UifQ.<signed>; "
        "Expires=<now> GMT; HttpOnly; Path=/";
    CHECK(answer("/sess") == html +
                                 "2 | Vary: Cookie | Set-Cookie: "
                                 "session=eyJ1c2VyIjoiYWxpY2UifQ.<signed>; HttpOnly; Path=/ || ok");
    CHECK(answer("/sessread") == html + "5 | Vary: Cookie || alice");
    CHECK(answer("/") == html + "13 || Hello, World!");
    CHECK(answer("/sessclear") == html + "2 | Vary: Cookie | " + gone);
    CHECK(answer("/sessclear") == html + "2 | Vary: Cookie | " + gone);
    CHECK(answer("/sessread") == html + "4 | Vary: Cookie || None");
    CHECK(answer("/flash") == html +
                                  "2 | Vary: Cookie | Set-Cookie: "
                                  "session=eyJfZmxhc2hlcyI6W3siIHQiOlsiY2F0IiwiaGkiXX1dfQ.<signed>;"
                                  " HttpOnly; Path=/ || ok");
    client = app.test_client();
    CHECK(answer("/sessp") == html + "2 | Vary: Cookie | " + kept + " || ok");
    CHECK(answer("/") == html + "13 | " + kept + " | Vary: Cookie || Hello, World!");

    app.config["SESSION_COOKIE_NAME"] = "sid";
    app.config["SESSION_COOKIE_DOMAIN"] = "example.com";
    app.config["SESSION_COOKIE_PATH"] = "/app";
    app.config["SESSION_COOKIE_SECURE"] = true;
    app.config["SESSION_COOKIE_HTTPONLY"] = false;
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax";
    app.config["SESSION_COOKIE_PARTITIONED"] = true;
    const std::string field = app.test_client().get("/sess").headers()["Set-Cookie"];
    CHECK(field.find("sid=eyJ1c2VyIjoiYWxpY2UifQ.") == 0);
    CHECK(field.substr(field.find(';')) ==
          "; Domain=example.com; Secure; Path=/app; SameSite=Lax; Partitioned");
}

TEST_CASE("a response has the media type that Flask gives it", "[flask]") {
    const auto type_of = [](const Response& response) {
        return response.headers()["Content-Type"];
    };
    CHECK(type_of(Response("x")) == "text/html; charset=utf-8");
    CHECK(type_of(Response("x", 200, {}, {.mimetype = "text/css"})) == "text/css; charset=utf-8");
    CHECK(type_of(Response("x", 200, {}, {.mimetype = "application/json"})) == "application/json");
    CHECK(type_of(Response("x", 200, {}, {.content_type = "text/html"})) == "text/html");
    CHECK(type_of(Response("x", 200, {{"Content-Type", "text/plain"}})) == "text/plain");
    CHECK(type_of(Response("x", 200, {{"Content-Type", "text/plain"}},
                           {.mimetype = "image/png"})) == "image/png");
    for (const std::string_view same : {"multipart/form-data", "application/vnd.api+json",
                                        "application/octet-stream", "TEXT/HTML"})
        CHECK(type_of(Response("x", 200, {}, {.mimetype = same})) == same);
}

TEST_CASE("jsonify writes what Flask's writes", "[flask]") {
    const auto when = std::chrono::system_clock::time_point(std::chrono::seconds(1709210096));
    const Json nested = {{"b", {{"z", 1}, {"a", Json::array({1, Json{{"y", 1}, {"x", 2}}})}}},
                         {"a", 2}};
    const std::tuple<Json, std::string_view, std::string_view> cases[] = {
        {Json::object(), "{}\n", "{}\n"},
        {nullptr, "null\n", "null\n"},
        {Json::array({1, 2}), "[1,2]\n", "[\n  1,\n  2\n]\n"},
        {{{"b", 1}, {"a", 2}}, "{\"a\":2,\"b\":1}\n", "{\n  \"a\": 2,\n  \"b\": 1\n}\n"},
        {Json::array({1, "x", nullptr, true, 1.5}), "[1,\"x\",null,true,1.5]\n",
         "[\n  1,\n  \"x\",\n  null,\n  true,\n  1.5\n]\n"},
        {"h\303\251llo \342\230\203 \360\237\230\200", "\"h\\u00e9llo \\u2603 \\ud83d\\ude00\"\n",
         "\"h\\u00e9llo \\u2603 \\ud83d\\ude00\"\n"},
        {nested, "{\"a\":2,\"b\":{\"a\":[1,{\"x\":2,\"y\":1}],\"z\":1}}\n",
         "{\n  \"a\": 2,\n  \"b\": {\n    \"a\": [\n      1,\n      {\n        \"x\": 2,\n        "
         "\"y\": 1\n      }\n    ],\n    \"z\": 1\n  }\n}\n"},
        {std::string("\"\\/\b\f\n\r\t\0\037\177<>&'", 15),
         "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f<>&'\"\n",
         "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f<>&'\"\n"},
        {Json::array({0, -1, 9007199254740992, 18446744073709551615ULL}),
         "[0,-1,9007199254740992,18446744073709551615]\n",
         "[\n  0,\n  -1,\n  9007199254740992,\n  18446744073709551615\n]\n"},
        {when, "\"Thu, 29 Feb 2024 12:34:56 GMT\"\n", "\"Thu, 29 Feb 2024 12:34:56 GMT\"\n"},
        {{{"a", Json::array()}, {"b", Json::object()}},
         "{\"a\":[],\"b\":{}}\n",
         "{\n  \"a\": [],\n  \"b\": {}\n}\n"},
        {"\342\200\250\342\200\251", "\"\\u2028\\u2029\"\n", "\"\\u2028\\u2029\"\n"},
    };
    for (const bool debug : {false, true}) {
        Flask app;
        app.debug(debug);
        const auto context = app.test_request_context();
        for (const auto& [value, compact, pretty] : cases) {
            CAPTURE(debug, compact);
            CHECK(jsonify(value).get_data() == (debug ? pretty : compact));
        }
    }
    Flask app;
    const auto context = app.test_request_context();
    CHECK(jsonify(Json::array({0.1, 1.0, 1e16, 1e22, 1e-7, 123456789.123, -0.0, 3.141592653589793,
                               1e15, 1.5e300, 5e-324}))
              .get_data() ==
          "[0.1,1.0,1e+16,1e+22,1e-07,123456789.123,-0.0,3.141592653589793,"
          "1000000000000000.0,1.5e+300,5e-324]\n");
    CHECK(
        jsonify({{"b", 1}, {"a", 6}, {"\303\251", 4}, {"B", 2}, {"_", 3}, {"a1", 5}}).get_data() ==
        "{\"B\":2,\"_\":3,\"a\":6,\"a1\":5,\"b\":1,\"\\u00e9\":4}\n");
    CHECK(app.json().dumps({{"b", 1}, {"a", Json::array({1, 2})}}) == "{\"a\": [1, 2], \"b\": 1}");
    CHECK(app.json().dumps(Json::array({1, "\303\251"})) == "[1, \"\\u00e9\"]");
}
