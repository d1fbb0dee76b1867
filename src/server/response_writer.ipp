// Bodies of the response writer.
#include "server/response_writer.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/status.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace microflask::detail {

MICROFLASK_INLINE ResponseStamp::ResponseStamp(std::string_view server) {
    if (!server.empty()) {
        Buffer field;
        write_response_field(field, "Server", server);
        text_ = field.view();
    }
    server_size_ = text_.size();
}

MICROFLASK_INLINE void ResponseStamp::set_time(std::int64_t unix_seconds) {
    if (unix_seconds == second_) return;
    second_ = unix_seconds;
    text_.resize(server_size_);
    text_ += "Date: ";
    append_http_date(text_, unix_seconds);
    text_ += "\r\n";
}

/// Copies a field's part and says whether it was free of CR, LF and NUL.
inline bool copy_response_text(char* to, std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    const std::size_t size = text.size();
    std::uint64_t controls = 0;  // a mark for each byte below the space
    const auto copy_word = [&controls, to, &text](std::size_t at) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, sizeof word);
        std::memcpy(to + at, &word, sizeof word);
        controls |= (word - ones * 0x20) & ~word & highs;
    };
    if (size >= 8) {
        for (std::size_t at = 0; at + 8 <= size; at += 8) copy_word(at);
        copy_word(size - 8);
    } else {
        for (std::size_t at = 0; at < size; ++at) {
            to[at] = text[at];
            controls |= static_cast<unsigned char>(text[at]) < 0x20 ? 1U : 0U;
        }
    }
    if (controls == 0) [[likely]]
        return true;
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

MICROFLASK_INLINE void write_response_field(Buffer& out, std::string_view name,
                                            std::string_view value) {
    const std::size_t size = name.size() + value.size() + 4;
    char* const to = out.prepare(size);
    if (name.empty() || !copy_response_text(to, name) ||
        !copy_response_text(to + name.size() + 2, value)) {
        throw std::invalid_argument(
            "A header field must have a name, and no line break or NUL in name and value.");
    }
    to[name.size()] = ':';
    to[name.size() + 1] = ' ';
    to[size - 2] = '\r';
    to[size - 1] = '\n';
    out.commit(size);
}

MICROFLASK_INLINE std::uint16_t write_status_line(Buffer& out, std::string_view status) {
    const bool digits = status.size() >= 3 && is_ascii_digit(status[0]) &&
                        is_ascii_digit(status[1]) && is_ascii_digit(status[2]) &&
                        (status.size() == 3 || status[3] == ' ');
    const int code =
        digits ? (status[0] - '0') * 100 + (status[1] - '0') * 10 + (status[2] - '0') : 0;
    if (code < 200)
        throw std::invalid_argument(
            "A status is three digits from 200 on and a reason, as \"200 OK\".");
    constexpr std::string_view version = "HTTP/1.1 ";
    const bool needs_space =
        status.size() == 3;  // RFC 9112, section 4: the space stays without a reason
    const std::size_t size = version.size() + status.size() + (needs_space ? 3 : 2);
    char* const to = out.prepare(size);
    std::memcpy(to, version.data(), version.size());
    if (!copy_response_text(to + version.size(), status)) {
        throw std::invalid_argument("A status must have no line break or NUL.");
    }
    if (needs_space) to[size - 3] = ' ';
    to[size - 2] = '\r';
    to[size - 1] = '\n';
    out.commit(size);
    return static_cast<std::uint16_t>(code);
}

/// Writes the application's fields where some may be the server's matter.
MICROFLASK_INLINE void write_response_fields(Buffer& out, const Headers& headers,
                                             ResponseFacts& facts) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto [name, value] = headers.at(i);
        const auto is = [field = name](std::string_view wanted) {
            return equals_ignoring_case(field, wanted);
        };
        if (is("Transfer-Encoding") || is("Keep-Alive")) continue;
        if (is("Connection")) {
            facts.closes = facts.closes || equals_ignoring_case(value, "close");
            continue;
        }
        if (is("Content-Length")) {
            const std::optional<std::uint64_t> length = parse_unsigned(value);
            if (!length || (facts.content_length && facts.content_length != length))
                throw std::invalid_argument("Content-Length must be one number.");
            facts.content_length = length;
            continue;
        }
        facts.has_date = facts.has_date || is("Date");
        facts.has_server = facts.has_server || is("Server");
        out.append(headers.line(i));
    }
}

