// The Cookie and Set-Cookie fields, as Werkzeug writes and reads them (RFC 6265).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// What a cookie has beside its name and value.
struct DumpCookieOptions {
    /// Its life in seconds; where `expires` is not given, that is told as well.
    std::optional<long long> max_age = {};
    /// The end of its life. Without both it ends with the browser.
    std::optional<std::chrono::system_clock::time_point> expires = {};
    /// The path it is for; none for that of the request.
    std::optional<std::string> path = "/";
    /// The domain it is for, with its subdomains; empty for exactly the host that sets it. A port is dropped.
    std::string domain = {};
    /// Whether it is sent over HTTPS only.
    bool secure = false;
    /// Whether scripts cannot read it.
    bool httponly = false;
    /// "Strict", "Lax" or "None" in any case; empty leaves it to the browser.
    std::string samesite = {};
    /// Whether each site that embeds this one has a cookie of its own (CHIPS). Makes it secure.
    bool partitioned = false;
};

/// Writes the value of a Set-Cookie field. Throws ValueError for a name, path or domain that would end early or break
/// the field, and for an unknown `samesite`.
[[nodiscard]] std::string dump_cookie(std::string_view key, std::string_view value = "",
                                      const DumpCookieOptions& options = {});

/// Reads a Cookie field: names and values in order, names may repeat. Bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_cookie(std::string_view field);

}  // namespace microflask
