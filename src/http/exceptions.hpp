// HTTPException, and a class for each error status: code, description and header fields. They are data here; how one
// becomes a response is the business of wrappers/.
#pragma once

#include "core/config.hpp"
#include "core/errors.hpp"

#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class Response;

/// What a view or the framework throws to answer with an error page (Werkzeug's `HTTPException`). Copyable.
class HTTPException : public std::exception {
public:
    using Fields = std::vector<std::pair<std::string, std::string>>;

    HTTPException() = default;
    explicit HTTPException(std::string_view description) : description_(description) {}
    /// Carries a response of its own, which is the answer.
    explicit HTTPException(const Response& response);
    /// An exception of one's own status.
    HTTPException(int code, std::string_view name, std::string_view description)
        : code_(code), name_(name), description_(description) {}

    /// The status code; 0 where it has none.
    [[nodiscard]] virtual int code() const noexcept { return code_; }
    /// The status' name, "Not Found".
    [[nodiscard]] std::string name() const;
    /// What happened, in plain text. Empty where nothing was said.
    [[nodiscard]] virtual std::string description() const { return description_; }
    void description(std::string_view text) {
        description_ = text;
        what_.clear();
    }
    /// The description as HTML: escaped, in a paragraph.
    [[nodiscard]] std::string get_description() const;
    /// The error page.
    [[nodiscard]] std::string get_body() const;
    /// The header fields of the answer, Content-Type first.
    [[nodiscard]] MICROFLASK_INLINE virtual Fields get_headers() const;
    /// The answer: the response it carries, else its page.
    [[nodiscard]] Response get_response() const;
    /// The response it carries, or null.
    [[nodiscard]] const std::shared_ptr<Response>& response() const noexcept { return response_; }
    void response(const Response& response);
    /// Returns "404 Not Found: why".
    [[nodiscard]] MICROFLASK_INLINE const char* what() const noexcept override;

protected:
    /// To be called where the description has changed.
    void forget_what() noexcept { what_.clear(); }

private:
    int code_ = 0;
    std::string name_;
    std::string description_;
    std::shared_ptr<Response> response_;
    mutable std::string what_;  // made when first asked for
};

namespace detail {

/// Returns Werkzeug's description of an error status; empty where there is no exception for it.
[[nodiscard]] std::string_view http_exception_description(int code) noexcept;
/// Whether there is an exception for a status code.
[[nodiscard]] inline bool is_http_exception_code(int code) noexcept {
    return !http_exception_description(code).empty();
}
/// Throws the exception of a status code; LookupError where there is none.
[[noreturn]] void throw_http_exception(
    int code, const std::optional<std::string>& description = std::nullopt);

/// The exception of one status code.
template <int Code>
class StatusException : public HTTPException {
public:
    StatusException() : HTTPException(http_exception_description(Code)) {}
    explicit StatusException(std::string_view description) : HTTPException(description) {}
    explicit StatusException(const Response& response) : HTTPException(response) {}
    [[nodiscard]] int code() const noexcept override { return Code; }
};

/// An exception that may say when to try again.
template <int Code>
class RetryAfterException : public StatusException<Code> {
public:
    using StatusException<Code>::StatusException;
    /// Asks to wait for so many seconds.
    RetryAfterException(std::string_view description, long long retry_after)
        : StatusException<Code>(description), retry_after_(std::to_string(retry_after)) {}
    explicit RetryAfterException(long long retry_after)
        : retry_after_(std::to_string(retry_after)) {}
    /// The field's value: seconds or an HTTP date; empty for none.
    [[nodiscard]] const std::string& retry_after() const noexcept { return retry_after_; }
    void retry_after(std::string_view value) { retry_after_ = value; }
    [[nodiscard]] HTTPException::Fields get_headers() const override {
        HTTPException::Fields fields = HTTPException::get_headers();
        if (!retry_after_.empty()) fields.emplace_back("Retry-After", retry_after_);
        return fields;
    }

private:
    std::string retry_after_;
};

}  // namespace detail

/// 400: the request cannot be understood.
class BadRequest : public detail::StatusException<400> {
public:
    using StatusException::StatusException;
};

/// 400: a key that the view asked for is not in the form or the query. Also what `[]` of a MultiDict throws.
class BadRequestKeyError : public BadRequest {
public:
    BadRequestKeyError() = default;
    explicit BadRequestKeyError(std::string key) : key_(std::move(key)) {}
    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    /// Whether the description tells the key.
    [[nodiscard]] bool show_exception() const noexcept { return show_exception_; }
    void show_exception(bool on) noexcept {
        show_exception_ = on;
        forget_what();
    }
    [[nodiscard]] MICROFLASK_INLINE std::string description() const override;

private:
    std::string key_;
    bool show_exception_ = false;
};

/// 400: the client went away while its request was read.
class ClientDisconnected : public BadRequest {
public:
    using BadRequest::BadRequest;
};

/// 400: something about the request is not to be trusted.
class SecurityError : public BadRequest {
public:
    using BadRequest::BadRequest;
};

/// 400: the host is malformed.
class BadHost : public BadRequest {
public:
    using BadRequest::BadRequest;
};

