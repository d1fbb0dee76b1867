// Bodies of value.hpp.
#include "jinja/value.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/boxes.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/expose.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"

namespace microflask {

namespace detail {

/// Boxes that wait to be deleted, because they were found deep inside of others.
struct TemplateTrash {
    unsigned depth = 0;
    List<const TemplateBox*>* later = nullptr;
};

MICROFLASK_INLINE TemplateTrash& template_trash() noexcept {
    static thread_local TemplateTrash trash;
    return trash;
}

MICROFLASK_INLINE void TemplateBox::destroy(const TemplateBox* box) noexcept {
    constexpr unsigned nested_limit = 100;
    TemplateTrash& trash = template_trash();
    if (trash.depth >= nested_limit) {
        if (!trash.later) trash.later = new List<const TemplateBox*>;
        trash.later->push_back(box);
        return;
    }
    ++trash.depth;
    delete box;
    if (trash.depth == 1 && trash.later) {
        while (!trash.later->empty()) {
            const TemplateBox* const next = trash.later->back();
            trash.later->pop_back();
            delete next;
        }
        delete trash.later;
        trash.later = nullptr;
    }
    --trash.depth;
}

MICROFLASK_INLINE TemplateInit::TemplateInit() : value_(TemplateValue::dict(new TemplateDict)) {}

MICROFLASK_INLINE TemplateInit::TemplateInit(std::initializer_list<TemplateInit> elements)
    : value_(elements), is_pair_(elements.size() == 2 && elements.begin()->value().is_text()) {}

}  // namespace detail

MICROFLASK_INLINE TemplateValue::TemplateValue(
    std::initializer_list<detail::TemplateInit> elements) {
    bool is_dict = elements.size() > 0;
    for (const detail::TemplateInit& element : elements) is_dict = is_dict && element.is_pair();
    if (is_dict) {
        auto* dict = new detail::TemplateDict;
        *this = TemplateValue::dict(dict);
        for (const detail::TemplateInit& element : elements) {
            const detail::TemplateList& pair = element.value().list_value();
            dict->set(pair.items[0], pair.items[1]);
        }
    } else {
        auto* list = new detail::TemplateList;
        *this = TemplateValue::list(list);
        list->items.reserve(elements.size());
        for (const detail::TemplateInit& element : elements) list->items.push_back(element.value());
    }
}

MICROFLASK_INLINE TemplateValue TemplateValue::text(std::string text, bool is_markup) {
    if (text.size() > UINT32_MAX) throw_too_large();
    const auto* box = new detail::TemplateText(std::move(text));
    return borrowed_text(box->text(), is_markup, box);
}

MICROFLASK_INLINE TemplateValue TemplateValue::list(detail::TemplateList* list) noexcept {
    TemplateValue value(Kind::list, list);
    value.payload_.list = list;
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateValue::tuple(detail::TemplateList* list) noexcept {
    TemplateValue value(Kind::tuple, list);
    value.payload_.list = list;
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateValue::dict(detail::TemplateDict* dict) noexcept {
    TemplateValue value(Kind::dict, dict);
    value.payload_.dict = dict;
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateValue::object(detail::TemplateObject* object) noexcept {
    TemplateValue value(Kind::object, object);
    value.payload_.engine_object = object;
    return value;
}

MICROFLASK_INLINE TemplateValue
TemplateValue::iterator(detail::TemplateGenerator* generator) noexcept {
    TemplateValue value(Kind::iterator, generator);
    value.payload_.generator = generator;
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateValue::of_json(const Json& json,
                                                       const detail::TemplateBox* owner) {
    if (json.is_string()) return borrowed_text(json.as_text(), false, owner);
    if (json.is_array() || json.is_object()) {
        TemplateValue value(json.is_array() ? Kind::json_array : Kind::json_object, owner);
        value.payload_.json = &json;
        return value;
    }
    if (json.is_unsigned()) return unsigned_integer(json.as_unsigned());
    if (json.is_integer()) return integer(json.as_integer());
    if (json.is_double()) return real(json.as_double());
    if (json.is_boolean()) return boolean(json.as_boolean());
    return TemplateValue();
}

MICROFLASK_INLINE void TemplateValue::throw_too_large() {
    throw TemplateRuntimeError("OverflowError", "a text of a template has at most 4 GiB");
}

MICROFLASK_INLINE std::string_view TemplateValue::type_name() const noexcept {
    switch (kind_) {
    case Kind::undefined:
        switch (undefined_kind()) {
        case detail::TemplateUndefinedKind::standard: return "Undefined";
        case detail::TemplateUndefinedKind::chainable: return "ChainableUndefined";
        case detail::TemplateUndefinedKind::debug: return "DebugUndefined";
        case detail::TemplateUndefinedKind::strict: return "StrictUndefined";
        }
        return "Undefined";
    case Kind::none: return "NoneType";
    case Kind::boolean: return "bool";
    case Kind::integer: return "int";
    case Kind::real: return "float";
    case Kind::text: return flag_ != 0 ? "Markup" : "str";
    case Kind::list:
    case Kind::json_array: return "list";
    case Kind::tuple: return "tuple";
    case Kind::dict:
    case Kind::json_object: return "dict";
    case Kind::native: return "function";
    case Kind::object: return payload_.engine_object->type_name();
    case Kind::exposed: return detail::template_type_info(size_).name;
    case Kind::iterator: return payload_.generator->type_name();
    }
    return "object";
}

MICROFLASK_INLINE std::string_view TemplateValue::as_text() const {
    if (kind_ == Kind::undefined) detail::template_throw_undefined(*this);
    if (kind_ != Kind::text)
        throw TemplateRuntimeError("TypeError",
                                   detail::concat({"expected str, got ", type_name()}));
    return text_value();
}

MICROFLASK_INLINE std::string TemplateValue::to_text() const {
    std::string out;
    detail::template_append_text(out, *this);
    return out;
}

MICROFLASK_INLINE bool TemplateValue::is_true() const {
    switch (kind_) {
    case Kind::undefined:
        if (undefined_kind() == detail::TemplateUndefinedKind::strict)
            detail::template_throw_undefined(*this);
        return false;
    case Kind::none: return false;
    case Kind::boolean:
    case Kind::integer: return payload_.integer != 0;
    case Kind::real: return payload_.real != 0.0;
    case Kind::text: return size_ != 0;
    case Kind::list:
    case Kind::tuple: return !payload_.list->items.empty();
    case Kind::dict: return payload_.dict->size() != 0;
    case Kind::json_array:
    case Kind::json_object: return !payload_.json->empty();
    case Kind::object: return payload_.engine_object->is_true();
    case Kind::native:
    case Kind::exposed:
    case Kind::iterator: return true;
    }
    return true;
}

namespace detail {

/// Returns the name that Python's json.dumps gives a key.
MICROFLASK_INLINE std::string template_json_key(const TemplateValue& key) {
    switch (key.kind()) {
    case TemplateKind::text: return std::string(key.text_value());
    case TemplateKind::none: return "null";
    case TemplateKind::boolean: return key.boolean_value() ? "true" : "false";
    case TemplateKind::integer: return key.to_text();
    case TemplateKind::real: return Json(key.real_value()).dump();
    default:
        throw TemplateRuntimeError(
            "TypeError",
            concat({"keys must be str, int, float, bool or None, not ", key.type_name()}));
    }
}

/// Adds up in `size` about how long the text of it all is going to be at least.
MICROFLASK_INLINE Json template_to_json(const TemplateValue& value, const TemplateChain& outer,
                                        std::uint64_t& size) {
    template_check_text_size(size += 3);  // a digit, a comma and a space
    const auto enter = [&outer](const void* box) {
        if (outer.contains(box))
            throw TemplateRuntimeError("ValueError", "Circular reference detected");
        return outer.with(box);
    };
    switch (value.kind()) {
    case TemplateKind::none: return Json();
    case TemplateKind::boolean: return Json(value.boolean_value());
    case TemplateKind::integer:
        if (value.is_unsigned()) return Json(static_cast<std::uint64_t>(value.integer_value()));
        return Json(value.integer_value());
    case TemplateKind::real: return Json(value.real_value());
    case TemplateKind::text:
        size += value.text_value().size();
        template_check_text_size(size);
        return Json(value.text_value());
    case TemplateKind::json_array:
    case TemplateKind::json_object: return value.json_value();
    case TemplateKind::list:
    case TemplateKind::tuple: {
        const TemplateChain chain = enter(&value.list_value());
        Json array = Json::array();
        for (const TemplateValue& item : value.list_value().items)
            array.push_back(template_to_json(item, chain, size));
        return array;
    }
    case TemplateKind::dict: {
        const TemplateChain chain = enter(&value.dict_value());
        Json object = Json::object();
        for (const TemplateDict::Entry& entry : value.dict_value())
            object[std::string_view(template_json_key(entry.key))] =
                template_to_json(entry.value, chain, size);
        return object;
    }
    case TemplateKind::object: return value.object_value().to_json();
    default:
        throw TemplateRuntimeError("TypeError", concat({"Object of type ", value.type_name(),
                                                        " is not JSON serializable"}));
    }
}

}  // namespace detail

MICROFLASK_INLINE Json TemplateValue::to_json() const {
    std::uint64_t size = 0;
    return detail::template_to_json(*this, {}, size);
}

}  // namespace microflask
