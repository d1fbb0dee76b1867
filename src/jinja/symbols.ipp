// What jinja/symbols.hpp promises.
#include "jinja/symbols.hpp"

#include "core/config.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace microflask::detail {

MICROFLASK_INLINE void visit_template_children(const TemplateNode& node,
                                               FunctionRef<void(const TemplateNode&)> visit) {
    using Kind = TemplateNodeKind;
    const auto visit_one = [&](const TemplateNodePointer& child) {
        if (child) visit(*child);
    };
    const auto visit_all = [&](const TemplateNodes& children) {
        for (const TemplateNodePointer& child : children) visit_one(child);
    };
    switch (node.kind) {
    case Kind::for_loop:
        visit_one(node.first);
        visit_one(node.second);
        visit_all(node.body);
        visit_all(node.otherwise);
        return visit_one(node.third);
    case Kind::condition:
        visit_one(node.first);
        visit_all(node.body);
        visit_all(node.items);
        return visit_all(node.otherwise);
    case Kind::macro:
    case Kind::call_block:
        if (node.is(Kind::call_block)) visit_one(node.first);
        visit_all(node.items);
        visit_all(node.parts->defaults);
        return visit_all(node.body);
    case Kind::with_block:
        for (std::size_t i = 0; i < node.items.size(); i += 2) visit_one(node.items[i]);
        for (std::size_t i = 1; i < node.items.size(); i += 2) visit_one(node.items[i]);
        return visit_all(node.body);
    case Kind::filter_block: visit_all(node.body); return visit_one(node.first);
    case Kind::import:
    case Kind::from_import: return visit_one(node.first);
    default: break;
    }
    visit_one(node.first);
    visit_one(node.second);
    visit_one(node.third);
    visit_all(node.items);
    if (node.parts) {
        for (const TemplateNamedNode& keyword : node.parts->keywords) visit_one(keyword.value);
        visit_one(node.parts->dynamic_arguments);
        visit_one(node.parts->dynamic_keywords);
    }
    visit_all(node.body);
}

MICROFLASK_INLINE unsigned find_undeclared_template_names(const TemplateNodes& nodes,
                                                          const std::string_view* names,
                                                          std::size_t count) {
    struct Search {
        const std::string_view* names;
        std::size_t count;
        unsigned wanted;
        unsigned found = 0;

        void visit(const TemplateNode& node) {
            if (node.is(TemplateNodeKind::block)) return;
            if (node.is(TemplateNodeKind::name)) {
                for (std::size_t i = 0; i < count; ++i) {
                    if (node.text != names[i]) continue;
                    const unsigned bit = 1U << i;
                    if (node.flag) {
                        wanted &= ~bit;
                    } else {
                        found |= wanted & bit;
                    }
                }
                return;
            }
            visit_template_children(node, [this](const TemplateNode& child) { visit(child); });
        }
    };
    Search search{names, count, (1U << count) - 1};
    for (const TemplateNodePointer& node : nodes) search.visit(*node);
    return search.found;
}

MICROFLASK_INLINE std::uint32_t TemplateSlots::slot(std::string_view name, std::uint32_t level) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        if (names_[i].level == level && names_[i].name == name)
            return static_cast<std::uint32_t>(i);
    }
    names_.push_back({name, level});
    function_.slots = static_cast<std::uint32_t>(names_.size());
    return function_.slots - 1;
}

MICROFLASK_INLINE TemplatePlace TemplateSlots::place(const TemplateSlots& owner,
                                                     std::uint32_t slot) const noexcept {
    return {depth_ - owner.depth_, slot};
}

MICROFLASK_INLINE const TemplateVariable* TemplateSymbols::find_own(
    std::string_view name) const noexcept {
    for (const Symbol& symbol : symbols_) {
        if (symbol.name == name) return &symbol.reference;
    }
    return nullptr;
}

MICROFLASK_INLINE const TemplateVariable* TemplateSymbols::find(
    std::string_view name) const noexcept {
    for (const TemplateSymbols* scope = this; scope; scope = scope->parent_) {
        if (const TemplateVariable* reference = scope->find_own(name)) return reference;
    }
    return nullptr;
}

MICROFLASK_INLINE bool TemplateSymbols::stores(std::string_view name) const noexcept {
    for (const std::string_view stored : stores_) {
        if (stored == name) return true;
    }
    return false;
}

MICROFLASK_INLINE void TemplateSymbols::set_load(const Load& load) {
    for (Load& other : loads_) {
        if (!(other.target == load.target)) continue;
        other = load;
        return;
    }
    loads_.push_back(load);
}

MICROFLASK_INLINE TemplateVariable TemplateSymbols::define(std::string_view name,
                                                           TemplateLoadAction action,
                                                           TemplateVariable source) {
    const TemplateVariable reference{slots_, slots_->slot(name, level_)};
    bool known = false;
    for (Symbol& symbol : symbols_) {
        if (symbol.name != name) continue;
        symbol.reference = reference;
        known = true;
    }
    if (!known) symbols_.push_back({name, reference});
    set_load({reference, action, name, source});
    return reference;
}

