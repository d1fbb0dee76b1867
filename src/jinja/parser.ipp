// What jinja/parser.hpp promises: tokens, expressions. Statements are in jinja/statements.ipp.
#include "jinja/parser.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE TemplateParser::TemplateParser(const TemplateSyntax& syntax,
                                                 std::string_view source, std::string_view name,
                                                 std::string_view filename)
    : lexer_(syntax, source, name, filename), name_(name), filename_(filename) {}

MICROFLASK_INLINE TemplateNodes TemplateParser::parse() {
    current_ = lexer_.next();
    return parse_body({});
}

MICROFLASK_INLINE TemplateParser::Nesting::Nesting(TemplateParser& parser) : parser_(parser) {
    if (parser.nesting_ >= maximum_nesting) parser.fail("the template is nested too deeply");
    ++parser_.nesting_;
}

MICROFLASK_INLINE void TemplateParser::fail(std::string message, std::uint32_t line) const {
    throw_template_syntax_error(std::move(message), line, name_, filename_);
}

/// Returns the token behind the current one.
MICROFLASK_INLINE const TemplateToken& TemplateParser::look() {
    if (!has_ahead_) {
        ahead_ = lexer_.next();
        has_ahead_ = true;
    }
    return ahead_;
}

/// Goes one token further and returns the one it was at.
MICROFLASK_INLINE TemplateToken TemplateParser::advance() {
    TemplateToken token = std::move(current_);
    if (has_ahead_) {
        current_ = std::move(ahead_);
        has_ahead_ = false;
    } else if (token.is(Kind::end)) {
        current_ = token;
    } else {
        // Where the lexer fails, the parser still has its token.
        current_ = token;
        current_ = lexer_.next();
    }
    return token;
}

MICROFLASK_INLINE bool TemplateParser::skip_if(Kind kind) {
    if (!at(kind)) return false;
    advance();
    return true;
}

MICROFLASK_INLINE bool TemplateParser::skip_if_name(std::string_view name) {
    if (!at_name(name)) return false;
    advance();
    return true;
}

MICROFLASK_INLINE void TemplateParser::fail_expected(std::string_view expected) {
    const std::string wanted = quote_template_text(expected);
    if (at(Kind::end)) fail(concat({"unexpected end of template, expected ", wanted, "."}));
    fail(concat({"expected token ", wanted, ", got ",
                 quote_template_text(describe_template_token(current_))}));
}

MICROFLASK_INLINE TemplateToken TemplateParser::expect(Kind kind) {
    if (!at(kind)) fail_expected(describe_template_token(kind));
    return advance();
}

MICROFLASK_INLINE void TemplateParser::expect_name(std::string_view name) {
    if (!at_name(name)) fail_expected(name);
    advance();
}

