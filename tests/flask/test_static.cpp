#include "flask/app.hpp"

#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <optional>
#include <string>

using namespace microflask;
using test_support::TemporaryFolder;

namespace {

/// A folder with static/index.html in it.
struct SiteFolder : TemporaryFolder {
    SiteFolder() {
        write("static/index.html", "<h1>Hello</h1>");
        write("secret.txt", "secret");
    }
};

}  // namespace

TEST_CASE("static files are served below /static", "[flask][static]") {
    const SiteFolder site;
    Flask app(FlaskOptions{.root_path = site.path()});
    auto client = app.test_client();

    const auto file = client.get("/static/index.html");
    CHECK(file.status_code() == 200);
    CHECK(file.text() == "<h1>Hello</h1>");
    CHECK(file.headers()["Content-Type"] == "text/html; charset=utf-8");
    CHECK(file.headers().contains("ETag"));
    const auto again =
        client.get("/static/index.html", {.headers = {{"If-None-Match", file.headers()["ETag"]}}});
    CHECK(again.status_code() == 304);
    CHECK(client.get("/static/missing.html").status_code() == 404);
    for (const char* path :
         {"/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/..%2fsecret.txt"}) {
        CAPTURE(path);
        CHECK(client.get(path).status_code() == 404);
    }
    const auto context = app.test_request_context();
    CHECK(url_for("static", {{"filename", "index.html"}}) == "/static/index.html");
}

TEST_CASE("the static folder and its URL can be chosen, or left out", "[flask][static]") {
    const SiteFolder site;
    Flask renamed(FlaskOptions{.static_url_path = "/files", .root_path = site.path()});
    CHECK(renamed.test_client().get("/files/index.html").status_code() == 200);
    CHECK(renamed.static_url_path() == "/files");

    Flask none(FlaskOptions{.static_folder = std::nullopt, .root_path = site.path()});
    CHECK(none.test_client().get("/static/index.html").status_code() == 404);

    Flask app(FlaskOptions{.static_folder = std::nullopt});
    Blueprint bp("bp", {.url_prefix = "/bp", .static_folder = "static", .root_path = site.path()});
    app.register_blueprint(bp);
    CHECK(app.test_client().get("/bp/static/index.html").text() == "<h1>Hello</h1>");
}

TEST_CASE("files are sent from views", "[flask][static]") {
    const SiteFolder site;
    Flask app(FlaskOptions{.root_path = site.path()});
    app.get("/one", [] {
        return send_file("static/index.html", {.as_attachment = true, .download_name = "a.html"});
    });
    app.get("/any/<path:name>",
            [](std::string name) { return send_from_directory("static", name); });
    auto client = app.test_client();

    const auto one = client.get("/one");
    CHECK(one.text() == "<h1>Hello</h1>");
    CHECK(one.headers()["Content-Disposition"] == "attachment; filename=a.html");
    CHECK(client.get("/any/index.html").status_code() == 200);
    CHECK(client.get("/any/../secret.txt").status_code() == 404);
    const auto part = client.get("/any/index.html", {.headers = {{"Range", "bytes=4-8"}}});
    CHECK(part.status_code() == 206);
    CHECK(part.text() == "Hello");
}

TEST_CASE("static files are served below the URL path of their folder", "[flask][static]") {
    const SiteFolder site;
    const auto index_below = [&](FlaskOptions options, const std::string& url) {
        options.root_path = site.path();
        Flask app(std::move(options));
        const auto response = app.test_client().get(url);
        CHECK(response.status_code() == 200);
        CHECK(response.text() == "<h1>Hello</h1>");
        const auto context = app.test_request_context();
        CHECK(url_for("static", {{"filename", "index.html"}}) ==
              url.substr(0, url.find("index")) + "index.html");
    };
    index_below({}, "/static/index.html");
    index_below({.static_url_path = "/foo"}, "/foo/index.html");
    index_below({.static_url_path = "/foo/"}, "/foo/index.html");
}

TEST_CASE("an empty static folder is the root path itself", "[flask][static]") {
    const SiteFolder site;
    for (const bool with_url_path : {true, false}) {
        FlaskOptions options{.static_folder = "", .root_path = site.path()};
        if (with_url_path) options.static_url_path = "";
        Flask app(std::move(options));
        CHECK(app.test_client().get("/static/index.html").text() == "<h1>Hello</h1>");
    }
}

TEST_CASE("a static folder with a slash at its end shadows no rule", "[flask][static]") {
    Flask app(FlaskOptions{.static_folder = "static/"});
    app.get("/<path:path>", [](std::string path) { return path; });
    CHECK(app.test_client().get("/catch/all").text() == "catch/all");
}

TEST_CASE("static files are served at static_host where hosts are matched", "[flask][static]") {
    const SiteFolder site;
    Flask app(FlaskOptions{
        .host_matching = true, .root_path = site.path(), .static_host = "example.com"});
    auto client = app.test_client();
    CHECK(client.get("/static/index.html", {.base_url = "http://example.com"}).status_code() ==
          200);
    CHECK(client.get("/static/index.html", {.base_url = "http://other.com"}).status_code() == 404);
    const auto context = app.test_request_context();
    CHECK(url_for("static", {{"filename", "index.html"}}, {.external = true}) ==
          "http://example.com/static/index.html");
    CHECK_THROWS_AS(Flask(FlaskOptions{.static_host = "example.com"}), ValueError);
}

TEST_CASE("how long clients keep a file is said by settings or a function", "[flask][static]") {
    const SiteFolder site;
    const auto max_age = [](const Response& response) {
        return response.cache_control().max_age();
    };
    Flask app(FlaskOptions{.root_path = site.path()});
    {
        const auto context = app.test_request_context();
        CHECK_FALSE(max_age(app.send_static_file("index.html")));
    }
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600;
    {
        const auto context = app.test_request_context();
        CHECK(max_age(app.send_static_file("index.html")) == 3600);
        CHECK(max_age(send_file("static/index.html")) == 3600);
    }
    app.get_send_file_max_age([](std::string_view) { return 10; });
    Blueprint bp("bp", {.url_prefix = "/bp", .static_folder = "static", .root_path = site.path()});
    bp.get_send_file_max_age([](std::string_view filename) {
        return filename.ends_with(".html") ? std::optional<long long>(100) : std::nullopt;
    });
    app.register_blueprint(bp);
    const auto context = app.test_request_context();
    CHECK(max_age(app.send_static_file("index.html")) == 10);
    CHECK(max_age(send_from_directory("static", "index.html")) == 10);
    CHECK(max_age(bp.send_static_file("index.html")) == 100);
}

TEST_CASE("files are sent by path, relative to the root path", "[flask][static]") {
    const SiteFolder site;
    Flask app(FlaskOptions{.root_path = site.path()});
    const auto context = app.test_request_context();
    for (Response response :
         {send_file("static/index.html"), send_from_directory("static", "index.html")}) {
        CHECK(response.direct_passthrough());
        CHECK(response.mimetype() == "text/html");
        response.direct_passthrough(false);
        CHECK(response.get_data() == "<h1>Hello</h1>");
    }
}
