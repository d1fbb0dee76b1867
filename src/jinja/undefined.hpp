// Undefined values: what they remember of where they came from, and what they say when they are used.
#pragma once

#include "jinja/boxes.hpp"

#include <string>
#include <string_view>

namespace microflask::detail {

/// What an undefined value remembers that is more than the name of a variable.
class TemplateUndefined final : public TemplateBox {
public:
    std::string hint;         // says all, where not empty
    std::string object_type;  // as Jinja writes it: "dict object", "None"
    TemplateValue key;        // the attribute or item that is missing
};

/// Makes an undefined value for a variable. The name outlives the rendering.
[[nodiscard]] inline TemplateValue template_undefined(const RenderState& state,
                                                      std::string_view name) noexcept {
    return TemplateValue::undefined_name(name, state.undefined_kind);
}
/// Makes an undefined value that says what is given: "parameter 'x' was not provided".
[[nodiscard]] TemplateValue template_undefined_hint(const RenderState& state, std::string hint);
/// Makes an undefined value for an attribute or an item that an object lacks.
[[nodiscard]] TemplateValue template_undefined_member(const RenderState& state,
                                                      const TemplateValue& object,
                                                      const TemplateValue& key);
/// Returns what Jinja calls an object in messages: "dict object", "None".
[[nodiscard]] std::string template_object_type(const TemplateValue& object);
/// Returns what an undefined value says: "'x' is undefined".
[[nodiscard]] std::string template_undefined_message(const TemplateValue& value);
[[noreturn]] void template_throw_undefined(const TemplateValue& value);

}  // namespace microflask::detail
