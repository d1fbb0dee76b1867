// How a field value is spelled: tokens, quoted strings, lists, parameters (RFC 9110, section 5.6; RFC 8187).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// Parameters in order; those without a value have none.
using HeaderParameters = std::vector<std::pair<std::string, std::optional<std::string>>>;
/// Parameters of an options header, each name once, in lower case.
using HeaderOptions = std::vector<std::pair<std::string, std::string>>;

/// Quotes a value unless it is a token. `allow_token = false` always quotes.
[[nodiscard]] std::string quote_header_value(std::string_view value, bool allow_token = true);
/// Takes the quotes off a value and resolves its escapes; other values stay.
[[nodiscard]] std::string unquote_header_value(std::string_view value);

/// Reads `a, "b, c"`. Empty items are left out; a quote that does not end makes the whole list empty.
[[nodiscard]] std::vector<std::string> parse_list_header(std::string_view value);
/// Reads `a=1, b="2", c`; the last of a name wins.
[[nodiscard]] HeaderParameters parse_dict_header(std::string_view value);
/// Reads `form-data; name="a"`: the value and its parameters, with the continuations and charsets of RFC 2231.
[[nodiscard]] std::pair<std::string, HeaderOptions> parse_options_header(std::string_view value);

/// Writes `a, "b c"`.
[[nodiscard]] std::string dump_header(const std::vector<std::string>& items);
/// Writes `a=1, b="2 3", c`.
[[nodiscard]] std::string dump_header(const HeaderParameters& parameters);
/// Writes `attachment; filename="a b.txt"`; parameters without a value are left out.
[[nodiscard]] std::string dump_options_header(std::string_view value,
                                              const HeaderParameters& options);

namespace detail {

/// Whether a character may stand in a token.
[[nodiscard]] constexpr bool is_token_character(char c) noexcept {
    const bool is_alnum =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return is_alnum || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
/// Whether a text is a token.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

}  // namespace detail
}  // namespace microflask
