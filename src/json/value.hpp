// A JSON value: null, boolean, integer, double, string, array, object in order of insertion.
#pragma once

#include "core/list.hpp"
#include "json/convert.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iosfwd>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class JsonMember;

namespace detail {
class JsonInit;
class JsonObject;
class JsonReader;
template <bool Mutable>
class JsonIterator;
template <bool Mutable>
class JsonItems;
}  // namespace detail

/// A JSON value, of 16 bytes; text of up to 14 bytes is kept inside. A number is a 64-bit integer
/// or a double, never both; integers beyond 63 bits are kept unsigned. Reading from several threads
/// is safe while nobody writes.
///
/// Braces make an object where every element is a pair that begins with text, else an array:
/// `Json{{"id", 1}, {"tags", {"a", "b"}}}`. Empty braces inside braces are an empty object,
/// `Json{}` is null.
class Json {
public:
    using value_type = Json;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;
    using reference = Json&;
    using const_reference = const Json&;
    using iterator = detail::JsonIterator<true>;
    using const_iterator = detail::JsonIterator<false>;

    /// Makes null.
    Json() noexcept = default;
    Json(std::nullptr_t) noexcept {}
    /// Makes a number or a boolean; a `char` is a number.
    template <class T>
        requires(std::is_arithmetic_v<T>)
    Json(T value)
    noexcept {
        if constexpr (std::is_same_v<T, bool>)
            set(Kind::boolean, value);
        else if constexpr (std::is_floating_point_v<T>)
            set(Kind::real, static_cast<double>(value));
        else if constexpr (std::is_signed_v<T>)
            set(Kind::integer, static_cast<std::int64_t>(value));
        else
            set_unsigned(static_cast<std::uint64_t>(value));
    }
    /// Makes text; a null pointer makes null.
    Json(const char* text);
    Json(std::string_view text);
    Json(const std::string& text) : Json(std::string_view(text)) {}
    Json(std::string&& text);
    Json(std::vector<Json>&& elements);
    /// Makes a value of an optional, a range, a map with text keys, a tuple, or a type with
    /// `to_json`.
    template <class T>
        requires(detail::JsonConvertible<T>)
    Json(const T& value) : Json(detail::make_json<Json>(value)) {}
    /// Makes an object where every element is a pair that begins with text, else an array.
    Json(std::initializer_list<detail::JsonInit> elements);

    Json(const Json& other);
    Json(Json&& other) noexcept { take(other); }
    Json& operator=(const Json& other);
    Json& operator=(Json&& other) noexcept {
        Json old(std::move(other));
        swap(old);
        return *this;
    }
    ~Json() {
        if (data_.kind >= Kind::text) release();
    }
    void swap(Json& other) noexcept;

    /// Makes an array of the elements, whatever they are.
    [[nodiscard]] static Json array();
    [[nodiscard]] static Json array(std::initializer_list<detail::JsonInit> elements);
    /// Makes an object of pairs; throws JsonError where an element is no pair that begins with
    /// text.
    [[nodiscard]] static Json object();
    [[nodiscard]] static Json object(std::initializer_list<detail::JsonInit> members);
    /// Reads a JSON text (RFC 8259); throws JsonDecodeError.
    [[nodiscard]] static Json parse(std::string_view text);

    /// Returns the value as JSON text in ASCII: compact, or, with an indent of 0 or more, one
    /// element a line.
    [[nodiscard]] std::string dump(int indent = -1) const;

