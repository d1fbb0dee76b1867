// The methods of text, lists, tuples, dicts and numbers that templates call.
#pragma once

#include "jinja/boxes.hpp"

#include <string_view>

namespace microflask::detail {

using TemplateMethodFunction = TemplateValue (*)(RenderState& state, const TemplateValue& self,
                                                 const TemplateArguments& arguments);

struct TemplateMethod {
    std::string_view name;
    TemplateMethodFunction function;
};

/// Returns a method of a value, or null.
[[nodiscard]] const TemplateMethod* find_template_method(const TemplateValue& self,
                                                         std::string_view name) noexcept;
/// Binds a method to its object, as something to call.
[[nodiscard]] TemplateValue template_bind_method(const TemplateValue& self,
                                                 const TemplateMethod& method);

enum class TemplateDictPart : unsigned char { keys, values, items };

/// Returns `dict.keys()`, `.values()` or `.items()` of a dict or JSON object.
[[nodiscard]] TemplateValue template_dict_view(const TemplateValue& dict, TemplateDictPart part);

/// Returns `value.items()`; throws TemplateRuntimeError (AttributeError) for what has none.
[[nodiscard]] TemplateValue template_items_of(RenderState& state, const TemplateValue& value);
/// Sets what another dict, pairs, or named arguments give, as dict.update.
void template_update_dict(TemplateDict& dict, const TemplateArguments& arguments,
                          std::string_view function);
/// Returns the items in the order of their keys, which Python's `<` compares; equal ones keep their order.
[[nodiscard]] List<TemplateValue> template_sorted(const List<TemplateValue>& items,
                                                  const List<TemplateValue>& keys, bool reverse);

/// Returns a method of dicts, or null.
[[nodiscard]] const TemplateMethod* find_template_dict_method(std::string_view name) noexcept;

}  // namespace microflask::detail
