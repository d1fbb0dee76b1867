// The kinds of function a user hands us, and how each gets one shape (Flask's `typing`): what a view may return becomes a
// Response, what a rule matched becomes a view's arguments, and views, hooks and handlers lose their types once, here.
#pragma once

#include "core/errors.hpp"
#include "core/function.hpp"
#include "core/generator.hpp"
#include "core/list.hpp"
#include "gateway/streams.hpp"
#include "http/exceptions.hpp"
#include "json/value.hpp"
#include "local/task.hpp"
#include "routing/checked_rule.hpp"
#include "routing/matcher.hpp"
#include "wrappers/request.hpp"
#include "wrappers/response.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace microflask {

/// Specialise it to return a type of another library from views, with `static Response to_response(const T& value)`, a
/// function `convert` of the same shape, or a call operator.
template <class T>
struct ToResponse;

class Markup;

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<Task<T>> = true;

template <class T>
inline constexpr bool is_body_tuple = false;
template <class Body, class Second>
inline constexpr bool is_body_tuple<std::pair<Body, Second>> = true;
template <class... Parts>
inline constexpr bool is_body_tuple<std::tuple<Parts...>> = sizeof...(Parts) == 2 ||
                                                            sizeof...(Parts) == 3;

template <class T>
concept HasToResponseByLookup = requires(const T& value) {
    { to_response(value) } -> std::same_as<Response>;
};
template <class T>
concept HasToResponseMember = requires(const T& value) {
    { ToResponse<T>{}.to_response(value) } -> std::convertible_to<Response>;
};
template <class T>
concept HasToResponseConvert = requires(const T& value) {
    { ToResponse<T>{}.convert(value) } -> std::convertible_to<Response>;
};
template <class T>
concept HasToResponseCall = requires(const T& value) {
    { ToResponse<T>{}(value) } -> std::convertible_to<Response>;
};

template <class T>
inline constexpr bool is_text =
    std::is_convertible_v<const T&, std::string_view> && !std::is_null_pointer_v<T>;

/// Whether a value can stand for the header fields of a response.
template <class T>
inline constexpr bool is_header_fields = std::is_convertible_v<T, Headers>;

/// Whether beside a body a T can be a status, as a number or text, or header fields.
template <class T>
inline constexpr bool is_response_part =
    std::is_integral_v<T> || std::is_enum_v<T> || is_text<T> || is_header_fields<T>;

/// Whether all members of a pair or tuple but the first are such.
template <class T>
inline constexpr bool has_response_parts = false;
template <class Body, class Second>
inline constexpr bool has_response_parts<std::pair<Body, Second>> = is_response_part<Second>;
template <class Body, class... Parts>
inline constexpr bool has_response_parts<std::tuple<Body, Parts...>> = (is_response_part<Parts> &&
                                                                        ...);

/// Whether a view may return a T; see make_view_response for what becomes of each.
template <class T>
constexpr bool is_view_value() {
    if constexpr (std::is_void_v<T> || std::is_null_pointer_v<T> ||
                  std::is_same_v<T, std::nullopt_t>) {
        return false;
    } else if constexpr (is_task<T>) {
        return is_view_value<decltype(wait_for(std::declval<T>()))>();
    } else if constexpr (is_optional<T>) {
        return is_view_value<typename T::value_type>();
    } else if constexpr (is_body_tuple<T>) {
        return has_response_parts<T> && is_view_value<std::decay_t<std::tuple_element_t<0, T>>>();
    } else {
        return std::is_same_v<T, Response> || HasToResponseByLookup<T> || HasToResponseMember<T> ||
               HasToResponseConvert<T> || HasToResponseCall<T> ||
               std::is_base_of_v<HTTPException, T> || std::is_same_v<T, Json> || is_text<T> ||
               std::is_same_v<T, Markup> || std::is_same_v<T, Body> ||
               std::is_same_v<T, Generator> || std::is_same_v<T, std::vector<std::byte>>;
    }
}

/// Makes the response of a JSON value, as the current app writes JSON.
Response json_response(const Json& value);
/// Makes the response of bytes.
Response bytes_response(const std::vector<std::byte>& bytes);

