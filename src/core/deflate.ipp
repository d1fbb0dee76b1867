// Deflate by the choices that zlib makes at level 6: hash chains of three bytes, lazy matching, and
// for each block the shortest of stored, fixed and dynamic codes.
#include "core/deflate.hpp"

#include "core/config.hpp"
#include "core/huffman.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace microflask::detail {

/// The fixed codes (RFC 1951, section 3.2.6).
struct DeflateFixedCodes {
    DeflateCode literals{288, deflate_max_bits};
    DeflateCode distances{30, deflate_max_bits};
};

MICROFLASK_INLINE const DeflateFixedCodes& deflate_fixed_codes() {
    static const DeflateFixedCodes codes = [] {
        DeflateFixedCodes made;
        const std::array<unsigned char, 288> lengths = deflate_fixed_lengths();
        std::array<unsigned char, 30> distances;
        distances.fill(5);
        made.literals.set_lengths(lengths.data());
        made.distances.set_lengths(distances.data());
        return made;
    }();
    return codes;
}

inline constexpr std::size_t deflate_window = 32768;

/// The text of one block as literals and matches, and the choice of its code.
class DeflateBlock {
public:
    DeflateBlock() { tokens_.reserve(256); }

    /// Each adds to the block, and tells whether it is now full.
    bool literal(unsigned char byte) {
        literals_.count(byte);
        return add(byte);
    }
    bool match(std::size_t distance, std::size_t length) {
        const DeflateSymbol length_symbol =
            deflate_length_symbol(static_cast<unsigned>(length - 3));
        const DeflateSymbol distance_symbol =
            deflate_distance_symbol(static_cast<unsigned>(distance - 1));
        literals_.count(257 + length_symbol.symbol);
        distances_.count(distance_symbol.symbol);
        extra_bits_ += length_symbol.extra_bits + distance_symbol.extra_bits;
        return add(static_cast<std::uint32_t>(distance << 8 | (length - 3)));
    }
    [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }

    /// Writes the block and begins a new one. Without its text it cannot be stored.
    void write(DeflateWriter& writer, std::optional<std::string_view> text, bool last) {
        const DeflateFixedCodes& fixed = deflate_fixed_codes();
        literals_.count(256);
        literals_.build();
        distances_.build();
        gather_lengths();
        order_.build();
        std::size_t order_count = deflate_order.size();
        while (order_count > 4 && order_.length(deflate_order[order_count - 1]) == 0) --order_count;

        const std::size_t fixed_bits =
            literals_.cost(fixed.literals) + distances_.cost(fixed.distances) + extra_bits_;
        const std::size_t dynamic_bits = 14 + 3 * order_count + order_.cost(order_) +
                                         order_extra_bits_ + literals_.cost(literals_) +
                                         distances_.cost(distances_) + extra_bits_;
        const std::size_t fixed_size = (fixed_bits + 10) / 8;
        const std::size_t best_size = (std::min)(fixed_size, (dynamic_bits + 10) / 8);
        const unsigned last_bit = last ? 1 : 0;
        if (text && text->size() + 4 <= best_size && text->size() <= 0xffff) {
            write_stored(writer, *text, last);
        } else if (fixed_size == best_size) {
            writer.bits(last_bit | 1U << 1, 3);
            write_tokens(writer, fixed.literals, fixed.distances);
        } else {
            writer.bits(last_bit | 2U << 1, 3);
            for (DeflateCode* const code : {&literals_, &distances_, &order_}) code->assign_codes();
            write_codes(writer, order_count);
            write_tokens(writer, literals_, distances_);
        }
        if (!last) clear();
    }

    static void write_stored(DeflateWriter& writer, std::string_view text, bool last) {
        writer.bits(last ? 1 : 0, 3);
        writer.align();
        writer.bits(static_cast<unsigned>(text.size()), 16);
        writer.bits(static_cast<unsigned>(text.size()) ^ 0xffff, 16);
        writer.align();
        writer.bytes(text);
    }

private:
    void clear() noexcept {
        tokens_.clear();
        extra_bits_ = 0;
        literals_.clear();
        distances_.clear();
    }

    /// A code length or a run of them: symbol and value of the extra bits.
    struct Run {
        unsigned char symbol;
        unsigned char extra;
    };

    bool add(std::uint32_t token) {
        tokens_.push_back(token);
        return tokens_.size() == 16383;
    }

    /// Describes the lengths of both codes by runs (RFC 1951, section 3.2.7).
    void gather_lengths() noexcept {
        run_count_ = 0;
        order_extra_bits_ = 0;
        order_.clear();
        gather_lengths(literals_);
        gather_lengths(distances_);
    }