    [[nodiscard]] bool is_null() const noexcept { return data_.kind == Kind::null; }
    [[nodiscard]] bool is_boolean() const noexcept { return data_.kind == Kind::boolean; }
    /// Whether it is an integer or a double. A boolean is no number.
    [[nodiscard]] bool is_number() const noexcept { return is_integer() || is_double(); }
    [[nodiscard]] bool is_integer() const noexcept {
        return data_.kind == Kind::integer || is_unsigned();
    }
    /// Whether it is an integer that fits an unsigned 64-bit integer only.
    [[nodiscard]] bool is_unsigned() const noexcept { return data_.kind == Kind::unsigned_integer; }
    [[nodiscard]] bool is_double() const noexcept { return data_.kind == Kind::real; }
    [[nodiscard]] bool is_string() const noexcept {
        return data_.kind == Kind::short_text || data_.kind == Kind::text;
    }
    [[nodiscard]] bool is_array() const noexcept { return data_.kind == Kind::array; }
    [[nodiscard]] bool is_object() const noexcept { return data_.kind == Kind::object; }
    [[nodiscard]] bool is_bool() const noexcept { return is_boolean(); }
    [[nodiscard]] bool is_float() const noexcept { return is_double(); }
    /// Returns "null", "boolean", "integer", "double", "string", "array" or "object".
    [[nodiscard]] std::string_view type_name() const noexcept;

    /// Returns the value as a T; throws JsonError where it is of another kind or does not fit. A
    /// double reads integers too; text may be read as `std::string_view`, which lives until this
    /// value is changed or moved.
    template <class T>
    [[nodiscard]] T get() const {
        return detail::read_json_as<T>(*this);
    }
    /// Returns the member of that name as a T, or the default where it is missing, null, or no T.
    template <class T>
    [[nodiscard]] T get(std::string_view key, std::type_identity_t<T> default_value) const {
        const Json* member = find(key);
        if (!member || member->is_null()) return default_value;
        try {
            return member->template get<T>();
        } catch (const JsonError&) {
            return default_value;
        }
    }
    /// Returns the member of that name, or null.
    [[nodiscard]] const Json& get(std::string_view key) const noexcept { return (*this)[key]; }

    /// Returns the member of that name, or null where there is none.
    [[nodiscard]] const Json& operator[](std::string_view key) const noexcept;
    /// Returns the member of that name, added where it is missing; null becomes an object.
    Json& operator[](std::string_view key);
    /// Returns the element at an index, or null where there is none.
    template <class Index>
        requires(std::is_integral_v<Index>)
    [[nodiscard]] const Json& operator[](Index index) const noexcept {
        return element_or_null(static_cast<std::size_t>(index));
    }
    /// Returns the element at an index; null becomes an array, and one that is too short is filled
    /// with nulls.
    template <class Index>
        requires(std::is_integral_v<Index>)
    Json& operator[](Index index) { return element_or_new(static_cast<std::size_t>(index)); }
    /// Returns the member of that name, or throws JsonError.
    [[nodiscard]] const Json& at(std::string_view key) const;
    [[nodiscard]] Json& at(std::string_view key);
    /// Returns the element at an index, or throws JsonError.
    template <class Index>
        requires(std::is_integral_v<Index>)
    [[nodiscard]] const Json& at(Index index) const {
        return element(static_cast<std::size_t>(index));
    }
    template <class Index>
        requires(std::is_integral_v<Index>)
    [[nodiscard]] Json& at(Index index) {
        return const_cast<Json&>(element(static_cast<std::size_t>(index)));
    }
    /// Returns the member of that name, or nullptr.
    [[nodiscard]] const Json* find(std::string_view key) const noexcept;
    [[nodiscard]] Json* find(std::string_view key) noexcept;
    /// Whether it is an object with that member.
    [[nodiscard]] bool contains(std::string_view key) const noexcept {
        return find(key) != nullptr;
    }

    /// Returns the number of elements or members, of bytes of text; 0 for null, 1 for numbers and
    /// booleans.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }

    /// Appends an element; null becomes an array.
    void push_back(Json value);
    /// Removes the member of that name; whether there was one.
    bool erase(std::string_view key);
    /// Removes the element at an index, or throws JsonError.
    template <class Index>
        requires(std::is_integral_v<Index>)
    void erase(Index index) { erase_element(static_cast<std::size_t>(index)); }
    /// Sets each member of another object in this one.
    void update(const Json& other);
    /// Removes the elements or members; other values become null.
    void clear() noexcept;
    /// Makes room for that many elements or members in an array or object.
    void reserve(std::size_t count);

