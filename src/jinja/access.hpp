// Attributes, items, slices and calls, with the fallbacks that Jinja has for them.
#pragma once

#include "jinja/boxes.hpp"
#include "jinja/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

/// `value.name`: the attribute, else the item, else undefined. The name outlives the rendering.
[[nodiscard]] TemplateValue template_attribute(RenderState& state, const TemplateValue& value,
                                               std::string_view name);
/// `value[key]`: the item, else the attribute where the key is text, else undefined.
[[nodiscard]] TemplateValue template_item(RenderState& state, const TemplateValue& value,
                                          const TemplateValue& key);
/// Returns what Python's getattr gives, without items, or a missing value.
[[nodiscard]] TemplateValue template_attribute_only(RenderState& state, const TemplateValue& value,
                                                    std::string_view name);
/// `value[start:stop:step]`; None for what was left out.
[[nodiscard]] TemplateValue template_slice(RenderState& state, const TemplateValue& value,
                                           const TemplateValue& start, const TemplateValue& stop,
                                           const TemplateValue& step);
/// `callee(...)`.
TemplateValue template_call(RenderState& state, const TemplateValue& callee,
                            const TemplateArguments& arguments);
/// `value.name(...)`, without making an object of the method.
TemplateValue template_call_method(RenderState& state, const TemplateValue& value,
                                   std::string_view name, const TemplateArguments& arguments);
/// `{% set value.name = ... %}`: only a namespace lets attributes be set.
void template_set_attribute(RenderState& state, const TemplateValue& target, std::string_view name,
                            const TemplateValue& value);
[[nodiscard]] bool template_is_callable(const TemplateValue& value);

/// A list, a tuple or a JSON array, seen as elements by number.
class TemplateSequence {
public:
    /// Whether the value is one of them.
    [[nodiscard]] static bool is(const TemplateValue& value) noexcept {
        return value.kind() == TemplateKind::list || value.kind() == TemplateKind::tuple ||
               value.kind() == TemplateKind::json_array;
    }
    /// Refers to the value.
    explicit TemplateSequence(const TemplateValue& value) noexcept : value_(&value) {}

    [[nodiscard]] std::size_t size() const noexcept {
        return is_json() ? value_->json_value().size() : value_->list_value().items.size();
    }
    [[nodiscard]] TemplateValue operator[](std::size_t index) const {
        return is_json() ? TemplateValue::of_json(value_->json_value()[index], value_->owner())
                         : value_->list_value().items[index];
    }
    [[nodiscard]] bool is_tuple() const noexcept { return value_->kind() == TemplateKind::tuple; }

private:
    [[nodiscard]] bool is_json() const noexcept {
        return value_->kind() == TemplateKind::json_array;
    }

    const TemplateValue* value_;
};

/// What a slice of `size` elements takes: `count` of them from `start` on, each `step` further.
struct TemplateSliceRange {
    std::int64_t start = 0;
    std::int64_t stop = 0;  // within the elements, or one before or behind them
    std::int64_t step = 1;
    std::size_t count = 0;
};

/// Resolves the three parts of a slice as Python does; throws TemplateRuntimeError for parts that are
/// no integers and for a step of 0.
[[nodiscard]] TemplateSliceRange template_slice_range(const TemplateValue& start,
                                                      const TemplateValue& stop,
                                                      const TemplateValue& step, std::size_t size);
/// Returns the position of an index from the beginning or (negative) the end; SIZE_MAX outside.
[[nodiscard]] std::size_t template_position(std::int64_t index, std::size_t size) noexcept;

}  // namespace microflask::detail
