// Any bytes as JSON: what is accepted is written and read back as the same value.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const Json value = Json::parse(text);
        const std::string written = value.dump();
        if (Json::parse(written).dump() != written) std::abort();
        if (Json::parse(value.dump(2)).dump() != written) std::abort();
    } catch (const JsonDecodeError& error) {
        if (error.position() > size) std::abort();
    }
    return 0;
}
