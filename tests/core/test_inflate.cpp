// Decompression of what zlib wrote with all its settings, and of what no one should write.
#include "core/inflate.hpp"

#include "core/deflate.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

using namespace microflask::detail;
using namespace std::string_view_literals;

namespace {

struct NamedData {
    std::string_view name;
    std::string_view data;
    bool is_good;
};

struct RawData {
    std::string_view data;
    std::size_t size;
    std::uint32_t checksum;
    bool is_good;
};

// clang-format off
constexpr std::string_view inflate_test_text =
    "word221 word437 word256 word443 word101 word272 word64 word384 word295\012word4\012word360\012word71 word118 word209 word381 word350 word97\012word403 word151 word75\012word346 word338 word178 word388 word324 word150 word166 word330 word118 word483 word40 word170 word26 word180 word130 word198 word171 word387 word461 word96 word344 word487 word49\012word430 word307 word408 word94 word486 word319\012word26 word28 word3"sv;

constexpr NamedData zlib_data[] = {
    {"level 0",
     "x\001\001\220\001o\376word221 word437 word256 word443 word101 word272 word64 word384 word295\012word4\012word360\012word71 word118 word209 word381 word350 word97\012word403 word151 word75\012word346 word338 word178 word388 word324 word150 word166 word330 word118 word483 word40 word170 word26 word180 word130 word198 word171 word387 word461 word96 word344 word487 word49\012word430 word307 word408 word94 word486 word319\012word26 word28 word3\177\336|\232"sv, true},
    {"level 1",
     "x\0015\220\313\015\3030\014C\357\235\242#\350gK\332'\367\000\275d\375\024\"}\311\203>$\345<\367\3572\323\357\363gx\016mm\324\341C\025\314-m\352\035\003/\320z}F>_\3372LhTk\226M\232\"\364}\311\324\235\320\012\243\026\306\011K\017\\\342\016\027M\320\2134\234\240t\323}\366\341~\322\243`\037l'h\330\326b\333\311>i\274\265\360_b\243n\206\004\302\343\214\033O\241\213\013U\002\267>\333T+\326y\203\361A/\177\336|\232"sv, true},
    {"level 9",
     "x\332U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\177\336|\232"sv, true},
    {"fixed code",
     "x\001+\317/J122T(\007\322&\306\346`\332\310\324\014\30271\006\323\206\006\020y#s#0mf\002\246\214- \264\221\245)\027X9\230463\000\323\346\020=\206\206\026\020E\006\226PM\020qcS\0030mi\016\321k\000\265\312\024\"m\0161\322\330\004\342\022cc\210)\206\346\026PS\240\264\221\011T\033\3044C3\230z\003\024\333M, \306\233@\205\315!\264\021D\265\241\005T\030\246\313\022f\033\324\255\026\220p11\203\360-\241\226\230\230@\015\207J[B\274\0025\305\330\000*l\0001\315\022\246\032\252\333\020\242\034\352\006#\250\207\000\177\336|\232"sv, true},
    {"Huffman only",
     "x\001\005\301\261\021\3040\014\003\260>Sp\004+\322\333\316>\354y\307\206\353\077\020\231\357[\210\314\351\203\310|\177\033\2219\323\210\314Z\205\310|\317\213\310\334\203\310\354;\210\314\367\373=\2219Od\366^Od\236BdV]D\346\273>Df\337Bd\366o!2\277\363D\346\254Fd\326\257\020\231\347\367Df\317Fdv_Df\235\213\310\354{\021\231\375\016\"\263~\013\221Y{#2\273\027\"\263\352\"2\3476\"s\026\"\263\316Bd\276\033\221Yw!2\253\027\"\263\276\213\310\254S\210\314\276\007\2219\273\020\231\337Fd\366\014\"s\356Ad\316\367D\346\364Bd\366:\210\314Y\027\221\371\015\"s\356Fdv}Od\276\033\221\371^Df\377\001\177\336|\232"sv, true},
    {"runs only",
     "x\001\005\301\261\021\3040\014\003\260>Sp\004+\322\333\316>\354y\307\206\353\077\020\231\357[\210\314\351\203\310|\177\033\2219\323\210\314Z\205\310|\317\213\310\334\203\310\354;\210\314\367\373=\2219Od\366^Od\236BdV]D\346\273>Df\337Bd\366o!2\277\363D\346\254Fd\326\257\020\231\347\367Df\317Fdv_Df\235\213\310\354{\021\231\375\016\"\263~\013\221Y{#2\273\027\"\263\352\"2\3476\"s\026\"\263\316Bd\276\033\221Yw!2\253\027\"\263\276\213\310\254S\210\314\276\007\2219\273\020\231\337Fd\366\014\"s\356Ad\316\367D\346\364Bd\366:\210\314Y\027\221\371\015\"s\356Fdv}Od\276\033\221\371^Df\377\001\177\336|\232"sv, true},
    {"small window",
     "\030\225U\217;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\200\373\363}\233\351u\377\031\236C[\033\377\360\241\012\372\2266\3341\360\002\255\327k\344\363\372\226a\302\243Z\020I\323\204\272/\031v\302+\034\265\320NDz`\023w\244h\026SH\013\332\220\246\373\350\3451=\012\361\301r\202\006\265\026\313\307\325g\032w\255\204{\343\337\034\022\301p\266\033\2470\305\205eAZ\0375\335\0129w0\036\364\003\177\336|\232"sv, true},
};

constexpr NamedData gzip_data[] = {
    {"plain",
     "\037\213\010\000\001\002\003\004\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000"sv, true},
    {"name",
     "\037\213\010\010\000\000\000\000\000\003file.txt\000U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000"sv, true},
    {"extra, name, comment, checksum",
     "\037\213\010\036\000\000\000\000\000\003\005\000abcdefile\000comment\000\0224U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000"sv, true},
    {"wrong checksum",
     "\037\213\010\000\000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\255f\016\256\220\001\000\000"sv, false},
    {"wrong length",
     "\037\213\010\000\000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\221\001\000\000"sv, false},
    {"short trailer",
     "\037\213\010\000\000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000"sv, false},
    {"something behind",
     "\037\213\010\000\000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000x"sv, false},
    {"reserved flag",
     "\037\213\010 \000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000"sv, false},
    {"other method",
     "\037\213\007\000\000\000\000\000\000\003U\220;\022\0031\010C\373\234b\217\300\317\006\356\223>3i\366\372\311 \271\330\306o\014\222\300\276\077\337\267\231^\367\237\3419\264\265q\017\037\252\240oi\303\035\003/\320z\275F>\247o\031&<\252\005\2214M\250\373\222a'\274\302Q\013\355D\244\0076qG\212f1\205\264\240\015i\272\217^\036\323\243\020\037,'hPk\261|\\}\246q\327\302\277\304\306\2759$\202\341l7\236\302\024\027\226\005i}\324t+\344\334\301\370\240\037\254f\016\256\220\001\000\000"sv, false},
    {"name without end",
     "\037\213\010\010\000\000\000\000\000\003filename"sv, false},
    {"name at the end",
     "\037\213\010\010\000\000\000\000\000\003"sv, false},
    {"extra without length",
     "\037\213\010\004\000\000\000\000\000\003\005"sv, false},
    {"extra too long",
     "\037\213\010\004\000\000\000\000\000\003\377\377abc"sv, false},
    {"header checksum missing",
     "\037\213\010\002\000\000\000\000\000\003\001"sv, false},
    {"empty",
     ""sv, false},
};

constexpr std::string_view flushed_data =
    "$\3131\016\000 \010\003\300\335W\370\004)\010\372\037w\023\027\277\257)\013\227\246\345\356\263\000\251\367k\032\024\3353\233Ri\331#@\335\210\216\024\263\027\316y\325\033\215\374\021\031\365\001\000\000\377\377\002+2\260\204j\202\210\033\233\032\200iKs\210^\003\250U\246\020is\210\221\306&\020\227\030\033CL14\267\200\232\002\245\215L\240\332\000\000\000\000\377\3775\216\301\015\3000\010\003\377\235\"#@@\004\366\311\277R\077]\077\022v^'\214m\220\361\277\337\326\210\246\231`\326lz\032Hy\201\023nM\3127UI\233\242-\027\322\201\271x\304\235\345\\\327\323`\213\011eA[]7\323\012;\177\2300\331\001"sv;

// The streams of zlib's own coverage test and others, with zlib's verdict.
constexpr RawData raw_data[] = {
    {"\000\000\000\000\000"sv, 0, 0, false},
    {"\003\000"sv, 0, 0x00000000, true},
    {"\006"sv, 0, 0, false},
    {"\001\001\000\376\377\000"sv, 1, 0xd202ef8d, true},
    {"\374\000\000"sv, 0, 0, false},
    {"\004\000\376\377"sv, 0, 0, false},
    {"\004\000$I\000"sv, 0, 0, false},
    {"\004\000$\351\377\377"sv, 0, 0, false},
    {"\004\000$\351\377m"sv, 0, 0, false},
    {"\004\200I\222$I\222$q\377\377\223\021\000"sv, 0, 0, false},
    {"\004\200I\222$I\222$\017\264\377\377\303\204"sv, 0, 0, false},
    {"\004\300\201\010\000\000\000\000 \177\353\013\000\000"sv, 0, 0, false},
    {"\002~\377\377"sv, 0, 0, false},
    {"\014\300\201\000\000\000\000\000\220\377k\004\000"sv, 0, 0, false},
    {"\005\300!\015\000\000\000\200\260\376m/\221l"sv, 0, 0x00000000, true},
    {"\005\340\201\221$\313\262,I\342\017.\213\232GV\237\373\376\354\322\377\037"sv, 0, 0x00000000, true},
    {"\355\300\001\001\000\000\000@ \377W\033B,O"sv, 516, 0xac727b17, true},
    {"\355\317\301\261,G\020\3040\372o5\035\001\202Y=\373\276.*\374\017\014"sv, 518, 0x838d92af, true},
    {"\355\300\201\000\000\000\000\200\240\375\251\027\251\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\006"sv, 22705, 0x14cc9c4c, true},
    {"c``\030\311\000\010\200\003\000\000"sv, 0, 0, false},
    {"c\000\003\000\000\000\000\000"sv, 0, 0, false},
    {"\001\000\000\377\377"sv, 0, 0x00000000, true},
    {"\001\005\000\372\377hello"sv, 5, 0x3610a686, true},
    {"\001\005\000\372\377hell"sv, 0, 0, false},
    {""sv, 0, 0, false},
    {"\007"sv, 0, 0, false},
    {"\005"sv, 0, 0, false},
    {"K\004\002\000"sv, 4, 0xad98e545, true},
    {"s\004\000\001"sv, 0, 0, false},
    {"KLJ\006\000\302A$5"sv, 0, 0, false},
    {"c\030\005"sv, 0, 0, false},
};
// clang-format on

}  // namespace

TEST_CASE("checksums of known texts", "[core]") {
    CHECK(adler32("") == 1);
    CHECK(adler32("Wikipedia") == 0x11e60398);
    CHECK(adler32(std::string(1000000, '\xff')) == 0x3843e1be);
    CHECK(adler32("pedia", adler32("Wiki")) == 0x11e60398);
    CHECK(crc32("") == 0);
    CHECK(crc32("123456789") == 0xcbf43926);
    CHECK(crc32("6789", crc32("12345")) == 0xcbf43926);
}

TEST_CASE("zlib data of every setting is read", "[core]") {
    for (const NamedData& vector : zlib_data) {
        INFO(vector.name);
        CHECK(zlib_decompress(vector.data, inflate_test_text.size()) == inflate_test_text);
    }
    CHECK(deflate_decompress(flushed_data, inflate_test_text.size()) == inflate_test_text);
}

TEST_CASE("text longer than allowed is refused", "[core]") {
    for (const NamedData& vector : zlib_data) {
        INFO(vector.name);
        for (std::size_t size = 0; size < inflate_test_text.size(); ++size) {
            REQUIRE(zlib_decompress(vector.data, size) == std::nullopt);
        }
    }
    const std::string bomb = zlib_compress(std::string(20000000, '\0'));
    CHECK(bomb.size() < 20000);
    CHECK(zlib_decompress(bomb, 1000000) == std::nullopt);
}

