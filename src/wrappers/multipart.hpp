// A multipart/form-data decoder and encoder (RFC 7578, RFC 2046 section 5.1) that see bytes only, never a stream.
// The decoder takes the body in pieces of any size, in linear time, and keeps no more than a piece and a boundary.
#pragma once

#include "datastructures/headers.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

/// What `MultipartDecoder::next_event` found.
struct MultipartEvent {
    enum class Kind {
        need_data,  // receive more, or finish
        field,      // a part begins: `name`, `headers`
        file,       // a part with a file name begins: `name`, `filename`, `headers`
        data,       // a piece of the part: `data`; the last one where `more_data` is false
        epilogue    // the closing boundary was seen
    };
    Kind kind = Kind::need_data;
    std::optional<std::string> name = {};
    std::string filename = {};
    Headers headers = {};
    /// A view of the decoder's memory, valid until it is called again.
    std::string_view data = {};
    bool more_data = false;
};

/// What a decoder refuses.
struct MultipartLimits {
    /// The most parts; none for no limit.
    std::optional<std::uint64_t> max_parts = {};
    /// The most bytes of one part's header.
    std::size_t max_header_size = 16384;
    /// The most header fields of one part.
    std::size_t max_header_fields = 100;
};

/// Decodes multipart data into events. Lines may end in CRLF, LF or CR; what stands before the first boundary and after
/// the last is ignored. Throws ValueError where the data is not multipart, RequestEntityTooLarge beyond the
/// limits.
class MultipartDecoder {
public:
    /// The longest boundary accepted; RFC 2046 allows 70 characters.
    static constexpr std::size_t max_boundary_size = 200;

    explicit MultipartDecoder(std::string_view boundary, const MultipartLimits& limits = {});

    /// Takes the next piece of the body. All events of the piece before must have been taken.
    void receive_data(std::string_view bytes);
    /// Says that the body has ended.
    void finish() noexcept { finished_ = true; }
    /// Returns the next event.
    [[nodiscard]] MultipartEvent next_event();

private:
    enum class State { preamble, header, data, epilogue, complete };
    enum class Delimiter { none, incomplete, part, end };

    /// A delimiter found in the buffer: where it begins (its line break included) and ends.
    struct Match {
        Delimiter kind = Delimiter::none;
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    [[nodiscard]] std::string_view rest() const noexcept {
        return std::string_view(buffer_).substr(position_);
    }
    [[nodiscard]] std::size_t find_dash_boundary(std::size_t from) const noexcept;
    [[nodiscard]] Match find_delimiter(bool line_break_needed);
    [[nodiscard]] Match match_tail(std::size_t dashes) const noexcept;
    bool enter_after(const Match& match) noexcept;
    void skip_preamble();
    [[nodiscard]] MultipartEvent read_header();
    [[nodiscard]] MultipartEvent read_data();
    [[nodiscard]] Headers parse_headers(std::string_view text) const;
    [[nodiscard]] MultipartEvent begin_part(Headers headers);

    std::string dash_boundary_;  // "--" and the boundary
    std::array<std::uint8_t, 256>
        skip_{};  // Boyer-Moore-Horspool: how far a byte under the end moves the search
    MultipartLimits limits_;
    std::string buffer_;
    std::size_t position_ = 0;    // what stands before is used up
    std::size_t searched_ = 0;    // no delimiter begins before
    std::size_t line_break_ = 0;  // bytes of the line break that ends the header, before the data
    std::uint64_t parts_ = 0;
    State state_ = State::preamble;
    bool finished_ = false;
};

/// Writes multipart data as Werkzeug's test client does. Quotes and line breaks in names are percent-encoded, as
/// browsers do.
class MultipartEncoder {
public:
    explicit MultipartEncoder(std::string_view boundary) : boundary_(boundary) {}

    void add_field(std::string_view name, std::string_view value);
    void add_file(std::string_view name, std::string_view filename, const Headers& headers,
                  std::string_view content);
    /// Writes the closing boundary and returns everything.
    [[nodiscard]] std::string finish();

private:
    void begin_part(std::string_view name);
    std::string boundary_;
    std::string text_;
};

namespace detail {

/// Appends a name as it stands between the quotes of a Content-Disposition (HTML, "multipart/form-data encoding").
void append_multipart_name(std::string& text, std::string_view name);

}  // namespace detail

}  // namespace microflask
