#include "middleware/lint.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace microflask;

namespace {

using Warnings = std::vector<std::string>;

Warnings warnings_of(Application application, std::string_view path = "/",
                     std::vector<std::pair<std::string, std::string>> changes = {}) {
    Warnings warnings;
    const LintMiddleware lint(std::move(application), [&warnings](std::string_view warning) {
        warnings.emplace_back(warning);
    });
    Client client{Application([&](Environ& environ, StartResponse start_response) -> Body {
        for (const auto& [key, value] : changes) environ[key] = value;
        start_response("200 OK", {});
        return lint(environ, [](std::string_view, const Headers&, std::exception_ptr) {}).read();
    })};
    client.get(path);
    return warnings;
}

bool mentions(const Warnings& warnings, std::string_view text) {
    for (const std::string& warning : warnings)
        if (warning.find(text) != std::string::npos) return true;
    return false;
}

}  // namespace

TEST_CASE("a Flask application has nothing to be warned about", "[middleware]") {
    Flask app;
    app.secret_key("dev");
    app.get("/", [] {
        session["a"] = 1;
        return "hello";
    });
    app.get("/empty", [] { return Response("", 204); });
    app.get("/there", [] { return redirect("/"); });
    for (const char* path : {"/", "/empty", "/there", "/missing"}) {
        CAPTURE(path);
        CHECK(warnings_of(app, path).empty());
    }
}

TEST_CASE("a broken status line, a Status field and a naked entity tag are noticed",
          "[middleware]") {
    const auto answer = [](std::string status, Headers headers, std::string body = "x") {
        return warnings_of([=](Environ&, StartResponse start_response) -> Body {
            start_response(status, headers);
            return body;
        });
    };
    CHECK(answer("200 OK", {}).empty());
    CHECK(mentions(answer("20 OK", {}), "Status code must be three digits"));
    CHECK(mentions(answer("200", {}), "Invalid value for status"));
    CHECK(mentions(answer("200 OK", {{"Status", "ok"}}), "conflicts with the CGI spec"));
    CHECK(mentions(answer("200 OK", {{"ETag", "naked"}}), "Unquoted etag"));
    CHECK(mentions(answer("200 OK", {{"Content-Length", "9"}}), "the body has 1 bytes"));
    CHECK(mentions(answer("204 No Content", {}), "must not have a body"));
}

TEST_CASE("a server that breaks the contract is noticed too", "[middleware]") {
    const auto fine = [](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", {});
        return "";
    };
    CHECK(mentions(warnings_of(fine, "/", {{"SCRIPT_NAME", "spam"}}),
                   "'SCRIPT_NAME' does not start with a slash"));
    CHECK(mentions(warnings_of(fine, "/", {{"PATH_INFO", "spam"}}),
                   "'PATH_INFO' does not start with a slash"));
    CHECK(mentions(warnings_of([](Environ&, StartResponse) -> Body { return ""; }),
                   "before it started a response"));
}