MICROFLASK_INLINE ResponseFacts write_response_head(Buffer& out, std::string_view status,
                                                    const Headers& headers) {
    ResponseFacts facts;
    // Date, Server, Connection or Keep-Alive, Content-Length, Transfer-Encoding
    const bool has_rare_fields = headers.may_have_name_of<4, 6, 10, 14, 17>();
    constexpr std::string_view usual = "HTTP/1.1 200 OK\r\n";
    if (!has_rare_fields && status.size() == 6 && std::memcmp(status.data(), "200 OK", 6) == 0)
        [[likely]] {
        const std::string_view lines = headers.lines();
        char* const to = out.prepare(usual.size() + lines.size());
        std::memcpy(to, usual.data(), usual.size());
        std::memcpy(to + usual.size(), lines.data(), lines.size());
        out.commit(usual.size() + lines.size());
        facts.status = 200;
        return facts;
    }
    facts.status = write_status_line(out, status);
    if (has_rare_fields)
        write_response_fields(out, headers, facts);
    else
        out.append(headers.lines());
    return facts;
}

MICROFLASK_INLINE ResponsePlan plan_response(const ResponseFacts& facts,
                                             const ResponseConditions& conditions) noexcept {
    ResponsePlan plan;
    plan.keep_alive = conditions.keep_alive && !facts.closes;
    // RFC 9110, sections 6.4.1 and 8.6: no body, and no length but what a GET would have had
    if (facts.status == 204) return plan;
    if (conditions.is_head || facts.status == 304) {
        plan.content_length = facts.content_length;
        // An empty body says nothing: the application may have left out a stream of any length.
        if (!plan.content_length && facts.status != 304 && conditions.size != 0)
            plan.content_length = conditions.size;
        return plan;
    }
    plan.sends_body = true;
    // A whole text's own length is right whatever the application said; a stream is held to what it said.
    plan.content_length =
        conditions.is_streamed && facts.content_length ? facts.content_length : conditions.size;
    if (plan.content_length) {
        plan.framing = ResponseFraming::length;
    } else if (conditions.http_1_1) {
        plan.framing = ResponseFraming::chunked;
    } else {
        plan.framing = ResponseFraming::until_close;
        plan.keep_alive = false;
    }
    return plan;
}

MICROFLASK_INLINE_HOT void finish_response_head(Buffer& out, const ResponseFacts& facts,
                                                const ResponsePlan& plan,
                                                const ResponseConditions& conditions,
                                                const ResponseStamp& stamp, std::string_view text) {
    // One look at the room for all of it; the literals become plain stores.
    char* const first = out.prepare(128 + stamp.both().size() + text.size());
    char* to = first;
    const auto put = [&to](std::string_view text) {
        std::memcpy(to, text.data(), text.size());
        to += text.size();
    };
    if (plan.content_length) {
        constexpr std::string_view name = "Content-Length: ";
        std::memcpy(to, name.data(), name.size());
        to = write_decimal(to + name.size(), *plan.content_length);
        *to++ = '\r';
        *to++ = '\n';
    } else if (plan.framing == ResponseFraming::chunked) {
        put("Transfer-Encoding: chunked\r\n");
    }
    if (!plan.keep_alive) {
        put("Connection: close\r\n");
    } else if (!conditions.http_1_1) {
        put("Connection: keep-alive\r\n");
    }
    if (!facts.has_server && !facts.has_date) {
        put(stamp.both());
    } else {
        if (!facts.has_server) put(stamp.server());
        if (!facts.has_date) put(stamp.date());
    }
    *to++ = '\r';
    *to++ = '\n';
    if (!text.empty()) put(text);
    out.commit(static_cast<std::size_t>(to - first));
}

MICROFLASK_INLINE void write_error_response(Buffer& out, std::uint16_t status,
                                            ResponseConditions conditions,
                                            const ResponseStamp& stamp) {
    const std::string_view name = http_status_name(status);
    std::string code;
    append_unsigned(code, status);
    const std::string page =
        concat({"<!doctype html>\n<html lang=en>\n<title>", code, " ", name, "</title>\n<h1>", name,
                "</h1>\n<p>", http_exception_description(status), "</p>\n"});
    const std::string line = concat({code, " ", name});
    const ResponseFacts facts =
        write_response_head(out, line, Headers{{"Content-Type", "text/html; charset=utf-8"}});
    conditions.is_streamed = false;
    conditions.size = page.size();
    const ResponsePlan plan = plan_response(facts, conditions);
    finish_response_head(out, facts, plan, conditions, stamp);
    if (plan.sends_body) out.append(page);
}

}  // namespace microflask::detail
