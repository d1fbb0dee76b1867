// Bodies of text_methods.hpp.
#include "jinja/text_methods.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/python_format.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

#include <algorithm>
#include <iterator>

namespace microflask::detail {

/// Returns an argument that has to be text; a Markup's methods escape it.
MICROFLASK_INLINE std::string template_text_argument(const TemplateValue& self,
                                                     const TemplateValue& argument) {
    if (argument.is_undefined()) template_throw_undefined(argument);
    if (!argument.is_text())
        throw TemplateRuntimeError("TypeError",
                                   concat({"argument must be str, not ", argument.type_name()}));
    std::string text;
    template_append_output(text, argument, self.is_markup());
    return text;
}

/// Returns an argument that has to be text, as it is.
MICROFLASK_INLINE std::string_view template_plain_argument(const TemplateValue& argument) {
    if (argument.is_undefined()) template_throw_undefined(argument);
    if (!argument.is_text())
        throw TemplateRuntimeError("TypeError",
                                   concat({"must be str, not ", argument.type_name()}));
    return argument.text_value();
}

/// Returns part of a text without copying it.
MICROFLASK_INLINE TemplateValue template_part_of(const TemplateValue& self, std::string_view part) {
    return TemplateValue::borrowed_text(part, self.is_markup(), self.owner());
}

MICROFLASK_INLINE TemplateValue template_list_of_parts(const TemplateValue& self,
                                                       const List<std::string_view>& parts) {
    List<TemplateValue> items;
    items.reserve(parts.size());
    for (const std::string_view part : parts) items.push_back(template_part_of(self, part));
    return template_make_list(std::move(items));
}

/// The part of a text that start and stop select, and how many bytes are before it.
struct TemplateTextRange {
    std::string_view text;
    std::size_t offset = 0;
    bool is_inside = true;
};

MICROFLASK_INLINE TemplateTextRange template_text_range(std::string_view text,
                                                        const TemplateParameters& parameters) {
    if (!parameters[1] && !parameters[2]) return {text, 0, true};
    const auto size = static_cast<std::int64_t>(count_code_points(text));
    const auto clamp = [size](std::int64_t index) {
        return index < 0 ? (std::max)(std::int64_t{0}, index + size) : index;
    };
    const std::int64_t start = parameters.has(1) ? clamp(template_index(parameters.value(1))) : 0;
    const std::int64_t stop =
        (std::min)(size, parameters.has(2) ? clamp(template_index(parameters.value(2))) : size);
    if (start > stop) return {{}, 0, false};
    const std::size_t offset = code_points_size(text, static_cast<std::size_t>(start));
    const std::string_view rest = text.substr(offset);
    return {rest.substr(0, code_points_size(rest, static_cast<std::size_t>(stop - start))), offset,
            true};
}

MICROFLASK_INLINE TemplateValue template_find_text(const TemplateValue& self,
                                                   const TemplateArguments& arguments,
                                                   std::string_view function, bool from_right,
                                                   bool must_be_found) {
    const TemplateParameters parameters(arguments, function, {"sub", "start", "end"}, 1);
    const std::string_view needle = template_plain_argument(parameters.value(0));
    const TemplateTextRange range = template_text_range(self.text_value(), parameters);
    const std::size_t found = !range.is_inside ? std::string_view::npos
                              : from_right     ? range.text.rfind(needle)
                                               : range.text.find(needle);
    if (found != std::string_view::npos)
        return TemplateValue::integer(static_cast<std::int64_t>(
            count_code_points(self.text_value().substr(0, range.offset + found))));
    if (must_be_found) throw TemplateRuntimeError("ValueError", "substring not found");
    return TemplateValue::integer(-1);
}

MICROFLASK_INLINE TemplateValue template_starts_or_ends(const TemplateValue& self,
                                                        const TemplateArguments& arguments,
                                                        std::string_view function, bool at_end) {
    const TemplateParameters parameters(arguments, function, {"prefix", "start", "end"}, 1);
    const TemplateTextRange range = template_text_range(self.text_value(), parameters);
    const auto fits = [&](std::string_view affix) {
        if (!range.is_inside || affix.size() > range.text.size()) return false;
        return at_end ? range.text.substr(range.text.size() - affix.size()) == affix
                      : range.text.substr(0, affix.size()) == affix;
    };
    const TemplateValue& wanted = parameters.value(0);
    if (wanted.kind() == TemplateKind::tuple) {
        for (const TemplateValue& item : wanted.list_value().items) {
            if (fits(template_plain_argument(item))) return TemplateValue::boolean(true);
        }
        return TemplateValue::boolean(false);
    }
    if (wanted.is_undefined()) template_throw_undefined(wanted);
    if (!wanted.is_text())
        throw TemplateRuntimeError(
            "TypeError", concat({function, " first arg must be str or a tuple of str, not ",
                                 wanted.type_name()}));
    return TemplateValue::boolean(fits(wanted.text_value()));
}

MICROFLASK_INLINE TemplateValue template_split_text(const TemplateValue& self,
                                                    const TemplateArguments& arguments,
                                                    std::string_view function, bool from_right) {
    const TemplateParameters parameters(arguments, function, {"sep", "maxsplit"}, 0);
    const std::int64_t most = parameters.integer(1, -1);
    const std::size_t limit = most < 0 ? SIZE_MAX : static_cast<std::size_t>(most);
    std::string_view text = self.text_value();
    List<std::string_view> parts;
    if (!parameters.has(0)) {
        if (!from_right || limit == SIZE_MAX)
            return template_list_of_parts(self, template_split_space(text, limit));
        while (true) {
            text = template_strip_space(text, false, true);
            if (text.empty()) break;
            if (parts.size() >= limit) {
                parts.push_back(text);
                break;
            }
            std::size_t begin = text.size();
            while (begin > 0) {
                const std::string_view last = template_last_code_point(text.substr(0, begin));
                std::string_view rest = last;
                if (is_unicode_space(next_code_point(rest))) break;
                begin -= last.size();
            }
            parts.push_back(text.substr(begin));
            text = text.substr(0, begin);
        }
    } else {
        const std::string_view separator = template_plain_argument(parameters.value(0));
        if (separator.empty()) throw TemplateRuntimeError("ValueError", "empty separator");
        while (parts.size() < limit) {
            const std::size_t found = from_right ? text.rfind(separator) : text.find(separator);
            if (found == std::string_view::npos) break;
            parts.push_back(from_right ? text.substr(found + separator.size())
                                       : text.substr(0, found));
            text = from_right ? text.substr(0, found) : text.substr(found + separator.size());
        }
        parts.push_back(text);
    }
    if (from_right) {
        for (std::size_t i = 0; i + 1 < parts.size() - i; ++i)
            std::swap(parts[i], parts[parts.size() - 1 - i]);
    }
    return template_list_of_parts(self, parts);
}

MICROFLASK_INLINE TemplateValue template_partition_text(const TemplateValue& self,
                                                        const TemplateArguments& arguments,
                                                        std::string_view function,
                                                        bool from_right) {
    const TemplateParameters parameters(arguments, function, {"sep"}, 1);
    const std::string separator = template_text_argument(self, parameters.value(0));
    if (separator.empty()) throw TemplateRuntimeError("ValueError", "empty separator");
    const std::string_view text = self.text_value();
    const std::size_t found = from_right ? text.rfind(separator) : text.find(separator);
    List<TemplateValue> parts;
    if (found != std::string_view::npos) {
        parts.push_back(template_part_of(self, text.substr(0, found)));
        parts.push_back(template_part_of(self, text.substr(found, separator.size())));
        parts.push_back(template_part_of(self, text.substr(found + separator.size())));
    } else {
        const std::string_view empty = text.substr(0, 0);
        parts.push_back(template_part_of(self, from_right ? empty : text));
        parts.push_back(template_part_of(self, empty));
        parts.push_back(template_part_of(self, from_right ? text : empty));
    }
    return template_make_tuple(std::move(parts));
}

MICROFLASK_INLINE TemplateValue template_strip_method(const TemplateValue& self,
                                                      const TemplateArguments& arguments,
                                                      std::string_view function, bool left,
                                                      bool right) {
    const TemplateParameters parameters(arguments, function, {"chars"}, 0);
    const std::string_view text = self.text_value();
    if (!parameters.has(0)) return template_part_of(self, template_strip_space(text, left, right));
    if (!parameters.value(0).is_text() && !parameters.value(0).is_undefined())
        throw TemplateRuntimeError("TypeError", concat({function, " arg must be None or str"}));
    return template_part_of(
        self, template_strip(text, template_text_argument(self, parameters.value(0)), left, right));
}

MICROFLASK_INLINE TemplateValue template_pad_method(const TemplateValue& self,
                                                    const TemplateArguments& arguments,
                                                    std::string_view function, char side) {
    const TemplateParameters parameters(arguments, function, {"width", "fillchar"}, 1);
    const std::int64_t width = (std::max)(std::int64_t{0}, parameters.integer(0, 0));
    std::string fill = " ";
    if (parameters[1]) fill = template_text_argument(self, parameters.value(1));
    if (count_code_points(fill) != 1)
        throw TemplateRuntimeError("TypeError",
                                   "The fill character must be exactly one character long");
    template_check_text_size(static_cast<std::uint64_t>(width), fill.size());
    const auto wanted = static_cast<std::size_t>(width);
    if (side == 'c')
        return TemplateValue::text(template_center_text(self.text_value(), wanted, fill),
                                   self.is_markup());
    const std::size_t size = count_code_points(self.text_value());
    std::string padding;
    for (std::size_t i = size; i < wanted; ++i) padding += fill;
    return TemplateValue::text(
        side == 'l' ? concat({self.text_value(), padding}) : concat({padding, self.text_value()}),
        self.is_markup());
}

/// Whether there are characters, and all of them are of a kind.
template <class Predicate>
TemplateValue template_all_are(const TemplateValue& self, const TemplateArguments& arguments,
                               std::string_view function, const Predicate& predicate) {
    const TemplateParameters parameters(arguments, function, {}, 0);
    std::string_view text = self.text_value();
    if (text.empty()) return TemplateValue::boolean(false);
    while (!text.empty()) {
        if (!predicate(next_code_point(text))) return TemplateValue::boolean(false);
    }
    return TemplateValue::boolean(true);
}

/// Whether there is a letter with a case, and all of those are in it.
MICROFLASK_INLINE TemplateValue template_has_case(const TemplateValue& self, bool upper) {
    bool found = false;
    for (std::string_view text = self.text_value(); !text.empty();) {
        const char32_t c = next_code_point(text);
        if (upper ? is_unicode_lower(c) : is_unicode_upper(c)) return TemplateValue::boolean(false);
        found = found || (upper ? is_unicode_upper(c) : is_unicode_lower(c));
    }
    return TemplateValue::boolean(found);
}

MICROFLASK_INLINE TemplateValue template_is_title(const TemplateValue& self) {
    bool found = false;
    bool is_inside = false;
    for (std::string_view text = self.text_value(); !text.empty();) {
        const char32_t c = next_code_point(text);
        const bool upper = is_unicode_upper(c);
        const bool lower = is_unicode_lower(c);
        if ((upper && is_inside) || (lower && !is_inside)) return TemplateValue::boolean(false);
        is_inside = upper || lower;
        found = found || is_inside;
    }
    return TemplateValue::boolean(found);
}

MICROFLASK_INLINE TemplateValue template_join_method(const TemplateValue& self,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "join", {"iterable"}, 1);
    const bool is_markup = self.is_markup();
    std::string out;
    std::size_t count = 0;
    TemplateIterator iterator(parameters.value(0));
    for (TemplateValue item; iterator.next(item); ++count) {
        if (count > 0) out += self.text_value();
        if (!item.is_text() && !is_markup) {
            std::string message = "sequence item ";
            append_unsigned(message, count);
            message += concat({": expected str instance, ", item.type_name(), " found"});
            throw TemplateRuntimeError("TypeError", std::move(message));
        }
        template_append_output(out, item, is_markup);
        template_check_text_size(out.size());
    }
    return TemplateValue::text(std::move(out), is_markup);
}

