#include "flask/cli.hpp"

#include "core/files.hpp"
#include "core/version.hpp"
#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/globals.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if !defined(_WIN32)
#include <unistd.h>
#endif

using namespace microflask;
using test_support::TemporaryFolder;

TEST_CASE("a command runs in an application context, with its arguments", "[flask][cli]") {
    Flask app;
    app.config["NAME"] = "shop";
    app.cli().command("init-db", "Create the tables")(
        [] { echo("Initialized " + current_app->config["NAME"].get<std::string>()); });
    app.cli().command("greet")([](const std::vector<std::string>& names) {
        for (const std::string& name : names) echo("Hello " + name);
        return 3;
    });
    auto runner = app.test_cli_runner();

    const CliResult init = runner.invoke({"init-db"});
    CHECK(init.exit_code() == 0);
    CHECK(init.output() == "Initialized shop\n");
    const CliResult greet = runner.invoke({"greet", "Bob", "Alice"});
    CHECK(greet.exit_code() == 3);
    CHECK(greet.output() == "Hello Bob\nHello Alice\n");
}

TEST_CASE("routes lists the routes as flask routes does", "[flask][cli]") {
    Flask app(FlaskOptions{.static_folder = std::nullopt});
    app.get("/user/<name>", [](std::string) { return ""; });
    app.route("/", {.methods = {"GET", "POST"}}, [] { return ""; });
    const CliResult result = app.test_cli_runner().invoke({"routes"});
    CHECK(result.exit_code() == 0);
    CHECK(result.output() ==
          "Endpoint  Methods    Rule\n"
          "--------  ---------  ------------\n"
          "index     GET, POST  /\n"
          "user      GET        /user/<name>\n");
}

TEST_CASE("help lists the commands", "[flask][cli]") {
    Flask app;
    app.cli().command("init-db", "Create the tables")([] {});
    const CliResult result = app.test_cli_runner().invoke({"--help"});
    CHECK(result.exit_code() == 0);
    for (const char* word :
         {"run", "routes", "init-db", "Create the tables", "--host", "--port", "--debug"}) {
        CAPTURE(word);
        CHECK(result.output().find(word) != std::string::npos);
    }
}

TEST_CASE("what is wrong on the command line is said, with exit code 2", "[flask][cli]") {
    Flask app;
    const std::vector<std::pair<std::vector<std::string>, std::string>> wrong{
        {{"--nonsense"}, "No such option: --nonsense"},
        {{"run", "--nonsense"}, "No such option: --nonsense"},
        {{"run", "extra"}, "Got unexpected extra argument (extra)"},
        {{"nonsense"}, "No such command 'nonsense'."},
        {{"run", "--port"}, "Option '--port' requires an argument."},
        {{"run", "--port", "x"}, "Invalid value for '--port': 'x' is not a valid integer."},
        {{"run", "--access-log-format=xml"},
         "Invalid value for '--access-log-format': 'xml' is not one of 'werkzeug', 'combined', "
         "'json', 'none'."},
        {{"run", "--port=70000"},
         "Invalid value for '--port': 70000 is not in the range 0<=x<=65535."},
        {{"routes", "x"}, "Got unexpected extra argument (x)"},
    };
    for (const auto& [arguments, message] : wrong) {
        CAPTURE(message);
        const CliResult result = app.test_cli_runner().invoke(arguments);
        CHECK(result.exit_code() == 2);
        CHECK(result.output().find("Error: " + message) != std::string::npos);
    }
}

TEST_CASE("a command that throws is an error", "[flask][cli]") {
    Flask app;
    app.cli().command("broken")([] { throw std::runtime_error("no database"); });
    const CliResult result = app.test_cli_runner().invoke({"broken"});
    CHECK(result.exit_code() == 1);
    CHECK(result.output() == "Error: no database\n");
}

// ---- what Flask's own tests say ---------------------------------------------------------------------

