// What flask/templating.hpp promises. What templates see of requests, sessions and g is in flask/template_objects.ipp.
#include "flask/templating.hpp"

#include "core/config.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "flask/app_state.hpp"
#include "flask/ctx.hpp"
#include "flask/globals.hpp"
#include "flask/helpers.hpp"
#include "flask/signals.hpp"
#include "flask/template_objects.hpp"
#include "jinja/stream.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// Whether a template's text is HTML, by its name; what has no name is (Flask's select_jinja_autoescape).
MICROFLASK_INLINE bool select_template_autoescape(std::string_view name) {
    if (name.empty()) return true;
    for (const std::string_view extension : {".html", ".htm", ".xml", ".xhtml", ".svg"}) {
        if (name.ends_with(extension)) return true;
    }
    return false;
}

MICROFLASK_INLINE AppTemplates::AppTemplates(AppState& app) {
    EnvironmentOptions& options = environment.options();
    options.select_autoescape = &select_template_autoescape;
    environment.loader(AppTemplateLoader(app));
    add_template_globals(environment, app);
    prepare(app);
}

MICROFLASK_INLINE void AppTemplates::prepare(AppState& app) {
    const Json& reload = app.config.get("TEMPLATES_AUTO_RELOAD");
    environment.options().auto_reload = reload.is_null() ? app.config.debug() : reload.get<bool>();
}

MICROFLASK_INLINE AppTemplates& templates_of(AppState& app) {
    std::call_once(app.templating_made,
                   [&] { app.templating = std::make_unique<AppTemplates>(app); });
    return static_cast<AppTemplates&>(*app.templating);
}

MICROFLASK_INLINE void add_template_callable(AppState& app, TemplateCallableKind kind,
                                             std::string_view name, TemplateValue value) {
    Environment& environment = templates_of(app).environment;
    TemplateRegistry& registry = kind == TemplateCallableKind::filter ? environment.filters()
                                 : kind == TemplateCallableKind::test ? environment.tests()
                                                                      : environment.globals();
    registry[name] = std::move(value);
}

/// Returns where a scaffold's templates are, or null; its folder is looked at when it is first asked for.
MICROFLASK_INLINE const BaseLoader* template_loader_of(const ScaffoldState& scaffold) {
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<BaseLoader>& loader = scaffold.template_loader;
    if (!loader && scaffold.template_folder) {
        loader = std::make_shared<FileSystemLoader>(
            join_path(scaffold.root_path, *scaffold.template_folder));
    }
    return loader.get();
}

MICROFLASK_INLINE List<const ScaffoldState*> AppTemplateLoader::scaffolds() const {
    List<const ScaffoldState*> result;
    result.push_back(app_);
    for (const auto& [name, blueprint] : app_->blueprints) result.push_back(blueprint.get());
    return result;
}

MICROFLASK_INLINE std::optional<TemplateSource> AppTemplateLoader::get_source(
    std::string_view name) const {
    const bool explain = app_->config.get<bool>("EXPLAIN_TEMPLATE_LOADING", false);
    std::string report = concat({"Locating template ", quote_template_text(name), ":"});
    std::optional<TemplateSource> found;
    std::size_t tried = 0;
    std::size_t matches = 0;
    for (const ScaffoldState* scaffold : scaffolds()) {
        const BaseLoader* const loader = template_loader_of(*scaffold);
        if (!loader) continue;
        std::optional<TemplateSource> source = loader->get_source(name);
        if (explain) {
            report +=
                concat({"\n    ", std::to_string(++tried), ": trying loader of ",
                        scaffold == app_ ? "application " : "blueprint ",
                        quote_template_text(scaffold == app_ ? app_->import_name : scaffold->name),
                        "\n       -> "});
            if (!source) {
                report += "no match";
            } else {
                ++matches;
                report += source->filename.empty()
                              ? std::string("found")
                              : concat({"found (", quote_template_text(source->filename), ")"});
            }
        }
        if (source && !found) found = std::move(source);
        if (found && !explain) return found;
    }
    if (explain) {
        if (matches == 0) report += "\nError: the template could not be found.";
        if (matches > 1) report += "\nWarning: multiple loaders returned a match for the template.";
        app_->logger.info(report);
    }
    return found;
}

