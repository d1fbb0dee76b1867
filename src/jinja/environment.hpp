// The environment: how templates are written, where they come from, what they can call; and templates, to be rendered.
#pragma once

#include "core/config.hpp"
#include "core/function.hpp"
#include "core/list.hpp"
#include "jinja/context.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/lexer.hpp"
#include "jinja/loaders.hpp"
#include "jinja/runtime.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class Environment;
class TemplateStream;

/// What can be done with an undefined value: print and iterate it (`standard`), ask for its members too (`chainable`),
/// see what it should have been (`debug`), nothing (`strict`).
using UndefinedKind = detail::TemplateUndefinedKind;

/// The options of an environment, with Jinja's names and defaults. Set them before the first template is loaded.
struct EnvironmentOptions : detail::TemplateSyntax {
    /// Whether `{{ }}` escapes for HTML.
    bool autoescape = false;
    /// Decides that by the name of the template (empty: made of a string), where it is set.
    detail::Function<bool(std::string_view name)> select_autoescape;
    UndefinedKind undefined = UndefinedKind::standard;
    /// Whether templates are looked at again, each time they are asked for.
    bool auto_reload = true;
    /// How many templates are kept.
    std::size_t cache_size = 400;
};

/// Values by name: the filters, tests or globals that an application adds to Jinja's own.
class TemplateRegistry {
public:
    /// Returns the value of a name, made where there is none. Not while templates are rendered.
    TemplateValue& operator[](std::string_view name);
    /// Returns the value of a name, or null.
    [[nodiscard]] const TemplateValue* find(std::string_view name) const noexcept;
    [[nodiscard]] bool contains(std::string_view name) const noexcept {
        return find(name) != nullptr;
    }

private:
    struct Item {
        std::string name;
        TemplateValue value;
    };
    detail::List<std::unique_ptr<Item>> items_;
};

/// What a template exports: a macro to be called, or a value. It keeps what it needs.
class TemplateAttribute {
public:
    [[nodiscard]] const TemplateValue& value() const noexcept { return value_; }
    /// Calls a macro; the arguments are whatever can be given to a template.
    template <class... Args>
    std::string operator()(Args&&... arguments) const {
        const TemplateValue values[] = {TemplateValue(std::forward<Args>(arguments))...,
                                        TemplateValue()};
        return call(values, sizeof...(Args));
    }

private:
    friend class Template;
    std::string call(const TemplateValue* values, std::size_t count) const;

    Environment* environment_ = nullptr;
    detail::TemplateHandle<detail::TemplateBox> owner_;
    TemplateValue value_;
};

/// A template, ready to be rendered by any number of threads. The environment must outlive it.
class Template {
public:
    /// Returns the text; throws TemplateRuntimeError, UndefinedError, TemplateNotFound...
    [[nodiscard]] std::string render(const Context& context = {}) const;
    /// Returns the text piece by piece: a function that gives the next one, and nothing at the end.
    [[nodiscard]] TemplateStream generate(Context context = {}) const;
    /// Returns a macro or a variable that the template exports; throws UndefinedError where there is none.
    [[nodiscard]] TemplateAttribute attribute(std::string_view name) const;
    /// Returns the template's name; empty where it was made of a string.
    [[nodiscard]] const std::string& name() const noexcept { return compiled_->name; }
    /// Returns the template's file; empty where it is in none.
    [[nodiscard]] const std::string& filename() const noexcept { return compiled_->filename; }

private:
    friend class Environment;
    Template(Environment& environment,
             detail::TemplateHandle<const detail::CompiledTemplate> compiled)
        : environment_(&environment), compiled_(std::move(compiled)) {}

    Environment* environment_;
    detail::TemplateHandle<const detail::CompiledTemplate> compiled_;
};

/// jinja2.Environment. Set up by one thread; then every thread may load and render.
class Environment final : private detail::TemplateProvider {
public:
    Environment();
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    ~Environment();

    [[nodiscard]] EnvironmentOptions& options() noexcept { return options_; }
    [[nodiscard]] const EnvironmentOptions& options() const noexcept { return options_; }
    [[nodiscard]] TemplateRegistry& filters() noexcept { return filters_; }
    [[nodiscard]] TemplateRegistry& tests() noexcept { return tests_; }
    [[nodiscard]] TemplateRegistry& globals() noexcept { return globals_; }

    void loader(AnyLoader loader);
    [[nodiscard]] const AnyLoader& loader() const noexcept { return loader_; }

    /// Returns a template; throws TemplateNotFound, TemplateSyntaxError.
    [[nodiscard]] Template get_template(std::string_view name);
    /// Returns the first of several templates that is there; throws TemplatesNotFound.
    [[nodiscard]] Template select_template(const std::vector<std::string>& names);
    /// Returns a template made of text.
    [[nodiscard]] Template from_string(std::string_view source);
    /// Returns the names of all templates; throws RuntimeError where the loader cannot know them.
    [[nodiscard]] std::vector<std::string> list_templates() const;
    /// Loads all templates, and returns the syntax errors of those that cannot be: with file and line.
    [[nodiscard]] std::vector<TemplateSyntaxError> compile_all();

private:
    friend class Template;
    friend class TemplateAttribute;
    friend class TemplateStream;
    using Compiled = detail::TemplateHandle<const detail::CompiledTemplate>;

    struct Cached {
        Compiled compiled;
        TemplateSource source;  // without the text
        std::uint64_t used = 0;
    };

    MICROFLASK_INLINE Compiled provide(std::string_view name) override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue find_global(std::string_view name) const override;
    MICROFLASK_INLINE bool find_callable(std::string_view name, bool is_filter,
                                         TemplateValue& value) override;
    [[nodiscard]] Compiled compile(std::string_view source, std::string_view name,
                                   std::string_view filename);
    [[nodiscard]] std::string render(const detail::CompiledTemplate& compiled,
                                     const Context& context);
    Compiled find_cached(std::string_view name);
    /// Makes a session, which ends with the box that is returned.
    [[nodiscard]] detail::TemplateBox* make_session(
        detail::TemplateHandle<detail::TemplateSession>& session);

    EnvironmentOptions options_;
    TemplateRegistry filters_;
    TemplateRegistry tests_;
    TemplateRegistry globals_;
    AnyLoader loader_;
    std::mutex mutex_;
    detail::List<Cached> cache_;  // guarded by mutex_
    std::uint64_t uses_ = 0;      // guarded by mutex_
};

}  // namespace microflask
