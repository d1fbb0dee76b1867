// The public API: hooks and error handlers, written as their readers write them.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

using namespace microflask;

// ---- hooks --------------------------------------------------------------------------------------

TEST_CASE("Hooks hand back what they are given", "[api]") {
    Flask app;
    int torn = 0;
    app.before_request([]() -> std::optional<Response> {
        if (request->args().contains("stop")) return Response("stopped", 403);
        return std::nullopt;
    });
    app.before_request([]() -> std::optional<std::string> { return std::nullopt; });
    auto add_header = app.after_request([](Response response) {
        response.headers().set("X-Trail", "1");
        return response;
    });
    app.after_request([](Response& response) { response.headers()["X-Second"] = "2"; });
    app.teardown_request([&](std::exception_ptr error) { torn += error ? 10 : 1; });
    app.teardown_request([&] { torn += 100; });
    app.teardown_appcontext([&](const std::exception_ptr&) { torn += 1000; });
    app.get("/")([] {
        after_this_request([](Response response) {
            response.set_cookie("once", "1");
            return response;
        });
        return "";
    });
    app.get("/plain", [] { return "plain"; });
    auto client = app.test_client();
    auto response = client.get("/");
    CHECK(response.headers()["X-Trail"] == "1");
    CHECK(response.headers()["X-Second"] == "2");
    CHECK(response.headers().getlist("Set-Cookie").size() == 1);
    CHECK(client.get("/plain").headers().getlist("Set-Cookie").empty());
    CHECK(client.get("/?stop=1").status_code() == 403);
    CHECK(torn == 3 * 1101);
    CHECK(add_header(Response("x")).headers()["X-Trail"] == "1");
}

TEST_CASE("Hooks of a blueprint", "[api]") {
    Flask app;
    std::string trace;
    Blueprint bp("bp", {.url_prefix = "/<lang>"});
    bp.before_request([&] { trace += "before "; });
    bp.before_app_request([&] { trace += "app "; });
    bp.after_request([&](Response response) {
        trace += "after ";
        return response;
    });
    bp.after_app_request([&](Response response) { return response; });
    bp.teardown_request([&] { trace += "teardown "; });
    bp.teardown_app_request([&](std::exception_ptr) {});
    bp.url_value_preprocessor([](std::string_view, Json& values) {
        g["lang"] = values["lang"].get<std::string>();
        values.erase("lang");
    });
    bp.url_defaults([](std::string_view endpoint, Json& values) {
        if (endpoint == "bp.about" && !values.contains("lang")) values["lang"] = "en";
    });
    bp.get("/about")([] { return g.get<std::string>("lang") + url_for(".about"); });
    bp.errorhandler(404)([](const HTTPException& e) { return std::pair{e.name(), 404}; });
    bp.errorhandler<std::logic_error>(
        [](const std::logic_error& e) { return std::string(e.what()); });
    bp.app_errorhandler(410)([] { return std::pair{"gone", 410}; });
    bp.app_errorhandler<std::runtime_error>([](const std::runtime_error&) { return "runtime"; });
    bp.get("/lost")([]() -> std::string { abort(404); });
    bp.get("/logic")([]() -> std::string { throw std::logic_error("logic"); });
    bool recorded = false;
    bp.record([&](BlueprintSetupState& state) { recorded = state.app().import_name() != ""; });
    bp.record_once([](BlueprintSetupState& state) {
        state.add_url_rule("/recorded", "recorded", [](std::string lang) { return lang; });
    });
    app.register_blueprint(bp);
    app.get("/gone")([]() -> Response { abort(410); });
    app.get("/runtime")([]() -> Response { throw std::runtime_error("x"); });
    auto client = app.test_client();
    CHECK(client.get("/de/about").text() == "de/en/about");
    CHECK(trace == "app before after teardown ");
    CHECK(client.get("/de/lost").text() == "Not Found");
    CHECK(client.get("/de/logic").text() == "logic");
    CHECK(client.get("/gone").text() == "gone");
    CHECK(client.get("/runtime").text() == "runtime");
    CHECK(recorded);
}

// ---- errors -------------------------------------------------------------------------------------

namespace {

class ShopError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};
class StockError : public ShopError {
public:
    using ShopError::ShopError;
};
class Insufficient : public HTTPException {
public:
    Insufficient() : HTTPException(507, "Insufficient", "no room") {}
};

}  // namespace

