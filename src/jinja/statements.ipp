// What jinja/parser.hpp promises: statements. Expressions are in jinja/parser.ipp.
#include "jinja/parser.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

/// Says which tags were awaited where another or none was found.
MICROFLASK_INLINE void TemplateParser::fail_tags(std::optional<std::string> unknown_tag,
                                                 std::uint32_t line) {
    std::string message = "Unexpected end of template.";
    if (unknown_tag) {
        message = concat({"Encountered unknown tag ", quote_template_text(*unknown_tag), "."});
    }
    if (!ends_.empty()) {
        std::string looking;
        bool expected = false;
        for (const std::string_view end : ends_.back()) {
            if (!looking.empty()) looking += " or ";
            looking += quote_template_text(end);
        }
        for (const List<std::string_view>& ends : ends_) {
            for (const std::string_view end : ends) expected |= unknown_tag && *unknown_tag == end;
        }
        message += expected ? " You probably made a nesting mistake. Jinja is expecting this tag, "
                              "but currently looking for "
                            : " Jinja was looking for the following tags: ";
        message += looking;
        message += '.';
    }
    if (!tags_.empty()) {
        message += " The innermost block that needs to be closed is ";
        message += quote_template_text(tags_.back());
        message += '.';
    }
    fail(std::move(message), line);
}

/// Parses text and tags up to one of the ending tags, or to the template's end.
MICROFLASK_INLINE TemplateNodes
TemplateParser::parse_body(const List<std::string_view>& end_names) {
    TemplateNodes body;
    while (!at(Kind::end)) {
        if (at(Kind::data)) {
            TemplateNodePointer node = make(TemplateNodeKind::data, current_.line);
            node->text = advance().text;
            body.push_back(std::move(node));
        } else if (at(Kind::variable_begin)) {
            advance();
            TemplateNodePointer expression = parse_tuple(TupleItem::expression);
            TemplateNodePointer node = make(TemplateNodeKind::output, expression->line);
            node->first = std::move(expression);
            expect(Kind::variable_end);
            body.push_back(std::move(node));
        } else {
            expect(Kind::block_begin);
            if (at_any(end_names)) return body;
            parse_statement(body);
            expect(Kind::block_end);
        }
    }
    return body;
}

/// Parses what stands within a statement, up to one of the names that may end it.
MICROFLASK_INLINE TemplateNodes TemplateParser::parse_statements(Keywords end_names,
                                                                 bool drop_end) {
    skip_if(Kind::colon);
    expect(Kind::block_end);
    ends_.push_back(List<std::string_view>(end_names));
    const List<std::string_view> ends = ends_.back();
    TemplateNodes body = parse_body(ends);
    if (at(Kind::end)) fail_tags({}, current_.line);
    ends_.pop_back();
    if (drop_end) advance();
    return body;
}

MICROFLASK_INLINE void TemplateParser::parse_statement(TemplateNodes& body) {
    const Nesting nesting(*this);
    if (!at(Kind::name)) fail("tag name expected");
    using Parse = TemplateNodePointer (TemplateParser::*)();
    struct Statement {
        std::string_view name;
        Parse parse;
    };
    static constexpr Statement statements[] = {
        {"for", &TemplateParser::parse_for},
        {"if", &TemplateParser::parse_if},
        {"block", &TemplateParser::parse_block},
        {"extends", &TemplateParser::parse_extends},
        {"macro", &TemplateParser::parse_macro},
        {"include", &TemplateParser::parse_include},
        {"from", &TemplateParser::parse_from},
        {"import", &TemplateParser::parse_import},
        {"set", &TemplateParser::parse_set},
        {"with", &TemplateParser::parse_with},
        {"autoescape", &TemplateParser::parse_autoescape},
        {"call", &TemplateParser::parse_call_block},
        {"filter", &TemplateParser::parse_filter_block},
    };
    if (at_name("print")) {
        tags_.push_back("print");
        parse_print(body);
        tags_.pop_back();
        return;
    }
    for (const Statement& statement : statements) {
        if (!at_name(statement.name)) continue;
        tags_.push_back(std::string(statement.name));
        body.push_back((this->*statement.parse)());
        tags_.pop_back();
        return;
    }
    fail_tags(current_.text, current_.line);
}

