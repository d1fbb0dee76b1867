// How C++ values become template values and back, and how a class of the user's shows its members to templates.
#pragma once

#include "core/config.hpp"
#include "core/function.hpp"
#include "core/list.hpp"
#include "jinja/boxes.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace microflask::detail {

/// A member of an exposed class. `get` is given no arguments for an attribute.
struct TemplateMember {
    std::string name;
    Function<TemplateValue(const void* self, const TemplateBox* owner,
                           const TemplateArguments* arguments)>
        get;
    bool is_method = false;
};

/// What templates see of a class.
struct TemplateTypeInfo {
    [[nodiscard]] const TemplateMember* find(std::string_view member) const noexcept;

    std::string name;
    List<TemplateMember> members;
    Function<std::string(const void* self)> text;  // what str() gives, where there is one
};

/// Gives a class its number, once for the whole program; throws SetupError where there are too many.
std::uint32_t template_register_type(const TemplateTypeInfo& info);
[[nodiscard]] const TemplateTypeInfo& template_type_info(std::uint32_t number) noexcept;
/// Returns the name of a class out of the compiler's text of a function of it.
[[nodiscard]] std::string_view template_class_name(std::string_view function_text) noexcept;

template <class T>
constexpr std::string_view template_function_text() {
    return MICROFLASK_FUNCTION_TEXT;
}

/// Returns the number of an exposed class, which is described when it is first asked for.
template <class T>
std::uint32_t template_type_number() {
    static TemplateTypeInfo info;
    static const std::uint32_t number = [] {
        info.name = template_class_name(template_function_text<T>());
        TemplateType<T> type(info);
        expose(type);
        return template_register_type(info);
    }();
    return number;
}

/// Makes a value that refers to a C++ object which `owner` keeps.
template <class T>
TemplateValue template_refer(const T& value, const TemplateBox* owner);

/// Makes a value of what a function gave: by value, or a reference into what `owner` keeps.
template <class Result>
TemplateValue template_result(std::remove_reference_t<Result>& result, const TemplateBox* owner) {
    if constexpr (std::is_lvalue_reference_v<Result>)
        return template_refer<std::remove_cvref_t<Result>>(result, owner);
    else
        return TemplateValue(std::move(result));
}

/// Reads an argument by position; a missing one is nullopt where the parameter is optional.
template <class Parameter>
decltype(auto) template_argument(const TemplateArguments& arguments, std::size_t index) {
    using Wanted = std::remove_cvref_t<Parameter>;
    if constexpr (json_is_optional<Wanted>) {
        if (index >= arguments.size()) return Wanted();
        return template_read<Wanted>(arguments[index]);
    } else {
        return template_read<Wanted>(arguments[index]);
    }
}

/// Throws TemplateRuntimeError (TypeError) for named arguments, and for more than there are parameters.
void template_check_arguments(const TemplateArguments& arguments, std::size_t parameters);

template <class Parameters>
inline constexpr bool template_takes_all = false;
template <class Parameter>
inline constexpr bool template_takes_all<std::tuple<Parameter>> =
    std::is_same_v<std::remove_cvref_t<Parameter>, TemplateArguments>;

/// Calls a function with the arguments, of which `First` parameters were bound before.
template <std::size_t First, class Parameters, class Call, std::size_t... I>
TemplateValue template_invoke(const Call& call, const TemplateArguments& arguments,
                              const TemplateBox* owner, std::index_sequence<I...>) {
    template_check_arguments(arguments, sizeof...(I));
    using Result = decltype(call(
        template_argument<std::tuple_element_t<First + I, Parameters>>(arguments, I)...));
    if constexpr (std::is_void_v<Result>) {
        call(template_argument<std::tuple_element_t<First + I, Parameters>>(arguments, I)...);
        return TemplateValue();
    } else {
        Result result =
            call(template_argument<std::tuple_element_t<First + I, Parameters>>(arguments, I)...);
        return template_result<Result>(result, owner);
    }
}

/// A callable of the user's.
template <class Callable>
class TemplateFunction final : public TemplateObject {
public:
    explicit TemplateFunction(Callable callable) : callable_(std::move(callable)) {}

