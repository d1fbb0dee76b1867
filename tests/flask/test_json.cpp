#include "flask/json_provider.hpp"

#include "core/markup.hpp"
#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/templating.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>

using namespace microflask;

namespace shop {

struct Price {
    std::string amount;
};
Json to_json(const Price& price) {
    return price.amount;
}

struct Person {
    std::string name;
};
Json to_json(const Person& person) {
    return Json{{"name", person.name}};
}

}  // namespace shop

TEST_CASE("a body that is no JSON is a 400, explained in debug mode", "[flask][json]") {
    for (const bool debug : {true, false}) {
        CAPTURE(debug);
        Flask app;
        app.debug(debug);
        app.testing(false);
        app.post("/json", [] { return jsonify(request->json()); });
        const auto response = app.test_client().post("/json", {.content_type = "application/json"});
        CHECK(response.status_code() == 400);
        CHECK((response.text().find("Failed to decode JSON object") != std::string::npos) == debug);
    }
}

TEST_CASE("malformed JSON is a 400", "[flask][json]") {
    Flask app;
    app.post("/json", [] { return jsonify(request->json()); });
    auto client = app.test_client();
    CHECK(client.post("/json", {.data = "malformed", .content_type = "application/json"})
              .status_code() == 400);
}

TEST_CASE("JSON of a media type that ends with +json is read", "[flask][json]") {
    Flask app;
    app.post("/json", [] { return request->json().get<std::string>(); });
    CHECK(app.test_client()
              .post("/json", {.data = "\"foo\"", .content_type = "application/x+json"})
              .text() == "foo");
}

TEST_CASE("characters beyond ASCII are escaped, or not", "[flask][json]") {
    Flask app;
    const auto context = app.app_context();
    CHECK(app.json().dumps("\xE2\x98\x83") == "\"\\u2603\"");
    app.json().ensure_ascii(false);
    CHECK(app.json().dumps("\xE2\x98\x83") == "\"\xE2\x98\x83\"");
    CHECK(jsonify("\xE2\x98\x83").get_data() == "\"\xE2\x98\x83\"\n");
}

TEST_CASE("JSON is written and read again", "[flask][json]") {
    const Flask app;
    const JSONProvider provider;
    const Json value{{"name", "Flask"}, {"list", Json::array({1, 2.5, nullptr})}};
    CHECK(provider.dumps(value) == "{\"list\": [1, 2.5, null], \"name\": \"Flask\"}");
    CHECK(provider.loads(provider.dumps(value)) == value);
}

TEST_CASE("jsonify takes every kind of value", "[flask][json]") {
    Flask app;
    const Json values[] = {0, -1, 1, 23, 3.14, "s", "longer string", true, false, nullptr};
    app.get("/<int:which>", [&](int which) { return jsonify(values[which]); });
    auto client = app.test_client();
    for (int i = 0; i < 10; ++i) {
        const auto response = client.get("/" + std::to_string(i));
        CHECK(response.mimetype() == "application/json");
        CHECK(response.json() == values[i]);
    }
}

TEST_CASE("jsonify makes objects and arrays", "[flask][json]") {
    const Json object{{"a", 0},
                      {"b", 23},
                      {"c", 3.14},
                      {"d", "t"},
                      {"e", "Hi"},
                      {"f", true},
                      {"g", false},
                      {"h", Json::array({"test list", 10, false})},
                      {"i", {{"test", "dict"}}}};
    CHECK(jsonify(object).json() == object);
    const Json list = Json::array({0,
                                   42,
                                   3.14,
                                   "t",
                                   "hello",
                                   true,
                                   false,
                                   Json::array({"test list", 2, false}),
                                   {{"test", "dict"}}});
    CHECK(jsonify(list).json() == list);
}

TEST_CASE("points in time are written as HTTP writes them", "[flask][json]") {
    const auto when = std::chrono::system_clock::time_point(std::chrono::seconds(173361600));
    CHECK(jsonify({{"x", when}}).json()["x"] == "Mon, 30 Jun 1975 12:00:00 GMT");
    CHECK(JSONProvider().dumps(when) == "\"Mon, 30 Jun 1975 12:00:00 GMT\"");
}

TEST_CASE("a UUID is its text", "[flask][json]") {
    Flask app;
    app.get("/<uuid:id>", [](std::string id) { return jsonify({{"x", id}}); });
    const std::string uuid = "12345678-1234-5678-1234-567812345678";
    CHECK(app.test_client().get("/" + uuid).json()["x"] == uuid);
}

TEST_CASE("types of one's own say what they are in JSON", "[flask][json]") {
    CHECK(jsonify(Json{{"price", shop::Price{"0.003"}}}).get_data() == "{\"price\":\"0.003\"}\n");
    CHECK(jsonify(Json(shop::Person{"Flask"})).json() == Json{{"name", "Flask"}});
    CHECK(jsonify(Json(std::string(Markup("<b>")))).json() == "<b>");
}

TEST_CASE("a view works with the JSON it was sent", "[flask][json]") {
    Flask app;
    app.post("/add", [] {
        const Json& numbers = request->get_json();
        return std::to_string(numbers["a"].get<int>() + numbers["b"].get<int>());
    });
    CHECK(app.test_client().post("/add", {.json = {{"a", 1}, {"b", 2}}}).text() == "3");
}

TEST_CASE("keys are sorted, and written for people in debug mode", "[flask][json]") {
    Flask app;
    app.debug(true);
    app.get("/", [] { return Json{{"values", {{"b", 1}, {"a", 2}}}}; });
    CHECK(app.test_client().get("/").text() ==
          "{\n  \"values\": {\n    \"a\": 2,\n    \"b\": 1\n  }\n}\n");
}

TEST_CASE("keys keep their order where they are not to be sorted", "[flask][json]") {
    Flask app;
    app.json().sort_keys(false);
    const auto context = app.app_context();
    CHECK(jsonify({{"b", 1}, {"a", 2}}).get_data() == "{\"b\":1,\"a\":2}\n");
}

TEST_CASE("tojson writes as the application does, safe in HTML", "[flask][json]") {
    Flask app;
    const auto context = app.app_context();
    const auto when = std::chrono::system_clock::time_point(std::chrono::seconds(1612137600));
    CHECK(render_template_string("const data = {{ data|tojson }};",
                                 {{"data", Json{{"name", "</script>"}, {"time", when}}}}) ==
          "const data = {\"name\": \"\\u003c/script\\u003e\", "
          "\"time\": \"Mon, 01 Feb 2021 00:00:00 GMT\"};");
}

TEST_CASE("answers are compact or not, as told, whatever the mode", "[flask][json]") {
    for (const bool debug : {true, false}) {
        Flask app;
        app.debug(debug);
        const auto context = app.app_context();
        app.json().compact(true);
        CHECK(jsonify({{"msg", {{"submsg", "W00t"}}}}).get_data() ==
              "{\"msg\":{\"submsg\":\"W00t\"}}\n");
        app.json().compact(false);
        CHECK(jsonify({{"msg", 1}}).get_data() == "{\n  \"msg\": 1\n}\n");
    }
}

TEST_CASE("the media type of JSON answers can be chosen", "[flask][json]") {
    Flask app;
    app.json().mimetype("application/vnd.api+json");
    const auto context = app.app_context();
    CHECK(jsonify({{"msg", "W00t"}}).mimetype() == "application/vnd.api+json");
}
