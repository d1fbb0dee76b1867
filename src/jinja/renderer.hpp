// Walks the tree of a compiled template and appends what it prints to a string.
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"
#include "jinja/boxes.hpp"
#include "jinja/nodes.hpp"
#include "jinja/runtime.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

/// Values that live as long as a function or a call does: a stack, in chunks that stay where they are.
class TemplateStack {
public:
    /// Returns `size` missing values, until they are given back.
    TemplateValue* push(std::size_t size);
    /// Gives back what was pushed last.
    void pop(TemplateValue* values, std::size_t size) noexcept;

private:
    static constexpr std::size_t chunk_size = 256;
    struct Chunk {
        std::unique_ptr<TemplateValue[]> values;
        std::size_t size = 0;
        std::size_t used = 0;
    };
    List<Chunk> chunks_;
    std::size_t current_ = 0;
};

/// What a piece of a template sees while it runs.
struct TemplatePosition {
    TemplateFrame* frame = nullptr;
    TemplateSharedFrame* shared_frame = nullptr;  // the same, where macros may refer to it
    TemplateContext* context = nullptr;
    const CompiledTemplate* source = nullptr;
    const TemplateNode* block = nullptr;  // the block that runs, for `super`
    std::uint32_t line = 1;
};

/// One rendering.
class TemplateRun final : public RenderState {
public:
    TemplateRun(TemplateSession& session, TemplateUndefinedKind undefined,
                std::string_view newline_sequence);

    /// Appends a whole template to a string. Whatever it throws knows template and line.
    void render(const CompiledTemplate& source, const Context& given, std::string& out);
    /// Returns the module of a template: what it exports when it is rendered with these variables.
    TemplateValue make_module(const CompiledTemplate& source, const Context* given);

    [[nodiscard]] MICROFLASK_INLINE TemplateValue find_filter(std::string_view name) override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue find_test(std::string_view name) override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue resolve(std::string_view name) override;

    // What the objects of the runtime use.

    [[nodiscard]] std::string& out() noexcept { return *out_; }
    [[nodiscard]] TemplatePosition& position() noexcept { return position_; }
    [[nodiscard]] TemplateStack& stack() noexcept { return stack_; }
    [[nodiscard]] TemplateValue evaluate(const TemplateNode& node);
    [[nodiscard]] bool test(const TemplateNode& node);
    void execute(const TemplateNodes& nodes);
    /// Runs something, and tells errors that leave it where they happened.
    void locate_errors(FunctionRef<void()> body);
    /// Fills the slots of a scope; for a loop, those that need it once or those that need it for each item.
    void enter(const TemplateLoads& loads);
    void enter_loop(const TemplateLoads& loads, bool once);
    void assign(const TemplateNode& target, TemplateValue value, bool in_test);
    /// Renders one statement.
    void execute_one(const TemplateNode& node);
    /// Returns the block that a statement calls; nothing where a parent template does.
    [[nodiscard]] std::optional<TemplateBlock> block_of(const TemplateNode& node);
    /// Returns the template that the running root extends, and forgets it.
    [[nodiscard]] const CompiledTemplate* take_parent() noexcept {
        return std::exchange(parent_, nullptr);
    }
    /// Makes a loop object, and fills what the loop needs once.
    [[nodiscard]] TemplateHandle<TemplateLoop> begin_loop(const TemplateNode& node,
                                                          TemplateValue iterable,
                                                          std::int64_t depth0);
    void render_block(const TemplateBlock& block, TemplateContext& context);
    void render_loop(const TemplateNode& node, TemplateValue iterable, std::int64_t depth0);
    /// Sends what is printed to another string while a function runs.
    void capture(std::string& out, FunctionRef<void()> print);

private:
    friend class TemplateActivation;

    [[nodiscard]] TemplateValue& variable(const TemplatePlace& place) noexcept {
        TemplateFrame* frame = position_.frame;
        for (std::uint32_t hops = place.hops; hops > 0; --hops) frame = frame->outer;
        return frame->slots[place.slot];
    }
    [[nodiscard]] bool escapes(const TemplateNode& node) const noexcept {
        return node.escape == TemplateEscape::on ||
               (node.escape == TemplateEscape::dynamic && autoescape);
    }
    /// Returns a variable or a constant where it is, or evaluates into `scratch`.
    const TemplateValue& look(const TemplateNode& node, TemplateValue& scratch);

