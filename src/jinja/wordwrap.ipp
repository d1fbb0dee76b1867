// Bodies of wordwrap.hpp.
#include "jinja/wordwrap.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_text.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/unicode.hpp"

#include <string>
#include <string_view>

namespace microflask::detail {

/// What stays together in a line if it can.
struct WordwrapChunk {
    std::string text;
    std::size_t size;        // in characters
    std::size_t blank_from;  // from where on there is but white space, in bytes
};

/// A paragraph, cut into what stays together: words, parts of hyphenated words, dashes, spaces.
class WordwrapChunks {
public:
    WordwrapChunks(std::string_view text, bool break_on_hyphens)
        : break_on_hyphens_(break_on_hyphens) {
        while (!text.empty()) characters_.push_back(next_code_point(text));
        for (std::size_t at = 0; at < characters_.size();) {
            const std::size_t end = chunk_end(at);
            std::string chunk = text_of(at, end);
            const std::size_t blank_from = template_strip_space(chunk, false, true).size();
            chunks_.push_back({std::move(chunk), end - at, blank_from});
            at = end;
        }
    }

    [[nodiscard]] const List<WordwrapChunk>& chunks() const noexcept { return chunks_; }

private:
    [[nodiscard]] bool is_space(std::size_t at) const noexcept {
        return at < characters_.size() && characters_[at] < 0x80 &&
               is_ascii_space(static_cast<char>(characters_[at]));
    }
    [[nodiscard]] bool is_word(std::size_t at) const noexcept {
        return at < characters_.size() && is_template_word(characters_[at]);
    }
    [[nodiscard]] bool is_letter(std::size_t at) const noexcept {
        return is_word(at) &&
               (characters_[at] >= 0x80 || !is_ascii_digit(static_cast<char>(characters_[at])));
    }
    [[nodiscard]] bool is_word_or_punctuation(std::size_t at) const noexcept {
        return is_word(at) ||
               (at < characters_.size() && characters_[at] < 0x80 &&
                std::string_view("!\"'&.,?").find(static_cast<char>(characters_[at])) !=
                    std::string_view::npos);
    }
    [[nodiscard]] bool is_hyphen(std::size_t at) const noexcept {
        return at < characters_.size() && characters_[at] == '-';
    }
    /// Returns the end of dashes (two or more) before a word; `at` where there are none.
    [[nodiscard]] std::size_t dash_end(std::size_t at) const noexcept {
        if (at == 0 || !is_word_or_punctuation(at - 1)) return at;
        std::size_t end = at;
        while (is_hyphen(end)) ++end;
        return end - at >= 2 && is_word(end) ? end : at;
    }
    /// Whether a word may be broken behind the hyphen at `at`.
    [[nodiscard]] bool is_break(std::size_t at) const noexcept {
        if (!is_hyphen(at)) return false;
        const bool behind_letters = at >= 2 && is_letter(at - 1) && is_letter(at - 2);
        const bool behind_part =
            at >= 3 && is_word_or_punctuation(at - 1) && is_hyphen(at - 2) && is_letter(at - 3);
        if (!behind_letters && !behind_part) return false;
        if (!is_letter(at + 1)) return false;
        return is_letter(at + 2) || (is_hyphen(at + 2) && is_letter(at + 3));
    }
    [[nodiscard]] std::size_t chunk_end(std::size_t at) const noexcept {
        std::size_t end = at;
        if (is_space(at)) {
            while (is_space(end)) ++end;
            return end;
        }
        if (!break_on_hyphens_) {
            while (end < characters_.size() && !is_space(end)) ++end;
            return end;
        }
        end = dash_end(at);
        if (end != at) return end;
        for (end = at + 1; end < characters_.size() && !is_space(end); ++end) {
            if (is_break(end)) return end + 1;
            if (dash_end(end) != end) return end;
        }
        return end;
    }
    [[nodiscard]] std::string text_of(std::size_t begin, std::size_t end) const {
        std::string text;
        for (; begin < end; ++begin) append_utf8(text, characters_[begin]);
        return text;
    }

    List<char32_t> characters_;
    List<WordwrapChunk> chunks_;
    bool break_on_hyphens_;
};

/// Puts chunks, which must outlive it, into lines of a width.
class WordwrapLines {
public:
    WordwrapLines(const List<WordwrapChunk>& chunks, std::size_t width, bool break_long_words,
                  bool break_on_hyphens)
        : chunks_(chunks),
          width_(width),
          break_long_words_(break_long_words),
          break_on_hyphens_(break_on_hyphens) {}

