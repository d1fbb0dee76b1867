// What template values refer to: text, lists, dicts, engine objects, generators; and what all of them are told of the
// rendering that they take part in.
#pragma once

#include "core/config.hpp"
#include "core/list.hpp"
#include "jinja/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::detail {

/// What values, filters and tests need to know of the rendering. The renderer derives its own from it.
class RenderState {
public:
    RenderState() = default;
    RenderState(const RenderState&) = delete;
    RenderState& operator=(const RenderState&) = delete;
    MICROFLASK_INLINE virtual ~RenderState();

    /// Remembers a list or a dict that has got itself as an element, perhaps within others, to take it apart at the
    /// end: it would keep itself alive.
    void keep_cycle(const TemplateValue& container);

    /// Returns the filter of that name as something to call (its first argument is what is
    /// filtered), or a missing value.
    [[nodiscard]] MICROFLASK_INLINE virtual TemplateValue find_filter(std::string_view name);
    /// Returns the test of that name as something to call, or a missing value.
    [[nodiscard]] MICROFLASK_INLINE virtual TemplateValue find_test(std::string_view name);
    /// Returns the variable of that name, or a missing value.
    [[nodiscard]] MICROFLASK_INLINE virtual TemplateValue resolve(std::string_view name);

    bool autoescape = false;
    TemplateUndefinedKind undefined_kind = TemplateUndefinedKind::standard;
    unsigned depth = 0;  // of calls, generators, includes: see TemplateDepth
    std::string_view newline_sequence = "\n";

private:
    List<TemplateValue> cycles_;
};

/// How deep calls may be nested within calls.
inline constexpr unsigned template_depth_limit = 250;
/// How deep lists and dicts may be nested to be printed, compared or converted.
inline constexpr unsigned template_nesting_limit = 500;
/// How long a text (in bytes) or a list may become that a template makes, and how many steps a range may have.
inline constexpr std::size_t template_text_limit = std::size_t{1} << 26;
inline constexpr std::size_t template_list_limit = std::size_t{1} << 20;
inline constexpr std::int64_t template_range_limit = 100'000;

/// Throws TemplateRuntimeError (MemoryError) where a text of so many bytes, so many times, is more than a template may
/// make.
void template_check_text_size(std::uint64_t size, std::uint64_t times = 1);
/// The same for the items of a list.
void template_check_list_size(std::uint64_t size, std::uint64_t times = 1);

/// Counts one level of calls while it lives; throws TemplateRuntimeError (RecursionError) when there
/// are too many.
class TemplateDepth {
public:
    explicit TemplateDepth(RenderState& state) : state_(state) {
        if (state_.depth >= template_depth_limit) throw_too_deep();
        ++state_.depth;
    }
    TemplateDepth(const TemplateDepth&) = delete;
    TemplateDepth& operator=(const TemplateDepth&) = delete;
    ~TemplateDepth() { --state_.depth; }

    [[noreturn]] static void throw_too_deep();

private:
    RenderState& state_;
};

/// The containers that are being walked through, from the innermost.
struct TemplateChain {
    const void* box = nullptr;
    const TemplateChain* outer = nullptr;
    unsigned depth = 0;

    [[nodiscard]] bool contains(const void* other) const noexcept {
        for (const TemplateChain* link = this; link; link = link->outer) {
            if (link->box == other) return true;
        }
        return false;
    }
    /// Returns the chain with one more; throws TemplateRuntimeError (RecursionError) where they are too many.
    [[nodiscard]] TemplateChain with(const void* inner) const {
        if (depth > template_nesting_limit) TemplateDepth::throw_too_deep();
        return {inner, this, depth + 1};
    }
};

/// Keeps text.
class TemplateText final : public TemplateBox {
public:
    explicit TemplateText(std::string text) noexcept : text_(std::move(text)) {}
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    std::string text_;
};

/// Keeps a Json that values refer into.
class TemplateJson final : public TemplateBox {
public:
    explicit TemplateJson(Json json) noexcept : json_(std::move(json)) {}
    [[nodiscard]] const Json& json() const noexcept { return json_; }

private:
    Json json_;
};

