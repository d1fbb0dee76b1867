// What can be done to an object through its proxy, and what leaves the proxy a proxy.
#include "local/local_proxy.hpp"

#include "local/local.hpp"
#include "local/local_stack.hpp"
#include "local/task.hpp"
#include "support/catch.hpp"

#include <compare>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

/// Counts how often it was entered and left.
struct Door {
    int entered = 0;
    int left = 0;

    struct Guard {
        explicit Guard(Door& door) : door_(&door) { ++door.entered; }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;
        ~Guard() { ++door_->left; }
        Door* door_;
    };
    Guard enter() { return Guard(*this); }
};

/// Can be awaited once; gives a number.
struct Ready {
    int number = 0;
    bool await_ready() const noexcept { return true; }
    void await_suspend(std::coroutine_handle<>) const noexcept {}
    int await_resume() const noexcept { return number; }
};

Task<int> awaits(const LocalProxy<Ready>& proxy) {
    co_return co_await *proxy;
}

}  // namespace

TEST_CASE("three threads see three values, and what is removed is gone", "[local]") {
    Local local;
    local["value"] = 0;
    std::vector<int> values(3);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&local, &values, i] {
            local["value"] = i + 1;
            std::this_thread::yield();
            values[static_cast<std::size_t>(i)] = local.get<int>("value");
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(values == std::vector<int>{1, 2, 3});
    CHECK(local.get<int>("value") == 0);
    local.erase("value");
    CHECK_THROWS_AS(local.get<int>("value"), AttributeError);
    local.erase("value");  // there is nothing to remove, and nothing happens
    CHECK_FALSE(local.contains("value"));
}

TEST_CASE("release_local empties locals and stacks", "[local]") {
    Local local;
    local["value"] = 42;
    release_local(local);
    CHECK_FALSE(local.contains("value"));

    LocalStack<int> stack;
    stack.push(42);
    stack.push(23);
    CHECK(stack.size() == 2);
    release_local(stack);
    CHECK(stack.top() == nullptr);
    release_local(stack);
    CHECK_FALSE(stack.pop().has_value());
}

TEST_CASE("a change through the proxy is a change of the local's attribute", "[local]") {
    Local local;
    local.set("list", std::vector<int>{1});
    const LocalProxy<std::vector<int>> list = local.proxy<std::vector<int>>("list");
    list->push_back(2);
    CHECK(local.get<std::vector<int>>("list") == std::vector<int>{1, 2});
    CHECK(&list._get_current_object() == &local.get<std::vector<int>>("list"));
    local.set("list", std::vector<int>{7});
    CHECK(*list == std::vector<int>{7});
}

TEST_CASE("a proxy of a function asks it at each use", "[local]") {
    int calls = 0;
    std::vector<std::string> names{"first", "second", "third"};
    const LocalProxy<std::string> proxy(
        [&]() -> std::string& { return names[static_cast<std::size_t>(calls++)]; });
    CHECK(*proxy == "first");
    CHECK(proxy->size() == 6);
    CHECK(*proxy == "third");
    CHECK(calls == 3);
}

TEST_CASE("numbers are reckoned with through a proxy", "[local]") {
    int number = 10;
    const LocalProxy<int> proxy([&number] { return &number; });
    CHECK(*proxy + 3 == 13);
    CHECK(3 - *proxy == -7);
    CHECK(*proxy * *proxy == 100);
    CHECK(*proxy / 3 == 3);
    CHECK(*proxy % 3 == 1);
    CHECK((*proxy << 2) == 40);
    CHECK((*proxy & 6) == 2);
    CHECK((*proxy | 1) == 11);
    CHECK((*proxy ^ 2) == 8);
    CHECK(*proxy < 11);
    CHECK((*proxy <=> 10) == std::strong_ordering::equal);
    CHECK(-*proxy == -10);
    CHECK(~*proxy == ~10);
    CHECK(std::hash<int>{}(*proxy) == std::hash<int>{}(10));
}

TEST_CASE("assigning through a proxy changes the object and leaves the proxy a proxy", "[local]") {
    int number = 10;
    const LocalProxy<int> proxy([&number] { return &number; });
    *proxy += 5;
    CHECK(number == 15);
    *proxy -= 1;
    *proxy *= 2;
    CHECK(number == 28);
    *proxy <<= 1;
    *proxy |= 1;
    *proxy ^= 8;
    ++*proxy;
    CHECK(number == 50);
    static_assert(std::is_same_v<decltype(proxy), const LocalProxy<int>>);
    *proxy = 1;
    CHECK(*proxy == 1);
}

TEST_CASE("texts and lists are used through a proxy", "[local]") {
    std::string text = "ab";
    const LocalProxy<std::string> word([&text] { return &text; });
    CHECK(*word + "c" == "abc");
    CHECK("z" + *word == "zab");
    CHECK(word[std::size_t{1}] == 'b');
    *word += *word;
    CHECK(text == "abab");

    std::vector<int> numbers{1, 2, 3};
    const LocalProxy<std::vector<int>> list([&numbers] { return &numbers; });
    CHECK(list->size() == 3);
    list[std::size_t{0}] = 4;
    list->erase(list->begin() + 1);
    list->push_back(5);
    int sum = 0;
    for (const int each : *list) sum = sum * 10 + each;
    CHECK(sum == 435);
    list->clear();
    CHECK(numbers.empty());
}

TEST_CASE("a copy of the object is no proxy", "[local]") {
    std::vector<int> numbers{1, 2};
    const LocalProxy<std::vector<int>> list([&numbers] { return &numbers; });
    std::vector<int> copy = *list;
    copy.push_back(3);
    CHECK(numbers.size() == 2);
    CHECK(copy.size() == 3);
    auto place = list->begin();
    CHECK(*place++ == 1);
    CHECK(*place == 2);
}

TEST_CASE("a guard is entered and left through a proxy", "[local]") {
    Door door;
    const LocalProxy<Door> proxy([&door] { return &door; });
    {
        const auto guard = proxy->enter();
        CHECK(door.entered == 1);
        CHECK(door.left == 0);
    }
    CHECK(door.left == 1);
}

TEST_CASE("what a proxy stands for is awaited", "[local]") {
    Ready ready{7};
    const LocalProxy<Ready> proxy([&ready] { return &ready; });
    CHECK(wait_for(awaits(proxy)) == 7);
}

TEST_CASE("an unbound proxy is false, and names what is missing when it is used", "[local]") {
    LocalStack<std::string> stack;
    const LocalProxy<std::string> proxy = stack();
    CHECK_FALSE(proxy);
    std::string message;
    try {
        static_cast<void>(proxy->size());
    } catch (const RuntimeError& error) {
        message = error.what();
    }
    CHECK(message == "object is not bound");
    stack.push("bound");
    CHECK(proxy);
    CHECK(*proxy == "bound");
}
