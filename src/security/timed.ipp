// Times in signatures: the bytes of the Unix time, highest first, in URL-safe base64.
#include "security/timed.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"

namespace microflask::detail {

/// Appends a time as text; 0, and what is before it, as none.
MICROFLASK_INLINE void timed_append(std::string& text, std::int64_t timestamp) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        const auto byte = static_cast<unsigned char>(timestamp > 0 ? timestamp >> shift & 0xff : 0);
        if (byte != 0 || !bytes.empty()) bytes += static_cast<char>(byte);
    }
    append_base64url(text, bytes);
}

/// The last second of the year 9999, as far as Python's calendar goes.
inline constexpr std::uint64_t timed_last_timestamp = 253402300799;

/// Returns the time of a text; nothing where it is malformed.
MICROFLASK_INLINE std::optional<std::uint64_t> timed_decode(std::string_view text) {
    const std::optional<std::string> bytes = base64url_decode(text);
    if (!bytes || bytes->size() > 8) return std::nullopt;
    std::uint64_t timestamp = 0;
    for (const char byte : *bytes) timestamp = timestamp << 8 | static_cast<unsigned char>(byte);
    return timestamp;
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE std::int64_t TimestampSigner::get_timestamp() const {
    return options().now ? options().now() : detail::unix_now();
}

MICROFLASK_INLINE std::chrono::system_clock::time_point TimestampSigner::timestamp_to_datetime(
    std::int64_t timestamp) {
    // A clock of nanoseconds ends in the year 2262; later times become the last it can tell.
    using Clock = std::chrono::system_clock;
    constexpr auto last =
        std::chrono::duration_cast<std::chrono::seconds>((Clock::duration::max)());
    const std::chrono::seconds seconds(timestamp);
    return Clock::time_point(seconds < last ? std::chrono::duration_cast<Clock::duration>(seconds)
                                            : (Clock::duration::max)());
}

MICROFLASK_INLINE std::string TimestampSigner::sign(std::string_view value) const {
    std::string signed_value;
    signed_value.reserve(value.size() + 2 * sep().size() + 100);
    signed_value = value;
    signed_value += sep();
    detail::timed_append(signed_value, get_timestamp());
    append_signature(signed_value);
    return signed_value;
}

MICROFLASK_INLINE TimestampSigner::Unsigned TimestampSigner::unsign_view(
    std::string_view signed_value, UnsignOptions options) const {
    const Parts parts = examine(signed_value);
    if (!parts.has_separator) throw BadSignature(no_separator_message());
    const std::size_t end = find_separator(parts.value);
    if (end == std::string_view::npos) {
        if (!parts.is_valid)
            throw BadSignature(no_match_message(parts.signature), std::string(parts.value));
        throw BadTimeSignature("timestamp missing", std::string(parts.value));
    }
    const std::string_view value = parts.value.substr(0, end);
    const std::string_view untrusted_time = parts.value.substr(end + sep().size());
    const std::optional<std::uint64_t> untrusted = detail::timed_decode(untrusted_time);
    const bool is_too_late = untrusted && *untrusted > detail::timed_last_timestamp;
    if (is_too_late || (parts.is_valid && !untrusted)) {
        throw BadTimeSignature("Malformed timestamp", std::string(value));
    }
    const std::int64_t timestamp = static_cast<std::int64_t>(untrusted.value_or(0));
    if (!parts.is_valid) {
        std::optional<std::chrono::system_clock::time_point> date_signed;
        if (untrusted) date_signed = timestamp_to_datetime(timestamp);
        throw BadTimeSignature(no_match_message(parts.signature), std::string(value), date_signed);
    }

    if (options.max_age) {
        const std::int64_t age = get_timestamp() - timestamp;
        std::string message = "Signature age ";
        if (age > *options.max_age) {
            detail::append_signed(message, age);
            message += " > ";
            detail::append_signed(message, *options.max_age);
            throw SignatureExpired(message + " seconds", std::string(value),
                                   timestamp_to_datetime(timestamp));
        }
        if (age < 0) {
            detail::append_signed(message, age);
            throw SignatureExpired(message + " < 0 seconds", std::string(value),
                                   timestamp_to_datetime(timestamp));
        }
    }
    return {value, timestamp};
}

MICROFLASK_INLINE std::string TimestampSigner::unsign(std::string_view signed_value,
                                                      UnsignOptions options) const {
    return std::string(unsign_view(signed_value, options).value);
}

MICROFLASK_INLINE std::pair<std::string, std::chrono::system_clock::time_point>
TimestampSigner::unsign_with_timestamp(std::string_view signed_value, UnsignOptions options) const {
    const Unsigned found = unsign_view(signed_value, options);
    return {std::string(found.value), timestamp_to_datetime(found.timestamp)};
}

MICROFLASK_INLINE bool TimestampSigner::validate(std::string_view signed_value,
                                                 UnsignOptions options) const {
    try {
        static_cast<void>(unsign_view(signed_value, options));
        return true;
    } catch (const BadSignature&) {
        return false;
    }
}

}  // namespace microflask
