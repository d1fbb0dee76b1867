// Bodies of filters_number.hpp.
#include "jinja/filters_number.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/pretty_print.hpp"
#include "jinja/python_format.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/undefined.hpp"

#include <cmath>
#include <limits>
#include <optional>

namespace microflask::detail {

MICROFLASK_INLINE TemplateValue template_filter_abs(RenderState&,
                                                    const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "abs", {"x"}, 1);
    const TemplateValue& value = parameters.value(0);
    if (value.is_double()) return TemplateValue::real(std::fabs(value.real_value()));
    if (!value.is_integer() && !value.is_boolean())
        throw TemplateRuntimeError(
            "TypeError", concat({"bad operand type for abs(): '", value.type_name(), "'"}));
    if (value.is_unsigned()) return value;
    return value.integer_value() < 0 ? template_neg(value) : template_pos(value);
}

MICROFLASK_INLINE TemplateValue template_filter_attr(RenderState& state,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_attr", {"obj", "name"}, 2);
    const TemplateValue& name = parameters.value(1);
    if (!name.is_text())
        throw TemplateRuntimeError(
            "TypeError", concat({"attribute name must be string, not '", name.type_name(), "'"}));
    const TemplateValue found =
        template_attribute_only(state, parameters.value(0), name.text_value());
    return found.is_missing() ? template_undefined_member(state, parameters.value(0), name) : found;
}

MICROFLASK_INLINE TemplateValue template_filter_default(RenderState&,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_default",
                                        {"value", "default_value", "boolean"}, 1);
    const TemplateValue& value = parameters.value(0);
    if (value.is_undefined() || (parameters.is_true(2, false) && !template_is_true(value)))
        return parameters[1] ? parameters.value(1) : TemplateValue::borrowed_text("");
    return value;
}

// int and float

/// Removes the underscores that Python allows between digits; nothing where one is elsewhere.
MICROFLASK_INLINE std::optional<std::string> template_without_underscores(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            out += text[i];
            continue;
        }
        if (i == 0 || i + 1 == text.size() || !is_ascii_alnum(text[i - 1]) ||
            !is_ascii_alnum(text[i + 1]))
            return std::nullopt;
    }
    return out;
}

/// Reads what Python's float() reads.
MICROFLASK_INLINE std::optional<double> template_read_float(std::string_view text) {
    const auto cleaned = template_without_underscores(template_strip_space(text, true, true));
    if (!cleaned || cleaned->empty()) return std::nullopt;
    std::string_view number = *cleaned;
    const bool negative = number[0] == '-';
    if (number[0] == '-' || number[0] == '+') number.remove_prefix(1);
    const double sign = negative ? -1.0 : 1.0;
    if (equals_ignoring_case(number, "inf") || equals_ignoring_case(number, "infinity"))
        return sign * std::numeric_limits<double>::infinity();
    if (equals_ignoring_case(number, "nan")) return std::numeric_limits<double>::quiet_NaN();
    if (number.empty() || number[0] == '-') return std::nullopt;
    const auto value = parse_double(number);
    if (!value) return std::nullopt;
    return sign * *value;
}

[[noreturn]] MICROFLASK_INLINE void template_throw_large() {
    throw TemplateRuntimeError("OverflowError", "an integer of a template has at most 64 bits");
}