MICROFLASK_INLINE std::uint32_t TemplateSymbols::declare(std::string_view name,
                                                         TemplateLoadAction action) {
    if (!stores(name)) stores_.push_back(name);
    return define(name, action).slot;
}

MICROFLASK_INLINE void TemplateSymbols::load(std::string_view name) {
    if (!find(name)) define(name, TemplateLoadAction::resolve);
}

MICROFLASK_INLINE void TemplateSymbols::store(std::string_view name) {
    if (!stores(name)) stores_.push_back(name);
    if (find_own(name)) return;
    // The name means what it means outside, until it is assigned to.
    const TemplateVariable* outer = parent_ ? parent_->find(name) : nullptr;
    if (outer) {
        define(name, TemplateLoadAction::alias, *outer);
    } else {
        define(name, TemplateLoadAction::undefined);
    }
}

MICROFLASK_INLINE void TemplateSymbols::visit(const TemplateNodes& nodes) {
    for (const TemplateNodePointer& node : nodes) visit(*node);
}

MICROFLASK_INLINE void TemplateSymbols::visit(const TemplateNode& node, bool as_parameter) {
    using Kind = TemplateNodeKind;
    switch (node.kind) {
    case Kind::name:
        if (as_parameter) {
            declare(node.text);
        } else if (node.flag) {
            store(node.text);
        } else {
            load(node.text);
        }
        return;
    case Kind::namespace_field: return load(node.text);
    case Kind::condition: return visit_condition(node);
    case Kind::macro: return store(node.first->text);
    case Kind::import: visit(*node.first); return store(node.items[0]->text);
    case Kind::from_import:
        visit(*node.first);
        for (std::size_t i = 1; i < node.items.size(); i += 2) store(node.items[i]->text);
        return;
    case Kind::assign: visit(*node.second); return visit(*node.first);
    // What begins a scope of its own is visited there.
    case Kind::for_loop: return visit(*node.second);
    case Kind::call_block:
    case Kind::filter_block:
    case Kind::assign_block: return visit(*node.first);
    case Kind::with_block:
        for (std::size_t i = 1; i < node.items.size(); i += 2) visit(*node.items[i]);
        return;
    case Kind::autoescape:
    case Kind::block: return;
    default:
        visit_template_children(node,
                                [&](const TemplateNode& child) { visit(child, as_parameter); });
    }
}

/// Notes the names of an `if`: what only some of the branches assign to may keep its outer value.
MICROFLASK_INLINE void TemplateSymbols::visit_condition(const TemplateNode& node) {
    visit(*node.first);
    TemplateSymbols branches[] = {*this, *this, *this};
    branches[0].visit(node.body);
    branches[1].visit(node.items);
    branches[2].visit(node.otherwise);
    merge(branches, 3);
}

MICROFLASK_INLINE void TemplateSymbols::merge(const TemplateSymbols* branches, std::size_t count) {
    struct Stored {
        std::string_view name;
        std::size_t branches = 0;
    };
    List<Stored> stored;
    for (std::size_t i = 0; i < count; ++i) {
        for (const std::string_view name : branches[i].stores_) {
            if (stores(name)) continue;
            bool known = false;
            for (Stored& other : stored) {
                if (other.name != name) continue;
                ++other.branches;
                known = true;
            }
            if (!known) stored.push_back({name, 1});
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        for (const Symbol& symbol : branches[i].symbols_) {
            if (!find_own(symbol.name)) symbols_.push_back(symbol);
        }
        for (const Load& load : branches[i].loads_) set_load(load);
        for (const std::string_view name : branches[i].stores_) {
            if (!stores(name)) stores_.push_back(name);
        }
    }
    for (const Stored& name : stored) {
        if (name.branches == count) continue;
        const TemplateVariable target = *find(name.name);
        const TemplateVariable* outer = parent_ ? parent_->find(name.name) : nullptr;
        if (outer) {
            set_load({target, TemplateLoadAction::alias, name.name, *outer});
        } else {
            set_load({target, TemplateLoadAction::resolve, name.name, {}});
        }
    }
}

MICROFLASK_INLINE TemplateLoads TemplateSymbols::loads() const {
    TemplateLoads loads;
    for (const Load& load : loads_) {
        TemplateLoad& result = loads.emplace_back();
        result.action = load.action;
        result.slot = load.target.slot;
        result.name = load.name;
        result.once = load.action == TemplateLoadAction::resolve && !stores(load.name);
        if (load.action == TemplateLoadAction::alias) {
            result.source = slots_->place(*load.source.owner, load.source.slot);
        }
    }
    return loads;
}

MICROFLASK_INLINE List<TemplateLocal> TemplateSymbols::locals(const TemplateSlots& from) const {
    List<TemplateLocal> locals;
    for (const TemplateSymbols* scope = this; scope; scope = scope->parent_) {
        for (const std::string_view name : scope->stores_) {
            bool known = false;
            for (const TemplateLocal& local : locals) known |= local.name == name;
            if (known) continue;
            const TemplateVariable* reference = find(name);
            locals.push_back({name, from.place(*reference->owner, reference->slot)});
        }
    }
    return locals;
}

}  // namespace microflask::detail