MICROFLASK_INLINE TemplateValue template_translate(const TemplateValue& self,
                                                   const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "translate", {"table"}, 1);
    std::string out;
    for (std::string_view text = self.text_value(); !text.empty();) {
        const char32_t c = next_code_point(text);
        const TemplateValue found =
            template_item(arguments.state(), parameters.value(0),
                          TemplateValue::integer(static_cast<std::int64_t>(c)));
        if (found.is_undefined())
            append_utf8(out, c);
        else if (found.is_integer())
            append_utf8(out, static_cast<char32_t>(found.integer_value()));
        else if (!found.is_none())
            template_append_text(out, found);
        template_check_text_size(out.size());
    }
    return TemplateValue::text(std::move(out), self.is_markup());
}

/// Makes a text of the same kind out of what a function of the text gives.
template <class Make>
TemplateValue template_same_text(const TemplateValue& self, const TemplateArguments& arguments,
                                 std::string_view function, const Make& make) {
    const TemplateParameters parameters(arguments, function, {}, 0);
    return TemplateValue::text(make(self.text_value()), self.is_markup());
}

MICROFLASK_INLINE TemplateValue template_remove_affix(const TemplateValue& self,
                                                      const TemplateArguments& arguments,
                                                      std::string_view function, bool at_end) {
    const TemplateParameters parameters(arguments, function, {"affix"}, 1);
    const std::string_view affix = template_plain_argument(parameters.value(0));
    std::string_view text = self.text_value();
    if (at_end && text.size() >= affix.size() && text.substr(text.size() - affix.size()) == affix)
        text.remove_suffix(affix.size());
    else if (!at_end && text.substr(0, affix.size()) == affix)
        text.remove_prefix(affix.size());
    return TemplateValue::borrowed_text(text, false, self.owner());
}

