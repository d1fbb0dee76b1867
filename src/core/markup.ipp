// Bodies of markup.hpp.
#include "core/markup.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// For each byte, the entity that it needs: 0 for none, else its position in `markup_entities`.
struct MarkupEntityTable {
    constexpr MarkupEntityTable() noexcept {
        constexpr std::string_view special = "&<>'\"";
        for (std::size_t i = 0; i < special.size(); ++i)
            entities[static_cast<unsigned char>(special[i])] = static_cast<unsigned char>(i + 1);
    }
    unsigned char entities[256] = {};
};
inline constexpr MarkupEntityTable markup_entity_table;
inline constexpr std::string_view markup_entities[] = {"",     "&amp;", "&lt;",
                                                       "&gt;", "&#39;", "&#34;"};

MICROFLASK_INLINE void append_escaped(std::string& out, std::string_view text) {
    const unsigned char* const entities = markup_entity_table.entities;
    const char* const end = text.data() + text.size();
    const char* done = text.data();
    const char* at = done;
    const auto entity_at = [&](std::size_t offset) {
        return entities[static_cast<unsigned char>(at[offset])];
    };
    while (at != end) {
        // Four at a time, since hardly any character needs an entity.
        while (end - at >= 4 && (entity_at(0) | entity_at(1) | entity_at(2) | entity_at(3)) == 0)
            at += 4;
        if (at == end) break;
        const unsigned char entity = entity_at(0);
        if (entity != 0) {
            out.append(done, static_cast<std::size_t>(at - done));
            out += markup_entities[entity];
            done = at + 1;
        }
        ++at;
    }
    out.append(done, static_cast<std::size_t>(end - done));
}

MICROFLASK_INLINE Markup fill_markup(std::string_view text, std::string_view place,
                                     const Markup* arguments, std::size_t count) {
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const std::size_t plain =
            (std::min)(text.find_first_of(place == "%s" ? "%" : "{}"), text.size());
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (text.substr(0, 2) == place) {
            if (used == count) throw ValueError("Not enough arguments for the text.");
            out += arguments[used++].str();
        } else if (text.size() > 1 && text[1] == text[0]) {
            out += text[0];
        } else {
            throw ValueError("A place in the text is neither \"" + std::string(place) +
                             "\" nor a doubled character.");
        }
        text.remove_prefix(2);
    }
    if (used != count) throw ValueError("Not all arguments have a place in the text.");
    return Markup(std::move(out));
}

/// The names of U+00A0 to U+00FF, which are known without ";" too.
inline constexpr std::string_view markup_latin_names =
    "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg "
    "macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 "
    "frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave "
    "Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde"
    " Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute "
    "acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute "
    "icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave "
    "uacute ucirc uuml yacute thorn yuml";

/// Other names, which need their ";".
struct MarkupEntity {
    std::string_view name;
    char32_t code_point;
};
inline constexpr MarkupEntity markup_named_entities[] = {
    {"apos", '\''},     {"OElig", 0x152},   {"oelig", 0x153},  {"Scaron", 0x160},
    {"scaron", 0x161},  {"Yuml", 0x178},    {"fnof", 0x192},   {"circ", 0x2C6},
    {"tilde", 0x2DC},   {"ensp", 0x2002},   {"emsp", 0x2003},  {"thinsp", 0x2009},
    {"zwnj", 0x200C},   {"zwj", 0x200D},    {"lrm", 0x200E},   {"rlm", 0x200F},
    {"ndash", 0x2013},  {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019},
    {"sbquo", 0x201A},  {"ldquo", 0x201C},  {"rdquo", 0x201D}, {"bdquo", 0x201E},
    {"dagger", 0x2020}, {"Dagger", 0x2021}, {"bull", 0x2022},  {"hellip", 0x2026},
    {"permil", 0x2030}, {"prime", 0x2032},  {"Prime", 0x2033}, {"lsaquo", 0x2039},
    {"rsaquo", 0x203A}, {"oline", 0x203E},  {"frasl", 0x2044}, {"euro", 0x20AC},
    {"trade", 0x2122},  {"larr", 0x2190},   {"uarr", 0x2191},  {"rarr", 0x2192},
    {"darr", 0x2193},   {"harr", 0x2194},   {"minus", 0x2212}, {"infin", 0x221E},
    {"asymp", 0x2248},  {"ne", 0x2260},     {"equiv", 0x2261}, {"le", 0x2264},
    {"ge", 0x2265},
};

/// Returns the code point of a name that is known without ";", or 0.
MICROFLASK_INLINE char32_t find_markup_short_name(std::string_view name) noexcept {
    if (name == "amp" || name == "AMP") return '&';
    if (name == "lt" || name == "LT") return '<';
    if (name == "gt" || name == "GT") return '>';
    if (name == "quot" || name == "QUOT") return '"';
    char32_t code_point = 0xA0;
    for (std::string_view rest = markup_latin_names; !rest.empty(); ++code_point) {
        const std::size_t size = (std::min)(rest.find(' '), rest.size());
        if (rest.substr(0, size) == name) return code_point;
        rest.remove_prefix((std::min)(size + 1, rest.size()));
    }
    return 0;
}

