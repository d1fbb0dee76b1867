#include "flask/cli.hpp"

#include "flask/app.hpp"
#include "flask/globals.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace microflask;

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
