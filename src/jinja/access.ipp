// Bodies of access.hpp.
#include "jinja/access.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

namespace microflask::detail {

/// A member function of the user's, bound to its object.
class TemplateBoundMember final : public TemplateObject {
public:
    TemplateBoundMember(TemplateValue self, const TemplateMember& member) noexcept
        : self_(std::move(self)), member_(&member) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "method"; }
    [[nodiscard]] bool is_callable() const noexcept override { return true; }
    TemplateValue call(RenderState&, const TemplateArguments& arguments) override {
        return member_->get(self_.exposed_value(), self_.owner(), &arguments);
    }

private:
    TemplateValue self_;
    const TemplateMember* member_;
};

/// Returns what Python's getattr gives, or a missing value.
MICROFLASK_INLINE TemplateValue template_attribute_only(RenderState& state,
                                                        const TemplateValue& value,
                                                        std::string_view name) {
    switch (value.kind()) {
    case TemplateKind::undefined:
        if (name.substr(0, 2) == "__") return TemplateValue::missing();
        if (value.undefined_kind() == TemplateUndefinedKind::chainable) return value;
        template_throw_undefined(value);
    case TemplateKind::exposed: {
        const TemplateMember* const member = template_type_info(value.exposed_type()).find(name);
        if (!member) return TemplateValue::missing();
        if (!member->is_method) return member->get(value.exposed_value(), value.owner(), nullptr);
        return TemplateValue::object(new TemplateBoundMember(value, *member));
    }
    case TemplateKind::object:
    case TemplateKind::iterator: {
        TemplateObject& object = value.kind() == TemplateKind::object
                                     ? value.object_value()
                                     : static_cast<TemplateObject&>(value.iterator_value());
        TemplateValue attribute;
        return object.attribute(state, name, attribute) ? attribute : TemplateValue::missing();
    }
    case TemplateKind::boolean:
    case TemplateKind::integer:
        if (name == "real" || name == "numerator")
            return value.is_boolean() ? TemplateValue::integer(value.integer_value()) : value;
        if (name == "imag") return TemplateValue::integer(0);
        if (name == "denominator") return TemplateValue::integer(1);
        break;
    case TemplateKind::real:
        if (name == "real") return value;
        if (name == "imag") return TemplateValue::real(0);
        break;
    case TemplateKind::tuple:
        if (!value.list_value().is_group) break;
        if (name == "grouper") return value.list_value().items[0];
        if (name == "list") return value.list_value().items[1];
        break;
    default: break;
    }
    const TemplateMethod* const method = find_template_method(value, name);
    return method ? template_bind_method(value, *method) : TemplateValue::missing();
}

/// Gives an item by a text key, where there is one.
MICROFLASK_INLINE bool template_named_item(RenderState& state, const TemplateValue& value,
                                           std::string_view name, TemplateValue& item) {
    switch (value.kind()) {
    case TemplateKind::json_object:
        if (const Json* member = value.json_value().find(name)) {
            item = TemplateValue::of_json(*member, value.owner());
            return true;
        }
        return false;
    case TemplateKind::dict:
        if (const TemplateValue* found = value.dict_value().find(name)) {
            item = *found;
            return true;
        }
        return false;
    case TemplateKind::object:
        return value.object_value().item(state, TemplateValue::borrowed_text(name), item);
    default: return false;
    }
}

MICROFLASK_INLINE TemplateValue template_attribute(RenderState& state, const TemplateValue& value,
                                                   std::string_view name) {
    if (value.kind() == TemplateKind::json_object) {
        if (const TemplateMethod* method = find_template_dict_method(name))
            return template_bind_method(value, *method);
        if (const Json* member = value.json_value().find(name))
            return TemplateValue::of_json(*member, value.owner());
    } else if (value.kind() == TemplateKind::dict) {
        if (const TemplateMethod* method = find_template_dict_method(name))
            return template_bind_method(value, *method);
        if (const TemplateValue* item = value.dict_value().find(name)) return *item;
    } else {
        TemplateValue result = template_attribute_only(state, value, name);
        if (!result.is_missing()) return result;
        if (value.is_undefined()) template_throw_undefined(value);
        if (template_named_item(state, value, name, result)) return result;
    }
    return template_undefined_member(state, value, TemplateValue::borrowed_text(name));
}

