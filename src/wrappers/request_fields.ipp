// What wrappers/request.hpp promises: the header fields that are read anew when they are asked for.
#include "wrappers/request.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "http/dates.hpp"
#include "http/field_values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

MICROFLASK_INLINE bool Request::is_json() const {
    const std::string_view type = mimetype();
    return type == "application/json" ||
           (type.starts_with("application/") && type.ends_with("+json"));
}

MICROFLASK_INLINE std::optional<long long> Request::content_length() const {
    const auto length = field("Content-Length");
    if (!length) return std::nullopt;
    if (const auto encoding = field("Transfer-Encoding")) {
        for (const std::string& coding : parse_list_header(*encoding)) {
            if (detail::equals_ignoring_case(coding, "chunked")) return std::nullopt;
        }
    }
    return static_cast<long long>(detail::parse_unsigned(*length, INT64_MAX).value_or(0));
}

MICROFLASK_INLINE std::optional<Request::TimePoint> Request::time_field(
    std::string_view name) const {
    const auto value = field(name);
    return value ? parse_date(*value) : std::nullopt;
}

MICROFLASK_INLINE UserAgent Request::user_agent() const {
    return UserAgent(field_or_empty("User-Agent"));
}

MICROFLASK_INLINE std::optional<Authorization> Request::authorization() const {
    return Authorization::from_header(field_or_empty("Authorization"));
}

MICROFLASK_INLINE MIMEAccept Request::accept_mimetypes() const {
    return parse_accept_header<MIMEAccept>(environ_->get("HTTP_ACCEPT").value_or(""));
}

MICROFLASK_INLINE LanguageAccept Request::accept_languages() const {
    return parse_accept_header<LanguageAccept>(environ_->get("HTTP_ACCEPT_LANGUAGE").value_or(""));
}

MICROFLASK_INLINE Accept Request::accept_encodings() const {
    return parse_accept_header<Accept>(environ_->get("HTTP_ACCEPT_ENCODING").value_or(""));
}

MICROFLASK_INLINE CharsetAccept Request::accept_charsets() const {
    return parse_accept_header<CharsetAccept>(environ_->get("HTTP_ACCEPT_CHARSET").value_or(""));
}

MICROFLASK_INLINE RequestCacheControl Request::cache_control() const {
    return RequestCacheControl::from_header(environ_->get("HTTP_CACHE_CONTROL").value_or(""));
}

MICROFLASK_INLINE ETags Request::if_match() const {
    return parse_etags(environ_->get("HTTP_IF_MATCH").value_or(""));
}

MICROFLASK_INLINE ETags Request::if_none_match() const {
    return parse_etags(environ_->get("HTTP_IF_NONE_MATCH").value_or(""));
}

MICROFLASK_INLINE IfRange Request::if_range() const {
    return parse_if_range_header(field_or_empty("If-Range"));
}

MICROFLASK_INLINE std::optional<Range> Request::range() const {
    return parse_range_header(field_or_empty("Range"));
}

MICROFLASK_INLINE std::optional<long long> Request::max_forwards() const {
    const auto value = detail::parse_unsigned(field_or_empty("Max-Forwards"), INT64_MAX);
    return value ? std::optional<long long>(static_cast<long long>(*value)) : std::nullopt;
}

MICROFLASK_INLINE HeaderSet Request::pragma() const {
    return parse_set_header(environ_->get("HTTP_PRAGMA").value_or(""));
}

MICROFLASK_INLINE std::optional<HeaderSet> Request::access_control_request_headers() const {
    const auto value = environ_->get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS");
    return value ? std::optional<HeaderSet>(parse_set_header(*value)) : std::nullopt;
}

}  // namespace microflask
