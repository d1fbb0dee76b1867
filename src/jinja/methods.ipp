// Bodies of methods.hpp: the methods of lists, tuples, dicts and numbers; text_methods.ipp has those of text.
#include "jinja/methods.hpp"

#include "core/config.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/undefined.hpp"

#include <algorithm>
#include <cmath>

namespace microflask::detail {

/// A method of the engine, bound to its object.
class TemplateBoundMethod final : public TemplateObject {
public:
    TemplateBoundMethod(TemplateValue self, const TemplateMethod& method) noexcept
        : self_(std::move(self)), method_(&method) {}

    [[nodiscard]] std::string_view type_name() const noexcept override {
        return "builtin_function_or_method";
    }
    [[nodiscard]] bool is_callable() const noexcept override { return true; }
    TemplateValue call(RenderState& state, const TemplateArguments& arguments) override {
        return method_->function(state, self_, arguments);
    }
    void append_repr(std::string& out) const override {
        out += concat({"<built-in method ", method_->name, " of ", self_.type_name(), " object>"});
    }

private:
    TemplateValue self_;
    const TemplateMethod* method_;
};

MICROFLASK_INLINE TemplateValue template_bind_method(const TemplateValue& self,
                                                     const TemplateMethod& method) {
    return TemplateValue::object(new TemplateBoundMethod(self, method));
}

/// What dict.keys(), .values() and .items() give.
class TemplateDictView final : public TemplateObject {
public:
    TemplateDictView(TemplateValue dict, TemplateDictPart part) noexcept
        : dict_(std::move(dict)), part_(part) {}

    [[nodiscard]] std::string_view type_name() const noexcept override {
        constexpr std::string_view names[] = {"dict_keys", "dict_values", "dict_items"};
        return names[static_cast<std::size_t>(part_)];
    }
    [[nodiscard]] bool is_iterable() const noexcept override { return true; }
    [[nodiscard]] MICROFLASK_INLINE TemplateValue iterate() override;
    [[nodiscard]] bool length(std::size_t& count) const override {
        return template_has_length(dict_, count);
    }
    bool contains(const TemplateValue& value, bool& found) override {
        if (part_ != TemplateDictPart::keys) return false;
        found = template_in(value, dict_);
        return true;
    }
    [[nodiscard]] bool is_reversible() const noexcept override { return true; }
    [[nodiscard]] const TemplateValue* viewed_items() const noexcept override {
        return part_ == TemplateDictPart::items ? &dict_ : nullptr;
    }
    void append_repr(std::string& out) const override {
        List<TemplateValue> items;
        TemplateIterator iterator(TemplateValue::object(const_cast<TemplateDictView*>(this)));
        for (TemplateValue item; iterator.next(item);) items.push_back(std::move(item));
        out += type_name();
        out += '(';
        template_append_repr(out, template_make_list(std::move(items)));
        out += ')';
    }

private:
    TemplateValue dict_;
    TemplateDictPart part_;
};

/// Gives the values of a dict or a JSON object.
class TemplateDictValues final : public TemplateGenerator {
public:
    explicit TemplateDictValues(TemplateValue dict)
        : dict_(std::move(dict)), entries_(template_dict_view(dict_, TemplateDictPart::items)) {}

