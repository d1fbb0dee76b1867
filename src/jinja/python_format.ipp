// Bodies of python_format.hpp.
#include "jinja/python_format.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/python_text.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace microflask::detail {

MICROFLASK_INLINE std::string template_print_double(char format, int precision, double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
    const auto print = [&](char* to, std::size_t room) {
        if (format == 'f') return std::snprintf(to, room, "%.*f", precision, value);
        if (format == 'e') return std::snprintf(to, room, "%.*e", precision, value);
        return std::snprintf(to, room, "%.*g", precision, value);
    };
    std::string text(static_cast<std::size_t>(print(nullptr, 0)) + 1, '\0');
    print(text.data(), text.size());
    text.pop_back();
    for (char& c : text) {
        // A locale's decimal comma.
        if (c != '.' && c != '-' && c != '+' && c != 'e' && !is_ascii_digit(c)) c = '.';
    }
    return text;
}

MICROFLASK_INLINE double template_round(double value, std::int64_t digits) {
    if (!std::isfinite(value) || value == 0.0 || digits > 323) return value;
    if (digits < -308) return std::copysign(0.0, value);
    if (digits >= 0)
        return parse_double(template_print_double('f', static_cast<int>(digits), value))
            .value_or(value);
    // Left of the point: the digits of the whole part are exact; what follows the kept ones decides.
    const double magnitude = std::fabs(value);
    const double whole = std::floor(magnitude);
    const std::string all = template_print_double('f', 0, whole);
    const std::int64_t keep = static_cast<std::int64_t>(all.size()) + digits;
    if (keep < 0) return std::copysign(0.0, value);
    std::string kept = "0" + all.substr(0, static_cast<std::size_t>(keep));
    const std::string tail = all.substr(static_cast<std::size_t>(keep));
    const bool is_half =
        tail[0] == '5' && whole == magnitude && tail.find_first_not_of('0', 1) == std::string::npos;
    if (is_half ? (kept.back() - '0') % 2 == 1 : tail[0] >= '5') {
        std::size_t at = kept.size() - 1;
        while (kept[at] == '9') kept[at--] = '0';
        ++kept[at];
    }
    kept.append(tail.size(), '0');
    return std::copysign(parse_double(kept).value_or(0.0), value);
}

// format specifications

MICROFLASK_INLINE void template_throw_value(std::string message) {
    throw TemplateRuntimeError("ValueError", std::move(message));
}

MICROFLASK_INLINE std::size_t template_read_size(std::string_view& rest) {
    std::size_t count = 0;
    while (count < rest.size() && is_ascii_digit(rest[count])) ++count;
    const auto size = parse_unsigned(rest.substr(0, count), INT64_MAX);
    if (!size) template_throw_value("Too many decimal digits in format string");
    if (*size > 1'000'000)
        throw TemplateRuntimeError("MemoryError", "the text would become too long");
    rest.remove_prefix(count);
    return static_cast<std::size_t>(*size);
}

