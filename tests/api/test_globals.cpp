// The public API: the context globals and sessions, written as their readers write them.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

struct Db {
    std::string name;
};

}  // namespace

TEST_CASE("The four globals, as the page writes them", "[api]") {
    Flask app;
    app.secret_key("dev");
    app.config["X"] = 1;
    app.get("/")([] {
        CHECK(current_app->config["X"] == 1);
        CHECK(request->args().get("a") == "b");
        session["count"] = session.get<int>("count", 0) + 1;
        auto connection = std::make_shared<Db>(Db{"main"});
        g["db"] = connection;
        g["other"] = std::make_shared<Db>();
        g["text"] = "kept";
        g["number"] = 5;
        auto db = g.get<std::shared_ptr<Db>>("db");
        CHECK(db->name == "main");
        CHECK(g.get<std::string>("text") == "kept");
        CHECK(g.get<int>("number") == 5);
        g.get<int>("number") = 6;
        CHECK(g.get<int>("number", 0) == 6);
        CHECK(g.get<int>("missing", 3) == 3);
        CHECK(g.get<std::string>("missing", "none") == "none");
        CHECK(g.get<std::shared_ptr<Db>>("missing", nullptr) == nullptr);
        CHECK_THROWS_AS(g.get<int>("missing"), AttributeError);
        CHECK(g.contains("db"));
        CHECK(g.pop<int>("number") == 6);
        CHECK(g.pop<int>("number", 0) == 0);
        CHECK(g.setdefault<int>("fresh", 4) == 4);
        CHECK_FALSE(g.contains("number"));
        CHECK(static_cast<bool>(request));
        CHECK(request);
        CHECK((*request).method() == "GET");
        Request& object = *request;
        CHECK(object.path() == "/");
        CHECK(&request._get_current_object() == &object);
        Flask& application = *current_app;
        CHECK(application.name() == current_app->name());
        return std::to_string(session["count"].get<int>());
    });
    auto client = app.test_client();
    CHECK(client.get("/?a=b").text() == "1");
    CHECK(client.get("/?a=b").text() == "2");
    CHECK_FALSE(has_request_context());
    CHECK_FALSE(has_app_context());
    CHECK_FALSE(request);
    CHECK_FALSE(static_cast<bool>(g));
    CHECK_THROWS_AS(request->path(), RuntimeError);
    CHECK_THROWS_AS(current_app->config["X"].is_null(), RuntimeError);
    CHECK_THROWS_AS(session["x"] = 1, RuntimeError);
    CHECK_THROWS_AS(g["x"] = 1, RuntimeError);
}

TEST_CASE("Contexts are entered by guards", "[api]") {
    Flask app;
    app.secret_key("dev");
    {
        auto context = app.app_context();
        CHECK(has_app_context());
        CHECK_FALSE(has_request_context());
        g["x"] = 1;
        CHECK(current_app->name() == app.name());
    }
    {
        auto ctx =
            app.test_request_context("/path?name=bob", {.method = "POST", .form = {{"a", "1"}}});
        CHECK(request->method() == "POST");
        CHECK(request->args()["name"] == "bob");
        CHECK(request->form()["a"] == "1");
        session["user"] = "bob";
        CHECK(session["user"] == "bob");
        CHECK(_request_ctx_stack.top() != nullptr);
        CHECK(_app_ctx_stack.top() != nullptr);
    }
    {
        const auto ctx = app.test_request_context();
        CHECK(request->path() == "/");
    }
    CHECK_FALSE(has_app_context());
}

TEST_CASE("Local, LocalStack and LocalProxy are for anyone", "[api]") {
    Local local;
    local["user"] = "bob";
    local["count"] = 1;
    CHECK(local.get<std::string>("user") == "bob");
    local.get<int>("count") += 1;
    CHECK(local["count"].get<int>() == 2);
    std::thread([&] { CHECK_FALSE(local.contains("user")); }).join();
    auto user = local.proxy<std::string>("user");
    CHECK(user->size() == 3);
    CHECK(*user == "bob");

    LocalStack<int> stack;
    CHECK(stack.top() == nullptr);
    CHECK(stack.pop() == std::nullopt);
    stack.push(42);
    stack.push(43);
    CHECK(*stack.top() == 43);
    auto top = stack.stack();
    LocalProxy<int> proxy = stack.stack();
    CHECK(*proxy == 43);
    CHECK(stack.pop() == 43);
    CHECK(*top == 42);
    CHECK(stack.pop().value() == 42);
    CHECK_FALSE(proxy);
    CHECK_THROWS_AS(*proxy, RuntimeError);

    LocalStack<Db> databases;
    databases.push({"first"});
    CHECK(databases.top()->name == "first");
    auto current = databases.stack();
    CHECK(current->name == "first");

    Json settings{{"a", 1}};
    LocalProxy<Json> by_function([&]() -> Json& { return settings; });
    CHECK(by_function["a"] == 1);
    CHECK(by_function->size() == 1);
    LocalProxy<Json> by_pointer([&]() -> Json* { return &settings; });
    CHECK(by_pointer._get_current_object() == settings);
    const LocalProxy<Json> nothing([]() -> Json* { return nullptr; });
    CHECK_FALSE(nothing);
}

