// Bodies of python_percent.hpp.
#include "jinja/python_percent.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/python_format.hpp"
#include "jinja/python_text.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

#include <algorithm>
#include <cmath>

namespace microflask::detail {

/// Fills the conversions of `text % value`.
class TemplatePercent {
public:
    TemplatePercent(const TemplateValue& value, bool is_markup)
        : value_(value), is_markup_(is_markup) {
        const TemplateKind kind = value.kind();
        is_tuple_ = kind == TemplateKind::tuple;
        is_mapping_ = kind == TemplateKind::dict || kind == TemplateKind::json_object ||
                      kind == TemplateKind::list || kind == TemplateKind::json_array ||
                      kind == TemplateKind::undefined ||
                      (kind == TemplateKind::object &&
                       (value.object_value().is_mapping() || value.object_value().is_sequence()));
    }

    std::string format(std::string_view text) {
        std::string out;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t percent = text.find('%', at);
            out += text.substr(at, percent - at);
            if (percent == std::string_view::npos) break;
            at = percent + 1;
            append_conversion(out, text, at);
            template_check_text_size(out.size());
        }
        const std::size_t count = is_tuple_ ? TemplateSequence(value_).size() : 1;
        if (next_ < count && !is_mapping_ && !(used_mapping_ && !is_tuple_))
            throw TemplateRuntimeError("TypeError",
                                       "not all arguments converted during string formatting");
        return out;
    }

private:
    TemplateValue take() {
        if (is_tuple_) {
            const TemplateSequence values(value_);
            if (next_ < values.size()) return values[next_++];
        } else if (next_ == 0) {
            ++next_;
            return value_;
        }
        throw TemplateRuntimeError("TypeError", "not enough arguments for format string");
    }

    TemplateValue take_named(std::string_view name) {
        if (!is_mapping_ || is_tuple_)
            throw TemplateRuntimeError("TypeError", "format requires a mapping");
        used_mapping_ = true;
        if (value_.is_undefined()) template_throw_undefined(value_);
        const TemplateValue* found = nullptr;
        TemplateValue item;
        if (value_.kind() == TemplateKind::dict) {
            found = value_.dict_value().find(name);
        } else if (value_.kind() == TemplateKind::json_object) {
            if (const Json* member = value_.json_value().find(name)) {
                item = TemplateValue::of_json(*member, value_.owner());
                found = &item;
            }
        } else {
            throw TemplateRuntimeError("TypeError",
                                       "list indices must be integers or slices, not str");
        }
        if (found) return *found;
        std::string message;
        template_append_repr_text(message, name);
        throw TemplateRuntimeError("KeyError", std::move(message));
    }

    std::int64_t star() {
        const TemplateValue value = take();
        if (!value.is_integer() || value.is_unsigned() || is_markup_)
            throw TemplateRuntimeError("TypeError", "* wants int");
        if (value.integer_value() > 1'000'000 || value.integer_value() < -1'000'000)
            template_throw_value("width too big");
        return value.integer_value();
    }

    void append_conversion(std::string& out, std::string_view text, std::size_t& at) {
        const auto peek = [&] {
            if (at >= text.size()) template_throw_value("incomplete format");
            return text[at];
        };
        TemplateValue value;
        bool is_named = false;
        if (peek() == '(') {
            unsigned nested = 0;
            const std::size_t begin = ++at;
            for (; at < text.size(); ++at) {
                if (text[at] == '(') ++nested;
                if (text[at] == ')' && nested-- == 0) break;
            }
            if (at >= text.size()) template_throw_value("incomplete format key");
            value = take_named(text.substr(begin, at - begin));
            is_named = true;
            ++at;
        }
        TemplateFormatSpec spec;
        bool left = false;
        for (;; ++at) {
            const char c = peek();
            if (c == '-')
                left = true;
            else if (c == '+')
                spec.sign = '+';
            else if (c == ' ')
                spec.sign = spec.sign == '+' ? '+' : ' ';
            else if (c == '#')
                spec.alternate = true;
            else if (c == '0')
                spec.zero = true;
            else
                break;
        }
        if (peek() == '*') {
            std::int64_t width = star();
            left = left || width < 0;
            spec.width = static_cast<std::size_t>(width < 0 ? -width : width);
            ++at;
        } else if (is_ascii_digit(peek())) {
            spec.width = size(text, at);
        }
        if (peek() == '.') {
            ++at;
            spec.precision = 0;
            if (peek() == '*') {
                spec.precision = static_cast<int>((std::max)(std::int64_t{0}, star()));
                ++at;
            } else if (is_ascii_digit(peek())) {
                spec.precision = static_cast<int>(size(text, at));
            }
        }
        while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at;
        const char type = peek();
        const std::size_t position = at++;
        if (type == '%' && text[position - 1] == '%') {
            out += '%';
            return;
        }
        if (std::string_view("diuoxXeEfFgGcrsa").find(type) == std::string_view::npos) {
            std::string message = "unsupported format character '";
            std::string_view rest = text.substr(position);
            const char32_t c = next_code_point(rest);
            append_utf8(message, c);
            message += "' (0x" + template_digits(c, 16, false) + ") at index ";
            append_unsigned(message, count_code_points(text.substr(0, position)));
            template_throw_value(std::move(message));
        }
        if (!is_named) value = take();
        spec.align = left ? '<' : '>';
        spec.type = type;
        convert(out, value, spec, left);
    }

