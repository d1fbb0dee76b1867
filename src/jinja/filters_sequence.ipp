// Bodies of filters_sequence.hpp.
#include "jinja/filters_sequence.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_text.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/undefined.hpp"
#include "jinja/unicode.hpp"

#include <algorithm>
#include <chrono>

namespace microflask::detail {

// attributes

/// Adds the parts of "address.city" or "items.0".
MICROFLASK_INLINE void template_add_path(List<TemplateValue>& parts, std::string_view path) {
    for (const std::string_view part : split(path, '.')) {
        const auto number = parse_unsigned(part, INT64_MAX);
        parts.push_back(number ? TemplateValue::integer(static_cast<std::int64_t>(*number))
                               : TemplateValue::text(std::string(part)));
    }
}

MICROFLASK_INLINE TemplateAttributeGetter::TemplateAttributeGetter(
    RenderState& state, const TemplateValue* attribute, const TemplateValue* default_value,
    bool ignores_case)
    : state_(&state), ignores_case_(ignores_case) {
    if (default_value) default_ = *default_value;
    if (!attribute || attribute->is_none()) return;
    if (attribute->is_text())
        template_add_path(parts_, attribute->text_value());
    else
        parts_.push_back(*attribute);
}

MICROFLASK_INLINE TemplateValue template_ignore_case(const TemplateValue& value) {
    return value.is_text() ? TemplateValue::text(unicode_lower_text(value.text_value())) : value;
}

MICROFLASK_INLINE TemplateValue
TemplateAttributeGetter::operator()(const TemplateValue& value) const {
    TemplateValue item = value;
    for (const TemplateValue& part : parts_) {
        item = template_item(*state_, item, part);
        if (item.is_undefined() && !default_.is_none()) item = default_;
    }
    return ignores_case_ ? template_ignore_case(item) : item;
}

// generators

/// Gives prepared values one by one.
class TemplateListGenerator final : public TemplateGenerator {
public:
    explicit TemplateListGenerator(List<TemplateValue> values) noexcept
        : values_(std::move(values)) {}
    bool next(TemplateValue& value) override {
        if (position_ >= values_.size()) return false;
        value = std::move(values_[position_++]);
        return true;
    }

private:
    List<TemplateValue> values_;
    std::size_t position_ = 0;
};

MICROFLASK_INLINE TemplateValue template_generate(List<TemplateValue> values) {
    return TemplateValue::iterator(new TemplateListGenerator(std::move(values)));
}

using TemplateListMaker = List<TemplateValue> (*)(const TemplateValue& value,
                                                  const TemplateValue& count,
                                                  const TemplateValue& fill);

/// Gives the values of a list that is made when the first is asked for: Python's generators fail no earlier.
class TemplateLateList final : public TemplateGenerator {
public:
    TemplateLateList(TemplateListMaker make, TemplateValue value, TemplateValue count,
                     TemplateValue fill) noexcept
        : make_(make), value_(std::move(value)), count_(std::move(count)), fill_(std::move(fill)) {}
    bool next(TemplateValue& value) override {
        if (make_) values_ = std::exchange(make_, nullptr)(value_, count_, fill_);
        if (position_ >= values_.size()) return false;
        value = std::move(values_[position_++]);
        return true;
    }

private:
    TemplateListMaker make_;
    TemplateValue value_;
    TemplateValue count_;
    TemplateValue fill_;
    List<TemplateValue> values_;
    std::size_t position_ = 0;
};

MICROFLASK_INLINE List<TemplateValue> template_elements(const TemplateValue& value) {
    List<TemplateValue> items;
    TemplateIterator iterator(value);
    for (TemplateValue item; iterator.next(item);) {
        template_check_list_size(items.size() + 1);
        items.push_back(std::move(item));
    }
    return items;
}

/// A filter or a test by its name, with arguments behind the value that it is applied to.
class TemplateApplied {
public:
    /// Keeps the arguments from `first` on; the first of them is the name.
    TemplateApplied(const TemplateArguments& arguments, std::size_t first)
        : state_(&arguments.state()) {
        if (first < arguments.size()) {
            name_ = arguments[first];
            positional_.emplace_back();
            positional_.append(arguments.begin() + first + 1, arguments.end());
        }
        for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
            // The names of **kwargs live until the call returns, and this may be asked later.
            const TemplateKeyword& keyword = arguments.keywords()[i];
            names_.push_back(TemplateValue::text(std::string(keyword.name)));
            keywords_.push_back({names_.back().text_value(), keyword.value});
        }
    }

