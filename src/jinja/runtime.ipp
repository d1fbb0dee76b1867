// What jinja/runtime.hpp promises: scopes, contexts, sessions, macros, blocks, modules; and jinja/renderer.hpp: the stack of
// frames. The loop object is in jinja/loop.ipp.
#include "jinja/runtime.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/lexer.hpp"
#include "jinja/operators.hpp"
#include "jinja/renderer.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE TemplateScope::TemplateScope(TemplateSession& session) noexcept
    : session_(&session), next_(session.scopes_) {
    if (next_) next_->previous_ = this;
    session.scopes_ = this;
}

MICROFLASK_INLINE TemplateScope::~TemplateScope() {
    if (next_) next_->previous_ = previous_;
    (previous_ ? previous_->next_ : session_->scopes_) = next_;
}

MICROFLASK_INLINE TemplateSession::~TemplateSession() {
    end();
}

MICROFLASK_INLINE const CompiledTemplate& TemplateSession::keep(
    TemplateHandle<const CompiledTemplate> source) {
    for (const TemplateHandle<const CompiledTemplate>& kept : templates_) {
        if (kept.get() == source.get()) return *kept;
    }
    return *templates_.push_back(std::move(source));
}

MICROFLASK_INLINE void TemplateSession::end() noexcept {
    modules.clear();
    TemplateHandle<TemplateScope> scope(scopes_);
    while (scope) {
        scope->clear();
        scope = TemplateHandle<TemplateScope>(scope->next_);
    }
}

MICROFLASK_INLINE
TemplateSharedFrame::TemplateSharedFrame(TemplateSession& session, std::size_t size,
                                         TemplateHandle<TemplateSharedFrame> outer_frame)
    : TemplateScope(session),
      values_(new TemplateValue[size]),
      size_(size),
      outer_frame_(std::move(outer_frame)) {
    slots = values_.get();
    outer = outer_frame_.get();
    clear();
}

MICROFLASK_INLINE void TemplateSharedFrame::clear() noexcept {
    for (std::size_t i = 0; i < size_; ++i) slots[i] = TemplateValue::missing();
}

MICROFLASK_INLINE TemplateValue* TemplateStack::push(std::size_t size) {
    while (current_ < chunks_.size() && chunks_[current_].size - chunks_[current_].used < size) {
        ++current_;
    }
    if (current_ == chunks_.size()) {
        Chunk& chunk = chunks_.emplace_back();
        chunk.size = (std::max)(size, chunk_size);
        chunk.values = std::unique_ptr<TemplateValue[]>(new TemplateValue[chunk.size]);
        for (std::size_t i = 0; i < chunk.size; ++i) {
            chunk.values[i] = TemplateValue::missing();
        }
    }
    Chunk& chunk = chunks_[current_];
    chunk.used += size;
    return chunk.values.get() + (chunk.used - size);
}

MICROFLASK_INLINE void TemplateStack::pop(TemplateValue* values, std::size_t size) noexcept {
    for (std::size_t i = 0; i < size; ++i) values[i] = TemplateValue::missing();
    Chunk& chunk = chunks_[current_];
    chunk.used -= size;
    while (current_ > 0 && chunks_[current_].used == 0) --current_;
}

MICROFLASK_INLINE TemplateActivation::TemplateActivation(TemplateRun& run,
                                                         const TemplateRoutine& function,
                                                         TemplateSharedFrame* outer,
                                                         TemplateContext& context,
                                                         const CompiledTemplate& source)
    : run_(run),
      depth_(run),
      outside_(run.position_),
      autoescape_(run.autoescape),
      size_(function.slots) {
    TemplatePosition& position = run.position_;
    if (function.captured) {
        shared_frame_ = TemplateHandle<TemplateSharedFrame>(
            new TemplateSharedFrame(context.session(), size_, outer));
        position.frame = shared_frame_.get();
    } else {
        frame_.slots = run.stack_.push(size_);
        frame_.outer = outer;
        position.frame = &frame_;
    }
    position.shared_frame = shared_frame_.get();
    position.context = &context;
    position.source = &source;
    position.block = nullptr;
    position.line = 1;
    run.autoescape = context.autoescape();
}

MICROFLASK_INLINE TemplateActivation::~TemplateActivation() {
    if (!shared_frame_) run_.stack_.pop(frame_.slots, size_);
    run_.position_ = outside_;
    run_.autoescape = autoescape_;
}

