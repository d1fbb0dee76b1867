// Bodies of globals.hpp.
#include "jinja/globals.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "core/text.hpp"
#include "jinja/exceptions.hpp"
#include "jinja/filters_sequence.hpp"
#include "jinja/methods.hpp"
#include "jinja/operators.hpp"
#include "jinja/parameters.hpp"
#include "jinja/text_methods.hpp"
#include "jinja/undefined.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace microflask::detail {

// range

/// Counts from a number to another.
class TemplateRangeIterator final : public TemplateGenerator {
public:
    TemplateRangeIterator(std::int64_t start, std::int64_t step, std::size_t count) noexcept
        : at_(start), step_(step), left_(count) {}
    bool next(TemplateValue& value) override {
        if (left_ == 0) return false;
        value = TemplateValue::integer(at_);
        if (--left_ > 0) at_ += step_;
        return true;
    }
    [[nodiscard]] bool length(std::size_t& count) const override {
        count = left_;
        return true;
    }
    [[nodiscard]] std::string_view type_name() const noexcept override { return "range_iterator"; }

private:
    std::int64_t at_;
    std::int64_t step_;
    std::size_t left_;
};

/// What range() gives.
class TemplateRange final : public TemplateObject {
public:
    TemplateRange(std::int64_t start, std::int64_t stop, std::int64_t step)
        : start_(start), stop_(stop), step_(step) {
        const auto distance = static_cast<std::uint64_t>(stop) - static_cast<std::uint64_t>(start);
        if (step > 0 && start < stop)
            count_ =
                static_cast<std::size_t>((distance - 1) / static_cast<std::uint64_t>(step)) + 1;
        else if (step < 0 && start > stop)
            count_ = static_cast<std::size_t>((0 - distance - 1) /
                                              (0 - static_cast<std::uint64_t>(step))) +
                     1;
    }

    [[nodiscard]] std::string_view type_name() const noexcept override { return "range"; }
    [[nodiscard]] bool is_iterable() const noexcept override { return true; }
    [[nodiscard]] bool is_sequence() const noexcept override { return true; }
    [[nodiscard]] TemplateValue iterate() override {
        return TemplateValue::iterator(new TemplateRangeIterator(start_, step_, count_));
    }
    [[nodiscard]] bool length(std::size_t& count) const override {
        count = count_;
        return true;
    }
    bool attribute(RenderState&, std::string_view name, TemplateValue& value) override {
        if (name == "start")
            value = TemplateValue::integer(start_);
        else if (name == "stop")
            value = TemplateValue::integer(stop_);
        else if (name == "step")
            value = TemplateValue::integer(step_);
        else
            return false;
        return true;
    }
    bool call_method(RenderState&, std::string_view name, const TemplateArguments& arguments,
                     TemplateValue& result) override {
        if (name != "index" && name != "count") return false;
        const TemplateParameters parameters(arguments, name, {"value"}, 1);
        bool found = false;
        static_cast<void>(contains(parameters.value(0), found));
        if (name == "count") {
            result = TemplateValue::integer(found ? 1 : 0);
        } else if (found) {
            result =
                template_floordiv(template_sub(parameters.value(0), TemplateValue::integer(start_)),
                                  TemplateValue::integer(step_));
        } else {
            std::string message;
            template_append_repr(message, parameters.value(0));
            throw TemplateRuntimeError("ValueError", message + " is not in range");
        }
        return true;
    }
    bool item(RenderState&, const TemplateValue& key, TemplateValue& value) override {
        if (!key.is_integer() && !key.is_boolean()) return false;
        const std::size_t position = template_position(key.integer_value(), count_);
        if (position == SIZE_MAX) return false;
        value = TemplateValue::integer(at(position));
        return true;
    }
    bool slice(const TemplateValue& start, const TemplateValue& stop, const TemplateValue& step,
               TemplateValue& value) override {
        const TemplateSliceRange part = template_slice_range(start, stop, step, count_);
        const auto edge = [&](std::int64_t index) { return start_ + index * step_; };
        value = TemplateValue::object(
            new TemplateRange(edge(part.start), edge(part.stop), step_ * part.step));
        return true;
    }
    bool contains(const TemplateValue& value, bool& found) override {
        if (value.is_double()) {
            if (value.real_value() != static_cast<double>(static_cast<std::int64_t>(0)) &&
                !(value.real_value() > -9e18 && value.real_value() < 9e18)) {
                found = false;
                return true;
            }
            const auto whole = static_cast<std::int64_t>(value.real_value());
            found = static_cast<double>(whole) == value.real_value() && contains_integer(whole);
            return true;
        }
        if (value.is_undefined()) return false;
        found = (value.is_integer() || value.is_boolean()) && !value.is_unsigned() &&
                contains_integer(value.integer_value());
        return true;
    }
    [[nodiscard]] bool equals(const TemplateObject& other) const override {
        if (other.type_name() != type_name()) return false;
        const auto& range = static_cast<const TemplateRange&>(other);
        if (count_ != range.count_) return false;
        return count_ == 0 || (start_ == range.start_ && (count_ == 1 || step_ == range.step_));
    }
    void append_repr(std::string& out) const override {
        out += "range(";
        append_signed(out, start_);
        out += ", ";
        append_signed(out, stop_);
        if (step_ != 1) {
            out += ", ";
            append_signed(out, step_);
        }
        out += ')';
    }

private:
    [[nodiscard]] std::int64_t at(std::size_t position) const noexcept {
        return start_ + static_cast<std::int64_t>(position) * step_;
    }
    [[nodiscard]] bool contains_integer(std::int64_t value) const noexcept {
        if (count_ == 0) return false;
        const std::int64_t last = at(count_ - 1);
        const bool is_between =
            step_ > 0 ? value >= start_ && value <= last : value <= start_ && value >= last;
        return is_between && (value - start_) % step_ == 0;
    }

