// Bodies of filters_text.hpp.
#include "jinja/filters_text.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/pretty_print.hpp"
#include "jinja/python_percent.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"
#include "json/writer.hpp"

#include <algorithm>

namespace microflask::detail {

MICROFLASK_INLINE bool template_has_html(const TemplateValue& value) {
    return value.is_markup() ||
           (value.kind() == TemplateKind::object && value.object_value().is_markup()) ||
           (value.is_undefined() && value.undefined_kind() == TemplateUndefinedKind::chainable);
}

MICROFLASK_INLINE TemplateValue template_soft_text(const TemplateValue& value) {
    if (value.is_text()) return value;
    return TemplateValue::text(value.to_text(), template_has_html(value) && !value.is_undefined());
}

MICROFLASK_INLINE TemplateValue template_escape(const TemplateValue& value) {
    if (value.is_markup()) return value;
    std::string out;
    template_append_output(out, value, true);
    return TemplateValue::markup(std::move(out));
}

MICROFLASK_INLINE bool is_template_word(char32_t c) noexcept {
    if (c < 0x80) return c == '_' || is_ascii_alnum(static_cast<char>(c));
    return is_unicode_alpha(c) || (c >= 0x660 && c <= 0x669) || c == 0xB2 || c == 0xB3 ||
           c == 0xB9 || (c >= 0xBC && c <= 0xBE);
}

/// Changes the text of the argument that is filtered; a Markup stays one.
template <class Make>
TemplateValue template_change_text(const TemplateArguments& arguments, std::string_view function,
                                   const Make& make) {
    const TemplateParameters parameters(arguments, function, {"s"}, 1);
    const TemplateValue text = template_soft_text(parameters.value(0));
    return TemplateValue::text(make(text.text_value()), text.is_markup());
}

MICROFLASK_INLINE TemplateValue template_filter_capitalize(RenderState&,
                                                           const TemplateArguments& arguments) {
    return template_change_text(arguments, "do_capitalize", template_capitalize_text);
}

MICROFLASK_INLINE TemplateValue template_filter_upper(RenderState&,
                                                      const TemplateArguments& arguments) {
    return template_change_text(arguments, "do_upper", unicode_upper_text);
}

MICROFLASK_INLINE TemplateValue template_filter_lower(RenderState&,
                                                      const TemplateArguments& arguments) {
    return template_change_text(arguments, "do_lower", unicode_lower_text);
}

MICROFLASK_INLINE TemplateValue template_filter_center(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_center", {"value", "width"}, 1);
    const TemplateValue text = template_soft_text(parameters.value(0));
    const std::int64_t width = (std::max)(std::int64_t{0}, parameters.integer(1, 80));
    template_check_text_size(static_cast<std::uint64_t>(width));
    return TemplateValue::text(
        template_center_text(text.text_value(), static_cast<std::size_t>(width)), text.is_markup());
}

MICROFLASK_INLINE TemplateValue template_filter_escape(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "escape", {"s"}, 1);
    return template_escape(parameters.value(0));
}

MICROFLASK_INLINE TemplateValue template_filter_forceescape(RenderState&,
                                                            const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_forceescape", {"value"}, 1);
    return TemplateValue::markup(escape(parameters.value(0).to_text()).str());
}

MICROFLASK_INLINE TemplateValue template_filter_safe(RenderState&,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_mark_safe", {"value"}, 1);
    const TemplateValue& value = parameters.value(0);
    return value.is_text() ? value.with_markup(true) : TemplateValue::markup(value.to_text());
}

MICROFLASK_INLINE TemplateValue template_filter_string(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "soft_str", {"s"}, 1);
    return template_soft_text(parameters.value(0));
}

MICROFLASK_INLINE TemplateValue template_filter_format(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateValue text = template_soft_text(arguments[0]);
    if (arguments.size() > 1 && arguments.keyword_count() > 0)
        throw FilterArgumentError("can't handle positional and keyword arguments at the same time");
    if (arguments.keyword_count() > 0) {
        auto* dict = new TemplateDict;
        const TemplateValue values = TemplateValue::dict(dict);
        for (std::size_t i = 0; i < arguments.keyword_count(); ++i)
            dict->set(TemplateValue::borrowed_text(arguments.keywords()[i].name),
                      arguments.keywords()[i].value);
        return template_percent(text, values);
    }
    return template_percent(
        text, template_make_tuple(List<TemplateValue>(arguments.begin() + 1, arguments.end())));
}