MICROFLASK_INLINE std::size_t template_position(std::int64_t index, std::size_t size) noexcept {
    const auto count = static_cast<std::int64_t>(size);
    if (index < 0) index += count;
    return index < 0 || index >= count ? SIZE_MAX : static_cast<std::size_t>(index);
}

/// Returns one code point of text, or a missing value outside.
MICROFLASK_INLINE TemplateValue template_text_item(const TemplateValue& value, std::int64_t index) {
    const std::string_view text = value.text_value();
    const std::size_t position = template_position(index, count_code_points(text));
    if (position == SIZE_MAX) return TemplateValue::missing();
    const std::string_view rest = text.substr(code_points_size(text, position));
    return TemplateValue::borrowed_text(rest.substr(0, decode_utf8(rest).size), value.is_markup(),
                                        value.owner());
}

MICROFLASK_INLINE TemplateValue template_item(RenderState& state, const TemplateValue& value,
                                              const TemplateValue& key) {
    TemplateValue result;
    switch (value.kind()) {
    case TemplateKind::undefined:
        if (value.undefined_kind() == TemplateUndefinedKind::chainable) return value;
        template_throw_undefined(value);
    case TemplateKind::text:
    case TemplateKind::list:
    case TemplateKind::tuple:
    case TemplateKind::json_array:
        if ((key.is_integer() && !key.is_unsigned()) || key.is_boolean()) {
            if (value.is_text()) {
                result = template_text_item(value, key.integer_value());
                if (!result.is_missing()) return result;
            } else {
                const TemplateSequence sequence(value);
                const std::size_t position =
                    template_position(key.integer_value(), sequence.size());
                if (position != SIZE_MAX) return sequence[position];
            }
        }
        break;
    case TemplateKind::json_object:
        if (key.is_text() && template_named_item(state, value, key.text_value(), result))
            return result;
        break;
    case TemplateKind::dict: {
        const bool has_hash =
            key.kind() != TemplateKind::list && key.kind() != TemplateKind::dict &&
            key.kind() != TemplateKind::json_array && key.kind() != TemplateKind::json_object;
        const TemplateValue* const found = has_hash ? value.dict_value().find(key) : nullptr;
        if (found) return *found;
        break;
    }
    case TemplateKind::object:
        if (value.object_value().item(state, key, result)) return result;
        break;
    default: break;
    }
    if (key.is_text()) {
        result = template_attribute_only(state, value, key.text_value());
        if (!result.is_missing()) return result;
    }
    return template_undefined_member(state, value, key);
}

// slices

MICROFLASK_INLINE TemplateSliceRange template_slice_range(const TemplateValue& start,
                                                          const TemplateValue& stop,
                                                          const TemplateValue& step,
                                                          std::size_t size) {
    const auto part = [](const TemplateValue& value, std::int64_t default_value) {
        if (value.is_none()) return default_value;
        if (!value.is_integer() && !value.is_boolean()) {
            throw TemplateRuntimeError("TypeError",
                                       "slice indices must be integers or None or have an "
                                       "__index__ method");
        }
        return value.is_unsigned() ? INT64_MAX : value.integer_value();
    };
    TemplateSliceRange range;
    range.step = part(step, 1);
    if (range.step == 0) throw TemplateRuntimeError("ValueError", "slice step cannot be zero");
    const auto count = static_cast<std::int64_t>(size);
    const bool backwards = range.step < 0;
    const std::int64_t least = backwards ? -1 : 0;
    const std::int64_t most = backwards ? count - 1 : count;
    const auto clamp = [&](std::int64_t index) {
        if (index < 0) index += count;
        return index < least ? least : (index > most ? most : index);
    };
    range.start = start.is_none() ? (backwards ? most : least) : clamp(part(start, 0));
    range.stop = stop.is_none() ? (backwards ? least : most) : clamp(part(stop, 0));
    const std::uint64_t distance =
        static_cast<std::uint64_t>(backwards ? range.start - range.stop : range.stop - range.start);
    if (backwards ? range.start > range.stop : range.start < range.stop) {
        const std::uint64_t stride = backwards ? 0 - static_cast<std::uint64_t>(range.step)
                                               : static_cast<std::uint64_t>(range.step);
        range.count = static_cast<std::size_t>((distance - 1) / stride + 1);
    }
    return range;
}

