// Percent-encoding, query strings, splitting and joining URLs (RFC 3986), host names with foreign letters (RFC 3492).
#pragma once

#include "core/errors.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

/// Names and values, in order.
using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// More parameters than this are no query string that somebody means.
inline constexpr std::size_t max_query_parameters = 10'000;

/// Escapes all bytes but letters, digits, `_.-~` and those of `safe` as `%XX`.
[[nodiscard]] std::string url_quote(std::string_view text, std::string_view safe = "/");
/// As url_quote, with `+` for a space.
[[nodiscard]] std::string url_quote_plus(std::string_view text, std::string_view safe = {});
/// Resolves `%XX` to the byte that it means, whatever that is. What is no escape stays.
[[nodiscard]] std::string url_unquote(std::string_view text);
/// Resolves `%XX`, and `+` to a space. The result is valid UTF-8: bytes that are not stay `%XX`, in upper case.
[[nodiscard]] std::string url_unquote_plus(std::string_view text);

/// Writes a query string; sorted by name if so wished.
[[nodiscard]] std::string url_encode(const TextPairs& pairs, bool sort = false);
/// Reads a query string or a form. More than `limit` parameters: RequestEntityTooLarge.
[[nodiscard]] TextPairs url_decode(std::string_view query,
                                   std::size_t limit = max_query_parameters);

/// The parts of a URL, none of them decoded.
struct UrlParts {
    std::string scheme = {};  // lower case
    std::string netloc = {};
    std::string path = {};
    std::string query = {};
    std::string fragment = {};

    /// The user's name; empty if there is none.
    [[nodiscard]] std::string_view username() const noexcept;
    /// The password, if there is one.
    [[nodiscard]] std::optional<std::string_view> password() const noexcept;
    /// The host in lower case, without brackets; empty if there is none.
    [[nodiscard]] std::string hostname() const;
    /// The port; nothing if there is none, or none that is valid.
    [[nodiscard]] std::optional<unsigned> port() const noexcept;

    friend bool operator==(const UrlParts&, const UrlParts&) = default;

private:
    [[nodiscard]] std::string_view userinfo() const noexcept;
    [[nodiscard]] std::pair<std::string_view, std::string_view> host_and_port() const noexcept;
};

/// Splits a URL as Python's `urlsplit`; throws ValueError for brackets that do not match.
[[nodiscard]] UrlParts urlsplit(std::string_view url);
[[nodiscard]] std::string urlunsplit(const UrlParts& parts);
/// Resolves a reference as a browser on the page `base` would.
[[nodiscard]] std::string urljoin(std::string_view base, std::string_view url);

/// Makes a URL ASCII: escapes foreign letters and what may not stand there; the host becomes Punycode.
[[nodiscard]] std::string iri_to_uri(std::string_view iri);
/// Makes a URL readable: resolves the escapes of what may stand there.
[[nodiscard]] std::string uri_to_iri(std::string_view uri);

/// Returns a host name in ASCII ("xn--n3h.com"); throws ValueError for a name that cannot be one.
[[nodiscard]] std::string idna_encode(std::string_view host);
/// Returns a host name in UTF-8; labels that are no Punycode stay.
[[nodiscard]] std::string idna_decode(std::string_view host);

}  // namespace microflask::detail
