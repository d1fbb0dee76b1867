// Which names of a template are which variables: Jinja's scoping, said in slots of frames (jinja2.idtracking).
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"
#include "jinja/nodes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

/// Calls a function with the nodes below a node, in Jinja's order. Names that are only declared (of macros and imports)
/// are left out.
void visit_template_children(const TemplateNode& node,
                             FunctionRef<void(const TemplateNode&)> visit);

/// Returns which of up to eight names are read before something is assigned to them, one bit for each. Blocks are not
/// looked into.
unsigned find_undeclared_template_names(const TemplateNodes& nodes, const std::string_view* names,
                                        std::size_t count);

/// Gives out the slots of a function's frame while it is compiled.
class TemplateSlots {
public:
    TemplateSlots(TemplateRoutine& function, TemplateSlots* outer) noexcept
        : function_(function), depth_(outer ? outer->depth_ + 1 : 0) {
        if (outer) outer->function_.captured = true;
    }

    /// Returns the slot of a name on a level; scopes beside each other share it.
    std::uint32_t slot(std::string_view name, std::uint32_t level);
    /// Says how this function, while it runs, reaches a slot of a function around it.
    [[nodiscard]] TemplatePlace place(const TemplateSlots& owner,
                                      std::uint32_t slot) const noexcept;

private:
    struct Slot {
        std::string_view name;
        std::uint32_t level = 0;
    };

    TemplateRoutine& function_;
    std::uint32_t depth_;
    List<Slot> names_;
};

/// A variable: a slot, and the function whose frame has it.
struct TemplateVariable {
    TemplateSlots* owner = nullptr;
    std::uint32_t slot = 0;

    friend bool operator==(const TemplateVariable&, const TemplateVariable&) = default;
};

/// The names of one scope.
class TemplateSymbols {
public:
    /// Begins a scope of a function; `parent` is the scope around it.
    TemplateSymbols(TemplateSlots& slots, const TemplateSymbols* parent) noexcept
        : slots_(&slots), parent_(parent), level_(parent ? parent->level_ + 1 : 0) {}
    /// Gives this scope slots that no scope beside it shares.
    void keep_apart() noexcept { level_ |= 0x80000000U; }

    /// Notes the names of a statement or expression that stands in this scope. As a parameter, a name is always a
    /// variable of its own.
    void visit(const TemplateNode& node, bool as_parameter = false);
    void visit(const TemplateNodes& nodes);

    std::uint32_t declare(std::string_view name,
                          TemplateLoadAction action = TemplateLoadAction::parameter);
    void load(std::string_view name);
    void store(std::string_view name);
    [[nodiscard]] const TemplateVariable* find(std::string_view name) const noexcept;
    [[nodiscard]] bool stores(std::string_view name) const noexcept;

    /// Returns how the scope's slots are filled, as seen from its function.
    [[nodiscard]] TemplateLoads loads() const;
    /// Returns all names that something was assigned to, here and around, as seen from a function.
    [[nodiscard]] List<TemplateLocal> locals(const TemplateSlots& from) const;

private:
    struct Symbol {
        std::string_view name;
        TemplateVariable reference;
    };
    struct Load {
        TemplateVariable target;
        TemplateLoadAction action = TemplateLoadAction::parameter;
        std::string_view name;
        TemplateVariable source;
    };

    const TemplateVariable* find_own(std::string_view name) const noexcept;
    TemplateVariable define(std::string_view name, TemplateLoadAction action,
                            TemplateVariable source = {});
    void set_load(const Load& load);
    void visit_condition(const TemplateNode& node);
    void merge(const TemplateSymbols* branches, std::size_t count);

    TemplateSlots* slots_;
    const TemplateSymbols* parent_;
    std::uint32_t level_;
    List<Symbol> symbols_;
    List<Load> loads_;
    List<std::string_view> stores_;
};

}  // namespace microflask::detail
