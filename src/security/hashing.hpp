// SHA-1, SHA-256 and SHA-512 (FIPS 180-4), HMAC over each (RFC 2104), and a comparison that takes
// the same time for every input. Portable code without tables that depend on secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace microflask {

/// Compares two texts in a time that depends on their lengths only (Python's
/// `hmac.compare_digest`).
[[nodiscard]] bool constant_time_equals(std::string_view left, std::string_view right) noexcept;

}  // namespace microflask

namespace microflask::detail {

/// The numbers and the compression function of SHA-1.
struct Sha1Algorithm {
    using Word = std::uint32_t;
    using State = std::array<Word, 5>;
    static constexpr std::size_t block_size = 64;
    static constexpr std::size_t digest_size = 20;
    static constexpr State initial = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    static void compress(State& state, const unsigned char* blocks, std::size_t count) noexcept;
};

/// The numbers and the compression function of SHA-256.
struct Sha256Algorithm {
    using Word = std::uint32_t;
    using State = std::array<Word, 8>;
    static constexpr std::size_t block_size = 64;
    static constexpr std::size_t digest_size = 32;
    static constexpr State initial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static void compress(State& state, const unsigned char* blocks, std::size_t count) noexcept;
};

/// The numbers and the compression function of SHA-512.
struct Sha512Algorithm {
    using Word = std::uint64_t;
    using State = std::array<Word, 8>;
    static constexpr std::size_t block_size = 128;
    static constexpr std::size_t digest_size = 64;
    static constexpr State initial = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                      0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                      0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    static void compress(State& state, const unsigned char* blocks, std::size_t count) noexcept;
};

/// Reads and writes the words of a digest, most significant byte first.
template <class Word>
Word hash_load_word(const unsigned char* bytes) noexcept {
    // Written out, because compilers make one instruction of this, but not of a loop.
    const auto half = [](const unsigned char* p) {
        return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 |
               p[3];
    };
    if constexpr (sizeof(Word) == 4) {
        return half(bytes);
    } else {
        return Word{half(bytes)} << 32 | half(bytes + 4);
    }
}

template <class Word>
void hash_store_word(unsigned char* bytes, Word word) noexcept {
    const auto half = [](unsigned char* p, std::uint32_t value) {
        p[0] = static_cast<unsigned char>(value >> 24);
        p[1] = static_cast<unsigned char>(value >> 16 & 0xff);
        p[2] = static_cast<unsigned char>(value >> 8 & 0xff);
        p[3] = static_cast<unsigned char>(value & 0xff);
    };
    if constexpr (sizeof(Word) == 4) {
        half(bytes, word);
    } else {
        half(bytes, static_cast<std::uint32_t>(word >> 32));
        half(bytes + 4, static_cast<std::uint32_t>(word & 0xffffffff));
    }
}

/// Hashes a message given in pieces. A copy continues on its own; `digest` leaves the object as it
/// was.
template <class Algorithm>
class MessageDigest {
public:
    using Digest = std::array<unsigned char, Algorithm::digest_size>;
    using State = typename Algorithm::State;
    static constexpr std::size_t block_size = Algorithm::block_size;
    static constexpr std::size_t digest_size = Algorithm::digest_size;

    MessageDigest() noexcept : state_(Algorithm::initial) {}
    /// Continues from a state that has taken in `length` bytes, a multiple of the block size.
    MessageDigest(const State& state, std::uint64_t length) noexcept
        : state_(state), length_(length) {}

