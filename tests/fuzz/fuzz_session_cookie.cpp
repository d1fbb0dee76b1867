// Feeds any text as a session cookie, as received and (so that the signature is no obstacle) signed
// first.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// Loads a cookie; whatever is wrong with it must be told as BadData. Returns whether it was good.
bool load(const microflask::URLSafeTimedSerializer& serializer, std::string_view cookie) {
    try {
        const microflask::Json value = serializer.loads(cookie, {.max_age = 2678400});
        // What was read can be written, and then reads as the same.
        if (serializer.loads(serializer.dumps(value)) != value) std::abort();
        return true;
    } catch (const microflask::BadData& error) {
        if (error.message().empty()) std::abort();
        return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace microflask;
    static const SignerOptions session_options = {.salt = "cookie-session",
                                                  .key_derivation = "hmac"};
    static const URLSafeTimedSerializer serializer(
        {"an older key", "test key"}, {.salt = "cookie-session", .signer_kwargs = session_options});
    static const TimestampSigner signer("test key", session_options);
    static const Signer untimed("test key", session_options);
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);

    // No one guesses a signature.
    if (load(serializer, input)) std::abort();
    load(serializer, signer.sign(input));
    load(serializer, untimed.sign(input));
    load(serializer, serializer.sign_payload(input));
    if (serializer.load_payload_text(serializer.sign_payload(input)) != input) std::abort();
    static_cast<void>(serializer.loads_unsafe(input));
    return 0;
}
