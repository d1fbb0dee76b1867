#include "flask/config.hpp"

#include "flask/app.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <cstdlib>
#include <string>
#include <utility>

using namespace microflask;
using test_support::TemporaryFolder;

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
    const TemporaryFolder folder;
    folder.write("good.json", R"({"TEST_KEY": "foo", "lower": 1})");
    folder.write("bad.json", "{");
    Config config(folder.path(), Json::object());

    CHECK(config.from_file("good.json"));
    CHECK(config["TEST_KEY"] == "foo");
    CHECK_FALSE(config.contains("lower"));
    CHECK_THROWS_AS(config.from_file("missing.json"), RuntimeError);
    CHECK_FALSE(config.from_file("missing.json", true));
    CHECK_THROWS_AS(config.from_file("bad.json"), RuntimeError);
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

TEST_CASE("a configuration file may have any format that a function reads", "[flask][config]") {
    const TemporaryFolder folder;
    folder.write("settings.ini", "TEST_KEY=foo");
    Config config(folder.path(), Json::object());
    const auto load = [](const std::string& text) {
        const std::size_t equals = text.find('=');
        return Json{{text.substr(0, equals), text.substr(equals + 1)}};
    };
    CHECK(config.from_file("settings.ini", load));
    CHECK(config["TEST_KEY"] == "foo");
    CHECK_THROWS_AS(config.from_file("missing.ini", load), RuntimeError);
    CHECK_FALSE(config.from_file("missing.ini", load, true));
}

TEST_CASE("a missing configuration file is named, or passed over", "[flask][config]") {
    Config config("/nowhere", Json::object());
    try {
        config.from_file("missing.cfg");
        FAIL("nothing was thrown");
    } catch (const RuntimeError& error) {
        const std::string message = error.what();
        CHECK(message.find("Unable to load configuration file (No such file or directory): ") == 0);
        CHECK(message.find("missing.cfg'") != std::string::npos);
    }
    CHECK_FALSE(config.from_file("missing.cfg", true));
}

#if !defined(_WIN32)
TEST_CASE("the environment's values are JSON, or else text", "[flask][config]") {
    const std::pair<const char*, const char*> variables[] = {{"MFENV_STRING", "value"},
                                                             {"MFENV_BOOL", "true"},
                                                             {"MFENV_INT", "1"},
                                                             {"MFENV_FLOAT", "1.2"},
                                                             {"MFENV_LIST", "[1, 2]"},
                                                             {"MFENV_DICT", "{\"k\": \"v\"}"},
                                                             {"NOT_MFENV_OTHER", "other"},
                                                             {"MFENV_EXIST__ok", "default"},
                                                             {"MFENV_EXIST__inner__ik", "2"},
                                                             {"MFENV_NEW__more", "{\"k\": false}"}};
    for (const auto& [name, value] : variables) setenv(name, value, 1);
    Config config;
    config["EXIST"] = Json{{"ok", "value"}, {"flag", true}, {"inner", {{"ik", 1}}}};
    CHECK(config.from_prefixed_env("MFENV"));
    CHECK(config["STRING"] == "value");
    CHECK(config["BOOL"] == true);
    CHECK(config["INT"] == 1);
    CHECK(config["FLOAT"] == 1.2);
    CHECK(config["LIST"] == Json::array({1, 2}));
    CHECK(config["DICT"] == Json{{"k", "v"}});
    CHECK_FALSE(config.contains("OTHER"));
    CHECK(config["EXIST"] == Json{{"ok", "default"}, {"flag", true}, {"inner", {{"ik", 2}}}});
    CHECK(config["NEW"] == Json{{"more", {{"k", false}}}});
    for (const auto& variable : variables) unsetenv(variable.first);
}

TEST_CASE("a variable of the environment names a file", "[flask][config]") {
    const TemporaryFolder folder;
    const std::string file = folder.write("env.json", R"({"TEST_KEY": "foo"})");
    Config config("/elsewhere", Json::object());
    setenv("MFENV_FILE", file.c_str(), 1);
    CHECK(config.from_envvar("MFENV_FILE"));
    CHECK(config["TEST_KEY"] == "foo");
    setenv("MFENV_FILE", "missing.json", 1);
    CHECK_THROWS_AS(config.from_envvar("MFENV_FILE"), RuntimeError);
    CHECK_FALSE(config.from_envvar("MFENV_FILE", true));
    unsetenv("MFENV_FILE");
}
#endif