    std::int64_t start_;
    std::int64_t stop_;
    std::int64_t step_;
    std::size_t count_ = 0;
};

MICROFLASK_INLINE TemplateValue template_global_range(RenderState&,
                                                      const TemplateArguments& arguments) {
    if (arguments.keyword_count() > 0)
        throw TemplateRuntimeError("TypeError", "range() takes no keyword arguments");
    if (arguments.empty() || arguments.size() > 3) {
        std::string message = "range expected at ";
        message += arguments.empty() ? "least 1 argument, got 0" : "most 3 arguments, got ";
        if (!arguments.empty()) append_unsigned(message, arguments.size());
        throw TemplateRuntimeError("TypeError", std::move(message));
    }
    const std::int64_t first = template_index(arguments[0]);
    const bool has_stop = arguments.size() > 1;
    const std::int64_t start = has_stop ? first : 0;
    const std::int64_t stop = has_stop ? template_index(arguments[1]) : first;
    const std::int64_t step = arguments.size() > 2 ? template_index(arguments[2]) : 1;
    if (step == 0) throw TemplateRuntimeError("ValueError", "range() arg 3 must not be zero");
    TemplateValue range = TemplateValue::object(new TemplateRange(start, stop, step));
    std::size_t count = 0;
    static_cast<void>(range.object_value().length(count));
    if (count > static_cast<std::size_t>(template_range_limit)) {
        std::string message = "Range too big. A template blocks ranges larger than ";
        append_signed(message, template_range_limit);
        throw TemplateRuntimeError("OverflowError", message + ".");
    }
    return range;
}

// dict and namespace

MICROFLASK_INLINE TemplateValue template_global_dict(RenderState&,
                                                     const TemplateArguments& arguments) {
    auto* dict = new TemplateDict;
    TemplateValue result = TemplateValue::dict(dict);
    template_update_dict(*dict, arguments, "dict");
    return result;
}

/// What namespace() gives: attributes that templates may set.
class TemplateNamespace final : public TemplateObject {
public:
    explicit TemplateNamespace(TemplateValue attributes) noexcept
        : attributes_(std::move(attributes)) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "Namespace"; }
    bool attribute(RenderState&, std::string_view name, TemplateValue& value) override {
        const TemplateValue* const found = attributes_.dict_value().find(name);
        if (found) value = *found;
        return found != nullptr;
    }
    [[nodiscard]] const TemplateDict* namespace_attributes() const noexcept override {
        return &attributes_.dict_value();
    }
    bool set_attribute(RenderState& state, std::string_view name,
                       const TemplateValue& value) override {
        if (template_contains_box(value, &attributes_.dict_value())) state.keep_cycle(attributes_);
        attributes_.dict_value().set(TemplateValue::text(std::string(name)), value);
        return true;
    }
    void append_repr(std::string& out) const override {
        out += "<Namespace ";
        template_append_repr(out, attributes_);
        out += '>';
    }

