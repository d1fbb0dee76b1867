#include "flask/scaffold.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/testing.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"

#include <stdexcept>
#include <string>
#include <utility>

using namespace microflask;

namespace {

struct Base : std::runtime_error {
    Base() : std::runtime_error("base") {}
};
struct Derived : Base {};
struct Unrelated : std::exception {};
struct Payment : HTTPException {
    Payment() : HTTPException(402, "Payment Required", "Pay first.") {}
};
struct SpecialForbidden : Forbidden {};

}  // namespace

TEST_CASE("a handler by code answers the exceptions of that code", "[flask][errors]") {
    Flask app;
    app.errorhandler(404)([](const HTTPException& error) {
        return std::pair{"gone: " + error.name(), 404};
    });
    app.get("/abort", []() -> std::string { abort(404, "why"); });
    auto client = app.test_client();

    const auto missing = client.get("/missing");
    CHECK(missing.status_code() == 404);
    CHECK(missing.text() == "gone: Not Found");
    CHECK(client.get("/abort").text() == "gone: Not Found");
    CHECK(client.post("/abort").status_code() == 405);
}

TEST_CASE("a handler's status is 200 unless it says otherwise", "[flask][errors]") {
    Flask app;
    app.errorhandler(404)([](const HTTPException&) { return "found after all"; });
    CHECK(app.test_client().get("/").status_code() == 200);
}

TEST_CASE("the most derived class is asked first, whatever the order of registration",
          "[flask][errors]") {
    for (const bool base_first : {true, false}) {
        Flask app;
        const auto on_base = [](const Base&) { return "base"; };
        const auto on_derived = [](const Derived&) { return "derived"; };
        if (base_first) app.errorhandler<Base>(on_base);
        app.errorhandler<Derived>(on_derived);
        if (!base_first) app.errorhandler<Base>(on_base);
        app.get("/base", []() -> std::string { throw Base(); });
        app.get("/derived", []() -> std::string { throw Derived(); });
        auto client = app.test_client();
        CHECK(client.get("/base").text() == "base");
        CHECK(client.get("/derived").text() == "derived");
    }
}

TEST_CASE("a handler of all exceptions takes those of HTTP too, unless there is a nearer one",
          "[flask][errors]") {
    Flask app;
    app.errorhandler<std::exception>(
        [](const std::exception& error) { return std::string("any ") + error.what(); });
    app.errorhandler<HTTPException>(
        [](const HTTPException& error) { return "http " + std::to_string(error.code()); });
    app.errorhandler(403)([](const HTTPException&) { return "by code"; });
    app.errorhandler<SpecialForbidden>([](const SpecialForbidden&) { return "special"; });
    app.get("/runtime", []() -> std::string { throw std::runtime_error("x"); });
    app.get("/gone", []() -> std::string { throw Gone(); });
    app.get("/forbidden", []() -> std::string { throw Forbidden(); });
    app.get("/special", []() -> std::string { throw SpecialForbidden(); });
    app.get("/payment", []() -> std::string { throw Payment(); });
    auto client = app.test_client();

    CHECK(client.get("/runtime").text() == "any x");
    CHECK(client.get("/gone").text() == "http 410");
    CHECK(client.get("/forbidden").text() == "by code");
    CHECK(client.get("/special").text() == "special");
    CHECK(client.get("/payment").text() == "http 402");
    CHECK(client.get("/missing").text() == "http 404");
}

TEST_CASE("an exception without a handler is a 500 whose handler sees it", "[flask][errors]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.errorhandler<InternalServerError>([](const InternalServerError& error) {
        if (!error.original_exception()) return std::pair<std::string, int>{"direct", 500};
        try {
            std::rethrow_exception(error.original_exception());
        } catch (const std::exception& original) {
            return std::pair<std::string, int>{original.what(), 500};
        }
    });
    app.get("/custom", []() -> std::string { throw std::runtime_error("the original"); });
    app.get("/direct", []() -> std::string { abort(500); });
    auto client = app.test_client();
    const auto custom = client.get("/custom");
    CHECK(custom.status_code() == 500);
    CHECK(custom.text() == "the original");
    CHECK(client.get("/direct").text() == "direct");
}

