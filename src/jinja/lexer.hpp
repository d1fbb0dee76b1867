// Cuts a template into tokens, one at a time, with all of Jinja's whitespace control.
#pragma once

#include "core/list.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

/// How templates are written: the delimiters and what happens to white space around them.
struct TemplateSyntax {
    std::string block_start_string = "{%";
    std::string block_end_string = "%}";
    std::string variable_start_string = "{{";
    std::string variable_end_string = "}}";
    std::string comment_start_string = "{#";
    std::string comment_end_string = "#}";
    std::string line_statement_prefix;  // empty: none
    std::string line_comment_prefix;    // empty: none
    std::string newline_sequence = "\n";
    bool trim_blocks = false;
    bool lstrip_blocks = false;
    bool keep_trailing_newline = false;
};

enum class TemplateTokenKind : std::uint8_t {
    end,
    data,
    block_begin,
    block_end,
    variable_begin,
    variable_end,
    name,
    string,
    integer,
    real,
    // operators
    add,
    sub,
    mul,
    div,
    floordiv,
    mod,
    pow,
    tilde,
    lbracket,
    rbracket,
    lparen,
    rparen,
    lbrace,
    rbrace,
    eq,
    ne,
    gt,
    gteq,
    lt,
    lteq,
    assign,
    dot,
    colon,
    pipe,
    comma,
    semicolon,
};

struct TemplateToken {
    TemplateTokenKind kind = TemplateTokenKind::end;
    std::uint32_t line = 1;
    std::string text;  // a name, data, a number as written, the value of a string

    [[nodiscard]] bool is(TemplateTokenKind other) const noexcept { return kind == other; }
    [[nodiscard]] bool is_name(std::string_view other) const noexcept {
        return kind == TemplateTokenKind::name && text == other;
    }
};

/// Says what a kind of token is, in the words of Jinja's error messages.
std::string_view describe_template_token(TemplateTokenKind kind) noexcept;
std::string_view describe_template_token(const TemplateToken& token) noexcept;

/// Text in quotes, as Python's repr() writes it.
std::string quote_template_text(std::string_view text);

/// Returns how many bytes of white space (as Python's `\s` means it) stand at a place; 0 where there is none.
std::size_t template_space_at(std::string_view text, std::size_t position) noexcept;

[[noreturn]] void throw_template_syntax_error(std::string message, std::uint32_t line,
                                              std::string_view name, std::string_view filename);

/// The lexer. Errors are found when the token is reached, so that what comes first is reported first.
class TemplateLexer {
public:
    /// `syntax` must outlive the lexer.
    TemplateLexer(const TemplateSyntax& syntax, std::string_view source, std::string_view name,
                  std::string_view filename);

    /// Returns the next token; `end` again and again behind the last one. Throws TemplateSyntaxError.
    TemplateToken next();

private:
    enum class State : std::uint8_t { root, block, variable, line_statement };

    void lex_root();
    void lex_comment();
    void lex_line_comment();
    void lex_raw();
    void lex_inside();
    bool lex_end_of_tag();
    bool lex_number();
    bool lex_operator();
    void lex_string(std::size_t end);
    void skip_space();
    [[nodiscard]] bool starts(std::size_t position, std::string_view text) const noexcept;
    [[nodiscard]] std::size_t end_of_block(std::size_t position, std::string_view end, bool plus,
                                           bool trim) const;
    [[nodiscard]] std::size_t raw_begin_at(std::size_t position) const;
    void move_to(std::size_t position);
    void give_data(std::string_view text, char sign, bool may_lstrip);
    void give(TemplateTokenKind kind, std::string_view text);
    [[noreturn]] void fail(std::string message, std::uint32_t line) const;

    const TemplateSyntax& syntax_;
    std::string source_;
    std::string_view name_;
    std::string_view filename_;
    std::string start_characters_;
    std::size_t position_ = 0;
    std::uint32_t line_ = 1;
    std::uint32_t last_line_ = 1;  // of the token that was given last
    std::string balance_;          // the closing brackets that are expected
    List<TemplateToken> ready_;
    std::size_t given_ = 0;
    State state_ = State::root;
    bool line_starting_ = true;
};

}  // namespace microflask::detail
