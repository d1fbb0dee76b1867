#include "local/task.hpp"

#include "local/local_stack.hpp"
#include "support/catch.hpp"

#include <coroutine>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace microflask;

namespace {

/// Goes on in a thread of its own.
struct NewThread {
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) const {
        std::thread([coroutine] { coroutine.resume(); }).detach();
    }
    void await_resume() const {}
};

LocalStack<int> stack;

Task<int> one() {
    co_return 1;
}

Task<int> sum(int count) {
    int total = 0;
    for (int i = 0; i < count; ++i) total += co_await one();
    co_return total;
}

Task<int> top_elsewhere() {
    co_await NewThread();
    co_return *stack.top();
}

Task<int> tops() {
    const int before = *stack.top();
    const int there = co_await top_elsewhere();
    const int after = *stack.top();
    co_await NewThread();
    co_return before * 1000 + there * 100 + after * 10 + *stack.top();
}

Task<void> fails() {
    co_await NewThread();
    throw std::runtime_error("broken");
}

Task<std::string> catches() {
    try {
        co_await fails();
    } catch (const std::runtime_error& error) {
        co_return error.what();
    }
    co_return "nothing was thrown";
}

}  // namespace

TEST_CASE("a task gives what it returns", "[local]") {
    CHECK(wait_for(one()) == 1);
}

TEST_CASE("a long loop of tasks that are ready does not use up the stack", "[local]") {
    CHECK(wait_for(sum(100000)) == 100000);
}

TEST_CASE("a task sees its own locals on every thread that resumes it", "[local]") {
    stack.push(7);
    CHECK(wait_for(tops()) == 7777);
    CHECK(stack.size() == 1);
    stack.pop();
}

TEST_CASE("an exception comes out where a task is awaited, and where it is waited for", "[local]") {
    CHECK(wait_for(catches()) == "broken");
    CHECK_THROWS_AS(wait_for(fails()), std::runtime_error);
}

TEST_CASE("a task that is never waited for does not run", "[local]") {
    auto alive = std::make_shared<int>(1);
    {
        const auto task = [](std::shared_ptr<int> kept) -> Task<void> {
            ++*kept;
            co_return;
        }(alive);
        CHECK(alive.use_count() == 2);
    }
    CHECK(*alive == 1);
    CHECK(alive.use_count() == 1);
}
