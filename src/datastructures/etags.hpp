// Strong and weak entity tags and their comparison (RFC 9110, section 8.8.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// A set of entity tags, without their quotes (Werkzeug's `ETags`).
class ETags {
public:
    using const_iterator = std::vector<std::string>::const_iterator;

    ETags() noexcept = default;
    explicit ETags(std::vector<std::string> strong_etags, std::vector<std::string> weak_etags = {},
                   bool star_tag = false);

    /// Reads a field's value; tags without quotes are let in.
    [[nodiscard]] static ETags from_header(std::string_view value);
    /// Writes the tags as a field's value.
    [[nodiscard]] std::string to_header() const;

    /// Whether the field is `*`, which contains all.
    [[nodiscard]] bool star_tag() const noexcept { return star_tag_; }
    [[nodiscard]] bool is_weak(std::string_view etag) const noexcept;
    [[nodiscard]] bool is_strong(std::string_view etag) const noexcept;
    /// Whether a tag is among the strong ones.
    [[nodiscard]] bool contains(std::string_view etag) const noexcept {
        return star_tag_ || is_strong(etag);
    }
    /// Whether a tag is among the strong or weak ones.
    [[nodiscard]] bool contains_weak(std::string_view etag) const noexcept {
        return is_weak(etag) || contains(etag);
    }
    /// Whether a tag in quotes is contained: a weak one is compared with all, a strong one with the strong.
    [[nodiscard]] bool contains_raw(std::string_view etag) const;
    /// Returns the strong tags, and the weak ones behind them if asked for.
    [[nodiscard]] std::vector<std::string> as_set(bool include_weak = false) const;

    [[nodiscard]] explicit operator bool() const noexcept {
        return star_tag_ || !strong_.empty() || !weak_.empty();
    }
    /// The number of strong tags.
    [[nodiscard]] std::size_t size() const noexcept { return strong_.size(); }
    [[nodiscard]] const_iterator begin() const noexcept { return strong_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return strong_.end(); }

private:
    std::vector<std::string> strong_;
    std::vector<std::string> weak_;
    bool star_tag_ = false;
};

/// Puts an entity tag into quotes; throws ValueError for one with a quote inside.
[[nodiscard]] std::string quote_etag(std::string_view etag, bool weak = false);

/// Takes the quotes off an entity tag; the second says whether it is weak.
[[nodiscard]] std::pair<std::string, bool> unquote_etag(std::string_view etag);

/// Reads a list of entity tags, or `*`.
[[nodiscard]] ETags parse_etags(std::string_view value);

}  // namespace microflask
