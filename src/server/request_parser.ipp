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

/// The same, four at a time.
inline const char* request_skip_many(const char* at, const char* end,
                                     RequestCharacter kind) noexcept {
    const auto bits = [](char c) {
        return unsigned{request_characters[static_cast<unsigned char>(c)]};
    };
    while (end - at >= 4 && (bits(at[0]) & bits(at[1]) & bits(at[2]) & bits(at[3]) & kind) != 0)
        at += 4;
    return request_skip(at, end, kind);
}

/// Whether a text has nothing but the characters of a kind.
inline bool request_is_all(std::string_view text, RequestCharacter kind) noexcept {
    const char* const end = text.data() + text.size();
    return request_skip_many(text.data(), end, kind) == end;
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

/// Checks a target that is no path (RFC 9112, section 3.2), finds the authority of an absolute one, gives an error or 0.
MICROFLASK_INLINE std::uint16_t check_request_target(RequestHead& head,
                                                     bool& has_authority) noexcept {
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

/// Finds the end of a target, and whether it has none of the characters that make it more than a path.
inline const char* request_skip_target(const char* at, const char* end, bool& is_plain) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    // A byte that is this one sets its highest bit, and so do some that are no ASCII: their target is not taken as plain.
    const auto marks_of = [](std::uint64_t word, std::uint8_t byte) {
        return (word ^ (ones * byte)) - ones;
    };
    is_plain = false;
    if constexpr (std::endian::native == std::endian::little) {
        std::uint64_t marks = 0;
        while (end - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            // What follows a target in the last word has none of these either.
            marks |= marks_of(word, '?') | marks_of(word, '#') | marks_of(word, '%');
            const std::uint64_t rubout = (word & ~highs) + ones;
            const std::uint64_t found = ((word - ones * 0x21) | rubout) & ~word & highs;
            if (found != 0) {
                is_plain = (marks & highs) == 0;
                return at + std::countr_zero(found) / 8;  // the lowest mark is exact
            }
            at += 8;
        }
    }
    return request_find_control<0x21>(at, end);
}

inline ParseResult refused_request(std::uint16_t error) noexcept {
    return {ParseStatus::refused, error, 0};
}

/// Finds out why a request line is not one of HTTP/1.1 from `version` on: it is wrong, too long or not all there, or of
/// HTTP/1.0, which is fine.
MICROFLASK_INLINE ParseResult judge_request_version(const char* first, const char* version,
                                                    const char* end,
                                                    const ServerLimits& limits) noexcept {
    // HTTP-version = "HTTP/" DIGIT "." DIGIT, then CRLF
    constexpr std::string_view pattern = "HTTP/1.1\r\n";
    const std::size_t present = (std::min)(pattern.size(), static_cast<std::size_t>(end - version));
    for (std::size_t i = 0; i < present; ++i) {
        const bool digit = i == 5 || i == 7;
        if (digit ? !is_ascii_digit(version[i]) : version[i] != pattern[i])
            return refused_request(400);
    }
    const std::size_t size =
        static_cast<std::size_t>(version - first) + (std::min)(present, std::size_t{8});
    if (size > limits.request_line) return refused_request(414);
    if (present < pattern.size()) return {};
    if (version[5] != '1' || (version[7] != '1' && version[7] != '0')) return refused_request(505);
    return {ParseStatus::complete, 0, 0};
}

/// Whether a field's name is as long as one of those that the server itself reads: Host, Expect, Connection,
/// Content-Length and Transfer-Encoding.
inline bool is_length_of_server_field(std::size_t size) noexcept {
    constexpr std::uint32_t lengths = 1U << 4 | 1U << 6 | 1U << 10 | 1U << 14 | 1U << 17;
    return size < 32 && (lengths >> size & 1) != 0;
}

/// The fields that the server itself reads, picked out of all.
struct RequestFieldPicker {
    FramingFacts framing{};
    std::string_view host{};
    std::size_t host_count = 0;
    bool expects_continue = false;
    bool unknown_expectation = false;
    bool closes = false;
    bool keeps_alive = false;

    explicit RequestFieldPicker(const RequestHead& head) noexcept {
        for (std::size_t i = 0; i < head.field_count; ++i) {
            const HeaderField& field = head.fields[i];
            if (is_length_of_server_field(field.name.size())) take(field.name, field.value);
        }
    }

private:
    void take(std::string_view name, std::string_view value) noexcept;
};

MICROFLASK_INLINE void RequestFieldPicker::take(std::string_view name,
                                                std::string_view value) noexcept {
    if (equals_ignoring_case(name, "Host")) {
        ++host_count;
        host = value;
    } else if (equals_ignoring_case(name, "Connection")) {
        closes = closes || request_has_token(value, "close");
        keeps_alive = keeps_alive || request_has_token(value, "keep-alive");
    } else if (equals_ignoring_case(name, "Content-Length")) {
        ++framing.content_length_count;
        framing.content_length = value;
    } else if (equals_ignoring_case(name, "Transfer-Encoding")) {
        ++framing.transfer_encoding_count;
        framing.transfer_encoding = value;
    } else if (equals_ignoring_case(name, "Expect")) {
        const bool known = equals_ignoring_case(value, "100-continue");
        expects_continue = expects_continue || known;
        unknown_expectation = unknown_expectation || !known;
    }
}

/// Draws the conclusions from a target that is no path: the authority that it names replaces the Host field (RFC 9112,
/// section 3.2.2). Gives an error or 0.
MICROFLASK_INLINE std::uint16_t conclude_rare_target(RequestHead& head) noexcept {
    bool has_authority = false;
    head.is_plain_path = false;
    if (const std::uint16_t error = check_request_target(head, has_authority)) return error;
    if (!has_authority) return 0;
    if (!request_is_all(head.host, request_host)) return 400;
    for (std::size_t i = 0; i < head.field_count; ++i) {
        if (equals_ignoring_case(head.fields[i].name, "Host")) head.fields[i].value = head.host;
    }
    return 0;
}

/// Draws the conclusions from the fields: host, framing, persistence, expectations. Gives an error or 0.
MICROFLASK_INLINE std::uint16_t conclude_server_fields(RequestHead& head,
                                                       const ServerLimits& limits) noexcept {
    RequestFieldPicker picked(head);
    // RFC 9112, section 3.2: HTTP/1.1 needs exactly one Host
    if (picked.host_count > 1 || (picked.host_count == 0 && head.http_1_1)) return 400;
    if (!request_is_all(picked.host, request_host)) return 400;
    if (head.host.empty()) head.host = picked.host;

    picked.framing.http_1_1 = head.http_1_1;
    const FramingDecision decision = decide_request_framing(picked.framing);
    if (decision.framing == RequestFraming::reject) return decision.error;
    head.framing = decision.framing;
    head.content_length = decision.length;
    if (limits.body != 0 && decision.length > limits.body) return 413;

    if (picked.unknown_expectation && head.http_1_1) return 417;
    // RFC 9110, section 10.1.1: there is nothing to expect without a body, nor in HTTP/1.0
    head.expects_continue = picked.expects_continue && head.http_1_1 &&
                            head.framing != RequestFraming::none &&
                            !(head.framing == RequestFraming::length && decision.length == 0);
    // RFC 9112, section 9.3
    head.keep_alive = head.http_1_1 ? !picked.closes : picked.keeps_alive && !picked.closes;
    return 0;
}

MICROFLASK_INLINE ParseResult parse_request_head(std::string_view bytes, const ServerLimits& limits,
                                                 HeaderField* fields, RequestHead& head) {
    const char* first = bytes.data();
    const char* const end = first + bytes.size();
    const auto more_or_large = [&] {
        return bytes.size() > limits.header_bytes ? refused_request(431) : ParseResult{};
    };

    // RFC 9112, section 2.2: an empty line before a request is overlooked, but not a flood of them.
    for (int lines = 0; first != end && *first == '\r'; ++lines) {
        if (end - first < 2) return {};
        if (first[1] != '\n' || lines == 2) return refused_request(400);
        first += 2;
    }
    if (first == end) return {};

    // The request line. Most are a GET; what else is a method, the table says.
    const auto too_long = [&](const char* here) {
        return static_cast<std::size_t>(here - first) > limits.request_line;
    };
    const bool is_get = end - first > 4 && std::memcmp(first, "GET ", 4) == 0;
    const char* at = is_get ? first + 3 : request_skip(first, end, request_token);
    if (at == end) return too_long(at) ? refused_request(414) : ParseResult{};
    if (*at != ' ' || at == first) return refused_request(400);
    head.method = {first, static_cast<std::size_t>(at - first)};
    // Visible ASCII, and the bytes of UTF-8 that browsers and curl send bare.
    const char* const target = ++at;
    at = request_skip_target(at, end, head.is_plain_path);
    if (too_long(at)) return refused_request(414);
    if (at == end) return {};
    if (*at != ' ' || at == target) return refused_request(400);
    head.target = {target, static_cast<std::size_t>(at - target)};
    const char* const version = ++at;
    // Compared in two parts, each of which is one comparison of numbers.
    if (end - version < 10 || std::memcmp(version, "HTTP/1.1", 8) != 0 ||
        std::memcmp(version + 8, "\r\n", 2) != 0 || too_long(version + 8)) {
        const ParseResult judged = judge_request_version(first, version, end, limits);
        if (judged.status != ParseStatus::complete) return judged;
    }
    head.protocol = {version, 8};
    head.http_1_1 = version[7] == '1';
    at = version + 10;

    bool is_usual = true;   // none of the fields is the server's but one host
    std::string_view host;  // the first that is written as usual, and checked
    HeaderField* field = fields;
    HeaderField* const last = fields + limits.header_count;
    for (;; ++field) {
        if (at == end) return more_or_large();
        if (*at == '\r') {
            if (end - at < 2) return more_or_large();
            if (at[1] != '\n') return refused_request(400);
            at += 2;
            break;
        }
        if (field == last) return refused_request(431);
        // Every request has a Host, mostly written so.
        if (end - at > 6 && std::memcmp(at, "Host: ", 6) == 0 && !host.data()) {
            const char* const host_end = request_skip_many(at + 6, end, request_host);
            if (end - host_end >= 2 && host_end[0] == '\r' && host_end[1] == '\n') {
                host = {at + 6, static_cast<std::size_t>(host_end - at) - 6};
                field->name = {at, 4};
                field->value = host;
                at = host_end + 2;
                continue;
            }
        }
        const char* const name = at;
        at = request_skip(at, end, request_token);
        if (at == end) return more_or_large();
        // A space before the colon, a folded line and an empty name all end here.
        if (*at != ':' || at == name) return refused_request(400);
        const char* const name_end = at++;
        while (at != end && (*at == ' ' || *at == '\t')) ++at;
        const char* const value = at;
        at = request_skip_value(at, end);
        if (end - at < 2) {
            if (at != end && *at != '\r') return refused_request(400);
            return more_or_large();
        }
        if (at[0] != '\r' || at[1] != '\n') return refused_request(400);
        const char* value_end = at;
        while (value_end != value && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
        at += 2;
        field->name = {name, static_cast<std::size_t>(name_end - name)};
        field->value = {value, static_cast<std::size_t>(value_end - value)};
        is_usual = is_usual && !is_length_of_server_field(field->name.size());
    }
    const std::size_t size = static_cast<std::size_t>(at - bytes.data());
    if (size > limits.header_bytes) return refused_request(431);

    head.host = {};
    head.fields = fields;
    head.field_count = static_cast<std::size_t>(field - fields);
    head.is_head = !is_get && head.method == "HEAD";
    head.keep_alive = head.http_1_1;
    head.framing = RequestFraming::none;
    head.content_length = 0;
    head.expects_continue = false;
    if (*target != '/') {
        if (const std::uint16_t error = conclude_rare_target(head)) return refused_request(error);
    } else if (is_usual && head.http_1_1 && host.data()) {
        head.host = host;
        return {ParseStatus::complete, 0, size};
    }
    if (const std::uint16_t error = conclude_server_fields(head, limits))
        return refused_request(error);
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
