// The public API: the request, and Json, written as its readers write it.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace microflask;

TEST_CASE("Every member of a request can be asked", "[api]") {
    Flask app;
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.post("/page/<int:id>")([](int) {
        CHECK(request->method() == "POST");
        CHECK(request->path() == "/bp/page/3");
        CHECK(request->full_path() == "/bp/page/3?q=a+b&n=5");
        CHECK(request->query_string() == "q=a+b&n=5");
        CHECK(request->url() == "http://localhost/bp/page/3?q=a+b&n=5");
        CHECK(request->base_url() == "http://localhost/bp/page/3");
        CHECK(request->root_url() == "http://localhost/");
        CHECK(request->host() == "localhost");
        CHECK(request->host_url() == "http://localhost/");
        CHECK(request->scheme() == "http");
        CHECK(request->root_path() == "");
        CHECK_FALSE(request->is_secure());
        CHECK(request->remote_addr() == "127.0.0.1");
        CHECK(request->access_route().size() == 1);
        CHECK(request->endpoint() == "bp.page");
        CHECK(*request->endpoint() == "bp.page");
        CHECK(request->view_args()["id"] == 3);
        CHECK(request->url_rule() == "/bp/page/<int:id>");
        CHECK(request->blueprint() == "bp");
        CHECK(request->blueprints() == std::vector<std::string>{"bp"});
        CHECK(request->routing_exception() == nullptr);
        CHECK(request->environ()["REQUEST_METHOD"] == "POST");
        CHECK(request->headers()["X-Test"] == "yes");
        CHECK(request->headers().get("x-test") == "yes");
        CHECK(request->headers().get("X-Missing", "none") == "none");
        CHECK_FALSE(request->headers().get("X-Missing"));
        CHECK(request->headers().get<int>("X-Number", 1) == 1);
        CHECK(request->cookies().get("k") == "v");
        CHECK(request->cookies().get("missing", "d") == "d");
        CHECK(request->cookies()["k"] == "v");
        CHECK(request->args()["q"] == "a b");
        CHECK(request->args().get("q") == "a b");
        CHECK(request->args().get("q").value() == "a b");
        CHECK(request->args().get("k", "default") == "default");
        CHECK(request->args().get("k", std::string("default")) == "default");
        CHECK(request->args().get<int>("n", 1) == 5);
        CHECK(request->args().get<int>("q", 1) == 1);
        CHECK(request->args().get<double>("n", 0.5) == 5.0);
        CHECK(request->args().getlist("q").size() == 1);
        CHECK(request->args().getlist<int>("n").front() == 5);
        CHECK(request->args().contains("q"));
        CHECK(request->args().to_dict().size() == 2);
        CHECK(request->args().to_dict()["q"] == "a b");
        CHECK(Json(request->args().to_dict()) == Json{{"q", "a b"}, {"n", "5"}});
        for (const auto& [key, value] : request->args().to_dict())
            CHECK(key.size() + value.size() > 1);
        CHECK_THROWS_AS(request->args()["missing"], BadRequestKeyError);
        std::string order;
        for (const auto& [key, value] : request->args()) order += key + "=" + value + ";";
        CHECK(order == "q=a b;n=5;");
        CHECK(request->form()["user"] == "bob");
        CHECK(request->form().getlist("tag").size() == 2);
        CHECK(request->values().get("user") == "bob");
        CHECK(request->values()["q"] == "a b");
        CHECK(request->files().empty());
        CHECK(request->data() == "");
        CHECK_FALSE(request->is_json());
        CHECK(request->get_json({.silent = true}).is_null());
        CHECK_THROWS_AS(request->json(), UnsupportedMediaType);
        CHECK(request->mimetype() == "application/x-www-form-urlencoded");
        CHECK(request->mimetype_params().size() == 0);
        CHECK(request->content_type() == "application/x-www-form-urlencoded");
        CHECK(request->content_length() == 20);
        CHECK(request->content_encoding() == std::nullopt);
        CHECK(request->user_agent().string() == "test/1");
        CHECK(request->referrer() == "http://localhost/from");
        const auto authorization = request->authorization();
        REQUIRE(authorization);
        CHECK(authorization->type() == "basic");
        CHECK(authorization->username() == "bob");
        CHECK(authorization->password() == "secret");
        CHECK(authorization->token() == std::nullopt);
        CHECK(request->authorization()->username() == "bob");
        CHECK(request->accept_mimetypes().best_match({"text/html", "application/json"}) ==
              "application/json");
        CHECK(request->accept_mimetypes().accept_json());
        CHECK(request->accept_languages().best_match({"de", "en"}) == "de");
        CHECK(request->accept_encodings().best_match({"gzip"}) == "gzip");
        CHECK(request->accept_charsets().empty());
        CHECK(request->cache_control().no_cache());
        CHECK(request->if_match().contains("a"));
        CHECK(request->if_none_match().contains("b"));
        CHECK(request->if_modified_since().has_value());
        CHECK(request->if_unmodified_since() == std::nullopt);
        CHECK(request->if_range().etag() == "c");
        REQUIRE(request->range());
        CHECK(request->range()->units() == "bytes");
        CHECK(request->date() == std::nullopt);
        CHECK(request->max_forwards() == 5);
        CHECK(request->pragma().contains("no-cache"));
        CHECK(request->origin() == "http://localhost");
        CHECK(request->access_control_request_method() == "PUT");
        CHECK(request->access_control_request_headers()->contains("x-a"));
        CHECK(request->max_content_length() == std::nullopt);
        CHECK(request->max_form_memory_size() == 500000);
        CHECK(request->max_form_parts() == 1000);
        return "checked";
    });
    app.register_blueprint(bp);
    auto client = app.test_client();
    client.set_cookie("k", "v");
    auto response = client.post("/bp/page/3?q=a+b&n=5",
                                {.headers = {{"X-Test", "yes"},
                                             {"User-Agent", "test/1"},
                                             {"Referer", "http://localhost/from"},
                                             {"Accept", "application/json, text/html;q=0.5"},
                                             {"Accept-Language", "de, en;q=0.5"},
                                             {"Accept-Encoding", "gzip"},
                                             {"Cache-Control", "no-cache"},
                                             {"If-Match", "\"a\""},
                                             {"If-None-Match", "\"b\""},
                                             {"If-Modified-Since", "Sun, 06 Nov 1994 08:49:37 GMT"},
                                             {"If-Range", "\"c\""},
                                             {"Range", "bytes=0-1"},
                                             {"Max-Forwards", "5"},
                                             {"Pragma", "no-cache"},
                                             {"Origin", "http://localhost"},
                                             {"Access-Control-Request-Method", "PUT"},
                                             {"Access-Control-Request-Headers", "X-A"}},
                                 .form = {{"user", "bob"}, {"tag", "a"}, {"tag", 1}},
                                 .auth = {"bob", "secret"}});
    CHECK(response.status_code() == 200);
    CHECK(response.text() == "checked");
}

