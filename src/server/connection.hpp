// One client: its bytes in and out between events, and what is awaited of it. Belongs to a loop, or for the time of a
// view whose loop was taken away, to the worker that runs the view.
#pragma once

#include "gateway/streams.hpp"
#include "server/buffer.hpp"
#include "server/deadlines.hpp"
#include "server/poller.hpp"
#include "server/request_parser.hpp"
#include "server/socket.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace microflask::detail {

class EventLoop;
class Worker;

/// What is left to send of an answer that did not fit into the socket at once.
struct PendingOutput {
    Buffer head;
    std::string text;  // a large body, not copied
    std::size_t text_sent = 0;
    Body body;  // a file's owner, closed when it was sent
    FileRegion file;
    bool has_file = false;
    std::uint64_t moved = 0;  // bytes that the socket took since `started`
    std::uint64_t started = 0;

    /// Closes the body; an exception of its own is logged.
    void close_body() noexcept;
};

/// Finds the end of a chunked body in a message that is still arriving, looking at each byte once.
struct ChunkScan {
    ChunkDecoder decoder;
    std::size_t at = 0;  // where the message was not looked at yet
    std::size_t head = 0;
    std::uint64_t body = 0;

    /// Whether the body has arrived, or more of it than is awaited, or a fault in it.
    bool has_enough(std::string_view message, const ServerLimits& limits) noexcept;
};

class Connection : public DeadlineNode {
public:
    enum class Phase : std::uint8_t { idle, head, body, writing, lingering };

    /// Does what the socket is ready for. Returns false where the loop was lost meanwhile: then the connection was given
    /// back, and neither it nor the loop may be touched. Lack of memory ends the connection and nothing else.
    bool on_ready(Worker& worker);
    /// Ends what was awaited too long.
    void on_deadline(Worker& worker);

    /// Sends as much of the worker's output as the socket takes; the rest becomes pending.
    void flush(Worker& worker);
    /// Sends both texts, waiting for the client within the limits; false where it is gone.
    bool send_waiting(Worker& worker, std::string_view first, std::string_view second = {});
    /// Sends the worker's output, and more behind it, as `send_waiting` does.
    bool flush_waiting(Worker& worker, std::string_view more = {});
    /// Waits inside a view for the client; false where it takes too long, by what was `moved` since the view has `waited`.
    bool wait_for_client(Worker& worker, bool for_writing, std::uint64_t& waited,
                         std::uint64_t moved);
    /// Forgets what is pending and closes the body it came from.
    void drop_pending() noexcept;

    Socket socket;
    EventLoop* loop = nullptr;
    Connection* before = nullptr;  // in the loop's list
    Connection* after = nullptr;
    Connection* next_returned = nullptr;
    PeerAddress peer;
    Buffer saved;  // the beginning of a request
    std::unique_ptr<PendingOutput> pending;
    std::unique_ptr<ChunkScan> scan;  // of a chunked body that arrives in `saved`
    std::size_t wanted =
        0;  // the bytes that make the request in `saved` complete, where they are known
    std::uint64_t since = 0;  // when the phase began
    Phase phase = Phase::head;
    PollInterest interest = PollInterest::none;
    bool registered = false;
    bool detached = false;  // its worker lost the loop
    bool closes = false;    // after what is pending
    bool lingers = false;   // the client may still be sending: close gently
    bool broken = false;    // nothing can be sent any more

private:
    /// Serves what the socket has to read.
    bool on_readable(Worker& worker);
    /// Sends what is pending, and goes on with `saved` when all of it is gone.
    bool on_writable(Worker& worker);
    bool receive_more(Worker& worker);
    bool serve_saved(Worker& worker);
    bool serve(Worker& worker, std::size_t size);
    /// Whether so much of the body is there that the application may be called; else says what is awaited.
    bool has_body(std::string_view message, std::size_t head_size, const RequestHead& head,
                  const ServerLimits& limits);
    bool finish_turn(Worker& worker, std::size_t at, std::size_t size);
    void refuse(Worker& worker, std::uint16_t status);
    void send_pending(Worker& worker);

    std::uint64_t moved_ = 0;  // bytes dropped while lingering
};

}  // namespace microflask::detail
