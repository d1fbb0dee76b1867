// Which C++ types become template values. The class of the values comes after this file, so here it is only named.
#pragma once

#include "core/function.hpp"
#include "json/convert.hpp"
#include "json/value.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

class Context;
class TemplateArguments;
class TemplateValue;
template <class User>
class TemplateType;

}  // namespace microflask

namespace microflask::detail {

class RenderState;

/// A class that a function `expose(TemplateType<T>&)` in its namespace describes.
template <class T>
concept TemplateExposed = std::is_class_v<T> && requires(TemplateType<T>& type) {
    expose(type);
};

template <class T>
concept TemplatePointer = (std::is_pointer_v<T> &&
                           TemplateExposed<std::remove_cv_t<std::remove_pointer_t<T>>>) ||
                          (std::is_class_v<T> && requires(const T& pointer) {
                              { pointer.get() } -> std::same_as<typename T::element_type*>;
                              requires TemplateExposed<std::remove_cv_t<typename T::element_type>>;
                          });

/// std::reference_wrapper of an exposed type.
template <class T>
concept TemplateReference = std::is_class_v<T> && requires(const T& reference) {
    { reference.get() } -> std::same_as<typename T::type&>;
    requires TemplateExposed<std::remove_cv_t<typename T::type>>;
};

template <class T>
concept TemplateCallable = CallableTraits<T>::has_signature;

template <class T>
constexpr bool template_is_convertible();

template <class T, class Indices = void>
struct TemplateConvertibleTuple;
template <class T, std::size_t... I>
struct TemplateConvertibleTuple<T, std::index_sequence<I...>> {
    static constexpr bool value =
        (template_is_convertible<std::remove_cvref_t<std::tuple_element_t<I, T>>>() && ...);
};

template <class T>
constexpr bool template_is_convertible() {
    if constexpr (std::is_same_v<T, TemplateValue> || std::is_same_v<T, Json>)
        return true;
    else if constexpr (TemplateExposed<T>)
        return true;
    else if constexpr (JsonNumber<T> || JsonText<T> || JsonStringLike<T>)
        return true;
    else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>)
        return true;
    else if constexpr (TemplatePointer<T> || TemplateReference<T>)
        return true;
    else if constexpr (json_is_optional<T>)
        return template_is_convertible<typename T::value_type>();
    else if constexpr (JsonHasConverter<T> || JsonHasToJson<T>)
        return true;
    else if constexpr (JsonMap<T>)
        return template_is_convertible<typename T::mapped_type>();
    else if constexpr (JsonRange<T>)
        return template_is_convertible<typename T::value_type>();
    else if constexpr (JsonTuple<T>)
        return TemplateConvertibleTuple<T,
                                        std::make_index_sequence<std::tuple_size<T>::value>>::value;
    else
        return TemplateCallable<T>;
}

/// What becomes a template value.
template <class T>
concept TemplateConvertible = template_is_convertible<T>();

/// Turns it into one.
template <class T>
TemplateValue template_value_of(T&& value);

/// Reads a template value as a T; throws TemplateRuntimeError where it is none.
template <class T>
decltype(auto) template_read(const TemplateValue& value);

}  // namespace microflask::detail
