// Views as coroutines: two slow questions are asked at a time, and `request` is the view's own on whatever thread it goes on.
#include "microflask.hpp"
#include <chrono>
#include <future>
#include <thread>
using namespace microflask;
using namespace std::chrono_literals;

/// Runs a function in a thread of its own, from now on; `co_await` gives what it returns, in another thread if need be.
template <class Function>
auto in_background(Function function) {
    using Result = std::invoke_result_t<Function>;
    struct Awaiter {
        std::future<Result> result;
        bool await_ready() const { return result.wait_for(0s) == std::future_status::ready; }
        void await_suspend(std::coroutine_handle<> waiting) {
            std::thread([this, waiting] {
                result.wait();
                waiting.resume();
            }).detach();
        }
        Result await_resume() { return result.get(); }
    };
    return Awaiter{std::async(std::launch::async, std::move(function))};
}

/// Stands for a database or a service that takes its time.
std::string ask(std::string_view what) {
    std::this_thread::sleep_for(100ms);
    return what == "weather" ? "sunny" : "quiet";
}

/// Tasks await tasks.
Task<std::string> town_report(std::string town) {
    auto weather = in_background([] { return ask("weather"); });
    auto traffic = in_background([] { return ask("traffic"); });
    const std::string sky = co_await weather;
    const std::string roads = co_await traffic;
    co_return town + " is " + sky + " and " + roads;
}

int main(int argc, char** argv) {
    Flask app;

    app.get("/<town>", [](std::string town) -> Task<std::string> {
        const std::thread::id begun = std::this_thread::get_id();
        const std::string report = co_await town_report(town);
        const bool moved = std::this_thread::get_id() != begun;
        co_return report + ", says " + std::string(request->path()) +
            (moved ? " from another thread.\n" : ".\n");
    });

    return app.run(argc, argv);
}