    void gather_lengths(const DeflateCode& code) noexcept {
        const std::size_t extent = code.extent();
        unsigned before = 16;
        std::size_t next = 0;  // of the symbols that have a code
        for (std::size_t i = 0; i < extent;) {
            const unsigned length = code.length(i);
            // The first of a new length is sent as such, the rest are repeats: 3 to 6 of them,
            // zeros up to 138.
            const std::size_t longest = length == 0 ? 138 : length == before ? 6 : 7;
            const std::size_t shortest = length == 0 || length == before ? 3 : 4;
            std::size_t count = 1;
            if (length == 0) {
                while (code.used(next) < i) ++next;
                count = (std::min)(longest, code.used(next) - i);
            } else {
                while (count < longest && i + count < extent && code.length(i + count) == length)
                    ++count;
            }
            i += count;
            if (count < shortest) {
                for (; count > 0; --count) add_run(length, 0);
            } else if (length != 0) {
                if (length != before) {
                    add_run(length, 0);
                    --count;
                }
                add_run(16, count - 3);
            } else {
                add_run(count <= 10 ? 17 : 18, count - (count <= 10 ? 3 : 11));
            }
            before = length;
        }
    }

    void add_run(unsigned symbol, std::size_t extra) noexcept {
        order_.count(symbol);
        order_extra_bits_ += deflate_order_extra(symbol);
        runs_[run_count_++] = {static_cast<unsigned char>(symbol),
                               static_cast<unsigned char>(extra)};
    }

    void write_codes(DeflateWriter& writer, std::size_t order_count) const {
        writer.bits(static_cast<unsigned>(literals_.extent() - 257), 5);
        writer.bits(static_cast<unsigned>(distances_.extent() - 1), 5);
        writer.bits(static_cast<unsigned>(order_count - 4), 4);
        for (std::size_t i = 0; i < order_count; ++i)
            writer.bits(order_.length(deflate_order[i]), 3);
        for (std::size_t i = 0; i < run_count_; ++i) {
            order_.send(writer, runs_[i].symbol);
            writer.bits(runs_[i].extra, deflate_order_extra(runs_[i].symbol));
        }
    }

    void write_tokens(DeflateWriter& writer, const DeflateCode& literals,
                      const DeflateCode& distances) const {
        for (const std::uint32_t token : tokens_) {
            if (token < 256) {
                literals.send(writer, token);
                continue;
            }
            const DeflateSymbol length = deflate_length_symbol(token & 0xff);
            literals.send(writer, 257 + length.symbol);
            writer.bits(length.extra, length.extra_bits);
            const DeflateSymbol distance = deflate_distance_symbol((token >> 8) - 1);
            distances.send(writer, distance.symbol);
            writer.bits(distance.extra, distance.extra_bits);
        }
        literals.send(writer, 256);
    }

    DeflateCode literals_{286, deflate_max_bits};
    DeflateCode distances_{30, deflate_max_bits};
    DeflateCode order_{19, 7};
    std::vector<std::uint32_t> tokens_;
    std::size_t extra_bits_ = 0;
    std::size_t order_extra_bits_ = 0;
    std::array<Run, 320> runs_;
    std::size_t run_count_ = 0;
};

/// Finds the matches. Positions count from the front of the text at hand; 0 in a chain means its
/// end, so the very first byte is never matched, as with zlib.
class Deflater {
public:
    /// For a text of a known size, or of any size in pieces where it is not known.
    explicit Deflater(std::size_t size = SIZE_MAX)
        : places_(size < deflate_window ? std::bit_ceil((std::max)(size, std::size_t{64}))
                                        : deflate_window),
          chains_((std::min)(2 * places_, deflate_window)),
          heads_(chains_, 0),
          previous_(places_, 0) {}

    /// Sets the whole text, which must live until `finish`. Instead of `append`.
    void view(std::string_view text) noexcept { text_ = text; }

    /// Adds a piece of text; what came before stays for matches as far as the window reaches.
    void append(std::string_view text) {
        if (position_ >= 4 * deflate_window)
            forget(position_ / deflate_window * deflate_window - deflate_window);
        buffer_.append(text);
        text_ = buffer_;
        advance(min_lookahead);
    }

    /// Writes all there is, and an empty stored block that brings it to a whole byte.
    void flush() {
        drain();
        if (!block_.empty()) write_block(false);
        DeflateBlock::write_stored(writer_, {}, false);
    }