/// Keeps anything.
template <class T>
class TemplateHeld final : public TemplateBox {
public:
    template <class Value>
    explicit TemplateHeld(Value&& value) : value_(std::forward<Value>(value)) {}
    [[nodiscard]] const T& value() const noexcept { return value_; }

private:
    T value_;
};

/// A list or a tuple.
class TemplateList final : public TemplateBox {
public:
    TemplateList() noexcept = default;
    explicit TemplateList(List<TemplateValue> values) noexcept : items(std::move(values)) {}

    List<TemplateValue> items;
    bool is_group = false;  // of groupby: a tuple that has the attributes `grouper` and `list`
};

/// A dict: in order of insertion, its keys are compared as in Python (1, 1.0 and True are the same).
class TemplateDict final : public TemplateBox {
public:
    struct Entry {
        TemplateValue key;
        TemplateValue value;
        std::uint64_t hash = 0;
    };

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] const Entry* begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] const Entry* end() const noexcept { return entries_.end(); }
    [[nodiscard]] const Entry& operator[](std::size_t index) const noexcept {
        return entries_[index];
    }
    /// Returns the value of a key, or null; throws TemplateRuntimeError for a key that has no hash.
    [[nodiscard]] const TemplateValue* find(const TemplateValue& key) const;
    [[nodiscard]] const TemplateValue* find(std::string_view key) const noexcept;
    void set(TemplateValue key, TemplateValue value);
    /// Removes a key and gives its value; whether it was there.
    bool pop(const TemplateValue& key, TemplateValue& value);
    void clear() noexcept;

private:
    static constexpr std::size_t unindexed_limit = 8;
    static constexpr std::size_t not_found = SIZE_MAX;

    [[nodiscard]] std::size_t position(std::string_view key) const noexcept;
    [[nodiscard]] std::size_t position(const TemplateValue& key, std::uint64_t hash) const;
    void index(std::size_t entry) noexcept;
    void rebuild_index();

    List<Entry> entries_;
    List<std::uint32_t> slots_;  // open addressing: position in entries_ plus one, or 0
};

/// An object of the engine: loop, namespace, cycler, range, macro, module; also a callable of the user's.
class TemplateObject : public TemplateBox {
public:
    /// Returns the name of the class in Python: "Namespace", "function".
    [[nodiscard]] virtual std::string_view type_name() const noexcept = 0;
    /// Gives an attribute; whether there is one of that name.
    MICROFLASK_INLINE virtual bool attribute(RenderState& state, std::string_view name,
                                             TemplateValue& value);
    /// Calls a method without making an object of it first; false: take the attribute and call it.
    MICROFLASK_INLINE virtual bool call_method(RenderState& state, std::string_view name,
                                               const TemplateArguments& arguments,
                                               TemplateValue& result);
    /// Returns the dict of a namespace's attributes, or null.
    [[nodiscard]] MICROFLASK_INLINE virtual const TemplateDict* namespace_attributes()
        const noexcept;
    /// Sets an attribute; whether it can be set (Jinja: a namespace only).
    MICROFLASK_INLINE virtual bool set_attribute(RenderState& state, std::string_view name,
                                                 const TemplateValue& value);
    /// Gives an item; whether there is one of that key.
    MICROFLASK_INLINE virtual bool item(RenderState& state, const TemplateValue& key,
                                        TemplateValue& value);
    /// Gives a slice; whether the object can be sliced.
    MICROFLASK_INLINE virtual bool slice(const TemplateValue& start, const TemplateValue& stop,
                                         const TemplateValue& step, TemplateValue& value);
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_callable() const noexcept;
    MICROFLASK_INLINE virtual TemplateValue call(RenderState& state,
                                                 const TemplateArguments& arguments);
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_iterable() const noexcept;
    /// Returns an iterator, a list or a tuple of the elements.
    [[nodiscard]] MICROFLASK_INLINE virtual TemplateValue iterate();
    /// Gives the number of elements; whether there is one.
    [[nodiscard]] MICROFLASK_INLINE virtual bool length(std::size_t& count) const;
    /// By default: has no length, or one that is not 0.
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_true() const;
    /// Gives whether `value in object`; false: it has to be searched by iteration.
    [[nodiscard]] MICROFLASK_INLINE virtual bool contains(const TemplateValue& value, bool& found);
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_mapping() const noexcept;
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_sequence() const noexcept;
    /// Appends what str() gives; by default, what repr() gives.
    MICROFLASK_INLINE virtual void append_text(std::string& out) const;
    /// Appends what repr() gives; by default, "<Namespace object>".
    MICROFLASK_INLINE virtual void append_repr(std::string& out) const;
    /// Whether `reversed` takes it, though it is no sequence.
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_reversible() const noexcept;
    /// Returns the dict whose pairs this gives one by one (`dict.items()`), or null.
    [[nodiscard]] MICROFLASK_INLINE virtual const TemplateValue* viewed_items() const noexcept;
    /// Whether its text is safe as HTML (`__html__`).
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_markup() const noexcept;
    /// By default: the same object.
    [[nodiscard]] MICROFLASK_INLINE virtual bool equals(const TemplateObject& other) const;
    /// Returns a JSON value; throws TemplateRuntimeError by default.
    [[nodiscard]] MICROFLASK_INLINE virtual Json to_json() const;
};

