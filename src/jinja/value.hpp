// What an expression of a template yields: 24 bytes that refer to text, JSON, lists and objects.
#pragma once

#include "core/markup.hpp"
#include "jinja/convertible.hpp"
#include "json/value.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask::detail {

class TemplateDict;
class TemplateGenerator;
class TemplateInit;
class TemplateList;
class TemplateObject;

/// What template values share: counted references, and the place where the last one ends it.
class TemplateBox {
public:
    TemplateBox() noexcept = default;
    TemplateBox(const TemplateBox&) = delete;
    TemplateBox& operator=(const TemplateBox&) = delete;
    virtual ~TemplateBox() = default;

    void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() const noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(this);
    }

private:
    /// Deletes a box. What is nested deeply is deleted one after the other, not one within the other.
    static void destroy(const TemplateBox* box) noexcept;

    mutable std::atomic<std::uint32_t> references_{0};
};

enum class TemplateKind : unsigned char {
    undefined,
    none,
    boolean,
    integer,
    real,
    text,
    list,
    tuple,
    dict,
    json_array,
    json_object,
    native,    // a function of the engine, without state
    object,    // of the engine, or a callable of the user's
    exposed,   // of a class of the user's
    iterator,  // what can be stepped through once
};

/// What can be done with an undefined value.
enum class TemplateUndefinedKind : unsigned char {
    standard,   // printed as nothing, iterated as nothing, false
    chainable,  // and its attributes and items are undefined, too
    debug,      // printed as what it should have been
    strict,     // nothing but asking whether it is defined
};

/// A function of the engine: a filter, a test, a global.
using TemplateNative = TemplateValue (*)(RenderState& state, const TemplateArguments& arguments);

}  // namespace microflask::detail

namespace microflask {

/// A value inside a template: what Python's objects are to Jinja. Copies share text, lists, dicts
/// and objects. What a template gives to a function lives until the rendering ends; take a `Json`
/// or a `std::string` of it to keep it longer.
///
/// Made of booleans, numbers, text, Markup, Json, nullptr, optionals, ranges, maps, tuples, callables
/// whose parameters can be made of values, and classes that have an `expose` function; braces make
/// a dict where every element is a pair that begins with text, else a list.
class TemplateValue {
public:
    /// Makes None.
    TemplateValue() noexcept = default;
    template <class T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, TemplateValue> &&
                 detail::TemplateConvertible<std::decay_t<T>>)
    TemplateValue(T&& value) : TemplateValue(detail::template_value_of(std::forward<T>(value))) {}
    TemplateValue(std::initializer_list<detail::TemplateInit> elements);

