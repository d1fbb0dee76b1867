// What jinja/lexer.hpp promises.
#include "jinja/lexer.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/unicode.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE std::string_view describe_template_token(TemplateTokenKind kind) noexcept {
    static constexpr std::string_view names[] = {
        "end of template",
        "template data / text",
        "begin of statement block",
        "end of statement block",
        "begin of print statement",
        "end of print statement",
        "name",
        "string",
        "integer",
        "float",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "~",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "==",
        "!=",
        ">",
        ">=",
        "<",
        "<=",
        "=",
        ".",
        ":",
        "|",
        ",",
        ";",
    };
    return names[static_cast<std::size_t>(kind)];
}

MICROFLASK_INLINE std::string_view describe_template_token(const TemplateToken& token) noexcept {
    if (token.is(TemplateTokenKind::name)) return token.text;
    return describe_template_token(token.kind);
}

MICROFLASK_INLINE std::string quote_template_text(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string quoted(1, quote);
    for (const char c : text) {
        if (c == quote || c == '\\') quoted += '\\';
        if (c == '\n') {
            quoted += "\\n";
        } else if (c == '\t') {
            quoted += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            constexpr std::string_view digits = "0123456789abcdef";
            quoted += "\\x";
            quoted += digits[static_cast<unsigned char>(c) >> 4];
            quoted += digits[static_cast<unsigned char>(c) & 15];
        } else {
            quoted += c;
        }
    }
    quoted += quote;
    return quoted;
}

MICROFLASK_INLINE std::size_t template_space_at(std::string_view text,
                                                std::size_t position) noexcept {
    if (position >= text.size()) return 0;
    const unsigned char c = static_cast<unsigned char>(text[position]);
    if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1c && c <= 0x1f) ? 1 : 0;
    const std::string_view rest = text.substr(position, 3);
    if (rest.substr(0, 2) == "\xc2\x85" || rest.substr(0, 2) == "\xc2\xa0") return 2;
    if (rest.size() < 3) return 0;
    const unsigned char last = static_cast<unsigned char>(rest[2]);
    if (rest == "\xe1\x9a\x80" || rest == "\xe3\x80\x80" || rest == "\xe2\x81\x9f") return 3;
    if (rest.substr(0, 2) == "\xe2\x80" &&
        ((last >= 0x80 && last <= 0x8a) || last == 0xa8 || last == 0xa9 || last == 0xaf)) {
        return 3;
    }
    return 0;
}

/// Drops the white space at the end (Python's rstrip).
MICROFLASK_INLINE std::string_view strip_template_end(std::string_view text) noexcept {
    while (!text.empty()) {
        std::size_t width = 0;
        for (std::size_t bytes = 1; bytes <= 3 && bytes <= text.size() && width == 0; ++bytes) {
            if (template_space_at(text, text.size() - bytes) == bytes) width = bytes;
        }
        if (width == 0) break;
        text.remove_suffix(width);
    }
    return text;
}

MICROFLASK_INLINE void throw_template_syntax_error(std::string message, std::uint32_t line,
                                                   std::string_view name,
                                                   std::string_view filename) {
    throw TemplateSyntaxError(std::move(message), static_cast<int>(line), std::string(name),
                              std::string(filename));
}

MICROFLASK_INLINE TemplateLexer::TemplateLexer(const TemplateSyntax& syntax,
                                               std::string_view source, std::string_view name,
                                               std::string_view filename)
    : syntax_(syntax), name_(name), filename_(filename) {
    source_.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            source_ += '\n';
            if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
        } else {
            source_ += source[i];
        }
    }
    if (!syntax.keep_trailing_newline && !source_.empty() && source_.back() == '\n') {
        source_.pop_back();
    }
    for (const std::string* start : {&syntax.block_start_string, &syntax.variable_start_string,
                                     &syntax.comment_start_string}) {
        start_characters_ += (*start)[0];
    }
    if (start_characters_.find_first_not_of(start_characters_[0]) == std::string::npos) {
        start_characters_.resize(1);
    }
}

MICROFLASK_INLINE void TemplateLexer::fail(std::string message, std::uint32_t line) const {
    throw_template_syntax_error(std::move(message), line, name_, filename_);
}

