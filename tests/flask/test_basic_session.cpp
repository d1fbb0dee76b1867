// What Flask's test_basic says of sessions and flashed messages, beside test_session_interface.
#include "flask/sessions.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

std::string cookie_of(const TestResponse& response) {
    return response.headers().get("Set-Cookie", "");
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the path of the cookie is the application's root, or as told", "[flask][session]") {
    Flask app;
    app.secret_key("testing");
    app.config["APPLICATION_ROOT"] = "/foo";
    app.get("/", [] {
        session["testing"] = 42;
        return "Hello World";
    });
    auto client = app.test_client();
    CHECK(contains(cookie_of(client.get("/", {.base_url = "http://example.com:8080/foo"})),
                   "Path=/foo"));
    app.config["SESSION_COOKIE_PATH"] = "/own";
    CHECK(contains(cookie_of(client.get("/", {.base_url = "http://example.com:8080/foo"})),
                   "Path=/own"));
}

TEST_CASE("middleware may say where the application is mounted", "[flask][session]") {
    Flask app;
    app.secret_key("testing");
    app.wsgi_app = [inner = app.wsgi_app](Environ& environ, StartResponse start_response) {
        environ["SCRIPT_NAME"] = "/bar";
        return inner(environ, start_response);
    };
    app.config["APPLICATION_ROOT"] = "/bar";
    app.get("/", [] {
        session["testing"] = 42;
        return "Hello World";
    });
    CHECK(contains(cookie_of(app.test_client().get("/", {.base_url = "http://example.com:8080/"})),
                   "Path=/bar"));
}

TEST_CASE("a session that is deleted deletes its cookie with the same attributes",
          "[flask][session]") {
    Flask app;
    app.config.from_mapping({{"SECRET_KEY", "testing"},
                             {"SERVER_NAME", "www.example.com:8080"},
                             {"APPLICATION_ROOT", "/test"},
                             {"SESSION_COOKIE_DOMAIN", ".example.com"},
                             {"SESSION_COOKIE_HTTPONLY", false},
                             {"SESSION_COOKIE_SECURE", true},
                             {"SESSION_COOKIE_PARTITIONED", true},
                             {"SESSION_COOKIE_SAMESITE", "Lax"},
                             {"SESSION_COOKIE_PATH", "/"}});
    app.get("/", [] {
        session["testing"] = 42;
        return "";
    });
    app.get("/clear", [] {
        session.pop("testing");
        return "";
    });
    auto client = app.test_client();
    const FieldList base = {};
    for (const char* path : {"/", "/clear"}) {
        const std::string cookie =
            cookie_of(client.get(path, {.base_url = "https://www.example.com:8080/test/"}));
        CAPTURE(path, cookie);
        CHECK(contains(cookie, "Domain=example.com"));
        CHECK(contains(cookie, "Path=/;"));
        CHECK(contains(cookie, "Secure"));
        CHECK_FALSE(contains(cookie, "HttpOnly"));
        CHECK(contains(cookie, "SameSite=Lax"));
        CHECK(contains(cookie, "Partitioned"));
        CHECK(contains(cookie, "session=;") == (std::string(path) == "/clear"));
    }
}

TEST_CASE("SameSite is one of its values, or not there", "[flask][session]") {
    Flask app;
    app.secret_key("testing");
    app.testing(true);
    app.get("/", [] {
        session["testing"] = 42;
        return "Hello World";
    });
    auto client = app.test_client();
    app.config["SESSION_COOKIE_SAMESITE"] = "invalid";
    CHECK_THROWS_AS(client.get("/"), std::invalid_argument);
    app.config["SESSION_COOKIE_SAMESITE"] = nullptr;
    CHECK_FALSE(contains(cookie_of(client.get("/")), "SameSite"));
    for (const char* value : {"Strict", "Lax"}) {
        app.config["SESSION_COOKIE_SAMESITE"] = value;
        CHECK(contains(cookie_of(client.get("/")), std::string("SameSite=") + value));
    }
}

TEST_CASE("without a key, removing from a session is refused as well", "[flask][session]") {
    Flask app;
    const auto context = app.test_request_context();
    CHECK(session.get("missing_key").is_null());
    CHECK_THROWS_AS(session["foo"] = 42, RuntimeError);
    CHECK_THROWS_AS(session.pop("foo"), RuntimeError);
}

