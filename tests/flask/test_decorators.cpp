#include "flask/decorators.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "flask/views.hpp"
#include "local/task.hpp"
#include "support/catch.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/redirect.hpp"

#include <string>
#include <utility>

using namespace microflask;

namespace {

/// The decorator that applications write first: views for those who are logged in.
template <class View>
auto login_required(View view) {
    return wraps(view, [](auto call) -> Response {
        if (!session.contains("user")) return redirect(url_for("login"));
        return call();
    });
}

/// One with an argument: a function that makes a decorator.
auto cache_for(int seconds) {
    return [seconds](auto view) {
        return wraps(view, [seconds](auto call) {
            Response response = call();
            response.cache_control().max_age(seconds);
            return response;
        });
    };
}

std::string twice_view(int number) {
    return std::to_string(2 * number);
}
std::string plain(int id, std::string name) {
    return std::to_string(id) + name;
}

struct Account : MethodView<Account> {
    std::string get(int id) { return "account " + std::to_string(id); }
    std::pair<std::string, int> post(int id) { return {"saved " + std::to_string(id), 201}; }
};

}  // namespace

TEST_CASE("a decorator keeps the parameters of any view", "[flask][decorators]") {
    Flask app;
    app.secret_key("dev");
    app.get("/login", [] {
        session["user"] = "bob";
        return "login";
    });
    app.get("/none", login_required([] { return "none"; }));
    app.get("/two/<int:id>/<name>",
            login_required([](int id, std::string name) { return std::to_string(id) + name; }));
    app.get("/function/<int:id>/<name>", login_required(plain));
    app.get("/generic/<int:id>", login_required([](auto id) { return Json(id).dump(); }));
    app.get("/json", login_required([] { return Json{{"a", 1}}; }));
    app.get("/pair", login_required([] { return std::pair{"made", 201}; }));
    app.get("/task/<name>", login_required([](std::string name) -> Task<std::string> {
                co_return "task " + name;
            }));
    app.add_url_rule("/account/<int:id>", "account", login_required(Account::as_view()));
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.get("/<int:id>")(login_required([](int id) { return "bp " + std::to_string(id); }));
    app.register_blueprint(bp);
    auto client = app.test_client();
    for (const char* path : {"/none", "/two/1/x", "/function/1/x", "/generic/1", "/json", "/pair",
                             "/task/x", "/account/7", "/bp/3"}) {
        CAPTURE(path);
        CHECK(client.get(path).location() == "/login");
    }
    client.get("/login");
    CHECK(client.get("/none").text() == "none");
    CHECK(client.get("/two/1/x").text() == "1x");
    CHECK(client.get("/function/2/y").text() == "2y");
    CHECK(client.get("/generic/1").text() == "1");
    CHECK(client.get("/json").json()["a"] == 1);
    CHECK(client.get("/pair").status_code() == 201);
    CHECK(client.get("/task/x").text() == "task x");
    CHECK(client.get("/account/7").text() == "account 7");
    CHECK(client.get("/bp/3").text() == "bp 3");
    CHECK(client.post("/account/7").status_code() == 201);
    CHECK(client.delete_("/account/7").status_code() == 405);
}

TEST_CASE("decorators are stacked, the outermost first", "[flask][decorators]") {
    Flask app;
    app.secret_key("dev");
    app.get("/login", [] { return "login"; });
    const auto view = app.get("/<name>")(
        cache_for(60)(login_required([](std::string name) { return "Hello " + name; })));
    auto client = app.test_client();
    const auto refused = client.get("/bob");
    CHECK(refused.status_code() == 302);
    CHECK(refused.cache_control().max_age() == 60);
    { (*client.session_transaction())["user"] = "bob"; }
    CHECK(client.get("/bob").text() == "Hello bob");
    const auto context = app.test_request_context();
    CHECK(url_for(view, "bob") == "/bob");
}

TEST_CASE("a decorator may change the answer, or answer what the view throws",
          "[flask][decorators]") {
    const auto guarded = [](auto view) {
        return wraps(view, [](auto call) -> std::pair<Response, int> {
            try {
                return {call(), 203};
            } catch (const HTTPException& error) {
                return {Response("caught " + error.name()), error.code()};
            }
        });
    };
    Flask app;
    app.get("/<int:id>", guarded([](int id) {
                if (id == 0) abort(404);
                return std::to_string(id);
            }));
    auto client = app.test_client();
    CHECK(client.get("/1").status_code() == 203);
    CHECK(client.get("/0").status_code() == 404);
    CHECK(client.get("/0").text() == "caught Not Found");
}

TEST_CASE("a decorator of the user's own keeps the view's parameters", "[flask][decorators]") {
    const auto shouting = [](auto view) {
        return wraps(view, [](auto call) -> Response {
            if (request->args().contains("deny")) abort(403);
            Response response = call();
            response.headers().set("X-Loud", "1");
            return response;
        });
    };
    Flask app;
    app.get("/")(shouting([] { return "index"; }));
    app.get("/<int:n>", shouting([](int n) { return std::to_string(n); }));
    auto twice = app.get("/twice/<int:number>", shouting(twice_view));
    auto client = app.test_client();

    CHECK(client.get("/").headers()["X-Loud"] == "1");
    CHECK(client.get("/5").text() == "5");
    CHECK(client.get("/twice/4").text() == "8");
    CHECK(client.get("/5?deny=1").status_code() == 403);
    const auto context = app.test_request_context();
    CHECK(url_for(twice, 4) == "/twice/4");
}
