// How much of a thread's stack a request needs, also one that was made to need much: some systems give threads little.
#include "core/platform.hpp"

#if MICROFLASK_OS_POSIX

#include "flask/app.hpp"
#include "flask/templating.hpp"
#include "flask/testing.hpp"
#include "json/convert.hpp"
#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"
#include "support/sanitizers.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <pthread.h>

using namespace microflask;

namespace {

constexpr std::size_t kibibyte = 1024;

/// Runs a function on a thread of its own, and returns how many bytes of its stack were ever written. The thread has as
/// much as threads have on the large systems, so that what needs too much fails a check instead of the program.
template <class Function>
std::size_t stack_used_by(Function function) {
    constexpr std::size_t size = 8 * kibibyte * kibibyte;
    constexpr std::size_t page = 64 * kibibyte;
    constexpr char mark = 0x5A;
    const std::unique_ptr<char[]> memory(new char[size + page]);
    void* start = memory.get();
    std::size_t space = size + page;
    REQUIRE(std::align(page, size, start, space));
    char* const stack = static_cast<char*>(start);
    std::fill(stack, stack + size, mark);
    pthread_attr_t attributes;
    REQUIRE(pthread_attr_init(&attributes) == 0);
    REQUIRE(pthread_attr_setstack(&attributes, stack, size) == 0);
    pthread_t thread;
    const auto run = [](void* argument) -> void* {
        (*static_cast<Function*>(argument))();
        return nullptr;
    };
    REQUIRE(pthread_create(&thread, &attributes, run, &function) == 0);
    pthread_join(thread, nullptr);
    pthread_attr_destroy(&attributes);
    // Stacks grow downwards: what was never used lies at the front.
    const char* const used = std::find_if(stack, stack + size, [](char c) { return c != mark; });
    return static_cast<std::size_t>(stack + size - used);
}

std::string repeated(std::string_view text, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) result += text;
    return result;
}

/// What lies deep in something: so many levels of it.
std::string nested(std::string_view open, std::string_view close, std::size_t levels) {
    return repeated(open, levels) + "1" + repeated(close, levels);
}

// What compilers keep on the stack where they do not optimize, or sanitize, is several times as much.
#if defined(MICROFLASK_TEST_SANITIZED)
constexpr std::size_t allowance = 16;
#elif defined(__OPTIMIZE__)
constexpr std::size_t allowance = 1;
#else
constexpr std::size_t allowance = 3;
#endif

constexpr std::string_view json = "application/json";
constexpr std::string_view multipart = "multipart/form-data; boundary=b";

/// An application with a rule of every kind.
class Site {
public:
    Site() {
        app_.logger().sink([](const LogRecord&) {});
        app_.get("/", [] { return "Hello, World!"; });
        app_.get("/s/<x>", [](std::string x) { return x; });
        app_.get("/int/<int:x>", [](long long x) { return std::to_string(x); });
        app_.get("/float/<float:x>", [](double) { return ""; });
        app_.get("/path/<path:x>/end", [](std::string x) { return x; });
        app_.get("/uuid/<uuid:x>", [](std::string x) { return x; });
        app_.get("/any/<any(a, b):x>", [](std::string x) { return x; });
        app_.get("/two/<a>-<b>/<path:c>",
                 [](std::string a, std::string, std::string) { return a; });
        app_.post("/json", [] {
            const Json copy = request->get_json();
            return copy == request->get_json() ? copy : Json();
        });
        app_.post("/form", [] { return request->form().get("a").value_or("none"); });
        app_.post("/upload", [] { return std::to_string(request->files().size()); });
        app_.post("/template", [] { return render_template_string(request->get_data(), {}); });
    }

    [[nodiscard]] Application application() { return app_; }

    struct Result {
        int status = 0;
        std::size_t stack = 0;
    };
    /// Asks on a thread whose stack is measured, with the client's part of it.
    [[nodiscard]] Result ask(std::string_view method, std::string_view path,
                             std::string_view content_type = {}, std::string_view body = {}) {
        Result result;
        result.stack = stack_used_by([&] {
            EnvironBuilderOptions options;
            options.method = method;
            options.data = body;
            options.content_type = content_type;
            result.status = app_.test_client().open(path, std::move(options)).status_code();
        });
        return result;
    }

private:
    Flask app_;
};

}  // namespace

