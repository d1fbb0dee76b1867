// Base64 and hexadecimal, with RFC 4648's vectors and Python's leniency.
#include "core/encoding.hpp"

#include "support/catch.hpp"

using namespace microflask::detail;

TEST_CASE("base64 follows RFC 4648", "[core]") {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : cases) {
        CAPTURE(plain);
        CHECK(base64_encode(plain) == encoded);
        CHECK(base64_decode(encoded) == plain);
        CHECK(base64_decode_lenient(encoded) == plain);
    }
    CHECK(base64_encode("\xFB\xFF\xFE") == "+//+");
    CHECK(base64url_encode("\xFB\xFF\xFE") == "-__-");
    CHECK(base64url_encode("f") == "Zg");
}

TEST_CASE("every byte survives base64", "[core]") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (std::size_t size = 250; size <= 256; ++size) {
        CAPTURE(size);
        const std::string part = bytes.substr(0, size);
        CHECK(base64_decode(base64_encode(part)) == part);
        CHECK(base64url_decode(base64url_encode(part)) == part);
        CHECK(hex_decode(hex_encode(part)) == part);
    }
}

TEST_CASE("strict base64 refuses what is not base64", "[core]") {
    for (const char* bad : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v\n", "Zm 9v", "-_-_",
                            "Zg==Zg==", "=Zg=", "Zm=v"}) {
        CAPTURE(bad);
        CHECK(base64_decode(bad) == std::nullopt);
    }
}

TEST_CASE("lenient base64 drops foreign characters, as Python's b64decode", "[core]") {
    CHECK(base64_decode_lenient("Zm\n9v") == "foo");
    CHECK(base64_decode_lenient("Zg==Zg==") == "f");
    CHECK(base64_decode_lenient("Zg=") == std::nullopt);
    CHECK(base64_decode_lenient("Z") == std::nullopt);
    CHECK(base64_decode_lenient("Zg=!=") == "f");
    CHECK(base64_decode_lenient("====") == "");
    CHECK(base64_decode_lenient("Zm-9v") == "foo");
}

TEST_CASE("a foreign character may stand at any place of lenient base64", "[core]") {
    const std::string bytes = "eleven bytes";
    for (const std::string& encoded : {base64_encode(bytes), base64_encode(bytes + "x")}) {
        const std::optional<std::string> expected = base64_decode(encoded);
        for (std::size_t at = 0; at <= encoded.size(); ++at) {
            for (const char foreign : {'!', '\n', '\0', '\xFF', '-'}) {
                std::string text = encoded;
                text.insert(at, 1, foreign);
                CAPTURE(text);
                CHECK(base64_decode_lenient(text) == expected);
                CHECK(base64_decode(text) == std::nullopt);
            }
        }
    }
}

TEST_CASE("URL-safe base64 adds padding and reads both alphabets", "[core]") {
    CHECK(base64url_decode("Zg") == "f");
    CHECK(base64url_decode("Zm8") == "fo");
    CHECK(base64url_decode("-__-") == "\xFB\xFF\xFE");
    CHECK(base64url_decode("+//+") == "\xFB\xFF\xFE");
    CHECK(base64url_decode("Zg==") == "f");
    CHECK(base64url_decode("") == "");
    CHECK(base64url_decode("Z") == std::nullopt);
    CHECK(base64url_decode("!!!!") == "");
    CHECK(base64url_decode("Zm9vZ") == std::nullopt);
    CHECK(base64url_decode("\xC3\xA9Zg") == std::nullopt);
    CHECK(base64url_decode("\xC3\xA9Zg==") == "f");
}

TEST_CASE("hexadecimal is written in lower case and read in both", "[core]") {
    CHECK(hex_encode(std::string_view("\x00\xFFz", 3)) == "00ff7a");
    CHECK(hex_decode("00fF7A") == std::string("\x00\xFFz", 3));
    CHECK(hex_decode("") == "");
    for (const char* bad : {"0", "0g", "g0", "0x", " 0"}) {
        CAPTURE(bad);
        CHECK(hex_decode(bad) == std::nullopt);
    }
}