/// Reads what Python's int(text, base) reads; nothing where it is no number.
MICROFLASK_INLINE std::optional<std::int64_t> template_read_int(std::string_view text,
                                                                std::int64_t base) {
    if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
    text = template_strip_space(text, true, true);
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
    std::int64_t prefix_base = 0;
    if (text.size() > 1 && text[0] == '0') {
        const char c = ascii_lower(text[1]);
        prefix_base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
    }
    if (prefix_base != 0 && (base == 0 || base == prefix_base)) {
        text.remove_prefix(2);
        if (!text.empty() && text[0] == '_') text.remove_prefix(1);
        base = prefix_base;
    } else if (base == 0) {
        if (text.size() > 1 && text[0] == '0' &&
            text.find_first_not_of("0_") != std::string_view::npos)
            return std::nullopt;
        base = 10;
    }
    const auto digits = template_without_underscores(text);
    if (!digits || digits->empty()) return std::nullopt;
    const auto radix = static_cast<std::uint64_t>(base);
    std::uint64_t number = 0;
    bool is_too_large = false;
    for (const char c : *digits) {
        const char lower = ascii_lower(c);
        const std::uint64_t digit = is_ascii_digit(c) ? static_cast<std::uint64_t>(c - '0')
                                    : is_ascii_alpha(c)
                                        ? static_cast<std::uint64_t>(lower - 'a') + 10
                                        : 99;
        if (digit >= radix) return std::nullopt;
        is_too_large = is_too_large || number > (UINT64_MAX - digit) / radix;
        number = number * radix + digit;
    }
    const std::uint64_t most = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (is_too_large || number > most) template_throw_large();
    return static_cast<std::int64_t>(negative ? 0 - number : number);
}

/// Returns a float without its fraction; nothing for nan.
MICROFLASK_INLINE std::optional<TemplateValue> template_truncate_float(double number) {
    if (std::isnan(number)) return std::nullopt;
    if (std::isinf(number))
        throw TemplateRuntimeError("OverflowError", "cannot convert float infinity to integer");
    if (!(std::fabs(number) < 9223372036854775808.0)) template_throw_large();
    return TemplateValue::integer(static_cast<std::int64_t>(number));
}

MICROFLASK_INLINE TemplateValue template_filter_int(RenderState&,
                                                    const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_int", {"value", "default", "base"}, 1);
    const TemplateValue& value = parameters.value(0);
    std::optional<TemplateValue> number;
    switch (value.kind()) {
    case TemplateKind::undefined: template_throw_undefined(value);
    case TemplateKind::boolean:
    case TemplateKind::integer: return value.is_boolean() ? template_pos(value) : value;
    case TemplateKind::real: number = template_truncate_float(value.real_value()); break;
    case TemplateKind::text: {
        // A base that is no integer is a TypeError, which Jinja takes as "no number" as well.
        const bool has_base = parameters[2] && !parameters.value(2).is_integer();
        const auto whole = has_base && !parameters.value(2).is_boolean()
                               ? std::nullopt
                               : template_read_int(value.text_value(), parameters.integer(2, 10));
        if (whole) return TemplateValue::integer(*whole);
        const auto real = template_read_float(value.text_value());
        if (real) number = template_truncate_float(*real);
        break;
    }
    default: break;
    }
    if (number) return *number;
    return parameters[1] ? parameters.value(1) : TemplateValue::integer(0);
}

/// Returns float(value); nothing where it is none, and UndefinedError for what is undefined.
MICROFLASK_INLINE std::optional<double> template_to_float(const TemplateValue& value) {
    switch (value.kind()) {
    case TemplateKind::undefined: template_throw_undefined(value);
    case TemplateKind::real: return value.real_value();
    case TemplateKind::boolean:
    case TemplateKind::integer:
        return value.is_unsigned()
                   ? static_cast<double>(static_cast<std::uint64_t>(value.integer_value()))
                   : static_cast<double>(value.integer_value());
    case TemplateKind::text: return template_read_float(value.text_value());
    default: return std::nullopt;
    }
}

MICROFLASK_INLINE TemplateValue template_filter_float(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_float", {"value", "default"}, 1);
    const auto number = template_to_float(parameters.value(0));
    if (number) return TemplateValue::real(*number);
    return parameters[1] ? parameters.value(1) : TemplateValue::real(0.0);
}

