// Bodies of parameters.hpp.
#include "jinja/parameters.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"

namespace microflask::detail {

MICROFLASK_INLINE TemplateParameters::TemplateParameters(
    const TemplateArguments& arguments, std::string_view function,
    std::initializer_list<std::string_view> names, std::size_t required) {
    const auto fail = [&](std::string message) {
        throw TemplateRuntimeError("TypeError", concat({function, "() ", message}));
    };
    if (arguments.size() > names.size()) {
        std::string message = "takes ";
        if (required < names.size()) {
            message += "from ";
            append_unsigned(message, required);
            message += " to ";
        }
        append_unsigned(message, names.size());
        message += names.size() == 1 && required == 1 ? " positional argument but "
                                                      : " positional arguments but ";
        append_unsigned(message, arguments.size());
        fail(message + (arguments.size() == 1 ? " was given" : " were given"));
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) values_[i] = &arguments[i];
    for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
        const TemplateKeyword& keyword = arguments.keywords()[i];
        std::size_t index = 0;
        while (index < names.size() && names.begin()[index] != keyword.name) ++index;
        if (index == names.size())
            fail(concat({"got an unexpected keyword argument '", keyword.name, "'"}));
        if (values_[index]) fail(concat({"got multiple values for argument '", keyword.name, "'"}));
        values_[index] = &keyword.value;
    }
    for (std::size_t i = 0; i < required; ++i) {
        if (!values_[i])
            fail(concat({"missing 1 required positional argument: '", names.begin()[i], "'"}));
    }
}

MICROFLASK_INLINE bool TemplateParameters::is_true(std::size_t index, bool default_value) const {
    return values_[index] ? template_is_true(*values_[index]) : default_value;
}

MICROFLASK_INLINE std::int64_t TemplateParameters::integer(std::size_t index,
                                                           std::int64_t default_value) const {
    return values_[index] ? template_index(*values_[index]) : default_value;
}

MICROFLASK_INLINE std::string TemplateParameters::text(std::size_t index,
                                                       std::string_view default_value) const {
    return values_[index] ? values_[index]->to_text() : std::string(default_value);
}

MICROFLASK_INLINE std::int64_t template_index(const TemplateValue& value) {
    if (value.is_undefined()) template_throw_undefined(value);
    if (value.is_unsigned())
        throw TemplateRuntimeError("OverflowError", "an integer of a template has at most 64 bits");
    if (value.is_integer() || value.is_boolean()) return value.integer_value();
    throw TemplateRuntimeError(
        "TypeError",
        concat({"'", value.type_name(), "' object cannot be interpreted as an integer"}));
}

}  // namespace microflask::detail
