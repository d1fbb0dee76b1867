// Bodies of undefined.hpp.
#include "jinja/undefined.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/operators.hpp"
#include "jinja/python_text.hpp"

namespace microflask::detail {

/// Returns what Jinja calls an object in messages.
MICROFLASK_INLINE std::string template_object_type(const TemplateValue& object) {
    if (object.is_none()) return "None";
    std::string_view module;
    if (object.is_markup()) {
        module = "markupsafe.";
    } else if (object.kind() == TemplateKind::object) {
        const std::string_view name = object.type_name();
        if (name == "Namespace" || name == "Cycler" || name == "Joiner")
            module = "jinja2.utils.";
        else if (name == "LoopContext" || name == "Macro" || name == "BlockReference")
            module = "jinja2.runtime.";
        else if (name == "TemplateModule")
            module = "jinja2.environment.";
    } else if (object.is_undefined()) {
        module = "jinja2.runtime.";
    }
    return concat({module, object.type_name(), " object"});
}

MICROFLASK_INLINE TemplateValue template_undefined_hint(const RenderState& state,
                                                        std::string hint) {
    auto* box = new TemplateUndefined;
    box->hint = std::move(hint);
    return TemplateValue::undefined_box(box, state.undefined_kind);
}

MICROFLASK_INLINE TemplateValue template_undefined_member(const RenderState& state,
                                                          const TemplateValue& object,
                                                          const TemplateValue& key) {
    auto* box = new TemplateUndefined;
    TemplateValue result = TemplateValue::undefined_box(box, state.undefined_kind);
    box->object_type = template_object_type(object);
    box->key = key;
    return result;
}

MICROFLASK_INLINE std::string template_undefined_message(const TemplateValue& value) {
    std::string message;
    if (!value.undefined_details()) {
        template_append_repr_text(message, value.text_value());
        message += " is undefined";
        return message;
    }
    const auto& box = static_cast<const TemplateUndefined&>(*value.undefined_details());
    if (!box.hint.empty()) return box.hint;
    if (box.key.is_text()) {
        template_append_repr_text(message, box.object_type);
        message += " has no attribute ";
    } else {
        message = box.object_type;
        message += " has no element ";
    }
    template_append_repr(message, box.key);
    return message;
}

MICROFLASK_INLINE void template_throw_undefined(const TemplateValue& value) {
    throw UndefinedError(template_undefined_message(value));
}

}  // namespace microflask::detail
