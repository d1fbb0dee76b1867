// The filters that sort and group elements, and those that make one value of all.
#pragma once

#include "jinja/boxes.hpp"

namespace microflask::detail {

TemplateValue template_filter_dictsort(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_groupby(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_max(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_min(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_sort(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_sum(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_unique(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail
