#include "flask/signals.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

int calls_of_free_receiver = 0;
void free_receiver(Flask&) {
    ++calls_of_free_receiver;
}

std::string message_of(const std::exception_ptr& error) {
    if (!error) return "none";
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        return exception.what();
    }
}

}  // namespace

TEST_CASE("signals are sent around hooks and view, in order", "[flask][signals]") {
    Flask app;
    std::vector<std::string> calls;
    app.before_request([&] { calls.emplace_back("before handler"); });
    app.after_request([&](Response response) {
        calls.emplace_back("after handler");
        response.set_data("stuff");
        return response;
    });
    app.get("/", [&] {
        calls.emplace_back("handler");
        return "ignored";
    });
    const auto started = request_started.connected_to(
        [&](Flask& sender) {
            CHECK(&sender.state() == &app.state());
            CHECK(request->path() == "/");
            calls.emplace_back("before signal");
        },
        app);
    const auto finished = request_finished.connected_to(
        [&](Flask&, Response& response) {
            CHECK(response.get_data() == "stuff");
            response.headers().set("X-Signal", "1");
            calls.emplace_back("after signal");
        },
        app);
    const auto torn_down = request_tearing_down.connected_to(
        [&](Flask&, const std::exception_ptr& error) {
            calls.push_back("end " + message_of(error));
        },
        app);

    const auto response = app.test_client().get("/");
    CHECK(response.text() == "stuff");
    CHECK(response.headers()["X-Signal"] == "1");
    CHECK(calls == std::vector<std::string>{"before signal", "before handler", "handler",
                                            "after handler", "after signal", "end none"});
}

TEST_CASE("an exception that nobody handles is signalled", "[flask][signals]") {
    Flask app;
    app.get("/", []() -> std::string { throw std::runtime_error("1 / 0"); });
    app.get("/handled", []() -> std::string { throw NotFound(); });
    std::vector<std::string> seen;
    const auto guard = got_request_exception.connected_to(
        [&](Flask&, const std::exception_ptr& error) { seen.push_back(message_of(error)); }, app);
    auto client = app.test_client();
    CHECK(client.get("/").status_code() == 500);
    CHECK(client.get("/handled").status_code() == 404);
    CHECK(seen == std::vector<std::string>{"1 / 0"});
}

TEST_CASE("application contexts are signalled when entered and left", "[flask][signals]") {
    Flask app;
    app.get("/", [] { return "Hello"; });
    std::vector<std::string> calls;
    const auto pushed = appcontext_pushed.connected_to([&] { calls.emplace_back("push"); }, app);
    const auto popped = appcontext_popped.connected_to([&] { calls.emplace_back("pop"); }, app);
    CHECK(app.test_client().get("/").text() == "Hello");
    CHECK(calls == std::vector<std::string>{"push", "pop"});
    {
        const auto context = app.app_context();
        CHECK(calls.size() == 3);
    }
    CHECK(calls.size() == 4);
}

TEST_CASE("the end of an application context is signalled with the exception", "[flask][signals]") {
    Flask app;
    app.testing(true);
    app.get("/", []() -> std::string { throw std::runtime_error("unhandled"); });
    std::vector<std::string> seen;
    const auto guard = appcontext_tearing_down.connected_to(
        [&](Flask&, const std::exception_ptr& error) { seen.push_back(message_of(error)); }, app);
    CHECK_THROWS_AS(app.test_client().get("/"), std::runtime_error);
    CHECK(seen == std::vector<std::string>{"unhandled"});
}

TEST_CASE("a flashed message is signalled", "[flask][signals]") {
    Flask app;
    app.secret_key("dev");
    app.get("/", [] {
        flash("This is a flash message", "notice");
        return "";
    });
    std::vector<std::pair<std::string, std::string>> seen;
    const auto guard = message_flashed.connected_to(
        [&](Flask&, std::string_view message, std::string_view category) {
            seen.emplace_back(message, category);
        },
        app);
    app.test_client().get("/");
    REQUIRE(seen.size() == 1);
    CHECK(seen[0] == std::pair<std::string, std::string>("This is a flash message", "notice"));
}

