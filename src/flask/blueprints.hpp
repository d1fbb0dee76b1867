// A part of an application, recorded now and registered later, perhaps more than once.
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "flask/app.hpp"
#include "flask/callbacks.hpp"
#include "flask/cli.hpp"
#include "flask/scaffold.hpp"
#include "json/value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// The options of `Blueprint bp("auth", {...})`.
struct BlueprintOptions {
    std::optional<std::string> url_prefix = {};
    std::optional<std::string> static_folder = {};
    std::optional<std::string> template_folder = {};
    std::optional<std::string> static_url_path = {};
    std::optional<std::string> subdomain = {};
    Json url_defaults = {};
    std::string root_path = {};
    /// The group of the blueprint's commands; its name where not given, none where empty.
    std::optional<std::string> cli_group = {};
};

namespace detail {
class BlueprintState;
}

/// What a function given to `record` sees: the application, and where the blueprint is being registered.
class BlueprintSetupState {
public:
    [[nodiscard]] Flask& app() const noexcept;
    /// Whether the blueprint is registered on this application for the first time.
    [[nodiscard]] bool first_registration() const noexcept { return first_registration_; }
    [[nodiscard]] const std::optional<std::string>& url_prefix() const noexcept {
        return url_prefix_;
    }
    [[nodiscard]] const std::optional<std::string>& subdomain() const noexcept {
        return subdomain_;
    }
    /// The name it is registered under, with those of the blueprints around it.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const Json& url_defaults() const noexcept { return url_defaults_; }
    /// Registers a rule under the blueprint's prefix and name.
    template <class View>
    auto add_url_rule(std::string_view rule, std::string_view endpoint, View&& view,
                      RouteOptions options = {}) {
        if (!endpoint.empty()) options.endpoint = endpoint;
        auto handle = detail::make_view_function(std::forward<View>(view));
        add_rule(detail::make_registration(rule, std::move(options), handle.view(), {}));
        return handle;
    }

    // For the framework.
    [[nodiscard]] detail::AppState& state() const noexcept { return *app_; }
    void add_rule(detail::RuleRegistration registration) const;

private:
    friend class Flask;
    friend class detail::BlueprintState;
    BlueprintSetupState() = default;

    detail::AppState* app_ = nullptr;
    detail::BlueprintState* blueprint_ = nullptr;
    detail::List<detail::ScaffoldState*> chain_;  // the blueprint and those around it
    bool first_registration_ = true;
    std::optional<std::string> url_prefix_;
    std::optional<std::string> subdomain_;
    std::string name_;
    Json url_defaults_ = Json::object();
};

namespace detail {

/// What stands behind a blueprint's handle: its own hooks, and what to do when it is registered.
class BlueprintState final : public ScaffoldState {
public:
    using Deferred = std::shared_ptr<Function<void(BlueprintSetupState&)>>;

    BlueprintState(std::string blueprint_name, BlueprintOptions blueprint_options,
                   const char* file);

    MICROFLASK_INLINE void add_url_rule(RuleRegistration registration) override;
    MICROFLASK_INLINE void set_endpoint_view(std::string endpoint,
                                             std::shared_ptr<AnyView> view) override;
    MICROFLASK_INLINE void check_setup(std::string_view method) const override;
    void record(Function<void(BlueprintSetupState&)> function);
    /// Registers this blueprint, and those in it, on an application.
    void register_on(AppState& app, const RegisterBlueprintOptions& given,
                     const BlueprintSetupState* parent,
                     const std::shared_ptr<BlueprintState>& self);

    BlueprintOptions options;
    List<Deferred> deferred;
    List<std::pair<std::shared_ptr<BlueprintState>, RegisterBlueprintOptions>> children;
    Cli cli;
    bool got_registered_once = false;
};

/// What `app_template_filter("name")` returns: takes a function and hands it back.
class TemplateRecorder {
public:
    TemplateRecorder(std::shared_ptr<BlueprintState> blueprint, TemplateCallableKind kind,
                     std::string_view name)
        : blueprint_(std::move(blueprint)), kind_(kind), name_(name) {}

    template <class Callable>
    Callable operator()(Callable callable) && {
        blueprint_->record([kind = kind_, name = name_, callable](BlueprintSetupState& setup) {
            if (!setup.first_registration()) return;
            add_template_callable(setup.state(), kind, name, make_template_value(callable));
        });
        return callable;
    }

private:
    std::shared_ptr<BlueprintState> blueprint_;
    TemplateCallableKind kind_;
    std::string name_;
};

}  // namespace detail