TEST_CASE("A copy of the request context runs in another thread", "[api]") {
    Flask app;
    app.secret_key("dev");
    app.get("/")([] {
        g["x"] = 1;
        session["user"] = "bob";
        std::string seen;
        std::thread thread(copy_current_request_context([&] {
            seen = std::string(request->path()) + request->args()["a"];
            seen += session["user"].get<std::string>();
            seen += g.contains("x") ? "shared" : "own";
            seen += current_app->name();
        }));
        thread.join();
        return seen;
    });
    app.get("/value")([] {
        const auto length = copy_current_request_context([](const std::string& text, int more) {
            return request->path().size() + text.size() + static_cast<std::size_t>(more);
        });
        std::size_t result = 0;
        std::thread([&] { result = length("abc", 1); }).join();
        return std::to_string(result + length("", 0));
    });
    auto client = app.test_client();
    CHECK(client.get("/?a=b").text() == "/bbobowntest_globals");
    CHECK(client.get("/value").text() == "16");
    CHECK_THROWS_AS(copy_current_request_context([] {}), RuntimeError);
}

TEST_CASE("What a copied context keeps lives until the last copy is gone", "[api]") {
    Flask app;
    int torn = 0;
    app.teardown_request([&] { ++torn; });
    app.get("/<name>")([&](std::string) {
        auto copy = copy_current_request_context([] {
            CHECK(request->endpoint() == "name");
            CHECK(request->view_args()["name"] == "x");
            return request->url();
        });
        const auto second = copy;
        CHECK(second() == copy());
        return copy();
    });
    CHECK(app.test_client().get("/x").text() == "http://localhost/x");
    CHECK(torn == 4);
}

TEST_CASE("A coroutine view keeps its context", "[api]") {
    Flask app;
    app.get("/<name>")([](std::string name) -> Task<std::string> {
        auto inner = [](std::string text) -> Task<std::string> {
            co_return text + request->args()["q"];
        };
        const std::string answer = co_await inner(name);
        co_return answer + std::string(request->path());
    });
    CHECK(app.test_client().get("/a?q=b").text() == "ab/a");
}

// ---- sessions -------------------------------------------------------------------------------------

TEST_CASE("The session's members", "[api]") {
    Flask app;
    app.config["SECRET_KEY"] = "dev";
    app.get("/")([] {
        CHECK(session.is_new());
        CHECK_FALSE(session.modified());
        CHECK(session["missing"].is_null());
        session["name"] = "bob";
        session["text"] = std::string("text");
        session["list"] = Json::array({1, 2});
        session["object"] = {{"a", 1}};
        session["flag"] = true;
        session["nothing"] = nullptr;
        session["copy"] = session["list"];
        CHECK(session["name"] == "bob");
        CHECK(session["name"].get<std::string>() == "bob");
        CHECK(session["list"][1] == 2);
        CHECK(session["object"]["a"] == 1);
        CHECK(session.get("name") == "bob");
        CHECK(session.get<std::string>("name") == "bob");
        CHECK(session.get<std::string>("missing", "d") == "d");
        CHECK(session.get("missing", "d") == "d");
        CHECK(session.get<int>("missing", 4) == 4);
        CHECK(session.contains("name"));
        CHECK(session.pop("name") == "bob");
        CHECK(session.pop("name", "gone") == "gone");
        CHECK(session.pop("name", nullptr).is_null());
        session.erase("text");
        session.update({{"a", 1}, {"b", 2}});
        CHECK(session.setdefault("a", 5) == 1);
        session.permanent(true);
        CHECK(session.permanent());
        CHECK(session.modified());
        CHECK(session.accessed());
        session.modified(true);
        std::string keys;
        for (const auto& [key, value] : session.items()) keys += key + ",";
        const Json& list = session["list"];
        CHECK(list.size() == 2);
        const int a = session["a"].get<int>();
        CHECK(a == 1);
        session["count"] = session["a"].get<int>() + 1;
        return keys;
    });
    app.get("/clear")([] {
        CHECK_FALSE(session.is_new());
        CHECK(session["count"] == 2);
        session.clear();
        CHECK(session.empty());
        return "";
    });
    auto client = app.test_client();
    auto response = client.get("/");
    CHECK(response.text() == "list,object,flag,nothing,copy,a,b,_permanent,");
    CHECK(response.headers()["Vary"] == "Cookie");
    CHECK(client.get("/clear").status_code() == 200);
    CHECK_FALSE(client.get_cookie("session"));
}

