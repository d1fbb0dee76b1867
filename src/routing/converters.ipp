// The bodies of routing/converters.hpp.
#include "routing/converters.hpp"

#include "core/list.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <cmath>

namespace microflask {

namespace detail {

inline constexpr std::size_t converter_npos = static_cast<std::size_t>(-1);

MICROFLASK_INLINE std::string routing_text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_bool()) return value.get<bool>() ? "True" : "False";
    if (value.is_null()) return "None";
    if (value.is_double()) return double_to_text(value.get<double>());
    return value.dump();
}

inline bool is_kept_in_path(char c) {
    return is_ascii_alnum(c) ||
           std::string_view("_.-~!$&'()*+,/:;=@").find(c) != std::string_view::npos;
}

MICROFLASK_INLINE void append_quoted_path(std::string& out, std::string_view text,
                                          bool keep_escapes) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escape = keep_escapes && c == '%' && i + 2 < text.size() &&
                            hex_digit_value(text[i + 1]) >= 0 && hex_digit_value(text[i + 2]) >= 0;
        if (escape || is_kept_in_path(c)) {
            out += c;
        } else {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

inline std::size_t converter_count_characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !is_utf8_continuation(c); }));
}

inline std::size_t converter_skip_digits(std::string_view text, std::size_t position) {
    while (position < text.size() && is_ascii_digit(text[position])) ++position;
    return position;
}

inline bool is_uuid_text(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_digit_value(text[i]) < 0) return false;
    }
    return true;
}

MICROFLASK_INLINE bool Converter::takes(std::string_view text) const {
    switch (kind) {
    case ConverterKind::string: {
        if (text.size() < min_length) return false;
        if (min_length <= 1 && max_length == converter_npos) return true;
        const std::size_t length = converter_count_characters(text);
        return length >= min_length && length <= max_length;
    }
    case ConverterKind::integer: {
        const std::size_t start = is_signed && !text.empty() && text.front() == '-' ? 1 : 0;
        return text.size() > start && converter_skip_digits(text, start) == text.size();
    }
    case ConverterKind::floating: return first_end(text, 0) == text.size();
    case ConverterKind::path:
        return !text.empty() && text.front() != '/' && text.find('\n', 1) == std::string_view::npos;
    case ConverterKind::any: return std::find(items.begin(), items.end(), text) != items.end();
    case ConverterKind::uuid: return is_uuid_text(text);
    case ConverterKind::custom:
        return !text.empty() && text.front() != '/' && custom->accepts(text);
    }
    return false;
}

MICROFLASK_INLINE std::size_t Converter::first_end(std::string_view text, std::size_t start) const {
    switch (kind) {
    case ConverterKind::string: {
        std::size_t end = start;
        std::size_t count = 0;
        while (end < text.size() && text[end] != '/' && count < max_length) {
            end = next_character(text, end);
            ++count;
        }
        return count >= min_length ? end : converter_npos;
    }
    case ConverterKind::integer: {
        const std::size_t digits =
            start + (is_signed && start < text.size() && text[start] == '-' ? 1 : 0);
        const std::size_t end = converter_skip_digits(text, digits);
        return end > digits ? end : converter_npos;
    }
    case ConverterKind::floating: {
        const std::size_t digits =
            start + (is_signed && start < text.size() && text[start] == '-' ? 1 : 0);
        const std::size_t point = converter_skip_digits(text, digits);
        if (point == digits || point >= text.size() || text[point] != '.') return converter_npos;
        const std::size_t end = converter_skip_digits(text, point + 1);
        return end > point + 1 ? end : converter_npos;
    }
    case ConverterKind::path: {
        if (start >= text.size() || text[start] == '/') return converter_npos;
        return next_character(text, start);
    }
    case ConverterKind::any:
        for (const std::string& item : items) {
            if (text.substr(start).starts_with(item)) return start + item.size();
        }
        return converter_npos;
    case ConverterKind::uuid:
        return is_uuid_text(text.substr(start, 36)) ? start + 36 : converter_npos;
    case ConverterKind::custom: {
        if (start >= text.size() || text[start] == '/') return converter_npos;
        std::size_t end = next_character(text, start);
        if (part_isolating) end = (std::min)(text.find('/', start), text.size());
        if (custom->accepts(text.substr(start, end - start))) return end;
        return next_end(text, start, end);
    }
    }
    return converter_npos;
}