/// Whether a list, tuple, dict or namespace is the value, or an element in it, or in its elements.
[[nodiscard]] bool template_contains_box(const TemplateValue& value, const void* box);

/// Gives one value after the other, once; Python's generator or iterator. One that calls something keeps the
/// RenderState that it was made in, so it must not outlive the rendering.
class TemplateGenerator : public TemplateObject {
public:
    /// Gives the next value; false at the end.
    virtual bool next(TemplateValue& value) = 0;

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE bool is_iterable() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue iterate() override;
};

/// Steps through a list, a tuple, a dict's keys, the code points of text, JSON, an object or an iterator. Refers to
/// the value while it lives.
class TemplateIterator {
public:
    /// Throws TemplateRuntimeError (TypeError) for what cannot be stepped through.
    explicit TemplateIterator(TemplateValue iterable);

    /// Gives the next value; false at the end.
    bool next(TemplateValue& value);
    /// Gives the next value, unpacked into `count` values, without making a tuple where it can;
    /// throws TemplateRuntimeError (ValueError) where there are more or fewer.
    bool next_unpacked(TemplateValue* values, std::size_t count);
    /// Gives how many values are left, where that is known.
    [[nodiscard]] bool length(std::size_t& count) const;

private:
    TemplateValue iterable_;
    std::size_t position_ = 0;
    std::size_t size_ = 0;      // of a dict or an array when it began
    bool gives_items_ = false;  // of a dict or JSON object: pairs of key and value

    bool next_entry(TemplateValue& key, TemplateValue* value);
};

}  // namespace microflask::detail

namespace microflask {

/// A named argument of a call in a template.
struct TemplateKeyword {
    std::string_view name;
    TemplateValue value;
};

/// The arguments of a call in a template: those by position and those by name. A function that takes
/// `const TemplateArguments&` gets all as they are; they live until it returns.
class TemplateArguments {
public:
    TemplateArguments(detail::RenderState& state, const TemplateValue* positional,
                      std::size_t count, const TemplateKeyword* keywords = nullptr,
                      std::size_t keyword_count = 0) noexcept
        : state_(&state),
          positional_(positional),
          keywords_(keywords),
          count_(count),
          keyword_count_(keyword_count) {}

    /// Returns the number of arguments by position.
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    /// Returns an argument by position; throws TemplateRuntimeError where there is none.
    [[nodiscard]] const TemplateValue& operator[](std::size_t index) const {
        if (index >= count_) throw_missing(index);
        return positional_[index];
    }
    [[nodiscard]] const TemplateValue* begin() const noexcept { return positional_; }
    [[nodiscard]] const TemplateValue* end() const noexcept { return positional_ + count_; }
    /// Returns the argument of a name, or null.
    [[nodiscard]] const TemplateValue* find(std::string_view name) const noexcept;
    [[nodiscard]] const TemplateKeyword* keywords() const noexcept { return keywords_; }
    [[nodiscard]] std::size_t keyword_count() const noexcept { return keyword_count_; }
    [[nodiscard]] detail::RenderState& state() const noexcept { return *state_; }

private:
    [[noreturn]] static void throw_missing(std::size_t index);

    detail::RenderState* state_;
    const TemplateValue* positional_;
    const TemplateKeyword* keywords_;
    std::size_t count_;
    std::size_t keyword_count_;
};

}  // namespace microflask