namespace {

/// The first words of the lines below the head of a table of routes.
std::vector<std::string> first_words(const std::string& table) {
    std::vector<std::string> words;
    std::size_t at = 0;
    for (int line = 0; at < table.size(); ++line) {
        const std::size_t end = table.find('\n', at);
        if (line >= 2) words.push_back(table.substr(at, table.find(' ', at) - at));
        at = end + 1;
    }
    return words;
}

std::string routes_of(Flask& app, std::vector<std::string> options = {}) {
    options.insert(options.begin(), "routes");
    const CliResult result = app.test_cli_runner().invoke(options);
    CHECK(result.exit_code() == 0);
    return result.output();
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

Flask routed_app() {
    Flask app;
    app.route("/get_post/<int:x>/<int:y>", {.methods = {"GET", "POST"}, .endpoint = "yyy_get_post"},
              [](int, int) { return ""; });
    app.route("/zzz_post", {.methods = {"POST"}, .endpoint = "aaa_post"}, [] { return ""; });
    return app;
}

}  // namespace

TEST_CASE("routes are sorted by endpoint, or as told", "[flask][cli]") {
    Flask app = routed_app();
    using Words = std::vector<std::string>;
    CHECK(first_words(routes_of(app)) == Words{"aaa_post", "static", "yyy_get_post"});
    CHECK(first_words(routes_of(app, {"-s", "endpoint"})) ==
          Words{"aaa_post", "static", "yyy_get_post"});
    CHECK(first_words(routes_of(app, {"-s", "methods"})) ==
          Words{"static", "yyy_get_post", "aaa_post"});
    CHECK(first_words(routes_of(app, {"--sort=rule"})) ==
          Words{"yyy_get_post", "static", "aaa_post"});
    CHECK(first_words(routes_of(app, {"-s", "match"})) ==
          Words{"static", "yyy_get_post", "aaa_post"});
    CHECK(app.test_cli_runner().invoke({"routes", "-s", "colour"}).exit_code() == 2);
}

TEST_CASE("routes shows all methods where asked", "[flask][cli]") {
    Flask app = routed_app();
    CHECK_FALSE(contains(routes_of(app), "HEAD"));
    CHECK(contains(routes_of(app), "GET, POST"));
    CHECK(contains(routes_of(app, {"--all-methods"}), "GET, HEAD, OPTIONS, POST"));
}

TEST_CASE("routes says that there are none", "[flask][cli]") {
    Flask app(FlaskOptions{.static_folder = std::nullopt});
    CHECK(contains(routes_of(app), "No routes were registered."));
}

TEST_CASE("routes has a column for subdomains or hosts", "[flask][cli]") {
    Flask subdomains(FlaskOptions{.static_folder = std::nullopt});
    subdomains.get("/a", {.endpoint = "a", .subdomain = "a"}, [] { return ""; });
    subdomains.get("/b", {.endpoint = "b", .subdomain = "b"}, [] { return ""; });
    CHECK(contains(routes_of(subdomains), "Subdomain"));

    Flask hosts(FlaskOptions{.static_folder = std::nullopt, .host_matching = true});
    hosts.get("/", {.endpoint = "a", .host = "a"}, [] { return ""; });
    CHECK(contains(routes_of(hosts), "Host"));
    CHECK_FALSE(contains(routes_of(hosts), "Subdomain"));
}

TEST_CASE("commands of groups, and of groups in them, have the application context",
          "[flask][cli]") {
    Flask app(FlaskOptions{.import_name = "testapp"});
    auto cli = app.cli().group("cli");
    cli.command("test")([] { echo(current_app->name() + ", test"); });
    cli.group("subgroup").command("test2")([] { echo(current_app->name() + ", test2"); });
    auto runner = app.test_cli_runner();
    CHECK(runner.invoke({"cli", "test"}).output() == "testapp, test\n");
    CHECK(runner.invoke({"cli", "subgroup", "test2"}).output() == "testapp, test2\n");
    CHECK(runner.invoke({"cli"}).exit_code() == 2);
    CHECK(runner.invoke({"cli", "subgroup"}).exit_code() == 2);
}

TEST_CASE("the group of a blueprint's commands can be named when it is made or registered",
          "[flask][cli]") {
    Flask app;
    Blueprint custom("custom", {.cli_group = "customized"});
    Blueprint nested("nested");
    Blueprint merged("merged", {.cli_group = ""});
    Blueprint late("late");
    Blueprint empty("empty");
    custom.cli().command("custom")([] { echo("custom_result"); });
    nested.cli().command("nested")([] { echo("nested_result"); });
    merged.cli().command("merged")([] { echo("merged_result"); });
    late.cli().command("late")([] { echo("late_result"); });
    app.register_blueprint(custom);
    app.register_blueprint(nested);
    app.register_blueprint(merged);
    app.register_blueprint(late, {.cli_group = "late_registration"});
    app.register_blueprint(empty);
    auto runner = app.test_cli_runner();
    CHECK(contains(runner.invoke({"customized", "custom"}).output(), "custom_result"));
    CHECK(contains(runner.invoke({"nested", "nested"}).output(), "nested_result"));
    CHECK(contains(runner.invoke({"merged"}).output(), "merged_result"));
    CHECK(contains(runner.invoke({"late_registration", "late"}).output(), "late_result"));
    const CliResult none = runner.invoke({"empty"});
    CHECK(none.exit_code() == 2);
    CHECK(contains(none.output(), "No such command 'empty'."));
}

TEST_CASE("the version is said", "[flask][cli]") {
    Flask app;
    const CliResult result = app.test_cli_runner().invoke({"--version"});
    CHECK(result.exit_code() == 0);
    CHECK(result.output() == "microflask " MICROFLASK_VERSION "\n");
}

#if !defined(_WIN32)
namespace {

/// A folder with .env and .flaskenv that the test works in.
struct DotenvFolder : TemporaryFolder {
    std::string before = detail::current_directory();

