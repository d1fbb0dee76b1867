// Any bytes as header fields: nothing may crash, no line break may get into what is written, and what was read is written
// and read as the same.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

/// Reads, writes, and reads again.
template <class Type>
void round_trip(std::string_view text) {
    const Type value(Type::from_header(text));
    const std::string written = value.to_header();
    const Type again(Type::from_header(written));
    if (again.to_header() != written) std::abort();
}
template <class Type>
void round_trip_of_optional(std::string_view text) {
    const std::optional<Type> value = Type::from_header(text);
    if (!value) return;
    const std::string written = value->to_header();
    const std::optional<Type> again = Type::from_header(written);
    if (!again || again->to_header() != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(parse_options_header(text));
    static_cast<void>(parse_dict_header(text));
    static_cast<void>(parse_list_header(text));
    if (unquote_header_value(quote_header_value(text)) != text) std::abort();
    static_cast<void>(MIMEAccept::from_header(text).best_match({"text/html", "application/json"}));
    static_cast<void>(LanguageAccept::from_header(text).best_match({"en", "de-AT"}));
    static_cast<void>(CharsetAccept::from_header(text).best_match({"utf-8"}));
    static_cast<void>(Authorization::from_header(text));
    static_cast<void>(WWWAuthenticate::from_header(text));
    static_cast<void>(RequestCacheControl::from_header(text).max_stale());
    static_cast<void>(ContentSecurityPolicy::from_header(text));
    static_cast<void>(HeaderSet::from_header(text));
    static_cast<void>(ETags::from_header(text).contains_raw(text));
    round_trip<IfRange>(text);
    round_trip_of_optional<Range>(text);
    round_trip_of_optional<ContentRange>(text);
    Headers headers;
    try {
        headers.add("X", text);
    } catch (const std::invalid_argument&) {
        return 0;
    }
    if (headers.to_wsgi_text().find_first_of(std::string_view("\0", 1)) != std::string::npos ||
        headers.to_wsgi_text().find('\n') != size + 4)
        std::abort();
    return 0;
}
