// The filter that breaks text into lines, as Python's textwrap does.
#pragma once

#include "jinja/boxes.hpp"

namespace microflask::detail {

TemplateValue template_filter_wordwrap(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail
