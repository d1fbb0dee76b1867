// Base64, its URL-safe form (RFC 4648), and hexadecimal.
#pragma once

#include "core/config.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Returns the bytes in base64, with padding.
std::string base64_encode(std::string_view bytes);
/// Reads base64 strictly: no foreign characters, padding where it belongs.
std::optional<std::string> base64_decode(std::string_view text);
/// Reads base64 as Python's `b64decode` does: foreign characters are dropped, padding is needed.
std::optional<std::string> base64_decode_lenient(std::string_view text);

/// Returns the bytes in URL-safe base64, without padding.
std::string base64url_encode(std::string_view bytes);
/// Appends the bytes in URL-safe base64, without padding.
void append_base64url(std::string& text, std::string_view bytes);
/// Reads URL-safe base64 as itsdangerous does: padding is added, foreign characters are dropped,
/// "+/" is read too.
std::optional<std::string> base64url_decode(std::string_view text);

/// Returns two lower-case digits for each byte.
std::string hex_encode(std::string_view bytes);
/// Reads pairs of digits, in either case.
std::optional<std::string> hex_decode(std::string_view text);

}  // namespace microflask::detail