MICROFLASK_INLINE TemplateToken TemplateLexer::next() {
    while (given_ == ready_.size()) {
        ready_.clear();
        given_ = 0;
        if (state_ != State::root) {
            lex_inside();
        } else if (position_ < source_.size()) {
            lex_root();
        } else {
            give(TemplateTokenKind::end, {});
        }
    }
    // The end is where the last token was, as in Jinja.
    TemplateToken& token = ready_[given_++];
    if (token.is(TemplateTokenKind::end)) token.line = last_line_;
    last_line_ = token.line;
    return std::move(token);
}

MICROFLASK_INLINE void TemplateLexer::give(TemplateTokenKind kind, std::string_view text) {
    TemplateToken& token = ready_.emplace_back();
    token.kind = kind;
    token.line = line_;
    token.text = text;
}

/// Goes on at another place, and counts the lines between.
MICROFLASK_INLINE void TemplateLexer::move_to(std::size_t position) {
    for (std::size_t i = position_; i < position; ++i) line_ += source_[i] == '\n';
    if (position > position_) line_starting_ = source_[position - 1] == '\n';
    position_ = position;
}

MICROFLASK_INLINE bool TemplateLexer::starts(std::size_t position,
                                             std::string_view text) const noexcept {
    return std::string_view(source_).substr((std::min)(position, source_.size()), text.size()) ==
           text;
}

MICROFLASK_INLINE void TemplateLexer::skip_space() {
    std::size_t position = position_;
    while (const std::size_t width = template_space_at(source_, position)) position += width;
    move_to(position);
}

/// Gives the text before a tag, as the tag's sign (`-`, `+` or none) and the options want it.
MICROFLASK_INLINE void TemplateLexer::give_data(std::string_view text, char sign, bool may_lstrip) {
    if (sign == '-') {
        text = strip_template_end(text);
    } else if (sign != '+' && may_lstrip && syntax_.lstrip_blocks) {
        const std::size_t newline = text.rfind('\n');
        const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
        const bool blank = start < text.size() && strip_template_end(text.substr(start)).empty();
        if ((start > 0 || line_starting_) && blank) text = text.substr(0, start);
    }
    if (text.empty()) return;
    if (syntax_.newline_sequence == "\n") {
        give(TemplateTokenKind::data, text);
    } else {
        give(TemplateTokenKind::data, replace_all(text, "\n", syntax_.newline_sequence));
    }
}

/// Returns the place behind `{% raw %}` where that stands at a place; 0 where it does not.
MICROFLASK_INLINE std::size_t TemplateLexer::raw_begin_at(std::size_t position) const {
    if (!starts(position, syntax_.block_start_string)) return 0;
    position += syntax_.block_start_string.size();
    if (starts(position, "-") || starts(position, "+")) ++position;
    while (const std::size_t width = template_space_at(source_, position)) position += width;
    if (!starts(position, "raw")) return 0;
    position += 3;
    while (const std::size_t width = template_space_at(source_, position)) position += width;
    return end_of_block(position, syntax_.block_end_string, false, false);
}

/// Returns the place behind the end of a tag where that stands at a place; 0 where it does not.
MICROFLASK_INLINE std::size_t TemplateLexer::end_of_block(std::size_t position,
                                                          std::string_view end, bool plus,
                                                          bool trim) const {
    if (plus && starts(position, "+") && starts(position + 1, end)) {
        return position + 1 + end.size();
    }
    if (starts(position, "-") && starts(position + 1, end)) {
        position += 1 + end.size();
        while (const std::size_t width = template_space_at(source_, position)) position += width;
        return position;
    }
    if (!starts(position, end)) return 0;
    position += end.size();
    if (trim && syntax_.trim_blocks && starts(position, "\n")) ++position;
    return position;
}

