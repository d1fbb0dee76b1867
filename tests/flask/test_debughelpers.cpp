#include "flask/debughelpers.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/globals.hpp"
#include "flask/templating.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/raw_client.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;
using test_support::TemporaryFolder;

namespace {

/// Has an application served as by a server that debugs.
void serve_debugged(Flask& app) {
    static constexpr ServerInfo debugging{.use_debugger = true};
    app.wsgi_app = Application([inner = app.wsgi_app](Environ& environ, StartResponse start) {
        environ.set_server(debugging);
        return inner(environ, start);
    });
}

/// An application with a view that fails, in debug mode.
Flask make_debugged_app() {
    Flask app;
    app.debug(true);
    app.get("/broken/<int:id>",
            [](int) -> std::string { throw std::out_of_range("no <script> here"); });
    return app;
}

bool holds(const Response& response, std::string_view text) {
    return response.get_data().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("an exception is shown with route, view and request, and escaped", "[flask]") {
    Flask app = make_debugged_app();
    serve_debugged(app);
    auto client = app.test_client();

    auto response = client.get("/broken/7?a=%3Cb%3E", {.headers = {{"Authorization", "secret"}}});

    CHECK(response.status_code() == 500);
    CHECK(holds(response, "<title>std::out_of_range: no &lt;script&gt; here"));
    CHECK_FALSE(holds(response, "<script>"));
    CHECK(holds(response, "/broken/&lt;int:id&gt;"));
    CHECK(holds(response, "test_debughelpers.cpp"));
    CHECK(holds(response, "class=here"));  // the source is on this machine
    CHECK(holds(response, "&lt;b&gt;"));
    CHECK_FALSE(holds(response, "secret"));
}

TEST_CASE("nobody but a client on this machine, asking this machine, sees the page", "[flask]") {
    Flask app = make_debugged_app();
    serve_debugged(app);
    auto client = app.test_client();
    app.config["PROPAGATE_EXCEPTIONS"] = false;
    const auto shown = [&client](const Headers& headers, const std::string& address) {
        return holds(client.get("/broken/7", {.headers = headers,
                                              .environ_overrides = {{"REMOTE_ADDR", address}}}),
                     "out_of_range");
    };

    CHECK(shown({}, "127.0.0.1"));
    CHECK(shown({{"Host", "app.localhost:5000"}}, "::1"));
    CHECK_FALSE(shown({}, "10.0.0.1"));
    CHECK_FALSE(shown({{"Host", "evil.example"}}, "127.0.0.1"));
    CHECK_FALSE(shown({{"Host", "localhost.evil.example"}}, "127.0.0.1"));
    CHECK_FALSE(shown({{"X-Forwarded-For", "10.0.0.1"}}, "127.0.0.1"));
}

TEST_CASE("an error in a template is shown with the lines around it", "[flask]") {
    const TemporaryFolder folder;
    folder.write("page.html", "<p>one</p>\n{{ user.name.first }}\n<p>three</p>\n");
    Flask app;
    serve_debugged(app);
    app.jinja_loader(FileSystemLoader(folder.path()));
    app.get("/", [] { return render_template("page.html", {{"user", Json::object()}}); });
    auto client = app.test_client();

    auto response = client.get("/");
    CHECK(response.status_code() == 500);
    CHECK(holds(response, "<title>UndefinedError: "));
    CHECK(holds(response, "page.html"));
    CHECK(holds(response, "<span class=here>    2  {{ user.name.first }}</span>"));
    CHECK(holds(response, "&lt;p&gt;three&lt;/p&gt;"));
}

TEST_CASE("a server shows the page where it was told to", "[flask]") {
    Flask app = make_debugged_app();
    const bool use_debugger = GENERATE(false, true);
    ServerOptions options;
    options.use_debugger = use_debugger;
    test_support::ServerFixture server(app, options);
    test_support::RawClient client(server.port());

    client.send("GET /broken/7 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const test_support::RawResponse response = client.read_response();

    CHECK(response.status == 500);
    CHECK((response.body.find("out_of_range") != std::string::npos) == use_debugger);
}

TEST_CASE("without the page, exceptions go on as ever", "[flask]") {
    Flask app = make_debugged_app();
    auto client = app.test_client();
    CHECK_THROWS_AS(client.get("/broken/7"), std::out_of_range);
    app.config["PROPAGATE_EXCEPTIONS"] = false;
    CHECK_FALSE(holds(client.get("/broken/7"), "out_of_range"));
}

TEST_CASE("each way to register a view tells where it stands", "[flask]") {
    Flask app;
    serve_debugged(app);
    const auto fails = []() -> std::string { throw std::runtime_error("oh"); };
    const int first = __LINE__;
    app.get("/called", fails);
    app.get("/decorated")(fails);
    app.add_url_rule("/added", "added", fails);
    Blueprint blueprint("part");
    blueprint.get("/in-blueprint", fails);
    app.register_blueprint(blueprint);
    auto client = app.test_client();
    const auto shows_line = [&client](const char* path, int line) {
        return holds(client.get(path), "test_debughelpers.cpp:" + std::to_string(line));
    };
    CHECK(shows_line("/called", first + 1));
    CHECK(shows_line("/decorated", first + 2));
    CHECK(shows_line("/added", first + 3));
    CHECK(shows_line("/in-blueprint", first + 5));
}
