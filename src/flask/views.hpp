// Class-based views: View with dispatch_request, and MethodView, which has one method for each HTTP method.
#pragma once

#include "core/list.hpp"
#include "flask/callbacks.hpp"
#include "flask/decorators.hpp"
#include "flask/globals.hpp"
#include "http/exceptions.hpp"
#include "wrappers/request.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// A class-based view as a view without type: makes an object for each request, or keeps one, and calls it.
template <class Class, class Dispatch>
class ClassView final : public AnyView {
public:
    ClassView(Dispatch dispatch, std::vector<std::string> methods)
        : dispatch_(std::move(dispatch)), methods_(std::move(methods)) {}
    Response call(const ViewArguments& arguments) override {
        if constexpr (requires { Class::decorators; }) {
            return call_decorated<0>([&] { return dispatch_(arguments); });
        } else {
            return dispatch_(arguments);
        }
    }
    [[nodiscard]] std::optional<List<ViewParameter>> parameters() const override {
        return std::nullopt;
    }
    [[nodiscard]] const std::vector<std::string>* methods() const override {
        return methods_.empty() ? nullptr : &methods_;
    }
    [[nodiscard]] std::optional<bool> provide_automatic_options() const override {
        if constexpr (requires { bool(Class::provide_automatic_options); }) {
            return Class::provide_automatic_options;
        } else {
            return std::nullopt;
        }
    }

private:
    /// Puts the class's decorators around a view without parameters, the first innermost, and calls it.
    template <std::size_t Index, class Call>
    static Response call_decorated(Call call) {
        if constexpr (Index < std::tuple_size_v<std::remove_cvref_t<decltype(Class::decorators)>>) {
            return call_decorated<Index + 1>(std::get<Index>(Class::decorators)(std::move(call)));
        } else {
            return make_view_response(call());
        }
    }

    Dispatch dispatch_;
    std::vector<std::string> methods_;
};

/// The handle of a class-based view.
class ClassViewFunction {
public:
    explicit ClassViewFunction(std::shared_ptr<AnyView> view) noexcept : view_(std::move(view)) {}
    [[nodiscard]] const std::shared_ptr<AnyView>& view() const noexcept { return view_; }

private:
    std::shared_ptr<AnyView> view_;
};

/// A class-based view inside of a decorator of the user's own.
template <class Around>
class WrappedClassView final : public AnyView {
public:
    WrappedClassView(std::shared_ptr<AnyView> view, Around around)
        : view_(std::move(view)), around_(std::move(around)) {}
    Response call(const ViewArguments& arguments) override {
        auto call = [&]() -> Response { return view_->call(arguments); };
        return make_view_response(around_(call));
    }
    [[nodiscard]] std::optional<List<ViewParameter>> parameters() const override {
        return view_->parameters();
    }
    [[nodiscard]] const std::vector<std::string>* methods() const override {
        return view_->methods();
    }
    [[nodiscard]] std::optional<bool> provide_automatic_options() const override {
        return view_->provide_automatic_options();
    }

private:
    std::shared_ptr<AnyView> view_;
    Around around_;
};

template <class Class>
constexpr bool makes_view_every_request() {
    if constexpr (requires { Class::init_every_request; }) {
        return Class::init_every_request;
    } else {
        return true;
    }
}

/// Calls a member function of a view object with what its rule matched.
template <class Class, class Object, class Result, class... Args>
Response call_view_method(Object& object, Result (Class::*method)(Args...),
                          const ViewArguments& arguments) {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return make_view_response(
            (object.*method)(read_argument<std::remove_cvref_t<Args>>(arguments, Index)...));
    }
    (std::index_sequence_for<Args...>{});
}
template <class Class, class Object, class Result, class... Args>
Response call_view_method(const Object& object, Result (Class::*method)(Args...) const,
                          const ViewArguments& arguments) {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
        return make_view_response(
            (object.*method)(read_argument<std::remove_cvref_t<Args>>(arguments, Index)...));
    }
    (std::index_sequence_for<Args...>{});
}

/// Makes a class-based view: `call(object, arguments)` runs on an object made of the constructor's arguments.
template <class Class, class Call, class... Args>
ClassViewFunction make_class_view(Call call, std::vector<std::string> methods, Args&&... args) {
    auto make = [stored = std::tuple<std::decay_t<Args>...>(std::forward<Args>(args)...)] {
        return std::apply([](const auto&... values) { return Class(values...); }, stored);
    };
    if constexpr (makes_view_every_request<Class>()) {
        auto dispatch = [make = std::move(make), call](const ViewArguments& arguments) {
            Class object = make();
            return call(object, arguments);
        };
        return ClassViewFunction(std::make_shared<ClassView<Class, decltype(dispatch)>>(
            std::move(dispatch), std::move(methods)));
    } else {
        auto dispatch = [object = std::make_shared<Class>(make()),
                         call](const ViewArguments& arguments) { return call(*object, arguments); };
        return ClassViewFunction(std::make_shared<ClassView<Class, decltype(dispatch)>>(
            std::move(dispatch), std::move(methods)));
    }
}

