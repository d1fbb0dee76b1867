// Our compression beside zlib itself, where its header is installed: each reads the other, and level 6 makes the same
// bytes.
#if defined(MICROFLASK_HAS_ZLIB)

#include "core/deflate.hpp"

#include "core/inflate.hpp"
#include "support/catch.hpp"

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask::detail;

namespace {

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data()));
}

/// What zlib makes of a text; the bits choose the format: 15 zlib's own, -15 raw, 31 gzip.
std::string deflated(std::string_view text, int level, int bits = 15,
                     int strategy = Z_DEFAULT_STRATEGY) {
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, level, Z_DEFLATED, bits, 8, strategy) == Z_OK);
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 64, '\0');
    stream.next_in = bytes_of(text);
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes_of(out);
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// What zlib reads of data; "!" where it refuses.
std::string inflated(std::string_view data, std::size_t size, int bits = 15) {
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, bits) == Z_OK);
    std::string out(size + 1, '\0');
    stream.next_in = bytes_of(data);
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = bytes_of(out);
    stream.avail_out = static_cast<uInt>(out.size());
    const int code = inflate(&stream, Z_FINISH);
    const bool whole = code == Z_STREAM_END && stream.avail_in == 0;
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return whole ? out : "!";
}

/// Texts of many kinds and sizes, the same in every run.
std::vector<std::string> samples() {
    std::vector<std::string> texts = {"", "a", "ab", std::string(1000, 'x'),
                                      std::string(100000, '\0')};
    std::uint32_t state = 1;
    const auto random = [&state](std::uint32_t below) {
        state = state * 1664525 + 1013904223;
        return (state >> 8) % below;
    };
    for (const std::size_t size :
         {5u,    30u,   63u,   64u,   65u,   100u,   257u,   258u,   259u,   300u,
          1000u, 1023u, 1024u, 1025u, 5000u, 16384u, 16385u, 32767u, 32768u, 70000u}) {
        for (const std::uint32_t kinds : {2u, 5u, 26u, 256u}) {
            std::string noise, words;
            while (noise.size() < size) noise += static_cast<char>('a' + random(kinds));
            while (words.size() < size) {
                words += "word";
                words += std::to_string(random(kinds * 40));
                words += random(9) == 0 ? "\n" : " ";
            }
            words.resize(size);
            texts.push_back(std::move(noise));
            texts.push_back(std::move(words));
        }
    }
    return texts;
}

/// A text of that size as a session has it, with tokens of random digits.
std::string session_like(std::size_t size, std::uint32_t& state) {
    static const char* const words[] = {"{\"_permanent\":true,",
                                        "\"user_id\":", "\"csrf_token\":\"",
                                        "\"locale\":\"en-GB\",", "\"username\":\"alice\","};
    std::string text;
    while (text.size() < size) {
        state = state * 1664525 + 1013904223;
        text += words[(state >> 8) % 5];
        for (std::uint32_t digits = (state >> 16) % 20; digits > 0; --digits) {
            state = state * 1664525 + 1013904223;
            text += "0123456789abcdef"[state >> 28];
        }
    }
    text.resize(size);
    return text;
}

}  // namespace

TEST_CASE("compressing makes the bytes that zlib makes", "[core]") {
    // zlib-ng, which some systems have in its place, makes other bytes.
    if (std::string_view(zlibVersion()).find("ng") != std::string_view::npos) return;
    for (const std::string& text : samples()) {
        CAPTURE(text.size(), text.substr(0, 20));
        CHECK((zlib_compress(text) == deflated(text, 6)));
        CHECK((deflate_compress(text) == deflated(text, 6, -15)));
        CHECK((inflated(gzip_compress(text), text.size(), 31) == text));
    }
}

TEST_CASE("short texts of every size go to zlib's bytes and back", "[core]") {
    const bool is_zlib = std::string_view(zlibVersion()).find("ng") == std::string_view::npos;
    std::uint32_t state = 7;
    for (std::size_t size = 0; size < 1200; ++size) {
        const std::string text = session_like(size, state);
        const std::string theirs = deflated(text, 6);
        const std::string ours = zlib_compress(text);
        CAPTURE(text);
        if (is_zlib) REQUIRE((ours == theirs));
        REQUIRE((inflated(ours, size) == text));
        REQUIRE((zlib_decompress(theirs, size) == text));
        if (size > 0) REQUIRE_FALSE(zlib_decompress(theirs, size - 1));
        REQUIRE_FALSE(zlib_decompress(std::string_view(theirs).substr(0, theirs.size() - 5), size));
    }
}

TEST_CASE("what zlib made is read at every level and by every strategy", "[core]") {
    for (const std::string& text : samples()) {
        CAPTURE(text.size(), text.substr(0, 20));
        for (int level = 0; level <= 9; ++level)
            REQUIRE((zlib_decompress(deflated(text, level), text.size()) == text));
        for (const int strategy : {Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}) {
            REQUIRE((zlib_decompress(deflated(text, 6, 15, strategy), text.size()) == text));
        }
        REQUIRE((deflate_decompress(deflated(text, 9, -15), text.size()) == text));
        REQUIRE((gzip_decompress(deflated(text, 9, 31), text.size()) == text));
        // One byte too many is a bomb.
        if (!text.empty()) REQUIRE_FALSE(zlib_decompress(deflated(text, 6), text.size() - 1));
    }
}

TEST_CASE("damaged data is refused by both or read alike", "[core]") {
    const std::string text = samples()[20];
    const std::string good = deflated(text, 6);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const int bit : {0, 3, 7}) {
            std::string broken = good;
            broken[at] = static_cast<char>(broken[at] ^ (1 << bit));
            const auto ours = zlib_decompress(broken, 1000000);
            CAPTURE(at, bit);
            CHECK((ours ? *ours : "!") == inflated(broken, 1000000));
        }
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(zlib_decompress(std::string_view(good).substr(0, size), 1000000));
}

#endif
