#include "wrappers/abort.hpp"

#include "support/catch.hpp"

#include <exception>
#include <stdexcept>
#include <string>

using namespace microflask;

TEST_CASE("abort throws the exception of a code", "[wrappers]") {
    CHECK_THROWS_AS(abort(404), NotFound);
    CHECK_THROWS_AS(abort(400), BadRequest);
    CHECK_THROWS_AS(abort(503), ServiceUnavailable);
    CHECK_THROWS_AS(abort(200), LookupError);
    CHECK_THROWS_AS(abort(-1), LookupError);
}

TEST_CASE("abort takes a description", "[wrappers]") {
    try {
        abort(401, "why <b>");
    } catch (const Unauthorized& error) {
        CHECK(error.description() == "why <b>");
        CHECK(error.get_response().get_data().find("<p>why &lt;b&gt;</p>") != std::string::npos);
        return;
    }
    CHECK(false);
}

TEST_CASE("abort takes a response", "[wrappers]") {
    try {
        abort(Response("own", 418, {{"X-A", "1"}}));
    } catch (const HTTPException& error) {
        const Response response = error.get_response();
        CHECK(response.status_code() == 418);
        CHECK(response.get_data() == "own");
        CHECK(response.headers().get("X-A") == "1");
        return;
    }
    CHECK(false);
}
