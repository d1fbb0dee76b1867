// The bodies of auth.hpp.
#include "datastructures/auth.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "datastructures/headers.hpp"
#include "http/field_values.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// What both fields are made of: a scheme in lower case, and parameters or a token.
struct AuthParts {
    std::string type;
    AuthParameters parameters;
    std::optional<std::string> token;
};

/// Splits a field into scheme and the rest.
MICROFLASK_INLINE AuthParts split_auth_header(std::string_view header) {
    const std::size_t space = header.find(' ');
    AuthParts parts{to_lower(header.substr(0, space)), {}, std::nullopt};
    const std::string_view rest =
        space == std::string_view::npos ? "" : trim(header.substr(space + 1));
    parts.token = std::string(rest);
    return parts;
}

/// Turns the token into parameters, where it has a "=" that is no padding.
MICROFLASK_INLINE void split_auth_parameters(AuthParts& parts) {
    const std::string text = std::move(*parts.token);
    const std::size_t last = text.find_last_not_of('=');
    if (last == std::string::npos || text.find('=') > last) {
        parts.token = text;
        return;
    }
    parts.token.reset();
    parts.parameters = parse_dict_header(text);
}

/// Writes a scheme as Python's `str.title` does: "basic" as "Basic".
MICROFLASK_INLINE std::string auth_scheme_title(std::string_view type) {
    std::string title;
    bool in_word = false;
    for (const char c : type) {
        title += in_word ? ascii_lower(c) : ascii_upper(c);
        in_word = is_ascii_alpha(c);
    }
    return title;
}

MICROFLASK_INLINE const AuthParameters::value_type* find_auth_parameter(
    const AuthParameters& parameters, std::string_view key) noexcept {
    for (const auto& parameter : parameters) {
        if (parameter.first == key) return &parameter;
    }
    return nullptr;
}

/// Refuses what would end the field before its end.
MICROFLASK_INLINE void check_auth_parts(std::string_view type, const AuthParameters& parameters,
                                        const std::optional<std::string>& token) {
    check_field_value(type);
    check_field_value(token.value_or(""));
    for (const auto& [key, value] : parameters) {
        check_field_value(key);
        check_field_value(value.value_or(""));
    }
}

}  // namespace detail

MICROFLASK_INLINE Authorization::Authorization(std::string_view type, AuthParameters parameters,
                                               std::optional<std::string> token)
    : type_(detail::to_lower(type)), parameters_(std::move(parameters)), token_(std::move(token)) {}

MICROFLASK_INLINE std::optional<Authorization> Authorization::from_header(std::string_view value) {
    if (value.empty()) return std::nullopt;
    detail::AuthParts parts = detail::split_auth_header(value);
    if (parts.type == "basic") {
        const auto login = detail::base64_decode(*parts.token);
        if (!login || !detail::is_valid_utf8(*login)) return std::nullopt;
        const std::size_t colon = login->find(':');
        std::string password = colon == std::string::npos ? "" : login->substr(colon + 1);
        return Authorization(
            parts.type, {{"username", login->substr(0, colon)}, {"password", std::move(password)}});
    }
    detail::split_auth_parameters(parts);
    return Authorization(parts.type, std::move(parts.parameters), std::move(parts.token));
}

MICROFLASK_INLINE std::string Authorization::to_header() const {
    if (type_ == "basic") {
        const std::string login =
            detail::concat({username().value_or(""), ":", password().value_or("")});
        return detail::concat({"Basic ", detail::base64_encode(login)});
    }
    return detail::concat(
        {detail::auth_scheme_title(type_), " ", token_ ? *token_ : dump_header(parameters_)});
}

MICROFLASK_INLINE std::optional<std::string> Authorization::get(std::string_view key) const {
    const auto* parameter = detail::find_auth_parameter(parameters_, key);
    return parameter ? parameter->second : std::nullopt;
}

