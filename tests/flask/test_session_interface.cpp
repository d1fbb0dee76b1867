#include "flask/sessions.hpp"

#include "core/clock.hpp"
#include "flask/app.hpp"
#include "flask/globals.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "security/random.hpp"
#include "security/serializer.hpp"
#include "support/catch.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;

namespace {

std::int64_t an_old_time() {
    return detail::unix_now() - 32 * 24 * 3600;
}

/// Signs a session's JSON text as Flask does.
std::string sign(std::string_view key, std::string_view json, std::int64_t (*now)() = nullptr) {
    return URLSafeTimedSerializer(key, {.salt = "cookie-session",
                                        .signer_kwargs = {.key_derivation = "hmac", .now = now}})
        .sign_payload(json);
}

std::string payload_of(std::string_view key, std::string_view cookie) {
    return URLSafeTimedSerializer(
               key, {.salt = "cookie-session", .signer_kwargs = {.key_derivation = "hmac"}})
        .load_payload_text(cookie, {.max_age = 60});
}

/// What an application with that key reads in a cookie: the session as JSON text.
std::string read_cookie(const std::vector<std::string>& keys, const std::string& cookie) {
    Flask app;
    app.config["SECRET_KEY"] = keys.front();
    if (keys.size() > 1) app.config["SECRET_KEY_FALLBACKS"] = Json::array({keys[1]});
    app.get("/", [] { return session->values().dump(); });
    auto client = app.test_client();
    const auto response = client.get("/", {.headers = {{"Cookie", "session=" + cookie}}});
    CHECK(response.status_code() == 200);
    return response.text();
}

std::string session_cookie(const TestResponse& response) {
    const std::string field = response.headers().get("Set-Cookie", "");
    const std::string start = "session=";
    if (field.substr(0, start.size()) != start) return {};
    return field.substr(start.size(), field.find(';') - start.size());
}

}  // namespace

TEST_CASE("a session travels with the client", "[flask][session]") {
    Flask app;
    app.secret_key("test key");
    app.get("/", [] {
        session["count"] = session.get<int>("count", 0) + 1;
        return std::to_string(session["count"].get<int>());
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "1");
    CHECK(client.get("/").text() == "2");
    CHECK(app.test_client().get("/").text() == "1");
}

TEST_CASE("the cookie is Flask's own", "[flask][session]") {
    Flask app;
    app.secret_key("test key");
    app.get("/", [] {
        session["user"] = "alice";
        session["a"] = Json::array({1, true, nullptr, 1.5, "\xC3\xAB"});
        return "ok";
    });
    const auto response = app.test_client().get("/");
    const std::string field = response.headers()["Set-Cookie"];
    CHECK(field.find("; HttpOnly; Path=/") != std::string::npos);
    CHECK(field.find("Expires") == std::string::npos);
    CHECK(response.headers().getlist("Vary") == std::vector<std::string>{"Cookie"});
    CHECK(payload_of("test key", session_cookie(response)) ==
          R"({"a":[1,true,null,1.5,"\u00eb"],"user":"alice"})");
}

TEST_CASE("cookies of Flask are read", "[flask][session]") {
    CHECK(read_cookie({"test key"}, sign("test key", R"({"user":"alice"})")) ==
          R"({"user":"alice"})");
    CHECK(read_cookie({"test key"}, sign("test key", R"({ "b": 1, "a": 2 })")) ==
          R"({"b":1,"a":2})");
    CHECK(read_cookie({"new", "test key"}, sign("test key", R"({"user":"alice"})")) ==
          R"({"user":"alice"})");
    const std::string compressed = sign("test key", R"({"k":")" + std::string(300, 'a') + "\"}");
    CHECK(compressed.front() == '.');
    CHECK(read_cookie({"test key"}, compressed) == R"({"k":")" + std::string(300, 'a') + "\"}");
}

TEST_CASE("forged, cut, expired and garbled cookies are an empty session", "[flask][session]") {
    const std::string good = sign("test key", R"({"user":"alice"})");
    std::vector<std::string> bad{
        sign("other key", R"({"user":"alice"})"),
        sign("test key", R"({"user":"alice"})", &an_old_time),
        good.substr(0, good.size() - 1),
        good.substr(0, good.size() - 5),
        good.substr(0, good.rfind('.')),
        "A" + good.substr(1),
        "",
        ".",
        "..",
        "not a cookie",
        sign("test key", "{oops"),
        sign("test key", "[1,2]"),
        sign("test key", R"({"b":{" b":"_w"}})"),
        "!!!" + good.substr(good.find('.')),
    };
    for (const std::string& cookie : bad) {
        CAPTURE(cookie);
        CHECK(read_cookie({"test key"}, cookie) == "{}");
    }
}