    [[nodiscard]] bool has_name() const noexcept { return !positional_.empty(); }
    [[nodiscard]] const List<TemplateKeyword>& keywords() const noexcept { return keywords_; }
    [[nodiscard]] RenderState& state() const noexcept { return *state_; }

    TemplateValue call(const TemplateValue& value, bool is_test) {
        if (!is_found_) find(is_test);
        positional_[0] = value;
        TemplateValue result =
            template_call(*state_, function_,
                          TemplateArguments(*state_, positional_.data(), positional_.size(),
                                            keywords_.data(), keywords_.size()));
        positional_[0] = TemplateValue();
        return result;
    }

private:
    void find(bool is_test) {
        if (name_.is_text())
            function_ = is_test ? state_->find_test(name_.text_value())
                                : state_->find_filter(name_.text_value());
        else
            function_ = TemplateValue::missing();
        is_found_ = true;
        if (!function_.is_missing()) return;
        std::string message = is_test ? "No test named " : "No filter named ";
        template_append_repr(message, name_);
        message += '.';
        if (name_.is_undefined())
            message += concat({" (", template_undefined_message(name_),
                               "; did you forget to quote the callable name?)"});
        throw TemplateRuntimeError(std::move(message));
    }

    RenderState* state_;
    TemplateValue name_;
    TemplateValue function_;
    List<TemplateValue> positional_;
    List<TemplateValue> names_;
    List<TemplateKeyword> keywords_;
    bool is_found_ = false;
};

/// What map() gives.
class TemplateMapped final : public TemplateGenerator {
public:
    explicit TemplateMapped(const TemplateArguments& arguments)
        : source_(arguments[0]),
          applied_(arguments, 1),
          attribute_(getter(arguments)),
          has_attribute_(arguments.size() == 1 && arguments.find("attribute")) {}

    bool next(TemplateValue& value) override {
        const TemplateDepth depth(applied_.state());
        if (!has_begun_) {
            has_begun_ = true;
            has_ended_ = !template_is_true(source_);
            if (has_ended_) return false;
            check_size();
            iterator_ = TemplateIterator(source_);
        }
        TemplateValue item;
        if (has_ended_ || !iterator_.next(item)) return false;
        value = has_attribute_ ? attribute_(item) : applied_.call(item, false);
        return true;
    }

private:
    static TemplateAttributeGetter getter(const TemplateArguments& arguments) {
        return TemplateAttributeGetter(arguments.state(), arguments.find("attribute"),
                                       arguments.find("default"));
    }

    void check_size() const {
        if (!has_attribute_) {
            if (!applied_.has_name()) throw FilterArgumentError("map requires a filter argument");
            return;
        }
        for (const TemplateKeyword& keyword : applied_.keywords()) {
            if (keyword.name == "attribute" || keyword.name == "default") continue;
            throw FilterArgumentError(concat({"Unexpected keyword argument '", keyword.name, "'"}));
        }
    }

    TemplateValue source_;
    TemplateApplied applied_;
    TemplateAttributeGetter attribute_;
    TemplateIterator iterator_{template_make_tuple({})};
    bool has_attribute_;
    bool has_begun_ = false;
    bool has_ended_ = false;
};

