// Any bytes as dates: nothing may crash, and a date that was read is written and read as itself.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto time = parse_date(text)) {
        const std::string written = http_date(*time);
        const auto again = parse_date(written);
        if (!again || http_date(*again) != written) std::abort();
    }
    return 0;
}