/// Sets what the second or third member of a returned pair or tuple says: a status, or header fields.
template <class Part>
void apply_response_part(Response& response, Part&& part) {
    using T = std::remove_cvref_t<Part>;
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
        response.status_code(static_cast<int>(part));
    } else if constexpr (is_text<T>) {
        response.status(std::string_view(part));
    } else {
        static_assert(
            is_header_fields<T>,
            "beside the body, a view's pair or tuple holds a status (int or text) and Headers");
        response.headers().update(Headers(std::forward<Part>(part)));
    }
}

/// Makes the response of anything that a view may return (Flask's `make_response`).
template <class Value>
Response make_view_response(Value&& value) {
    using T = std::remove_cvref_t<Value>;
    static_assert(
        !std::is_void_v<T> && !std::is_null_pointer_v<T> && !std::is_same_v<T, std::nullopt_t>,
        "a view must return something that makes a response");
    if constexpr (std::is_same_v<T, Response>) {
        return std::forward<Value>(value);
    } else if constexpr (is_task<T>) {
        return make_view_response(wait_for(std::forward<Value>(value)));
    } else if constexpr (is_optional<T>) {
        if (!value) throw NotFound();
        return make_view_response(*std::forward<Value>(value));
    } else if constexpr (HasToResponseByLookup<T>) {
        return to_response(std::as_const(value));
    } else if constexpr (HasToResponseMember<T>) {
        return ToResponse<T>{}.to_response(std::as_const(value));
    } else if constexpr (HasToResponseConvert<T>) {
        return ToResponse<T>{}.convert(std::as_const(value));
    } else if constexpr (HasToResponseCall<T>) {
        return ToResponse<T>{}(std::as_const(value));
    } else if constexpr (std::is_base_of_v<HTTPException, T>) {
        return value.get_response();
    } else if constexpr (std::is_same_v<T, Json>) {
        return json_response(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        return text_response(std::string(std::forward<Value>(value)));
    } else if constexpr (std::is_same_v<T, Body>) {
        return Response(std::forward<Value>(value));
    } else if constexpr (is_text<T>) {
        return text_response(std::string_view(value));
    } else if constexpr (std::is_same_v<T, Generator>) {
        return Response(Body(std::forward<Value>(value)));
    } else if constexpr (std::is_same_v<T, std::vector<std::byte>>) {
        return bytes_response(value);
    } else if constexpr (is_body_tuple<T>) {
        Response response = make_view_response(std::get<0>(std::forward<Value>(value)));
        apply_response_part(response, std::get<1>(std::forward<Value>(value)));
        if constexpr (std::tuple_size_v<T> == 3)
            apply_response_part(response, std::get<2>(std::forward<Value>(value)));
        return response;
    } else {
        static_assert(is_view_value<T>(),
                      "a view returns text, Markup, Json, Response, Body, a Generator, a Task, "
                      "bytes, a pair or tuple of "
                      "these with status and Headers, an optional of these, or a type with "
                      "to_response(const T&)");
    }
}

/// What `Request::application` calls, so that its function may return what views do.
template <class Value>
Response make_application_response(MakesAnyResponse, Value&& value) {
    return make_view_response(std::forward<Value>(value));
}

// ---- what a rule matched, as arguments ---------------------------------------------------------------------------

/// What a view is called with: the rule's variables in the rule's order, then the defaults that are no variables.
class ViewArguments {
public:
    ViewArguments(const RuleMatch& match, const List<const Json*>& defaults) noexcept
        : match_(&match), defaults_(&defaults) {}
    /// The values as a preprocessor left them, all in order, and beside each what a custom converter made of it, or null.
    ViewArguments(const List<const MatchedValue*>& made, const List<const Json*>& values) noexcept
        : made_(&made), defaults_(&values) {}

    [[nodiscard]] std::size_t size() const noexcept { return variable_count() + defaults_->size(); }
    /// Returns the variable at a position, or null where a default stands there.
    [[nodiscard]] const MatchedValue* variable(std::size_t position) const noexcept {
        if (made_) return position < made_->size() ? (*made_)[position] : nullptr;
        return position < match_->size() ? &(*match_)[position] : nullptr;
    }
    /// Returns the default at a position. Throws SetupError where the view takes more than there is.
    [[nodiscard]] const Json& default_value(std::size_t position) const {
        const std::size_t index = position - variable_count();
        if (index >= defaults_->size())
            throw SetupError("a view takes more parameters than its rule has values");
        return *(*defaults_)[index];
    }

private:
    [[nodiscard]] std::size_t variable_count() const noexcept {
        return match_ ? match_->size() : 0;
    }

    const RuleMatch* match_ = nullptr;
    const List<const MatchedValue*>* made_ = nullptr;
    const List<const Json*>* defaults_;
};

/// Reads one argument of a view as the parameter type T. Its kind was checked when the rule was registered.
template <class T>
T read_argument(const ViewArguments& arguments, std::size_t position) {
    if (const MatchedValue* value = arguments.variable(position)) {
        if constexpr (std::is_arithmetic_v<T> || is_text_parameter<T>) {
            if (const std::optional<T> converted = value->template to<T>()) return *converted;
        }
        if (const T* made = value->template custom<T>()) return *made;
        throw NotFound();  // a number that the parameter's type cannot hold
    }
    const Json& value = arguments.default_value(position);
    if constexpr (std::is_same_v<T, std::string_view>) {
        return value.get<std::string_view>();
    } else if constexpr (converter_reads_json<T>()) {
        return value.get<T>();
    } else {
        throw SetupError(
            "a default of a rule cannot be passed to a parameter of a custom converter's type");
    }
}

/// A view without its type. Registered once, called from every thread.
class AnyView {
public:
    AnyView() = default;
    AnyView(const AnyView&) = delete;
    AnyView& operator=(const AnyView&) = delete;
    virtual ~AnyView() = default;

    /// Calls the view with what its rule matched.
    virtual Response call(const ViewArguments& arguments) = 0;
    /// The kinds of its parameters, to be checked against rules; none where they are `auto`.
    [[nodiscard]] virtual std::optional<List<ViewParameter>> parameters() const = 0;
    /// The methods of a class-based view; none for a function.
    [[nodiscard]] virtual const std::vector<std::string>* methods() const { return nullptr; }
    /// Whether OPTIONS is answered without the view, where a class-based view says so.
    [[nodiscard]] virtual std::optional<bool> provide_automatic_options() const {
        return std::nullopt;
    }
};

/// A view that can also be called as what it is.
template <class Signature>
class SignatureView;

template <class Result, class... Args>
class SignatureView<Result(Args...)> : public AnyView {
public:
    virtual Result invoke(Args... args) = 0;

    Response call(const ViewArguments& arguments) final {
        return call_with(arguments, std::index_sequence_for<Args...>{});
    }
    [[nodiscard]] std::optional<List<ViewParameter>> parameters() const final {
        return List<ViewParameter>{
            ViewParameter{parameter_kind<Args>(), &typeid(std::remove_cvref_t<Args>)}...};
    }

private:
    template <std::size_t... Index>
    Response call_with([[maybe_unused]] const ViewArguments& arguments,
                       std::index_sequence<Index...>) {
        return make_view_response(
            invoke(read_argument<std::remove_cvref_t<Args>>(arguments, Index)...));
    }
};

template <class Callable, class Signature>
class CallableView;

template <class Callable, class Result, class... Args>
class CallableView<Callable, Result(Args...)> final : public SignatureView<Result(Args...)> {
public:
    explicit CallableView(Callable callable) : callable_(std::move(callable)) {}
    Result invoke(Args... args) override { return callable_(std::forward<Args>(args)...); }

private:
    Callable callable_;
};

/// A view with `auto` parameters: called with `long long`, `double` or `std::string_view` for each variable.
template <class Callable>
class GenericView final : public AnyView {
public:
    explicit GenericView(Callable callable) : callable_(std::move(callable)) {}

    Response call(const ViewArguments& arguments) override { return call_with(arguments); }
    [[nodiscard]] std::optional<List<ViewParameter>> parameters() const override {
        return std::nullopt;
    }
    [[nodiscard]] Callable& callable() noexcept { return callable_; }

private:
    static constexpr std::size_t most_arguments = 4;

    template <class... Read>
    Response call_with(const ViewArguments& arguments, const Read&... read) {
        if constexpr (std::is_invocable_v<Callable&, const Read&...>) {
            if (arguments.size() == sizeof...(Read)) return make_view_response(callable_(read...));
        }
        if constexpr (sizeof...(Read) < most_arguments) {
            if (arguments.size() > sizeof...(Read)) return call_with_next(arguments, read...);
        }
        throw SetupError("a view with auto parameters does not take the variables of its rule");
    }
    template <class... Read>
    Response call_with_next(const ViewArguments& arguments, const Read&... read) {
        const MatchedValue* value = arguments.variable(sizeof...(Read));
        if (!value) {
            const Json& given = arguments.default_value(sizeof...(Read));
            if (given.is_integer()) return call_with(arguments, read..., given.get<long long>());
            if (given.is_double()) return call_with(arguments, read..., given.get<double>());
            return call_with(arguments, read..., given.get<std::string_view>());
        }
        switch (value->kind()) {
        case MatchedValue::Kind::integer:
        case MatchedValue::Kind::unsigned_integer:
            return call_with(arguments, read...,
                             read_argument<long long>(arguments, sizeof...(Read)));
        case MatchedValue::Kind::floating:
            return call_with(arguments, read..., read_argument<double>(arguments, sizeof...(Read)));
        default: return call_with(arguments, read..., value->text());
        }
    }

    Callable callable_;
};

}  // namespace detail