/// Reads text up to a tag, and the tag's beginning.
MICROFLASK_INLINE void TemplateLexer::lex_root() {
    const std::string_view source = source_;
    const bool lines =
        !syntax_.line_statement_prefix.empty() || !syntax_.line_comment_prefix.empty();
    enum class Tag : std::uint8_t { none, raw, variable, comment, block, statement, remark };
    Tag tag = Tag::none;
    std::size_t start = position_;
    std::size_t behind = 0;  // the tag's beginning and its sign
    for (;; ++start) {
        if (!lines) start = source.find_first_of(start_characters_, start);
        if (start >= source.size()) break;
        // The longest beginning wins; of equal ones, the order below.
        std::size_t longest = 0;
        const auto consider = [&](Tag kind, const std::string& beginning) {
            if (beginning.size() > longest && starts(start, beginning)) {
                longest = beginning.size();
                tag = kind;
                behind = start + longest;
            }
        };
        if (const std::size_t end = raw_begin_at(start)) {
            tag = Tag::raw;
            behind = end;
            break;
        }
        consider(Tag::variable, syntax_.variable_start_string);
        consider(Tag::comment, syntax_.comment_start_string);
        consider(Tag::block, syntax_.block_start_string);
        if (lines) {
            const bool at_line = start == 0 || source[start - 1] == '\n';
            std::size_t after = start;
            while (after < source.size() &&
                   (source[after] == ' ' || source[after] == '\t' || source[after] == '\v')) {
                ++after;
            }
            const std::string& prefix = syntax_.line_statement_prefix;
            if (at_line && prefix.size() > longest && starts(after, prefix)) {
                longest = prefix.size();
                tag = Tag::statement;
                behind = after + longest;
            }
            const std::string& remark = syntax_.line_comment_prefix;
            if (remark.size() > longest && (at_line || template_space_at(source, start - 1) == 0) &&
                starts(after, remark)) {
                tag = Tag::remark;
                behind = after + remark.size();
            }
        }
        if (tag != Tag::none) break;
    }
    if (tag == Tag::none) {
        give_data(source.substr(position_), '+', false);
        move_to(source.size());
        return;
    }
    char sign = 0;
    if (tag == Tag::raw) {
        sign = source[start + syntax_.block_start_string.size()];
    } else if (behind < source.size() && (source[behind] == '-' || source[behind] == '+')) {
        sign = source[behind++];
    }
    give_data(source.substr(position_, start - position_), sign, tag != Tag::variable);
    move_to(start);
    if (tag == Tag::variable || tag == Tag::block || tag == Tag::statement) {
        give(tag == Tag::variable ? TemplateTokenKind::variable_begin
                                  : TemplateTokenKind::block_begin,
             {});
        state_ = tag == Tag::variable ? State::variable
                 : tag == Tag::block  ? State::block
                                      : State::line_statement;
    }
    move_to(behind);
    if (tag == Tag::comment) lex_comment();
    if (tag == Tag::remark) lex_line_comment();
    if (tag == Tag::raw) lex_raw();
}

MICROFLASK_INLINE void TemplateLexer::lex_comment() {
    for (std::size_t i = position_; i < source_.size(); ++i) {
        if (const std::size_t end = end_of_block(i, syntax_.comment_end_string, true, true)) {
            return move_to(end);
        }
    }
    if (position_ < source_.size()) fail("Missing end of comment tag", line_);
}

MICROFLASK_INLINE void TemplateLexer::lex_line_comment() {
    const std::size_t end = source_.find('\n', position_);
    move_to(end == std::string::npos ? source_.size() : end);
}

MICROFLASK_INLINE void TemplateLexer::lex_raw() {
    const std::string_view source = source_;
    for (std::size_t i = position_; i < source.size(); ++i) {
        i = source.find(syntax_.block_start_string, i);
        if (i == std::string_view::npos) break;
        std::size_t end = i + syntax_.block_start_string.size();
        char sign = 0;
        if (end < source.size() && (source[end] == '-' || source[end] == '+')) sign = source[end++];
        while (const std::size_t width = template_space_at(source, end)) end += width;
        if (!starts(end, "endraw")) continue;
        end += 6;
        while (const std::size_t width = template_space_at(source, end)) end += width;
        end = end_of_block(end, syntax_.block_end_string, true, true);
        if (end == 0) continue;
        give_data(source.substr(position_, i - position_), sign, true);
        return move_to(end);
    }
    if (position_ < source.size()) fail("Missing end of raw directive", line_);
}

/// Returns the place behind a name; the place itself where there is none.
MICROFLASK_INLINE std::size_t template_name_end(std::string_view text,
                                                std::size_t position) noexcept {
    while (position < text.size()) {
        const char c = text[position];
        if (is_ascii_alnum(c) || c == '_') {
            ++position;
        } else {
            std::string_view rest = text.substr(position);
            if (static_cast<unsigned char>(c) < 0x80 || !is_unicode_alpha(next_code_point(rest)))
                break;
            position = text.size() - rest.size();
        }
    }
    return position;
}