private:
    TemplateValue attributes_;
};

MICROFLASK_INLINE TemplateValue template_global_namespace(RenderState& state,
                                                          const TemplateArguments& arguments) {
    return TemplateValue::object(new TemplateNamespace(template_global_dict(state, arguments)));
}

MICROFLASK_INLINE bool is_template_namespace(const TemplateValue& value) noexcept {
    return value.kind() == TemplateKind::object &&
           dynamic_cast<const TemplateNamespace*>(&value.object_value()) != nullptr;
}

// cycler and joiner

/// A method of an engine object, as something to call.
class TemplateObjectMethod final : public TemplateObject {
public:
    TemplateObjectMethod(TemplateObject& object, std::string name)
        : object_(TemplateValue::object(&object)), name_(std::move(name)) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "method"; }
    [[nodiscard]] bool is_callable() const noexcept override { return true; }
    TemplateValue call(RenderState& state, const TemplateArguments& arguments) override {
        TemplateValue result;
        object_.object_value().call_method(state, name_, arguments, result);
        return result;
    }

private:
    TemplateValue object_;
    std::string name_;
};

/// What cycler() gives.
class TemplateCycler final : public TemplateObject {
public:
    explicit TemplateCycler(List<TemplateValue> items) noexcept : items_(std::move(items)) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "Cycler"; }
    bool attribute(RenderState&, std::string_view name, TemplateValue& value) override {
        if (name == "current")
            value = items_[position_];
        else if (name == "pos")
            value = TemplateValue::integer(static_cast<std::int64_t>(position_));
        else if (name == "items")
            value = template_make_tuple(items_);
        else if (name == "next" || name == "reset")
            value = TemplateValue::object(new TemplateObjectMethod(*this, std::string(name)));
        else
            return false;
        return true;
    }
    bool call_method(RenderState&, std::string_view name, const TemplateArguments& arguments,
                     TemplateValue& result) override {
        if (name != "next" && name != "reset") return false;
        const TemplateParameters parameters(arguments, name, {}, 0);
        if (name == "reset") {
            position_ = 0;
        } else {
            result = items_[position_];
            position_ = (position_ + 1) % items_.size();
        }
        return true;
    }

private:
    List<TemplateValue> items_;
    std::size_t position_ = 0;
};

MICROFLASK_INLINE TemplateValue template_global_cycler(RenderState&,
                                                       const TemplateArguments& arguments) {
    if (arguments.keyword_count() > 0)
        throw TemplateRuntimeError("TypeError",
                                   concat({"Cycler.__init__() got an unexpected keyword argument '",
                                           arguments.keywords()[0].name, "'"}));
    if (arguments.empty())
        throw TemplateRuntimeError("RuntimeError", "at least one item has to be provided");
    return TemplateValue::object(
        new TemplateCycler(List<TemplateValue>(arguments.begin(), arguments.end())));
}

/// What joiner() gives.
class TemplateJoiner final : public TemplateObject {
public:
    explicit TemplateJoiner(TemplateValue separator) noexcept : separator_(std::move(separator)) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "Joiner"; }
    [[nodiscard]] bool is_callable() const noexcept override { return true; }
    TemplateValue call(RenderState&, const TemplateArguments& arguments) override {
        const TemplateParameters parameters(arguments, "joiner", {}, 0);
        if (is_used_) return separator_;
        is_used_ = true;
        return TemplateValue::borrowed_text("");
    }
    bool attribute(RenderState&, std::string_view name, TemplateValue& value) override {
        if (name == "sep")
            value = separator_;
        else if (name == "used")
            value = TemplateValue::boolean(is_used_);
        else
            return false;
        return true;
    }

private:
    TemplateValue separator_;
    bool is_used_ = false;
};

MICROFLASK_INLINE TemplateValue template_global_joiner(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "Joiner.__init__", {"sep"}, 0);
    return TemplateValue::object(new TemplateJoiner(
        parameters[0] ? parameters.value(0) : TemplateValue::borrowed_text(", ")));
}

// lipsum

