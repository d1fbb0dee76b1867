// What happens where memory runs out: the n-th allocation fails, for every n that a request has. Nothing crashes, the
// answer is right, a 500 or none, and the next request is answered rightly.
#include "flask/app.hpp"

#include "core/files.hpp"
#include "flask/helpers.hpp"
#include "flask/templating.hpp"
#include "flask/testing.hpp"
#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/raw_client.hpp"
#include "wrappers/redirect.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

using namespace microflask;

namespace {

std::atomic<bool> failing{false};
std::atomic<bool> failing_for_good{false};
std::atomic<long> allocations_left{0};
/// Whether this thread always gets memory: the one that only asks.
thread_local bool spared = false;

/// Whether the allocation that is asked for now is to fail.
bool is_failing() {
    if (!failing || spared) return false;
    const long left = allocations_left.fetch_sub(1);
    return failing_for_good ? left <= 0 : left == 0;
}

/// While it lives, the allocation after `count` others fails; and with `for_good` all those after it.
class FailingAllocator {
public:
    FailingAllocator(long count, bool for_good) {
        allocations_left = count;
        failing_for_good = for_good;
        failing = true;
    }
    ~FailingAllocator() { failing = false; }
    FailingAllocator(const FailingAllocator&) = delete;
    FailingAllocator& operator=(const FailingAllocator&) = delete;

    /// Whether so many allocations were asked for that one has failed.
    [[nodiscard]] bool has_failed() const { return allocations_left < 0; }
};

void* allocate(std::size_t size) noexcept {
    return is_failing() ? nullptr : std::malloc(size != 0 ? size : 1);
}

}  // namespace

