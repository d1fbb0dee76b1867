// Bodies of operators.hpp.
#include "jinja/operators.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/python_percent.hpp"
#include "jinja/undefined.hpp"

#include <cmath>

namespace microflask::detail {

// numbers

/// An operand that is a number; a boolean is one, too.
struct TemplateNumber {
    bool is_real = false;
    std::int64_t integer = 0;
    double real = 0;

    [[nodiscard]] double as_real() const noexcept {
        return is_real ? real : static_cast<double>(integer);
    }
};

[[noreturn]] MICROFLASK_INLINE void template_throw_overflow() {
    throw TemplateRuntimeError("OverflowError", "an integer of a template has at most 64 bits");
}

MICROFLASK_INLINE TemplateNumber template_number(const TemplateValue& value) {
    if (value.is_double()) return {true, 0, value.real_value()};
    if (value.is_unsigned()) template_throw_overflow();
    return {false, value.integer_value(), 0};
}

[[noreturn]] MICROFLASK_INLINE void template_throw_operands(std::string_view symbol,
                                                            const TemplateValue& left,
                                                            const TemplateValue& right) {
    if (left.is_undefined()) template_throw_undefined(left);
    if (right.is_undefined()) template_throw_undefined(right);
    throw TemplateRuntimeError(
        "TypeError", concat({"unsupported operand type(s) for ", symbol, ": '", left.type_name(),
                             "' and '", right.type_name(), "'"}));
}

[[noreturn]] MICROFLASK_INLINE void template_throw_division(std::string_view message) {
    throw TemplateRuntimeError("ZeroDivisionError", std::string(message));
}

MICROFLASK_INLINE std::int64_t template_add_integers(std::int64_t left, std::int64_t right) {
    if ((right > 0 && left > INT64_MAX - right) || (right < 0 && left < INT64_MIN - right))
        template_throw_overflow();
    return left + right;
}

MICROFLASK_INLINE std::int64_t template_multiply_integers(std::int64_t left, std::int64_t right) {
    if (left == 0 || right == 0) return 0;
    const bool negative = (left < 0) != (right < 0);
    const auto magnitude = [](std::int64_t number) {
        return number < 0 ? 0 - static_cast<std::uint64_t>(number)
                          : static_cast<std::uint64_t>(number);
    };
    const std::uint64_t a = magnitude(left);
    const std::uint64_t b = magnitude(right);
    const std::uint64_t most = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
    if (a > most / b) template_throw_overflow();
    return negative ? static_cast<std::int64_t>(0 - a * b) : static_cast<std::int64_t>(a * b);
}

/// Python's float floor division and modulo: the remainder has the sign of the divisor.
MICROFLASK_INLINE void template_divmod(double left, double right, double& quotient,
                                       double& remainder) {
    remainder = std::fmod(left, right);
    quotient = (left - remainder) / right;
    if (remainder != 0.0) {
        if ((right < 0) != (remainder < 0)) {
            remainder += right;
            quotient -= 1.0;
        }
    } else {
        remainder = std::copysign(0.0, right);
    }
    if (quotient != 0.0) {
        const double floored = std::floor(quotient);
        quotient = quotient - floored > 0.5 ? floored + 1.0 : floored;
    } else {
        quotient = std::copysign(0.0, left / right);
    }
}

// + and *

MICROFLASK_INLINE TemplateValue template_join_lists(const TemplateValue& left,
                                                    const TemplateValue& right) {
    List<TemplateValue> items;
    const TemplateSequence first(left);
    const TemplateSequence second(right);
    template_check_list_size(first.size() + second.size());
    items.reserve(first.size() + second.size());
    for (std::size_t i = 0; i < first.size(); ++i) items.push_back(first[i]);
    for (std::size_t i = 0; i < second.size(); ++i) items.push_back(second[i]);
    return first.is_tuple() ? template_make_tuple(std::move(items))
                            : template_make_list(std::move(items));
}

MICROFLASK_INLINE TemplateValue template_join_texts(const TemplateValue& left,
                                                    const TemplateValue& right) {
    const bool is_markup = left.is_markup() || right.is_markup();
    template_check_text_size(left.text_value().size() + right.text_value().size());
    std::string text;
    text.reserve(left.text_value().size() + right.text_value().size());
    template_append_output(text, left, is_markup);
    template_append_output(text, right, is_markup);
    return TemplateValue::text(std::move(text), is_markup);
}

MICROFLASK_INLINE TemplateValue template_add(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (template_is_number(left) && template_is_number(right)) {
        const TemplateNumber a = template_number(left);
        const TemplateNumber b = template_number(right);
        if (a.is_real || b.is_real) return TemplateValue::real(a.as_real() + b.as_real());
        return TemplateValue::integer(template_add_integers(a.integer, b.integer));
    }
    if (left.is_text() && right.is_text()) return template_join_texts(left, right);
    if (right.is_undefined() || left.is_undefined()) template_throw_operands("+", left, right);
    if (TemplateSequence::is(left)) {
        if (TemplateSequence::is(right) &&
            TemplateSequence(left).is_tuple() == TemplateSequence(right).is_tuple())
            return template_join_lists(left, right);
    } else if (!left.is_text()) {
        template_throw_operands("+", left, right);
    }
    if (left.is_markup() || (right.is_markup() && !left.is_text()))
        template_throw_operands("+", left, right);
    const std::string_view name = left.type_name();
    throw TemplateRuntimeError("TypeError", concat({"can only concatenate ", name, " (not \"",
                                                    right.type_name(), "\") to ", name}));
}

MICROFLASK_INLINE TemplateValue template_sub(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (!template_is_number(left) || !template_is_number(right))
        template_throw_operands("-", left, right);
    const TemplateNumber a = template_number(left);
    const TemplateNumber b = template_number(right);
    if (a.is_real || b.is_real) return TemplateValue::real(a.as_real() - b.as_real());
    if (b.integer == INT64_MIN) {
        if (a.integer >= 0) template_throw_overflow();
        return TemplateValue::integer(a.integer - b.integer);
    }
    return TemplateValue::integer(template_add_integers(a.integer, -b.integer));
}

MICROFLASK_INLINE TemplateValue template_repeat(const TemplateValue& sequence, std::int64_t count) {
    if (sequence.is_text()) {
        const std::string_view text = sequence.text_value();
        if (count <= 0 || text.empty())
            return TemplateValue::borrowed_text({}, sequence.is_markup());
        template_check_text_size(text.size(), static_cast<std::uint64_t>(count));
        std::string repeated;
        repeated.reserve(text.size() * static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i) repeated += text;
        return TemplateValue::text(std::move(repeated), sequence.is_markup());
    }
    const TemplateSequence elements(sequence);
    List<TemplateValue> items;
    if (count > 0 && elements.size() > 0) {
        template_check_list_size(elements.size(), static_cast<std::uint64_t>(count));
        items.reserve(elements.size() * static_cast<std::size_t>(count));
        for (std::int64_t i = 0; i < count; ++i) {
            for (std::size_t at = 0; at < elements.size(); ++at) items.push_back(elements[at]);
        }
    }
    return elements.is_tuple() ? template_make_tuple(std::move(items))
                               : template_make_list(std::move(items));
}

MICROFLASK_INLINE TemplateValue template_mul(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (template_is_number(left) && template_is_number(right)) {
        const TemplateNumber a = template_number(left);
        const TemplateNumber b = template_number(right);
        if (a.is_real || b.is_real) return TemplateValue::real(a.as_real() * b.as_real());
        return TemplateValue::integer(template_multiply_integers(a.integer, b.integer));
    }
    if (left.is_undefined() || right.is_undefined()) template_throw_operands("*", left, right);
    const auto is_sequence = [](const TemplateValue& value) {
        return value.is_text() || TemplateSequence::is(value);
    };
    const auto is_count = [](const TemplateValue& value) {
        return value.is_integer() || value.is_boolean();
    };
    if (is_sequence(left) && is_count(right))
        return template_repeat(left, template_number(right).integer);
    if (is_sequence(right) && is_count(left))
        return template_repeat(right, template_number(left).integer);
    if (left.is_markup() || right.is_markup()) template_throw_operands("*", left, right);
    if (is_sequence(left) || is_sequence(right)) {
        const TemplateValue& other = is_sequence(left) ? right : left;
        throw TemplateRuntimeError(
            "TypeError",
            concat({"can't multiply sequence by non-int of type '", other.type_name(), "'"}));
    }
    template_throw_operands("*", left, right);
}

// / // % **

MICROFLASK_INLINE TemplateValue template_div(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (!template_is_number(left) || !template_is_number(right))
        template_throw_operands("/", left, right);
    const TemplateNumber a = template_number(left);
    const TemplateNumber b = template_number(right);
    if (b.as_real() == 0.0)
        template_throw_division(a.is_real || b.is_real ? "float division by zero"
                                                       : "division by zero");
    return TemplateValue::real(a.as_real() / b.as_real());
}

MICROFLASK_INLINE TemplateValue template_floordiv(const TemplateValue& left,
                                                  const TemplateValue& right) {
    if (!template_is_number(left) || !template_is_number(right))
        template_throw_operands("//", left, right);
    const TemplateNumber a = template_number(left);
    const TemplateNumber b = template_number(right);
    if (a.is_real || b.is_real) {
        if (b.as_real() == 0.0) template_throw_division("float floor division by zero");
        double quotient = 0;
        double remainder = 0;
        template_divmod(a.as_real(), b.as_real(), quotient, remainder);
        return TemplateValue::real(quotient);
    }
    if (b.integer == 0) template_throw_division("integer division or modulo by zero");
    if (b.integer == -1) return template_neg(TemplateValue::integer(a.integer));
    const std::int64_t quotient = a.integer / b.integer;
    const bool is_rounded_up = a.integer % b.integer != 0 && (a.integer < 0) != (b.integer < 0);
    return TemplateValue::integer(quotient - (is_rounded_up ? 1 : 0));
}

MICROFLASK_INLINE TemplateValue template_mod(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (left.is_text()) return template_percent(left, right);
    if (!template_is_number(left) || !template_is_number(right))
        template_throw_operands("%", left, right);
    const TemplateNumber a = template_number(left);
    const TemplateNumber b = template_number(right);
    if (a.is_real || b.is_real) {
        if (b.as_real() == 0.0) template_throw_division("float modulo");
        double quotient = 0;
        double remainder = 0;
        template_divmod(a.as_real(), b.as_real(), quotient, remainder);
        return TemplateValue::real(remainder);
    }
    if (b.integer == 0) template_throw_division("integer modulo by zero");
    if (b.integer == -1) return TemplateValue::integer(0);
    const std::int64_t remainder = a.integer % b.integer;
    const bool has_other_sign = remainder != 0 && (remainder < 0) != (b.integer < 0);
    return TemplateValue::integer(remainder + (has_other_sign ? b.integer : 0));
}

MICROFLASK_INLINE TemplateValue template_pow(const TemplateValue& left,
                                             const TemplateValue& right) {
    if (!template_is_number(left) || !template_is_number(right))
        template_throw_operands("** or pow()", left, right);
    const TemplateNumber a = template_number(left);
    const TemplateNumber b = template_number(right);
    if (!a.is_real && !b.is_real && b.integer >= 0) {
        std::int64_t result = 1;
        std::int64_t base = a.integer;
        for (std::int64_t exponent = b.integer; exponent > 0;) {
            if (exponent & 1) result = template_multiply_integers(result, base);
            exponent >>= 1;
            if (exponent == 0) break;
            base = template_multiply_integers(base, base);
        }
        return TemplateValue::integer(result);
    }
    const double base = a.as_real();
    const double exponent = b.as_real();
    if (base == 0.0 && exponent < 0)
        template_throw_division("0.0 cannot be raised to a negative power");
    if (base < 0 && std::isfinite(base) && std::isfinite(exponent) &&
        exponent != std::floor(exponent))
        throw TemplateRuntimeError("TypeError", "templates have no complex numbers");
    const double result = std::pow(base, exponent);
    if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent))
        throw TemplateRuntimeError("OverflowError", "(34, 'Numerical result out of range')");
    return TemplateValue::real(result);
}

MICROFLASK_INLINE TemplateValue template_neg(const TemplateValue& value) {
    if (value.is_undefined()) template_throw_undefined(value);
    if (!template_is_number(value))
        throw TemplateRuntimeError(
            "TypeError", concat({"bad operand type for unary -: '", value.type_name(), "'"}));
    const TemplateNumber number = template_number(value);
    if (number.is_real) return TemplateValue::real(-number.real);
    if (number.integer == INT64_MIN) template_throw_overflow();
    return TemplateValue::integer(-number.integer);
}

MICROFLASK_INLINE TemplateValue template_pos(const TemplateValue& value) {
    if (value.is_undefined()) template_throw_undefined(value);
    if (!template_is_number(value))
        throw TemplateRuntimeError(
            "TypeError", concat({"bad operand type for unary +: '", value.type_name(), "'"}));
    return value.is_boolean() ? TemplateValue::integer(value.integer_value()) : value;
}

// text, lengths, unpacking

MICROFLASK_INLINE TemplateValue template_concat(RenderState& state, const TemplateValue* values,
                                                std::size_t count) {
    bool is_markup = false;
    for (std::size_t i = 0; state.autoescape && i < count && !is_markup; ++i)
        is_markup = values[i].is_markup() || (values[i].kind() == TemplateKind::object &&
                                              values[i].object_value().is_markup());
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        template_append_output(text, values[i], is_markup);
        template_check_text_size(text.size());
    }
    return TemplateValue::text(std::move(text), is_markup);
}

