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
    noexcept : operations_(&operations<std::remove_reference_t<Callable>>) {
        if constexpr (std::is_function_v<std::remove_reference_t<Callable>>)
            function_ = reinterpret_cast<void (*)()>(&callable);
        else
            object_ = const_cast<void*>(static_cast<const void*>(std::addressof(callable)));
    }

    void operator()(std::string_view status, const Headers& headers,
                    const std::exception_ptr& exc_info = nullptr) const {
        operations_->call(*this, status, headers, exc_info);
    }

    /// Whether the Content-Length of a body that is one text may be left to the callable, which says so by a member
    /// `static constexpr bool adds_content_length = true`. Servers do.
    [[nodiscard]] bool adds_content_length() const noexcept {
        return operations_->adds_content_length;
    }

private:
    struct Operations {
        void (*call)(StartResponse, std::string_view, const Headers&, const std::exception_ptr&);
        bool adds_content_length;
    };

    template <class Target>
    static void call(StartResponse self, std::string_view status, const Headers& headers,
                     const std::exception_ptr& exc_info) {
        if constexpr (std::is_function_v<Target>)
            reinterpret_cast<Target*>(self.function_)(status, headers, exc_info);
        else
            (*static_cast<Target*>(self.object_))(status, headers, exc_info);
    }
    template <class Target>
    static constexpr bool target_adds_content_length() {
        if constexpr (requires { Target::adds_content_length; }) return Target::adds_content_length;
        return false;
    }
    template <class Target>
    static constexpr Operations operations{&call<Target>, target_adds_content_length<Target>()};

    union {
        void* object_;
        void (*function_)();
    };
    const Operations* operations_;
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
