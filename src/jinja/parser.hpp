// Makes a tree of a template's tokens: Jinja's statements, and expressions with Python's precedence.
#pragma once

#include "core/list.hpp"
#include "jinja/lexer.hpp"
#include "jinja/nodes.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace microflask::detail {

/// Parses one template. Nesting is limited, so that no text makes it run out of stack.
class TemplateParser {
public:
    /// All arguments must outlive the parser.
    TemplateParser(const TemplateSyntax& syntax, std::string_view source, std::string_view name,
                   std::string_view filename);

    /// Returns the whole tree; throws TemplateSyntaxError.
    TemplateNodes parse();

private:
    using Kind = TemplateTokenKind;
    using Keywords = std::initializer_list<std::string_view>;

    // Tokens
    const TemplateToken& look();
    TemplateToken advance();
    bool skip_if(Kind kind);
    bool skip_if_name(std::string_view name);
    TemplateToken expect(Kind kind);
    void expect_name(std::string_view name);
    [[nodiscard]] bool at(Kind kind) const noexcept { return current_.kind == kind; }
    [[nodiscard]] bool at_name(std::string_view name) const noexcept {
        return current_.is_name(name);
    }
    [[nodiscard]] bool at_any(const List<std::string_view>& names) const noexcept;
    [[noreturn]] void fail(std::string message) { fail(std::move(message), current_.line); }
    [[noreturn]] void fail(std::string message, std::uint32_t line) const;
    [[noreturn]] void fail_expected(std::string_view expected);
    [[noreturn]] void fail_tags(std::optional<std::string> unknown_tag, std::uint32_t line);

    // Statements
    TemplateNodes parse_body(const List<std::string_view>& end_names);
    TemplateNodes parse_statements(Keywords end_names, bool drop_end = false);
    void parse_statement(TemplateNodes& body);
    TemplateNodePointer parse_set();
    TemplateNodePointer parse_for();
    TemplateNodePointer parse_if();
    TemplateNodePointer parse_with();
    TemplateNodePointer parse_autoescape();
    TemplateNodePointer parse_block();
    TemplateNodePointer parse_extends();
    TemplateNodePointer parse_include();
    TemplateNodePointer parse_import();
    TemplateNodePointer parse_from();
    TemplateNodePointer parse_macro();
    TemplateNodePointer parse_call_block();
    TemplateNodePointer parse_filter_block();
    void parse_print(TemplateNodes& body);
    void parse_signature(TemplateNode& node);
    bool parse_context(TemplateNode& node);
    TemplateNodePointer parse_target(bool with_namespace);
    TemplateNodePointer parse_target_name();

    // Expressions, from the weakest to the strongest
    TemplateNodePointer parse_expression(bool with_conditional = true);
    TemplateNodePointer parse_conditional();
    TemplateNodePointer parse_or();
    TemplateNodePointer parse_and();
    TemplateNodePointer parse_not();
    TemplateNodePointer parse_compare();
    TemplateNodePointer parse_sum();
    TemplateNodePointer parse_concat();
    TemplateNodePointer parse_product();
    TemplateNodePointer parse_power();
    TemplateNodePointer parse_unary(bool with_filter = true);
    TemplateNodePointer parse_primary();
    TemplateNodePointer parse_number();
    TemplateNodePointer parse_list();
    TemplateNodePointer parse_dict();
    TemplateNodePointer parse_postfix(TemplateNodePointer node);
    TemplateNodePointer parse_filters_and_tests(TemplateNodePointer node);
    TemplateNodePointer parse_subscript(TemplateNodePointer node);
    TemplateNodePointer parse_subscribed();
    TemplateNodePointer parse_filter(TemplateNodePointer node, bool start_inline = false);
    TemplateNodePointer parse_test(TemplateNodePointer node);
    TemplateNodePointer parse_call(TemplateNodePointer node);
    void parse_arguments(TemplateNode& node);

    enum class TupleItem : std::uint8_t { primary, expression, unconditional };
    TemplateNodePointer parse_tuple(TupleItem item, bool explicit_parentheses = false);

    [[nodiscard]] TemplateNodePointer make(TemplateNodeKind kind, std::uint32_t line) const;
    [[nodiscard]] TemplateNodePointer make_binary(TemplateNodeKind kind, std::uint32_t line,
                                                  TemplateNodePointer first,
                                                  TemplateNodePointer second);
    void raise_height(TemplateNode& node, const TemplateNode& child);

    /// Counts how deep the parser is inside of itself.
    class Nesting {
    public:
        explicit Nesting(TemplateParser& parser);
        ~Nesting() { --parser_.nesting_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;

    private:
        TemplateParser& parser_;
    };

    static constexpr std::uint16_t maximum_nesting = 240;
    static constexpr std::uint16_t maximum_height = 400;

    TemplateLexer lexer_;
    std::string_view name_;
    std::string_view filename_;
    TemplateToken current_;
    TemplateToken ahead_;
    bool has_ahead_ = false;
    std::uint16_t nesting_ = 0;
    List<std::string> tags_;
    List<List<std::string_view>> ends_;
};

}  // namespace microflask::detail