    void update(std::string_view text) noexcept {
        update(reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }

    void update(const unsigned char* bytes, std::size_t size) noexcept {
        if (size == 0) return;
        const std::size_t used = static_cast<std::size_t>(length_ % block_size);
        length_ += size;
        if (used != 0) {
            const std::size_t taken = size < block_size - used ? size : block_size - used;
            std::memcpy(buffer_.data() + used, bytes, taken);
            if (used + taken < block_size) return;
            Algorithm::compress(state_, buffer_.data(), 1);
            bytes += taken;
            size -= taken;
        }
        const std::size_t blocks = size / block_size;
        if (blocks != 0) Algorithm::compress(state_, bytes, blocks);
        if (size % block_size != 0) {
            std::memcpy(buffer_.data(), bytes + blocks * block_size, size % block_size);
        }
    }

    /// Returns the digest of all that was given so far.
    [[nodiscard]] Digest digest() const noexcept {
        constexpr std::size_t length_size = 2 * sizeof(typename Algorithm::Word);
        State state = state_;
        std::array<unsigned char, block_size> last{};
        const std::size_t used = static_cast<std::size_t>(length_ % block_size);
        if (used != 0) std::memcpy(last.data(), buffer_.data(), used);
        last[used] = 0x80;
        if (used + 1 + length_size > block_size) {  // the length needs another block
            Algorithm::compress(state, last.data(), 1);
            last.fill(0);
        }
        hash_store_word<std::uint64_t>(last.data() + block_size - 8, length_ * 8);
        Algorithm::compress(state, last.data(), 1);
        Digest result;
        for (std::size_t i = 0; i < digest_size / sizeof(state[0]); ++i) {
            hash_store_word(result.data() + i * sizeof(state[0]), state[i]);
        }
        return result;
    }

    /// Returns the digest as text of raw bytes.
    [[nodiscard]] std::string digest_text() const {
        const Digest bytes = digest();
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

private:
    State state_;
    std::uint64_t length_ = 0;
    std::array<unsigned char, Algorithm::block_size> buffer_;
};

/// A keyed hash (RFC 2104). Made from its key once, which is hashed then; serves any number of messages.
template <class Algorithm>
class Hmac {
public:
    using Digest = typename MessageDigest<Algorithm>::Digest;
    using State = typename Algorithm::State;
    static constexpr std::size_t block_size = Algorithm::block_size;
    static constexpr std::size_t digest_size = Algorithm::digest_size;

    explicit Hmac(std::string_view key) noexcept {
        std::array<unsigned char, block_size> pad{};
        if (key.size() > block_size) {
            MessageDigest<Algorithm> hashed;
            hashed.update(key);
            const Digest digest = hashed.digest();
            std::memcpy(pad.data(), digest.data(), digest.size());
        } else if (!key.empty()) {
            std::memcpy(pad.data(), key.data(), key.size());
        }
        for (unsigned char& byte : pad) byte ^= 0x36;
        Algorithm::compress(inner_, pad.data(), 1);
        for (unsigned char& byte : pad) byte ^= 0x36 ^ 0x5c;
        Algorithm::compress(outer_, pad.data(), 1);
    }

    /// Begins a message; what `finish` makes of it is its code.
    [[nodiscard]] MessageDigest<Algorithm> begin() const noexcept {
        return MessageDigest<Algorithm>(inner_, block_size);
    }
    [[nodiscard]] Digest finish(const MessageDigest<Algorithm>& message) const noexcept {
        const Digest inside = message.digest();
        MessageDigest<Algorithm> outside(outer_, block_size);
        outside.update(inside.data(), inside.size());
        return outside.digest();
    }

    /// Returns the code of a whole message, as text of raw bytes.
    [[nodiscard]] std::string digest_text(std::string_view message) const {
        MessageDigest<Algorithm> inside = begin();
        inside.update(message);
        const Digest bytes = finish(inside);
        return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }

    /// Returns the states after the two key pads, for those who hash many short messages (PBKDF2).
    [[nodiscard]] const State& inner_state() const noexcept { return inner_; }
    [[nodiscard]] const State& outer_state() const noexcept { return outer_; }

private:
    State inner_ = Algorithm::initial;
    State outer_ = Algorithm::initial;
};

using Sha1 = MessageDigest<Sha1Algorithm>;
using Sha256 = MessageDigest<Sha256Algorithm>;
using Sha512 = MessageDigest<Sha512Algorithm>;
using HmacSha1 = Hmac<Sha1Algorithm>;
using HmacSha256 = Hmac<Sha256Algorithm>;
using HmacSha512 = Hmac<Sha512Algorithm>;

/// Each returns the raw digest of a whole text.
[[nodiscard]] std::string sha1(std::string_view text);
[[nodiscard]] std::string sha256(std::string_view text);
[[nodiscard]] std::string sha512(std::string_view text);

/// Each returns the raw code of a whole message.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);
[[nodiscard]] std::string hmac_sha512(std::string_view key, std::string_view message);

}  // namespace microflask::detail
