// What an application and a blueprint have in common: the registry of routes, hooks and error handlers
// (Flask's `Scaffold`). Everything here is done while the application is set up, by one thread.
#pragma once

#include "core/errors.hpp"
#include "core/list.hpp"
#include "flask/callbacks.hpp"
#include "gateway/streams.hpp"
#include "json/value.hpp"
#include "routing/checked_rule.hpp"
#include "routing/rules.hpp"

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

class BaseLoader;
class Context;
class TemplateValue;

/// The options of a route, as Flask's `route` and Werkzeug's `Rule` take them.
struct RouteOptions {
    /// The methods that are answered; GET (and with it HEAD) where none is given.
    MethodList methods = {};
    /// The name for `url_for`; made from the rule where it is empty.
    std::string endpoint = {};
    /// Values for variables that this rule does not have.
    Json defaults = {};
    /// Whether "/x" is redirected to the rule "/x/"; the map's setting where not given.
    std::optional<bool> strict_slashes = {};
    /// Whether "//" is redirected to "/"; the map's setting where not given.
    std::optional<bool> merge_slashes = {};
    /// Where to redirect instead of calling a view.
    RedirectTarget redirect_to = {};
    /// Whether the rule is another address of an endpoint, to be redirected to the first.
    bool alias = false;
    /// Whether the rule only builds URLs and never matches.
    bool build_only = false;
    /// The subdomain, where the map matches them.
    std::optional<std::string> subdomain = {};
    /// The host, where the map matches hosts.
    std::optional<std::string> host = {};
    /// Whether OPTIONS is answered without the view; true unless the rule has the method itself.
    std::optional<bool> provide_automatic_options = {};
};

/// A file of the application, open for reading (what Flask's `open_resource` gives).
class ResourceStream final : public InputStream {
public:
    explicit ResourceStream(std::string bytes) noexcept : bytes_(std::move(bytes)) {}
    MICROFLASK_INLINE std::size_t read(char* buffer, std::size_t size) override;
    using InputStream::read;

private:
    std::string bytes_;
    std::size_t position_ = 0;
};

namespace detail {

/// Adds variables to those of a template.
using ContextProcessor = Function<void(Context&)>;
/// These are defined in flask/templating.hpp, which alone knows the template engine.
template <class Hook>
ContextProcessor make_context_processor(Hook hook);
template <class Loader>
std::shared_ptr<BaseLoader> make_template_loader(Loader loader);

using MaxAgeFunction = Function<std::optional<long long>(std::string_view filename)>;

class ScaffoldState;

/// Opens a file of a folder. Throws RuntimeError where that fails.
ResourceStream open_resource(std::string_view folder, std::string_view path);
/// Answers with a file of the scope's static folder. Throws NotFound.
Response send_static_file(const ScaffoldState& scaffold, std::string_view filename);

/// The functions that an application or a blueprint runs around its views.
struct Hooks {
    List<BeforeRequestFunction> before_request;
    List<AfterRequestFunction> after_request;
    List<TeardownFunction> teardown_request;
    List<UrlValuesFunction> url_value_preprocessors;
    List<UrlValuesFunction> url_defaults;
    List<ErrorHandler> error_handlers;  // the most derived class first
    List<ContextProcessor> context_processors;

    /// Whether any function runs before or after a view.
    [[nodiscard]] bool run_around_views() const noexcept {
        return !before_request.empty() || !after_request.empty() || !teardown_request.empty() ||
               !url_value_preprocessors.empty();
    }
};

/// A rule and its view, on their way into the application.
struct RuleRegistration {
    std::string rule;
    std::string endpoint;         // without a blueprint's name
    bool endpoint_given = false;  // by the user, rather than made from the rule
    RouteOptions options;
    std::shared_ptr<AnyView> view;  // null: the endpoint has its view already, or gets one later
    bool check_parameters = true;
    SourcePlace place;
};

/// What stands behind an application's or a blueprint's handle.
class ScaffoldState {
public:
    ScaffoldState() = default;
    ScaffoldState(const ScaffoldState&) = delete;
    ScaffoldState& operator=(const ScaffoldState&) = delete;
    virtual ~ScaffoldState() = default;

    virtual void add_url_rule(RuleRegistration registration) = 0;
    /// Gives a view to an endpoint whose rules have none.
    virtual void set_endpoint_view(std::string endpoint, std::shared_ptr<AnyView> view) = 0;
    /// Throws SetupError where it is too late to call that method.
    virtual void check_setup(std::string_view method) const = 0;
    void add_error_handler(ErrorHandler handler);

