// Compression, compared with what zlib itself makes of the same texts at its default level.
#include "core/deflate.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

using namespace microflask::detail;
using namespace std::string_view_literals;

namespace {

/// Makes the texts of the table below; the script that made the table does the same.
std::string deflate_test_text(int kind, std::size_t size, std::uint32_t seed) {
    std::string text;
    const auto next = [&seed] {
        seed = seed * 1664525U + 1013904223U;
        return seed >> 8;
    };
    const auto add = [&text](std::uint32_t byte) {
        text += static_cast<char>(static_cast<unsigned char>(byte & 255));
    };
    while (text.size() < size) {
        if (kind == 0) {
            add(next());
        } else if (kind == 1) {
            const std::uint32_t first = next() % 17;
            const std::uint32_t second = next() % 17;
            add(97 + (first < second ? first : second));
        } else if (kind == 2) {
            text += "word" + std::to_string(next() % 500);
            text += next() % 9 != 0 ? ' ' : '\n';
        } else if (kind == 3 && !text.empty() && next() % 3 != 0) {
            const std::size_t start = next() % text.size();
            const std::size_t length = 3 + next() % 280;
            for (std::size_t i = 0; i < length; ++i) text += text[start + i];
        } else if (kind == 3) {
            for (std::uint32_t left = 1 + next() % 20; left > 0; --left) add(next());
        } else {
            text += 'x';
        }
    }
    text.resize(size);
    return text;
}

struct LargeVector {
    int kind;
    std::size_t size;
    std::uint32_t seed;
    std::uint32_t text_checksum;
    std::size_t compressed_size;
    std::uint32_t compressed_checksum;
};

// clang-format off
constexpr LargeVector large_vectors[] = {
    {0, 0, 1, 0x00000000, 8, 0xc36c0b3c},
    {0, 1, 2, 0x89dc4190, 9, 0x87046547},
    {0, 2, 3, 0x1f4cef25, 10, 0x4eecd91c},
    {0, 40, 4, 0xb997e541, 51, 0xcb0e0f31},
    {0, 300, 5, 0x42a51061, 311, 0xa3fb6869},
    {0, 20000, 6, 0x9b77de8a, 20016, 0xa1fee890},
    {0, 70000, 7, 0x5933638b, 70031, 0xcabbcf57},
    {1, 10, 8, 0xed2289c4, 18, 0x9e705bb5},
    {1, 100, 9, 0x77840393, 74, 0xc80bffd7},
    {1, 1000, 10, 0xeef0678e, 546, 0x44cac827},
    {1, 1025, 11, 0xdfb900b3, 564, 0x50a80721},
    {1, 5000, 12, 0x8020a854, 2803, 0xedaf3afa},
    {1, 120000, 13, 0xacb27a18, 66022, 0x18662588},
    {2, 60, 14, 0xa9e64f14, 44, 0x036b9747},
    {2, 700, 15, 0x7d836608, 234, 0xcdb82f4f},
    {2, 1024, 16, 0x291c8239, 293, 0xa752c908},
    {2, 9000, 17, 0xeec990fd, 2262, 0xe3244b5c},
    {2, 250000, 18, 0x3559a922, 58815, 0xf032b2d9},
    {3, 50, 19, 0x6aaec311, 13, 0xd4a9ff28},
    {3, 400, 20, 0x328f61a5, 49, 0x9c3ea164},
    {3, 4000, 21, 0xe05767ce, 299, 0xd8b8d912},
    {3, 40000, 22, 0xe8e3b34b, 2950, 0x8488a189},
    {3, 300000, 23, 0xaada4c2b, 36453, 0x9ed58d3f},
    {4, 3, 24, 0x1c9bea0a, 11, 0x975fbc63},
    {4, 4, 25, 0x6c156477, 12, 0x0a95c020},
    {4, 258, 26, 0x4f4180ca, 12, 0x65eb044d},
    {4, 300, 27, 0x1b432d13, 13, 0x48ece2bf},
    {4, 70000, 28, 0xc5614828, 91, 0x1b760b99},
};

constexpr std::pair<std::string_view, std::string_view> small_vectors[] = {
    {""sv,
     "x\234\003\000\000\000\000\001"sv},
    {"a"sv,
     "x\234K\004\000\000b\000b"sv},
    {"aaaa"sv,
     "x\234KLLL\004\000\003\316\001\205"sv},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"sv,
     "x\234KL\304\017\000\3100\014!"sv},
    {"Hello, World!"sv,
     "x\234\363H\315\311\311\327Q\010\317/\312IQ\004\000\037\236\004j"sv},
    {"{\"u\":{\" u\":\"12345678123456781234567812345678\"}}"sv,
     "x\234\253V*U\262\252VR\000\222J\206F\306&\246f\346\026\270h\245\332Z\000\004\354\012\313"sv},
    {"abcabcabcabd"sv,
     "x\234KLJN\204\242\024\000\035\341\004\232"sv},
    {"\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037 !\"#$%&'()*+,-./0123456789:;<=>\077@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\177\200\201\202\203\204\205\206\207\210\211\212\213\214\215\216\217\220\221\222\223\224\225\226\227\230\231\232\233\234\235\236\237\240\241\242\243\244\245\246\247\250\251\252\253\254\255\256\257\260\261\262\263\264\265\266\267\270\271\272\273\274\275\276\277\300\301\302\303\304\305\306\307\310\311\312\313\314\315\316\317\320\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337\340\341\342\343\344\345\346\347\350\351\352\353\354\355\356\357\360\361\362\363\364\365\366\367\370\371\372\373\374\375\376\377"sv,
     "x\234\001\000\001\377\376\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037 !\"#$%&'()*+,-./0123456789:;<=>\077@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\177\200\201\202\203\204\205\206\207\210\211\212\213\214\215\216\217\220\221\222\223\224\225\226\227\230\231\232\233\234\235\236\237\240\241\242\243\244\245\246\247\250\251\252\253\254\255\256\257\260\261\262\263\264\265\266\267\270\271\272\273\274\275\276\277\300\301\302\303\304\305\306\307\310\311\312\313\314\315\316\317\320\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337\340\341\342\343\344\345\346\347\350\351\352\353\354\355\356\357\360\361\362\363\364\365\366\367\370\371\372\373\374\375\376\377\255\366\177\201"sv},
    {"blah blah blah blah blah!"sv,
     "x\234K\312I\314PH\302$\024\001r9\010\225"sv},
    {"<ul><li>0</li><li>1</li><li>2</li><li>3</li><li>4</li><li>5</li><li>6</li><li>7</li><li>8</li><li>9</li><li>10</li><li>11</li></ul>"sv,
     "x\234\263)\315\261\263\311\311\2643\260\321\007\222 \226!\234e\004g\031\303Y&p\226)\234e\006g\231\303Y\026p\226%\302d$K\240\266\350\003\255\007\0004\342'R"sv},
};
// clang-format on

}  // namespace

