// Bodies of filters_order.hpp.
#include "jinja/filters_order.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_sequence.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/undefined.hpp"

namespace microflask::detail {

/// Returns the keys that sort() compares: a list for each item, since attributes may be several.
MICROFLASK_INLINE List<TemplateValue> template_sort_keys(RenderState& state,
                                                         const List<TemplateValue>& items,
                                                         const TemplateValue* attribute,
                                                         bool ignores_case) {
    List<TemplateAttributeGetter> getters;
    if (attribute && attribute->is_text()) {
        for (const std::string_view path : split(attribute->text_value(), ',')) {
            const TemplateValue part = TemplateValue::text(std::string(path));
            getters.emplace_back(state, &part, nullptr, ignores_case);
        }
    } else {
        getters.emplace_back(state, attribute, nullptr, ignores_case);
    }
    List<TemplateValue> keys;
    keys.reserve(items.size());
    if (getters.size() == 1) {
        bool is_simple = true;
        for (const TemplateValue& item : items) {
            keys.push_back(getters[0](item));
            const TemplateValue& key = keys.back();
            is_simple = is_simple && (key.is_text() || key.is_integer() || key.is_double());
        }
        if (is_simple) return keys;
        // Within lists, what is equal need not have an order.
        for (TemplateValue& key : keys) {
            List<TemplateValue> part;
            part.push_back(std::move(key));
            key = template_make_list(std::move(part));
        }
        return keys;
    }
    for (const TemplateValue& item : items) {
        List<TemplateValue> parts;
        for (const TemplateAttributeGetter& getter : getters) parts.push_back(getter(item));
        keys.push_back(template_make_list(std::move(parts)));
    }
    return keys;
}

MICROFLASK_INLINE TemplateValue template_filter_sort(RenderState& state,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_sort",
                                        {"value", "reverse", "case_sensitive", "attribute"}, 1);
    const List<TemplateValue> items = template_elements(parameters.value(0));
    const List<TemplateValue> keys =
        template_sort_keys(state, items, parameters[3], !parameters.is_true(2, false));
    return template_make_list(template_sorted(items, keys, parameters.is_true(1, false)));
}

MICROFLASK_INLINE TemplateValue template_filter_dictsort(RenderState& state,
                                                         const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_dictsort",
                                        {"value", "case_sensitive", "by", "reverse"}, 1);
    std::size_t position = 0;
    if (parameters[2]) {
        const TemplateValue& by = parameters.value(2);
        if (by.is_text() && by.text_value() == "value")
            position = 1;
        else if (!by.is_text() || by.text_value() != "key")
            throw FilterArgumentError("You can only sort by either \"key\" or \"value\"");
    }
    const List<TemplateValue> items =
        template_elements(template_items_of(state, parameters.value(0)));
    List<TemplateValue> keys;
    for (const TemplateValue& item : items) {
        const TemplateValue key = TemplateSequence(item)[position];
        keys.push_back(parameters.is_true(1, false) ? key : template_ignore_case(key));
    }
    return template_make_list(template_sorted(items, keys, parameters.is_true(3, false)));
}

MICROFLASK_INLINE TemplateValue template_filter_groupby(RenderState& state,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_groupby",
                                        {"value", "attribute", "default", "case_sensitive"}, 2);
    const bool ignores_case = !parameters.is_true(3, false);
    const TemplateAttributeGetter key_of(state, parameters[1], parameters[2], ignores_case);
    const TemplateAttributeGetter shown_key_of(state, parameters[1], parameters[2]);
    List<TemplateValue> items = template_elements(parameters.value(0));
    List<TemplateValue> keys;
    for (const TemplateValue& item : items) keys.push_back(key_of(item));
    items = template_sorted(items, keys, false);
    List<TemplateValue> groups;
    TemplateList* members = nullptr;
    TemplateValue group_key;
    for (const TemplateValue& item : items) {
        TemplateValue key = key_of(item);
        if (!members || !template_equal(key, group_key)) {
            members = new TemplateList;
            auto* group = new TemplateList;
            groups.push_back(TemplateValue::tuple(group));
            group->is_group = true;
            group->items.push_back(ignores_case ? shown_key_of(item) : key);
            group->items.push_back(TemplateValue::list(members));
            group_key = std::move(key);
        }
        members->items.push_back(item);
    }
    return template_make_list(std::move(groups));
}

/// What unique() gives.
class TemplateUnique final : public TemplateGenerator {
public:
    TemplateUnique(RenderState& state, const TemplateValue& values, TemplateAttributeGetter key_of)
        : state_(&state), values_(values), key_of_(std::move(key_of)) {}

    bool next(TemplateValue& value) override {
        const TemplateDepth depth(*state_);
        if (!has_begun_) iterator_ = TemplateIterator(values_);
        has_begun_ = true;
        while (iterator_.next(value)) {
            const TemplateValue key = key_of_(value);
            if (seen_.find(key)) continue;
            seen_.set(key, TemplateValue());
            return true;
        }
        return false;
    }

private:
    RenderState* state_;
    TemplateValue values_;
    TemplateIterator iterator_{TemplateValue::borrowed_text("")};
    TemplateAttributeGetter key_of_;
    TemplateDict seen_;
    bool has_begun_ = false;
};

MICROFLASK_INLINE TemplateValue template_filter_unique(RenderState& state,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_unique",
                                        {"value", "case_sensitive", "attribute"}, 1);
    return TemplateValue::iterator(new TemplateUnique(
        state, parameters.value(0),
        TemplateAttributeGetter(state, parameters[2], nullptr, !parameters.is_true(1, false))));
}

MICROFLASK_INLINE TemplateValue template_extreme(RenderState& state,
                                                 const TemplateArguments& arguments,
                                                 std::string_view function,
                                                 TemplateComparison wanted) {
    const TemplateParameters parameters(arguments, function,
                                        {"value", "case_sensitive", "attribute"}, 1);
    const TemplateAttributeGetter key_of(state, parameters[2], nullptr,
                                         !parameters.is_true(1, false));
    TemplateIterator iterator(parameters.value(0));
    TemplateValue best;
    if (!iterator.next(best))
        return template_undefined_hint(state, "No aggregated item, sequence was empty.");
    TemplateValue best_key = key_of(best);
    for (TemplateValue item; iterator.next(item);) {
        TemplateValue key = key_of(item);
        if (!template_compare(wanted, key, best_key)) continue;
        best = std::move(item);
        best_key = std::move(key);
    }
    return best;
}

MICROFLASK_INLINE TemplateValue template_filter_min(RenderState& state,
                                                    const TemplateArguments& arguments) {
    return template_extreme(state, arguments, "do_min", TemplateComparison::lt);
}

MICROFLASK_INLINE TemplateValue template_filter_max(RenderState& state,
                                                    const TemplateArguments& arguments) {
    return template_extreme(state, arguments, "do_max", TemplateComparison::gt);
}

MICROFLASK_INLINE TemplateValue template_filter_sum(RenderState& state,
                                                    const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_sum", {"iterable", "attribute", "start"}, 1);
    const TemplateAttributeGetter value_of(state, parameters[1]);
    TemplateValue total = parameters[2] ? parameters.value(2) : TemplateValue::integer(0);
    if (total.is_text())
        throw TemplateRuntimeError("TypeError",
                                   "sum() can't sum strings [use ''.join(seq) instead]");
    TemplateIterator iterator(parameters.value(0));
    for (TemplateValue item; iterator.next(item);) total = template_add(total, value_of(item));
    return total;
}

}  // namespace microflask::detail
