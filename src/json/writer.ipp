// Writes JSON: the bodies.
#include "json/writer.hpp"

#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace microflask::detail {

/// Gathers what is written before it goes to the end of a text, which then grows by just that.
class JsonSink {
public:
    explicit JsonSink(std::string& out) noexcept : out_(out) {}

    void put(char c) {
        if (size_ == sizeof bytes_) flush();
        bytes_[size_++] = c;
    }
    void put(std::string_view text) {
        if (text.size() > sizeof bytes_ - size_) {
            flush();
            if (text.size() > sizeof bytes_) {
                out_.append(text);
                return;
            }
        }
        std::memcpy(bytes_ + size_, text.data(), text.size());
        size_ += text.size();
    }
    void put(std::size_t count, char c) {
        for (; count > 0; --count) put(c);
    }
    template <class Integer>
    void put_integer(Integer value) {
        if (sizeof bytes_ - size_ < 20) flush();
        const char* const end = std::to_chars(bytes_ + size_, bytes_ + sizeof bytes_, value).ptr;
        size_ = static_cast<std::size_t>(end - bytes_);
    }
    /// Writes text between quotes, which needs no escape.
    void put_quoted(std::string_view text) {
        if (text.size() + 2 > sizeof bytes_ - size_) {
            put('"');
            put(text);
            put('"');
            return;
        }
        char* const to = bytes_ + size_;
        to[0] = '"';
        if (!text.empty()) std::memcpy(to + 1, text.data(), text.size());
        to[text.size() + 1] = '"';
        size_ += text.size() + 2;
    }
    void flush() {
        if (out_.empty())
            out_ = std::string(bytes_, size_);  // made at once, where appending would grow it
        else
            out_.append(bytes_, size_);
        size_ = 0;
    }
    /// Returns the text itself, with everything in it that was put so far.
    [[nodiscard]] std::string& text() {
        flush();
        return out_;
    }

private:
    std::string& out_;
    std::size_t size_ = 0;
    char bytes_[512];
};

MICROFLASK_INLINE void put_json_unit(JsonSink& out, std::uint32_t unit) {
    out.put("\\u");
    for (const int shift : {12, 8, 4, 0}) out.put("0123456789abcdef"[unit >> shift & 15]);
}

