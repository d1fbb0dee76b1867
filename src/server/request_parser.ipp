// Bodies of the request parser: one walk over the bytes, a table of character classes, no allocation.
#include "server/request_parser.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace microflask::detail {

enum RequestCharacter : std::uint8_t {
    request_token = 1,  // RFC 9110, section 5.6.2
    request_value = 2,  // RFC 9110, section 5.5: no control characters but the tab
    request_host = 4    // RFC 3986, section 3.2: what a host and port are made of
};

inline constexpr std::array<std::uint8_t, 256> request_characters = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 0; i < 256; ++i) {
        const bool letter =
            (i >= 'a' && i <= 'z') || (i >= 'A' && i <= 'Z') || (i >= '0' && i <= '9');
        unsigned bits = 0;
        if (letter) bits |= request_token | request_host;
        if ((i >= 0x20 && i != 0x7f) || i == '\t') bits |= request_value;
        table[i] = static_cast<std::uint8_t>(bits);
    }
    for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(c)] |= request_token;
    }
    for (const char c : std::string_view("-._~!$&'()*+;=:[]%")) {
        table[static_cast<unsigned char>(c)] |= request_host;
    }
    return table;
}();

/// Returns the first position at or behind `at` whose byte is not of the kind.
inline const char* request_skip(const char* at, const char* end, RequestCharacter kind) noexcept {
    while (at != end && (request_characters[static_cast<unsigned char>(*at)] & kind)) ++at;
    return at;
}

/// Returns the first position whose byte is below a bound or is DEL: eight bytes at a time where they can be counted off.
template <std::uint8_t Bound>
inline const char* request_find_control(const char* at, const char* end) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    while (end - at >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        const std::uint64_t rubout = word ^ (ones * 0x7f);
        const std::uint64_t found =
            (((word - ones * Bound) & ~word) | ((rubout - ones) & ~rubout)) & highs;
        if (found != 0) {
            if constexpr (std::endian::native != std::endian::little) break;
            return at + std::countr_zero(found) / 8;  // the lowest mark is exact
        }
        at += 8;
    }
    while (at != end && static_cast<unsigned char>(*at) >= Bound && *at != 0x7f) ++at;
    return at;
}

/// Returns the end of a field's value: the first control character but the tab (RFC 9110, section 5.5).
inline const char* request_skip_value(const char* at, const char* end) noexcept {
    at = request_find_control<0x20>(at, end);
    while (at != end && *at == '\t') at = request_find_control<0x20>(at + 1, end);
    return at;
}

/// Whether a text has nothing but the characters of a kind.
inline bool request_is_all(std::string_view text, RequestCharacter kind) noexcept {
    unsigned common = kind;
    const char* at = text.data();
    std::size_t rest = text.size();
    const auto bits = [](char c) {
        return unsigned{request_characters[static_cast<unsigned char>(c)]};
    };
    for (; rest >= 4; rest -= 4, at += 4)
        common &= bits(at[0]) & bits(at[1]) & bits(at[2]) & bits(at[3]);
    for (; rest != 0; --rest) common &= bits(*at++);
    return common != 0;
}

MICROFLASK_INLINE bool request_has_token(std::string_view list, std::string_view wanted) noexcept {
    while (!list.empty()) {
        const std::size_t comma = (std::min)(list.find(','), list.size());
        std::string_view item = list.substr(0, comma);
        while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
            item.remove_prefix(1);
        while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
        if (equals_ignoring_case(item, wanted)) return true;
        list.remove_prefix((std::min)(comma + 1, list.size()));
    }
    return false;
}

MICROFLASK_INLINE FramingDecision decide_request_framing(const FramingFacts& facts) noexcept {
    constexpr FramingDecision bad{RequestFraming::reject, 400, 0};

    if (facts.transfer_encoding_count != 0) {
        // Steps 3 and 4: never beside a length, never twice, never in HTTP/1.0, and chunked must be the last.
        if (facts.content_length_count != 0 || facts.transfer_encoding_count > 1 || !facts.http_1_1)
            return bad;
        if (equals_ignoring_case(facts.transfer_encoding, "chunked"))
            return {RequestFraming::chunked, 0, 0};
        const std::size_t comma = facts.transfer_encoding.rfind(',');
        if (comma == std::string_view::npos) return bad;
        const std::string_view last = trim(facts.transfer_encoding.substr(comma + 1), " \t");
        const std::string_view others = facts.transfer_encoding.substr(0, comma);
        if (!equals_ignoring_case(last, "chunked") || request_has_token(others, "chunked"))
            return bad;
        return {RequestFraming::reject, 501, 0};  // a coding that we do not know, properly framed
    }
    if (facts.content_length_count > 1) return bad;
    if (facts.content_length_count == 1) {
        const std::optional<std::uint64_t> length = parse_unsigned(facts.content_length, INT64_MAX);
        if (!length) return bad;
        return {RequestFraming::length, 0, *length};
    }
    return {RequestFraming::none, 0, 0};
}

