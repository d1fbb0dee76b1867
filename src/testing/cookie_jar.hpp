// Remembers cookies as a browser would (RFC 6265): by domain, path and name, until they expire.
#pragma once

#include "http/cookies.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace microflask {

/// A cookie that a test client keeps (Werkzeug's `werkzeug.test.Cookie`).
class Cookie {
public:
    using TimePoint = std::chrono::system_clock::time_point;

    /// Reads a Set-Cookie field that a server of this name sent for this path; none where it has no name.
    [[nodiscard]] static std::optional<Cookie> from_response_header(std::string_view server_name,
                                                                    std::string_view path,
                                                                    std::string_view field);

    /// The name and the value as they stand in the field.
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] const std::string& value() const noexcept { return value_; }
    /// The value as an application reads it.
    [[nodiscard]] const std::string& decoded_value() const noexcept { return decoded_value_; }
    [[nodiscard]] std::optional<TimePoint> expires() const noexcept { return expires_; }
    [[nodiscard]] std::optional<long long> max_age() const noexcept { return max_age_; }
    [[nodiscard]] const std::string& domain() const noexcept { return domain_; }
    /// Whether the cookie is for exactly this domain, not for those below it.
    [[nodiscard]] bool origin_only() const noexcept { return origin_only_; }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] bool secure() const noexcept { return secure_; }
    [[nodiscard]] bool http_only() const noexcept { return http_only_; }
    /// "Strict", "Lax", "None", or nothing.
    [[nodiscard]] const std::optional<std::string>& same_site() const noexcept {
        return same_site_;
    }

    /// Whether a client sends it with such a request. As in Werkzeug, `secure` is not asked for: a test speaks http.
    [[nodiscard]] bool matches_request(std::string_view server_name, std::string_view path) const;
    /// Whether its time is over.
    [[nodiscard]] bool is_expired(TimePoint now) const noexcept;

private:
    friend class CookieJar;
    std::string key_;
    std::string value_;
    std::string decoded_value_;
    std::optional<TimePoint> expires_;
    std::optional<long long> max_age_;
    TimePoint created_;
    std::string domain_;
    std::string path_;
    std::optional<std::string> same_site_;
    bool origin_only_ = true;
    bool secure_ = false;
    bool http_only_ = false;
};

/// The cookies of one client.
class CookieJar {
public:
    /// Takes what a response set, and drops what it deleted.
    void update_from_field(std::string_view server_name, std::string_view path,
                           std::string_view field);
    /// Keeps a cookie, in the place of one of the same domain, path and name.
    void add(Cookie cookie);
    /// Returns the value of the Cookie field for a request; empty where no cookie fits.
    [[nodiscard]] std::string request_field(std::string_view server_name,
                                            std::string_view path) const;
    /// Returns a cookie by its exact domain and path.
    [[nodiscard]] const Cookie* find(std::string_view key, std::string_view domain,
                                     std::string_view path) const;
    void remove(std::string_view key, std::string_view domain, std::string_view path);
    void clear() noexcept { cookies_.clear(); }
    [[nodiscard]] std::size_t size() const noexcept { return cookies_.size(); }
    [[nodiscard]] const std::vector<Cookie>& cookies() const noexcept { return cookies_; }

private:
    std::vector<Cookie> cookies_;
};

}  // namespace microflask
