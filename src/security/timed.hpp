// A signer whose signatures grow old (itsdangerous' `TimestampSigner`).
#pragma once

#include "core/config.hpp"
#include "security/signer.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// How old a signature may be.
struct UnsignOptions {
    std::optional<long long> max_age = {};  // in seconds; any age where there is none
};

/// A signer that adds the time of signing. Usable from every thread at once.
class TimestampSigner : public Signer {
public:
    using Signer::Signer;

    /// Returns the Unix time that is put into signatures and that ages are measured by.
    [[nodiscard]] MICROFLASK_INLINE virtual std::int64_t get_timestamp() const;

    /// Returns the value with the time and the signature behind it.
    [[nodiscard]] std::string sign(std::string_view value) const;
    /// Returns the value alone. Throws BadSignature, BadTimeSignature or SignatureExpired.
    [[nodiscard]] std::string unsign(std::string_view signed_value,
                                     UnsignOptions options = {}) const;
    /// Returns the value and the time when it was signed (Python's `return_timestamp=True`).
    [[nodiscard]] std::pair<std::string, std::chrono::system_clock::time_point>
    unsign_with_timestamp(std::string_view signed_value, UnsignOptions options = {}) const;
    /// Whether `unsign` would give a value.
    [[nodiscard]] bool validate(std::string_view signed_value, UnsignOptions options = {}) const;
    /// Returns a Unix time as a point in time.
    [[nodiscard]] static std::chrono::system_clock::time_point timestamp_to_datetime(
        std::int64_t timestamp);

    /// A value and its time, as `unsign` found them; the value is a view into what was signed.
    struct Unsigned {
        std::string_view value;
        std::int64_t timestamp;
    };
    /// Does what `unsign` does, without a copy.
    [[nodiscard]] Unsigned unsign_view(std::string_view signed_value,
                                       UnsignOptions options = {}) const;
};

}  // namespace microflask
