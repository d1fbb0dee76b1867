// The compression functions of the SHA family, and the one-shot forms.
#include "security/hashing.hpp"

#include "core/config.hpp"

#include <bit>

namespace microflask {

MICROFLASK_INLINE bool constant_time_equals(std::string_view left,
                                            std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    // Volatile: the compiler may not stop at the first difference.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        difference =
            static_cast<unsigned char>(difference | (static_cast<unsigned char>(left[i]) ^
                                                     static_cast<unsigned char>(right[i])));
    }
    return difference == 0;
}

}  // namespace microflask

namespace microflask::detail {

// SHA-1's rounds, written out: left to compilers, they take three times as long. The five words change their roles, not
// their values; the schedule is made as it is used.
#define MICROFLASK_SHA1_WORD(i)         \
    ((i) < 16 ? w[(i)&15]               \
              : (w[(i)&15] = std::rotl( \
                     w[((i) + 13) & 15] ^ w[((i) + 8) & 15] ^ w[((i) + 2) & 15] ^ w[(i)&15], 1)))
#define MICROFLASK_SHA1_ROUND(v, x, mixed, t, i, k)                   \
    (t) += std::rotl(v, 5) + (mixed) + (k) + MICROFLASK_SHA1_WORD(i); \
    (x) = std::rotl(x, 30)
#define MICROFLASK_SHA1_FIVE(mix, i, k)                       \
    MICROFLASK_SHA1_ROUND(a, b, mix(b, c, d), e, i, k);       \
    MICROFLASK_SHA1_ROUND(e, a, mix(a, b, c), d, (i) + 1, k); \
    MICROFLASK_SHA1_ROUND(d, e, mix(e, a, b), c, (i) + 2, k); \
    MICROFLASK_SHA1_ROUND(c, d, mix(d, e, a), b, (i) + 3, k); \
    MICROFLASK_SHA1_ROUND(b, c, mix(c, d, e), a, (i) + 4, k)
#define MICROFLASK_SHA1_TWENTY(mix, i, k)   \
    MICROFLASK_SHA1_FIVE(mix, i, k);        \
    MICROFLASK_SHA1_FIVE(mix, (i) + 5, k);  \
    MICROFLASK_SHA1_FIVE(mix, (i) + 10, k); \
    MICROFLASK_SHA1_FIVE(mix, (i) + 15, k)

MICROFLASK_INLINE void Sha1Algorithm::compress(State& state, const unsigned char* blocks,
                                               std::size_t count) noexcept {
    const auto choose = [](Word x, Word y, Word z) { return z ^ (x & (y ^ z)); };
    const auto parity = [](Word x, Word y, Word z) { return x ^ y ^ z; };
    const auto majority = [](Word x, Word y, Word z) { return (x & y) | (z & (x | y)); };

    for (; count != 0; --count, blocks += block_size) {
        std::array<Word, 16> w;
        for (std::size_t i = 0; i < 16; ++i) w[i] = hash_load_word<Word>(blocks + 4 * i);
        Word a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        MICROFLASK_SHA1_TWENTY(choose, 0, 0x5a827999);
        MICROFLASK_SHA1_TWENTY(parity, 20, 0x6ed9eba1);
        MICROFLASK_SHA1_TWENTY(majority, 40, 0x8f1bbcdc);
        MICROFLASK_SHA1_TWENTY(parity, 60, 0xca62c1d6);
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
}

#undef MICROFLASK_SHA1_WORD
#undef MICROFLASK_SHA1_ROUND
#undef MICROFLASK_SHA1_FIVE
#undef MICROFLASK_SHA1_TWENTY

/// The rounds that SHA-256 and SHA-512 share; Sigma holds the rotations of FIPS 180-4, section 4.1.
template <class Sigma, class Algorithm, std::size_t round_count>
void sha2_compress(typename Algorithm::State& state, const unsigned char* blocks, std::size_t count,
                   const std::array<typename Algorithm::Word, round_count>& constants) noexcept {
    using Word = typename Algorithm::Word;
    for (; count != 0; --count, blocks += Algorithm::block_size) {
        std::array<Word, round_count> w;
        for (std::size_t i = 0; i < 16; ++i) w[i] = hash_load_word<Word>(blocks + sizeof(Word) * i);
        for (std::size_t i = 16; i < round_count; ++i) {
            w[i] = Sigma::small1(w[i - 2]) + w[i - 7] + Sigma::small0(w[i - 15]) + w[i - 16];
        }

        Word a = state[0], b = state[1], c = state[2], d = state[3];
        Word e = state[4], f = state[5], g = state[6], h = state[7];
        const auto step = [&](Word p, Word q, Word r, Word& s, Word t, Word u, Word v, Word& x,
                              std::size_t i) {
            x += Sigma::big1(t) + (v ^ (t & (u ^ v))) + constants[i] + w[i];
            s += x;
            x += Sigma::big0(p) + ((p & q) | (r & (p | q)));
        };
        for (std::size_t i = 0; i < round_count; i += 8) {
            step(a, b, c, d, e, f, g, h, i);
            step(h, a, b, c, d, e, f, g, i + 1);
            step(g, h, a, b, c, d, e, f, i + 2);
            step(f, g, h, a, b, c, d, e, i + 3);
            step(e, f, g, h, a, b, c, d, i + 4);
            step(d, e, f, g, h, a, b, c, i + 5);
            step(c, d, e, f, g, h, a, b, i + 6);
            step(b, c, d, e, f, g, h, a, i + 7);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}

struct Sha256Sigma {
    using Word = std::uint32_t;
    static Word big0(Word x) noexcept {
        return std::rotr(x, 2) ^ std::rotr(x, 13) ^ std::rotr(x, 22);
    }
    static Word big1(Word x) noexcept {
        return std::rotr(x, 6) ^ std::rotr(x, 11) ^ std::rotr(x, 25);
    }
    static Word small0(Word x) noexcept { return std::rotr(x, 7) ^ std::rotr(x, 18) ^ (x >> 3); }
    static Word small1(Word x) noexcept { return std::rotr(x, 17) ^ std::rotr(x, 19) ^ (x >> 10); }
};

struct Sha512Sigma {
    using Word = std::uint64_t;
    static Word big0(Word x) noexcept {
        return std::rotr(x, 28) ^ std::rotr(x, 34) ^ std::rotr(x, 39);
    }
    static Word big1(Word x) noexcept {
        return std::rotr(x, 14) ^ std::rotr(x, 18) ^ std::rotr(x, 41);
    }
    static Word small0(Word x) noexcept { return std::rotr(x, 1) ^ std::rotr(x, 8) ^ (x >> 7); }
    static Word small1(Word x) noexcept { return std::rotr(x, 19) ^ std::rotr(x, 61) ^ (x >> 6); }
};

MICROFLASK_INLINE void Sha256Algorithm::compress(State& state, const unsigned char* blocks,
                                                 std::size_t count) noexcept {
    static constexpr std::array<Word, 64> constants = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};
    sha2_compress<Sha256Sigma, Sha256Algorithm>(state, blocks, count, constants);
}

MICROFLASK_INLINE void Sha512Algorithm::compress(State& state, const unsigned char* blocks,
                                                 std::size_t count) noexcept {
    static constexpr std::array<Word, 80> constants = {
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};
    sha2_compress<Sha512Sigma, Sha512Algorithm>(state, blocks, count, constants);
}

MICROFLASK_INLINE std::string sha1(std::string_view text) {
    Sha1 hash;
    hash.update(text);
    return hash.digest_text();
}

MICROFLASK_INLINE std::string sha256(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.digest_text();
}

MICROFLASK_INLINE std::string sha512(std::string_view text) {
    Sha512 hash;
    hash.update(text);
    return hash.digest_text();
}

MICROFLASK_INLINE std::string hmac_sha1(std::string_view key, std::string_view message) {
    return HmacSha1(key).digest_text(message);
}

MICROFLASK_INLINE std::string hmac_sha256(std::string_view key, std::string_view message) {
    return HmacSha256(key).digest_text(message);
}

MICROFLASK_INLINE std::string hmac_sha512(std::string_view key, std::string_view message) {
    return HmacSha512(key).digest_text(message);
}

}  // namespace microflask::detail