MICROFLASK_INLINE TemplateContext::TemplateContext(TemplateSession& session,
                                                   const CompiledTemplate& source,
                                                   const Context* given)
    : TemplateScope(session),
      session_(session),
      source_(source),
      given_(given),
      autoescape_(source.autoescape) {}

MICROFLASK_INLINE TemplateContext::TemplateContext(TemplateSession& session,
                                                   const CompiledTemplate& source,
                                                   const TemplateContext& other)
    : TemplateScope(session),
      session_(session),
      source_(source),
      given_(other.given_),
      outer_(other.outer_),
      autoescape_(source.autoescape) {
    for (const Variable& variable : other.own_) set_outer(variable.name, variable.value);
}

MICROFLASK_INLINE const TemplateValue* TemplateContext::find(const List<Variable>& variables,
                                                             std::string_view name) noexcept {
    for (const Variable& variable : variables) {
        if (variable.name == name) return &variable.value;
    }
    return nullptr;
}

MICROFLASK_INLINE TemplateValue TemplateContext::resolve(std::string_view name) const {
    if (const TemplateValue* value = find(own_, name)) return *value;
    if (const TemplateValue* value = find(outer_, name)) return *value;
    // What was given to the rendering outlives it, so it need not be counted.
    if (given_) {
        if (const TemplateValue* value = given_->find(name)) return value->borrowed();
    }
    return session_.provider().find_global(name);
}

MICROFLASK_INLINE void TemplateContext::set(std::string_view name, TemplateValue value,
                                            bool is_exported) {
    Variable* own = nullptr;
    for (Variable& variable : own_) {
        if (variable.name == name) own = &variable;
    }
    if (own) {
        own->value = std::move(value);
    } else {
        own_.push_back({name, std::move(value)});
    }
    for (std::size_t i = 0; i < exported_.size(); ++i) {
        if (exported_[i] != name) continue;
        if (!is_exported) exported_.erase(exported_.begin() + i);
        return;
    }
    if (is_exported) exported_.push_back(name);
}

MICROFLASK_INLINE void TemplateContext::set_outer(std::string_view name, TemplateValue value) {
    for (Variable& variable : outer_) {
        if (variable.name != name) continue;
        variable.value = std::move(value);
        return;
    }
    outer_.push_back({name, std::move(value)});
}

MICROFLASK_INLINE const TemplateValue* TemplateContext::find_exported(
    std::string_view name) const noexcept {
    for (const std::string_view exported : exported_) {
        if (exported == name) return find(own_, name);
    }
    return nullptr;
}

MICROFLASK_INLINE void TemplateContext::add_blocks(const CompiledTemplate& source) {
    for (const TemplateNode* node : source.tree.blocks) {
        TemplateBlockStack* stack = nullptr;
        for (TemplateBlockStack& other : blocks_) {
            if (other.name == node->text) stack = &other;
        }
        if (!stack) {
            stack = &blocks_.emplace_back();
            stack->name = node->text;
        }
        stack->blocks.push_back({node, &source});
    }
}

MICROFLASK_INLINE const TemplateBlockStack* TemplateContext::find_blocks(
    std::string_view name) const noexcept {
    for (const TemplateBlockStack& stack : blocks_) {
        if (stack.name == name) return &stack;
    }
    return nullptr;
}

MICROFLASK_INLINE void TemplateContext::clear() noexcept {
    own_.clear();
    outer_.clear();
    exported_.clear();
}

MICROFLASK_INLINE bool TemplateFragment::is_callable() const noexcept {
    return true;
}

MICROFLASK_INLINE TemplateValue TemplateFragment::call(RenderState& state,
                                                       const TemplateArguments& arguments) {
    TemplateRun& run = static_cast<TemplateRun&>(state);
    const bool is_markup = gives_markup(run);
    std::string text;
    run.capture(text, [&] { render(run, arguments); });
    return TemplateValue::text(std::move(text), is_markup);
}

MICROFLASK_INLINE TemplateMacro::TemplateMacro(const TemplateNode& node,
                                               TemplateHandle<TemplateSharedFrame> frame,
                                               TemplateContext& context,
                                               const CompiledTemplate& source)
    : node_(node),
      session_(&context.session()),
      frame_(std::move(frame)),
      context_(&context),
      source_(source) {}

MICROFLASK_INLINE std::string_view TemplateMacro::type_name() const noexcept {
    return "Macro";
}

MICROFLASK_INLINE bool TemplateMacro::gives_markup(const TemplateRun& run) const noexcept {
    return run.autoescape;
}

