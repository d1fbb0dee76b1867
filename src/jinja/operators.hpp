// What the renderer does with values: operators, comparisons, output. All throw TemplateRuntimeError with Python's
// message where Python raises, UndefinedError for undefined values.
#pragma once

#include "jinja/access.hpp"
#include "jinja/boxes.hpp"
#include "jinja/comparison.hpp"
#include "jinja/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

[[nodiscard]] TemplateValue template_add(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_sub(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_mul(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_div(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_floordiv(const TemplateValue& left,
                                              const TemplateValue& right);
[[nodiscard]] TemplateValue template_mod(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_pow(const TemplateValue& left, const TemplateValue& right);
[[nodiscard]] TemplateValue template_neg(const TemplateValue& value);
[[nodiscard]] TemplateValue template_pos(const TemplateValue& value);

/// Joins what `a ~ b ~ c` says: with autoescape, Markup where one of them is, else plain text.
[[nodiscard]] TemplateValue template_concat(RenderState& state, const TemplateValue* values,
                                            std::size_t count);

[[nodiscard]] inline bool template_is_true(const TemplateValue& value) {
    switch (value.kind()) {
    case TemplateKind::none: return false;
    case TemplateKind::boolean:
    case TemplateKind::integer: return value.integer_value() != 0;
    case TemplateKind::text: return !value.text_value().empty();
    default: return value.is_true();
    }
}

/// Appends what `{{ value }}` prints.
void template_append_output(std::string& out, const TemplateValue& value, bool autoescape);
/// Appends str(value).
void template_append_text(std::string& out, const TemplateValue& value);
/// Appends repr(value).
void template_append_repr(std::string& out, const TemplateValue& value);
/// Returns the length of what has one (`len`).
[[nodiscard]] std::size_t template_length(const TemplateValue& value);
/// Gives the length where there is one that needs no stepping through.
[[nodiscard]] bool template_has_length(const TemplateValue& value, std::size_t& length);
/// Unpacks a value into `count` values; throws TemplateRuntimeError (ValueError) for more or fewer.
void template_unpack(const TemplateValue& value, TemplateValue* values, std::size_t count);

/// Makes lists, tuples and dicts as the template writes them.
[[nodiscard]] TemplateValue template_make_list(List<TemplateValue> items);
[[nodiscard]] TemplateValue template_make_tuple(List<TemplateValue> items);
/// Takes `count` pairs: a key, its value, the next key and so on.
[[nodiscard]] TemplateValue template_make_dict(const TemplateValue* pairs, std::size_t count);

}  // namespace microflask::detail
