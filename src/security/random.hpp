// Bytes and tokens nobody can guess, from the operating system (Python's `secrets`).
#pragma once

#include <cstddef>
#include <string>

namespace microflask {

/// Returns random bytes. Throws std::runtime_error where the operating system has none to give.
[[nodiscard]] std::string token_bytes(std::size_t count = 32);
/// Returns random bytes as text of two hexadecimal digits each.
[[nodiscard]] std::string token_hex(std::size_t count = 32);
/// Returns random bytes as text for URLs, about 1.3 characters each.
[[nodiscard]] std::string token_urlsafe(std::size_t count = 32);

}  // namespace microflask

namespace microflask::detail {

/// Fills memory with random bytes, or throws std::runtime_error.
void random_fill(unsigned char* bytes, std::size_t count);
/// Returns random bytes.
[[nodiscard]] std::string random_bytes(std::size_t count);

}  // namespace microflask::detail
