// JSON values: making, reading, changing, comparing, and surviving depth and size.
#include "json/value.hpp"

#include "support/catch.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <utility>

using namespace microflask;

static_assert(sizeof(Json) == 16);
static_assert(std::is_nothrow_move_constructible_v<Json>);
static_assert(std::is_nothrow_move_assignable_v<Json>);
static_assert(!std::is_convertible_v<int*, Json>);
static_assert(!std::is_constructible_v<Json, void*>);
static_assert(!std::is_convertible_v<Json, int>);
static_assert(!std::is_convertible_v<Json, std::string>);

TEST_CASE("a value is made of every kind of scalar", "[json]") {
    CHECK(Json().is_null());
    CHECK(Json{}.is_null());
    CHECK(Json(nullptr).is_null());
    CHECK(Json(static_cast<const char*>(nullptr)).is_null());
    CHECK(Json(true).is_boolean());
    CHECK(Json(1).is_integer());
    CHECK(Json(1.0).is_double());
    CHECK(Json(1.0).is_float());
    CHECK_FALSE(Json(1).is_float());
    CHECK(Json("a").is_string());
    CHECK(Json(std::string("a")).is_string());
    CHECK(Json(std::string_view("a")).is_string());
    CHECK(Json(short{-1}) == -1);
    CHECK(Json(static_cast<unsigned char>(200)) == 200);
    CHECK(Json('A') == 65);
    CHECK(Json(1.5f) == 1.5);
    CHECK(Json(2.5L) == 2.5);
    CHECK(Json(INT64_MIN) == INT64_MIN);
    CHECK(Json(UINT64_MAX) == UINT64_MAX);
    CHECK(Json(UINT64_MAX).is_unsigned());
    CHECK_FALSE(Json(std::uint64_t{5}).is_unsigned());
    CHECK(Json(UINT64_MAX).is_integer());
    CHECK(Json(1).is_number());
    CHECK_FALSE(Json(true).is_number());
    CHECK_FALSE(Json("1").is_number());
    CHECK(Json(true).type_name() == "boolean");
    CHECK(Json(1.0).type_name() == "double");
}

TEST_CASE("braces of pairs that begin with text make an object", "[json]") {
    CHECK(Json{{"id", 1}, {"a", {{"b", 2}}}}.dump() == R"({"id":1,"a":{"b":2}})");
    CHECK(Json{{"a", "b"}}.dump() == R"({"a":"b"})");
    CHECK(Json{{"a", "b"}, {"c", "d"}}.dump() == R"({"a":"b","c":"d"})");
    CHECK(Json{{"id", 1}, {"tags", Json::array({"a", "b"})}}.dump() ==
          R"({"id":1,"tags":["a","b"]})");
    CHECK(Json{{"tags", {"a", "b"}}}.dump() == R"({"tags":["a","b"]})");
    CHECK(Json{{"x", 1}, {"x", 2}}.dump() == R"({"x":2})");
    const std::string key = "key";
    const std::string_view view = "view";
    CHECK(Json{{key, 1}, {view, 2}}.dump() == R"({"key":1,"view":2})");
    CHECK(Json{std::pair("a", 1), std::pair("b", 2)}.dump() == R"({"a":1,"b":2})");
    CHECK(Json{{"a", {}}}.dump() == R"({"a":{}})");
}

TEST_CASE("other braces make an array", "[json]") {
    CHECK(Json{1, 2, 3}.dump() == "[1,2,3]");
    CHECK(Json{"a", "b"}.dump() == R"(["a","b"])");
    CHECK(Json{"a"}.dump() == R"(["a"])");
    CHECK(Json{{1, 2}, {3, 4}}.dump() == "[[1,2],[3,4]]");
    CHECK(Json{{"a", 1}, 2}.dump() == R"([["a",1],2])");
    CHECK(Json{{"a", 1, 2}}.dump() == R"([["a",1,2]])");
    CHECK(Json{{{"id", 1}}, {{"id", 2}}}.dump() == R"([{"id":1},{"id":2}])");
    CHECK(Json{Json::array({"a", 1}), Json::array({"b", 2})}.dump() == R"([["a",1],["b",2]])");
    CHECK(Json::array({{"a", 1}}).dump() == R"([["a",1]])");
    CHECK(Json::array().dump() == "[]");
    CHECK(Json::array({}).dump() == "[]");
    CHECK(Json::array({1, "two", nullptr}).dump() == R"([1,"two",null])");
    CHECK(Json::object().dump() == "{}");
    CHECK(Json::object({{"a", 1}}).dump() == R"({"a":1})");
    CHECK_THROWS_AS(Json::object({1, 2}), JsonError);
    CHECK_THROWS_AS(Json::object({{1, 2}}), JsonError);
}

TEST_CASE("a function takes braces as a value", "[json]") {
    const auto dump = [](const Json& value) { return value.dump(); };
    CHECK(dump({{"k", "v"}}) == R"({"k":"v"})");
    CHECK(dump({1, 2}) == "[1,2]");
    CHECK(dump({}) == "null");
    Json value;
    value = {{"a", 1}};
    value["b"] = {1, 2};
    value["c"] = {{"d", 2}};
    value["e"] = {};
    CHECK(value.dump() == R"({"a":1,"b":[1,2],"c":{"d":2},"e":null})");
}

TEST_CASE("text of every length is kept", "[json]") {
    for (std::size_t size = 0; size < 40; ++size) {
        CAPTURE(size);
        const std::string text(size, 'x');
        const Json value = text;
        const Json copy = value;
        CHECK(value == text);
        CHECK(copy == value);
        CHECK(value.size() == size);
        CHECK(Json(std::string(text)).get<std::string>() == text);
        CHECK(value.get<std::string_view>() == text);
    }
    CHECK(Json(std::string_view("a\0b", 3)).get<std::string>().size() == 3);
}

TEST_CASE("members are read, added, found and erased", "[json]") {
    Json value = {{"a", 1}};
    const Json& constant = value;

    CHECK(constant["a"] == 1);
    CHECK(constant["none"].is_null());
    CHECK(constant["none"]["deeper"][3].is_null());
    CHECK_FALSE(value.contains("none"));
    value["b"] = "two";
    value["c"]["d"] = 3;
    CHECK(value.dump() == R"({"a":1,"b":"two","c":{"d":3}})");
    CHECK(value.at("b") == "two");
    value.at("b") = 2;
    CHECK_THROWS_AS(value.at("none"), JsonError);
    CHECK_THROWS_AS(constant.at("none"), JsonError);
    CHECK(value.contains("b"));
    CHECK(value.find("b") != nullptr);
    CHECK(value.find("z") == nullptr);
    CHECK(value.get("a") == 1);
    CHECK(value.erase("b"));
    CHECK_FALSE(value.erase("b"));
    CHECK(value.dump() == R"({"a":1,"c":{"d":3}})");
    value.update({{"a", 9}, {"z", 8}});
    CHECK(value.dump() == R"({"a":9,"c":{"d":3},"z":8})");
    CHECK(value.size() == 3);
    value.clear();
    CHECK(value.dump() == "{}");
    CHECK(value.empty());
}

TEST_CASE("elements are read, added and erased", "[json]") {
    Json value = {1, 2};
    const Json& constant = value;
    CHECK(constant[0] == 1);
    CHECK(constant[5].is_null());
    CHECK(constant[-1].is_null());
    CHECK(value.size() == 2);
    value.push_back("three");
    value[4] = 5;
    CHECK(value.dump() == R"([1,2,"three",null,5])");
    CHECK(value.at(1) == 2);
    CHECK_THROWS_AS(value.at(5), JsonError);
    CHECK_THROWS_AS(constant.at(-1), JsonError);
    CHECK_THROWS_AS(value[-1] = 1, JsonError);
    value.erase(0);
    CHECK(value.dump() == R"([2,"three",null,5])");
    CHECK_THROWS_AS(value.erase(4), JsonError);
    const std::size_t index = 1;
    CHECK(value[index] == "three");
    Json made;
    made.push_back(1);
    made.push_back(made);
    CHECK(made.dump() == "[1,[1]]");
    Json filled;
    filled[2] = 1;
    CHECK(filled.dump() == "[null,null,1]");
}

