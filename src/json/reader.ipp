// Reads a JSON document: one pass, no recursion, one allocation for each container and each long
// text.
#include "json/reader.hpp"

#include "core/list.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace microflask {

MICROFLASK_INLINE JsonDecodeError::JsonDecodeError(std::string_view message,
                                                   std::string_view document, std::size_t offset)
    : JsonDecodeError(message, find_place(document, offset)) {}

MICROFLASK_INLINE JsonDecodeError::JsonDecodeError(std::string_view message, Place place)
    : JsonError(
          detail::concat({message, ": line ", Json(place.line).dump(), " column ",
                          Json(place.column).dump(), " (char ", Json(place.position).dump(), ")"})),
      message_(message),
      line_(place.line),
      column_(place.column),
      position_(place.position) {}

MICROFLASK_INLINE JsonDecodeError::Place JsonDecodeError::find_place(std::string_view document,
                                                                     std::size_t offset) noexcept {
    const std::string_view before = document.substr(0, offset);
    Place place{1, 1, detail::count_code_points(before)};
    const std::size_t line_end = before.rfind('\n');
    for (const char c : before) place.line += c == '\n' ? 1 : 0;
    const std::size_t line_start = line_end == std::string_view::npos ? 0 : line_end + 1;
    place.column = detail::count_code_points(before.substr(line_start)) + 1;
    return place;
}

}  // namespace microflask

namespace microflask::detail {

/// Returns the number of bytes before the first quote, backslash, control character or byte that is
/// not ASCII.
MICROFLASK_INLINE std::size_t json_plain_prefix_size(const char* text, std::size_t size) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::uint64_t tops = 0x8080808080808080u;
    std::size_t i = 0;
    for (; i + 8 <= size; i += 8) {
        std::uint64_t word;
        std::memcpy(&word, text + i, 8);
        const std::uint64_t quotes = word ^ (ones * '"');
        const std::uint64_t slashes = word ^ (ones * '\\');
        // Each term has the top bit of a byte set where it is zero (or, harmlessly, above such a
        // byte).
        const std::uint64_t found =
            (quotes - ones) | (slashes - ones) | (word - ones * 0x20) | word;
        if (found & tops) break;
    }
    while (i < size) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80) break;
        ++i;
    }
    return i;
}

/// Reads one document. Elements and members wait in two stacks until their container is closed, so
/// that it can be made in its final size.
class JsonReader {
public:
    JsonReader(std::string_view text, const JsonReadOptions& options) noexcept
        : text_(text), options_(options) {}

    Json read() {
        if (text_.size() > options_.maximum_size) fail("Document too large", options_.maximum_size);
        if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
        skip_space();
        while (!read_value()) {
        }
        skip_space();
        if (at_ != text_.size()) fail("Extra data", at_);
        return std::move(result_);
    }

private:
    struct Container {
        bool is_object;
        std::size_t start;  // in the stack of elements or members
    };

    [[noreturn]] void fail(std::string_view message, std::size_t offset) const {
        const bool marked = text_.substr(0, 3) == "\xEF\xBB\xBF" && offset >= 3;
        throw JsonDecodeError(message, marked ? text_.substr(3) : text_,
                              marked ? offset - 3 : offset);
    }

