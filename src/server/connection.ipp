// Bodies of the connection: bytes become requests, and what is answered goes back.
#include "server/connection.hpp"

#include "core/config.hpp"
#include "server/event_loop.hpp"
#include "server/exchange.hpp"
#include "server/workers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace microflask::detail {

// Bodies are read up to this size before the application is called: a client that trickles costs memory, but no thread.
inline constexpr std::size_t buffered_request_body = 65536;

MICROFLASK_INLINE void PendingOutput::close_body() noexcept {
    if (!body.needs_close()) return;
    try {
        body.close();
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "Exception while a response was closed\n%s\n", exception.what());
    } catch (...) {
        std::fprintf(stderr, "Exception while a response was closed\n");
    }
}

MICROFLASK_INLINE bool Connection::on_ready(Worker& worker) {
    try {
        return interest == PollInterest::write ? on_writable(worker) : on_readable(worker);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "Out of memory: a connection was closed\n");
        broken = true;
        worker.output.clear();
        drop_pending();
    }
    if (!worker.loop) {
        loop->give_back(*this);
        return false;
    }
    worker.loop->settle(*this);
    return true;
}

MICROFLASK_INLINE bool Connection::on_readable(Worker& worker) {
    if (phase == Phase::lingering) {
        const SocketResult result = socket.receive(worker.input.get(), buffered_request_body);
        if (result.status == SocketStatus::would_block) return true;
        moved_ += result.count;
        constexpr std::uint64_t most = 16U << 20;
        if (result.status == SocketStatus::failed || result.count == 0 || moved_ > most)
            broken = true;
        worker.loop->settle(*this);
        return true;
    }
    if (!saved.empty()) return receive_more(worker);

    const SocketResult result = socket.receive(worker.input.get(), buffered_request_body);
    if (result.status == SocketStatus::done && result.count != 0)
        return serve(worker, result.count);
    if (result.status != SocketStatus::would_block) broken = true;
    worker.loop->settle(*this);
    return true;
}

MICROFLASK_INLINE bool Connection::receive_more(Worker& worker) {
    const ServerLimits& limits = worker.state.limits;
    const std::size_t had = saved.size();
    const std::size_t most =
        wanted != 0 && !scan ? wanted - had : (std::max)(had, std::size_t{1024});
    const SocketResult result = socket.receive(saved.prepare(most), most);
    if (result.status != SocketStatus::done || result.count == 0) {
        if (result.status != SocketStatus::would_block) broken = true;
        worker.loop->settle(*this);
        return true;
    }
    saved.commit(result.count);
    if (scan ? !scan->has_enough(saved.view(), limits) : wanted != 0 && saved.size() < wanted) {
        const std::uint64_t elapsed = worker.loop->now() - since;
        if (is_below_minimum_rate(limits, limits.body_timeout, saved.size(), elapsed))
            refuse(worker, 408);
        return closes ? finish_turn(worker, 0, 0) : (worker.loop->settle(*this), true);
    }
    // Only a line's end can complete a head, so that trickled bytes are not parsed again and again.
    const bool has_line_end = std::memchr(saved.data() + had, '\n', saved.size() - had) != nullptr;
    if (wanted == 0 && !has_line_end &&
        saved.size() <= (std::min)(limits.request_line, limits.header_bytes)) {
        worker.loop->settle(*this);
        return true;
    }
    return serve_saved(worker);
}

MICROFLASK_INLINE bool Connection::serve_saved(Worker& worker) {
    const std::size_t size = saved.size();
    std::memcpy(worker.input.get(), saved.data(), size);
    saved.release();
    return serve(worker, size);
}

MICROFLASK_INLINE bool Connection::serve(Worker& worker, std::size_t size) {
    const ServerLimits& limits = worker.state.limits;
    char* const bytes = worker.input.get();
    std::size_t at = 0;
    wanted = 0;
    while (at < size && !closes && !pending && !broken) {
        RequestHead& head = worker.head;
        const ParseResult parsed =
            parse_request_head({bytes + at, size - at}, limits, worker.fields.get(), head);
        if (parsed.status == ParseStatus::incomplete) break;
        if (parsed.status == ParseStatus::refused) {
            refuse(worker, parsed.error);
            break;
        }
        const std::size_t body = at + parsed.size;
        const std::uint64_t body_size = head.content_length;
        const bool streams = head.framing == RequestFraming::chunked || head.expects_continue ||
                             body_size > buffered_request_body;
        // Who expects "100 Continue" sends nothing before the application reads.
        if (!head.expects_continue &&
            !has_body({bytes + at, size - at}, parsed.size, head, limits)) {
            break;
        }
        RequestExchange exchange(worker, *this, head);
        if (streams) {
            const std::string_view rest =
                exchange.run_streaming(bytes + body, bytes + size, bytes + worker.input_capacity);
            at = rest.empty() ? 0 : static_cast<std::size_t>(rest.data() - bytes);
            size = at + rest.size();
        } else {
            exchange.run({bytes + body, static_cast<std::size_t>(body_size)});
            at = body + static_cast<std::size_t>(body_size);
        }
        phase = Phase::idle;
        if (worker.loop) worker.loop->count_request();
        if (!exchange.keep_alive()) closes = true;
        constexpr std::size_t enough = 65536;
        if (worker.output.size() >= enough) flush(worker);
    }
    return finish_turn(worker, at, size);
}

MICROFLASK_INLINE bool ChunkScan::has_enough(std::string_view message,
                                             const ServerLimits& limits) noexcept {
    for (;;) {
        const ChunkDecoder::Step step = decoder.next(message.substr(at));
        at += step.used + step.size;
        body += step.size;
        if (limits.body != 0 && body > limits.body) return true;
        if (step.status == ChunkDecoder::StepKind::more)
            return message.size() - head >= buffered_request_body;
        if (step.status != ChunkDecoder::StepKind::data) return true;
    }
}

MICROFLASK_INLINE bool Connection::has_body(std::string_view message, std::size_t head_size,
                                            const RequestHead& head, const ServerLimits& limits) {
    if (head.framing == RequestFraming::chunked) {
        ChunkScan fresh;
        fresh.at = fresh.head = head_size;
        if ((scan ? *scan : fresh).has_enough(message, limits)) {
            scan.reset();
            return true;
        }
        if (!scan) scan = std::make_unique<ChunkScan>(fresh);
        wanted = message.size() + 1;
        return false;
    }
    const auto most =
        (std::min)(head.content_length, static_cast<std::uint64_t>(buffered_request_body));
    if (message.size() - head_size >= most) return true;
    wanted = head_size + static_cast<std::size_t>(most);
    return false;
}

MICROFLASK_INLINE_HOT bool Connection::finish_turn(Worker& worker, std::size_t at,
                                                   std::size_t size) {
    if (closes) {
        saved.release();
        wanted = 0;
        if (at < size) lingers = true;
    } else if (at < size) {
        saved.append({worker.input.get() + at, size - at});
    }
    const bool stopped = pending != nullptr;
    flush(worker);
    // The requests behind a large answer come up when the socket can be written to, also if it took all of that at once.
    if (stopped && !pending && !broken && !closes && !saved.empty())
        pending = std::make_unique<PendingOutput>();
    if (worker.loop) {
        worker.loop->settle(*this);
        return true;
    }
    worker.state.log_output.flush(worker.log);
    loop->give_back(*this);
    return false;
}

MICROFLASK_INLINE void Connection::refuse(Worker& worker, std::uint16_t status) {
    ResponseConditions conditions;
    conditions.keep_alive = false;
    write_error_response(worker.output, status, conditions, worker.stamp);
    closes = true;
    lingers = true;
    if (worker.state.access_log == AccessLogFormat::none) return;
    AccessLogEntry entry;
    entry.remote = peer.view();
    entry.method = "-";
    entry.target = "-";
    entry.protocol = "-";
    entry.status = status;
    write_access_log_line(worker.log, worker.state.access_log, entry,
                          worker.log_clock.text(worker.unix_seconds()));
}

MICROFLASK_INLINE void Connection::flush(Worker& worker) {
    Buffer& out = worker.output;
    if (!pending) {
        if (out.empty()) return;
        const SocketResult result = broken ? SocketResult{} : socket.send(out.view());
        if (result.status == SocketStatus::failed) broken = true;
        if (broken || result.count == out.size()) {
            out.clear();
            return;
        }
        out.consume(result.count);
        pending = std::make_unique<PendingOutput>();
    }
    pending->head.append(out.view());
    out.clear();
    send_pending(worker);
}

