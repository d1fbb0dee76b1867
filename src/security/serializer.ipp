// Payloads and their signatures, with the messages of itsdangerous.
#include "security/serializer.hpp"

#include "core/config.hpp"
#include "core/deflate.hpp"
#include "core/encoding.hpp"
#include "core/inflate.hpp"
#include "core/list.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <exception>

namespace microflask {

MICROFLASK_INLINE Serializer::Serializer(SecretKeys secret_key, SerializerOptions options,
                                         bool timed, bool url_safe)
    : secret_keys_(std::move(secret_key)),
      options_(std::move(options)),
      timed_(timed),
      url_safe_(url_safe),
      signers_(make_signers(options_.salt)) {}

MICROFLASK_INLINE TimestampSigner
Serializer::make_signer(const std::optional<std::string>& salt) const {
    SignerOptions options = options_.signer_kwargs;
    options.salt = salt ? *salt : options_.salt;
    return TimestampSigner(secret_keys_, std::move(options));
}

MICROFLASK_INLINE detail::List<TimestampSigner> Serializer::make_signers(
    const std::string& salt) const {
    detail::List<TimestampSigner> signers;
    signers.reserve(1 + options_.fallback_signers.size());
    signers.push_back(make_signer(salt));
    for (SignerOptions fallback : options_.fallback_signers) {
        fallback.salt = salt;
        if (!fallback.now) fallback.now = options_.signer_kwargs.now;
        signers.emplace_back(secret_keys_, std::move(fallback));
    }
    return signers;
}

MICROFLASK_INLINE std::string Serializer::encode(std::string_view json_text) const {
    if (!url_safe_) return std::string(json_text);
    const std::string compressed = detail::zlib_compress(json_text);
    const bool is_shorter = compressed.size() + 1 < json_text.size();
    std::string payload(is_shorter ? "." : "");
    detail::append_base64url(payload, is_shorter ? compressed : json_text);
    return payload;
}

MICROFLASK_INLINE std::string Serializer::decode(std::string_view payload) const {
    if (!url_safe_) return std::string(payload);
    const bool is_compressed = !payload.empty() && payload.front() == '.';
    if (is_compressed) payload.remove_prefix(1);
    std::optional<std::string> text = detail::base64url_decode(payload);
    if (!text) throw BadPayload("Could not base64 decode the payload because of an exception");
    if (is_compressed) text = detail::zlib_decompress(*text, options_.max_payload_size);
    if (!text)
        throw BadPayload("Could not zlib decompress the payload before decoding the payload");
    return *std::move(text);
}

MICROFLASK_INLINE std::string Serializer::dump_payload(const Json& value) const {
    // As in itsdangerous, text for URLs keeps other characters as UTF-8; base64 makes ASCII of
    // them.
    detail::JsonWriteOptions style = detail::json_spaced_options;
    if (url_safe_) style = {.ascii = false};
    return encode(detail::write_json(value, style));
}

MICROFLASK_INLINE Json Serializer::load_payload(std::string_view payload) const {
    const std::string text = decode(payload);
    try {
        return Json::parse(text);
    } catch (const JsonError&) {
        throw BadPayload(
            "Could not load the payload because an exception occurred on unserializing the data.",
            std::current_exception());
    }
}

MICROFLASK_INLINE std::string Serializer::dumps(const Json& value,
                                                const DumpsOptions& options) const {
    const std::string payload = dump_payload(value);
    const auto sign = [&](const TimestampSigner& signer) {
        return timed_ ? signer.sign(payload) : signer.Signer::sign(payload);
    };
    return options.salt ? sign(make_signer(options.salt)) : sign(signers_.front());
}

MICROFLASK_INLINE std::string Serializer::sign_payload(std::string_view json_text,
                                                       const DumpsOptions& options) const {
    const std::string payload = encode(json_text);
    const auto sign = [&](const TimestampSigner& signer) {
        return timed_ ? signer.sign(payload) : signer.Signer::sign(payload);
    };
    return options.salt ? sign(make_signer(options.salt)) : sign(signers_.front());
}

MICROFLASK_INLINE Serializer::Loaded Serializer::unsign_with(
    const detail::List<TimestampSigner>& signers, std::string_view text,
    const LoadsOptions& options) const {
    for (std::size_t i = 0;; ++i) {
        try {
            if (timed_) {
                const TimestampSigner::Unsigned found =
                    signers[i].unsign_view(text, {.max_age = options.max_age});
                return {found.value, found.timestamp};
            }
            // The value is the front of the text, so it need not be copied.
            return {text.substr(0, signers[i].Signer::unsign(text).size()), 0};
        } catch (const SignatureExpired&) {
            throw;  // the signature is good: the other signers would not help
        } catch (const BadSignature&) {
            if (i + 1 == signers.size()) throw;
        }
    }
}

MICROFLASK_INLINE Serializer::Loaded Serializer::unsign(std::string_view text,
                                                        const LoadsOptions& options) const {
    return options.salt ? unsign_with(make_signers(*options.salt), text, options)
                        : unsign_with(signers_, text, options);
}

MICROFLASK_INLINE Json Serializer::loads(std::string_view text, const LoadsOptions& options) const {
    return load_payload(unsign(text, options).payload);
}

MICROFLASK_INLINE std::string Serializer::load_payload_text(std::string_view text,
                                                            const LoadsOptions& options) const {
    return decode(unsign(text, options).payload);
}

MICROFLASK_INLINE std::pair<bool, Json> Serializer::loads_unsafe(
    std::string_view text, const LoadsOptions& options) const {
    std::optional<std::string> untrusted;
    try {
        return {true, loads(text, options)};
    } catch (const BadSignature& error) {
        untrusted = error.payload();
    }
    if (!untrusted) return {false, Json()};
    try {
        return {false, load_payload(*untrusted)};
    } catch (const BadPayload&) {
        return {false, Json()};
    }
}

MICROFLASK_INLINE std::pair<Json, std::chrono::system_clock::time_point>
TimedSerializer::loads_with_timestamp(std::string_view text, const LoadsOptions& options) const {
    const Loaded loaded = unsign(text, options);
    return {load_payload(loaded.payload), TimestampSigner::timestamp_to_datetime(loaded.timestamp)};
}

}  // namespace microflask
