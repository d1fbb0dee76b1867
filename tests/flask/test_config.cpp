#include "flask/config.hpp"

#include "core/files.hpp"
#include "flask/app.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <string>

using namespace microflask;

TEST_CASE("an application has Flask's settings", "[flask][config]") {
    Flask app;
    CHECK(app.config["SESSION_COOKIE_NAME"] == "session");
    CHECK(app.config["PERMANENT_SESSION_LIFETIME"] == 2678400);
    CHECK(app.config["MAX_FORM_PARTS"] == 1000);
    CHECK(app.config["SECRET_KEY"].is_null());
    CHECK(app.config.size() == 29);
    app.config["MAIL"] = Json{{"host", "localhost"}};
    CHECK(app.config["MAIL"]["host"] == "localhost");
    CHECK(app.config["MISSING"].is_null());
    CHECK_FALSE(app.config.contains("MISSING"));
    app.secret_key("dev");
    CHECK(app.config["SECRET_KEY"].get<std::string>() == "dev");
    CHECK(app.secret_key() == "dev");
}

TEST_CASE("from_mapping takes upper-case keys", "[flask][config]") {
    Config config;
    CHECK(config.from_mapping({{"SECRET_KEY", "x"}, {"lower", 1}, {"Mixed", 2}, {"WITH_1", 3}}));
    CHECK(config["SECRET_KEY"] == "x");
    CHECK(config["WITH_1"] == 3);
    CHECK_FALSE(config.contains("lower"));
    CHECK_FALSE(config.contains("Mixed"));
}

TEST_CASE("from_file reads JSON below the root path", "[flask][config]") {
    const std::string folder = detail::make_temporary_directory();
    REQUIRE(detail::write_file(folder + "/good.json", R"({"TEST_KEY": "foo", "lower": 1})"));
    REQUIRE(detail::write_file(folder + "/bad.json", "{"));
    Config config(folder, Json::object());

    CHECK(config.from_file("good.json"));
    CHECK(config["TEST_KEY"] == "foo");
    CHECK_FALSE(config.contains("lower"));
    CHECK_THROWS_AS(config.from_file("missing.json"), RuntimeError);
    CHECK_FALSE(config.from_file("missing.json", true));
    CHECK_THROWS_AS(config.from_file("bad.json"), RuntimeError);

    detail::remove_file(folder + "/good.json");
    detail::remove_file(folder + "/bad.json");
    detail::remove_directory(folder);
}

#if !defined(_WIN32)
TEST_CASE("from_prefixed_env reads JSON values and nests", "[flask][config]") {
    setenv("MFTEST_A", "1", 1);
    setenv("MFTEST_TEXT", "plain text", 1);
    setenv("MFTEST_LIST", "[1, 2]", 1);
    setenv("MFTEST_NEST__ONE__TWO", "true", 1);
    Config config;
    CHECK(config.from_prefixed_env("MFTEST"));
    CHECK(config["A"] == 1);
    CHECK(config["TEXT"] == "plain text");
    CHECK(config["LIST"].size() == 2);
    CHECK(config["NEST"]["ONE"]["TWO"] == true);
    CHECK_THROWS_AS(config.from_envvar("MFTEST_UNSET"), RuntimeError);
    CHECK_FALSE(config.from_envvar("MFTEST_UNSET", true));
}
#endif

TEST_CASE("get_namespace gives the settings of a prefix", "[flask][config]") {
    Config config;
    config["MAIL_HOST"] = "x";
    config["MAIL_PORT"] = 25;
    config["OTHER"] = 1;
    const Json plain = config.get_namespace("MAIL_");
    CHECK(plain.size() == 2);
    CHECK(plain["host"] == "x");
    const Json raw = config.get_namespace("MAIL_", false, false);
    CHECK(raw["MAIL_PORT"] == 25);
}
