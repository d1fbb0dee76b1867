// Status line, header fields, and how the body of an answer is delimited. No sockets. CR, LF and NUL get into neither:
// Headers take none, and what is no Headers is looked at here.
#pragma once

#include "datastructures/headers.hpp"
#include "server/buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask::detail {

/// The fields that every answer ends with: `Server` and `Date`, kept as finished text and renewed once a second.
class ResponseStamp {
public:
    explicit ResponseStamp(std::string_view server);
    /// Renews the text for a second of Unix time.
    void set_time(std::int64_t unix_seconds);
    [[nodiscard]] std::string_view both() const noexcept { return text_; }
    [[nodiscard]] std::string_view server() const noexcept {
        return std::string_view(text_).substr(0, server_size_);
    }
    [[nodiscard]] std::string_view date() const noexcept {
        return std::string_view(text_).substr(server_size_);
    }

private:
    std::string text_;
    std::size_t server_size_ = 0;
    std::int64_t second_ = -1;
};

/// How the end of an answer's body is told.
enum class ResponseFraming : std::uint8_t { none, length, chunked, until_close };

/// What the application's part of a head contained.
struct ResponseFacts {
    std::uint16_t status = 0;
    bool has_date = false;
    bool has_server = false;
    bool closes = false;
    std::optional<std::uint64_t> content_length;
};

/// How an answer is sent.
struct ResponsePlan {
    ResponseFraming framing = ResponseFraming::none;
    bool sends_body = false;
    bool keep_alive = false;
    std::optional<std::uint64_t> content_length;  // what the head says
};

/// What the request and the body have to say about it.
struct ResponseConditions {
    bool is_head = false;
    bool http_1_1 = true;
    bool keep_alive = true;
    bool is_streamed = false;
    std::optional<std::uint64_t> size;  // of the body, where it is known
};

/// Writes one field with its line's end. Throws std::invalid_argument where it could break the message's framing.
void write_response_field(Buffer& out, std::string_view name, std::string_view value);

/// Writes the status line ("200 OK") and the application's fields, without those about the connection and the body's
/// length, which are the server's matter. Throws std::invalid_argument for what must not be written.
ResponseFacts write_response_head(Buffer& out, std::string_view status, const Headers& headers);

/// The one place that decides how an answer's body is delimited (RFC 9112, section 6).
ResponsePlan plan_response(const ResponseFacts& facts,
                           const ResponseConditions& conditions) noexcept;

/// Writes the server's fields, the empty line that ends the head, and a text behind it.
void finish_response_head(Buffer& out, const ResponseFacts& facts, const ResponsePlan& plan,
                          const ResponseConditions& conditions, const ResponseStamp& stamp,
                          std::string_view text = {});

/// Writes a whole answer with one of Werkzeug's error pages.
void write_error_response(Buffer& out, std::uint16_t status, ResponseConditions conditions,
                          const ResponseStamp& stamp);

}  // namespace microflask::detail