    void finish() {
        drain();
        write_block(true);
        writer_.align();
    }

    DeflateWriter& writer() noexcept { return writer_; }

private:
    static constexpr std::size_t min_match = 3;
    static constexpr std::size_t max_match = 258;
    static constexpr std::size_t min_lookahead = max_match + min_match + 1;
    static constexpr std::size_t max_distance = deflate_window - min_lookahead;

    [[nodiscard]] unsigned byte(std::size_t position) const noexcept {
        return static_cast<unsigned char>(text_[position]);
    }
    [[nodiscard]] unsigned hash(std::size_t position) const noexcept {
        return (byte(position) << 10 ^ byte(position + 1) << 5 ^ byte(position + 2)) & 0x7fff;
    }

    /// Puts a position at the head of its chain and returns the one before.
    std::size_t insert(std::size_t position) noexcept {
        const unsigned key = hash(position);
        std::uint32_t& head = heads_[(key ^ key >> 5) & (chains_ - 1)];
        const std::uint32_t before = head;
        previous_[position & (places_ - 1)] = before;
        head = static_cast<std::uint32_t>(position);
        return before;
    }

    [[nodiscard]] std::size_t match_length(std::size_t candidate,
                                           std::size_t longest) const noexcept {
        const char* const left = text_.data() + candidate;
        const char* const right = text_.data() + position_;
        std::size_t length = 0;
        for (; length + 8 <= longest; length += 8) {
            if (std::memcmp(left + length, right + length, 8) != 0) break;
        }
        while (length < longest && left[length] == right[length]) ++length;
        return length;
    }

    /// Returns the length of the longest match that beats `best`, and remembers where it starts;
    /// else `best`.
    std::size_t longest_match(std::size_t candidate, std::size_t best,
                              std::size_t lookahead) noexcept {
        if (best >= lookahead) return lookahead;
        const std::size_t limit = position_ > max_distance ? position_ - max_distance : 0;
        const std::size_t nice = (std::min)(std::size_t{128}, lookahead);
        const std::size_t longest = (std::min)(max_match, lookahead);
        int tries = best >= 8 ? 32 : 128;
        const unsigned key = hash(position_);
        do {
            // A small table mixes chains that are apart in zlib's.
            if (chains_ < deflate_window && hash(candidate) != key) continue;
            if (byte(candidate + best) == byte(position_ + best) &&
                byte(candidate + best - 1) == byte(position_ + best - 1)) {
                const std::size_t length = match_length(candidate, longest);
                if (length > best) {
                    match_start_ = candidate;
                    best = length;
                    if (length >= nice) break;
                }
            }
            --tries;
        } while ((candidate = previous_[candidate & (places_ - 1)]) > limit && tries > 0);
        return best;
    }

    /// Goes on as long as there is that much text ahead.
    void advance(std::size_t least) {
        while (text_.size() - position_ >= least) {
            const std::size_t lookahead = text_.size() - position_;
            const std::size_t candidate = lookahead >= min_match ? insert(position_) : 0;
            const std::size_t length_before = match_length_;
            const std::size_t start_before = match_start_;
            match_length_ = min_match - 1;
            if (candidate != 0 && length_before < 16 && position_ - candidate <= max_distance) {
                match_length_ = longest_match(candidate, length_before, lookahead);
                // Three far away bytes cost more than three literals.
                if (match_length_ == min_match && position_ - match_start_ > 4096)
                    match_length_ = min_match - 1;
            }

            if (length_before >= min_match && match_length_ <= length_before) {
                // The match that began one byte before is at least as long: take it.
                const bool full = block_.match(position_ - 1 - start_before, length_before);
                const std::size_t end = position_ + length_before - 1;
                while (++position_ < end) {
                    if (position_ + min_match <= text_.size()) insert(position_);
                }
                literal_waits_ = false;
                match_length_ = min_match - 1;
                if (full) write_block(false);
                continue;
            }
            if (literal_waits_ && block_.literal(static_cast<unsigned char>(byte(position_ - 1))))
                write_block(false);
            literal_waits_ = true;
            ++position_;
        }
    }

    void drain() {
        advance(1);
        if (literal_waits_) block_.literal(static_cast<unsigned char>(byte(position_ - 1)));
        literal_waits_ = false;
        match_length_ = min_match - 1;
    }

    void write_block(bool last) {
        std::optional<std::string_view> stored;
        if (block_is_here_) stored = text_.substr(block_start_, position_ - block_start_);
        block_.write(writer_, stored, last);
        block_start_ = position_;
        block_is_here_ = true;
    }

