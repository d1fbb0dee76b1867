// Bodies of sessions.hpp.
#include "flask/sessions.hpp"

#include "core/clock.hpp"
#include "core/config.hpp"
#include "core/errors.hpp"
#include "flask/app.hpp"
#include "flask/config.hpp"
#include "flask/json_tag.hpp"
#include "http/cookies.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "security/serializer.hpp"
#include "wrappers/request.hpp"
#include "wrappers/response.hpp"

namespace microflask {

// ---- Session

MICROFLASK_INLINE void Session::assign(std::string_view key, Json value) {
    before_change();
    modified(true);
    if (tagged_.is_object()) tagged_.erase(key);
    values_[key] = std::move(value);
}

MICROFLASK_INLINE void Session::assign_tagged(std::string_view key, Json tagged) {
    assign(key, detail::untag_json(tagged));
    if (detail::has_json_tag(tagged)) tagged_[key] = std::move(tagged);
}

MICROFLASK_INLINE void Session::load_tagged(Json tagged) {
    tagged_ = Json();
    if (!detail::has_json_tag(tagged)) {  // as most are
        values_ = std::move(tagged);
        return;
    }
    values_ = Json::object();
    for (const auto& [key, value] : tagged.items()) {
        values_[key] = detail::untag_json(value);
        if (detail::has_json_tag(value)) tagged_[key] = value;
    }
}

MICROFLASK_INLINE Json Session::tagged_values() const {
    if (!has_tagged_values()) return values_;
    Json result = Json::object();
    for (const auto& [key, value] : values_.items()) {
        const Json* tagged = tagged_.find(key);
        result[key] = tagged ? *tagged : detail::tag_json(value);
    }
    // A session of one value whose name is a tag is escaped as a whole.
    return detail::is_tagged_json(values_) ? detail::tag_json(values_) : result;
}

MICROFLASK_INLINE bool Session::has_tagged_values() const {
    return tagged_.is_object() || detail::has_json_tag(values_);
}

MICROFLASK_INLINE Json Session::pop(std::string_view key) {
    return pop(key, Json());
}

MICROFLASK_INLINE Json Session::pop(std::string_view key, Json default_value) {
    before_change();
    accessed_.set(true);
    const Json* value = std::as_const(values_).find(key);
    if (!value) return default_value;
    Json result = *value;
    erase(key);
    return result;
}

MICROFLASK_INLINE const Json& Session::setdefault(std::string_view key, Json default_value) {
    accessed_.set(true);
    if (!values_.contains(key)) assign(key, std::move(default_value));
    return at_or_null(key);
}

MICROFLASK_INLINE void Session::erase(std::string_view key) {
    before_change();
    modified(true);
    if (tagged_.is_object()) tagged_.erase(key);
    values_.erase(key);
}

MICROFLASK_INLINE void Session::clear() {
    before_change();
    modified(true);
    tagged_ = Json();
    values_ = Json::object();
}

MICROFLASK_INLINE void Session::update(const Json& values) {
    for (const auto& [key, value] : values.items()) assign(key, value);
}

MICROFLASK_INLINE void NullSession::before_change() {
    throw RuntimeError(
        "The session is unavailable because no secret key was set.  Set the secret_key on the "
        "application "
        "to something unique and secret.");
}

// ---- SessionInterface

MICROFLASK_INLINE std::shared_ptr<Session> SessionInterface::make_null_session(Flask&) {
    return std::make_shared<NullSession>();
}

MICROFLASK_INLINE bool SessionInterface::is_null_session(const Session& session) const {
    return dynamic_cast<const NullSession*>(&session) != nullptr;
}

MICROFLASK_INLINE std::string SessionInterface::get_cookie_name(Flask& app) const {
    return app.config.get<std::string>("SESSION_COOKIE_NAME", "session");
}

MICROFLASK_INLINE std::optional<std::string> SessionInterface::get_cookie_domain(Flask& app) const {
    const Json& domain = app.config.get("SESSION_COOKIE_DOMAIN");
    return domain.is_string() ? std::optional(domain.get<std::string>()) : std::nullopt;
}

MICROFLASK_INLINE std::string SessionInterface::get_cookie_path(Flask& app) const {
    const Json& path = app.config.get("SESSION_COOKIE_PATH");
    return path.is_string() ? path.get<std::string>()
                            : app.config.get<std::string>("APPLICATION_ROOT", "/");
}

MICROFLASK_INLINE bool SessionInterface::get_cookie_httponly(Flask& app) const {
    return app.config.get<bool>("SESSION_COOKIE_HTTPONLY", true);
}

MICROFLASK_INLINE bool SessionInterface::get_cookie_secure(Flask& app) const {
    return app.config.get<bool>("SESSION_COOKIE_SECURE", false);
}

MICROFLASK_INLINE std::optional<std::string> SessionInterface::get_cookie_samesite(
    Flask& app) const {
    const Json& samesite = app.config.get("SESSION_COOKIE_SAMESITE");
    return samesite.is_string() ? std::optional(samesite.get<std::string>()) : std::nullopt;
}

MICROFLASK_INLINE bool SessionInterface::get_cookie_partitioned(Flask& app) const {
    return app.config.get<bool>("SESSION_COOKIE_PARTITIONED", false);
}

namespace detail {

inline constexpr long long default_session_lifetime = 31LL * 24 * 60 * 60;  // seconds

/// PERMANENT_SESSION_LIFETIME in seconds.
MICROFLASK_INLINE long long session_lifetime(const Flask& app) {
    return app.config.get<long long>("PERMANENT_SESSION_LIFETIME", default_session_lifetime);
}

}  // namespace detail

MICROFLASK_INLINE std::optional<std::chrono::system_clock::time_point>
SessionInterface::get_expiration_time(Flask& app, const Session& session) const {
    if (!session.at_or_null("_permanent").is_boolean() ||
        !session.at_or_null("_permanent").get<bool>()) {
        return std::nullopt;
    }
    const std::int64_t expires = detail::unix_now() + detail::session_lifetime(app);
    return std::chrono::system_clock::time_point(std::chrono::seconds(expires));
}

MICROFLASK_INLINE bool SessionInterface::should_set_cookie(Flask& app,
                                                           const Session& session) const {
    return session.modified() || (session.at_or_null("_permanent") == Json(true) &&
                                  app.config.get<bool>("SESSION_REFRESH_EACH_REQUEST", true));
}

// ---- SecureCookieSessionInterface

namespace detail {

/// The itsdangerous serializer of session cookies, and the keys that it was made from.
class SessionSigner {
public:
    explicit SessionSigner(std::vector<std::string> keys)
        : keys_(std::move(keys)),
          serializer_(keys_,
                      {.salt = "cookie-session", .signer_kwargs = {.key_derivation = "hmac"}}) {}

