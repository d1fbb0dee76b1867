// Bodies of python_text.hpp.
#include "jinja/python_text.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

namespace microflask::detail {

MICROFLASK_INLINE void template_append_escape(std::string& out, char32_t c) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += '\\';
    int count = 2;
    if (c > 0xFFFF) {
        out += 'U';
        count = 8;
    } else if (c > 0xFF) {
        out += 'u';
        count = 4;
    } else {
        out += 'x';
    }
    for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) out += digits[c >> shift & 15];
}

MICROFLASK_INLINE void template_append_repr_text(std::string& out, std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out += quote;
    while (!text.empty()) {
        std::string_view rest = text;
        const char32_t c = next_code_point(rest);
        const std::string_view bytes = text.substr(0, text.size() - rest.size());
        text = rest;
        if (c == static_cast<unsigned char>(quote) || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (is_unicode_printable(c)) {
            out += bytes;
        } else {
            template_append_escape(out, c);
        }
    }
    out += quote;
}

MICROFLASK_INLINE void template_append_float(std::string& out, double value) {
    append_double(out, value);
}

/// The containers that are being written: one within itself is written as dots.
struct TemplateReprChain : TemplateChain {
    std::size_t start;  // where in the output all of it begins
};

void template_append_repr_in(std::string& out, const TemplateValue& value,
                             const TemplateReprChain& outer);

MICROFLASK_INLINE void template_append_repr_json(std::string& out, const Json& json,
                                                 const TemplateReprChain& outer) {
    template_append_repr_in(out, TemplateValue::of_json(json), outer);
}

/// Appends the repr of a list, a tuple or a dict.
MICROFLASK_INLINE void template_append_repr_container(std::string& out, const TemplateValue& value,
                                                      const TemplateReprChain& outer) {
    const TemplateKind kind = value.kind();
    const bool is_json = kind == TemplateKind::json_array || kind == TemplateKind::json_object;
    const bool is_dict = kind == TemplateKind::dict || kind == TemplateKind::json_object;
    const bool is_tuple = kind == TemplateKind::tuple;
    const void* const box = is_json   ? static_cast<const void*>(&value.json_value())
                            : is_dict ? static_cast<const void*>(&value.dict_value())
                                      : static_cast<const void*>(&value.list_value());
    const std::string_view brackets = is_dict ? "{}" : is_tuple ? "()" : "[]";
    out += brackets[0];
    if (outer.contains(box)) {
        out += "...";
        out += brackets[1];
        return;
    }
    const TemplateReprChain chain{outer.with(box), outer.start};
    bool is_first = true;
    const auto separate = [&] {
        template_check_text_size(out.size() - outer.start);
        if (!is_first) out += ", ";
        is_first = false;
    };
    if (kind == TemplateKind::json_object) {
        for (const auto& [key, item] : value.json_value().items()) {
            separate();
            template_append_repr_text(out, key);
            out += ": ";
            template_append_repr_json(out, item, chain);
        }
    } else if (kind == TemplateKind::dict) {
        for (const TemplateDict::Entry& entry : value.dict_value()) {
            separate();
            template_append_repr_in(out, entry.key, chain);
            out += ": ";
            template_append_repr_in(out, entry.value, chain);
        }
    } else if (kind == TemplateKind::json_array) {
        for (const Json& item : value.json_value()) {
            separate();
            template_append_repr_json(out, item, chain);
        }
    } else {
        for (const TemplateValue& item : value.list_value().items) {
            separate();
            template_append_repr_in(out, item, chain);
        }
        if (is_tuple && value.list_value().items.size() == 1) out += ',';
    }
    out += brackets[1];
}

MICROFLASK_INLINE void template_append_repr_in(std::string& out, const TemplateValue& value,
                                               const TemplateReprChain& outer) {
    switch (value.kind()) {
    case TemplateKind::undefined: out += "Undefined"; break;
    case TemplateKind::text:
        template_check_text_size(out.size() - outer.start + value.text_value().size());
        if (value.is_markup()) out += "Markup(";
        template_append_repr_text(out, value.text_value());
        if (value.is_markup()) out += ')';
        break;
    case TemplateKind::list:
    case TemplateKind::tuple:
    case TemplateKind::dict:
    case TemplateKind::json_array:
    case TemplateKind::json_object: template_append_repr_container(out, value, outer); break;
    case TemplateKind::object: value.object_value().append_repr(out); break;
    default: template_append_text(out, value);
    }
}

MICROFLASK_INLINE void template_append_repr(std::string& out, const TemplateValue& value) {
    template_append_repr_in(out, value, TemplateReprChain{{}, out.size()});
}

MICROFLASK_INLINE void template_append_ascii(std::string& out, const TemplateValue& value) {
    std::string repr;
    template_append_repr(repr, value);
    for (std::string_view rest = repr; !rest.empty();) {
        const char32_t c = next_code_point(rest);
        if (c < 0x80)
            out += static_cast<char>(c);
        else
            template_append_escape(out, c);
    }
}

/// Appends what an undefined value prints.
MICROFLASK_INLINE void template_append_undefined(std::string& out, const TemplateValue& value) {
    if (value.undefined_kind() == TemplateUndefinedKind::strict) template_throw_undefined(value);
    if (value.undefined_kind() != TemplateUndefinedKind::debug) return;
    out += "{{ ";
    if (const TemplateBox* details = value.undefined_details()) {
        const auto& box = static_cast<const TemplateUndefined&>(*details);
        if (!box.hint.empty()) {
            out += "undefined value printed: ";
            out += box.hint;
        } else {
            out += "no such element: ";
            out += box.object_type;
            out += '[';
            template_append_repr(out, box.key);
            out += ']';
        }
    } else {
        out += value.text_value();
    }
    out += " }}";
}

MICROFLASK_INLINE void template_append_text(std::string& out, const TemplateValue& value) {
    switch (value.kind()) {
    case TemplateKind::undefined: template_append_undefined(out, value); break;
    case TemplateKind::none: out += "None"; break;
    case TemplateKind::boolean: out += value.boolean_value() ? "True" : "False"; break;
    case TemplateKind::integer:
        if (value.is_unsigned())
            append_unsigned(out, static_cast<std::uint64_t>(value.integer_value()));
        else
            append_signed(out, value.integer_value());
        break;
    case TemplateKind::real: template_append_float(out, value.real_value()); break;
    case TemplateKind::text: out += value.text_value(); break;
    case TemplateKind::native: out += "<function>"; break;
    case TemplateKind::object: value.object_value().append_text(out); break;
    case TemplateKind::exposed: {
        const TemplateTypeInfo& type = template_type_info(value.exposed_type());
        if (type.text) {
            out += type.text(value.exposed_value());
        } else {
            out += '<';
            out += type.name;
            out += " object>";
        }
        break;
    }
    case TemplateKind::iterator: value.iterator_value().append_text(out); break;
    default: template_append_repr(out, value);
    }
}

MICROFLASK_INLINE void template_append_output(std::string& out, const TemplateValue& value,
                                              bool autoescape) {
    if (value.is_text()) {
        if (autoescape && !value.is_markup())
            append_escaped(out, value.text_value());
        else
            out += value.text_value();
        return;
    }
    switch (value.kind()) {
    case TemplateKind::none:
    case TemplateKind::boolean:
    case TemplateKind::integer:
    case TemplateKind::real: template_append_text(out, value); return;
    default: break;
    }
    const bool is_safe =
        !autoescape || (value.kind() == TemplateKind::object && value.object_value().is_markup());
    if (is_safe) {
        template_append_text(out, value);
        return;
    }
    std::string text;
    template_append_text(text, value);
    append_escaped(out, text);
}

}  // namespace microflask::detail