MICROFLASK_INLINE void Connection::send_pending(Worker& worker) {
    constexpr std::uint64_t enough = 4U << 20;  // the other connections' turn
    const ServerLimits& limits = worker.state.limits;
    PendingOutput& out = *pending;
    if (out.started == 0) out.started = worker.update_clock();
    const std::uint64_t moved_before = out.moved;
    while (!broken && out.moved - moved_before < enough) {
        const std::string_view text = std::string_view(out.text).substr(out.text_sent);
        SocketResult result;
        if (!out.head.empty()) {
            result = socket.send(out.head.view(), text);
        } else if (!text.empty()) {
            result = socket.send(text);
        } else if (out.file.length != 0) {
            result = socket.send_file(out.file);
            if (result.status == SocketStatus::done && result.count == 0)
                result.status = SocketStatus::failed;  // cut off
        } else {
            drop_pending();
            return;
        }
        if (result.status == SocketStatus::would_block) break;
        if (result.status == SocketStatus::failed) broken = true;
        out.moved += result.count;
        const std::size_t of_head = (std::min)(result.count, out.head.size());
        out.head.consume(of_head);
        const std::size_t of_text = (std::min)(result.count - of_head, text.size());
        out.text_sent += of_text;
        const std::size_t of_file = result.count - of_head - of_text;
        out.file.offset += of_file;
        out.file.length -= of_file;
    }
    if (!broken && is_below_minimum_rate(limits, limits.write_timeout, out.moved,
                                         worker.update_clock() - out.started)) {
        broken = true;
    }
    if (broken) drop_pending();
}

MICROFLASK_INLINE void Connection::drop_pending() noexcept {
    if (!pending) return;
    pending->close_body();
    pending.reset();
}

MICROFLASK_INLINE bool Connection::on_writable(Worker& worker) {
    if (pending) send_pending(worker);
    if (!pending && !closes && !broken && !saved.empty()) return serve_saved(worker);
    worker.loop->settle(*this);
    return true;
}

MICROFLASK_INLINE void Connection::on_deadline(Worker& worker) {
    const bool tells = (phase == Phase::head && !saved.empty()) || phase == Phase::body;
    if (!tells) {
        broken = true;
        drop_pending();
        worker.loop->settle(*this);
        return;
    }
    refuse(worker, 408);
    finish_turn(worker, 0, 0);
}

MICROFLASK_INLINE bool Connection::send_waiting(Worker& worker, std::string_view first,
                                                std::string_view second) {
    while (!broken && (!first.empty() || !second.empty())) {
        const SocketResult result =
            first.empty() ? socket.send(second) : socket.send(first, second);
        if (result.status == SocketStatus::done) {
            worker.moved += result.count;
            const std::size_t of_first = (std::min)(result.count, first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(result.count - of_first);
            continue;
        }
        if (result.status == SocketStatus::failed ||
            !wait_for_client(worker, true, worker.waited, worker.moved)) {
            broken = true;
        }
    }
    return !broken;
}

MICROFLASK_INLINE bool Connection::wait_for_client(Worker& worker, bool for_writing,
                                                   std::uint64_t& waited, std::uint64_t moved) {
    constexpr std::uint64_t look_up = 100;  // whether threads have become rare meanwhile
    constexpr std::uint64_t patience = 1000;
    constexpr std::uint64_t faster = 64;
    const ServerLimits& limits = worker.state.limits;
    const auto grace = for_writing ? limits.write_timeout : limits.body_timeout;
    const auto most = static_cast<std::uint64_t>(to_poll_milliseconds(grace));
    worker.give_loop_away();
    const std::uint64_t began = worker.update_clock();
    const std::uint64_t before = waited;
    for (;;) {
        const std::uint64_t passed = worker.update_clock() - began;
        waited = before + passed;
        if (passed > most) return false;
        // While requests wait for a thread, one that a client trickles to is worth more to the others.
        if (worker.state.is_crowded() && waited >= patience &&
            moved < limits.minimum_rate * faster * waited / 1000) {
            return false;
        }
        const auto rest = static_cast<int>((std::min)(look_up, most - passed + 1));
        if (!wait_for_socket(socket.handle(), for_writing, rest)) continue;
        waited = before + (worker.update_clock() - began);
        return !is_below_minimum_rate(limits, grace, moved, waited);
    }
}

MICROFLASK_INLINE bool Connection::flush_waiting(Worker& worker, std::string_view more) {
    const bool sent = send_waiting(worker, worker.output.view(), more);
    worker.output.clear();
    return sent;
}

}  // namespace microflask::detail
