// The session cookies of Flask and the tokens of itsdangerous, byte for byte: what real Python
// wrote and answered.
#include "security/serializer.hpp"

#include "json/reader.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using namespace std::string_view_literals;

namespace {

std::int64_t test_now = 1700000000;

/// A serializer with the options of Flask's sessions, whose clock is `test_now`.
URLSafeTimedSerializer session_serializer(SecretKeys keys) {
    return URLSafeTimedSerializer(
        std::move(keys),
        {.salt = "cookie-session",
         .signer_kwargs = {.key_derivation = "hmac", .now = [] { return test_now; }}});
}

/// Returns what loading gives: compact JSON, or "!Error: message".
std::string outcome(const Serializer& serializer, std::string_view text,
                    LoadsOptions options = {}) {
    const auto failure = [](std::string_view name, const BadData& error) {
        return "!" + std::string(name) + ": " + error.message();
    };
    try {
        return serializer.loads(text, options).dump();
    } catch (const SignatureExpired& error) {
        return failure("SignatureExpired", error);
    } catch (const BadTimeSignature& error) {
        return failure("BadTimeSignature", error);
    } catch (const BadSignature& error) {
        return failure("BadSignature", error);
    } catch (const BadPayload& error) {
        return failure("BadPayload", error);
    }
}

struct SessionVector {
    std::string_view name;
    std::string_view json;
    std::string_view cookie;
};

// clang-format off
constexpr SessionVector session_vectors[] = {
    {"empty dict"sv, "{}"sv,
     "e30.ZVPxAA.LdG7pneXFM4SrOlGbATR_VdV6b8"sv},
    {"one string"sv, "{\"user\":\"alice\"}"sv,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv},
    {"int/bool/null/float"sv, "{\"a\":1,\"b\":true,\"big\":12345678901234567890,\"c\":null,\"d\":1.5,\"e\":false,\"n\":-7}"sv,
     ".eJyrVkpUsjLUUUpSsiopKk0FMjLTgQJGxiamZuYWlgYIlo5SspJVXmlOjo5SClCFnqmOUqqSVVpiTjFQV56Sla55LQD8zhPL.ZVPxAA.A2pyFC_9HURa1ICbPwaRuBQm2Go"sv},
    {"key order (inserted z,a,M)"sv, "{\"M\":3,\"a\":2,\"z\":1}"sv,
     "eyJNIjozLCJhIjoyLCJ6IjoxfQ.ZVPxAA.IzrFKW-4OmmCtpJKd86amO8jvz0"sv},
    {"non-ascii and emoji"sv, "{\"emoji\":\"\\ud83d\\ude00\",\"name\":\"Zo\\u00eb\",\"snow\":\"\\u2603\"}"sv,
     "eyJlbW9qaSI6Ilx1ZDgzZFx1ZGUwMCIsIm5hbWUiOiJab1x1MDBlYiIsInNub3ciOiJcdTI2MDMifQ.ZVPxAA.x-ZoCxWHcuka4XMFCxgMgLrod-I"sv},
    {"escapes"sv, "{\"q\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f</script>\"}"sv,
     "eyJxIjoiXCJcXC9cYlxmXG5cclx0XHUwMDAwXHUwMDFmXHUwMDdmPC9zY3JpcHQ-In0.ZVPxAA.PaHAXNSzFfGL4ACVyVfY1u91lPw"sv},
    {"tuple"sv, "{\"t\":{\" t\":[1,2,3]}}"sv,
     "eyJ0Ijp7IiB0IjpbMSwyLDNdfX0.ZVPxAA.GfDqe8Ts53fTnn6LQ3TUgsV-Cyk"sv},
    {"bytes"sv, "{\"b\":{\" b\":\"/wBhYmM=\"}}"sv,
     "eyJiIjp7IiBiIjoiL3dCaFltTT0ifX0.ZVPxAA.Xokwzn4r3u_K3fpsv6F3Sd4A3Us"sv},
    {"Markup"sv, "{\"m\":{\" m\":\"<b>hi</b>\"}}"sv,
     "eyJtIjp7IiBtIjoiPGI-aGk8L2I-In19.ZVPxAA.8FkoEMS9RwF2JAgSXJrGhhnuGDg"sv},
    {"uuid"sv, "{\"u\":{\" u\":\"12345678123456781234567812345678\"}}"sv,
     ".eJyrVipVsqpWUgCSSoZGxiamZuYWuGil2loABOwKyw.ZVPxAA.cWJ_ypoaxRoSfe6vFm-PgNNf6fo"sv},
    {"datetime (utc)"sv, "{\"d\":{\" d\":\"Thu, 29 Feb 2024 12:34:56 GMT\"}}"sv,
     "eyJkIjp7IiBkIjoiVGh1LCAyOSBGZWIgMjAyNCAxMjozNDo1NiBHTVQifX0.ZVPxAA.CoXWOWn4Wmxq49dqZtQ4SSP7mis"sv},
    {"datetime (naive)"sv, "{\"d\":{\" d\":\"Thu, 29 Feb 2024 12:34:56 GMT\"}}"sv,
     "eyJkIjp7IiBkIjoiVGh1LCAyOSBGZWIgMjAyNCAxMjozNDo1NiBHTVQifX0.ZVPxAA.CoXWOWn4Wmxq49dqZtQ4SSP7mis"sv},
    {"datetime (+02:00)"sv, "{\"d\":{\" d\":\"Thu, 29 Feb 2024 10:34:56 GMT\"}}"sv,
     "eyJkIjp7IiBkIjoiVGh1LCAyOSBGZWIgMjAyNCAxMDozNDo1NiBHTVQifX0.ZVPxAA.LgeOiMGukP5Mq9lYgHDG58GdW-M"sv},
    {"dict with a tag as only key"sv, "{\"x\":{\" di\":{\" t__\":\"not-a-tuple\"}}}"sv,
     "eyJ4Ijp7IiBkaSI6eyIgdF9fIjoibm90LWEtdHVwbGUifX19.ZVPxAA.noMqDVSM8I5BwJ6q8wpG97wQOKY"sv},
    {"dict with ' t__' key"sv, "{\"x\":{\" t__\":\"v\"}}"sv,
     "eyJ4Ijp7IiB0X18iOiJ2In19.ZVPxAA.2MKN3kC-FYo1XXG4vWb7L6RLHj8"sv},
    {"dict with ' di' key"sv, "{\"x\":{\" di\":{\" di__\":\"v\"}}}"sv,
     "eyJ4Ijp7IiBkaSI6eyIgZGlfXyI6InYifX19.ZVPxAA._j_NsB0GO9CL3Bk-iY0KrYXbcJM"sv},
    {"whole session is {' t': ...}"sv, "{\" di\":{\" t__\":\"v\"}}"sv,
     "eyIgZGkiOnsiIHRfXyI6InYifX0.ZVPxAA.GNBqtwMvgrr5Mf42A92-CE1oUCs"sv},
    {"nested tuple/list/bytes"sv, "{\"n\":[{\" t\":[1,[{\" b\":\"eA==\"}]]},{\"k\":{\" t\":[{\" u\":\"12345678123456781234567812345678\"}]}}]}"sv,
     ".eJyrVspTsoquVlIoAVKGOiBWkpKVUqqjra1SbWxsrU61UraSFVQeSJUCJQ2NjE1MzcwtcNFAjbVABABGvxd-.ZVPxAA.0FE9tWKZ4zYrv_uzV24YyQUd3Aw"sv},
    {"flash messages"sv, "{\"_flashes\":[{\" t\":[\"message\",\"Hello\"]},{\" t\":[\"error\",\"Nope\"]}]}"sv,
     ".eJyrVopPy0kszkgtVrKKrlZSKAFSSrmpxcWJ6alKOkoeqTk5-UqxtTowqdSiovwioIRffkEqUDy2FgC62hUh.ZVPxAA.sRcuFrvv9VUU-qIdHKGgr1o6gQE"sv},
    {"permanent"sv, "{\"_permanent\":true,\"user_id\":42}"sv,
     "eyJfcGVybWFuZW50Ijp0cnVlLCJ1c2VyX2lkIjo0Mn0.ZVPxAA.VSSKmzoSTdC5776aayQF5HgaJhU"sv},
    {"compressed: 200 x 'a'"sv, "{\"k\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"sv,
     ".eJyrVspWslJKHCZAqRYAlOZN7g.ZVPxAA.9jlXcFIwzJtj9cL_snThaR6QOgc"sv},
    {"compressed: list 0..99"sv, "{\"list\":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99]}"sv,
     ".eJwNkLltA0AQA3tRPMHtv1Qrggow4MzODPeuSwmQHPLv8f318_t4vg6GEyRFMyzCrmiYY4ElVlhjgy0m_ODX43jgiRfe-OCLiziEETcyiCSKaGKIJUQe0kgnb2OSRTY55JKiDmWUU0FdoKKaGmop0Yc22umgk768TQ-9tJjDGONMMMkUc-cMs4zYwxrrbLDJFtvsXbus0EGGHAVKVKjRoHuG3v8fbmQ8Ew.ZVPxAA.Ku3IwopMkQnh9VA7C6xCMeWGpII"sv},
    {"compressed: text"sv, "{\"lorem\":\"the quick brown fox jumps over the lazy dog. the quick brown fox jumps over the lazy dog. the quick brown fox jumps over the lazy dog. the quick brown fox jumps over the lazy dog. \"}"sv,
     ".eJyrVsrJL0rNVbJSKslIVSgszUzOVkgqyi_PU0jLr1DIKs0tKFbIL0stUgBJ5yRWVSqk5KfrKQwSxUq1ABTbRPY.ZVPxAA.2ilEQmMN_8OPy1Sd3nPH4nrXeoo"sv},
    {"just below: no gain from zlib"sv, "{\"k\":\"abcdefghijklmnopqrstuvwxyz0123456789\"}"sv,
     "eyJrIjoiYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU2Nzg5In0.ZVPxAA.lHLMx5cbM5Tu_79MMqI2cWNMb-0"sv},
};

struct KeyVector {
    std::string_view key;
    std::int64_t now;
    std::string_view json;
    std::string_view cookie;
};

constexpr KeyVector key_vectors[] = {
    {"dev"sv, 0, "{\"a\":1}"sv,
     "eyJhIjoxfQ..fDtHB6RRRyaZnrubvCgOFgOpvHE"sv},
    {"dev"sv, 1, "{\"a\":1}"sv,
     "eyJhIjoxfQ.AQ.qGmuq1bMFam1xjfKgdjOaLAdLAc"sv},
    {"dev"sv, 255, "{\"a\":1}"sv,
     "eyJhIjoxfQ._w.HnCMI9KvK3LUvzyLkmOm0qvgeU8"sv},
    {"dev"sv, 256, "{\"a\":1}"sv,
     "eyJhIjoxfQ.AQA.ey9btetajmd-61Q51yll8SoBG-Q"sv},
    {"dev"sv, 1293840000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.TR5ugA.tJJMUAYjHC_3TKLav-F9U6Vcd3s"sv},
    {"dev"sv, 2147483648, "{\"a\":1}"sv,
     "eyJhIjoxfQ.gAAAAA.oMlgIUhxtIegn3bpI5ecrCzUZiM"sv},
    {"dev"sv, 4294967296, "{\"a\":1}"sv,
     "eyJhIjoxfQ.AQAAAAA.KGKspb6Rqz-ny9M5hZ_0n-Nh10k"sv},
    {"x"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.F0rpbxtE-usBUkeEM5w2etSQok0"sv},
    {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.D0gqJB9dMkmmrS4UPyXX-OsQS-A"sv},
    {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.N2Fiqkk9-WR0qJhD_ipKhJblRkY"sv},
    {"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.AvR7uhlN3gTGLVgHprAfA4QtgR8"sv},
    {"cl\303\251-\342\230\203"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.P05aT40dtNEYrpEWI-jQIQ8WqoM"sv},
    {"\000\001\376\377"sv, 1700000000, "{\"a\":1}"sv,
     "eyJhIjoxfQ.ZVPxAA.zpZqKwn6aRBIwtxsBK3cxxAmwyw"sv},
    {"192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf"sv, 1700000000, "{\"user_id\":7}"sv,
     "eyJ1c2VyX2lkIjo3fQ.ZVPxAA.E16RbxnQ-MVJKRYFBBWzSlhqw48"sv},
};

struct LoadVector {
    std::string_view name;
    std::string_view key;
    std::string_view older_key;
    std::int64_t now;
    std::string_view cookie;
    std::string_view expected;
};

constexpr LoadVector load_vectors[] = {
    {"good"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "{\"user\":\"alice\"}"sv},
    {"good, age == max_age (2678400)"sv, "test key"sv, ""sv, 1702678400,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "{\"user\":\"alice\"}"sv},
    {"expired: age == max_age+1"sv, "test key"sv, ""sv, 1702678401,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!SignatureExpired: Signature age 2678401 > 2678400 seconds"sv},
    {"from the future (now = ts-1)"sv, "test key"sv, ""sv, 1699999999,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!SignatureExpired: Signature age -1 < 0 seconds"sv},
    {"wrong key"sv, "other key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I6cdfc' does not match"sv},
    {"rotated: new key + fallback ['test key']"sv, "new"sv, "test key"sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "{\"user\":\"alice\"}"sv},
    {"payload first char changed"sv, "test key"sv, ""sv, 1700000000,
     "AyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I6cdfc' does not match"sv},
    {"timestamp changed"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.AVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I6cdfc' does not match"sv},
    {"signature first char changed"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.A2nu-C8SF6tI49d-VR9d_I6cdfc"sv,
     "!BadTimeSignature: Signature b'A2nu-C8SF6tI49d-VR9d_I6cdfc' does not match"sv},
    {"signature last char changed to next in alphabet (non-canonical base64)"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfd"sv,
     "{\"user\":\"alice\"}"sv},
    {"truncated by 1"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdf"sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I6cdf' does not match"sv},
    {"truncated by 5"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I"sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I' does not match"sv},
    {"no signature part"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA"sv,
     "!BadSignature: Signature b'ZVPxAA' does not match"sv},
    {"payload only"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ"sv,
     "!BadSignature: No b'.' found in value"sv},
    {"empty string"sv, "test key"sv, ""sv, 1700000000,
     ""sv,
     "!BadSignature: No b'.' found in value"sv},
    {"dot"sv, "test key"sv, ""sv, 1700000000,
     "."sv,
     "!BadSignature: Signature b'' does not match"sv},
    {"two dots"sv, "test key"sv, ""sv, 1700000000,
     ".."sv,
     "!BadTimeSignature: Signature b'' does not match"sv},
    {"signature with '=' padding appended"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc="sv,
     "{\"user\":\"alice\"}"sv},
    {"trailing space"sv, "test key"sv, ""sv, 1700000000,
     "eyJ1c2VyIjoiYWxpY2UifQ.ZVPxAA.G2nu-C8SF6tI49d-VR9d_I6cdfc "sv,
     "!BadTimeSignature: Signature b'G2nu-C8SF6tI49d-VR9d_I6cdfc ' does not match"sv},
    {"garbage"sv, "test key"sv, ""sv, 1700000000,
     "not a cookie"sv,
     "!BadSignature: No b'.' found in value"sv},
    {"compressed good"sv, "test key"sv, ""sv, 1700000000,
     ".eJyrVspWslJKHCZAqRYAlOZN7g.ZVPxAA.9jlXcFIwzJtj9cL_snThaR6QOgc"sv,
     "{\"k\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"sv},
    {"signed, payload not base64"sv, "test key"sv, ""sv, 1700000000,
     "!!!.ZVPxAA.Nfb7RSj6nAhEbB3v7sQvd7-X6hc"sv,
     "!BadPayload: Could not load the payload because an exception occurred on unserializing the data."sv},
    {"signed, payload not JSON"sv, "test key"sv, ""sv, 1700000000,
     "e29vcHM.ZVPxAA.B5bIdmYlowX0QujnhPsFIHyUbQA"sv,
     "!BadPayload: Could not load the payload because an exception occurred on unserializing the data."sv},
    {"signed, payload JSON list"sv, "test key"sv, ""sv, 1700000000,
     "WzEsMl0.ZVPxAA.bIXFMru6j8hMwoOJFlE3r4fJtpY"sv,
     "[1,2]"sv},
    {"signed, payload JSON with spaces and unsorted keys"sv, "test key"sv, ""sv, 1700000000,
     "eyAiYiI6IDEsICJhIjogMiB9.ZVPxAA.YAKkcZz2Kj9u4Q5k2vOyzpeR22E"sv,
     "{\"b\":1,\"a\":2}"sv},
    {"signed, raw UTF-8 in JSON"sv, "test key"sv, ""sv, 1700000000,
     "eyJuIjoiWm_DqyJ9.ZVPxAA.gYPp61iE1yP2DQGuBwEpphC7apY"sv,
     "{\"n\":\"Zo\\u00eb\"}"sv},
    {"signed, zlib stored block (level 0)"sv, "test key"sv, ""sv, 1700000000,
     ".eAEBEADv_3sidXNlciI6ImFsaWNlIn0uwwV4.ZVPxAA.ZKukS6jNEn8NHx-0XyVCmigjKCE"sv,
     "{\"user\":\"alice\"}"sv},
    {"signed, zlib level 9"sv, "test key"sv, ""sv, 1700000000,
     ".eNqrViotTi1SslJKzMlMTlWqBQAuwwV4.ZVPxAA.DOrQybRopFszYkI6cP8xBSs3Jv0"sv,
     "{\"user\":\"alice\"}"sv},
    {"signed, '.' but not zlib"sv, "test key"sv, ""sv, 1700000000,
     ".bm9wZQ.ZVPxAA.5JU-SawtuohkqSGDemNfH3nGj0A"sv,
     "!BadPayload: Could not zlib decompress the payload before decoding the payload"sv},
    {"signed, malformed timestamp"sv, "test key"sv, ""sv, 1700000000,
     "eyJhIjoxfQ.!!!.xiZhWmRUmYfVTtiIJZRzCIdaXVc"sv,
     "!SignatureExpired: Signature age 1700000000 > 2678400 seconds"sv},
    {"signed, empty timestamp"sv, "test key"sv, ""sv, 1700000000,
     "eyJhIjoxfQ..3qb8QFflaeoxqRiyN0CHxsnNS_0"sv,
     "!SignatureExpired: Signature age 1700000000 > 2678400 seconds"sv},
    {"signed, timestamp too big"sv, "test key"sv, ""sv, 1700000000,
     "eyJhIjoxfQ.____________________.Tb3pGOFqtskDN2Z3dr8xlP9R0RA"sv,
     "!BadTimeSignature: Malformed timestamp"sv},
    {"signed with padding kept in payload"sv, "test key"sv, ""sv, 1700000000,
     "eyJhIjoxMn0=.ZVPxAA.pZ-cmPVo_MskNi6IaQL8gZWC55c"sv,
     "{\"a\":12}"sv},
    {"signed, standard base64 alphabet in payload"sv, "test key"sv, ""sv, 1700000000,
     "eyJrIjoiw7/Dv8O/Pj4+In0.ZVPxAA.gl9I8N-_5vYowIa58AEFXuE4BR8"sv,
     "{\"k\":\"\\u00ff\\u00ff\\u00ff>>>\"}"sv},
};
// clang-format on

}  // namespace

TEST_CASE("session cookies are written byte for byte as Flask writes them", "[security]") {
    test_now = 1700000000;
    const URLSafeTimedSerializer serializer = session_serializer("test key");
    for (const SessionVector& vector : session_vectors) {
        INFO(vector.name);
        CHECK(serializer.sign_payload(vector.json) == vector.cookie);
    }
}

TEST_CASE("session cookies of Flask are read", "[security]") {
    test_now = 1700000000;
    const URLSafeTimedSerializer serializer = session_serializer("test key");
    for (const SessionVector& vector : session_vectors) {
        INFO(vector.name);
        CHECK(serializer.load_payload_text(vector.cookie, {.max_age = 2678400}) == vector.json);
        CHECK(serializer.loads(vector.cookie, {.max_age = 2678400}) == Json::parse(vector.json));
    }
}

TEST_CASE("every key and every time makes the cookie that Flask makes", "[security]") {
    for (const KeyVector& vector : key_vectors) {
        INFO(vector.cookie);
        test_now = vector.now;
        const URLSafeTimedSerializer serializer = session_serializer(vector.key);
        CHECK(serializer.sign_payload(vector.json) == vector.cookie);
        CHECK(serializer.load_payload_text(vector.cookie, {.max_age = 0}) == vector.json);
    }
}

TEST_CASE("odd cookies have the outcome that itsdangerous gives them", "[security]") {
    for (const LoadVector& vector : load_vectors) {
        INFO(vector.name);
        test_now = vector.now;
        const SecretKeys keys = vector.older_key.empty() ? SecretKeys(vector.key)
                                                         : SecretKeys{vector.older_key, vector.key};
        CHECK(outcome(session_serializer(keys), vector.cookie, {.max_age = 2678400}) ==
              vector.expected);
    }
}

TEST_CASE("serializers write the tokens of itsdangerous", "[security]") {
    test_now = 1700000000;
    const SerializerOptions options = {.signer_kwargs = {.now = [] { return test_now; }}};

    CHECK(Serializer("secret").dumps(Json::parse(R"([1,2,{"a":"b"}])")) ==
          R"([1, 2, {"a": "b"}].2xjpTvBLE3x2yc2Z4JgsutafQ8Y)");
    CHECK(URLSafeSerializer("secret").dumps(Json{{"id", 5}}) ==
          "eyJpZCI6NX0.98Cxoa7zVZ77X8nWv-K6yqkXdTs");
    CHECK(URLSafeSerializer("secret", {.salt = "unsubscribe"}).dumps(Json{{"id", 5}}) ==
          "eyJpZCI6NX0.4XT6ap3SMEPGUJ7xwZcKMrQ-xRY");
    CHECK(URLSafeTimedSerializer("secret", options).dumps("user@example.com") ==
          "InVzZXJAZXhhbXBsZS5jb20i.ZVPxAA.KjOquCuTRmc9cs7TAPjadSRWlMM");
    CHECK(URLSafeTimedSerializer("secret", options)
              .dumps("user@example.com", {.salt = "email-confirm"}) ==
          "InVzZXJAZXhhbXBsZS5jb20i.ZVPxAA._tMvFjZpty-ct4VRTB7nL9dNNn8");
    const Json many = std::vector<std::string>(60, "x");
    CHECK(URLSafeSerializer("secret").dumps(many) ==
          ".eJyLVqpQ0hlBOBYA9wQ27Q.O0djcc6TQeIv6qGtTImQaHMsGsw");
    CHECK(URLSafeSerializer("secret").loads(
              ".eJyLVqpQ0hlBOBYA9wQ27Q.O0djcc6TQeIv6qGtTImQaHMsGsw") == many);
}

TEST_CASE("serializers keep the order of members and write other characters as itsdangerous does",
          "[security]") {
    const Json value = Json::parse("{\"z\":1,\"n\":\"Zo\\u00eb\"}");

    CHECK(URLSafeSerializer("secret").dump_payload(value) == "eyJ6IjoxLCJuIjoiWm_DqyJ9"sv);
    CHECK(Serializer("secret").dump_payload(value) == R"({"z": 1, "n": "Zo\u00eb"})");
    CHECK(URLSafeSerializer("secret").loads(URLSafeSerializer("secret").dumps(value)) == value);
}

TEST_CASE("another salt or key makes another token", "[security]") {
    const URLSafeTimedSerializer serializer("secret", {.salt = "reset"});
    const std::string token = serializer.dumps(Json{{"id", 1}});

    CHECK(serializer.loads(token).get<int>("id", 0) == 1);
    CHECK(serializer.loads(token, {.salt = "reset"}).get<int>("id", 0) == 1);
    CHECK_THROWS_AS(serializer.loads(token, {.salt = "other"}), BadSignature);
    CHECK_THROWS_AS(URLSafeTimedSerializer("secret").loads(token), BadTimeSignature);
    CHECK_THROWS_AS(URLSafeTimedSerializer("other", {.salt = "reset"}).loads(token),
                    BadTimeSignature);
    CHECK_THROWS_AS(Serializer(std::vector<std::string>{}), std::invalid_argument);
}

TEST_CASE("the newest key signs and all of them verify", "[security]") {
    const std::string old_token = URLSafeSerializer("old").dumps(1);
    const std::string new_token = URLSafeSerializer("new").dumps(1);
    const URLSafeSerializer both({"old", "new"});

    CHECK(both.dumps(1) == new_token);
    CHECK(both.loads(old_token) == 1);
    CHECK(both.loads(new_token) == 1);
    CHECK(both.secret_key() == "new");
    CHECK_THROWS_AS(URLSafeSerializer("new").loads(old_token), BadSignature);
}

TEST_CASE("fallback signers verify but do not sign", "[security]") {
    const URLSafeSerializer before("secret", {.signer_kwargs = {.digest_method = "sha512"}});
    const URLSafeSerializer after("secret", {.fallback_signers = {{.digest_method = "sha512"}}});

    CHECK(after.loads(before.dumps("x")) == "x");
    CHECK(after.dumps("x") == URLSafeSerializer("secret").dumps("x"));
    CHECK_THROWS_AS(before.loads(after.dumps("x")), BadSignature);
}

TEST_CASE("loads_with_timestamp tells when a token was signed", "[security]") {
    test_now = 1700000000;
    const URLSafeTimedSerializer serializer("secret",
                                            {.signer_kwargs = {.now = [] { return test_now; }}});

    const auto [value, signed_at] = serializer.loads_with_timestamp(serializer.dumps("x"));

    CHECK(value == "x");
    CHECK(std::chrono::system_clock::to_time_t(signed_at) == 1700000000);
}

TEST_CASE("a timed serializer writes plain JSON with its time", "[security]") {
    test_now = 1700000000;
    const TimedSerializer serializer("secret", {.signer_kwargs = {.now = [] { return test_now; }}});
    const Json value{{"id", 5}, {"who", "a"}};
    const std::string_view token = R"({"id": 5, "who": "a"}.ZVPxAA.v-SLFmwvmjdfdGRn2UeXwcl4SUk)";
    CHECK(serializer.dumps(value) == token);
    CHECK(serializer.loads_with_timestamp(token).first == value);
    test_now += 61;
    CHECK(serializer.loads(token) == value);
    CHECK_THROWS_AS(serializer.loads(token, {.max_age = 60}), SignatureExpired);
}

TEST_CASE("loads_unsafe gives the value even of a bad signature", "[security]") {
    const URLSafeSerializer serializer("secret");
    const std::string token = serializer.dumps(Json{{"id", 5}});

    CHECK(serializer.loads_unsafe(token) == std::pair<bool, Json>(true, Json{{"id", 5}}));
    CHECK(serializer.loads_unsafe(token + "x") == std::pair<bool, Json>(false, Json{{"id", 5}}));
    CHECK(serializer.loads_unsafe("no separator") == std::pair<bool, Json>(false, Json()));
    CHECK(serializer.loads_unsafe("!!.x") == std::pair<bool, Json>(false, Json()));
}

TEST_CASE("a signed payload that would grow too large is refused", "[security]") {
    const std::string text = "\"" + std::string(100000, 'a') + "\"";
    const URLSafeSerializer serializer("secret");
    const URLSafeSerializer careful("secret", {.max_payload_size = 99999});
    const std::string token = serializer.sign_payload(text);

    CHECK(token.size() < 300);
    CHECK(serializer.load_payload_text(token) == text);
    CHECK_THROWS_AS(careful.loads(token), BadPayload);
}

TEST_CASE("a payload that is not JSON tells why", "[security]") {
    const URLSafeSerializer serializer("secret");
    const std::string token = serializer.sign_payload("{oops");

    bool told = false;
    try {
        static_cast<void>(serializer.loads(token));
    } catch (const BadPayload& error) {
        REQUIRE(error.original_error());
        CHECK_THROWS_AS(std::rethrow_exception(error.original_error()), JsonDecodeError);
        told = true;
    }
    CHECK(told);
}

TEST_CASE("payloads are written and read without a signature", "[security]") {
    const Serializer plain("secret");
    CHECK(plain.load_payload(plain.dump_payload({{"id", 5}})) == Json{{"id", 5}});
    CHECK_THROWS_AS(plain.load_payload("{"), BadPayload);
    const URLSafeSerializer url_safe("secret");
    const std::string payload = url_safe.dump_payload(Json::array({1, "a"}));
    CHECK(payload == "WzEsImEiXQ");
    CHECK(url_safe.load_payload(payload) == Json::array({1, "a"}));
    CHECK_THROWS_AS(url_safe.load_payload("!"), BadPayload);
}

TEST_CASE("a serializer's signer signs as the serializer does", "[security]") {
    const Serializer serializer("secret");
    const auto signed_by = [&](const std::optional<std::string>& salt) {
        return static_cast<const Signer&>(serializer.make_signer(salt)).sign("[1]");
    };
    CHECK(signed_by(std::nullopt) == serializer.dumps(Json::array({1})));
    CHECK(signed_by("other") == serializer.dumps(Json::array({1}), {.salt = "other"}));
    CHECK(signed_by("other") != signed_by(std::nullopt));
}
