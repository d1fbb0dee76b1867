#include "local/local.hpp"

#include "local/local_proxy.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace microflask;

TEST_CASE("a local keeps attributes of any type", "[local]") {
    Local local;
    local["name"] = "bob";
    local.set("age", 42);

    CHECK(local.get<std::string>("name") == "bob");
    CHECK(local["age"].get<int>() == 42);
    CHECK(local.contains("age"));
    CHECK(local.find<std::string>("age") == nullptr);
    CHECK_THROWS_AS(local.get<int>("missing"), AttributeError);
    CHECK_THROWS_AS(local.get<double>("age"), AttributeError);

    local.erase("age");
    CHECK_FALSE(local.contains("age"));
    local.release();
    CHECK_FALSE(local.contains("name"));
}

TEST_CASE("every thread has its own attributes", "[local]") {
    Local local;
    local["value"] = 0;
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 1; i <= 8; ++i) {
        threads.emplace_back([&local, &wrong, i] {
            if (local.contains("value")) ++wrong;
            for (int round = 0; round < 1000; ++round) {
                local["value"] = i;
                if (local.get<int>("value") != i) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();

    CHECK(wrong == 0);
    CHECK(local.get<int>("value") == 0);
}

TEST_CASE("a proxy of a local's attribute follows it", "[local]") {
    Local local;
    const LocalProxy<std::string> name = local.proxy<std::string>("name");
    CHECK_FALSE(name);
    CHECK_THROWS_AS(name->size(), RuntimeError);

    local["name"] = "bob";
    CHECK(name->size() == 3);
    local["name"] = "alice";
    CHECK(*name == "alice");
}

TEST_CASE("a value dies with its thread, and with its local", "[local]") {
    auto alive = std::make_shared<int>(1);
    Local other;
    std::thread([&] { other["value"] = alive; }).join();
    CHECK(alive.use_count() == 1);
    {
        Local local;
        local["value"] = alive;
        CHECK(alive.use_count() == 2);
    }
    CHECK(alive.use_count() == 1);
}

TEST_CASE("the place of a dead local is not taken for that of a new one", "[local]") {
    for (int round = 0; round < 100; ++round) {
        auto local = std::make_unique<Local>();
        CHECK_FALSE(local->contains("value"));
        (*local)["value"] = round;
    }
}

TEST_CASE("a task scope switches to the storage of another task", "[local]") {
    Local local;
    local["value"] = 1;
    detail::TaskStorage other;
    {
        const detail::TaskScope scope(other);
        CHECK_FALSE(local.contains("value"));
        local["value"] = 2;
    }
    CHECK(local.get<int>("value") == 1);
    const detail::TaskScope scope(other);
    CHECK(local.get<int>("value") == 2);
}