MICROFLASK_INLINE void TemplateMacro::append_repr(std::string& out) const {
    if (node_.is(TemplateNodeKind::macro)) {
        out += concat({"<Macro ", quote_template_text(node_.first->text), ">"});
    } else {
        out += "<Macro anonymous>";
    }
}

MICROFLASK_INLINE bool TemplateMacro::attribute(RenderState&, std::string_view name,
                                                TemplateValue& value) {
    const TemplateParts& parts = *node_.parts;
    if (name == "name") {
        value = node_.is(TemplateNodeKind::macro) ? TemplateValue::borrowed_text(node_.first->text)
                                                  : TemplateValue();
    } else if (name == "arguments") {
        List<TemplateValue> names;
        for (const TemplateNodePointer& parameter : node_.items) {
            names.push_back(TemplateValue::borrowed_text(parameter->text));
        }
        value = template_make_tuple(std::move(names));
    } else if (name == "catch_kwargs") {
        value = TemplateValue::boolean(parts.takes_kwargs);
    } else if (name == "catch_varargs") {
        value = TemplateValue::boolean(parts.takes_varargs);
    } else if (name == "caller") {
        value = TemplateValue::boolean(parts.takes_caller);
    } else if (name == "explicit_caller") {
        value = TemplateValue::boolean(parts.has_explicit_caller);
    } else {
        return false;
    }
    return true;
}

MICROFLASK_INLINE void TemplateMacro::fail(std::string_view what) const {
    throw TemplateRuntimeError("TypeError", concat({"macro ",
                                                    node_.is(TemplateNodeKind::macro)
                                                        ? quote_template_text(node_.first->text)
                                                        : std::string("None"),
                                                    " ", what}));
}

/// Puts the arguments into the slots of the parameters (jinja2.runtime.Macro.__call__).
MICROFLASK_INLINE void TemplateMacro::bind(TemplateRun& run, const TemplateArguments& arguments,
                                           TemplateFrame& frame) {
    const TemplateParts& parts = *node_.parts;
    const std::size_t parameters = node_.items.size();
    const std::size_t given = (std::min)(arguments.size(), parameters);
    for (std::size_t i = 0; i < parameters; ++i) {
        TemplateValue& slot = frame.slots[node_.items[i]->place.slot];
        if (i < given) {
            slot = arguments[i];
        } else {
            const TemplateValue* value = arguments.find(node_.items[i]->text);
            slot = value ? *value : TemplateValue::missing();
        }
    }
    const bool found_caller = parts.has_explicit_caller;
    bool caller_used = false;
    if (parts.takes_caller && !found_caller) {
        caller_used = true;
        const TemplateValue* caller = arguments.find("caller");
        frame.slots[parts.caller_slot] = caller && !caller->is_none()
                                             ? *caller
                                             : template_undefined_hint(run, "No caller defined");
    }
    List<TemplateValue> rest;
    for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
        const TemplateKeyword& keyword = arguments.keywords()[i];
        bool used = caller_used && keyword.name == "caller";
        for (std::size_t j = given; j < parameters; ++j) {
            used = used || node_.items[j]->text == keyword.name;
        }
        if (used) continue;
        if (!parts.takes_kwargs) {
            if (arguments.find("caller") && !caller_used && keyword.name != "caller") continue;
            if (keyword.name == "caller") {
                fail(
                    "was invoked with two values for the special caller argument. This is most "
                    "likely a bug.");
            }
            fail(concat({"takes no keyword argument ", quote_template_text(keyword.name)}));
        }
        rest.push_back(TemplateValue::text(std::string(keyword.name)));
        rest.push_back(keyword.value);
    }
    if (parts.takes_kwargs) {
        frame.slots[parts.kwargs_slot] = template_make_dict(rest.data(), rest.size() / 2);
    }
    if (parts.takes_varargs) {
        List<TemplateValue> more(arguments.begin() + given, arguments.end());
        frame.slots[parts.varargs_slot] = template_make_tuple(std::move(more));
    } else if (arguments.size() > parameters) {
        fail(concat({"takes not more than ", std::to_string(parameters), " argument(s)"}));
    }
}