    /// The elements of an array or the values of an object; nothing for null, JsonError for other
    /// values.
    [[nodiscard]] iterator begin();
    [[nodiscard]] iterator end();
    [[nodiscard]] const_iterator begin() const;
    [[nodiscard]] const_iterator end() const;
    /// The members of an object: `for (const auto& [key, value] : json.items())`; nothing for null.
    [[nodiscard]] detail::JsonItems<true> items();
    [[nodiscard]] detail::JsonItems<false> items() const;

    /// Numbers are compared by value (1 == 1.0), objects without order.
    friend bool operator==(const Json& left, const Json& right) { return left.equals(right, 0); }
    template <class T>
        requires(detail::JsonText<T> && !std::is_same_v<T, Json>)
    friend bool operator==(const Json& left, const T& right) {
        return left.equals_text(static_cast<std::string_view>(right));
    }
    template <class T>
        requires(std::is_arithmetic_v<T>)
    friend bool operator==(const Json& left, T right) noexcept {
        return left.equals(Json(right), 0);
    }
    friend bool operator==(const Json& left, std::nullptr_t) noexcept { return left.is_null(); }

    /// Writes `dump()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out,
                                                        const Json& value) {
        return out << value.dump();
    }

    // What get() reads; these throw JsonError where the value is of another kind. as_integer wants
    // an integer that is not is_unsigned(), as_unsigned one that is.
    [[nodiscard]] bool as_boolean() const;
    [[nodiscard]] double as_double() const;
    [[nodiscard]] std::string_view as_text() const;
    [[nodiscard]] std::int64_t as_integer() const noexcept { return load<std::int64_t>(); }
    [[nodiscard]] std::uint64_t as_unsigned() const noexcept { return load<std::uint64_t>(); }

private:
    friend class detail::JsonInit;
    friend class detail::JsonReader;

    enum class Kind : unsigned char {
        null,
        boolean,
        integer,
        unsigned_integer,
        real,
        short_text,
        text,  // this one and those below own memory
        array,
        object
    };
    static constexpr std::size_t short_size = 14;

    template <class T>
    [[nodiscard]] T load() const noexcept {
        T value;
        std::memcpy(&value, data_.bytes, sizeof value);
        return value;
    }
    template <class T>
    void set(Kind kind, T value) noexcept {
        std::memcpy(data_.bytes, &value, sizeof value);
        data_.kind = kind;
    }
    void set_unsigned(std::uint64_t value) noexcept {
        set(value > INT64_MAX ? Kind::unsigned_integer : Kind::integer, value);
    }
    void take(Json& other) noexcept {
        data_ = other.data_;
        other.data_.kind = Kind::null;
    }
    void set_text(std::string_view text);
    [[nodiscard]] std::string_view text_view() const noexcept;
    [[nodiscard]] std::string& long_text() const noexcept { return *load<std::string*>(); }
    [[nodiscard]] std::vector<Json>& elements() const noexcept {
        return *load<std::vector<Json>*>();
    }
    [[nodiscard]] detail::JsonObject& members() const noexcept {
        return *static_cast<detail::JsonObject*>(
            static_cast<void*>(const_cast<unsigned char*>(data_.bytes)));
    }
    static Json from_members(detail::JsonObject&& members);
    static Json from_init(std::initializer_list<detail::JsonInit> elements);
    [[nodiscard]] bool has_containers() const noexcept;
    void become_array();
    void become_object();
    void release() noexcept;
    static void empty_deeply(Json& value, unsigned depth, std::vector<Json>& later);
    [[nodiscard]] static Json copy_of(const Json& other, unsigned depth);
    [[nodiscard]] bool equals(const Json& other, unsigned depth) const;
    [[nodiscard]] bool equals_text(std::string_view text) const noexcept;
    [[nodiscard]] bool equals_number(const Json& other) const noexcept;
    [[nodiscard]] const Json& element(std::size_t index) const;
    [[nodiscard]] const Json& element_or_null(std::size_t index) const noexcept;
    [[nodiscard]] Json& element_or_new(std::size_t index);
    void erase_element(std::size_t index);

    struct Data {
        alignas(8) unsigned char bytes[short_size] = {};
        unsigned char length = 0;  // of short text
        Kind kind = Kind::null;
    };

    Data data_;
};

