// The hashes, with vectors of the standards and of Python's hashlib.
#include "security/hashing.hpp"

#include "core/encoding.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace microflask;
using namespace microflask::detail;

namespace {

/// Returns the digest of the digests of texts of every length up to 300.
template <class Hash>
std::string hash_of_all_lengths() {
    Hash all;
    for (unsigned size = 0; size <= 300; ++size) {
        std::string text;
        for (unsigned i = 0; i < size; ++i)
            text += static_cast<char>(static_cast<unsigned char>(i * 7 + size));
        Hash whole;
        whole.update(text);
        Hash pieces;
        const std::string_view view = text;
        pieces.update(view.substr(0, size / 3));
        pieces.update(view.substr(size / 3, size / 5));
        static_cast<void>(pieces.digest());
        pieces.update(view.substr(size / 3 + size / 5));
        REQUIRE(whole.digest() == pieces.digest());
        all.update(whole.digest_text());
    }
    return hex_encode(all.digest_text());
}

}  // namespace

TEST_CASE("hashes of known texts", "[security]") {
    const std::string million(1000000, 'a');
    CHECK(hex_encode(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(hex_encode(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(hex_encode(sha1(million)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    CHECK(hex_encode(sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex_encode(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex_encode(sha256(million)) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(hex_encode(sha512("")) ==
          "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2"
          "877eec2f63b931bd47417a81a538327af927da3e");
    CHECK(hex_encode(sha512("abc")) ==
          "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
          "a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    CHECK(hex_encode(sha512(million)) ==
          "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432c"
          "e577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

TEST_CASE("hashes of every length, whole and in pieces", "[security]") {
    CHECK(hash_of_all_lengths<Sha1>() == "e570432b09ac39935ad256f819b381ba3900dbbd");
    CHECK(hash_of_all_lengths<Sha256>() ==
          "60d63ff40b5558727a9b786ac0be9300f7ca58fd9ddd3b2f3681b369018a87dc");
    CHECK(hash_of_all_lengths<Sha512>() ==
          "e1f2f7d5d8fc48db06ec2a0eed639593f549caffa40245747258761214a3ec07134903fde52ace6cfae161a8"
          "2097ba01f33a97d48dd6a80d4521d96d7401357e");
}

TEST_CASE("keyed hashes with keys of every kind", "[security]") {
    // RFC 2202 and RFC 4231, and keys as long as a block, and longer.
    CHECK(hex_encode(hmac_sha1(std::string(20, '\x0b'), "Hi There")) ==
          "b617318655057264e28bc0b6fb378c8ef146be00");
    CHECK(hex_encode(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex_encode(hmac_sha512(std::string(20, '\x0b'), "Hi There")) ==
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274e"
          "aea3f4e4be9d914eeb61f1702e696c203a126854");
    CHECK(hex_encode(hmac_sha1("Jefe", "what do ya want for nothing?")) ==
          "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    CHECK(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hex_encode(hmac_sha512("Jefe", "what do ya want for nothing?")) ==
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65"
          "f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    CHECK(hex_encode(hmac_sha1("", "")) == "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
    CHECK(hex_encode(hmac_sha256("", "")) ==
          "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    CHECK(hex_encode(hmac_sha512("", "")) ==
          "b936cee86c9f87aa5d3c6f2e84cb5a4239a5fe50480a6ec66b70ab5b1f4ac6730c6c515421b327ec1d69402e"
          "53dfb49ad7381eb067b338fd7b0cb22247225d47");
    CHECK(hex_encode(hmac_sha1(std::string(64, 'k'), "m")) ==
          "d52b5b30393c20f423870bb6d0ad622b02848ca9");
    CHECK(hex_encode(hmac_sha256(std::string(64, 'k'), "m")) ==
          "3b7a8d453e76edb519238a515105a57508d0f169f480ebeee120a9e7803289fa");
    CHECK(hex_encode(hmac_sha512(std::string(64, 'k'), "m")) ==
          "6ed28c40a2fc6376678d938d10d76973426f6a335d34f614308e84bee1e0825504b4fd8a29ec9e2a4bfef2f8"
          "da5c4b39937713a46ef9f1a70bfd7378a062ac34");
    CHECK(hex_encode(hmac_sha1(std::string(65, 'k'), "m")) ==
          "d7ab367121230c7e073a785f02c779c915e96d01");
    CHECK(hex_encode(hmac_sha256(std::string(65, 'k'), "m")) ==
          "c2d7d4c2256ddb097409ec0c67e1d58fa1a007fc6932cac0d892a525d08af7cc");
    CHECK(hex_encode(hmac_sha512(std::string(65, 'k'), "m")) ==
          "004646c6234e37d4677ef416a14488e43eb08e3733d4bc71d39084fcac3b3564892ef9eb8870c2834caadf62"
          "b660035904c707aca855e50e87c94cf0f233d129");
    CHECK(hex_encode(hmac_sha1(std::string(128, 'k'), std::string(200, 'm'))) ==
          "7ba05e062acbb0c9081d9ed9400ebbf7c1af0df0");
    CHECK(hex_encode(hmac_sha256(std::string(128, 'k'), std::string(200, 'm'))) ==
          "7d6ecc1cec9fdfb2525fffd93b01174801bfc785997558cb79010392b444b60b");
    CHECK(hex_encode(hmac_sha512(std::string(128, 'k'), std::string(200, 'm'))) ==
          "7f420599eeb0a0228d00cd60712c86609581b77b560ce22d46406a26b8abeb4128f5a7383f355b19f3200139"
          "d826a8095dc5442c6304751f23d00e97eb291342");
    CHECK(hex_encode(hmac_sha1(std::string(129, 'k'), std::string(200, 'm'))) ==
          "fdab6a9675427350f135d8c93b56d3fc7fde5acd");
    CHECK(hex_encode(hmac_sha256(std::string(129, 'k'), std::string(200, 'm'))) ==
          "2f18d32c13ef6acfd0e67cccdf76cfad797cd55eb31209ce8ea5d760aedaa0eb");
    CHECK(hex_encode(hmac_sha512(std::string(129, 'k'), std::string(200, 'm'))) ==
          "783384393bdecc89a0ad9b5b9727b2abda02f8b964d9587aad3492daa361329e80067b2b5205cb8238fc88ac"
          "4402cd7812e14e4737653347d8ddd32f5bfce8e3");
}

TEST_CASE("a keyed hash serves many messages, whole or in pieces", "[security]") {
    const HmacSha1 keyed("key");
    Sha1 pieces = keyed.begin();

    pieces.update("t");
    pieces.update("wo");

    CHECK(keyed.digest_text("one") == hmac_sha1("key", "one"));
    CHECK(keyed.finish(pieces) == keyed.finish(pieces));
    const HmacSha1::Digest code = keyed.finish(pieces);
    CHECK(std::string(code.begin(), code.end()) == hmac_sha1("key", "two"));
    CHECK(keyed.digest_text("") == hmac_sha1("key", ""));
}

TEST_CASE("constant_time_equals compares whole texts", "[security]") {
    CHECK(constant_time_equals("", ""));
    CHECK(constant_time_equals("abc", "abc"));
    CHECK_FALSE(constant_time_equals("abc", "abd"));
    CHECK_FALSE(constant_time_equals("Abc", "abc"));
    CHECK_FALSE(constant_time_equals("abc", "ab"));
    CHECK_FALSE(constant_time_equals("", "a"));
}