    bool next(TemplateValue& value) override {
        TemplateValue pair[2];
        if (!entries_.next_unpacked(pair, 2)) return false;
        value = std::move(pair[1]);
        return true;
    }
    [[nodiscard]] bool length(std::size_t& count) const override { return entries_.length(count); }

private:
    TemplateValue dict_;
    TemplateIterator entries_;
};

MICROFLASK_INLINE TemplateValue TemplateDictView::iterate() {
    if (part_ == TemplateDictPart::values)
        return TemplateValue::iterator(new TemplateDictValues(dict_));
    return part_ == TemplateDictPart::keys ? dict_ : TemplateValue::object(this);
}

MICROFLASK_INLINE TemplateValue template_dict_view(const TemplateValue& dict,
                                                   TemplateDictPart part) {
    return TemplateValue::object(new TemplateDictView(dict, part));
}

MICROFLASK_INLINE TemplateValue template_items_of(RenderState& state, const TemplateValue& value) {
    if (value.kind() == TemplateKind::dict || value.kind() == TemplateKind::json_object)
        return template_dict_view(value, TemplateDictPart::items);
    const TemplateValue method = template_attribute_only(state, value, "items");
    if (method.is_missing())
        throw TemplateRuntimeError("AttributeError", concat({"'", value.type_name(),
                                                             "' object has no attribute 'items'"}));
    return template_call(state, method, TemplateArguments(state, nullptr, 0));
}

// dicts

/// Throws for a dict that came from the application: what templates are given is not theirs to change.
MICROFLASK_INLINE TemplateDict& template_changeable_dict(const TemplateValue& self) {
    if (self.kind() == TemplateKind::dict) return self.dict_value();
    throw TemplateRuntimeError("TypeError",
                               "a JSON object of the application cannot be changed in a template");
}

MICROFLASK_INLINE TemplateList& template_changeable_list(const TemplateValue& self) {
    if (self.kind() == TemplateKind::list) return self.list_value();
    throw TemplateRuntimeError("TypeError",
                               "a JSON array of the application cannot be changed in a template");
}

/// Remembers a container that a value has been put into, where that makes it an element of itself.
MICROFLASK_INLINE void template_watch_cycle(RenderState& state, const TemplateValue& container,
                                            const TemplateValue& value) {
    const void* const box = container.kind() == TemplateKind::dict
                                ? static_cast<const void*>(&container.dict_value())
                                : static_cast<const void*>(&container.list_value());
    switch (value.kind()) {
    case TemplateKind::list:
    case TemplateKind::tuple:
    case TemplateKind::dict:
    case TemplateKind::object:
        if (template_contains_box(value, box)) state.keep_cycle(container);
        break;
    default: break;
    }
}

MICROFLASK_INLINE bool template_dict_find(const TemplateValue& dict, const TemplateValue& key,
                                          TemplateValue& value) {
    if (dict.kind() == TemplateKind::dict) {
        const TemplateValue* const found = dict.dict_value().find(key);
        if (found) value = *found;
        return found != nullptr;
    }
    if (!key.is_text()) {
        static_cast<void>(template_hash(key));
        return false;
    }
    const Json* const found = dict.json_value().find(key.text_value());
    if (found) value = TemplateValue::of_json(*found, dict.owner());
    return found != nullptr;
}

[[noreturn]] MICROFLASK_INLINE void template_throw_key(const TemplateValue& key) {
    std::string message;
    template_append_repr(message, key);
    throw TemplateRuntimeError("KeyError", std::move(message));
}

/// Adds the two elements of a pair; throws TemplateRuntimeError where it is none.
MICROFLASK_INLINE void template_add_pair(List<TemplateValue>& pairs, const TemplateValue& pair) {
    std::string element = "dictionary update sequence element #";
    append_unsigned(element, pairs.size() / 2);
    switch (pair.kind()) {
    case TemplateKind::none:
    case TemplateKind::boolean:
    case TemplateKind::integer:
    case TemplateKind::real:
        throw TemplateRuntimeError("TypeError",
                                   concat({"cannot convert ", element, " to a sequence"}));
    default: break;
    }
    std::size_t count = 0;
    TemplateIterator iterator(pair);
    for (TemplateValue item; iterator.next(item); ++count) {
        if (count < 2) pairs.push_back(std::move(item));
    }
    if (count == 2) return;
    element += " has length ";
    append_unsigned(element, count);
    throw TemplateRuntimeError("ValueError", element + "; 2 is required");
}

/// Sets what another dict, pairs, or named arguments give.
MICROFLASK_INLINE void template_update_dict(TemplateDict& dict, const TemplateArguments& arguments,
                                            std::string_view function) {
    if (arguments.size() > 1) {
        std::string message = concat({function, " expected at most 1 argument, got "});
        append_unsigned(message, arguments.size());
        throw TemplateRuntimeError("TypeError", std::move(message));
    }
    if (arguments.size() == 1) {
        const TemplateValue& other = arguments[0];
        const bool is_dict =
            other.kind() == TemplateKind::dict || other.kind() == TemplateKind::json_object;
        List<TemplateValue> pairs;  // first all of them: a dict may be given to itself
        TemplateIterator iterator(is_dict ? template_dict_view(other, TemplateDictPart::items)
                                          : other);
        for (TemplateValue pair; iterator.next(pair);) template_add_pair(pairs, pair);
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
            dict.set(std::move(pairs[i]), std::move(pairs[i + 1]));
    }
    for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
        const TemplateKeyword& keyword = arguments.keywords()[i];
        dict.set(TemplateValue::text(std::string(keyword.name)), keyword.value);
    }
}

MICROFLASK_INLINE TemplateValue template_dict_copy(const TemplateValue& dict) {
    auto* copy = new TemplateDict;
    TemplateValue result = TemplateValue::dict(copy);
    TemplateIterator iterator(template_dict_view(dict, TemplateDictPart::items));
    for (TemplateValue pair[2]; iterator.next_unpacked(pair, 2);) copy->set(pair[0], pair[1]);
    return result;
}

