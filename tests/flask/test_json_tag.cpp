#include "flask/json_tag.hpp"

#include "flask/sessions.hpp"
#include "json/value.hpp"
#include "support/catch.hpp"

#include <string>

using namespace microflask;
using detail::tag_json;
using detail::untag_json;

TEST_CASE("plain values are the same after writing and reading", "[flask][json]") {
    for (const Json& value : {Json{{" t", Json::array({1, 2, 3})}}, Json{{" t__", "a"}},
                              Json{{" di", " di"}}, Json{{"x", Json::array({1, 2, 3})}, {"y", 4}},
                              Json::array({1, 2, 3}), Json::array(), Json::object(),
                              Json("\xff"
                                   "text"),
                              Json(nullptr), Json(3.5)}) {
        const Json tagged = tag_json(value);
        CAPTURE(tagged.dump());
        CHECK(untag_json(tagged) == value);
    }
}

TEST_CASE("what Python alone has is read as its nearest kin", "[flask][json]") {
    CHECK(untag_json(Json::parse(R"({" t": [1, {" t": []}]})")) == Json::array({1, Json::array()}));
    CHECK(untag_json(Json::parse(R"({" b": "eHk="})")) == "xy");
    CHECK(untag_json(Json::parse(R"({" m": "<b>"})")) == "<b>");
    CHECK(untag_json(Json::parse(R"({" u": "12345678123456781234567812345678"})")) ==
          "12345678123456781234567812345678");
    CHECK(untag_json(Json::parse(R"({" d": "Thu, 29 Feb 2024 12:34:56 GMT"})")) ==
          "Thu, 29 Feb 2024 12:34:56 GMT");
    CHECK(detail::has_json_tag(Json::parse(R"({"a": [{" b": "eHk="}]})")));
    CHECK_FALSE(detail::has_json_tag(Json::parse(R"({"a": [{"b": "eHk="}]})")));
    CHECK(detail::tagged_tuple(Json::array({"a", "b"})) == Json{{" t", Json::array({"a", "b"})}});
}

TEST_CASE("a session gives back the tagged form that it took", "[flask][json]") {
    for (const char* tagged :
         {R"({})", R"({"user_id": 1, "list": [1, {"b": "eHk="}]})", R"({"tuple": {" t": [1, 2]}})",
          R"({"plain": 1, "bytes": [{" b": "eHk="}]})", R"({"looks": {" di": {" t__": "a"}}})"}) {
        CAPTURE(tagged);
        Session session;
        session.load_tagged(Json::parse(tagged));
        CHECK(session.tagged_values() == Json::parse(tagged));
        CHECK_FALSE(session.modified());
    }
}

TEST_CASE("a session has a tagged form only where a value needs it", "[flask][json]") {
    Session session;
    session.load_tagged(Json{{"tuple", detail::tagged_tuple(Json::array({1}))}, {"user_id", 1}});
    CHECK(session.has_tagged_values());
    CHECK(session["tuple"] == Json::array({1}));

    session.clear();
    session["user_id"] = 1;
    CHECK_FALSE(session.has_tagged_values());
    session["looks"] = Json{{" t", "like a tag"}};
    CHECK(session.has_tagged_values());
    CHECK(session.tagged_values()["looks"] == Json{{" di", Json{{" t__", "like a tag"}}}});
    session.erase("looks");
    CHECK_FALSE(session.has_tagged_values());
}