MICROFLASK_INLINE TemplateFormatSpec template_parse_spec(std::string_view text, char default_type) {
    TemplateFormatSpec spec;
    std::string_view rest = text;
    const auto is_align = [](char c) { return c == '<' || c == '>' || c == '=' || c == '^'; };
    const std::size_t first = rest.empty() ? 0 : decode_utf8(rest).size;
    const bool has_fill = rest.size() > first && is_align(rest[first]);
    if (has_fill) {
        spec.fill = rest.substr(0, first);
        spec.align = rest[first];
        rest.remove_prefix(first + 1);
    } else if (!rest.empty() && is_align(rest[0])) {
        spec.align = rest[0];
        rest.remove_prefix(1);
    }
    const auto take = [&rest](char c) {
        if (rest.empty() || rest[0] != c) return false;
        rest.remove_prefix(1);
        return true;
    };
    if (take('+'))
        spec.sign = '+';
    else if (take(' '))
        spec.sign = ' ';
    else if (take('-'))
        spec.sign = '-';
    spec.no_negative_zero = take('z');
    spec.alternate = take('#');
    if (take('0')) {
        spec.zero = true;
        if (!has_fill) spec.fill = "0";
        if (spec.align == 0) spec.align = '=';
    }
    if (!rest.empty() && is_ascii_digit(rest[0])) spec.width = template_read_size(rest);
    if (take(','))
        spec.grouping = ',';
    else if (take('_'))
        spec.grouping = '_';
    if (spec.grouping != 0 && !rest.empty() && (rest[0] == ',' || rest[0] == '_'))
        template_throw_value(rest[0] == spec.grouping
                                 ? concat({"Cannot specify '", rest.substr(0, 1), "' with '",
                                           rest.substr(0, 1), "'."})
                                 : "Cannot specify both ',' and '_'.");
    if (take('.')) {
        if (rest.empty() || !is_ascii_digit(rest[0]))
            template_throw_value("Format specifier missing precision");
        spec.precision = static_cast<int>(template_read_size(rest));
    }
    if (rest.size() > 1) template_throw_value("Invalid format specifier");
    if (!rest.empty()) spec.type = rest[0];
    if (spec.grouping != 0) {
        const std::string_view types = spec.grouping == '_' ? "deEfFgG%box" : "deEfFgG%";
        const char type = spec.type == 'X' ? 'x' : (spec.type == 0 ? default_type : spec.type);
        if (types.find(type) == std::string_view::npos)
            template_throw_value(concat({"Cannot specify '", std::string_view(&spec.grouping, 1),
                                         "' with '", std::string_view(&type, 1), "'."}));
    }
    return spec;
}

MICROFLASK_INLINE std::string template_pad(std::string_view sign, std::string_view body,
                                           const TemplateFormatSpec& spec, char default_align) {
    const char align = spec.align != 0 ? spec.align : default_align;
    const std::size_t size = sign.size() + count_code_points(body);
    const std::size_t padding = spec.width > size ? spec.width - size : 0;
    const std::size_t left = align == '<' ? 0 : align == '^' ? padding / 2 : padding;
    std::string out;
    if (align == '=') out += sign;
    for (std::size_t i = 0; i < left; ++i) out += spec.fill;
    if (align != '=') out += sign;
    out += body;
    for (std::size_t i = left; i < padding; ++i) out += spec.fill;
    return out;
}

/// Puts separators between groups of digits at the beginning of `number`; fills with zeros up to `width`.
MICROFLASK_INLINE std::string template_group(std::string_view number, char separator,
                                             std::size_t group, std::size_t width) {
    std::size_t digits = 0;
    while (digits < number.size() && number[digits] != '.' && number[digits] != 'e' &&
           number[digits] != '%' && number[digits] != 'E')
        ++digits;
    const std::string_view tail = number.substr(digits);
    std::string reversed;
    std::size_t count = 0;
    for (std::size_t i = digits; i-- > 0; ++count) {
        if (count > 0 && count % group == 0) reversed += separator;
        reversed += number[i];
    }
    while (reversed.size() + tail.size() < width) {
        if (count > 0 && count % group == 0) reversed += separator;
        reversed += '0';
        ++count;
    }
    return std::string(reversed.rbegin(), reversed.rend()).append(tail);
}

MICROFLASK_INLINE std::string template_finish_number(std::string_view sign, std::string body,
                                                     std::size_t group,
                                                     const TemplateFormatSpec& spec) {
    if (spec.grouping != 0 && is_ascii_alnum(body[0]) && body[0] != 'i' && body[0] != 'n') {
        const bool fills = spec.align == '=' && spec.fill == "0" && spec.width > sign.size();
        body = template_group(body, spec.grouping, group, fills ? spec.width - sign.size() : 0);
    }
    return template_pad(sign, body, spec, '>');
}

