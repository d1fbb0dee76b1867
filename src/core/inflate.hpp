// Decompression: raw deflate (RFC 1951), zlib (RFC 1950) and gzip (RFC 1952), and their checksums.
// Takes any bytes, and never gives more than it was allowed to; has no preset dictionaries.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Returns the Adler-32 checksum of a text, or continues one.
[[nodiscard]] std::uint32_t adler32(std::string_view text, std::uint32_t value = 1) noexcept;
/// Returns the CRC-32 checksum of a text, or continues one.
[[nodiscard]] std::uint32_t crc32(std::string_view text, std::uint32_t value = 0) noexcept;

/// Each returns the text that was compressed; nothing where the data is damaged, where something
/// follows it, or where the text would be longer than `max_size`.
[[nodiscard]] std::optional<std::string> deflate_decompress(std::string_view data,
                                                            std::size_t max_size);
[[nodiscard]] std::optional<std::string> zlib_decompress(std::string_view data,
                                                         std::size_t max_size);
[[nodiscard]] std::optional<std::string> gzip_decompress(std::string_view data,
                                                         std::size_t max_size);

// What both ways share (RFC 1951, sections 3.2.2, 3.2.6 and 3.2.7).

inline constexpr std::size_t deflate_max_bits = 15;
/// The order in which the lengths of the code length code are sent.
inline constexpr std::array<unsigned char, 19> deflate_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                11, 4,  12, 3, 13, 2, 14, 1, 15};

/// Returns the code lengths of the fixed code for literals and lengths.
constexpr std::array<unsigned char, 288> deflate_fixed_lengths() noexcept {
    std::array<unsigned char, 288> lengths{};
    for (std::size_t i = 0; i < 288; ++i) {
        lengths[i] = static_cast<unsigned char>(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
    }
    return lengths;
}

/// Each byte with its bits in reverse.
inline constexpr std::array<unsigned char, 256> deflate_reversed_bytes = [] {
    std::array<unsigned char, 256> bytes{};
    for (std::size_t i = 1; i < 256; ++i)
        bytes[i] = static_cast<unsigned char>(bytes[i / 2] / 2 + i % 2 * 128);
    return bytes;
}();

/// Returns the lowest bits, at most 16, in reverse: codes are sent from their highest bit.
constexpr unsigned deflate_reverse(unsigned code, unsigned bits) noexcept {
    return (unsigned{deflate_reversed_bytes[code & 0xff]} << 8 |
            deflate_reversed_bytes[code >> 8]) >>
           (16 - bits);
}

}  // namespace microflask::detail
