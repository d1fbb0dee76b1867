#include "local/local_proxy.hpp"

#include "support/catch.hpp"

#include <map>
#include <string>

using namespace microflask;

namespace {

struct Account {
    std::string name;
    int visits = 0;
};

}  // namespace

TEST_CASE("a proxy stands for what its function returns", "[local]") {
    Account account{"bob", 0};
    const LocalProxy<Account> proxy([&account]() -> Account& { return account; });

    CHECK(proxy->name == "bob");
    ++proxy->visits;
    CHECK(account.visits == 1);
    CHECK(&proxy._get_current_object() == &account);
    CHECK(&*proxy == &account);
    CHECK(proxy);
}

TEST_CASE("a proxy that finds nothing is false and says so when used", "[local]") {
    Account* current = nullptr;
    const LocalProxy<Account> proxy([&current] { return current; }, "no account");

    CHECK_FALSE(proxy);
    try {
        static_cast<void>(proxy->name);
        FAIL("an unbound proxy was used");
    } catch (const RuntimeError& error) {
        CHECK(std::string(error.what()) == "no account");
    }

    Account account{"alice", 3};
    current = &account;
    CHECK(proxy);
    CHECK(proxy->visits == 3);
}

TEST_CASE("a proxy forwards subscripts", "[local]") {
    std::map<std::string, int> values{{"a", 1}};
    const LocalProxy<std::map<std::string, int>> proxy([&values] { return &values; });
    CHECK(proxy["a"] == 1);
    proxy["b"] = 2;
    CHECK(values.at("b") == 2);
}

TEST_CASE("copies of a proxy stand for the same", "[local]") {
    Account account{"bob", 0};
    auto original = std::make_unique<LocalProxy<Account>>([&account] { return &account; });
    const LocalProxy<Account> copy = *original;
    original.reset();
    CHECK(copy->name == "bob");
}
