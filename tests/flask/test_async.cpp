#include "local/task.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "flask/views.hpp"
#include "support/catch.hpp"

#include <coroutine>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

/// Asked anew each time: within one coroutine, Clang before 15 takes std::this_thread::get_id() for always the same.
std::thread::id running_thread() {
    std::thread::id (*volatile const ask)() noexcept = &std::this_thread::get_id;
    return ask();
}

/// Threads that tasks are resumed on; joined at the end.
class OtherThreads {
public:
    ~OtherThreads() {
        // The task may be done before the thread that started the last one has returned from that.
        while (std::optional<std::thread> thread = take()) thread->join();
    }
    /// Awaited, it goes on in another thread.
    auto hop() {
        return Awaiter{this, [](std::coroutine_handle<> task) { task.resume(); }};
    }
    /// The same in a thread that is in the context of another application, whose name it says afterwards.
    auto hop_in(Flask& app, std::string& name_after) {
        return Awaiter{this, [&app, &name_after](std::coroutine_handle<> task) {
                           const auto context = app.app_context();
                           task.resume();
                           name_after = current_app->name();
                       }};
    }

private:
    template <class Resume>
    struct Awaiter {
        OtherThreads* threads;
        Resume resume;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> task) const { threads->start(resume, task); }
        void await_resume() const noexcept {}
    };
    template <class Resume>
    Awaiter(OtherThreads*, Resume) -> Awaiter<Resume>;

    template <class Resume>
    void start(Resume resume, std::coroutine_handle<> task) {
        // The task may go on, and hop again, before this returns.
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([resume, task] { resume(task); });
    }

    std::optional<std::thread> take() {
        const std::lock_guard lock(mutex_);
        if (threads_.empty()) return std::nullopt;
        std::optional<std::thread> thread(std::move(threads_.back()));
        threads_.pop_back();
        return thread;
    }

    std::mutex mutex_;
    std::vector<std::thread> threads_;
};

struct AsyncError : std::exception {};

struct AsyncView : View<AsyncView> {
    static inline const std::vector<std::string> methods = {"GET", "POST"};
    Task<std::string> dispatch_request() { co_return std::string(request->method()); }
};

}  // namespace

TEST_CASE("coroutines answer as plain views do", "[flask][async]") {
    struct AsyncMethods : MethodView<AsyncMethods> {
        Task<std::string> get() { co_return "GET"; }
        Task<std::string> post() { co_return "POST"; }
    };
    Flask app;
    const auto index = []() -> Task<std::string> { co_return std::string(request->method()); };
    app.route("/", {.methods = {"GET", "POST"}, .endpoint = "index"}, index);
    app.route("/home", {.methods = {"GET", "POST"}, .endpoint = "home"}, index);
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.route("/", {.methods = {"GET", "POST"}}, index);
    app.register_blueprint(bp);
    app.add_url_rule("/view", "view", AsyncView::as_view());
    app.add_url_rule("/methodview", "methodview", AsyncMethods::as_view());
    auto client = app.test_client();
    const std::string path = GENERATE("/", "/home", "/bp/", "/view", "/methodview");
    CAPTURE(path);
    CHECK(client.get(path).text() == "GET");
    CHECK(client.post(path).text() == "POST");
}

TEST_CASE("error handlers are coroutines, on application and blueprint", "[flask][async]") {
    Flask app;
    app.errorhandler<AsyncError>([](const AsyncError&) -> Task<std::pair<std::string, int>> {
        co_return std::pair<std::string, int>("application", 412);
    });
    app.get("/error", []() -> Task<std::string> {
        throw AsyncError();
        co_return "";
    });
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.errorhandler<AsyncError>([](const AsyncError&) -> Task<std::pair<std::string, int>> {
        co_return std::pair<std::string, int>("blueprint", 412);
    });
    bp.get("/error", []() -> Task<std::string> {
        throw AsyncError();
        co_return "";
    });
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/error").status_code() == 412);
    CHECK(client.get("/error").text() == "application");
    CHECK(client.get("/bp/error").status_code() == 412);
    CHECK(client.get("/bp/error").text() == "blueprint");
}

