// What Python's format() and str.format write: `"{:>5.2f}".format(value)`.
#pragma once

#include "jinja/boxes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

/// [[fill]align][sign][z][#][0][width][grouping][.precision][type]
struct TemplateFormatSpec {
    std::string_view fill = " ";
    char align = 0;
    char sign = 0;
    bool no_negative_zero = false;
    bool alternate = false;
    bool zero = false;
    std::size_t width = 0;
    char grouping = 0;
    int precision = -1;
    char type = 0;
};

/// Reads digits, which must make a size that can be kept.
[[nodiscard]] std::size_t template_read_size(std::string_view& rest);
/// Pads text to the width of the specification. `sign` stays at the left of a padding of '='.
[[nodiscard]] std::string template_pad(std::string_view sign, std::string_view body,
                                       const TemplateFormatSpec& spec, char default_align);
[[nodiscard]] std::string template_format_float(const TemplateValue& value, double number,
                                                const TemplateFormatSpec& spec);
[[nodiscard]] std::string template_digits(std::uint64_t number, unsigned base, bool is_upper);
[[nodiscard]] std::uint64_t template_magnitude(const TemplateValue& value) noexcept;
[[nodiscard]] bool template_is_negative(const TemplateValue& value) noexcept;
[[noreturn]] void template_throw_value(std::string message);

/// `text.format(...)`; where `mapping` is given, `text.format_map(mapping)`. A Markup stays one.
[[nodiscard]] TemplateValue template_format(const TemplateValue& text,
                                            const TemplateArguments& arguments,
                                            const TemplateValue* mapping = nullptr);
/// `format(value, specification)`.
[[nodiscard]] std::string template_format_value(const TemplateValue& value,
                                                std::string_view specification);
/// Returns a number as C's printf writes it with `%.*f`, `%.*e` or `%.*g`, in no locale.
[[nodiscard]] std::string template_print_double(char format, int precision, double value);
/// Rounds half to even in decimal, as Python's round(value, digits).
[[nodiscard]] double template_round(double value, std::int64_t digits);

}  // namespace microflask::detail