/// What select(), reject(), selectattr() and rejectattr() give.
class TemplateSelected final : public TemplateGenerator {
public:
    TemplateSelected(const TemplateArguments& arguments, bool by_attribute, bool wanted)
        : source_(arguments[0]),
          applied_(arguments, by_attribute ? 2 : 1),
          attribute_(arguments.state(),
                     by_attribute && arguments.size() > 1 ? &arguments[1] : nullptr),
          lacks_attribute_(by_attribute && arguments.size() < 2),
          wanted_(wanted) {}

    bool next(TemplateValue& value) override {
        const TemplateDepth depth(applied_.state());
        if (!has_begun_) {
            has_begun_ = true;
            has_ended_ = !template_is_true(source_);
            if (has_ended_) return false;
            if (lacks_attribute_) throw FilterArgumentError("Missing parameter for attribute name");
            iterator_ = TemplateIterator(source_);
        }
        if (has_ended_) return false;
        while (iterator_.next(value)) {
            const TemplateValue tested = attribute_(value);
            if (template_is_true(applied_.has_name() ? applied_.call(tested, true) : tested) ==
                wanted_)
                return true;
        }
        return false;
    }

private:
    TemplateValue source_;
    TemplateApplied applied_;
    TemplateAttributeGetter attribute_;
    TemplateIterator iterator_{template_make_tuple({})};
    bool lacks_attribute_;
    bool wanted_;
    bool has_begun_ = false;
    bool has_ended_ = false;
};

MICROFLASK_INLINE TemplateValue template_filter_map(RenderState&,
                                                    const TemplateArguments& arguments) {
    return TemplateValue::iterator(new TemplateMapped(arguments));
}

MICROFLASK_INLINE TemplateValue template_filter_select(RenderState&,
                                                       const TemplateArguments& arguments) {
    return TemplateValue::iterator(new TemplateSelected(arguments, false, true));
}

MICROFLASK_INLINE TemplateValue template_filter_reject(RenderState&,
                                                       const TemplateArguments& arguments) {
    return TemplateValue::iterator(new TemplateSelected(arguments, false, false));
}

MICROFLASK_INLINE TemplateValue template_filter_selectattr(RenderState&,
                                                           const TemplateArguments& arguments) {
    return TemplateValue::iterator(new TemplateSelected(arguments, true, true));
}

MICROFLASK_INLINE TemplateValue template_filter_rejectattr(RenderState&,
                                                           const TemplateArguments& arguments) {
    return TemplateValue::iterator(new TemplateSelected(arguments, true, false));
}

// parts of sequences

/// Makes rows of `count` values, the last one filled up.
MICROFLASK_INLINE List<TemplateValue> template_batch(const TemplateValue& value,
                                                     const TemplateValue& count,
                                                     const TemplateValue& fill) {
    List<TemplateValue> rows;
    List<TemplateValue> row;
    TemplateIterator iterator(value);
    for (TemplateValue item; iterator.next(item);) {
        if (template_equal(TemplateValue::integer(static_cast<std::int64_t>(row.size())), count)) {
            rows.push_back(template_make_list(std::move(row)));
            row = {};
        }
        template_check_list_size(rows.size() + row.size() + 1);
        row.push_back(std::move(item));
    }
    if (row.empty()) return rows;
    if (!fill.is_none() &&
        template_compare(TemplateComparison::lt,
                         TemplateValue::integer(static_cast<std::int64_t>(row.size())), count)) {
        const std::int64_t wanted = template_index(count);
        template_check_list_size(static_cast<std::uint64_t>(wanted));
        while (static_cast<std::int64_t>(row.size()) < wanted) row.push_back(fill);
    }
    rows.push_back(template_make_list(std::move(row)));
    return rows;
}

MICROFLASK_INLINE TemplateValue template_filter_batch(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_batch", {"value", "linecount", "fill_with"},
                                        2);
    return TemplateValue::iterator(
        new TemplateLateList(template_batch, parameters.value(0), parameters.value(1),
                             parameters[2] ? parameters.value(2) : TemplateValue()));
}

