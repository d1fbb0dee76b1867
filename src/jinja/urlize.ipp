// Bodies of urlize.hpp.
#include "jinja/urlize.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_sequence.hpp"
#include "jinja/filters_text.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/unicode.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace microflask::detail {

/// Whether all of a text are word characters or those of a set; there have to be `least` to `most` of them.
MICROFLASK_INLINE bool urlize_is_word(std::string_view text, std::string_view others,
                                      std::size_t least, std::size_t most) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const char first = text[0];
        const char32_t c = next_code_point(text);
        const bool is_other = c < 0x80 && others.find(first) != std::string_view::npos;
        if (!is_other && !is_template_word(c)) return false;
    }
    return count >= least && count <= most;
}

MICROFLASK_INLINE bool urlize_is_letters(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_ascii_alpha);
}

MICROFLASK_INLINE bool urlize_is_ipv4(std::string_view host) {
    const std::vector<std::string_view> parts = split(host, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return !part.empty() && part.size() <= 3 &&
                      std::all_of(part.begin(), part.end(), is_ascii_digit);
           });
}

/// Whether it is what Jinja takes for an IPv6 address: two groups with colons, and one to six more.
MICROFLASK_INLINE bool urlize_is_ipv6(std::string_view host) {
    const auto take = [&host](bool needs_colon) {
        std::size_t size = 0;
        while (size < 4 && size < host.size() && hex_digit_value(host[size]) >= 0) ++size;
        host.remove_prefix(size);
        const bool has_colon = !host.empty() && host[0] == ':';
        if (has_colon) host.remove_prefix(1);
        return has_colon || !needs_colon;
    };
    if (!take(true) || !take(true)) return false;
    for (int i = 0; i < 6 && !host.empty(); ++i) take(false);
    return host.empty();
}

/// Whether a port (with its colon), or nothing, is at the beginning, and behind it a path, or nothing.
MICROFLASK_INLINE bool urlize_is_tail(std::string_view tail) {
    if (!tail.empty() && tail[0] == ':') {
        std::size_t size = 1;
        while (size < tail.size() && is_ascii_digit(tail[size])) ++size;
        if (size == 1 || size > 6) return false;
        tail.remove_prefix(size);
    }
    return tail.empty() || tail[0] == '/' || tail[0] == '?' || tail[0] == '#';
}

MICROFLASK_INLINE bool urlize_is_url(std::string_view text) {
    std::string_view rest = text;
    const auto take = [&rest](std::string_view prefix) {
        if (!starts_with_ignoring_case(rest, prefix)) return false;
        rest.remove_prefix(prefix.size());
        return true;
    };
    const bool has_scheme = take("http://") || take("https://");
    if (has_scheme && !rest.empty() && rest[0] == '[') {
        const std::size_t end = rest.find(']');
        if (end != std::string_view::npos && urlize_is_ipv6(rest.substr(1, end - 1)) &&
            urlize_is_tail(rest.substr(end + 1)))
            return true;
        return false;
    }
    const bool has_www = !has_scheme && take("www.");
    const auto labels_of = [](std::string_view url, std::string_view& tail) {
        const std::size_t size = (std::min)(url.find_first_of(":/?#"), url.size());
        tail = url.substr(size);
        return split(url.substr(0, size), '.');
    };
    std::string_view tail;
    const std::vector<std::string_view> labels = labels_of(rest, tail);
    if (!urlize_is_tail(tail)) return false;
    if (has_scheme || has_www) {
        const std::string_view last = labels.back();
        bool fits =
            (last.size() >= 2 && last.size() <= 63 && urlize_is_letters(last)) ||
            (starts_with_ignoring_case(last, "xn--") && urlize_is_word(last.substr(4), "%", 2, 59));
        for (std::size_t i = 0; i + 1 < labels.size(); ++i)
            fits = fits && urlize_is_word(labels[i], "%-", 1, SIZE_MAX);
        if (fits) return true;
        if (has_scheme) {
            const std::string_view host = rest.substr(0, rest.size() - tail.size());
            return urlize_is_ipv4(host);
        }
    }
    constexpr std::string_view domains[] = {"com", "net", "int",  "edu",
                                            "gov", "org", "info", "mil"};
    if (has_scheme) return false;
    const std::vector<std::string_view> names = labels_of(text, tail);
    bool fits = names.size() >= 2 &&
                std::any_of(std::begin(domains), std::end(domains), [&](std::string_view domain) {
                    return equals_ignoring_case(domain, names.back());
                });
    for (std::size_t i = 0; i + 1 < names.size(); ++i)
        fits = fits && urlize_is_word(names[i], "%-", 2, 63);
    return fits;
}

MICROFLASK_INLINE bool urlize_is_email(std::string_view text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos || at == 0) return false;
    const std::string_view host = text.substr(at + 1);
    const std::size_t dot = host.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::size_t first = decode_utf8(host).size;
    return urlize_is_word(host.substr(0, first), "", 1, 1) &&
           urlize_is_word(host.substr(first, dot - (std::min)(first, dot)), ".-", 0, SIZE_MAX) &&
           urlize_is_word(host.substr(dot + 1), "", 1, SIZE_MAX);
}

MICROFLASK_INLINE std::size_t urlize_count(std::string_view text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos;
         at += part.size())
        ++count;
    return count;
}

/// What is asked of links.
struct UrlizeOptions {
    std::string attributes;  // rel and target
    List<std::string> schemes;
    std::int64_t limit = -1;  // characters of a link's text

    [[nodiscard]] std::string shown(std::string_view url) const {
        if (limit < 0 || static_cast<std::int64_t>(count_code_points(url)) <= limit)
            return std::string(url);
        return std::string(url.substr(0, code_points_size(url, static_cast<std::size_t>(limit)))) +
               "...";
    }
};

