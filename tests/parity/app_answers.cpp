// What views may answer, and errors: the second part of the application of parity.py.
#include "app.hpp"

#include <cstddef>
#include <tuple>
#include <utility>

namespace parity {

Response response_as_wanted(const Json& wanted) {
    Response response = make_response(wanted.get<std::string>("body", "made"));
    if (wanted.contains("status_code")) response.status_code(wanted["status_code"].get<int>());
    if (wanted.contains("status")) response.status(wanted_text(wanted, "status"));
    if (wanted.contains("mimetype")) response.mimetype(wanted_text(wanted, "mimetype"));
    if (wanted.contains("content_type")) response.content_type(wanted_text(wanted, "content_type"));
    for (const auto& [name, value] : wanted["set"].items())
        response.headers()[name] = value.get<std::string>();
    for (const Json& field : wanted["add"])
        response.headers().add(field[0].get<std::string>(), field[1].get<std::string>());
    for (const Json& name : wanted["remove"]) response.headers().remove(name.get<std::string>());
    if (wanted.contains("data")) response.set_data(wanted_text(wanted, "data"));
    return response;
}

Response cookie_as_wanted() {
    const Json options = Json::parse(request->args().get("options", "{}"));
    DumpCookieOptions cookie;
    if (options["max_age"].is_integer()) cookie.max_age = options["max_age"].get<long long>();
    if (options["expires"].is_integer())
        cookie.expires = time_of(options["expires"].get<long long>());
    if (options.contains("path")) {
        cookie.path.reset();
        if (options["path"].is_string()) cookie.path = options["path"].get<std::string>();
    }
    cookie.domain = options.get<std::string>("domain", "");
    cookie.secure = options.get<bool>("secure", false);
    cookie.httponly = options.get<bool>("httponly", false);
    cookie.samesite = options.get<std::string>("samesite", "");
    Response response = make_response("cookie");
    response.set_cookie(request->args()["key"], request->args().get("value", ""), cookie);
    return response;
}

Response response_with_fields() {
    Response response(Body("fields"));
    response.cache_control().max_age(60).public_(true).no_cache(true);
    response.vary().add("Accept");
    response.vary().add("Cookie");
    response.allow().update({"GET", "HEAD"});
    response.content_language().add("de");
    response.set_etag("tag", true);
    const TimePoint time = time_of(1709210096);
    response.last_modified(time).expires(time).retry_after(120).age(5);
    response.content_location("/there").accept_ranges("bytes").content_encoding("identity");
    response.access_control_allow_origin("*").access_control_allow_credentials(true);
    response.access_control_max_age(600);
    response.access_control_allow_methods(HeaderSet{"GET", "PUT"});
    response.access_control_allow_headers(HeaderSet{"X-A", "X-B"});
    response.access_control_expose_headers(HeaderSet{"X-C"});
    response.content_range(ContentRange("bytes", 0, 10, 20));
    response.content_security_policy().default_src("'self'");
    return response;
}

Response file_as_wanted() {
    const Json wanted = Json::parse(request->args().get("options", "{}"));
    const std::string mimetype = wanted.get<std::string>("mimetype", "");
    const std::string download_name = wanted.get<std::string>("download_name", "");
    const std::string etag = wanted["etag"].is_string() ? wanted_text(wanted, "etag") : "";
    SendFileOptions options;
    options.mimetype = mimetype;
    options.as_attachment = wanted.get<bool>("as_attachment", false);
    options.download_name = download_name;
    options.conditional = wanted.get<bool>("conditional", true);
    if (wanted["etag"].is_string())
        options.etag = EtagChoice(etag);
    else
        options.etag = wanted.get<bool>("etag", true);
    if (wanted["last_modified"].is_integer())
        options.last_modified = time_of(wanted["last_modified"].get<long long>());
    if (wanted["max_age"].is_integer()) options.max_age = wanted["max_age"].get<long long>();
    return send_file(request->args()["path"], options);
}

Generator five_numbers() {
    for (int number = 0; number < 5; ++number) co_yield std::to_string(number) + "\n";
}

Generator greeting() {
    co_yield "Hello ";
    co_yield request->args().get("name", "nobody");
    co_yield "!";
}

/// Makes a body of several pieces.
Body pieces(std::vector<std::string> texts) {
    return stream([texts, position = std::size_t{0}]() mutable -> std::optional<std::string> {
        if (position == texts.size()) return std::nullopt;
        return texts[position++];
    });
}

void add_answers(Flask& app) {
    app.get("/r/text", [] { return "text"; });
    app.get("/r/empty", [] { return ""; });
    app.get("/r/unicode", [] { return "snow: \u2603 <&>\n"; });
    app.get("/r/bytes", [] {
        std::vector<std::byte> bytes{std::byte{0}, std::byte{0xff}};
        for (const char c : std::string_view(" bytes")) bytes.push_back(static_cast<std::byte>(c));
        return bytes;
    });
    app.get("/r/markup", [] { return Markup("<b>bold</b>"); });
    app.get("/r/dict", [] {
        return Json{{"b", Json::array({1, nullptr, true, "x"})},
                    {"a", {{"z", 1.5}, {"y", "\u2603</script>"}}}};
    });
    app.get("/r/list", [] { return Json::array({3, 2, {{"b", 1}, {"a", 2}}}); });
    app.get("/r/dict-status", [] { return std::pair{Json{{"error", "gone"}}, 410}; });
    app.get("/r/status", [] { return std::pair{"made", 201}; });
    app.get("/r/status-text", [] { return std::pair{"teapot", "299 My Own"}; });
    app.get("/r/headers", [] {
        return std::pair{"x", Headers{{"X-One", "1"}, {"Content-Type", "text/plain"}}};
    });
    app.get("/r/header-list", [] {
        return std::pair{"x", Headers{{"X-Two", "1"}, {"X-Two", "2"}}};
    });
    app.get("/r/three", [] { return std::tuple{"three", 202, Headers{{"X-Three", "3"}}}; });
    app.get("/r/response", [] {
        return Response("plain", 203, {{"X-A", "b"}}, {.mimetype = "text/plain"});
    });
    app.get("/r/response-tuple", [] {
        return std::tuple{Response("inner", 200, {{"X-A", "inner"}, {"X-B", "kept"}}), 404,
                          Headers{{"X-A", "outer"}}};
    });
    app.get("/r/content-type", [] {
        return Response("\xe9", 200, {}, {.content_type = "text/plain; charset=latin1"});
    });
    app.get("/r/no-content", [] { return std::pair{"", 204}; });
    app.get("/r/no-content-body", [] { return std::pair{"body", 204}; });
    app.get("/r/not-modified", [] { return std::pair{"body", 304}; });
    app.get("/r/location", [] {
        return std::tuple{"", 201, Headers{{"Location", "/relative?x=1"}}};
    });
    app.get("/r/exception", [] { return NotFound("returned").get_response(); });
    app.get("/r/raised-response", []() -> Response {
        abort(Response("aborted with a response", 418, {{"X-Abort", "1"}}));
    });
    app.get("/r/make", [] { return response_as_wanted(Json::parse(request->args()["json"])); });
    app.get("/r/new", [] {
        const std::string mimetype = request->args().get("mimetype", "");
        const std::string content_type = request->args().get("content_type", "");
        return Response(request->args().get("body", "new"), request->args().get("status", "200"),
                        {}, {.mimetype = mimetype, .content_type = content_type});
    });
    app.get("/r/jsonify", [] { return jsonify(Json::parse(request->args()["json"])); });
    app.get("/r/redirect",
            [] { return redirect(request->args()["to"], request->args().get<int>("code", 302)); });
    app.get("/r/cookie", [] { return cookie_as_wanted(); });
    app.get("/r/cookies", [] {
        Response response = make_response("cookies");
        response.set_cookie("one", "1");
        response.set_cookie("two", "2", {.httponly = true});
        response.delete_cookie("three", {.path = "/x", .domain = "example.com"});
        response.delete_cookie("four");
        return response;
    });
    app.get("/r/stream", [] {
        return Response(pieces({"one,", "", "two,", "three"}), 200, {}, {.mimetype = "text/plain"});
    });
    app.get("/r/generator", [] { return five_numbers(); });
    app.get("/r/stream-context", [] { return Response(stream_with_context(greeting)); });
    app.get("/r/stream-length", [] {
        return Response(pieces({"abc", "def"}), 200, {{"Content-Length", "6"}});
    });
    app.get("/r/fields", [] { return response_with_fields(); });
    app.route("/r/conditional", {.methods = {"GET", "HEAD", "POST"}}, [] {
        Response response(Body("conditional body"));
        response.set_etag("tag");
        response.last_modified(time_of(1709210096));
        response.make_conditional(request, {.accept_ranges = "bytes", .complete_length = 16});
        return response;
    });
    app.get("/r/etag", [] {
        Response response = make_response("body");
        response.add_etag();
        response.make_conditional(request);
        return response;
    });
    app.get("/r/file", [] { return file_as_wanted(); });
    app.get("/r/directory/<path:name>",
            [](std::string name) { return send_from_directory("static", name); });
    app.get("/r/status/<int:code>", [](int code) { return std::pair{"status", code}; });
    app.get("/r/after-this", [] {
        after_this_request([](Response response) {
            response.headers()["X-After-This"] = "1";
            return response;
        });
        return "after this";
    });
}

std::string raise(const std::string& name) {
    if (name == "auth") {
        const WWWAuthenticate wanted("basic", {{"realm", "here"}});
        throw Unauthorized("who?", {wanted.to_header()});
    }
    if (name == "methods") throw MethodNotAllowed({"POST"});
    if (name == "range") throw RequestedRangeNotSatisfiable(17);
    if (name == "retry") throw TooManyRequests(30);
    if (name == "unavailable") throw ServiceUnavailable("later", 60);
    if (name == "base") throw Base("base");
    if (name == "conflict") throw Conflict();
    if (name == "bad") throw BadRequest("<b>bad</b> & \"worse\"\nline two");
    throw std::runtime_error(name);
}

void add_errors(Flask& app) {
    app.get("/abort/<int:code>", [](int code) -> Response {
        if (const auto description = request->args().get("description")) abort(code, *description);
        abort(code);
    });
    app.get("/raise/<name>", raise);
    app.get("/inject", [] {
        return std::pair{"x", Headers{{"X-Injected", request->args()["value"]}}};
    });
}

}  // namespace parity
