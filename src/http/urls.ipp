// Bodies of urls.hpp.
#include "http/urls.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/exceptions.hpp"
#include "http/hosts.hpp"

#include <algorithm>
#include <cstdint>

namespace microflask::detail {

constexpr bool is_url_unreserved(char c) noexcept {
    return is_ascii_alnum(c) || c == '_' || c == '.' || c == '-' || c == '~';
}

MICROFLASK_INLINE void append_url_escape(std::string& out, char c) {
    constexpr char digits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

MICROFLASK_INLINE std::string url_quote(std::string_view text, std::string_view safe) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (is_url_unreserved(c) || safe.find(c) != std::string_view::npos) {
            out += c;
        } else {
            append_url_escape(out, c);
        }
    }
    return out;
}

MICROFLASK_INLINE std::string url_quote_plus(std::string_view text, std::string_view safe) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (const char c : text) {
        if (c == ' ') {
            out += '+';
        } else if (is_url_unreserved(c) || safe.find(c) != std::string_view::npos) {
            out += c;
        } else {
            append_url_escape(out, c);
        }
    }
    return out;
}

/// Returns the byte of the escape at a place, or -1 where there is none.
MICROFLASK_INLINE int url_escape_at(std::string_view text, std::size_t at) noexcept {
    if (text[at] != '%' || text.size() - at < 3) return -1;
    const int high = hex_digit_value(text[at + 1]);
    const int low = hex_digit_value(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

MICROFLASK_INLINE std::string url_unquote(std::string_view text) {
    std::size_t at = text.find('%');
    if (at == std::string_view::npos) return std::string(text);
    std::string out(text.substr(0, at));
    out.reserve(text.size());
    while (at < text.size()) {
        const int byte = url_escape_at(text, at);
        out += byte < 0 ? text[at] : static_cast<char>(byte);
        at += byte < 0 ? 1 : 3;
    }
    return out;
}

/// Appends text whose bytes that are no UTF-8 are escaped.
MICROFLASK_INLINE void append_url_text(std::string& out, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t ascii = ascii_prefix_size(bytes);
        out += bytes.substr(0, ascii);
        bytes.remove_prefix(ascii);
        if (bytes.empty()) break;
        const Utf8Sequence sequence = decode_utf8(bytes);
        for (const char c : bytes.substr(0, sequence.size)) {
            if (sequence.valid) {
                out += c;
            } else {
                append_url_escape(out, c);
            }
        }
        bytes.remove_prefix(sequence.size);
    }
}

MICROFLASK_INLINE std::string url_unquote_plus(std::string_view text) {
    std::string bytes;
    if (text.find_first_of("%+") == std::string_view::npos) {
        bytes = text;
    } else {
        bytes.reserve(text.size());
        for (std::size_t at = 0; at < text.size();) {
            const int byte = url_escape_at(text, at);
            bytes += byte >= 0 ? static_cast<char>(byte) : text[at] == '+' ? ' ' : text[at];
            at += byte < 0 ? 1 : 3;
        }
    }
    if (is_valid_utf8(bytes)) return bytes;
    std::string out;
    append_url_text(out, bytes);
    return out;
}

MICROFLASK_INLINE std::string url_encode(const TextPairs& pairs, bool sort) {
    constexpr std::string_view safe = "!$'()*,/:;?@";
    const TextPairs* source = &pairs;
    TextPairs sorted;
    if (sort) {
        sorted = pairs;
        sort_items(sorted, [](const auto& a, const auto& b) { return a.first < b.first; });
        source = &sorted;
    }
    std::string out;
    for (const auto& [key, value] : *source) {
        if (!out.empty()) out += '&';
        out += url_quote_plus(key, safe);
        out += '=';
        out += url_quote_plus(value, safe);
    }
    return out;
}

MICROFLASK_INLINE TextPairs url_decode(std::string_view query, std::size_t limit) {
    TextPairs pairs;
    while (!query.empty()) {
        const std::size_t end = (std::min)(query.find('&'), query.size());
        const std::string_view item = query.substr(0, end);
        query.remove_prefix((std::min)(end + 1, query.size()));
        if (item.empty()) continue;
        if (pairs.size() >= limit) throw RequestEntityTooLarge();
        const std::size_t sign = (std::min)(item.find('='), item.size());
        pairs.emplace_back(url_unquote_plus(item.substr(0, sign)),
                           url_unquote_plus(item.substr((std::min)(sign + 1, item.size()))));
    }
    return pairs;
}

// ---- splitting and joining

MICROFLASK_INLINE std::string_view UrlParts::userinfo() const noexcept {
    const std::size_t at = netloc.rfind('@');
    return at == std::string::npos ? std::string_view{} : std::string_view(netloc).substr(0, at);
}

MICROFLASK_INLINE std::string_view UrlParts::username() const noexcept {
    const std::string_view user = userinfo();
    return user.substr(0, user.find(':'));
}

MICROFLASK_INLINE std::optional<std::string_view> UrlParts::password() const noexcept {
    const std::string_view user = userinfo();
    const std::size_t colon = user.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    return user.substr(colon + 1);
}

MICROFLASK_INLINE std::pair<std::string_view, std::string_view> UrlParts::host_and_port()
    const noexcept {
    std::string_view host = netloc;
    const std::size_t at = host.rfind('@');
    if (at != std::string_view::npos) host.remove_prefix(at + 1);
    const std::size_t open = host.find('[');
    if (open != std::string_view::npos) {
        host.remove_prefix(open + 1);
        const std::size_t close = (std::min)(host.find(']'), host.size());
        const std::string_view rest = host.substr(close);
        const std::size_t colon = rest.find(':');
        return {host.substr(0, close),
                colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1)};
    }
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos) return {host, {}};
    return {host.substr(0, colon), host.substr(colon + 1)};
}