/// Reads one token inside of a tag, or the tag's end.
MICROFLASK_INLINE void TemplateLexer::lex_inside() {
    if (balance_.empty() && lex_end_of_tag()) return;
    if (position_ >= source_.size()) {
        state_ = State::root;
        return give(TemplateTokenKind::end, {});
    }
    if (template_space_at(source_, position_) > 0) return skip_space();
    if (lex_number()) return;
    const char first = source_[position_];
    if (const std::size_t end = template_name_end(source_, position_); end > position_) {
        give(TemplateTokenKind::name, std::string_view(source_).substr(position_, end - position_));
        return move_to(end);
    }
    if (first == '\'' || first == '"') {
        std::size_t end = position_ + 1;
        while (end < source_.size() && source_[end] != source_[position_]) {
            end += source_[end] == '\\' ? 2U : 1U;
        }
        if (end < source_.size()) return lex_string(end);
    }
    if (lex_operator()) return;
    std::string_view rest = std::string_view(source_).substr(position_);
    const std::size_t size = rest.size();
    next_code_point(rest);
    const std::string_view character =
        std::string_view(source_).substr(position_, size - rest.size());
    std::size_t place = 0;
    for (std::size_t i = 0; i < position_; ++i) {
        place += (static_cast<unsigned char>(source_[i]) & 0xc0) != 0x80;
    }
    fail(
        concat({"unexpected char ", quote_template_text(character), " at ", std::to_string(place)}),
        line_);
}

MICROFLASK_INLINE bool TemplateLexer::lex_end_of_tag() {
    std::size_t end = 0;
    if (state_ == State::line_statement) {
        std::size_t space = position_;
        std::size_t behind_newline = 0;
        while (const std::size_t width = template_space_at(source_, space)) {
            if (source_[space] == '\n') behind_newline = space + 1;
            space += width;
        }
        if (space < source_.size() && behind_newline == 0) return false;
        end = space < source_.size() ? behind_newline : space;
    } else if (state_ == State::block) {
        end = end_of_block(position_, syntax_.block_end_string, true, true);
    } else {
        end = end_of_block(position_, syntax_.variable_end_string, false, false);
    }
    if (end == 0 && state_ != State::line_statement) return false;
    give(state_ == State::variable ? TemplateTokenKind::variable_end : TemplateTokenKind::block_end,
         {});
    state_ = State::root;
    move_to(end);
    return true;
}

/// Returns the place behind digits with single underscores between them; the place itself where there are none.
MICROFLASK_INLINE std::size_t template_digits_end(std::string_view text, std::size_t position,
                                                  int base) noexcept {
    const auto is_digit = [&](std::size_t i) {
        if (i >= text.size()) return false;
        const char c = ascii_lower(text[i]);
        if (base == 16 && c >= 'a' && c <= 'f') return true;
        return is_ascii_digit(c) && c - '0' < base;
    };
    if (!is_digit(position)) return position;
    for (++position;; ++position) {
        if (is_digit(position)) continue;
        if (position < text.size() && text[position] == '_' && is_digit(position + 1)) continue;
        return position;
    }
}

MICROFLASK_INLINE bool TemplateLexer::lex_number() {
    const std::string_view source = source_;
    if (!is_ascii_digit(source[position_])) return false;
    const std::size_t whole = template_digits_end(source, position_, 10);
    std::size_t end = whole;
    TemplateTokenKind kind = TemplateTokenKind::integer;
    if (position_ == 0 || source[position_ - 1] != '.') {
        if (starts(end, ".")) {
            const std::size_t fraction = template_digits_end(source, end + 1, 10);
            if (fraction > end + 1) end = fraction;
        }
        if (starts(end, "e") || starts(end, "E")) {
            std::size_t digits = end + 1;
            if (starts(digits, "+") || starts(digits, "-")) ++digits;
            const std::size_t exponent = template_digits_end(source, digits, 10);
            if (exponent > digits) end = exponent;
        }
        if (end > whole) kind = TemplateTokenKind::real;
    }
    if (kind == TemplateTokenKind::integer && source[position_] == '0') {
        // 0x1f, 0o17, 0b1; a zero is followed by nothing but zeros.
        const char letter =
            position_ + 1 < source.size() ? ascii_lower(source[position_ + 1]) : '\0';
        const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
        std::size_t digits = position_ + 2;
        if (base != 0 && starts(digits, "_")) ++digits;
        const std::size_t behind = base ? template_digits_end(source, digits, base) : 0;
        if (base != 0 && behind > digits) {
            end = behind;
        } else {
            end = template_digits_end(source, position_, 1);
        }
    }
    std::string digits;
    for (const char c : source.substr(position_, end - position_)) {
        if (c != '_') digits += c;
    }
    give(kind, digits);
    move_to(end);
    return true;
}

