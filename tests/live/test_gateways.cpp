#include "server/fastcgi.hpp"
#include "server/scgi.hpp"
#include "server/uwsgi.hpp"

#include "core/files.hpp"
#include "flask/app.hpp"
#include "flask/globals.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/raw_client.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;
using test_support::RawClient;
using test_support::TemporaryFolder;

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables get(const std::string& path) {
    return {{"CONTENT_LENGTH", "0"}, {"REQUEST_METHOD", "GET"}, {"REQUEST_URI", path}};
}

Variables post(const std::string& path, const std::string& body) {
    return {{"CONTENT_LENGTH", std::to_string(body.size())},
            {"REQUEST_METHOD", "POST"},
            {"REQUEST_URI", path}};
}

Flask make_app() {
    Flask app;
    app.get("/hello/<name>", [](std::string name) { return "Hello " + name; });
    app.post("/echo", [] { return std::string(request->get_data()); });
    app.post("/ignore", [] { return "ignored"; });
    return app;
}

/// One of the three servers, serving on its own thread.
template <class Server>
class Serving {
public:
    explicit Serving(Application application, GatewayServerOptions options = {})
        : server_("127.0.0.1", 0, std::move(application), std::move(options)),
          thread_([this] { server_.serve_forever(); }) {}
    ~Serving() {
        server_.shutdown();
        thread_.join();
    }
    [[nodiscard]] int port() const { return server_.port(); }

private:
    Server server_;
    std::thread thread_;
};

std::string scgi_request(const Variables& variables, const std::string& body = {}) {
    std::string head;
    for (const auto& [name, value] : variables) head += name + '\0' + value + '\0';
    return std::to_string(head.size()) + ":" + head + "," + body;
}

std::string uwsgi_request(const Variables& variables, const std::string& body = {}) {
    const auto sized = [](const std::string& text) {
        return std::string{static_cast<char>(text.size() % 256),
                           static_cast<char>(text.size() / 256)} +
               text;
    };
    std::string head;
    for (const auto& [name, value] : variables) head += sized(name) + sized(value);
    return '\0' + sized(head).substr(0, 2) + '\0' + head + body;
}

std::string fastcgi_record(int type, int id, const std::string& content, int padding = 0) {
    const char head[8] = {1,
                          static_cast<char>(type),
                          static_cast<char>(id / 256),
                          static_cast<char>(id % 256),
                          static_cast<char>(content.size() / 256),
                          static_cast<char>(content.size() % 256),
                          static_cast<char>(padding),
                          0};
    return std::string(head, sizeof head) + content +
           std::string(static_cast<std::size_t>(padding), '\0');
}

std::string fastcgi_request(const Variables& variables, const std::string& body = {},
                            bool keep = false, int id = 1) {
    std::string params;
    for (const auto& [name, value] : variables) {
        params += static_cast<char>(name.size());
        if (value.size() < 128) {
            params += static_cast<char>(value.size());
        } else {
            params += {'\x80', '\0', static_cast<char>(value.size() / 256),
                       static_cast<char>(value.size() % 256)};
        }
        params += name + value;
    }
    std::string request = fastcgi_record(1, id, {0, 1, keep ? '\1' : '\0', 0, 0, 0, 0, 0});
    request += fastcgi_record(4, id, params, 3) + fastcgi_record(4, id, "");
    if (!body.empty()) request += fastcgi_record(5, id, body, 5);
    return request + fastcgi_record(5, id, "");
}

/// Joins what the records of one type hold.
std::string fastcgi_content(std::string_view bytes, int type) {
    std::string content;
    while (bytes.size() >= 8) {
        const auto byte = [&bytes](std::size_t at) {
            return std::size_t{static_cast<unsigned char>(bytes[at])};
        };
        const std::size_t size = byte(4) * 256 + byte(5);
        if (byte(1) == static_cast<std::size_t>(type)) content += bytes.substr(8, size);
        bytes.remove_prefix((std::min)(bytes.size(), 8 + size + byte(6)));
    }
    return content;
}

std::string exchange(int port, const std::string& request) {
    RawClient client(port);
    client.send(request);
    return client.read_to_end();
}

}  // namespace

TEST_CASE("an application answers by SCGI", "[live]") {
    Flask app = make_app();
    Serving<SCGIServer> server(app);

    CHECK(exchange(server.port(), scgi_request(get("/hello/bob"))) ==
          "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9\r\n\r\n"
          "Hello bob");
    const std::string body(100000, 'x');
    const std::string answer = exchange(server.port(), scgi_request(post("/echo", body), body));
    CHECK(answer.substr(answer.size() - body.size()) == body);
    CHECK(exchange(server.port(), scgi_request(get("/missing"))).substr(0, 21) ==
          "Status: 404 Not Found");
}

TEST_CASE("an SCGI request may arrive byte by byte", "[live]") {
    Flask app = make_app();
    Serving<SCGIServer> server(app);
    const std::string request = scgi_request(post("/echo", "abc"), "abc");
    RawClient client(server.port());
    for (const char byte : request) client.send(std::string_view(&byte, 1));
    const std::string answer = client.read_to_end();
    CHECK(answer.substr(answer.size() - 3) == "abc");
}