// The table is sorted by name: it is searched by halves.
inline constexpr TemplateMethod template_text_methods[] = {
    {"capitalize",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self, arguments, "capitalize", template_capitalize_text);
     }},
    {"casefold",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "casefold", {}, 0);
         return TemplateValue::text(
             template_replace_text(unicode_lower_text(self.text_value()), "\xC3\x9F", "ss", -1));
     }},
    {"center",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_pad_method(self, arguments, "center", 'c');
     }},
    {"count",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "count", {"sub", "start", "end"}, 1);
         const std::string_view needle = template_plain_argument(parameters.value(0));
         const TemplateTextRange range = template_text_range(self.text_value(), parameters);
         if (!range.is_inside) return TemplateValue::integer(0);
         if (needle.empty())
             return TemplateValue::integer(
                 static_cast<std::int64_t>(count_code_points(range.text)) + 1);
         std::int64_t count = 0;
         for (std::size_t at = 0; (at = range.text.find(needle, at)) != std::string_view::npos;
              at += needle.size())
             ++count;
         return TemplateValue::integer(count);
     }},
    {"endswith",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_starts_or_ends(self, arguments, "endswith", true);
     }},
    {"expandtabs",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "expandtabs", {"tabsize"}, 0);
         return TemplateValue::text(
             template_expand_tabs(self.text_value(), parameters.integer(0, 8)), self.is_markup());
     }},
    {"find",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_find_text(self, arguments, "find", false, false);
     }},
    {"format", [](RenderState&, const TemplateValue& self,
                  const TemplateArguments& arguments) { return template_format(self, arguments); }},
    {"format_map",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "format_map", {"mapping"}, 1);
         return template_format(self.with_markup(false), arguments, parameters[0]);
     }},
    {"index",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_find_text(self, arguments, "index", false, true);
     }},
    {"isalnum",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isalnum", [](char32_t c) {
             return is_unicode_alpha(c) || is_template_numeric(c);
         });
     }},
    {"isalpha",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isalpha", is_unicode_alpha);
     }},
    {"isascii",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "isascii", {}, 0);
         const std::string_view text = self.text_value();
         return TemplateValue::boolean(ascii_prefix_size(text) == text.size());
     }},
    {"isdecimal",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isdecimal", is_template_decimal);
     }},
    {"isdigit",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isdigit", is_template_digit);
     }},
    {"isidentifier",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const bool starts_with_digit =
             !self.text_value().empty() && is_ascii_digit(self.text_value()[0]);
         const TemplateValue all = template_all_are(
             self, arguments, "isidentifier",
             [](char32_t c) { return c == '_' || is_unicode_alpha(c) || is_template_decimal(c); });
         return TemplateValue::boolean(all.boolean_value() && !starts_with_digit);
     }},
    {"islower",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "islower", {}, 0);
         return template_has_case(self, false);
     }},
    {"isnumeric",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isnumeric", is_template_numeric);
     }},
    {"isprintable",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         if (self.text_value().empty()) return TemplateValue::boolean(true);
         return template_all_are(self, arguments, "isprintable", is_unicode_printable);
     }},
    {"isspace",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_all_are(self, arguments, "isspace", is_unicode_space);
     }},
    {"istitle",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "istitle", {}, 0);
         return template_is_title(self);
     }},
    {"isupper",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "isupper", {}, 0);
         return template_has_case(self, true);
     }},
    {"join",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_join_method(self, arguments);
     }},
    {"ljust",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_pad_method(self, arguments, "ljust", 'l');
     }},
    {"lower",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self, arguments, "lower", unicode_lower_text);
     }},
    {"lstrip",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_strip_method(self, arguments, "lstrip", true, false);
     }},
    {"partition",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_partition_text(self, arguments, "partition", false);
     }},
    {"removeprefix",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_remove_affix(self, arguments, "removeprefix", false);
     }},
    {"removesuffix",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_remove_affix(self, arguments, "removesuffix", true);
     }},
    {"replace",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "replace", {"old", "new", "count"}, 2);
         return TemplateValue::text(
             template_replace_text(
                 self.text_value(), template_text_argument(self, parameters.value(0)),
                 template_text_argument(self, parameters.value(1)), parameters.integer(2, -1)),
             self.is_markup());
     }},
    {"rfind",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_find_text(self, arguments, "rfind", true, false);
     }},
    {"rindex",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_find_text(self, arguments, "rindex", true, true);
     }},
    {"rjust",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_pad_method(self, arguments, "rjust", 'r');
     }},
    {"rpartition",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_partition_text(self, arguments, "rpartition", true);
     }},
    {"rsplit",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_split_text(self, arguments, "rsplit", true);
     }},
    {"rstrip",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_strip_method(self, arguments, "rstrip", false, true);
     }},
    {"split",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_split_text(self, arguments, "split", false);
     }},
    {"splitlines",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "splitlines", {"keepends"}, 0);
         return template_list_of_parts(
             self, template_split_lines(self.text_value(), parameters.integer(0, 0) != 0));
     }},
    {"startswith",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_starts_or_ends(self, arguments, "startswith", false);
     }},
    {"strip",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_strip_method(self, arguments, "strip", true, true);
     }},
    {"striptags",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self.with_markup(false), arguments, "striptags",
                                   [](std::string_view text) { return Markup(text).striptags(); });
     }},
    {"swapcase",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self, arguments, "swapcase", template_swap_case);
     }},
    {"title",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self, arguments, "title", template_title_text);
     }},
    {"translate",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_translate(self, arguments);
     }},
    {"unescape",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self.with_markup(false), arguments, "unescape",
                                   [](std::string_view text) { return Markup(text).unescape(); });
     }},
    {"upper",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         return template_same_text(self, arguments, "upper", unicode_upper_text);
     }},
    {"zfill",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "zfill", {"width"}, 1);
         return TemplateValue::text(template_zero_fill(self.text_value(), parameters.integer(0, 0)),
                                    self.is_markup());
     }},
};

MICROFLASK_INLINE const TemplateMethod* find_template_text_method(std::string_view name) noexcept {
    const TemplateMethod* const end = template_text_methods + std::size(template_text_methods);
    const TemplateMethod* const found = std::lower_bound(
        template_text_methods, end, name,
        [](const TemplateMethod& method, std::string_view wanted) { return method.name < wanted; });
    return found != end && found->name == name ? found : nullptr;
}

}  // namespace microflask::detail