/// Checks the form of a target (RFC 9112, section 3.2), finds the authority of an absolute one, gives an error or 0.
inline std::uint16_t check_request_target(RequestHead& head, bool& has_authority) noexcept {
    has_authority = false;
    if (head.target.front() == '/') return 0;
    if (head.method == "CONNECT") return 501;
    if (head.target == "*") return head.method == "OPTIONS" ? 0 : 400;
    const std::size_t scheme = equals_ignoring_case(head.target.substr(0, 7), "http://")    ? 7
                               : equals_ignoring_case(head.target.substr(0, 8), "https://") ? 8
                                                                                            : 0;
    if (scheme == 0) return 400;
    const std::string_view rest = head.target.substr(scheme);
    head.host = rest.substr(0, (std::min)(rest.find_first_of("/?#"), rest.size()));
    has_authority = true;
    return head.host.empty() ? 400 : 0;
}

/// Parses the request line at `at`, which it moves behind the line.
inline ParseResult parse_request_line(const char*& at, const char* end, const ServerLimits& limits,
                                      RequestHead& head) noexcept {
    const auto refused = [](std::uint16_t error) {
        return ParseResult{ParseStatus::refused, error, 0};
    };
    const char* const first = at;
    const auto too_long = [&](const char* here) {
        return static_cast<std::size_t>(here - first) > limits.request_line;
    };
    const auto more_or_long = [&](const char* here) {
        return too_long(here) ? refused(414) : ParseResult{ParseStatus::incomplete, 0, 0};
    };

    // Most requests are a GET; what else is a method, the table says.
    const bool is_get = end - at > 4 && std::memcmp(at, "GET ", 4) == 0;
    const char* here = is_get ? at + 3 : request_skip(at, end, request_token);
    if (here == end) return more_or_long(here);
    if (*here != ' ' || here == at) return refused(400);
    head.method = {at, static_cast<std::size_t>(here - at)};
    // Visible ASCII, and the bytes of UTF-8 that browsers and curl send bare.
    const char* const target = ++here;
    here = request_find_control<0x21>(here, end);
    if (too_long(here)) return refused(414);
    if (here == end) return more_or_long(here);
    if (*here != ' ' || here == target) return refused(400);
    head.target = {target, static_cast<std::size_t>(here - target)};
    const char* const version = ++here;

    // HTTP-version = "HTTP/" DIGIT "." DIGIT, then CRLF
    constexpr std::string_view pattern = "HTTP/1.1\r\n";
    const std::size_t present = (std::min)(pattern.size(), static_cast<std::size_t>(end - version));
    if (present < pattern.size() || std::memcmp(version, pattern.data(), pattern.size()) != 0) {
        for (std::size_t i = 0; i < present; ++i) {
            const bool digit = i == 5 || i == 7;
            if (digit ? !is_ascii_digit(version[i]) : version[i] != pattern[i]) return refused(400);
        }
        if (present < pattern.size())
            return more_or_long(version + (std::min)(present, std::size_t{8}));
        if (version[5] != '1' || (version[7] != '1' && version[7] != '0')) return refused(505);
    }
    if (too_long(version + 8)) return refused(414);
    head.protocol = {version, 8};
    head.http_1_1 = version[7] == '1';
    at = version + pattern.size();
    return {ParseStatus::complete, 0, 0};
}

/// The fields that the server itself reads, picked out while the head is parsed.
struct RequestFieldPicker {
    RequestHead& head;
    FramingFacts framing{};
    std::string_view host{};
    std::size_t host_count = 0;
    bool closes = false;
    bool keeps_alive = false;
    bool unknown_expectation = false;

