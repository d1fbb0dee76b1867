// Cache-Control directives as members (RFC 9111, section 5.2; RFC 5861; RFC 8246).
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// The directives of a Cache-Control field, in order; names are compared without case.
class CacheControl {
public:
    /// A directive and its value, if it has one.
    using Directive = std::pair<std::string, std::optional<std::string>>;
    using const_iterator = std::vector<Directive>::const_iterator;

    CacheControl() noexcept = default;
    CacheControl(std::initializer_list<Directive> directives) : directives_(directives) {}
    explicit CacheControl(std::vector<Directive> directives) noexcept
        : directives_(std::move(directives)) {}

    /// Writes the directives as a field's value.
    [[nodiscard]] std::string to_header() const;

    [[nodiscard]] bool contains(std::string_view directive) const noexcept {
        return find(directive) != nullptr;
    }
    /// Returns a directive's value: empty text where it has none, nothing where the directive is not there.
    [[nodiscard]] std::optional<std::string> get(std::string_view directive) const;
    /// Returns a directive's value as a number; nothing where it is none.
    [[nodiscard]] std::optional<long long> get_number(std::string_view directive) const;

    [[nodiscard]] bool no_store() const noexcept { return contains("no-store"); }
    [[nodiscard]] bool no_transform() const noexcept { return contains("no-transform"); }
    [[nodiscard]] std::optional<long long> max_age() const { return get_number("max-age"); }
    [[nodiscard]] std::optional<long long> stale_if_error() const {
        return get_number("stale-if-error");
    }

    [[nodiscard]] std::size_t size() const noexcept { return directives_.size(); }
    [[nodiscard]] bool empty() const noexcept { return directives_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return !directives_.empty(); }
    [[nodiscard]] const_iterator begin() const noexcept { return directives_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return directives_.end(); }
    friend bool operator==(const CacheControl&, const CacheControl&) = default;

protected:
    [[nodiscard]] static std::vector<Directive> parse(std::string_view value);
    [[nodiscard]] const Directive* find(std::string_view directive) const noexcept;
    void put(std::string_view directive, std::optional<std::string> value);
    void put_flag(std::string_view directive, bool present);
    void put_number(std::string_view directive, std::optional<long long> value);
    void drop(std::string_view directive);

private:
    std::vector<Directive> directives_;
};

/// What a request says about caches; read only.
class RequestCacheControl : public CacheControl {
public:
    using CacheControl::CacheControl;
    /// Reads a field's value.
    [[nodiscard]] static RequestCacheControl from_header(std::string_view value) {
        return RequestCacheControl(parse(value));
    }

    [[nodiscard]] bool no_cache() const noexcept { return contains("no-cache"); }
    [[nodiscard]] bool only_if_cached() const noexcept { return contains("only-if-cached"); }
    [[nodiscard]] std::optional<long long> min_fresh() const { return get_number("min-fresh"); }
    /// Returns how stale an answer may be, in seconds; the largest number where any is good (`max-stale` alone).
    [[nodiscard]] std::optional<long long> max_stale() const;
};

/// What a response says to caches. Numbers and texts are removed by `std::nullopt`, flags by `false`.
/// A name that is no token, or a value with CR, LF or NUL, throws `std::invalid_argument`.
class ResponseCacheControl : public CacheControl {
public:
    using CacheControl::CacheControl;
    /// Reads a field's value.
    [[nodiscard]] static ResponseCacheControl from_header(std::string_view value) {
        return ResponseCacheControl(parse(value));
    }

    /// Sets a directive without a value.
    ResponseCacheControl& set(std::string_view directive);
    ResponseCacheControl& set(std::string_view directive, std::string_view value);
    /// Removes a directive, if it is there.
    ResponseCacheControl& remove(std::string_view directive);

    using CacheControl::max_age;
    ResponseCacheControl& max_age(std::optional<long long> seconds) {
        return number("max-age", seconds);
    }
    [[nodiscard]] std::optional<long long> s_maxage() const { return get_number("s-maxage"); }
    ResponseCacheControl& s_maxage(std::optional<long long> seconds) {
        return number("s-maxage", seconds);
    }
    using CacheControl::stale_if_error;
    ResponseCacheControl& stale_if_error(std::optional<long long> seconds) {
        return number("stale-if-error", seconds);
    }
    [[nodiscard]] std::optional<long long> stale_while_revalidate() const {
        return get_number("stale-while-revalidate");
    }
    ResponseCacheControl& stale_while_revalidate(std::optional<long long> seconds) {
        return number("stale-while-revalidate", seconds);
    }

    using CacheControl::no_store;
    ResponseCacheControl& no_store(bool present) { return flag("no-store", present); }
    using CacheControl::no_transform;
    ResponseCacheControl& no_transform(bool present) { return flag("no-transform", present); }
    [[nodiscard]] bool public_() const noexcept { return contains("public"); }
    ResponseCacheControl& public_(bool present) { return flag("public", present); }
    [[nodiscard]] bool must_revalidate() const noexcept { return contains("must-revalidate"); }
    ResponseCacheControl& must_revalidate(bool present) { return flag("must-revalidate", present); }
    [[nodiscard]] bool must_understand() const noexcept { return contains("must-understand"); }
    ResponseCacheControl& must_understand(bool present) { return flag("must-understand", present); }
    [[nodiscard]] bool proxy_revalidate() const noexcept { return contains("proxy-revalidate"); }
    ResponseCacheControl& proxy_revalidate(bool present) {
        return flag("proxy-revalidate", present);
    }
    [[nodiscard]] bool immutable() const noexcept { return contains("immutable"); }
    ResponseCacheControl& immutable(bool present) { return flag("immutable", present); }

    /// Returns the fields that are not to be cached, empty text where nothing is; nothing without the directive.
    [[nodiscard]] std::optional<std::string> no_cache() const { return get("no-cache"); }
    template <std::same_as<bool> Flag>
    ResponseCacheControl& no_cache(Flag present) {
        return flag("no-cache", present);
    }
    ResponseCacheControl& no_cache(std::string_view fields) { return set("no-cache", fields); }
    /// Returns the fields that are private, empty text where all is; nothing without the directive.
    [[nodiscard]] std::optional<std::string> private_() const { return get("private"); }
    template <std::same_as<bool> Flag>
    ResponseCacheControl& private_(Flag present) {
        return flag("private", present);
    }
    ResponseCacheControl& private_(std::string_view fields) { return set("private", fields); }

private:
    ResponseCacheControl& flag(std::string_view directive, bool present) {
        put_flag(directive, present);
        return *this;
    }
    ResponseCacheControl& number(std::string_view directive, std::optional<long long> value) {
        put_number(directive, value);
        return *this;
    }
};

}  // namespace microflask