inline constexpr TemplateMethod template_dict_methods[] = {
    {"clear",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "clear", {}, 0);
         template_changeable_dict(self).clear();
         return TemplateValue();
     }},
    {"copy",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "copy", {}, 0);
         return template_dict_copy(self);
     }},
    {"get",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "get", {"key", "default"}, 1);
         TemplateValue value;
         if (template_dict_find(self, parameters.value(0), value)) return value;
         return parameters[1] ? parameters.value(1) : TemplateValue();
     }},
    {"items",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "items", {}, 0);
         return template_dict_view(self, TemplateDictPart::items);
     }},
    {"keys",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "keys", {}, 0);
         return template_dict_view(self, TemplateDictPart::keys);
     }},
    {"pop",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "pop", {"key", "default"}, 1);
         TemplateValue value;
         if (template_changeable_dict(self).pop(parameters.value(0), value)) return value;
         if (!parameters[1]) template_throw_key(parameters.value(0));
         return parameters.value(1);
     }},
    {"popitem",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "popitem", {}, 0);
         TemplateDict& dict = template_changeable_dict(self);
         if (dict.size() == 0)
             throw TemplateRuntimeError("KeyError", "'popitem(): dictionary is empty'");
         List<TemplateValue> pair;
         pair.push_back(dict[dict.size() - 1].key);
         TemplateValue value;
         dict.pop(pair[0], value);
         pair.push_back(std::move(value));
         return template_make_tuple(std::move(pair));
     }},
    {"setdefault",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "setdefault", {"key", "default"}, 1);
         TemplateValue value;
         TemplateDict& dict = template_changeable_dict(self);
         if (template_dict_find(self, parameters.value(0), value)) return value;
         if (parameters[1]) value = parameters.value(1);
         dict.set(parameters.value(0), value);
         template_watch_cycle(state, self, value);
         return value;
     }},
    {"update",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         template_update_dict(template_changeable_dict(self), arguments, "update");
         for (const TemplateDict::Entry& entry : self.dict_value())
             template_watch_cycle(state, self, entry.value);
         return TemplateValue();
     }},
    {"values",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "values", {}, 0);
         return template_dict_view(self, TemplateDictPart::values);
     }},
};

// lists and tuples

/// Returns the position of the first element that is equal, between two positions; SIZE_MAX where there is none.
MICROFLASK_INLINE std::size_t template_find_element(const TemplateSequence& sequence,
                                                    const TemplateValue& value, std::size_t start,
                                                    std::size_t stop) {
    for (std::size_t i = start; i < stop && i < sequence.size(); ++i) {
        const TemplateValue item = sequence[i];
        if (template_same(item, value) || template_equal(item, value)) return i;
    }
    return SIZE_MAX;
}

MICROFLASK_INLINE TemplateValue template_sequence_count(RenderState&, const TemplateValue& self,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "count", {"value"}, 1);
    const TemplateSequence sequence(self);
    std::int64_t count = 0;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
        const TemplateValue item = sequence[i];
        if (template_same(item, parameters.value(0)) || template_equal(item, parameters.value(0)))
            ++count;
    }
    return TemplateValue::integer(count);
}

MICROFLASK_INLINE TemplateValue template_sequence_index(RenderState&, const TemplateValue& self,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "index", {"value", "start", "stop"}, 1);
    const TemplateSequence sequence(self);
    const auto clamp = [&](std::int64_t index) {
        const auto size = static_cast<std::int64_t>(sequence.size());
        if (index < 0) index = (std::max)(std::int64_t{0}, index + size);
        return static_cast<std::size_t>((std::min)(index, size));
    };
    const std::size_t found =
        template_find_element(sequence, parameters.value(0), clamp(parameters.integer(1, 0)),
                              clamp(parameters.integer(2, INT64_MAX)));
    if (found != SIZE_MAX) return TemplateValue::integer(static_cast<std::int64_t>(found));
    std::string message;
    template_append_repr(message, parameters.value(0));
    throw TemplateRuntimeError("ValueError", sequence.is_tuple() ? "tuple.index(x): x not in tuple"
                                                                 : message + " is not in list");
}