TEST_CASE("a blueprint's handlers come before the application's, by code before by class",
          "[flask][errors]") {
    Flask app;
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.errorhandler<Unrelated>([](const Unrelated&) { return "bp class"; });
    bp.errorhandler<HTTPException>([](const HTTPException&) { return "bp any http"; });
    bp.errorhandler(403)([](const HTTPException&) { return "bp code"; });
    bp.get("/class", []() -> std::string { throw Unrelated(); });
    bp.get("/code", []() -> std::string { abort(403); });
    bp.get("/gone", []() -> std::string { abort(410); });
    app.register_blueprint(bp);
    app.errorhandler<Unrelated>([](const Unrelated&) { return "app class"; });
    app.errorhandler(403)([](const HTTPException&) { return "app code"; });
    app.errorhandler(410)([](const HTTPException&) { return "app code"; });
    app.get("/class", []() -> std::string { throw Unrelated(); });
    app.get("/code", []() -> std::string { abort(403); });
    auto client = app.test_client();

    CHECK(client.get("/bp/class").text() == "bp class");
    CHECK(client.get("/bp/code").text() == "bp code");
    CHECK(client.get("/bp/gone").text() == "app code");  // by code, before the blueprint's by class
    CHECK(client.get("/class").text() == "app class");
    CHECK(client.get("/code").text() == "app code");
}

TEST_CASE("a handler that throws is a 500", "[flask][errors]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.errorhandler(404)(
        [](const HTTPException&) -> std::string { throw std::runtime_error("in the handler"); });
    CHECK(app.test_client().get("/missing").status_code() == 500);
}

TEST_CASE("abort with a response answers with it", "[flask][errors]") {
    Flask app;
    app.get("/", []() -> std::string { abort(Response("as it is", 418)); });
    const auto response = app.test_client().get("/");
    CHECK(response.status_code() == 418);
    CHECK(response.text() == "as it is");
}

TEST_CASE("a code that no exception has is refused", "[flask][errors]") {
    Flask app;
    CHECK_THROWS_AS(app.errorhandler(999)([](const HTTPException&) { return ""; }), ValueError);
    CHECK_THROWS_AS(abort(999), LookupError);
}

TEST_CASE("a missing key of a form is a 400, and says more in debug mode", "[flask][errors]") {
    Flask app;
    app.get("/", [] { return request->args()["key"]; });
    const auto quiet = app.test_client().get("/");
    CHECK(quiet.status_code() == 400);
    CHECK(quiet.text().find("key") == std::string::npos);

    Flask debugging;
    debugging.debug(true);
    debugging.config["TRAP_BAD_REQUEST_ERRORS"] = false;
    debugging.get("/", [] { return request->args()["the_key"]; });
    CHECK(debugging.test_client().get("/").text().find("KeyError: &#39;the_key&#39;") !=
          std::string::npos);

    Flask trapping;
    trapping.testing(true);
    trapping.config["TRAP_BAD_REQUEST_ERRORS"] = true;
    trapping.get("/", [] { return request->args()["key"]; });
    CHECK_THROWS_AS(trapping.test_client().get("/"), BadRequestKeyError);
}

TEST_CASE("TRAP_HTTP_EXCEPTIONS lets all of them out", "[flask][errors]") {
    Flask app;
    app.testing(true);
    app.config["TRAP_HTTP_EXCEPTIONS"] = true;
    app.get("/", []() -> std::string { abort(403); });
    CHECK_THROWS_AS(app.test_client().get("/"), Forbidden);
}

