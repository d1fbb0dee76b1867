// Decorators of the user's own: `wraps` puts a function around a view and keeps the view's parameters.
#pragma once

#include "core/function.hpp"
#include "flask/callbacks.hpp"
#include "wrappers/response.hpp"

#include <type_traits>
#include <utility>

namespace microflask {

namespace detail {

template <class View, class Around, class Signature>
class WrappedView;

template <class View, class Around, class Result, class... Args>
class WrappedView<View, Around, Result(Args...)> {
public:
    WrappedView(View view, Around around) : view_(std::move(view)), around_(std::move(around)) {}
    Response operator()(Args... args) const {
        auto call = [&]() -> Response {
            return make_view_response(view_(std::forward<Args>(args)...));
        };
        return make_view_response(around_(call));
    }

private:
    mutable View view_;
    mutable Around around_;
};

template <class View, class Around>
class WrappedGenericView {
public:
    WrappedGenericView(View view, Around around)
        : view_(std::move(view)), around_(std::move(around)) {}
    template <class... Args>
    requires std::is_invocable_v<View&, const Args&...> Response
    operator()(const Args&... args) const {
        auto call = [&]() -> Response { return make_view_response(view_(args...)); };
        return make_view_response(around_(call));
    }

private:
    mutable View view_;
    mutable Around around_;
};

}  // namespace detail

/// Wraps a view in a decorator of one's own and keeps its parameters (Python's `functools.wraps`): `around(call)` is
/// called instead of the view, and `call()` runs the view and gives its Response.
template <class View, class Around>
auto wraps(View view, Around around) {
    if constexpr (detail::CallableTraits<View>::has_signature) {
        return detail::WrappedView<View, Around, typename detail::CallableTraits<View>::Signature>(
            std::move(view), std::move(around));
    } else {
        return detail::WrappedGenericView<View, Around>(std::move(view), std::move(around));
    }
}

}  // namespace microflask