MICROFLASK_INLINE TemplateValue template_filter_indent(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_indent", {"s", "width", "first", "blank"},
                                        1);
    const TemplateValue& value = parameters.value(0);
    // Python adds a line break in place, which a list takes.
    if (value.kind() == TemplateKind::list || value.kind() == TemplateKind::json_array) {
        throw TemplateRuntimeError("AttributeError", "'list' object has no attribute 'splitlines'");
    }
    if (value.is_undefined()) template_throw_undefined(value);
    if (!value.is_text())
        throw TemplateRuntimeError("TypeError", concat({"unsupported operand type(s) for +=: '",
                                                        value.type_name(), "' and 'str'"}));
    const bool is_markup = value.is_markup();
    std::string indention;
    if (parameters[1] && parameters.value(1).is_text()) {
        indention = parameters.value(1).text_value();
    } else {
        const std::int64_t width = parameters.integer(1, 4);
        if (width > 100'000)
            throw TemplateRuntimeError("MemoryError", "the text would become too long");
        indention.assign(width > 0 ? static_cast<std::size_t>(width) : 0, ' ');
    }
    const bool indents_blank = parameters.is_true(3, false);
    const std::string text = std::string(value.text_value()) + "\n";
    std::string out;
    if (parameters.is_true(2, false)) out = indention;
    bool is_first = true;
    for (const std::string_view line : template_split_lines(text, false)) {
        if (!is_first) {
            out += '\n';
            if (!line.empty() || indents_blank) out += indention;
        }
        is_first = false;
        out += line;
        template_check_text_size(out.size());
    }
    return TemplateValue::text(std::move(out), is_markup);
}

MICROFLASK_INLINE TemplateValue template_filter_replace(RenderState& state,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_replace", {"s", "old", "new", "count"}, 3);
    const TemplateValue& value = parameters.value(0);
    const TemplateValue& old = parameters.value(1);
    const TemplateValue& replacement = parameters.value(2);
    const std::int64_t count = parameters.has(3) ? parameters.integer(3, -1) : -1;
    if (!state.autoescape)
        return TemplateValue::text(
            template_replace_text(value.to_text(), old.to_text(), replacement.to_text(), count));
    const bool escapes =
        template_has_html(old) || (template_has_html(replacement) && !template_has_html(value));
    const TemplateValue text = escapes ? template_escape(value) : template_soft_text(value);
    std::string from;
    std::string to;
    template_append_output(from, template_soft_text(old), text.is_markup());
    template_append_output(to, template_soft_text(replacement), text.is_markup());
    return TemplateValue::text(template_replace_text(text.text_value(), from, to, count),
                               text.is_markup());
}

MICROFLASK_INLINE TemplateValue template_filter_striptags(RenderState&,
                                                          const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_striptags", {"value"}, 1);
    return TemplateValue::text(Markup(parameters.value(0).to_text()).striptags());
}

MICROFLASK_INLINE TemplateValue template_filter_title(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_title", {"s"}, 1);
    const TemplateValue value = template_soft_text(parameters.value(0));
    const auto begins_word = [](char32_t c) {
        return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || is_unicode_space(c);
    };
    std::string out;
    bool is_first = true;
    for (std::string_view text = value.text_value(); !text.empty();) {
        const char32_t c = next_code_point(text);
        if (is_first)
            append_unicode_upper(out, c);
        else
            append_utf8(out, unicode_lower(c));
        is_first = begins_word(c);
    }
    return TemplateValue::text(std::move(out));
}

MICROFLASK_INLINE TemplateValue template_filter_trim(RenderState& state,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_trim", {"value", "chars"}, 1);
    const TemplateValue text = template_soft_text(parameters.value(0));
    const TemplateValue characters = parameters[1] ? parameters.value(1) : TemplateValue();
    return template_call_method(state, text, "strip", TemplateArguments(state, &characters, 1));
}

MICROFLASK_INLINE TemplateValue template_filter_truncate(RenderState&,
                                                         const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_truncate",
                                        {"s", "length", "killwords", "end", "leeway"}, 1);
    constexpr std::int64_t default_length = 255;
    constexpr std::int64_t default_leeway = 5;
    const TemplateValue& value = parameters.value(0);
    const std::int64_t length = parameters.integer(1, default_length);
    const TemplateValue end =
        parameters[3] ? parameters.value(3) : TemplateValue::borrowed_text("...");
    const auto end_size = static_cast<std::int64_t>(template_length(end));
    const std::int64_t leeway = parameters.has(4) ? parameters.integer(4, 0) : default_leeway;
    const auto fail = [](std::string_view what, std::int64_t wanted, std::int64_t got) {
        std::string message = concat({"expected ", what, " >= "});
        append_signed(message, wanted);
        message += ", got ";
        append_signed(message, got);
        throw TemplateRuntimeError("AssertionError", std::move(message));
    };
    if (length < end_size) fail("length", end_size, length);
    if (leeway < 0) fail("leeway", 0, leeway);
    if (leeway > INT64_MAX - length ||
        static_cast<std::int64_t>(template_length(value)) <= length + leeway)
        return value;
    const std::string_view text = value.as_text();
    std::string_view kept =
        text.substr(0, code_points_size(text, static_cast<std::size_t>(length - end_size)));
    if (!parameters.is_true(2, false)) kept = kept.substr(0, kept.rfind(' '));
    return template_add(TemplateValue::borrowed_text(kept, value.is_markup()), end);
}