TEST_CASE("an unhandled exception is wrapped for the handler of 500, by code or by class",
          "[flask][errors]") {
    for (const bool by_code : {true, false}) {
        CAPTURE(by_code);
        Flask app;
        app.logger().sink([](const LogRecord&) {});
        const auto describe = [](const HTTPException& error) -> std::pair<std::string, int> {
            const auto& server_error = dynamic_cast<const InternalServerError&>(error);
            const std::exception_ptr original = server_error.original_exception();
            if (!original) return {"direct InternalServerError", 500};
            try {
                std::rethrow_exception(original);
            } catch (const std::exception& wrapped) {
                return {std::string("wrapped ") + wrapped.what(), 500};
            }
        };
        if (by_code) {
            app.errorhandler(500)(describe);
        } else {
            app.errorhandler<InternalServerError>(describe);
        }
        app.get("/custom", []() -> std::string { throw Base(); });
        app.get("/keyerror", []() -> std::string { throw std::out_of_range("key"); });
        app.get("/abort", []() -> std::string { abort(500); });
        app.get("/raise", []() -> std::string { throw InternalServerError(); });
        auto client = app.test_client();
        CHECK(client.get("/custom").text() == "wrapped base");
        CHECK(client.get("/keyerror").text() == "wrapped key");
        CHECK(client.get("/abort").text() == "direct InternalServerError");
        CHECK(client.get("/raise").text() == "direct InternalServerError");
        CHECK(client.get("/raise").status_code() == 500);
    }
}

TEST_CASE("a handler of all HTTP errors sees the 500 of an unhandled exception",
          "[flask][errors]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.errorhandler<HTTPException>([](const HTTPException& error) {
        return std::pair{std::to_string(error.code()), 200};
    });
    app.get("/error", []() -> std::string { throw std::out_of_range("key"); });
    app.get("/abort", []() -> std::string { abort(500); });
    app.get("/slash/", [] { return "slash"; });
    auto client = app.test_client();
    CHECK(client.get("/error").text() == "500");
    CHECK(client.get("/abort").text() == "500");
    CHECK(client.get("/missing").text() == "404");
    // A redirect of the routing is no error that handlers see.
    CHECK(client.get("/slash").status_code() == 308);
    CHECK(client.get("/slash", {.follow_redirects = true}).text() == "slash");
}

TEST_CASE("a blueprint's handler of all HTTP errors is for its own views", "[flask][errors]") {
    Flask app;
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.errorhandler<HTTPException>([](const HTTPException&) { return "bp-default"; });
    bp.errorhandler<Forbidden>([](const Forbidden&) { return "bp-forbidden"; });
    bp.get("/undefined", []() -> std::string { abort(410); });
    bp.get("/forbidden", []() -> std::string { abort(403); });
    app.errorhandler<HTTPException>([](const HTTPException&) { return "default"; });
    app.errorhandler<Forbidden>([](const Forbidden&) { return "forbidden"; });
    app.get("/forbidden", []() -> std::string { abort(403); });
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/bp/undefined").text() == "bp-default");
    // By class and code of the app before the class of the blueprint, as the code decides first.
    CHECK(client.get("/bp/forbidden").text() == "bp-forbidden");
    CHECK(client.get("/undefined").text() == "default");
    CHECK(client.get("/forbidden").text() == "forbidden");
}

TEST_CASE("each blueprint and the application have a handler of 500", "[flask][errors]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.errorhandler(500)([](const HTTPException&) { return "bp-error"; });
    bp.get("/error", []() -> std::string { throw InternalServerError(); });
    app.errorhandler(500)([](const HTTPException&) { return "app-error"; });
    app.get("/error", []() -> std::string { throw InternalServerError(); });
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/error").text() == "app-error");
    CHECK(client.get("/bp/error").text() == "bp-error");
}

TEST_CASE("a handler of every exception is given the originals", "[flask][errors]") {
    Flask app;
    app.errorhandler<std::exception>([](const std::exception& error) {
        const auto* http = dynamic_cast<const HTTPException*>(&error);
        return "direct " + (http ? http->name() : std::string(error.what()));
    });
    app.get("/error", []() -> std::string { throw std::out_of_range("key"); });
    app.get("/abort", []() -> std::string { abort(500); });
    auto client = app.test_client();
    CHECK(client.get("/error").text() == "direct key");
    CHECK(client.get("/abort").text() == "direct Internal Server Error");
    CHECK(client.get("/missing").text() == "direct Not Found");
}
