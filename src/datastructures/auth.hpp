// Authorization and WWW-Authenticate (RFC 9110, section 11; RFC 7617; RFC 6750).
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// The parameters of a scheme in order; one without a value has none.
using AuthParameters = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Who a request comes from (Werkzeug's `Authorization`): a scheme with either parameters or a token. The token of
/// Basic is decoded into `username` and `password`.
class Authorization {
public:
    explicit Authorization(std::string_view type, AuthParameters parameters = {},
                           std::optional<std::string> token = std::nullopt);
    /// `Authorization("bearer", "the token")`.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view> Authorization(
            std::string_view type, const Text& token)
            : Authorization(type, AuthParameters{}, std::string(std::string_view(token))) {}

        /// Reads a field's value; nothing where it is empty or cannot be decoded.
        [[nodiscard]] static std::optional<Authorization> from_header(std::string_view value);
        /// Writes the field's value.
        [[nodiscard]] std::string to_header() const;

        /// Returns the scheme: "basic", "bearer", "digest".
        [[nodiscard]] const std::string& type() const noexcept {
            return type_;
        }
        [[nodiscard]] std::optional<std::string> username() const {
            return get("username");
        }
        [[nodiscard]] std::optional<std::string> password() const {
            return get("password");
        }
        [[nodiscard]] const std::optional<std::string>& token() const noexcept {
            return token_;
        }
        [[nodiscard]] const AuthParameters& parameters() const noexcept {
            return parameters_;
        }
        /// Returns a parameter, if it is there and has a value.
        [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
        [[nodiscard]] std::string get(std::string_view key, std::string_view default_value) const;
        [[nodiscard]] std::optional<std::string> operator[](std::string_view key) const {
            return get(key);
        }
        [[nodiscard]] bool contains(std::string_view key) const noexcept;
        friend bool operator==(const Authorization&, const Authorization&) = default;

    private:
        std::string type_;
        AuthParameters parameters_;
        std::optional<std::string> token_;
};

/// How a client is to say who it is (Werkzeug's `WWWAuthenticate`): `WWWAuthenticate("basic", {{"realm", "x"}})`.
/// A value with CR, LF or NUL throws `std::invalid_argument`.
class WWWAuthenticate {
public:
    explicit WWWAuthenticate(std::string_view type, AuthParameters values = {},
                             std::optional<std::string> token = std::nullopt);
    /// `WWWAuthenticate("negotiate", "the token")`.
    template <class Text>
        requires std::convertible_to<const Text&, std::string_view> WWWAuthenticate(
            std::string_view type, const Text& token)
            : WWWAuthenticate(type, AuthParameters{}, std::string(std::string_view(token))) {}

        /// Reads a field's value; nothing where it is empty.
        [[nodiscard]] static std::optional<WWWAuthenticate> from_header(std::string_view value);
        /// Writes the field's value.
        [[nodiscard]] std::string to_header() const;

        [[nodiscard]] const std::string& type() const noexcept {
            return type_;
        }
        WWWAuthenticate& type(std::string_view value);
        [[nodiscard]] const std::optional<std::string>& token() const noexcept {
            return token_;
        }
        WWWAuthenticate& token(std::optional<std::string> value);
        [[nodiscard]] const AuthParameters& parameters() const noexcept {
            return parameters_;
        }
        WWWAuthenticate& parameters(AuthParameters values);
        /// Returns a parameter, if it is there and has a value.
        [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
        [[nodiscard]] std::string get(std::string_view key, std::string_view default_value) const;
        [[nodiscard]] std::optional<std::string> operator[](std::string_view key) const {
            return get(key);
        }
        [[nodiscard]] bool contains(std::string_view key) const noexcept;
        /// Sets a parameter.
        WWWAuthenticate& set(std::string_view key, std::string_view value);
        /// Removes a parameter, if it is there.
        WWWAuthenticate& remove(std::string_view key);
        friend bool operator==(const WWWAuthenticate&, const WWWAuthenticate&) = default;

    private:
        std::string type_;
        AuthParameters parameters_;
        std::optional<std::string> token_;
};

}  // namespace microflask