TEST_CASE("The types that the page names", "[api]") {
    using P = const Request&;
    static_assert(std::is_same_v<decltype(std::declval<P>().method()), std::string_view>);
    static_assert(std::is_same_v<decltype(std::declval<P>().path()), std::string_view>);
    static_assert(std::is_same_v<decltype(std::declval<P>().get_data()), std::string_view>);
    static_assert(std::is_convertible_v<decltype(std::declval<P>().url()), const std::string&>);
    static_assert(std::is_same_v<decltype(std::declval<P>().get_json()), const Json&>);
    static_assert(std::is_same_v<decltype(std::declval<P>().json()), const Json&>);
    static_assert(
        std::is_same_v<decltype(std::declval<P>().args().get("k")), std::optional<std::string>>);
    static_assert(std::is_same_v<decltype(std::declval<P>().args().get("k", "d")), std::string>);
    static_assert(std::is_same_v<decltype(std::declval<P>().args().get<int>("k", 1)), int>);
    static_assert(
        std::is_same_v<decltype(std::declval<P>().content_length()), std::optional<long long>>);
    static_assert(std::is_same_v<decltype(std::declval<const HTTPException&>().code()), int>);
    static_assert(std::is_same_v<decltype(url_for("x")), std::string>);
    const std::string text = escape("<");
    std::string assigned;
    assigned = escape("a&b");
    const std::string_view view = text;
    CHECK(view == "&lt;");
    CHECK(assigned == "a&amp;b");
    CHECK("x" + escape("<") + std::string(">") == "x&lt;&gt;");
    const std::string joined = "<p>" + std::string(escape("<"));
    CHECK(joined == "<p>&lt;");
}

