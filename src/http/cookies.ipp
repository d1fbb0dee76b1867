// Bodies of cookies.hpp.
#include "http/cookies.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/dates.hpp"
#include "http/hosts.hpp"
#include "http/urls.hpp"

#include <algorithm>
#include <cstdint>
#include <cstddef>
#include <cstdint>

namespace microflask {

namespace detail {

/// Whether a text has a control character, or one of the others.
MICROFLASK_INLINE bool cookie_text_has(std::string_view text, std::string_view others) noexcept {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F || others.find(c) != std::string_view::npos) return true;
    }
    return false;
}

/// Whether a cookie's value must be quoted.
MICROFLASK_INLINE bool is_quoted_in_cookie(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7F || c == '"' || c == ',' || c == ';' || c == '\\';
}

/// Appends a cookie's value, in quotes and with octal escapes where it needs them.
MICROFLASK_INLINE void append_cookie_value(std::string& out, std::string_view value) {
    if (std::find_if(value.begin(), value.end(), is_quoted_in_cookie) == value.end()) {
        out += value;
        return;
    }
    out += '"';
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == ' ' || !is_quoted_in_cookie(c)) {
            out += c;
        } else {
            out += '\\';
            out += static_cast<char>('0' + (byte >> 6));
            out += static_cast<char>('0' + (byte >> 3 & 7));
            out += static_cast<char>('0' + (byte & 7));
        }
    }
    out += '"';
}

/// Returns the Domain attribute of a cookie.
MICROFLASK_INLINE std::string cookie_domain_attribute(std::string_view domain) {
    domain = host_without_port(domain);
    while (domain.starts_with('.')) domain.remove_prefix(1);
    if (cookie_text_has(domain, " ;,=\""))
        throw ValueError(concat({"'", domain, "' is no domain for a cookie"}));
    return idna_encode(domain);
}

/// Returns the spelling of a SameSite attribute.
MICROFLASK_INLINE std::string_view cookie_samesite_attribute(std::string_view samesite) {
    for (const std::string_view known : {"Strict", "Lax", "None"}) {
        if (equals_ignoring_case(samesite, known)) return known;
    }
    throw ValueError("SameSite must be 'Strict', 'Lax', or 'None'.");
}

/// Resolves the escapes of a quoted value.
MICROFLASK_INLINE std::string unescape_cookie_value(std::string_view value) {
    const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
    std::string out;
    out.reserve(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size()) {
            out += value[i];
            continue;
        }
        ++i;
        const bool is_byte = value.size() - i >= 3 && value[i] <= '3' && is_octal(value[i]) &&
                             is_octal(value[i + 1]) && is_octal(value[i + 2]);
        if (is_byte) {
            out += static_cast<char>((value[i] - '0') * 64 + (value[i + 1] - '0') * 8 +
                                     (value[i + 2] - '0'));
            i += 2;
        } else {
            out += value[i];
        }
    }
    return out;
}

/// Returns where the value that begins a text ends: behind a quoted string if nothing follows it, else at a semicolon.
MICROFLASK_INLINE std::size_t cookie_value_size(std::string_view text) noexcept {
    if (text.starts_with('"')) {
        std::size_t i = 1;
        while (i < text.size() && text[i] != '"')
            i += text[i] == '\\' ? std::size_t{2} : std::size_t{1};
        if (i < text.size()) {
            std::size_t end = i + 1;
            while (end < text.size() && is_ascii_space(text[end])) ++end;
            if (end == text.size() || text[end] == ';') return end;
        }
    }
    return (std::min)(text.find(';'), text.size());
}

}  // namespace detail

MICROFLASK_INLINE std::string dump_cookie(std::string_view key, std::string_view value,
                                          const DumpCookieOptions& options) {
    if (key.empty() || detail::cookie_text_has(key, ";")) {
        throw ValueError(
            "the name of a cookie is empty, or has a semicolon or a control character");
    }
    if (options.path && detail::cookie_text_has(*options.path, ""))
        throw ValueError("the path of a cookie has a control character");
    std::string field(key);
    field += '=';
    detail::append_cookie_value(field, value);
    if (!options.domain.empty()) {
        const std::string domain = detail::cookie_domain_attribute(options.domain);
        field += "; Domain=";
        field += domain;
    }
    if (options.expires) {
        field += "; Expires=";
        field += http_date(*options.expires);
    } else if (options.max_age) {
        // The last second of the year 9999, beyond which a date cannot be written.
        constexpr std::int64_t end = 253402300799;
        const std::int64_t now = detail::unix_now();
        const auto life = static_cast<std::int64_t>(*options.max_age);
        field += "; Expires=";
        field += http_date(life <= -now ? 0 : (life > end - now ? end : now + life));
    }
    if (options.max_age) {
        field += "; Max-Age=";
        detail::append_signed(field, *options.max_age);
    }
    if (options.secure || options.partitioned) field += "; Secure";
    if (options.httponly) field += "; HttpOnly";
    if (options.path) {
        field += "; Path=";
        field += detail::url_quote(*options.path, "%!$&'()*+,/:=@");
    }
    if (!options.samesite.empty()) {
        field += "; SameSite=";
        field += detail::cookie_samesite_attribute(options.samesite);
    }
    if (options.partitioned) field += "; Partitioned";
    return field;
}

MICROFLASK_INLINE std::vector<std::pair<std::string, std::string>> parse_cookie(
    std::string_view field) {
    std::vector<std::pair<std::string, std::string>> cookies;
    while (!field.empty()) {
        const std::size_t name_end = (std::min)(field.find_first_of("=;"), field.size());
        const std::string_view name = detail::trim(field.substr(0, name_end));
        field.remove_prefix(name_end);
        std::string_view value;
        if (field.starts_with('=')) {
            field.remove_prefix(1);
            while (!field.empty() && detail::is_ascii_space(field.front())) field.remove_prefix(1);
            const std::size_t size = detail::cookie_value_size(field);
            value = detail::trim(field.substr(0, size));
            field.remove_prefix(size);
        }
        if (!field.empty()) field.remove_prefix(1);
        if (name.empty()) continue;
        const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
        std::string text = quoted ? detail::unescape_cookie_value(value.substr(1, value.size() - 2))
                                  : std::string(value);
        if (!detail::is_valid_utf8(text)) text = detail::replace_invalid_utf8(text);
        cookies.emplace_back(
            detail::is_valid_utf8(name) ? std::string(name) : detail::replace_invalid_utf8(name),
            std::move(text));
    }
    return cookies;
}

}  // namespace microflask
