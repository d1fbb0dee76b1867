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
    Json value;
    try {
        value = Json::parse(text);
    } catch (const JsonDecodeError& error) {
        if (error.position() > size) std::abort();
        return 0;
    }
    const std::string written = value.dump();
    // As in Python, 1e400 is read as infinity, which is written as a word that only this option reads.
    const auto read_back = [](const std::string& json) {
        return detail::read_json(json, {.allow_nan = true});
    };
    if (read_back(written).dump() != written) std::abort();
    if (read_back(value.dump(2)).dump() != written) std::abort();
    return 0;
}