TEST_CASE("Bodies: data, JSON, streams", "[api]") {
    Flask app;
    app.post("/data")([] {
        const std::string_view data = request->get_data();
        CHECK(request->get_data({.cache = true, .as_text = true, .parse_form_data = false}) ==
              data);
        return std::string(data);
    });
    app.post("/json")([] {
        const Json& json = request->json();
        const int id = json["id"].get<int>();
        CHECK(request->json()["id"].get<int>() == id);
        CHECK(request->is_json());
        CHECK(request->get_json({.force = true, .silent = true, .cache = true})["id"] == id);
        return Json{{"id", id + 1}};
    });
    app.post("/stream")([] { return request->stream().read(); });
    app.post("/forced")([] { return request->get_json({.force = true}); });
    auto client = app.test_client();
    CHECK(client.post("/data", {.data = "bytes"}).text() == "bytes");
    CHECK(client.post("/json", {.json = {{"id", 4}}}).json()["id"] == 5);
    CHECK(client.post("/json", {.data = "{", .content_type = "application/json"}).status_code() ==
          400);
    CHECK(client.post("/json", {.data = "{}"}).status_code() == 415);
    CHECK(client.post("/stream", {.data = "streamed"}).text() == "streamed");
    CHECK(client.post("/forced", {.data = "[1]"}).json()[0] == 1);
}

TEST_CASE("Uploaded files", "[api]") {
    Flask app;
    app.post("/upload")([] {
        const FileStorage& file = request->files()["f"];
        CHECK(file.filename() == "a.txt");
        CHECK(file.name() == "f");
        CHECK(file.content_type() == "text/plain");
        CHECK(file.content_length() == 0);
        CHECK(file.headers().contains("Content-Disposition"));
        std::string seen;
        for (auto&& [name, one] : request->files())
            seen += name + "=" + secure_filename(one.filename()) + ":" + one.read() + ";";
        for (const auto& [name, one] : request->files()) one.stream().seek(0);
        auto got = request->files().get("f");
        REQUIRE(got);
        const std::string path = "test_api_upload.tmp";
        got->save(path);
        CHECK(std::remove(path.c_str()) == 0);
        CHECK_FALSE(request->files().contains("missing"));
        return seen + request->form()["title"];
    });
    auto client = app.test_client();
    CHECK(client
              .post("/upload", {.form = {{"title", "t"}},
                                .files = {{"f", {"content", "a.txt"}},
                                          {"g", {"more", "../b c.html", "text/html"}}}})
              .text() == "f=a.txt:content;g=b_c.html:more;t");
    CHECK(client
              .post("/upload", {.form = {{"title", "t"}},
                                .files = {{"f", FileUpload{.content = "x", .filename = "a.txt"}}}})
              .text() == "f=a.txt:x;t");
}

