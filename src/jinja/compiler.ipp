// What jinja/compiler.hpp promises.
#include "jinja/compiler.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/lexer.hpp"
#include "jinja/methods.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE void TemplateCompiler::fail(std::string message, std::uint32_t line) const {
    throw TemplateAssertionError(std::move(message), static_cast<int>(line), name_, filename_);
}

MICROFLASK_INLINE bool template_has_extends(const TemplateNode& node) {
    bool found = node.is(TemplateNodeKind::extends);
    visit_template_children(
        node, [&](const TemplateNode& child) { found = found || template_has_extends(child); });
    return found;
}

MICROFLASK_INLINE bool template_has_scoped_block(const TemplateNode& node) {
    bool found = node.is(TemplateNodeKind::block) && node.flag;
    visit_template_children(node, [&](const TemplateNode& child) {
        found = found || template_has_scoped_block(child);
    });
    return found;
}

MICROFLASK_INLINE void TemplateCompiler::find_blocks(const TemplateNode& node,
                                                     List<TemplateNode*>& blocks) {
    if (node.is(TemplateNodeKind::block)) {
        for (const TemplateNode* other : blocks) {
            if (other->text == node.text) {
                fail(concat({"block ", quote_template_text(node.text), " defined twice"}),
                     node.line);
            }
        }
        blocks.push_back(const_cast<TemplateNode*>(&node));
    }
    visit_template_children(node, [&](const TemplateNode& child) { find_blocks(child, blocks); });
}

MICROFLASK_INLINE void TemplateCompiler::compile(TemplateTree& tree, bool autoescape) {
    const TemplateEscape escape = autoescape ? TemplateEscape::on : TemplateEscape::off;
    bool has_extends = false;
    for (const TemplateNodePointer& node : tree.body) {
        has_extends = has_extends || template_has_extends(*node);
        find_blocks(*node, tree.blocks);
    }
    TemplateSlots slots(tree.function, nullptr);
    TemplateSymbols symbols(slots, nullptr);
    static constexpr std::string_view names[] = {"self"};
    if (find_undeclared_template_names(tree.body, names, 1)) {
        symbols.declare("self", TemplateLoadAction::self);
    }
    symbols.visit(tree.body);
    compile(tree.body, Frame{symbols, slots, escape, true, true, false, has_extends});
    tree.function.loads = symbols.loads();
    for (TemplateNode* block : tree.blocks) compile_block(*block, escape);
}

MICROFLASK_INLINE void TemplateCompiler::compile_block(TemplateNode& block, TemplateEscape escape) {
    TemplateRoutine& function = block.parts->function;
    TemplateSlots slots(function, nullptr);
    TemplateSymbols symbols(slots, nullptr);
    static constexpr std::string_view names[] = {"self", "super"};
    const unsigned undeclared = find_undeclared_template_names(block.body, names, 2);
    if (undeclared & 1) symbols.declare("self", TemplateLoadAction::self);
    if (undeclared & 2) symbols.declare("super", TemplateLoadAction::parent);
    symbols.visit(block.body);
    compile(block.body, Frame{symbols, slots, escape});
    function.loads = symbols.loads();
}

MICROFLASK_INLINE void TemplateCompiler::compile(TemplateNodes& nodes, const Frame& frame) {
    for (const TemplateNodePointer& node : nodes) compile(*node, frame);
}

MICROFLASK_INLINE void TemplateCompiler::compile_if_any(const TemplateNodePointer& node,
                                                        const Frame& frame) {
    if (node) compile(*node, frame);
}

MICROFLASK_INLINE void TemplateCompiler::set_place(TemplateNode& node, std::string_view name,
                                                   const Frame& frame) {
    const TemplateVariable* reference = frame.symbols.find(name);
    if (!reference) {
        // A name that no scope has seen, such as in the filter of a `set` block.
        frame.symbols.load(name);
        reference = frame.symbols.find(name);
    }
    node.place = frame.slots.place(*reference->owner, reference->slot);
}

