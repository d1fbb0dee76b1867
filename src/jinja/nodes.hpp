// The syntax tree of a template. One kind of node serves all: small for the compiler, quick to walk. Behind each kind
// stands what its members hold; what is not named there is empty.
#pragma once

#include "core/list.hpp"
#include "jinja/value.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace microflask::detail {

enum class TemplateNodeKind : std::uint8_t {
    // Expressions
    constant,         // value
    name,             // text; place
    namespace_field,  // text . attribute; place (a target of `set`)
    tuple,            // items
    list,             // items
    dict,             // items: key, value, key, value, ...
    conditional,      // first if second else third (null: without else)
    logical_and,      // first, second
    logical_or,       // first, second
    logical_not,      // first
    negative,         // first
    positive,         // first
    add,              // first, second; so up to `power`
    subtract,
    multiply,
    divide,
    floor_divide,
    modulo,
    power,
    concat,     // items
    compare,    // first; items, each with one of `operations` before it
    attribute,  // first . text; no method of dicts in `flag`
    item,       // first [ second ]
    slice,      // items: start, stop, step, each may be null (only as `second` of an item)
    call,       // first ( items, ...parts )
    filter,     // first (null: a block's text) | text ( items, ...parts )
    test,       // first is text ( items, ...parts )
    // Statements
    data,          // text
    output,        // first
    for_loop,      // for first in second if third; recursive in `flag`; body, otherwise
    condition,     // if first; body; items: the elifs, as conditions; otherwise
    macro,         // first: the name; items: parameters; parts: defaults; body
    call_block,    // first: the call; items: parameters; parts: defaults; body
    filter_block,  // first: the filters; body
    with_block,    // items: target, value, target, value, ...; body
    autoescape,    // first; body
    block,         // text; scoped in `flag`, required in `flag2`; body
    extends,       // first
    include,       // first; with context in `flag`, ignore missing in `flag2`
    import,        // first; items: the target; with context in `flag`
    from_import,   // first; items: name, alias, name, alias, ...; with context in `flag`
    assign,        // first = second
    assign_block,  // first; second: the filters or null; body
};

/// What a comparison asks.
enum class TemplateOperation : std::uint8_t { eq, ne, gt, gteq, lt, lteq, in, notin };

/// When text that is printed is escaped: known when the template is compiled, but within an `autoescape` with an expression.
enum class TemplateEscape : std::uint8_t { off, on, dynamic };

struct TemplateNode;
using TemplateNodePointer = std::unique_ptr<TemplateNode>;
using TemplateNodes = List<TemplateNodePointer>;

/// Where the value of a name lives: in the frame of the function that is `hops` functions further out.
struct TemplatePlace {
    std::uint32_t hops = 0;
    std::uint32_t slot = 0;
};

/// How a slot gets its value when a scope is entered.
enum class TemplateLoadAction : std::uint8_t {
    parameter,  // somebody else gives it
    resolve,    // from the context, by name
    alias,      // from another slot
    undefined,  // it has none yet
    self,       // `self`
    parent,     // `super`
};

struct TemplateLoad {
    TemplateLoadAction action = TemplateLoadAction::parameter;
    bool once = false;  // a loop need not look again for each item
    std::uint32_t slot = 0;
    TemplatePlace source;   // of an alias
    std::string_view name;  // to resolve; the tree keeps it
};

/// The slots that a scope fills when it is entered.
using TemplateLoads = List<TemplateLoad>;

/// A name and where its value lives: what is handed on to another context.
struct TemplateLocal {
    std::string_view name;  // the tree keeps it
    TemplatePlace place;
};

/// What has a frame of its own while it runs: a template's root, a block, a macro, a recursive loop.
struct TemplateRoutine {
    std::uint32_t slots = 0;
    bool captured = false;  // functions inside refer to its frame
    TemplateLoads loads;
};

struct TemplateNamedNode {
    std::string name;
    TemplateNodePointer value;
};

/// What few nodes have.
struct TemplateParts {
    // call, filter, test
    List<TemplateNamedNode> keywords;
    TemplateNodePointer dynamic_arguments;  // *args
    TemplateNodePointer dynamic_keywords;   // **kwargs

    // macro, call_block
    TemplateNodes defaults;  // of the last parameters
    bool takes_caller = false;
    bool takes_kwargs = false;
    bool takes_varargs = false;
    bool has_explicit_caller = false;
    std::uint32_t caller_slot = 0;
    std::uint32_t kwargs_slot = 0;
    std::uint32_t varargs_slot = 0;

    // for_loop
    bool has_loop_object = false;
    std::uint32_t loop_slot = 0;
    TemplateLoads test_loads;
    TemplateLoads else_loads;
    List<std::uint32_t> target_slots;  // where all targets are names: `first` need not be walked

    // What has a scope, and what has a frame (there the loads are in the function)
    TemplateLoads loads;
    TemplateRoutine function;

    // include, import, a scoped block: what is handed on; assignments on the top level: what the context learns
    List<TemplateLocal> locals;
};

struct TemplateNode {
    explicit TemplateNode(TemplateNodeKind node_kind, std::uint32_t node_line) noexcept
        : kind(node_kind), line(node_line) {}

    TemplateNodeKind kind;
    TemplateEscape escape = TemplateEscape::off;
    bool flag = false;
    bool flag2 = false;
    bool replaceable = false;  // not written where a parent template was named before
    std::uint16_t height = 1;
    std::uint32_t line;
    TemplatePlace place;
    std::uint32_t test_slot = 0;      // of a loop's target, while the loop's condition is asked
    TemplateNative native = nullptr;  // Jinja's own filter or test
    const TemplateValue* function = nullptr;  // the user's filter or test
    TemplateValue value;
    std::string text;
    std::string attribute;
    TemplateNodePointer first;
    TemplateNodePointer second;
    TemplateNodePointer third;
    TemplateNodes items;
    List<TemplateOperation> operations;
    TemplateNodes body;
    TemplateNodes otherwise;
    std::unique_ptr<TemplateParts> parts;

    [[nodiscard]] bool is(TemplateNodeKind other) const noexcept { return kind == other; }
};

/// A template as the parser leaves it, and as the compiler completes it.
struct TemplateTree {
    TemplateNodes body;
    TemplateRoutine function;
    List<TemplateNode*> blocks;
};

}  // namespace microflask::detail