TEST_CASE("truncated data is refused wherever it ends", "[core]") {
    for (const NamedData& vector : zlib_data) {
        INFO(vector.name);
        for (std::size_t size = 0; size < vector.data.size(); ++size) {
            REQUIRE(zlib_decompress(vector.data.substr(0, size), 1000) == std::nullopt);
        }
    }
}

TEST_CASE("a single wrong bit is noticed", "[core]") {
    for (const NamedData& vector : zlib_data) {
        INFO(vector.name);
        for (std::size_t bit = 16; bit < vector.data.size() * 8; ++bit) {
            std::string damaged(vector.data);
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            const std::optional<std::string> text = zlib_decompress(damaged, 1000);
            // Bits that only fill a byte up carry nothing, so the text is right where it is given.
            REQUIRE((!text || *text == inflate_test_text));
        }
    }
}

TEST_CASE("zlib headers that are damaged or unknown are refused", "[core]") {
    const std::string good = zlib_compress("text");

    CHECK(zlib_decompress(good, 4) == "text");
    CHECK(zlib_decompress(good + "x", 4) == std::nullopt);
    CHECK(zlib_decompress("\x78\x9d" + good.substr(2), 4) == std::nullopt);
    CHECK(zlib_decompress("\x79\x9c" + good.substr(2), 4) == std::nullopt);
    CHECK(zlib_decompress("\x88\x1c" + good.substr(2), 4) == std::nullopt);  // a window of 64 KiB
    CHECK(zlib_decompress("\x78\xbb" + good.substr(2), 4) == std::nullopt);  // a preset dictionary
    CHECK(zlib_decompress("", 4) == std::nullopt);
    CHECK(zlib_decompress("\x78\x9c", 4) == std::nullopt);
    CHECK(zlib_decompress("nope", 4) == std::nullopt);
}