MICROFLASK_INLINE std::string Authorization::get(std::string_view key,
                                                 std::string_view default_value) const {
    return get(key).value_or(std::string(default_value));
}

MICROFLASK_INLINE bool Authorization::contains(std::string_view key) const noexcept {
    return detail::find_auth_parameter(parameters_, key) != nullptr;
}

MICROFLASK_INLINE WWWAuthenticate::WWWAuthenticate(std::string_view type, AuthParameters values,
                                                   std::optional<std::string> token)
    : type_(detail::to_lower(type)), parameters_(std::move(values)), token_(std::move(token)) {
    detail::check_auth_parts(type_, parameters_, token_);
}

MICROFLASK_INLINE std::optional<WWWAuthenticate> WWWAuthenticate::from_header(
    std::string_view value) {
    if (value.empty()) return std::nullopt;
    detail::AuthParts parts = detail::split_auth_header(value);
    detail::split_auth_parameters(parts);
    WWWAuthenticate authenticate("");
    authenticate.type_ = std::move(parts.type);
    authenticate.parameters_ = std::move(parts.parameters);
    authenticate.token_ = std::move(parts.token);
    return authenticate;
}

MICROFLASK_INLINE std::string WWWAuthenticate::to_header() const {
    const std::string title = detail::auth_scheme_title(type_);
    if (token_) return detail::concat({title, " ", *token_});
    if (parameters_.empty()) return title;
    if (type_ != "digest") return detail::concat({title, " ", dump_header(parameters_)});
    // RFC 7616, section 3.3: some are quoted strings even where a token would do.
    std::string list;
    for (const auto& [key, value] : parameters_) {
        const bool is_quoted =
            key == "realm" || key == "domain" || key == "nonce" || key == "opaque" || key == "qop";
        if (!list.empty()) list += ", ";
        list += key;
        list += '=';
        list += quote_header_value(value.value_or(""), !is_quoted);
    }
    return detail::concat({"Digest ", list});
}

MICROFLASK_INLINE WWWAuthenticate& WWWAuthenticate::type(std::string_view value) {
    detail::check_field_value(value);
    type_ = detail::to_lower(value);
    return *this;
}

MICROFLASK_INLINE WWWAuthenticate& WWWAuthenticate::token(std::optional<std::string> value) {
    detail::check_field_value(value.value_or(""));
    token_ = std::move(value);
    return *this;
}

MICROFLASK_INLINE WWWAuthenticate& WWWAuthenticate::parameters(AuthParameters values) {
    detail::check_auth_parts({}, values, std::nullopt);
    parameters_ = std::move(values);
    return *this;
}

MICROFLASK_INLINE std::optional<std::string> WWWAuthenticate::get(std::string_view key) const {
    const auto* parameter = detail::find_auth_parameter(parameters_, key);
    return parameter ? parameter->second : std::nullopt;
}

MICROFLASK_INLINE std::string WWWAuthenticate::get(std::string_view key,
                                                   std::string_view default_value) const {
    return get(key).value_or(std::string(default_value));
}

MICROFLASK_INLINE bool WWWAuthenticate::contains(std::string_view key) const noexcept {
    return detail::find_auth_parameter(parameters_, key) != nullptr;
}

MICROFLASK_INLINE WWWAuthenticate& WWWAuthenticate::set(std::string_view key,
                                                        std::string_view value) {
    detail::check_field_value(key);
    detail::check_field_value(value);
    for (auto& parameter : parameters_) {
        if (parameter.first != key) continue;
        parameter.second = std::string(value);
        return *this;
    }
    parameters_.emplace_back(std::string(key), std::string(value));
    return *this;
}

MICROFLASK_INLINE WWWAuthenticate& WWWAuthenticate::remove(std::string_view key) {
    std::erase_if(parameters_, [key](const auto& parameter) { return parameter.first == key; });
    return *this;
}

}  // namespace microflask