/// Writes one character that is not written as it is; returns its size.
MICROFLASK_INLINE std::size_t put_json_escape(JsonSink& out, std::string_view text, bool ascii) {
    const char c = text.front();
    const std::size_t found = std::string_view("\"\\\b\f\n\r\t").find(c);
    if (found != std::string_view::npos) {
        out.put('\\');
        out.put("\"\\bfnrt"[found]);
        return 1;
    }
    const Utf8Sequence sequence = decode_utf8(text);
    const std::uint32_t code_point = sequence.code_point;
    if (!ascii && code_point >= 0x80) {
        append_utf8(out.text(), sequence.code_point);
    } else if (code_point < 0x10000) {
        put_json_unit(out, code_point);
    } else {
        put_json_unit(out, 0xD800 + ((code_point - 0x10000) >> 10));
        put_json_unit(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
    return sequence.size;
}

/// Which characters are not written as they are: always, in ASCII, in HTML.
struct JsonEscapeTable {
    static constexpr unsigned char always = 1;
    static constexpr unsigned char in_ascii = 2;
    static constexpr unsigned char in_html = 4;

    unsigned char bits[256] = {};
    constexpr JsonEscapeTable() {
        for (std::size_t i = 0; i < 256; ++i) {
            if (i < 0x20 || i == '"' || i == '\\' || i > 0x7F) bits[i] = always;
            if (i == 0x7F) bits[i] = in_ascii;
        }
        for (const char c : std::string_view("<>&'")) bits[static_cast<unsigned char>(c)] = in_html;
    }
};
inline constexpr JsonEscapeTable json_escape_table;

/// Returns how much of a text's beginning is written as it is.
MICROFLASK_INLINE std::size_t json_plain_size(std::string_view text, unsigned escaped) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    // A byte that is not plain sets its highest bit in one of these, or has it: above 0x7F itself, DEL by adding one,
    // control characters by taking 0x20 away, quote and backslash by becoming 0 and taking one away. What a byte carries
    // over to the next does no harm, as it is found itself.
    const auto is_plain = [](std::uint64_t word) {
        const std::uint64_t found = word | (word + ones) | (word - ones * 0x20) |
                                    ((word ^ ones * '"') - ones) | ((word ^ ones * '\\') - ones);
        return (found & highs) == 0;
    };
    const char* const first = text.data();
    const char* const end = first + text.size();
    const char* at = first;
    // Eight at a time, as long as all of them are plain wherever the text goes, but in HTML.
    if ((escaped & JsonEscapeTable::in_html) == 0) {
        std::uint64_t word = 0;
        if (text.size() >= 4 && text.size() < 8) {  // the first four and the last four
            std::uint32_t halves[2];
            std::memcpy(&halves[0], at, 4);
            std::memcpy(&halves[1], end - 4, 4);
            std::memcpy(&word, halves, sizeof word);
            if (is_plain(word)) return text.size();
        }
        for (; end - at >= 8; at += 8) {
            std::memcpy(&word, at, sizeof word);
            if (!is_plain(word)) break;
        }
        if (end - at < 8 && text.size() >= 8) {  // the last eight, some of them again
            std::memcpy(&word, end - 8, sizeof word);
            if (is_plain(word)) return text.size();
        }
    }
    while (at != end && (json_escape_table.bits[static_cast<unsigned char>(*at)] & escaped) == 0)
        ++at;
    return static_cast<std::size_t>(at - first);
}

MICROFLASK_INLINE void put_json_text(JsonSink& out, std::string_view text, bool ascii,
                                     bool html_safe) {
    unsigned escaped = JsonEscapeTable::always;
    if (ascii) escaped |= JsonEscapeTable::in_ascii;
    if (html_safe) escaped |= JsonEscapeTable::in_html;
    std::size_t plain = json_plain_size(text, escaped);
    if (plain == text.size()) return out.put_quoted(text);
    out.put('"');
    for (;;) {
        out.put(text.substr(0, plain));
        if (plain == text.size()) break;
        text.remove_prefix(plain);
        text.remove_prefix(put_json_escape(out, text, ascii));
        plain = json_plain_size(text, escaped);
    }
    out.put('"');
}

MICROFLASK_INLINE void append_json_text(std::string& out, std::string_view text, bool ascii,
                                        bool html_safe) {
    JsonSink sink(out);
    put_json_text(sink, text, ascii, html_safe);
    sink.flush();
}

/// Writes one value after the other behind a text.
class JsonWriter {
public:
    JsonWriter(std::string& out, const JsonWriteOptions& options) : out_(out), options_(options) {
        if (options_.item_separator.empty()) options_.item_separator = ",";
        if (options_.key_separator.empty())
            options_.key_separator = options_.indent < 0 ? ":" : ": ";
    }

    void write(const Json& value) {
        write(value, 0);
        if (options_.final_newline) out_.put('\n');
        out_.flush();
    }

private:
    void write(const Json& value, unsigned depth) {
        if (value.is_string()) {
            put_json_text(out_, value.as_text(), options_.ascii, options_.html_safe);
        } else if (value.is_integer()) {
            if (value.is_unsigned())
                out_.put_integer(value.as_unsigned());
            else
                out_.put_integer(value.as_integer());
        } else if (value.is_double()) {
            write_double(value.as_double());
        } else if (value.is_null()) {
            out_.put("null");
        } else if (value.is_boolean()) {
            out_.put(value.as_boolean() ? "true" : "false");
        } else {
            if (depth >= json_depth_limit) throw_json_depth();
            if (value.is_array())
                write_array(value, depth + 1);
            else
                write_object(value, depth + 1);
        }
    }

    void write_double(double value) {
        if (std::isnan(value))
            out_.put("NaN");
        else if (std::isinf(value))
            out_.put(value < 0 ? "-Infinity" : "Infinity");
        else
            append_double(out_.text(), value);
    }

    void break_line(unsigned depth) {
        if (options_.indent < 0) return;
        out_.put('\n');
        out_.put(static_cast<std::size_t>(options_.indent) * depth, ' ');
    }

    void separate(bool first, unsigned depth) {
        if (!first) out_.put(options_.item_separator);
        break_line(depth);
    }

    void write_array(const Json& array, unsigned depth) {
        out_.put('[');
        bool first = true;
        for (const Json& element : array) {
            separate(std::exchange(first, false), depth);
            write(element, depth);
        }
        if (!first) break_line(depth - 1);
        out_.put(']');
    }

    void write_member(const JsonMember& member, bool first, unsigned depth) {
        separate(first, depth);
        put_json_text(out_, member.key(), options_.ascii, options_.html_safe);
        out_.put(options_.key_separator);
        write(member.value(), depth);
    }

    void write_object(const Json& object, unsigned depth) {
        out_.put('{');
        bool first = true;
        if (options_.sort_keys && object.size() > 1) {
            const JsonMember* const members = object.items().begin();
            // Bytes of UTF-8 order like code points.
            const auto comes_before = [members](std::uint32_t a, std::uint32_t b) {
                return members[a].key() < members[b].key();
            };
            for (const std::uint32_t position : sorted_positions(object.size(), comes_before))
                write_member(members[position], std::exchange(first, false), depth);
        } else {
            for (const JsonMember& member : object.items())
                write_member(member, std::exchange(first, false), depth);
        }
        if (!first) break_line(depth - 1);
        out_.put('}');
    }

    JsonSink out_;
    JsonWriteOptions options_;
};

MICROFLASK_INLINE std::string write_json(const Json& value, const JsonWriteOptions& options) {
    std::string out;
    JsonWriter(out, options).write(value);
    return out;
}

MICROFLASK_INLINE void append_json(std::string& out, const Json& value,
                                   const JsonWriteOptions& options) {
    JsonWriter(out, options).write(value);
}

}  // namespace microflask::detail