TEST_CASE("gzip headers are read with all their fields", "[core]") {
    for (const NamedData& vector : gzip_data) {
        INFO(vector.name);
        const std::optional<std::string> text =
            gzip_decompress(vector.data, inflate_test_text.size());
        CHECK(text.has_value() == vector.is_good);
        CHECK(text.value_or(std::string(inflate_test_text)) == inflate_test_text);
    }
}

TEST_CASE("raw blocks get zlib's verdict", "[core]") {
    for (const RawData& vector : raw_data) {
        INFO(&vector - raw_data);
        const std::optional<std::string> text = deflate_decompress(vector.data, 1000000);
        CHECK(text.has_value() == vector.is_good);
        CHECK(text.value_or("").size() == vector.size);
        CHECK(crc32(text.value_or("")) == vector.checksum);
    }
}

TEST_CASE("any bytes can be given", "[core]") {
    std::uint32_t seed = 7;
    std::size_t accepted = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string data;
        seed = seed * 1664525U + 1013904223U;
        for (std::uint32_t left = (seed >> 8) % 60; left > 0; --left) {
            seed = seed * 1664525U + 1013904223U;
            data += static_cast<char>(static_cast<unsigned char>(seed >> 24));
        }
        const std::optional<std::string> text = deflate_decompress(data, 5000);
        if (text) ++accepted;
        REQUIRE(text.value_or("").size() <= 5000);
    }
    CHECK(accepted > 0);
    CHECK(accepted < 10000);
}