MICROFLASK_INLINE std::string UrlParts::hostname() const {
    return to_lower(host_and_port().first);
}

MICROFLASK_INLINE std::optional<unsigned> UrlParts::port() const noexcept {
    const auto port = parse_unsigned(host_and_port().second, 65535);
    return port ? std::optional<unsigned>(static_cast<unsigned>(*port)) : std::nullopt;
}

MICROFLASK_INLINE UrlParts urlsplit(std::string_view url) {
    std::string cleaned;
    while (!url.empty() && static_cast<unsigned char>(url.front()) <= ' ') url.remove_prefix(1);
    if (url.find_first_of("\t\r\n") != std::string_view::npos) {  // browsers do not see them either
        for (const char c : url) {
            if (c != '\t' && c != '\r' && c != '\n') cleaned += c;
        }
        url = cleaned;
    }
    UrlParts parts;
    const std::size_t colon = url.find(':');
    if (colon != std::string_view::npos && colon > 0 && is_ascii_alpha(url[0])) {
        const std::string_view scheme = url.substr(0, colon);
        const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return is_ascii_alnum(c) || c == '+' || c == '-' || c == '.';
        });
        if (valid) {
            parts.scheme = to_lower(scheme);
            url.remove_prefix(colon + 1);
        }
    }
    if (url.starts_with("//")) {
        url.remove_prefix(2);
        const std::size_t end = (std::min)(url.find_first_of("/?#"), url.size());
        parts.netloc = url.substr(0, end);
        url.remove_prefix(end);
        const std::size_t open = parts.netloc.find('[');
        const std::size_t close = parts.netloc.find(']');
        if ((open == std::string::npos) != (close == std::string::npos) ||
            (open != std::string::npos && close < open)) {
            throw ValueError("Invalid IPv6 URL");
        }
    }
    const std::size_t hash = url.find('#');
    if (hash != std::string_view::npos) {
        parts.fragment = url.substr(hash + 1);
        url = url.substr(0, hash);
    }
    const std::size_t question = url.find('?');
    if (question != std::string_view::npos) {
        parts.query = url.substr(question + 1);
        url = url.substr(0, question);
    }
    parts.path = url;
    return parts;
}

