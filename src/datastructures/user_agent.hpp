// The User-Agent field. It is kept as it is: what it says of browsers is not to be relied on.
#pragma once

#include <string>
#include <string_view>

namespace microflask {

/// What a client calls itself (Werkzeug's `UserAgent`).
class UserAgent {
public:
    UserAgent() = default;
    explicit UserAgent(std::string_view text) : text_(text) {}
    /// The whole field; empty where there was none.
    [[nodiscard]] const std::string& string() const noexcept { return text_; }
    [[nodiscard]] const std::string& to_header() const noexcept { return text_; }
    [[nodiscard]] static UserAgent from_header(std::string_view value) { return UserAgent(value); }
    [[nodiscard]] explicit operator bool() const noexcept { return !text_.empty(); }

private:
    std::string text_;
};

}  // namespace microflask