    static std::size_t size(std::string_view text, std::size_t& at) {
        std::string_view rest = text.substr(at);
        const std::size_t size = template_read_size(rest);
        at = text.size() - rest.size();
        return size;
    }

    void convert(std::string& out, const TemplateValue& value, TemplateFormatSpec& spec,
                 bool left) {
        const char type = spec.type;
        if (type == 's' || type == 'r' || type == 'a') {
            std::string body;
            if (type == 's')
                template_append_output(body, value, is_markup_);
            else if (type == 'r' || is_markup_)
                template_append_repr(body, value);
            else
                template_append_ascii(body, value);
            if (is_markup_ && type != 's') body = escape(body).str();
            if (spec.precision >= 0)
                body.resize(code_points_size(body, static_cast<std::size_t>(spec.precision)));
            out += template_pad({}, body, spec, '>');
            return;
        }
        if (type == 'c') {
            std::string body;
            if (value.is_text() && count_code_points(value.text_value()) == 1 && !is_markup_) {
                body = value.text_value();
            } else if ((value.is_integer() || value.is_boolean()) && !is_markup_) {
                if (value.integer_value() < 0 || value.integer_value() > 0x10FFFF)
                    throw TemplateRuntimeError("OverflowError", "%c arg not in range(0x110000)");
                append_utf8(body, static_cast<char32_t>(value.integer_value()));
            } else {
                throw TemplateRuntimeError("TypeError", "%c requires int or char");
            }
            out += template_pad({}, body, spec, '>');
            return;
        }
        check_number(value, type);
        if (spec.zero && !left) {
            spec.fill = "0";
            spec.align = '=';
        }
        if (std::string_view("eEfFgG").find(type) != std::string_view::npos) {
            const double number = value.is_double()
                                      ? value.real_value()
                                      : (template_is_negative(value) ? -1.0 : 1.0) *
                                            static_cast<double>(template_magnitude(value));
            if (!std::isfinite(number) && spec.align == '=') spec.fill = "0";
            out += template_format_float(value, number, spec);
            return;
        }
        convert_integer(out, value, spec);
    }

    static std::string_view sign_of(const TemplateFormatSpec& spec) noexcept {
        return spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
    }

    void check_number(const TemplateValue& value, char type) const {
        const bool is_base = type == 'o' || type == 'x' || type == 'X';
        const bool is_number = value.is_integer() || value.is_boolean();
        if (is_base ? is_number && !is_markup_ : is_number || value.is_double()) return;
        if (value.is_undefined() && !is_base) template_throw_undefined(value);
        const std::string_view name = is_markup_ ? "_MarkupEscapeHelper" : value.type_name();
        if (std::string_view("eEfFgG").find(type) != std::string_view::npos)
            throw TemplateRuntimeError("TypeError", concat({"must be real number, not ", name}));
        throw TemplateRuntimeError("TypeError",
                                   concat({"%", std::string_view(&type, 1),
                                           " format: ", is_base ? "an integer" : "a real number",
                                           " is required, not ", name}));
    }

    void convert_integer(std::string& out, const TemplateValue& value, TemplateFormatSpec& spec) {
        TemplateValue integer = value;
        if (value.is_double()) {
            if (spec.type == 'o' || spec.type == 'x' || spec.type == 'X')
                throw TemplateRuntimeError("TypeError",
                                           concat({"%", std::string_view(&spec.type, 1),
                                                   " format: an integer is required, not float"}));
            const double number = std::trunc(value.real_value());
            if (std::isnan(number)) template_throw_value("cannot convert float NaN to integer");
            if (std::isinf(number))
                throw TemplateRuntimeError("OverflowError",
                                           "cannot convert float infinity to integer");
            if (std::fabs(number) >= 9223372036854775808.0) {
                out += template_pad(number < 0 ? "-" : sign_of(spec),
                                    template_print_double('f', 0, std::fabs(number)), spec, '>');
                return;
            }
            integer = TemplateValue::integer(static_cast<std::int64_t>(number));
        }
        const unsigned base = spec.type == 'o' ? 8 : ascii_lower(spec.type) == 'x' ? 16 : 10;
        std::string digits = template_digits(template_magnitude(integer), base, spec.type == 'X');
        if (spec.precision > 0 && digits.size() < static_cast<std::size_t>(spec.precision))
            digits.insert(0, static_cast<std::size_t>(spec.precision) - digits.size(), '0');
        std::string sign = template_is_negative(integer) ? "-"
                           : spec.sign == '+'            ? "+"
                           : spec.sign == ' '            ? " "
                                                         : "";
        if (spec.alternate && base != 10) {
            sign += '0';
            sign += spec.type;
        }
        out += template_pad(sign, digits, spec, '>');
    }

    const TemplateValue& value_;
    std::size_t next_ = 0;
    bool is_markup_;
    bool is_tuple_ = false;
    bool is_mapping_ = false;
    bool used_mapping_ = false;
};

MICROFLASK_INLINE TemplateValue template_percent(const TemplateValue& text,
                                                 const TemplateValue& value) {
    return TemplateValue::text(TemplatePercent(value, text.is_markup()).format(text.text_value()),
                               text.is_markup());
}

}  // namespace microflask::detail
