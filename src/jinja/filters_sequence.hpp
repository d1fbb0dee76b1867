// The filters of sequences: they choose, change and count elements.
#pragma once

#include "core/list.hpp"
#include "jinja/boxes.hpp"

#include <cstdint>

namespace microflask::detail {

/// Looks up an attribute path as "address.city" or "items.0", or a number, in a value; of None, the value itself.
class TemplateAttributeGetter {
public:
    TemplateAttributeGetter(RenderState& state, const TemplateValue* attribute,
                            const TemplateValue* default_value = nullptr,
                            bool ignores_case = false);
    [[nodiscard]] TemplateValue operator()(const TemplateValue& value) const;

private:
    RenderState* state_;
    List<TemplateValue> parts_;
    TemplateValue default_;
    bool ignores_case_;
};

/// Returns text in lower case, and other values as they are.
[[nodiscard]] TemplateValue template_ignore_case(const TemplateValue& value);
/// Returns all elements of what can be stepped through.
[[nodiscard]] List<TemplateValue> template_elements(const TemplateValue& value);
/// Gives the elements of a list one by one, as a generator.
[[nodiscard]] TemplateValue template_generate(List<TemplateValue> values);

TemplateValue template_filter_batch(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_first(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_items(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_join(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_last(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_length(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_list(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_map(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_random(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_reject(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_rejectattr(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_reverse(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_select(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_selectattr(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_slice(RenderState& state, const TemplateArguments& arguments);

/// Returns a number of 0 to `count` - 1; for lipsum and the like, not for secrets.
[[nodiscard]] std::uint64_t template_random(std::uint64_t count) noexcept;

}  // namespace microflask::detail