/// 401: the client must say who it is; `www_authenticate` tells how.
class Unauthorized : public detail::StatusException<401> {
public:
    using StatusException::StatusException;
    Unauthorized(std::string_view description, std::vector<std::string> www_authenticate)
        : StatusException(description), www_authenticate_(std::move(www_authenticate)) {}
    [[nodiscard]] const std::vector<std::string>& www_authenticate() const noexcept {
        return www_authenticate_;
    }
    [[nodiscard]] MICROFLASK_INLINE Fields get_headers() const override;

private:
    std::vector<std::string> www_authenticate_;
};

class Forbidden : public detail::StatusException<403> {
public:
    using StatusException::StatusException;
};

class NotFound : public detail::StatusException<404> {
public:
    using StatusException::StatusException;
};

/// 405: the URL exists, but not for this method; the page's Allow field lists those that it has.
class MethodNotAllowed : public detail::StatusException<405> {
public:
    using StatusException::StatusException;
    explicit MethodNotAllowed(std::vector<std::string> valid_methods)
        : valid_methods_(std::move(valid_methods)) {}
    explicit MethodNotAllowed(std::initializer_list<std::string_view> valid_methods)
        : valid_methods_(valid_methods.begin(), valid_methods.end()) {}
    MethodNotAllowed(std::vector<std::string> valid_methods, std::string_view description)
        : StatusException(description), valid_methods_(std::move(valid_methods)) {}
    [[nodiscard]] const std::vector<std::string>& valid_methods() const noexcept {
        return valid_methods_;
    }
    [[nodiscard]] MICROFLASK_INLINE Fields get_headers() const override;

private:
    std::vector<std::string> valid_methods_;
};

class NotAcceptable : public detail::StatusException<406> {
public:
    using StatusException::StatusException;
};

class RequestTimeout : public detail::StatusException<408> {
public:
    using StatusException::StatusException;
};

class Conflict : public detail::StatusException<409> {
public:
    using StatusException::StatusException;
};

class Gone : public detail::StatusException<410> {
public:
    using StatusException::StatusException;
};

class LengthRequired : public detail::StatusException<411> {
public:
    using StatusException::StatusException;
};

class PreconditionFailed : public detail::StatusException<412> {
public:
    using StatusException::StatusException;
};

class RequestEntityTooLarge : public detail::StatusException<413> {
public:
    using StatusException::StatusException;
};

class RequestURITooLarge : public detail::StatusException<414> {
public:
    using StatusException::StatusException;
};

class UnsupportedMediaType : public detail::StatusException<415> {
public:
    using StatusException::StatusException;
};

/// 416: the range that was asked for is not there; the page's Content-Range field tells the length.
class RequestedRangeNotSatisfiable : public detail::StatusException<416> {
public:
    using StatusException::StatusException;
    explicit RequestedRangeNotSatisfiable(std::uint64_t length, std::string_view units = "bytes")
        : length_(length), units_(units) {}
    [[nodiscard]] std::optional<std::uint64_t> length() const noexcept { return length_; }
    [[nodiscard]] const std::string& units() const noexcept { return units_; }
    [[nodiscard]] MICROFLASK_INLINE Fields get_headers() const override;

private:
    std::optional<std::uint64_t> length_;
    std::string units_ = "bytes";
};

class ExpectationFailed : public detail::StatusException<417> {
public:
    using StatusException::StatusException;
};

class ImATeapot : public detail::StatusException<418> {
public:
    using StatusException::StatusException;
};

class MisdirectedRequest : public detail::StatusException<421> {
public:
    using StatusException::StatusException;
};

class UnprocessableEntity : public detail::StatusException<422> {
public:
    using StatusException::StatusException;
};

class Locked : public detail::StatusException<423> {
public:
    using StatusException::StatusException;
};

class FailedDependency : public detail::StatusException<424> {
public:
    using StatusException::StatusException;
};

class PreconditionRequired : public detail::StatusException<428> {
public:
    using StatusException::StatusException;
};

class TooManyRequests : public detail::RetryAfterException<429> {
public:
    using RetryAfterException::RetryAfterException;
};

class RequestHeaderFieldsTooLarge : public detail::StatusException<431> {
public:
    using StatusException::StatusException;
};

class UnavailableForLegalReasons : public detail::StatusException<451> {
public:
    using StatusException::StatusException;
};

/// 500: an exception that nobody handled; it is kept.
class InternalServerError : public detail::StatusException<500> {
public:
    using StatusException::StatusException;
    explicit InternalServerError(std::exception_ptr original_exception)
        : original_exception_(std::move(original_exception)) {}
    /// The exception that nobody handled; null where this was thrown itself.
    [[nodiscard]] const std::exception_ptr& original_exception() const noexcept {
        return original_exception_;
    }

private:
    std::exception_ptr original_exception_;
};

class NotImplemented : public detail::StatusException<501> {
public:
    using StatusException::StatusException;
};

class BadGateway : public detail::StatusException<502> {
public:
    using StatusException::StatusException;
};

class ServiceUnavailable : public detail::RetryAfterException<503> {
public:
    using RetryAfterException::RetryAfterException;
};

class GatewayTimeout : public detail::StatusException<504> {
public:
    using StatusException::StatusException;
};

class HTTPVersionNotSupported : public detail::StatusException<505> {
public:
    using StatusException::StatusException;
};

}  // namespace microflask
