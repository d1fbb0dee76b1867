// What jinja/renderer.hpp promises: expressions. Statements are in jinja/renderer.ipp.
#include "jinja/renderer.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/lexer.hpp"
#include "jinja/operators.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE const TemplateValue& TemplateRun::look(const TemplateNode& node,
                                                         TemplateValue& scratch) {
    if (node.is(TemplateNodeKind::constant)) return node.value;
    if (node.is(TemplateNodeKind::name)) {
        const TemplateValue& value = variable(node.place);
        if (!value.is_missing()) return value;
    }
    scratch = evaluate(node);
    return scratch;
}

MICROFLASK_INLINE bool TemplateRun::test(const TemplateNode& node) {
    TemplateValue scratch;
    return template_is_true(look(node, scratch));
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate(const TemplateNode& node) {
    using Kind = TemplateNodeKind;
    switch (node.kind) {
    // The tree outlives the rendering, so its constants need not be counted.
    case Kind::constant: return node.value.borrowed();
    case Kind::name: {
        const TemplateValue& value = variable(node.place);
        return value.is_missing() ? template_undefined(*this, node.text) : value;
    }
    case Kind::attribute: {
        TemplateValue scratch;
        const TemplateValue& value = look(*node.first, scratch);
        if (node.flag && value.kind() == TemplateKind::json_object) {
            const Json* const member = value.json_value().find(node.text);
            if (member) return TemplateValue::of_json(*member, value.owner());
        }
        return template_attribute(*this, value, node.text);
    }
    case Kind::item: return evaluate_item(node);
    case Kind::call: return evaluate_call(node, nullptr, nullptr);
    case Kind::filter:
    case Kind::test: return evaluate_filter(node, nullptr);
    case Kind::tuple:
    case Kind::list: return evaluate_list(node);
    case Kind::dict: return evaluate_dict(node);
    case Kind::conditional: return evaluate_conditional(node);
    case Kind::logical_and:
    case Kind::logical_or: {
        TemplateValue value = evaluate(*node.first);
        if (template_is_true(value) == node.is(Kind::logical_or)) return value;
        return evaluate(*node.second);
    }
    case Kind::logical_not: return TemplateValue::boolean(!test(*node.first));
    case Kind::negative: {
        TemplateValue scratch;
        return template_neg(look(*node.first, scratch));
    }
    case Kind::positive: {
        TemplateValue scratch;
        return template_pos(look(*node.first, scratch));
    }
    case Kind::concat: return evaluate_concat(node);
    case Kind::compare: return evaluate_compare(node);
    default: return evaluate_binary(node);
    }
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_binary(const TemplateNode& node) {
    TemplateValue left_scratch;
    TemplateValue right_scratch;
    const TemplateValue& left = look(*node.first, left_scratch);
    const TemplateValue& right = look(*node.second, right_scratch);
    switch (node.kind) {
    case TemplateNodeKind::add: return template_add(left, right);
    case TemplateNodeKind::subtract: return template_sub(left, right);
    case TemplateNodeKind::multiply: return template_mul(left, right);
    case TemplateNodeKind::divide: return template_div(left, right);
    case TemplateNodeKind::floor_divide: return template_floordiv(left, right);
    case TemplateNodeKind::modulo: return template_mod(left, right);
    default: return template_pow(left, right);
    }
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_compare(const TemplateNode& node) {
    TemplateValue left = evaluate(*node.first);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        TemplateValue right = evaluate(*node.items[i]);
        bool holds = false;
        switch (node.operations[i]) {
        case TemplateOperation::eq: holds = template_equal(left, right); break;
        case TemplateOperation::ne:
            holds = template_compare(TemplateComparison::ne, left, right);
            break;
        case TemplateOperation::gt:
            holds = template_compare(TemplateComparison::gt, left, right);
            break;
        case TemplateOperation::gteq:
            holds = template_compare(TemplateComparison::ge, left, right);
            break;
        case TemplateOperation::lt:
            holds = template_compare(TemplateComparison::lt, left, right);
            break;
        case TemplateOperation::lteq:
            holds = template_compare(TemplateComparison::le, left, right);
            break;
        case TemplateOperation::in: holds = template_in(left, right); break;
        case TemplateOperation::notin: holds = !template_in(left, right); break;
        }
        if (!holds) return TemplateValue::boolean(false);
        left = std::move(right);
    }
    return TemplateValue::boolean(true);
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_concat(const TemplateNode& node) {
    const TemplateTemporaries values(*this, node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) values.data()[i] = evaluate(*node.items[i]);
    // Whether Markup comes out is decided where the template was written.
    const bool before = std::exchange(autoescape, node.escape == TemplateEscape::on);
    TemplateValue result = template_concat(*this, values.data(), node.items.size());
    autoescape = before;
    return result;
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_conditional(const TemplateNode& node) {
    if (test(*node.second)) return evaluate(*node.first);
    if (node.third) return evaluate(*node.third);
    // Always the standard kind of undefined, as in Jinja.
    const TemplateUndefinedKind before =
        std::exchange(undefined_kind, TemplateUndefinedKind::standard);
    TemplateValue result = template_undefined_hint(
        *this, concat({"the inline if-expression on ", describe_position(node.line),
                       " evaluated to false and no else section was defined."}));
    undefined_kind = before;
    return result;
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_list(const TemplateNode& node) {
    List<TemplateValue> items;
    items.reserve(node.items.size());
    for (const TemplateNodePointer& item : node.items) items.push_back(evaluate(*item));
    return node.is(TemplateNodeKind::list) ? template_make_list(std::move(items))
                                           : template_make_tuple(std::move(items));
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_dict(const TemplateNode& node) {
    const TemplateTemporaries values(*this, node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) values.data()[i] = evaluate(*node.items[i]);
    return template_make_dict(values.data(), node.items.size() / 2);
}

MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_item(const TemplateNode& node) {
    TemplateValue scratch;
    TemplateValue key_scratch;
    const TemplateValue& value = look(*node.first, scratch);
    const TemplateNode& key = *node.second;
    if (!key.is(TemplateNodeKind::slice)) {
        return template_item(*this, value, look(key, key_scratch));
    }
    const TemplateTemporaries parts(*this, 3);
    for (std::size_t i = 0; i < 3; ++i) {
        parts.data()[i] = key.items[i] ? evaluate(*key.items[i]) : TemplateValue();
    }
    return template_slice(*this, value, parts.data()[0], parts.data()[1], parts.data()[2]);
}

/// Evaluates the arguments of a call, a filter or a test and hands them on. `first` goes before those that are written,
/// `caller` is one more by name.
MICROFLASK_INLINE TemplateValue TemplateRun::call_with(
    const TemplateNode& node, const TemplateValue* first, const TemplateValue* caller,
    FunctionRef<TemplateValue(const TemplateArguments&)> call) {
    const TemplateParts* parts = node.parts.get();
    const std::size_t before = first ? 1 : 0;
    const std::size_t count = before + node.items.size();
    const TemplateTemporaries positional(*this, count);
    if (first) positional.data()[0] = *first;
    for (std::size_t i = before; i < count; ++i) {
        positional.data()[i] = evaluate(*node.items[i - before]);
    }
    if (!caller && !parts) return call(TemplateArguments(*this, positional.data(), count));

    List<TemplateKeyword> keywords;
    List<TemplateValue> more;   // *args
    List<TemplateValue> names;  // of **kwargs: they keep the text
    if (parts) {
        for (const TemplateNamedNode& keyword : parts->keywords) {
            keywords.push_back({keyword.name, evaluate(*keyword.value)});
        }
        if (parts->dynamic_arguments) {
            more.append(positional.data(), positional.data() + count);
            TemplateIterator iterator(evaluate(*parts->dynamic_arguments));
            TemplateValue item;
            while (iterator.next(item)) more.push_back(std::move(item));
        }
    }
    if (caller) keywords.push_back({"caller", *caller});
    if (parts && parts->dynamic_keywords) {
        const TemplateValue values = evaluate(*parts->dynamic_keywords);
        if (values.is_undefined()) template_throw_undefined(values);
        if (values.kind() != TemplateKind::dict && values.kind() != TemplateKind::json_object) {
            throw TemplateRuntimeError(
                "TypeError",
                concat({"argument after ** must be a mapping, not ", values.type_name()}));
        }
        TemplateIterator iterator(values);
        TemplateValue name;
        while (iterator.next(name)) {
            if (!name.is_text())
                throw TemplateRuntimeError("TypeError", "keywords must be strings");
            for (const TemplateKeyword& keyword : keywords) {
                if (keyword.name != name.text_value()) continue;
                throw TemplateRuntimeError("TypeError",
                                           concat({"got multiple values for keyword argument ",
                                                   quote_template_text(keyword.name)}));
            }
            names.push_back(name);
            keywords.push_back({name.text_value(), template_item(*this, values, name)});
        }
    }
    const bool has_more = parts && parts->dynamic_arguments;
    return call(TemplateArguments(*this, has_more ? more.data() : positional.data(),
                                  has_more ? more.size() : count, keywords.data(),
                                  keywords.size()));
}

/// Returns what a value has by a name, to be called; for a method of the user's or of Python's types, a missing value.
MICROFLASK_INLINE TemplateValue TemplateRun::find_callee(const TemplateValue& value,
                                                         std::string_view name) {
    if (value.kind() == TemplateKind::undefined) return template_attribute(*this, value, name);
    if (value.kind() != TemplateKind::object) return TemplateValue::missing();
    // What these have by a name is a macro or a block, never a method.
    const std::string_view type = value.object_value().type_name();
    if (type == "TemplateModule" || type == "TemplateReference" || type == "BlockReference" ||
        type == "Namespace") {
        return template_attribute(*this, value, name);
    }
    return TemplateValue::missing();
}

/// Calls a function, a method, a macro. Where it can, a macro prints at once; then `*printed` is set.
MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_call(const TemplateNode& node,
                                                           const TemplateValue* caller,
                                                           bool* printed) {
    const TemplateNode& called = *node.first;
    TemplateValue scratch;
    const TemplateValue* const owner =
        called.is(TemplateNodeKind::attribute) ? &look(*called.first, scratch) : nullptr;
    const TemplateValue callee = owner ? find_callee(*owner, called.text) : evaluate(called);
    if (owner && callee.is_missing()) {
        return call_with(node, nullptr, caller, [&](const TemplateArguments& arguments) {
            return template_call_method(*this, *owner, called.text, arguments);
        });
    }
    TemplateFragment* fragment = nullptr;
    if (printed && callee.kind() == TemplateKind::object) {
        fragment = dynamic_cast<TemplateFragment*>(&callee.object_value());
        if (fragment && escapes(node) && !fragment->gives_markup(*this)) fragment = nullptr;
    }
    return call_with(node, nullptr, caller, [&](const TemplateArguments& arguments) {
        if (!fragment) return template_call(*this, callee, arguments);
        fragment->render(*this, arguments);
        *printed = true;
        return TemplateValue();
    });
}

/// Calls a filter or a test. `input` stands for the text of the block that a filter is applied to.
MICROFLASK_INLINE TemplateValue TemplateRun::evaluate_filter(const TemplateNode& node,
                                                             const TemplateValue* input) {
    TemplateValue scratch;
    const TemplateValue* value = input;
    if (node.first && input && node.first->is(TemplateNodeKind::filter)) {
        scratch = evaluate_filter(*node.first, input);
        value = &scratch;
    } else if (node.first) {
        value = &look(*node.first, scratch);
    }
    return call_with(node, value, nullptr, [&](const TemplateArguments& arguments) {
        if (node.native) return node.native(*this, arguments);
        if (node.function) return template_call(*this, *node.function, arguments);
        throw TemplateRuntimeError(
            concat({"No ", node.is(TemplateNodeKind::filter) ? "filter" : "test", " named ",
                    quote_template_text(node.text), " found."}));
    });
}

}  // namespace microflask::detail
