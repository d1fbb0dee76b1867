// What jinja/environment.hpp promises.
#include "jinja/environment.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "jinja/compiler.hpp"
#include "jinja/filters.hpp"
#include "jinja/globals.hpp"
#include "jinja/operators.hpp"
#include "jinja/parser.hpp"
#include "jinja/renderer.hpp"
#include "jinja/tests.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// A session that ends where its owner does.
class TemplateSessionOwner final : public TemplateBox {
public:
    explicit TemplateSessionOwner(TemplateProvider& provider)
        : session(new TemplateSession(provider)) {}
    MICROFLASK_INLINE ~TemplateSessionOwner() override;

    const TemplateHandle<TemplateSession> session;
};

MICROFLASK_INLINE TemplateSessionOwner::~TemplateSessionOwner() {
    session->end();
}

}  // namespace detail

MICROFLASK_INLINE TemplateValue& TemplateRegistry::operator[](std::string_view name) {
    for (const std::unique_ptr<Item>& item : items_) {
        if (item->name == name) return item->value;
    }
    items_.push_back(std::make_unique<Item>(Item{std::string(name), {}}));
    return items_.back()->value;
}

MICROFLASK_INLINE const TemplateValue* TemplateRegistry::find(
    std::string_view name) const noexcept {
    for (const std::unique_ptr<Item>& item : items_) {
        if (item->name == name) return &item->value;
    }
    return nullptr;
}

MICROFLASK_INLINE std::string TemplateAttribute::call(const TemplateValue* values,
                                                      std::size_t count) const {
    const auto& owner = static_cast<const detail::TemplateSessionOwner&>(*owner_.get());
    const EnvironmentOptions& options = environment_->options();
    detail::TemplateRun run(*owner.session, options.undefined, options.newline_sequence);
    run.autoescape = options.select_autoescape ? options.select_autoescape("") : options.autoescape;
    return detail::template_call(run, value_, TemplateArguments(run, values, count)).to_text();
}

MICROFLASK_INLINE std::string Template::render(const Context& context) const {
    return environment_->render(*compiled_, context);
}

MICROFLASK_INLINE TemplateAttribute Template::attribute(std::string_view name) const {
    TemplateAttribute attribute;
    auto* const owner = new detail::TemplateSessionOwner(*environment_);
    attribute.owner_ = detail::TemplateHandle<detail::TemplateBox>(owner);
    attribute.environment_ = environment_;
    owner->session->keep(compiled_);
    const EnvironmentOptions& options = environment_->options();
    detail::TemplateRun run(*owner->session, options.undefined, options.newline_sequence);
    const TemplateValue module = run.make_module(*compiled_, nullptr);
    attribute.value_ = detail::template_attribute(run, module, name);
    if (attribute.value_.is_undefined()) detail::template_throw_undefined(attribute.value_);
    return attribute;
}

MICROFLASK_INLINE Environment::Environment() = default;
MICROFLASK_INLINE Environment::~Environment() = default;

MICROFLASK_INLINE void Environment::loader(AnyLoader loader) {
    const std::lock_guard<std::mutex> lock(mutex_);
    loader_ = std::move(loader);
    cache_.clear();
}

MICROFLASK_INLINE bool Environment::find_callable(std::string_view name, bool is_filter,
                                                  TemplateValue& value) {
    if (const TemplateValue* found = (is_filter ? filters_ : tests_).find(name)) {
        value = *found;
        return true;
    }
    const detail::TemplateFilter* built_in =
        is_filter ? detail::find_template_filter(name) : detail::find_template_test(name);
    if (built_in) value = TemplateValue::native(built_in->function);
    return built_in != nullptr;
}

MICROFLASK_INLINE TemplateValue Environment::find_global(std::string_view name) const {
    // Globals outlive every rendering.
    if (const TemplateValue* found = globals_.find(name)) return found->borrowed();
    const detail::TemplateFilter* built_in = detail::find_template_global(name);
    return built_in ? TemplateValue::native(built_in->function) : TemplateValue::missing();
}

