#include "local/local_stack.hpp"

#include "support/catch.hpp"

#include <string>
#include <thread>
#include <utility>

using namespace microflask;

TEST_CASE("a stack gives back what was pushed last", "[local]") {
    LocalStack<int> stack;
    CHECK(stack.top() == nullptr);
    CHECK_FALSE(stack.pop().has_value());

    stack.push(42);
    stack.push(23);
    REQUIRE(stack.top() != nullptr);
    CHECK(*stack.top() == 23);
    CHECK(stack.size() == 2);
    CHECK(stack.pop() == 23);
    CHECK(*stack.top() == 42);
    CHECK(stack.pop() == 42);
    CHECK(stack.top() == nullptr);
    CHECK_FALSE(stack.pop().has_value());
}

TEST_CASE("every thread has a stack of its own", "[local]") {
    LocalStack<std::string> stack;
    stack.push("main");
    std::thread([&stack] {
        CHECK(stack.top() == nullptr);
        stack.push("other");
        CHECK(*stack.top() == "other");
    }).join();
    CHECK(*stack.top() == "main");
    CHECK(stack.size() == 1);
}

TEST_CASE("a proxy of the top follows the stack", "[local]") {
    LocalStack<std::pair<int, int>> stack;
    const auto proxy = stack.stack();
    const auto called = stack();
    CHECK_FALSE(proxy);
    CHECK_THROWS_AS(proxy->first, RuntimeError);

    stack.push({1, 2});
    CHECK(proxy->first == 1);
    CHECK(called->second == 2);
    stack.push({3, 4});
    CHECK(proxy->first == 3);
    (*proxy).first = 5;
    CHECK(stack.top()->first == 5);
    stack.pop();
    CHECK(proxy->first == 1);
}

TEST_CASE("a stack can be released", "[local]") {
    LocalStack<int> stack;
    stack.push(1);
    stack.release();
    CHECK(stack.top() == nullptr);
    stack.push(2);
    CHECK(*stack.top() == 2);
}