/// The class's own `methods`, a container of names, where it has one.
template <class Class>
std::vector<std::string> class_view_methods() {
    if constexpr (requires { std::begin(Class::methods); }) {
        return std::vector<std::string>(std::begin(Class::methods), std::end(Class::methods));
    } else {
        return {};
    }
}

}  // namespace detail

/// Wraps a class-based view in a decorator of one's own, as `wraps` does a function.
template <class Around>
detail::ClassViewFunction wraps(detail::ClassViewFunction view, Around around) {
    return detail::ClassViewFunction(
        std::make_shared<detail::WrappedClassView<Around>>(view.view(), std::move(around)));
}

/// A view that is a class: `struct Home : View<Home> { std::string dispatch_request(); };`, registered by
/// `app.add_url_rule("/", "home", Home::as_view())`. An object is made for each request, unless the class says
/// `static constexpr bool init_every_request = false`. The class may have a static list of names, `methods`, a static
/// `bool provide_automatic_options`, and a static tuple of `decorators`, which map a view without parameters to such a
/// view, the first innermost: `static constexpr std::tuple decorators{[](auto view) { return login_required(view); }};`.
template <class Derived>
struct View {
    /// Makes the view; the arguments are given to the class's constructor.
    template <class... Args>
    static auto as_view(Args&&... args) {
        return detail::make_class_view<Derived>(
            [](Derived& object, const detail::ViewArguments& arguments) {
                return detail::call_view_method(object, &Derived::dispatch_request, arguments);
            },
            detail::class_view_methods<Derived>(), std::forward<Args>(args)...);
    }
};

/// A view that is a class with a member function for each method: `get`, `post`, `put`, `patch`, `delete_`, `head`,
/// `options`, `trace`. Only the methods that exist are routed; HEAD is answered by `get` where there is no `head`.
template <class Derived>
struct MethodView {
    template <class... Args>
    static auto as_view(Args&&... args) {
        std::vector<std::string> methods = detail::class_view_methods<Derived>();
        if (methods.empty()) {
            if constexpr (requires { &Derived::get; }) methods.emplace_back("GET");
            if constexpr (requires { &Derived::post; }) methods.emplace_back("POST");
            if constexpr (requires { &Derived::put; }) methods.emplace_back("PUT");
            if constexpr (requires { &Derived::patch; }) methods.emplace_back("PATCH");
            if constexpr (requires { &Derived::delete_; }) methods.emplace_back("DELETE");
            if constexpr (requires { &Derived::head; }) methods.emplace_back("HEAD");
            if constexpr (requires { &Derived::options; }) methods.emplace_back("OPTIONS");
            if constexpr (requires { &Derived::trace; }) methods.emplace_back("TRACE");
        }
        return detail::make_class_view<Derived>(&dispatch, std::move(methods),
                                                std::forward<Args>(args)...);
    }

private:
    static Response dispatch(Derived& object, const detail::ViewArguments& arguments) {
        const std::string_view method = request->method();
        if constexpr (requires { &Derived::head; }) {
            if (method == "HEAD")
                return detail::call_view_method(object, &Derived::head, arguments);
        }
        if constexpr (requires { &Derived::get; }) {
            if (method == "GET" || method == "HEAD")
                return detail::call_view_method(object, &Derived::get, arguments);
        }
        if constexpr (requires { &Derived::post; }) {
            if (method == "POST")
                return detail::call_view_method(object, &Derived::post, arguments);
        }
        if constexpr (requires { &Derived::put; }) {
            if (method == "PUT") return detail::call_view_method(object, &Derived::put, arguments);
        }
        if constexpr (requires { &Derived::patch; }) {
            if (method == "PATCH")
                return detail::call_view_method(object, &Derived::patch, arguments);
        }
        if constexpr (requires { &Derived::delete_; }) {
            if (method == "DELETE")
                return detail::call_view_method(object, &Derived::delete_, arguments);
        }
        if constexpr (requires { &Derived::options; }) {
            if (method == "OPTIONS")
                return detail::call_view_method(object, &Derived::options, arguments);
        }
        if constexpr (requires { &Derived::trace; }) {
            if (method == "TRACE")
                return detail::call_view_method(object, &Derived::trace, arguments);
        }
        throw MethodNotAllowed();
    }
};

}  // namespace microflask