/// Makes `count` columns of values; those that are shorter by one are filled up.
MICROFLASK_INLINE List<TemplateValue> template_slice_columns(const TemplateValue& value,
                                                             const TemplateValue& count,
                                                             const TemplateValue& fill) {
    const List<TemplateValue> items = template_elements(value);
    const std::int64_t wanted = template_index(count);
    if (wanted == 0)
        throw TemplateRuntimeError("ZeroDivisionError", "integer division or modulo by zero");
    if (wanted > template_range_limit)
        throw TemplateRuntimeError("OverflowError", "too many slices");
    List<TemplateValue> columns;
    const std::size_t slices = wanted > 0 ? static_cast<std::size_t>(wanted) : 0;
    const TemplateValue* at = items.begin();
    for (std::size_t i = 0; i < slices; ++i) {
        const bool has_extra = i < items.size() % slices;
        const TemplateValue* const end = at + items.size() / slices + (has_extra ? 1 : 0);
        List<TemplateValue> column(at, end);
        at = end;
        if (!fill.is_none() && !has_extra) column.push_back(fill);
        columns.push_back(template_make_list(std::move(column)));
    }
    return columns;
}

MICROFLASK_INLINE TemplateValue template_filter_slice(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_slice", {"value", "slices", "fill_with"}, 2);
    return TemplateValue::iterator(
        new TemplateLateList(template_slice_columns, parameters.value(0), parameters.value(1),
                             parameters[2] ? parameters.value(2) : TemplateValue()));
}

MICROFLASK_INLINE TemplateValue template_filter_first(RenderState& state,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_first", {"seq"}, 1);
    TemplateIterator iterator(parameters.value(0));
    TemplateValue item;
    if (iterator.next(item)) return item;
    return template_undefined_hint(state, "No first item, sequence was empty.");
}

/// Returns the elements of what Python's reversed() takes; throws TemplateRuntimeError (TypeError) for others.
MICROFLASK_INLINE List<TemplateValue> template_reversible(const TemplateValue& value) {
    const bool is_sequence =
        value.is_text() || TemplateSequence::is(value) || value.kind() == TemplateKind::dict ||
        value.kind() == TemplateKind::json_object ||
        (value.kind() == TemplateKind::object &&
         (value.object_value().is_sequence() || value.object_value().is_reversible()));
    if (value.is_undefined()) return template_elements(value);
    if (!is_sequence)
        throw TemplateRuntimeError("TypeError",
                                   concat({"'", value.type_name(), "' object is not reversible"}));
    return template_elements(value);
}

MICROFLASK_INLINE TemplateValue template_filter_last(RenderState& state,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_last", {"seq"}, 1);
    const TemplateValue& value = parameters.value(0);
    if (TemplateSequence::is(value)) {
        const TemplateSequence sequence(value);
        if (sequence.size() > 0) return sequence[sequence.size() - 1];
    } else {
        const List<TemplateValue> items = template_reversible(value);
        if (!items.empty())
            return value.is_markup() ? items.back().with_markup(true) : items.back();
    }
    return template_undefined_hint(state, "No last item, sequence was empty.");
}

MICROFLASK_INLINE TemplateValue template_filter_reverse(RenderState&,
                                                        const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_reverse", {"value"}, 1);
    const TemplateValue& value = parameters.value(0);
    if (value.is_text()) {
        std::string out;
        const std::string_view text = value.text_value();
        out.resize(text.size());
        std::size_t end = text.size();
        for (std::string_view rest = text; !rest.empty();) {
            const std::size_t size = decode_utf8(rest).size;
            end -= size;
            std::copy_n(rest.data(), size, out.data() + end);
            rest.remove_prefix(size);
        }
        return TemplateValue::text(std::move(out), value.is_markup());
    }
    const bool is_iterable =
        !value.is_none() && !value.is_boolean() && !value.is_integer() && !value.is_double() &&
        value.kind() != TemplateKind::native && value.kind() != TemplateKind::exposed &&
        (value.kind() != TemplateKind::object || value.object_value().is_iterable());
    if (!is_iterable) throw FilterArgumentError("argument must be iterable");
    List<TemplateValue> items;
    try {
        items = template_elements(value);
    } catch (const TemplateRuntimeError& error) {
        // What a generator raises while Jinja makes a list of it.
        if (error.type_name() != "TypeError") throw;
        throw FilterArgumentError("argument must be iterable");
    }
    for (std::size_t i = 0; i + 1 < items.size() - i; ++i)
        items[i].swap(items[items.size() - 1 - i]);
    // Of a generator, a list: Jinja tries reversed() first.
    return value.kind() == TemplateKind::iterator ? template_make_list(std::move(items))
                                                  : template_generate(std::move(items));
}

MICROFLASK_INLINE TemplateValue template_filter_list(RenderState&,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_list", {"value"}, 1);
    return template_make_list(template_elements(parameters.value(0)));
}

MICROFLASK_INLINE TemplateValue template_filter_length(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "len", {"obj"}, 1);
    return TemplateValue::integer(static_cast<std::int64_t>(template_length(parameters.value(0))));
}

MICROFLASK_INLINE List<TemplateValue> template_items(const TemplateValue& value,
                                                     const TemplateValue&, const TemplateValue&) {
    if (value.is_undefined()) return {};
    if (value.kind() != TemplateKind::dict && value.kind() != TemplateKind::json_object)
        throw TemplateRuntimeError("TypeError", "Can only get item pairs from a mapping.");
    return template_elements(template_dict_view(value, TemplateDictPart::items));
}

MICROFLASK_INLINE TemplateValue template_filter_items(RenderState&,
                                                      const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_items", {"value"}, 1);
    return TemplateValue::iterator(new TemplateLateList(template_items, parameters.value(0),
                                                        TemplateValue(), TemplateValue()));
}

MICROFLASK_INLINE std::uint64_t template_random(std::uint64_t count) noexcept {
    static thread_local std::uint64_t state =
        static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
        reinterpret_cast<std::uintptr_t>(&state);
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBU;
    return (mixed ^ mixed >> 31) % count;
}

MICROFLASK_INLINE TemplateValue template_filter_random(RenderState& state,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_random", {"seq"}, 1);
    const TemplateValue& value = parameters.value(0);
    const std::size_t size = template_length(value);
    if (size == 0) return template_undefined_hint(state, "No random item, sequence was empty.");
    return template_item(state, value,
                         TemplateValue::integer(static_cast<std::int64_t>(template_random(size))));
}

MICROFLASK_INLINE TemplateValue template_filter_join(RenderState& state,
                                                     const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "do_join", {"value", "d", "attribute"}, 1);
    const TemplateAttributeGetter getter(state, parameters[2]);
    const TemplateValue separator =
        parameters[1] ? parameters.value(1) : TemplateValue::borrowed_text("");
    List<TemplateValue> items;
    bool is_markup = state.autoescape && template_has_html(separator);
    std::string out;
    TemplateIterator iterator(parameters.value(0));
    for (TemplateValue item; iterator.next(item);) {
        if (parameters.has(2)) item = getter(item);
        if (state.autoescape) {
            is_markup = is_markup || template_has_html(item);
            items.push_back(std::move(item));
            continue;
        }
        if (!out.empty() || !items.empty()) template_append_text(out, separator);
        if (items.empty()) items.emplace_back();  // from now on there is something before
        template_append_text(out, item);
        template_check_text_size(out.size());
    }
    if (!state.autoescape) return TemplateValue::text(std::move(out));
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) template_append_output(out, separator, is_markup);
        template_append_output(out, items[i], is_markup);
        template_check_text_size(out.size());
    }
    return TemplateValue::text(std::move(out), is_markup);
}

}  // namespace microflask::detail