MICROFLASK_INLINE TemplateValue template_filter_wordcount(RenderState&,
                                                          const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_wordcount", {"s"}, 1);
    const TemplateValue value = template_soft_text(parameters.value(0));
    std::int64_t count = 0;
    bool is_inside = false;
    for (std::string_view text = value.text_value(); !text.empty();) {
        const bool is_word = is_template_word(next_code_point(text));
        if (is_word && !is_inside) ++count;
        is_inside = is_word;
    }
    return TemplateValue::integer(count);
}

/// Appends text with percent escapes; in a query string, spaces as "+".
MICROFLASK_INLINE void template_append_quoted(std::string& out, const TemplateValue& value,
                                              bool in_query) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const TemplateValue text = template_soft_text(value);
    for (const char c : text.text_value()) {
        if (is_ascii_alnum(c) || c == '_' || c == '.' || c == '-' || c == '~' ||
            (c == '/' && !in_query)) {
            out += c;
        } else if (c == ' ' && in_query) {
            out += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

MICROFLASK_INLINE TemplateValue template_filter_urlencode(RenderState&,
                                                          const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_urlencode", {"value"}, 1);
    const TemplateValue& value = parameters.value(0);
    std::string out;
    switch (value.kind()) {
    case TemplateKind::none:
    case TemplateKind::boolean:
    case TemplateKind::integer:
    case TemplateKind::real:
    case TemplateKind::text:
    case TemplateKind::native:
    case TemplateKind::exposed: template_append_quoted(out, value, false); break;
    default: {
        if (value.kind() == TemplateKind::object && !value.object_value().is_iterable()) {
            template_append_quoted(out, value, false);
            break;
        }
        const bool is_dict =
            value.kind() == TemplateKind::dict || value.kind() == TemplateKind::json_object;
        TemplateIterator iterator(is_dict ? template_dict_view(value, TemplateDictPart::items)
                                          : value);
        for (TemplateValue pair[2]; iterator.next_unpacked(pair, 2);) {
            if (!out.empty()) out += '&';
            template_append_quoted(out, pair[0], true);
            out += '=';
            template_append_quoted(out, pair[1], true);
        }
    }
    }
    return TemplateValue::text(std::move(out));
}

MICROFLASK_INLINE TemplateValue template_filter_xmlattr(RenderState& state,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_xmlattr", {"d", "autospace"}, 1);
    const TemplateValue& value = parameters.value(0);
    std::string out;
    TemplateIterator iterator(template_items_of(state, value));
    for (TemplateValue pair[2]; iterator.next_unpacked(pair, 2);) {
        if (pair[1].is_none() || pair[1].is_undefined()) continue;
        const std::string_view key = pair[0].as_text();
        for (const char c : key) {
            if (!is_ascii_space(c) && c != '/' && c != '>' && c != '=') continue;
            std::string message = "Invalid character in attribute name: ";
            template_append_repr(message, pair[0]);
            throw TemplateRuntimeError("ValueError", std::move(message));
        }
        if (!out.empty()) out += ' ';
        template_append_output(out, pair[0], true);
        out += "=\"";
        template_append_output(out, pair[1], true);
        out += '"';
    }
    if (parameters.is_true(1, true) && !out.empty()) out.insert(0, 1, ' ');
    return TemplateValue::text(std::move(out), state.autoescape);
}

/// Whether a dict in the value has a key that is no text.
MICROFLASK_INLINE bool template_has_other_keys(const TemplateValue& value, unsigned depth) {
    if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
    if (value.kind() == TemplateKind::list || value.kind() == TemplateKind::tuple) {
        for (const TemplateValue& item : value.list_value().items) {
            if (template_has_other_keys(item, depth + 1)) return true;
        }
    } else if (value.kind() == TemplateKind::dict) {
        for (const TemplateDict::Entry& entry : value.dict_value()) {
            if (!entry.key.is_text() || template_has_other_keys(entry.value, depth + 1))
                return true;
        }
    }
    return false;
}

MICROFLASK_INLINE TemplateValue template_filter_tojson(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_tojson", {"value", "indent"}, 1);
    JsonWriteOptions options = json_spaced_options;
    options.sort_keys = true;
    options.html_safe = true;
    if (parameters.has(1)) {
        options.indent = static_cast<int>(
            (std::min)(std::int64_t{100}, (std::max)(std::int64_t{0}, parameters.integer(1, 0))));
        options.item_separator = ",";
    }
    const TemplateValue& value = parameters.value(0);
    Json json = value.to_json();
    if (template_has_other_keys(value, 0)) {
        // Keys are sorted as what they are, not as the text that they become.
        options.sort_keys = false;
        json = template_sort_dicts(value, true).to_json();
    }
    std::string text = write_json(json, options);
    template_check_text_size(text.size());
    return TemplateValue::markup(std::move(text));
}

}  // namespace microflask::detail