TEST_CASE("a receiver takes sender and arguments, one of them, or nothing", "[flask][signals]") {
    Flask app;
    Signal<int, std::string_view> signal;
    std::string seen;
    signal.connect([&](Flask& sender, int number, std::string_view text) {
        seen += sender.name() + std::to_string(number) + std::string(text) + ";";
    });
    signal.connect([&](int number, std::string_view) { seen += std::to_string(number) + ";"; });
    signal.connect([&](const Flask& sender) { seen += sender.name() + ";"; });
    signal.connect([&] { seen += "nothing;"; });
    signal.connect([&](auto&&... all) { seen += std::to_string(sizeof...(all)) + ";"; });
    signal.send(app, 7, "x");
    CHECK(seen == "test_signals7x;7;test_signals;nothing;3;");
}

TEST_CASE("receivers listen to one sender, or to all", "[flask][signals]") {
    Flask first;
    Flask second;
    Signal<> signal;
    CHECK_FALSE(signal);
    CHECK_FALSE(signal.has_receivers_for(first));
    int of_first = 0;
    int of_all = 0;
    signal.connect([&] { ++of_first; }, first);
    CHECK(signal.has_receivers_for(first));
    CHECK_FALSE(signal.has_receivers_for(second));
    signal.connect([&] { ++of_all; });
    CHECK(signal.receivers_for(first) == 2);
    CHECK(signal.receivers_for(second) == 1);
    Flask moved = std::move(first);
    signal.send(moved);
    signal.send(second);
    CHECK(of_first == 1);
    CHECK(of_all == 2);
}

TEST_CASE("a connection is ended by what connect gave, by the function, or by a guard",
          "[flask][signals]") {
    Flask app;
    Signal<> signal;
    int calls = 0;
    const SignalConnection connection = signal.connect([&] { ++calls; });
    signal.send(app);
    signal.disconnect(connection);
    signal.disconnect(connection);
    signal.send(app);
    CHECK(calls == 1);
    {
        const auto guard = signal.connected_to([&] { ++calls; });
        signal.send(app);
    }
    signal.send(app);
    CHECK(calls == 2);

    calls_of_free_receiver = 0;
    signal.connect(free_receiver);
    signal.send(app);
    signal.disconnect(&free_receiver);
    signal.send(app);
    CHECK(calls_of_free_receiver == 1);

    const auto counter = [](Flask&) { ++calls_of_free_receiver; };
    signal.connect(counter);
    signal.disconnect(counter);
    signal.send(app);
    CHECK(calls_of_free_receiver == 1);
    CHECK_FALSE(signal);
}

TEST_CASE("what a receiver throws reaches the sender, but ends no teardown", "[flask][signals]") {
    Flask app;
    app.get("/", [] { return "x"; });
    int torn_down = 0;
    app.teardown_request([&] { ++torn_down; });
    app.teardown_appcontext([&] { ++torn_down; });
    auto client = app.test_client();
    {
        const auto guard =
            request_started.connected_to([](Flask&) { throw std::runtime_error("receiver"); }, app);
        CHECK(client.get("/").status_code() == 500);
        CHECK(torn_down == 2);
    }
    const auto guard = request_tearing_down.connected_to(
        [](Flask&) { throw std::runtime_error("receiver"); }, app);
    CHECK_THROWS_AS(client.get("/"), std::runtime_error);
    CHECK(torn_down == 4);
    CHECK_FALSE(has_app_context());
}

TEST_CASE("threads connect while others send", "[flask][signals]") {
    Flask app;
    Signal<> signal;
    std::atomic<int> calls{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 100; ++n) {
                const auto guard = signal.connected_to([&] { ++calls; });
                signal.send(app);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(calls >= 400);
    CHECK_FALSE(signal);
}
