// A growable array for what is our own: like std::vector, but with a quarter of its cost to the compiler, since a user's
// file pays for every element type. The interface keeps std::vector.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

namespace microflask::detail {

/// What std::vector does, for elements whose move does not throw. Iterators are pointers.
template <class T>
class List {
public:
    using value_type = T;

    List() noexcept = default;
    List(std::initializer_list<T> values) : List(values.begin(), values.end()) {}
    List(const T* first, const T* last) : List() { append(first, last); }
    List(const List& other) : List(other.begin(), other.end()) {}
    List(List&& other) noexcept { swap(other); }
    List& operator=(List other) noexcept {
        swap(other);
        return *this;
    }
    ~List() {
        if (!elements_) return;
        clear();
        ::operator delete(static_cast<void*>(elements_));
    }

    [[nodiscard]] T* begin() noexcept { return elements_; }
    [[nodiscard]] T* end() noexcept { return elements_ + size_; }
    [[nodiscard]] const T* begin() const noexcept { return elements_; }
    [[nodiscard]] const T* end() const noexcept { return elements_ + size_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] T* data() noexcept { return elements_; }
    [[nodiscard]] const T* data() const noexcept { return elements_; }
    [[nodiscard]] T& operator[](std::size_t index) noexcept { return elements_[index]; }
    [[nodiscard]] const T& operator[](std::size_t index) const noexcept { return elements_[index]; }
    [[nodiscard]] T& front() noexcept { return elements_[0]; }
    [[nodiscard]] const T& front() const noexcept { return elements_[0]; }
    [[nodiscard]] T& back() noexcept { return elements_[size_ - 1]; }
    [[nodiscard]] const T& back() const noexcept { return elements_[size_ - 1]; }

    template <class... Args>
    T& emplace_back(Args&&... args) {
        if (size_ == capacity_) return push_back(T(std::forward<Args>(args)...));
        T* const place =
            ::new (static_cast<void*>(elements_ + size_)) T(std::forward<Args>(args)...);
        ++size_;
        return *place;
    }
    T& push_back(T value) {
        if (size_ == capacity_) reserve(capacity_ == 0 ? 4 : 2 * capacity_);
        T* const place = ::new (static_cast<void*>(elements_ + size_)) T(std::move(value));
        ++size_;
        return *place;
    }
    /// Adds copies of a range that is not within this list.
    void append(const T* first, const T* last) {
        for (; first != last; ++first) push_back(*first);
    }
    /// Puts an element before the one at `position`.
    T* insert(const T* position, T value) {
        std::size_t index = static_cast<std::size_t>(position - elements_);
        push_back(std::move(value));
        for (std::size_t i = size_ - 1; i > index; --i) std::swap(elements_[i], elements_[i - 1]);
        return elements_ + index;
    }
    T* erase(const T* first, const T* last) {
        T* const gap = elements_ + (first - elements_);
        if (first == last) return gap;
        T* to = gap;
        for (T* from = elements_ + (last - elements_); from != end(); ++from, ++to)
            *to = std::move(*from);
        while (end() != to) pop_back();
        return gap;
    }
    T* erase(const T* position) { return erase(position, position + 1); }
    /// Drops the elements behind the first `size`, or adds empty ones.
    void resize(std::size_t size) {
        while (size_ > size) pop_back();
        if (size > capacity_) reserve((std::max)(size, 2 * capacity_));
        while (size_ < size) emplace_back();
    }
    void pop_back() noexcept { elements_[--size_].~T(); }
    void clear() noexcept {
        while (size_ > 0) pop_back();
    }

    void reserve(std::size_t capacity) {
        static_assert(std::is_nothrow_move_constructible_v<T>);
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        if (capacity <= capacity_) return;
        T* const elements = static_cast<T*>(::operator new(capacity * sizeof(T)));
        for (std::size_t i = 0; i < size_; ++i) {
            ::new (static_cast<void*>(elements + i)) T(std::move(elements_[i]));
            elements_[i].~T();
        }
        ::operator delete(static_cast<void*>(elements_));
        elements_ = elements;
        capacity_ = capacity;
    }
    void swap(List& other) noexcept {
        std::swap(elements_, other.elements_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }

    friend bool operator==(const List& a, const List& b) { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const List& a, const List& b) {
        for (std::size_t i = 0; i < a.size_ && i < b.size_; ++i) {
            if (const std::strong_ordering order = a[i] <=> b[i]; order != 0) return order;
        }
        return a.size_ <=> b.size_;
    }

private:
    T* elements_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace microflask::detail
