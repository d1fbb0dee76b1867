// C++ types to JSON values and back.
#include "json/convert.hpp"

#include "json/value.hpp"
#include "support/catch.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

using microflask::Json;
using microflask::JsonError;

namespace shop {

struct Item {
    std::string name;
    int price = 0;
    bool operator==(const Item&) const = default;
};

Json to_json(const Item& item) {
    return {{"name", item.name}, {"price", item.price}};
}

void from_json(const Json& json, Item& item) {
    item.name = json.at("name").get<std::string>();
    item.price = json.at("price").get<int>();
}

enum class Color { red, green };
Json to_json(Color color) {
    return color == Color::red ? "red" : "green";
}

enum Level { low, high };

struct Named {
    std::string text;
    operator std::string() const { return text; }
};

struct Opaque {};

/// A range with a to_json of its own.
struct Path : std::vector<std::string> {
    using std::vector<std::string>::vector;
};
Json to_json(const Path& path) {
    return "/" + path.front();
}

}  // namespace shop

namespace others {
struct Point {
    int x = 0;
    int y = 0;
};
}  // namespace others

template <>
struct microflask::JsonConverter<others::Point> {
    static Json to_json(const others::Point& point) { return Json::array({point.x, point.y}); }
    static void from_json(const Json& json, others::Point& point) {
        point = {json.at(0).get<int>(), json.at(1).get<int>()};
    }
};

static_assert(!std::is_convertible_v<shop::Opaque, Json>);
static_assert(!std::is_convertible_v<std::vector<shop::Opaque>, Json>);

TEST_CASE("standard types become values", "[json]") {
    CHECK(Json(std::vector<int>{1, 2}).dump() == "[1,2]");
    CHECK(Json(std::vector<std::string>{"a"}).dump() == R"(["a"])");
    CHECK(Json(std::vector<bool>{true, false}).dump() == "[true,false]");
    CHECK(Json(std::vector<Json>{1, "a"}).dump() == R"([1,"a"])");
    CHECK(Json(std::vector<std::vector<int>>{{1}, {}}).dump() == "[[1],[]]");
    CHECK(Json(std::array<int, 2>{1, 2}).dump() == "[1,2]");
    CHECK(Json(std::set<int>{2, 1}).dump() == "[1,2]");
    CHECK(Json(std::optional<int>(5)).dump() == "5");
    CHECK(Json(std::optional<int>()).is_null());
    CHECK(Json(std::nullopt).is_null());
    CHECK(Json(std::map<std::string, int>{{"b", 2}, {"a", 1}}).dump() == R"({"a":1,"b":2})");
    CHECK(Json(std::map<std::string_view, std::vector<int>>{{"a", {1}}}).dump() == R"({"a":[1]})");
    CHECK(Json(std::map<std::string, Json>{{"a", {1, "x"}}}).dump() == R"({"a":[1,"x"]})");
    CHECK(Json(std::unordered_map<std::string, double>{{"a", 1}}).dump() == R"({"a":1.0})");
    CHECK(Json(std::map<int, int>{{-1, 2}}).dump() == R"({"-1":2})");
    CHECK(Json(std::pair<std::string, int>("a", 1)).dump() == R"(["a",1])");
    CHECK(Json(std::tuple<int, std::string, double>(1, "a", 2.5)).dump() == R"([1,"a",2.5])");
    CHECK(Json(shop::low).dump() == "0");
    CHECK(Json(shop::Named{"n"}).dump() == R"("n")");
}

TEST_CASE("a user's types become values through to_json", "[json]") {
    CHECK(Json(shop::Item{"pen", 3}).dump() == R"({"name":"pen","price":3})");
    CHECK(Json(shop::Color::green).dump() == R"("green")");
    CHECK(Json(std::vector<shop::Item>{{"a", 1}}).dump() == R"([{"name":"a","price":1}])");
    CHECK(Json(shop::Path{"etc"}).dump() == R"("/etc")");
    CHECK(Json(others::Point{1, 2}).dump() == "[1,2]");
    CHECK(Json{{"item", shop::Item{"pen", 3}}, {"at", others::Point{1, 2}}}.dump() ==
          R"({"item":{"name":"pen","price":3},"at":[1,2]})");
    const shop::Item item{"ink", 9};
    Json value;
    value["item"] = item;
    CHECK(value["item"]["price"] == 9);
}

