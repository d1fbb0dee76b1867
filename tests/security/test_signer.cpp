// Signers, with what itsdangerous signs.
#include "security/signer.hpp"

#include "core/encoding.hpp"
#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using namespace std::string_view_literals;

TEST_CASE("signers write the signatures of itsdangerous", "[security]") {
    CHECK(Signer("secret").sign("value") == "value.-2b2Vg1X_KBU1C6DLNDlPUR2w6M");
    CHECK(Signer("secret", {.salt = "activate"}).sign("value") ==
          "value.Pi4QwpKUoVwnwstL2jitgTKM9mU");
    CHECK(Signer("secret", {.key_derivation = "concat"}).sign("value") ==
          "value.R604j4gGWsIIw7t8ASqRpFifq3c");
    CHECK(Signer("secret", {.key_derivation = "hmac"}).sign("value") ==
          "value.v09Q6wJXGxW6ZG4u4oWFQiErfbk");
    CHECK(Signer("secret", {.key_derivation = "none"}).sign("value") ==
          "value.Mwty04TfQa30QOHYrrVDq3Puy4o");
    CHECK(Signer("secret", {.digest_method = "sha256"}).sign("value") ==
          "value.7bDKX0xNylsIHCxwVgvVBeJgXPOcAhPHV2ik6SVsWpU");
    CHECK(Signer("secret", {.digest_method = "sha512"}).sign("value") ==
          "value.mj4FpzGL9zpKE-"
          "0LtTyFnOi8rPGi9pPbv9Ro6Tl66NnLKV4qxU4BuJ5Bj1kwhfgpsyUmL1re7Tj9YDgqVQt1ig");
    CHECK(Signer("secret", {.sep = ":"}).sign("value") == "value:-2b2Vg1X_KBU1C6DLNDlPUR2w6M");
    CHECK(Signer("secret", {.sep = "::"}).sign("a.b") == "a.b::rcGPjH7dL00iuuxyO14b3zRDWLI");
}

TEST_CASE("session keys are derived as Flask derives them", "[security]") {
    struct Vector {
        std::string_view key;
        std::string_view derived;
    };
    // clang-format off
    constexpr Vector vectors[] = {
        {"dev"sv, "4d50ad79847b366eb85f0c79d35a580ff1348d10"},
        {"x"sv, "35a45274b1380011dc81bb666eb1cf232db990b3"},
        {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, "625ddc0454012d4850355734d0beff48e1e9e7f9"},
        {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, "517ca18269f0dfe3809b42787f12d7b15a75d982"},
        {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, "ad5373092ac881032f930aa92f7d9965644557a9"},
        {"cl\303\251-\342\230\203"sv, "015e95f5bdf5316556f20e5c7946d936a3c0f99c"},
        {"\000\001\376\377"sv, "38729610b29e00f84616348be78bb1e9ad305602"},
        {"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"sv, "39376543c298c186a54c988f78bffd7b90587c3a"},
    };
    // clang-format on
    for (const Vector& vector : vectors) {
        CAPTURE(vector.derived);
        const Signer signer(vector.key, {.salt = "cookie-session", .key_derivation = "hmac"});
        CHECK(detail::hex_encode(signer.derive_key()) == vector.derived);
    }
}

TEST_CASE("a signature is verified leniently in form and strictly in content", "[security]") {
    const Signer signer("secret");

    CHECK(signer.unsign("value.-2b2Vg1X_KBU1C6DLNDlPUR2w6M") == "value");
    CHECK(signer.unsign("value.-2b2Vg1X_KBU1C6DLNDlPUR2w6M=") == "value");
    CHECK(signer.unsign("value.+2b2Vg1X/KBU1C6DLNDlPUR2w6M") == "value");
    CHECK(signer.unsign("value.-2b2Vg1X_KBU1C6DLNDlPUR2w6N") == "value");
    CHECK(signer.validate("value.-2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
    CHECK_FALSE(signer.validate("value.-2b2Vg1X_KBU1C6DLNDlPUR2w6"));
    CHECK_FALSE(signer.validate("value.-2b2Vg1X_KBU1C6DLNDlPUR2w7M"));
    CHECK_FALSE(signer.validate("valuE.-2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
    CHECK_FALSE(signer.validate("value."));
    CHECK_FALSE(signer.validate("."));
    CHECK_FALSE(signer.validate(""));
    CHECK(signer.unsign(signer.sign("")) == "");
    CHECK(signer.unsign(signer.sign("a.b.c")) == "a.b.c");
    CHECK(signer.unsign(signer.sign("\0\xff"sv)) == "\0\xff"sv);
}

TEST_CASE("a bad signature is told with Python's words and the payload", "[security]") {
    const Signer signer("secret");
    const auto message = [&signer](std::string_view text) {
        try {
            return signer.unsign(text);
        } catch (const BadSignature& error) {
            return error.message() + " [" + error.payload().value_or("none") + "]";
        }
    };

    CHECK(message("value") == "No b'.' found in value [none]");
    CHECK(message("value.xyz") == "Signature b'xyz' does not match [value]");
    CHECK(message("a.b.\n'\x80") == "Signature b\"\\n'\\x80\" does not match [a.b]");
    CHECK(message("a.'\"\\") == "Signature b'\\'\"\\\\' does not match [a]");
}

TEST_CASE("the last of several keys signs and all of them verify", "[security]") {
    const Signer signer({"old", "new"});

    CHECK(signer.sign("x") == Signer("new").sign("x"));
    CHECK(signer.validate(Signer("old").sign("x")));
    CHECK(signer.validate(Signer("new").sign("x")));
    CHECK_FALSE(signer.validate(Signer("older").sign("x")));
    CHECK(signer.secret_keys().size() == 2);
}

TEST_CASE("a signer refuses what could not work", "[security]") {
    CHECK_THROWS_AS(Signer("k", {.sep = "-"}), std::invalid_argument);
    CHECK_THROWS_AS(Signer("k", {.sep = "a"}), std::invalid_argument);
    CHECK_THROWS_AS(Signer("k", {.sep = ""}), std::invalid_argument);
    CHECK_THROWS_AS(Signer("k", {.key_derivation = "magic"}), std::invalid_argument);
    CHECK_THROWS_AS(Signer("k", {.digest_method = "md5"}), std::invalid_argument);
    CHECK_THROWS_AS(Signer(std::vector<std::string>{}), std::invalid_argument);
}

TEST_CASE("signatures are made and verified apart from their values", "[security]") {
    const Signer signer("secret");
    CHECK(signer.get_signature("value") == "-2b2Vg1X_KBU1C6DLNDlPUR2w6M");
    CHECK(signer.verify_signature("value", "-2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
    CHECK_FALSE(signer.verify_signature("other", "-2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
    CHECK_FALSE(signer.verify_signature("value", "x2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
    CHECK_FALSE(signer.verify_signature("value", ""));
    CHECK(Signer(SecretKeys{"secret", "newer"})
              .verify_signature("value", "-2b2Vg1X_KBU1C6DLNDlPUR2w6M"));
}