/// A part of an application: routes, hooks and handlers that take effect when it is registered. A copyable handle; the
/// blueprint lives as long as a handle or an application that it is registered on.
class Blueprint
    : public Scaffold<detail::RuleCheck::more_anywhere, detail::RuleCheck::more_anywhere> {
public:
    /// Throws ValueError for a name that is empty or has a dot.
    explicit Blueprint(std::string name, BlueprintOptions options = {},
                       const char* file = __builtin_FILE());

    /// Registers another blueprint inside of this one.
    void register_blueprint(const Blueprint& blueprint, RegisterBlueprintOptions options = {});
    /// Runs a function whenever the blueprint is registered.
    template <class Hook>
    Hook record(Hook hook) {
        state().record(hook);
        return hook;
    }
    /// Runs a function when the blueprint is first registered on an application.
    template <class Hook>
    Hook record_once(Hook hook) {
        state().record([hook](BlueprintSetupState& setup) mutable {
            if (setup.first_registration()) hook(setup);
        });
        return hook;
    }
    /// The same hooks for every request of the application.
    template <class Hook>
    Hook before_app_request(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::before_request,
                           [](auto& h) { return detail::make_before_request(h); });
    }
    template <class Hook>
    Hook after_app_request(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::after_request,
                           [](auto& h) { return detail::make_after_request(h); });
    }
    template <class Hook>
    Hook teardown_app_request(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::teardown_request,
                           [](auto& h) { return detail::make_teardown(h); });
    }
    template <class Hook>
    Hook app_url_value_preprocessor(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::url_value_preprocessors,
                           [](auto& h) { return detail::UrlValuesFunction(h); });
    }
    template <class Hook>
    Hook app_url_defaults(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::url_defaults,
                           [](auto& h) { return detail::UrlValuesFunction(h); });
    }
    /// Adds variables to every template of the application.
    template <class Hook>
    Hook app_context_processor(Hook hook) {
        return record_hook(std::move(hook), &detail::Hooks::context_processors,
                           [](auto& h) { return detail::make_context_processor(h); });
    }
    /// Gives templates of the application a filter, a test, a global.
    [[nodiscard]] detail::TemplateRecorder app_template_filter(std::string_view name) {
        return {shared_state(), detail::TemplateCallableKind::filter, name};
    }
    [[nodiscard]] detail::TemplateRecorder app_template_test(std::string_view name) {
        return {shared_state(), detail::TemplateCallableKind::test, name};
    }
    [[nodiscard]] detail::TemplateRecorder app_template_global(std::string_view name) {
        return {shared_state(), detail::TemplateCallableKind::global, name};
    }
    template <class Callable>
    void add_app_template_filter(Callable callable, std::string_view name) {
        app_template_filter(name)(std::move(callable));
    }
    template <class Callable>
    void add_app_template_test(Callable callable, std::string_view name) {
        app_template_test(name)(std::move(callable));
    }
    template <class Callable>
    void add_app_template_global(Callable callable, std::string_view name) {
        app_template_global(name)(std::move(callable));
    }
    /// Answers errors of the whole application.
    template <class Exception, class Handler>
    Handler app_errorhandler(Handler handler) {
        record_once([handler](BlueprintSetupState& setup) {
            add_app_error_handler(setup, detail::make_error_handler<Exception>(handler));
        });
        return handler;
    }
    [[nodiscard]] auto app_errorhandler(int code) {
        return [blueprint = *this, code](auto handler) mutable {
            blueprint.record_once([handler, code](BlueprintSetupState& setup) {
                add_app_error_handler(
                    setup,
                    detail::make_code_handler(code, [handler](const HTTPException& error) mutable {
                        return detail::call_error_handler<HTTPException>(handler, error);
                    }));
            });
            return handler;
        };
    }
    /// The blueprint's commands.
    [[nodiscard]] Cli& cli() noexcept { return state().cli; }

    [[nodiscard]] detail::BlueprintState& state() const noexcept {
        return static_cast<detail::BlueprintState&>(scaffold());
    }
    [[nodiscard]] std::shared_ptr<detail::BlueprintState> shared_state() const noexcept {
        return std::static_pointer_cast<detail::BlueprintState>(Scaffold::state());
    }

private:
    static void add_app_error_handler(BlueprintSetupState& setup, detail::ErrorHandler handler);
    static detail::Hooks& app_hooks(BlueprintSetupState& setup) noexcept;

    template <class Hook, class Functions, class Make>
    Hook record_hook(Hook hook, Functions detail::Hooks::*functions, Make make) {
        record_once([hook, functions, make](BlueprintSetupState& setup) mutable {
            (app_hooks(setup).*functions).push_back(make(hook));
        });
        return hook;
    }
};

}  // namespace microflask
