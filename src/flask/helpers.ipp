// Bodies of helpers.hpp.
#include "flask/helpers.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "flask/globals.hpp"
#include "flask/json_tag.hpp"
#include "flask/signals.hpp"
#include "http/hosts.hpp"
#include "http/urls.hpp"
#include "routing/exceptions.hpp"
#include "routing/map.hpp"

#include <algorithm>
#include <span>

namespace microflask {

namespace detail {

/// The map's adapter for the present request, or for SERVER_NAME outside of one.
MICROFLASK_INLINE MapAdapter url_adapter_of(AppState& app, RequestContext* context) {
    const bool matches_hosts = app.url_map.host_matching();
    const std::string server_name = app.config.get<std::string>("SERVER_NAME", "");
    if (context) {
        const Request& current = context->request();
        const std::string host(current.host());
        BindOptions options;
        options.script_name = std::string(current.root_path());
        options.url_scheme = std::string(current.scheme());
        options.default_method = std::string(current.method());
        options.path_info = std::string(current.path());
        options.query_args = std::string(current.query_string());
        if (app.subdomain_matching && !server_name.empty() && !matches_hosts) {
            options.subdomain = subdomain_of(host, server_name);
            return app.url_map.bind(server_name, std::move(options));
        }
        return app.url_map.bind(host, std::move(options));
    }
    if (server_name.empty()) {
        throw RuntimeError(
            "Unable to build URLs outside an active request without 'SERVER_NAME' configured. Also "
            "configure "
            "'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed.");
    }
    BindOptions options;
    options.script_name = app.config.get<std::string>("APPLICATION_ROOT", "/");
    options.url_scheme = app.config.get<std::string>("PREFERRED_URL_SCHEME", "http");
    return app.url_map.bind(server_name, std::move(options));
}

/// The host's part before the server's name; nothing where it is another host, as in Werkzeug 3.2.
MICROFLASK_INLINE std::string_view subdomain_of(std::string_view host,
                                                std::string_view server_name) {
    if (server_name.empty()) return {};  // every host is the server's own
    const std::string_view without_port = host_without_port(host);
    const std::string_view server_without_port = host_without_port(server_name);
    if (equals_ignoring_case(without_port, server_without_port)) return {};
    const std::string suffix = "." + std::string(server_without_port);
    if (without_port.size() > suffix.size() &&
        equals_ignoring_case(without_port.substr(without_port.size() - suffix.size()), suffix)) {
        return without_port.substr(0, without_port.size() - suffix.size());
    }
    return {};
}

/// Where url_for is called: the application, and the request if there is one.
struct UrlForPlace {
    AppState* app = nullptr;
    RequestContext* context = nullptr;
};

MICROFLASK_INLINE UrlForPlace url_for_place() {
    RequestContext* const* request_context = _request_ctx_stack.top();
    if (request_context) return {&(*request_context)->state(), *request_context};
    AppContext* const* app_context = _app_ctx_stack.top();
    if (app_context) return {&(*app_context)->state(), nullptr};
    throw RuntimeError(
        "Unable to build URLs without an active application context. This typically means that you "
        "attempted to use "
        "functionality that needed the current application. To solve this, set up an application "
        "context with "
        "app.app_context().");
}

MICROFLASK_INLINE std::string build_url(const UrlForPlace& place, const std::string& endpoint,
                                        Json values, const UrlForOptions& options) {
    if (values.is_null()) values = Json::object();
    place.app->inject_url_defaults(endpoint, values);
    const bool external = options.external.value_or(!place.context || !options.scheme.empty());
    if (!options.scheme.empty() && !external) {
        throw ValueError("When specifying '_scheme', '_external' must be True.");
    }
    BuildOptions build;
    build.force_external = external;
    if (!options.method.empty()) build.method = std::string(options.method);
    if (!options.scheme.empty()) build.url_scheme = std::string(options.scheme);
    std::string url;
    try {
        url = url_adapter_of(*place.app, place.context).build(endpoint, values, build);
    } catch (const BuildError&) {
        if (place.app->url_build_error_handlers.empty()) throw;
        const auto given = [](std::string_view text) {
            return text.empty() ? Json(nullptr) : Json(text);
        };
        values["_anchor"] = given(options.anchor);
        values["_method"] = given(options.method);
        values["_scheme"] = given(options.scheme);
        values["_external"] = external;
        return place.app->handle_url_build_error(std::current_exception(), endpoint, values);
    }
    if (!options.anchor.empty()) url += "#" + url_quote(options.anchor, "%!#$&'()*+,/:;=?@");
    return url;
}

}  // namespace detail

MICROFLASK_INLINE std::string url_for(std::string_view endpoint, Json values,
                                      const UrlForOptions& options) {
    const detail::UrlForPlace place = detail::url_for_place();
    std::string name(endpoint);
    if (endpoint.starts_with('.')) {
        const std::optional<std::string> blueprint =
            place.context ? place.context->request().blueprint() : std::nullopt;
        name = blueprint ? *blueprint + name : name.substr(1);
    }
    return detail::build_url(place, name, std::move(values), options);
}

namespace detail {

MICROFLASK_INLINE std::string url_for_view(const AnyView& view, std::vector<Json> arguments,
                                           const UrlForOptions& options) {
    const UrlForPlace place = url_for_place();
    const RouteEntry* best = nullptr;
    const auto takes = [](const RouteEntry& route) {
        return route.url_rule->variables().size() + route.extra_values.size();
    };
    for (const auto& route : place.app->routes) {
        if (route->view.get() != &view) continue;
        const bool fits = takes(*route) == arguments.size();
        // Of several rules of the view, the one whose arguments are all variables tells their names.
        if (fits && (!best || best->extra_values.size() > route->extra_values.size()))
            best = route.get();
    }
    if (!best) {
        throw RuntimeError(
            "url_for was given a view that is not registered with so many arguments on the current "
            "application.");
    }
    Json values = Json::object();
    std::size_t position = 0;
    for (const RuleVariable& variable : best->url_rule->variables()) {
        values[variable.name] = std::move(arguments[position++]);
    }
    for (const std::string& name : best->extra_names)
        values[name] = std::move(arguments[position++]);
    return build_url(place, best->endpoint, std::move(values), options);
}

MICROFLASK_INLINE void AppState::inject_url_defaults(std::string_view endpoint, Json& values) {
    for (const UrlValuesFunction& function : hooks.url_defaults) function(endpoint, values);
    const RouteEntry* const route = find_endpoint(endpoint);
    if (!route) return;
    for (std::size_t i = route->blueprints.size(); i-- > 0;) {
        for (const UrlValuesFunction& function : route->blueprints[i]->hooks.url_defaults)
            function(endpoint, values);
    }
}

MICROFLASK_INLINE std::string AppState::handle_url_build_error(const std::exception_ptr& error,
                                                               std::string_view endpoint,
                                                               const Json& values) {
    std::exception_ptr latest = error;
    for (const UrlBuildErrorHandler& handler : url_build_error_handlers) {
        try {
            std::rethrow_exception(latest);
        } catch (const BuildError& build_error) {
            try {
                if (std::optional<std::string> url = handler(build_error, endpoint, values))
                    return *std::move(url);
            } catch (const BuildError&) {  // the next handler is asked about this one
                latest = std::current_exception();
            }
        }
    }
    std::rethrow_exception(latest);
}

}  // namespace detail

// ---- flashing

MICROFLASK_INLINE void flash(std::string_view message, std::string_view category) {
    // The messages are tuples to Flask: they are kept in tagged form, so that a Flask application reads them as such.
    Session& current = *session;
    Json tagged = Json::array();
    for (const Json& earlier : current.get("_flashes"))
        tagged.push_back(detail::tagged_tuple(earlier));
    tagged.push_back(detail::tagged_tuple(Json::array({category, message})));
    current.assign_tagged("_flashes", std::move(tagged));
    if (message_flashed)
        message_flashed.send(*current_app, std::string(message), std::string(category));
}

MICROFLASK_INLINE std::vector<std::pair<std::string, std::string>> get_flashed_messages(
    const FlashedMessagesOptions& options) {
    static_cast<void>(request._get_current_object());
    std::optional<Json>& flashes = (*_request_ctx_stack.top())->flashes();
    if (!flashes) flashes = session.contains("_flashes") ? session.pop("_flashes") : Json::array();
    std::vector<std::pair<std::string, std::string>> messages;
    for (const Json& flashed : *flashes) {
        std::string category = flashed[0].get<std::string>();
        const std::vector<std::string>& wanted = options.category_filter;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), category) == wanted.end())
            continue;
        messages.emplace_back(std::move(category), flashed[1].get<std::string>());
    }
    return messages;
}