TEST_CASE("an application answers by uwsgi", "[live]") {
    Flask app = make_app();
    Serving<UWSGIServer> server(app);

    CHECK(exchange(server.port(), uwsgi_request(get("/hello/bob"))) ==
          "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9\r\n\r\n"
          "Hello bob");
    const std::string answer = exchange(server.port(), uwsgi_request(post("/echo", "abc"), "abc"));
    CHECK(answer.substr(answer.size() - 3) == "abc");
}

TEST_CASE("an application answers by FastCGI, and the connection stays where that is asked",
          "[live]") {
    Flask app = make_app();
    Serving<FastCGIServer> server(app);

    const std::string once = exchange(server.port(), fastcgi_request(get("/hello/bob")));
    CHECK(fastcgi_content(once, 6) ==
          "Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9\r\n\r\n"
          "Hello bob");
    CHECK(fastcgi_content(once, 3) == std::string(8, '\0'));

    const std::string body(60000, 'x');
    const std::string long_name(200, 'n');
    const std::string several =
        exchange(server.port(), fastcgi_request(post("/ignore", body), body, true) +
                                    fastcgi_request(post("/echo", "abc"), "abc", true, 2) +
                                    fastcgi_request(get("/hello/" + long_name)));
    const std::string text = fastcgi_content(several, 6);
    CHECK(text.find("ignored") != std::string::npos);
    CHECK(text.find("abc") != std::string::npos);
    CHECK(text.find("Hello " + long_name) != std::string::npos);
}

TEST_CASE("FastCGI's questions about the server are answered", "[live]") {
    Flask app = make_app();
    Serving<FastCGIServer> server(app);
    const std::string question = std::string("\x0f\0", 2) + "FCGI_MPXS_CONNS";
    const std::string answer =
        exchange(server.port(), fastcgi_record(9, 0, question) + fastcgi_record(77, 0, "?") +
                                    fastcgi_request(get("/hello/bob")));
    CHECK(fastcgi_content(answer, 10) == std::string("\x0f\1", 2) + "FCGI_MPXS_CONNS0");
    CHECK(fastcgi_content(answer, 11).substr(0, 1) == "\x4d");
    CHECK(fastcgi_content(answer, 6).find("Hello bob") != std::string::npos);
}

TEST_CASE("garbage ends a gateway's connection and nothing else", "[live]") {
    Flask app = make_app();
    Serving<SCGIServer> scgi(app);
    Serving<UWSGIServer> uwsgi(app);
    Serving<FastCGIServer> fastcgi(app, {.header_bytes = 300});
    for (const char* garbage : {"GET / HTTP/1.1\r\n\r\n", "99999999999:", "4:abcd,", "3:abc;"})
        CHECK(exchange(scgi.port(), garbage).empty());
    CHECK(exchange(uwsgi.port(), "\x05garbage").empty());
    CHECK(exchange(uwsgi.port(), std::string("\0\x04\0\0\xff\xff\0\0", 8)).empty());
    CHECK(exchange(fastcgi.port(), "GET / HTTP/1.1\r\n\r\n").empty());
    CHECK(
        exchange(fastcgi.port(), fastcgi_request(get("/hello/" + std::string(400, 'n')))).empty());

    CHECK(exchange(scgi.port(), scgi_request(get("/hello/a"))).find("Hello a") !=
          std::string::npos);
    CHECK(exchange(fastcgi.port(), fastcgi_request(get("/hello/a"))).find("Hello a") !=
          std::string::npos);
}

TEST_CASE("a body beyond the limit is a 413 by every gateway", "[live]") {
    Flask app = make_app();
    const std::string body(2000, 'x');
    Serving<SCGIServer> scgi(app, {.body = 1000});
    CHECK(exchange(scgi.port(), scgi_request(post("/echo", body), body)).substr(0, 11) ==
          "Status: 413");
    Serving<FastCGIServer> fastcgi(app, {.body = 1000});
    CHECK(fastcgi_content(exchange(fastcgi.port(), fastcgi_request(post("/echo", body), body)), 6)
              .substr(0, 11) == "Status: 413");
}

TEST_CASE("a gateway serves, stops and serves again", "[live]") {
    Flask app = make_app();
    SCGIServer server("127.0.0.1", 0, app, {.threads = 2});
    for (int round = 0; round < 2; ++round) {
        std::thread thread([&server] { server.serve_forever(); });
        std::vector<RawClient> idle;
        idle.reserve(1);
        idle.emplace_back(server.port());
        for (int i = 0; i < 5; ++i) {
            CHECK(exchange(server.port(), scgi_request(get("/hello/a"))).find("Hello a") !=
                  std::string::npos);
        }
        server.shutdown();
        thread.join();  // although a connection idles
    }
}

#if !defined(_WIN32)
TEST_CASE("a gateway's Unix socket goes with it, and another server's does not", "[live]") {
    Flask app = make_app();
    const TemporaryFolder folder;
    const std::string path = folder / "app.sock";
    {
        SCGIServer first("unix:" + path, 0, app);
        CHECK(detail::file_status(path).exists);
        first.server_close();
        CHECK_FALSE(detail::file_status(path).exists);
        CHECK_THROWS_AS(first.serve_forever(), OSError);
    }
    {
        auto first = std::make_unique<SCGIServer>("unix:" + path, 0, app);
        first->server_close();
        const SCGIServer second("unix:" + path, 0, app);
        first.reset();
        CHECK(detail::file_status(path).exists);
        CHECK(second.port() == 0);
    }
    CHECK_FALSE(detail::file_status(path).exists);
}
#endif
