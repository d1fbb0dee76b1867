// Authorization and WWW-Authenticate.
#include "datastructures/auth.hpp"

#include "support/catch.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;

TEST_CASE("Basic is decoded", "[datastructures]") {
    const auto aladdin = Authorization::from_header("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    REQUIRE(aladdin);
    CHECK(aladdin->type() == "basic");
    CHECK(aladdin->username() == "Aladdin");
    CHECK(aladdin->password() == "open sesame");
    CHECK_FALSE(aladdin->token());
    CHECK(aladdin->to_header() == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    CHECK(Authorization::from_header("basic QTpiOmM=").value().password() == "b:c");
    CHECK(Authorization::from_header("Basic QQ==").value().to_header() == "Basic QTo=");
    CHECK(Authorization::from_header("Basic  QTpi").value().password() == "b");
    for (const std::string_view bad : {"", "Basic foo", "Basic /w==", "Basic ===="}) {
        CAPTURE(bad);
        CHECK_FALSE(Authorization::from_header(bad));
    }
    CHECK(Authorization("basic", {{"username", "A"}, {"password", "b"}}) ==
          Authorization::from_header("Basic QTpi"));
}

TEST_CASE("tokens and parameters are told apart", "[datastructures]") {
    const auto bearer = Authorization::from_header("Bearer abc.def==").value();
    CHECK(bearer.type() == "bearer");
    CHECK(bearer.token() == "abc.def==");
    CHECK_FALSE(bearer.username());
    CHECK(bearer.to_header() == "Bearer abc.def==");
    CHECK(Authorization::from_header("Bearer").value().token() == "");
    CHECK(Authorization::from_header("Bearer").value().to_header() == "Bearer ");
    const auto digest = Authorization::from_header("Digest username=\"u\", realm=\"r\"").value();
    CHECK_FALSE(digest.token());
    CHECK(digest.username() == "u");
    CHECK(digest.get("realm") == "r");
    CHECK(digest["nothing"] == std::nullopt);
    CHECK(digest.get("nothing", "x") == "x");
    CHECK(digest.contains("realm"));
    CHECK(digest.to_header() == "Digest username=u, realm=r");
    CHECK(Authorization::from_header("Token a=b").value().get("a") == "b");
    CHECK(Authorization("Bearer", "t").to_header() == "Bearer t");
}

TEST_CASE("WWW-Authenticate is written", "[datastructures]") {
    CHECK(WWWAuthenticate("basic", {{"realm", "test"}}).to_header() == "Basic realm=test");
    CHECK(WWWAuthenticate("basic", {{"realm", "two words"}}).to_header() ==
          "Basic realm=\"two words\"");
    CHECK(WWWAuthenticate("basic").to_header() == "Basic");
    CHECK(WWWAuthenticate("Bearer").to_header() == "Bearer");
    CHECK(WWWAuthenticate("negotiate", "abc=").to_header() == "Negotiate abc=");
    const WWWAuthenticate digest(
        "digest", {{"realm", "r"}, {"nonce", "n"}, {"qop", "auth"}, {"algorithm", "MD5"}});
    CHECK(digest.to_header() == "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
    WWWAuthenticate changed("basic");
    changed.set("realm", "a").set("realm", "b").set("x", "1").remove("x");
    CHECK(changed.to_header() == "Basic realm=b");
    CHECK_THROWS_AS(changed.set("realm", "a\r\nX: y"), std::invalid_argument);
    CHECK_THROWS_AS(WWWAuthenticate("basic", {{"realm", "a\nb"}}), std::invalid_argument);
}

TEST_CASE("WWW-Authenticate is read", "[datastructures]") {
    CHECK_FALSE(WWWAuthenticate::from_header(""));
    const auto digest =
        WWWAuthenticate::from_header("Digest realm=\"r, s\", nonce=n, stale").value();
    CHECK(digest.type() == "digest");
    CHECK(digest.get("realm") == "r, s");
    CHECK(digest.contains("stale"));
    CHECK_FALSE(digest.get("stale"));
    CHECK(WWWAuthenticate::from_header("Basic realm=x") ==
          WWWAuthenticate("basic", {{"realm", "x"}}));
}
