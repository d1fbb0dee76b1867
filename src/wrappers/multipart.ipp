// The bodies of multipart.hpp.
#include "wrappers/multipart.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// The most blanks that may follow a boundary on its line.
inline constexpr std::size_t multipart_max_padding = 64;

inline bool is_multipart_blank(char character) noexcept {
    return character == ' ' || character == '\t' || character == '\v' || character == '\f';
}

/// Joins folded header lines: a line break before a space or tab becomes a space.
MICROFLASK_INLINE std::string unfold_multipart_header(std::string_view text) {
    std::string unfolded;
    unfolded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char character = text[i];
        if (character != '\r' && character != '\n') {
            unfolded += character;
            continue;
        }
        const bool pair = character == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        const std::size_t next = i + (pair ? 2 : 1);
        if (next < text.size() && (text[next] == ' ' || text[next] == '\t')) {
            unfolded += ' ';
            i = next;
        } else {
            unfolded += '\n';
            i = next - 1;
        }
    }
    return unfolded;
}

/// Whether a name may stand in a header: RFC 9110's token.
MICROFLASK_INLINE bool is_multipart_token(std::string_view name) noexcept {
    if (name.empty()) return false;
    for (const char character : name) {
        if (!is_ascii_alnum(character) &&
            std::string_view("!#$%&'*+-.^_`|~").find(character) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

MICROFLASK_INLINE void append_multipart_name(std::string& text, std::string_view name) {
    for (const char character : name) {
        if (character == '"') {
            text += "%22";
        } else if (character == '\r') {
            text += "%0D";
        } else if (character == '\n') {
            text += "%0A";
        } else {
            text += character;
        }
    }
}

}  // namespace detail

MICROFLASK_INLINE MultipartDecoder::MultipartDecoder(std::string_view boundary,
                                                     const MultipartLimits& limits)
    : limits_(limits) {
    if (boundary.empty()) throw ValueError("Missing boundary");
    if (boundary.size() > max_boundary_size) throw ValueError("The boundary is too long");
    dash_boundary_.reserve(boundary.size() + 2);
    dash_boundary_ += "--";
    dash_boundary_ += boundary;
    const std::size_t last = dash_boundary_.size() - 1;
    skip_.fill(static_cast<std::uint8_t>(last + 1));
    for (std::size_t i = 0; i < last; ++i) {
        skip_[static_cast<unsigned char>(dash_boundary_[i])] = static_cast<std::uint8_t>(last - i);
    }
}

MICROFLASK_INLINE void MultipartDecoder::receive_data(std::string_view bytes) {
    if (state_ == State::epilogue || state_ == State::complete) return;
    buffer_.erase(0, position_);
    searched_ -= (std::min)(searched_, position_);
    position_ = 0;
    buffer_ += bytes;
}

MICROFLASK_INLINE MultipartEvent MultipartDecoder::next_event() {
    MultipartEvent event;
    if (state_ == State::preamble) skip_preamble();
    if (state_ == State::header) {
        event = read_header();
    } else if (state_ == State::data) {
        event = read_data();
    } else if (state_ == State::epilogue) {
        state_ = State::complete;
        event.kind = MultipartEvent::Kind::epilogue;
        return event;
    }
    if (event.kind == MultipartEvent::Kind::need_data && finished_ && state_ != State::complete) {
        throw ValueError("Invalid form-data: the body ends before the closing boundary");
    }
    return event;
}

MICROFLASK_INLINE std::size_t MultipartDecoder::find_dash_boundary(
    std::size_t from) const noexcept {
    const std::size_t length = dash_boundary_.size();
    const char last = dash_boundary_.back();
    while (from + length <= buffer_.size()) {
        const char character = buffer_[from + length - 1];
        if (character == last && buffer_.compare(from, length, dash_boundary_) == 0) return from;
        from += skip_[static_cast<unsigned char>(character)];
    }
    return std::string::npos;
}

// What may follow the boundary: "--", or blanks and a line break.
MICROFLASK_INLINE MultipartDecoder::Match MultipartDecoder::match_tail(
    std::size_t dashes) const noexcept {
    std::size_t at = dashes + dash_boundary_.size();
    const std::size_t size = buffer_.size();
    const Delimiter unknown = finished_ ? Delimiter::none : Delimiter::incomplete;
    if (at < size && buffer_[at] == '-') {
        if (at + 1 == size) return {unknown, dashes, at};
        if (buffer_[at + 1] == '-') return {Delimiter::end, dashes, at + 2};
        return {Delimiter::none, dashes, at};
    }
    const std::size_t blanks = at;
    while (at < size && detail::is_multipart_blank(buffer_[at])) ++at;
    if (at - blanks > detail::multipart_max_padding) return {Delimiter::none, dashes, at};
    if (at == size) return {unknown, dashes, at};
    if (buffer_[at] == '\n') return {Delimiter::part, dashes, at + 1};
    if (buffer_[at] != '\r') return {Delimiter::none, dashes, at};
    if (at + 1 == size) return {unknown, dashes, at};
    return {Delimiter::part, dashes, at + (buffer_[at + 1] == '\n' ? 2U : 1U)};
}

MICROFLASK_INLINE MultipartDecoder::Match MultipartDecoder::find_delimiter(bool line_break_needed) {
    for (;;) {
        const std::size_t dashes = find_dash_boundary(searched_);
        if (dashes == std::string::npos) {
            const std::size_t hold = dash_boundary_.size() - 1;
            searched_ = (std::max)(searched_, buffer_.size() - (std::min)(buffer_.size(), hold));
            return {Delimiter::none,
                    (std::max)(position_, searched_ - (std::min<std::size_t>)(searched_, 2)), 0};
        }
        std::size_t begin = dashes;
        if (begin > position_ && buffer_[begin - 1] == '\n') --begin;
        if (begin > position_ && buffer_[begin - 1] == '\r') --begin;
        Match match = match_tail(dashes);
        if (match.kind == Delimiter::none || (line_break_needed && begin == dashes)) {
            searched_ = dashes + 1;
            continue;
        }
        match.begin = begin;
        if (match.kind == Delimiter::incomplete) searched_ = dashes;
        return match;
    }
}

MICROFLASK_INLINE bool MultipartDecoder::enter_after(const Match& match) noexcept {
    if (match.kind != Delimiter::part && match.kind != Delimiter::end) return false;
    position_ = match.end;
    searched_ = position_;
    state_ = match.kind == Delimiter::part ? State::header : State::epilogue;
    return true;
}

MICROFLASK_INLINE void MultipartDecoder::skip_preamble() {
    const Match match = find_delimiter(false);
    if (!enter_after(match)) position_ = match.begin;
}

MICROFLASK_INLINE MultipartEvent MultipartDecoder::read_header() {
    const std::string_view text(buffer_);
    for (std::size_t i = searched_; i < text.size(); ++i) {
        if (text[i] != '\r' && text[i] != '\n') continue;
        std::size_t line_break = 0;
        if (text.substr(i, 4) == "\r\n\r\n") {
            line_break = 2;
        } else if (text.substr(i, 2) == "\n\n" || text.substr(i, 2) == "\r\r") {
            line_break = 1;
        }
        if (line_break == 0) continue;
        const std::string_view header = text.substr(position_, i - position_);
        if (header.size() > limits_.max_header_size) throw RequestEntityTooLarge();
        MultipartEvent event = begin_part(parse_headers(header));
        position_ = i + line_break;
        searched_ = position_;
        line_break_ = line_break;
        state_ = State::data;
        return event;
    }
    searched_ = (std::max)(position_, text.size() - (std::min<std::size_t>)(text.size(), 3));
    if (text.size() - position_ > limits_.max_header_size) throw RequestEntityTooLarge();
    return {};
}

MICROFLASK_INLINE Headers MultipartDecoder::parse_headers(std::string_view text) const {
    if (!detail::is_valid_utf8(text)) throw ValueError("Invalid form-data: a header is no UTF-8");
    const std::string unfolded = detail::unfold_multipart_header(text);
    Headers headers;
    for (const std::string_view line : detail::split(unfolded, '\n')) {
        const std::size_t colon = line.find(':');
        const std::string_view name = detail::trim(line.substr(0, colon));
        if (!detail::is_multipart_token(name)) continue;
        if (headers.size() >= limits_.max_header_fields) throw RequestEntityTooLarge();
        headers.add(name, colon == std::string_view::npos ? std::string_view{}
                                                          : detail::trim(line.substr(colon + 1)));
    }
    return headers;
}

MICROFLASK_INLINE MultipartEvent MultipartDecoder::begin_part(Headers headers) {
    const auto disposition = headers.find("Content-Disposition");
    if (!disposition) throw ValueError("Missing Content-Disposition header");
    if (limits_.max_parts && parts_ >= *limits_.max_parts) throw RequestEntityTooLarge();
    ++parts_;
    MultipartEvent event;
    event.kind = MultipartEvent::Kind::field;
    for (auto& [key, value] : parse_options_header(*disposition).second) {
        if (key == "name") event.name = value;
        if (key != "filename") continue;
        event.kind = MultipartEvent::Kind::file;
        event.filename = value;
    }
    event.headers = std::move(headers);
    return event;
}

MICROFLASK_INLINE MultipartEvent MultipartDecoder::read_data() {
    const Match match = find_delimiter(true);
    const bool last = match.kind == Delimiter::part || match.kind == Delimiter::end;
    const std::size_t begin = position_ + line_break_;
    if (!last && match.begin <= begin) return {};
    MultipartEvent event;
    event.kind = MultipartEvent::Kind::data;
    event.more_data = !last;
    event.data =
        std::string_view(buffer_).substr(begin, match.begin - (std::min)(begin, match.begin));
    if (!enter_after(match)) position_ = match.begin;
    line_break_ = 0;
    return event;
}

MICROFLASK_INLINE void MultipartEncoder::begin_part(std::string_view name) {
    text_ += "\r\n--";
    text_ += boundary_;
    text_ += "\r\nContent-Disposition: form-data; name=\"";
    detail::append_multipart_name(text_, name);
    text_ += '"';
}

MICROFLASK_INLINE void MultipartEncoder::add_field(std::string_view name, std::string_view value) {
    begin_part(name);
    text_ += "\r\n\r\n";
    text_ += value;
}

MICROFLASK_INLINE void MultipartEncoder::add_file(std::string_view name, std::string_view filename,
                                                  const Headers& headers,
                                                  std::string_view content) {
    begin_part(name);
    text_ += "; filename=\"";
    detail::append_multipart_name(text_, filename);
    text_ += "\"\r\n";
    for (const auto& [key, value] : headers) {
        if (detail::equals_ignoring_case(key, "Content-Disposition")) continue;
        text_ += key;
        text_ += ": ";
        text_ += value;
        text_ += "\r\n";
    }
    text_ += "\r\n";
    text_ += content;
}

MICROFLASK_INLINE std::string MultipartEncoder::finish() {
    text_ += "\r\n--";
    text_ += boundary_;
    text_ += "--\r\n";
    return std::move(text_);
}

}  // namespace microflask
