// Bytes to a request head and to the framing of its body, strictly by RFC 9112. No sockets; nothing is copied.
// What is ambiguous is refused: no lone CR or LF, no folded lines, no guess where a message ends.
#pragma once

#include "gateway/environ.hpp"
#include "server/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

/// How a request's body is delimited.
enum class RequestFraming : std::uint8_t { none, length, chunked, reject };

/// A request head; all views point into the bytes that were parsed, the fields into the caller's array.
struct RequestHead {
    std::string_view method;
    std::string_view target;
    std::string_view protocol;
    std::string_view host;  // the authority of the target or the Host field
    HeaderField* fields = nullptr;
    std::size_t field_count = 0;
    std::uint64_t content_length = 0;
    RequestFraming framing = RequestFraming::none;
    bool http_1_1 = true;
    bool keep_alive = true;
    bool expects_continue = false;
    bool is_head = false;
    bool is_plain_path = false;  // the target is the path itself: no query, nothing escaped
};

enum class ParseStatus : std::uint8_t { complete, incomplete, refused };

/// What became of the bytes: with `complete`, `size` of them are the head; with `refused`, `status` is the answer.
struct ParseResult {
    ParseStatus status = ParseStatus::incomplete;
    std::uint16_t error = 0;
    std::size_t size = 0;
};

/// Parses one request head at the front of the bytes. `fields` has room for `limits.header_count` of them.
/// `head` is filled where the head is complete. Always starts from the first byte: call it again with more bytes where it was incomplete.
ParseResult parse_request_head(std::string_view bytes, const ServerLimits& limits,
                               HeaderField* fields, RequestHead& head);

/// What the fields say about a body, gathered while they are parsed.
struct FramingFacts {
    std::size_t content_length_count = 0;
    std::size_t transfer_encoding_count = 0;
    std::string_view content_length;
    std::string_view transfer_encoding;
    bool http_1_1 = true;
};

/// A decision about framing: a rejected message is answered with `error`.
struct FramingDecision {
    RequestFraming framing = RequestFraming::none;
    std::uint16_t error = 0;
    std::uint64_t length = 0;
};

/// The one place that decides how long a request's body is (RFC 9112, section 6.3).
FramingDecision decide_request_framing(const FramingFacts& facts) noexcept;

/// Takes chunked framing off a body, in place and incrementally (RFC 9112, section 7.1). Extensions are skipped and
/// trailers dropped: they never become header fields.
class ChunkDecoder {
public:
    enum class StepKind : std::uint8_t { more, data, end, refused };
    struct Step {
        StepKind status = StepKind::more;
        std::size_t used = 0;  // bytes of framing to skip, before the data where there is some
        std::size_t size = 0;  // bytes of data that follow them
    };

    /// Looks at the front of the bytes: skips framing, and says how many bytes of data follow in them.
    Step next(std::string_view bytes) noexcept;
    [[nodiscard]] bool finished() const noexcept { return state_ == State::finished; }

private:
    enum class State : std::uint8_t {
        size_first,
        size,
        extension,
        size_line_feed,
        data,
        data_return,
        data_line_feed,
        trailer_start,
        trailer,
        trailer_line_feed,
        last_line_feed,
        finished,
        refused
    };
    static constexpr std::size_t max_line = 4096;      // of one chunk's size and extensions
    static constexpr std::size_t max_trailers = 8192;  // of all trailers together

    State state_ = State::size_first;
    std::uint64_t rest_ = 0;
    std::size_t line_ = 0;
};

}  // namespace microflask::detail
