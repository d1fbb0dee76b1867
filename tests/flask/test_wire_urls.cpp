// URLs that an application builds and sees, and the files it serves: what Flask gave on the same routes, line for line.
#include "flask/app.hpp"

#include "core/errors.hpp"
#include "flask/blueprints.hpp"
#include "flask/cli.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "routing/exceptions.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

constexpr std::string_view printable =
    " !\"#$%&'()*+,-./"
    "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

void add_rules(Flask& app) {
    const auto view = [] { return ""; };
    app.get("/", {.endpoint = "index"}, view);
    app.get("/slash/", {.endpoint = "slash"}, view);
    app.get("/noslash", {.endpoint = "noslash"}, view);
    app.route("/multi", {.methods = {"GET", "POST"}, .endpoint = "multi"}, view);
    app.post("/post", {.endpoint = "post"}, view);
    app.route("/opt", {.methods = {"GET", "OPTIONS"}, .endpoint = "opt"}, view);
    app.get("/s/<x>", {.endpoint = "s"}, [](std::string) { return ""; });
    app.get("/two/<a>/<b>", {.endpoint = "two"}, [](std::string, std::string) { return ""; });
    app.get("/int/<int:x>", {.endpoint = "int"}, [](int) { return ""; });
    app.get("/signed/<int(signed=True):x>", {.endpoint = "signed"}, [](int) { return ""; });
    app.get("/float/<float:x>", {.endpoint = "float"}, [](double) { return ""; });
    app.get("/path/<path:x>", {.endpoint = "path"}, [](std::string) { return ""; });
    app.get("/any/<any(a, 'b c', d):x>", {.endpoint = "any"}, [](std::string) { return ""; });
    const auto page =
        app.route("/def/", {.endpoint = "page", .defaults = {{"page", 1}}}, [](int) { return ""; });
    app.route("/def/page/<int:page>", {.endpoint = "page"})(page);
}

