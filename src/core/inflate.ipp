// Inflate: codes of up to nine bits by one look-up, longer ones bit by bit; every length is checked
// first.
#include "core/inflate.hpp"

#include "core/config.hpp"

#include <array>
#include <cstring>

namespace microflask::detail {

// ---- checksums

MICROFLASK_INLINE std::uint32_t adler32(std::string_view text, std::uint32_t value) noexcept {
    std::uint32_t low = value & 0xffff;
    std::uint32_t high = value >> 16;
    while (!text.empty()) {
        // 5552 is the longest run whose sums fit into 32 bits.
        const std::string_view run = text.substr(0, 5552);
        for (const char c : run) {
            low += static_cast<unsigned char>(c);
            high += low;
        }
        low %= 65521;
        high %= 65521;
        text.remove_prefix(run.size());
    }
    return high << 16 | low;
}

MICROFLASK_INLINE std::uint32_t crc32(std::string_view text, std::uint32_t value) noexcept {
    static constexpr std::array<std::uint32_t, 256> table = [] {
        std::array<std::uint32_t, 256> made{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t entry = i;
            for (int bit = 0; bit < 8; ++bit)
                entry = entry >> 1 ^ ((entry & 1) != 0 ? 0xedb88320U : 0U);
            made[i] = entry;
        }
        return made;
    }();
    value = ~value;
    for (const char c : text)
        value = table[(value ^ static_cast<unsigned char>(c)) & 0xff] ^ value >> 8;
    return ~value;
}

// ---- inflate

/// Takes bits from the front of the data, least significant first. Beyond the end there are zeros,
/// and `overrun` tells that they were used.
class InflateReader {
public:
    explicit InflateReader(std::string_view data) noexcept : data_(data) {}

    /// Returns the next bits without taking them; at most 32.
    [[nodiscard]] unsigned peek(unsigned count) noexcept {
        if (count_ < count) fill();
        return static_cast<unsigned>(bits_ & ((std::uint64_t{1} << count) - 1));
    }
    void skip(unsigned count) noexcept {
        bits_ >>= count;
        count_ -= count;
    }
    unsigned take(unsigned count) noexcept {
        const unsigned value = peek(count);
        skip(count);
        return value;
    }
    void align() noexcept { skip(count_ % 8); }
    [[nodiscard]] bool overrun() const noexcept { return zeros_ * 8 > count_; }

    /// Takes whole bytes, after `align` and without overrun; fewer than asked for where the data
    /// ends.
    std::string_view take_bytes(std::size_t count) noexcept {
        position_ -= count_ / 8 - zeros_;
        bits_ = 0;
        count_ = 0;
        zeros_ = 0;
        const std::string_view bytes = data_.substr(position_, count);
        position_ += bytes.size();
        return bytes;
    }

private:
    void fill() noexcept {
        while (count_ <= 56) {
            std::uint64_t byte = 0;
            if (position_ < data_.size()) {
                byte = static_cast<unsigned char>(data_[position_++]);
            } else {
                ++zeros_;
            }
            bits_ |= byte << count_;
            count_ += 8;
        }
    }

    std::string_view data_;
    std::size_t position_ = 0;
    std::uint64_t bits_ = 0;
    unsigned count_ = 0;
    unsigned zeros_ = 0;
};

/// A Huffman code for reading: codes of up to nine bits by one look-up, longer ones bit by bit.
class InflateCode {
public:
    /// Makes the code of these lengths; false where they make no code.
    bool make(const unsigned char* lengths, std::size_t size, bool may_be_incomplete) noexcept {
        std::array<std::uint16_t, 321> used;
        std::size_t used_count = 0;
        for (std::size_t start = 0; start < size; start += 8) {
            const std::size_t end = start + 8 < size ? start + 8 : size;
            // In most texts, most groups of eight have no code at all.
            std::uint64_t eight = 0;
            std::memcpy(&eight, lengths + start, end - start);
            if (eight == 0) continue;
            for (std::size_t i = start; i < end; ++i) {
                // Without a branch, as no one could predict it.
                used[used_count] = static_cast<std::uint16_t>(i);
                used_count += static_cast<std::size_t>(lengths[i] != 0);
            }
        }
        counts_.fill(0);
        for (std::size_t i = 0; i < used_count; ++i) ++counts_[lengths[used[i]]];

        int left = 1;
        std::size_t longest = 0;
        for (std::size_t bits = 1; bits <= deflate_max_bits; ++bits) {
            left = left * 2 - counts_[bits];
            if (left < 0) return false;
            if (counts_[bits] != 0) longest = bits;
        }
        // As zlib: no code at all, or a single one of one bit, may leave others unused.
        if (left > 0 && !(may_be_incomplete && longest <= 1)) return false;

        std::array<unsigned, deflate_max_bits + 2> next{};
        std::array<std::size_t, deflate_max_bits + 2> offset{};
        for (std::size_t bits = 1; bits <= deflate_max_bits; ++bits) {
            next[bits + 1] = (next[bits] + counts_[bits]) << 1;
            offset[bits + 1] = offset[bits] + counts_[bits];
        }
        // Short codes need a small table only.
        fast_bits_ = static_cast<unsigned>(longest < max_fast_bits ? longest : max_fast_bits);
        const std::size_t fast_size = std::size_t{1} << fast_bits_;
        std::memset(fast_.data(), 0, fast_size * sizeof(fast_[0]));
        for (std::size_t i = 0; i < used_count; ++i) {
            const std::size_t symbol = used[i];
            const unsigned bits = lengths[symbol];
            symbols_[offset[bits]++] = static_cast<std::uint16_t>(symbol);
            const unsigned code = deflate_reverse(next[bits]++, bits);
            if (bits > fast_bits_) continue;
            for (std::size_t at = code; at < fast_size; at += std::size_t{1} << bits) {
                fast_[at] = static_cast<std::uint16_t>(symbol << 4 | bits);
            }
        }
        return true;
    }