MICROFLASK_INLINE void TemplateCompiler::compile_call_parts(TemplateNode& node,
                                                            const Frame& frame) {
    compile(node.items, frame);
    if (!node.parts) return;
    for (const TemplateNamedNode& keyword : node.parts->keywords) compile(*keyword.value, frame);
    compile_if_any(node.parts->dynamic_arguments, frame);
    compile_if_any(node.parts->dynamic_keywords, frame);
}

MICROFLASK_INLINE void TemplateCompiler::compile_callee(TemplateNode& node, const Frame& frame) {
    const bool is_filter = node.is(TemplateNodeKind::filter);
    TemplateCallee callee;
    if (!find_(node.text, is_filter, callee) && !frame.soft) {
        fail(concat({"No ", is_filter ? "filter" : "test", " named ",
                     quote_template_text(node.text), "."}),
             node.line);
    }
    node.native = callee.native;
    node.function = callee.function;
    compile_if_any(node.first, frame);
    compile_call_parts(node, frame);
}

MICROFLASK_INLINE void TemplateCompiler::compile(TemplateNode& node, const Frame& frame) {
    using Kind = TemplateNodeKind;
    node.escape = frame.escape;
    switch (node.kind) {
    case Kind::constant: return;
    case Kind::data: node.replaceable = frame.replaceable; return;
    case Kind::name: return set_place(node, node.text, frame);
    case Kind::namespace_field: return set_place(node, node.text, frame);
    case Kind::conditional: {
        const Frame soft = frame.inside_if();
        compile(*node.first, soft);
        compile(*node.second, soft);
        return compile_if_any(node.third, soft);
    }
    case Kind::attribute:
        node.flag = find_template_dict_method(node.text) == nullptr;
        return compile(*node.first, frame);
    case Kind::call: compile(*node.first, frame); return compile_call_parts(node, frame);
    case Kind::filter:
    case Kind::test: return compile_callee(node, frame);
    case Kind::output:
        node.replaceable = frame.replaceable;
        if (frame.replaceable && has_known_parent_) return;
        return compile(*node.first, frame);
    case Kind::for_loop: return compile_for(node, frame);
    case Kind::condition: {
        const Frame soft = frame.inside_if();
        compile(*node.first, soft);
        compile(node.body, soft);
        for (const TemplateNodePointer& branch : node.items) {
            compile(*branch->first, soft);
            compile(branch->body, soft);
        }
        return compile(node.otherwise, soft);
    }
    case Kind::macro:
        compile_macro(node, frame);
        set_place(*node.first, node.first->text, frame);
        node.flag = frame.top_level;
        return;
    case Kind::call_block: compile_macro(node, frame); return compile(*node.first, frame);
    case Kind::filter_block: {
        TemplateSymbols symbols(frame.slots, &frame.symbols);
        symbols.visit(node.body);
        symbols.visit(*node.first);
        const Frame inner = frame.inner(symbols);
        compile(node.body, inner);
        compile(*node.first, inner);
        node.parts->loads = symbols.loads();
        return;
    }
    case Kind::with_block: {
        TemplateSymbols symbols(frame.slots, &frame.symbols);
        for (std::size_t i = 0; i < node.items.size(); i += 2) symbols.visit(*node.items[i], true);
        symbols.visit(node.body);
        const Frame inner = frame.inner(symbols);
        for (std::size_t i = 0; i < node.items.size(); i += 2) {
            compile_target(*node.items[i], inner);
            compile(*node.items[i + 1], frame);
        }
        compile(node.body, inner);
        node.parts->loads = symbols.loads();
        return;
    }
    case Kind::autoescape: {
        TemplateSymbols symbols(frame.slots, &frame.symbols);
        symbols.visit(*node.first);
        symbols.visit(node.body);
        Frame inner = frame.inner(symbols);
        compile(*node.first, inner);
        if (!node.first->is(Kind::constant) || frame.escape == TemplateEscape::dynamic) {
            inner.escape = TemplateEscape::dynamic;
        } else {
            inner.escape = node.first->value.is_true() ? TemplateEscape::on : TemplateEscape::off;
        }
        compile(node.body, inner);
        node.parts->loads = symbols.loads();
        return;
    }
    case Kind::block:
        // The body is compiled for itself: a block sees nothing of where it stands.
        node.replaceable = frame.top_level;
        if (node.flag) node.parts->locals = frame.symbols.locals(frame.slots);
        return;
    case Kind::extends:
        if (!frame.top_level) fail("cannot use extend from a non top-level scope", node.line);
        compile(*node.first, frame);
        if (frame.root_level) has_known_parent_ = true;
        return;
    case Kind::include:
        compile(*node.first, frame);
        if (node.flag) node.parts->locals = frame.symbols.locals(frame.slots);
        return;
    case Kind::import:
    case Kind::from_import: {
        const std::size_t step = node.is(Kind::import) ? 1 : 2;
        compile(*node.first, frame);
        for (std::size_t i = step - 1; i < node.items.size(); i += step) {
            set_place(*node.items[i], node.items[i]->text, frame);
        }
        if (node.flag) node.parts->locals = frame.symbols.locals(frame.slots);
        node.replaceable = frame.top_level;
        return;
    }
    case Kind::assign:
    case Kind::assign_block: return compile_assign(node, frame);
    default:
        compile_if_any(node.first, frame);
        compile_if_any(node.second, frame);
        for (const TemplateNodePointer& item : node.items) compile_if_any(item, frame);
        return;
    }
}

