// Password hashes as Werkzeug writes them: `method$salt$hash`, by scrypt (RFC 7914) or PBKDF2 (RFC
// 8018).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask {

/// How a password is hashed.
struct PasswordHashOptions {
    std::string method =
        "scrypt";  // or "scrypt:n:r:p", "pbkdf2", "pbkdf2:sha256", "pbkdf2:sha256:iterations"
    int salt_length = 16;  // in random bytes
};

/// Returns a salted hash of a password, to be stored. Throws std::invalid_argument for a method
/// that is unknown or asks for too much memory or time, and where there is no salt.
[[nodiscard]] std::string generate_password_hash(std::string_view password,
                                                 PasswordHashOptions options = {});

/// Whether the password is the one of a stored hash. What is no hash at all belongs to no password;
/// a method that is unknown or asks for too much throws std::invalid_argument.
[[nodiscard]] bool check_password_hash(std::string_view password_hash, std::string_view password);

}  // namespace microflask

namespace microflask::detail {

/// Derives a key from a password by HMAC over "sha1", "sha256" or "sha512", as long as its digest.
[[nodiscard]] std::string pbkdf2_hmac(std::string_view hash_name, std::string_view password,
                                      std::string_view salt, std::uint64_t iterations);
/// Derives a key from a password; takes 128 * n * r bytes of memory.
[[nodiscard]] std::string scrypt(std::string_view password, std::string_view salt, std::uint64_t n,
                                 std::uint64_t r, std::uint64_t p, std::size_t size);

}  // namespace microflask::detail
