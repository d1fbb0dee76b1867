// Any bytes as cookies: nothing may crash, and nothing may be thrown but what is documented.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(parse_cookie(text));
    return 0;
}