    [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

    void skip_space() noexcept {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' ||
                                      text_[at_] == '\r' || text_[at_] == '\t')) {
            ++at_;
        }
    }

    /// Reads a value, or the beginning of a container; true where that completes the document.
    bool read_value() {
        switch (peek()) {
        case '{':
        case '[': return open(peek() == '{');
        case '"': {
            const std::size_t quote = at_++;
            return put(Json(read_text(quote)));
        }
        case 't': return read_word("true", true);
        case 'f': return read_word("false", false);
        case 'n': return read_word("null", nullptr);
        case 'N':
            if (options_.allow_nan)
                return read_word("NaN", std::numeric_limits<double>::quiet_NaN());
            break;
        case 'I':
            if (options_.allow_nan)
                return read_word("Infinity", std::numeric_limits<double>::infinity());
            break;
        default: return read_number();
        }
        fail("Expecting value", at_);
    }

    bool read_word(std::string_view word, Json value) {
        if (text_.substr(at_, word.size()) != word) fail("Expecting value", at_);
        at_ += word.size();
        return put(std::move(value));
    }

    bool open(bool is_object) {
        if (containers_.size() >= options_.maximum_depth) fail("Too deeply nested", at_);
        ++at_;
        containers_.push_back({is_object, is_object ? members_.size() : elements_.size()});
        skip_space();
        if (peek() == (is_object ? '}' : ']')) return put(close());
        if (is_object) read_name();
        return false;
    }

    /// Reads the name of a member and its colon; the value comes next.
    void read_name() {
        if (peek() != '"') fail("Expecting property name enclosed in double quotes", at_);
        const std::size_t quote = at_++;
        members_.emplace_back(std::string(read_text(quote)), Json());
        skip_space();
        if (peek() != ':') fail("Expecting ':' delimiter", at_);
        ++at_;
        skip_space();
    }

    /// Ends the innermost container and returns it.
    Json close() {
        ++at_;
        const Container container = containers_.back();
        containers_.pop_back();
        if (container.is_object) {
            JsonObject object = JsonObject::of_members(members_, container.start);
            members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(container.start),
                           members_.end());
            return Json::from_members(std::move(object));
        }
        const auto first = elements_.begin() + static_cast<std::ptrdiff_t>(container.start);
        std::vector<Json> elements(std::make_move_iterator(first),
                                   std::make_move_iterator(elements_.end()));
        elements_.erase(first, elements_.end());
        return Json(std::move(elements));
    }

    /// Gives a value its place, and reads what follows it: the ends of containers, which are values
    /// themselves, and a comma; true where the document is complete.
    bool put(Json&& value) {
        for (;;) {
            if (containers_.empty()) {
                result_ = std::move(value);
                return true;
            }
            const bool in_object = containers_.back().is_object;
            if (in_object)
                members_.back().value() = std::move(value);
            else
                elements_.push_back(std::move(value));
            skip_space();
            const char c = peek();
            if (c == ',') {
                ++at_;
                skip_space();
                if (in_object) read_name();
                return false;
            }
            if (c != (in_object ? '}' : ']')) fail("Expecting ',' delimiter", at_);
            value = close();
        }
    }

    bool read_number() {
        const std::size_t start = at_;
        std::size_t end = start;
        const auto digit_at = [this](std::size_t i) {
            return i < text_.size() && is_ascii_digit(text_[i]);
        };
        const bool negative = peek() == '-';
        if (negative) ++end;
        if (!digit_at(end)) {
            if (negative && options_.allow_nan && text_.substr(end, 8) == "Infinity") {
                at_ = end;
                return read_word("Infinity", -std::numeric_limits<double>::infinity());
            }
            fail("Expecting value", start);
        }
        const std::size_t first_digit = end;
        std::uint64_t magnitude = 0;  // wrong where it does not fit
        if (text_[end] == '0') {
            ++end;
        } else {
            for (; digit_at(end); ++end)
                magnitude = magnitude * 10 + static_cast<std::uint64_t>(text_[end] - '0');
        }
        const std::size_t digits_end = end;
        bool whole = true;
        if (end < text_.size() && text_[end] == '.' && digit_at(end + 1)) {
            whole = false;
            for (++end; digit_at(end); ++end) {
            }
        }
        if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
            std::size_t exponent = end + 1;
            if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-'))
                ++exponent;
            if (digit_at(exponent)) {
                whole = false;
                for (end = exponent; digit_at(end); ++end) {
                }
            }
        }
        at_ = end;
        // Nineteen digits always fit 64 bits, twenty sometimes.
        const std::string_view digits = text_.substr(first_digit, digits_end - first_digit);
        const bool fits = whole && (digits.size() < 20 || parse_unsigned(digits));
        if (fits && !negative) return put(Json(magnitude));
        if (fits && magnitude <= std::uint64_t{INT64_MAX} + 1) {
            return put(Json(static_cast<std::int64_t>(0 - magnitude)));
        }
        return put(Json(*parse_double(text_.substr(start, end - start))));
    }

    /// Reads text up to its closing quote; a view of the document, or of the buffer where it had to
    /// be changed.
    std::string_view read_text(std::size_t quote) {
        const std::size_t start = at_;
        bool changed = false;
        std::size_t kept = start;  // what lies before is in the buffer
        for (;;) {
            at_ += json_plain_prefix_size(text_.data() + at_, text_.size() - at_);
            if (at_ >= text_.size()) fail("Unterminated string starting at", quote);
            const char c = text_[at_];
            if (c == '"') {
                const std::string_view rest = text_.substr(kept, at_ - kept);
                ++at_;
                if (!changed) return rest;
                return buffer_.append(rest);
            }
            if (c == '\\') {
                if (!changed) buffer_.clear();
                changed = true;
                buffer_.append(text_.substr(kept, at_ - kept));
                read_escape(quote);
                kept = at_;
            } else if (static_cast<unsigned char>(c) < 0x20) {
                fail("Invalid control character at", at_);
            } else {
                const Utf8Sequence sequence = decode_utf8(text_.substr(at_));
                if (!sequence.valid) fail("Invalid UTF-8", at_);
                at_ += sequence.size;
            }
        }
    }

    /// Reads an escape sequence into the buffer.
    void read_escape(std::size_t quote) {
        const std::size_t slash = at_++;
        if (at_ >= text_.size()) fail("Unterminated string starting at", quote);
        switch (text_[at_++]) {
        case '"': buffer_ += '"'; return;
        case '\\': buffer_ += '\\'; return;
        case '/': buffer_ += '/'; return;
        case 'b': buffer_ += '\b'; return;
        case 'f': buffer_ += '\f'; return;
        case 'n': buffer_ += '\n'; return;
        case 'r': buffer_ += '\r'; return;
        case 't': buffer_ += '\t'; return;
        case 'u': break;
        default: fail("Invalid \\escape", slash);
        }
        const auto unit = read_unit();
        if (!unit) fail("Invalid \\uXXXX escape", slash + 1);
        char32_t code_point = *unit;
        if (code_point >= 0xD800 && code_point < 0xDC00 && text_.substr(at_, 2) == "\\u") {
            const std::size_t second = at_;
            at_ += 2;
            const auto low = read_unit();
            if (!low) fail("Invalid \\uXXXX escape", second + 1);
            if (*low >= 0xDC00 && *low < 0xE000)
                code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
            else
                at_ = second;
        }
        append_utf8(buffer_, code_point);
    }

    std::optional<char32_t> read_unit() noexcept {
        if (text_.size() - at_ < 4) return std::nullopt;
        const auto unit = parse_hex(text_.substr(at_, 4));
        if (!unit) return std::nullopt;
        at_ += 4;
        return static_cast<char32_t>(*unit);
    }

    std::string_view text_;
    const JsonReadOptions& options_;
    std::size_t at_ = 0;
    List<Container> containers_;
    std::vector<Json> elements_;
    List<JsonMember> members_;
    std::string buffer_;
    Json result_;
};

MICROFLASK_INLINE Json read_json(std::string_view text, const JsonReadOptions& options) {
    return JsonReader(text, options).read();
}

}  // namespace microflask::detail
