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

/// Writes and reads one session as an application does, tags included, and prints the times as a line of JSON.
void measure(const URLSafeTimedSerializer& serializer, const Json& values) {
    const detail::JsonWriteOptions sorted{.sort_keys = true};
    Session session;
    session.load_tagged(values);
    const std::string text = detail::write_json(session.tagged_values(), sorted);
    const std::string cookie = serializer.sign_payload(text);
    std::size_t sum = 0;
    const double write = microseconds([&] {
        sum += serializer
                   .sign_payload(session.has_tagged_values()
                                     ? detail::write_json(session.tagged_values(), sorted)
                                     : detail::write_json(session.values(), sorted))
                   .size();
    });
    const double read = microseconds([&] {
        Session opened;
        opened.load_tagged(Json::parse(serializer.load_payload_text(cookie, {.max_age = 3600})));
        sum += opened.size();
    });
    std::printf(
        "{\"size\": %zu, \"write\": %.2f, \"read\": %.2f, \"sum\": %zu, \"cookie\": \"%s\", "
        "\"text\": \"%s\"}\n",
        text.size(), write, read, sum % 10, cookie.c_str(), detail::base64_encode(text).c_str());
}

}  // namespace

int main() {
    const URLSafeTimedSerializer serializer(
        "a secret key of some length",
        {.salt = "cookie-session", .signer_kwargs = {.key_derivation = "hmac"}});
    Json values{{"csrf_token", "8b7f2c19e04d5a6f3b1c"}, {"user_id", 1234}, {"username", "alice"}};
    measure(serializer, values);
    // A little more, and zlib makes it shorter.
    values.update({{"_permanent", true}, {"locale", "en-GB"}});
    measure(serializer, values);
    values["visits"] = 17;
    measure(serializer, values);
}
