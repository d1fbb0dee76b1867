// What jinja/runtime.hpp promises: the loop object; and jinja/renderer.hpp: a loop's condition.
#include "jinja/runtime.hpp"

#include "core/config.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/operators.hpp"
#include "jinja/renderer.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE TemplateLoop::TemplateLoop(TemplateValue iterable, std::int64_t depth0)
    : iterable_(std::move(iterable)), iterator_(iterable_), depth0_(depth0) {}

MICROFLASK_INLINE void TemplateLoop::make_recursive(const TemplateNode& node,
                                                    TemplateHandle<TemplateSharedFrame> frame,
                                                    TemplateContext& context,
                                                    const CompiledTemplate& source) {
    node_ = &node;
    session_ = TemplateHandle<TemplateSession>(&context.session());
    frame_ = std::move(frame);
    context_ = TemplateHandle<TemplateContext>(&context);
    source_ = &source;
}

MICROFLASK_INLINE bool TemplateLoop::next(TemplateValue& value) {
    if (has_after_) {
        if (after_.is_missing()) return false;
        value = std::move(after_);
        after_ = TemplateValue::missing();
        has_after_ = false;
    } else if (!iterator_.next(value)) {
        return false;
    }
    ++index0_;
    before_ = std::move(current_);
    current_ = value;
    return true;
}

/// Gives the item behind the current one, without going there.
MICROFLASK_INLINE bool TemplateLoop::peek(TemplateValue& value) {
    if (!has_after_ || after_.is_missing()) {
        has_after_ = true;
        if (!iterator_.next(after_)) after_ = TemplateValue::missing();
    }
    value = after_;
    return !after_.is_missing();
}

/// Returns the number of all items. What does not know its length is stepped through to its end.
MICROFLASK_INLINE std::int64_t TemplateLoop::count_items() {
    if (length_ >= 0) return length_;
    std::size_t count = 0;
    if (!template_has_length(iterable_, count)) {
        List<TemplateValue> rest;
        TemplateValue value;
        while (iterator_.next(value)) rest.push_back(value);
        count = rest.size() + static_cast<std::size_t>(index0_ + 1) +
                (has_after_ && !after_.is_missing() ? 1 : 0);
        iterator_ = TemplateIterator(template_make_list(std::move(rest)));
    }
    length_ = static_cast<std::int64_t>(count);
    return length_;
}

MICROFLASK_INLINE bool TemplateLoop::attribute(RenderState& state, std::string_view name,
                                               TemplateValue& value) {
    if (name == "index") {
        value = TemplateValue::integer(index0_ + 1);
    } else if (name == "index0") {
        value = TemplateValue::integer(index0_);
    } else if (name == "first") {
        value = TemplateValue::boolean(index0_ == 0);
    } else if (name == "last") {
        TemplateValue after;
        value = TemplateValue::boolean(!peek(after));
    } else if (name == "length") {
        value = TemplateValue::integer(count_items());
    } else if (name == "revindex") {
        value = TemplateValue::integer(count_items() - index0_);
    } else if (name == "revindex0") {
        value = TemplateValue::integer(count_items() - index0_ - 1);
    } else if (name == "depth") {
        value = TemplateValue::integer(depth0_ + 1);
    } else if (name == "depth0") {
        value = TemplateValue::integer(depth0_);
    } else if (name == "previtem") {
        value =
            index0_ == 0 ? template_undefined_hint(state, "there is no previous item") : before_;
    } else if (name == "nextitem") {
        if (!peek(value)) value = template_undefined_hint(state, "there is no next item");
    } else if (name == "cycle" || name == "changed") {
        value = TemplateValue::object(
            new TemplateLoopMethod(*this, name == "cycle" ? "cycle" : "changed"));
    } else {
        return false;
    }
    return true;
}

MICROFLASK_INLINE bool TemplateLoop::call_method(RenderState&, std::string_view name,
                                                 const TemplateArguments& arguments,
                                                 TemplateValue& result) {
    if (name == "cycle") {
        if (arguments.empty()) {
            throw TemplateRuntimeError("TypeError", "no items for cycling given");
        }
        // Python's remainder, also before the first item.
        const std::int64_t size = static_cast<std::int64_t>(arguments.size());
        result = arguments[static_cast<std::size_t>(((index0_ % size) + size) % size)];
        return true;
    }
    if (name == "changed") {
        TemplateValue values =
            template_make_tuple(List<TemplateValue>(arguments.begin(), arguments.end()));
        const bool changed = changed_.is_missing() || !template_equal(changed_, values);
        if (changed) changed_ = std::move(values);
        result = TemplateValue::boolean(changed);
        return true;
    }
    return false;
}

MICROFLASK_INLINE std::string_view TemplateLoop::type_name() const noexcept {
    return "LoopContext";
}

MICROFLASK_INLINE bool TemplateLoop::length(std::size_t& count) const {
    if (length_ < 0) {
        if (!template_has_length(iterable_, count)) return false;
    } else {
        count = static_cast<std::size_t>(length_);
    }
    return true;
}

MICROFLASK_INLINE void TemplateLoop::append_repr(std::string& out) const {
    std::size_t count = 0;
    out += "<LoopContext ";
    out += std::to_string(index0_ + 1);
    out += '/';
    if (length(count)) out += std::to_string(count);
    out += '>';
}

MICROFLASK_INLINE bool TemplateLoop::gives_markup(const TemplateRun& run) const noexcept {
    if (!node_ || node_->escape == TemplateEscape::off) return false;
    return node_->escape == TemplateEscape::on || run.autoescape;
}

/// Renders the body of a recursive loop for the items within an item.
MICROFLASK_INLINE void TemplateLoop::render(TemplateRun& run, const TemplateArguments& arguments) {
    if (!node_) {
        throw TemplateRuntimeError(
            "TypeError", "The loop must have the 'recursive' marker to be called recursively.");
    }
    if (arguments.size() != 1 || arguments.keyword_count() > 0) {
        throw TemplateRuntimeError("TypeError", "loop() takes one argument: what to iterate over");
    }
    const TemplateHandle<TemplateLoop> self(this);
    const TemplateActivation activation(run, node_->parts->function, frame_.get(), *context_,
                                        *source_);
    run.position().line = node_->line;
    run.locate_errors([&] { run.render_loop(*node_, arguments[0], depth0_ + 1); });
}

MICROFLASK_INLINE std::string_view TemplateLoopMethod::type_name() const noexcept {
    return "method";
}

MICROFLASK_INLINE bool TemplateLoopMethod::is_callable() const noexcept {
    return true;
}

MICROFLASK_INLINE TemplateValue TemplateLoopMethod::call(RenderState& state,
                                                         const TemplateArguments& arguments) {
    TemplateValue result;
    loop_->call_method(state, name_, arguments, result);
    return result;
}

MICROFLASK_INLINE bool TemplateLoopFilter::next(TemplateValue& value) {
    if (at_end_) return false;
    // Others may ask for the next item: the condition belongs to the loop.
    const TemplatePosition outside = std::exchange(run_.position(), position_);
    run_.position().line = node_.third->line;
    const auto step = [&] {
        while (iterator_.next(value)) {
            run_.assign(*node_.first, value, true);
            if (run_.test(*node_.third)) return true;
        }
        return false;
    };
    bool found = false;
    run_.locate_errors([&] { found = step(); });
    run_.position() = outside;
    at_end_ = !found;
    return found;
}

}  // namespace microflask::detail