    [[nodiscard]] std::string_view type_name() const noexcept override { return "function"; }
    [[nodiscard]] bool is_callable() const noexcept override { return true; }
    TemplateValue call(RenderState&, const TemplateArguments& arguments) override {
        using Parameters = typename CallableTraits<Callable>::Arguments;
        if constexpr (template_takes_all<Parameters>) {
            using Result = std::invoke_result_t<Callable&, const TemplateArguments&>;
            if constexpr (std::is_void_v<Result>) {
                callable_(arguments);
                return TemplateValue();
            } else {
                return TemplateValue(callable_(arguments));
            }
        } else {
            const auto call = [this](auto&&... values) -> decltype(auto) {
                return callable_(std::forward<decltype(values)>(values)...);
            };
            return template_invoke<0, Parameters>(
                call, arguments, this, std::make_index_sequence<std::tuple_size_v<Parameters>>());
        }
    }

private:
    Callable callable_;
};

}  // namespace microflask::detail

namespace microflask {

/// What templates may see of a class. Write, in the namespace of the class:
///
///     void expose(microflask::TemplateType<User>& type) {
///         type.member("name", &User::name).method("is_admin", &User::is_admin);
///     }
///
/// An object given by value is kept; one given as a pointer, a std::shared_ptr or by std::ref is
/// referred to.
template <class User>
class TemplateType {
public:
    explicit TemplateType(detail::TemplateTypeInfo& info) noexcept : info_(&info) {}

    /// Names the class in messages; by default, as in C++.
    TemplateType& name(std::string_view name) {
        info_->name = name;
        return *this;
    }
    /// Shows an attribute: a data member, a const member function without parameters, or a
    /// function of a `const User&`.
    template <class Member>
    TemplateType& member(std::string_view name, Member member) {
        add(name, false,
            [member](const void* self, const detail::TemplateBox* owner,
                     const TemplateArguments*) -> TemplateValue {
                const User& user = *static_cast<const User*>(self);
                if constexpr (std::is_member_object_pointer_v<Member>) {
                    const auto& value = user.*member;
                    return detail::template_refer<std::remove_cvref_t<decltype(value)>>(value,
                                                                                        owner);
                } else if constexpr (std::is_member_function_pointer_v<Member>) {
                    using Result = decltype((user.*member)());
                    Result result = (user.*member)();
                    return detail::template_result<Result>(result, owner);
                } else {
                    using Result = decltype(member(user));
                    Result result = member(user);
                    return detail::template_result<Result>(result, owner);
                }
            });
        return *this;
    }
    /// Shows a method, which templates call with arguments: a const member function, or a function
    /// whose first parameter is a `const User&`.
    template <class Method>
    TemplateType& method(std::string_view name, Method method) {
        add(name, true,
            [method](const void* self, const detail::TemplateBox* owner,
                     const TemplateArguments* arguments) -> TemplateValue {
                const User& user = *static_cast<const User*>(self);
                using Parameters = typename detail::CallableTraits<Method>::Arguments;
                constexpr std::size_t first = std::is_member_function_pointer_v<Method> ? 0 : 1;
                const auto call = [&](auto&&... values) -> decltype(auto) {
                    if constexpr (std::is_member_function_pointer_v<Method>)
                        return (user.*method)(std::forward<decltype(values)>(values)...);
                    else
                        return method(user, std::forward<decltype(values)>(values)...);
                };
                return detail::template_invoke<first, Parameters>(
                    call, *arguments, owner,
                    std::make_index_sequence<std::tuple_size_v<Parameters> - first>());
            });
        return *this;
    }
    /// Says what `{{ user }}` prints: a function of a `const User&`, or a const member function.
    template <class Text>
    TemplateType& text(Text text) {
        info_->text = [text](const void* self) -> std::string {
            const User& user = *static_cast<const User*>(self);
            if constexpr (std::is_member_pointer_v<Text>)
                return std::string((user.*text)());
            else
                return std::string(text(user));
        };
        return *this;
    }

private:
    template <class Get>
    void add(std::string_view name, bool is_method, Get&& get) {
        detail::TemplateMember member;
        member.name = name;
        member.get = std::forward<Get>(get);
        member.is_method = is_method;
        info_->members.push_back(std::move(member));
    }

    detail::TemplateTypeInfo* info_;
};

}  // namespace microflask

