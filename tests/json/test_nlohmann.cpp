// A JSON library of the user's own beside ours, where nlohmann::json is installed: views return it, and values are
// converted by a JsonConverter.
#if __has_include(<nlohmann/json.hpp>)

#include "flask/app.hpp"

#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "json/value.hpp"
#include "support/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

template <>
struct microflask::ToResponse<nlohmann::json> {
    static Response to_response(const nlohmann::json& value) {
        return Response(value.dump() + "\n", 200, {}, {.mimetype = "application/json"});
    }
};

/// Reads and makes the other library's values: by way of text, which is the simplest that is right.
template <>
struct microflask::JsonConverter<nlohmann::json> {
    static Json to_json(const nlohmann::json& value) { return Json::parse(value.dump()); }
    static void from_json(const Json& value, nlohmann::json& other) {
        other = nlohmann::json::parse(value.dump());
    }
};

namespace warehouse {

struct Item {
    std::string name;
    int price = 0;
};
// One pair of functions for each library, side by side.
void to_json(nlohmann::json& json, const Item& item) {
    json = {{"name", item.name}, {"price", item.price}};
}
microflask::Json to_json(const Item& item) {
    return {{"name", item.name}, {"price", item.price}};
}
void from_json(const microflask::Json& json, Item& item) {
    item.name = json.at("name").get<std::string>();
    item.price = json.at("price").get<int>();
}

}  // namespace warehouse

using namespace microflask;

TEST_CASE("a view may return another library's JSON", "[json]") {
    Flask app;
    app.get("/object", [] { return nlohmann::json{{"b", 1}, {"a", {1.5, nullptr, "x"}}}; });
    app.get("/text", [] { return nlohmann::json("only text"); });
    app.get("/tuple", [] { return std::pair(nlohmann::json{{"made", true}}, 201); });
    app.get("/item", [] { return nlohmann::json(warehouse::Item{"pen", 3}); });
    app.post("/echo", [] { return nlohmann::json::parse(request->get_data()); });
    auto client = app.test_client();

    auto answer = client.get("/object");
    CHECK(answer.text() == "{\"a\":[1.5,null,\"x\"],\"b\":1}\n");
    CHECK(answer.content_type() == "application/json");
    CHECK(client.get("/text").text() == "\"only text\"\n");
    CHECK(client.get("/tuple").status_code() == 201);
    CHECK(client.get("/tuple").json()["made"] == true);
    CHECK(client.get("/item").json() == Json{{"name", "pen"}, {"price", 3}});
    CHECK(client.post("/echo", {.data = "[1, 2]"}).text() == "[1,2]\n");
}

TEST_CASE("values of two JSON libraries are converted", "[json]") {
    const nlohmann::json theirs = {
        {"n", 9007199254740993}, {"d", 0.1}, {"t", "caf\xC3\xA9"}, {"l", {1, 2}}};
    const Json ours = theirs;
    CHECK(ours["n"] == 9007199254740993);
    CHECK(ours["d"] == 0.1);
    CHECK(ours["t"] == "caf\xC3\xA9");
    CHECK(ours["l"][1] == 2);
    CHECK(ours.get<nlohmann::json>() == theirs);
    CHECK(Json{{"inside", theirs}}["inside"]["d"] == 0.1);
}

TEST_CASE("a type may have functions for both libraries", "[json]") {
    const warehouse::Item pen{"pen", 3};
    CHECK(Json(pen) == Json{{"name", "pen"}, {"price", 3}});
    CHECK(Json(pen).get<warehouse::Item>().price == 3);
    CHECK(nlohmann::json(pen).dump() == "{\"name\":\"pen\",\"price\":3}");
}

#endif