MICROFLASK_INLINE std::size_t Converter::next_end(std::string_view text, std::size_t start,
                                                  std::size_t end) const {
    switch (kind) {
    case ConverterKind::string: {
        if (end == start) return converter_npos;
        end = previous_character(text, end, start);
        const std::string_view taken = text.substr(start, end - start);
        if (min_length <= 1) return taken.size() >= min_length ? end : converter_npos;
        return converter_count_characters(taken) >= min_length ? end : converter_npos;
    }
    case ConverterKind::integer:
    case ConverterKind::floating:
        return end - start >= 2 && is_ascii_digit(text[end - 2]) ? end - 1 : converter_npos;
    case ConverterKind::path:
        return end < text.size() && text[end] != '\n' ? next_character(text, end) : converter_npos;
    case ConverterKind::any: {
        auto item = std::find(items.begin(), items.end(), text.substr(start, end - start));
        if (item == items.end()) return converter_npos;
        for (++item; item != items.end(); ++item) {
            if (text.substr(start).starts_with(*item)) return start + item->size();
        }
        return converter_npos;
    }
    case ConverterKind::uuid: return converter_npos;
    case ConverterKind::custom:
        while (true) {
            if (part_isolating) {
                end = previous_character(text, end, start);
                if (end == start) return converter_npos;
            } else {
                if (end >= text.size()) return converter_npos;
                end = next_character(text, end);
            }
            if (custom->accepts(text.substr(start, end - start))) return end;
        }
    }
    return converter_npos;
}

MICROFLASK_INLINE std::size_t Converter::last_end(std::string_view text,
                                                  std::size_t start) const noexcept {
    if (start >= text.size() || text[start] == '/') return start;
    const bool crosses = kind == ConverterKind::path;
    return (std::min)(text.find(crosses ? '\n' : '/', start + 1), text.size());
}

MICROFLASK_INLINE bool Converter::is_plain() const noexcept {
    if (kind == ConverterKind::string) return min_length <= 1 && max_length == converter_npos;
    return kind == ConverterKind::integer && !is_signed && !min_integer && !max_integer &&
           fixed_digits == 0;
}

MICROFLASK_INLINE std::optional<std::int64_t> read_short_number(std::string_view text) noexcept {
    if (text.empty() || text.size() > 18) return std::nullopt;
    std::int64_t number = 0;
    for (const char digit : text) {
        if (!is_ascii_digit(digit)) return std::nullopt;
        number = number * 10 + (digit - '0');
    }
    return number;
}

MICROFLASK_INLINE bool Converter::convert(std::string_view text, MatchedValue& value,
                                          List<std::shared_ptr<const void>>& owner) const {
    if (kind == ConverterKind::integer && is_plain()) {
        if (const std::optional<std::int64_t> number = read_short_number(text)) {
            value = MatchedValue(text, *number);
            return true;
        }
    }
    if (!custom) return convert_number(text, value);
    try {
        std::shared_ptr<const void> object = custom->to_cpp(text);
        value = MatchedValue(text, object.get(), custom->value_type());
        owner.push_back(std::move(object));
        return true;
    } catch (const ValidationError&) {
        return false;
    }
}

MICROFLASK_INLINE bool Converter::convert_number(std::string_view text, MatchedValue& value) const {
    if (kind == ConverterKind::floating) {
        const auto number = parse_double(text);
        if (!number || (min_floating && *number < *min_floating) ||
            (max_floating && *number > *max_floating)) {
            return false;
        }
        value = MatchedValue(text, *number);
        return true;
    }
    if (fixed_digits != 0 && text.size() != fixed_digits) return false;
    if (const auto number = parse_signed(text)) {
        if ((min_integer && *number < *min_integer) || (max_integer && *number > *max_integer))
            return false;
        value = MatchedValue(text, *number);
        return true;
    }
    const auto number = parse_unsigned(text);
    if (!number || max_integer) return false;
    value = MatchedValue(text, *number);
    return true;
}

