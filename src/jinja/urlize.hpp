// The filter that makes links of URLs and email addresses in text.
#pragma once

#include "jinja/boxes.hpp"

namespace microflask::detail {

TemplateValue template_filter_urlize(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail
