// Signs text with keys derived from a secret and a salt; unsigns it or throws (itsdangerous'
// `Signer`).
#pragma once

#include "core/list.hpp"
#include "security/exceptions.hpp"
#include "security/hashing.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace microflask {

/// One secret key, or several from the oldest to the newest: the newest signs, all of them verify.
class SecretKeys {
public:
    SecretKeys(const char* key) : keys_{std::string(key)} {}
    SecretKeys(std::string_view key) : keys_{std::string(key)} {}
    SecretKeys(std::string key) { keys_.push_back(std::move(key)); }
    SecretKeys(std::initializer_list<std::string_view> keys) : keys_(keys.begin(), keys.end()) {}
    SecretKeys(std::vector<std::string> keys) : keys_(std::move(keys)) {}

    [[nodiscard]] const std::vector<std::string>& list() const noexcept { return keys_; }

private:
    std::vector<std::string> keys_;
};

/// How a signer makes its keys and signatures.
struct SignerOptions {
    std::string salt =
        "itsdangerous.Signer";  // keeps the signatures of one purpose from serving another
    std::string sep = ".";      // between value and signature
    std::string key_derivation = "django-concat";  // or "concat", "hmac", "none"
    std::string digest_method = "sha1";            // or "sha256", "sha512"
    std::int64_t (*now)() = nullptr;               // Unix time for tests; the system's where null
};

/// Signs values and verifies them. Keys are derived once; usable from every thread at once.
class Signer {
public:
    /// Throws std::invalid_argument where there is no key, the separator could be part of a
    /// signature, or an option names nothing known.
    explicit Signer(SecretKeys secret_key, SignerOptions options = {});
    Signer(const Signer&) = default;
    Signer(Signer&&) noexcept = default;
    Signer& operator=(const Signer&) = default;
    Signer& operator=(Signer&&) noexcept = default;
    virtual ~Signer() = default;

    /// Returns the value with its signature behind it.
    [[nodiscard]] std::string sign(std::string_view value) const;
    /// Returns the value without its signature; throws BadSignature where that does not match.
    [[nodiscard]] std::string unsign(std::string_view signed_value) const;
    /// Whether `unsign` would give a value.
    [[nodiscard]] bool validate(std::string_view signed_value) const;
    /// Returns the signature alone, in URL-safe base64.
    [[nodiscard]] std::string get_signature(std::string_view value) const;
    /// Whether the signature is that of the value, made with one of the keys.
    [[nodiscard]] bool verify_signature(std::string_view value, std::string_view signature) const;
    /// Returns the key, as raw bytes, that is derived from the newest secret key.
    [[nodiscard]] std::string derive_key() const;
    /// Returns the key, as raw bytes, that is derived from a secret key.
    [[nodiscard]] std::string derive_key(std::string_view secret_key) const;

    [[nodiscard]] const std::vector<std::string>& secret_keys() const noexcept {
        return secret_keys_.list();
    }
    [[nodiscard]] const std::string& secret_key() const noexcept {
        return secret_keys_.list().back();
    }
    [[nodiscard]] const std::string& salt() const noexcept { return options_.salt; }
    [[nodiscard]] const std::string& sep() const noexcept { return options_.sep; }
    [[nodiscard]] const std::string& key_derivation() const noexcept {
        return options_.key_derivation;
    }
    [[nodiscard]] const std::string& digest_method() const noexcept {
        return options_.digest_method;
    }

protected:
    using Mac = std::variant<detail::HmacSha1, detail::HmacSha256, detail::HmacSha512>;

    /// What looking at a signed value gives: the parts are views into it.
    struct Parts {
        std::string_view value;
        std::string_view signature;
        bool has_separator = false;
        bool is_valid = false;
    };
    [[nodiscard]] Parts examine(std::string_view signed_value) const;
    /// Returns where the last separator begins, npos where there is none.
    [[nodiscard]] std::size_t find_separator(std::string_view text) const noexcept;
    /// Appends separator and signature to a value.
    void append_signature(std::string& value) const;
    [[nodiscard]] std::string no_separator_message() const;
    [[nodiscard]] static std::string no_match_message(std::string_view signature);
    [[nodiscard]] const SignerOptions& options() const noexcept { return options_; }

private:
    [[nodiscard]] static std::string compute(const Mac& keyed, std::string_view value);
    [[nodiscard]] std::string digest(std::string_view text) const;
    [[nodiscard]] Mac make_mac(std::string_view key) const;

    SecretKeys secret_keys_;
    SignerOptions options_;
    detail::List<Mac> keyed_;  // one for each secret key, in their order
};

}  // namespace microflask

namespace microflask::detail {

/// Returns bytes as Python writes them in a message: b'...'.
[[nodiscard]] std::string signer_bytes_repr(std::string_view bytes);

}  // namespace microflask::detail