[[noreturn]] MICROFLASK_INLINE void template_throw_format_code(char type,
                                                               const TemplateValue& value) {
    template_throw_value(concat({"Unknown format code '", std::string_view(&type, 1),
                                 "' for object of type '", value.type_name(), "'"}));
}

MICROFLASK_INLINE std::string template_digits(std::uint64_t number, unsigned base, bool is_upper) {
    std::string digits;
    do {
        const char digit = "0123456789abcdef"[number % base];
        digits += is_upper ? ascii_upper(digit) : digit;
        number /= base;
    } while (number > 0);
    return std::string(digits.rbegin(), digits.rend());
}

MICROFLASK_INLINE std::uint64_t template_magnitude(const TemplateValue& value) noexcept {
    const std::int64_t number = value.integer_value();
    return number < 0 && !value.is_unsigned() ? 0 - static_cast<std::uint64_t>(number)
                                              : static_cast<std::uint64_t>(number);
}

MICROFLASK_INLINE bool template_is_negative(const TemplateValue& value) noexcept {
    return value.integer_value() < 0 && !value.is_unsigned();
}

/// Writes a finite or infinite number without its sign in a form of `type` (lower case).
MICROFLASK_INLINE std::string template_float_body(double magnitude, char type, int precision,
                                                  bool alternate) {
    std::string body;
    if (type == 0 && precision < 0) {
        append_double(body, magnitude);
        return body;
    }
    if (!std::isfinite(magnitude)) {
        body = std::isnan(magnitude) ? "nan" : "inf";
        return type == '%' ? body + '%' : body;
    }
    if (type == '%') {
        return template_print_double('f', precision < 0 ? 6 : precision, magnitude * 100) + "%";
    }
    if (type == 'f' || type == 'e') {
        body = template_print_double(type, precision < 0 ? 6 : precision, magnitude);
        if (alternate && precision == 0 && body.find('.') == std::string::npos)
            body.insert(type == 'f' ? body.size() : body.find('e'), ".");
        return body;
    }
    // 'g', and the form without a type, which keeps a digit behind the point, so it has one less before it.
    const int significant = precision < 0 ? 6 : (precision == 0 ? 1 : precision);
    body = template_print_double('e', significant - 1, magnitude);
    const std::size_t e = body.find('e');
    const int exponent = std::atoi(body.c_str() + e + 1);
    const bool is_fixed = exponent >= -4 && exponent < significant - (type == 0 ? 1 : 0);
    std::string tail;
    if (is_fixed) {
        body = template_print_double('f', significant - 1 - exponent, magnitude);
    } else {
        tail = body.substr(e);
        body.resize(e);
    }
    if (!alternate && body.find('.') != std::string::npos) {
        while (body.back() == '0') body.pop_back();
        if (body.back() == '.') body.pop_back();
    }
    if (is_fixed && type == 0 && body.find('.') == std::string::npos) body += ".0";
    return body + tail;
}

MICROFLASK_INLINE std::string template_format_float(const TemplateValue& value, double number,
                                                    const TemplateFormatSpec& spec) {
    const char type = ascii_lower(spec.type);
    if (type != 0 && std::string_view("efgn%").find(type) == std::string_view::npos)
        template_throw_format_code(spec.type, value);
    const double magnitude = std::fabs(number);
    std::string body =
        template_float_body(magnitude, type == 'n' ? 'g' : type, spec.precision, spec.alternate);
    if (is_ascii_upper(spec.type)) body = to_upper(body);
    const bool is_zero =
        std::isfinite(number) && body.find_first_of("123456789") >= body.find_first_of("eE");
    const bool is_negative =
        std::signbit(number) && !std::isnan(number) && !(spec.no_negative_zero && is_zero);
    const std::string_view sign = is_negative        ? "-"
                                  : spec.sign == '+' ? "+"
                                  : spec.sign == ' ' ? " "
                                                     : "";
    return template_finish_number(sign, std::move(body), 3, spec);
}

