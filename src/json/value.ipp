// A JSON value: the bodies.
#include "json/value.hpp"

#include "core/list.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

#include <algorithm>
#include <cmath>
#include <new>

namespace microflask::detail {

/// What reading of something that is not there gives.
inline constinit const Json json_null;

MICROFLASK_INLINE void throw_json_kind(std::string_view wanted, std::string_view found) {
    throw JsonError(concat({"The JSON value is of type ", found, "; ", wanted, " was expected."}));
}

MICROFLASK_INLINE void throw_json_range(std::string_view number) {
    throw JsonError(concat({"The JSON number ", number, " does not fit the type it is read as."}));
}

MICROFLASK_INLINE void throw_json_depth() {
    std::string message = "A JSON value is nested more than ";
    append_unsigned(message, json_depth_limit);
    message += " levels deep.";
    throw JsonError(message);
}

MICROFLASK_INLINE JsonInit::JsonInit() : value_(Json::object()) {}

MICROFLASK_INLINE Json JsonInit::take() const {
    return has_braces_ ? Json::from_init(braces_) : std::move(value_);
}

MICROFLASK_INLINE std::string_view JsonInit::key() const {
    return has_braces_ ? braces_.begin()[0].value_.as_text() : std::as_const(value_)[0].as_text();
}

MICROFLASK_INLINE Json JsonInit::take_second() const {
    return has_braces_ ? braces_.begin()[1].take() : std::move(value_[1]);
}

}  // namespace microflask::detail

namespace microflask {

// ---- making, copying, destroying

MICROFLASK_INLINE void Json::set_text(std::string_view text) {
    if (text.size() <= short_size) {
        if (!text.empty()) std::memcpy(data_.bytes, text.data(), text.size());
        data_.length = static_cast<unsigned char>(text.size());
        data_.kind = Kind::short_text;
    } else {
        set(Kind::text, new std::string(text));
    }
}

MICROFLASK_INLINE Json::Json(const char* text) {
    if (text) set_text(text);
}

MICROFLASK_INLINE Json::Json(std::string_view text) {
    set_text(text);
}

MICROFLASK_INLINE Json::Json(std::string&& text) {
    if (text.size() <= short_size)
        set_text(text);
    else
        set(Kind::text, new std::string(std::move(text)));
}

MICROFLASK_INLINE Json::Json(std::vector<Json>&& elements) {
    set(Kind::array, new std::vector<Json>(std::move(elements)));
}

MICROFLASK_INLINE Json Json::from_members(detail::JsonObject&& members) {
    Json result;
    ::new (static_cast<void*>(result.data_.bytes)) detail::JsonObject(std::move(members));
    static_assert(sizeof(detail::JsonObject) <= short_size);
    result.data_.kind = Kind::object;
    return result;
}

MICROFLASK_INLINE Json::Json(std::initializer_list<detail::JsonInit> elements)
    : Json(from_init(elements)) {}

MICROFLASK_INLINE Json Json::from_init(std::initializer_list<detail::JsonInit> elements) {
    bool pairs = elements.size() > 0;
    for (const detail::JsonInit& element : elements) pairs = pairs && element.is_pair_;
    return pairs ? object(elements) : array(elements);
}

MICROFLASK_INLINE Json Json::array() {
    return Json(std::vector<Json>());
}

MICROFLASK_INLINE Json Json::array(std::initializer_list<detail::JsonInit> elements) {
    std::vector<Json> result;
    result.reserve(elements.size());
    for (const detail::JsonInit& element : elements) result.push_back(element.take());
    return Json(std::move(result));
}

MICROFLASK_INLINE Json Json::object() {
    return from_members(detail::JsonObject());
}

MICROFLASK_INLINE Json Json::object(std::initializer_list<detail::JsonInit> members) {
    Json result = object();
    detail::JsonObject& object = result.members();
    object.reserve(members.size());
    for (const detail::JsonInit& member : members) {
        if (!member.is_pair_) {
            // A Json that is an array of two is a pair too, where an object was asked for.
            const Json& pair = member.value_;
            if (member.has_braces_ || !pair.is_array() || pair.size() != 2 ||
                !pair[0].is_string()) {
                throw JsonError(
                    "A JSON object is made of pairs {name, value}, of which the name is text.");
            }
        }
        object.set(member.key(), member.take_second());
    }
    return result;
}

MICROFLASK_INLINE Json Json::parse(std::string_view text) {
    return detail::read_json(text);
}

MICROFLASK_INLINE std::string Json::dump(int indent) const {
    return detail::write_json(*this, {.indent = indent});
}

MICROFLASK_INLINE Json::Json(const Json& other) {
    if (other.data_.kind >= Kind::text) {
        Json copy = copy_of(other, 0);
        take(copy);
    } else {
        data_ = other.data_;
    }
}

MICROFLASK_INLINE Json& Json::operator=(const Json& other) {
    Json copy(other);
    swap(copy);
    return *this;
}

MICROFLASK_INLINE void Json::swap(Json& other) noexcept {
    Json old;
    old.take(other);
    other.take(*this);
    take(old);
}

MICROFLASK_INLINE Json Json::copy_of(const Json& other, unsigned depth) {
    if (depth > detail::json_depth_limit) detail::throw_json_depth();
    if (other.data_.kind == Kind::text) return Json(std::string_view(other.long_text()));
    if (other.data_.kind == Kind::array) {
        std::vector<Json> copies;
        copies.reserve(other.elements().size());
        for (const Json& element : other.elements()) copies.push_back(copy_of(element, depth + 1));
        return Json(std::move(copies));
    }
    if (other.data_.kind == Kind::object) {
        detail::JsonObject copies;
        copies.reserve(other.members().size());
        for (const JsonMember& member : other.members()) {
            copies.append(std::string_view(member.key()), copy_of(member.value(), depth + 1));
        }
        return from_members(std::move(copies));
    }
    return other;
}

MICROFLASK_INLINE bool Json::has_containers() const noexcept {
    if (data_.kind == Kind::array) {
        for (const Json& element : elements()) {
            if (element.data_.kind >= Kind::array) return true;
        }
    } else if (data_.kind == Kind::object) {
        for (const JsonMember& member : members()) {
            if (member.value().data_.kind >= Kind::array) return true;
        }
    }
    return false;
}

MICROFLASK_INLINE void Json::release() noexcept {
    if (data_.kind == Kind::text) {
        delete &long_text();
        return;
    }
    if (!has_containers()) {
        if (data_.kind == Kind::array)
            delete &elements();
        else
            members().~JsonObject();
        return;
    }
    std::vector<Json> later;
    empty_deeply(*this, 0, later);
    while (!later.empty()) {
        Json next = std::move(later.back());
        later.pop_back();
        empty_deeply(next, 0, later);
    }
}

/// Destroys a container and makes the value null. What lies too deep for the stack is put aside for
/// later.
MICROFLASK_INLINE void Json::empty_deeply(Json& value, unsigned depth, std::vector<Json>& later) {
    const auto empty_child = [&](Json& child) {
        if (child.data_.kind < Kind::array) return;
        if (depth < 100)
            empty_deeply(child, depth + 1, later);
        else
            later.push_back(std::move(child));
    };
    if (value.data_.kind == Kind::array) {
        for (Json& element : value.elements()) empty_child(element);
        delete &value.elements();
    } else {
        for (JsonMember& member : value.members()) empty_child(member.value());
        value.members().~JsonObject();
    }
    value.data_.kind = Kind::null;
}

// ---- asking

MICROFLASK_INLINE std::string_view Json::type_name() const noexcept {
    switch (data_.kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "boolean";
    case Kind::integer:
    case Kind::unsigned_integer: return "integer";
    case Kind::real: return "double";
    case Kind::short_text:
    case Kind::text: return "string";
    case Kind::array: return "array";
    case Kind::object: break;
    }
    return "object";
}

MICROFLASK_INLINE std::string_view Json::text_view() const noexcept {
    if (data_.kind == Kind::text) return long_text();
    return {reinterpret_cast<const char*>(data_.bytes), data_.length};
}

MICROFLASK_INLINE bool Json::as_boolean() const {
    if (!is_boolean()) detail::throw_json_kind("true or false", type_name());
    return load<bool>();
}

MICROFLASK_INLINE double Json::as_double() const {
    if (data_.kind == Kind::real) return load<double>();
    if (data_.kind == Kind::integer) return static_cast<double>(as_integer());
    if (data_.kind == Kind::unsigned_integer) return static_cast<double>(as_unsigned());
    detail::throw_json_kind("a number", type_name());
}

MICROFLASK_INLINE std::string_view Json::as_text() const {
    if (!is_string()) detail::throw_json_kind("a string", type_name());
    return text_view();
}

MICROFLASK_INLINE std::size_t Json::size() const noexcept {
    if (data_.kind == Kind::array) return elements().size();
    if (data_.kind == Kind::object) return members().size();
    if (is_string()) return text_view().size();
    return data_.kind == Kind::null ? 0 : 1;
}

MICROFLASK_INLINE const Json* Json::find(std::string_view key) const noexcept {
    if (data_.kind != Kind::object) return nullptr;
    const JsonMember* member = members().find(key);
    return member ? &member->value() : nullptr;
}

MICROFLASK_INLINE Json* Json::find(std::string_view key) noexcept {
    return const_cast<Json*>(static_cast<const Json*>(this)->find(key));
}

MICROFLASK_INLINE const Json& Json::operator[](std::string_view key) const noexcept {
    const Json* member = find(key);
    return member ? *member : detail::json_null;
}

MICROFLASK_INLINE const Json& Json::element_or_null(std::size_t index) const noexcept {
    return data_.kind == Kind::array && index < elements().size() ? elements()[index]
                                                                  : detail::json_null;
}

MICROFLASK_INLINE const Json& Json::at(std::string_view key) const {
    if (data_.kind != Kind::object) detail::throw_json_kind("an object", type_name());
    if (const Json* member = find(key)) return *member;
    throw JsonError(detail::concat({"The JSON object has no member ", Json(key).dump(), "."}));
}

MICROFLASK_INLINE Json& Json::at(std::string_view key) {
    return const_cast<Json&>(static_cast<const Json*>(this)->at(key));
}

MICROFLASK_INLINE const Json& Json::element(std::size_t index) const {
    if (data_.kind != Kind::array) detail::throw_json_kind("an array", type_name());
    if (index < elements().size()) return elements()[index];
    throw JsonError(detail::concat({"The JSON array has ", Json(elements().size()).dump(),
                                    " elements, none at index ",
                                    Json(static_cast<std::ptrdiff_t>(index)).dump(), "."}));
}

// ---- changing

MICROFLASK_INLINE void Json::become_array() {
    if (data_.kind == Kind::null) *this = array();
    if (data_.kind != Kind::array) detail::throw_json_kind("an array", type_name());
}

MICROFLASK_INLINE void Json::become_object() {
    if (data_.kind == Kind::null) *this = object();
    if (data_.kind != Kind::object) detail::throw_json_kind("an object", type_name());
}

MICROFLASK_INLINE Json& Json::operator[](std::string_view key) {
    become_object();
    return members().get_or_add(key);
}

MICROFLASK_INLINE Json& Json::element_or_new(std::size_t index) {
    if (index > PTRDIFF_MAX / sizeof(Json))
        throw JsonError("The index of a JSON element is negative or too large.");
    become_array();
    if (index >= elements().size()) elements().resize(index + 1);
    return elements()[index];
}

MICROFLASK_INLINE void Json::push_back(Json value) {
    become_array();
    elements().push_back(std::move(value));
}

MICROFLASK_INLINE bool Json::erase(std::string_view key) {
    return data_.kind == Kind::object && members().erase(key);
}

MICROFLASK_INLINE void Json::erase_element(std::size_t index) {
    static_cast<void>(element(index));
    elements().erase(elements().begin() + static_cast<std::ptrdiff_t>(index));
}

MICROFLASK_INLINE void Json::update(const Json& other) {
    if (this == &other) return;
    if (other.data_.kind != Kind::object) detail::throw_json_kind("an object", other.type_name());
    become_object();
    for (const JsonMember& member : other.members())
        members().get_or_add(member.key()) = member.value();
}

MICROFLASK_INLINE void Json::clear() noexcept {
    if (data_.kind == Kind::array) {
        elements().clear();
    } else if (data_.kind == Kind::object) {
        members() = detail::JsonObject();
    } else {
        *this = Json();
    }
}

MICROFLASK_INLINE void Json::reserve(std::size_t count) {
    if (data_.kind == Kind::array) elements().reserve(count);
    if (data_.kind == Kind::object) members().reserve(count);
}

// ---- iterating

MICROFLASK_INLINE Json::iterator Json::begin() {
    if (data_.kind == Kind::array) return iterator(elements().data());
    if (data_.kind == Kind::object) return iterator(members().begin());
    if (data_.kind != Kind::null) detail::throw_json_kind("an array or object", type_name());
    return {};
}

MICROFLASK_INLINE Json::iterator Json::end() {
    if (data_.kind == Kind::array) return iterator(elements().data() + elements().size());
    if (data_.kind == Kind::object) return iterator(members().end());
    return {};
}

MICROFLASK_INLINE Json::const_iterator Json::begin() const {
    return const_cast<Json*>(this)->begin();
}

MICROFLASK_INLINE Json::const_iterator Json::end() const {
    return const_cast<Json*>(this)->end();
}

MICROFLASK_INLINE detail::JsonItems<true> Json::items() {
    if (data_.kind == Kind::null) return {nullptr, nullptr};
    if (data_.kind != Kind::object) detail::throw_json_kind("an object", type_name());
    return {members().begin(), members().end()};
}

MICROFLASK_INLINE detail::JsonItems<false> Json::items() const {
    const auto items = const_cast<Json*>(this)->items();
    return {items.begin(), items.end()};
}

// ---- comparing

MICROFLASK_INLINE bool Json::equals_text(std::string_view text) const noexcept {
    return is_string() && text_view() == text;
}

MICROFLASK_INLINE bool Json::equals_number(const Json& other) const noexcept {
    if (data_.kind == other.data_.kind) {
        return data_.kind == Kind::real ? load<double>() == other.load<double>()
                                        : as_integer() == other.as_integer();
    }
    if (data_.kind != Kind::real)
        return other.data_.kind == Kind::real && other.equals_number(*this);
    // A double against an integer: exactly, without rounding the integer.
    const double number = load<double>();
    if (!(std::floor(number) == number)) return false;
    if (other.data_.kind == Kind::integer) {
        return number >= -9223372036854775808.0 && number < 9223372036854775808.0 &&
               static_cast<std::int64_t>(number) == other.as_integer();
    }
    return number >= 0 && number < 18446744073709551616.0 &&
           static_cast<std::uint64_t>(number) == other.as_unsigned();
}

MICROFLASK_INLINE bool Json::equals(const Json& other, unsigned depth) const {
    if (depth > detail::json_depth_limit) detail::throw_json_depth();
    if (is_number()) return other.is_number() && equals_number(other);
    if (is_string()) return other.is_string() && text_view() == other.text_view();
    if (data_.kind != other.data_.kind) return false;
    if (data_.kind == Kind::null) return true;
    if (data_.kind == Kind::boolean) return load<bool>() == other.load<bool>();
    if (size() != other.size()) return false;
    if (data_.kind == Kind::array) {
        for (std::size_t i = 0; i < size(); ++i) {
            if (!elements()[i].equals(other.elements()[i], depth + 1)) return false;
        }
        return true;
    }
    for (const JsonMember& member : members()) {
        const Json* counterpart = other.find(member.key());
        if (!counterpart || !member.value().equals(*counterpart, depth + 1)) return false;
    }
    return true;
}

}  // namespace microflask
