// Renders templates, and says what comes of them or which error did.
#pragma once

#include "jinja/environment.hpp"
#include "support/catch.hpp"

#include <initializer_list>
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

/// Some of everything that a template may be given.
inline const Context& sample_context() {
    static const Context context(Json::parse(R"({
        "user": {"name": "Ann", "age": 41, "tags": ["x", "y"]},
        "users": [
            {"name": "Zoe", "age": 30, "city": {"name": "Rome"}, "ok": true},
            {"name": "adam", "age": 25, "city": {"name": "oslo"}, "ok": false},
            {"name": "Bob", "age": 30, "city": {"name": "Oslo"}, "ok": true}
        ],
        "n": [3, 1, 2],
        "words": ["b", "A", "c", "B"],
        "mixed": [1, "a", null, 2.5, true],
        "html": "<a href='x'>\"&\"</a>",
        "greek": "Gr\u00fc\u00dfe \u03a9\u03bc\u03ad\u03b3\u03b1",
        "long": "The quick brown fox jumps over the well-known dog."
    })"));
    return context;
}

/// A template, and what comes of it.
struct Rendered {
    std::string_view source;
    std::string_view result;
};

/// Checks what comes of templates that are given `sample_context`.
inline void check_rendered(std::initializer_list<Rendered> all, bool autoescape = false) {
    for (const Rendered& one : all) {
        INFO(one.source);
        CHECK(render(one.source, sample_context(), autoescape) == one.result);
    }
}

/// The same, where what is printed is escaped by itself.
inline void check_autoescaped(std::initializer_list<Rendered> all) {
    check_rendered(all, true);
}

}  // namespace microflask::test
