// What is global: the two context stacks, and current_app, request, session and g, which stand for what is on top.
#pragma once

#include "core/config.hpp"
#include "flask/sessions.hpp"
#include "local/attributes.hpp"
#include "local/local_proxy.hpp"
#include "local/local_stack.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace microflask {

class AppContext;
class Flask;
class Request;
class RequestContext;

namespace detail {

inline constexpr const char* no_request_message =
    "Working outside of request context.\n\nThis typically means that you attempted to use "
    "functionality that "
    "needed\nan active HTTP request. Consult the documentation on testing for\ninformation about "
    "how to avoid this "
    "problem.";

inline constexpr const char* no_app_message =
    "Working outside of application context.\n\nThis typically means that you attempted to use "
    "functionality that "
    "needed\nthe current application. To solve this, set up an application context\nwith "
    "app.app_context(). See the "
    "documentation for more information.";

// How the proxies find what they stand for; null outside of a context.
Flask* find_current_app(const void*);
Request* find_current_request(const void*);
Session* find_current_session(const void*);
Attributes* find_current_g(const void*);

}  // namespace detail

/// The contexts of the running task, the innermost on top.
inline constinit LocalStack<RequestContext*> _request_ctx_stack;
inline constinit LocalStack<AppContext*> _app_ctx_stack;

/// Stands for the session of the current request; forwards its members, so that they are used with a dot.
class SessionProxy : public LocalProxy<Session> {
public:
    using LocalProxy<Session>::LocalProxy;

    [[nodiscard]] const Json& get(std::string_view key) const { return (*this)->get(key); }
    template <class T>
    [[nodiscard]] T get(std::string_view key) const {
        return (*this)->template get<T>(key);
    }
    template <class T>
    [[nodiscard]] T get(std::string_view key, T default_value) const {
        return (*this)->template get<T>(key, std::move(default_value));
    }
    [[nodiscard]] std::string get(std::string_view key, const char* default_value) const {
        return (*this)->get(key, default_value);
    }
    [[nodiscard]] bool contains(std::string_view key) const { return (*this)->contains(key); }
    Json pop(std::string_view key) const { return (*this)->pop(key); }
    Json pop(std::string_view key, Json default_value) const {
        return (*this)->pop(key, std::move(default_value));
    }
    const Json& setdefault(std::string_view key, Json value) const {
        return (*this)->setdefault(key, std::move(value));
    }
    void erase(std::string_view key) const { (*this)->erase(key); }
    void clear() const { (*this)->clear(); }
    void update(const Json& values) const { (*this)->update(values); }
    [[nodiscard]] std::size_t size() const { return (*this)->size(); }
    [[nodiscard]] bool empty() const { return (*this)->empty(); }
    [[nodiscard]] auto items() const { return (*this)->items(); }
    [[nodiscard]] bool permanent() const { return (*this)->permanent(); }
    void permanent(bool on) const { (*this)->permanent(on); }
    [[nodiscard]] bool modified() const { return (*this)->modified(); }
    void modified(bool on) const { (*this)->modified(on); }
    [[nodiscard]] bool accessed() const { return (*this)->accessed(); }
    [[nodiscard]] bool is_new() const { return (*this)->is_new(); }
};

/// Stands for the values kept during the current application context; forwards its members.
class GlobalsProxy : public LocalProxy<Attributes> {
public:
    using LocalProxy<Attributes>::LocalProxy;

    template <class T>
    [[nodiscard]] T& get(std::string_view name) const {
        return (*this)->template get<T>(name);
    }
    template <class T>
    [[nodiscard]] T get(std::string_view name, T default_value) const {
        return std::as_const(**this).template get<T>(name, std::move(default_value));
    }
    template <class T>
    T pop(std::string_view name) const {
        return (*this)->template pop<T>(name);
    }
    template <class T>
    T pop(std::string_view name, T default_value) const {
        return (*this)->template pop<T>(name, std::move(default_value));
    }
    template <class T>
    T& setdefault(std::string_view name, T default_value) const {
        return (*this)->template setdefault<T>(name, std::move(default_value));
    }
    template <class T>
    void set(std::string_view name, T&& value) const {
        (*this)->set(name, std::forward<T>(value));
    }
    [[nodiscard]] bool contains(std::string_view name) const { return (*this)->contains(name); }
    void erase(std::string_view name) const { (*this)->erase(name); }
};

/// The application that handles the current activity.
inline constinit LocalProxy<Flask> current_app{&detail::find_current_app, nullptr,
                                               detail::no_app_message};
/// The request that is being handled.
inline constinit LocalProxy<Request> request{&detail::find_current_request, nullptr,
                                             detail::no_request_message};
/// The session of the client whose request is being handled.
inline constinit SessionProxy session{&detail::find_current_session, nullptr,
                                      detail::no_request_message};
/// Values to keep during one application context, so for one request.
inline constinit GlobalsProxy g{&detail::find_current_g, nullptr, detail::no_app_message};

/// Whether a request is being handled by the running task.
inline bool has_request_context() noexcept {
    return _request_ctx_stack.top() != nullptr;
}
/// Whether the running task has an application context.
inline bool has_app_context() noexcept {
    return _app_ctx_stack.top() != nullptr;
}

}  // namespace microflask