/// Returns the items in their order: by a key for each, in which Python's `<` compares. Equal ones keep their order.
MICROFLASK_INLINE List<TemplateValue> template_sorted(const List<TemplateValue>& items,
                                                      const List<TemplateValue>& keys,
                                                      bool reverse) {
    const std::vector<std::uint32_t> order =
        sorted_positions(items.size(), [&](std::uint32_t a, std::uint32_t b) {
            return reverse ? template_compare(TemplateComparison::lt, keys[b], keys[a])
                           : template_compare(TemplateComparison::lt, keys[a], keys[b]);
        });
    List<TemplateValue> sorted;
    sorted.reserve(items.size());
    for (const std::uint32_t position : order) sorted.push_back(items[position]);
    return sorted;
}

inline constexpr TemplateMethod template_list_methods[] = {
    {"append",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "append", {"object"}, 1);
         List<TemplateValue>& items = template_changeable_list(self).items;
         template_check_list_size(items.size() + 1);
         items.push_back(parameters.value(0));
         template_watch_cycle(state, self, parameters.value(0));
         return TemplateValue();
     }},
    {"clear",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "clear", {}, 0);
         template_changeable_list(self).items.clear();
         return TemplateValue();
     }},
    {"copy",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "copy", {}, 0);
         List<TemplateValue> items;
         const TemplateSequence sequence(self);
         for (std::size_t i = 0; i < sequence.size(); ++i) items.push_back(sequence[i]);
         return template_make_list(std::move(items));
     }},
    {"count", template_sequence_count},
    {"extend",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "extend", {"iterable"}, 1);
         List<TemplateValue> added;
         TemplateIterator iterator(parameters.value(0));
         List<TemplateValue>& items = template_changeable_list(self).items;
         for (TemplateValue item; iterator.next(item);) {
             template_check_list_size(items.size() + added.size() + 1);
             added.push_back(std::move(item));
         }
         for (TemplateValue& item : added) {
             items.push_back(item);
             template_watch_cycle(state, self, item);
         }
         return TemplateValue();
     }},
    {"index", template_sequence_index},
    {"insert",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "insert", {"index", "object"}, 2);
         List<TemplateValue>& items = template_changeable_list(self).items;
         const auto size = static_cast<std::int64_t>(items.size());
         std::int64_t index = parameters.integer(0, 0);
         if (index < 0) index = (std::max)(std::int64_t{0}, index + size);
         items.insert(items.begin() + (std::min)(index, size), parameters.value(1));
         template_watch_cycle(state, self, parameters.value(1));
         return TemplateValue();
     }},
    {"pop",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "pop", {"index"}, 0);
         List<TemplateValue>& items = template_changeable_list(self).items;
         if (items.empty()) throw TemplateRuntimeError("IndexError", "pop from empty list");
         const std::size_t position = template_position(parameters.integer(0, -1), items.size());
         if (position == SIZE_MAX)
             throw TemplateRuntimeError("IndexError", "pop index out of range");
         TemplateValue value = items[position];
         items.erase(items.begin() + position);
         return value;
     }},
    {"remove",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "remove", {"value"}, 1);
         List<TemplateValue>& items = template_changeable_list(self).items;
         const std::size_t found =
             template_find_element(TemplateSequence(self), parameters.value(0), 0, items.size());
         if (found == SIZE_MAX)
             throw TemplateRuntimeError("ValueError", "list.remove(x): x not in list");
         items.erase(items.begin() + found);
         return TemplateValue();
     }},
    {"reverse",
     [](RenderState&, const TemplateValue& self, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "reverse", {}, 0);
         List<TemplateValue>& items = template_changeable_list(self).items;
         for (std::size_t i = 0; i + 1 < items.size() - i; ++i)
             items[i].swap(items[items.size() - 1 - i]);
         return TemplateValue();
     }},
    {"sort",
     [](RenderState& state, const TemplateValue& self, const TemplateArguments& arguments) {
         if (!arguments.empty())
             throw TemplateRuntimeError("TypeError", "sort() takes no positional arguments");
         const TemplateParameters parameters(arguments, "sort", {"key", "reverse"}, 0);
         List<TemplateValue>& items = template_changeable_list(self).items;
         List<TemplateValue> keys;
         if (parameters.has(0)) {
             for (const TemplateValue& item : items)
                 keys.push_back(
                     template_call(state, parameters.value(0), TemplateArguments(state, &item, 1)));
         }
         List<TemplateValue> sorted =
             template_sorted(items, parameters.has(0) ? keys : items, parameters.is_true(1, false));
         items.swap(sorted);
         return TemplateValue();
     }},
};

inline constexpr TemplateMethod template_tuple_methods[] = {
    {"count", template_sequence_count},
    {"index", template_sequence_index},
};

// numbers