TEST_CASE("Errors find their handlers", "[api]") {
    Flask app;
    app.errorhandler(404)([](const HTTPException& e) {
        CHECK(e.code() == 404);
        CHECK(e.name() == "Not Found");
        CHECK(!e.description().empty());
        CHECK(e.get_response().status_code() == 404);
        return std::pair{"gone", 404};
    });
    app.errorhandler<std::out_of_range>(
        [](const std::out_of_range& e) { return std::string(e.what()); });
    app.errorhandler<ShopError>([](const ShopError&) { return std::tuple{"shop", 500}; });
    app.errorhandler<StockError>([](const auto& e) { return std::string("stock ") + e.what(); });
    app.errorhandler<Forbidden>([](const Forbidden& e) { return e; });
    app.errorhandler<HTTPException>([](const HTTPException& e) {
        return std::pair{Json{{"code", e.code()}, {"name", e.name()}}, e.code()};
    });
    app.get("/range")([]() -> Response { throw std::out_of_range("range"); });
    app.get("/shop")([]() -> Response { throw ShopError("x"); });
    app.get("/stock")([]() -> Response { throw StockError("x"); });
    app.get("/teapot")([]() -> Response { abort(418); });
    app.get("/why")([]() -> Response { abort(401, "why"); });
    app.get("/whole")([]() -> Response { abort(Response("whole", 409)); });
    app.get("/own")([]() -> Response { throw Insufficient(); });
    app.get("/no")([]() -> std::string { throw NotFound(); });
    app.get("/forbidden")([]() -> std::string { throw Forbidden("keep out"); });
    auto client = app.test_client();
    CHECK(client.get("/missing").text() == "gone");
    CHECK(client.get("/no").text() == "gone");
    CHECK(client.get("/range").text() == "range");
    CHECK(client.get("/shop").status_code() == 500);
    CHECK(client.get("/stock").text() == "stock x");
    CHECK(client.get("/teapot").json()["name"] == "I'm a Teapot");
    CHECK(client.get("/why").status_code() == 401);
    CHECK(client.get("/whole").text() == "whole");
    CHECK(client.get("/own").json()["code"] == 507);
    CHECK(client.get("/forbidden").status_code() == 403);
}

TEST_CASE("All of Werkzeug's exceptions by name", "[api]") {
    const auto code_of = [](const HTTPException& exception) { return exception.code(); };
    CHECK(code_of(BadRequest()) == 400);
    CHECK(code_of(BadRequestKeyError("k")) == 400);
    CHECK(code_of(ClientDisconnected()) == 400);
    CHECK(code_of(SecurityError()) == 400);
    CHECK(code_of(BadHost()) == 400);
    CHECK(code_of(Unauthorized()) == 401);
    CHECK(code_of(Forbidden()) == 403);
    CHECK(code_of(NotFound()) == 404);
    CHECK(code_of(MethodNotAllowed({"GET"})) == 405);
    CHECK(code_of(NotAcceptable()) == 406);
    CHECK(code_of(RequestTimeout()) == 408);
    CHECK(code_of(Conflict()) == 409);
    CHECK(code_of(Gone()) == 410);
    CHECK(code_of(LengthRequired()) == 411);
    CHECK(code_of(PreconditionFailed()) == 412);
    CHECK(code_of(RequestEntityTooLarge()) == 413);
    CHECK(code_of(RequestURITooLarge()) == 414);
    CHECK(code_of(UnsupportedMediaType()) == 415);
    CHECK(code_of(RequestedRangeNotSatisfiable(10)) == 416);
    CHECK(code_of(ExpectationFailed()) == 417);
    CHECK(code_of(ImATeapot()) == 418);
    CHECK(code_of(MisdirectedRequest()) == 421);
    CHECK(code_of(UnprocessableEntity("bad")) == 422);
    CHECK(code_of(Locked()) == 423);
    CHECK(code_of(FailedDependency()) == 424);
    CHECK(code_of(PreconditionRequired()) == 428);
    CHECK(code_of(TooManyRequests("slowly", 10)) == 429);
    CHECK(code_of(RequestHeaderFieldsTooLarge()) == 431);
    CHECK(code_of(UnavailableForLegalReasons()) == 451);
    CHECK(code_of(InternalServerError()) == 500);
    CHECK(code_of(NotImplemented()) == 501);
    CHECK(code_of(BadGateway()) == 502);
    CHECK(code_of(ServiceUnavailable()) == 503);
    CHECK(code_of(GatewayTimeout()) == 504);
    CHECK(code_of(HTTPVersionNotSupported()) == 505);
    CHECK(code_of(RequestRedirect("http://localhost/x")) == 308);
    CHECK_THROWS_AS(abort(404), NotFound);
    CHECK_THROWS_AS(abort(404, "why"), HTTPException);
    CHECK_THROWS_AS(abort(413, std::string("why")), std::exception);
}