MICROFLASK_INLINE TemplateValue template_filter_filesizeformat(RenderState&,
                                                               const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_filesizeformat", {"value", "binary"}, 1);
    const TemplateValue& value = parameters.value(0);
    const auto bytes = template_to_float(value);
    if (!bytes) {
        if (!value.is_text())
            throw TemplateRuntimeError(
                "TypeError", concat({"float() argument must be a string or a real number, not '",
                                     value.type_name(), "'"}));
        std::string message = "could not convert string to float: ";
        template_append_repr(message, value);
        throw TemplateRuntimeError("ValueError", std::move(message));
    }
    const bool binary = parameters.is_true(1, false);
    const double base = binary ? 1024 : 1000;
    std::string out;
    if (*bytes == 1) return TemplateValue::borrowed_text("1 Byte");
    if (*bytes < base) {
        if (std::isinf(*bytes))
            throw TemplateRuntimeError("OverflowError", "cannot convert float infinity to integer");
        out = template_print_double('f', 0, std::trunc(*bytes));
        if (out == "-0") out = "0";
        return TemplateValue::text(out + " Bytes");
    }
    constexpr std::string_view prefixes = "kMGTPEZY";
    double unit = base * base;
    std::size_t i = 0;
    while (i + 1 < prefixes.size() && !(*bytes < unit)) {
        unit *= base;
        ++i;
    }
    out = template_print_double('f', 1, base * *bytes / unit);
    out += ' ';
    out += binary && i == 0 ? 'K' : prefixes[i];
    out += binary ? "iB" : "B";
    return TemplateValue::text(std::move(out));
}

/// Rounds an integer to a power of ten, half to even.
MICROFLASK_INLINE TemplateValue template_round_integer(const TemplateValue& value,
                                                       std::int64_t digits) {
    if (digits >= 0 || value.is_unsigned()) return template_pos(value);
    const std::int64_t number = value.integer_value();
    if (digits < -18) {
        const bool is_up = digits == -19 && (number > 5'000'000'000'000'000'000 ||
                                             number < -5'000'000'000'000'000'000);
        if (is_up) template_throw_large();
        return TemplateValue::integer(0);
    }
    std::int64_t power = 1;
    for (std::int64_t i = digits; i < 0; ++i) power *= 10;
    std::int64_t down = number / power;
    std::int64_t rest = number % power;
    if (rest < 0) {
        rest += power;
        --down;
    }
    if (rest > power - rest || (rest == power - rest && down % 2 != 0)) ++down;
    return template_mul(TemplateValue::integer(down), TemplateValue::integer(power));
}

MICROFLASK_INLINE TemplateValue template_filter_round(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_round", {"value", "precision", "method"}, 1);
    const TemplateValue& value = parameters.value(0);
    const std::string method = parameters.text(2, "common");
    if (method != "common" && method != "ceil" && method != "floor")
        throw FilterArgumentError("method must be common, ceil or floor");
    if (method == "common") {
        if (value.is_double())
            return TemplateValue::real(
                template_round(value.real_value(), parameters.integer(1, 0)));
        if (value.is_integer() || value.is_boolean())
            return template_round_integer(value, parameters.integer(1, 0));
        throw TemplateRuntimeError(
            "TypeError", concat({"type ", value.type_name(), " doesn't define __round__ method"}));
    }
    const TemplateValue power =
        template_pow(TemplateValue::integer(10), TemplateValue::integer(parameters.integer(1, 0)));
    const TemplateValue scaled = template_mul(value, power);
    const auto number = template_to_float(scaled);
    if (!number || scaled.is_text())
        throw TemplateRuntimeError("TypeError",
                                   concat({"must be real number, not ", scaled.type_name()}));
    if (std::isnan(*number))
        throw TemplateRuntimeError("ValueError", "cannot convert float NaN to integer");
    if (std::isinf(*number))
        throw TemplateRuntimeError("OverflowError", "cannot convert float infinity to integer");
    const double whole = method == "ceil" ? std::ceil(*number) : std::floor(*number);
    return template_div(TemplateValue::real(whole == 0 ? 0.0 : whole), power);
}

MICROFLASK_INLINE TemplateValue template_filter_pprint(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_pprint", {"value"}, 1);
    std::string out;
    template_pretty_print(out, parameters.value(0));
    return TemplateValue::text(std::move(out));
}

}  // namespace microflask::detail