    DotenvFolder() {
        write(".env",
              "# a comment\nFOO=env\nexport SPAM = 'eggs and # more' # said\n"
              "HAM=\xE7\x81\xAB\xE8\x85\xBF\nQUOTED=\"a\\\"b\\nc\"\nnothing\n=x\n");
        write(".flaskenv", "FOO=flaskenv\nBAR=bar\nEGGS=flaskenv\n");
        REQUIRE(chdir(path().c_str()) == 0);
        clear();
    }
    ~DotenvFolder() {
        static_cast<void>(chdir(before.c_str()));
        clear();
    }
    static void clear() {
        for (const char* name :
             {"FOO", "BAR", "SPAM", "EGGS", "HAM", "QUOTED", "FLASK_SKIP_DOTENV"})
            unsetenv(name);
    }
};

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "unset";
}

}  // namespace

TEST_CASE(".env comes before .flaskenv, what is set before both", "[flask][cli]") {
    const DotenvFolder folder;
    setenv("EGGS", "3", 1);
    CHECK(load_dotenv());
    CHECK(variable("FOO") == "env");
    CHECK(variable("BAR") == "bar");
    CHECK(variable("SPAM") == "eggs and # more");
    CHECK(variable("EGGS") == "3");
    CHECK(variable("HAM") == "\xE7\x81\xAB\xE8\x85\xBF");
    CHECK(variable("QUOTED") == "a\"b\nc");
    CHECK_FALSE(load_dotenv("non-existent-file"));
}

TEST_CASE("a path names the one file to load", "[flask][cli]") {
    const DotenvFolder folder;
    const std::string here = detail::current_directory();
    CHECK(load_dotenv(folder / ".flaskenv"));
    CHECK(variable("FOO") == "flaskenv");
    CHECK(variable("SPAM") == "unset");
    CHECK(detail::current_directory() == here);
}

TEST_CASE("FLASK_SKIP_DOTENV switches that off", "[flask][cli]") {
    const DotenvFolder folder;
    setenv("FLASK_SKIP_DOTENV", "1", 1);
    CHECK_FALSE(load_dotenv());
    CHECK(variable("FOO") == "unset");
}
#endif
