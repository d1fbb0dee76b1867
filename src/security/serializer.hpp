// JSON inside a signature (itsdangerous' serializers): tokens for links, and the value of a session
// cookie.
#pragma once

#include "core/list.hpp"
#include "json/value.hpp"
#include "security/timed.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// How a serializer signs.
struct SerializerOptions {
    std::string salt = "itsdangerous";  // keeps tokens of one purpose from serving another
    SignerOptions signer_kwargs = {};   // everything but its salt counts
    std::vector<SignerOptions> fallback_signers = {};  // tried when the first cannot verify
    std::size_t max_payload_size = 1 << 20;            // of a payload after decompression, in bytes
};

/// What `dumps` may be told: another salt than the serializer's.
struct DumpsOptions {
    std::optional<std::string> salt = {};
};

/// What `loads` may be told: the greatest age in seconds (where there are times), another salt.
struct LoadsOptions {
    std::optional<long long> max_age = {};
    std::optional<std::string> salt = {};
};

/// Signs JSON and reads it back. Usable from every thread at once.
class Serializer {
public:
    /// Throws std::invalid_argument where a key or an option is no good, as `Signer` does.
    explicit Serializer(SecretKeys secret_key, SerializerOptions options = {})
        : Serializer(std::move(secret_key), std::move(options), false, false) {}

    /// Returns a value as signed text.
    [[nodiscard]] std::string dumps(const Json& value, const DumpsOptions& options = {}) const;
    /// Returns the value of signed text. Throws BadSignature, or BadPayload where what was signed
    /// cannot be read.
    [[nodiscard]] Json loads(std::string_view text, const LoadsOptions& options = {}) const;
    /// Returns whether the signature is good, and the value even where it is not (null where it
    /// cannot be read). For debugging only.
    [[nodiscard]] std::pair<bool, Json> loads_unsafe(std::string_view text,
                                                     const LoadsOptions& options = {}) const;

    /// Returns a value as it stands in the signed text.
    [[nodiscard]] std::string dump_payload(const Json& value) const;
    /// Returns the value of a payload; throws BadPayload.
    [[nodiscard]] Json load_payload(std::string_view payload) const;

    /// Signs JSON text that the caller has written; for those with a JSON form of their own, as
    /// sessions.
    [[nodiscard]] std::string sign_payload(std::string_view json_text,
                                           const DumpsOptions& options = {}) const;
    /// Returns the JSON text of signed text, unread. Throws as `loads`.
    [[nodiscard]] std::string load_payload_text(std::string_view text,
                                                const LoadsOptions& options = {}) const;

    /// Returns a signer as `dumps` uses it.
    [[nodiscard]] TimestampSigner make_signer(
        const std::optional<std::string>& salt = std::nullopt) const;

    [[nodiscard]] const std::vector<std::string>& secret_keys() const noexcept {
        return secret_keys_.list();
    }
    [[nodiscard]] const std::string& secret_key() const noexcept {
        return secret_keys_.list().back();
    }
    [[nodiscard]] const std::string& salt() const noexcept { return options_.salt; }

protected:
    Serializer(SecretKeys secret_key, SerializerOptions options, bool timed, bool url_safe);

    /// A payload and when it was signed.
    struct Loaded {
        std::string_view payload;
        std::int64_t timestamp = 0;
    };
    [[nodiscard]] Loaded unsign(std::string_view text, const LoadsOptions& options) const;

private:
    [[nodiscard]] detail::List<TimestampSigner> make_signers(const std::string& salt) const;
    [[nodiscard]] Loaded unsign_with(const detail::List<TimestampSigner>& signers,
                                     std::string_view text, const LoadsOptions& options) const;
    [[nodiscard]] std::string encode(std::string_view json_text) const;
    [[nodiscard]] std::string decode(std::string_view payload) const;

    SecretKeys secret_keys_;
    SerializerOptions options_;
    bool timed_;
    bool url_safe_;
    detail::List<TimestampSigner> signers_;  // the one that signs, then the fallbacks
};

/// A serializer whose signatures carry their time.
class TimedSerializer : public Serializer {
public:
    explicit TimedSerializer(SecretKeys secret_key, SerializerOptions options = {})
        : Serializer(std::move(secret_key), std::move(options), true, false) {}

    /// Returns the value and the time when it was signed (Python's `return_timestamp=True`).
    [[nodiscard]] std::pair<Json, std::chrono::system_clock::time_point> loads_with_timestamp(
        std::string_view text, const LoadsOptions& options = {}) const;

protected:
    using Serializer::Serializer;
};

/// A serializer whose text can stand in a URL: compressed where that is shorter, and in base64.
class URLSafeSerializer : public Serializer {
public:
    explicit URLSafeSerializer(SecretKeys secret_key, SerializerOptions options = {})
        : Serializer(std::move(secret_key), std::move(options), false, true) {}
};

/// A serializer of text for URLs that grows old: `URLSafeTimedSerializer(key, {.salt =
/// "reset"}).dumps(value)`.
class URLSafeTimedSerializer : public TimedSerializer {
public:
    explicit URLSafeTimedSerializer(SecretKeys secret_key, SerializerOptions options = {})
        : TimedSerializer(std::move(secret_key), std::move(options), true, true) {}
};

}  // namespace microflask