    [[nodiscard]] const std::vector<std::string>& keys() const noexcept { return keys_; }
    [[nodiscard]] const URLSafeTimedSerializer& serializer() const noexcept { return serializer_; }

private:
    std::vector<std::string> keys_;  // the newest last, as itsdangerous takes them
    URLSafeTimedSerializer serializer_;
};

/// Appends the text of a key, or of each key in a list.
MICROFLASK_INLINE void append_secret_keys(std::vector<std::string>& keys, const Json& value) {
    if (value.is_string()) {
        keys.push_back(value.get<std::string>());
    } else if (value.is_array()) {
        for (const Json& key : value) append_secret_keys(keys, key);
    }
}

/// Whether a signer was made from the keys that are configured now.
MICROFLASK_INLINE bool signs_with(const SessionSigner& signer, const Json& secret_key,
                                  const Json& fallbacks) {
    const std::vector<std::string>& keys = signer.keys();
    const std::size_t fallback_count = fallbacks.is_array() ? fallbacks.size() : 0;
    if (keys.size() != fallback_count + 1 || secret_key != keys.back()) return false;
    for (std::size_t i = 0; i < fallback_count; ++i) {
        if (fallbacks[i] != keys[i]) return false;
    }
    return true;
}

}  // namespace detail

MICROFLASK_INLINE SecureCookieSessionInterface::SecureCookieSessionInterface() = default;
MICROFLASK_INLINE SecureCookieSessionInterface::~SecureCookieSessionInterface() = default;

MICROFLASK_INLINE std::shared_ptr<const detail::SessionSigner>
SecureCookieSessionInterface::get_signing_serializer(Flask& app) const {
    const Json& secret_key = app.config.get("SECRET_KEY");
    if (!secret_key.is_string() || secret_key.empty()) return nullptr;
    const Json& fallbacks = app.config.get("SECRET_KEY_FALLBACKS");

    const std::lock_guard lock(signer_mutex_);
    if (!signer_ || !detail::signs_with(*signer_, secret_key, fallbacks)) {
        std::vector<std::string> keys;
        detail::append_secret_keys(keys, fallbacks);
        detail::append_secret_keys(keys, secret_key);
        signer_ = std::make_shared<const detail::SessionSigner>(std::move(keys));
    }
    return signer_;
}

MICROFLASK_INLINE std::shared_ptr<Session> SecureCookieSessionInterface::open_session(
    Flask& app, Request& request) {
    const std::shared_ptr<const detail::SessionSigner> signer = get_signing_serializer(app);
    if (!signer) return nullptr;
    auto session = std::make_shared<Session>(Json::object(), true);
    const std::optional<std::string> cookie = request.cookies().get(get_cookie_name(app));
    if (!cookie || cookie->empty()) return session;
    try {
        Json tagged = Json::parse(signer->serializer().load_payload_text(
            *cookie, {.max_age = detail::session_lifetime(app)}));
        if (detail::is_tagged_json(tagged)) {  // a session of one value whose name is a tag
            const Json values = detail::untag_json(tagged);
            if (values.is_object()) session = std::make_shared<Session>(values);
        } else if (tagged.is_object()) {
            session = std::make_shared<Session>();
            session->load_tagged(std::move(tagged));
        }
    } catch (const BadData&) {
        return session;  // forged, cut, garbled or too old: an empty session, never an error
    } catch (const JsonError&) {
        return session;
    }
    return session;
}

MICROFLASK_INLINE void SecureCookieSessionInterface::save_session(Flask& app, Session& session,
                                                                  Response& response) {
    if (session.accessed()) response.vary().add("Cookie");
    const bool is_empty = session.size() == 0;
    if (is_empty && !session.modified()) return;
    if (!is_empty && !should_set_cookie(app, session)) return;

    const std::optional<std::string> domain = get_cookie_domain(app);
    const std::string path = get_cookie_path(app);
    const std::optional<std::string> samesite = get_cookie_samesite(app);
    const std::string name = get_cookie_name(app);
    DumpCookieOptions options;
    options.path = path;
    if (domain) options.domain = *domain;
    options.secure = get_cookie_secure(app);
    options.httponly = get_cookie_httponly(app);
    if (samesite) options.samesite = *samesite;
    options.partitioned = get_cookie_partitioned(app);
    if (is_empty) {
        response.delete_cookie(name, options);
        response.vary().add("Cookie");
        return;
    }
    options.expires = get_expiration_time(app, session);
    const std::shared_ptr<const detail::SessionSigner> signer = get_signing_serializer(app);
    const detail::JsonWriteOptions sorted{.sort_keys = true};
    const std::string text = session.has_tagged_values()
                                 ? detail::write_json(session.tagged_values(), sorted)
                                 : detail::write_json(session.values(), sorted);
    const std::string cookie = dump_cookie(name, signer->serializer().sign_payload(text), options);
    const auto limit = static_cast<std::size_t>(app.config.get<long long>("MAX_COOKIE_SIZE", 4093));
    if (limit > 0 && cookie.size() > limit) {
        app.logger().warning(
            "The '%s' cookie is too large: its size is %d bytes but the limit is %d bytes. "
            "Browsers "
            "may silently ignore cookies larger than this.",
            name, cookie.size(), limit);
    }
    response.headers().add("Set-Cookie", cookie);
    response.vary().add("Cookie");
}

}  // namespace microflask
