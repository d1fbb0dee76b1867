// The filters that make text.
#pragma once

#include "jinja/boxes.hpp"

#include <string>
#include <string_view>

namespace microflask::detail {

/// Returns text as it is, and str() of other values (markupsafe's soft_str).
[[nodiscard]] TemplateValue template_soft_text(const TemplateValue& value);
/// Returns the value as Markup: escaped, unless it is one (markupsafe's escape).
[[nodiscard]] TemplateValue template_escape(const TemplateValue& value);
/// Whether it has `__html__`.
[[nodiscard]] bool template_has_html(const TemplateValue& value);
/// Whether `\w` fits.
[[nodiscard]] bool is_template_word(char32_t c) noexcept;

TemplateValue template_filter_capitalize(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_center(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_escape(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_forceescape(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_format(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_indent(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_lower(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_replace(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_safe(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_string(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_striptags(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_title(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_tojson(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_trim(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_truncate(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_upper(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_urlencode(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_wordcount(RenderState& state, const TemplateArguments& arguments);
TemplateValue template_filter_xmlattr(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail
