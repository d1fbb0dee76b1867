// Inflate: codes of up to nine bits by one look-up, longer ones bit by bit; every length is checked
// first.
#include "core/inflate.hpp"

#include "core/config.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

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

/// Reads eight bytes as a number, the first in its lowest bits. Beyond the end there are zeros.
MICROFLASK_INLINE std::uint64_t inflate_load_word(std::string_view data,
                                                  std::size_t position) noexcept {
    std::uint64_t word = 0;
    if (position + 8 <= data.size()) {
        // Written out, because compilers make one instruction of this, but not of a loop.
        const auto byte = [at = data.data() + position](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(at[i])};
        };
        return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24 | byte(4) << 32 |
               byte(5) << 40 | byte(6) << 48 | byte(7) << 56;
    }
    for (std::size_t i = data.size(); i-- > position;)
        word = word << 8 | static_cast<unsigned char>(data[i]);
    return word;
}

/// Takes bits from the front of the data, least significant first. Beyond the end there are zeros,
/// and `overrun` tells that they were used.
class InflateReader {
public:
    explicit InflateReader(std::string_view data) noexcept : data_(data) {}

    /// Makes at least 48 bits ready for `peek` and `skip`.
    void fill() noexcept {
        if (count_ >= 48) return;
        // What does not fit of the eight bytes is put there again by the next fill, as the same bits.
        bits_ |= inflate_load_word(data_, position_) << count_;
        position_ += (63 - count_) / 8;
        count_ |= 56;
    }
    /// Returns the next bits, which are ready, without taking them.
    [[nodiscard]] unsigned peek(unsigned count) const noexcept {
        return static_cast<unsigned>(bits_ & ((std::uint64_t{1} << count) - 1));
    }
    /// Takes bits that are ready.
    void skip(unsigned count) noexcept {
        bits_ >>= count;
        count_ -= count;
    }
    unsigned take_ready(unsigned count) noexcept {
        const unsigned value = peek(count);
        skip(count);
        return value;
    }
    /// Takes at most 32 bits.
    unsigned take(unsigned count) noexcept {
        fill();
        return take_ready(count);
    }
    void align() noexcept { skip(count_ % 8); }
    [[nodiscard]] bool overrun() const noexcept { return position_ > data_.size() + count_ / 8; }

    /// Takes whole bytes, after `align` and without overrun; fewer than asked for where the data
    /// ends.
    std::string_view take_bytes(std::size_t count) noexcept {
        position_ -= count_ / 8;
        bits_ = 0;
        count_ = 0;
        const std::string_view bytes = data_.substr(position_, count);
        position_ += bytes.size();
        return bytes;
    }

    /// Returns how many bytes there are in all.
    [[nodiscard]] std::size_t size() const noexcept { return data_.size(); }

private:
    std::string_view data_;
    std::size_t position_ = 0;  // counts on beyond the end
    std::uint64_t bits_ = 0;
    unsigned count_ = 0;
};

/// A symbol that has a code, and of how many bits.
struct InflateSymbol {
    std::uint16_t symbol;
    std::uint16_t bits;
};

/// A Huffman code for reading: codes of up to nine bits by one look-up, longer ones bit by bit.
class InflateCode {
public:
    /// Makes the code of these symbols, which ascend; false where their lengths make no code.
    bool make(const InflateSymbol* used, std::size_t used_count, bool may_be_incomplete) noexcept {
        counts_.fill(0);
        for (std::size_t i = 0; i < used_count; ++i) ++counts_[used[i].bits];
        std::array<unsigned, deflate_max_bits + 2> next;  // the next code of a length
        next[1] = 0;
        int left = 1;
        unsigned longest = 0;
        for (unsigned bits = 1; bits <= deflate_max_bits; ++bits) {
            left = left * 2 - counts_[bits];
            if (left < 0) return false;
            if (counts_[bits] != 0) longest = bits;
            next[bits + 1] = (next[bits] + counts_[bits]) << 1;
        }
        // As zlib: no code at all, or a single one of one bit, may leave others unused.
        if (left > 0 && !(may_be_incomplete && longest <= 1)) return false;

        // Short codes need a small table only.
        fast_bits_ = (std::min)(longest, max_fast_bits);
        const unsigned fast_size = 1U << fast_bits_;
        if (left > 0 || longest > max_fast_bits) fast_.fill(0);
        for (std::size_t i = 0; i < used_count; ++i) {
            const unsigned bits = used[i].bits;
            if (bits > max_fast_bits) continue;
            const auto entry = static_cast<std::uint16_t>(unsigned{used[i].symbol} << 4 | bits);
            // Whatever the bits are that follow the code.
            for (unsigned at = deflate_reverse(next[bits]++, bits); at < fast_size;
                 at += 1U << bits)
                fast_[at] = entry;
        }
        std::size_t long_count = 0;
        for (unsigned bits = max_fast_bits + 1; bits <= longest; ++bits) {
            for (std::size_t i = 0; i < used_count; ++i) {
                if (used[i].bits == bits) long_symbols_[long_count++] = used[i].symbol;
            }
        }
        return true;
    }

