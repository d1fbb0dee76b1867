// What `app.config["KEY"]` and `session["key"]` give: a value that reads as `const Json&` and is written by assignment,
// so that reading never adds a key and writing is never missed.
#pragma once

#include "json/value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask::detail {

/// One value of an owner that has `const Json& at_or_null(key)` and `void assign(key, Json)`. Lives as long as the owner.
template <class Owner>
class JsonItem {
public:
    JsonItem(Owner& owner, std::string_view key) : owner_(&owner), key_(key) {}
    JsonItem(const JsonItem&) = default;

    /// Sets the value.
    template <class T>
        requires(!std::is_same_v<std::remove_cvref_t<T>, JsonItem> &&
                 std::is_constructible_v<Json, T>)
    JsonItem& operator=(T&& value) {
        owner_->assign(key_, Json(std::forward<T>(value)));
        return *this;
    }
    JsonItem& operator=(Json value) {
        owner_->assign(key_, std::move(value));
        return *this;
    }
    JsonItem& operator=(const JsonItem& other) {
        owner_->assign(key_, Json(other.value()));
        return *this;
    }

    /// The value, null where there is none.
    [[nodiscard]] const Json& value() const { return owner_->at_or_null(key_); }
    operator const Json&() const { return value(); }

    template <class T>
    [[nodiscard]] decltype(auto) get() const {
        return value().template get<T>();
    }
    template <class T>
    [[nodiscard]] T get(std::string_view key, T default_value) const {
        return value().template get<T>(key, std::move(default_value));
    }
    const Json& operator[](std::string_view key) const { return value()[key]; }
    const Json& operator[](const char* key) const { return value()[std::string_view(key)]; }
    const Json& operator[](std::size_t index) const { return value()[index]; }
    const Json& operator[](int index) const { return value()[static_cast<std::size_t>(index)]; }
    [[nodiscard]] bool contains(std::string_view key) const { return value().contains(key); }
    [[nodiscard]] std::size_t size() const { return value().size(); }
    [[nodiscard]] bool empty() const { return value().empty(); }
    [[nodiscard]] bool is_null() const { return value().is_null(); }
    [[nodiscard]] bool is_boolean() const { return value().is_boolean(); }
    [[nodiscard]] bool is_number() const { return value().is_number(); }
    [[nodiscard]] bool is_integer() const { return value().is_integer(); }
    [[nodiscard]] bool is_double() const { return value().is_double(); }
    [[nodiscard]] bool is_string() const { return value().is_string(); }
    [[nodiscard]] bool is_array() const { return value().is_array(); }
    [[nodiscard]] bool is_object() const { return value().is_object(); }
    [[nodiscard]] std::string dump() const { return value().dump(); }
    [[nodiscard]] auto items() const { return value().items(); }
    [[nodiscard]] auto begin() const { return value().begin(); }
    [[nodiscard]] auto end() const { return value().end(); }
    template <class T>
    friend bool operator==(const JsonItem& left, const T& right) {
        return left.value() == Json(right);
    }

private:
    Owner* owner_;
    std::string key_;
};

}  // namespace microflask::detail
