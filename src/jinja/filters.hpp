// The filters behind the bar.
#pragma once

#include "jinja/boxes.hpp"

#include <cstddef>
#include <string_view>

namespace microflask::detail {

/// A function of the engine by name.
struct TemplateFilter {
    std::string_view name;
    TemplateNative function;
};

/// Searches a table that is sorted by name; `count` is that of its entries less one.
[[nodiscard]] const TemplateFilter* find_in_template_filters(const TemplateFilter* filters,
                                                             std::size_t count,
                                                             std::string_view name) noexcept;
/// Returns a filter of Jinja's, or null.
[[nodiscard]] const TemplateFilter* find_template_filter(std::string_view name) noexcept;

}  // namespace microflask::detail
