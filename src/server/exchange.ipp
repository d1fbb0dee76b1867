// Bodies of the exchange: the application is called here, and nowhere else in the server.
#include "server/exchange.hpp"

#include "core/config.hpp"
#include "http/exceptions.hpp"
#include "server/access_log.hpp"
#include "server/event_loop.hpp"
#include "server/workers.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE bool is_below_minimum_rate(const ServerLimits& limits,
                                             std::chrono::milliseconds grace, std::uint64_t bytes,
                                             std::uint64_t milliseconds) noexcept {
    if (milliseconds <= static_cast<std::uint64_t>(grace.count())) return false;
    return bytes < limits.minimum_rate * milliseconds / 1000;
}

MICROFLASK_INLINE SocketInputStream::SocketInputStream(Worker& worker, Connection& connection,
                                                       const RequestHead& head, char* first,
                                                       char* last, char* limit) noexcept
    : worker_(worker),
      connection_(connection),
      first_(first),
      at_(first),
      last_(last),
      limit_(limit),
      rest_(head.content_length),
      received_(static_cast<std::uint64_t>(last - first)),
      chunked_(head.framing == RequestFraming::chunked),
      continue_wanted_(head.expects_continue && first == last) {
    finished_ = head.framing == RequestFraming::none || (!chunked_ && rest_ == 0);
}

MICROFLASK_INLINE std::size_t SocketInputStream::read(char* buffer, std::size_t size) {
    if (finished_ || size == 0) return 0;
    if (failed_) throw ClientDisconnected();
    const std::size_t count = chunked_ ? read_chunked(buffer, size) : read_length(buffer, size);
    total_ += count;
    const std::uint64_t most = worker_.state.limits.body;
    if (most != 0 && total_ > most) {
        failed_ = true;
        throw RequestEntityTooLarge();
    }
    return count;
}

MICROFLASK_INLINE std::size_t SocketInputStream::read_length(char* buffer, std::size_t size) {
    std::size_t count =
        static_cast<std::size_t>((std::min)(rest_, static_cast<std::uint64_t>(size)));
    if (at_ != last_) {
        count = (std::min)(count, static_cast<std::size_t>(last_ - at_));
        std::memcpy(buffer, at_, count);
        at_ += count;
    } else {
        count = receive(buffer, count);
    }
    rest_ -= count;
    finished_ = rest_ == 0;
    return count;
}

MICROFLASK_INLINE std::size_t SocketInputStream::read_chunked(char* buffer, std::size_t size) {
    while (rest_ == 0) {
        if (at_ == last_) {
            at_ = last_ = first_;
            last_ += receive(first_, static_cast<std::size_t>(limit_ - first_));
        }
        const ChunkDecoder::Step step = chunks_.next(rest());
        at_ += step.used;
        switch (step.status) {
        case ChunkDecoder::StepKind::more: break;
        case ChunkDecoder::StepKind::data: rest_ = step.size; break;
        case ChunkDecoder::StepKind::end: finished_ = true; return 0;
        case ChunkDecoder::StepKind::refused: failed_ = true; throw BadRequest();
        }
    }
    const std::size_t count =
        static_cast<std::size_t>((std::min)(rest_, static_cast<std::uint64_t>(size)));
    std::memcpy(buffer, at_, count);
    at_ += count;
    rest_ -= count;
    return count;
}

MICROFLASK_INLINE std::size_t SocketInputStream::receive(char* buffer, std::size_t size) {
    if (continue_wanted_) send_continue();
    for (;;) {
        const SocketResult result = connection_.socket.receive(buffer, size);
        if (result.status == SocketStatus::done && result.count != 0) {
            received_ += result.count;
            return result.count;
        }
        if (result.status != SocketStatus::would_block) break;
        if (!connection_.wait_for_client(worker_, false, waited_, received_)) {
            failed_ = true;
            throw RequestTimeout();
        }
    }
    failed_ = true;
    throw ClientDisconnected();
}

MICROFLASK_INLINE void SocketInputStream::send_continue() {
    continue_wanted_ = false;
    if (!connection_.send_waiting(worker_, "HTTP/1.1 100 Continue\r\n\r\n")) {
        failed_ = true;
        throw ClientDisconnected();
    }
}

MICROFLASK_INLINE bool SocketInputStream::drain() {
    if (finished_) return true;
    std::uint64_t most = worker_.state.limits.unread_body;
    // A client that was not told to go on may or may not send the body: nobody can tell where the next request begins.
    if (failed_ || continue_wanted_ || (!chunked_ && rest_ > most)) return false;
    char dropped[4096];
    try {
        while (!finished_) {
            const std::size_t count = read(dropped, sizeof dropped);
            if (count > most) return false;
            most -= count;
        }
    } catch (const HTTPException&) {
        return false;  // the client broke off or broke the rules: the connection ends
    }
    return true;
}

