// What routing throws: RequestRedirect and WebsocketMismatch for a request, BuildError with its "did you mean" and
// DuplicateRuleError for the programmer.
#pragma once

#include "core/config.hpp"
#include "core/errors.hpp"
#include "http/exceptions.hpp"
#include "json/value.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

class MapAdapter;
class Rule;

/// The map wants the request to go to another URL: a slash is missing, or a rule redirects. A 308.
class RequestRedirect : public HTTPException {
public:
    explicit RequestRedirect(std::string new_url) : new_url_(std::move(new_url)) {}

    [[nodiscard]] int code() const noexcept override { return code_; }
    void code(int code) noexcept { code_ = code; }
    /// Returns the page with a link to the URL.
    [[nodiscard]] std::string get_body() const;
    [[nodiscard]] MICROFLASK_INLINE Fields get_headers() const override;
    /// Returns the absolute URL to go to.
    const std::string& new_url() const noexcept { return new_url_; }

private:
    std::string new_url_;
    int code_ = 308;
};

/// The rules of the path are for WebSockets and the request is not, or the other way round. A 400.
class WebsocketMismatch : public BadRequest {
public:
    using BadRequest::BadRequest;
};

/// Two rules of a map would match in the same way, so that one of them never would.
class DuplicateRuleError : public std::exception {
public:
    DuplicateRuleError(const Rule& existing, const Rule& duplicate);

    const char* what() const noexcept override { return message_.c_str(); }
    const Rule& existing() const noexcept { return *existing_; }
    const Rule& duplicate() const noexcept { return *duplicate_; }

private:
    std::shared_ptr<const Rule> existing_;
    std::shared_ptr<const Rule> duplicate_;
    std::string message_;
};

/// No rule of the endpoint can be built with the values. The message says what may have been meant.
class BuildError : public LookupError {
public:
    /// `adapter` says in which map to look for what was meant; it may be null. An empty method means any.
    BuildError(std::string_view endpoint, Json values, std::string_view method,
               const MapAdapter* adapter = nullptr);

    MICROFLASK_INLINE const char* what() const noexcept override;
    const std::string& endpoint() const noexcept { return endpoint_; }
    const Json& values() const noexcept { return values_; }
    const std::optional<std::string>& method() const noexcept { return method_; }
    const MapAdapter* adapter() const noexcept { return adapter_.get(); }

    /// Returns the rule that is most like the one that was asked for, or null where the map is empty. It lives as long
    /// as this exception or its copies do.
    const Rule* suggested() const;

private:
    std::string make_message() const;

    std::string endpoint_;
    Json values_;
    std::optional<std::string> method_;
    std::shared_ptr<const MapAdapter> adapter_;
    mutable std::string message_;  // made when first asked for
};

namespace detail {

/// Returns how alike two texts are, from 0 to 1, as Python's difflib.SequenceMatcher(None, a, b).ratio().
double similarity_ratio(std::string_view a, std::string_view b);

}  // namespace detail

}  // namespace microflask
