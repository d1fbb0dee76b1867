// Bytes in flight: appended at the end, taken from the front, truncated back to a mark. One owner, never shared.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace microflask::detail {

/// Writes a number in decimal digits, 20 at most, and returns the end.
inline char* write_decimal(char* to, std::uint64_t number) noexcept {
    const auto digit = [](std::uint64_t value) { return static_cast<char>('0' + value); };
    if (number < 100) {
        if (number >= 10) *to++ = digit(number / 10);
        *to++ = digit(number % 10);
        return to;
    }
    std::size_t digits = 1;
    for (std::uint64_t rest = number; rest >= 10; rest /= 10) ++digits;
    for (char* at = to + digits; at != to; number /= 10) *--at = digit(number % 10);
    return to + digits;
}

class Buffer {
public:
    Buffer() noexcept = default;
    Buffer(Buffer&& other) noexcept { swap(other); }
    Buffer& operator=(Buffer&& other) noexcept {
        Buffer taken(std::move(other));
        swap(taken);
        return *this;
    }

    [[nodiscard]] char* data() noexcept { return bytes_.get() + begin_; }
    [[nodiscard]] const char* data() const noexcept { return bytes_.get() + begin_; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::string_view view() const noexcept { return {data(), size()}; }

    /// Returns room for `count` more bytes behind the last one; `commit` says how many were put there.
    char* prepare(std::size_t count) {
        if (capacity_ - end_ < count) grow(count);
        return bytes_.get() + end_;
    }
    void commit(std::size_t count) noexcept { end_ += count; }
    /// Returns how many bytes `prepare` can give without growing.
    [[nodiscard]] std::size_t room() const noexcept { return capacity_ - end_; }

    void append(std::string_view text) {
        char* const place = prepare(text.size());
        if (!text.empty()) std::memcpy(place, text.data(), text.size());
        end_ += text.size();
    }
    void append_number(std::uint64_t number) {
        char* const first = prepare(20);
        end_ += static_cast<std::size_t>(write_decimal(first, number) - first);
    }
    void append_hex(std::uint64_t number) {
        char digits[16];
        char* first = digits + sizeof digits;
        do {
            *--first = "0123456789abcdef"[number % 16];
            number /= 16;
        } while (number != 0);
        append({first, static_cast<std::size_t>(digits + sizeof digits - first)});
    }

    /// Drops bytes from the front.
    void consume(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ == end_) clear();
    }
    /// Drops what is behind the first `size` bytes.
    void truncate(std::size_t size) noexcept { end_ = begin_ + size; }
    void clear() noexcept { begin_ = end_ = 0; }
    /// Gives the memory back.
    void release() noexcept {
        bytes_.reset();
        begin_ = end_ = capacity_ = 0;
    }

private:
    void swap(Buffer& other) noexcept {
        bytes_.swap(other.bytes_);
        std::swap(begin_, other.begin_);
        std::swap(end_, other.end_);
        std::swap(capacity_, other.capacity_);
    }
    void grow(std::size_t count) {
        const std::size_t used = size();
        const std::size_t wanted = (std::max)(used + count, (std::max)(std::size_t{512}, used * 2));
        std::unique_ptr<char[]> larger(new char[wanted]);
        if (used != 0) std::memcpy(larger.get(), data(), used);
        bytes_ = std::move(larger);
        begin_ = 0;
        end_ = used;
        capacity_ = wanted;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace microflask::detail
