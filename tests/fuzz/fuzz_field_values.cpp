// Any bytes as field_values: nothing may crash, and nothing may be thrown but what is documented.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(parse_options_header(text));
    static_cast<void>(parse_dict_header(text));
    static_cast<void>(MIMEAccept::from_header(text).best_match({"text/html"}));
    static_cast<void>(parse_etags(text));
    static_cast<void>(parse_range_header(text));
    static_cast<void>(Authorization::from_header(text));
    return 0;
}