TEST_CASE("no request, however long, needs more than 64 KiB of stack", "[memory]") {
    struct Case {
        std::string method;
        std::string path;
        std::string_view content_type;
        std::string body;
        int status;
    };
    const std::string part = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename";
    const Case cases[] = {
        {"GET", "/", "", "", 200},
        {"GET", "/missing", "", "", 404},
        {"GET", "/s/" + std::string(8000, 'x'), "", "", 200},
        {"GET", "/int/" + std::string(8000, '1'), "", "", 404},
        {"GET", "/float/" + std::string(4000, '1') + "." + std::string(4000, '1'), "", "", 404},
        {"GET", "/path/" + repeated("a/", 4000) + "end", "", "", 200},
        {"GET", "/path/" + repeated("a/", 4000) + "no", "", "", 404},
        {"GET", "/uuid/" + repeated("1-", 4000), "", "", 404},
        {"GET", "/any/" + repeated("a", 8000), "", "", 404},
        {"GET", "/two/" + repeated("a-", 4000) + "/x", "", "", 200},
        {"GET", "/s" + std::string(8000, '/') + "x", "", "", 308},
        {"GET", "/s/" + repeated("%", 8000), "", "", 200},
        {"GET", "/?" + repeated("a=b&", 2000), "", "", 200},
        {"POST", "/json", json, repeated("[", 1000000), 400},
        {"POST", "/json", json, repeated("{\"a\":", 1000000), 400},
        {"POST", "/json", json, repeated("[", 1000000) + repeated("]", 1000000), 400},
        {"POST", "/json", json, nested("[", "]", 64), 200},
        {"POST", "/form", "application/x-www-form-urlencoded", "a=" + std::string(100000, 'x'),
         200},
        {"POST", "/upload", multipart,
         part + "*=UTF-8''" + std::string(8000, 'x') + "\r\n\r\nx\r\n--b--\r\n", 200},
        {"POST", "/upload", multipart,
         part + "*=UTF-8''" + std::string(100000, 'x') + "\r\n\r\nx\r\n--b--\r\n", 413},
        {"POST", "/upload", multipart,
         part + "=\"" + repeated("\\\"", 4000) + "\"\r\n\r\nx\r\n--b--\r\n", 200},
        {"POST", "/template", "",
         "{% for x in [1, 2] %}{% if x %}{{ (x + 1)|string }}{% endif %}{% endfor %}", 200},
    };
    for (const Case& c : cases) {
        CAPTURE(c.method, c.path.substr(0, 20), c.body.substr(0, 100));
        Site site;
        const Site::Result result = site.ask(c.method, c.path, c.content_type, c.body);
        if (c.path.substr(0, 7) != "/float/") CHECK(result.status == c.status);
        CHECK(result.stack <= 64 * kibibyte * allowance);
    }
}

TEST_CASE("nor does the server need more than 64 KiB of stack around a request", "[memory]") {
    Site site;
    ServerOptions options;
    options.threaded = false;
    options.loops = 1;
    const auto server = make_server("127.0.0.1", 0, site.application(), options);
    const std::string large(300000, 'x');
    const std::pair<std::string, int> messages[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 200},
        {"GET /s/" + std::string(7000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 200},
        {"GET /s/" + std::string(70000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
        {"GET / HTTP/1.1\r\nHost: x\r\n" + repeated("A: b\r\n", 90) + "\r\n", 200},
        {"GET / HTTP/1.1\r\nHost: x\r\n" + repeated("A: b\r\n", 5000) + "\r\n", 431},
        {"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
         "Content-Length: 300002\r\n\r\na=" +
             large,
         200},
        {"POST /json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
         "Content-Length: 300000\r\n\r\n" +
             repeated("[", 300000),
         400},
    };
    bool right = true;
    std::thread client([&] {
        for (const auto& [message, status] : messages) {
            test_support::RawClient connection(server->port());
            right =
                connection.send(message) && connection.read_response().status == status && right;
        }
        server->shutdown();
    });
    const std::size_t used = stack_used_by([&server] { server->serve_forever(); });
    client.join();
    CHECK(right);
    CHECK(used <= 64 * kibibyte * allowance);
}

TEST_CASE("the deepest JSON that is taken needs no more than 128 KiB of stack", "[memory]") {
    const std::size_t limit = detail::json_depth_limit;
    Site site;
    for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
        const Site::Result deepest = site.ask("POST", "/json", json, nested(open, close, limit));
        CHECK(deepest.status == 200);
        CHECK(deepest.stack <= 128 * kibibyte * allowance);
        const Site::Result deeper = site.ask("POST", "/json", json, nested(open, close, limit + 1));
        CHECK(deeper.status == 400);
        CHECK(deeper.stack <= 64 * kibibyte * allowance);
    }
}

TEST_CASE("the deepest templates that are taken need no more than 512 KiB of stack", "[memory]") {
    const std::string recursive[] = {
        "{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro m(n) %}{% if 1 %}{% for x in [1] %}{{ (1 + (2 + m(n + 1)|int))|string|upper }}"
        "{% endfor %}{% endif %}{% endmacro %}{{ m(0) }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(600) %}{% set ns.x = [ns.x] %}{% endfor %}"
        "{{ ns.x }}",
    };
    const std::pair<std::string_view, std::string_view> brackets[] = {
        {"{% if 1 %}", "{% endif %}"},
        {"{% for x in [1] %}", "{% endfor %}"},
        {"{{ (", ") }}"},
    };
    Site site;
    for (const std::string& source : recursive) {
        const Site::Result result = site.ask("POST", "/template", "", source);
        CHECK(result.status == 500);
        CHECK(result.stack <= 512 * kibibyte * allowance);
    }
    for (const int count : {10, 60, 100, 240, 10000}) {
        const auto levels = static_cast<std::size_t>(count);
        for (const auto& [open, close] : brackets) {
            std::string source = nested(open, close, levels);
            if (open == "{{ (") source = "{{ " + nested("(", ")", levels) + " }}";
            const Site::Result result = site.ask("POST", "/template", "", source);
            CHECK((result.status == 200 || result.status == 500));
            CHECK(result.stack <= 512 * kibibyte * allowance);
        }
        for (const char* tail : {"+1", "|string", ".a", "[0]", " and 1"}) {
            const Site::Result result =
                site.ask("POST", "/template", "", "{{ 1" + repeated(tail, levels) + " }}");
            CHECK((result.status == 200 || result.status == 500));
            CHECK(result.stack <= 512 * kibibyte * allowance);
        }
    }
}

#endif
