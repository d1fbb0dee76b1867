// What wrappers/response.hpp promises: cookies and the typed header fields.
#include "wrappers/response.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "datastructures/etags.hpp"
#include "http/dates.hpp"
#include "http/field_values.hpp"
#include "wrappers/conditional.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE Response& Response::set_cookie(std::string_view key, std::string_view value,
                                                 const DumpCookieOptions& options) {
    headers().add("Set-Cookie", dump_cookie(key, value, options));
    return *this;
}

MICROFLASK_INLINE Response& Response::delete_cookie(std::string_view key,
                                                    DumpCookieOptions options) {
    options.max_age = 0;
    options.expires = std::chrono::system_clock::time_point{};
    return set_cookie(key, "", options);
}

MICROFLASK_INLINE Response& Response::set_field(std::string_view name, std::string_view value) {
    headers().set(name, value);
    return *this;
}

MICROFLASK_INLINE std::optional<Response::TimePoint> Response::time_field(
    std::string_view name) const {
    const auto value = headers().find(name);
    return value ? parse_date(*value) : std::nullopt;
}

MICROFLASK_INLINE Response& Response::set_time_field(std::string_view name, TimePoint value) {
    return set_field(name, http_date(value));
}

MICROFLASK_INLINE std::optional<long long> Response::integer_field(std::string_view name) const {
    const auto value = detail::parse_unsigned(headers().find(name).value_or(""), INT64_MAX);
    return value ? std::optional<long long>(static_cast<long long>(*value)) : std::nullopt;
}

MICROFLASK_INLINE Response& Response::set_integer_field(std::string_view name, long long value) {
    if (value < 0) throw ValueError(detail::concat({name, " must not be negative"}));
    return set_field(name, std::to_string(value));
}

MICROFLASK_INLINE HeaderSet Response::set_of(std::string_view name) const {
    return parse_set_header(headers().find(name).value_or(""));
}

MICROFLASK_INLINE detail::LiveField<HeaderSet> Response::live_set_of(std::string_view name) {
    return detail::LiveField<HeaderSet>(headers(), name, set_of(name));
}

MICROFLASK_INLINE Response& Response::set_or_remove(std::string_view name, std::string_view value) {
    if (!value.empty()) return set_field(name, value);
    headers().remove(name);
    return *this;
}

MICROFLASK_INLINE Response& Response::set_set_of(std::string_view name, const HeaderSet& value) {
    return set_or_remove(name, value.to_header());
}

MICROFLASK_INLINE std::optional<std::string> Response::mimetype() const {
    const auto type = headers().find("Content-Type");
    if (!type || type->empty()) return std::nullopt;
    return std::string(detail::trim(type->substr(0, type->find(';'))));
}

MICROFLASK_INLINE Response& Response::mimetype(std::string_view value) {
    return content_type(detail::content_type_with_charset(value));
}

MICROFLASK_INLINE MultiDict Response::mimetype_params() const {
    MultiDict parameters;
    for (const auto& [key, value] :
         parse_options_header(headers().find("Content-Type").value_or("")).second) {
        parameters.set(key, value);
    }
    return parameters;
}

MICROFLASK_INLINE std::optional<long long> Response::content_length() const {
    return integer_field("Content-Length");
}

MICROFLASK_INLINE Response& Response::content_length(std::optional<long long> value) {
    if (value) return set_integer_field("Content-Length", *value);
    headers().remove("Content-Length");
    return *this;
}

MICROFLASK_INLINE std::optional<Response::TimePoint> Response::retry_after() const {
    if (const auto seconds = integer_field("Retry-After")) {
        return std::chrono::system_clock::now() + std::chrono::seconds(*seconds);
    }
    return time_field("Retry-After");
}

MICROFLASK_INLINE ResponseCacheControl Response::cache_control() const {
    return ResponseCacheControl::from_header(headers().find("Cache-Control").value_or(""));
}

MICROFLASK_INLINE detail::LiveField<ResponseCacheControl> Response::cache_control() {
    return detail::LiveField<ResponseCacheControl>(headers(), "Cache-Control",
                                                   std::as_const(*this).cache_control());
}

MICROFLASK_INLINE Response& Response::cache_control(const ResponseCacheControl& value) {
    return set_or_remove("Cache-Control", value.to_header());
}

MICROFLASK_INLINE std::optional<ContentRange> Response::content_range() const {
    return parse_content_range_header(headers().find("Content-Range").value_or(""));
}

MICROFLASK_INLINE Response& Response::content_range(const ContentRange& value) {
    return set_or_remove("Content-Range", value.to_header());
}

MICROFLASK_INLINE std::optional<WWWAuthenticate> Response::www_authenticate() const {
    return WWWAuthenticate::from_header(headers().find("WWW-Authenticate").value_or(""));
}

MICROFLASK_INLINE Response& Response::www_authenticate(const WWWAuthenticate& value) {
    return set_or_remove("WWW-Authenticate", value.to_header());
}

MICROFLASK_INLINE ContentSecurityPolicy Response::content_security_policy() const {
    return parse_csp_header(headers().find("Content-Security-Policy").value_or(""));
}

MICROFLASK_INLINE detail::LiveField<ContentSecurityPolicy> Response::content_security_policy() {
    return detail::LiveField<ContentSecurityPolicy>(headers(), "Content-Security-Policy",
                                                    std::as_const(*this).content_security_policy());
}

MICROFLASK_INLINE Response& Response::content_security_policy(const ContentSecurityPolicy& value) {
    return set_or_remove("Content-Security-Policy", value.to_header());
}

MICROFLASK_INLINE ContentSecurityPolicy Response::content_security_policy_report_only() const {
    return parse_csp_header(headers().find("Content-Security-Policy-Report-Only").value_or(""));
}

MICROFLASK_INLINE detail::LiveField<ContentSecurityPolicy>
Response::content_security_policy_report_only() {
    return detail::LiveField<ContentSecurityPolicy>(
        headers(), "Content-Security-Policy-Report-Only",
        std::as_const(*this).content_security_policy_report_only());
}

MICROFLASK_INLINE Response& Response::content_security_policy_report_only(
    const ContentSecurityPolicy& value) {
    return set_or_remove("Content-Security-Policy-Report-Only", value.to_header());
}

MICROFLASK_INLINE Response& Response::access_control_allow_credentials(bool value) {
    return set_or_remove("Access-Control-Allow-Credentials", value ? "true" : "");
}

MICROFLASK_INLINE std::optional<std::pair<std::string, bool>> Response::get_etag() const {
    const auto value = headers().find("ETag");
    if (!value) return std::nullopt;
    return unquote_etag(*value);
}

MICROFLASK_INLINE Response& Response::set_etag(std::string_view etag, bool weak) {
    return set_field("ETag", quote_etag(etag, weak));
}

MICROFLASK_INLINE Response& Response::add_etag(bool overwrite, bool weak) {
    if (overwrite || !headers().contains("ETag")) set_etag(generate_etag(get_data()), weak);
    return *this;
}

}  // namespace microflask
