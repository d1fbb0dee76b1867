// Renders a text, or says which error came of it.
#pragma once

#include "jinja/environment.hpp"

#include <string>
#include <string_view>

namespace microflask::test {

/// Returns the rendered text, or "TypeError: message".
inline std::string render(std::string_view source, const Context& context = {},
                          bool autoescape = false,
                          UndefinedKind undefined = UndefinedKind::standard) {
    Environment environment;
    environment.options().autoescape = autoescape;
    environment.options().undefined = undefined;
    try {
        return environment.from_string(source).render(context);
    } catch (const TemplateError& error) {
        return std::string(error.type_name()) + ": " + error.message();
    }
}

/// A template, and what comes of it.
struct Rendered {
    std::string_view source;
    std::string_view result;
};

}  // namespace microflask::test