namespace microflask::detail {

/// Keeps a box alive while it is referred to.
class TemplateGuard {
public:
    explicit TemplateGuard(const TemplateBox* box) noexcept : box_(box) { box_->retain(); }
    TemplateGuard(const TemplateGuard&) = delete;
    TemplateGuard& operator=(const TemplateGuard&) = delete;
    ~TemplateGuard() { box_->release(); }

private:
    const TemplateBox* box_;
};

/// Adds a pair to the dict that is being made.
void template_dict_set(TemplateDict& dict, TemplateValue key, TemplateValue value);
[[nodiscard]] TemplateDict* template_new_dict();
[[nodiscard]] TemplateValue template_json_value(Json json);

template <class T>
TemplateValue template_refer_to_range(const T& range, const TemplateBox* owner) {
    auto* list = new TemplateList;
    TemplateValue result = TemplateValue::list(list);
    if constexpr (requires { range.size(); }) list->items.reserve(range.size());
    for (auto&& item : range) {
        if constexpr (std::is_lvalue_reference_v<decltype(item)>)
            list->items.push_back(template_refer<typename T::value_type>(item, owner));
        else
            list->items.push_back(TemplateValue(static_cast<typename T::value_type>(item)));
    }
    return result;
}

template <class T>
TemplateValue template_refer_to_map(const T& map, const TemplateBox* owner) {
    TemplateDict* const dict = template_new_dict();
    TemplateValue result = TemplateValue::dict(dict);
    for (const auto& [key, item] : map)
        template_dict_set(*dict, template_refer<typename T::key_type>(key, owner),
                          template_refer<typename T::mapped_type>(item, owner));
    return result;
}

template <class T, std::size_t... I>
TemplateValue template_refer_to_tuple(const T& tuple, const TemplateBox* owner,
                                      std::index_sequence<I...>) {
    using std::get;
    auto* list = new TemplateList;
    TemplateValue result = TemplateValue::tuple(list);
    (list->items.push_back(
         template_refer<std::remove_cvref_t<std::tuple_element_t<I, T>>>(get<I>(tuple), owner)),
     ...);
    return result;
}

template <class T>
TemplateValue template_refer(const T& value, const TemplateBox* owner) {
    if constexpr (std::is_same_v<T, TemplateValue>) {
        return value;
    } else if constexpr (std::is_same_v<T, Json>) {
        return TemplateValue::of_json(value, owner);
    } else if constexpr (TemplateExposed<T>) {
        return TemplateValue::exposed(&value, template_type_number<T>(), owner);
    } else if constexpr (std::is_same_v<T, bool>) {
        return TemplateValue::boolean(value);
    } else if constexpr (std::is_floating_point_v<T>) {
        return TemplateValue::real(static_cast<double>(value));
    } else if constexpr (JsonNumber<T>) {
        if constexpr (std::is_enum_v<T>)
            return TemplateValue::integer(static_cast<std::int64_t>(value));
        else if constexpr (std::is_signed_v<T>)
            return TemplateValue::integer(static_cast<std::int64_t>(value));
        else
            return TemplateValue::unsigned_integer(static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
        return TemplateValue();
    } else if constexpr (std::is_same_v<T, std::string>) {
        return TemplateValue::borrowed_text(value, false, owner);
    } else if constexpr (std::is_same_v<T, Markup>) {
        return TemplateValue::borrowed_text(value.str(), true, owner);
    } else if constexpr (std::is_pointer_v<T> && std::is_same_v<std::decay_t<T>, const char*>) {
        return value ? TemplateValue::text(std::string(value)) : TemplateValue();
    } else if constexpr (JsonText<T>) {
        return TemplateValue::text(std::string(static_cast<std::string_view>(value)));
    } else if constexpr (JsonStringLike<T>) {
        return TemplateValue::text(static_cast<std::string>(value));
    } else if constexpr (TemplatePointer<T>) {
        return value ? template_refer<std::remove_cvref_t<decltype(*value)>>(*value, owner)
                     : TemplateValue();
    } else if constexpr (TemplateReference<T>) {
        return template_refer<std::remove_cv_t<typename T::type>>(value.get(), owner);
    } else if constexpr (json_is_optional<T>) {
        return value ? template_refer<typename T::value_type>(*value, owner) : TemplateValue();
    } else if constexpr (JsonHasConverter<T> || JsonHasToJson<T>) {
        return template_json_value(Json(value));
    } else if constexpr (JsonMap<T>) {
        return template_refer_to_map(value, owner);
    } else if constexpr (JsonRange<T>) {
        return template_refer_to_range(value, owner);
    } else if constexpr (JsonTuple<T>) {
        return template_refer_to_tuple(value, owner,
                                       std::make_index_sequence<std::tuple_size<T>::value>());
    } else {
        static_assert(std::is_copy_constructible_v<T>, "a callable that is shown can be copied");
        return TemplateValue::object(new TemplateFunction<T>(value));
    }
}

/// Whether a value refers to nothing, so that the C++ object need not be kept.
template <class T>
constexpr bool template_is_flat() {
    return JsonNumber<T> || std::is_same_v<T, std::nullptr_t> ||
           std::is_same_v<T, std::nullopt_t> || std::is_pointer_v<T> ||
           (JsonText<T> && !std::is_same_v<T, Markup> && !std::is_same_v<T, std::string> &&
            !TemplateExposed<T>) ||
           (TemplateReference<T> && !TemplateExposed<T>);
}

template <class T>
TemplateValue template_value_of(T&& value) {
    using Plain = std::decay_t<T>;
    if constexpr (std::is_array_v<std::remove_cvref_t<T>>) {
        return TemplateValue::text(std::string(std::string_view(value)));
    } else if constexpr (template_is_flat<Plain>()) {
        return template_refer<Plain>(value, nullptr);
    } else if constexpr (std::is_same_v<Plain, Json>) {
        return template_json_value(Json(std::forward<T>(value)));
    } else if constexpr (std::is_same_v<Plain, std::string>) {
        return TemplateValue::text(std::string(std::forward<T>(value)));
    } else if constexpr (std::is_same_v<Plain, Markup>) {
        return TemplateValue::markup(value.str());
    } else if constexpr (TemplateCallable<Plain> && !TemplateExposed<Plain> && !JsonRange<Plain>) {
        return TemplateValue::object(new TemplateFunction<Plain>(std::forward<T>(value)));
    } else {
        const auto* held = new TemplateHeld<Plain>(std::forward<T>(value));
        const TemplateGuard guard(held);
        return template_refer<Plain>(held->value(), held);
    }
}

[[nodiscard]] bool template_read_boolean(const TemplateValue& value);
[[nodiscard]] std::int64_t template_read_integer(const TemplateValue& value, std::int64_t least,
                                                 std::int64_t most);
[[nodiscard]] std::uint64_t template_read_unsigned(const TemplateValue& value, std::uint64_t most);
[[nodiscard]] double template_read_double(const TemplateValue& value);
[[nodiscard]] Markup template_read_markup(const TemplateValue& value);
[[nodiscard]] const void* template_read_exposed(const TemplateValue& value, std::uint32_t type);
/// Reads what can be stepped through.
[[nodiscard]] List<TemplateValue> template_read_items(const TemplateValue& value);
/// Reads a dict: keys and values one after the other.
[[nodiscard]] List<TemplateValue> template_read_pairs(const TemplateValue& value);

template <class T>
decltype(auto) template_read(const TemplateValue& value) {
    using Limits = std::numeric_limits<T>;
    if constexpr (std::is_same_v<T, TemplateValue>) {
        return TemplateValue(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        return template_read_boolean(value);
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(template_read<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
        return static_cast<T>(template_read_integer(value, (Limits::min)(), (Limits::max)()));
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(template_read_unsigned(value, (Limits::max)()));
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(template_read_double(value));
    } else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>) {
        return T(value.as_text());
    } else if constexpr (std::is_same_v<T, Markup>) {
        return template_read_markup(value);
    } else if constexpr (std::is_same_v<T, Json>) {
        return value.to_json();
    } else if constexpr (TemplateExposed<T>) {
        return *static_cast<const T*>(template_read_exposed(value, template_type_number<T>()));
    } else if constexpr (std::is_pointer_v<T>) {
        using User = std::remove_cv_t<std::remove_pointer_t<T>>;
        static_assert(
            std::is_const_v<std::remove_pointer_t<T>> && TemplateExposed<User>,
            "a pointer that is read from a template is `const User*`, of an exposed class");
        return value.is_none()
                   ? nullptr
                   : static_cast<T>(template_read_exposed(value, template_type_number<User>()));
    } else if constexpr (json_is_optional<T>) {
        return value.is_none() ? T() : T(template_read<typename T::value_type>(value));
    } else if constexpr (JsonMap<T>) {
        T result{};
        const List<TemplateValue> pairs = template_read_pairs(value);
        for (std::size_t i = 0; i + 1 < pairs.size(); i += 2)
            result.emplace(template_read<typename T::key_type>(pairs[i]),
                           template_read<typename T::mapped_type>(pairs[i + 1]));
        return result;
    } else if constexpr (JsonInsertable<T>) {
        T result{};
        for (const TemplateValue& item : template_read_items(value))
            result.insert(result.end(), template_read<typename T::value_type>(item));
        return result;
    } else {
        static_assert(JsonHasReader<T, Json> || JsonHasFromJson<T, Json>,
                      "no expose(TemplateType<T>&) and no from_json(const Json&, T&) in the "
                      "namespace of T");
        return value.to_json().template get<T>();
    }
}

}  // namespace microflask::detail