TEST_CASE("hooks are coroutines, and waited for", "[flask][async]") {
    Flask app;
    OtherThreads threads;
    std::string trace;
    app.before_request([&]() -> Task<void> {
        co_await threads.hop();
        trace += "app-before " + std::string(request->path()) + " ";
    });
    app.after_request([&](Response response) -> Task<Response> {
        co_await threads.hop();
        trace += "app-after ";
        co_return response;
    });
    app.teardown_request([&]() -> Task<void> {
        trace += "app-teardown ";
        co_return;
    });
    app.get("/", [] { return ""; });
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.before_request([&]() -> Task<std::optional<std::string>> {
        trace += "bp-before ";
        if (request->args().contains("stop")) co_return "stopped";
        co_return std::nullopt;
    });
    bp.after_request([&](Response response) -> Task<Response> {
        trace += "bp-after ";
        co_return response;
    });
    bp.get("/", [] { return "view"; });
    app.register_blueprint(bp);
    auto client = app.test_client();
    client.get("/");
    CHECK(trace == "app-before / app-after app-teardown ");
    trace.clear();
    CHECK(client.get("/bp/").text() == "view");
    CHECK(trace == "app-before /bp/ bp-before bp-after app-after app-teardown ");
    CHECK(client.get("/bp/?stop=1").text() == "stopped");
}

TEST_CASE("a view sees its globals on whichever thread it goes on", "[flask][async]") {
    Flask app;
    app.secret_key("dev");
    OtherThreads threads;
    app.get("/<int:id>", [&](int id) -> Task<std::string> {
        const std::thread::id first = running_thread();
        g["id"] = id;
        session["id"] = id;
        co_await threads.hop();
        const bool moved = running_thread() != first;
        std::string answer = moved ? "moved " : "stayed ";
        answer += std::to_string(g.get<int>("id")) + " " + request->args()["q"] + " ";
        co_await threads.hop();
        answer += std::to_string(session["id"].get<int>());
        answer += " " + current_app->name();
        co_return answer;
    });
    auto client = app.test_client();
    CHECK(client.get("/5?q=x").text() == "moved 5 x 5 test_async");
    CHECK(client.get("/6?q=y").text() == "moved 6 y 6 test_async");
    CHECK_FALSE(has_request_context());
    CHECK(client.get_cookie("session").has_value());
}

TEST_CASE("threads that resume tasks keep their own globals", "[flask][async]") {
    Flask app;
    Flask other(FlaskOptions{.import_name = "other"});
    std::string name_after;
    {
        OtherThreads threads;
        app.get("/", [&]() -> Task<std::string> {
            co_await threads.hop_in(other, name_after);
            co_return current_app->name();
        });
        CHECK(app.test_client().get("/").text() == "test_async");
    }
    CHECK(name_after == "other");
}

TEST_CASE("what a coroutine throws after it moved is handled as ever", "[flask][async]") {
    Flask app;
    OtherThreads threads;
    app.errorhandler<AsyncError>([](const AsyncError&) { return "handled"; });
    app.get("/", [&]() -> Task<std::string> {
        co_await threads.hop();
        throw AsyncError();
    });
    app.get("/missing", [&]() -> Task<std::string> {
        co_await threads.hop();
        throw NotFound();
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "handled");
    CHECK(client.get("/missing").status_code() == 404);
}

TEST_CASE("a coroutine returns what a view may return", "[flask][async]") {
    Flask app;
    app.get("/json", []() -> Task<Json> { co_return Json{{"a", 1}}; });
    app.get("/tuple", []() -> Task<std::tuple<std::string, int, Headers>> {
        co_return std::tuple<std::string, int, Headers>("made", 201, Headers{{"X-A", "1"}});
    });
    app.get("/none", []() -> Task<std::optional<std::string>> { co_return std::nullopt; });
    auto client = app.test_client();
    CHECK(client.get("/json").json()["a"] == 1);
    CHECK(client.get("/tuple").status_code() == 201);
    CHECK(client.get("/tuple").headers()["X-A"] == "1");
    CHECK(client.get("/none").status_code() == 404);
}

TEST_CASE("a coroutine answers with a stream that keeps its context", "[flask][async]") {
    Flask app;
    OtherThreads threads;
    int closed = 0;
    app.teardown_request([&] { ++closed; });
    app.get("/", [&]() -> Task<Response> {
        co_await threads.hop();
        auto pieces = []() -> Generator {
            co_yield "Hello ";
            co_yield request->args()["name"];
            co_yield "!";
        };
        co_return Response(stream_with_context(pieces()));
    });
    auto client = app.test_client();
    CHECK(client.get("/?name=World").text() == "Hello World!");
    CHECK(closed == 1);
    {
        // Closed before its end.
        auto response = client.get("/?name=World", {.buffered = false});
        response.close();
    }
    CHECK(closed == 2);
    CHECK_FALSE(has_request_context());
}
