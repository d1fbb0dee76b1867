// Values of any type by name: what Python's objects hold as attributes. Local and g are made of it.
#pragma once

#include "core/errors.hpp"
#include "core/list.hpp"

#include <any>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// Named values of any copyable type, in order of arrival; text is kept as std::string. Used by one task at a time.
class Attributes {
public:
    /// What `attributes["name"]` gives: assign to it, or ask it for a type.
    class Item {
    public:
        template <class T>
        Item& operator=(T&& value) {
            owner_->set(name_, std::forward<T>(value));
            return *this;
        }
        /// Returns the value; throws AttributeError where there is none or it has another type.
        template <class T>
        [[nodiscard]] T& get() const {
            return owner_->template get<T>(name_);
        }
        /// Whether there is a value of that name.
        explicit operator bool() const { return owner_->contains(name_); }

    private:
        friend class Attributes;
        Item(Attributes& owner, std::string_view name) : owner_(&owner), name_(name) {}
        Attributes* owner_;
        std::string name_;
    };

    Item operator[](std::string_view name) { return Item(*this, name); }

    /// Sets a value.
    template <class T>
    void set(std::string_view name, T&& value) {
        if constexpr (std::is_convertible_v<T, std::string_view> &&
                      !std::is_null_pointer_v<std::decay_t<T>>) {
            place(name) = std::string(std::string_view(value));
        } else {
            place(name) = std::any(std::forward<T>(value));
        }
    }
    /// Returns a value; throws AttributeError where there is none of that name and type.
    template <class T>
    [[nodiscard]] T& get(std::string_view name) {
        if (T* value = find<T>(name)) return *value;
        throw_missing(name);
    }
    /// Returns a copy of a value, or the default where there is none of that name and type.
    template <class T>
    [[nodiscard]] T get(std::string_view name, T default_value) const {
        const T* value = find<T>(name);
        return value ? *value : std::move(default_value);
    }
    /// Returns a value, or null where there is none of that name and type.
    template <class T>
    [[nodiscard]] T* find(std::string_view name) noexcept {
        return std::any_cast<T>(find_any(name));
    }
    template <class T>
    [[nodiscard]] const T* find(std::string_view name) const noexcept {
        return std::any_cast<T>(find_any(name));
    }
    /// Removes a value and returns it; throws AttributeError where there is none of that name and type.
    template <class T>
    T pop(std::string_view name) {
        T value = std::move(get<T>(name));
        erase(name);
        return value;
    }
    /// Removes a value and returns it, or the default where there is none of that name and type.
    template <class T>
    T pop(std::string_view name, T default_value) {
        return find<T>(name) ? pop<T>(name) : std::move(default_value);
    }
    /// Returns the value, which is the default from now on where there was none.
    template <class T>
    T& setdefault(std::string_view name, T default_value) {
        if (!contains(name)) set(name, std::move(default_value));
        return get<T>(name);
    }
    [[nodiscard]] bool contains(std::string_view name) const noexcept {
        return find_any(name) != nullptr;
    }
    /// Returns a value of whatever type, or null where there is none.
    [[nodiscard]] const std::any* find_value(std::string_view name) const noexcept {
        return find_any(name);
    }
    /// Removes a value; nothing happens where there is none.
    void erase(std::string_view name) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
    [[nodiscard]] bool empty() const noexcept { return values_.empty(); }
    /// Returns the names, in order of arrival.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::any& place(std::string_view name);
    [[nodiscard]] std::any* find_any(std::string_view name) noexcept {
        return const_cast<std::any*>(std::as_const(*this).find_any(name));
    }
    [[nodiscard]] const std::any* find_any(std::string_view name) const noexcept;
    [[noreturn]] static void throw_missing(std::string_view name);

    detail::List<std::pair<std::string, std::any>> values_;
};

}  // namespace microflask