    // Expressions
    TemplateValue evaluate_binary(const TemplateNode& node);
    TemplateValue evaluate_compare(const TemplateNode& node);
    TemplateValue evaluate_concat(const TemplateNode& node);
    TemplateValue evaluate_conditional(const TemplateNode& node);
    TemplateValue evaluate_dict(const TemplateNode& node);
    TemplateValue evaluate_item(const TemplateNode& node);
    TemplateValue evaluate_list(const TemplateNode& node);
    TemplateValue evaluate_call(const TemplateNode& node, const TemplateValue* caller,
                                bool* printed);
    TemplateValue evaluate_filter(const TemplateNode& node, const TemplateValue* input);
    TemplateValue call_with(const TemplateNode& node, const TemplateValue* first,
                            const TemplateValue* caller,
                            FunctionRef<TemplateValue(const TemplateArguments&)> call);
    [[nodiscard]] TemplateValue find_callee(const TemplateValue& value, std::string_view name);

    // Statements
    void execute(const TemplateNode& node);
    void load_slot(const TemplateLoad& load);
    void execute_output(const TemplateNode& node);
    void execute_for(const TemplateNode& node);
    TemplateValue filter_items(const TemplateNode& node, TemplateValue iterable);
    void execute_if(const TemplateNode& node);
    void execute_macro(const TemplateNode& node);
    void execute_call_block(const TemplateNode& node);
    void execute_filter_block(const TemplateNode& node);
    void execute_with(const TemplateNode& node);
    void execute_autoescape(const TemplateNode& node);
    void execute_block(const TemplateNode& node);
    void execute_extends(const TemplateNode& node);
    void execute_include(const TemplateNode& node);
    void execute_import(const TemplateNode& node);
    void execute_assign(const TemplateNode& node);
    void check_target(const TemplateNode& target);
    void export_locals(const TemplateParts& parts);
    void hand_on(const TemplateNode& node, TemplateContext& context);
    void print(const TemplateValue& value);
    [[nodiscard]] std::string describe_position(std::uint32_t line) const;
    const CompiledTemplate& load(const TemplateNode& node, bool several);
    void render_root(const CompiledTemplate& source, TemplateContext& context);
    TemplateValue default_module(const CompiledTemplate& source);
    TemplateValue make_module(const CompiledTemplate& source, TemplateContext& context);

    TemplateSession& session_;
    std::string* out_ = nullptr;
    TemplatePosition position_;
    const CompiledTemplate* parent_ = nullptr;  // of the template whose root is running
    TemplateStack stack_;
};

/// Runs a function in a frame of its own, for as long as it lives; then the run goes on where it was.
class TemplateActivation {
public:
    TemplateActivation(TemplateRun& run, const TemplateRoutine& function,
                       TemplateSharedFrame* outer, TemplateContext& context,
                       const CompiledTemplate& source);
    TemplateActivation(const TemplateActivation&) = delete;
    TemplateActivation& operator=(const TemplateActivation&) = delete;
    ~TemplateActivation();

private:
    TemplateRun& run_;
    TemplateDepth depth_;
    TemplatePosition outside_;
    bool autoescape_;
    TemplateFrame frame_;
    TemplateHandle<TemplateSharedFrame> shared_frame_;
    std::size_t size_;
};

/// Values on the stack of a run.
class TemplateTemporaries {
public:
    TemplateTemporaries(TemplateRun& run, std::size_t size)
        : stack_(run.stack()), values_(stack_.push(size)), size_(size) {}
    TemplateTemporaries(const TemplateTemporaries&) = delete;
    TemplateTemporaries& operator=(const TemplateTemporaries&) = delete;
    ~TemplateTemporaries() { stack_.pop(values_, size_); }

    [[nodiscard]] TemplateValue* data() const noexcept { return values_; }

private:
    TemplateStack& stack_;
    TemplateValue* values_;
    std::size_t size_;
};

/// Filters the items of a loop by its condition.
class TemplateLoopFilter final : public TemplateGenerator {
public:
    TemplateLoopFilter(TemplateRun& run, const TemplateNode& node, const TemplateValue& iterable)
        : run_(run), node_(node), position_(run.position()), iterator_(iterable) {}

    MICROFLASK_INLINE bool next(TemplateValue& value) override;

private:
    TemplateRun& run_;
    const TemplateNode& node_;
    TemplatePosition position_;
    TemplateIterator iterator_;
    bool at_end_ = false;
};

}  // namespace microflask::detail