/// Appends the character of a number, as HTML reads it: those of 0x80 to 0x9F are of Windows-1252.
MICROFLASK_INLINE void append_markup_number(std::string& out, std::uint64_t number) {
    constexpr std::uint16_t windows[] = {
        0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
        0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
    const bool is_control = (number >= 1 && number < 32 && number != 9 && number != 10 &&
                             number != 12 && number != 13) ||
                            number == 127 || (number >= 0xFDD0 && number <= 0xFDEF) ||
                            (number & 0xFFFE) == 0xFFFE || number == 11;
    if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
        append_utf8(out, 0xFFFD);
    else if (number >= 0x80 && number <= 0x9F)
        append_utf8(out, windows[number - 0x80]);
    else if (!is_control)
        append_utf8(out, static_cast<char32_t>(number));
}

/// Resolves the entity at the beginning of `text` ("&..."); returns how many bytes it has, 0 where there is none.
MICROFLASK_INLINE std::size_t append_markup_entity(std::string& out, std::string_view text) {
    constexpr std::size_t longest_name = 32;
    std::size_t end = 1;
    const auto with_semicolon = [&] {
        return end < text.size() && text[end] == ';' ? end + 1 : end;
    };
    if (text.size() > 2 && text[1] == '#') {
        const bool is_hex = text[2] == 'x' || text[2] == 'X';
        const std::size_t begin = is_hex ? 3 : 2;
        std::uint64_t number = 0;
        for (end = begin; end < text.size(); ++end) {
            const int digit = hex_digit_value(text[end]);
            if (digit < 0 || (!is_hex && digit > 9)) break;
            if (number <= 0x10FFFF)
                number = number * (is_hex ? 16 : 10) + static_cast<std::uint64_t>(digit);
        }
        if (end == begin) return 0;
        append_markup_number(out, number);
        return with_semicolon();
    }
    while (end < text.size() && end <= longest_name && is_ascii_alnum(text[end])) ++end;
    const std::string_view name = text.substr(1, end - 1);
    if (with_semicolon() != end) {
        char32_t code_point = find_markup_short_name(name);
        for (const MarkupEntity& entity : markup_named_entities) {
            if (entity.name == name) code_point = entity.code_point;
        }
        if (code_point != 0) {
            append_utf8(out, code_point);
            return end + 1;
        }
    }
    for (std::size_t size = name.size(); size > 1; --size) {
        if (const char32_t code_point = find_markup_short_name(name.substr(0, size))) {
            append_utf8(out, code_point);
            return size + 1;
        }
    }
    return 0;
}

/// Whether Python's str.split() takes it for white space.
MICROFLASK_INLINE bool is_markup_space(char32_t c) noexcept {
    return (c >= 9 && c <= 13) || (c >= 28 && c <= 32) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

}  // namespace detail

MICROFLASK_INLINE Markup& Markup::operator+=(std::string_view other) {
    detail::append_escaped(text_, other);
    return *this;
}

MICROFLASK_INLINE Markup escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    detail::append_escaped(out, text);
    return Markup(std::move(out));
}

MICROFLASK_INLINE std::string Markup::unescape() const {
    std::string out;
    out.reserve(text_.size());
    std::string_view rest = text_;
    while (!rest.empty()) {
        const std::size_t plain = (std::min)(rest.find('&'), rest.size());
        out += rest.substr(0, plain);
        rest.remove_prefix(plain);
        if (rest.empty()) break;
        std::size_t size = detail::append_markup_entity(out, rest);
        if (size == 0) {
            out += '&';
            size = 1;
        }
        rest.remove_prefix(size);
    }
    return out;
}

MICROFLASK_INLINE std::string Markup::striptags() const {
    std::string without_comments;
    std::size_t behind = 0;  // the last comment
    for (;;) {
        const std::size_t start = text_.find("<!--", behind);
        const std::size_t end =
            start == std::string::npos ? std::string::npos : text_.find("-->", start);
        if (end == std::string::npos) break;
        without_comments.append(text_, behind, start - behind);
        behind = end + 3;
    }
    without_comments.append(text_, behind);
    const std::size_t last = without_comments.rfind('>');
    std::string merged;
    for (std::size_t at = 0; at < without_comments.size();) {
        if (without_comments[at] == '<' && last != std::string::npos && at < last) {
            at = without_comments.find('>', at) + 1;
            continue;
        }
        std::string_view rest = std::string_view(without_comments).substr(at);
        const std::size_t left = rest.size();
        const bool is_space = detail::is_markup_space(detail::next_code_point(rest));
        const std::size_t size = left - rest.size();
        if (!is_space)
            merged.append(without_comments, at, size);
        else if (!merged.empty() && merged.back() != ' ')
            merged += ' ';
        at += size;
    }
    if (!merged.empty() && merged.back() == ' ') merged.pop_back();
    return Markup(std::move(merged)).unescape();
}

}  // namespace microflask