/// The message of the BuildError that building a URL ends with; empty where it does not.
std::string error_of(std::string_view endpoint, const Json& values = {},
                     UrlForOptions options = {}) {
    try {
        static_cast<void>(url_for(endpoint, values, options));
    } catch (const BuildError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("url_for quotes what Flask quotes", "[flask]") {
    Flask app;
    add_rules(app);
    const auto context = app.test_request_context();
    CHECK(url_for("s", {{"x", "test x"}}) == "/s/test%20x");
    CHECK(url_for("s", {{"x", "\303\251\342\230\203"}}) == "/s/%C3%A9%E2%98%83");
    CHECK(url_for("s", {{"x", printable}}) ==
          "/s/%20!%22%23$%25&'()*+,-./"
          "0123456789:;%3C=%3E%3F@ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60"
          "abcdefghijklmnopqrstuvwxyz%7B%7C%7D~");
    CHECK(url_for("s", {{"x", std::string("\0\n\177", 3)}}) == "/s/%00%0A%7F");
    CHECK(url_for("s", {{"x", 42}}) == "/s/42");
    CHECK(url_for("s", {{"x", "a/b"}}) == "/s/a/b");
    CHECK(url_for("path", {{"x", "a/b c/\303\251"}}) == "/path/a/b%20c/%C3%A9");
    CHECK(url_for("path", {{"x", "/a"}}) == "/path//a");
    CHECK(url_for("int", {{"x", 5}}) == "/int/5");
    CHECK(url_for("int", {{"x", "7"}}) == "/int/7");
    CHECK(url_for("float", {{"x", 1.0}}) == "/float/1.0");
    CHECK(url_for("float", {{"x", 0.1}}) == "/float/0.1");
    CHECK(url_for("float", {{"x", 1e-5}}) == "/float/0.00001");
    CHECK(url_for("float", {{"x", 1.5}}) == "/float/1.5");
    CHECK(url_for("any", {{"x", "b c"}}) == "/any/b%20c");  // Flask leaves the space
    CHECK(url_for("static", {{"filename", "a b/c.css"}}) == "/static/a%20b/c.css");
    CHECK(url_for("static", {{"filename", "../x"}}) == "/static/../x");
    CHECK(url_for("page", {{"page", 1}}) == "/def/");
    CHECK(url_for("page", {{"page", 2}}) == "/def/page/2");
    CHECK(url_for("page") == "/def/");
    CHECK_THROWS_AS(url_for("int", {{"x", "x"}}), ValueError);
    CHECK_THROWS_AS(url_for("any", {{"x", "zz"}}), ValueError);
}

TEST_CASE("url_for writes the query and the anchor that Flask writes", "[flask]") {
    Flask app;
    add_rules(app);
    const auto context = app.test_request_context();
    CHECK(url_for("index", {{"q", "a b&c=d+e/f?g"}}) == "/?q=a+b%26c%3Dd%2Be/f?g");
    CHECK(url_for("index", {{"q", "\303\251\342\230\203"}}) == "/?q=%C3%A9%E2%98%83");
    CHECK(url_for("index", {{"q", printable}}) ==
          "/?q=+!%22%23$%25%26'()*%2B,-./"
          "0123456789:;%3C%3D%3E?@ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60"
          "abcdefghijklmnopqrstuvwxyz%7B%7C%7D~");
    CHECK(url_for("index", {{"a", Json::array({1, 2})}}) == "/?a=1&a=2");
    CHECK(url_for("index", {{"a", nullptr}}) == "/");
    CHECK(url_for("index", {{"b", 1}, {"a", 2}}) == "/?b=1&a=2");
    CHECK(url_for("index", {{"a", true}}) == "/?a=True");
    CHECK(url_for("index", {{"a", ""}}) == "/?a=");
    CHECK(url_for("index", {{"a", 1.0}}) == "/?a=1.0");
    CHECK(url_for("index", {}, {.anchor = "x y"}) == "/#x%20y");
    CHECK(url_for("index", {}, {.anchor = printable}) ==
          "/#%20!%22#$%&'()*+,-./0123456789:;%3C=%3E?@ABCDEFGHIJKLMNOPQRSTUVWXYZ%5B%5C%5D%5E_%60"
          "abcdefghijklmnopqrstuvwxyz%7B%7C%7D~");
    CHECK(url_for("index", {{"q", 1}}, {.anchor = "\303\251"}) == "/?q=1#%C3%A9");
    CHECK(url_for("index", {}, {.external = true}) == "http://localhost/");
    CHECK(url_for("index", {}, {.scheme = "https", .external = true}) == "https://localhost/");
    CHECK_THROWS_AS(url_for("index", {}, {.scheme = "https", .external = false}), ValueError);
    CHECK(url_for("multi", {}, {.method = "POST"}) == "/multi");
    CHECK(url_for(".index") == "/");
}

TEST_CASE("url_for knows where the application is, as in Flask", "[flask]") {
    Flask app;
    add_rules(app);
    {
        const auto context =
            app.test_request_context("/", {.base_url = "https://example.com:8443/root/"});
        CHECK(url_for("slash") == "/root/slash/");
        CHECK(url_for("slash", {}, {.external = true}) == "https://example.com:8443/root/slash/");
        CHECK(url_for("slash", {{"a", 1}}) == "/root/slash/?a=1");
    }
    {
        const auto context = app.app_context();
        CHECK_THROWS_AS(url_for("slash"), RuntimeError);
    }
    app.config["SERVER_NAME"] = "example.org:5000";
    app.config["APPLICATION_ROOT"] = "/app";
    app.config["PREFERRED_URL_SCHEME"] = "https";
    const auto context = app.app_context();
    CHECK(url_for("slash") == "https://example.org:5000/app/slash/");
    CHECK(url_for("slash", {}, {.external = false}) == "/app/slash/");
}

TEST_CASE("a URL that cannot be built is explained as in Flask", "[flask]") {
    Flask app;
    add_rules(app);
    const auto context = app.test_request_context();
    CHECK(error_of("nope") ==
          "Could not build url for endpoint 'nope'. Did you mean 'opt' instead?");
    CHECK(error_of("two", {{"a", 1}}) ==
          "Could not build url for endpoint 'two' with values ['a']. "
          "Did you forget to specify values ['b']?");
    CHECK(error_of("slas") ==
          "Could not build url for endpoint 'slas'. Did you mean 'slash' instead?");
    CHECK(
        error_of("post", {}, {.method = "GET"}) ==
        "Could not build url for endpoint 'post' ('GET'). Did you mean to use methods ['OPTIONS', "
        "'POST']?");
}

TEST_CASE("a request sees the URLs that Flask's sees", "[flask]") {
    Flask app;
    app.get("/s/<x>", {.endpoint = "sx"}, [](std::string x) { return x; });
    const auto seen = [](const Request& r) {
        std::string text;
        for (const std::string& part :
             {std::string(r.path()), std::string(r.full_path()), std::string(r.url()),
              std::string(r.base_url()), std::string(r.url_root()), std::string(r.host_url()),
              std::string(r.host()), std::string(r.script_root()), std::string(r.query_string()),
              std::string(r.scheme())})
            text += part + " | ";
        text += r.is_secure() ? "secure" : "plain";
        return text;
    };
    {
        const auto context = app.test_request_context("/s/a%20b?x=1&x=2&y=%C3%A9&z=a+b&w");
        CHECK(seen(*request) ==
              "/s/a b | /s/a b?x=1&x=2&y=%C3%A9&z=a+b&w | "
              "http://localhost/s/a%20b?x=1&x=2&y=\303\251&z=a+b&w | http://localhost/s/a%20b | "
              "http://localhost/ | http://localhost/ | localhost |  | x=1&x=2&y=%C3%A9&z=a+b&w | "
              "http | plain");
        CHECK(request->args().getlist("x").size() == 2);
        CHECK(request->args()["y"] == "\303\251");
        CHECK(request->args()["z"] == "a b");
        CHECK(request->args()["w"].empty());
        CHECK(request->endpoint() == "sx");
        CHECK(request->view_args()["x"] == "a b");
    }
    {
        const auto context = app.test_request_context("/s/\303\251?q=\342\230\203");
        CHECK(seen(*request) ==
              "/s/\303\251 | /s/\303\251?q=\342\230\203 | "
              "http://localhost/s/\303\251?q=\342\230\203 | http://localhost/s/\303\251 | "
              "http://localhost/ | http://localhost/ | localhost |  | "
              "q=\342\230\203 | http | plain");
    }
    {
        const auto context =
            app.test_request_context("/s/x", {.base_url = "https://example.com:443/root"});
        CHECK(seen(*request) ==
              "/s/x | /s/x? | https://example.com/root/s/x | https://example.com/root/s/x | "
              "https://example.com/root/ | https://example.com/ | example.com | /root |  | https | "
              "secure");
    }
    {
        const auto context =
            app.test_request_context("/s/x?", {.base_url = "http://example.com:8080/"});
        CHECK(seen(*request) ==
              "/s/x | /s/x? | http://example.com:8080/s/x | http://example.com:8080/s/x | "
              "http://example.com:8080/ | http://example.com:8080/ | example.com:8080 |  |  | http "
              "| plain");
    }
    const auto context =
        app.test_request_context("/s/x", {.headers = {{"X-Forwarded-For", "1.1.1.1, 2.2.2.2"}},
                                          .environ_base = {{"REMOTE_ADDR", "9.9.9.9"}}});
    CHECK(request->remote_addr() == "9.9.9.9");
    CHECK(request->access_route() == std::vector<std::string>{"1.1.1.1", "2.2.2.2"});
}

TEST_CASE("a static folder is served with the fields of Flask", "[flask][static]") {
    const test_support::TemporaryFolder folder;
    folder.write("secret", "secret");
    folder.write("static/hello.txt", "Hello World");
    folder.write("static/index.html", "<h1>Hello World!</h1>\n");
    folder.write("static/empty.bin", "");
    folder.write("static/a b.css", "x{}");
    folder.write("static/data.json", "{}");
    folder.write("static/x.tar.gz", "zz");
    folder.write("static/p.svg", "<svg/>");
    folder.write("static/n.unknownext", "?\?");
    folder.write("static/sub/f.js", "1");
    Flask app(FlaskOptions{.root_path = folder.path()});
    auto client = app.test_client();
    const auto answer = [&client](std::string_view method, std::string_view path) {
        EnvironBuilderOptions options;
        options.method = method;
        const auto response = client.open(path, std::move(options));
        std::string text = std::to_string(response.status_code());
        for (const auto& [name, value] : response.headers()) {
            // These two follow the file's own time and place.
            const bool varies = name == "Last-Modified" || name == "ETag" || name == "Date";
            text += " | " + std::string(name) + (varies ? "" : ": " + std::string(value));
        }
        return text + " || " + (response.status_code() < 400 ? response.text() : "<page>");
    };
    const auto file = [](std::string_view encoding, std::string_view name, std::string_view type,
                         std::string_view size, std::string_view body) {
        return "200" + std::string(encoding) +
               " | Content-Disposition: inline; filename=" + std::string(name) +
               " | Content-Type: " + std::string(type) + " | Content-Length: " + std::string(size) +
               " | Last-Modified | Cache-Control: no-cache | ETag | Date | Accept-Ranges: bytes "
               "|| " +
               std::string(body);
    };
    const std::string missing =
        "404 | Content-Type: text/html; charset=utf-8 | Content-Length: 207 || <page>";
    const std::string text = "text/plain; charset=utf-8";
    const std::pair<std::string_view, std::string> cases[] = {
        {"/static/hello.txt", file("", "hello.txt", text, "11", "Hello World")},
        {"/static/index.html",
         file("", "index.html", "text/html; charset=utf-8", "22", "<h1>Hello World!</h1>\n")},
        {"/static/empty.bin", file("", "empty.bin", "application/octet-stream", "0", "")},
        {"/static/a%20b.css", file("", "\"a b.css\"", "text/css; charset=utf-8", "3", "x{}")},
        {"/static/data.json", file("", "data.json", "application/json", "2", "{}")},
        {"/static/x.tar.gz",
         file(" | Content-Encoding: gzip", "x.tar.gz", "application/x-tar", "2", "zz")},
        {"/static/p.svg", file("", "p.svg", "image/svg+xml; charset=utf-8", "6", "<svg/>")},
        {"/static/n.unknownext", file("", "n.unknownext", "application/octet-stream", "2", "?\?")},
        {"/static/sub/f.js", file("", "f.js", "text/javascript; charset=utf-8", "1", "1")},
        {"/static/sub/../hello.txt", file("", "hello.txt", text, "11", "Hello World")},
        {"/static/hello.txt/", file("", "hello.txt", text, "11", "Hello World")},
        {"/static/nope.txt", missing},
        {"/static/../secret", missing},
        {"/static/%2e%2e/secret", missing},
        {"/static/sub", missing},
        {"/static/sub/", missing},
        {"/static/", missing},
        {"/static/hello.txt%00", missing},
        {"/static/..%5csecret", missing},
    };
    for (const auto& [path, expected] : cases) {
        CAPTURE(path);
        CHECK(answer("GET", path) == expected);
    }
    CHECK(answer("HEAD", "/static/hello.txt") == file("", "hello.txt", text, "11", ""));
    CHECK(answer("POST", "/static/hello.txt") ==
          "405 | Content-Type: text/html; charset=utf-8 | Allow: GET, HEAD, OPTIONS | "
          "Content-Length: 153 || <page>");
}

TEST_CASE("the command routes prints what Flask's prints", "[flask][cli]") {
    Flask app;
    app.route("/", {.methods = {"GET", "POST"}, .endpoint = "index"}, [] { return ""; });
    app.get("/user/<int:id>", {.endpoint = "user"}, [](int) { return ""; });
    Blueprint admin("admin", {.url_prefix = "/admin"});
    admin.get("/x", {.endpoint = "x"}, [] { return ""; });
    app.register_blueprint(admin);
    auto runner = app.test_cli_runner();
    CHECK(runner.invoke({"routes"}).output() ==
          "Endpoint  Methods    Rule\n"
          "--------  ---------  -----------------------\n"
          "admin.x   GET        /admin/x\n"
          "index     GET, POST  /\n"
          "static    GET        /static/<path:filename>\n"
          "user      GET        /user/<int:id>\n");
    CHECK(runner.invoke({"routes", "--all-methods", "-s", "rule"}).output() ==
          "Endpoint  Methods                   Rule\n"
          "--------  ------------------------  -----------------------\n"
          "index     GET, HEAD, OPTIONS, POST  /\n"
          "admin.x   GET, HEAD, OPTIONS        /admin/x\n"
          "static    GET, HEAD, OPTIONS        /static/<path:filename>\n"
          "user      GET, HEAD, OPTIONS        /user/<int:id>\n");
}