/// Marks a loop as busy with a view, so that it may be taken away; afterwards the worker knows whether it was.
class ViewGuard {
public:
    MICROFLASK_INLINE_HOT ViewGuard(Worker& worker, Connection& connection, std::string_view target)
        : worker_(worker), target_(target) {
        if (!worker.state.threaded || !worker.loop) return;
        worker.loop->enter_view(worker, connection);
        if (worker.state.slow_views.any()) [[unlikely]]
            give_away_if_slow();
        if (worker.state.forced_handover == ForcedHandover::before_view) worker.give_loop_away();
    }
    MICROFLASK_INLINE_HOT ~ViewGuard() {
        if (expected_since_ != 0) [[unlikely]]
            judge();
        if (!worker_.state.threaded || !worker_.loop) return;
        if (!worker_.loop->leave_view(worker_.ticket)) {
            worker_.loop = nullptr;
            worker_.state.slow_views.add(SlowViews::key(target_));
        }
    }
    ViewGuard(const ViewGuard&) = delete;
    ViewGuard& operator=(const ViewGuard&) = delete;

private:
    /// Does not wait for the monitor where this path's views took long before.
    void give_away_if_slow() {
        if (!worker_.state.slow_views.contains(SlowViews::key(target_))) return;
        worker_.give_loop_away();
        if (!worker_.loop) expected_since_ = steady_microseconds();
    }
    void judge() {
        const std::uint64_t passed = steady_microseconds() - expected_since_;
        SlowViews& views = worker_.state.slow_views;
        const bool slow =
            passed >= static_cast<std::uint64_t>(worker_.state.handover_after.count());
        slow ? views.add(SlowViews::key(target_)) : views.forgive(SlowViews::key(target_));
    }

    Worker& worker_;
    std::string_view target_;
    std::uint64_t expected_since_ = 0;
};

MICROFLASK_INLINE RequestExchange::RequestExchange(Worker& worker, Connection& connection,
                                                   const RequestHead& head) noexcept
    : worker_(worker), connection_(connection), head_(head), mark_(worker.output.size()) {
    const ServerState& state = worker.state;
    conditions_.is_head = head.is_head;
    conditions_.http_1_1 = head.http_1_1;
    conditions_.keep_alive = head.keep_alive && !state.single_request;
    keep_alive_ = conditions_.keep_alive;
}

MICROFLASK_INLINE void RequestExchange::run(std::string_view body) {
    const ViewGuard guard(worker_, connection_, head_.target);
    MemoryInputStream input(body);
    call(input);
}

MICROFLASK_INLINE std::string_view RequestExchange::run_streaming(char* first, char* last,
                                                                  char* limit) {
    const ViewGuard guard(worker_, connection_, head_.target);
    worker_.waited = worker_.moved = 0;
    SocketInputStream input(worker_, connection_, head_, first, last, limit);
    // What was answered before must not wait for this body, nor stand behind its "100 Continue".
    if (mark_ != 0 && !connection_.flush_waiting(worker_)) {
        keep_alive_ = false;
        return {};
    }
    mark_ = 0;
    call(input);
    if (!input.finished()) {
        if (!connection_.pending && !connection_.flush_waiting(worker_)) keep_alive_ = false;
        head_sent_ = true;
        if (connection_.pending || !input.drain()) {
            keep_alive_ = false;
            connection_.lingers = true;
        }
    }
    return input.rest();
}

MICROFLASK_INLINE void RequestExchange::call(InputStream& input) {
    const ServerState& state = worker_.state;
    if (state.access_log == AccessLogFormat::json) began_ = steady_microseconds();
    Environ request;
    request.set_request_line(head_.method, head_.target, head_.protocol);
    request.set_fields(head_.fields, head_.field_count);
    request.set_server(state.info);
    request.set_remote(connection_.peer.view(), connection_.peer.port);
    request.set_input(input, true);
    try {
        if (head_.is_plain_path)
            request.set_path("", head_.target, "");
        else
            request.set_target(head_.target);
        Body body = state.application(request, StartResponse(*this));
        send_and_close(body, [this](Body& sent) { answer(sent); });
    } catch (const ClientDisconnected&) {
        keep_alive_ = false;
        if (!head_sent_) worker_.output.truncate(mark_);
    } catch (const HTTPException& exception) {
        fail(static_cast<std::uint16_t>(exception.code()), {});
    } catch (const std::exception& exception) {
        fail(500, exception.what());
    } catch (...) {
        fail(500, "an exception that is no std::exception");
    }
    if (state.access_log != AccessLogFormat::none) log();
}

MICROFLASK_INLINE void RequestExchange::operator()(std::string_view status, const Headers& headers,
                                                   const std::exception_ptr& exc_info) {
    if (started_) {
        if (!exc_info)
            throw std::logic_error(
                "start_response was called twice, the second time without exc_info.");
        if (head_sent_) std::rethrow_exception(exc_info);
    }
    worker_.output.truncate(mark_);
    started_ = false;
    facts_ = write_response_head(worker_.output, status, headers);
    started_ = true;
}

/// Writes what the head still lacks, and behind it a body that is short.
MICROFLASK_INLINE void RequestExchange::finish_head(std::string_view text) {
    if (!worker_.loop) worker_.update_clock();
    if (worker_.state.stopping.load(std::memory_order_relaxed)) conditions_.keep_alive = false;
    plan_ = plan_response(facts_, conditions_);
    if (!plan_.sends_body) text = {};
    finish_response_head(worker_.output, facts_, plan_, conditions_, worker_.stamp, text);
    keep_alive_ = plan_.keep_alive;
}

MICROFLASK_INLINE void RequestExchange::answer(Body& body) {
    if (body.is_streamed()) {
        answer_stream(body);
        return;
    }
    if (!started_)
        throw std::logic_error("The application returned without having called start_response.");
    constexpr std::size_t copied = 16384;  // larger texts are sent from where they are
    const std::size_t size = body.text().size();
    conditions_.size = size;
    finish_head(size <= copied ? std::string_view(body.text()) : std::string_view());
    if (!plan_.sends_body) return;
    sent_ = size;
    if (size > copied) {
        connection_.pending = std::make_unique<PendingOutput>();
        connection_.pending->text = std::move(body.text());
    }
}

MICROFLASK_INLINE void RequestExchange::answer_stream(Body& body) {
    // PEP 3333: start_response may be called as late as in the first step of the iteration.
    std::optional<std::string> piece;
    const bool late = !started_;
    if (late) piece = body.next();
    if (!started_)
        throw std::logic_error("The application returned without having called start_response.");
    worker_.waited = worker_.moved = 0;
    conditions_.is_streamed = true;
    conditions_.size = body.size();
    if (late && conditions_.size) *conditions_.size += piece ? piece->size() : 0;
    finish_head();
    if (!plan_.sends_body) return;

    const FileRegion* const file = late ? nullptr : body.stream()->file();
    if (file && plan_.framing == ResponseFraming::length) {
        auto pending = std::make_unique<PendingOutput>();
        pending->file = *file;
        pending->file.length = (std::min)(file->length, *plan_.content_length);
        pending->has_file = true;
        pending->body = std::move(body);
        sent_ = pending->file.length;
        if (sent_ != *plan_.content_length) keep_alive_ = false;
        connection_.pending = std::move(pending);
        return;
    }
    if (!late) piece = body.next();
    for (; piece; piece = body.next()) {
        if (piece->empty()) continue;
        if (!send_piece(*piece)) {
            keep_alive_ = false;
            return;
        }
    }
    if (plan_.framing == ResponseFraming::chunked) worker_.output.append("0\r\n\r\n");
    // A stream that ends before its promised length can only be told by ending the connection.
    if (plan_.framing == ResponseFraming::length && sent_ != *plan_.content_length)
        keep_alive_ = false;
}

MICROFLASK_INLINE bool RequestExchange::send_piece(std::string_view piece) {
    constexpr std::size_t copied = 16384;
    Buffer& out = worker_.output;
    const bool chunked = plan_.framing == ResponseFraming::chunked;
    if (plan_.framing == ResponseFraming::length) {
        piece = piece.substr(0, static_cast<std::size_t>((std::min)(
                                    std::uint64_t{piece.size()}, *plan_.content_length - sent_)));
        if (piece.empty()) return true;
    }
    if (chunked) {
        out.append_hex(piece.size());
        out.append("\r\n");
    }
    head_sent_ = true;
    sent_ += piece.size();
    if (piece.size() > copied) {
        if (!connection_.flush_waiting(worker_, piece)) return false;
        if (chunked) out.append("\r\n");
        return true;
    }
    out.append(piece);
    if (chunked) out.append("\r\n");
    return connection_.flush_waiting(worker_);
}

MICROFLASK_INLINE void RequestExchange::fail(std::uint16_t status, std::string_view what) {
    if (status >= 500) {
        std::fprintf(stderr, "Exception on %.*s [%.*s]\n%.*s\n",
                     static_cast<int>(head_.target.size()), head_.target.data(),
                     static_cast<int>(head_.method.size()), head_.method.data(),
                     static_cast<int>(what.size()), what.data());
    }
    connection_.pending.reset();
    if (head_sent_) {
        keep_alive_ = false;  // half an answer is ended by closing, not by more of it
        return;
    }
    worker_.output.truncate(mark_);
    started_ = true;
    facts_ = ResponseFacts{};
    facts_.status = status;
    keep_alive_ = conditions_.keep_alive;
    write_error_response(worker_.output, status, conditions_, worker_.stamp);
}

MICROFLASK_INLINE void RequestExchange::log() {
    AccessLogEntry entry;
    entry.remote = connection_.peer.view();
    entry.method = head_.method;
    entry.target = head_.target;
    entry.protocol = head_.protocol;
    entry.status = facts_.status;
    entry.bytes = sent_;
    if (worker_.state.access_log != AccessLogFormat::werkzeug) {
        for (std::size_t i = 0; i < head_.field_count; ++i) {
            const HeaderField& field = head_.fields[i];
            if (equals_ignoring_case(field.name, "Referer")) entry.referer = field.value;
            if (equals_ignoring_case(field.name, "User-Agent")) entry.user_agent = field.value;
        }
        if (began_ != 0) entry.microseconds = steady_microseconds() - began_;
    }
    write_access_log_line(worker_.log, worker_.state.access_log, entry,
                          worker_.log_clock.text(worker_.unix_seconds()));
}

}  // namespace microflask::detail