MICROFLASK_INLINE std::string template_format_integer(const TemplateValue& value,
                                                      const TemplateFormatSpec& spec) {
    if (spec.type != 0 && std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos) {
        const double number = static_cast<double>(template_magnitude(value));
        return template_format_float(value, template_is_negative(value) ? -number : number, spec);
    }
    if (spec.type != 0 && std::string_view("bcdnoxX").find(spec.type) == std::string_view::npos)
        template_throw_format_code(spec.type, value);
    if (spec.precision >= 0)
        template_throw_value("Precision not allowed in integer format specifier");
    if (spec.no_negative_zero)
        template_throw_value(
            "Negative zero coercion (z) not allowed in integer format "
            "specifier");
    if (spec.type == 'c') {
        if (spec.sign != 0)
            template_throw_value("Sign not allowed with integer format specifier 'c'");
        const std::int64_t code = value.integer_value();
        if (code < 0 || code > 0x10FFFF || value.is_unsigned())
            throw TemplateRuntimeError("OverflowError", "%c arg not in range(0x110000)");
        std::string text;
        append_utf8(text, static_cast<char32_t>(code));
        return template_pad({}, text, spec, '<');
    }
    unsigned base = 10;
    std::string sign = template_is_negative(value) ? "-"
                       : spec.sign == '+'          ? "+"
                       : spec.sign == ' '          ? " "
                                                   : "";
    switch (spec.type) {
    case 0:
    case 'd':
    case 'n': break;
    case 'b': base = 2; break;
    case 'o': base = 8; break;
    default: base = 16;
    }
    if (spec.alternate && base != 10) {
        sign += '0';
        sign += spec.type;
    }
    return template_finish_number(
        sign, template_digits(template_magnitude(value), base, spec.type == 'X'),
        base == 10 ? 3 : 4, spec);
}

MICROFLASK_INLINE std::string template_format_value(const TemplateValue& value,
                                                    std::string_view specification) {
    if (value.is_undefined() && value.undefined_kind() == TemplateUndefinedKind::strict)
        template_throw_undefined(value);
    if (specification.empty()) return value.to_text();
    if (value.is_text()) {
        const TemplateFormatSpec spec = template_parse_spec(specification, 's');
        if (spec.type != 0 && spec.type != 's') template_throw_format_code(spec.type, value);
        if (spec.sign != 0)
            template_throw_value(spec.sign == ' ' ? "Space not allowed in string format specifier"
                                                  : "Sign not allowed in string format specifier");
        if (spec.no_negative_zero)
            template_throw_value(
                "Negative zero coercion (z) not allowed in string format "
                "specifier");
        if (spec.alternate)
            template_throw_value("Alternate form (#) not allowed in string format specifier");
        if (spec.align == '=' && !spec.zero)
            template_throw_value("'=' alignment not allowed in string format specifier");
        std::string_view text = value.text_value();
        if (spec.precision >= 0)
            text = text.substr(0, code_points_size(text, static_cast<std::size_t>(spec.precision)));
        TemplateFormatSpec padded = spec;
        if (padded.align == '=') padded.align = '<';
        return template_pad({}, text, padded, '<');
    }
    if (value.is_double())
        return template_format_float(value, value.real_value(),
                                     template_parse_spec(specification, 'd'));
    if (value.is_integer())
        return template_format_integer(value, template_parse_spec(specification, 'd'));
    if (value.is_boolean()) {
        const TemplateFormatSpec spec = template_parse_spec(specification, 'd');
        return template_format_integer(value, spec);
    }
    throw TemplateRuntimeError("TypeError", concat({"unsupported format string passed to ",
                                                    value.type_name(), ".__format__"}));
}

// str.format

/// Fills the fields of a format text.
class TemplateFormatter {
public:
    TemplateFormatter(const TemplateArguments& arguments, const TemplateValue* mapping,
                      bool is_markup) noexcept
        : arguments_(arguments), mapping_(mapping), is_markup_(is_markup) {}

