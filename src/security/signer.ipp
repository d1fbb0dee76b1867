// Key derivation and signatures as itsdangerous makes them.
#include "security/signer.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"

#include <stdexcept>

namespace microflask::detail {

MICROFLASK_INLINE std::string signer_bytes_repr(std::string_view bytes) {
    const bool has_single = bytes.find('\'') != std::string_view::npos;
    const char quote = has_single && bytes.find('"') == std::string_view::npos ? '"' : '\'';
    std::string text = "b";
    text += quote;
    for (const char c : bytes) {
        if (c == quote || c == '\\') {
            text += '\\';
            text += c;
        } else if (c == '\t') {
            text += "\\t";
        } else if (c == '\n') {
            text += "\\n";
        } else if (c == '\r') {
            text += "\\r";
        } else if (c < ' ' || c > '~') {
            text += "\\x";
            text += hex_encode(std::string_view(&c, 1));
        } else {
            text += c;
        }
    }
    text += quote;
    return text;
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE Signer::Signer(SecretKeys secret_key, SignerOptions options)
    : secret_keys_(std::move(secret_key)), options_(std::move(options)) {
    if (secret_keys_.list().empty()) {
        throw std::invalid_argument("A signer needs at least one secret key.");
    }
    // As Python's `sep in alphabet`: the separator is a piece of the alphabet, or empty.
    constexpr std::string_view alphabet =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=";
    if (alphabet.find(options_.sep) != std::string_view::npos) {
        throw std::invalid_argument(
            "The given separator cannot be used because it may be contained in the signature "
            "itself. "
            "ASCII letters, digits, and '-_=' must not be used.");
    }
    keyed_.reserve(secret_keys_.list().size());
    for (const std::string& key : secret_keys_.list()) keyed_.push_back(make_mac(derive_key(key)));
}

MICROFLASK_INLINE std::string Signer::digest(std::string_view text) const {
    if (options_.digest_method == "sha1") return detail::sha1(text);
    if (options_.digest_method == "sha256") return detail::sha256(text);
    if (options_.digest_method == "sha512") return detail::sha512(text);
    throw std::invalid_argument("unsupported hash type " + options_.digest_method +
                                "; use \"sha1\", \"sha256\" or \"sha512\"");
}

MICROFLASK_INLINE Signer::Mac Signer::make_mac(std::string_view key) const {
    if (options_.digest_method == "sha1") return Mac(detail::HmacSha1(key));
    if (options_.digest_method == "sha256") return Mac(detail::HmacSha256(key));
    if (options_.digest_method == "sha512") return Mac(detail::HmacSha512(key));
    throw std::invalid_argument("unsupported hash type " + options_.digest_method +
                                "; use \"sha1\", \"sha256\" or \"sha512\"");
}

MICROFLASK_INLINE std::string Signer::compute(const Mac& keyed, std::string_view value) {
    return std::visit([value](const auto& mac) { return mac.digest_text(value); }, keyed);
}

MICROFLASK_INLINE std::string Signer::derive_key() const {
    return derive_key(secret_key());
}

MICROFLASK_INLINE std::string Signer::derive_key(std::string_view secret_key) const {
    if (options_.key_derivation == "concat")
        return digest(detail::concat({options_.salt, secret_key}));
    if (options_.key_derivation == "django-concat") {
        return digest(detail::concat({options_.salt, "signer", secret_key}));
    }
    if (options_.key_derivation == "hmac") return compute(make_mac(secret_key), options_.salt);
    if (options_.key_derivation == "none") return std::string(secret_key);
    throw std::invalid_argument("Unknown key derivation method");
}

MICROFLASK_INLINE std::string Signer::get_signature(std::string_view value) const {
    return detail::base64url_encode(compute(keyed_.back(), value));
}

MICROFLASK_INLINE bool Signer::verify_signature(std::string_view value,
                                                std::string_view signature) const {
    const std::optional<std::string> untrusted = detail::base64url_decode(signature);
    if (!untrusted) return false;
    for (std::size_t i = keyed_.size(); i-- > 0;) {
        if (constant_time_equals(*untrusted, compute(keyed_[i], value))) return true;
    }
    return false;
}

MICROFLASK_INLINE void Signer::append_signature(std::string& value) const {
    const std::string signature = compute(keyed_.back(), value);
    value += options_.sep;
    detail::append_base64url(value, signature);
}

MICROFLASK_INLINE std::string Signer::sign(std::string_view value) const {
    std::string signed_value;
    signed_value.reserve(value.size() + options_.sep.size() + 88);
    signed_value = value;
    append_signature(signed_value);
    return signed_value;
}

MICROFLASK_INLINE std::size_t Signer::find_separator(std::string_view text) const noexcept {
    // Looking for a text, the standard library calls a function at every place.
    return sep().size() == 1 ? text.rfind(sep().front()) : text.rfind(sep());
}

MICROFLASK_INLINE Signer::Parts Signer::examine(std::string_view signed_value) const {
    Parts parts;
    const std::size_t end = find_separator(signed_value);
    if (end == std::string_view::npos) return parts;
    parts.has_separator = true;
    parts.value = signed_value.substr(0, end);
    parts.signature = signed_value.substr(end + options_.sep.size());
    parts.is_valid = verify_signature(parts.value, parts.signature);
    return parts;
}

MICROFLASK_INLINE std::string Signer::no_separator_message() const {
    return detail::concat({"No ", detail::signer_bytes_repr(options_.sep), " found in value"});
}

MICROFLASK_INLINE std::string Signer::no_match_message(std::string_view signature) {
    return detail::concat({"Signature ", detail::signer_bytes_repr(signature), " does not match"});
}

MICROFLASK_INLINE std::string Signer::unsign(std::string_view signed_value) const {
    const Parts parts = examine(signed_value);
    if (!parts.has_separator) throw BadSignature(no_separator_message());
    if (!parts.is_valid)
        throw BadSignature(no_match_message(parts.signature), std::string(parts.value));
    return std::string(parts.value);
}

MICROFLASK_INLINE bool Signer::validate(std::string_view signed_value) const {
    return examine(signed_value).is_valid;
}

}  // namespace microflask