    TemplateValue(const TemplateValue& other) noexcept
        : owner_(other.owner_),
          payload_(other.payload_),
          size_(other.size_),
          kind_(other.kind_),
          flag_(other.flag_) {
        if (owner_) owner_->retain();
    }
    TemplateValue(TemplateValue&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          payload_(other.payload_),
          size_(other.size_),
          kind_(std::exchange(other.kind_, Kind::none)),
          flag_(other.flag_) {}
    TemplateValue& operator=(const TemplateValue& other) noexcept {
        TemplateValue copy(other);
        swap(copy);
        return *this;
    }
    TemplateValue& operator=(TemplateValue&& other) noexcept {
        if (this == &other) return *this;
        const detail::TemplateBox* const old = owner_;
        owner_ = std::exchange(other.owner_, nullptr);
        payload_ = other.payload_;
        size_ = other.size_;
        kind_ = std::exchange(other.kind_, Kind::none);
        flag_ = other.flag_;
        if (old) old->release();
        return *this;
    }
    ~TemplateValue() {
        if (owner_) owner_->release();
    }
    void swap(TemplateValue& other) noexcept {
        std::swap(owner_, other.owner_);
        std::swap(payload_, other.payload_);
        std::swap(size_, other.size_);
        std::swap(kind_, other.kind_);
        std::swap(flag_, other.flag_);
    }

    [[nodiscard]] bool is_undefined() const noexcept { return kind_ == Kind::undefined; }
    [[nodiscard]] bool is_none() const noexcept { return kind_ == Kind::none; }
    [[nodiscard]] bool is_boolean() const noexcept { return kind_ == Kind::boolean; }
    /// Whether it is an integer. A boolean is none.
    [[nodiscard]] bool is_integer() const noexcept { return kind_ == Kind::integer; }
    [[nodiscard]] bool is_double() const noexcept { return kind_ == Kind::real; }
    /// Whether it is text, Markup included.
    [[nodiscard]] bool is_text() const noexcept { return kind_ == Kind::text; }
    [[nodiscard]] bool is_markup() const noexcept { return kind_ == Kind::text && flag_ != 0; }
    /// Returns the name of the class in Python: "str", "Markup", "int", "list", "dict", "Undefined".
    [[nodiscard]] std::string_view type_name() const noexcept;

    /// Returns the value as a T: a boolean, a number, text, Markup, Json, an optional, a vector, a
    /// reference or pointer to an exposed class. Throws TemplateRuntimeError where the value is of
    /// another kind, UndefinedError where it is undefined.
    template <class T>
    [[nodiscard]] T get() const {
        return detail::template_read<T>(*this);
    }
    /// Returns the text, which lives as long as this value; throws TemplateRuntimeError where it is
    /// no text.
    [[nodiscard]] std::string_view as_text() const;
    /// Returns what `{{ value }}` prints without autoescape (Python's `str`).
    [[nodiscard]] std::string to_text() const;
    /// Returns a copy as JSON; throws TemplateRuntimeError for what JSON cannot hold, and beyond 64 MiB of text.
    [[nodiscard]] Json to_json() const;
    /// Whether `{% if value %}` holds.
    [[nodiscard]] bool is_true() const;

    // What follows is for the engine.

    using Kind = detail::TemplateKind;

    /// Makes the mark of a variable that has no value: undefined, without a name.
    [[nodiscard]] static TemplateValue missing() noexcept { return TemplateValue(Kind::undefined); }
    /// Makes an undefined value of a name that outlives the rendering.
    [[nodiscard]] static TemplateValue undefined_name(
        std::string_view name,
        detail::TemplateUndefinedKind kind = detail::TemplateUndefinedKind::standard) noexcept {
        TemplateValue value(Kind::undefined);
        value.payload_.text = name.data() ? name.data() : "";
        value.size_ = static_cast<std::uint32_t>(name.size());
        value.flag_ = static_cast<unsigned char>(kind);
        return value;
    }
    /// Makes an undefined value that is described in a box (TemplateUndefined).
    [[nodiscard]] static TemplateValue undefined_box(detail::TemplateBox* box,
                                                     detail::TemplateUndefinedKind kind) noexcept {
        TemplateValue value(Kind::undefined, box);
        value.payload_.object = box;
        value.size_ = UINT32_MAX;
        value.flag_ = static_cast<unsigned char>(kind);
        return value;
    }
    [[nodiscard]] static TemplateValue boolean(bool boolean) noexcept {
        TemplateValue value(Kind::boolean);
        value.payload_.integer = boolean;
        return value;
    }
    [[nodiscard]] static TemplateValue integer(std::int64_t number) noexcept {
        TemplateValue value(Kind::integer);
        value.payload_.integer = number;
        return value;
    }
    /// Makes an integer, which can only be printed, compared and made a float where it has 64 bits.
    [[nodiscard]] static TemplateValue unsigned_integer(std::uint64_t number) noexcept {
        TemplateValue value(Kind::integer);
        value.payload_.integer = static_cast<std::int64_t>(number);
        value.flag_ = number > INT64_MAX;
        return value;
    }
    [[nodiscard]] static TemplateValue real(double number) noexcept {
        TemplateValue value(Kind::real);
        value.payload_.real = number;
        return value;
    }
    /// Refers to text that `owner` keeps, or that outlives the rendering.
    [[nodiscard]] static TemplateValue borrowed_text(std::string_view text, bool is_markup = false,
                                                     const detail::TemplateBox* owner = nullptr) {
        if (text.size() > UINT32_MAX) throw_too_large();
        TemplateValue value(Kind::text, owner);
        value.payload_.text = text.data();
        value.size_ = static_cast<std::uint32_t>(text.size());
        value.flag_ = is_markup;
        return value;
    }
    /// Keeps text.
    [[nodiscard]] static TemplateValue text(std::string text, bool is_markup = false);
    [[nodiscard]] static TemplateValue markup(std::string text) {
        return TemplateValue::text(std::move(text), true);
    }
    [[nodiscard]] static TemplateValue list(detail::TemplateList* list) noexcept;
    [[nodiscard]] static TemplateValue tuple(detail::TemplateList* list) noexcept;
    [[nodiscard]] static TemplateValue dict(detail::TemplateDict* dict) noexcept;
    [[nodiscard]] static TemplateValue object(detail::TemplateObject* object) noexcept;
    [[nodiscard]] static TemplateValue iterator(detail::TemplateGenerator* generator) noexcept;
    [[nodiscard]] static TemplateValue native(detail::TemplateNative function) noexcept {
        TemplateValue value(Kind::native);
        value.payload_.native = function;
        return value;
    }
    /// Refers to an object of a class of the user's, by the number of the class (TemplateType).
    [[nodiscard]] static TemplateValue exposed(const void* object, std::uint32_t type,
                                               const detail::TemplateBox* owner) noexcept {
        TemplateValue value(Kind::exposed, owner);
        value.payload_.object = object;
        value.size_ = type;
        return value;
    }
    /// Gives a scalar by value, and refers to text, an array or an object in a Json that `owner`
    /// keeps, or that outlives the rendering.
    [[nodiscard]] static TemplateValue of_json(const Json& json,
                                               const detail::TemplateBox* owner = nullptr);

    /// Returns the same value without a share in it, for as long as this one lives: what is taken
    /// out of it has no share either, which saves counting.
    [[nodiscard]] TemplateValue borrowed() const noexcept {
        TemplateValue value(kind_);
        value.payload_ = payload_;
        value.size_ = size_;
        value.flag_ = flag_;
        return value;
    }
    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const detail::TemplateBox* owner() const noexcept { return owner_; }
    /// Whether it is the mark of a variable without a value.
    [[nodiscard]] bool is_missing() const noexcept {
        return kind_ == Kind::undefined && !payload_.text;
    }
    [[nodiscard]] bool boolean_value() const noexcept { return payload_.integer != 0; }
    [[nodiscard]] std::int64_t integer_value() const noexcept { return payload_.integer; }
    /// Whether it is an integer that fits an unsigned 64-bit integer only.
    [[nodiscard]] bool is_unsigned() const noexcept { return kind_ == Kind::integer && flag_ != 0; }
    [[nodiscard]] double real_value() const noexcept { return payload_.real; }
    [[nodiscard]] std::string_view text_value() const noexcept { return {payload_.text, size_}; }
    [[nodiscard]] detail::TemplateList& list_value() const noexcept { return *payload_.list; }
    [[nodiscard]] detail::TemplateDict& dict_value() const noexcept { return *payload_.dict; }
    [[nodiscard]] const Json& json_value() const noexcept { return *payload_.json; }
    [[nodiscard]] detail::TemplateNative native_value() const noexcept { return payload_.native; }
    [[nodiscard]] detail::TemplateObject& object_value() const noexcept {
        return *payload_.engine_object;
    }
    [[nodiscard]] detail::TemplateGenerator& iterator_value() const noexcept {
        return *payload_.generator;
    }
    [[nodiscard]] const void* exposed_value() const noexcept { return payload_.object; }
    [[nodiscard]] std::uint32_t exposed_type() const noexcept { return size_; }
    [[nodiscard]] detail::TemplateUndefinedKind undefined_kind() const noexcept {
        return static_cast<detail::TemplateUndefinedKind>(flag_);
    }
    /// The box that describes an undefined value, or null where its name (`text_value()`) says all.
    [[nodiscard]] const detail::TemplateBox* undefined_details() const noexcept {
        return size_ == UINT32_MAX ? static_cast<const detail::TemplateBox*>(payload_.object)
                                   : nullptr;
    }
    /// Returns the text as Markup, or as plain text.
    [[nodiscard]] TemplateValue with_markup(bool is_markup) const noexcept {
        TemplateValue value(*this);
        value.flag_ = is_markup;
        return value;
    }

private:
    explicit TemplateValue(Kind kind, const detail::TemplateBox* owner = nullptr) noexcept
        : owner_(owner), kind_(kind) {
        if (owner_) owner_->retain();
    }
    [[noreturn]] static void throw_too_large();

    union Payload {
        std::int64_t integer = 0;
        double real;
        const char* text;
        const Json* json;
        const void* object;
        detail::TemplateNative native;
        detail::TemplateList* list;
        detail::TemplateDict* dict;
        detail::TemplateObject* engine_object;
        detail::TemplateGenerator* generator;
    };

    const detail::TemplateBox* owner_ = nullptr;
    Payload payload_;
    std::uint32_t size_ = 0;  // of text; the number of an exposed class
    Kind kind_ = Kind::none;
    unsigned char flag_ = 0;  // Markup; an unsigned integer; the kind of undefined
};

}  // namespace microflask

namespace microflask::detail {

/// An element of a braced list: a value, and whether braces made it of two elements that begin with text.
class TemplateInit {
public:
    /// Empty braces: an empty dict.
    TemplateInit();
    template <class T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, TemplateInit> &&
                 std::is_convertible_v<T, TemplateValue>)
    TemplateInit(T&& value) : value_(std::forward<T>(value)) {}
    TemplateInit(std::initializer_list<TemplateInit> elements);

    [[nodiscard]] const TemplateValue& value() const noexcept { return value_; }
    [[nodiscard]] bool is_pair() const noexcept { return is_pair_; }

private:
    TemplateValue value_;
    bool is_pair_ = false;
};

}  // namespace microflask::detail