/// A member of a JSON object. Its name cannot be changed.
class JsonMember {
public:
    JsonMember(std::string&& key, Json&& value) noexcept
        : key_(std::move(key)), value_(std::move(value)) {}
    JsonMember(std::string_view key, Json&& value) : key_(key), value_(std::move(value)) {}

    [[nodiscard]] const std::string& key() const noexcept { return key_; }
    [[nodiscard]] Json& value() noexcept { return value_; }
    [[nodiscard]] const Json& value() const noexcept { return value_; }

    template <std::size_t I>
    [[nodiscard]] decltype(auto) get() const noexcept {
        if constexpr (I == 0)
            return (key_);
        else
            return (value_);
    }
    template <std::size_t I>
    [[nodiscard]] decltype(auto) get() noexcept {
        if constexpr (I == 0)
            return static_cast<const std::string&>(key_);
        else
            return (value_);
    }

private:
    friend class detail::JsonObject;

    std::string key_;
    Json value_;
};

}  // namespace microflask

template <>
struct std::tuple_size<microflask::JsonMember> : std::integral_constant<std::size_t, 2> {};
template <>
struct std::tuple_element<0, microflask::JsonMember> {
    using type = const std::string;
};
template <>
struct std::tuple_element<1, microflask::JsonMember> {
    using type = microflask::Json;
};

namespace microflask::detail {

/// An element of a braced list: a value, or braces that become one when it is known of what kind. Its value is moved
/// out, so it serves once; it lives no longer than the expression it stands in, as braces do.
class JsonInit {
public:
    /// Empty braces.
    JsonInit();
    template <class T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, JsonInit> &&
                 std::is_convertible_v<T, Json>)
    JsonInit(T&& value) : value_(std::forward<T>(value)) {
        if constexpr (JsonTuple<std::remove_cvref_t<T>>)
            is_pair_ = value_.size() == 2 && value_[0].is_string();
    }
    JsonInit(std::initializer_list<JsonInit> elements) noexcept
        : braces_(elements), has_braces_(true) {
        is_pair_ = elements.size() == 2 && !elements.begin()->has_braces_ &&
                   elements.begin()->value_.is_string();
    }

private:
    friend class microflask::Json;

    /// Returns the value, made of the braces where there are some.
    [[nodiscard]] Json take() const;
    /// Returns the members of a pair. It must be one.
    [[nodiscard]] std::string_view key() const;
    [[nodiscard]] Json take_second() const;

    mutable Json value_;
    std::initializer_list<JsonInit> braces_;
    bool has_braces_ = false;
    bool is_pair_ = false;  // braces (or a std::pair) of two elements, of which the first is text
};

