// The tests behind the word "is".
#pragma once

#include "jinja/boxes.hpp"
#include "jinja/filters.hpp"

#include <string_view>

namespace microflask::detail {

/// Returns a test of Jinja's, which gives a boolean, or null.
[[nodiscard]] const TemplateFilter* find_template_test(std::string_view name) noexcept;

}  // namespace microflask::detail
