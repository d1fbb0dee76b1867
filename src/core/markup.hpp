// Markup: text that is already safe as HTML, and how other text becomes so (markupsafe).
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

/// Text that is safe to put into HTML as it is. Joined with other text, the other text is escaped.
class Markup {
public:
    Markup() noexcept = default;
    /// Declares text as safe; nothing is escaped.
    explicit Markup(std::string text) noexcept : text_(std::move(text)) {}
    explicit Markup(std::string_view text) : text_(text) {}
    explicit Markup(const char* text) : text_(text) {}

    [[nodiscard]] const std::string& str() const noexcept { return text_; }
    operator std::string() const { return text_; }
    operator std::string_view() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    /// Returns itself: what an object says of itself in HTML.
    [[nodiscard]] const Markup& html() const noexcept { return *this; }
    /// Returns the text with its entities resolved.
    [[nodiscard]] std::string unescape() const;
    /// Returns the text without tags and comments, white space merged, entities resolved.
    [[nodiscard]] std::string striptags() const;

    /// Returns the texts with this one between them; those that are not safe are escaped.
    template <class Texts>
    [[nodiscard]] Markup join(const Texts& texts) const;
    /// Returns this text with the arguments, escaped, for `{}` one after the other; `{{` and `}}` stand for braces.
    /// Throws ValueError where there are more or fewer.
    template <class... Args>
    [[nodiscard]] Markup format(const Args&... arguments) const;

    Markup& operator+=(const Markup& other) {
        text_ += other.text_;
        return *this;
    }
    Markup& operator+=(std::string_view other);

    friend bool operator==(const Markup& left, const Markup& right) noexcept {
        return left.text_ == right.text_;
    }
    friend bool operator==(const Markup& left, std::string_view right) noexcept {
        return left.text_ == right;
    }
    friend bool operator==(const Markup& left, const char* right) noexcept {
        return left.text_ == right;
    }
    friend bool operator==(const Markup& left, const std::string& right) noexcept {
        return left.text_ == right;
    }

private:
    std::string text_;
};

namespace detail {

/// Appends text with `& < > ' "` as entities.
void append_escaped(std::string& out, std::string_view text);

/// Puts arguments for the places that are marked in a text; throws ValueError where their number differs.
Markup fill_markup(std::string_view text, std::string_view place, const Markup* arguments,
                   std::size_t count);

template <class T>
concept UnsafeText =
    std::is_convertible_v<const T&, std::string_view> && !std::is_same_v<T, Markup>;

}  // namespace detail

/// Escapes text for HTML (markupsafe's `escape`).
[[nodiscard]] Markup escape(std::string_view text);
/// What is safe already stays as it is.
[[nodiscard]] inline Markup escape(Markup text) noexcept {
    return text;
}
[[nodiscard]] inline Markup escape(const char* text) {
    return escape(std::string_view(text));
}
[[nodiscard]] inline Markup escape(const std::string& text) {
    return escape(std::string_view(text));
}
/// Numbers need no escapes.
template <class Number>
    requires(std::is_arithmetic_v<Number>)
[[nodiscard]] Markup escape(Number number) {
    return Markup(std::to_string(number));
}

[[nodiscard]] inline Markup operator+(Markup left, const Markup& right) {
    left += right;
    return left;
}
template <detail::UnsafeText Text>
[[nodiscard]] Markup operator+(Markup left, const Text& right) {
    left += std::string_view(right);
    return left;
}
template <detail::UnsafeText Text>
[[nodiscard]] Markup operator+(const Text& left, const Markup& right) {
    Markup result;
    result += std::string_view(left);
    result += right;
    return result;
}

/// Puts an argument, escaped, for the one `%s`; `%%` stands for "%". Throws ValueError for anything else.
template <class Argument>
[[nodiscard]] Markup operator%(const Markup& text, const Argument& argument) {
    const Markup arguments[] = {escape(argument)};
    return detail::fill_markup(text.str(), "%s", arguments, 1);
}

template <class... Args>
Markup Markup::format(const Args&... arguments) const {
    const Markup all[] = {escape(arguments)..., Markup()};
    return detail::fill_markup(text_, "{}", all, sizeof...(Args));
}

template <class Texts>
Markup Markup::join(const Texts& texts) const {
    Markup result;
    bool is_first = true;
    for (const auto& text : texts) {
        if (!is_first) result += *this;
        is_first = false;
        result += escape(text);
    }
    return result;
}

}  // namespace microflask
