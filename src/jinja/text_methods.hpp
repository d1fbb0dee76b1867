// The methods of str that templates call.
#pragma once

#include "jinja/methods.hpp"
#include "jinja/text_tools.hpp"

#include <string_view>

namespace microflask::detail {

/// Returns a method of text, or null.
[[nodiscard]] const TemplateMethod* find_template_text_method(std::string_view name) noexcept;

}  // namespace microflask::detail
