// Cookies and tagged values as Flask's sessions hold them: what becomes of each when it is read.
#include "flask/json_tag.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "json/value.hpp"
#include "security/serializer.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace microflask;

TEST_CASE("tagged values are read as Flask's are", "[flask][json]") {
    // Tuples, bytes and the like become their nearest kin; what cannot be read stays text.
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"({" t":[1,2]})", "[1,2]"},
        {R"({" m":"<b>"})", R"("<b>")"},
        {R"({" u":"12345678123456781234567812345678"})", R"("12345678123456781234567812345678")"},
        {R"({" d":"Thu, 29 Feb 2024 12:34:56 GMT"})", R"("Thu, 29 Feb 2024 12:34:56 GMT")"},
        {R"({" di":{" t__":[1]}})", R"({" t":[1]})"},
        {R"({" x":1})", R"({" x":1})"},
        {R"({" t":[1],"y":2})", R"({" t":[1],"y":2})"},
        {R"([{" t":[{" t":[]}]}])", "[[[]]]"},
    };
    for (const auto& [tagged, plain] : cases) {
        CAPTURE(tagged);
        CHECK(detail::untag_json(Json::parse(tagged)) == Json::parse(plain));
    }
    CHECK(detail::untag_json(Json::parse(R"({" b":"aGk="})")) == "hi");
    for (const char* bad : {R"({" b":"_w=="})", R"({" b":"/w"})", R"({" b":null})"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(detail::untag_json(Json::parse(bad)), JsonError);
    }
}

TEST_CASE("a session is what its cookie says, and empty where that cannot be read", "[flask]") {
    Flask app;
    app.secret_key("test key");
    app.config["PERMANENT_SESSION_LIFETIME"] = 4000000000LL;
    app.get("/", [] { return session.get<std::string>("user", "None"); });
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc", "alice"},
        {".eAEBEADv_3sidXNlciI6ImFsaWNlIn0uwwV4.ZVPxAA.ZKukS6jNEn8NHx-0XyVCmigjKCE", "alice"},
        {".eNqrViotTi1SslJKzMlMTlWqBQAuwwV4.ZVPxAA.DOrQybRopFszYkI6cP8xBSs3Jv0", "alice"},
        {"eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.A2nu-C8SF6tI49d-VR9d_I6cdfc", "None"},  // wrong signature
        {"e29vcHM.ZVPxAA.B5bIdmYlowX0QujnhPsFIHyUbQA", "None"},                 // signed, not JSON
        {"WzEsMl0.ZVPxAA.bIXFMru6j8hMwoOJFlE3r4fJtpY", "None"},                 // signed, a list
        {".bm9wZQ.ZVPxAA.5JU-SawtuohkqSGDemNfH3nGj0A", "None"},                 // signed, not zlib
        {"!!!.ZVPxAA.Nfb7RSj6nAhEbB3v7sQvd7-X6hc", "None"},  // signed, not base64
        {"", "None"},
        {"..", "None"},
    };
    for (const auto& [cookie, user] : cases) {
        CAPTURE(cookie);
        auto client = app.test_client();
        client.set_cookie("session", cookie);
        const auto response = client.get("/");
        CHECK(response.status_code() == 200);
        CHECK(response.text() == user);
        CHECK(response.headers().get("Vary", "") == "Cookie");
    }
    // Whoever has the key can sign nonsense: that is no session either.
    const URLSafeTimedSerializer serializer(
        "test key", {.salt = "cookie-session", .signer_kwargs = {.key_derivation = "hmac"}});
    for (const char* bad : {R"({" b":"_w=="})", R"({"a":{" b":"/w"}})", R"({"a":[{" b":null}]})"}) {
        CAPTURE(bad);
        auto client = app.test_client();
        client.set_cookie("session", serializer.dumps(Json::parse(bad)));
        const auto response = client.get("/");
        CHECK(response.status_code() == 200);
        CHECK(response.text() == "None");
    }
}
