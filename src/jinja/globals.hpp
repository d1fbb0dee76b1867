// The functions that every template has: range, dict, lipsum, cycler, joiner, namespace.
#pragma once

#include "jinja/boxes.hpp"
#include "jinja/filters.hpp"

#include <string_view>

namespace microflask::detail {

/// Returns a global of Jinja's, or null.
[[nodiscard]] const TemplateFilter* find_template_global(std::string_view name) noexcept;
/// Whether `{% set value.name = ... %}` may be written.
[[nodiscard]] bool is_template_namespace(const TemplateValue& value) noexcept;

}  // namespace microflask::detail