    void take(std::string_view name, std::string_view value) noexcept {
        switch (name.size()) {
        case 4:
            // A token's letters differ from their lower case in one bit, and no other token character becomes one.
            if ((name[0] | 0x20) == 'h' && (name[1] | 0x20) == 'o' && (name[2] | 0x20) == 's' &&
                (name[3] | 0x20) == 't') {
                ++host_count;
                host = value;
            }
            break;
        case 6:
            if (equals_ignoring_case(name, "Expect")) {
                if (equals_ignoring_case(value, "100-continue")) {
                    head.expects_continue = true;
                } else {
                    unknown_expectation = true;
                }
            }
            break;
        case 10:
            if (equals_ignoring_case(name, "Connection")) {
                closes = closes || request_has_token(value, "close");
                keeps_alive = keeps_alive || request_has_token(value, "keep-alive");
            }
            break;
        case 14:
            if (equals_ignoring_case(name, "Content-Length")) {
                ++framing.content_length_count;
                framing.content_length = value;
            }
            break;
        case 17:
            if (equals_ignoring_case(name, "Transfer-Encoding")) {
                ++framing.transfer_encoding_count;
                framing.transfer_encoding = value;
            }
            break;
        default: break;
        }
    }
};

/// Draws the conclusions from a whole head: host, framing, persistence, expectations. Gives an error or 0.
inline std::uint16_t conclude_request_head(RequestFieldPicker& picked,
                                           const ServerLimits& limits) noexcept {
    RequestHead& head = picked.head;

    // RFC 9112, section 3.2: HTTP/1.1 needs exactly one Host
    bool has_authority = false;
    if (const std::uint16_t error = check_request_target(head, has_authority)) return error;
    if (picked.host_count > 1 || (picked.host_count == 0 && head.http_1_1)) return 400;
    if (!request_is_all(picked.host, request_host)) return 400;
    if (!has_authority) {
        head.host = picked.host;
    } else {
        if (!request_is_all(head.host, request_host)) return 400;
        // Section 3.2.2: the target's authority replaces the field.
        for (std::size_t i = 0; i < head.field_count; ++i) {
            if (equals_ignoring_case(head.fields[i].name, "Host")) head.fields[i].value = head.host;
        }
    }

    picked.framing.http_1_1 = head.http_1_1;
    const FramingDecision decision = decide_request_framing(picked.framing);
    if (decision.framing == RequestFraming::reject) return decision.error;
    head.framing = decision.framing;
    head.content_length = decision.length;
    if (limits.body != 0 && decision.length > limits.body) return 413;

    if (picked.unknown_expectation && head.http_1_1) return 417;
    // RFC 9110, section 10.1.1: there is nothing to expect without a body, nor in HTTP/1.0
    if (!head.http_1_1 || head.framing == RequestFraming::none ||
        (head.framing == RequestFraming::length && decision.length == 0)) {
        head.expects_continue = false;
    }
    // RFC 9112, section 9.3
    head.keep_alive = head.http_1_1 ? !picked.closes : picked.keeps_alive && !picked.closes;
    head.is_head = head.method == "HEAD";
    return 0;
}