namespace {

class MemorySessions : public SessionInterface {
public:
    explicit MemorySessions(std::string cookie) : cookie_(std::move(cookie)) {}

    std::shared_ptr<Session> open_session(Flask&, Request& request) override {
        const auto id = request.cookies().get(cookie_);
        return std::make_shared<Session>(id ? stored_ : Json::object(), !id);
    }
    void save_session(Flask& app, Session& session, Response& response) override {
        if (!should_set_cookie(app, session)) return;
        stored_ = session.values();
        response.set_cookie(cookie_, "1", {.path = get_cookie_path(app)});
    }

private:
    std::string cookie_;
    Json stored_ = Json::object();
};

}  // namespace

TEST_CASE("A session interface of the user's own", "[api]") {
    Flask app;
    app.session_interface(std::make_shared<MemorySessions>("sid"));
    app.get("/")([] {
        session["n"] = session.get<int>("n", 0) + 1;
        return Json{{"n", session["n"]}};
    });
    auto client = app.test_client();
    client.get("/");
    CHECK(client.get("/").json()["n"] == 2);
    CHECK(client.get_cookie("sid"));
}

TEST_CASE("Flashed messages", "[api]") {
    Flask app;
    app.secret_key("dev");
    app.get("/")([] {
        flash("one");
        flash("two", "error");
        flash(std::string("three"), "info");
        return "";
    });
    app.get("/read")([] {
        std::string all;
        for (const auto& [category, message] : get_flashed_messages())
            all += category + ":" + message + ";";
        for (auto&& [category, message] : get_flashed_messages({.category_filter = {"error"}}))
            all += "!" + message;
        for (auto&& pair : get_flashed_messages({.category_filter = {"error", "info"}}))
            all += pair.second;
        return all;
    });
    auto client = app.test_client();
    client.get("/");
    CHECK(client.get("/read").text() == "message:one;error:two;info:three;!twotwothree");
}

TEST_CASE("Security helpers", "[api]") {
    const std::string hash = generate_password_hash("secret", {.method = "scrypt"});
    CHECK(hash.starts_with("scrypt:32768:8:1$"));
    CHECK(check_password_hash(hash, "secret"));
    CHECK_FALSE(check_password_hash(hash, std::string("other")));
    const auto pbkdf2 =
        generate_password_hash("secret", {.method = "pbkdf2:sha256:1000", .salt_length = 8});
    CHECK(check_password_hash(pbkdf2, "secret"));
    CHECK(safe_join("/srv", "a/b") == "/srv/a/b");
    CHECK_FALSE(safe_join("/srv", "../b"));

    const URLSafeTimedSerializer serializer("key", {.salt = "reset"});
    const std::string token = serializer.dumps({{"user", 1}});
    CHECK(serializer.loads(token, {.max_age = 60})["user"] == 1);
    CHECK(serializer.loads(token) == Json{{"user", 1}});
    CHECK(URLSafeTimedSerializer("key", {.salt = "x"}).dumps("text").size() > 10);
    CHECK(URLSafeTimedSerializer(std::string("key"), {.salt = "x"})
              .loads(URLSafeTimedSerializer("key", {.salt = "x"}).dumps(Json::array({1, 2})),
                     {.max_age = 60})[1] == 2);
    CHECK_THROWS_AS(serializer.loads("forged"), BadSignature);
    CHECK_THROWS_AS(URLSafeTimedSerializer("other").loads(token), BadSignature);
    CHECK_THROWS_AS(serializer.loads(token, {.max_age = -1}), SignatureExpired);
    CHECK_THROWS_AS(serializer.loads("x"), BadData);
    const TimestampSigner signer("key");
    CHECK(signer.unsign(signer.sign("value"), {.max_age = 5}) == "value");
    CHECK(Signer("key", {.salt = "s"}).unsign(Signer("key", {.salt = "s"}).sign("v")) == "v");
}