MICROFLASK_INLINE void TemplateMacro::render(TemplateRun& run, const TemplateArguments& arguments) {
    const TemplateParts& parts = *node_.parts;
    // Whatever happens to the variable that holds the macro, it lives until it is done.
    const TemplateHandle<TemplateMacro> self(this);
    const TemplateActivation activation(run, parts.function, frame_.get(), *context_, source_);
    TemplateFrame& frame = *run.position().frame;
    bind(run, arguments, frame);
    run.position().line = node_.line;
    run.locate_errors([&] {
        run.enter(parts.function.loads);
        const std::size_t required = node_.items.size() - parts.defaults.size();
        for (std::size_t i = 0; i < node_.items.size(); ++i) {
            TemplateValue& slot = frame.slots[node_.items[i]->place.slot];
            if (!slot.is_missing()) continue;
            slot = i >= required
                       ? run.evaluate(*parts.defaults[i - required])
                       : template_undefined_hint(
                             run, concat({"parameter ", quote_template_text(node_.items[i]->text),
                                          " was not provided"}));
        }
        run.execute(node_.body);
    });
}

MICROFLASK_INLINE
TemplateBlockReference::TemplateBlockReference(TemplateContext& context, std::string_view name,
                                               std::size_t index)
    : session_(&context.session()), context_(&context), name_(name), index_(index) {}

MICROFLASK_INLINE std::string_view TemplateBlockReference::type_name() const noexcept {
    return "BlockReference";
}

MICROFLASK_INLINE bool TemplateBlockReference::gives_markup(const TemplateRun&) const noexcept {
    return context_->autoescape();
}

MICROFLASK_INLINE void TemplateBlockReference::render(TemplateRun& run,
                                                      const TemplateArguments& arguments) {
    if (!arguments.empty() || arguments.keyword_count() > 0) {
        throw TemplateRuntimeError(
            "TypeError", concat({"BlockReference.__call__() takes 1 positional argument but ",
                                 std::to_string(arguments.size() + 1), " were given"}));
    }
    const TemplateHandle<TemplateBlockReference> self(this);
    const TemplateBlockStack* stack = context_->find_blocks(name_);
    if (stack && index_ < stack->blocks.size()) run.render_block(stack->blocks[index_], *context_);
}

MICROFLASK_INLINE bool TemplateBlockReference::attribute(RenderState& state, std::string_view name,
                                                         TemplateValue& value) {
    if (name == "name") {
        value = TemplateValue::borrowed_text(name_);
        return true;
    }
    if (name != "super") return false;
    const TemplateBlockStack* stack = context_->find_blocks(name_);
    if (stack && index_ + 1 < stack->blocks.size()) {
        value = TemplateValue::object(new TemplateBlockReference(*context_, name_, index_ + 1));
    } else {
        value = template_undefined_hint(
            state, concat({"there is no parent block called ", quote_template_text(name_), "."}));
    }
    return true;
}

MICROFLASK_INLINE TemplateSelf::TemplateSelf(TemplateContext& context)
    : session_(&context.session()), context_(&context) {}

MICROFLASK_INLINE std::string_view TemplateSelf::type_name() const noexcept {
    return "TemplateReference";
}

MICROFLASK_INLINE bool TemplateSelf::attribute(RenderState&, std::string_view name,
                                               TemplateValue& value) {
    const TemplateBlockStack* stack = context_->find_blocks(name);
    if (!stack) return false;
    value = TemplateValue::object(new TemplateBlockReference(*context_, stack->name, 0));
    return true;
}

MICROFLASK_INLINE bool TemplateSelf::item(RenderState& state, const TemplateValue& key,
                                          TemplateValue& value) {
    return key.is_text() && attribute(state, key.text_value(), value);
}

MICROFLASK_INLINE void append_template_name(std::string& out, const std::string& name) {
    out += name.empty() ? std::string("None") : quote_template_text(name);
}

MICROFLASK_INLINE void TemplateSelf::append_repr(std::string& out) const {
    out += "<TemplateReference ";
    append_template_name(out, context_->source().name);
    out += '>';
}

MICROFLASK_INLINE TemplateModule::TemplateModule(TemplateContext& context, std::string text)
    : session_(&context.session()), context_(&context), text_(std::move(text)) {}

MICROFLASK_INLINE std::string_view TemplateModule::type_name() const noexcept {
    return "TemplateModule";
}

MICROFLASK_INLINE bool TemplateModule::attribute(RenderState&, std::string_view name,
                                                 TemplateValue& value) {
    const TemplateValue* exported = find(name);
    if (exported) value = *exported;
    return exported != nullptr;
}

MICROFLASK_INLINE void TemplateModule::append_text(std::string& out) const {
    out += text_;
}

MICROFLASK_INLINE void TemplateModule::append_repr(std::string& out) const {
    out += "<TemplateModule ";
    append_template_name(out, name());
    out += '>';
}

MICROFLASK_INLINE bool TemplateModule::is_markup() const noexcept {
    return true;
}

}  // namespace microflask::detail
