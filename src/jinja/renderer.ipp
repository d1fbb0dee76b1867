// What jinja/renderer.hpp promises: statements. Expressions are in jinja/expressions.ipp.
#include "jinja/renderer.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/globals.hpp"
#include "jinja/lexer.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

MICROFLASK_INLINE TemplateRun::TemplateRun(TemplateSession& session,
                                           TemplateUndefinedKind undefined,
                                           std::string_view newlines)
    : session_(session) {
    undefined_kind = undefined;
    newline_sequence = newlines;
}

MICROFLASK_INLINE TemplateValue TemplateRun::find_filter(std::string_view name) {
    TemplateValue value;
    if (!session_.provider().find_callable(name, true, value)) return TemplateValue::missing();
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateRun::find_test(std::string_view name) {
    TemplateValue value;
    if (!session_.provider().find_callable(name, false, value)) return TemplateValue::missing();
    return value;
}

MICROFLASK_INLINE TemplateValue TemplateRun::resolve(std::string_view name) {
    return position_.context ? position_.context->resolve(name) : TemplateValue::missing();
}

MICROFLASK_INLINE void TemplateRun::locate_errors(FunctionRef<void()> body) {
    try {
        body();
    } catch (TemplateError& error) {
        error.locate(position_.source->name, position_.source->filename,
                     static_cast<int>(position_.line));
        throw;
    }
}

MICROFLASK_INLINE void TemplateRun::capture(std::string& out, FunctionRef<void()> print) {
    struct Restore {
        std::string*& place;
        std::string* before;
        ~Restore() { place = before; }
    };
    const Restore restore{out_, out_};
    out_ = &out;
    print();
}

MICROFLASK_INLINE void TemplateRun::render(const CompiledTemplate& source, const Context& given,
                                           std::string& out) {
    const TemplateHandle<TemplateContext> context(new TemplateContext(session_, source, &given));
    context->add_blocks(source);
    capture(out, [&] { render_root(source, *context); });
}

/// Renders a template's root, then that of its parent.
MICROFLASK_INLINE void TemplateRun::render_root(const CompiledTemplate& source,
                                                TemplateContext& context) {
    const TemplateActivation activation(*this, source.tree.function, nullptr, context, source);
    const CompiledTemplate* const outside = std::exchange(parent_, nullptr);
    locate_errors([&] {
        enter(source.tree.function.loads);
        execute(source.tree.body);
        const CompiledTemplate* const parent = std::exchange(parent_, outside);
        if (parent) render_root(*parent, context);
    });
}

MICROFLASK_INLINE TemplateValue TemplateRun::make_module(const CompiledTemplate& source,
                                                         const Context* given) {
    const TemplateHandle<TemplateContext> context(new TemplateContext(session_, source, given));
    context->add_blocks(source);
    return make_module(source, *context);
}

MICROFLASK_INLINE TemplateValue TemplateRun::make_module(const CompiledTemplate& source,
                                                         TemplateContext& context) {
    std::string text;
    capture(text, [&] { render_root(source, context); });
    return TemplateValue::object(new TemplateModule(context, std::move(text)));
}

/// Returns what a template exports without the variables of whoever imports it; rendered once.
MICROFLASK_INLINE TemplateValue TemplateRun::default_module(const CompiledTemplate& source) {
    for (const TemplateSession::Module& module : session_.modules) {
        if (module.source == &source) return module.value;
    }
    TemplateValue value = make_module(source, nullptr);
    session_.modules.push_back({&source, value});
    return value;
}

MICROFLASK_INLINE void TemplateRun::load_slot(const TemplateLoad& load) {
    TemplateValue& slot = position_.frame->slots[load.slot];
    switch (load.action) {
    case TemplateLoadAction::parameter: return;
    case TemplateLoadAction::resolve: slot = position_.context->resolve(load.name); return;
    case TemplateLoadAction::alias: slot = variable(load.source); return;
    case TemplateLoadAction::undefined: slot = TemplateValue::missing(); return;
    case TemplateLoadAction::self:
        slot = TemplateValue::object(new TemplateSelf(*position_.context));
        return;
    case TemplateLoadAction::parent: break;
    }
    const std::string& name = position_.block->text;
    const TemplateBlockStack* stack = position_.context->find_blocks(name);
    std::size_t next = 0;
    while (stack && next < stack->blocks.size() && stack->blocks[next].node != position_.block) {
        ++next;
    }
    if (stack && next + 1 < stack->blocks.size()) {
        slot = TemplateValue::object(
            new TemplateBlockReference(*position_.context, stack->name, next + 1));
    } else {
        slot = template_undefined_hint(
            *this, concat({"there is no parent block called ", quote_template_text(name), "."}));
    }
}

MICROFLASK_INLINE void TemplateRun::enter(const TemplateLoads& loads) {
    for (const TemplateLoad& load : loads) load_slot(load);
}

MICROFLASK_INLINE void TemplateRun::enter_loop(const TemplateLoads& loads, bool once) {
    for (const TemplateLoad& load : loads) {
        if (load.once == once) load_slot(load);
    }
}

MICROFLASK_INLINE void TemplateRun::execute_one(const TemplateNode& node) {
    if (node.is(TemplateNodeKind::data)) {
        if (!node.replaceable || !parent_) out_->append(node.text);
    } else {
        execute(node);
    }
}

MICROFLASK_INLINE void TemplateRun::execute(const TemplateNodes& nodes) {
    for (const TemplateNodePointer& node : nodes) execute_one(*node);
}

MICROFLASK_INLINE void TemplateRun::execute(const TemplateNode& node) {
    using Kind = TemplateNodeKind;
    switch (node.kind) {
    case Kind::output: return execute_output(node);
    case Kind::for_loop: return execute_for(node);
    case Kind::condition: return execute_if(node);
    case Kind::macro: return execute_macro(node);
    case Kind::call_block: return execute_call_block(node);
    case Kind::filter_block: return execute_filter_block(node);
    case Kind::with_block: return execute_with(node);
    case Kind::autoescape: return execute_autoescape(node);
    case Kind::block: return execute_block(node);
    case Kind::extends: return execute_extends(node);
    case Kind::include: return execute_include(node);
    case Kind::import:
    case Kind::from_import: return execute_import(node);
    case Kind::assign:
    case Kind::assign_block: return execute_assign(node);
    default: return;
    }
}

MICROFLASK_INLINE void TemplateRun::execute_output(const TemplateNode& node) {
    if (node.replaceable && parent_) return;
    position_.line = node.line;
    const TemplateNode& expression = *node.first;
    if (expression.is(TemplateNodeKind::call)) {
        bool printed = false;
        const TemplateValue value = evaluate_call(expression, nullptr, &printed);
        if (!printed) template_append_output(*out_, value, escapes(node));
        return;
    }
    if (expression.is(TemplateNodeKind::name)) {
        const TemplateValue& value = variable(expression.place);
        if (!value.is_missing()) return template_append_output(*out_, value, escapes(node));
    }
    template_append_output(*out_, evaluate(expression), escapes(node));
}

/// Appends what a statement prints as a whole: it must be text, and is not escaped again.
MICROFLASK_INLINE void TemplateRun::print(const TemplateValue& value) {
    if (!value.is_text()) {
        throw TemplateRuntimeError("TypeError", concat({"sequence item 0: expected str instance, ",
                                                        value.type_name(), " found"}));
    }
    out_->append(value.text_value());
}

MICROFLASK_INLINE void TemplateRun::execute_for(const TemplateNode& node) {
    position_.line = node.line;
    TemplateValue iterable = evaluate(*node.second);
    if (!node.flag) return render_loop(node, std::move(iterable), 0);
    const TemplateActivation activation(*this, node.parts->function, position_.shared_frame,
                                        *position_.context, *position_.source);
    position_.line = node.line;
    locate_errors([&] { render_loop(node, std::move(iterable), 0); });
}

/// Puts the items that a loop's condition takes in the place of all.
MICROFLASK_INLINE TemplateValue TemplateRun::filter_items(const TemplateNode& node,
                                                          TemplateValue iterable) {
    if (!node.third) return iterable;
    enter(node.parts->test_loads);
    return TemplateValue::iterator(new TemplateLoopFilter(*this, node, iterable));
}

MICROFLASK_INLINE TemplateHandle<TemplateLoop> TemplateRun::begin_loop(const TemplateNode& node,
                                                                       TemplateValue iterable,
                                                                       std::int64_t depth0) {
    iterable = filter_items(node, std::move(iterable));
    enter_loop(node.parts->loads, true);
    TemplateHandle<TemplateLoop> loop(new TemplateLoop(std::move(iterable), depth0));
    if (node.flag) {
        // The frame around a recursive loop is always shared.
        loop->make_recursive(node, static_cast<TemplateSharedFrame*>(position_.frame->outer),
                             *position_.context, *position_.source);
    }
    if (node.parts->has_loop_object) {
        position_.frame->slots[node.parts->loop_slot] = TemplateValue::object(loop.get());
    }
    return loop;
}

MICROFLASK_INLINE void TemplateRun::render_loop(const TemplateNode& node, TemplateValue iterable,
                                                std::int64_t depth0) {
    const TemplateParts& parts = *node.parts;
    TemplateValue* const slots = position_.frame->slots;
    const std::size_t targets = parts.target_slots.size();
    bool any = false;
    const auto run_body = [&] {
        any = true;
        enter_loop(parts.loads, false);
        execute(node.body);
        position_.line = node.line;
    };
    if (parts.has_loop_object) {
        const TemplateHandle<TemplateLoop> loop = begin_loop(node, std::move(iterable), depth0);
        TemplateValue item;
        while (loop->next(item)) {
            assign(*node.first, std::move(item), false);
            run_body();
        }
        slots[parts.loop_slot] = TemplateValue::missing();
    } else {
        TemplateIterator iterator(filter_items(node, std::move(iterable)));
        enter_loop(parts.loads, true);
        if (targets == 1 && node.first->is(TemplateNodeKind::name)) {
            while (iterator.next(slots[parts.target_slots[0]])) run_body();
        } else if (targets > 0) {
            const TemplateTemporaries values(*this, targets);
            while (iterator.next_unpacked(values.data(), targets)) {
                for (std::size_t i = 0; i < targets; ++i) {
                    slots[parts.target_slots[i]] = std::move(values.data()[i]);
                }
                run_body();
            }
        } else {
            TemplateValue item;
            while (iterator.next(item)) {
                assign(*node.first, std::move(item), false);
                run_body();
            }
        }
    }
    if (!any && !node.otherwise.empty()) {
        enter(parts.else_loads);
        execute(node.otherwise);
    }
}

MICROFLASK_INLINE void TemplateRun::execute_if(const TemplateNode& node) {
    position_.line = node.line;
    if (test(*node.first)) return execute(node.body);
    for (const TemplateNodePointer& branch : node.items) {
        position_.line = branch->line;
        if (test(*branch->first)) return execute(branch->body);
    }
    execute(node.otherwise);
}

MICROFLASK_INLINE void TemplateRun::execute_macro(const TemplateNode& node) {
    position_.line = node.line;
    const std::string& name = node.first->text;
    TemplateValue macro = TemplateValue::object(
        new TemplateMacro(node, position_.shared_frame, *position_.context, *position_.source));
    if (node.flag) position_.context->set(name, macro, name[0] != '_');
    variable(node.first->place) = std::move(macro);
}

MICROFLASK_INLINE void TemplateRun::execute_call_block(const TemplateNode& node) {
    position_.line = node.line;
    const TemplateValue caller = TemplateValue::object(
        new TemplateMacro(node, position_.shared_frame, *position_.context, *position_.source));
    bool printed = false;
    const TemplateValue value = evaluate_call(*node.first, &caller, &printed);
    if (!printed) print(value);
}

MICROFLASK_INLINE void TemplateRun::execute_filter_block(const TemplateNode& node) {
    enter(node.parts->loads);
    std::string text;
    capture(text, [&] { execute(node.body); });
    position_.line = node.line;
    const TemplateValue input = TemplateValue::text(std::move(text), escapes(node));
    print(evaluate_filter(*node.first, &input));
}

MICROFLASK_INLINE void TemplateRun::execute_with(const TemplateNode& node) {
    enter(node.parts->loads);
    for (std::size_t i = 0; i < node.items.size(); i += 2) {
        assign(*node.items[i], evaluate(*node.items[i + 1]), false);
    }
    execute(node.body);
}

MICROFLASK_INLINE void TemplateRun::execute_autoescape(const TemplateNode& node) {
    enter(node.parts->loads);
    const bool before = autoescape;
    autoescape = test(*node.first);
    position_.context->autoescape(autoescape);
    execute(node.body);
    autoescape = before;
    position_.context->autoescape(before);
}

MICROFLASK_INLINE void TemplateRun::render_block(const TemplateBlock& block,
                                                 TemplateContext& context) {
    const TemplateRoutine& function = block.node->parts->function;
    const TemplateActivation activation(*this, function, nullptr, context, *block.source);
    position_.block = block.node;
    position_.line = block.node->line;
    locate_errors([&] {
        enter(function.loads);
        execute(block.node->body);
    });
}

/// Gives another context the variables of the scopes around a statement.
MICROFLASK_INLINE void TemplateRun::hand_on(const TemplateNode& node, TemplateContext& context) {
    for (const TemplateLocal& local : node.parts->locals) {
        const TemplateValue& value = variable(local.place);
        if (!value.is_missing()) context.set_outer(local.name, value);
    }
}

MICROFLASK_INLINE std::optional<TemplateBlock> TemplateRun::block_of(const TemplateNode& node) {
    if (node.replaceable && parent_) return {};
    position_.line = node.line;
    const TemplateBlockStack* stack = position_.context->find_blocks(node.text);
    if (!stack) return {};
    if (node.flag2 && stack->blocks.size() <= 1) {
        throw TemplateRuntimeError(
            concat({"Required block ", quote_template_text(node.text), " not found"}));
    }
    return stack->blocks[0];
}

MICROFLASK_INLINE void TemplateRun::execute_block(const TemplateNode& node) {
    const std::optional<TemplateBlock> block = block_of(node);
    if (!block) return;
    if (!node.flag) return render_block(*block, *position_.context);
    const TemplateHandle<TemplateContext> context(
        new TemplateContext(session_, position_.context->source(), *position_.context));
    context->copy_blocks(*position_.context);
    context->share_autoescape(*position_.context);
    hand_on(node, *context);
    render_block(*block, *context);
}

/// Finds the template that a statement names; one of several where a list may be given.
MICROFLASK_INLINE const CompiledTemplate& TemplateRun::load(const TemplateNode& node,
                                                            bool several) {
    const TemplateValue name = evaluate(*node.first);
    TemplateProvider& provider = session_.provider();
    if (name.is_text()) return session_.keep(provider.provide(name.text_value()));
    if (name.is_undefined()) template_throw_undefined(name);
    if (!several || name.is_none()) {
        if (name.is_none()) throw TemplateNotFound("None");
        throw TemplateRuntimeError(
            "TypeError", concat({"a template's name must be text, not ", name.type_name()}));
    }
    std::vector<std::string> names;
    TemplateIterator iterator(name);
    TemplateValue item;
    while (iterator.next(item)) {
        names.push_back(item.to_text());
        if (!item.is_text()) continue;
        try {
            return session_.keep(provider.provide(item.text_value()));
        } catch (const TemplateNotFound&) {
            continue;  // the next one may be there
        }
    }
    throw TemplatesNotFound(std::move(names));
}

MICROFLASK_INLINE void TemplateRun::execute_extends(const TemplateNode& node) {
    position_.line = node.line;
    if (parent_) throw TemplateRuntimeError("extended multiple times");
    const CompiledTemplate& parent = load(node, false);
    position_.context->add_blocks(parent);
    parent_ = &parent;
}

MICROFLASK_INLINE void TemplateRun::execute_include(const TemplateNode& node) {
    position_.line = node.line;
    const CompiledTemplate* source = nullptr;
    try {
        source = &load(node, true);
    } catch (const TemplateNotFound&) {
        if (!node.flag2) throw;
        return;
    }
    if (!node.flag) {
        const TemplateDepth depth(*this);
        const TemplateValue module = default_module(*source);
        out_->append(static_cast<TemplateModule&>(module.object_value()).text());
        return;
    }
    const TemplateHandle<TemplateContext> context(
        new TemplateContext(session_, *source, *position_.context));
    context->add_blocks(*source);
    hand_on(node, *context);
    render_root(*source, *context);
}

MICROFLASK_INLINE void TemplateRun::execute_import(const TemplateNode& node) {
    position_.line = node.line;
    const TemplateDepth depth(*this);
    const CompiledTemplate& source = load(node, false);
    TemplateValue value;
    if (node.flag) {
        const TemplateHandle<TemplateContext> context(
            new TemplateContext(session_, source, *position_.context));
        context->add_blocks(source);
        hand_on(node, *context);
        value = make_module(source, *context);
    } else {
        value = default_module(source);
    }
    const bool is_from = node.is(TemplateNodeKind::from_import);
    for (std::size_t i = is_from ? 1 : 0; i < node.items.size(); i += is_from ? 2 : 1) {
        const TemplateNode& target = *node.items[i];
        TemplateValue imported = value;
        if (is_from) {
            const std::string& name = node.items[i - 1]->text;
            const TemplateModule& module = static_cast<TemplateModule&>(value.object_value());
            const TemplateValue* exported = module.find(name);
            if (exported) {
                imported = *exported;
            } else {
                std::string message = "the template ";
                append_template_name(message, module.name());
                message +=
                    concat({" (imported on ", describe_position(node.line),
                            ") does not export the requested name ", quote_template_text(name)});
                imported = template_undefined_hint(*this, std::move(message));
            }
        }
        if (node.replaceable) position_.context->set(target.text, imported, false);
        variable(target.place) = std::move(imported);
    }
}

MICROFLASK_INLINE std::string TemplateRun::describe_position(std::uint32_t line) const {
    std::string text = concat({"line ", std::to_string(line)});
    if (!position_.source->name.empty()) {
        text += concat({" in ", quote_template_text(position_.source->name)});
    }
    return text;
}

MICROFLASK_INLINE void TemplateRun::export_locals(const TemplateParts& parts) {
    for (const TemplateLocal& local : parts.locals) {
        position_.context->set(local.name, variable(local.place), local.name[0] != '_');
    }
}

/// Gives a value to a name, a tuple of names, or a namespace's field.
MICROFLASK_INLINE void TemplateRun::assign(const TemplateNode& target, TemplateValue value,
                                           bool in_test) {
    if (target.is(TemplateNodeKind::name)) {
        // A loop's condition has the loop's variables in slots of its own.
        (in_test ? position_.frame->slots[target.test_slot] : variable(target.place)) =
            std::move(value);
    } else if (target.is(TemplateNodeKind::namespace_field)) {
        template_set_attribute(*this, variable(target.place), target.attribute, value);
    } else {
        const TemplateTemporaries values(*this, target.items.size());
        template_unpack(value, values.data(), target.items.size());
        for (std::size_t i = 0; i < target.items.size(); ++i) {
            assign(*target.items[i], std::move(values.data()[i]), in_test);
        }
    }
}

MICROFLASK_INLINE void TemplateRun::check_target(const TemplateNode& target) {
    if (target.is(TemplateNodeKind::namespace_field) &&
        !is_template_namespace(variable(target.place))) {
        throw TemplateRuntimeError("cannot assign attribute on non-namespace object");
    }
}

MICROFLASK_INLINE void TemplateRun::execute_assign(const TemplateNode& node) {
    if (node.is(TemplateNodeKind::assign)) {
        position_.line = node.line;
        check_target(*node.first);
        assign(*node.first, evaluate(*node.second), false);
    } else {
        enter(node.parts->loads);
        std::string text;
        capture(text, [&] { execute(node.body); });
        position_.line = node.line;
        check_target(*node.first);
        TemplateValue value = TemplateValue::text(std::move(text), escapes(node));
        if (node.second) value = evaluate_filter(*node.second, &value);
        if (autoescape) {
            value =
                value.is_text() ? value.with_markup(true) : TemplateValue::markup(value.to_text());
        } else if (!node.second) {
            value = value.with_markup(false);
        }
        assign(*node.first, std::move(value), false);
    }
    export_locals(*node.parts);
}

}  // namespace microflask::detail
