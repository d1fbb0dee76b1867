// Bodies of field_values.hpp.
#include "http/field_values.hpp"

#include "core/config.hpp"
#include "core/list.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/urls.hpp"

#include <algorithm>
#include <cstddef>

namespace microflask {

namespace detail {

MICROFLASK_INLINE bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

/// Decodes the escapes of an extended value; nothing where its charset is none that we know.
MICROFLASK_INLINE std::optional<std::string> decode_charset_value(std::string_view value,
                                                                  std::string_view charset) {
    std::string bytes = url_unquote(value);
    if (charset == "utf-8") return replace_invalid_utf8(bytes);
    const bool is_latin = charset == "iso-8859-1";
    if (!is_latin && charset != "ascii" && charset != "us-ascii") return std::nullopt;
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(text, byte < 0x80 || is_latin ? char32_t{byte} : char32_t{0xFFFD});
    }
    return text;
}

/// Splits `charset'language'value`; nothing where it is not of that form.
MICROFLASK_INLINE std::optional<std::pair<std::string, std::string_view>> split_charset_value(
    std::string_view text) {
    const std::size_t first = text.find('\'');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = text.find('\'', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const std::string_view charset = text.substr(0, first);
    const std::string_view language = text.substr(first + 1, second - first - 1);
    const std::string_view value = text.substr(second + 1);
    if ((!charset.empty() && !is_token(charset)) || (!language.empty() && !is_token(language)) ||
        !is_token(value)) {
        return std::nullopt;
    }
    return std::pair(to_lower(charset), value);
}

/// Takes a `*2` off the end of a name; whether there was one.
MICROFLASK_INLINE bool take_continuation(std::string& name) {
    const std::size_t star = name.rfind('*');
    if (star == std::string::npos || star + 1 == name.size()) return false;
    if (!std::all_of(name.begin() + static_cast<std::ptrdiff_t>(star) + 1, name.end(),
                     is_ascii_digit))
        return false;
    name.resize(star);
    return true;
}

/// Returns the size of the quoted string that a text begins with, quotes included; 0 where it does not end.
MICROFLASK_INLINE std::size_t quoted_string_size(std::string_view text) noexcept {
    for (std::size_t at = 1; at < text.size(); ++at) {
        const bool escapes = text[at] == '\\' && at + 1 < text.size() &&
                             (text[at + 1] == '\\' || text[at + 1] == '"');
        if (escapes) {
            ++at;
        } else if (text[at] == '"') {
            return at + 1;
        }
    }
    return 0;
}

/// Resolves `\\`, `\"` and, as forms write it, `%22`.
MICROFLASK_INLINE std::string unquote_option_value(std::string_view inner) {
    std::string out;
    for (std::size_t at = 0; at < inner.size(); ++at) {
        const std::string_view rest = inner.substr(at);
        if (rest.size() > 1 && rest[0] == '\\' && (rest[1] == '\\' || rest[1] == '"')) {
            out += rest[1];
            ++at;
        } else if (rest.starts_with("%22")) {
            out += '"';
            at += 2;
        } else {
            out += rest[0];
        }
    }
    return out;
}

MICROFLASK_INLINE std::string_view trim_left(std::string_view text) noexcept {
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    return text;
}

/// Reads the parameters behind the first semicolon, undecoded: names in lower case, values with their quotes.
MICROFLASK_INLINE List<std::pair<std::string, std::string_view>> raw_options(
    std::string_view rest) {
    List<std::pair<std::string, std::string_view>> parts;
    while (true) {
        std::size_t size = 0;
        while (size < rest.size() && is_token_character(rest[size])) ++size;
        if (size > 0 && size < rest.size() && rest[size] == '=') {
            std::string name = to_lower(rest.substr(0, size));
            rest.remove_prefix(size + 1);
            std::size_t value_size = 0;
            if (rest.starts_with('"')) {
                value_size = quoted_string_size(rest);
            } else {
                while (value_size < rest.size() && is_token_character(rest[value_size]))
                    ++value_size;
            }
            if (value_size > 0) parts.emplace_back(std::move(name), rest.substr(0, value_size));
            // A quote that does not end leaves the rest to be looked through for more parameters.
            rest.remove_prefix(value_size);
        }
        const std::size_t end = rest.find(';');
        if (end == std::string_view::npos) return parts;
        rest = trim_left(rest.substr(end + 1));
    }
}

}  // namespace detail

MICROFLASK_INLINE std::string quote_header_value(std::string_view value, bool allow_token) {
    if (allow_token && detail::is_token(value)) return std::string(value);
    std::string out = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
    return out;
}

MICROFLASK_INLINE std::string unquote_header_value(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string out;
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] == '\\' && at + 1 < value.size()) ++at;
        out += value[at];
    }
    return out;
}