TEST_CASE("sessions that were signed with former keys are read", "[flask][session]") {
    Flask app;
    app.secret_key("old key");
    app.get("/set", [] {
        session["a"] = 1;
        return "";
    });
    app.get("/get", [] { return session.get<std::string>("a", "none"); });
    app.get("/number", [] { return std::to_string(session["a"].get<int>()); });
    auto client = app.test_client();
    client.get("/set");
    app.secret_key("new key");
    CHECK(client.get("/get").text() == "none");
    app.config["SECRET_KEY_FALLBACKS"] = Json::array({"old key"});
    CHECK(client.get("/number").text() == "1");
}

TEST_CASE("a session is saved after the after-request functions", "[flask][session]") {
    Flask app;
    app.secret_key("development-key");
    app.after_request([](Response response) {
        session["foo"] = 42;
        return response;
    });
    app.get("/", [] {
        return session["foo"].is_null() ? "none" : session["foo"].get<int>() == 42 ? "42" : "?";
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "none");
    CHECK(client.get("/").text() == "42");
}

TEST_CASE("a cookie is set on reading only for permanent sessions that are refreshed",
          "[flask][session]") {
    for (const bool refresh : {true, false}) {
        for (const bool permanent : {true, false}) {
            CAPTURE(refresh, permanent);
            Flask app;
            app.secret_key("dev");
            app.config["SESSION_REFRESH_EACH_REQUEST"] = refresh;
            app.get("/", [permanent] {
                session.permanent(permanent);
                session["foo"] = 42;
                return "";
            });
            app.get("/read", [] { return session["foo"].is_null() ? "no" : "yes"; });
            auto client = app.test_client();
            client.get("/");
            const auto response = client.get("/read");
            CHECK(response.text() == "yes");
            CHECK(cookie_of(response).empty() != (permanent && refresh));
        }
    }
}

TEST_CASE("Vary keeps what a view said, and names Cookie once", "[flask][session]") {
    Flask app;
    app.secret_key("dev");
    app.get("/vary-cookie-header-set", [] {
        Response response;
        response.vary().add("Cookie");
        session["test"] = "test";
        return response;
    });
    app.get("/vary-header-set", [] {
        Response response;
        response.vary().update({"Accept-Encoding", "Accept-Language"});
        session["test"] = "test";
        return response;
    });
    app.get("/setdefault", [] {
        session.setdefault("test", "default");
        return "";
    });
    auto client = app.test_client();
    CHECK(client.get("/vary-cookie-header-set").headers().getlist("Vary") ==
          std::vector<std::string>{"Cookie"});
    CHECK(client.get("/vary-header-set").headers().getlist("Vary") ==
          std::vector<std::string>{"Accept-Encoding, Accept-Language, Cookie"});
    CHECK(client.get("/setdefault").headers().getlist("Vary") ==
          std::vector<std::string>{"Cookie"});
}

TEST_CASE("flashing marks the session modified each time", "[flask][session]") {
    Flask app;
    app.secret_key("dev");
    const auto context = app.test_request_context();
    CHECK_FALSE(session.modified());
    flash("Zap");
    session.modified(false);
    flash("Zip");
    CHECK(session.modified());
    const auto messages = get_flashed_messages();
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].second == "Zap");
    CHECK(messages[1].second == "Zip");
}

TEST_CASE("messages have categories, and belong to one client", "[flask][session]") {
    Flask app;
    app.secret_key("dev");
    app.get("/flash", [] {
        flash("Hello World");
        flash("Hello World", "error");
        flash("<em>Testing</em>", "warning");
        return "";
    });
    app.get("/all", [] { return std::to_string(get_flashed_messages().size()); });
    app.get("/filter", [] {
        std::string text;
        for (const auto& [category, message] :
             get_flashed_messages({.category_filter = {"message", "warning"}})) {
            text += category + "=" + message + ";";
        }
        return text;
    });
    auto client = app.test_client();
    client.get("/flash");
    CHECK(client.get("/all").text() == "3");
    CHECK(client.get("/all").text() == "0");
    auto second = app.test_client();
    second.get("/flash");
    CHECK(second.get("/filter").text() == "message=Hello World;warning=<em>Testing</em>;");
    CHECK(client.get("/all").text() == "0");
}

TEST_CASE("a lifetime is a number of seconds", "[flask][session]") {
    Flask app;
    app.secret_key("dev");
    app.config["PERMANENT_SESSION_LIFETIME"] = 42;
    app.get("/", [] {
        session["a"] = 1;
        session.permanent(true);
        return "";
    });
    app.get("/not", [] {
        session.permanent(false);
        return "";
    });
    auto client = app.test_client();
    CHECK(contains(cookie_of(client.get("/")), "Expires="));
    CHECK_FALSE(contains(cookie_of(client.get("/not")), "Expires="));
}
