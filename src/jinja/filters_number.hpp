// The filters of numbers, and those that fit nowhere else: attr, default, pprint.
#pragma once

#include "jinja/boxes.hpp"

namespace microflask::detail {

TemplateValue template_filter_abs(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_attr(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_default(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_filesizeformat(RenderState& state,
                                             const TemplateArguments& arguments);
TemplateValue template_filter_float(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_int(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_pprint(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_round(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail
