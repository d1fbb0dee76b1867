// The public API: what came with signals, applications made of functions, and JSON settings.
#include "flask/signals.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "flask/views.hpp"
#include "local/task.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

struct Point {
    int x = 0;
};
Response to_response(const Point& point) {
    return Response("x=" + std::to_string(point.x));
}

int started = 0;
void on_started(Flask&) {
    ++started;
}

}  // namespace

TEST_CASE("Every signal is connected, in every spelling", "[api]") {
    Flask app;
    app.secret_key("dev");
    std::string seen;
    request_started.connect(on_started);
    const SignalConnection finished =
        request_finished.connect([&](Flask& sender, Response& response) {
            seen += sender.name() + std::to_string(response.status_code()) + " ";
        });
    auto torn_down = request_tearing_down.connect(
        [&](Flask&, std::exception_ptr error) { seen += error ? "error " : "torn "; });
    auto pushed = appcontext_pushed.connect([&](Flask&) { seen += "pushed "; });
    auto popped = appcontext_popped.connect([&](auto&&...) { seen += "popped "; });
    auto ended = appcontext_tearing_down.connect([&] { seen += "ended "; });
    auto flashed =
        message_flashed.connect([&](const Flask&, std::string message, std::string category) {
            seen += message + "/" + category + " ";
        });
    auto failed = got_request_exception.connect([](Flask&, const std::exception_ptr&) {});
    auto rendered = template_rendered.connect([](Flask&, std::string_view, const Context&) {});
    auto rendering = before_render_template.connect([](Flask&) {});
    app.get("/", [] {
        flash("hello", "info");
        return "";
    });
    app.test_client().get("/");
    CHECK(seen == "pushed hello/info test_signals200 torn ended popped ");
    CHECK(started == 1);
    request_started.disconnect(on_started);
    request_finished.disconnect(finished);
    request_tearing_down.disconnect(torn_down);
    appcontext_pushed.disconnect(pushed);
    appcontext_popped.disconnect(popped);
    appcontext_tearing_down.disconnect(ended);
    message_flashed.disconnect(flashed);
    got_request_exception.disconnect(failed);
    template_rendered.disconnect(rendered);
    before_render_template.disconnect(rendering);
    seen.clear();
    {
        auto guard = request_started.connected_to([&](Flask&) { seen += "guarded"; }, app);
        app.test_client().get("/");
    }
    app.test_client().get("/");
    CHECK(seen == "guarded");
    CHECK_FALSE(request_started.has_receivers_for(app));
}

TEST_CASE("A function of a request returns what a view may return", "[api]") {
    const auto answer_of = [](const Application& application) {
        return Client(application).get("/");
    };
    CHECK(answer_of(Request::application([](Request& request) {
              return Response("Hello " + std::string(request.path()));
          })).text() == "Hello /");
    CHECK(answer_of(Request::application([](Request&) { return "text"; })).text() == "text");
    CHECK(answer_of(Request::application([](Request&) { return std::string("text"); })).text() ==
          "text");
    CHECK(answer_of(Request::application([](Request&) {
              return Json{{"a", 1}};
          })).json()["a"] == 1);
    CHECK(answer_of(Request::application([](Request&) {
              return std::pair{"made", 201};
          })).status_code() == 201);
    CHECK(answer_of(Request::application([](Request&) {
              return std::tuple{"x", 202, Headers{{"X-A", "1"}}};
          })).headers()["X-A"] == "1");
    CHECK(answer_of(Request::application([](Request&) -> std::optional<std::string> {
              return std::nullopt;
          })).status_code() == 404);
    CHECK(answer_of(Request::application([](Request&) { return Point{3}; })).text() == "x=3");
    CHECK(answer_of(Request::application([](Request&) -> Task<std::string> {
              co_return "task";
          })).text() == "task");
    CHECK(answer_of(Request::application([](Request&) -> Generator {
              co_yield "a";
              co_yield "b";
          })).text() == "ab");
    CHECK(answer_of(Request::application([](Request&) -> Response {
              throw Forbidden();
          })).status_code() == 403);
    CHECK(answer_of(Request::application([](Request&) {
              return std::vector<std::byte>{std::byte{'b'}};
          })).text() == "b");
}

TEST_CASE("A view of a blueprint takes what only url_defaults have", "[api]") {
    Blueprint bp("bp", {.url_prefix = "/<lang>", .url_defaults = {{"page", 7}}});
    bp.get("/a/<int:id>", [](std::string lang, int id, int page) {
        return lang + std::to_string(id) + std::to_string(page);
    });
    bp.get("/b", [](std::string lang, int page) { return lang + std::to_string(page); });
    bp.route("/c/<int:id>", {.methods = {"POST"}}, [](std::string lang, int id, int page) {
        return lang + std::to_string(id) + std::to_string(page);
    });
    bp.get("/d")([](std::string lang, int page) { return lang + std::to_string(page); });
    Flask app;
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/de/a/1").text() == "de17");
    CHECK(client.get("/de/b").text() == "de7");
    CHECK(client.post("/de/c/2").text() == "de27");
    CHECK(client.get("/de/d").text() == "de7");
}

TEST_CASE("An application's extensions, resources and JSON", "[api]") {
    Flask app;
    app.extensions()["db"] = std::make_shared<int>(42);
    CHECK(*app.extensions().get<std::shared_ptr<int>>("db") == 42);
    CHECK(app.extensions().contains("db"));
    app.json().sort_keys(false);
    app.json().compact(true);
    app.json().ensure_ascii(false);
    app.json().mimetype("application/vnd.api+json");
    CHECK_FALSE(app.json().sort_keys());
    const auto context = app.app_context();
    CHECK(jsonify({{"b", "\xC3\xBC"}, {"a", 1}}).get_data() == "{\"b\":\"\xC3\xBC\",\"a\":1}\n");
    CHECK(app.open_resource("test_signals.cpp").readline().starts_with("// The public API"));
    CHECK(app.blueprints().empty());
}

TEST_CASE("Hooks may be coroutines", "[api]") {
    Flask app;
    app.before_request([]() -> Task<void> {
        g["x"] = 1;
        co_return;
    });
    app.before_request([]() -> Task<std::optional<Response>> {
        if (request->args().contains("stop")) co_return Response("stop");
        co_return std::nullopt;
    });
    app.after_request([](Response response) -> Task<Response> {
        response.headers().set("X-A", "1");
        co_return response;
    });
    app.after_request([](Response& response) { response.headers().set("X-B", "2"); });
    app.errorhandler(404)([](const HTTPException&) -> Task<std::string> { co_return "gone"; });
    app.get("/", [] { return std::to_string(g.get<int>("x")); });
    auto client = app.test_client();
    const auto response = client.get("/");
    CHECK(response.text() == "1");
    CHECK(response.headers()["X-A"] == "1");
    CHECK(response.headers()["X-B"] == "2");
    CHECK(client.get("/?stop=1").text() == "stop");
    CHECK(client.get("/missing").text() == "gone");
}
