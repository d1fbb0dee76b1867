// Bodies of tests.hpp.
#include "jinja/tests.hpp"

#include "core/config.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_text.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <iterator>

namespace microflask::detail {

/// Answers a question about one value.
template <class Answer>
TemplateValue template_test_value(const TemplateArguments& arguments, std::string_view function,
                                  const Answer& answer) {
    const TemplateParameters parameters(arguments, function, {"value"}, 1);
    return TemplateValue::boolean(answer(parameters.value(0)));
}

template <TemplateComparison Operation>
TemplateValue template_test_compare(RenderState&, const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "operator", {"a", "b"}, 2);
    return TemplateValue::boolean(
        template_compare(Operation, parameters.value(0), parameters.value(1)));
}

/// Whether the remainder of a division by a number is another number.
MICROFLASK_INLINE bool template_has_remainder(const TemplateValue& value,
                                              const TemplateValue& divisor,
                                              std::int64_t remainder) {
    return template_equal(template_mod(value, divisor), TemplateValue::integer(remainder));
}

MICROFLASK_INLINE bool template_is_mapping(const TemplateValue& value) {
    return value.kind() == TemplateKind::dict || value.kind() == TemplateKind::json_object ||
           (value.kind() == TemplateKind::object && value.object_value().is_mapping());
}

MICROFLASK_INLINE bool template_is_sequence(const TemplateValue& value) {
    switch (value.kind()) {
    case TemplateKind::undefined: return value.undefined_kind() != TemplateUndefinedKind::strict;
    case TemplateKind::text:
    case TemplateKind::list:
    case TemplateKind::tuple:
    case TemplateKind::dict:
    case TemplateKind::json_array:
    case TemplateKind::json_object: return true;
    case TemplateKind::object:
        return value.object_value().is_sequence() || value.object_value().is_mapping();
    default: return false;
    }
}

MICROFLASK_INLINE bool template_is_iterable(const TemplateValue& value) {
    switch (value.kind()) {
    case TemplateKind::undefined:
        if (value.undefined_kind() == TemplateUndefinedKind::strict)
            template_throw_undefined(value);
        return true;
    case TemplateKind::iterator: return true;
    case TemplateKind::object: return value.object_value().is_iterable();
    default: return template_is_sequence(value);
    }
}

MICROFLASK_INLINE TemplateValue template_call_text_test(RenderState& state,
                                                        const TemplateArguments& arguments,
                                                        std::string_view method) {
    const TemplateParameters parameters(arguments, method, {"value"}, 1);
    return template_call_method(state, TemplateValue::text(parameters.value(0).to_text()), method,
                                TemplateArguments(state, nullptr, 0));
}

// Sorted by name, since it is searched by halves.
inline constexpr TemplateFilter template_tests[] = {
    {"!=", template_test_compare<TemplateComparison::ne>},
    {"<", template_test_compare<TemplateComparison::lt>},
    {"<=", template_test_compare<TemplateComparison::le>},
    {"==", template_test_compare<TemplateComparison::eq>},
    {">", template_test_compare<TemplateComparison::gt>},
    {">=", template_test_compare<TemplateComparison::ge>},
    {"boolean",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_boolean",
                                    [](const TemplateValue& value) { return value.is_boolean(); });
     }},
    {"callable",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "callable", [](const TemplateValue& value) {
             return value.is_undefined() || template_is_callable(value);
         });
     }},
    {"defined",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_defined", [](const TemplateValue& value) {
             return !value.is_undefined();
         });
     }},
    {"divisibleby",
     [](RenderState&, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "test_divisibleby", {"value", "num"}, 2);
         return TemplateValue::boolean(
             template_has_remainder(parameters.value(0), parameters.value(1), 0));
     }},
    {"eq", template_test_compare<TemplateComparison::eq>},
    {"equalto", template_test_compare<TemplateComparison::eq>},
    {"escaped",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_escaped", template_has_html);
     }},
    {"even",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_even", [](const TemplateValue& value) {
             return template_has_remainder(value, TemplateValue::integer(2), 0);
         });
     }},
    {"false",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_false", [](const TemplateValue& value) {
             return value.is_boolean() && !value.boolean_value();
         });
     }},
    {"filter",
     [](RenderState& state, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_filter", [&](const TemplateValue& value) {
             static_cast<void>(template_hash(value));
             return value.is_text() && !state.find_filter(value.text_value()).is_missing();
         });
     }},
    {"float",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_float",
                                    [](const TemplateValue& value) { return value.is_double(); });
     }},
    {"ge", template_test_compare<TemplateComparison::ge>},
    {"greaterthan", template_test_compare<TemplateComparison::gt>},
    {"gt", template_test_compare<TemplateComparison::gt>},
    {"in",
     [](RenderState&, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "test_in", {"value", "seq"}, 2);
         return TemplateValue::boolean(template_in(parameters.value(0), parameters.value(1)));
     }},
    {"integer",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_integer",
                                    [](const TemplateValue& value) { return value.is_integer(); });
     }},
    {"iterable",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_iterable", template_is_iterable);
     }},
    {"le", template_test_compare<TemplateComparison::le>},
    {"lessthan", template_test_compare<TemplateComparison::lt>},
    {"lower",
     [](RenderState& state, const TemplateArguments& arguments) {
         return template_call_text_test(state, arguments, "islower");
     }},
    {"lt", template_test_compare<TemplateComparison::lt>},
    {"mapping",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_mapping", template_is_mapping);
     }},
    {"ne", template_test_compare<TemplateComparison::ne>},
    {"none",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_none",
                                    [](const TemplateValue& value) { return value.is_none(); });
     }},
    {"number",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_number", [](const TemplateValue& value) {
             return value.is_integer() || value.is_double() || value.is_boolean();
         });
     }},
    {"odd",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_odd", [](const TemplateValue& value) {
             return template_has_remainder(value, TemplateValue::integer(2), 1);
         });
     }},
    {"sameas",
     [](RenderState&, const TemplateArguments& arguments) {
         const TemplateParameters parameters(arguments, "test_sameas", {"value", "other"}, 2);
         return TemplateValue::boolean(template_same(parameters.value(0), parameters.value(1)));
     }},
    {"sequence",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_sequence", template_is_sequence);
     }},
    {"string",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_string",
                                    [](const TemplateValue& value) { return value.is_text(); });
     }},
    {"test",
     [](RenderState& state, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_test", [&](const TemplateValue& value) {
             static_cast<void>(template_hash(value));
             return value.is_text() && !state.find_test(value.text_value()).is_missing();
         });
     }},
    {"true",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_true", [](const TemplateValue& value) {
             return value.is_boolean() && value.boolean_value();
         });
     }},
    {"undefined",
     [](RenderState&, const TemplateArguments& arguments) {
         return template_test_value(arguments, "test_undefined", [](const TemplateValue& value) {
             return value.is_undefined();
         });
     }},
    {"upper",
     [](RenderState& state, const TemplateArguments& arguments) {
         return template_call_text_test(state, arguments, "isupper");
     }},
};

MICROFLASK_INLINE const TemplateFilter* find_template_test(std::string_view name) noexcept {
    return find_in_template_filters(template_tests, std::size(template_tests) - 1, name);
}

}  // namespace microflask::detail