TEST_CASE("values are read as standard types", "[json]") {
    const Json value =
        Json::parse(R"({"n":[1,2],"m":{"a":1,"b":null},"t":[1,"x",true],"s":"text","f":1.5})");
    CHECK(value["n"].get<std::vector<int>>() == std::vector<int>{1, 2});
    CHECK(value["n"].get<std::list<double>>() == std::list<double>{1, 2});
    CHECK(value["n"].get<std::set<int>>() == std::set<int>{1, 2});
    CHECK(value["n"].get<std::deque<Json>>().size() == 2);
    CHECK(value["n"].get<std::array<int, 2>>() == std::array<int, 2>{1, 2});
    CHECK(value["n"].get<std::pair<int, int>>() == std::pair(1, 2));
    CHECK(value["t"].get<std::tuple<int, std::string, bool>>() ==
          std::tuple(1, std::string("x"), true));
    const auto map = value["m"].get<std::map<std::string, std::optional<int>>>();
    CHECK(map.at("a") == 1);
    CHECK(map.at("b") == std::nullopt);
    CHECK(value["m"].get<std::unordered_map<std::string, Json>>().size() == 2);
    CHECK(value["s"].get<std::string>() == "text");
    CHECK(value["s"].get<std::string_view>() == "text");
    CHECK(value["s"].get<std::optional<std::string>>() == "text");
    CHECK(value["none"].get<std::optional<std::string>>() == std::nullopt);
    CHECK(value["f"].get<double>() == 1.5);
    CHECK(value["f"].get<float>() == 1.5f);
    CHECK(value["n"][0].get<double>() == 1.0);
    CHECK(value["t"][2].get<bool>());
    CHECK(value.get<Json>() == value);
    CHECK(Json(1).get<shop::Level>() == shop::high);
    CHECK(Json(UINT64_MAX).get<double>() == 18446744073709551616.0);
}

TEST_CASE("a user's types are read through from_json", "[json]") {
    const Json value = {{"name", "pen"}, {"price", 3}};
    CHECK(value.get<shop::Item>() == shop::Item{"pen", 3});
    CHECK(Json::array({value}).get<std::vector<shop::Item>>() ==
          std::vector<shop::Item>{{"pen", 3}});
    CHECK(Json::array({3, 4}).get<others::Point>().y == 4);
    CHECK_THROWS_AS(Json::object().get<shop::Item>(), JsonError);
}

TEST_CASE("numbers are read by types that hold them", "[json]") {
    CHECK(Json(127).get<signed char>() == 127);
    CHECK_THROWS_AS(Json(128).get<signed char>(), JsonError);
    CHECK_THROWS_AS(Json(-129).get<signed char>(), JsonError);
    CHECK(Json(255).get<std::uint8_t>() == 255);
    CHECK_THROWS_AS(Json(256).get<std::uint8_t>(), JsonError);
    CHECK_THROWS_AS(Json(-1).get<unsigned>(), JsonError);
    CHECK(Json(INT64_MIN).get<std::int64_t>() == INT64_MIN);
    CHECK(Json(UINT64_MAX).get<std::uint64_t>() == UINT64_MAX);
    CHECK_THROWS_AS(Json(UINT64_MAX).get<std::int64_t>(), JsonError);
    CHECK_THROWS_AS(Json(UINT64_MAX).get<unsigned>(), JsonError);
    CHECK_THROWS_AS(Json(3'000'000'000).get<int>(), JsonError);
}

TEST_CASE("values are not read as other kinds", "[json]") {
    CHECK_THROWS_AS(Json(true).get<int>(), JsonError);
    CHECK_THROWS_AS(Json(1.0).get<int>(), JsonError);
    CHECK_THROWS_AS(Json("1").get<int>(), JsonError);
    CHECK_THROWS_AS(Json().get<int>(), JsonError);
    CHECK_THROWS_AS(Json(1).get<bool>(), JsonError);
    CHECK_THROWS_AS(Json(true).get<double>(), JsonError);
    CHECK_THROWS_AS(Json(1).get<std::string>(), JsonError);
    CHECK_THROWS_AS(Json().get<std::string>(), JsonError);
    CHECK_THROWS_AS(Json(1).get<std::vector<int>>(), JsonError);
    CHECK_THROWS_AS(Json::object().get<std::vector<int>>(), JsonError);
    CHECK_THROWS_AS((Json::array().get<std::map<std::string, int>>()), JsonError);
    CHECK_THROWS_AS((Json{1, 2, 3}.get<std::pair<int, int>>()), JsonError);
    CHECK_THROWS_AS((Json{1, "x"}.get<std::vector<int>>()), JsonError);
}

TEST_CASE("a member is read with a default", "[json]") {
    const Json value = {{"n", 5}, {"s", "x"}, {"z", nullptr}};
    CHECK(value.get<int>("n", 1) == 5);
    CHECK(value.get<int>("none", 1) == 1);
    CHECK(value.get<int>("z", 1) == 1);
    CHECK(value.get<int>("s", 1) == 1);
    CHECK(value.get<std::string>("s", "d") == "x");
    CHECK(value.get<std::string>("none", "d") == "d");
    CHECK(value.get<bool>("n", true));
    CHECK(Json(1).get<int>("n", 7) == 7);
    CHECK(Json().get<std::vector<int>>("n", {1}) == std::vector<int>{1});
}
