// A map with several values for a key, in order of arrival: query parameters, form fields, cookies, files.
#pragma once

#include "core/errors.hpp"
#include "core/sort.hpp"
#include "datastructures/headers.hpp"
#include "http/exceptions.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// One value for each key, in order: what `MultiDict::to_dict` gives. It becomes an object in Json.
template <class T>
class FlatDict : public std::vector<std::pair<std::string, T>> {
public:
    using key_type = std::string;
    using mapped_type = T;

    /// Returns the value of a key; throws LookupError where there is none.
    [[nodiscard]] const T& operator[](std::string_view key) const { return at(key); }
    [[nodiscard]] const T& at(std::string_view key) const {
        for (const auto& [name, value] : *this) {
            if (name == key) return value;
        }
        throw LookupError(std::string(key));
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept {
        for (const auto& pair : *this) {
            if (pair.first == key) return true;
        }
        return false;
    }
};

/// A map with several values for a key (Werkzeug's `MultiDict`). Keys are found by looking through them: it is made for
/// the tens of values of a request, whose number is limited where they are parsed.
template <class T>
class BasicMultiDict {
public:
    using value_type = std::pair<std::string, T>;
    using Pairs = std::vector<value_type>;
    using const_iterator = typename Pairs::const_iterator;

    BasicMultiDict() noexcept = default;
    BasicMultiDict(std::initializer_list<value_type> pairs) : pairs_(pairs) {}
    explicit BasicMultiDict(Pairs pairs) noexcept : pairs_(std::move(pairs)) {}

    /// Returns the first value of a key; throws BadRequestKeyError (a 400) where there is none.
    [[nodiscard]] const T& operator[](std::string_view key) const {
        if (const T* value = find(key)) return *value;
        throw BadRequestKeyError(std::string(key));
    }
    /// Returns the first value of a key, if there is one.
    [[nodiscard]] std::optional<T> get(std::string_view key) const {
        const T* value = find(key);
        return value ? std::optional<T>(*value) : std::nullopt;
    }
    /// Returns the first value of a key, or the default.
    [[nodiscard]] T get(std::string_view key,
                        const char* default_value) const requires std::is_same_v<T, std::string> {
        const T* value = find(key);
        return value ? *value : T(default_value);
    }
    /// Returns the first value of a key as a U, or the default where it is missing or does not convert.
    template <class U = T>
    [[nodiscard]] U get(std::string_view key, std::type_identity_t<U> default_value) const {
        const T* value = find(key);
        if (!value) return default_value;
        if constexpr (std::is_same_v<U, T>) {
            return *value;
        } else {
            std::optional<U> converted = detail::convert_text<U>(*value);
            return converted ? *std::move(converted) : default_value;
        }
    }
    /// Returns the first value of a key as a U; nothing where it is missing or does not convert.
    template <class U>
        requires(!std::is_same_v<U, T>)
    [[nodiscard]] std::optional<U> get(std::string_view key) const {
        const T* value = find(key);
        return value ? detail::convert_text<U>(*value) : std::nullopt;
    }
    /// Returns all values of a key that convert, in order.
    template <class U = T>
    [[nodiscard]] std::vector<U> getlist(std::string_view key) const {
        std::vector<U> values;
        for (const auto& [name, value] : pairs_) {
            if (name != key) continue;
            if constexpr (std::is_same_v<U, T>) {
                values.push_back(value);
            } else if (std::optional<U> converted = detail::convert_text<U>(value)) {
                values.push_back(*std::move(converted));
            }
        }
        return values;
    }
    /// Returns the first value of a key, or null.
    [[nodiscard]] const T* find(std::string_view key) const noexcept {
        for (const auto& [name, value] : pairs_) {
            if (name == key) return &value;
        }
        return nullptr;
    }
    [[nodiscard]] T* find(std::string_view key) noexcept {
        return const_cast<T*>(std::as_const(*this).find(key));
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept {
        return find(key) != nullptr;
    }

    /// Adds a value behind those that the key has.
    void add(std::string_view key, T value) {
        pairs_.emplace_back(std::string(key), std::move(value));
    }
    /// Replaces the values of a key by one.
    void set(std::string_view key, T value) {
        setlist(key, {});
        add(key, std::move(value));
    }
    /// Replaces the values of a key.
    void setlist(std::string_view key, std::vector<T> values) {
        std::erase_if(pairs_, [key](const value_type& pair) { return pair.first == key; });
        for (T& value : values) add(key, std::move(value));
    }
    /// Returns the first value of a key, which is the default from now on where there was none.
    const T& setdefault(std::string_view key, T default_value) {
        if (!contains(key)) add(key, std::move(default_value));
        return *find(key);
    }
    /// Returns the values of a key, which are the default from now on where there was none.
    std::vector<T> setlistdefault(std::string_view key, std::vector<T> default_values) {
        if (!contains(key)) setlist(key, std::move(default_values));
        return getlist(key);
    }
    /// Adds all values of another.
    void update(const BasicMultiDict& other) {
        const Pairs added = other.pairs_;
        pairs_.insert(pairs_.end(), added.begin(), added.end());
    }
    /// Removes a key and returns its first value; throws BadRequestKeyError where there is none.
    T pop(std::string_view key) {
        T value = (*this)[key];
        setlist(key, {});
        return value;
    }
    T pop(std::string_view key, T default_value) {
        return contains(key) ? pop(key) : std::move(default_value);
    }
    /// Removes a key and returns its values.
    std::vector<T> poplist(std::string_view key) {
        std::vector<T> values = getlist(key);
        setlist(key, {});
        return values;
    }
    /// Removes the key that came last and returns it with its first value; throws BadRequestKeyError where there is none.
    value_type popitem() {
        auto [key, values] = popitemlist();
        return {std::move(key), std::move(values.front())};
    }
    /// Removes the key that came last and returns it with all its values.
    std::pair<std::string, std::vector<T>> popitemlist() {
        if (pairs_.empty()) throw BadRequestKeyError();
        std::string key = keys().back();
        std::vector<T> values = poplist(key);
        return {std::move(key), std::move(values)};
    }
    void erase(std::string_view key) { setlist(key, {}); }
    void clear() noexcept { pairs_.clear(); }

    /// Returns the keys in order, each once.
    [[nodiscard]] std::vector<std::string> keys() const {
        std::vector<std::string> keys;
        for (const std::uint32_t position : first_positions())
            keys.push_back(pairs_[position].first);
        return keys;
    }
    /// Returns the first value of each key.
    [[nodiscard]] std::vector<T> values() const {
        std::vector<T> values;
        for (auto& [key, value] : to_dict()) values.push_back(std::move(value));
        return values;
    }
    /// Returns each key with all its values.
    [[nodiscard]] std::vector<std::pair<std::string, std::vector<T>>> lists() const {
        std::vector<std::pair<std::string, std::vector<T>>> lists;
        for (const std::string& key : keys()) lists.emplace_back(key, getlist(key));
        return lists;
    }
    /// Returns each key with its first value.
    [[nodiscard]] FlatDict<T> to_dict() const {
        FlatDict<T> dict;
        for (const std::uint32_t position : first_positions()) dict.push_back(pairs_[position]);
        return dict;
    }
    /// Returns all pairs in order of arrival.
    [[nodiscard]] const Pairs& items() const noexcept { return pairs_; }

    /// The number of keys; `items().size()` is that of values.
    [[nodiscard]] std::size_t size() const { return first_positions().size(); }
    [[nodiscard]] bool empty() const noexcept { return pairs_.empty(); }
    [[nodiscard]] const_iterator begin() const noexcept { return pairs_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return pairs_.end(); }
    friend bool operator==(const BasicMultiDict&, const BasicMultiDict&) = default;

private:
    /// Returns where each key stands first, in order; sorted, so that many keys cost no square.
    [[nodiscard]] std::vector<std::uint32_t> first_positions() const {
        std::vector<std::uint32_t> first;
        const auto by_key = [this](std::uint32_t a, std::uint32_t b) {
            return pairs_[a].first < pairs_[b].first;
        };
        for (const std::uint32_t position : detail::sorted_positions(pairs_.size(), by_key)) {
            if (first.empty() || pairs_[first.back()].first != pairs_[position].first)
                first.push_back(position);
        }
        detail::sort_positions(first.data(), first.size(),
                               [](std::uint32_t a, std::uint32_t b) { return a < b; });
        return first;
    }

    Pairs pairs_;
};

/// Text by name.
using MultiDict = BasicMultiDict<std::string>;

/// Several MultiDicts read as one, the first before the second (Werkzeug's `CombinedMultiDict`). It keeps its own copy.
class CombinedMultiDict : public MultiDict {
public:
    CombinedMultiDict() noexcept = default;
    CombinedMultiDict(std::initializer_list<const MultiDict*> dicts) {
        for (const MultiDict* dict : dicts) update(*dict);
    }
};

}  // namespace microflask
