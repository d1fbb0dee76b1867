// The growable array of our own.
#include "core/list.hpp"

#include "support/catch.hpp"

#include <memory>
#include <string>

using microflask::detail::List;

namespace {

std::string joined(const List<std::string>& list) {
    std::string text;
    for (const std::string& each : list) text += each + ",";
    return text;
}

}  // namespace

TEST_CASE("a list grows, and keeps what it holds", "[core]") {
    List<std::string> list;
    CHECK(list.empty());
    for (int i = 0; i < 100; ++i) list.push_back("a text that is too long to be kept inside");
    CHECK(list.size() == 100);
    CHECK(list.front() == list.back());
    list.clear();
    CHECK(list.empty());
}

TEST_CASE("an element may be added to its own list while the list grows", "[core]") {
    List<std::string> list{"first", "second", "third", "a fourth that is kept outside"};
    for (int i = 0; i < 40; ++i) list.push_back(list[3]);
    for (int i = 0; i < 40; ++i) list.emplace_back(list[3]);
    CHECK(list.size() == 84);
    for (std::size_t i = 3; i < list.size(); ++i) CHECK(list[i] == "a fourth that is kept outside");
}

TEST_CASE("a list inserts and erases anywhere", "[core]") {
    List<std::string> list{"b", "d"};
    CHECK(*list.insert(list.begin(), "a") == "a");
    CHECK(*list.insert(list.begin() + 2, "c") == "c");
    list.insert(list.end(), "e");
    CHECK(joined(list) == "a,b,c,d,e,");
    CHECK(*list.erase(list.begin()) == "b");
    const auto* const last = list.erase(list.end() - 1);
    CHECK(last == list.end());
    CHECK(joined(list) == "b,c,d,");
    CHECK(*list.erase(list.begin(), list.begin() + 2) == "d");
    CHECK(list.erase(list.begin(), list.begin()) == list.begin());
    CHECK(joined(list) == "d,");
}

TEST_CASE("a list is copied, moved and compared", "[core]") {
    const List<std::string> list{"a", "b"};
    List<std::string> copy(list);
    copy.push_back("c");
    CHECK(joined(list) == "a,b,");
    List<std::string> moved(std::move(copy));
    CHECK(joined(moved) == "a,b,c,");
    moved = list;
    CHECK(joined(moved) == "a,b,");
    CHECK(moved == list);
    CHECK(List<int>{1, 2} < List<int>{1, 3});
    CHECK(List<int>{1} < List<int>{1, -1});
    CHECK(List<int>{} < List<int>{1});
}

TEST_CASE("a list drops and adds elements to reach a size", "[core]") {
    List<int> list{1, 2, 3};
    list.resize(1);
    CHECK(list == List<int>{1});
    list.resize(6);
    CHECK(list == List<int>{1, 0, 0, 0, 0, 0});
}

TEST_CASE("a list owns elements that cannot be copied, and destroys each once", "[core]") {
    const auto counted = std::make_shared<int>(1);
    {
        List<std::unique_ptr<std::shared_ptr<int>>> list;
        for (int i = 0; i < 20; ++i)
            list.push_back(std::make_unique<std::shared_ptr<int>>(counted));
        list.erase(list.begin() + 3);
        list.pop_back();
        CHECK(counted.use_count() == 19);
    }
    CHECK(counted.use_count() == 1);
}
