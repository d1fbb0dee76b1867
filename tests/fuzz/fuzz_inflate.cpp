// Feeds any bytes to the decompressors, and any text through the compressors and back.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    using namespace microflask::detail;
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    constexpr std::size_t limit = 100000;
    const auto fail_unless = [](bool holds) {
        if (!holds) std::abort();
    };

    // Without a checksum in the way, more of the input means something.
    for (const auto decompress : {&deflate_decompress, &zlib_decompress, &gzip_decompress}) {
        const std::optional<std::string> text = decompress(input, limit);
        if (!text) continue;
        fail_unless(text->size() <= limit);
        if (!text->empty()) fail_unless(!decompress(input, text->size() - 1));
        fail_unless(decompress(input, text->size()) == text);
    }

    fail_unless(zlib_decompress(zlib_compress(input), size) == input);
    GzipCompressor compressor;
    const std::size_t half = size / 2;
    std::string stream = compressor.write(input.substr(0, half));
    if (size % 2 != 0) stream += compressor.flush();
    stream += compressor.write(input.substr(half));
    stream += compressor.finish();
    fail_unless(gzip_decompress(stream, size) == input);
    return 0;
}