    /// Appends the lines with separators between them.
    void append(std::string& out, std::string_view separator) {
        bool is_first = true;
        while (at_ < chunks_.size()) {
            if (!is_first && taken_bytes_ >= chunks_[at_].blank_from) go_on();
            List<std::string_view> line;
            std::size_t size = 0;
            while (at_ < chunks_.size() && size + rest_size() <= width_) {
                size += rest_size();
                line.push_back(rest());
                go_on();
            }
            if (at_ < chunks_.size() && rest_size() > width_) take_long_word(line, size);
            if (!line.empty() && is_blank(line.back())) line.pop_back();
            if (line.empty()) continue;
            if (!is_first) out += separator;
            is_first = false;
            for (const std::string_view piece : line) out += piece;
        }
    }

private:
    [[nodiscard]] static bool is_blank(std::string_view text) {
        return template_strip_space(text, true, true).empty();
    }

    /// Puts a part of a word that is longer than a line into the line, or all of it where it is not to be broken.
    void take_long_word(List<std::string_view>& line, std::size_t size) {
        const std::string_view chunk = rest();
        if (!break_long_words_) {
            if (!line.empty()) return;
            line.push_back(chunk);
            go_on();
            return;
        }
        std::size_t end = code_points_size(chunk, width_ - size);
        if (break_on_hyphens_ && end < chunk.size() && end > 0) {
            const std::string_view before = chunk.substr(0, chunk.substr(0, end).rfind('-') + 1);
            if (before.find_first_not_of('-') != std::string_view::npos) end = before.size();
        }
        line.push_back(chunk.substr(0, end));
        taken_bytes_ += end;
        taken_ += count_code_points(line.back());
    }

    /// What is left of the chunk that comes next, and how many characters that are.
    [[nodiscard]] std::string_view rest() const noexcept {
        return std::string_view(chunks_[at_].text).substr(taken_bytes_);
    }
    [[nodiscard]] std::size_t rest_size() const noexcept { return chunks_[at_].size - taken_; }
    void go_on() noexcept {
        ++at_;
        taken_ = taken_bytes_ = 0;
    }

    const List<WordwrapChunk>& chunks_;
    std::size_t at_ = 0;
    std::size_t taken_ = 0;  // characters of the chunk that stand in lines already
    std::size_t taken_bytes_ = 0;
    std::size_t width_;
    bool break_long_words_;
    bool break_on_hyphens_;
};

MICROFLASK_INLINE TemplateValue template_filter_wordwrap(RenderState& state,
                                                         const TemplateArguments& arguments) {
    const TemplateParameters parameters(
        arguments, "do_wordwrap",
        {"s", "width", "break_long_words", "wrapstring", "break_on_hyphens"}, 1);
    const TemplateValue& value = parameters.value(0);
    if (!value.is_text() && !value.is_undefined()) {
        throw TemplateRuntimeError(
            "AttributeError",
            concat({"'", value.type_name(), "' object has no attribute 'splitlines'"}));
    }
    const std::string_view text = value.as_text();
    const std::int64_t width = parameters.integer(1, 79);
    if (width <= 0) {
        if (text.empty()) return TemplateValue::borrowed_text("");
        std::string message = "invalid width ";
        append_signed(message, width);
        throw TemplateRuntimeError("ValueError", message + " (must be > 0)");
    }
    const bool break_long_words = parameters.is_true(2, true);
    const bool break_on_hyphens = parameters.is_true(4, true);
    const TemplateValue separator = parameters.has(3)
                                        ? parameters.value(3)
                                        : TemplateValue::borrowed_text(state.newline_sequence);
    const bool is_markup = separator.is_markup();
    std::string out;
    bool is_first = true;
    for (const std::string_view line : template_split_lines(text, false)) {
        if (!is_first) out += separator.as_text();
        is_first = false;
        std::string wrapped;
        WordwrapLines(WordwrapChunks(line, break_on_hyphens).chunks(),
                      static_cast<std::size_t>(width), break_long_words, break_on_hyphens)
            .append(wrapped, "\n");
        // Within a paragraph there is no line break, so each one here stands for a separator.
        for (std::string_view rest = wrapped;;) {
            const std::size_t end = rest.find('\n');
            if (is_markup)
                append_escaped(out, rest.substr(0, end));
            else
                out += rest.substr(0, end);
            if (end == std::string_view::npos) break;
            out += separator.text_value();
            rest.remove_prefix(end + 1);
        }
    }
    return TemplateValue::text(std::move(out), is_markup);
}

}  // namespace microflask::detail