TEST_CASE("tagged values are read plainly and given back unchanged", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    app.get("/", [] {
        session["seen"] = session["t"].size();
        return session["b"].get<std::string>() + session["m"].get<std::string>() +
               session["d"].get<std::string>();
    });
    auto client = app.test_client();
    const std::string json =
        R"({"b":{" b":"eHk="},"d":{" d":"Thu, 29 Feb 2024 12:34:56 GMT"},"m":{" m":"<b>"},"t":{" t":[1,2]},)"
        R"("u":{" u":"12345678123456781234567812345678"},"x":{" di":{" t__":"v"}}})";
    const auto response = client.get("/", {.headers = {{"Cookie", "session=" + sign("k", json)}}});
    CHECK(response.text() == "xy<b>Thu, 29 Feb 2024 12:34:56 GMT");
    CHECK(
        payload_of("k", session_cookie(response)) ==
        R"({"b":{" b":"eHk="},"d":{" d":"Thu, 29 Feb 2024 12:34:56 GMT"},"m":{" m":"<b>"},"seen":2,"t":{" t":[1,2]},)"
        R"("u":{" u":"12345678123456781234567812345678"},"x":{" di":{" t__":"v"}}})");
}

TEST_CASE("what looks like a tag is escaped", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    app.get("/inside", [] {
        session["x"] = Json{{" t", "v"}};
        return "";
    });
    app.get("/whole", [] {
        session[" t"] = "v";
        return "";
    });
    auto inside = app.test_client();
    CHECK(payload_of("k", session_cookie(inside.get("/inside"))) ==
          R"({"x":{" di":{" t__":"v"}}})");
    auto whole = app.test_client();
    CHECK(payload_of("k", session_cookie(whole.get("/whole"))) == R"({" di":{" t__":"v"}})");
}

TEST_CASE("cookie and Vary are sent only where they must be", "[flask][session]") {
    Flask app;
    app.secret_key("test key");
    app.get("/untouched", [] { return ""; });
    app.get("/read", [] { return session.get<std::string>("user", "none"); });
    app.get("/contains", [] { return session.contains("user") ? "yes" : "no"; });
    app.get("/size", [] { return std::to_string(session.size()); });
    app.get("/item", [] { return session["user"].is_null() ? "null" : "there"; });
    app.get("/set", [] {
        session["user"] = "bob";
        return "";
    });
    app.get("/clear", [] {
        session.clear();
        return "";
    });
    app.get("/pop", [] {
        session.pop("missing");
        return "";
    });
    auto client = app.test_client();

    const auto untouched = client.get("/untouched");
    CHECK_FALSE(untouched.headers().contains("Vary"));
    CHECK_FALSE(untouched.headers().contains("Set-Cookie"));
    for (const char* path : {"/read", "/contains", "/size", "/item", "/pop"}) {
        CAPTURE(path);
        const auto response = client.get(path);
        CHECK(response.headers().get("Vary", "") == "Cookie");
        CHECK_FALSE(response.headers().contains("Set-Cookie"));
    }
    CHECK(client.get("/set").headers().contains("Set-Cookie"));
    CHECK_FALSE(client.get("/untouched").headers().contains("Set-Cookie"));
    CHECK(client.get("/read").text() == "bob");
    const auto cleared = client.get("/clear");
    CHECK(cleared.headers()["Set-Cookie"] ==
          "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/");
    CHECK(cleared.headers()["Vary"] == "Cookie");
    CHECK(client.get("/read").text() == "none");
}