inline std::string converter_zero_filled(std::string digits, std::size_t width) {
    const std::size_t sign = !digits.empty() && digits.front() == '-' ? 1 : 0;
    if (digits.size() < width) digits.insert(sign, width - digits.size(), '0');
    return digits;
}

/// Writes a number as `1.0` or `0.00001`: the shortest digits that read back as it, without an exponent.
inline std::string converter_float_text(double number) {
    std::string text = double_to_text(number);
    const std::size_t exponent_at = text.find('e');
    if (exponent_at == std::string::npos) return text;
    const auto exponent =
        parse_signed(text[exponent_at + 1] == '+' ? std::string_view(text).substr(exponent_at + 2)
                                                  : std::string_view(text).substr(exponent_at + 1));
    std::string digits = text.substr(0, exponent_at);
    std::string sign;
    if (digits.front() == '-') {
        sign = "-";
        digits.erase(0, 1);
    }
    const std::size_t point = digits.find('.');
    const std::size_t integral = point == std::string::npos ? digits.size() : point;
    if (point != std::string::npos) digits.erase(point, 1);
    const std::int64_t place = static_cast<std::int64_t>(integral) + exponent.value_or(0);
    if (place <= 0)
        return concat({sign, "0.", std::string(static_cast<std::size_t>(-place), '0'), digits});
    const auto before = static_cast<std::size_t>(place);
    if (before >= digits.size())
        return concat({sign, digits, std::string(before - digits.size(), '0'), ".0"});
    return concat({sign, digits.substr(0, before), ".", digits.substr(before)});
}

inline std::string converter_integer_text(const Json& value) {
    if (value.is_bool()) return value.get<bool>() ? "1" : "0";
    if (value.is_double()) {
        const double number = std::trunc(value.get<double>());
        if (!std::isfinite(number))
            throw ValueError("cannot convert a float that is not finite to an integer");
        std::string text = converter_float_text(number);
        return text.substr(0, text.find('.'));
    }
    if (value.is_integer()) return value.dump();
    const std::string text(trim(value.is_string() ? value.get<std::string>() : std::string()));
    const bool sign = !text.empty() && (text.front() == '-' || text.front() == '+');
    std::string_view digits = std::string_view(text).substr(sign ? 1 : 0);
    if (digits.empty() || converter_skip_digits(digits, 0) != digits.size()) {
        throw ValueError(
            concat({"invalid literal for int() with base 10: '", routing_text_of(value), "'"}));
    }
    while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
    return concat({text.front() == '-' && digits != "0" ? "-" : "", digits});
}

inline double converter_double_of(const Json& value) {
    if (value.is_bool()) return value.get<bool>() ? 1.0 : 0.0;
    if (value.is_double() || value.is_integer()) return value.get<double>();
    if (value.is_string()) {
        if (const auto number = parse_double(trim(routing_text_of(value)))) return *number;
    }
    throw ValueError(concat({"could not convert to float: '", routing_text_of(value), "'"}));
}

MICROFLASK_INLINE std::string Converter::to_url(const Json& value) const {
    std::string url;
    switch (kind) {
    case ConverterKind::integer:
        return converter_zero_filled(converter_integer_text(value), fixed_digits);
    case ConverterKind::floating: {
        const double number = converter_double_of(value);
        if (!std::isfinite(number))
            throw ValueError("a URL cannot hold a float that is not finite");
        return converter_float_text(number);
    }
    case ConverterKind::any: {
        const std::string text = routing_text_of(value);
        if (std::find(items.begin(), items.end(), text) == items.end()) {
            std::vector<std::string> sorted = items;
            sort_texts(sorted);
            std::string valid;
            for (const std::string& item : sorted)
                valid += concat({valid.empty() ? "'" : ", '", item, "'"});
            throw ValueError(concat({"'", text, "' is not one of ", valid}));
        }
        append_quoted_path(url, text);
        return url;
    }
    case ConverterKind::custom: append_quoted_path(url, custom->to_url(value), true); return url;
    default: append_quoted_path(url, routing_text_of(value)); return url;
    }
}