MICROFLASK_INLINE std::vector<std::string> parse_list_header(std::string_view value) {
    std::vector<std::string> items;
    std::size_t begin = 0;
    bool in_quotes = false;
    for (std::size_t at = 0; at <= value.size(); ++at) {
        if (at < value.size() && in_quotes && value[at] == '\\') {
            ++at;
            continue;
        }
        if (at < value.size() && value[at] == '"') in_quotes = !in_quotes;
        if (at < value.size() && (in_quotes || value[at] != ',')) continue;
        if (in_quotes) return {};
        const std::string_view item = detail::trim(value.substr(begin, at - begin));
        if (!item.empty()) items.push_back(unquote_header_value(item));
        begin = at + 1;
    }
    if (in_quotes) return {};
    return items;
}

MICROFLASK_INLINE HeaderParameters parse_dict_header(std::string_view value) {
    HeaderParameters parameters;
    for (const std::string& item : parse_list_header(value)) {
        const std::string_view text = item;
        const std::size_t sign = text.find('=');
        std::string name(detail::trim(text.substr(0, sign)));
        if (name.empty()) continue;
        std::optional<std::string> content;
        if (sign != std::string_view::npos) {
            std::string raw(detail::trim(text.substr(sign + 1)));
            if (name.back() == '*') {
                name.pop_back();
                if (const auto pieces = detail::split_charset_value(raw)) {
                    raw = detail::decode_charset_value(pieces->second, pieces->first)
                              .value_or(std::string(pieces->second));
                }
            }
            content = unquote_header_value(raw);
        }
        if (name.empty()) continue;
        const auto same = std::find_if(parameters.begin(), parameters.end(),
                                       [&name](const auto& known) { return known.first == name; });
        if (same != parameters.end()) {
            same->second = std::move(content);
        } else {
            parameters.emplace_back(std::move(name), std::move(content));
        }
        if (parameters.size() > 256) return {};
    }
    return parameters;
}

MICROFLASK_INLINE std::pair<std::string, HeaderOptions> parse_options_header(
    std::string_view value) {
    const std::size_t semicolon = value.find(';');
    std::pair<std::string, HeaderOptions> result(detail::trim(value.substr(0, semicolon)),
                                                 HeaderOptions());
    if (semicolon == std::string_view::npos || result.first.empty()) return result;
    HeaderOptions& options = result.second;
    std::string continued_charset;
    for (auto& [name, raw] : detail::raw_options(detail::trim(value.substr(semicolon + 1)))) {
        std::string content(raw);
        if (name.back() == '*') {
            name.pop_back();
            std::string charset;
            if (auto pieces = detail::split_charset_value(raw)) {
                charset = std::move(pieces->first);
                content = pieces->second;
            }
            if (charset.empty()) charset = continued_charset;
            if (auto decoded = detail::decode_charset_value(content, charset)) {
                continued_charset = charset;
                content = *std::move(decoded);
            }
        }
        if (content.size() >= 2 && content.front() == '"' && content.back() == '"') {
            content = detail::unquote_option_value(
                std::string_view(content).substr(1, content.size() - 2));
        }
        const bool continues = detail::take_continuation(name);
        if (name.empty()) continue;
        const auto same =
            std::find_if(options.begin(), options.end(),
                         [&name = name](const auto& known) { return known.first == name; });
        if (same == options.end()) {
            if (options.size() >= 64) break;
            options.emplace_back(std::move(name), std::move(content));
        } else if (continues) {
            same->second += content;
        } else {
            same->second = std::move(content);
        }
    }
    return result;
}

MICROFLASK_INLINE std::string dump_header(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) {
        if (!out.empty()) out += ", ";
        out += quote_header_value(item);
    }
    return out;
}

namespace detail {

MICROFLASK_INLINE void append_header_parameter(std::string& out, std::string_view name,
                                               std::string_view value) {
    out += name;
    out += '=';
    out += name.ends_with('*') ? std::string(value) : quote_header_value(value);
}

}  // namespace detail

MICROFLASK_INLINE std::string dump_header(const HeaderParameters& parameters) {
    std::string out;
    for (const auto& [name, value] : parameters) {
        if (!out.empty()) out += ", ";
        if (value) {
            detail::append_header_parameter(out, name, *value);
        } else {
            out += name;
        }
    }
    return out;
}

MICROFLASK_INLINE std::string dump_options_header(std::string_view value,
                                                  const HeaderParameters& options) {
    std::string out(value);
    for (const auto& [name, content] : options) {
        if (!content) continue;
        out += "; ";
        detail::append_header_parameter(out, name, *content);
    }
    return out;
}

}  // namespace microflask
