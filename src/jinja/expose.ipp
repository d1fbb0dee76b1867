// Bodies of expose.hpp.
#include "jinja/expose.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/undefined.hpp"

#include <atomic>

namespace microflask::detail {

MICROFLASK_INLINE const TemplateMember* TemplateTypeInfo::find(
    std::string_view member) const noexcept {
    for (const TemplateMember& candidate : members) {
        if (candidate.name == member) return &candidate;
    }
    return nullptr;
}

/// The exposed classes by number; in static memory, since values know the number only.
struct TemplateTypes {
    static constexpr std::uint32_t limit = 4096;

    std::atomic<const TemplateTypeInfo*> infos[limit];
    std::atomic<std::uint32_t> count;
};

MICROFLASK_INLINE TemplateTypes& template_types() noexcept {
    static TemplateTypes types{};
    return types;
}

MICROFLASK_INLINE std::uint32_t template_register_type(const TemplateTypeInfo& info) {
    TemplateTypes& types = template_types();
    const std::uint32_t number = types.count.fetch_add(1);
    if (number >= TemplateTypes::limit)
        throw SetupError("A program can show templates 4,096 classes at most.");
    types.infos[number].store(&info, std::memory_order_release);
    return number;
}

MICROFLASK_INLINE const TemplateTypeInfo& template_type_info(std::uint32_t number) noexcept {
    return *template_types().infos[number].load(std::memory_order_acquire);
}

MICROFLASK_INLINE std::string_view template_class_name(std::string_view function_text) noexcept {
    // GCC and Clang: "... [with T = app::User; ...]" or "[T = app::User]"; MSVC: "...<class app::User>(void)".
    std::size_t begin = function_text.find("T = ");
    std::size_t end = 0;
    if (begin != std::string_view::npos) {
        begin += 4;
        end = function_text.find_first_of(";]", begin);
    } else {
        begin = function_text.find('<');
        begin = begin == std::string_view::npos ? 0 : begin + 1;
        end = function_text.rfind(">(");
    }
    if (end == std::string_view::npos || end < begin) end = function_text.size();
    std::string_view name = function_text.substr(begin, end - begin);
    const std::size_t arguments = name.find('<');
    const std::size_t last = name.substr(0, arguments).find_last_of(": ");
    return last == std::string_view::npos ? name : name.substr(last + 1);
}

MICROFLASK_INLINE void template_check_arguments(const TemplateArguments& arguments,
                                                std::size_t parameters) {
    if (arguments.keyword_count() > 0)
        throw TemplateRuntimeError("TypeError",
                                   concat({"the function got an unexpected keyword argument '",
                                           arguments.keywords()[0].name, "'"}));
    if (arguments.size() <= parameters) return;
    std::string message = "the function takes ";
    append_unsigned(message, parameters);
    message += " positional arguments but ";
    append_unsigned(message, arguments.size());
    message += " were given";
    throw TemplateRuntimeError("TypeError", std::move(message));
}

MICROFLASK_INLINE void template_dict_set(TemplateDict& dict, TemplateValue key,
                                         TemplateValue value) {
    dict.set(std::move(key), std::move(value));
}

MICROFLASK_INLINE TemplateDict* template_new_dict() {
    return new TemplateDict;
}

MICROFLASK_INLINE TemplateValue template_json_value(Json json) {
    if (!json.is_string() && !json.is_array() && !json.is_object())
        return TemplateValue::of_json(json);
    const auto* box = new TemplateJson(std::move(json));
    const TemplateGuard guard(box);
    return TemplateValue::of_json(box->json(), box);
}

[[noreturn]] MICROFLASK_INLINE void template_throw_kind(std::string_view wanted,
                                                        const TemplateValue& value) {
    if (value.is_undefined()) template_throw_undefined(value);
    throw TemplateRuntimeError("TypeError",
                               concat({"expected ", wanted, ", got ", value.type_name()}));
}

MICROFLASK_INLINE bool template_read_boolean(const TemplateValue& value) {
    if (!value.is_boolean()) template_throw_kind("bool", value);
    return value.boolean_value();
}

[[noreturn]] MICROFLASK_INLINE void template_throw_range(const TemplateValue& value) {
    throw TemplateRuntimeError("OverflowError",
                               concat({value.to_text(), " does not fit the parameter"}));
}

MICROFLASK_INLINE std::int64_t template_read_integer(const TemplateValue& value, std::int64_t least,
                                                     std::int64_t most) {
    if (!value.is_integer() && !value.is_boolean()) template_throw_kind("int", value);
    const std::int64_t number = value.integer_value();
    if (value.is_unsigned() || number < least || number > most) template_throw_range(value);
    return number;
}

MICROFLASK_INLINE std::uint64_t template_read_unsigned(const TemplateValue& value,
                                                       std::uint64_t most) {
    if (!value.is_integer() && !value.is_boolean()) template_throw_kind("int", value);
    const auto number = static_cast<std::uint64_t>(value.integer_value());
    if ((!value.is_unsigned() && value.integer_value() < 0) || number > most)
        template_throw_range(value);
    return number;
}

MICROFLASK_INLINE double template_read_double(const TemplateValue& value) {
    if (value.is_double()) return value.real_value();
    if (!value.is_integer() && !value.is_boolean()) template_throw_kind("float", value);
    return value.is_unsigned()
               ? static_cast<double>(static_cast<std::uint64_t>(value.integer_value()))
               : static_cast<double>(value.integer_value());
}

MICROFLASK_INLINE Markup template_read_markup(const TemplateValue& value) {
    const std::string_view text = value.as_text();
    return value.is_markup() ? Markup(text) : escape(text);
}

MICROFLASK_INLINE const void* template_read_exposed(const TemplateValue& value,
                                                    std::uint32_t type) {
    if (value.kind() != TemplateKind::exposed || value.exposed_type() != type)
        template_throw_kind(template_type_info(type).name, value);
    return value.exposed_value();
}

MICROFLASK_INLINE List<TemplateValue> template_read_items(const TemplateValue& value) {
    if (value.is_undefined() || value.is_text()) template_throw_kind("list", value);
    List<TemplateValue> items;
    TemplateIterator iterator(value);
    for (TemplateValue item; iterator.next(item);) items.push_back(std::move(item));
    return items;
}

MICROFLASK_INLINE List<TemplateValue> template_read_pairs(const TemplateValue& value) {
    List<TemplateValue> pairs;
    if (value.kind() == TemplateKind::dict) {
        for (const TemplateDict::Entry& entry : value.dict_value()) {
            pairs.push_back(entry.key);
            pairs.push_back(entry.value);
        }
    } else if (value.kind() == TemplateKind::json_object) {
        for (const auto& [key, item] : value.json_value().items()) {
            pairs.push_back(TemplateValue::borrowed_text(key, false, value.owner()));
            pairs.push_back(TemplateValue::of_json(item, value.owner()));
        }
    } else {
        template_throw_kind("dict", value);
    }
    return pairs;
}

}  // namespace microflask::detail
