// Reads a JSON document, strictly (RFC 8259); an error knows its line and column.
#pragma once

#include "json/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace microflask {

/// A text that is not JSON, with the place where that shows (Python's `json.JSONDecodeError`).
class JsonDecodeError : public JsonError {
public:
    /// Makes "message: line 1 column 2 (char 1)" of a message and an offset in bytes.
    JsonDecodeError(std::string_view message, std::string_view document, std::size_t offset);

    /// Returns the message without the place.
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    /// Returns the line, counted from 1.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }
    /// Returns the column in characters, counted from 1.
    [[nodiscard]] std::size_t column() const noexcept { return column_; }
    /// Returns the number of characters before the place.
    [[nodiscard]] std::size_t position() const noexcept { return position_; }

private:
    struct Place {
        std::size_t line;
        std::size_t column;
        std::size_t position;
    };
    static Place find_place(std::string_view document, std::size_t offset) noexcept;
    JsonDecodeError(std::string_view message, Place place);

    std::string message_;
    std::size_t line_;
    std::size_t column_;
    std::size_t position_;
};

}  // namespace microflask

namespace microflask::detail {

/// What a reader accepts.
struct JsonReadOptions {
    std::size_t maximum_depth = json_depth_limit;
    std::size_t maximum_size = static_cast<std::size_t>(-1);  // of the document, in bytes
    bool allow_nan = false;  // NaN, Infinity and -Infinity, as Python does
};

/// Reads a document; throws JsonDecodeError. Of members of the same name the last counts; integers
/// beyond 64 bits become doubles, escaped halves of a surrogate pair U+FFFD; a byte order mark is
/// skipped.
Json read_json(std::string_view text, const JsonReadOptions& options = {});

}  // namespace microflask::detail