TEST_CASE("short texts are compressed to the same bytes as by zlib", "[core]") {
    for (const auto& [text, compressed] : small_vectors) {
        INFO(text);
        CHECK(zlib_compress(text) == compressed);
        CHECK(zlib_decompress(compressed, text.size()) == text);
    }
}

TEST_CASE("texts of every kind and size are compressed to the same bytes as by zlib", "[core]") {
    for (const LargeVector& vector : large_vectors) {
        CAPTURE(vector.kind, vector.size);
        const std::string text = deflate_test_text(vector.kind, vector.size, vector.seed);
        REQUIRE(crc32(text) == vector.text_checksum);

        const std::string compressed = zlib_compress(text);

        CHECK(compressed.size() == vector.compressed_size);
        CHECK(crc32(compressed) == vector.compressed_checksum);
        CHECK(zlib_decompress(compressed, text.size()) == text);
    }
}

TEST_CASE("the three formats frame the same blocks", "[core]") {
    const std::string text = deflate_test_text(2, 3000, 1);

    const std::string raw = deflate_compress(text);
    const std::string zlib = zlib_compress(text);
    const std::string gzip = gzip_compress(text);

    CHECK(zlib.substr(2, zlib.size() - 6) == raw);
    CHECK(gzip.substr(10, gzip.size() - 18) == raw);
    CHECK(gzip.substr(0, 10) == "\x1f\x8b\x08\0\0\0\0\0\0\xff"sv);
    CHECK(deflate_decompress(raw, text.size()) == text);
    CHECK(zlib_decompress(zlib, text.size()) == text);
    CHECK(gzip_decompress(gzip, text.size()) == text);
}

TEST_CASE("a stream in pieces is one gzip file", "[core]") {
    const std::string text = deflate_test_text(GENERATE(0, 1, 2, 3, 4), 400000, 5);
    const std::size_t piece = GENERATE(std::size_t{1000}, std::size_t{33333}, std::size_t{400000});
    GzipCompressor compressor;
    std::string compressed;

    for (std::size_t i = 0; i < text.size(); i += piece) {
        compressed += compressor.write(std::string_view(text).substr(i, piece));
    }
    compressed += compressor.finish();

    CHECK(gzip_decompress(compressed, text.size()) == text);
    // Pieces find the same matches as the whole, but for where blocks begin.
    const std::size_t whole = gzip_compress(text).size();
    CHECK(compressed.size() <= whole + whole / 50 + 32);
}

TEST_CASE("what was written before a flush can be read at once", "[core]") {
    GzipCompressor compressor;
    std::string compressed = compressor.write("first ");
    compressed += compressor.flush();
    const std::string flushed = compressed;
    compressed += compressor.flush();
    compressed += compressor.write("");
    compressed += compressor.write("second");
    compressed += compressor.finish();

    CHECK(gzip_decompress(compressed, 100) == "first second");
    // The blocks so far, closed by an empty last one, are a whole stream.
    CHECK(deflate_decompress(flushed.substr(10) + std::string("\x03\0", 2), 100) == "first ");
    CHECK(gzip_decompress(GzipCompressor().finish(), 0) == "");
}

TEST_CASE("a flushed stream still finds matches before the flush", "[core]") {
    const std::string text = deflate_test_text(0, 5000, 3);
    GzipCompressor compressor;
    std::string compressed = compressor.write(text);
    compressed += compressor.flush();
    const std::size_t first = compressed.size();

    compressed += compressor.write(text);
    compressed += compressor.finish();

    CHECK(compressed.size() - first < 300);
    CHECK(gzip_decompress(compressed, 2 * text.size()) == text + text);
}
