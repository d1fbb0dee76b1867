// What Python's `%` writes: `"%5.2f" % value`.
#pragma once

#include "jinja/boxes.hpp"

namespace microflask::detail {

/// `text % value`. A Markup stays one, and what is put into it is escaped.
[[nodiscard]] TemplateValue template_percent(const TemplateValue& text, const TemplateValue& value);

}  // namespace microflask::detail
