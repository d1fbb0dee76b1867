// What Python's str() and repr() write.
#pragma once

#include "jinja/boxes.hpp"

#include <string>
#include <string_view>

namespace microflask::detail {

/// Appends the repr of a str: quotes around it, escapes in it.
void template_append_repr_text(std::string& out, std::string_view text);
/// Appends the repr of a value as ascii() does: other characters as \x, \u and \U.
void template_append_ascii(std::string& out, const TemplateValue& value);
/// Appends a float as str() does.
void template_append_float(std::string& out, double value);

}  // namespace microflask::detail