/// Whether a scheme's URLs have a host and relative forms.
MICROFLASK_INLINE bool is_url_hierarchical(std::string_view scheme) noexcept {
    for (const std::string_view known :
         {"", "http", "https", "ws", "wss", "ftp", "file", "sftp", "itms-services"}) {
        if (scheme == known) return true;
    }
    return false;
}

MICROFLASK_INLINE std::string urlunsplit(const UrlParts& parts) {
    std::string url;
    if (!parts.scheme.empty()) url = parts.scheme + ":";
    const bool opens = parts.path.starts_with('/');
    if (!parts.netloc.empty()) {
        url += "//";
        url += parts.netloc;
        if (!opens && !parts.path.empty()) url += '/';
    } else if (parts.path.starts_with("//") ||
               (!parts.scheme.empty() && is_url_hierarchical(parts.scheme) &&
                (opens || parts.path.empty()))) {
        url += "//";
    }
    url += parts.path;
    if (!parts.query.empty()) url += "?" + parts.query;
    if (!parts.fragment.empty()) url += "#" + parts.fragment;
    return url;
}

/// Resolves "." and ".." of a path that is relative to another.
MICROFLASK_INLINE std::string join_url_paths(std::string_view base, std::string_view path) {
    std::vector<std::string_view> segments;
    if (path.starts_with('/')) {
        segments = split(path, '/');
    } else {
        segments = split(base, '/');
        if (!segments.empty() && !segments.back().empty()) segments.pop_back();
        const std::vector<std::string_view> more = split(path, '/');
        segments.insert(segments.end(), more.begin(), more.end());
        if (segments.size() > 2) {  // empty ones in the middle are merged
            segments.erase(
                std::remove(segments.begin() + 1, segments.end() - 1, std::string_view{}),
                segments.end() - 1);
        }
    }
    std::vector<std::string_view> resolved;
    for (const std::string_view segment : segments) {
        if (segment == "..") {
            if (!resolved.empty()) resolved.pop_back();
        } else if (segment != ".") {
            resolved.push_back(segment);
        }
    }
    if (!segments.empty() && (segments.back() == "." || segments.back() == ".."))
        resolved.emplace_back();
    std::string out;
    for (std::size_t i = 0; i < resolved.size(); ++i) {
        if (i > 0) out += '/';
        out += resolved[i];
    }
    return out.empty() ? "/" : out;
}

MICROFLASK_INLINE std::string urljoin(std::string_view base, std::string_view url) {
    if (base.empty()) return std::string(url);
    if (url.empty()) return std::string(base);
    const UrlParts from = urlsplit(base);
    UrlParts to = urlsplit(url);
    if (to.scheme.empty()) to.scheme = from.scheme;
    if (to.scheme != from.scheme || !is_url_hierarchical(to.scheme)) return std::string(url);
    if (!to.netloc.empty()) return urlunsplit(to);
    to.netloc = from.netloc;
    if (to.path.empty()) {
        to.path = from.path;
        if (to.query.empty()) to.query = from.query;
    } else {
        to.path = join_url_paths(from.path, to.path);
    }
    return urlunsplit(to);
}

// ---- URLs with foreign letters

/// Resolves escapes but those of the bytes that stay escaped.
MICROFLASK_INLINE std::string unquote_url_part(std::string_view part, std::string_view stay) {
    std::string out;
    std::string bytes;
    for (std::size_t at = 0; at < part.size();) {
        const int byte = url_escape_at(part, at);
        if (byte < 0) {
            bytes += part[at++];
            continue;
        }
        const char c = static_cast<char>(byte);
        if (byte <= 0x20 || byte == '%' || byte == 0x7F || stay.find(c) != std::string_view::npos) {
            append_url_text(out, bytes);
            bytes.clear();
            out += part.substr(at, 3);
        } else {
            bytes += c;
        }
        at += 3;
    }
    append_url_text(out, bytes);
    return out;
}