MICROFLASK_INLINE bool TemplateParser::at_any(const List<std::string_view>& names) const noexcept {
    for (const std::string_view name : names) {
        if (at_name(name)) return true;
    }
    return false;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::make(TemplateNodeKind kind,
                                                           std::uint32_t line) const {
    return std::make_unique<TemplateNode>(kind, line);
}

/// A node is one higher than the highest below it. What is too high could not be walked by recursion.
MICROFLASK_INLINE void TemplateParser::raise_height(TemplateNode& node, const TemplateNode& child) {
    if (child.height >= maximum_height) fail("the template is nested too deeply");
    if (node.height <= child.height) node.height = static_cast<std::uint16_t>(child.height + 1);
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::make_binary(TemplateNodeKind kind,
                                                                  std::uint32_t line,
                                                                  TemplateNodePointer first,
                                                                  TemplateNodePointer second) {
    TemplateNodePointer node = make(kind, line);
    raise_height(*node, *first);
    raise_height(*node, *second);
    node->first = std::move(first);
    node->second = std::move(second);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_expression(bool with_conditional) {
    const Nesting nesting(*this);
    return with_conditional ? parse_conditional() : parse_or();
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_conditional() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_or();
    while (skip_if_name("if")) {
        TemplateNodePointer node = make(TemplateNodeKind::conditional, line);
        TemplateNodePointer test = parse_or();
        raise_height(*node, *left);
        raise_height(*node, *test);
        node->first = std::move(left);
        node->second = std::move(test);
        if (skip_if_name("else")) {
            const Nesting nesting(*this);
            node->third = parse_conditional();
            raise_height(*node, *node->third);
        }
        left = std::move(node);
        line = current_.line;
    }
    return left;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_or() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_and();
    while (skip_if_name("or")) {
        left = make_binary(TemplateNodeKind::logical_or, line, std::move(left), parse_and());
        line = current_.line;
    }
    return left;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_and() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_not();
    while (skip_if_name("and")) {
        left = make_binary(TemplateNodeKind::logical_and, line, std::move(left), parse_not());
        line = current_.line;
    }
    return left;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_not() {
    if (!at_name("not")) return parse_compare();
    const Nesting nesting(*this);
    TemplateNodePointer node = make(TemplateNodeKind::logical_not, advance().line);
    node->first = parse_not();
    raise_height(*node, *node->first);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_compare() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_sum();
    TemplateNodePointer node;
    for (;;) {
        TemplateOperation operation = TemplateOperation::eq;
        if (current_.kind >= Kind::eq && current_.kind <= Kind::lteq) {
            operation = static_cast<TemplateOperation>(static_cast<unsigned>(current_.kind) -
                                                       static_cast<unsigned>(Kind::eq));
            advance();
        } else if (skip_if_name("in")) {
            operation = TemplateOperation::in;
        } else if (at_name("not") && look().is_name("in")) {
            operation = TemplateOperation::notin;
            advance();
            advance();
        } else {
            break;
        }
        TemplateNodePointer right = parse_sum();
        if (!node) {
            node = make(TemplateNodeKind::compare, line);
            raise_height(*node, *left);
            node->first = std::move(left);
        }
        raise_height(*node, *right);
        node->operations.push_back(operation);
        node->items.push_back(std::move(right));
        node->line = current_.line;
    }
    return node ? std::move(node) : std::move(left);
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_sum() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_concat();
    while (at(Kind::add) || at(Kind::sub)) {
        const TemplateNodeKind kind =
            at(Kind::add) ? TemplateNodeKind::add : TemplateNodeKind::subtract;
        advance();
        left = make_binary(kind, line, std::move(left), parse_concat());
        line = current_.line;
    }
    return left;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_concat() {
    const std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_product();
    if (!at(Kind::tilde)) return left;
    TemplateNodePointer node = make(TemplateNodeKind::concat, line);
    raise_height(*node, *left);
    node->items.push_back(std::move(left));
    while (skip_if(Kind::tilde)) {
        node->items.push_back(parse_product());
        raise_height(*node, *node->items.back());
    }
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_product() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_power();
    for (;;) {
        TemplateNodeKind kind = TemplateNodeKind::multiply;
        if (at(Kind::div)) {
            kind = TemplateNodeKind::divide;
        } else if (at(Kind::floordiv)) {
            kind = TemplateNodeKind::floor_divide;
        } else if (at(Kind::mod)) {
            kind = TemplateNodeKind::modulo;
        } else if (!at(Kind::mul)) {
            return left;
        }
        advance();
        left = make_binary(kind, line, std::move(left), parse_power());
        line = current_.line;
    }
}

// Jinja's power binds from left to right, unlike Python's.
MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_power() {
    std::uint32_t line = current_.line;
    TemplateNodePointer left = parse_unary();
    while (skip_if(Kind::pow)) {
        left = make_binary(TemplateNodeKind::power, line, std::move(left), parse_unary());
        line = current_.line;
    }
    return left;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_unary(bool with_filter) {
    const Nesting nesting(*this);
    TemplateNodePointer node;
    if (at(Kind::sub) || at(Kind::add)) {
        node = make(at(Kind::sub) ? TemplateNodeKind::negative : TemplateNodeKind::positive,
                    current_.line);
        advance();
        node->first = parse_unary(false);
        raise_height(*node, *node->first);
    } else {
        node = parse_primary();
    }
    node = parse_postfix(std::move(node));
    if (with_filter) node = parse_filters_and_tests(std::move(node));
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_number() {
    const TemplateToken token = advance();
    TemplateNodePointer node = make(TemplateNodeKind::constant, token.line);
    if (token.is(Kind::real)) {
        node->value = TemplateValue::real(parse_double(token.text).value_or(0.0));
        return node;
    }
    // As far as int64 goes; further, Python alone can count.
    std::string_view digits = token.text;
    const char letter = digits.size() > 1 ? ascii_lower(digits[1]) : '0';
    const std::uint64_t base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
    if (base != 10) digits.remove_prefix(2);
    std::uint64_t number = 0;
    for (const char c : digits) {
        const char lower = ascii_lower(c);
        const int digit = lower >= 'a' ? lower - 'a' + 10 : lower - '0';
        if (number > (INT64_MAX - static_cast<std::uint64_t>(digit)) / base) {
            fail("the integer is too large", token.line);
        }
        number = number * base + static_cast<std::uint64_t>(digit);
    }
    node->value = TemplateValue::integer(static_cast<std::int64_t>(number));
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_primary() {
    const Nesting nesting(*this);
    if (at(Kind::name)) {
        const TemplateToken token = advance();
        const std::string_view text = token.text;
        if (text == "true" || text == "false" || text == "True" || text == "False") {
            TemplateNodePointer node = make(TemplateNodeKind::constant, token.line);
            node->value = TemplateValue::boolean(text == "true" || text == "True");
            return node;
        }
        if (text == "none" || text == "None") {
            return make(TemplateNodeKind::constant, token.line);
        }
        TemplateNodePointer node = make(TemplateNodeKind::name, token.line);
        node->text = token.text;
        return node;
    }
    if (at(Kind::string)) {
        TemplateNodePointer node = make(TemplateNodeKind::constant, current_.line);
        std::string text = advance().text;
        while (at(Kind::string)) text += advance().text;
        node->value = TemplateValue::text(std::move(text));
        return node;
    }
    if (at(Kind::integer) || at(Kind::real)) return parse_number();
    if (at(Kind::lparen)) {
        advance();
        TemplateNodePointer node = parse_tuple(TupleItem::expression, true);
        expect(Kind::rparen);
        return node;
    }
    if (at(Kind::lbracket)) return parse_list();
    if (at(Kind::lbrace)) return parse_dict();
    fail(concat({"unexpected ", quote_template_text(describe_template_token(current_))}));
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_tuple(TupleItem item,
                                                                  bool explicit_parentheses) {
    std::uint32_t line = current_.line;
    TemplateNodes items;
    bool is_tuple = false;
    for (;;) {
        if (!items.empty()) expect(Kind::comma);
        if (at(Kind::variable_end) || at(Kind::block_end) || at(Kind::rparen)) break;
        items.push_back(item == TupleItem::primary
                            ? parse_primary()
                            : parse_expression(item == TupleItem::expression));
        if (!at(Kind::comma)) break;
        is_tuple = true;
        line = current_.line;
    }
    if (!is_tuple) {
        if (!items.empty()) return std::move(items[0]);
        if (!explicit_parentheses) {
            fail(concat({"Expected an expression, got ",
                         quote_template_text(describe_template_token(current_))}));
        }
    }
    TemplateNodePointer node = make(TemplateNodeKind::tuple, line);
    for (const TemplateNodePointer& element : items) raise_height(*node, *element);
    node->items = std::move(items);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_list() {
    TemplateNodePointer node = make(TemplateNodeKind::list, expect(Kind::lbracket).line);
    while (!at(Kind::rbracket)) {
        if (!node->items.empty()) expect(Kind::comma);
        if (at(Kind::rbracket)) break;
        node->items.push_back(parse_expression());
        raise_height(*node, *node->items.back());
    }
    expect(Kind::rbracket);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_dict() {
    TemplateNodePointer node = make(TemplateNodeKind::dict, expect(Kind::lbrace).line);
    while (!at(Kind::rbrace)) {
        if (!node->items.empty()) expect(Kind::comma);
        if (at(Kind::rbrace)) break;
        node->items.push_back(parse_expression());
        raise_height(*node, *node->items.back());
        expect(Kind::colon);
        node->items.push_back(parse_expression());
        raise_height(*node, *node->items.back());
    }
    expect(Kind::rbrace);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_postfix(TemplateNodePointer node) {
    for (;;) {
        if (at(Kind::dot) || at(Kind::lbracket)) {
            node = parse_subscript(std::move(node));
        } else if (at(Kind::lparen)) {
            node = parse_call(std::move(node));
        } else {
            return node;
        }
    }
}

MICROFLASK_INLINE TemplateNodePointer
TemplateParser::parse_filters_and_tests(TemplateNodePointer node) {
    for (;;) {
        if (at(Kind::pipe)) {
            node = parse_filter(std::move(node));
        } else if (at_name("is")) {
            node = parse_test(std::move(node));
        } else if (at(Kind::lparen)) {
            node = parse_call(std::move(node));
        } else {
            return node;
        }
    }
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_subscript(TemplateNodePointer node) {
    const TemplateToken token = advance();
    if (token.is(Kind::dot)) {
        if (at(Kind::name)) {
            TemplateNodePointer attribute = make(TemplateNodeKind::attribute, token.line);
            raise_height(*attribute, *node);
            attribute->first = std::move(node);
            attribute->text = advance().text;
            return attribute;
        }
        if (!at(Kind::integer)) {
            const std::uint32_t line = current_.line;
            advance();
            fail("expected name or number", line);
        }
        return make_binary(TemplateNodeKind::item, token.line, std::move(node), parse_number());
    }
    TemplateNodes items;
    while (!at(Kind::rbracket)) {
        if (!items.empty()) expect(Kind::comma);
        items.push_back(parse_subscribed());
    }
    expect(Kind::rbracket);
    TemplateNodePointer key;
    if (items.size() == 1) {
        key = std::move(items[0]);
    } else {
        key = make(TemplateNodeKind::tuple, token.line);
        for (const TemplateNodePointer& element : items) {
            if (element->is(TemplateNodeKind::slice)) fail("invalid syntax", token.line);
            raise_height(*key, *element);
        }
        key->items = std::move(items);
    }
    return make_binary(TemplateNodeKind::item, token.line, std::move(node), std::move(key));
}

/// Parses what stands between brackets: an expression or a slice.
MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_subscribed() {
    const std::uint32_t line = current_.line;
    TemplateNodePointer start;
    if (!at(Kind::colon)) {
        start = parse_expression();
        if (!at(Kind::colon)) return start;
    }
    advance();
    TemplateNodePointer stop;
    TemplateNodePointer step;
    if (!at(Kind::colon) && !at(Kind::rbracket) && !at(Kind::comma)) stop = parse_expression();
    if (skip_if(Kind::colon) && !at(Kind::rbracket) && !at(Kind::comma)) step = parse_expression();
    TemplateNodePointer node = make(TemplateNodeKind::slice, line);
    for (TemplateNodePointer* part : {&start, &stop, &step}) {
        if (*part) raise_height(*node, **part);
        node->items.push_back(std::move(*part));
    }
    return node;
}

/// Parses the arguments in parentheses into a call, a filter or a test.
MICROFLASK_INLINE void TemplateParser::parse_arguments(TemplateNode& node) {
    const std::uint32_t line = expect(Kind::lparen).line;
    const auto parts = [&]() -> TemplateParts& {
        if (!node.parts) node.parts = std::make_unique<TemplateParts>();
        return *node.parts;
    };
    const auto ensure = [&](bool condition) {
        if (!condition) fail("invalid syntax for function call expression", line);
    };
    bool require_comma = false;
    while (!at(Kind::rparen)) {
        if (require_comma) {
            expect(Kind::comma);
            if (at(Kind::rparen)) break;
        }
        const bool has_arguments = node.parts && node.parts->dynamic_arguments;
        const bool has_keywords = node.parts && node.parts->dynamic_keywords;
        if (at(Kind::mul)) {
            ensure(!has_arguments && !has_keywords);
            advance();
            TemplateNodePointer value = parse_expression();
            raise_height(node, *value);
            parts().dynamic_arguments = std::move(value);
        } else if (at(Kind::pow)) {
            ensure(!has_keywords);
            advance();
            TemplateNodePointer value = parse_expression();
            raise_height(node, *value);
            parts().dynamic_keywords = std::move(value);
        } else if (at(Kind::name) && look().is(Kind::assign)) {
            ensure(!has_keywords);
            TemplateNamedNode keyword;
            keyword.name = advance().text;
            advance();
            keyword.value = parse_expression();
            raise_height(node, *keyword.value);
            for (const TemplateNamedNode& other : parts().keywords) {
                if (other.name == keyword.name) {
                    fail(concat({"keyword argument repeated: ", keyword.name}), line);
                }
            }
            parts().keywords.push_back(std::move(keyword));
        } else {
            ensure(!has_arguments && !has_keywords &&
                   !(node.parts && !node.parts->keywords.empty()));
            node.items.push_back(parse_expression());
            raise_height(node, *node.items.back());
        }
        require_comma = true;
    }
    expect(Kind::rparen);
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_call(TemplateNodePointer node) {
    TemplateNodePointer call = make(TemplateNodeKind::call, current_.line);
    raise_height(*call, *node);
    call->first = std::move(node);
    parse_arguments(*call);
    return call;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_filter(TemplateNodePointer node,
                                                                   bool start_inline) {
    while (at(Kind::pipe) || start_inline) {
        if (!start_inline) advance();
        start_inline = false;
        const TemplateToken token = expect(Kind::name);
        TemplateNodePointer filter = make(TemplateNodeKind::filter, token.line);
        filter->text = token.text;
        while (skip_if(Kind::dot)) {
            filter->text += '.';
            filter->text += expect(Kind::name).text;
        }
        if (at(Kind::lparen)) parse_arguments(*filter);
        if (node) raise_height(*filter, *node);
        filter->first = std::move(node);
        node = std::move(filter);
    }
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_test(TemplateNodePointer node) {
    const std::uint32_t line = advance().line;
    const bool negated = skip_if_name("not");
    TemplateNodePointer test = make(TemplateNodeKind::test, line);
    test->text = expect(Kind::name).text;
    while (skip_if(Kind::dot)) {
        test->text += '.';
        test->text += expect(Kind::name).text;
    }
    raise_height(*test, *node);
    test->first = std::move(node);
    if (at(Kind::lparen)) {
        parse_arguments(*test);
    } else if ((at(Kind::name) || at(Kind::string) || at(Kind::integer) || at(Kind::real) ||
                at(Kind::lbracket) || at(Kind::lbrace)) &&
               !at_name("else") && !at_name("or") && !at_name("and")) {
        if (at_name("is")) fail("You cannot chain multiple tests with is");
        TemplateNodePointer argument = parse_postfix(parse_primary());
        raise_height(*test, *argument);
        test->items.push_back(std::move(argument));
    }
    if (!negated) return test;
    TemplateNodePointer negation = make(TemplateNodeKind::logical_not, line);
    raise_height(*negation, *test);
    negation->first = std::move(test);
    return negation;
}

}  // namespace microflask::detail