MICROFLASK_INLINE void TemplateParser::parse_print(TemplateNodes& body) {
    advance();
    for (bool first = true; !at(Kind::block_end); first = false) {
        if (!first) expect(Kind::comma);
        TemplateNodePointer expression = parse_expression();
        TemplateNodePointer node = make(TemplateNodeKind::output, expression->line);
        node->first = std::move(expression);
        body.push_back(std::move(node));
    }
}

/// Returns what Jinja calls a kind of expression in its messages.
MICROFLASK_INLINE std::string_view template_node_name(TemplateNodeKind kind) noexcept {
    static constexpr std::string_view names[] = {
        "const", "name",   "nsref",   "tuple",   "list",    "dict",  "condexpr", "and",      "or",
        "not",   "neg",    "pos",     "add",     "sub",     "mul",   "div",      "floordiv", "mod",
        "pow",   "concat", "compare", "getattr", "getitem", "slice", "call",     "filter",   "test",
    };
    return names[static_cast<std::size_t>(kind)];
}

MICROFLASK_INLINE bool can_assign_to_template_node(const TemplateNode& node) noexcept {
    if (node.is(TemplateNodeKind::name) || node.is(TemplateNodeKind::namespace_field)) return true;
    if (!node.is(TemplateNodeKind::tuple)) return false;
    for (const TemplateNodePointer& item : node.items) {
        if (!can_assign_to_template_node(*item)) return false;
    }
    return true;
}

/// Marks names as targets, in tuples too.
MICROFLASK_INLINE void store_template_names(TemplateNode& node) noexcept {
    node.flag = true;
    for (const TemplateNodePointer& item : node.items) store_template_names(*item);
}

