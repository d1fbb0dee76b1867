// Whether values are equal, which of two comes first, what contains what, and hashes that agree with it.
#pragma once

#include "jinja/boxes.hpp"
#include "jinja/value.hpp"

#include <cstdint>
#include <string_view>

namespace microflask::detail {

enum class TemplateComparison : unsigned char { eq, ne, lt, le, gt, ge };

[[nodiscard]] bool template_compare(TemplateComparison operation, const TemplateValue& left,
                                    const TemplateValue& right);
/// `needle in haystack`.
[[nodiscard]] bool template_in(const TemplateValue& needle, const TemplateValue& haystack);
[[nodiscard]] bool template_equal(const TemplateValue& left, const TemplateValue& right);
/// Whether both are the same object (`is`); numbers and text are where they are equal and of one kind.
[[nodiscard]] bool template_same(const TemplateValue& left, const TemplateValue& right);
/// Throws for values that have no hash: lists, dicts.
[[nodiscard]] std::uint64_t template_hash(const TemplateValue& value);
[[nodiscard]] std::uint64_t template_hash_text(std::string_view text) noexcept;
/// Whether it is an integer, a float or a boolean.
[[nodiscard]] inline bool template_is_number(const TemplateValue& value) noexcept {
    return value.is_integer() || value.is_double() || value.is_boolean();
}

}  // namespace microflask::detail
