// The variables that a template is given.
#pragma once

#include "jinja/expose.hpp"
#include "jinja/value.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// A name and a value, in braces.
class ContextInit {
public:
    ContextInit(std::string_view name, TemplateInit value) : name_(name), value_(value.value()) {}

private:
    friend class microflask::Context;

    std::string_view name_;
    TemplateValue value_;
};

}  // namespace detail

/// The variables of a template: `{{"user", user}, {"posts", posts}}`, or the members of a JSON object.
class Context {
public:
    struct Item {
        std::string name;
        TemplateValue value;
    };

    Context() noexcept = default;
    Context(std::initializer_list<detail::ContextInit> variables);
    /// Takes the members of an object; throws TemplateRuntimeError for other JSON than an object
    /// or null.
    Context(Json object);

    /// Sets a variable.
    Context& set(std::string_view name, TemplateValue value);
    /// Sets all variables of another context.
    Context& update(const Context& other);
    /// Returns the value of a variable, or null.
    [[nodiscard]] const TemplateValue* find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept {
        return find(name) != nullptr;
    }
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
    [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
    [[nodiscard]] const Item* begin() const noexcept { return items_.begin(); }
    [[nodiscard]] const Item* end() const noexcept { return items_.end(); }

private:
    detail::List<Item> items_;
};

}  // namespace microflask
