#include "middleware/dispatcher.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"

using namespace microflask;

namespace {

Body show(Environ& environ, StartResponse start_response) {
    start_response("200 OK", {});
    return std::string(environ["SCRIPT_NAME"]) + "|" + std::string(environ["PATH_INFO"]);
}

Body missing(Environ&, StartResponse start_response) {
    start_response("404 Not Found", {});
    return "missing";
}

}  // namespace

TEST_CASE("the application under the longest prefix gets the request", "[middleware]") {
    Client client{DispatcherMiddleware(
        missing, {{"/test1", show}, {"/test2", missing}, {"/test2/very", show}})};

    CHECK(client.get("/test1").text() == "/test1|");
    CHECK(client.get("/test1/").text() == "/test1|/");
    CHECK(client.get("/test1/asfd").text() == "/test1|/asfd");
    CHECK(client.get("/test2/very/long/path/after").text() == "/test2/very|/long/path/after");
    CHECK(client.get("/test2/other").status_code() == 404);
    CHECK(client.get("/test10").status_code() == 404);
    CHECK(client.get("/").text() == "missing");
}

TEST_CASE("two Flask applications build URLs below their own prefix", "[middleware]") {
    Flask front, back;
    front.get("/", [] { return url_for("index"); });
    back.get("/", [] { return url_for("index"); });
    Client client{DispatcherMiddleware(front, {{"/admin", back}})};

    CHECK(client.get("/").text() == "/");
    CHECK(client.get("/admin/").text() == "/admin/");
}

TEST_CASE("a mount without a leading slash, or twice the same, is refused", "[middleware]") {
    CHECK_THROWS_AS(DispatcherMiddleware(missing, {{"admin", show}}), std::invalid_argument);
    CHECK_THROWS_AS(DispatcherMiddleware(missing, {{"/admin/", show}}), std::invalid_argument);
    CHECK_THROWS_AS(DispatcherMiddleware(missing, {{"/a", show}, {"/a", show}}),
                    std::invalid_argument);
}