MICROFLASK_INLINE ParseResult parse_request_head(std::string_view bytes, const ServerLimits& limits,
                                                 HeaderField* fields, RequestHead& head) {
    const auto refused = [](std::uint16_t error) {
        return ParseResult{ParseStatus::refused, error, 0};
    };
    const char* const first = bytes.data();
    const char* const end = first + bytes.size();
    const char* at = first;
    const auto more_or_large = [&] {
        return bytes.size() > limits.header_bytes ? refused(431)
                                                  : ParseResult{ParseStatus::incomplete, 0, 0};
    };

    // RFC 9112, section 2.2: an empty line before a request is overlooked, but not a flood of them.
    for (int lines = 0; at != end && *at == '\r'; ++lines) {
        if (end - at < 2) return {ParseStatus::incomplete, 0, 0};
        if (at[1] != '\n' || lines == 2) return refused(400);
        at += 2;
    }
    if (at == end) return {ParseStatus::incomplete, 0, 0};

    head.fields = fields;
    const ParseResult line = parse_request_line(at, end, limits, head);
    if (line.status != ParseStatus::complete) return line;

    RequestFieldPicker picked{head};
    for (;;) {
        if (at == end) return more_or_large();
        if (*at == '\r') {
            if (end - at < 2) return more_or_large();
            if (at[1] != '\n') return refused(400);
            at += 2;
            break;
        }
        const char* const name = at;
        at = request_skip(at, end, request_token);
        if (at == end) return more_or_large();
        // A space before the colon, a folded line and an empty name all end here.
        if (*at != ':' || at == name) return refused(400);
        const char* const name_end = at++;
        while (at != end && (*at == ' ' || *at == '\t')) ++at;
        const char* const value = at;
        at = request_skip_value(at, end);
        if (end - at < 2) {
            if (at != end && *at != '\r') return refused(400);
            return more_or_large();
        }
        if (at[0] != '\r' || at[1] != '\n') return refused(400);
        const char* value_end = at;
        while (value_end != value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
        at += 2;
        if (head.field_count == limits.header_count) return refused(431);
        HeaderField& field = fields[head.field_count++];
        field.name = {name, static_cast<std::size_t>(name_end - name)};
        field.value = {value, static_cast<std::size_t>(value_end - value)};
        picked.take(field.name, field.value);
    }
    const std::size_t size = static_cast<std::size_t>(at - first);
    if (size > limits.header_bytes) return refused(431);
    if (const std::uint16_t error = conclude_request_head(picked, limits)) return refused(error);
    return {ParseStatus::complete, 0, size};
}

MICROFLASK_INLINE ChunkDecoder::Step ChunkDecoder::next(std::string_view bytes) noexcept {
    const auto hex = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        const char lower = ascii_lower(c);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    };
    const auto refuse = [this](std::size_t used) {
        state_ = State::refused;
        return Step{StepKind::refused, used, 0};
    };
    std::size_t i = 0;
    if (state_ == State::refused) return {StepKind::refused, 0, 0};
    if (state_ == State::finished) return {StepKind::end, 0, 0};
    while (i < bytes.size()) {
        if (state_ == State::data) {
            const std::size_t size = static_cast<std::size_t>(
                (std::min)(rest_, static_cast<std::uint64_t>(bytes.size() - i)));
            rest_ -= size;
            if (rest_ == 0) state_ = State::data_return;
            return {StepKind::data, i, size};
        }
        const char c = bytes[i++];
        switch (state_) {
        case State::size_first:
        case State::size:
            if (const int digit = hex(c); digit >= 0) {
                if (rest_ > (INT64_MAX >> 4)) return refuse(i);
                rest_ = rest_ * 16 + static_cast<std::uint64_t>(digit);
                state_ = State::size;
            } else if (state_ == State::size_first) {
                return refuse(i);
            } else if (c == '\r') {
                state_ = State::size_line_feed;
            } else if (c == ';') {
                state_ = State::extension;
            } else {
                return refuse(i);
            }
            if (++line_ > max_line) return refuse(i);
            break;
        case State::extension:
            if (c == '\r') {
                state_ = State::size_line_feed;
            } else if (!(request_characters[static_cast<unsigned char>(c)] & request_value)) {
                return refuse(i);
            }
            if (++line_ > max_line) return refuse(i);
            break;
        case State::size_line_feed:
            if (c != '\n') return refuse(i);
            line_ = 0;
            state_ = rest_ == 0 ? State::trailer_start : State::data;
            break;
        case State::data_return:
            if (c != '\r') return refuse(i);
            state_ = State::data_line_feed;
            break;
        case State::data_line_feed:
            if (c != '\n') return refuse(i);
            state_ = State::size_first;
            break;
        case State::trailer_start:
            if (c == '\r') {
                state_ = State::last_line_feed;
            } else if (request_characters[static_cast<unsigned char>(c)] & request_token) {
                state_ = State::trailer;
            } else {
                return refuse(i);
            }
            if (++line_ > max_trailers) return refuse(i);
            break;
        case State::trailer:
            if (c == '\r') {
                state_ = State::trailer_line_feed;
            } else if (!(request_characters[static_cast<unsigned char>(c)] & request_value)) {
                return refuse(i);
            }
            if (++line_ > max_trailers) return refuse(i);
            break;
        case State::trailer_line_feed:
            if (c != '\n') return refuse(i);
            state_ = State::trailer_start;
            break;
        case State::last_line_feed:
            if (c != '\n') return refuse(i);
            state_ = State::finished;
            return {StepKind::end, i, 0};
        case State::data:
        case State::finished:
        case State::refused: break;
        }
    }
    return {StepKind::more, i, 0};
}

}  // namespace microflask::detail
