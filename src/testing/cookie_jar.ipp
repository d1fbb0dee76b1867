// The bodies of cookie_jar.hpp.
#include "testing/cookie_jar.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "http/cookies.hpp"
#include "http/dates.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// The path of a cookie that names none: the request's up to its last slash (RFC 6265, section 5.1.4).
MICROFLASK_INLINE std::string cookie_default_path(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return "/";
    return std::string(path.substr(0, slash));
}

}  // namespace detail

// RFC 6265, section 5.2.
MICROFLASK_INLINE std::optional<Cookie> Cookie::from_response_header(std::string_view server_name,
                                                                     std::string_view path,
                                                                     std::string_view field) {
    const std::size_t end = field.find(';');
    const std::string_view pair = field.substr(0, end);
    const std::size_t equals = pair.find('=');
    Cookie cookie;
    cookie.key_ = std::string(detail::trim(pair.substr(0, equals)));
    if (cookie.key_.empty()) return std::nullopt;
    if (equals != std::string_view::npos)
        cookie.value_ = std::string(detail::trim(pair.substr(equals + 1)));
    const auto decoded = parse_cookie(pair);
    cookie.decoded_value_ = decoded.empty() ? cookie.value_ : decoded.front().second;
    cookie.created_ = std::chrono::system_clock::now();
    cookie.domain_ = std::string(server_name);

    const std::string_view attributes =
        end == std::string_view::npos ? std::string_view{} : field.substr(end + 1);
    for (const std::string_view item : detail::split(attributes, ';')) {
        const std::size_t sign = item.find('=');
        const std::string name = detail::to_lower(detail::trim(item.substr(0, sign)));
        const std::string_view value = sign == std::string_view::npos
                                           ? std::string_view{}
                                           : detail::trim(item.substr(sign + 1));
        if (name == "expires") {
            cookie.expires_ = parse_date(value);
        } else if (name == "max-age") {
            cookie.max_age_ = detail::parse_signed(value).value_or(0);
        } else if (name == "domain" && !value.empty()) {
            cookie.domain_ = detail::to_lower(value.front() == '.' ? value.substr(1) : value);
            cookie.origin_only_ = false;
        } else if (name == "path" && !value.empty()) {
            cookie.path_ = std::string(value);
        } else if (name == "secure") {
            cookie.secure_ = true;
        } else if (name == "httponly") {
            cookie.http_only_ = true;
        } else if (name == "samesite") {
            cookie.same_site_ = std::string(value);
        }
    }
    if (cookie.path_.empty()) cookie.path_ = detail::cookie_default_path(path);
    return cookie;
}

MICROFLASK_INLINE bool Cookie::matches_request(std::string_view server_name,
                                               std::string_view path) const {
    const bool is_below = server_name.size() > domain_.size() &&
                          server_name.substr(server_name.size() - domain_.size()) == domain_ &&
                          server_name[server_name.size() - domain_.size() - 1] == '.';
    if (server_name != domain_ && (origin_only_ || !is_below)) return false;
    if (path == path_) return true;
    if (path.substr(0, path_.size()) != path_) return false;
    return path_.back() == '/' || path[path_.size()] == '/';
}

MICROFLASK_INLINE bool Cookie::is_expired(TimePoint now) const noexcept {
    // Max-Age wins over Expires (RFC 6265, section 5.3).
    if (max_age_) return *max_age_ <= 0 || now - created_ >= std::chrono::seconds(*max_age_);
    return expires_ && *expires_ <= now;
}

MICROFLASK_INLINE void CookieJar::update_from_field(std::string_view server_name,
                                                    std::string_view path, std::string_view field) {
    std::optional<Cookie> cookie = Cookie::from_response_header(server_name, path, field);
    if (!cookie) return;
    if (cookie->is_expired(std::chrono::system_clock::now())) {
        remove(cookie->key(), cookie->domain(), cookie->path());
    } else {
        add(std::move(*cookie));
    }
}

MICROFLASK_INLINE void CookieJar::add(Cookie cookie) {
    for (Cookie& each : cookies_) {
        if (each.key_ == cookie.key_ && each.domain_ == cookie.domain_ &&
            each.path_ == cookie.path_) {
            each = std::move(cookie);
            return;
        }
    }
    cookies_.push_back(std::move(cookie));
}

MICROFLASK_INLINE std::string CookieJar::request_field(std::string_view server_name,
                                                       std::string_view path) const {
    const auto now = std::chrono::system_clock::now();
    std::string field;
    for (const Cookie& cookie : cookies_) {
        if (!cookie.matches_request(server_name, path) || cookie.is_expired(now)) continue;
        if (!field.empty()) field += "; ";
        field += detail::concat({cookie.key(), "=", cookie.value()});
    }
    return field;
}

MICROFLASK_INLINE const Cookie* CookieJar::find(std::string_view key, std::string_view domain,
                                                std::string_view path) const {
    for (const Cookie& cookie : cookies_) {
        if (cookie.key() == key && cookie.domain() == domain && cookie.path() == path)
            return &cookie;
    }
    return nullptr;
}

MICROFLASK_INLINE void CookieJar::remove(std::string_view key, std::string_view domain,
                                         std::string_view path) {
    cookies_.erase(std::remove_if(cookies_.begin(), cookies_.end(),
                                  [&](const Cookie& cookie) {
                                      return cookie.key() == key && cookie.domain() == domain &&
                                             cookie.path() == path;
                                  }),
                   cookies_.end());
}

}  // namespace microflask
