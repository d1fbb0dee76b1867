// Bodies of blueprints.hpp.
#include "flask/blueprints.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/process.hpp"
#include "flask/app_state.hpp"

#include <algorithm>

namespace microflask {

namespace detail {

/// Joins a prefix and a rule with exactly one slash.
MICROFLASK_INLINE std::string join_url_prefix(const std::optional<std::string>& prefix,
                                              std::string_view rest) {
    if (!prefix) return std::string(rest);
    if (rest.empty()) return *prefix;
    std::string joined = *prefix;
    while (joined.ends_with('/')) joined.pop_back();
    while (rest.starts_with('/')) rest.remove_prefix(1);
    return joined + "/" + std::string(rest);
}

MICROFLASK_INLINE BlueprintState::BlueprintState(std::string blueprint_name,
                                                 BlueprintOptions blueprint_options,
                                                 const char* file)
    : options(std::move(blueprint_options)) {
    if (blueprint_name.empty()) throw ValueError("'name' may not be empty.");
    if (blueprint_name.find('.') != std::string::npos)
        throw ValueError("'name' may not contain a dot '.' character.");
    name = std::move(blueprint_name);
    root_path = options.root_path.empty() ? source_folder(file) : options.root_path;
    static_folder = options.static_folder;
    static_url_path = options.static_url_path;
    template_folder = options.template_folder;
}

MICROFLASK_INLINE void BlueprintState::check_setup(std::string_view method) const {
    if (!got_registered_once) return;
    throw SetupError(
        "The setup method '" + std::string(method) +
        "' can no longer be called on the blueprint '" + name +
        "'. It has already been registered at least once, any changes will not be applied "
        "consistently.\nMake sure all imports, decorators, functions, etc. needed to set up the "
        "blueprint "
        "are done before registering it.");
}

MICROFLASK_INLINE void BlueprintState::record(Function<void(BlueprintSetupState&)> function) {
    check_setup("record");
    deferred.push_back(std::make_shared<Function<void(BlueprintSetupState&)>>(std::move(function)));
}

MICROFLASK_INLINE void BlueprintState::add_url_rule(RuleRegistration registration) {
    if (registration.endpoint.find('.') != std::string::npos) {
        throw ValueError("'endpoint' may not contain a dot '.' character.");
    }
    record([registration = std::move(registration)](BlueprintSetupState& setup) {
        setup.add_rule(registration);
    });
}

MICROFLASK_INLINE void BlueprintState::set_endpoint_view(std::string endpoint,
                                                         std::shared_ptr<AnyView> view) {
    record([endpoint = std::move(endpoint), view = std::move(view)](BlueprintSetupState& setup) {
        // As in Flask, of the application's endpoints; here also of the blueprint's own, by their short names.
        setup.state().set_endpoint_view(endpoint, view);
        setup.state().set_endpoint_view(setup.name() + "." + endpoint, view);
    });
}

MICROFLASK_INLINE void BlueprintState::register_on(AppState& app,
                                                   const RegisterBlueprintOptions& given,
                                                   const BlueprintSetupState* parent,
                                                   const std::shared_ptr<BlueprintState>& self) {
    const std::string own_name = given.name.empty() ? name : given.name;
    const std::string full_name = parent ? parent->name() + "." + own_name : own_name;
    for (const auto& [registered_name, registered] : app.blueprints) {
        if (registered_name != full_name) continue;
        const bool same = registered.get() == this;
        throw ValueError("The name '" + full_name + "' is already registered for " +
                         (same ? "this" : "a different") +
                         " blueprint. Use 'name=' to provide a unique name.");
    }

    BlueprintSetupState setup;
    setup.app_ = &app;
    setup.blueprint_ = this;
    setup.chain_.push_back(this);
    if (parent) setup.chain_.append(parent->chain_.begin(), parent->chain_.end());
    setup.name_ = full_name;
    setup.first_registration_ =
        std::none_of(app.blueprints.begin(), app.blueprints.end(),
                     [this](const auto& registered) { return registered.second.get() == this; });

    const std::optional<std::string>& own_prefix =
        given.url_prefix ? given.url_prefix : options.url_prefix;
    setup.url_prefix_ = own_prefix;
    if (parent && parent->url_prefix()) {
        setup.url_prefix_ =
            own_prefix ? join_url_prefix(parent->url_prefix(), *own_prefix) : *parent->url_prefix();
    }
    const std::optional<std::string>& own_subdomain =
        given.subdomain ? given.subdomain : options.subdomain;
    setup.subdomain_ = own_subdomain;
    if (parent && parent->subdomain()) {
        setup.subdomain_ =
            own_subdomain ? *own_subdomain + "." + *parent->subdomain() : *parent->subdomain();
    }
    if (parent) setup.url_defaults_.update(parent->url_defaults());
    if (options.url_defaults.is_object()) setup.url_defaults_.update(options.url_defaults);
    if (given.url_defaults.is_object()) setup.url_defaults_.update(given.url_defaults);

    got_registered_once = true;
    app.blueprints.emplace_back(full_name, self);
    if (static_folder) app.add_static_route_of(setup, *this);
    for (const Deferred& function : deferred) (*function)(setup);
    if (setup.first_registration_) {
        const std::optional<std::string>& group =
            given.cli_group ? given.cli_group : options.cli_group;
        app.cli.take(cli, group.value_or(own_name));
    }
    for (const auto& [child, child_options] : children)
        child->register_on(app, child_options, &setup, child);
}

}  // namespace detail

MICROFLASK_INLINE Flask& BlueprintSetupState::app() const noexcept {
    return app_->self;
}

MICROFLASK_INLINE void BlueprintSetupState::add_rule(detail::RuleRegistration registration) const {
    registration.rule = detail::join_url_prefix(url_prefix_, registration.rule);
    registration.endpoint = name_ + "." + registration.endpoint;
    if (!registration.options.subdomain) registration.options.subdomain = subdomain_;
    if (!url_defaults_.empty()) {
        Json defaults = url_defaults_;
        if (registration.options.defaults.is_object())
            defaults.update(registration.options.defaults);
        registration.options.defaults = std::move(defaults);
    }
    app_->add_rule_of(std::move(registration), chain_);
}

MICROFLASK_INLINE Blueprint::Blueprint(std::string name, BlueprintOptions options, const char* file)
    : Scaffold(
          std::make_shared<detail::BlueprintState>(std::move(name), std::move(options), file)) {}

MICROFLASK_INLINE void Blueprint::register_blueprint(const Blueprint& blueprint,
                                                     RegisterBlueprintOptions options) {
    state().check_setup("register_blueprint");
    if (&blueprint.state() == &state()) throw ValueError("Cannot register a blueprint on itself");
    state().children.emplace_back(blueprint.shared_state(), std::move(options));
}

MICROFLASK_INLINE void Blueprint::add_app_error_handler(BlueprintSetupState& setup,
                                                        detail::ErrorHandler handler) {
    setup.state().add_error_handler(std::move(handler));
}

MICROFLASK_INLINE detail::Hooks& Blueprint::app_hooks(BlueprintSetupState& setup) noexcept {
    return setup.state().hooks;
}

}  // namespace microflask