/// Puts a netloc together again, around another spelling of its parts.
MICROFLASK_INLINE std::string build_url_netloc(const UrlParts& parts, std::string host,
                                               std::string (*spell)(std::string_view)) {
    host = bracketed_host(host);
    if (const auto port = parts.port(); port && *port != 0) host += ":" + std::to_string(*port);
    if (parts.username().empty()) return host;
    std::string user = spell(parts.username());
    if (const auto password = parts.password(); password && !password->empty())
        user += ":" + spell(*password);
    return user + "@" + host;
}

MICROFLASK_INLINE std::string iri_to_uri(std::string_view iri) {
    UrlParts parts = urlsplit(iri);
    parts.path = url_quote(parts.path, "%!$&'()*+,/:;=@");
    parts.query = url_quote(parts.query, "%!$&'()*+,/:;=?@");
    parts.fragment = url_quote(parts.fragment, "%!#$&'()*+,/:;=?@");
    if (!parts.netloc.empty()) {
        parts.netloc =
            build_url_netloc(parts, idna_encode(parts.hostname()),
                             [](std::string_view text) { return url_quote(text, "%!$&'()*+,;="); });
    }
    return urlunsplit(parts);
}

MICROFLASK_INLINE std::string uri_to_iri(std::string_view uri) {
    UrlParts parts = urlsplit(uri);
    parts.path = unquote_url_part(parts.path, "/?#");
    parts.query = unquote_url_part(parts.query, "&=+#");
    parts.fragment = unquote_url_part(parts.fragment, "");
    if (!parts.netloc.empty()) {
        parts.netloc =
            build_url_netloc(parts, idna_decode(parts.hostname()),
                             [](std::string_view text) { return unquote_url_part(text, ":@/?#"); });
    }
    return urlunsplit(parts);
}

// ---- Punycode (RFC 3492)

MICROFLASK_INLINE std::uint32_t adapt_punycode(std::uint32_t delta, std::uint32_t count,
                                               bool first) noexcept {
    delta = first ? delta / 700 : delta / 2;
    delta += delta / count;
    std::uint32_t k = 0;
    for (; delta > 455; k += 36) delta /= 35;
    return k + 36 * delta / (delta + 38);
}

constexpr std::uint32_t punycode_threshold(std::uint32_t k, std::uint32_t bias) noexcept {
    return k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias);
}

MICROFLASK_INLINE std::string encode_punycode(const List<char32_t>& label) {
    std::string out;
    for (const char32_t c : label) {
        if (c < 0x80) out += static_cast<char>(c);
    }
    const auto basic = static_cast<std::uint32_t>(out.size());
    std::uint32_t handled = basic;
    if (basic > 0) out += '-';
    std::uint32_t n = 128;
    std::uint32_t delta = 0;
    std::uint32_t bias = 72;
    while (handled < label.size()) {
        char32_t next = 0x110000;
        for (const char32_t c : label) {
            if (c >= n && c < next) next = c;
        }
        delta += (static_cast<std::uint32_t>(next) - n) * (handled + 1);
        n = static_cast<std::uint32_t>(next);
        for (const char32_t c : label) {
            if (c < n) ++delta;
            if (c != n) continue;
            std::uint32_t q = delta;
            for (std::uint32_t k = 36;; k += 36) {
                const std::uint32_t t = punycode_threshold(k, bias);
                const std::uint32_t digit = q < t ? q : t + (q - t) % (36 - t);
                out += static_cast<char>(digit < 26 ? 'a' + digit : '0' + (digit - 26));
                if (q < t) break;
                q = (q - t) / (36 - t);
            }
            bias = adapt_punycode(delta, handled + 1, handled == basic);
            delta = 0;
            ++handled;
        }
        ++delta;
        ++n;
    }
    return out;
}

