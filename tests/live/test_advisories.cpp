// What security advisories of other servers and frameworks were about, where no other test is nearer to the matter.
#include "server/serving.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "middleware/dispatcher.hpp"
#include "middleware/shared_data.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/raw_client.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "wrappers/send_file.hpp"

#include <chrono>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask;
using test_support::comes_to_hold;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;
using test_support::TemporaryFolder;

namespace {

/// A way to put a text into a response.
struct Setter {
    std::string_view name;
    void (*set)(Response&, const std::string&);
};

constexpr Setter setters[] = {
    {"headers=", [](Response& r, const std::string& x) { r.headers()["X-A"] = x; }},
    {"headers add", [](Response& r, const std::string& x) { r.headers().add("X-A", x); }},
    {"headers set", [](Response& r, const std::string& x) { r.headers().set("X-A", x); }},
    {"a field's name", [](Response& r, const std::string& x) { r.headers().add(x, "value"); }},
    {"status", [](Response& r, const std::string& x) { r.status("200 " + x); }},
    {"location", [](Response& r, const std::string& x) { r.location(x); }},
    {"content_location", [](Response& r, const std::string& x) { r.content_location(x); }},
    {"content_type", [](Response& r, const std::string& x) { r.content_type(x); }},
    {"mimetype", [](Response& r, const std::string& x) { r.mimetype(x); }},
    {"content_encoding", [](Response& r, const std::string& x) { r.content_encoding(x); }},
    {"content_md5", [](Response& r, const std::string& x) { r.content_md5(x); }},
    {"accept_ranges", [](Response& r, const std::string& x) { r.accept_ranges(x); }},
    {"vary", [](Response& r, const std::string& x) { r.vary(x); }},
    {"vary add", [](Response& r, const std::string& x) { r.vary().add(x); }},
    {"allow", [](Response& r, const std::string& x) { r.allow(x); }},
    {"content_language", [](Response& r, const std::string& x) { r.content_language(x); }},
    {"content_range", [](Response& r, const std::string& x) { r.content_range(x); }},
    {"policy", [](Response& r, const std::string& x) { r.content_security_policy(x); }},
    {"opener", [](Response& r, const std::string& x) { r.cross_origin_opener_policy(x); }},
    {"origin", [](Response& r, const std::string& x) { r.access_control_allow_origin(x); }},
    {"etag", [](Response& r, const std::string& x) { r.set_etag(x); }},
    {"cookie", [](Response& r, const std::string& x) { r.set_cookie("a", x); }},
    {"cookie's name", [](Response& r, const std::string& x) { r.set_cookie(x, "a"); }},
    {"cookie's path",
     [](Response& r, const std::string& x) { r.set_cookie("a", "", {.path = x}); }},
    {"cookie's domain",
     [](Response& r, const std::string& x) { r.set_cookie("a", "", {.domain = x}); }},
    {"redirect", [](Response& r, const std::string& x) { r = redirect("/" + x); }},
    {"a download's name",
     [](Response& r,
        const std::string&
            x) { r = detail::send_bytes("x", {.as_attachment = true, .download_name = x}); }},
};

}  // namespace

TEST_CASE("nothing that sets a field lets a client add another", "[live][flask]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.get("/", [] {
        Response response("body");
        const std::string text = request->args()["text"];
        setters[request->args().get<std::size_t>("setter").value()].set(response, text);
        return response;
    });
    ServerFixture server(app);
    RawClient client(server.port());
    for (const char* bad : {"x%0d%0aSet-Cookie:%20evil=1", "x%0aSet-Cookie:%20evil=1",
                            "x%0dSet-Cookie:%20evil=1", "%0d%0a%0d%0a%3Cscript%3E"}) {
        for (std::size_t i = 0; i < std::size(setters); ++i) {
            CAPTURE(bad, setters[i].name);
            const RawResponse response =
                client.get("/?setter=" + std::to_string(i) + "&text=" + bad);
            CHECK((response.status == 500 || response.status == 200 || response.status == 302));
            CHECK(response.field("Set-Cookie").find("evil=1") != 0);
            CHECK(response.head.find("\nSet-Cookie: evil") == std::string::npos);
            CHECK(response.head.find("\rSet-Cookie: evil") == std::string::npos);
            CHECK((response.status == 302 || response.body.find("<script>") != 0));
        }
    }
}

TEST_CASE("a forwarded address reaches neither the log nor the view, unless asked for", "[live]") {
    const TemporaryFolder folder;
    Flask app;
    app.get("/<path>", [](std::string) { return request->remote_addr().value_or("nobody"); });
    ServerOptions options;
    options.access_log =
        GENERATE(AccessLogFormat::werkzeug, AccessLogFormat::combined, AccessLogFormat::json);
    options.access_log_file = folder / "access.log";
    ServerFixture server(app, options);
    RawClient client(server.port());
    client.send(
        "GET /asked HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\nX-Real-IP: "
        "6.6.6.6\r\nForwarded: for=6.6.6.6\r\nClient-IP: 6.6.6.6\r\n\r\n");
    CHECK(client.read_response().body == "127.0.0.1");
    CHECK(comes_to_hold(options.access_log_file, "/asked"));
    const std::string log = detail::read_file(options.access_log_file).value_or("");
    CHECK(log.find("127.0.0.1") != std::string::npos);
    CHECK(log.find("6.6.6.6") == std::string::npos);
}

