// Bodies of filters.hpp.
#include "jinja/filters.hpp"

#include "core/config.hpp"
#include "jinja/filters_number.hpp"
#include "jinja/filters_order.hpp"
#include "jinja/filters_sequence.hpp"
#include "jinja/filters_text.hpp"
#include "jinja/urlize.hpp"
#include "jinja/wordwrap.hpp"

#include <cstddef>
#include <iterator>

namespace microflask::detail {

// Sorted by name, since it is searched by halves.
inline constexpr TemplateFilter template_filters[] = {
    {"abs", template_filter_abs},
    {"attr", template_filter_attr},
    {"batch", template_filter_batch},
    {"capitalize", template_filter_capitalize},
    {"center", template_filter_center},
    {"count", template_filter_length},
    {"d", template_filter_default},
    {"default", template_filter_default},
    {"dictsort", template_filter_dictsort},
    {"e", template_filter_escape},
    {"escape", template_filter_escape},
    {"filesizeformat", template_filter_filesizeformat},
    {"first", template_filter_first},
    {"float", template_filter_float},
    {"forceescape", template_filter_forceescape},
    {"format", template_filter_format},
    {"groupby", template_filter_groupby},
    {"indent", template_filter_indent},
    {"int", template_filter_int},
    {"items", template_filter_items},
    {"join", template_filter_join},
    {"last", template_filter_last},
    {"length", template_filter_length},
    {"list", template_filter_list},
    {"lower", template_filter_lower},
    {"map", template_filter_map},
    {"max", template_filter_max},
    {"min", template_filter_min},
    {"pprint", template_filter_pprint},
    {"random", template_filter_random},
    {"reject", template_filter_reject},
    {"rejectattr", template_filter_rejectattr},
    {"replace", template_filter_replace},
    {"reverse", template_filter_reverse},
    {"round", template_filter_round},
    {"safe", template_filter_safe},
    {"select", template_filter_select},
    {"selectattr", template_filter_selectattr},
    {"slice", template_filter_slice},
    {"sort", template_filter_sort},
    {"string", template_filter_string},
    {"striptags", template_filter_striptags},
    {"sum", template_filter_sum},
    {"title", template_filter_title},
    {"tojson", template_filter_tojson},
    {"trim", template_filter_trim},
    {"truncate", template_filter_truncate},
    {"unique", template_filter_unique},
    {"upper", template_filter_upper},
    {"urlencode", template_filter_urlencode},
    {"urlize", template_filter_urlize},
    {"wordcount", template_filter_wordcount},
    {"wordwrap", template_filter_wordwrap},
    {"xmlattr", template_filter_xmlattr},
};

template <std::size_t Count>
constexpr bool are_template_filters_sorted(const TemplateFilter (&filters)[Count]) noexcept {
    for (std::size_t i = 1; i < Count; ++i) {
        if (!(filters[i - 1].name < filters[i].name)) return false;
    }
    return true;
}
static_assert(are_template_filters_sorted(template_filters));

MICROFLASK_INLINE const TemplateFilter* find_in_template_filters(const TemplateFilter* filters,
                                                                 std::size_t count,
                                                                 std::string_view name) noexcept {
    std::size_t first = 0;
    while (first < count) {
        const std::size_t middle = first + (count - first) / 2;
        if (filters[middle].name < name)
            first = middle + 1;
        else
            count = middle;
    }
    return filters[first].name == name ? &filters[first] : nullptr;
}

MICROFLASK_INLINE const TemplateFilter* find_template_filter(std::string_view name) noexcept {
    // The last one is left out of the search, so that the position is one of the table.
    return find_in_template_filters(template_filters, std::size(template_filters) - 1, name);
}

}  // namespace microflask::detail