TEST_CASE("a value of the wrong kind says so", "[json]") {
    Json number = 5;
    const Json& constant = number;
    CHECK(constant["a"].is_null());
    CHECK(constant[0].is_null());
    CHECK_THROWS_AS(number["a"] = 1, JsonError);
    CHECK_THROWS_AS(number[0] = 1, JsonError);
    CHECK_THROWS_AS(number.push_back(1), JsonError);
    CHECK_THROWS_AS(number.at("a"), JsonError);
    CHECK_THROWS_AS(number.at(0), JsonError);
    CHECK_THROWS_AS(number.items(), JsonError);
    CHECK_THROWS_AS(number.begin(), JsonError);
    CHECK_FALSE(number.erase("a"));
    CHECK_FALSE(number.contains("a"));
    CHECK_THROWS_AS(Json::array().update({{"a", 1}}), JsonError);
    CHECK_THROWS_AS(Json::object().update({1}), JsonError);
    Json array = Json::array();
    CHECK_THROWS_AS(array["a"] = 1, JsonError);
    try {
        static_cast<void>(Json("x").get<int>());
        FAIL("converted");
    } catch (const JsonError& error) {
        CHECK(std::string(error.what()) ==
              "The JSON value is of type string; an integer was expected.");
    }
}

TEST_CASE("elements and members are iterated over", "[json]") {
    Json array = {1, 2, 3};
    int sum = 0;
    for (const auto& element : std::as_const(array)) sum += element.get<int>();
    CHECK(sum == 6);
    for (auto& element : array) element = element.get<int>() * 2;
    CHECK(array.dump() == "[2,4,6]");

    Json object = {{"a", 1}, {"b", 2}};
    std::string seen;
    for (const auto& [key, value] : std::as_const(object).items()) seen += key + value.dump();
    for (const auto& [key, value] : object.items()) seen += key + value.dump();
    for (auto [key, value] : object.items()) seen += key + value.dump();
    CHECK(seen == "a1b2a1b2a1b2");
    for (auto& [key, value] : object.items()) value = key;
    for (auto&& [key, value] : object.items()) value = value.get<std::string>() + "!";
    CHECK(object.dump() == R"({"a":"a!","b":"b!"})");
    sum = 0;
    for (const Json& value : object) sum += static_cast<int>(value.size());
    CHECK(sum == 4);
    for (const Json& value : Json()) FAIL(value.dump());
    for (const auto& member : Json().items()) FAIL(member.key());
    CHECK(object.items().size() == 2);
}

TEST_CASE("values are compared by content", "[json]") {
    CHECK(Json(1) == Json(1.0));
    CHECK(Json(1) == 1.0);
    CHECK(Json(1.5) != Json(1));
    CHECK(Json(true) != Json(1));
    CHECK(Json(false) != Json());
    CHECK(Json() == nullptr);
    CHECK(Json("1") != Json(1));
    CHECK(Json("x") == "x");
    CHECK("x" == Json("x"));
    CHECK(Json("x") == std::string("x"));
    CHECK(Json("x") == std::string_view("x"));
    CHECK(Json("x") != "y");
    CHECK(1 == Json(1));
    CHECK(Json(5) == 5u);
    CHECK(Json(-1) != UINT64_MAX);
    CHECK(Json(UINT64_MAX) != Json(-1));
    CHECK(Json(UINT64_MAX) != Json(18446744073709551616.0));
    CHECK(Json(9223372036854775808u) == Json(9223372036854775808.0));
    CHECK(Json(INT64_MAX) != Json(9223372036854775808.0));
    CHECK(Json(INT64_MIN) == Json(-9223372036854775808.0));
    CHECK(Json(9007199254740993) != Json(9007199254740992.0));
    CHECK(Json(std::nan("")) != Json(std::nan("")));
    CHECK(Json(0.0) == Json(-0.0));
    CHECK(Json{1, 2} == Json{1.0, 2});
    CHECK(Json{1, 2} != Json{2, 1});
    CHECK(Json{1} != Json{1, 2});
    CHECK(Json{{"a", 1}, {"b", 2}} == Json{{"b", 2}, {"a", 1}});
    CHECK(Json{{"a", 1}} != Json{{"b", 1}});
    CHECK(Json{{"a", 1}} != Json{{"a", 1}, {"b", 1}});
    CHECK(Json::array() != Json::object());
}

