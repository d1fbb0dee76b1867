// One request and its answer: calls the application, passes the body in, sends what comes out. Lives on the stack.
#pragma once

#include "core/config.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "server/connection.hpp"
#include "server/request_parser.hpp"
#include "server/response_writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

namespace microflask::detail {

/// Returns a time as pollers take it.
inline int to_poll_milliseconds(std::chrono::milliseconds time) noexcept {
    return static_cast<int>((std::min)(time.count(), std::chrono::milliseconds::rep{INT32_MAX}));
}

/// Whether so few bytes moved in so many milliseconds, after a time of grace, that the other side is too slow.
bool is_below_minimum_rate(const ServerLimits& limits, std::chrono::milliseconds grace,
                           std::uint64_t bytes, std::uint64_t milliseconds) noexcept;

/// A body that is read from the socket when the application asks for it: counted against its limit in one place.
class SocketInputStream final : public InputStream {
public:
    /// `first` to `last` are the bytes received behind the head; the room ends at `limit`.
    SocketInputStream(Worker& worker, Connection& connection, const RequestHead& head, char* first,
                      char* last, char* limit) noexcept;

    MICROFLASK_INLINE std::size_t read(char* buffer, std::size_t size) override;
    using InputStream::read;

    /// Reads and drops what was left unread; false where that is too much, and the connection cannot go on.
    bool drain();
    [[nodiscard]] bool finished() const noexcept { return finished_; }
    /// Returns what was received behind the body.
    [[nodiscard]] std::string_view rest() const noexcept {
        return {at_, static_cast<std::size_t>(last_ - at_)};
    }

private:
    std::size_t read_length(char* buffer, std::size_t size);
    std::size_t read_chunked(char* buffer, std::size_t size);
    std::size_t receive(char* buffer, std::size_t size);
    void send_continue();

    Worker& worker_;
    Connection& connection_;
    char* const first_;
    char* at_;
    char* last_;
    char* const limit_;
    std::uint64_t rest_;          // of a body with a length, or of the chunk at hand
    std::uint64_t total_ = 0;     // bytes given out
    std::uint64_t received_ = 0;  // bytes taken from the socket
    std::uint64_t waited_ = 0;    // milliseconds, for the client alone
    ChunkDecoder chunks_;
    bool chunked_;
    bool continue_wanted_;
    bool finished_ = false;
    bool failed_ = false;
};

/// Runs one request. What is answered goes into the worker's output; large bodies into the connection's.
class RequestExchange {
public:
    RequestExchange(Worker& worker, Connection& connection, const RequestHead& head) noexcept;

    /// Answers a request whose body is in memory.
    void run(std::string_view body);
    /// Answers a request whose body is still coming; returns what was received behind it.
    std::string_view run_streaming(char* first, char* last, char* limit);
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }

    static constexpr bool adds_content_length = true;
    /// What the application sees as start_response.
    void operator()(std::string_view status, const Headers& headers,
                    const std::exception_ptr& exc_info);

private:
    void call(InputStream& input);
    void answer(Body& body);
    void finish_head(std::string_view text = {});
    void answer_stream(Body& body);
    bool send_piece(std::string_view piece);
    void fail(std::uint16_t status, std::string_view what);
    void log();

    Worker& worker_;
    Connection& connection_;
    const RequestHead& head_;
    ResponseFacts facts_;
    ResponseConditions conditions_;
    ResponsePlan plan_;
    std::size_t mark_;        // where this answer begins in the output
    std::uint64_t sent_ = 0;  // bytes of the body
    std::uint64_t began_ = 0;
    bool started_ = false;
    bool head_sent_ = false;  // on the wire: it cannot be replaced any more
    bool keep_alive_ = true;
};

}  // namespace microflask::detail