MICROFLASK_INLINE void TemplateCompiler::compile_target(TemplateNode& node, const Frame& frame) {
    if (node.is(TemplateNodeKind::tuple)) {
        for (const TemplateNodePointer& item : node.items) compile_target(*item, frame);
    } else {
        set_place(node, node.text, frame);
    }
}

MICROFLASK_INLINE void TemplateCompiler::set_test_slots(TemplateNode& node,
                                                        const TemplateSymbols& symbols) {
    if (node.is(TemplateNodeKind::name)) node.test_slot = symbols.find(node.text)->slot;
    for (const TemplateNodePointer& item : node.items) set_test_slots(*item, symbols);
}

/// Notes what an assignment on the top level makes known to the context.
MICROFLASK_INLINE void TemplateCompiler::export_targets(const TemplateNode& target,
                                                        const Frame& frame, TemplateParts& parts) {
    if (!frame.top_level) return;
    if (target.is(TemplateNodeKind::name)) parts.locals.push_back({target.text, target.place});
    for (const TemplateNodePointer& item : target.items) export_targets(*item, frame, parts);
}

MICROFLASK_INLINE void TemplateCompiler::compile_assign(TemplateNode& node, const Frame& frame) {
    if (node.is(TemplateNodeKind::assign_block)) {
        TemplateSymbols symbols(frame.slots, &frame.symbols);
        symbols.visit(node.body);
        if (node.second) symbols.visit(*node.second);
        Frame inner = frame.inner(symbols);
        inner.replaceable = false;
        compile(node.body, inner);
        compile_target(*node.first, frame);
        compile_if_any(node.second, inner);
        node.parts->loads = symbols.loads();
    } else {
        compile_target(*node.first, frame);
        compile(*node.second, frame);
    }
    export_targets(*node.first, frame, *node.parts);
}

MICROFLASK_INLINE void TemplateCompiler::refuse_loop_targets(const TemplateNode& node) {
    visit_template_children(node, [&](const TemplateNode& child) {
        if (child.is(TemplateNodeKind::name) && child.flag && child.text == "loop") {
            fail("Can't assign to special loop variable in for-loop target", child.line);
        }
        refuse_loop_targets(child);
    });
}

MICROFLASK_INLINE void TemplateCompiler::compile_for(TemplateNode& node, const Frame& frame) {
    if (node.flag) {
        // A recursive loop is a function that calls itself.
        TemplateSlots slots(node.parts->function, &frame.slots);
        compile_for_body(node, frame, slots);
    } else {
        compile_for_body(node, frame, frame.slots);
    }
}