MICROFLASK_INLINE Environment::Compiled Environment::compile(std::string_view source,
                                                             std::string_view name,
                                                             std::string_view filename) {
    auto* const compiled = new detail::CompiledTemplate;
    Compiled handle(compiled);
    compiled->name = name;
    compiled->filename = filename;
    compiled->autoescape =
        options_.select_autoescape ? options_.select_autoescape(name) : options_.autoescape;
    detail::TemplateParser parser(options_, source, compiled->name, compiled->filename);
    compiled->tree.body = parser.parse();
    const auto find = [this](std::string_view callee_name, bool is_filter,
                             detail::TemplateCallee& callee) {
        callee.function = (is_filter ? filters_ : tests_).find(callee_name);
        if (callee.function) return true;
        const detail::TemplateFilter* built_in = is_filter
                                                     ? detail::find_template_filter(callee_name)
                                                     : detail::find_template_test(callee_name);
        if (built_in) callee.native = built_in->function;
        return built_in != nullptr;
    };
    detail::TemplateCompiler compiler(find, compiled->name, compiled->filename);
    compiler.compile(compiled->tree, compiled->autoescape);
    return handle;
}

/// Returns a template that is kept and still current.
MICROFLASK_INLINE Environment::Compiled Environment::find_cached(std::string_view name) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Cached& cached : cache_) {
        if (cached.compiled->name != name) continue;
        const BaseLoader* const loader = cached.source.loader;
        if (options_.auto_reload && loader && !loader->is_current(cached.source)) return {};
        cached.used = ++uses_;
        return cached.compiled;
    }
    return {};
}

MICROFLASK_INLINE Environment::Compiled Environment::provide(std::string_view name) {
    if (Compiled cached = find_cached(name)) return cached;
    if (!loader_) throw RuntimeError("no loader for this environment specified");
    std::optional<TemplateSource> source = loader_->get_source(name);
    if (!source) throw TemplateNotFound(std::string(name));
    Compiled compiled = compile(source->source, name, source->filename);
    source->source = {};

    const std::lock_guard<std::mutex> lock(mutex_);
    Cached entry{compiled, std::move(*source), ++uses_};
    Cached* oldest = nullptr;
    for (Cached& cached : cache_) {
        if (cached.compiled->name == name) {
            cached = std::move(entry);
            return compiled;
        }
        if (!oldest || cached.used < oldest->used) oldest = &cached;
    }
    if (cache_.size() < options_.cache_size) {
        cache_.push_back(std::move(entry));
    } else if (oldest) {
        *oldest = std::move(entry);
    }
    return compiled;
}

MICROFLASK_INLINE Template Environment::get_template(std::string_view name) {
    return Template(*this, provide(name));
}

MICROFLASK_INLINE Template Environment::select_template(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        try {
            return get_template(name);
        } catch (const TemplateNotFound&) {
            continue;  // the next one may be there
        }
    }
    throw TemplatesNotFound(names);
}

MICROFLASK_INLINE Template Environment::from_string(std::string_view source) {
    return Template(*this, compile(source, {}, {}));
}

MICROFLASK_INLINE std::vector<std::string> Environment::list_templates() const {
    if (!loader_) throw RuntimeError("no loader configured");
    return loader_->list_templates();
}

MICROFLASK_INLINE std::vector<TemplateSyntaxError> Environment::compile_all() {
    std::vector<TemplateSyntaxError> errors;
    for (const std::string& name : list_templates()) {
        try {
            provide(name);
        } catch (const TemplateSyntaxError& error) {
            errors.push_back(error);
        }
    }
    return errors;
}

MICROFLASK_INLINE detail::TemplateBox* Environment::make_session(
    detail::TemplateHandle<detail::TemplateSession>& session) {
    auto* const owner = new detail::TemplateSessionOwner(*this);
    session = owner->session;
    return owner;
}

MICROFLASK_INLINE std::string Environment::render(const detail::CompiledTemplate& compiled,
                                                  const Context& context) {
    const detail::TemplateSessionOwner owner(*this);
    owner.session->keep(Compiled(&compiled));
    detail::TemplateRun run(*owner.session, options_.undefined, options_.newline_sequence);
    // Room for as much as last time, within reason.
    constexpr std::size_t most_room = 1 << 20;
    std::string out;
    const std::size_t size = compiled.rendered_size.load(std::memory_order_relaxed);
    out.reserve((std::min)(size + size / 16, most_room));
    run.render(compiled, context, out);
    compiled.rendered_size.store(out.size(), std::memory_order_relaxed);
    return out;
}

}  // namespace microflask
