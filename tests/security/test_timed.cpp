// Signatures with a time.
#include "security/timed.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

std::int64_t timed_test_now = 1700000000;
const SignerOptions timed_test_options = {.now = [] { return timed_test_now; }};

/// Returns the value, or "!Error: message".
std::string timed_outcome(const TimestampSigner& signer, std::string_view text,
                          UnsignOptions options = {}) {
    try {
        return signer.unsign(text, options);
    } catch (const SignatureExpired& error) {
        return "!SignatureExpired: " + error.message();
    } catch (const BadTimeSignature& error) {
        return "!BadTimeSignature: " + error.message();
    } catch (const BadSignature& error) {
        return "!BadSignature: " + error.message();
    }
}

}  // namespace

TEST_CASE("a timestamp signer writes the signature of itsdangerous", "[security]") {
    timed_test_now = 1700000000;
    const TimestampSigner signer("secret", timed_test_options);

    CHECK(signer.sign("value") == "value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI");
    CHECK(signer.unsign("value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI") == "value");
}

TEST_CASE("a signature is good up to its greatest age", "[security]") {
    timed_test_now = 1700000000;
    const TimestampSigner signer("secret", timed_test_options);
    const std::string text = signer.sign("value");

    CHECK(timed_outcome(signer, text, {.max_age = 0}) == "value");
    timed_test_now += 10;
    CHECK(timed_outcome(signer, text) == "value");
    CHECK(timed_outcome(signer, text, {.max_age = 10}) == "value");
    CHECK(signer.validate(text, {.max_age = 10}));
    CHECK(timed_outcome(signer, text, {.max_age = 9}) ==
          "!SignatureExpired: Signature age 10 > 9 seconds");
    CHECK_FALSE(signer.validate(text, {.max_age = 9}));
    CHECK(timed_outcome(signer, text, {.max_age = -1}) ==
          "!SignatureExpired: Signature age 10 > -1 seconds");
    timed_test_now -= 11;
    CHECK(timed_outcome(signer, text) == "value");
    CHECK(timed_outcome(signer, text, {.max_age = 9}) ==
          "!SignatureExpired: Signature age -1 < 0 seconds");
}

TEST_CASE("the time of signing is told, also by the errors", "[security]") {
    timed_test_now = 1700000000;
    const TimestampSigner signer("secret", timed_test_options);
    const auto signed_at = std::chrono::system_clock::from_time_t(1700000000);
    const std::string text = signer.sign("value");

    CHECK(signer.unsign_with_timestamp(text).first == "value");
    CHECK(signer.unsign_with_timestamp(text).second == signed_at);
    timed_test_now += 10;
    int told = 0;
    try {
        static_cast<void>(signer.unsign(text, {.max_age = 1}));
    } catch (const SignatureExpired& error) {
        CHECK(error.payload() == "value");
        CHECK(error.date_signed() == signed_at);
        ++told;
    }
    try {
        static_cast<void>(signer.unsign("value.ZVPxAA.wrong"));
    } catch (const BadTimeSignature& error) {
        CHECK(error.payload() == "value");
        CHECK(error.date_signed() == signed_at);
        ++told;
    }
    CHECK(told == 2);
}

TEST_CASE("what has no time or a malformed one is refused", "[security]") {
    timed_test_now = 1700000000;
    const TimestampSigner signer("secret", timed_test_options);
    const Signer untimed("secret");

    CHECK(timed_outcome(signer, "value") == "!BadSignature: No b'.' found in value");
    CHECK(timed_outcome(signer, "value.x") == "!BadSignature: Signature b'x' does not match");
    CHECK(timed_outcome(signer, untimed.sign("value")) == "!BadTimeSignature: timestamp missing");
    CHECK(timed_outcome(signer, untimed.sign("value.____________________")) ==
          "!BadTimeSignature: Malformed timestamp");
    CHECK(timed_outcome(signer, untimed.sign("value.__________8")) ==
          "!BadTimeSignature: Malformed timestamp");
    CHECK(timed_outcome(signer, untimed.sign("value.A")) ==
          "!BadTimeSignature: Malformed timestamp");
    CHECK(timed_outcome(signer, "value.__________8.x") == "!BadTimeSignature: Malformed timestamp");
    CHECK(timed_outcome(signer, "value.A.x") == "!BadTimeSignature: Signature b'x' does not match");
    CHECK(timed_outcome(signer, untimed.sign("value."), {.max_age = 5}) ==
          "!SignatureExpired: Signature age 1700000000 > 5 seconds");
}

TEST_CASE("without a test clock the system's is used", "[security]") {
    const TimestampSigner signer("secret");
    const auto before = std::chrono::system_clock::now() - std::chrono::seconds(2);

    const auto signed_at = signer.unsign_with_timestamp(signer.sign("x"), {.max_age = 100}).second;

    CHECK(signed_at >= before);
    CHECK(signed_at <= std::chrono::system_clock::now());
}

TEST_CASE("a signer's clock and its times can be had", "[security]") {
    timed_test_now = 1700000000;
    const TimestampSigner signer("secret", timed_test_options);
    CHECK(signer.get_timestamp() == 1700000000);
    using Clock = std::chrono::system_clock;
    CHECK(TimestampSigner::timestamp_to_datetime(1700000000) ==
          Clock::time_point(std::chrono::seconds(1700000000)));
    const std::string text = signer.sign("value");
    const TimestampSigner::Unsigned found = signer.unsign_view(text);
    CHECK(found.value == "value");
    CHECK(found.value.data() == text.data());
    CHECK(found.timestamp == 1700000000);
    timed_test_now += 61;
    CHECK_THROWS_AS(signer.unsign_view(text, {.max_age = 60}), SignatureExpired);
}

TEST_CASE("a signer with a clock of its own can be derived", "[security]") {
    struct Stopped : TimestampSigner {
        using TimestampSigner::TimestampSigner;
        std::int64_t get_timestamp() const override { return 1700000000; }
    };
    CHECK(Stopped("secret").sign("value") == "value.ZVPxAA._xuRd4giNYkrNtBKEhLvirQ0MgI");
}
