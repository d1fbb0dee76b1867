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

// Bodies up to this size are read before the application is called.
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
    const std::size_t most = wanted != 0 ? wanted - had : (std::max)(had, std::size_t{1024});
    const SocketResult result = socket.receive(saved.prepare(most), most);
    if (result.status != SocketStatus::done || result.count == 0) {
        if (result.status != SocketStatus::would_block) broken = true;
        worker.loop->settle(*this);
        return true;
    }
    saved.commit(result.count);
    if (wanted != 0 && saved.size() < wanted) {
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
        RequestHead head;
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
        if (!streams && size - body < body_size) {
            wanted = parsed.size + static_cast<std::size_t>(body_size);
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

MICROFLASK_INLINE bool Connection::finish_turn(Worker& worker, std::size_t at, std::size_t size) {
    if (closes) {
        saved.release();
        wanted = 0;
        if (at < size) lingers = true;
    } else if (at < size) {
        saved.append({worker.input.get() + at, size - at});
    }
    flush(worker);
    if (worker.loop) {
        worker.loop->settle(*this);
        return true;
    }
    flush_access_log(worker.log);
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
    const ServerLimits& limits = worker.state.limits;
    std::uint64_t started = 0;
    std::uint64_t moved = 0;
    while (!broken && (!first.empty() || !second.empty())) {
        const SocketResult result =
            first.empty() ? socket.send(second) : socket.send(first, second);
        if (result.status == SocketStatus::done) {
            moved += result.count;
            const std::size_t of_first = (std::min)(result.count, first.size());
            first.remove_prefix(of_first);
            second.remove_prefix(result.count - of_first);
            continue;
        }
        if (result.status == SocketStatus::failed) {
            broken = true;
            break;
        }
        worker.give_loop_away();
        if (started == 0) started = worker.update_clock();
        const bool ready =
            wait_for_socket(socket.handle(), true, to_poll_milliseconds(limits.write_timeout));
        const std::uint64_t elapsed = worker.update_clock() - started;
        if (!ready || is_below_minimum_rate(limits, limits.write_timeout, moved, elapsed))
            broken = true;
    }
    return !broken;
}

MICROFLASK_INLINE bool Connection::flush_waiting(Worker& worker, std::string_view more) {
    const bool sent = send_waiting(worker, worker.output.view(), more);
    worker.output.clear();
    return sent;
}

}  // namespace microflask::detail