/// Writes one paragraph of filler text of about that many words.
MICROFLASK_INLINE std::string template_lipsum_paragraph(std::uint64_t words) {
    constexpr std::string_view vocabulary[] = {
        "lorem",     "ipsum",     "dolor",     "sit",     "amet",     "consectetuer", "adipiscing",
        "elit",      "sed",       "diam",      "nonummy", "nibh",     "euismod",      "tincidunt",
        "ut",        "laoreet",   "magna",     "aliquam", "erat",     "volutpat",     "wisi",
        "enim",      "ad",        "minim",     "veniam",  "quis",     "nostrud",      "exerci",
        "tation",    "suscipit",  "lobortis",  "nisl",    "aliquip",  "ex",           "ea",
        "commodo",   "duis",      "autem",     "vel",     "eum",      "iriure",       "in",
        "hendrerit", "vulputate", "velit",     "esse",    "molestie", "illum",        "eu",
        "feugiat",   "nulla",     "facilisis", "at",      "vero",     "et",           "accumsan",
        "iusto",     "odio",      "dignissim", "qui",     "blandit",  "praesent",     "luptatum",
        "zzril",     "delenit",   "augue",     "te",      "feugait",  "facilisi"};
    std::string paragraph;
    std::uint64_t last_comma = 0;
    std::uint64_t last_stop = 0;
    std::uint64_t last_word = UINT64_MAX;
    bool begins_sentence = true;
    for (std::uint64_t i = 0; i < words; ++i) {
        std::uint64_t word = last_word;
        while (word == last_word) word = template_random(std::size(vocabulary));
        last_word = word;
        if (i > 0) paragraph += ' ';
        const std::string_view text = vocabulary[static_cast<std::size_t>(word)];
        paragraph += begins_sentence ? template_capitalize_text(text) : std::string(text);
        begins_sentence = false;
        if (i > last_comma + 3 + template_random(5)) {
            last_comma = i;
            last_stop += 2;
            paragraph += ',';
        }
        if (i > last_stop + 10 + template_random(10)) {
            last_comma = i;
            last_stop = i;
            if (paragraph.back() == ',') paragraph.pop_back();
            paragraph += '.';
            begins_sentence = true;
        }
    }
    if (!paragraph.empty() && paragraph.back() == ',') paragraph.pop_back();
    if (paragraph.empty() || paragraph.back() != '.') paragraph += '.';
    return paragraph;
}

MICROFLASK_INLINE TemplateValue template_global_lipsum(RenderState&,
                                                       const TemplateArguments& arguments) {
    const TemplateParameters parameters(arguments, "generate_lorem_ipsum",
                                        {"n", "html", "min", "max"}, 0);
    constexpr std::int64_t limit = 10'000;
    const std::int64_t count = parameters.integer(0, 5);
    const std::int64_t least = parameters.integer(2, 20);
    const std::int64_t most = parameters.integer(3, 100);
    if (count > limit || most > limit)
        throw TemplateRuntimeError("OverflowError",
                                   "lipsum() writes 10,000 paragraphs of 10,000 "
                                   "words at most");
    if (count > 0 && (most <= least || least < 0)) {
        std::string message = "empty range for randrange() (";
        append_signed(message, least);
        message += ", ";
        append_signed(message, most);
        message += ", ";
        append_signed(message, most - least);
        throw TemplateRuntimeError("ValueError", message + ")");
    }
    const bool html = parameters.is_true(1, true);
    std::string out;
    for (std::int64_t i = 0; i < count; ++i) {
        if (i > 0) out += html ? "\n" : "\n\n";
        if (html) out += "<p>";
        out += template_lipsum_paragraph(static_cast<std::uint64_t>(least) +
                                         template_random(static_cast<std::uint64_t>(most - least)));
        if (html) out += "</p>";
        template_check_text_size(out.size());
    }
    return TemplateValue::text(std::move(out), html);
}

// Sorted by name, since it is searched by halves.
inline constexpr TemplateFilter template_globals[] = {
    {"cycler", template_global_cycler},       {"dict", template_global_dict},
    {"joiner", template_global_joiner},       {"lipsum", template_global_lipsum},
    {"namespace", template_global_namespace}, {"range", template_global_range},
};

MICROFLASK_INLINE const TemplateFilter* find_template_global(std::string_view name) noexcept {
    return find_in_template_filters(template_globals, std::size(template_globals) - 1, name);
}

}  // namespace microflask::detail
