// Completes a parsed template: gives every name its slot, looks up filters and tests, decides what is escaped, and refuses
// what Jinja's compiler refuses.
#pragma once

#include "core/function.hpp"
#include "jinja/nodes.hpp"
#include "jinja/symbols.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace microflask::detail {

/// A filter or a test as the compiler finds it.
struct TemplateCallee {
    TemplateNative native = nullptr;
    const TemplateValue* function = nullptr;
};

class TemplateCompiler {
public:
    /// Gives the filter (or test) of a name; whether there is one.
    using Find = FunctionRef<bool(std::string_view name, bool is_filter, TemplateCallee& callee)>;

    TemplateCompiler(Find find, std::string_view name, std::string_view filename) noexcept
        : find_(find), name_(name), filename_(filename) {}

    /// Throws TemplateAssertionError.
    void compile(TemplateTree& tree, bool autoescape);

private:
    /// Where a statement stands (jinja2.compiler.Frame).
    struct Frame {
        TemplateSymbols& symbols;
        TemplateSlots& slots;
        TemplateEscape escape = TemplateEscape::off;
        bool top_level = false;    // of the template, perhaps within `if`
        bool root_level = false;   // and not within `if`
        bool soft = false;         // within `if`
        bool replaceable = false;  // what is printed here is left out where there is a parent

        [[nodiscard]] Frame inner(TemplateSymbols& inner_symbols) const noexcept {
            return {inner_symbols, slots, escape, false, false, false, replaceable};
        }
        [[nodiscard]] Frame inside_if() const noexcept {
            Frame frame = *this;
            frame.root_level = false;
            frame.soft = true;
            return frame;
        }
    };

    void find_blocks(const TemplateNode& node, List<TemplateNode*>& blocks);
    void compile_block(TemplateNode& block, TemplateEscape escape);
    void compile(TemplateNodes& nodes, const Frame& frame);
    void compile(TemplateNode& node, const Frame& frame);
    void compile_if_any(const TemplateNodePointer& node, const Frame& frame);
    void compile_call_parts(TemplateNode& node, const Frame& frame);
    void compile_callee(TemplateNode& node, const Frame& frame);
    void compile_for(TemplateNode& node, const Frame& frame);
    void compile_for_body(TemplateNode& node, const Frame& frame, TemplateSlots& slots);
    void compile_macro(TemplateNode& node, const Frame& frame);
    void compile_assign(TemplateNode& node, const Frame& frame);
    void compile_target(TemplateNode& node, const Frame& frame);
    void set_test_slots(TemplateNode& node, const TemplateSymbols& symbols);
    void export_targets(const TemplateNode& target, const Frame& frame, TemplateParts& parts);
    void set_place(TemplateNode& node, std::string_view name, const Frame& frame);
    void refuse_loop_targets(const TemplateNode& node);
    [[noreturn]] void fail(std::string message, std::uint32_t line) const;

    Find find_;
    std::string_view name_;
    std::string_view filename_;
    bool has_known_parent_ = false;
};

}  // namespace microflask::detail