/// The members of an object, in order, and as soon as there are many, an index sorted by name. The
/// index leaves out the last few members, which are searched one by one until they are merged into
/// it. All of it is one allocation, so that a Json holds an object by one pointer; none when empty.
class JsonObject {
public:
    JsonObject() noexcept = default;
    JsonObject(JsonObject&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    JsonObject& operator=(JsonObject&& other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~JsonObject() {
        if (block_) destroy();
    }

    [[nodiscard]] std::size_t size() const noexcept { return block_ ? block_->size : 0; }
    [[nodiscard]] JsonMember* begin() noexcept { return members(); }
    [[nodiscard]] JsonMember* end() noexcept { return members() + size(); }
    [[nodiscard]] const JsonMember* begin() const noexcept { return members(); }
    [[nodiscard]] const JsonMember* end() const noexcept { return members() + size(); }
    /// Makes room for that many members in all.
    void reserve(std::size_t count);

    [[nodiscard]] const JsonMember* find(std::string_view key) const noexcept;
    /// Returns the value of a name, which is added where it is missing.
    Json& get_or_add(std::string_view key);
    /// Appends a member whose name must not be there yet.
    Json& append(std::string_view key, Json&& value);
    /// Appends a member, or gives its value to the one of its name.
    void set(std::string_view key, Json&& value);
    /// Makes the members of those from `first` on, which are moved out; of equal names the last
    /// counts.
    static JsonObject of_members(List<JsonMember>& members, std::size_t first);
    bool erase(std::string_view key);

private:
    static constexpr std::size_t unindexed_limit = 32;

    /// What the members stand behind.
    struct alignas(JsonMember) Block {
        std::size_t size = 0;
        std::size_t capacity = 0;
        List<std::uint32_t> index;  // positions of the first index.size() members
    };

    [[nodiscard]] JsonMember* members() const noexcept {
        return block_ ? reinterpret_cast<JsonMember*>(block_ + 1) : nullptr;
    }
    [[nodiscard]] const JsonMember& member_at(std::size_t position) const noexcept {
        return members()[position];
    }
    void destroy() noexcept;
    void append(JsonMember&& member);
    [[nodiscard]] void* place_for_one_more();
    void sort_by_name(List<std::uint32_t>& positions) const;
    [[nodiscard]] std::size_t lower_bound(std::string_view key, std::size_t count) const noexcept;
    void extend_index();

    Block* block_ = nullptr;
};

/// Steps through the elements of an array or the values of an object.
template <bool Mutable>
class JsonIterator {
public:
    using Element = std::conditional_t<Mutable, Json, const Json>;
    using Member = std::conditional_t<Mutable, JsonMember, const JsonMember>;
    using iterator_category = std::forward_iterator_tag;
    using value_type = Json;
    using difference_type = std::ptrdiff_t;
    using pointer = Element*;
    using reference = Element&;

    JsonIterator() noexcept = default;
    explicit JsonIterator(Element* element) noexcept : element_(element) {}
    explicit JsonIterator(Member* member) noexcept : member_(member) {}
    operator JsonIterator<false>() const noexcept requires(Mutable) {
        return member_ ? JsonIterator<false>(member_) : JsonIterator<false>(element_);
    }

    [[nodiscard]] reference operator*() const noexcept {
        return member_ ? member_->value() : *element_;
    }
    [[nodiscard]] pointer operator->() const noexcept { return &**this; }
    JsonIterator& operator++() noexcept {
        if (member_)
            ++member_;
        else
            ++element_;
        return *this;
    }
    JsonIterator operator++(int) noexcept {
        JsonIterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const JsonIterator&, const JsonIterator&) = default;

private:
    Element* element_ = nullptr;
    Member* member_ = nullptr;
};

/// The members of an object, as a range.
template <bool Mutable>
class JsonItems {
public:
    using Member = std::conditional_t<Mutable, JsonMember, const JsonMember>;

    JsonItems(Member* first, Member* last) noexcept : first_(first), last_(last) {}
    [[nodiscard]] Member* begin() const noexcept { return first_; }
    [[nodiscard]] Member* end() const noexcept { return last_; }
    [[nodiscard]] std::size_t size() const noexcept {
        return static_cast<std::size_t>(last_ - first_);
    }
    [[nodiscard]] bool empty() const noexcept { return first_ == last_; }

private:
    Member* first_;
    Member* last_;
};

}  // namespace microflask::detail
