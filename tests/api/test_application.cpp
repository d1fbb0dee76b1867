// The public API: the application and its registry, written as its readers write it.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

// ---- at namespace scope ------------------------------------------------------------------------

namespace page {

Flask app;
auto home = app.route("/")([] { return "home"; });
auto user = app.get("/user/<name>", [](std::string name) { return "Hello " + escape(name); });
auto post = app.route("/post/<int:id>", {.methods = {"GET", "POST"}, .endpoint = "post"},
                      [](int id) { return "Post " + std::to_string(id); });

}  // namespace page

// ---- tests -------------------------------------------------------------------------------------

TEST_CASE("An application at namespace scope takes routes beside it", "[api]") {
    auto client = page::app.test_client();
    CHECK(client.get("/").text() == "home");
    CHECK(client.get("/user/<b>").text() == "Hello &lt;b&gt;");
    CHECK(client.post("/post/3").text() == "Post 3");
    CHECK(client.get("/post/x").status_code() == 404);
    CHECK(std::string_view(page::home()) == "home");
    CHECK(page::user("bob") == "Hello bob");
    auto context = page::app.test_request_context("/");
    CHECK(url_for(page::user, "bob") == "/user/bob");
    CHECK(url_for(page::post, 7) == "/post/7");
    CHECK(url_for("post", {{"id", 7}}) == "/post/7");
    CHECK(url_for("user", {{"name", "bob"}, {"page", 2}, {"tag", Json::array({"a", "b"})}},
                  {.anchor = "x", .method = "GET", .scheme = "https", .external = true}) ==
          "https://localhost/user/bob?page=2&tag=a&tag=b#x");
    CHECK(url_for(page::home) == "/");
    CHECK(url_for("index") == "/");
}

TEST_CASE("Options of an application, in any subset", "[api]") {
    Flask all(FlaskOptions{.import_name = "shop",
                           .static_url_path = "/assets",
                           .static_folder = "static",
                           .host_matching = false,
                           .subdomain_matching = false,
                           .template_folder = "templates",
                           .instance_path = "/srv/shop",
                           .root_path = "/srv"});
    CHECK(all.import_name() == "shop");
    CHECK(all.root_path() == "/srv");
    CHECK(all.instance_path() == "/srv/shop");
    Flask some({.import_name = "shop", .root_path = "/srv"});
    CHECK(some.import_name() == "shop");
    Flask none(FlaskOptions{.static_folder = std::nullopt, .template_folder = std::nullopt});
    CHECK(none.static_folder() == std::nullopt);
    Flask braced{FlaskOptions{.import_name = "x"}};
    CHECK(braced.import_name() == "x");
    const Flask plain;
    CHECK(plain.import_name() == "test_application");
    auto app = Flask();
    auto other = Flask(FlaskOptions{});
    CHECK(app.import_name() == "test_application");
}

namespace {

Flask create_app() {
    Flask app;
    app.config["SECRET_KEY"] = "dev";
    auto seen =
        app.get("/seen")([] { return current_app->config["SECRET_KEY"].get<std::string>(); });
    app.get("/where")([seen] { return url_for(seen); });
    Blueprint blueprint("bp", {.url_prefix = "/bp"});
    blueprint.route("/")([] { return url_for(".index"); });
    app.register_blueprint(blueprint);
    auto inner = app.wsgi_app;
    app.wsgi_app = [inner](Environ& environ, StartResponse start_response) -> Body {
        return inner(environ, start_response);
    };
    return app;
}

}  // namespace

TEST_CASE("An application is moved after everything was registered", "[api]") {
    Flask made = create_app();
    Flask app = std::move(made);
    Flask assigned;
    assigned = std::move(app);
    auto client = assigned.test_client();
    CHECK(client.get("/seen").text() == "dev");
    CHECK(client.get("/where").text() == "/seen");
    CHECK(client.get("/bp/").text() == "/bp/");
    std::vector<Flask> apps;
    apps.push_back(std::move(assigned));
    apps.push_back(create_app());
    CHECK(apps[0].test_client().get("/seen").text() == "dev");
    auto on_heap = std::make_unique<Flask>(create_app());
    CHECK(on_heap->test_client().get("/bp/").status_code() == 200);
}

// ---- blueprints ---------------------------------------------------------------------------------

TEST_CASE("A blueprint takes every option and may go out of scope", "[api]") {
    Flask app;
    {
        Blueprint bp("auth", {.url_prefix = "/auth",
                              .static_folder = "static",
                              .template_folder = "templates",
                              .static_url_path = "/files",
                              .subdomain = {},
                              .url_defaults = {{"lang", "en"}},
                              .root_path = "/srv",
                              .cli_group = "users"});
        bp.route("/login")([](std::string lang) { return "login " + lang; });
        bp.get("/user/<int:id>")(
            [](int id, std::string lang) { return std::to_string(id) + lang; });
        bp.cli().command("add", "Add one")([] { echo("added"); });
        app.register_blueprint(bp, {.url_prefix = "/a", .name = "accounts", .url_defaults = {}});
    }
    {
        Blueprint outer("outer", {.url_prefix = "/outer"});
        {
            Blueprint inner{"inner"};
            inner.get("/x")([] { return url_for(".x") + *request->blueprint(); });
            outer.register_blueprint(inner, {.url_prefix = "/inner"});
        }
        app.register_blueprint(outer);
    }
    auto client = app.test_client();
    CHECK(client.get("/a/login").text() == "login en");
    CHECK(client.get("/a/user/3").text() == "3en");
    CHECK(client.get("/outer/inner/x").text() == "/outer/inner/xouter.inner");
    CHECK(app.test_cli_runner().invoke({"users", "add"}).output() == "added\n");
}

// ---- configuration -------------------------------------------------------------------------------

TEST_CASE("Configuration holds Json by name", "[api]") {
    Flask app;
    app.config["SECRET_KEY"] = "dev";
    app.config["X"] = 5;
    app.config["RATIO"] = 0.5;
    app.config["LIST"] = Json::array({1, 2});
    app.config["MAIL_SERVER"] = std::string("mail");
    app.config["ON"] = true;
    app.config["NOTHING"] = nullptr;
    app.config.from_mapping({{"MAIL_PORT", 25}, {"ignored", 1}});
    CHECK(app.config["X"].get<int>() == 5);
    CHECK(app.config["X"] == 5);
    CHECK(app.config["SECRET_KEY"] == "dev");
    CHECK(app.config["LIST"][1] == 2);
    CHECK(app.config["ON"].get<bool>());
    CHECK(app.config["MISSING"].is_null());
    CHECK_FALSE(app.config.contains("MISSING"));
    CHECK(app.config.get("X") == 5);
    CHECK(app.config.get<int>("MISSING", 7) == 7);
    CHECK(app.config.get<std::string>("MISSING", "d") == "d");
    const Json mail = app.config.get_namespace("MAIL_");
    CHECK(mail["server"] == "mail");
    CHECK(mail["port"] == 25);
    CHECK(app.config["PERMANENT_SESSION_LIFETIME"] == 2678400);
    CHECK(app.config["SESSION_COOKIE_NAME"] == "session");
    CHECK(app.config["MAX_CONTENT_LENGTH"].is_null());
    app.config.from_prefixed_env();
    const std::string text = app.config["MAIL_SERVER"].get<std::string>();
    CHECK(text == "mail");
    const Json& value = app.config["X"];
    CHECK(value == 5);
    Json copy = app.config["LIST"];
    CHECK(copy.size() == 2);

    app.secret_key("other");
    CHECK(app.secret_key() == "other");
    app.debug(true);
    CHECK(app.debug());
    app.testing(true);
    CHECK(app.testing());
    app.logger().info("logged");
    app.extensions()["x"] = 1;
    CHECK(app.extensions().get<int>("x") == 1);
    CHECK_FALSE(app.root_path().empty());
    const Flask& constant = app;
    CHECK(constant.config["X"] == 5);
}
