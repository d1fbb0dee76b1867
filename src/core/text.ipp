// Strings as HTTP sees them: the bodies.
#include "core/text.hpp"

#include "core/platform.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace microflask::detail {

MICROFLASK_INLINE std::string to_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = ascii_lower(c);
    return result;
}

MICROFLASK_INLINE std::string to_upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = ascii_upper(c);
    return result;
}

MICROFLASK_INLINE std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

MICROFLASK_INLINE std::string replace_all(std::string_view text, std::string_view from,
                                          std::string_view to) {
    std::string result;
    result.reserve(text.size());
    for (;;) {
        const std::size_t found = from.empty() ? std::string_view::npos : text.find(from);
        result.append(text.substr(0, found));
        if (found == std::string_view::npos) return result;
        result.append(to);
        text.remove_prefix(found + from.size());
    }
}

MICROFLASK_INLINE std::string concat(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    std::string result;
    result.reserve(size);
    for (const std::string_view piece : pieces) result.append(piece);
    return result;
}

MICROFLASK_INLINE void append_unsigned(std::string& out, std::uint64_t value) {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

MICROFLASK_INLINE void append_signed(std::string& out, std::int64_t value) {
    if (value < 0) out += '-';
    const auto bits = static_cast<std::uint64_t>(value);
    append_unsigned(out, value < 0 ? 0 - bits : bits);
}

/// The parts of a decimal number as `parse_double` accepts it.
struct DecimalShape {
    bool valid = false;
    bool zero = true;
    std::int64_t magnitude = 0;  // the first digit that is not 0 counts 10 to this power
};

MICROFLASK_INLINE DecimalShape measure_decimal(std::string_view text) noexcept {
    DecimalShape shape;
    std::size_t at = !text.empty() && text.front() == '-' ? 1 : 0;
    std::size_t digits = 0;
    std::size_t before_point = 0;
    std::size_t leading = 0;  // digits up to the first that is not 0
    bool point = false;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !point) {
            point = true;
        } else if (is_ascii_digit(text[at])) {
            ++digits;
            if (!point) ++before_point;
            if (shape.zero && text[at] == '0')
                ++leading;
            else
                shape.zero = false;
        } else {
            break;
        }
    }
    if (digits == 0) return shape;
    std::int64_t exponent = 0;
    if (at < text.size()) {
        if (ascii_lower(text[at]) != 'e') return shape;
        std::string_view rest = text.substr(at + 1);
        const bool negative = !rest.empty() && rest.front() == '-';
        if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
        if (rest.empty()) return shape;
        for (const char c : rest) {
            if (!is_ascii_digit(c)) return shape;
            if (exponent < 1'000'000'000'000'000) exponent = exponent * 10 + (c - '0');
        }
        if (negative) exponent = -exponent;
    }
    shape.valid = true;
    shape.magnitude =
        exponent + static_cast<std::int64_t>(before_point) - static_cast<std::int64_t>(leading) - 1;
    return shape;
}

/// Reads what `measure_decimal` found valid and within the range of a double. A template, so that
/// the call of a function that the library does not have is not compiled.
template <class Number>
Number read_decimal(std::string_view text) {
    if constexpr (MICROFLASK_HAS_DOUBLE_FROM_CHARS != 0) {
        Number value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    } else {
        // strtod wants the decimal point of the C library's locale, which printf shows.
        char half[16];
        std::snprintf(half, sizeof half, "%.1f", 0.5);
        std::string_view point(half);
        point = point.substr(1, point.size() - 2);
        return std::strtod(replace_all(text, ".", point).c_str(), nullptr);
    }
}

MICROFLASK_INLINE std::optional<double> parse_double(std::string_view text) {
    const DecimalShape shape = measure_decimal(text);
    if (!shape.valid) return std::nullopt;
    const double sign = text.front() == '-' ? -1.0 : 1.0;
    if (shape.zero || shape.magnitude < -326) return std::copysign(0.0, sign);
    if (shape.magnitude > 309) return std::copysign(HUGE_VAL, sign);
    if (shape.magnitude >= 308 || shape.magnitude <= -320) {
        // At the edge of the range from_chars may say "out of range" and give nothing: strtod gives
        // inf or 0.
        char half[16];
        std::snprintf(half, sizeof half, "%.1f", 0.5);
        std::string_view point(half);
        point = point.substr(1, point.size() - 2);
        return std::strtod(replace_all(text, ".", point).c_str(), nullptr);
    }
    return read_decimal<double>(text);
}

/// Appends a number that Python writes without an exponent, where the library can; whether it could.
template <class Number>
bool append_plain_double(std::string& out, Number value) {
    if constexpr (MICROFLASK_HAS_DOUBLE_TO_CHARS != 0) {
        if (value != 0 && (value < 1e-4 || value >= 1e16)) return false;
        char buffer[40];
        const char* const end =
            std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
        out.append(buffer, static_cast<std::size_t>(end - buffer));
        const bool whole = static_cast<Number>(static_cast<std::int64_t>(value)) == value;
        if (whole) out.append(".0");
        return true;
    }
    return false;
}

/// Writes the shortest digits of a finite number as `d.ddde+XX`; returns the length.
template <class Number>
std::size_t write_scientific(char (&buffer)[40], Number value) {
    if constexpr (MICROFLASK_HAS_DOUBLE_TO_CHARS != 0) {
        const auto end =
            std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
        return static_cast<std::size_t>(end - buffer);
    } else {
        int length = 0;
        for (int precision = 0; precision < 17; ++precision) {
            length = std::snprintf(buffer, sizeof buffer, "%.*e", precision, value);
            if (std::strtod(buffer, nullptr) == value) break;
        }
        return static_cast<std::size_t>(length);
    }
}

MICROFLASK_INLINE void append_double(std::string& out, double value) {
    if (std::isnan(value)) {
        out += "nan";
        return;
    }
    if (std::signbit(value)) out += '-';
    if (std::isinf(value)) {
        out += "inf";
        return;
    }
    if (append_plain_double(out, std::fabs(value))) return;
    char buffer[40];
    const std::string_view scientific(buffer, write_scientific(buffer, std::fabs(value)));
    const std::size_t e = scientific.find('e');
    char significant[40];
    std::size_t count = 0;
    for (const char c : scientific.substr(0, e)) {
        if (is_ascii_digit(c)) significant[count++] = c;
    }
    const std::string_view digits(significant, count);
    const bool is_small = scientific[e + 1] == '-';
    const auto distance = static_cast<std::size_t>(*parse_unsigned(scientific.substr(e + 2)));
    if (is_small ? distance > 4 : distance >= 16) {
        out += digits[0];
        if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
        out.append(scientific.substr(e));
    } else if (is_small && distance > 0) {
        out.append("0.").append(distance - 1, '0').append(digits);
    } else if (digits.size() <= distance + 1) {
        out.append(digits).append(distance + 1 - digits.size(), '0').append(".0");
    } else {
        out.append(digits.substr(0, distance + 1))
            .append(1, '.')
            .append(digits.substr(distance + 1));
    }
}

MICROFLASK_INLINE std::string double_to_text(double value) {
    std::string out;
    append_double(out, value);
    return out;
}

}  // namespace microflask::detail
