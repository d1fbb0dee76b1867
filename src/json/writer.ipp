// Writes JSON: the bodies.
#include "json/writer.hpp"

#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <cmath>
#include <cstdint>

namespace microflask::detail {

MICROFLASK_INLINE void append_json_unit(std::string& out, std::uint32_t unit) {
    out += "\\u";
    for (const int shift : {12, 8, 4, 0}) out += "0123456789abcdef"[unit >> shift & 15];
}

/// Appends one character that is not written as it is; returns its size.
MICROFLASK_INLINE std::size_t append_json_escape(std::string& out, std::string_view text,
                                                 bool ascii) {
    const char c = text.front();
    const std::size_t found = std::string_view("\"\\\b\f\n\r\t").find(c);
    if (found != std::string_view::npos) {
        out += '\\';
        out += "\"\\bfnrt"[found];
        return 1;
    }
    const Utf8Sequence sequence = decode_utf8(text);
    const std::uint32_t code_point = sequence.code_point;
    if (!ascii && code_point >= 0x80) {
        append_utf8(out, sequence.code_point);
    } else if (code_point < 0x10000) {
        append_json_unit(out, code_point);
    } else {
        append_json_unit(out, 0xD800 + ((code_point - 0x10000) >> 10));
        append_json_unit(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
    }
    return sequence.size;
}

MICROFLASK_INLINE void append_json_text(std::string& out, std::string_view text, bool ascii,
                                        bool html_safe) {
    out += '"';
    std::size_t plain = 0;  // how much of the text is written as it is
    while (plain < text.size()) {
        const auto c = static_cast<unsigned char>(text[plain]);
        const bool escaped = c < 0x20 || c == '"' || c == '\\' || c > 0x7F ||
                             (ascii && c == 0x7F) ||
                             (html_safe && (c == '<' || c == '>' || c == '&' || c == '\''));
        if (!escaped) {
            ++plain;
            continue;
        }
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        text.remove_prefix(append_json_escape(out, text, ascii));
        plain = 0;
    }
    out.append(text);
    out += '"';
}

/// Writes one value after the other behind a text.
class JsonWriter {
public:
    JsonWriter(std::string& out, const JsonWriteOptions& options) : out_(out), options_(options) {
        if (options_.item_separator.empty()) options_.item_separator = ",";
        if (options_.key_separator.empty())
            options_.key_separator = options_.indent < 0 ? ":" : ": ";
    }

    void write(const Json& value, unsigned depth) {
        if (value.is_string()) {
            append_json_text(out_, value.as_text(), options_.ascii, options_.html_safe);
        } else if (value.is_integer()) {
            if (value.is_unsigned())
                append_unsigned(out_, value.as_unsigned());
            else
                append_signed(out_, value.as_integer());
        } else if (value.is_double()) {
            write_double(value.as_double());
        } else if (value.is_null()) {
            out_ += "null";
        } else if (value.is_boolean()) {
            out_ += value.as_boolean() ? "true" : "false";
        } else {
            if (depth >= json_depth_limit) throw_json_depth();
            if (value.is_array())
                write_array(value, depth + 1);
            else
                write_object(value, depth + 1);
        }
    }

private:
    void write_double(double value) {
        if (std::isnan(value))
            out_ += "NaN";
        else if (std::isinf(value))
            out_ += value < 0 ? "-Infinity" : "Infinity";
        else
            append_double(out_, value);
    }

    void break_line(unsigned depth) {
        if (options_.indent < 0) return;
        out_ += '\n';
        out_.append(static_cast<std::size_t>(options_.indent) * depth, ' ');
    }

    void separate(bool first, unsigned depth) {
        if (!first) out_ += options_.item_separator;
        break_line(depth);
    }

    void write_array(const Json& array, unsigned depth) {
        out_ += '[';
        bool first = true;
        for (const Json& element : array) {
            separate(std::exchange(first, false), depth);
            write(element, depth);
        }
        if (!first) break_line(depth - 1);
        out_ += ']';
    }

    void write_member(const JsonMember& member, bool first, unsigned depth) {
        separate(first, depth);
        append_json_text(out_, member.key(), options_.ascii, options_.html_safe);
        out_ += options_.key_separator;
        write(member.value(), depth);
    }

    void write_object(const Json& object, unsigned depth) {
        out_ += '{';
        bool first = true;
        if (options_.sort_keys) {
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
        out_ += '}';
    }

    std::string& out_;
    JsonWriteOptions options_;
};

MICROFLASK_INLINE std::string write_json(const Json& value, const JsonWriteOptions& options) {
    std::string out;
    JsonWriter(out, options).write(value, 0);
    return out;
}

MICROFLASK_INLINE void append_json(std::string& out, const Json& value,
                                   const JsonWriteOptions& options) {
    JsonWriter(out, options).write(value, 0);
}

}  // namespace microflask::detail