TEST_CASE("permanent sessions expire, and are renewed with each request", "[flask][session]") {
    Flask app;
    app.secret_key("test key");
    app.config["PERMANENT_SESSION_LIFETIME"] = 3600;
    app.get("/set", [] {
        session.permanent(true);
        session["user"] = "alice";
        return "";
    });
    app.get("/other", [] { return session.permanent() ? "permanent" : "not"; });
    app.get("/untouched", [] { return ""; });
    auto client = app.test_client();

    CHECK(client.get("/set").headers()["Set-Cookie"].find("; Expires=") != std::string::npos);
    CHECK(client.get("/other").text() == "permanent");
    CHECK(client.get("/untouched").headers().contains("Set-Cookie"));

    Flask frugal;
    frugal.secret_key("test key");
    frugal.config["SESSION_REFRESH_EACH_REQUEST"] = false;
    frugal.get("/", [] { return session.get<std::string>("user", ""); });
    auto frugal_client = frugal.test_client();
    const auto response = frugal_client.get(
        "/", {.headers = {{"Cookie", "session=" + sign("test key",
                                                       R"({"_permanent":true,"user":"alice"})")}}});
    CHECK(response.text() == "alice");
    CHECK_FALSE(response.headers().contains("Set-Cookie"));
}

TEST_CASE("the settings of the cookie are taken", "[flask][session]") {
    Flask app;
    app.secret_key("test key");
    app.config.from_mapping({{"SESSION_COOKIE_NAME", "sid"},
                             {"SESSION_COOKIE_DOMAIN", "example.com"},
                             {"SESSION_COOKIE_HTTPONLY", false},
                             {"SESSION_COOKIE_SECURE", true},
                             {"SESSION_COOKIE_PARTITIONED", true},
                             {"SESSION_COOKIE_SAMESITE", "Lax"},
                             {"SESSION_COOKIE_PATH", "/app"}});
    app.get("/", [] {
        session["user"] = "alice";
        return "";
    });
    const std::string field = app.test_client().get("/").headers()["Set-Cookie"];
    CHECK(field.substr(0, 4) == "sid=");
    CHECK(field.substr(field.find(';')) ==
          "; Domain=example.com; Secure; Path=/app; SameSite=Lax; Partitioned");
}

TEST_CASE("without a secret key a session is empty and cannot be written", "[flask][session]") {
    Flask app;
    app.testing(true);
    app.get("/read", [] { return session.get<std::string>("user", "none"); });
    app.get("/write", [] {
        session["user"] = "x";
        return "";
    });
    CHECK(app.test_client().get("/read").text() == "none");
    try {
        app.test_client().get("/write");
        FAIL("a session was written without a key");
    } catch (const RuntimeError& error) {
        CHECK(std::string(error.what()).find("no secret key was set") != std::string::npos);
    }
}

TEST_CASE("changing what is inside needs to be said", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    app.get("/", [] {
        session.modified(true);
        return "";
    });
    auto client = app.test_client();
    { (*client.session_transaction())["list"] = Json::array({1}); }
    CHECK(client.get("/").headers().contains("Set-Cookie"));
}

TEST_CASE("a session transaction reads and writes the client's session", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    app.get("/", [] { return session.get<std::string>("user", "nobody"); });
    auto client = app.test_client();
    {
        auto transaction = client.session_transaction();
        (*transaction)["user"] = "bob";
    }
    CHECK(client.get("/").text() == "bob");
    CHECK(client.session_transaction()->get("user") == "bob");
}

TEST_CASE("messages are flashed to the next request", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    app.get("/flash", [] {
        flash("Hello");
        flash("Nope", "error");
        return "";
    });
    app.get("/show", [] {
        std::string text;
        for (int round = 0; round < 2; ++round) {
            for (const auto& [category, message] : get_flashed_messages())
                text += category + ":" + message + ";";
        }
        return text;
    });
    app.get("/errors", [] {
        std::string text;
        for (const auto& [category, message] : get_flashed_messages({.category_filter = {"error"}}))
            text += message;
        return text;
    });
    auto client = app.test_client();
    CHECK(payload_of("k", session_cookie(client.get("/flash"))) ==
          R"({"_flashes":[{" t":["message","Hello"]},{" t":["error","Nope"]}]})");
    CHECK(client.get("/show").text() == "message:Hello;error:Nope;message:Hello;error:Nope;");
    CHECK(client.get("/show").text().empty());
    client.get("/flash");
    CHECK(client.get("/errors").text() == "Nope");
}