    /// Reads a symbol; -1 where the bits are none.
    [[nodiscard]] int read(InflateReader& reader) const noexcept {
        const unsigned ahead = reader.peek(deflate_max_bits);
        if (const unsigned entry = fast_[ahead & ((1U << fast_bits_) - 1)]; entry != 0) {
            reader.skip(entry & 15);
            return static_cast<int>(entry >> 4);
        }
        unsigned code = 0, first = 0, index = 0;
        for (unsigned bits = 1; bits <= deflate_max_bits; ++bits) {
            code |= ahead >> (bits - 1) & 1;
            const unsigned count = counts_[bits];
            if (code < first + count) {
                reader.skip(bits);
                return symbols_[index + (code - first)];
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return -1;
    }

private:
    static constexpr unsigned max_fast_bits = 9;
    unsigned fast_bits_ = 0;
    std::array<std::uint16_t, 1U << max_fast_bits> fast_;
    std::array<std::uint16_t, deflate_max_bits + 1> counts_;
    std::array<std::uint16_t, 288> symbols_;
};

struct InflateCodes {
    InflateCode literals;
    InflateCode distances;
};

MICROFLASK_INLINE const InflateCodes& inflate_fixed_codes() {
    static const InflateCodes codes = [] {
        InflateCodes made;
        const std::array<unsigned char, 288> lengths = deflate_fixed_lengths();
        std::array<unsigned char, 32> distances;
        distances.fill(5);
        made.literals.make(lengths.data(), lengths.size(), false);
        made.distances.make(distances.data(), distances.size(), false);
        return made;
    }();
    return codes;
}

/// Reads the codes at the head of a dynamic block (RFC 1951, section 3.2.7).
MICROFLASK_INLINE bool inflate_read_codes(InflateReader& reader, InflateCodes& codes) {
    const std::size_t literal_count = reader.take(5) + 257;
    const std::size_t distance_count = reader.take(5) + 1;
    const std::size_t order_count = reader.take(4) + 4;
    if (literal_count > 286 || distance_count > 30) return false;

    std::array<unsigned char, 320> lengths{};
    for (std::size_t i = 0; i < order_count; ++i) {
        lengths[deflate_order[i]] = static_cast<unsigned char>(reader.take(3));
    }
    // The code of the lengths serves only here, so it may stand where the last code will.
    const InflateCode& length_code = codes.distances;
    if (!codes.distances.make(lengths.data(), 19, false)) return false;

    lengths.fill(0);
    const std::size_t total = literal_count + distance_count;
    for (std::size_t i = 0; i < total;) {
        const int symbol = length_code.read(reader);
        if (symbol < 0 || reader.overrun()) return false;
        if (symbol < 16) {
            lengths[i++] = static_cast<unsigned char>(symbol);
            continue;
        }
        if (symbol == 16 && i == 0) return false;
        const unsigned char repeated =
            symbol == 16 ? lengths[i - 1] : static_cast<unsigned char>(0);
        const std::size_t count = symbol == 16   ? 3 + reader.take(2)
                                  : symbol == 17 ? 3 + reader.take(3)
                                                 : 11 + reader.take(7);
        if (count > total - i) return false;
        for (const std::size_t end = i + count; i < end; ++i) lengths[i] = repeated;
    }
    if (lengths[256] == 0) return false;
    return codes.literals.make(lengths.data(), literal_count, true) &&
           codes.distances.make(lengths.data() + literal_count, distance_count, true);
}

MICROFLASK_INLINE bool inflate_stored(InflateReader& reader, std::string& out,
                                      std::size_t max_size) {
    reader.align();
    const unsigned size = reader.take(16);
    const unsigned complement = reader.take(16);
    if (reader.overrun() || (size ^ complement) != 0xffff || size > max_size - out.size())
        return false;
    const std::string_view bytes = reader.take_bytes(size);
    out.append(bytes);
    return bytes.size() == size;
}

MICROFLASK_INLINE bool inflate_compressed(InflateReader& reader, const InflateCodes& codes,
                                          std::string& out, std::size_t max_size) {
    while (true) {
        const int symbol = codes.literals.read(reader);
        if (symbol < 0 || reader.overrun()) return false;
        if (symbol < 256) {
            if (out.size() >= max_size) return false;
            out.push_back(static_cast<char>(static_cast<unsigned char>(symbol)));
            continue;
        }
        if (symbol == 256) return true;

        const unsigned length_symbol = static_cast<unsigned>(symbol) - 257;
        if (length_symbol > 28) return false;
        std::size_t length = 258;
        if (length_symbol < 8) {
            length = length_symbol + 3;
        } else if (length_symbol < 28) {
            const unsigned extra = length_symbol / 4 - 1;
            length = ((4 + length_symbol % 4) << extra) + 3 + reader.take(extra);
        }
        const int distance_symbol = codes.distances.read(reader);
        if (distance_symbol < 0 || distance_symbol > 29) return false;
        std::size_t distance = static_cast<std::size_t>(distance_symbol) + 1;
        if (distance_symbol >= 4) {
            const unsigned extra = static_cast<unsigned>(distance_symbol) / 2 - 1;
            distance = ((2 + static_cast<std::size_t>(distance_symbol) % 2) << extra) + 1 +
                       reader.take(extra);
        }
        if (reader.overrun() || distance > out.size() || length > max_size - out.size())
            return false;

        const std::size_t start = out.size();
        out.resize(start + length);
        char* const to = out.data() + start;
        const char* const from = to - distance;
        if (distance >= length) {
            std::memcpy(to, from, length);
        } else {
            for (std::size_t i = 0; i < length; ++i) to[i] = from[i];
        }
    }
}

/// Reads all blocks; leaves the reader behind the last one, at a whole byte.
MICROFLASK_INLINE bool inflate_blocks(InflateReader& reader, std::string& out,
                                      std::size_t max_size) {
    InflateCodes codes;
    bool last = false;
    while (!last) {
        last = reader.take(1) != 0;
        const unsigned kind = reader.take(2);
        if (reader.overrun()) return false;
        bool good = false;
        if (kind == 0) {
            good = inflate_stored(reader, out, max_size);
        } else if (kind == 1) {
            good = inflate_compressed(reader, inflate_fixed_codes(), out, max_size);
        } else if (kind == 2) {
            good = inflate_read_codes(reader, codes) &&
                   inflate_compressed(reader, codes, out, max_size);
        }
        if (!good) return false;
    }
    reader.align();
    return true;
}

MICROFLASK_INLINE std::optional<std::string> deflate_decompress(std::string_view data,
                                                                std::size_t max_size) {
    InflateReader reader(data);
    std::string out;
    if (!inflate_blocks(reader, out, max_size) || !reader.take_bytes(1).empty())
        return std::nullopt;
    return out;
}

MICROFLASK_INLINE std::optional<std::string> zlib_decompress(std::string_view data,
                                                             std::size_t max_size) {
    if (data.size() < 6) return std::nullopt;
    const unsigned method = static_cast<unsigned char>(data[0]);
    const unsigned flags = static_cast<unsigned char>(data[1]);
    // Method 8, a window of at most 32 KiB, no preset dictionary.
    const bool known = (method & 15) == 8 && method >> 4 <= 7 && (flags & 32) == 0;
    if (!known || (method * 256 + flags) % 31 != 0) return std::nullopt;

    InflateReader reader(data.substr(2));
    std::string out;
    if (!inflate_blocks(reader, out, max_size)) return std::nullopt;
    const std::string_view rest = reader.take_bytes(5);
    if (rest.size() != 4) return std::nullopt;
    std::uint32_t checksum = 0;
    for (const char c : rest) checksum = checksum << 8 | static_cast<unsigned char>(c);
    if (checksum != adler32(out)) return std::nullopt;
    return out;
}

/// Returns the size of the gzip header at the front of the data; 0 where there is none.
MICROFLASK_INLINE std::size_t gzip_header_size(std::string_view data) noexcept {
    if (data.size() < 10 || data.substr(0, 3) != "\x1f\x8b\x08") return 0;
    const unsigned flags = static_cast<unsigned char>(data[3]);
    if ((flags & 0xe0) != 0) return 0;
    std::size_t size = 10;
    if ((flags & 4) != 0) {
        if (data.size() < size + 2) return 0;
        size += 2U + static_cast<unsigned char>(data[size]) +
                static_cast<unsigned char>(data[size + 1]) * 256U;
    }
    // Two texts may follow, a file name and a comment, each up to its zero byte.
    for (unsigned flag = 8; flag <= 16; flag *= 2) {
        if ((flags & flag) == 0) continue;
        const std::size_t end = size < data.size() ? data.find('\0', size) : std::string_view::npos;
        if (end == std::string_view::npos) return 0;
        size = end + 1;
    }
    if ((flags & 2) != 0) size += 2;
    return size <= data.size() ? size : 0;
}

MICROFLASK_INLINE std::optional<std::string> gzip_decompress(std::string_view data,
                                                             std::size_t max_size) {
    const std::size_t header = gzip_header_size(data);
    if (header == 0) return std::nullopt;
    InflateReader reader(data.substr(header));
    std::string out;
    if (!inflate_blocks(reader, out, max_size)) return std::nullopt;
    const std::string_view rest = reader.take_bytes(9);
    if (rest.size() != 8) return std::nullopt;
    std::uint64_t trailer = 0;
    for (std::size_t i = 8; i-- > 0;) trailer = trailer << 8 | static_cast<unsigned char>(rest[i]);
    const std::uint64_t expected =
        std::uint64_t{static_cast<std::uint32_t>(out.size())} << 32 | crc32(out);
    if (trailer != expected) return std::nullopt;
    return out;
}

}  // namespace microflask::detail