    std::string name;
    std::string root_path;
    std::optional<std::string> static_folder;
    std::optional<std::string> static_url_path;
    std::optional<std::string> template_folder;
    mutable std::shared_ptr<BaseLoader> template_loader;  // of the folder, once it is needed
    MaxAgeFunction send_file_max_age;
    Hooks hooks;
};

/// Completes a registration: the endpoint's name, the methods of a class-based view.
RuleRegistration make_registration(std::string_view rule, RouteOptions options,
                                   std::shared_ptr<AnyView> view, std::string_view method);

/// Makes a handler of all HTTPExceptions with one code. Throws ValueError where no exception has that code.
ErrorHandler make_code_handler(int code, Function<Response(const HTTPException&)> handler);

/// Returns the last part of a qualified name, as the compiler writes it into a function's text.
constexpr std::string_view last_name_part(std::string_view name) {
    const std::size_t colon = name.rfind(':');
    if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
    if (!name.empty() && name.front() == '&') name.remove_prefix(1);
    return name;
}

/// Returns the name of a function given as a template argument, without its namespace.
template <auto function>
constexpr std::string_view function_name() {
    // "... [with auto function = views::index; ...]", "... [function = &views::index]"
    constexpr std::string_view text = MICROFLASK_FUNCTION_TEXT;
    constexpr std::size_t marker = text.rfind("function = ");
    constexpr std::size_t start =
        marker == std::string_view::npos ? text.find("function_name<") + 14 : marker + 11;
    constexpr std::string_view qualified =
        text.substr(start, text.find_first_of(";](>", start) - start);
    return last_name_part(qualified);
}

/// Registers a view and returns its handle.
template <class View>
auto add_view(ScaffoldState& scaffold, const PlacedRule& rule, RouteOptions options, View&& view,
              std::string_view method, bool check_parameters, std::string_view name = {}) {
    auto handle = make_view_function(std::forward<View>(view));
    RuleRegistration registration =
        make_registration(rule.text(), std::move(options), handle.view(), method);
    registration.place = rule.place();
    registration.check_parameters = check_parameters;
    if (!name.empty() && !registration.endpoint_given) registration.endpoint = name;
    scaffold.add_url_rule(std::move(registration));
    return handle;
}

/// What `route(rule)` returns: takes the view, registers it, and hands it back.
class RouteDecorator {
public:
    RouteDecorator(std::shared_ptr<ScaffoldState> scaffold, const PlacedRule& rule,
                   RouteOptions options, std::string_view method)
        : scaffold_(std::move(scaffold)),
          rule_(rule.text()),
          place_(rule.place()),
          options_(std::move(options)),
          method_(method) {
        scaffold_->check_setup("route");
    }

    template <class View>
    auto operator()(View&& view) && {
        return add_view(*scaffold_, PlacedRule(rule_, place_.file, place_.line),
                        std::move(options_), std::forward<View>(view), method_, true);
    }

private:
    std::shared_ptr<ScaffoldState> scaffold_;
    std::string rule_;
    SourcePlace place_;
    RouteOptions options_;
    std::string_view method_;  // of `get`, `post`, ...; empty for `route`
};

/// What `errorhandler(404)` returns.
class ErrorHandlerDecorator {
public:
    ErrorHandlerDecorator(std::shared_ptr<ScaffoldState> state, int code) noexcept
        : state_(std::move(state)), code_(code) {}

    template <class Handler>
    Handler operator()(Handler handler) && {
        state_->check_setup("errorhandler");
        state_->add_error_handler(
            make_code_handler(code_, [handler](const HTTPException& error) mutable {
                return call_error_handler<HTTPException>(handler, error);
            }));
        return handler;
    }

private:
    std::shared_ptr<ScaffoldState> state_;
    int code_;
};

/// What `endpoint("name")` returns.
class EndpointDecorator {
public:
    EndpointDecorator(std::shared_ptr<ScaffoldState> state, std::string endpoint) noexcept
        : state_(std::move(state)), endpoint_(std::move(endpoint)) {}

    template <class View>
    auto operator()(View&& view) && {
        auto handle = make_view_function(std::forward<View>(view));
        state_->set_endpoint_view(std::move(endpoint_), handle.view());
        return handle;
    }

private:
    std::shared_ptr<ScaffoldState> state_;
    std::string endpoint_;
};

}  // namespace detail

/// The registry that applications and blueprints share. Every decorator hands back what it was given; the views come
/// back as handles that are called like the function, registered again, and used in `url_for(view, args...)`.
/// The two arguments say how strictly a rule literal is checked, without options and with them.
template <detail::RuleCheck Plain, detail::RuleCheck WithOptions>
class Scaffold {
    template <class View>
    using RuleFor = CheckedRule<std::decay_t<View>, Plain>;
    template <class View>
    using RuleWithOptionsFor = CheckedRule<std::decay_t<View>, WithOptions>;

public:
    /// Returns the name: the application's import name, or the blueprint's.
    [[nodiscard]] const std::string& name() const noexcept { return scaffold().name; }
    /// The folder that relative files are looked up in.
    [[nodiscard]] const std::string& root_path() const noexcept { return scaffold().root_path; }

