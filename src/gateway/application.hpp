// The one function type on which servers, middleware and the framework agree: body = application(environ, start_response).
#pragma once

#include "core/function.hpp"
#include "datastructures/headers.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"

#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

/// Begins the answer: status line text ("200 OK") and header fields. Refers to the server's (or a middleware's own)
/// callable and is valid during the call of the application. With `exc_info`, replaces an answer begun before.
class StartResponse {
public:
    template <class Callable>
        requires(
            !std::is_same_v<std::remove_cvref_t<Callable>, StartResponse> &&
            std::is_invocable_v<Callable&, std::string_view, const Headers&, std::exception_ptr>)
    StartResponse(Callable&& callable)
    noexcept : call_(callable) {}

    void operator()(std::string_view status, const Headers& headers,
                    std::exception_ptr exc_info = nullptr) const {
        call_(status, headers, std::move(exc_info));
    }

private:
    detail::FunctionRef<void(std::string_view, const Headers&, std::exception_ptr)> call_;
};

class Flask;

/// Anything callable as `Body(Environ&, StartResponse)`: a copyable handle. A `Flask` given as an lvalue is referred to
/// and must outlive the handle; any other callable is moved in.
class Application {
public:
    template <class Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, Application> &&
                 std::is_invocable_r_v<Body, std::remove_reference_t<Callable>&, Environ&,
                                       StartResponse>)
    Application(Callable&& callable) {
        using Target = std::decay_t<Callable>;
        if constexpr (std::is_base_of_v<Flask, Target>) {
            static_assert(std::is_lvalue_reference_v<Callable>,
                          "a Flask given as an application must outlive it");
            object_ = std::addressof(callable);
            call_ = [](void* object, Environ& request, StartResponse start_response) -> Body {
                return (*static_cast<Target*>(object))(request, start_response);
            };
        } else {
            owner_ = std::make_shared<Target>(std::forward<Callable>(callable));
            object_ = owner_.get();
            call_ = [](void* object, Environ& request, StartResponse start_response) -> Body {
                return (*static_cast<Target*>(object))(request, start_response);
            };
        }
    }

    Body operator()(Environ& request, StartResponse start_response) const {
        return call_(object_, request, start_response);
    }

private:
    std::shared_ptr<void> owner_;
    void* object_ = nullptr;
    Body (*call_)(void*, Environ&, StartResponse) = nullptr;
};

}  // namespace microflask