/// Returns the word as a link, where it is an address, else as it is.
MICROFLASK_INLINE std::string urlize_link(std::string_view word, const UrlizeOptions& options) {
    const auto begins = [word](std::string_view prefix) {
        return word.substr(0, prefix.size()) == prefix;
    };
    if (urlize_is_url(word)) {
        const bool has_scheme = begins("https://") || begins("http://");
        return concat({"<a href=\"", has_scheme ? "" : "https://", word, "\"", options.attributes,
                       ">", options.shown(word), "</a>"});
    }
    if (begins("mailto:") && urlize_is_email(word.substr(7)))
        return concat({"<a href=\"", word, "\">", word.substr(7), "</a>"});
    if (word.find('@') != std::string_view::npos && !begins("www.") &&
        word.find(':') == std::string_view::npos && urlize_is_email(word))
        return concat({"<a href=\"mailto:", word, "\">", word, "</a>"});
    std::string out(word);
    for (const std::string& scheme : options.schemes) {
        if (out != scheme && out.substr(0, scheme.size()) == scheme)
            out = concat({"<a href=\"", out, "\"", options.attributes, ">", out, "</a>"});
    }
    return out;
}

/// Appends a word: brackets before it and punctuation behind it stay outside of a link.
MICROFLASK_INLINE void urlize_append_word(std::string& out, std::string_view word,
                                          const UrlizeOptions& options) {
    std::string_view rest = word;
    while (!rest.empty()) {
        if (rest[0] == '(' || rest[0] == '<')
            rest.remove_prefix(1);
        else if (rest.substr(0, 4) == "&lt;")
            rest.remove_prefix(4);
        else
            break;
    }
    out += word.substr(0, word.size() - rest.size());
    std::size_t middle_size = rest.size();
    while (middle_size > 0) {
        const char last = rest[middle_size - 1];
        if (last == ')' || last == '>' || last == '.' || last == ',' || last == '\n')
            middle_size -= 1;
        else if (middle_size >= 4 && rest.substr(middle_size - 4, 4) == "&gt;")
            middle_size -= 4;
        else
            break;
    }
    // Brackets that were opened in the link are closed in it.
    constexpr std::string_view brackets[][2] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
    for (const auto& [open, close] : brackets) {
        const std::size_t opened = urlize_count(rest.substr(0, middle_size), open);
        if (opened <= urlize_count(rest.substr(0, middle_size), close)) continue;
        std::size_t missing = (std::min)(opened, urlize_count(rest.substr(middle_size), close));
        for (; missing > 0; --missing) middle_size = rest.find(close, middle_size) + close.size();
    }
    out += urlize_link(rest.substr(0, middle_size), options);
    out += rest.substr(middle_size);
}

MICROFLASK_INLINE std::string urlize_rel(const TemplateParameters& parameters) {
    std::vector<std::string> names{"noopener"};
    if (parameters.is_true(2, false)) names.emplace_back("nofollow");
    if (parameters.has(4)) {
        const std::string rel = parameters.text(4, "");
        for (const std::string_view name : template_split_space(rel)) names.emplace_back(name);
    }
    sort_texts(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::string rel;
    for (const std::string& name : names) {
        if (!rel.empty()) rel += ' ';
        rel += name;
    }
    return rel;
}

/// Whether a scheme looks like "tel:" or "ftp://".
MICROFLASK_INLINE bool urlize_is_scheme(std::string_view scheme) {
    const std::size_t colon = scheme.find(':');
    if (colon == std::string_view::npos) return false;
    const std::string_view tail = scheme.substr(colon + 1);
    return (tail.empty() || tail == "/" || tail == "//") &&
           urlize_is_word(scheme.substr(0, colon), ".+-", 2, SIZE_MAX);
}

MICROFLASK_INLINE TemplateValue template_filter_urlize(RenderState& state,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(
        arguments, "do_urlize",
        {"value", "trim_url_limit", "nofollow", "target", "rel", "extra_schemes"}, 1);
    UrlizeOptions options;
    options.attributes = concat({" rel=\"", escape(urlize_rel(parameters)).str(), "\""});
    if (parameters.has(3) && template_is_true(parameters.value(3)))
        options.attributes +=
            concat({" target=\"", template_escape(parameters.value(3)).text_value(), "\""});
    if (parameters.has(1)) options.limit = (std::max)(std::int64_t{0}, parameters.integer(1, 0));
    if (parameters.has(5)) {
        for (const TemplateValue& scheme : template_elements(parameters.value(5))) {
            if (!scheme.is_text() || !urlize_is_scheme(scheme.text_value())) {
                std::string message;
                template_append_repr(message, scheme);
                throw FilterArgumentError(message + " is not a valid URI scheme prefix.");
            }
            options.schemes.push_back(std::string(scheme.text_value()));
        }
    }
    const TemplateValue escaped = template_escape(parameters.value(0));
    std::string out;
    std::string_view text = escaped.text_value();
    while (!text.empty()) {
        std::string_view rest = template_strip_space(text, true, false);
        out += text.substr(0, text.size() - rest.size());
        std::size_t size = 0;
        for (std::string_view word = rest; !word.empty();) {
            const std::size_t before = rest.size() - word.size();
            if (is_unicode_space(next_code_point(word))) {
                size = before;
                break;
            }
            size = rest.size() - word.size();
        }
        if (size > 0) urlize_append_word(out, rest.substr(0, size), options);
        text = rest.substr(size);
    }
    return TemplateValue::text(std::move(out), state.autoescape);
}

}  // namespace microflask::detail
