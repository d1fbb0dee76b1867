// Bodies of context.hpp.
#include "jinja/context.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"

namespace microflask {

MICROFLASK_INLINE Context::Context(std::initializer_list<detail::ContextInit> variables) {
    items_.reserve(variables.size());
    for (const detail::ContextInit& variable : variables) set(variable.name_, variable.value_);
}

MICROFLASK_INLINE Context::Context(Json object) {
    if (object.is_null()) return;
    if (!object.is_object())
        throw TemplateRuntimeError(
            "TypeError", detail::concat({"the context of a template is a JSON object, not a JSON ",
                                         object.type_name()}));
    const auto* box = new detail::TemplateJson(std::move(object));
    const detail::TemplateGuard guard(box);
    items_.reserve(box->json().size());
    for (const auto& [key, value] : box->json().items())
        items_.push_back(Item{key, TemplateValue::of_json(value, box)});
}

MICROFLASK_INLINE Context& Context::set(std::string_view name, TemplateValue value) {
    for (Item& item : items_) {
        if (item.name != name) continue;
        item.value = std::move(value);
        return *this;
    }
    items_.push_back(Item{std::string(name), std::move(value)});
    return *this;
}

MICROFLASK_INLINE Context& Context::update(const Context& other) {
    for (const Item& item : other) set(item.name, item.value);
    return *this;
}

MICROFLASK_INLINE const TemplateValue* Context::find(std::string_view name) const noexcept {
    for (const Item& item : items_) {
        if (item.name == name) return &item.value;
    }
    return nullptr;
}

}  // namespace microflask