TEST_CASE("the text of an exception is nowhere in its answer", "[live][flask]") {
    Flask app;
    app.logger().sink([](const LogRecord&) {});
    app.get("/", []() -> std::string { throw std::runtime_error("a secret of the house"); });
    ServerFixture server(app);
    const RawResponse response = RawClient(server.port()).get("/");
    CHECK(response.status == 500);
    CHECK((response.head + response.body).find("secret") == std::string::npos);
    CHECK((response.head + response.body).find("runtime_error") == std::string::npos);
}

TEST_CASE("a body sent to a static file is not the next request", "[live][flask]") {
    const TemporaryFolder folder;
    folder.write("static/a.txt", "the file");
    Flask app(FlaskOptions{.root_path = folder.path()});
    bool reached = false;
    app.get("/admin", [&reached] {
        reached = true;
        return "admin";
    });
    ServerFixture server(app);
    const std::string hidden = "GET /admin HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::string path :
         {"/static/a.txt", "/static/missing", "/static/../x", "/missing"}) {
        RawClient client(server.port());
        client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                    std::to_string(hidden.size()) + "\r\n\r\n" + hidden);
        CHECK(client.read_response().status == (path == "/static/a.txt" ? 200 : 404));
        CHECK(client.get("/static/a.txt").body == "the file");
    }
    CHECK_FALSE(reached);
}

TEST_CASE("a thousand ranges of a file are not answered", "[live][flask]") {
    const TemporaryFolder folder;
    folder.write("static/a.txt", std::string(10000, 'x'));
    Flask app(FlaskOptions{.root_path = folder.path()});
    ServerFixture server(app);
    std::string ranges = "bytes=0-";
    for (int i = 0; i < 1000; ++i) ranges += "," + std::to_string(i) + "-";
    RawClient client(server.port());
    client.send("GET /static/a.txt HTTP/1.1\r\nHost: x\r\nRange: " + ranges + "\r\n\r\n");
    CHECK(client.read_response().status == 416);
}

TEST_CASE("no path redirects to another host", "[live][flask]") {
    Flask app;
    app.get("/<path:x>/", [](std::string) { return "slash"; });
    app.get("/here/", [] { return "here"; });
    ServerFixture server(app);
    RawClient client(server.port());
    for (const char* path : {"//evil.com", "//evil.com/..", "///evil.com", "//evil.com/%2e%2e",
                             "/\\evil.com", "/%5cevil.com", "//evil.com/here", "/%2f/evil.com"}) {
        CAPTURE(path);
        const RawResponse response = client.get(path);
        const std::string location = response.field("Location");
        CHECK((location.empty() || location.find("http://x/") == 0));
        CHECK(location.find("http://x//") == std::string::npos);
    }
}

TEST_CASE("a prefix ends where its path segment ends", "[live][flask]") {
    const TemporaryFolder folder;
    folder.write("file.txt", "shared");
    folder.write("b", "shared");
    Flask files(FlaskOptions{.static_url_path = "/a", .static_folder = folder.path()});
    auto client = files.test_client();
    CHECK(client.get("/a/file.txt").text() == "shared");
    CHECK(client.get("/ab").status_code() == 404);
    CHECK(client.get("/afile.txt").status_code() == 404);

    const Application outer = Request::application([](Request&) { return Response("outer"); });
    const Application inner = Request::application([](Request&) { return Response("inner"); });
    Client dispatched{Application(DispatcherMiddleware(outer, {{"/a", inner}}))};
    CHECK(dispatched.get("/a").text() == "inner");
    CHECK(dispatched.get("/a/b").text() == "inner");
    CHECK(dispatched.get("/ab").text() == "outer");
    Client shared{Application(SharedDataMiddleware(outer, {{"/a", folder.path()}}))};
    CHECK(shared.get("/a/b").text() == "shared");
    CHECK(shared.get("/ab").text() == "outer");
}

TEST_CASE("a form of very many fields is read in good time, or refused", "[live][flask]") {
    Flask app;
    app.post("/", [] { return std::to_string(request->form().size()); });
    ServerFixture server(app);
    const auto ask = [&server](const std::string& body) {
        RawClient client(server.port());
        client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: "
            "application/x-www-form-urlencoded\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
        return client.read_response();
    };
    std::string same;
    std::string different;
    for (int i = 0; different.size() < 480000; ++i) different += std::to_string(i) + "&";
    for (int i = 0; i < 100000; ++i) same += "a&";
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string& body : {same, different, std::string(400000, '&')}) {
        const int status = ask(body).status;
        CHECK((status == 200 || status == 413));
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    for (const char* query : {"/?a", "/?=", "/?&&", "/?=&=&a==", "/?%", "/?a=%4"})
        CHECK(RawClient(server.port()).get(query).status == 405);
}