// ---- files

namespace detail {

/// How long clients may keep a file, as the application or blueprint says, else the settings.
MICROFLASK_INLINE std::optional<long long> max_age_of(const ScaffoldState& scaffold,
                                                      const AppState& app,
                                                      std::string_view filename) {
    if (scaffold.send_file_max_age) return scaffold.send_file_max_age(filename);
    const Json& seconds = app.config.get("SEND_FILE_MAX_AGE_DEFAULT");
    return seconds.is_integer() ? std::optional(seconds.get<long long>()) : std::nullopt;
}

/// Fills in what the application's settings say about files, and calls `send` in the current request.
template <class Send>
Response send_in_context(SendFileOptions options, std::string_view filename, Send send) {
    const AppState& app = current_app->state();
    if (!options.max_age) options.max_age = max_age_of(app, app, filename);
    SendFileContext context;
    context.environ = &request->environ();
    context.root_path = app.root_path;
    context.use_x_sendfile = app.config.get<bool>("USE_X_SENDFILE", false);
    return send(options, context);
}

}  // namespace detail

MICROFLASK_INLINE Response send_file(std::string_view path, SendFileOptions options) {
    return detail::send_in_context(options, path, [path](const auto& with, const auto& context) {
        return detail::send_file(path, with, context);
    });
}

MICROFLASK_INLINE Response send_from_directory(std::string_view directory,
                                               std::string_view untrusted_path,
                                               SendFileOptions options) {
    return detail::send_in_context(
        options, untrusted_path, [=](const auto& with, const auto& context) {
            return detail::send_from_directory(directory, untrusted_path, with, context);
        });
}

// ---- the files of an application or a blueprint

MICROFLASK_INLINE std::size_t ResourceStream::read(char* buffer, std::size_t size) {
    const std::size_t count = bytes_.copy(buffer, size, position_);
    position_ += count;
    return count;
}

MICROFLASK_INLINE ResourceStream detail::open_resource(std::string_view folder,
                                                       std::string_view path) {
    const std::string full_path = join_path(folder, path);
    std::optional<std::string> bytes = read_file(full_path);
    if (!bytes) throw RuntimeError("No such file or directory: '" + full_path + "'");
    return ResourceStream(*std::move(bytes));
}

MICROFLASK_INLINE Response detail::send_static_file(const ScaffoldState& scaffold,
                                                    std::string_view filename) {
    if (!scaffold.static_folder)
        throw RuntimeError("'static_folder' must be set to serve static_files.");
    SendFileOptions options;
    options.max_age = max_age_of(scaffold, current_app->state(), filename);
    return microflask::send_from_directory(join_path(scaffold.root_path, *scaffold.static_folder),
                                           filename, options);
}

}  // namespace microflask
