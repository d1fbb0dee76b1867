// PBKDF2 and scrypt, and the text form of what they give.
#include "security/passwords.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"
#include "security/hashing.hpp"
#include "security/random.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace microflask::detail {

// What one hash may ask for: a stored hash is data, and must not be able to stop the server.
inline constexpr std::uint64_t password_max_iterations = 100'000'000;
inline constexpr std::uint64_t password_max_memory = 512U << 20;
inline constexpr std::uint64_t password_max_scrypt_work = std::uint64_t{1} << 24;  // n * r * p

/// PBKDF2 (RFC 8018, section 5.2) of any length.
template <class Algorithm>
std::string pbkdf2_derive(std::string_view password, std::string_view salt,
                          std::uint64_t iterations, std::size_t size) {
    using Word = typename Algorithm::Word;
    constexpr std::size_t digest_size = Algorithm::digest_size;
    constexpr std::size_t block_size = Algorithm::block_size;
    const Hmac<Algorithm> keyed(password);

    // After the first, each message is one digest: a single block whose padding never changes.
    std::array<unsigned char, block_size> block{};
    block[digest_size] = 0x80;
    hash_store_word<std::uint64_t>(block.data() + block_size - 8, (block_size + digest_size) * 8);
    const auto store = [&block](const typename Algorithm::State& state) {
        for (std::size_t i = 0; i < digest_size / sizeof(Word); ++i) {
            hash_store_word<Word>(block.data() + i * sizeof(Word), state[i]);
        }
    };

    std::string key;
    for (std::uint32_t index = 1; key.size() < size; ++index) {
        std::array<unsigned char, 4> counter;
        hash_store_word<std::uint32_t>(counter.data(), index);
        MessageDigest<Algorithm> first = keyed.begin();
        first.update(salt);
        first.update(counter.data(), counter.size());
        typename Hmac<Algorithm>::Digest sum = keyed.finish(first);
        std::memcpy(block.data(), sum.data(), digest_size);
        for (std::uint64_t i = 1; i < iterations; ++i) {
            typename Algorithm::State state = keyed.inner_state();
            Algorithm::compress(state, block.data(), 1);
            store(state);
            state = keyed.outer_state();
            Algorithm::compress(state, block.data(), 1);
            store(state);
            for (std::size_t j = 0; j < digest_size; ++j) sum[j] ^= block[j];
        }
        key.append(reinterpret_cast<const char*>(sum.data()),
                   (std::min)(digest_size, size - key.size()));
    }
    return key;
}

MICROFLASK_INLINE std::string pbkdf2_hmac(std::string_view hash_name, std::string_view password,
                                          std::string_view salt, std::uint64_t iterations) {
    if (iterations == 0) throw std::invalid_argument("iteration value must be greater than 0.");
    if (iterations > password_max_iterations)
        throw std::invalid_argument("iteration value is too great.");
    if (hash_name == "sha256")
        return pbkdf2_derive<Sha256Algorithm>(password, salt, iterations, 32);
    if (hash_name == "sha512")
        return pbkdf2_derive<Sha512Algorithm>(password, salt, iterations, 64);
    if (hash_name == "sha1") return pbkdf2_derive<Sha1Algorithm>(password, salt, iterations, 20);
    throw std::invalid_argument(concat({"unsupported hash type ", hash_name}));
}

/// The sixteen words of Salsa20.
using SalsaBlock = std::array<std::uint32_t, 16>;

/// Adds a block to the state and mixes it by Salsa20/8 (RFC 7914, section 3).
MICROFLASK_INLINE void salsa20_8(SalsaBlock& state, const std::uint32_t* block) noexcept {
    for (std::size_t i = 0; i < 16; ++i) state[i] ^= block[i];
    SalsaBlock x = state;
    const auto quarter = [&x](std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
        x[b] ^= std::rotl(x[a] + x[d], 7);
        x[c] ^= std::rotl(x[b] + x[a], 9);
        x[d] ^= std::rotl(x[c] + x[b], 13);
        x[a] ^= std::rotl(x[d] + x[c], 18);
    };
    for (int i = 0; i < 4; ++i) {
        quarter(0, 4, 8, 12);
        quarter(5, 9, 13, 1);
        quarter(10, 14, 2, 6);
        quarter(15, 3, 7, 11);
        quarter(0, 1, 2, 3);
        quarter(5, 6, 7, 4);
        quarter(10, 11, 8, 9);
        quarter(15, 12, 13, 14);
    }
    for (std::size_t i = 0; i < 16; ++i) state[i] += x[i];
}

/// Mixes 2 * r blocks; even ones go to the front, odd ones to the back (RFC 7914, section 4).
MICROFLASK_INLINE void scrypt_block_mix(const std::uint32_t* from, std::uint32_t* to,
                                        std::size_t r) noexcept {
    SalsaBlock state;
    std::copy_n(from + (2 * r - 1) * 16, 16, state.begin());
    for (std::size_t i = 0; i < 2 * r; ++i) {
        salsa20_8(state, from + i * 16);
        std::copy_n(state.begin(), 16, to + (i / 2 + (i % 2) * r) * 16);
    }
}

/// Mixes 128 * r bytes with n copies of what they were (RFC 7914, section 5).
MICROFLASK_INLINE void scrypt_mix(unsigned char* bytes, std::size_t n, std::size_t r,
                                  std::uint32_t* memory) {
    const std::size_t words = 32 * r;
    std::vector<std::uint32_t> block(words);
    std::vector<std::uint32_t> other(words);
    for (std::size_t i = 0; i < words; ++i) {
        const unsigned char* const p = bytes + 4 * i;
        block[i] = std::uint32_t{p[0]} | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 |
                   std::uint32_t{p[3]} << 24;
    }
    for (std::size_t i = 0; i < n; ++i) {
        std::copy_n(block.data(), words, memory + i * words);
        scrypt_block_mix(memory + i * words, block.data(), r);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t chosen = block[words - 16] & (n - 1);
        const std::uint32_t* const copy = memory + chosen * words;
        for (std::size_t j = 0; j < words; ++j) block[j] ^= copy[j];
        scrypt_block_mix(block.data(), other.data(), r);
        block.swap(other);
    }
    for (std::size_t i = 0; i < words; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
            bytes[4 * i + j] = static_cast<unsigned char>(block[i] >> (8 * j) & 0xff);
        }
    }
}

MICROFLASK_INLINE std::string scrypt(std::string_view password, std::string_view salt,
                                     std::uint64_t n, std::uint64_t r, std::uint64_t p,
                                     std::size_t size) {
    if (n < 2 || !std::has_single_bit(n)) throw std::invalid_argument("n must be a power of 2.");
    // Each number alone is bounded first, so that the products cannot overflow.
    if (r == 0 || p == 0) throw std::invalid_argument("r and p must be at least 1.");
    const bool fits = n <= password_max_memory / 128 && r <= password_max_memory / 128 / n &&
                      p <= password_max_scrypt_work / n / r;
    if (!fits) throw std::invalid_argument("memory limit exceeded");

    const std::size_t block_size = static_cast<std::size_t>(128 * r);
    std::string blocks =
        pbkdf2_derive<Sha256Algorithm>(password, salt, 1, static_cast<std::size_t>(p) * block_size);
    // Not initialized: all of it is written before it is read.
    const std::unique_ptr<std::uint32_t[]> memory(
        new std::uint32_t[static_cast<std::size_t>(n * r) * 32]);
    for (std::size_t i = 0; i < blocks.size(); i += block_size) {
        scrypt_mix(reinterpret_cast<unsigned char*>(blocks.data()) + i, static_cast<std::size_t>(n),
                   static_cast<std::size_t>(r), memory.get());
    }
    return pbkdf2_derive<Sha256Algorithm>(password, blocks, 1, size);
}

/// The hash of a password in hexadecimal, and its method with all parameters.
struct HashedPassword {
    std::string hash;
    std::string method;
};

MICROFLASK_INLINE HashedPassword hash_password(std::string_view method, std::string_view salt,
                                               std::string_view password) {
    const std::vector<std::string_view> parts = split(method, ':');
    if (parts[0] == "scrypt") {
        std::array<std::uint64_t, 3> numbers = {32768, 8, 1};
        if (parts.size() != 1 && parts.size() != 4)
            throw std::invalid_argument("'scrypt' takes 3 arguments.");
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const std::optional<std::uint64_t> number = parse_unsigned(parts[i]);
            if (!number) throw std::invalid_argument("'scrypt' takes 3 arguments.");
            numbers[i - 1] = *number;
        }
        std::string full = "scrypt";
        for (const std::uint64_t number : numbers) {
            full += ':';
            append_unsigned(full, number);
        }
        return {hex_encode(scrypt(password, salt, numbers[0], numbers[1], numbers[2], 64)), full};
    }
    if (parts[0] == "pbkdf2") {
        if (parts.size() > 3) throw std::invalid_argument("'pbkdf2' takes 2 arguments.");
        const std::string_view hash_name = parts.size() > 1 ? parts[1] : "sha256";
        std::uint64_t iterations = 1'000'000;
        if (parts.size() == 3) {
            const std::optional<std::uint64_t> number = parse_unsigned(parts[2]);
            if (!number) {
                throw std::invalid_argument(
                    concat({"invalid literal for int() with base 10: '", parts[2], "'"}));
            }
            iterations = *number;
        }
        std::string full = concat({"pbkdf2:", hash_name, ":"});
        append_unsigned(full, iterations);
        return {hex_encode(pbkdf2_hmac(hash_name, password, salt, iterations)), full};
    }
    throw std::invalid_argument(concat({"Invalid hash method '", parts[0], "'."}));
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE std::string generate_password_hash(std::string_view password,
                                                     PasswordHashOptions options) {
    if (options.salt_length <= 0) throw std::invalid_argument("Salt length must be at least 1.");
    const std::string salt = token_urlsafe(static_cast<std::size_t>(options.salt_length));
    const detail::HashedPassword hashed = detail::hash_password(options.method, salt, password);
    return detail::concat({hashed.method, "$", salt, "$", hashed.hash});
}

MICROFLASK_INLINE bool check_password_hash(std::string_view password_hash,
                                           std::string_view password) {
    const std::size_t first = password_hash.find('$');
    if (first == std::string_view::npos) return false;
    const std::size_t second = password_hash.find('$', first + 1);
    if (second == std::string_view::npos) return false;
    const std::string_view salt = password_hash.substr(first + 1, second - first - 1);
    const detail::HashedPassword hashed =
        detail::hash_password(password_hash.substr(0, first), salt, password);
    return constant_time_equals(hashed.hash, password_hash.substr(second + 1));
}

}  // namespace microflask