MICROFLASK_INLINE TemplateValue template_integer_ratio(const TemplateValue& self) {
    List<TemplateValue> pair;
    if (!self.is_double()) {
        pair.push_back(TemplateValue::integer(self.integer_value()));
        pair.push_back(TemplateValue::integer(1));
        return template_make_tuple(std::move(pair));
    }
    double numerator = self.real_value();
    if (std::isnan(numerator))
        throw TemplateRuntimeError("ValueError", "cannot convert NaN to integer ratio");
    std::int64_t denominator = 1;
    while (std::isfinite(numerator) && numerator != std::floor(numerator) &&
           denominator < (std::int64_t{1} << 61)) {
        numerator *= 2;
        denominator *= 2;
    }
    if (!(std::fabs(numerator) < 9223372036854775808.0) || numerator != std::floor(numerator))
        throw TemplateRuntimeError("OverflowError", "an integer of a template has at most 64 bits");
    pair.push_back(TemplateValue::integer(static_cast<std::int64_t>(numerator)));
    pair.push_back(TemplateValue::integer(denominator));
    return template_make_tuple(std::move(pair));
}

MICROFLASK_INLINE TemplateValue template_bit_length(RenderState&, const TemplateValue& self,
                                                    const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "bit_length", {}, 0);
    std::uint64_t number = static_cast<std::uint64_t>(self.integer_value());
    if (self.integer_value() < 0 && !self.is_unsigned()) number = 0 - number;
    std::int64_t bits = 0;
    for (; number > 0; number >>= 1) ++bits;
    return TemplateValue::integer(bits);
}

inline constexpr TemplateMethod template_integer_methods[] = {
    {"as_integer_ratio", [](RenderState&, const TemplateValue& self,
                            const TemplateArguments&) { return template_integer_ratio(self); }},
    {"bit_count",
     [](RenderState&, const TemplateValue& self, const TemplateArguments&) {
         std::uint64_t number = static_cast<std::uint64_t>(self.integer_value());
         if (self.integer_value() < 0 && !self.is_unsigned()) number = 0 - number;
         std::int64_t bits = 0;
         for (; number > 0; number &= number - 1) ++bits;
         return TemplateValue::integer(bits);
     }},
    {"bit_length", template_bit_length},
    {"conjugate", [](RenderState&, const TemplateValue& self,
                     const TemplateArguments&) { return template_pos(self); }},
};

inline constexpr TemplateMethod template_real_methods[] = {
    {"as_integer_ratio", [](RenderState&, const TemplateValue& self,
                            const TemplateArguments&) { return template_integer_ratio(self); }},
    {"conjugate",
     [](RenderState&, const TemplateValue& self, const TemplateArguments&) { return self; }},
    {"is_integer",
     [](RenderState&, const TemplateValue& self, const TemplateArguments&) {
         const double number = self.real_value();
         return TemplateValue::boolean(std::isfinite(number) && number == std::floor(number));
     }},
};

template <std::size_t Count>
constexpr const TemplateMethod* find_in_template_methods(const TemplateMethod (&methods)[Count],
                                                         std::string_view name) noexcept {
    for (const TemplateMethod& method : methods) {
        if (method.name == name) return &method;
    }
    return nullptr;
}

MICROFLASK_INLINE const TemplateMethod* find_template_dict_method(std::string_view name) noexcept {
    // Every attribute of a dict comes by here: most are told by their length and first letter.
    if (name.size() < 3 || name.size() > 10) return nullptr;
    switch (name[0]) {
    case 'c':
    case 'g':
    case 'i':
    case 'k':
    case 'p':
    case 's':
    case 'u':
    case 'v': return find_in_template_methods(template_dict_methods, name);
    default: return nullptr;
    }
}

MICROFLASK_INLINE const TemplateMethod* find_template_method(const TemplateValue& self,
                                                             std::string_view name) noexcept {
    switch (self.kind()) {
    case TemplateKind::text:
        if (!self.is_markup() && (name == "striptags" || name == "unescape")) return nullptr;
        return find_template_text_method(name);
    case TemplateKind::list:
    case TemplateKind::json_array: return find_in_template_methods(template_list_methods, name);
    case TemplateKind::tuple: return find_in_template_methods(template_tuple_methods, name);
    case TemplateKind::dict:
    case TemplateKind::json_object: return find_template_dict_method(name);
    case TemplateKind::boolean:
    case TemplateKind::integer: return find_in_template_methods(template_integer_methods, name);
    case TemplateKind::real: return find_in_template_methods(template_real_methods, name);
    default: return nullptr;
    }
}

}  // namespace microflask::detail