TEST_CASE("values are copied deeply and moved cheaply", "[json]") {
    Json original = {{"a", {1, "a text of more than fourteen bytes"}}};
    Json copy = original;
    copy["a"][0] = 2;
    CHECK(original["a"][0] == 1);
    Json moved = std::move(original);
    CHECK(original.is_null());
    CHECK(moved["a"][0] == 1);
    moved = moved["a"];
    CHECK(moved[0] == 1);
    moved = std::move(moved[1]);
    CHECK(moved == "a text of more than fourteen bytes");
    Json& self = moved;
    moved = self;
    CHECK(moved == "a text of more than fourteen bytes");
    copy.swap(moved);
    CHECK(copy.is_string());
    CHECK(moved.is_object());
}

TEST_CASE("objects with many members keep their order and find each", "[json]") {
    Json object;
    const auto name = [](int i) { return "key" + std::to_string(i * 7919 % 10'007); };
    for (int i = 0; i < 10'007; ++i) object[name(i)] = i;
    CHECK(object.size() == 10'007);
    bool found = true;
    int position = 0;
    for (const auto& [key, value] : object.items())
        found = found && key == name(position) && value == position++;
    for (int i = 0; i < 10'007; ++i) found = found && std::as_const(object)[name(i)] == i;
    CHECK(found);
    CHECK_FALSE(object.contains("key10007"));
    CHECK_FALSE(object.contains(""));

    for (int i = 0; i < 10'007; i += 3) found = found && object.erase(name(i));
    for (int i = 0; i < 10'007; ++i) found = found && object.contains(name(i)) == (i % 3 != 0);
    for (int i = 0; i < 10'007; i += 3) object[name(i)] = -i;
    for (int i = 0; i < 10'007; ++i) found = found && object[name(i)] == (i % 3 == 0 ? -i : i);
    CHECK(found);
    CHECK(object.size() == 10'007);
    CHECK(Json(object) == object);
}

TEST_CASE("objects around the size where the index begins are right", "[json]") {
    for (int size = 28; size < 104; ++size) {
        Json object;
        for (int i = size; i > 0; --i) object[std::to_string(i)] = i;
        bool found = object.size() == static_cast<std::size_t>(size);
        for (int i = 1; i <= size; ++i) found = found && object.at(std::to_string(i)) == i;
        for (int i = 1; i <= size; i += 2) found = found && object.erase(std::to_string(i));
        for (int i = 1; i <= size; ++i)
            found = found && object.contains(std::to_string(i)) == (i % 2 == 0);
        CAPTURE(size);
        CHECK(found);
    }
}

TEST_CASE("values nested without end are destroyed without overflow", "[json]") {
    Json array;
    Json object;
    for (int i = 0; i < 300'000; ++i) {
        array = Json::array({std::move(array), 1});
        Json outer;
        outer["a"] = std::move(object);
        outer["b"] = "a text of more than fourteen bytes";
        object = std::move(outer);
    }
    CHECK_THROWS_AS(Json(array), JsonError);
    CHECK_THROWS_AS(object == Json(nullptr) || array == array, JsonError);
    array = 1;
    object.clear();
    CHECK(array == 1);
    CHECK(object.dump() == "{}");
}

TEST_CASE("a value is written to a stream", "[json]") {
    std::ostringstream out;
    out << Json{{"a", 1}};
    CHECK(out.str() == R"({"a":1})");
}