// NOLINTBEGIN: the replaced operators of this test program
void* operator new(std::size_t size) {
    if (void* const memory = allocate(size)) return memory;
    throw std::bad_alloc();
}
void* operator new[](std::size_t size) {
    if (void* const memory = allocate(size)) return memory;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return allocate(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return allocate(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete[](void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
    std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
    std::free(memory);
}
// NOLINTEND

namespace {

/// An application that uses something of everything.
struct Site {
    Site() : folder(detail::make_temporary_directory()), app(FlaskOptions{.root_path = folder}) {
        detail::make_directory(folder + "/static");
        detail::make_directory(folder + "/templates");
        detail::write_file(folder + "/static/a.txt", "the text of a file");
        detail::write_file(folder + "/templates/list.html",
                           "{% for x in items %}<li>{{ x|upper }} {{ g.user }}</li>{% endfor %}");
        app.secret_key("a key for tests, long enough");
        app.logger().sink([](const LogRecord&) {});
        app.before_request([] { g["user"] = "somebody with a long name"; });
        app.after_request([](Response response) {
            response.headers()["X-After"] = "a value that is not short at all";
            return response;
        });
        app.teardown_request([this] { ++teardowns; });
        app.get("/", [] { return "Hello, World!"; });
        app.get("/user/<int:id>/<name>", [](int id, std::string name) {
            return "user " + std::to_string(id) + " is called " + name;
        });
        app.get("/json", [] { return Json{{"list", Json::array({1, 2, "three"})}, {"a", 1.5}}; });
        app.post("/form", [] { return request->form()["name"] + request->form()["other"]; });
        app.post("/upload", [] { return request->files()["file"].read(); });
        app.post("/json", [] { return Json(request->get_json()["list"][1]); });
        app.get("/session", [] {
            session["count"] = session.get<int>("count", 0) + 1;
            flash("a message that is kept until the next request");
            return "kept";
        });
        app.get("/template", [] {
            return render_template("list.html", {{"items", Json::array({"a", "b"})}});
        });
        app.get("/redirect", [] { return redirect(url_for("json")); });
        app.get("/broken", []() -> std::string {
            throw std::runtime_error("broken, with a text that needs memory");
        });
        app.get("/stream", [] {
            return Response(stream([n = 0]() mutable -> std::optional<std::string> {
                if (++n > 3) return std::nullopt;
                return std::string(100, 'x');
            }));
        });
        app.errorhandler(404)([](const HTTPException& error) {
            return std::make_tuple(std::string("nothing here: ") + error.what(), 404);
        });
    }
    ~Site() {
        detail::remove_file(folder + "/static/a.txt");
        detail::remove_file(folder + "/templates/list.html");
        detail::remove_directory(folder + "/static");
        detail::remove_directory(folder + "/templates");
        detail::remove_directory(folder);
    }
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    std::string folder;
    std::atomic<long> teardowns{0};
    Flask app;
};

struct Asked {
    std::string_view method;
    std::string_view path;
    std::string_view content_type;
    std::string_view body;
    int status;
    std::string_view part_of_answer;
};

constexpr std::string_view multipart =
    "--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a long name of a "
    "file.txt\"\r\n"
    "Content-Type: text/plain\r\n\r\nwhat was uploaded\r\n--bound--\r\n";

constexpr Asked all_asked[] = {
    {"GET", "/", "", "", 200, "Hello, World!"},
    {"GET", "/user/17/a%20name%20with%20spaces%20in%20it", "", "", 200, "17 is called a name with"},
    {"GET", "/json", "", "", 200, "\"three\""},
    {"POST", "/form", "application/x-www-form-urlencoded",
     "name=a+value+that+is+long+enough&other=%C3%A9", 200, "a value that is long"},
    {"POST", "/upload", "multipart/form-data; boundary=bound", multipart, 200, "what was uploaded"},
    {"POST", "/json", "application/json", "{\"list\": [1, \"a text of some length, at last\"]}",
     200, "a text of some length"},
    {"GET", "/session", "", "", 200, "kept"},
    {"GET", "/template", "", "", 200, "<li>B somebody"},
    {"GET", "/redirect", "", "", 302, "/json"},
    {"GET", "/static/a.txt", "", "", 200, "the text of a file"},
    {"GET", "/missing", "", "", 404, "nothing here"},
    {"GET", "/broken", "", "", 500, "Internal Server Error"},
    {"GET", "/stream", "", "", 200, "xxxxx"},
};

}  // namespace

TEST_CASE("the test client survives every allocation that fails", "[memory]") {
    const bool for_good = GENERATE(false, true);
    const Asked& asked = GENERATE(from_range(std::begin(all_asked), std::end(all_asked)));
    CAPTURE(asked.method, asked.path, for_good);
    Site site;
    const auto ask = [&site, &asked] {
        EnvironBuilderOptions options;
        options.method = asked.method;
        options.data = asked.body;
        options.content_type = asked.content_type;
        auto client = site.app.test_client();
        return client.open(asked.path, std::move(options));
    };
    REQUIRE(ask().status_code() == asked.status);
    long refused = 0;
    for (long count = 0; count < 5000; ++count) {
        int status = 0;
        bool has_failed = false;
        bool thrown = false;
        {
            FailingAllocator allocator(count, for_good);
            try {
                status = ask().status_code();
            } catch (const std::bad_alloc&) {
                thrown = true;
            }
            has_failed = allocator.has_failed();
        }
        CAPTURE(count);
        if (thrown || status == 500) {
            ++refused;
        } else {
            CHECK(status == asked.status);
        }
        const auto after = ask();
        CHECK(after.status_code() == asked.status);
        CHECK(after.text().find(asked.part_of_answer) != std::string::npos);
        if (!has_failed) break;
        REQUIRE(count < 4999);
    }
    CHECK(refused > 0);
}

TEST_CASE("the server survives every allocation that fails", "[memory]") {
    const bool for_good = GENERATE(false, true);
    const Asked& asked = GENERATE(from_range(std::begin(all_asked), std::end(all_asked)));
    CAPTURE(asked.method, asked.path, for_good);
    spared = true;
    Site site;
    ServerOptions options;
    options.loops = 1;
    test_support::ServerFixture server(site.app, options);
    std::string message =
        std::string(asked.method) + " " + std::string(asked.path) +
        " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(asked.body.size()) + "\r\n";
    if (!asked.content_type.empty())
        message += "Content-Type: " + std::string(asked.content_type) + "\r\n";
    message += "\r\n" + std::string(asked.body);
    const auto is_right = [&asked](const test_support::RawResponse& response) {
        return response.status == asked.status &&
               response.body.find(asked.part_of_answer) != std::string::npos;
    };
    // Starting a server may fail; serving may not.
    REQUIRE(test_support::RawClient(server.port()).get("/").status == 200);
    for (long count = 0; count < 5000; ++count) {
        CAPTURE(count);
        std::optional<FailingAllocator> allocator(std::in_place, count, for_good);
        test_support::RawClient client(server.port());
        test_support::RawResponse response;
        const bool is_sent = client.send(message);
        if (!for_good && is_sent) response = client.read_response();
        // A server without memory may wait until there is some again.
        if (for_good) client.is_readable(50);
        const bool has_failed = allocator->has_failed();
        allocator.reset();
        if (for_good && is_sent) response = client.read_response();
        // A body that has begun may end early; then the connection does as well.
        CHECK((response.status == 0 || response.status == asked.status || response.status >= 500));
        if (!has_failed) CHECK(is_right(response));
        test_support::RawClient next(server.port());
        REQUIRE(next.send(message));
        CHECK(is_right(next.read_response()));
        if (!has_failed) break;
        REQUIRE(count < 4999);
    }
    spared = false;
}
