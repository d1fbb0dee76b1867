// Password hashes, with those of Werkzeug.
#include "security/passwords.hpp"

#include "core/encoding.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

using namespace microflask;
using namespace std::string_view_literals;

namespace {

/// Returns the message of the std::invalid_argument that a call throws.
template <class Call>
std::string refusal(Call call) {
    try {
        call();
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "(none)";
}

struct PasswordVector {
    std::string_view hash;
    std::string_view password;
};

}  // namespace

TEST_CASE("hashes of Werkzeug belong to their passwords and to no others", "[security]") {
    // clang-format off
    constexpr PasswordVector vectors[] = {
        {"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"sv,
         "password"sv},
        {"pbkdf2:sha256:1000$salt$632c2812e46d4604102ba7618e9d6d7d2f8128f6266b4a03264d2a0460b7dcb3"sv,
         "password"sv},
        {"pbkdf2:sha1:1000$salt$6e88be8bad7eae9d9e10aa061224034fed48d03f"sv,
         "password"sv},
        {"pbkdf2:sha512:1000$salt$afe6c5530785b6cc6b1c6453384731bd5ee432ee549fd42fb6695779ad8a1c5bf59de69c48f774efc4007d5298f9033c0241d5ab69305e7b64eceeb8d834cfec"sv,
         "password"sv},
        {"pbkdf2:sha256:1000$salt$94fb56af3ea22e5d3ed1b054085b136ca301b75d8b406c802c489479f27387c6"sv,
         ""sv},
        {"pbkdf2:sha256:1000$salt$d99582425ca48d74fe3f327afb0f62a4e392156ef449aacea3004d751a55a2bf"sv,
         "p\303\244ssw\303\266rd\342\230\203"sv},
        {"pbkdf2:sha256:1000$salt$afc5c595f05f2cd6c1ddd7bc2628ea4c5df74508996952bb4864d4047eae2500"sv,
         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"sv},
        {"scrypt:1024:8:1$salt$16dbc8906763c7f048977a68f9d305f7710e068ca2cd95dab372125bb3f19608175003c79f9cdee65d2e45fc1f169afde0a6806f5d4f2ba0584249d2e66c2c96"sv,
         "password"sv},
        {"scrypt:32768:8:1$pXtNxWZWAHyBvSxQ$129787aa16d636081f3139fdc1f296014c20722087eaa063c63bd3c71b97df4ef859022469663ca54d1d0f270a3b1fa12a6470fac90fe4d500ba1eb1db51c050"sv,
         "secret"sv},
    };
    // clang-format on
    for (const PasswordVector& vector : vectors) {
        INFO(vector.hash);
        CHECK(check_password_hash(vector.hash, vector.password));
        if (vector.hash.substr(0, 6) == "scrypt") continue;  // takes long without optimization
        std::string damaged(vector.hash);
        damaged.back() = damaged.back() == '0' ? '1' : '0';
        CHECK_FALSE(check_password_hash(damaged, vector.password));
    }
}

TEST_CASE("hashes of very many iterations are checked too", "[security][.slow]") {
    // clang-format off
    constexpr PasswordVector vectors[] = {
        {"pbkdf2:sha256:260000$pXtNxWZWAHyBvSxQ$fa0c52a36ec25ae94e6c0546754e130b7e2fb2d164f88ccfc84d2c59f69e0a4f"sv,
         "secret"sv},
        {"pbkdf2:sha256:600000$pXtNxWZWAHyBvSxQ$18dae6456ada3d36bd28a8792fc9dc74830193fa2030e13fae4ef09016683abb"sv,
         "secret"sv},
        {"pbkdf2:sha256:1000000$pXtNxWZWAHyBvSxQ$ab1af0dd47daa76816f2b0de8da52919d1d675d60ec0646063d35d1b9cf47ca1"sv,
         "secret"sv},
    };
    // clang-format on
    for (const PasswordVector& vector : vectors) {
        INFO(vector.hash);
        CHECK(check_password_hash(vector.hash, vector.password));
    }
}

TEST_CASE("scrypt derives the keys of RFC 7914", "[security]") {
    CHECK(detail::hex_encode(detail::scrypt("", "", 16, 1, 1, 64)) ==
          "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
          "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
    CHECK(detail::hex_encode(detail::scrypt("password", "NaCl", 1024, 8, 16, 64)) ==
          "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
          "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST_CASE("a password does not have the hash of another", "[security]") {
    const std::string_view hash =
        "pbkdf2:sha256:1000$salt$632c2812e46d4604102ba7618e9d6d7d2f8128f6266b4a03264d2a0460b7dcb3";

    CHECK(check_password_hash(hash, "password"));
    CHECK_FALSE(check_password_hash(hash, "Password"));
    CHECK_FALSE(check_password_hash(hash, ""));
    CHECK_FALSE(check_password_hash(std::string(hash).append("$"), "password"));
    CHECK_FALSE(check_password_hash("pbkdf2:sha256:1000$salt$632C2812E46D4604102BA7618E9D6D7D2F81",
                                    "password"));
    CHECK_FALSE(check_password_hash("pbkdf2:sha256:1000$salt$632c2812e46d4604102ba7618e9d6d7d2f81",
                                    "password"));
}

TEST_CASE("what is no hash belongs to no password", "[security]") {
    CHECK_FALSE(check_password_hash("", "x"));
    CHECK_FALSE(check_password_hash("abc", "x"));
    CHECK_FALSE(check_password_hash("pbkdf2:sha256:1000$salt", "x"));
    CHECK_FALSE(check_password_hash("pbkdf2:sha256:10$$", ""));
}

TEST_CASE("methods that are unknown are refused with Werkzeug's words", "[security]") {
    const auto check = [](std::string_view hash) {
        return refusal([hash] { static_cast<void>(check_password_hash(hash, "x")); });
    };

    CHECK(check("foo$salt$00") == "Invalid hash method 'foo'.");
    CHECK(check("sha256$salt$00") == "Invalid hash method 'sha256'.");
    CHECK(check("plain$$x") == "Invalid hash method 'plain'.");
    CHECK(check("$$") == "Invalid hash method ''.");
    CHECK(check("pbkdf2:sha256:abc$salt$00") == "invalid literal for int() with base 10: 'abc'");
    CHECK(check("pbkdf2:sha256:0$salt$00") == "iteration value must be greater than 0.");
    CHECK(check("pbkdf2:sha256:1:2$salt$00") == "'pbkdf2' takes 2 arguments.");
    CHECK(check("pbkdf2:md5:1$salt$00") == "unsupported hash type md5");
    CHECK(check("scrypt:1:2$salt$00") == "'scrypt' takes 3 arguments.");
    CHECK(check("scrypt:a:8:1$salt$00") == "'scrypt' takes 3 arguments.");
}

TEST_CASE("hashes that ask for too much memory or time are refused", "[security]") {
    const auto check = [](std::string_view hash) {
        return refusal([hash] { static_cast<void>(check_password_hash(hash, "x")); });
    };

    CHECK(check("scrypt:1073741824:8:1$salt$00") == "memory limit exceeded");
    CHECK(check("scrypt:9223372036854775808:8:1$salt$00") == "memory limit exceeded");
    CHECK(check("scrypt:1024:18446744073709551615:1$salt$00") == "memory limit exceeded");
    CHECK(check("scrypt:1024:8:18446744073709551615$salt$00") == "memory limit exceeded");
    CHECK(check("scrypt:1000:8:1$salt$00") == "n must be a power of 2.");
    CHECK(check("scrypt:0:8:1$salt$00") == "n must be a power of 2.");
    CHECK(check("scrypt:1024:0:1$salt$00") == "r and p must be at least 1.");
    CHECK(check("scrypt:1024:8:0$salt$00") == "r and p must be at least 1.");
    CHECK(check("pbkdf2:sha256:4294967296$salt$00") == "iteration value is too great.");
}

TEST_CASE("the default method is scrypt with Werkzeug's parameters", "[security]") {
    const std::string hash = generate_password_hash("secret");

    CHECK(hash.substr(0, 17) == "scrypt:32768:8:1$");
    CHECK(hash.size() == 17 + 22 + 1 + 128);
}

TEST_CASE("a password is checked with the parameters that its hash names", "[security]") {
    const std::string hash = generate_password_hash("secret", {.method = "scrypt:64:4:2"});

    CHECK(hash.substr(0, 14) == "scrypt:64:4:2$");
    CHECK(check_password_hash(hash, "secret"));
    CHECK_FALSE(check_password_hash(hash, "Secret"));
    CHECK_FALSE(check_password_hash("scrypt:64:4:1" + hash.substr(13), "secret"));
}

TEST_CASE("each hash has its own salt", "[security]") {
    const std::string first = generate_password_hash("secret", {.method = "pbkdf2:sha256:10"});
    const std::string second = generate_password_hash("secret", {.method = "pbkdf2:sha256:10"});

    CHECK(first.substr(0, 17) == "pbkdf2:sha256:10$");
    CHECK(first != second);
    CHECK(check_password_hash(first, "secret"));
    CHECK(check_password_hash(second, "secret"));
    CHECK(generate_password_hash("x", {.method = "scrypt:16:1:1", .salt_length = 3}).size() ==
          14 + 4 + 1 + 128);
}

TEST_CASE("hashing without salt or by an unknown method is refused", "[security]") {
    const auto generate = [](PasswordHashOptions options) {
        return refusal(
            [&options] { static_cast<void>(generate_password_hash("secret", options)); });
    };

    CHECK(generate({.salt_length = 0}) == "Salt length must be at least 1.");
    CHECK(generate({.salt_length = -1}) == "Salt length must be at least 1.");
    CHECK(generate({.method = "sha256"}) == "Invalid hash method 'sha256'.");
    CHECK(generate({.method = ""}) == "Invalid hash method ''.");
}