inline Json converter_argument_value(const RuleArgument& argument) {
    if (argument.quoted) return Json(argument.text);
    if (argument.text == "None") return Json(nullptr);
    if (argument.text == "True") return Json(true);
    if (argument.text == "False") return Json(false);
    const std::string_view number =
        argument.text.starts_with('+') ? argument.text.substr(1) : argument.text;
    if (const auto integer = parse_signed(number)) return Json(*integer);
    if (const auto floating = parse_double(number)) return Json(*floating);
    return Json(argument.text);
}

MICROFLASK_INLINE ConverterArguments parse_converter_args(std::string_view arguments) {
    ConverterArguments parsed;
    std::size_t position = 0;
    while (true) {
        const RuleArgument argument = next_rule_argument(arguments, position);
        if (argument.kind == RuleArgument::Kind::end) return parsed;
        if (argument.kind == RuleArgument::Kind::malformed) {
            throw ValueError(concat({"Cannot parse converter argument '", arguments, "'"}));
        }
        if (argument.name.empty()) {
            parsed.args.push_back(converter_argument_value(argument));
        } else {
            parsed.kwargs[argument.name] = converter_argument_value(argument);
        }
    }
}

/// The arguments of a built-in converter, taken one after the other by position or by name.
class ConverterArgumentReader {
public:
    explicit ConverterArgumentReader(ConverterArguments arguments)
        : arguments_(std::move(arguments)) {}

    /// Returns the next parameter's value, null where it is not given.
    Json take(std::string_view name) {
        Json value;
        if (next_ < arguments_.args.size()) {
            value = arguments_.args[next_];
            ++taken_;
        }
        ++next_;
        if (arguments_.kwargs.contains(name)) {
            if (next_ <= arguments_.args.size()) {
                throw ValueError(concat({"the argument '", name, "' is given twice"}));
            }
            value = arguments_.kwargs.at(name);
            ++taken_;
        }
        return value;
    }
    std::optional<std::int64_t> take_integer(std::string_view name) {
        const Json value = take(name);
        if (value.is_null()) return std::nullopt;
        if (!value.is_integer())
            throw ValueError(concat({"the argument '", name, "' must be an integer"}));
        return value.get<std::int64_t>();
    }
    std::optional<std::size_t> take_size(std::string_view name) {
        const auto value = take_integer(name);
        if (!value) return std::nullopt;
        if (*value < 0)
            throw ValueError(concat({"the argument '", name, "' must not be negative"}));
        return static_cast<std::size_t>(*value);
    }
    std::optional<double> take_floating(std::string_view name) {
        const Json value = take(name);
        if (value.is_null()) return std::nullopt;
        if (!value.is_integer() && !value.is_double()) {
            throw ValueError(concat({"the argument '", name, "' must be a number"}));
        }
        return value.get<double>();
    }
    bool take_bool(std::string_view name) {
        const Json value = take(name);
        if (value.is_null()) return false;
        if (value.is_integer()) return value.get<std::int64_t>() != 0;
        if (!value.is_bool())
            throw ValueError(concat({"the argument '", name, "' must be True or False"}));
        return value.get<bool>();
    }
    void finish() const {
        if (taken_ != arguments_.args.size() + arguments_.kwargs.size()) {
            throw ValueError("an argument that the converter does not have");
        }
    }

private:
    ConverterArguments arguments_;
    std::size_t next_ = 0;
    std::size_t taken_ = 0;
};

