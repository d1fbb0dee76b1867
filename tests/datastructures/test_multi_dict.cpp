// Maps with several values for a key.
#include "datastructures/multi_dict.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace microflask;

using Texts = std::vector<std::string>;

TEST_CASE("a multi dict has several values for a key", "[datastructures]") {
    MultiDict dict{{"a", "1"}, {"b", "x"}, {"a", "2"}};
    CHECK(dict["a"] == "1");
    CHECK_THROWS_AS(dict["c"], BadRequestKeyError);
    CHECK(dict.get("a") == "1");
    CHECK(dict.get("c") == std::nullopt);
    CHECK(dict.get("c", "default") == "default");
    CHECK(dict.get<int>("a", 0) == 1);
    CHECK(dict.get<int>("b", 5) == 5);
    CHECK_FALSE(dict.get<int>("b"));
    CHECK(dict.getlist("a") == Texts{"1", "2"});
    CHECK(dict.getlist<int>("a") == std::vector<int>{1, 2});
    CHECK(dict.getlist<int>("b").empty());
    CHECK(dict.keys() == Texts{"a", "b"});
    CHECK(dict.size() == 2);
    dict.add("b", "y");
    dict.set("a", "3");
    CHECK(dict.getlist("b") == Texts{"x", "y"});
    CHECK(dict.getlist("a") == Texts{"3"});
    CHECK(dict.setdefault("a", "4") == "3");
    CHECK(dict.setdefault("d", "4") == "4");
    CHECK(dict.pop("d") == "4");
    CHECK_THROWS_AS(dict.pop("d"), BadRequestKeyError);
    CHECK(dict.pop("d", "5") == "5");
    CHECK(dict.poplist("b") == Texts{"x", "y"});
    dict.update(dict);
    CHECK(dict.getlist("a") == Texts{"3", "3"});
    dict.erase("a");
    CHECK(dict.empty());
}

TEST_CASE("numbers are taken whole or not at all", "[datastructures]") {
    const MultiDict dict{{"a", " 12 "}, {"b", "12x"}, {"c", "-1"}, {"d", "300"},
                         {"e", "1.5"},  {"f", ""},    {"g", "+3"}};
    CHECK(dict.get<int>("a") == 12);
    CHECK_FALSE(dict.get<int>("b"));
    CHECK_FALSE(dict.get<unsigned>("c"));
    CHECK_FALSE(dict.get<unsigned char>("d"));
    CHECK(dict.get<double>("e") == 1.5);
    CHECK_FALSE(dict.get<int>("e"));
    CHECK_FALSE(dict.get<int>("f"));
    CHECK(dict.get<int>("g") == 3);
}

TEST_CASE("combined dicts are read one after the other", "[datastructures]") {
    const MultiDict first{{"a", "1"}};
    const MultiDict second{{"a", "2"}, {"b", "3"}};
    const CombinedMultiDict both{&first, &second};
    CHECK(both["a"] == "1");
    CHECK(both["b"] == "3");
    CHECK(both.getlist("a") == Texts{"1", "2"});
}