MICROFLASK_INLINE std::optional<std::string> decode_punycode(std::string_view text) {
    List<char32_t> label;
    const std::size_t dash = text.rfind('-');
    if (dash != std::string_view::npos) {
        for (const char c : text.substr(0, dash))
            label.push_back(static_cast<char32_t>(static_cast<unsigned char>(c)));
        text.remove_prefix(dash + 1);
    }
    std::uint32_t n = 128;
    std::uint32_t i = 0;
    std::uint32_t bias = 72;
    while (!text.empty()) {
        const std::uint32_t before = i;
        std::uint64_t weight = 1;
        for (std::uint32_t k = 36;; k += 36) {
            if (text.empty()) return std::nullopt;
            const char c = ascii_lower(text.front());
            text.remove_prefix(1);
            if (!is_ascii_alnum(c)) return std::nullopt;
            const auto digit =
                static_cast<std::uint32_t>(is_ascii_digit(c) ? c - '0' + 26 : c - 'a');
            const std::uint64_t sum = i + digit * weight;
            if (sum > INT32_MAX) return std::nullopt;
            i = static_cast<std::uint32_t>(sum);
            const std::uint32_t t = punycode_threshold(k, bias);
            if (digit < t) break;
            weight *= 36 - t;
            if (weight > INT32_MAX) return std::nullopt;
        }
        const auto count = static_cast<std::uint32_t>(label.size() + 1);
        bias = adapt_punycode(i - before, count, before == 0);
        n += i / count;
        i %= count;
        if (n > 0x10FFFF || (n >= 0xD800 && n < 0xE000)) return std::nullopt;
        label.insert(label.begin() + i, static_cast<char32_t>(n));
        ++i;
    }
    std::string out;
    for (const char32_t c : label) append_utf8(out, c);
    return out;
}

MICROFLASK_INLINE std::string idna_encode(std::string_view host) {
    if (ascii_prefix_size(host) == host.size()) return std::string(host);
    if (host.size() > 1024 || !is_valid_utf8(host))
        throw ValueError("A host name is too long or no valid text.");
    std::string out;
    bool first = true;
    for (std::string_view label : split(host, '.')) {
        if (!first) out += '.';
        first = false;
        if (ascii_prefix_size(label) == label.size()) {
            out += label;
            continue;
        }
        List<char32_t> points;
        while (!label.empty()) {
            const char32_t c = next_code_point(label);
            const bool is_upper = (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
                                  (c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F);
            points.push_back(is_upper ? c + 0x20 : c);
        }
        const std::string encoded = "xn--" + encode_punycode(points);
        if (encoded.size() > 63) throw ValueError("A label of a host name is too long.");
        out += encoded;
    }
    return out;
}

/// Whether a label is what its own text is encoded as. What is not is a disguise: "xn--bank-" is not "bank".
MICROFLASK_INLINE bool is_punycode_of(std::string_view label, std::string_view text) {
    if (ascii_prefix_size(text) == text.size()) return false;
    List<char32_t> points;
    while (!text.empty()) points.push_back(next_code_point(text));
    return equals_ignoring_case(encode_punycode(points), label);
}

MICROFLASK_INLINE std::string idna_decode(std::string_view host) {
    if (host.find("xn--") == std::string_view::npos) return std::string(host);
    std::string out;
    bool first = true;
    for (const std::string_view label : split(host, '.')) {
        if (!first) out += '.';
        first = false;
        const bool is_encoded = label.starts_with("xn--") && label.size() <= 63;
        const auto decoded = is_encoded ? decode_punycode(label.substr(4)) : std::nullopt;
        out += decoded && is_punycode_of(label.substr(4), *decoded) ? *decoded : std::string(label);
    }
    return out;
}

}  // namespace microflask::detail