MICROFLASK_INLINE void TemplateCompiler::compile_for_body(TemplateNode& node, const Frame& frame,
                                                          TemplateSlots& slots) {
    TemplateParts& parts = *node.parts;
    static constexpr std::string_view names[] = {"loop"};
    bool scoped_block = false;
    for (const TemplateNodes* nodes : {&node.body, &node.otherwise}) {
        for (const TemplateNodePointer& child : *nodes) {
            scoped_block = scoped_block || template_has_scoped_block(*child);
        }
    }
    parts.has_loop_object =
        node.flag || scoped_block || find_undeclared_template_names(node.body, names, 1) != 0;

    TemplateSymbols body_symbols(slots, &frame.symbols);
    if (parts.has_loop_object) parts.loop_slot = body_symbols.declare("loop");
    body_symbols.visit(*node.first, true);
    body_symbols.visit(node.body);
    TemplateSymbols else_symbols(slots, &frame.symbols);
    else_symbols.visit(node.otherwise);
    TemplateSymbols test_symbols(slots, &frame.symbols);
    test_symbols.keep_apart();
    const Frame body_frame{body_symbols, slots, frame.escape,     false,
                           false,        false, frame.replaceable};
    const Frame else_frame{else_symbols, slots, frame.escape,     false,
                           false,        false, frame.replaceable};
    const Frame test_frame{test_symbols, slots, frame.escape};

    compile_target(*node.first, body_frame);
    if (node.third) {
        // The condition has the loop's variables, but not the loop object.
        test_symbols.visit(*node.first, true);
        test_symbols.visit(*node.third);
        set_test_slots(*node.first, test_symbols);
        compile(*node.third, test_frame);
    }
    refuse_loop_targets(node);
    compile(*node.second, frame);
    compile(node.body, body_frame);
    compile(node.otherwise, else_frame);
    parts.loads = body_symbols.loads();
    parts.else_loads = else_symbols.loads();
    parts.test_loads = test_symbols.loads();
    if (node.first->is(TemplateNodeKind::tuple)) {
        for (const TemplateNodePointer& item : node.first->items) {
            if (!item->is(TemplateNodeKind::name)) return parts.target_slots.clear();
            parts.target_slots.push_back(item->place.slot);
        }
    } else {
        parts.target_slots.push_back(node.first->place.slot);
    }
}

MICROFLASK_INLINE void TemplateCompiler::compile_macro(TemplateNode& node, const Frame& frame) {
    TemplateParts& parts = *node.parts;
    TemplateSlots slots(parts.function, &frame.slots);
    TemplateSymbols symbols(slots, &frame.symbols);
    for (const TemplateNodePointer& parameter : node.items) symbols.visit(*parameter, true);
    symbols.visit(parts.defaults);
    symbols.visit(node.body);

    bool has_kwargs = false;
    bool has_varargs = false;
    std::size_t explicit_caller = node.items.size();
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const std::string_view name = node.items[i]->text;
        for (std::size_t j = 0; j < i; ++j) {
            if (node.items[j]->text == name) {
                fail(concat({"duplicate argument ", quote_template_text(name),
                             " in function definition"}),
                     node.line);
            }
        }
        if (name == "caller") explicit_caller = i;
        if (name == "kwargs") has_kwargs = true;
        if (name == "varargs") has_varargs = true;
    }
    parts.has_explicit_caller = explicit_caller < node.items.size();
    static constexpr std::string_view names[] = {"caller", "kwargs", "varargs"};
    const unsigned undeclared = find_undeclared_template_names(node.body, names, 3);
    if (undeclared & 1) {
        if (parts.has_explicit_caller) {
            if (node.items.size() - explicit_caller > parts.defaults.size()) {
                fail(
                    "When defining macros or call blocks the special \"caller\" argument must be "
                    "omitted or be given a default.",
                    node.line);
            }
        } else {
            parts.caller_slot = symbols.declare("caller");
        }
        parts.takes_caller = true;
    }
    if ((undeclared & 2) && !has_kwargs) {
        parts.kwargs_slot = symbols.declare("kwargs");
        parts.takes_kwargs = true;
    }
    if ((undeclared & 4) && !has_varargs) {
        parts.varargs_slot = symbols.declare("varargs");
        parts.takes_varargs = true;
    }
    const Frame inner{symbols, slots, frame.escape};
    for (const TemplateNodePointer& parameter : node.items) compile_target(*parameter, inner);
    compile(parts.defaults, inner);
    compile(node.body, inner);
    parts.function.loads = symbols.loads();
}

}  // namespace microflask::detail