TEST_CASE("a session interface may ask which endpoint a request is for", "[flask][session]") {
    struct Asking : SessionInterface {
        std::string endpoint;
        std::shared_ptr<Session> open_session(Flask&, Request& request) override {
            (*_request_ctx_stack.top())->match_request();
            endpoint = request.endpoint().value_or("none");
            return std::make_shared<Session>();
        }
        void save_session(Flask&, Session&, Response&) override {}
    };
    Flask app;
    const auto asking = std::make_shared<Asking>();
    app.session_interface(asking);
    app.get("/<int:id>", {.endpoint = "item"}, [](int id) { return std::to_string(id); });
    auto client = app.test_client();
    CHECK(client.get("/7").text() == "7");
    CHECK(asking->endpoint == "item");
    CHECK(client.get("/missing").status_code() == 404);
    CHECK(asking->endpoint == "none");
}

TEST_CASE("a cookie that browsers would drop is warned of", "[flask][session]") {
    Flask app;
    app.secret_key("k");
    std::string log;
    app.logger().sink([&](const LogRecord& record) { log += record.message; });
    app.config["MAX_COOKIE_SIZE"] = 100;
    app.get("/", [] {
        session["long"] = std::string(300, 'x') + token_hex(200);
        return "";
    });
    auto client = app.test_client();
    CHECK(client.get("/").headers().contains("Set-Cookie"));
    CHECK(log.find("The 'session' cookie is too large") == 0);
    log.clear();
    app.config["MAX_COOKIE_SIZE"] = 0;
    client.get("/");
    CHECK(log.empty());
}

TEST_CASE("an interface of the user's own is asked for every request", "[flask][session]") {
    struct Memory : SessionInterface {
        Json kept = Json::object();
        int opened = 0;
        std::string endpoint_when_opened = "unset";
        std::shared_ptr<Session> open_session(Flask&, Request&) override {
            ++opened;
            return std::make_shared<Session>(kept);
        }
        void save_session(Flask&, Session& session, Response&) override { kept = session.values(); }
    };
    Flask app;
    const auto memory = std::make_shared<Memory>();
    app.session_interface(memory);
    app.get("/", [] {
        session["n"] = session.get<int>("n", 0) + 1;
        return "";
    });
    app.get("/untouched", [] { return ""; });
    auto client = app.test_client();
    client.get("/");
    client.get("/");
    client.get("/untouched");
    CHECK(memory->opened == 3);
    CHECK(memory->kept["n"] == 2);
}

TEST_CASE("parts of the cookie's interface may be replaced", "[flask][session]") {
    struct Own : SecureCookieSessionInterface {
        std::optional<std::string> get_cookie_domain(Flask&) const override {
            return "example.com";
        }
        bool get_cookie_partitioned(Flask&) const override { return true; }
    };
    Flask app;
    app.config["SECRET_KEY"] = "dev";
    const auto own = std::make_shared<Own>();
    CHECK(own->get_signing_serializer(app));
    app.session_interface(own);
    app.get("/", [] {
        session["x"] = 1;
        return "";
    });
    const std::string field = app.test_client().get("/").headers().get("Set-Cookie", "");
    CHECK(field.find("; Domain=example.com;") != std::string::npos);
    CHECK(field.find("; Partitioned") != std::string::npos);

    Flask without_key;
    CHECK_FALSE(own->get_signing_serializer(without_key));
    const SecureCookieSessionInterface plain;
    CHECK_FALSE(plain.get_cookie_domain(app));
    CHECK_FALSE(plain.get_cookie_partitioned(app));
    app.config["SESSION_COOKIE_DOMAIN"] = "app.test";
    app.config["SESSION_COOKIE_PARTITIONED"] = true;
    CHECK(plain.get_cookie_domain(app) == "app.test");
    CHECK(plain.get_cookie_partitioned(app));
}

TEST_CASE("an interface chooses what stands in where there is no session", "[flask][session]") {
    struct Absent : SessionInterface {
        std::shared_ptr<Session> open_session(Flask&, Request&) override { return nullptr; }
        void save_session(Flask&, Session&, Response& response) override {
            response.headers().set("X-Saved", "yes");
        }
        std::shared_ptr<Session> make_null_session(Flask&) override {
            return std::make_shared<Session>(Json{{"who", "nobody"}});
        }
    };
    Flask app;
    const auto absent = std::make_shared<Absent>();
    app.session_interface(absent);
    app.get("/", [] { return session["who"].get<std::string>(); });
    CHECK(app.test_client().get("/").text() == "nobody");
    CHECK(absent->is_null_session(NullSession()));
    CHECK_FALSE(absent->is_null_session(Session()));
}