    /// Returns a symbol and, in the lowest four bits, the length of its code, which stands at the
    /// front of 15 bits; 0 where none does.
    [[nodiscard]] unsigned find(unsigned ahead) const noexcept {
        const unsigned entry = fast_[ahead & ((1U << fast_bits_) - 1)];
        return entry != 0 ? entry : find_long(ahead);
    }

private:
    static constexpr unsigned max_fast_bits = 9;

    [[nodiscard]] unsigned find_long(unsigned ahead) const noexcept {
        unsigned code = 0, first = 0, index = 0;
        for (unsigned bits = 1; bits <= deflate_max_bits; ++bits) {
            code |= ahead >> (bits - 1) & 1;
            const unsigned count = counts_[bits];
            if (bits > max_fast_bits) {
                if (code < first + count)
                    return unsigned{long_symbols_[index + (code - first)]} << 4 | bits;
                index += count;
            }
            first = (first + count) << 1;
            code <<= 1;
        }
        return 0;
    }

    unsigned fast_bits_ = 0;
    // By the next bits: the symbol of the code that they begin with, and its length; 0 for long codes and for none.
    std::array<std::uint16_t, 1U << max_fast_bits> fast_;
    std::array<std::uint16_t, deflate_max_bits + 1> counts_;  // of codes by their length
    std::array<std::uint16_t, 288> long_symbols_;             // by their code
};

struct InflateCodes {
    InflateCode literals;
    InflateCode distances;
};