inline void converter_read_items(Converter& converter, std::string_view arguments) {
    std::size_t position = 0;
    for (RuleArgument argument = next_rule_argument(arguments, position);
         argument.kind == RuleArgument::Kind::value;
         argument = next_rule_argument(arguments, position)) {
        if (!argument.name.empty()) throw ValueError("the converter any takes no named arguments");
        const std::string item(argument.text);
        if (std::find(converter.items.begin(), converter.items.end(), item) ==
            converter.items.end()) {
            converter.items.push_back(item);
        }
    }
    if (converter.items.empty())
        throw ValueError("the converter any needs the texts that it takes");
    for (const std::string& item : converter.items) {
        append_unsigned(converter.identity, item.size());
        converter.identity += concat({":", item});
    }
}

inline void converter_read_arguments(Converter& converter, ConverterArgumentReader reader) {
    switch (converter.kind) {
    case ConverterKind::string:
        if (const auto length = reader.take_size("minlength")) converter.min_length = *length;
        if (const auto length = reader.take_size("maxlength")) converter.max_length = *length;
        if (const auto length = reader.take_size("length")) {
            converter.min_length = converter.max_length = *length;
        }
        append_unsigned(converter.identity, converter.min_length);
        append_unsigned(converter.identity += ',', converter.max_length);
        break;
    case ConverterKind::integer:
        converter.weight = 50;
        converter.fixed_digits = reader.take_size("fixed_digits").value_or(0);
        converter.min_integer = reader.take_integer("min");
        converter.max_integer = reader.take_integer("max");
        converter.is_signed = reader.take_bool("signed");
        converter.identity = converter.is_signed ? "-" : "";
        break;
    case ConverterKind::floating:
        converter.weight = 50;
        converter.min_floating = reader.take_floating("min");
        converter.max_floating = reader.take_floating("max");
        converter.is_signed = reader.take_bool("signed");
        converter.identity = converter.is_signed ? "-" : "";
        break;
    case ConverterKind::path:
        converter.weight = 200;
        converter.part_isolating = false;
        break;
    default: break;
    }
    reader.finish();
}

}  // namespace detail

MICROFLASK_INLINE Json MatchedValue::json() const {
    switch (kind_) {
    case Kind::integer: return Json(value_.integer);
    case Kind::unsigned_integer: return Json(value_.unsigned_integer);
    case Kind::floating: return Json(value_.floating);
    default: return Json(text_);
    }
}

MICROFLASK_INLINE const ConverterRegistry::Entry* ConverterRegistry::find(
    std::string_view name) const {
    for (const Entry& entry : entries_) {
        if (entry.name == name) return &entry;
    }
    return nullptr;
}

MICROFLASK_INLINE void ConverterRegistry::set(std::string_view name, Make maker,
                                              const std::type_info* type) {
    for (Entry& entry : entries_) {
        if (entry.name != name) continue;
        entry.make = maker;
        entry.type = type;
        return;
    }
    entries_.push_back({std::string(name), maker, type});
}

MICROFLASK_INLINE bool ConverterRegistry::contains(std::string_view name) const {
    return find(name.empty() ? "default" : name) ||
           detail::converter_kind(name) != detail::ConverterKind::custom;
}

MICROFLASK_INLINE detail::Converter ConverterRegistry::make(std::string_view name,
                                                            std::string_view arguments) const {
    const std::string_view known = name.empty() ? "default" : name;
    detail::Converter converter;
    try {
        if (const Entry* entry = find(known)) {
            converter.kind = detail::ConverterKind::custom;
            entry->make(converter, detail::parse_converter_args(arguments));
            converter.identity = detail::concat({entry->type->name(), "(", arguments});
            return converter;
        }
        converter.kind = detail::converter_kind(known);
        if (converter.kind == detail::ConverterKind::any) {
            detail::parse_converter_args(arguments);
            detail::converter_read_items(converter, arguments);
        } else {
            detail::converter_read_arguments(
                converter,
                detail::ConverterArgumentReader(detail::parse_converter_args(arguments)));
        }
    } catch (const ValueError& error) {
        throw ValueError(detail::concat({"the converter '", known, "': ", error.what()}));
    }
    return converter;
}

}  // namespace microflask