    /// Drops the front of the buffer, a multiple of the window, so that chains keep their places.
    void forget(std::size_t count) {
        const auto moved = [count](std::size_t position) {
            return position > count ? position - count : 0;
        };
        for (std::uint32_t& entry : heads_) entry = static_cast<std::uint32_t>(moved(entry));
        for (std::uint32_t& entry : previous_) entry = static_cast<std::uint32_t>(moved(entry));
        block_is_here_ = block_is_here_ && block_start_ >= count;
        block_start_ = moved(block_start_);
        match_start_ = moved(match_start_);
        position_ -= count;
        buffer_.erase(0, count);
    }

    bool literal_waits_ = false;
    bool block_is_here_ = true;
    std::size_t position_ = 0;
    std::size_t block_start_ = 0;
    std::size_t match_start_ = 0;
    std::size_t match_length_ = min_match - 1;
    std::string_view text_;
    std::string buffer_;
    // As many places as the text is long, at least 64, at most the window; and twice as many
    // chains, up to all there are, so that few mix.
    std::size_t places_;
    std::size_t chains_;
    std::vector<std::uint32_t> heads_;
    std::vector<std::uint32_t> previous_;
    DeflateBlock block_;
    DeflateWriter writer_;
};

/// Writes a text between what a format puts before it and after it.
MICROFLASK_INLINE std::string deflate_framed(std::string_view before, std::string_view text,
                                             std::string_view after) {
    // Chains keep positions in 32 bits.
    constexpr std::size_t piece = std::size_t{1} << 30;
    Deflater deflater(text.size());
    deflater.writer().reserve(text.size() / 2 + 64);
    deflater.writer().bytes(before);
    if (text.size() <= piece) {
        deflater.view(text);
    } else {
        for (; !text.empty(); text.remove_prefix((std::min)(piece, text.size())))
            deflater.append(text.substr(0, piece));
    }
    deflater.finish();
    deflater.writer().bytes(after);
    return deflater.writer().take();
}

/// Returns numbers of four bytes as text, least significant byte first.
MICROFLASK_INLINE std::string deflate_little_endian(std::uint32_t first, std::uint32_t second) {
    std::string bytes;
    for (std::uint64_t rest = std::uint64_t{second} << 32 | first; bytes.size() < 8; rest >>= 8) {
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(rest & 0xff)));
    }
    return bytes;
}

MICROFLASK_INLINE std::string deflate_compress(std::string_view text) {
    return deflate_framed({}, text, {});
}

MICROFLASK_INLINE std::string zlib_compress(std::string_view text) {
    std::string checksum(4, '\0');
    for (std::uint32_t i = 0, value = adler32(text); i < 4; ++i, value <<= 8) {
        checksum[i] = static_cast<char>(static_cast<unsigned char>(value >> 24));
    }
    return deflate_framed("\x78\x9c", text, checksum);
}

/// The header of a gzip file without name and time, from an unknown system.
MICROFLASK_INLINE std::string_view gzip_header() noexcept {
    return std::string_view("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
}

MICROFLASK_INLINE std::string gzip_compress(std::string_view text) {
    const std::uint32_t length = static_cast<std::uint32_t>(text.size() & 0xffffffff);
    return deflate_framed(gzip_header(), text, deflate_little_endian(crc32(text), length));
}

MICROFLASK_INLINE GzipCompressor::GzipCompressor() : deflater_(std::make_unique<Deflater>()) {
    deflater_->writer().bytes(gzip_header());
}
MICROFLASK_INLINE GzipCompressor::GzipCompressor(GzipCompressor&&) noexcept = default;
MICROFLASK_INLINE GzipCompressor& GzipCompressor::operator=(GzipCompressor&&) noexcept = default;
MICROFLASK_INLINE GzipCompressor::~GzipCompressor() = default;

MICROFLASK_INLINE std::string GzipCompressor::write(std::string_view text) {
    checksum_ = crc32(text, checksum_);
    length_ += static_cast<std::uint32_t>(text.size() & 0xffffffff);
    deflater_->append(text);
    return deflater_->writer().take();
}

MICROFLASK_INLINE std::string GzipCompressor::flush() {
    deflater_->flush();
    return deflater_->writer().take();
}

MICROFLASK_INLINE std::string GzipCompressor::finish() {
    deflater_->finish();
    deflater_->writer().bytes(deflate_little_endian(checksum_, length_));
    return deflater_->writer().take();
}

}  // namespace microflask::detail
