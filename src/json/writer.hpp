// Writes JSON compact or indented, in ASCII or UTF-8, with `</script>`-safe escapes on request.
#pragma once

#include "json/value.hpp"

#include <string>
#include <string_view>

namespace microflask::detail {

/// How JSON is written; by default as Flask's `jsonify` does, but in the order of insertion.
struct JsonWriteOptions {
    int indent = -1;         // spaces a level, one element a line; negative: all in one line
    bool sort_keys = false;  // by code point
    bool ascii = true;       // other characters as \uXXXX
    bool html_safe = false;  // <, >, & and ' as \uXXXX
    std::string_view item_separator = {};  // "," where empty
    std::string_view key_separator = {};   // ":" where empty, ": " with an indent
    bool final_newline = false;            // behind the value
};

/// What Python's json.dumps writes between elements, and after a name.
inline constexpr JsonWriteOptions json_spaced_options = {.item_separator = ", ",
                                                         .key_separator = ": "};

std::string write_json(const Json& value, const JsonWriteOptions& options = {});
void append_json(std::string& out, const Json& value, const JsonWriteOptions& options = {});
/// Appends text as a JSON string, with its quotes.
void append_json_text(std::string& out, std::string_view text, bool ascii = true,
                      bool html_safe = false);

}  // namespace microflask::detail
