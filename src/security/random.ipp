// Each system's own source of random bytes; none of them needs a file or can be seeded by us.
#include "security/random.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/os_headers.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace microflask::detail {

#if MICROFLASK_OS_WINDOWS

MICROFLASK_INLINE void random_fill(unsigned char* bytes, std::size_t count) {
    while (count > 0) {
        const ULONG piece = static_cast<ULONG>((std::min)(count, std::size_t{1} << 20));
        if (::BCryptGenRandom(nullptr, bytes, piece, BCRYPT_USE_SYSTEM_PREFERRED_RNG) < 0) {
            throw std::runtime_error(
                "The operating system gave no random bytes (BCryptGenRandom failed).");
        }
        bytes += piece;
        count -= piece;
    }
}

#elif MICROFLASK_OS_MACOS || MICROFLASK_OS_BSD

MICROFLASK_INLINE void random_fill(unsigned char* bytes, std::size_t count) {
    ::arc4random_buf(bytes, count);
}

#else

MICROFLASK_INLINE void random_fill(unsigned char* bytes, std::size_t count) {
    while (count > 0) {
        const std::size_t piece =
            (std::min)(count, std::size_t{256});  // as much as one call may ask for
        if (::getentropy(bytes, piece) != 0) {
            throw std::runtime_error(
                "The operating system gave no random bytes (getentropy failed).");
        }
        bytes += piece;
        count -= piece;
    }
}

#endif

MICROFLASK_INLINE std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    random_fill(reinterpret_cast<unsigned char*>(bytes.data()), count);
    return bytes;
}

}  // namespace microflask::detail

namespace microflask {

MICROFLASK_INLINE std::string token_bytes(std::size_t count) {
    return detail::random_bytes(count);
}

MICROFLASK_INLINE std::string token_hex(std::size_t count) {
    return detail::hex_encode(detail::random_bytes(count));
}

MICROFLASK_INLINE std::string token_urlsafe(std::size_t count) {
    return detail::base64url_encode(detail::random_bytes(count));
}

}  // namespace microflask
