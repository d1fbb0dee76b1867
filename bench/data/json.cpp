// JSON read and written, beside nlohmann::json (Debian's nlohmann-json3-dev): a list of records as APIs send them, long
// texts, numbers, and small messages.
#include "microflask.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <string>

using microflask::Json;
using Other = nlohmann::ordered_json;

namespace {

std::string records() {
    Json list = Json::array();
    for (int i = 0; i < 400; ++i) {
        list.push_back(
            Json{{"id", i * 7919},
                 {"name", "user number " + std::to_string(i)},
                 {"email", "user" + std::to_string(i) + "@example.com"},
                 {"active", i % 3 == 0},
                 {"score", i * 1.37},
                 {"tags", {"one", "two", "three"}},
                 {"address", {{"street", "Main Street"}, {"number", i}, {"zip", nullptr}}}});
    }
    return list.dump();
}

std::string numbers() {
    Json list = Json::array();
    for (int i = 0; i < 4000; ++i) {
        list.push_back(i * 104729);
        list.push_back(i * 0.123456789);
    }
    return list.dump();
}

std::string texts() {
    Json list = Json::array();
    for (int i = 0; i < 50; ++i) {
        list.push_back(std::string(2000, static_cast<char>('a' + i % 26)) +
                       " \"quoted\"\n caf\xC3\xA9");
    }
    return microflask::detail::write_json(list, {.ascii = false});
}

/// Returns the shortest time of many rounds, in microseconds: on a busy machine some are not interrupted.
template <class Function>
double microseconds(Function function) {
    double best = 1e9;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(700);
    while (std::chrono::steady_clock::now() < end) {
        const auto start = std::chrono::steady_clock::now();
        function();
        const std::chrono::duration<double, std::micro> time =
            std::chrono::steady_clock::now() - start;
        if (time.count() < best) best = time.count();
    }
    return best;
}

void compare(const char* name, const std::string& text) {
    std::size_t sum = 0;
    const Json ours = Json::parse(text);
    const Other theirs = Other::parse(text);
    if (ours.size() != theirs.size()) std::printf("%s: read differently\n", name);
    const double read = microseconds([&] { sum += Json::parse(text).size(); });
    const double their_read = microseconds([&] { sum += Other::parse(text).size(); });
    const double write = microseconds([&] { sum += ours.dump().size(); });
    const double their_write = microseconds([&] { sum += theirs.dump(-1, ' ', true).size(); });
    std::printf(
        "%-8s %7zu bytes   read %8.1f us, nlohmann %8.1f: %4.1f x   write %8.1f us, "
        "nlohmann %8.1f: %4.1f x%s\n",
        name, text.size(), read, their_read, their_read / read, write, their_write,
        their_write / write, sum == 1 ? "!" : "");
}

}  // namespace

int main() {
    compare("small", "{\"id\":17,\"message\":\"Hello, World!\",\"ok\":true}");
    compare("records", records());
    compare("numbers", numbers());
    compare("texts", texts());
}
