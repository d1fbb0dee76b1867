// Compression: raw deflate (RFC 1951), zlib (RFC 1950) and gzip (RFC 1952), for session cookies and
// responses. Makes the same bytes as zlib's level 6, so that a cookie is what Flask would send.
#pragma once

#include "core/inflate.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Each compresses a whole text, as Python's `zlib.compress` at its default level does.
[[nodiscard]] std::string deflate_compress(std::string_view text);
[[nodiscard]] std::string zlib_compress(std::string_view text);
[[nodiscard]] std::string gzip_compress(std::string_view text);

class Deflater;

/// Compresses to gzip a text that arrives in pieces. One per response, never shared.
class GzipCompressor {
public:
    GzipCompressor();
    GzipCompressor(GzipCompressor&&) noexcept;
    GzipCompressor& operator=(GzipCompressor&&) noexcept;
    ~GzipCompressor();

    /// Takes a piece and returns all compressed bytes that can be sent so far; often none.
    [[nodiscard]] std::string write(std::string_view text);
    /// Returns what is still inside, such that the receiver can read everything written up to here.
    [[nodiscard]] std::string flush();
    /// Returns the rest. Nothing may be written after it.
    [[nodiscard]] std::string finish();

private:
    std::unique_ptr<Deflater> deflater_;
    std::uint32_t checksum_ = 0;
    std::uint32_t length_ = 0;
};

}  // namespace microflask::detail