TEST_CASE("Headers, in every spelling", "[api]") {
    Headers headers{{"X-A", "1"}, {"X-B", "2"}};
    Headers one{{"X-A", "1"}};
    const Headers constant = headers;
    CHECK(one.size() == 1);
    CHECK(headers["x-a"] == "1");
    CHECK(constant["X-B"] == "2");
    headers["X-C"] = "3";
    headers["X-C"] = std::string("4");
    headers["X-C"] = std::string_view("5");
    CHECK(headers.get("X-C") == "5");
    headers.add("X-A", "more");
    CHECK(headers.getlist("X-A") == std::vector<std::string>{"1", "more"});
    headers.set("X-A", "only");
    headers.remove("X-B");
    CHECK_FALSE(headers.contains("X-B"));
    const std::string value = headers["X-A"];
    std::string_view name = "X-A";
    CHECK(value == headers[name]);
    std::string all;
    for (const auto& [key, text] : headers) all += std::string(key) + ":" + std::string(text) + ";";
    CHECK(all == "X-A:only;X-C:5;");
    for (auto&& [key, text] : headers) CHECK(key.size() + text.size() > 2);
    CHECK_THROWS_AS(headers.set("X", "a\r\nb"), std::invalid_argument);
    CHECK_THROWS_AS(headers.add("X", std::string_view("a\0b", 3)), std::invalid_argument);
    Headers empty = {};
    CHECK(empty.empty());
    const std::string dynamic = "v";
    Headers mixed{{"A", dynamic}, {"B", "x"}};
    CHECK(mixed["A"] == dynamic);
    CHECK(headers.get<int>("X-C", 0) == 5);
}

TEST_CASE("A MultiDict of one's own", "[api]") {
    MultiDict dict{{"a", "1"}, {"b", "2"}, {"a", "3"}};
    CHECK(dict["a"] == "1");
    CHECK(dict.getlist<int>("a") == std::vector<int>{1, 3});
    CHECK(dict.get("c", "x") == "x");
    CHECK(dict.get<long long>("a", 9) == 1);
    std::string keys;
    for (const auto& [key, value] : dict) keys += key + value;
    CHECK(keys == "a1b2a3");
    CombinedMultiDict combined({&dict});
    CHECK(combined["b"] == "2");
}

// ---- Json ------------------------------------------------------------------------------------

namespace geometry {

struct Point {
    int x = 0;
    int y = 0;
};
Json to_json(const Point& point) {
    return Json{{"x", point.x}, {"y", point.y}};
}
void from_json(const Json& json, Point& point) {
    point = {json["x"].get<int>(), json["y"].get<int>()};
}

}  // namespace geometry

TEST_CASE("Json is made of everything that is promised", "[api]") {
    const Json object{{"id", 1}, {"a", {{"b", 2}}}};
    CHECK(object["id"] == 1);
    CHECK(object["a"]["b"] == 2);
    const Json array = Json::array({1, "two", nullptr});
    CHECK(array.size() == 3);
    CHECK(array[0] == 1);
    CHECK(array[1] == "two");
    CHECK(array[2].is_null());
    CHECK(Json::object().is_object());
    CHECK(Json::object().dump() == "{}");
    CHECK(Json::array().dump() == "[]");
    CHECK(Json().is_null());
    CHECK(Json(nullptr).is_null());
    CHECK(Json{{"tags", Json::array({"a", "b"})}}["tags"].size() == 2);
    CHECK(Json{{"id", 1}, {"tags", Json::array({"a", "b"})}}.dump() ==
          R"({"id":1,"tags":["a","b"]})");
    Json list = {1, 2, 3};
    CHECK(list.is_array());
    Json nested = {{"list", {1, 2, 3}}, {"empty", Json::array()}, {"none", nullptr}};
    CHECK(nested["list"][2] == 3);

    Json a = true;
    Json b = 'c';
    Json c = 1U;
    Json d = std::uint64_t{18446744073709551615U};
    Json e = 1.5F;
    Json f = "text";
    Json f2 = std::string("text");
    Json f3 = std::string_view("text");
    Json h = std::optional<int>(3);
    Json i = std::optional<std::string>();
    Json j = std::vector<std::string>{"x", "y"};
    Json k = std::map<std::string, int>{{"one", 1}};
    Json l = std::unordered_map<std::string, Json>{{"one", "1"}};
    Json m = geometry::Point{1, 2};
    Json n = std::vector<geometry::Point>{{1, 2}, {3, 4}};
    Json o = escape("<");
    CHECK(a.is_boolean());
    CHECK(b.is_number());
    CHECK(c == 1);
    CHECK(d.get<std::uint64_t>() == 18446744073709551615U);
    CHECK(e == 1.5);
    CHECK((f == f2 && f2 == f3));
    CHECK(h == 3);
    CHECK(i.is_null());
    CHECK(j[1] == "y");
    CHECK(k["one"] == 1);
    CHECK(l["one"] == "1");
    CHECK(m["y"] == 2);
    CHECK(n[1]["x"] == 3);
    CHECK(o == "&lt;");
    CHECK(m.get<geometry::Point>().y == 2);
    CHECK(n.get<std::vector<geometry::Point>>().size() == 2);
}