/// What a decorator hands back: callable like the function itself, usable in `url_for(view, args...)`, and registered
/// again as the same view. A copyable handle.
template <class Signature>
class ViewFunction;

template <class Result, class... Args>
class ViewFunction<Result(Args...)> {
public:
    using Signature = Result(Args...);
    explicit ViewFunction(std::shared_ptr<detail::SignatureView<Result(Args...)>> view) noexcept
        : view_(std::move(view)) {}

    Result operator()(Args... args) const { return view_->invoke(std::forward<Args>(args)...); }
    [[nodiscard]] const std::shared_ptr<detail::SignatureView<Result(Args...)>>& view()
        const noexcept {
        return view_;
    }

private:
    std::shared_ptr<detail::SignatureView<Result(Args...)>> view_;
};

namespace detail {

/// The handle of a view with `auto` parameters.
template <class Callable>
class GenericViewFunction {
public:
    explicit GenericViewFunction(std::shared_ptr<GenericView<Callable>> view) noexcept
        : view_(std::move(view)) {}
    template <class... Args>
        requires std::is_invocable_v<Callable&, Args...>
    decltype(auto) operator()(Args&&... args) const {
        return view_->callable()(std::forward<Args>(args)...);
    }
    [[nodiscard]] const std::shared_ptr<GenericView<Callable>>& view() const noexcept {
        return view_;
    }

private:
    std::shared_ptr<GenericView<Callable>> view_;
};

template <class T>
concept IsViewHandle = requires(const T& handle) {
    { handle.view() } -> std::convertible_to<std::shared_ptr<AnyView>>;
};

/// Makes the handle of a view; a handle is itself.
template <class View>
auto make_view_function(View&& view) {
    using Callable = std::decay_t<View>;
    if constexpr (IsViewHandle<Callable>) {
        return std::forward<View>(view);
    } else if constexpr (CallableTraits<Callable>::has_signature) {
        using Signature = typename CallableTraits<Callable>::Signature;
        using Result = typename CallableTraits<Callable>::Result;
        static_assert(!std::is_void_v<Result> && !std::is_null_pointer_v<Result>,
                      "a view must return something: text, Json, a Response, ...");
        static_assert(std::is_void_v<Result> || std::is_null_pointer_v<Result> ||
                          is_view_value<std::remove_cvref_t<Result>>(),
                      "a view returns text, Markup, Json, Response, Body, a Generator, a Task, "
                      "bytes, a pair or tuple of "
                      "these with status and Headers, an optional of these, or a type with "
                      "to_response(const T&)");
        if constexpr (is_view_value<std::remove_cvref_t<Result>>()) {
            return ViewFunction<Signature>(
                std::make_shared<CallableView<Callable, Signature>>(std::forward<View>(view)));
        } else {
            return ViewFunction<const char*()>(nullptr);  // what was said above is all there is
        }
    } else {
        return GenericViewFunction<Callable>(
            std::make_shared<GenericView<Callable>>(std::forward<View>(view)));
    }
}

// ---- hooks and handlers --------------------------------------------------------------------------------------------

using BeforeRequestFunction = Function<std::optional<Response>()>;
using AfterRequestFunction = Function<Response(Response)>;
using TeardownFunction = Function<void(const std::exception_ptr&)>;
using UrlValuesFunction = Function<void(std::string_view endpoint, Json& values)>;

/// Calls a hook, and waits for it where it is a coroutine.
template <class Hook, class... Args>
decltype(auto) call_hook(Hook& hook, Args&&... args) {
    using Result = std::remove_cvref_t<std::invoke_result_t<Hook&, Args...>>;
    if constexpr (is_task<Result>) {
        return wait_for(hook(std::forward<Args>(args)...));
    } else {
        return hook(std::forward<Args>(args)...);
    }
}

/// A before-request function returns nothing, or an optional that ends the request, or what always ends it.
template <class Hook>
BeforeRequestFunction make_before_request(Hook hook) {
    static_assert(std::is_invocable_v<Hook&>, "a before_request function takes no parameters");
    using Result = std::remove_cvref_t<decltype(call_hook(hook))>;
    return [hook = std::move(hook)]() mutable -> std::optional<Response> {
        if constexpr (std::is_void_v<Result>) {
            call_hook(hook);
            return std::nullopt;
        } else if constexpr (is_optional<Result>) {
            Result result = call_hook(hook);
            if (!result) return std::nullopt;
            return make_view_response(*std::move(result));
        } else {
            return make_view_response(call_hook(hook));
        }
    };
}

/// An after-request function takes the response and returns one, or takes `Response&` and returns nothing.
template <class Hook>
AfterRequestFunction make_after_request(Hook hook) {
    static_assert(std::is_invocable_v<Hook&, Response> || std::is_invocable_v<Hook&, Response&>,
                  "an after_request function takes the response");
    return [hook = std::move(hook)](Response response) mutable -> Response {
        if constexpr (std::is_invocable_v<Hook&, Response>) {
            if constexpr (!std::is_void_v<decltype(call_hook(hook, std::move(response)))>) {
                return call_hook(hook, std::move(response));
            } else {
                call_hook(hook, response);
                return response;
            }
        } else {
            call_hook(hook, response);
            return response;
        }
    };
}

template <class Hook>
TeardownFunction make_teardown(Hook hook) {
    return [hook = std::move(hook)]([[maybe_unused]] const std::exception_ptr& error) mutable {
        if constexpr (std::is_invocable_v<Hook&, std::exception_ptr>) {
            call_hook(hook, error);
        } else {
            call_hook(hook);
        }
    };
}

/// One error handler: which exceptions it takes, and what it answers. Exceptions are told apart by catching them.
struct ErrorHandler {
    /// The status code it was registered for, or that its class stands for; 0 for other classes.
    int code = 0;
    /// Whether it was registered by code, so that it takes every HTTPException of that code.
    bool by_code = false;
    /// Answers an exception of its class; nothing for any other.
    Function<std::optional<Response>(const std::exception_ptr&)> answer;
    /// Throws a null pointer to its class, and whether such a pointer of another class is one to its own too.
    void (*throw_pointer)() = nullptr;
    bool (*catches)(void (*throw_other)()) = nullptr;
};

template <class Exception>
[[noreturn]] void throw_exception_pointer() {
    throw static_cast<Exception*>(nullptr);
}

/// Whether Exception is a base of (or the same as) the class whose null pointer the function throws.
template <class Exception>
bool catches_exception_pointer(void (*throw_other)()) {
    try {
        throw_other();
    } catch (Exception*) {
        return true;
    } catch (...) {  // a pointer to some other class: that is the answer
        return false;
    }
    return false;
}

template <class Exception, class Handler>
Response call_error_handler(Handler& handler, const Exception& error) {
    if constexpr (std::is_invocable_v<Handler&, const Exception&>) {
        return make_view_response(handler(error));
    } else {
        return make_view_response(handler());
    }
}

/// Makes the handler of an exception's class.
template <class Exception, class Handler>
ErrorHandler make_error_handler(Handler handler) {
    static_assert(std::is_invocable_v<Handler&, const Exception&> || std::is_invocable_v<Handler&>,
                  "an error handler takes the exception it is for, by const reference, or nothing");
    ErrorHandler result;
    if constexpr (std::is_base_of_v<HTTPException, Exception> &&
                  !std::is_same_v<HTTPException, Exception> &&
                  std::is_default_constructible_v<Exception>) {
        result.code = Exception().code();
    }
    result.throw_pointer = &throw_exception_pointer<Exception>;
    result.catches = &catches_exception_pointer<Exception>;
    result.answer = [handler = std::move(handler)](
                        const std::exception_ptr& error) mutable -> std::optional<Response> {
        try {
            std::rethrow_exception(error);
        } catch (const Exception& caught) {
            return call_error_handler<Exception>(handler, caught);
        } catch (...) {  // not of this class: some other handler's
            return std::nullopt;
        }
    };
    return result;
}

}  // namespace detail

}  // namespace microflask
