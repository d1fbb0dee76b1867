#include "server/request_parser.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using namespace microflask::detail;

namespace {

/// What stands in the fields, and what the one function makes of it (RFC 9112, section 6.3).
struct FramingCase {
    std::string_view why;
    std::vector<std::string_view> transfer_encodings;
    std::vector<std::string_view> content_lengths;
    RequestFraming framing;
    std::uint64_t length;
    std::uint16_t error;
};

FramingFacts facts_of(const FramingCase& each, bool http_1_1) {
    FramingFacts facts;
    facts.transfer_encoding_count = each.transfer_encodings.size();
    facts.content_length_count = each.content_lengths.size();
    if (!each.transfer_encodings.empty()) facts.transfer_encoding = each.transfer_encodings.back();
    if (!each.content_lengths.empty()) facts.content_length = each.content_lengths.back();
    facts.http_1_1 = http_1_1;
    return facts;
}

constexpr RequestFraming none = RequestFraming::none;
constexpr RequestFraming length = RequestFraming::length;
constexpr RequestFraming chunked = RequestFraming::chunked;
constexpr RequestFraming reject = RequestFraming::reject;

}  // namespace

TEST_CASE("the one function of framing has four outcomes", "[server]") {
    const std::vector<FramingCase> cases = {
        {"neither: a request without a body", {}, {}, none, 0, 0},
        {"a length", {}, {"5"}, length, 5, 0},
        {"a length of nothing", {}, {"0"}, length, 0, 0},
        {"leading zeros are digits", {}, {"00000000000000000000005"}, length, 5, 0},
        {"the longest that fits", {}, {"9223372036854775807"}, length, INT64_MAX, 0},
        {"chunked", {"chunked"}, {}, chunked, 0, 0},
        {"chunked in capitals", {"ChUnKeD"}, {}, chunked, 0, 0},

        {"both fields", {"chunked"}, {"5"}, reject, 0, 400},
        {"both fields, the length zero", {"chunked"}, {"0"}, reject, 0, 400},
        {"both fields, the coding nonsense", {"x"}, {"5"}, reject, 0, 400},
        {"two lengths that differ", {}, {"5", "6"}, reject, 0, 400},
        {"two lengths that agree", {}, {"5", "5"}, reject, 0, 400},
        {"a list of equal lengths", {}, {"5, 5"}, reject, 0, 400},
        {"a list of different lengths", {}, {"5,6"}, reject, 0, 400},
        {"no length", {}, {""}, reject, 0, 400},
        {"a plus", {}, {"+5"}, reject, 0, 400},
        {"a minus", {}, {"-1"}, reject, 0, 400},
        {"minus zero", {}, {"-0"}, reject, 0, 400},
        {"hexadecimal", {}, {"0x5"}, reject, 0, 400},
        {"hexadecimal digits", {}, {"a"}, reject, 0, 400},
        {"a fraction", {}, {"5.0"}, reject, 0, 400},
        {"an exponent", {}, {"1e3"}, reject, 0, 400},
        {"an underscore", {}, {"1_000"}, reject, 0, 400},
        {"a space inside", {}, {"5 5"}, reject, 0, 400},
        {"quotes", {}, {"\"5\""}, reject, 0, 400},
        {"letters behind", {}, {"5x"}, reject, 0, 400},
        {"digits of another script", {}, {"\xd9\xa5"}, reject, 0, 400},
        {"2 to the 63rd", {}, {"9223372036854775808"}, reject, 0, 400},
        {"2 to the 64th", {}, {"18446744073709551616"}, reject, 0, 400},
        {"2 to the 64th and five", {}, {"18446744073709551621"}, reject, 0, 400},
        {"forty digits", {}, {"1111111111111111111111111111111111111111"}, reject, 0, 400},

        {"chunked is not last", {"chunked, gzip"}, {}, reject, 0, 400},
        {"chunked twice", {"chunked, chunked"}, {}, reject, 0, 400},
        {"chunked twice in two lines", {"chunked", "chunked"}, {}, reject, 0, 400},
        {"a coding before, in two lines", {"gzip", "chunked"}, {}, reject, 0, 400},
        {"chunked first, in two lines", {"chunked", "identity"}, {}, reject, 0, 400},
        {"no chunked at all", {"gzip"}, {}, reject, 0, 400},
        {"identity", {"identity"}, {}, reject, 0, 400},
        {"nothing", {""}, {}, reject, 0, 400},
        {"an empty list", {","}, {}, reject, 0, 400},
        {"a parameter", {"chunked;q=1"}, {}, reject, 0, 400},
        {"a name that begins so", {"chunkedx"}, {}, reject, 0, 400},
        {"a name that ends so", {"xchunked"}, {}, reject, 0, 400},
        {"quotes around it", {"\"chunked\""}, {}, reject, 0, 400},
        {"a control character before it",
         {"\x0b"
          "chunked"},
         {},
         reject,
         0,
         400},
        {"a letter that lowers to it elsewhere",
         {"chun\xe2\x84\xaa"
          "ed"},
         {},
         reject,
         0,
         400},
        {"framed well, by a coding that is not there", {"gzip, chunked"}, {}, reject, 0, 501},
        {"the same with spaces", {"gzip \t,\t chunked"}, {}, reject, 0, 501},
    };
    for (const FramingCase& each : cases) {
        CAPTURE(each.why);
        const FramingDecision decision = decide_request_framing(facts_of(each, true));
        CHECK(decision.framing == each.framing);
        CHECK(decision.length == each.length);
        CHECK(decision.error == each.error);

        // HTTP/1.0 knows lengths and no codings: any is ambiguous there.
        const FramingDecision old = decide_request_framing(facts_of(each, false));
        const bool has_coding = !each.transfer_encodings.empty();
        CHECK(old.framing == (has_coding ? reject : each.framing));
        CHECK(old.error == (has_coding ? 400 : each.error));
    }
}
