// What goes wrong with signed data, as itsdangerous names it; each error carries the data that
// failed.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace microflask {

/// Bad data of any sort; the base of all errors of signers and serializers.
class BadData : public std::runtime_error {
public:
    explicit BadData(const std::string& message) : std::runtime_error(message) {}

    [[nodiscard]] std::string message() const { return what(); }
};

/// A signature that does not match.
class BadSignature : public BadData {
public:
    explicit BadSignature(const std::string& message,
                          std::optional<std::string> payload = std::nullopt)
        : BadData(message), payload_(std::move(payload)) {}

    /// Returns the untrusted payload that failed the test, where there was one.
    [[nodiscard]] const std::optional<std::string>& payload() const noexcept { return payload_; }

private:
    std::optional<std::string> payload_;
};

/// A signature with time that does not match, or whose time cannot be read.
class BadTimeSignature : public BadSignature {
public:
    explicit BadTimeSignature(
        const std::string& message, std::optional<std::string> payload = std::nullopt,
        std::optional<std::chrono::system_clock::time_point> date_signed = std::nullopt)
        : BadSignature(message, std::move(payload)), date_signed_(date_signed) {}

    /// Returns when the signature claims to have been made, where that can be read.
    [[nodiscard]] const std::optional<std::chrono::system_clock::time_point>& date_signed()
        const noexcept {
        return date_signed_;
    }

private:
    std::optional<std::chrono::system_clock::time_point> date_signed_;
};

/// A good signature that is older than `max_age`, or comes from the future.
class SignatureExpired : public BadTimeSignature {
public:
    using BadTimeSignature::BadTimeSignature;
};

/// A payload that cannot be read, although its signature is good.
class BadPayload : public BadData {
public:
    explicit BadPayload(const std::string& message, std::exception_ptr original_error = nullptr)
        : BadData(message), original_error_(std::move(original_error)) {}

    /// Returns the error that says why, where there was one.
    [[nodiscard]] const std::exception_ptr& original_error() const noexcept {
        return original_error_;
    }

private:
    std::exception_ptr original_error_;
};

}  // namespace microflask
