// How an application writes and reads JSON: `app.json()` (Flask's `json.provider`).
#pragma once

#include "json/value.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

class Response;

/// Points in time are written as HTTP writes them: "Thu, 29 Feb 2024 12:34:56 GMT", as Flask does.
template <>
struct JsonConverter<std::chrono::system_clock::time_point> {
    static Json to_json(const std::chrono::system_clock::time_point& when);
};

/// The settings of an application's JSON, in answers, `jsonify`, templates and the test client. Set while the
/// application is set up.
class JSONProvider {
public:
    /// Whether characters beyond ASCII are written as \uXXXX; true by default.
    [[nodiscard]] bool ensure_ascii() const noexcept { return ensure_ascii_; }
    void ensure_ascii(bool on) noexcept { ensure_ascii_ = on; }
    /// Whether the keys of objects are sorted; true by default.
    [[nodiscard]] bool sort_keys() const noexcept { return sort_keys_; }
    void sort_keys(bool on) noexcept { sort_keys_ = on; }
    /// Whether answers are written without spaces and line breaks; where nothing was said, unless debugging.
    [[nodiscard]] std::optional<bool> compact() const noexcept { return compact_; }
    void compact(std::optional<bool> on) noexcept { compact_ = on; }
    /// The media type of answers; "application/json" by default.
    [[nodiscard]] const std::string& mimetype() const noexcept { return mimetype_; }
    void mimetype(std::string_view mimetype) {
        mimetype_ = mimetype;
        has_usual_mimetype_ = mimetype_ == "application/json";
    }

    /// Returns the text of a value, in one line, as Python's `json.dumps` writes it.
    [[nodiscard]] std::string dumps(const Json& value) const;
    /// Reads a text. Throws JsonDecodeError.
    [[nodiscard]] Json loads(std::string_view text) const;
    /// Makes the answer of a value; `debug` says whether to write it for people.
    [[nodiscard]] Response response(const Json& value, bool debug) const;

private:
    bool ensure_ascii_ = true;
    bool sort_keys_ = true;
    std::optional<bool> compact_;
    std::string mimetype_ = "application/json";
    bool has_usual_mimetype_ = true;
};

}  // namespace microflask
