// The session of one client, and the interface that keeps it in a signed cookie (Flask's `sessions`).
#pragma once

#include "core/config.hpp"
#include "flask/json_item.hpp"
#include "json/value.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class Config;
class Flask;
class Request;
class Response;

namespace detail {

class SessionSigner;

/// A flag of a value that several threads read at once, each raising it.
class SharedFlag {
public:
    SharedFlag() = default;
    SharedFlag(const SharedFlag& other) noexcept : on_(other.get()) {}
    SharedFlag& operator=(const SharedFlag& other) noexcept {
        set(other.get());
        return *this;
    }

    [[nodiscard]] bool get() const noexcept { return on_.load(std::memory_order_relaxed); }
    void set(bool on) noexcept { on_.store(on, std::memory_order_relaxed); }

private:
    std::atomic<bool> on_{false};
};

}  // namespace detail

/// Values by name that belong to one client and travel with it (Flask's `SecureCookieSession`). Belongs to one request
/// and the copies of its context: several threads may read it at once, but nobody while another changes it.
class Session {
public:
    using Item = detail::JsonItem<Session>;

    Session() : values_(Json::object()) {}
    /// Begins with these values, as they came from the client; `is_new` where there were none.
    explicit Session(Json values, bool is_new = false) : values_(std::move(values)), new_(is_new) {}
    virtual ~Session() = default;

    /// Returns a value that reads as `const Json&` (null where missing); assigning marks the session modified.
    Item operator[](std::string_view key) {
        accessed_.set(true);
        return Item(*this, key);
    }
    const Json& operator[](std::string_view key) const { return at_or_null(key); }
    /// Returns a value, null where there is none.
    [[nodiscard]] const Json& get(std::string_view key) const {
        accessed_.set(true);
        return at_or_null(key);
    }
    /// Returns a value converted to T, or the default where it is missing, null or does not convert.
    template <class T>
    [[nodiscard]] T get(std::string_view key, T default_value) const {
        accessed_.set(true);
        return values_.template get<T>(key, std::move(default_value));
    }
    template <class T>
    [[nodiscard]] T get(std::string_view key) const {
        accessed_.set(true);
        return values_.at(key).template get<T>();
    }
    [[nodiscard]] std::string get(std::string_view key, const char* default_value) const {
        return get<std::string>(key, std::string(default_value));
    }
    [[nodiscard]] bool contains(std::string_view key) const {
        accessed_.set(true);
        return values_.contains(key);
    }
    /// Removes a value and returns it, null where there was none.
    Json pop(std::string_view key);
    /// Removes a value and returns it, or the default where there was none.
    Json pop(std::string_view key, Json default_value);
    /// Returns the value, which is the default from now on where there was none.
    const Json& setdefault(std::string_view key, Json default_value);
    void erase(std::string_view key);
    void clear();
    /// Sets every value of an object.
    void update(const Json& values);
    [[nodiscard]] std::size_t size() const {
        accessed_.set(true);
        return values_.size();
    }
    [[nodiscard]] bool empty() const {
        accessed_.set(true);
        return values_.empty();
    }
    /// All values as one object.
    [[nodiscard]] const Json& values() const {
        accessed_.set(true);
        return values_;
    }
    [[nodiscard]] auto items() const { return values().items(); }

    /// Whether the cookie outlives the browser's session (PERMANENT_SESSION_LIFETIME).
    [[nodiscard]] bool permanent() const { return get<bool>("_permanent", false); }
    void permanent(bool on) { assign("_permanent", on); }
    /// Whether the session is to be saved; set it by hand after changing what is inside a value.
    [[nodiscard]] bool modified() const noexcept { return modified_; }
    void modified(bool on) noexcept {
        modified_ = on;
        if (on) accessed_.set(true);
    }
    /// Whether anybody looked at the session, so that the answer varies by cookie.
    [[nodiscard]] bool accessed() const noexcept { return accessed_.get(); }
    void accessed(bool on) noexcept { accessed_.set(on); }
    /// Whether the client came without a session.
    [[nodiscard]] bool is_new() const noexcept { return new_; }

