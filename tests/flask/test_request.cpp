#include "wrappers/request.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"

#include <optional>
#include <string>

using namespace microflask;

TEST_CASE("a form that is too large is a 413 of the application's own", "[flask][request]") {
    Flask app;
    app.config["MAX_CONTENT_LENGTH"] = 50;
    app.post("/", [] {
        static_cast<void>(request->form()["myfile"]);
        return "unreachable";
    });
    app.errorhandler(413)([](const HTTPException&) { return "42"; });
    CHECK(app.test_client().post("/", {.form = {{"myfile", std::string(50, 'x')}}}).text() == "42");
}

TEST_CASE("limits come from the request, else the settings", "[flask][request]") {
    Flask app;
    {
        const auto context = app.test_request_context();
        CHECK_FALSE(request->max_content_length());
        CHECK(request->max_form_memory_size() == 500000);
        CHECK(request->max_form_parts() == 1000);
    }
    app.config["MAX_CONTENT_LENGTH"] = 10;
    app.config["MAX_FORM_MEMORY_SIZE"] = 20;
    app.config["MAX_FORM_PARTS"] = 30;
    const auto context = app.test_request_context();
    CHECK(request->max_content_length() == 10);
    CHECK(request->max_form_memory_size() == 20);
    CHECK(request->max_form_parts() == 30);
    request->max_content_length(90);
    request->max_form_memory_size(30);
    request->max_form_parts(99);
    CHECK(request->max_content_length() == 90);
    CHECK(request->max_form_memory_size() == 30);
    CHECK(request->max_form_parts() == 99);
}

TEST_CASE("only trusted hosts are answered", "[flask][request]") {
    Flask app;
    app.config["TRUSTED_HOSTS"] = Json::array({"example.test", ".other.test"});
    app.get("/", [] { return request->host(); });
    auto client = app.test_client();
    CHECK(client.get("/", {.base_url = "http://example.test"}).text() == "example.test");
    CHECK(client.get("/", {.base_url = "http://abc.other.test"}).text() == "abc.other.test");
    CHECK(client.get("/", {.base_url = "http://bad.test"}).status_code() == 400);
}