MICROFLASK_INLINE std::vector<std::string> AppTemplateLoader::list_templates() const {
    ChoiceLoader all;
    for (const ScaffoldState* scaffold : scaffolds()) {
        template_loader_of(*scaffold);
        if (scaffold->template_loader) all.add(scaffold->template_loader);
    }
    return all.list_templates();
}

/// What one rendering in an application needs: the context, completed by processors and signals.
class AppRendering {
public:
    AppRendering(Flask& app, const Template& source, const Context& context);

    [[nodiscard]] std::string render();
    [[nodiscard]] const Context& context() const noexcept { return *context_; }

private:
    Flask& app_;
    const Template& template_;
    const Context* context_;
    Context completed_;
};

/// Runs the context processors: the application's, then those of the request's blueprints. What the view gave wins.
MICROFLASK_INLINE AppRendering::AppRendering(Flask& app, const Template& source,
                                             const Context& context)
    : app_(app), template_(source), context_(&context) {
    AppState& state = app.state();
    RequestContext* const* const top = _request_ctx_stack.top();
    const RouteEntry* const route = top && &(*top)->state() == &state ? (*top)->route() : nullptr;
    bool has_processors = !state.hooks.context_processors.empty();
    if (route) {
        for (const ScaffoldState* blueprint : route->blueprints) {
            has_processors = has_processors || !blueprint->hooks.context_processors.empty();
        }
    }
    if (!has_processors && !before_render_template) return;
    context_ = &completed_;
    for (const ContextProcessor& processor : state.hooks.context_processors) processor(completed_);
    if (route) {
        for (std::size_t i = route->blueprints.size(); i-- > 0;) {
            for (const ContextProcessor& processor :
                 route->blueprints[i]->hooks.context_processors) {
                processor(completed_);
            }
        }
    }
    completed_.update(context);
    before_render_template.send(app, source.name(), completed_);
}

MICROFLASK_INLINE std::string AppRendering::render() {
    std::string text = template_.render(*context_);
    template_rendered.send(app_, template_.name(), *context_);
    return text;
}

MICROFLASK_INLINE Template find_app_template(Flask& app, const TemplateNames& names) {
    Environment& environment = templates_of(app.state()).environment;
    return names.names().size() == 1 ? environment.get_template(names.names()[0])
                                     : environment.select_template(names.names());
}

/// Makes a body that renders while it is read, in the contexts of now.
MICROFLASK_INLINE Body stream_app_template(Flask& app, Template source, const Context& given) {
    Context context = AppRendering(app, source, given).context();
    TemplateStream stream = source.generate(context);
    auto produce = [state = &app.state(), source = std::move(source), context = std::move(context),
                    stream = std::move(stream)]() mutable -> std::optional<std::string> {
        std::optional<std::string> piece = stream();
        if (!piece) template_rendered.send(state->self, source.name(), context);
        return piece;
    };
    if (has_request_context()) return stream_with_context(std::move(produce));
    return Body(std::move(produce));
}

}  // namespace detail

MICROFLASK_INLINE std::string render_template(const TemplateNames& names, const Context& context) {
    Flask& app = *current_app;
    const Template source = detail::find_app_template(app, names);
    return detail::AppRendering(app, source, context).render();
}

MICROFLASK_INLINE std::string render_template_string(std::string_view source,
                                                     const Context& context) {
    Flask& app = *current_app;
    const Template compiled = detail::templates_of(app.state()).environment.from_string(source);
    return detail::AppRendering(app, compiled, context).render();
}

MICROFLASK_INLINE Body stream_template(const TemplateNames& names, const Context& context) {
    Flask& app = *current_app;
    return detail::stream_app_template(app, detail::find_app_template(app, names), context);
}

MICROFLASK_INLINE Body stream_template_string(std::string_view source, const Context& context) {
    Flask& app = *current_app;
    Template compiled = detail::templates_of(app.state()).environment.from_string(source);
    return detail::stream_app_template(app, std::move(compiled), context);
}

MICROFLASK_INLINE TemplateAttribute get_template_attribute(std::string_view template_name,
                                                           std::string_view attribute) {
    Flask& app = *current_app;
    return detail::templates_of(app.state())
        .environment.get_template(template_name)
        .attribute(attribute);
}

MICROFLASK_INLINE Environment& Flask::jinja_env() {
    return detail::templates_of(state()).environment;
}

}  // namespace microflask
