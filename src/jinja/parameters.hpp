// How the engine's own functions take their arguments: by position or by name, as the parameters of a Python function.
#pragma once

#include "jinja/boxes.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace microflask::detail {

/// The arguments of a call, put to the names of parameters. The first `required` must be there.
class TemplateParameters {
public:
    static constexpr std::size_t limit = 8;

    /// Throws TemplateRuntimeError (TypeError) for too many, unknown, missing or doubled arguments. `function` names
    /// the function in messages: "do_batch".
    TemplateParameters(const TemplateArguments& arguments, std::string_view function,
                       std::initializer_list<std::string_view> names, std::size_t required);

    /// Returns an argument, or null where it was left out.
    [[nodiscard]] const TemplateValue* operator[](std::size_t index) const noexcept {
        return values_[index];
    }
    [[nodiscard]] const TemplateValue& value(std::size_t index) const noexcept {
        return *values_[index];
    }
    /// Whether the argument was given and is not None.
    [[nodiscard]] bool has(std::size_t index) const noexcept {
        return values_[index] && !values_[index]->is_none();
    }
    [[nodiscard]] bool is_true(std::size_t index, bool default_value) const;
    /// Reads an integer; throws TemplateRuntimeError (TypeError) for others.
    [[nodiscard]] std::int64_t integer(std::size_t index, std::int64_t default_value) const;
    /// Reads str() of an argument.
    [[nodiscard]] std::string text(std::size_t index, std::string_view default_value) const;

private:
    const TemplateValue* values_[limit] = {};
};

/// Reads an integer (a boolean is one); throws TemplateRuntimeError (TypeError) for others.
[[nodiscard]] std::int64_t template_index(const TemplateValue& value);

}  // namespace microflask::detail
