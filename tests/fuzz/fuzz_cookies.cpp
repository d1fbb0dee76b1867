// Any bytes as cookies: nothing may crash, and what is written as a cookie is read back.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(parse_cookie(text));
    const std::string field = dump_cookie("k", text, {.path = std::nullopt});
    if (field.find_first_of(std::string_view("\0\r\n;", 4)) != std::string::npos) std::abort();
    const auto cookies = parse_cookie(field);
    if (cookies.size() != 1 || cookies[0].second != detail::replace_invalid_utf8(text))
        std::abort();
    return 0;
}