MICROFLASK_INLINE const InflateCodes& inflate_fixed_codes() {
    static const InflateCodes codes = [] {
        InflateCodes made;
        const std::array<unsigned char, 288> lengths = deflate_fixed_lengths();
        std::array<InflateSymbol, 288> used;
        for (std::uint16_t i = 0; i < 288; ++i) used[i] = {i, lengths[i]};
        made.literals.make(used.data(), 288, false);
        for (std::uint16_t i = 0; i < 32; ++i) used[i] = {i, 5};
        made.distances.make(used.data(), 32, false);
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

    std::array<unsigned char, 19> order_lengths{};
    for (std::size_t i = 0; i < order_count; ++i) {
        order_lengths[deflate_order[i]] = static_cast<unsigned char>(reader.take(3));
    }
    std::array<InflateSymbol, 320> used;
    std::size_t used_count = 0;
    for (std::uint16_t i = 0; i < 19; ++i) {
        if (order_lengths[i] != 0) used[used_count++] = {i, order_lengths[i]};
    }
    // The code of the lengths serves only here, so it may stand where the last code will.
    const InflateCode& length_code = codes.distances;
    if (!codes.distances.make(used.data(), used_count, false)) return false;

    // The lengths of both codes come as one sequence, in runs.
    used_count = 0;
    unsigned length = 0;
    const std::size_t total = literal_count + distance_count;
    for (std::size_t i = 0; i < total;) {
        reader.fill();
        const unsigned found = length_code.find(reader.peek(deflate_max_bits));
        reader.skip(found & 15);
        if (found == 0 || reader.overrun()) return false;
        const unsigned symbol = found >> 4;
        std::size_t end = i + 1;
        if (symbol < 16) {
            length = symbol;
        } else if (symbol == 16) {  // the latest length again
            if (i == 0) return false;
            end = i + 3 + reader.take_ready(2);
        } else {
            length = 0;
            end = i + (symbol == 17 ? 3 + reader.take_ready(3) : 11 + reader.take_ready(7));
        }
        if (end > total) return false;
        for (; length != 0 && i < end; ++i)
            used[used_count++] = {static_cast<std::uint16_t>(i),
                                  static_cast<std::uint16_t>(length)};
        i = end;
    }

    std::size_t split = 0;  // where the distances begin
    bool has_end = false;
    for (; split < used_count && used[split].symbol < literal_count; ++split)
        has_end = has_end || used[split].symbol == 256;
    for (std::size_t i = split; i < used_count; ++i)
        used[i].symbol = static_cast<std::uint16_t>(used[i].symbol - literal_count);
    return has_end && codes.literals.make(used.data(), split, true) &&
           codes.distances.make(used.data() + split, used_count - split, true);
}

/// The text made so far: the front of a longer string, so that a byte is added by storing it.
class InflateText {
public:
    InflateText(std::size_t expected_size, std::size_t max_size) : max_size_(max_size) {
        text_.resize(expected_size < max_size ? expected_size : max_size);
    }

    /// Each adds something; false where the text would become too long.
    bool add(unsigned char byte) {
        if (size_ == text_.size() && !make_room(1)) return false;
        text_[size_++] = static_cast<char>(byte);
        return true;
    }
    bool add(std::string_view bytes) {
        if (!make_room(bytes.size())) return false;
        std::memcpy(text_.data() + size_, bytes.data(), bytes.size());
        size_ += bytes.size();
        return true;
    }
    /// Adds what stands that far before the end. False where that is before the front, too.
    bool repeat(std::size_t distance, std::size_t length) {
        if (distance > size_ || !make_room(length)) return false;
        char* const to = text_.data() + size_;
        const char* const from = to - distance;
        if (distance >= length) {
            std::memcpy(to, from, length);
        } else {
            for (std::size_t i = 0; i < length; ++i) to[i] = from[i];
        }
        size_ += length;
        return true;
    }

    [[nodiscard]] std::string take() {
        text_.resize(size_);
        return std::move(text_);
    }

private:
    bool make_room(std::size_t count) {
        if (count > max_size_ - size_) return false;
        if (count > text_.size() - size_) {
            const std::size_t doubled = 2 * text_.size() + count;
            text_.resize(doubled < max_size_ ? doubled : max_size_);
        }
        return true;
    }

    std::string text_;
    std::size_t size_ = 0;
    std::size_t max_size_;
};

MICROFLASK_INLINE bool inflate_stored(InflateReader& reader, InflateText& text) {
    reader.align();
    const unsigned size = reader.take(16);
    const unsigned complement = reader.take(16);
    if (reader.overrun() || (size ^ complement) != 0xffff) return false;
    const std::string_view bytes = reader.take_bytes(size);
    return bytes.size() == size && text.add(bytes);
}

MICROFLASK_INLINE bool inflate_compressed(InflateReader& reader, const InflateCodes& codes,
                                          InflateText& text) {
    InflateReader bits = reader;  // a copy of our own, which compilers keep in registers
    while (true) {
        bits.fill();  // enough for all of a match: 15 + 5 + 15 + 13 bits
        const unsigned found = codes.literals.find(bits.peek(deflate_max_bits));
        bits.skip(found & 15);
        if (found == 0 || bits.overrun()) return false;
        const unsigned symbol = found >> 4;
        if (symbol < 256) {
            if (!text.add(static_cast<unsigned char>(symbol))) return false;
            continue;
        }
        if (symbol == 256) break;

        const unsigned length_symbol = symbol - 257;
        if (length_symbol > 28) return false;
        std::size_t length = 258;
        if (length_symbol < 8) {
            length = length_symbol + 3;
        } else if (length_symbol < 28) {
            const unsigned extra = length_symbol / 4 - 1;
            length = ((4 + length_symbol % 4) << extra) + 3 + bits.take_ready(extra);
        }
        const unsigned found_distance = codes.distances.find(bits.peek(deflate_max_bits));
        bits.skip(found_distance & 15);
        const unsigned distance_symbol = found_distance >> 4;
        if (found_distance == 0 || distance_symbol > 29) return false;
        std::size_t distance = std::size_t{distance_symbol} + 1;
        if (distance_symbol >= 4) {
            const unsigned extra = distance_symbol / 2 - 1;
            distance =
                ((2 + std::size_t{distance_symbol} % 2) << extra) + 1 + bits.take_ready(extra);
        }
        if (bits.overrun() || !text.repeat(distance, length)) return false;
    }
    reader = bits;
    return true;
}

/// Reads all blocks and leaves the reader behind the last one, at a whole byte; nothing where they are damaged or the
/// text too long.
MICROFLASK_INLINE std::optional<std::string> inflate_blocks(InflateReader& reader,
                                                            std::size_t max_size) {
    InflateText text(256 + 2 * reader.size(), max_size);
    InflateCodes codes;
    bool last = false;
    while (!last) {
        last = reader.take(1) != 0;
        const unsigned kind = reader.take(2);
        if (reader.overrun()) return std::nullopt;
        bool good = false;
        if (kind == 0) {
            good = inflate_stored(reader, text);
        } else if (kind == 1) {
            good = inflate_compressed(reader, inflate_fixed_codes(), text);
        } else if (kind == 2) {
            good = inflate_read_codes(reader, codes) && inflate_compressed(reader, codes, text);
        }
        if (!good) return std::nullopt;
    }
    reader.align();
    return text.take();
}

MICROFLASK_INLINE std::optional<std::string> deflate_decompress(std::string_view data,
                                                                std::size_t max_size) {
    InflateReader reader(data);
    std::optional<std::string> text = inflate_blocks(reader, max_size);
    if (!text || !reader.take_bytes(1).empty()) return std::nullopt;
    return text;
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
    std::optional<std::string> text = inflate_blocks(reader, max_size);
    if (!text) return std::nullopt;
    const std::string_view rest = reader.take_bytes(5);
    if (rest.size() != 4) return std::nullopt;
    std::uint32_t checksum = 0;
    for (const char c : rest) checksum = checksum << 8 | static_cast<unsigned char>(c);
    if (checksum != adler32(*text)) return std::nullopt;
    return text;
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
    std::optional<std::string> text = inflate_blocks(reader, max_size);
    if (!text) return std::nullopt;
    const std::string_view rest = reader.take_bytes(9);
    if (rest.size() != 8) return std::nullopt;
    std::uint64_t trailer = 0;
    for (std::size_t i = 8; i-- > 0;) trailer = trailer << 8 | static_cast<unsigned char>(rest[i]);
    const std::uint64_t expected =
        std::uint64_t{static_cast<std::uint32_t>(text->size())} << 32 | crc32(*text);
    if (trailer != expected) return std::nullopt;
    return text;
}

}  // namespace microflask::detail
