// What Python's pprint writes: a repr in lines of at most 80 characters, dicts sorted by key.
#pragma once

#include "jinja/boxes.hpp"

#include <string>

namespace microflask::detail {

/// Returns a copy in which the keys of dicts are sorted. Those that cannot be compared stay as they are, or, where it
/// is strict, throw TemplateRuntimeError (TypeError).
[[nodiscard]] TemplateValue template_sort_dicts(const TemplateValue& value, bool is_strict,
                                                unsigned depth = 0);

void template_pretty_print(std::string& out, const TemplateValue& value);

}  // namespace microflask::detail
