// What views call: url_for, make_response, flash, send_file and their kin (Flask's `helpers`).
#pragma once

#include "core/generator.hpp"
#include "flask/app_state.hpp"
#include "flask/callbacks.hpp"
#include "flask/ctx.hpp"
#include "gateway/streams.hpp"
#include "json/value.hpp"
#include "wrappers/response.hpp"
#include "wrappers/send_file.hpp"

#include <cstddef>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// The last argument of url_for.
struct UrlForOptions {
    /// Appended as "#anchor", quoted.
    std::string_view anchor = {};
    /// Builds a URL for the rule that has this method.
    std::string_view method = {};
    /// Builds an absolute URL with this scheme.
    std::string_view scheme = {};
    /// Whether to build an absolute URL; outside of a request that is the default.
    std::optional<bool> external = {};
};

/// Builds the URL of an endpoint; values that are no variables of its rule become the query string. A name that begins
/// with "." is in the current blueprint. Throws BuildError, and RuntimeError outside of a context or, outside of a
/// request, without SERVER_NAME.
[[nodiscard]] std::string url_for(std::string_view endpoint, Json values = {},
                                  const UrlForOptions& options = {});

namespace detail {

/// Builds the URL of a view from its arguments in order.
std::string url_for_view(const AnyView& view, std::vector<Json> arguments,
                         const UrlForOptions& options);

template <class... Args>
std::vector<Json> url_arguments(Args&&... args) {
    std::vector<Json> arguments;
    arguments.reserve(sizeof...(Args));
    (arguments.push_back(Json(std::forward<Args>(args))), ...);
    return arguments;
}

}  // namespace detail

/// Builds the URL of a view from its arguments, whose number and types are checked while compiling.
template <class Result, class... Parameters, class... Args>
    requires(!(std::is_same_v<std::remove_cvref_t<Args>, UrlForOptions> || ...))
[[nodiscard]] std::string url_for(const ViewFunction<Result(Parameters...)>& view, Args&&... args) {
    static_assert(sizeof...(Args) == sizeof...(Parameters),
                  "url_for(view, ...) takes one argument for each parameter "
                  "of the view");
    if constexpr (sizeof...(Args) == sizeof...(Parameters)) {
        static_assert((std::is_convertible_v<Args, std::remove_cvref_t<Parameters>> && ...),
                      "an argument of url_for(view, ...) does not fit the view's parameter");
        return detail::url_for_view(*view.view(),
                                    detail::url_arguments(std::forward<Args>(args)...), {});
    }
}

/// Makes a body of a function that returns the next piece, and nothing at the end, or of a Generator (or a function that
/// makes one); `request`, `session`, `g` and `current_app` are there while a piece is made, and the teardown functions
/// run when the body is closed. Throws RuntimeError outside of a request.
template <class Producer>
[[nodiscard]] Body stream_with_context(Producer&& producer) {
    using Callable = std::decay_t<Producer>;
    return Body([context = detail::current_streamed_context(),
                 callable = Callable(std::forward<Producer>(producer)),
                 generator = std::optional<Generator>()]() mutable -> std::optional<std::string> {
        detail::StreamedContext::Scope scope(*context);
        try {
            if constexpr (std::is_same_v<Callable, Body>) {
                return callable.next();
            } else if constexpr (std::is_same_v<std::invoke_result_t<Callable&>, Generator>) {
                if (!generator) generator.emplace(callable());
                return (*generator)();
            } else {
                return callable();
            }
        } catch (...) {  // the teardown functions are told, then it goes on
            scope.failed(std::current_exception());
            throw;
        }
    });
}

/// Makes the response of anything that a view may return, to be changed before it is returned.
template <class Value>
[[nodiscard]] Response make_response(Value&& value) {
    return detail::make_view_response(std::forward<Value>(value));
}
[[nodiscard]] inline Response make_response() {
    return Response();
}
template <class Value, class StatusValue>
[[nodiscard]] Response make_response(Value&& value, StatusValue&& status_or_headers) {
    Response response = detail::make_view_response(std::forward<Value>(value));
    detail::apply_response_part(response, std::forward<StatusValue>(status_or_headers));
    return response;
}
template <class Value, class StatusValue>
[[nodiscard]] Response make_response(Value&& value, StatusValue&& status, const Headers& headers) {
    Response response = detail::make_view_response(std::forward<Value>(value));
    detail::apply_response_part(response, std::forward<StatusValue>(status));
    detail::apply_response_part(response, headers);
    return response;
}

/// Makes a JSON response: keys sorted, ASCII, a newline at the end; indented in debug mode (Flask's `jsonify`).
[[nodiscard]] inline Response jsonify(const Json& value) {
    return detail::json_response(value);
}
/// An empty call is an empty object.
[[nodiscard]] inline Response jsonify() {
    return detail::json_response(Json::object());
}

/// Keeps a message for the next request (in the session).
void flash(std::string_view message, std::string_view category = "message");

struct FlashedMessagesOptions {
    /// The categories to give; all where it is empty.
    std::vector<std::string> category_filter = {};
};
/// Takes the kept messages out of the session: pairs of category and message. The same again within one request.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> get_flashed_messages(
    const FlashedMessagesOptions& options = {});

/// Sends a file, relative to the application's root_path. Throws NotFound where there is none.
[[nodiscard]] Response send_file(std::string_view path, SendFileOptions options = {});
/// Sends a file below a folder (relative to root_path), named by a stranger. Throws NotFound.
[[nodiscard]] Response send_from_directory(std::string_view directory,
                                           std::string_view untrusted_path,
                                           SendFileOptions options = {});

}  // namespace microflask