TEST_CASE("Json is read and changed", "[api]") {
    Json json = Json::parse(R"({"id": 1, "name": "bob", "list": [1, 2.5], "none": null})");
    CHECK(json.dump() == R"({"id":1,"name":"bob","list":[1,2.5],"none":null})");
    CHECK(json.dump(2).find("\n  \"id\": 1") != std::string::npos);
    CHECK(json["id"].get<int>() == 1);
    const auto id = json["id"].get<long long>();
    CHECK(id == 1);
    CHECK(json["name"].get<std::string>() == "bob");
    CHECK(json["name"].get<std::string_view>() == "bob");
    CHECK(json["list"][1].get<double>() == 2.5);
    CHECK(json["list"].get<std::vector<double>>().size() == 2);
    CHECK(json.at("id") == 1);
    CHECK(json.get<int>("missing", 7) == 7);
    CHECK(json.get<std::string>("name", "x") == "bob");
    CHECK(json.get<bool>("none", true));
    CHECK(json["none"].get<std::optional<int>>() == std::nullopt);
    CHECK(json.contains("name"));
    CHECK(json.size() == 4);
    CHECK_FALSE(json.empty());
    json["new"] = 5;
    json["deep"]["er"] = "x";
    json["list"].push_back(3);
    json["list"].push_back("text");
    json["list"].push_back({{"a", 1}});
    json.erase("none");
    CHECK(json["deep"]["er"] == "x");
    CHECK(json["list"].size() == 5);
    const Json& constant = json;
    CHECK(constant["missing"].is_null());
    CHECK(constant["missing"]["deeper"].is_null());
    CHECK_FALSE(json.contains("missing"));
    CHECK_THROWS_AS(constant.at("missing"), std::exception);
    CHECK_THROWS_AS(json["name"].get<int>(), std::exception);
    CHECK_THROWS_AS(Json::parse("{"), std::exception);
    int sum = 0;
    for (const auto& value : Json::array({1, 2, 3})) sum += value.get<int>();
    CHECK(sum == 6);
    std::string keys;
    for (const auto& [key, value] : json.items()) keys += key;
    CHECK(keys == "idnamelistnewdeep");
    for (auto&& [key, value] : json.items()) {
        if (key == "id") value = 2;
    }
    CHECK(json["id"] == 2);
    CHECK((Json{{"a", 1}, {"b", 2}} == Json{{"b", 2}, {"a", 1}}));
    CHECK((json["name"] != "alice"));
    CHECK((1 == Json(1)));
    CHECK((std::string("bob") == json["name"]));
    CHECK(json["name"].is_string());
    CHECK(json["list"].is_array());
    CHECK(json["list"][0].is_integer());
    CHECK(json["list"][1].is_double());
    CHECK_FALSE(json.is_array());
    const std::size_t index = 1;
    CHECK(json["list"][index] == 2.5);
    CHECK(json["list"][0] == 1);
    const std::string key = "name";
    CHECK(json[key] == "bob");
    CHECK(json[std::string_view(key)] == "bob");
    Json moved = std::move(json);
    Json copy = moved;
    CHECK(copy == moved);
}