    void append(std::string& out, std::string_view text, unsigned depth) {
        if (depth == 0) template_throw_value("Max string recursion exceeded");
        while (!text.empty()) {
            const std::size_t brace = text.find_first_of("{}");
            out += text.substr(0, brace);
            if (brace == std::string_view::npos) return;
            const char c = text[brace];
            text.remove_prefix(brace + 1);
            if (!text.empty() && text[0] == c) {
                out += c;
                text.remove_prefix(1);
            } else if (c == '}') {
                template_throw_value("Single '}' encountered in format string");
            } else {
                if (text.empty()) template_throw_value("Single '{' encountered in format string");
                append_field(out, take_field(text), depth);
            }
            template_check_text_size(out.size());
        }
    }

private:
    /// Takes what is between the braces, nested ones included.
    static std::string_view take_field(std::string_view& text) {
        unsigned nested = 1;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '{') ++nested;
            if (text[i] != '}' || --nested > 0) continue;
            const std::string_view field = text.substr(0, i);
            text.remove_prefix(i + 1);
            return field;
        }
        template_throw_value("expected '}' before end of string");
    }

    TemplateValue named(std::string_view name) {
        if (mapping_)
            return item_or_throw(*mapping_, TemplateValue::text(std::string(name)), "KeyError");
        if (const TemplateValue* value = arguments_.find(name)) return *value;
        std::string message;
        template_append_repr_text(message, name);
        throw TemplateRuntimeError("KeyError", std::move(message));
    }

    TemplateValue numbered(std::uint64_t index) {
        if (mapping_) template_throw_value("Format string contains positional fields");
        if (index < arguments_.size()) return arguments_[static_cast<std::size_t>(index)];
        std::string message = "Replacement index ";
        append_unsigned(message, index);
        message += " out of range for positional args tuple";
        throw TemplateRuntimeError("IndexError", std::move(message));
    }

    TemplateValue item_or_throw(const TemplateValue& object, const TemplateValue& key,
                                std::string_view error) {
        TemplateValue item = template_item(arguments_.state(), object, key);
        if (!item.is_undefined()) return item;
        const TemplateKind kind = object.kind();
        const bool is_sequence = object.is_text() || TemplateSequence::is(object);
        if (object.is_undefined()) template_throw_undefined(object);
        if (is_sequence && key.is_text())
            throw TemplateRuntimeError(
                "TypeError",
                concat({object.type_name(), " indices must be integers or slices, not str"}));
        if (is_sequence)
            throw TemplateRuntimeError("IndexError",
                                       concat({object.type_name(), " index out of range"}));
        if (kind != TemplateKind::dict && kind != TemplateKind::json_object &&
            kind != TemplateKind::object)
            throw TemplateRuntimeError(
                "TypeError", concat({"'", object.type_name(), "' object is not subscriptable"}));
        std::string message;
        template_append_repr(message, key);
        throw TemplateRuntimeError(error, std::move(message));
    }

    TemplateValue first_part(std::string_view name) {
        if (name.empty()) {
            if (numbering_ == Numbering::manual)
                template_throw_value(
                    "cannot switch from manual field specification to automatic "
                    "field numbering");
            numbering_ = Numbering::automatic;
            return numbered(next_++);
        }
        const auto index = parse_unsigned(name);
        if (!index) return named(name);
        if (numbering_ == Numbering::automatic)
            template_throw_value(
                "cannot switch from automatic field numbering to manual field "
                "specification");
        numbering_ = Numbering::manual;
        return numbered(*index);
    }

    TemplateValue value_of(std::string_view name) {
        std::size_t end = name.find_first_of(".[");
        TemplateValue value = first_part(name.substr(0, end));
        while (end != std::string_view::npos && end < name.size()) {
            const char c = name[end];
            std::string_view rest = name.substr(end + 1);
            if (c == '.') {
                const std::size_t size = (std::min)(rest.find_first_of(".["), rest.size());
                if (size == 0) template_throw_value("Empty attribute in format string");
                const std::string attribute(rest.substr(0, size));
                TemplateValue next = template_attribute_only(arguments_.state(), value, attribute);
                if (next.is_missing())
                    throw TemplateRuntimeError(
                        "AttributeError", concat({"'", value.type_name(),
                                                  "' object has no attribute '", attribute, "'"}));
                value = std::move(next);
                end += 1 + size;
            } else if (c == '[') {
                const std::size_t size = rest.find(']');
                if (size == std::string_view::npos)
                    template_throw_value("Missing ']' in format string");
                if (size == 0) template_throw_value("Empty attribute in format string");
                const std::string_view key = rest.substr(0, size);
                const auto index = parse_unsigned(key, INT64_MAX);
                value =
                    item_or_throw(value,
                                  index ? TemplateValue::integer(static_cast<std::int64_t>(*index))
                                        : TemplateValue::text(std::string(key)),
                                  index ? "IndexError" : "KeyError");
                end += 2 + size;
            } else {
                template_throw_value("Only '.' or '[' may follow ']' in format field specifier");
            }
        }
        return value;
    }

    void append_field(std::string& out, std::string_view field, unsigned depth) {
        std::size_t name_end = 0;
        for (bool in_brackets = false; name_end < field.size(); ++name_end) {
            const char c = field[name_end];
            if (c == '[') in_brackets = true;
            if (c == ']') in_brackets = false;
            if (!in_brackets && (c == '!' || c == ':')) break;
            if (c == '{') template_throw_value("unexpected '{' in field name");
        }
        const std::string_view name = field.substr(0, name_end);
        std::string_view rest = field.substr(name_end);
        char conversion = 0;
        if (!rest.empty() && rest[0] == '!') {
            if (rest.size() < 2)
                template_throw_value("end of string while looking for conversion specifier");
            conversion = rest[1];
            rest.remove_prefix(2);
            if (!rest.empty() && rest[0] != ':')
                template_throw_value("expected ':' after conversion specifier");
        }
        TemplateValue value = value_of(name);
        if (conversion == 's') {
            value = TemplateValue::text(value.to_text(), value.is_markup());
        } else if (conversion == 'r') {
            std::string repr;
            template_append_repr(repr, value);
            value = TemplateValue::text(std::move(repr));
        } else if (conversion == 'a') {
            std::string repr;
            template_append_ascii(repr, value);
            value = TemplateValue::text(std::move(repr));
        } else if (conversion != 0) {
            template_throw_value(concat({"Unknown conversion specifier ", is_markup_ ? "" : "'",
                                         std::string_view(&conversion, 1), is_markup_ ? "" : "'"}));
        }
        std::string specification;
        if (!rest.empty()) append(specification, rest.substr(1), depth - 1);
        if (is_markup_ && value.is_markup()) {
            if (!specification.empty())
                template_throw_value("Unsupported format specification for Markup.");
            out += value.text_value();
        } else if (is_markup_) {
            append_escaped(out, template_format_value(value, specification));
        } else {
            out += template_format_value(value, specification);
        }
    }

    enum class Numbering : unsigned char { none, automatic, manual };

    const TemplateArguments& arguments_;
    const TemplateValue* mapping_;
    std::uint64_t next_ = 0;
    Numbering numbering_ = Numbering::none;
    bool is_markup_;
};

MICROFLASK_INLINE TemplateValue template_format(const TemplateValue& text,
                                                const TemplateArguments& arguments,
                                                const TemplateValue* mapping) {
    constexpr unsigned nested_limit = 2;
    std::string out;
    TemplateFormatter(arguments, mapping, text.is_markup())
        .append(out, text.text_value(), nested_limit);
    return TemplateValue::text(std::move(out), text.is_markup());
}

}  // namespace microflask::detail