/// Parses what is assigned to: a name, a tuple, or the field of a namespace.
MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_target(bool with_namespace) {
    TemplateNodePointer target;
    if (with_namespace && look().is(Kind::dot)) {
        const TemplateToken token = expect(Kind::name);
        advance();
        target = make(TemplateNodeKind::namespace_field, token.line);
        target->text = token.text;
        target->attribute = expect(Kind::name).text;
        return target;
    }
    target = parse_tuple(TupleItem::primary);
    if (!can_assign_to_template_node(*target)) {
        fail(concat({"can't assign to ", quote_template_text(template_node_name(target->kind))}),
             target->line);
    }
    store_template_names(*target);
    return target;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_target_name() {
    const TemplateToken token = expect(Kind::name);
    for (const std::string_view name : {"true", "false", "none", "True", "False", "None"}) {
        if (token.text == name) fail("can't assign to 'name'", token.line);
    }
    TemplateNodePointer target = make(TemplateNodeKind::name, token.line);
    target->text = token.text;
    target->flag = true;
    return target;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_set() {
    TemplateNodePointer node = make(TemplateNodeKind::assign, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_target(true);
    if (skip_if(Kind::assign)) {
        node->second = parse_tuple(TupleItem::expression);
        return node;
    }
    node->kind = TemplateNodeKind::assign_block;
    node->second = parse_filter(nullptr);
    node->body = parse_statements({"endset"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_for() {
    TemplateNodePointer node = make(TemplateNodeKind::for_loop, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_target(false);
    expect_name("in");
    node->second = parse_tuple(TupleItem::unconditional);
    if (skip_if_name("if")) node->third = parse_expression();
    node->flag = skip_if_name("recursive");
    node->body = parse_statements({"endfor", "else"});
    if (advance().text != "endfor") node->otherwise = parse_statements({"endfor"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_if() {
    TemplateNodePointer result = make(TemplateNodeKind::condition, advance().line);
    TemplateNode* node = result.get();
    for (;;) {
        node->first = parse_tuple(TupleItem::unconditional);
        node->body = parse_statements({"elif", "else", "endif"});
        const TemplateToken token = advance();
        if (token.text == "elif") {
            result->items.push_back(make(TemplateNodeKind::condition, current_.line));
            node = result->items.back().get();
            continue;
        }
        if (token.text == "else") result->otherwise = parse_statements({"endif"}, true);
        return result;
    }
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_with() {
    TemplateNodePointer node = make(TemplateNodeKind::with_block, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    while (!at(Kind::block_end)) {
        if (!node->items.empty()) expect(Kind::comma);
        node->items.push_back(parse_target(false));
        expect(Kind::assign);
        node->items.push_back(parse_expression());
    }
    node->body = parse_statements({"endwith"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_autoescape() {
    TemplateNodePointer node = make(TemplateNodeKind::autoescape, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_expression();
    node->body = parse_statements({"endautoescape"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_block() {
    TemplateNodePointer node = make(TemplateNodeKind::block, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->text = expect(Kind::name).text;
    node->flag = skip_if_name("scoped");
    node->flag2 = skip_if_name("required");
    if (at(Kind::sub)) {
        fail(
            "Block names in Jinja have to be valid Python identifiers and may not contain "
            "hyphens, use an underscore instead.");
    }
    node->body = parse_statements({"endblock"}, true);
    if (node->flag2) {
        for (const TemplateNodePointer& child : node->body) {
            std::size_t space = 0;
            while (const std::size_t width = template_space_at(child->text, space)) space += width;
            if (!child->is(TemplateNodeKind::data) || space < child->text.size()) {
                fail("Required blocks can only contain comments or whitespace");
            }
        }
    }
    skip_if_name(node->text);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_extends() {
    TemplateNodePointer node = make(TemplateNodeKind::extends, advance().line);
    node->first = parse_expression();
    return node;
}

/// Parses `with context` or `without context`; whether that is there.
MICROFLASK_INLINE bool TemplateParser::parse_context(TemplateNode& node) {
    if ((!at_name("with") && !at_name("without")) || !look().is_name("context")) return false;
    node.flag = advance().text == "with";
    advance();
    return true;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_include() {
    TemplateNodePointer node = make(TemplateNodeKind::include, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_expression();
    if (at_name("ignore") && look().is_name("missing")) {
        node->flag2 = true;
        advance();
        advance();
    }
    node->flag = true;
    parse_context(*node);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_import() {
    TemplateNodePointer node = make(TemplateNodeKind::import, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_expression();
    expect_name("as");
    node->items.push_back(parse_target_name());
    parse_context(*node);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_from() {
    TemplateNodePointer node = make(TemplateNodeKind::from_import, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_expression();
    expect_name("import");
    for (;;) {
        if (!node->items.empty()) expect(Kind::comma);
        if (!at(Kind::name)) expect(Kind::name);
        if (parse_context(*node)) break;
        TemplateNodePointer name = parse_target_name();
        if (name->text[0] == '_') {
            throw TemplateAssertionError("names starting with an underline can not be imported",
                                         static_cast<int>(name->line), name_, filename_);
        }
        TemplateNodePointer alias;
        if (skip_if_name("as")) {
            alias = parse_target_name();
        } else {
            alias = make(TemplateNodeKind::name, name->line);
            alias->text = name->text;
        }
        node->items.push_back(std::move(name));
        node->items.push_back(std::move(alias));
        if (parse_context(*node) || !at(Kind::comma)) break;
    }
    return node;
}

/// Parses the parameters of a macro, in parentheses.
MICROFLASK_INLINE void TemplateParser::parse_signature(TemplateNode& node) {
    expect(Kind::lparen);
    while (!at(Kind::rparen)) {
        if (!node.items.empty()) expect(Kind::comma);
        TemplateNodePointer parameter = parse_target_name();
        if (skip_if(Kind::assign)) {
            node.parts->defaults.push_back(parse_expression());
        } else if (!node.parts->defaults.empty()) {
            fail("non-default argument follows default argument");
        }
        node.items.push_back(std::move(parameter));
    }
    expect(Kind::rparen);
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_macro() {
    TemplateNodePointer node = make(TemplateNodeKind::macro, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    TemplateNodePointer name = parse_target_name();
    node->text = name->text;
    node->first = std::move(name);
    parse_signature(*node);
    node->body = parse_statements({"endmacro"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_call_block() {
    TemplateNodePointer node = make(TemplateNodeKind::call_block, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    if (at(Kind::lparen)) parse_signature(*node);
    node->first = parse_expression();
    if (!node->first->is(TemplateNodeKind::call)) fail("expected call", node->line);
    node->body = parse_statements({"endcall"}, true);
    return node;
}

MICROFLASK_INLINE TemplateNodePointer TemplateParser::parse_filter_block() {
    TemplateNodePointer node = make(TemplateNodeKind::filter_block, advance().line);
    node->parts = std::make_unique<TemplateParts>();
    node->first = parse_filter(nullptr, true);
    node->body = parse_statements({"endfilter"}, true);
    return node;
}

}  // namespace microflask::detail