MICROFLASK_INLINE bool TemplateLexer::lex_operator() {
    // In the order of the kinds; those of two characters are tried first.
    static constexpr std::string_view operators[] = {
        "+", "-",  "*",  "/", "//", "%", "**", "~", "[", "]", "(", ")", "{",
        "}", "==", "!=", ">", ">=", "<", "<=", "=", ".", ":", "|", ",", ";",
    };
    for (const std::size_t size : {std::size_t{2}, std::size_t{1}}) {
        for (std::size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); ++i) {
            const std::string_view text = operators[i];
            if (text.size() != size || !starts(position_, text)) continue;
            if (text == "(") balance_ += ')';
            if (text == "[") balance_ += ']';
            if (text == "{") balance_ += '}';
            if (text == ")" || text == "]" || text == "}") {
                if (balance_.empty()) fail(concat({"unexpected '", text, "'"}), line_);
                const std::string expected(1, balance_.back());
                balance_.pop_back();
                if (expected != text) {
                    fail(concat({"unexpected '", text, "', expected '", expected, "'"}), line_);
                }
            }
            give(static_cast<TemplateTokenKind>(static_cast<std::size_t>(TemplateTokenKind::add) +
                                                i),
                 text);
            move_to(position_ + size);
            return true;
        }
    }
    return false;
}

/// Resolves the escapes of a string as Python does. A bad escape gives a message, else empty text.
MICROFLASK_INLINE std::string_view unescape_template_string(std::string_view text,
                                                            std::string& out) {
    const auto number = [&](std::size_t place, std::size_t digits, int base,
                            std::size_t& used) -> char32_t {
        char32_t value = 0;
        for (used = 0; used < digits && place + used < text.size(); ++used) {
            const char c = ascii_lower(text[place + used]);
            char32_t digit = 99;
            if (is_ascii_digit(c)) digit = static_cast<char32_t>(c - '0');
            if (c >= 'a' && c <= 'f') digit = static_cast<char32_t>(c - 'a' + 10);
            if (digit >= static_cast<char32_t>(base)) break;
            value = value * static_cast<char32_t>(base) + digit;
        }
        return value;
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        static constexpr std::string_view letters = "\\'\"abfnrtv";
        static constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
        const std::size_t simple = letters.find(c);
        std::size_t used = 0;
        if (c == '\n') continue;
        if (simple != std::string_view::npos) {
            out += meanings[simple];
        } else if (c >= '0' && c <= '7') {
            append_utf8(out, number(i, 3, 8, used));
            i += used - 1;
        } else if (c == 'x' || c == 'u' || c == 'U') {
            const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 8;
            const char32_t value = number(i + 1, digits, 16, used);
            if (used < digits) {
                return c == 'x'   ? "truncated \\xXX escape"
                       : c == 'u' ? "truncated \\uXXXX escape"
                                  : "truncated \\UXXXXXXXX escape";
            }
            if (value > 0x10ffff) return "illegal Unicode character";
            append_utf8(out, value >= 0xd800 && value < 0xe000 ? U'\ufffd' : value);
            i += used;
        } else if (c == 'N') {
            return i + 1 < text.size() && text[i + 1] == '{' ? "unknown Unicode character name"
                                                             : "malformed \\N character escape";
        } else {
            out += '\\';
            out += c;
        }
    }
    return {};
}

MICROFLASK_INLINE void TemplateLexer::lex_string(std::size_t end) {
    std::string_view inner = std::string_view(source_).substr(position_ + 1, end - position_ - 1);
    std::string normalised;
    if (syntax_.newline_sequence != "\n") {
        normalised = replace_all(inner, "\n", syntax_.newline_sequence);
        inner = normalised;
    }
    std::string value;
    const std::string_view error = unescape_template_string(inner, value);
    if (!error.empty()) fail(std::string(error), line_);
    give(TemplateTokenKind::string, value);
    move_to(end + 1);
}

}  // namespace microflask::detail
