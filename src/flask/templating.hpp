// Templates in an application: render_template and its kin, and what templates see of Flask (flask.templating).
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "flask/app.hpp"
#include "flask/callbacks.hpp"
#include "flask/scaffold.hpp"
#include "gateway/application.hpp"
#include "jinja/context.hpp"
#include "jinja/environment.hpp"
#include "jinja/loaders.hpp"

#include <any>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace microflask {

/// The name of a template, or several: the first that is there is taken.
class TemplateNames {
public:
    template <class Text>
        requires(std::is_convertible_v<const Text&, std::string_view>)
    TemplateNames(const Text& name) : names_{std::string(std::string_view(name))} {}
    TemplateNames(std::initializer_list<std::string_view> names)
        : names_(names.begin(), names.end()) {}
    TemplateNames(std::vector<std::string> names) : names_(std::move(names)) {}

    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

private:
    std::vector<std::string> names_;
};

/// Renders a template of the application's folder or of a blueprint's. Throws TemplateNotFound, TemplateSyntaxError,
/// TemplateRuntimeError; RuntimeError outside of an application context.
[[nodiscard]] std::string render_template(const TemplateNames& names, const Context& context = {});
/// Renders a template that is given as text; what it prints is escaped.
[[nodiscard]] std::string render_template_string(std::string_view source,
                                                 const Context& context = {});
/// Renders a template while it is sent. `request`, `session` and `g` stay until the end.
[[nodiscard]] Body stream_template(const TemplateNames& names, const Context& context = {});
[[nodiscard]] Body stream_template_string(std::string_view source, const Context& context = {});
/// Returns a macro (to be called) or a variable that a template exports: `get_template_attribute("_cider.html",
/// "hello")("World")`.
[[nodiscard]] TemplateAttribute get_template_attribute(std::string_view template_name,
                                                       std::string_view attribute);

namespace detail {

/// Makes a template value of a copy of what `g` holds.
struct AnyConverter {
    const std::type_info* type = nullptr;
    TemplateValue (*convert)(const std::any& value) = nullptr;
};

/// Looks for templates in the application's folder, then in those of its blueprints (Flask's DispatchingJinjaLoader).
class AppTemplateLoader final : public BaseLoader {
public:
    explicit AppTemplateLoader(AppState& app) noexcept : app_(&app) {}

    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;
    [[nodiscard]] MICROFLASK_INLINE std::vector<std::string> list_templates() const override;

private:
    [[nodiscard]] List<const ScaffoldState*> scaffolds() const;

    AppState* app_;
};

/// The templates of one application; made when they are first asked for.
class AppTemplates final : public TemplatingState {
public:
    explicit AppTemplates(AppState& app);
    MICROFLASK_INLINE void prepare(AppState& app) override;

    Environment environment;
    List<AnyConverter> converters;  // of the types in `g` that the application named
};

AppTemplates& templates_of(AppState& app);

template <class Callable>
TemplateValue make_template_value(Callable callable) {
    return TemplateValue(std::move(callable));
}

template <class Hook>
ContextProcessor make_context_processor(Hook hook) {
    return [hook = std::move(hook)](Context& context) mutable { context.update(Context(hook())); };
}

template <class T>
TemplateValue template_value_of_any(const std::any& value) {
    return template_refer<T>(*std::any_cast<T>(&value), nullptr);
}

template <class T>
void add_template_type(AppState& app) {
    templates_of(app).converters.push_back({&typeid(T), &template_value_of_any<T>});
}

template <class Loader>
std::shared_ptr<BaseLoader> make_template_loader(Loader loader) {
    if constexpr (std::is_convertible_v<Loader, std::shared_ptr<BaseLoader>>) {
        return loader;
    } else {
        return std::make_shared<Loader>(std::move(loader));
    }
}

}  // namespace detail

}  // namespace microflask