MICROFLASK_INLINE TemplateValue template_slice_text(const TemplateValue& value,
                                                    const TemplateValue& start,
                                                    const TemplateValue& stop,
                                                    const TemplateValue& step) {
    const std::string_view text = value.text_value();
    const TemplateSliceRange range =
        template_slice_range(start, stop, step, count_code_points(text));
    if (range.step == 1) {
        const std::string_view rest =
            text.substr(code_points_size(text, static_cast<std::size_t>(range.start)));
        return TemplateValue::borrowed_text(rest.substr(0, code_points_size(rest, range.count)),
                                            value.is_markup(), value.owner());
    }
    List<std::string_view> characters;
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t size = decode_utf8(rest).size;
        characters.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    std::string out;
    std::int64_t at = range.start;
    for (std::size_t i = 0; i < range.count; ++i) {
        out += characters[static_cast<std::size_t>(at)];
        if (i + 1 < range.count) at += range.step;
    }
    return TemplateValue::text(std::move(out), value.is_markup());
}

MICROFLASK_INLINE TemplateValue template_slice(RenderState&, const TemplateValue& value,
                                               const TemplateValue& start,
                                               const TemplateValue& stop,
                                               const TemplateValue& step) {
    if (value.is_text()) return template_slice_text(value, start, stop, step);
    if (TemplateSequence::is(value)) {
        const TemplateSequence sequence(value);
        const TemplateSliceRange range = template_slice_range(start, stop, step, sequence.size());
        List<TemplateValue> items;
        items.reserve(range.count);
        std::int64_t at = range.start;
        for (std::size_t i = 0; i < range.count; ++i) {
            items.push_back(sequence[static_cast<std::size_t>(at)]);
            if (i + 1 < range.count) at += range.step;
        }
        return sequence.is_tuple() ? template_make_tuple(std::move(items))
                                   : template_make_list(std::move(items));
    }
    if (value.is_undefined()) {
        if (value.undefined_kind() == TemplateUndefinedKind::chainable) return value;
        template_throw_undefined(value);
    }
    TemplateValue result;
    if (value.kind() == TemplateKind::object &&
        value.object_value().slice(start, stop, step, result))
        return result;
    if (value.kind() == TemplateKind::dict || value.kind() == TemplateKind::json_object)
        throw TemplateRuntimeError("TypeError", "unhashable type: 'slice'");
    throw TemplateRuntimeError("TypeError",
                               concat({"'", value.type_name(), "' object is not subscriptable"}));
}

// calls

MICROFLASK_INLINE bool template_is_callable(const TemplateValue& value) {
    return value.kind() == TemplateKind::native ||
           (value.kind() == TemplateKind::object && value.object_value().is_callable());
}

MICROFLASK_INLINE TemplateValue template_call(RenderState& state, const TemplateValue& callee,
                                              const TemplateArguments& arguments) {
    const TemplateDepth depth(state);
    switch (callee.kind()) {
    case TemplateKind::native: return callee.native_value()(state, arguments);
    case TemplateKind::object: {
        const TemplateGuard guard(&callee.object_value());
        return callee.object_value().call(state, arguments);
    }
    case TemplateKind::undefined: template_throw_undefined(callee);
    default:
        throw TemplateRuntimeError("TypeError",
                                   concat({"'", callee.type_name(), "' object is not callable"}));
    }
}

MICROFLASK_INLINE TemplateValue template_call_method(RenderState& state, const TemplateValue& value,
                                                     std::string_view name,
                                                     const TemplateArguments& arguments) {
    switch (value.kind()) {
    case TemplateKind::undefined: break;
    case TemplateKind::exposed: {
        const TemplateMember* const member = template_type_info(value.exposed_type()).find(name);
        if (member && member->is_method) {
            const TemplateDepth depth(state);
            return member->get(value.exposed_value(), value.owner(), &arguments);
        }
        break;
    }
    case TemplateKind::object: {
        TemplateValue result;
        const TemplateDepth depth(state);
        if (value.object_value().call_method(state, name, arguments, result)) return result;
        break;
    }
    default:
        if (const TemplateMethod* method = find_template_method(value, name)) {
            const TemplateDepth depth(state);
            return method->function(state, value, arguments);
        }
    }
    return template_call(state, template_attribute(state, value, name), arguments);
}

MICROFLASK_INLINE void template_set_attribute(RenderState& state, const TemplateValue& target,
                                              std::string_view name, const TemplateValue& value) {
    if (target.kind() == TemplateKind::object &&
        target.object_value().set_attribute(state, name, value))
        return;
    throw TemplateRuntimeError("cannot assign attribute on non-namespace object");
}

}  // namespace microflask::detail
