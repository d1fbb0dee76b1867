// How a C++ type becomes a JSON value and back: numbers, text, optionals, ranges, maps, tuples, and
// a user's own types through `to_json` and `from_json`. The value class comes after this file, so
// here it is a parameter.
#pragma once

#include "core/text.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

class Json;

/// A JSON value that is not of the kind that was asked for, or lacks what was asked for.
class JsonError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// To be specialised for types of others, where `to_json` and `from_json` would not be found:
/// `static Json to_json(const T&)` and `static void from_json(const Json&, T&)`, or one of the two.
template <class T>
struct JsonConverter {};

}  // namespace microflask

namespace microflask::detail {

class JsonInit;

template <class T>
concept JsonEnum = std::is_enum_v<T> && std::is_convertible_v<T, long long>;

template <class T>
concept JsonNumber = std::is_arithmetic_v<T> || JsonEnum<T>;

template <class T>
concept JsonText =
    std::is_convertible_v<const T&, std::string_view> && !std::is_same_v<T, std::nullptr_t>;

template <class T>
concept JsonStringLike = std::is_class_v<T> && std::is_convertible_v<const T&, std::string>;

template <class T>
concept JsonHasConverter = requires(const T& value) {
    JsonConverter<T>::to_json(value);
};

template <class T>
concept JsonHasToJson = requires(const T& value) {
    { to_json(value) } -> std::convertible_to<Json>;
};

template <class T, class JsonType>
concept JsonHasReader = requires(const JsonType& json, T& value) {
    JsonConverter<T>::from_json(json, value);
};

template <class T, class JsonType>
concept JsonHasFromJson = requires(const JsonType& json, T& value) {
    from_json(json, value);
};

template <class T>
inline constexpr bool json_is_optional = false;
template <class T>
inline constexpr bool json_is_optional<std::optional<T>> = true;

template <class T>
concept JsonRange = requires(const T& range) {
    typename T::value_type;
    range.begin() != range.end();
}
&&!std::is_same_v<typename T::value_type, T>;

template <class T>
concept JsonMap = JsonRange<T> && requires {
    typename T::key_type;
    typename T::mapped_type;
} &&(JsonText<typename T::key_type> || std::is_integral_v<typename T::key_type>);

template <class T>
concept JsonInsertable = JsonRange<T> && requires(T& range, typename T::value_type&& item) {
    range.insert(range.end(), std::move(item));
};

template <class T>
concept JsonTuple = !JsonRange<T> && requires {
    std::tuple_size<T>::value;
};

template <class T>
struct JsonMakeable;

template <class T, class Indices = void>
struct JsonMakeableTuple;
template <class T, std::size_t... I>
struct JsonMakeableTuple<T, std::index_sequence<I...>> {
    static constexpr bool value =
        (JsonMakeable<std::remove_cvref_t<std::tuple_element_t<I, T>>>::value && ...);
};

template <class T>
constexpr bool json_is_makeable() {
    if constexpr (std::is_same_v<T, Json>)
        return true;
    else if constexpr (std::is_same_v<T, JsonInit>)
        return false;
    else if constexpr (JsonHasConverter<T>)
        return true;
    else if constexpr (std::is_class_v<T> && JsonHasToJson<T>)
        return true;
    else if constexpr (std::is_enum_v<T> && JsonHasToJson<T>)
        return true;
    else if constexpr (JsonNumber<T> || JsonText<T> || std::is_same_v<T, std::nullptr_t>)
        return true;
    else if constexpr (std::is_same_v<T, std::nullopt_t> || JsonStringLike<T>)
        return true;
    else if constexpr (json_is_optional<T>)
        return JsonMakeable<typename T::value_type>::value;
    else if constexpr (JsonMap<T>)
        return JsonMakeable<typename T::mapped_type>::value;
    else if constexpr (JsonRange<T>)
        return JsonMakeable<typename T::value_type>::value;
    else if constexpr (JsonTuple<T>)
        return JsonMakeableTuple<T, std::make_index_sequence<std::tuple_size<T>::value>>::value;
    else
        return false;
}

template <class T>
struct JsonMakeable {
    static constexpr bool value = json_is_makeable<T>();
};

/// What the generic constructor of Json takes: what becomes a value, except what has a constructor
/// of its own.
template <class T>
concept JsonConvertible = !std::is_same_v<T, Json> && !std::is_same_v<T, JsonInit> &&
                          !std::is_same_v<T, std::nullptr_t> && !std::is_same_v<T, std::string> &&
                          !std::is_same_v<T, std::string_view> && !std::is_pointer_v<T> &&
                          !std::is_array_v<T> && !std::is_arithmetic_v<T> && JsonMakeable<T>::value;

/// Turns a number, a class or an enumeration into a value.
template <class JsonType, class T>
JsonType make_json(const T& value);

template <class JsonType, class Tuple, std::size_t... I>
JsonType make_json_from_tuple(const Tuple& tuple, std::index_sequence<I...>) {
    using std::get;
    JsonType result = JsonType::array();
    (result.push_back(JsonType(get<I>(tuple))), ...);
    return result;
}

template <class JsonType, class T>
JsonType make_json(const T& value) {
    if constexpr (JsonHasConverter<T>) {
        return JsonConverter<T>::to_json(value);
    } else if constexpr (JsonHasToJson<T>) {
        return to_json(value);
    } else if constexpr (std::is_enum_v<T>) {
        return JsonType(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (JsonText<T>) {
        return JsonType(static_cast<std::string_view>(value));
    } else if constexpr (JsonStringLike<T>) {
        return JsonType(static_cast<std::string>(value));
    } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
        return JsonType();
    } else if constexpr (json_is_optional<T>) {
        return value ? JsonType(*value) : JsonType();
    } else if constexpr (JsonMap<T>) {
        JsonType result = JsonType::object();
        for (const auto& [key, item] : value) {
            if constexpr (JsonText<typename T::key_type>)
                result[std::string_view(key)] = JsonType(item);
            else
                result[std::string_view(JsonType(key).dump())] = JsonType(item);
        }
        return result;
    } else if constexpr (JsonRange<T>) {
        JsonType result = JsonType::array();
        for (const auto& item : value) {
            result.push_back(JsonType(static_cast<const typename T::value_type&>(item)));
        }
        return result;
    } else {
        return make_json_from_tuple<JsonType>(
            value, std::make_index_sequence<std::tuple_size<T>::value>());
    }
}

/// Throws a JsonError that says which kind was wanted and which was found.
[[noreturn]] void throw_json_kind(std::string_view wanted, std::string_view found);
/// Throws a JsonError that says that a number does not fit the type.
[[noreturn]] void throw_json_range(std::string_view number);
/// Throws a JsonError that says that a value is nested too deeply.
[[noreturn]] void throw_json_depth();

/// How deep values may be nested to be read, copied, compared and written.
inline constexpr unsigned json_depth_limit = 500;

/// Reads a value as a T, or throws a JsonError.
template <class T, class JsonType>
T read_json_as(const JsonType& json);

template <class T, class JsonType>
T read_json_integer(const JsonType& json) {
    if (json.is_unsigned()) {
        const std::uint64_t number = json.as_unsigned();
        if constexpr (std::is_unsigned_v<T>) {
            if (number <= (std::numeric_limits<T>::max)()) return static_cast<T>(number);
        }
    } else if (json.is_integer()) {
        const std::int64_t number = json.as_integer();
        if constexpr (std::is_unsigned_v<T>) {
            if (number >= 0 &&
                static_cast<std::uint64_t>(number) <= (std::numeric_limits<T>::max)()) {
                return static_cast<T>(number);
            }
        } else if (number >= (std::numeric_limits<T>::min)() &&
                   number <= (std::numeric_limits<T>::max)()) {
            return static_cast<T>(number);
        }
    } else {
        throw_json_kind("an integer", json.type_name());
    }
    throw_json_range(json.dump());
}

template <class Tuple, class JsonType, std::size_t... I>
Tuple read_json_tuple(const JsonType& json, std::index_sequence<I...>) {
    if (!json.is_array()) throw_json_kind("an array", json.type_name());
    if (json.size() != sizeof...(I)) {
        throw JsonError(
            concat({"A JSON array of ", JsonType(sizeof...(I)).dump(),
                    " elements was expected, this one has ", JsonType(json.size()).dump(), "."}));
    }
    return Tuple{read_json_as<std::remove_cv_t<std::tuple_element_t<I, Tuple>>>(json[I])...};
}

template <class T, class JsonType>
T read_json_as(const JsonType& json) {
    if constexpr (std::is_same_v<T, JsonType>) {
        return json;
    } else if constexpr (JsonHasReader<T, JsonType>) {
        T value{};
        JsonConverter<T>::from_json(json, value);
        return value;
    } else if constexpr (JsonHasFromJson<T, JsonType>) {
        T value{};
        from_json(json, value);
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return json.as_boolean();
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(read_json_as<std::underlying_type_t<T>>(json));
    } else if constexpr (std::is_integral_v<T>) {
        return read_json_integer<T>(json);
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(json.as_double());
    } else if constexpr (json_is_optional<T>) {
        if (json.is_null()) return std::nullopt;
        return read_json_as<typename T::value_type>(json);
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
        return T(json.as_text());
    } else if constexpr (JsonMap<T>) {
        static_assert(JsonText<typename T::key_type>,
                      "a map that is read from JSON has keys made of text");
        if (!json.is_object()) throw_json_kind("an object", json.type_name());
        T result{};
        for (const auto& [key, item] : json.items()) {
            result.emplace(typename T::key_type(key), read_json_as<typename T::mapped_type>(item));
        }
        return result;
    } else if constexpr (JsonInsertable<T>) {
        if (!json.is_array()) throw_json_kind("an array", json.type_name());
        T result{};
        for (const auto& item : json)
            result.insert(result.end(), read_json_as<typename T::value_type>(item));
        return result;
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
        return read_json_tuple<T>(json, std::make_index_sequence<std::tuple_size<T>::value>());
    } else {
        static_assert(
            JsonHasFromJson<T, JsonType>,
            "no from_json(const Json&, T&) in the namespace of T, and no JsonConverter<T>");
    }
}

}  // namespace microflask::detail