    // For Item and for interfaces of sessions.
    [[nodiscard]] const Json& at_or_null(std::string_view key) const {
        return std::as_const(values_)[key];
    }
    void assign(std::string_view key, Json value);
    /// Whether the tagged form of any value is more than its plain one.
    [[nodiscard]] bool has_tagged_values() const;
    /// The values in tagged form, as a cookie holds them.
    [[nodiscard]] Json tagged_values() const;
    /// Takes values in tagged form, without marking the session modified.
    void load_tagged(Json tagged);
    /// Sets a value that is given in tagged form.
    void assign_tagged(std::string_view key, Json tagged);

protected:
    /// Called before every change; a session that must not be written throws here.
    virtual void before_change() {}

private:
    Json values_;
    Json tagged_ = Json();  // those values whose tagged form is more than their plain one, by name
    bool modified_ = false;
    mutable detail::SharedFlag accessed_;
    bool new_ = false;
};

/// A session that can be read (as empty) but not written: what there is without a secret key.
class NullSession : public Session {
protected:
    [[noreturn]] MICROFLASK_INLINE void before_change() override;
};

/// How sessions are kept between requests; derive from it to keep them elsewhere (Flask's `SessionInterface`).
/// One object serves all requests, from every thread at once.
class SessionInterface {
public:
    virtual ~SessionInterface() = default;

    /// Returns the session of a request, or null where there can be none (then a null session stands in).
    virtual std::shared_ptr<Session> open_session(Flask& app, Request& request) = 0;
    /// Keeps the session, and writes into the response what the client must know. Not called for null sessions.
    virtual void save_session(Flask& app, Session& session, Response& response) = 0;

    /// Returns a session that stands in where none could be opened; it throws when written to.
    MICROFLASK_INLINE virtual std::shared_ptr<Session> make_null_session(Flask& app);
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_null_session(const Session& session) const;
    [[nodiscard]] MICROFLASK_INLINE virtual std::string get_cookie_name(Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual std::optional<std::string> get_cookie_domain(
        Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual std::string get_cookie_path(Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual bool get_cookie_httponly(Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual bool get_cookie_secure(Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual std::optional<std::string> get_cookie_samesite(
        Flask& app) const;
    [[nodiscard]] MICROFLASK_INLINE virtual bool get_cookie_partitioned(Flask& app) const;
    /// When a permanent session's cookie ends; none for the others.
    [[nodiscard]] MICROFLASK_INLINE virtual std::optional<std::chrono::system_clock::time_point>
    get_expiration_time(Flask& app, const Session& session) const;
    /// Whether a cookie is to be sent: the session was changed, or is permanent and renewed with each request.
    [[nodiscard]] MICROFLASK_INLINE virtual bool should_set_cookie(Flask& app,
                                                                   const Session& session) const;
    /// Whether sessions are opened only when a view first asks for one. Flask opens them before the URL is matched.
    [[nodiscard]] virtual bool opens_on_demand() const { return false; }
};

/// Keeps the session in the client's cookie, signed as itsdangerous signs it, so that a Flask application with the same
/// SECRET_KEY reads it and is read (Flask's `SecureCookieSessionInterface`).
class SecureCookieSessionInterface : public SessionInterface {
public:
    SecureCookieSessionInterface();
    MICROFLASK_INLINE ~SecureCookieSessionInterface() override;

    MICROFLASK_INLINE std::shared_ptr<Session> open_session(Flask& app, Request& request) override;
    MICROFLASK_INLINE void save_session(Flask& app, Session& session, Response& response) override;
    [[nodiscard]] bool opens_on_demand() const override { return true; }

    /// Returns the signer for the app's present keys, or null without a SECRET_KEY.
    std::shared_ptr<const detail::SessionSigner> get_signing_serializer(Flask& app) const;

private:
    mutable std::mutex signer_mutex_;  // guards signer_
    mutable std::shared_ptr<const detail::SessionSigner> signer_;
};

}  // namespace microflask