    // ---- routes

    /// Registers the view that the returned decorator is given. The rule is checked against it then.
    [[nodiscard]] detail::RouteDecorator route(detail::PlacedRule rule, RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), {});
    }
    /// Registers a view. The rule is checked against its parameters while compiling.
    template <class View>
    auto route(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), {});
    }
    /// Registers a view with options, among them `defaults` for parameters that are no variables of the rule.
    template <class View>
    auto route(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), {});
    }
    /// Registers a function under its own name: `app.route<hello>("/hello")`.
    template <auto function>
    auto route(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, {}, detail::function_name<function>());
    }
    template <auto function>
    auto route(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, {},
                             detail::function_name<function>());
    }

    /// The same for one method.
    [[nodiscard]] detail::RouteDecorator get(detail::PlacedRule rule, RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), "GET");
    }
    template <class View>
    auto get(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), "GET");
    }
    template <class View>
    auto get(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), "GET");
    }
    template <auto function>
    auto get(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, "GET", detail::function_name<function>());
    }
    template <auto function>
    auto get(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, "GET",
                             detail::function_name<function>());
    }

    [[nodiscard]] detail::RouteDecorator post(detail::PlacedRule rule, RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), "POST");
    }
    template <class View>
    auto post(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), "POST");
    }
    template <class View>
    auto post(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), "POST");
    }
    template <auto function>
    auto post(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, "POST", detail::function_name<function>());
    }
    template <auto function>
    auto post(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, "POST",
                             detail::function_name<function>());
    }

    [[nodiscard]] detail::RouteDecorator put(detail::PlacedRule rule, RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), "PUT");
    }
    template <class View>
    auto put(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), "PUT");
    }
    template <class View>
    auto put(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), "PUT");
    }
    template <auto function>
    auto put(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, "PUT", detail::function_name<function>());
    }
    template <auto function>
    auto put(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, "PUT",
                             detail::function_name<function>());
    }

    [[nodiscard]] detail::RouteDecorator delete_(detail::PlacedRule rule,
                                                 RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), "DELETE");
    }
    template <class View>
    auto delete_(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), "DELETE");
    }
    template <class View>
    auto delete_(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), "DELETE");
    }
    template <auto function>
    auto delete_(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, "DELETE", detail::function_name<function>());
    }
    template <auto function>
    auto delete_(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, "DELETE",
                             detail::function_name<function>());
    }

    [[nodiscard]] detail::RouteDecorator patch(detail::PlacedRule rule, RouteOptions options = {}) {
        return detail::RouteDecorator(state_, rule, std::move(options), "PATCH");
    }
    template <class View>
    auto patch(RuleFor<View> rule, View&& view) {
        return register_view(rule, {}, std::forward<View>(view), "PATCH");
    }
    template <class View>
    auto patch(RuleWithOptionsFor<View> rule, RouteOptions options, View&& view) {
        return register_view(rule, std::move(options), std::forward<View>(view), "PATCH");
    }
    template <auto function>
    auto patch(RuleFor<decltype(function)> rule) {
        return register_view(rule, {}, function, "PATCH", detail::function_name<function>());
    }
    template <auto function>
    auto patch(RuleWithOptionsFor<decltype(function)> rule, RouteOptions options) {
        return register_view(rule, std::move(options), function, "PATCH",
                             detail::function_name<function>());
    }

    /// Registers a rule under a given name. Without a view the endpoint gets one by `endpoint(name)(view)`.
    template <class View>
    auto add_url_rule(detail::PlacedRule rule, std::string_view endpoint, View&& view,
                      RouteOptions options = {}) {
        scaffold().check_setup("add_url_rule");
        if (!endpoint.empty()) options.endpoint = endpoint;
        return detail::add_view(scaffold(), rule, std::move(options), std::forward<View>(view), {},
                                true);
    }
    void add_url_rule(std::string_view rule, std::string_view endpoint = {}) {
        add_url_rule(rule, endpoint, nullptr, {});
    }
    void add_url_rule(std::string_view rule, std::string_view endpoint, std::nullptr_t,
                      RouteOptions options = {}) {
        scaffold().check_setup("add_url_rule");
        if (!endpoint.empty()) options.endpoint = endpoint;
        scaffold().add_url_rule(detail::make_registration(rule, std::move(options), nullptr, {}));
    }
    /// Gives a view to an endpoint whose rule was added without one.
    [[nodiscard]] detail::EndpointDecorator endpoint(std::string_view name) {
        scaffold().check_setup("endpoint");
        return {state_, std::string(name)};
    }

    // ---- files

    /// Opens a file below root_path for reading: `app.open_resource("schema.sql").read()`. Throws RuntimeError where that
    /// fails.
    [[nodiscard]] ResourceStream open_resource(std::string_view path) const {
        return detail::open_resource(root_path(), path);
    }
    /// Answers with a file of the static folder. Throws NotFound, and RuntimeError outside of a request.
    [[nodiscard]] Response send_static_file(std::string_view filename) const {
        return detail::send_static_file(scaffold(), filename);
    }
    /// Asks a function how many seconds clients may keep a file: `(std::string_view filename) ->
    /// std::optional<long long>`. Without one it is SEND_FILE_MAX_AGE_DEFAULT.
    template <class Hook>
    Hook get_send_file_max_age(Hook hook) {
        scaffold().check_setup("get_send_file_max_age");
        scaffold().send_file_max_age = hook;
        return hook;
    }

    // ---- hooks

    /// Runs before each request; ends it where the function returns a value.
    template <class Hook>
    Hook before_request(Hook hook) {
        scaffold().check_setup("before_request");
        scaffold().hooks.before_request.push_back(detail::make_before_request(hook));
        return hook;
    }
    /// Runs after each request, in reverse order: takes the response and returns one.
    template <class Hook>
    Hook after_request(Hook hook) {
        scaffold().check_setup("after_request");
        scaffold().hooks.after_request.push_back(detail::make_after_request(hook));
        return hook;
    }
    /// Runs when a request context ends, whatever happened; takes the exception (or null), or nothing.
    template <class Hook>
    Hook teardown_request(Hook hook) {
        scaffold().check_setup("teardown_request");
        scaffold().hooks.teardown_request.push_back(detail::make_teardown(hook));
        return hook;
    }
    /// Sees, and may change, the endpoint's values before the view is called.
    template <class Hook>
    Hook url_value_preprocessor(Hook hook) {
        scaffold().check_setup("url_value_preprocessor");
        scaffold().hooks.url_value_preprocessors.push_back(hook);
        return hook;
    }
    /// Adds values to those that url_for was given.
    template <class Hook>
    Hook url_defaults(Hook hook) {
        scaffold().check_setup("url_defaults");
        scaffold().hooks.url_defaults.push_back(hook);
        return hook;
    }

    // ---- templates

    /// Adds what a function returns, a Context or a Json object, to the variables of every template: of the application,
    /// or of the blueprint's views. What `render_template` is given wins.
    template <class Hook>
    Hook context_processor(Hook hook) {
        scaffold().check_setup("context_processor");
        scaffold().hooks.context_processors.push_back(detail::make_context_processor(hook));
        return hook;
    }
    /// Takes templates from a loader instead of the folder: `app.jinja_loader(DictLoader({{"index.html", "..."}}))`.
    template <class Loader>
    void jinja_loader(Loader loader) {
        scaffold().check_setup("jinja_loader");
        scaffold().template_loader = detail::make_template_loader(std::move(loader));
    }

    // ---- errors

    /// Answers the HTTP exceptions of a status code: `app.errorhandler(404)([](const HTTPException& e) { ... })`.
    [[nodiscard]] detail::ErrorHandlerDecorator errorhandler(int code) { return {state_, code}; }
    /// Answers exceptions of a class, and of those derived from it.
    template <class Exception, class Handler>
    Handler errorhandler(Handler handler) {
        scaffold().check_setup("errorhandler");
        scaffold().add_error_handler(detail::make_error_handler<Exception>(handler));
        return handler;
    }
    template <class Exception, class Handler>
    void register_error_handler(Handler handler) {
        errorhandler<Exception>(std::move(handler));
    }
    template <class Handler>
    void register_error_handler(int code, Handler handler) {
        errorhandler(code)(std::move(handler));
    }

protected:
    explicit Scaffold(std::shared_ptr<detail::ScaffoldState> state) noexcept
        : state_(std::move(state)) {}
    Scaffold(Scaffold&&) noexcept = default;
    Scaffold& operator=(Scaffold&&) noexcept = default;
    Scaffold(const Scaffold&) = default;
    Scaffold& operator=(const Scaffold&) = default;
    ~Scaffold() = default;

    [[nodiscard]] detail::ScaffoldState& scaffold() const noexcept { return *state_; }
    [[nodiscard]] const std::shared_ptr<detail::ScaffoldState>& state() const noexcept {
        return state_;
    }

private:
    template <class Rule, class View>
    auto register_view(const Rule& rule, RouteOptions options, View&& view, std::string_view method,
                       std::string_view name = {}) {
        scaffold().check_setup("route");
        const auto [file, line] = rule.place();
        return detail::add_view(scaffold(), detail::PlacedRule(rule.text(), file, line),
                                std::move(options), std::forward<View>(view), method,
                                !rule.is_checked() || !options.defaults.empty(), name);
    }

    std::shared_ptr<detail::ScaffoldState> state_;
};

}  // namespace microflask