MICROFLASK_INLINE bool template_has_length(const TemplateValue& value, std::size_t& length) {
    switch (value.kind()) {
    case TemplateKind::undefined:
        if (value.undefined_kind() == TemplateUndefinedKind::strict)
            template_throw_undefined(value);
        length = 0;
        return true;
    case TemplateKind::text: length = count_code_points(value.text_value()); return true;
    case TemplateKind::list:
    case TemplateKind::tuple: length = value.list_value().items.size(); return true;
    case TemplateKind::dict: length = value.dict_value().size(); return true;
    case TemplateKind::json_array:
    case TemplateKind::json_object: length = value.json_value().size(); return true;
    case TemplateKind::object: return value.object_value().length(length);
    default: return false;
    }
}

MICROFLASK_INLINE std::size_t template_length(const TemplateValue& value) {
    std::size_t length = 0;
    if (!template_has_length(value, length))
        throw TemplateRuntimeError(
            "TypeError", concat({"object of type '", value.type_name(), "' has no len()"}));
    return length;
}

MICROFLASK_INLINE void template_unpack(const TemplateValue& value, TemplateValue* values,
                                       std::size_t count) {
    if (value.is_none() || value.is_boolean() || value.is_integer() || value.is_double())
        throw TemplateRuntimeError(
            "TypeError", concat({"cannot unpack non-iterable ", value.type_name(), " object"}));
    TemplateIterator iterator(value);
    std::size_t got = 0;
    for (TemplateValue item; iterator.next(item);) {
        if (got == count) {
            std::string message = "too many values to unpack (expected ";
            append_unsigned(message, count);
            throw TemplateRuntimeError("ValueError", message + ")");
        }
        values[got++] = std::move(item);
    }
    if (got == count) return;
    std::string message = "not enough values to unpack (expected ";
    append_unsigned(message, count);
    message += ", got ";
    append_unsigned(message, got);
    throw TemplateRuntimeError("ValueError", message + ")");
}

MICROFLASK_INLINE TemplateValue template_make_list(List<TemplateValue> items) {
    return TemplateValue::list(new TemplateList(std::move(items)));
}

MICROFLASK_INLINE TemplateValue template_make_tuple(List<TemplateValue> items) {
    return TemplateValue::tuple(new TemplateList(std::move(items)));
}

MICROFLASK_INLINE TemplateValue template_make_dict(const TemplateValue* pairs, std::size_t count) {
    auto* dict = new TemplateDict;
    TemplateValue result = TemplateValue::dict(dict);
    for (std::size_t i = 0; i < count; ++i) dict->set(pairs[2 * i], pairs[2 * i + 1]);
    return result;
}

}  // namespace microflask::detail
