// How long it takes to read and to write a session cookie: the JSON text, its compression, its signature.
// bench/data/run compares it with itsdangerous.
#include "microflask.hpp"

#include <chrono>
#include <cstdio>
#include <string>

using namespace microflask;

namespace {

/// Returns the shortest time of many short rounds: on a busy machine some of them are not interrupted.
template <class Function>
double microseconds(Function function) {
    double best = 1e9;
    for (int round = 0; round < 600; ++round) {
        constexpr int count = 100;
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) function();
        const std::chrono::duration<double, std::micro> time =
            std::chrono::steady_clock::now() - start;
        if (time.count() / count < best) best = time.count() / count;
    }
    return best;
}

}  // namespace

int main() {
    const URLSafeTimedSerializer serializer(
        "a secret key of some length",
        {.salt = "cookie-session", .signer_kwargs = {.key_derivation = "hmac"}});
    const Json session{{"_permanent", true}, {"csrf_token", "8b7f2c19e04d5a6f3b1c"},
                       {"user_id", 1234},    {"username", "alice"},
                       {"locale", "en-GB"},  {"visits", 17}};
    const std::string text = detail::write_json(session, {.sort_keys = true});
    const std::string cookie = serializer.sign_payload(text);
    std::size_t sum = 0;
    const double write = microseconds([&] {
        sum += serializer.sign_payload(detail::write_json(session, {.sort_keys = true})).size();
    });
    const double read = microseconds([&] {
        sum += Json::parse(serializer.load_payload_text(cookie, {.max_age = 3600})).size();
    });
    std::printf(
        "{\"size\": %zu, \"write\": %.2f, \"read\": %.2f, \"sum\": %zu, \"cookie\": \"%s\", "
        "\"text\": \"%s\"}\n",
        text.size(), write, read, sum % 10, cookie.c_str(), detail::base64_encode(text).c_str());
}
