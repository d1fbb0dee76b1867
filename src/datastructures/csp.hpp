// Content-Security-Policy directives as members (CSP Level 3).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

/// The directives of a Content-Security-Policy field, in order (Werkzeug's `ContentSecurityPolicy`):
/// `policy.default_src("'self'")` sets one, `std::nullopt` removes it. A name or value with `;`, CR, LF or NUL throws
/// `std::invalid_argument`.
class ContentSecurityPolicy {
public:
    using Directive = std::pair<std::string, std::string>;
    using const_iterator = std::vector<Directive>::const_iterator;

    ContentSecurityPolicy() noexcept = default;

    /// Reads a field's value. A directive that needs a value and has none is left out.
    [[nodiscard]] static ContentSecurityPolicy from_header(std::string_view value);
    /// Writes the directives as a field's value.
    [[nodiscard]] std::string to_header() const;

    /// Returns a directive's value, if it is there; empty text where it needs none.
    [[nodiscard]] std::optional<std::string> get(std::string_view directive) const;
    [[nodiscard]] bool contains(std::string_view directive) const noexcept {
        return find(directive) != nullptr;
    }
    /// Sets a directive; one like `upgrade-insecure-requests` has an empty value.
    ContentSecurityPolicy& set(std::string_view directive, std::string_view value = {});
    /// Removes a directive, if it is there.
    ContentSecurityPolicy& remove(std::string_view directive);

    [[nodiscard]] std::optional<std::string> base_uri() const { return get("base-uri"); }
    ContentSecurityPolicy& base_uri(std::optional<std::string_view> value) {
        return put("base-uri", value);
    }
    [[nodiscard]] std::optional<std::string> child_src() const { return get("child-src"); }
    ContentSecurityPolicy& child_src(std::optional<std::string_view> value) {
        return put("child-src", value);
    }
    [[nodiscard]] std::optional<std::string> connect_src() const { return get("connect-src"); }
    ContentSecurityPolicy& connect_src(std::optional<std::string_view> value) {
        return put("connect-src", value);
    }
    [[nodiscard]] std::optional<std::string> default_src() const { return get("default-src"); }
    ContentSecurityPolicy& default_src(std::optional<std::string_view> value) {
        return put("default-src", value);
    }
    [[nodiscard]] std::optional<std::string> font_src() const { return get("font-src"); }
    ContentSecurityPolicy& font_src(std::optional<std::string_view> value) {
        return put("font-src", value);
    }
    [[nodiscard]] std::optional<std::string> form_action() const { return get("form-action"); }
    ContentSecurityPolicy& form_action(std::optional<std::string_view> value) {
        return put("form-action", value);
    }
    [[nodiscard]] std::optional<std::string> frame_ancestors() const {
        return get("frame-ancestors");
    }
    ContentSecurityPolicy& frame_ancestors(std::optional<std::string_view> value) {
        return put("frame-ancestors", value);
    }
    [[nodiscard]] std::optional<std::string> frame_src() const { return get("frame-src"); }
    ContentSecurityPolicy& frame_src(std::optional<std::string_view> value) {
        return put("frame-src", value);
    }
    [[nodiscard]] std::optional<std::string> img_src() const { return get("img-src"); }
    ContentSecurityPolicy& img_src(std::optional<std::string_view> value) {
        return put("img-src", value);
    }
    [[nodiscard]] std::optional<std::string> manifest_src() const { return get("manifest-src"); }
    ContentSecurityPolicy& manifest_src(std::optional<std::string_view> value) {
        return put("manifest-src", value);
    }
    [[nodiscard]] std::optional<std::string> media_src() const { return get("media-src"); }
    ContentSecurityPolicy& media_src(std::optional<std::string_view> value) {
        return put("media-src", value);
    }
    [[nodiscard]] std::optional<std::string> navigate_to() const { return get("navigate-to"); }
    ContentSecurityPolicy& navigate_to(std::optional<std::string_view> value) {
        return put("navigate-to", value);
    }
    [[nodiscard]] std::optional<std::string> object_src() const { return get("object-src"); }
    ContentSecurityPolicy& object_src(std::optional<std::string_view> value) {
        return put("object-src", value);
    }
    [[nodiscard]] std::optional<std::string> prefetch_src() const { return get("prefetch-src"); }
    ContentSecurityPolicy& prefetch_src(std::optional<std::string_view> value) {
        return put("prefetch-src", value);
    }
    [[nodiscard]] std::optional<std::string> plugin_types() const { return get("plugin-types"); }
    ContentSecurityPolicy& plugin_types(std::optional<std::string_view> value) {
        return put("plugin-types", value);
    }
    [[nodiscard]] std::optional<std::string> report_to() const { return get("report-to"); }
    ContentSecurityPolicy& report_to(std::optional<std::string_view> value) {
        return put("report-to", value);
    }
    [[nodiscard]] std::optional<std::string> report_uri() const { return get("report-uri"); }
    ContentSecurityPolicy& report_uri(std::optional<std::string_view> value) {
        return put("report-uri", value);
    }
    [[nodiscard]] std::optional<std::string> sandbox() const { return get("sandbox"); }
    ContentSecurityPolicy& sandbox(std::optional<std::string_view> value) {
        return put("sandbox", value);
    }
    [[nodiscard]] std::optional<std::string> script_src() const { return get("script-src"); }
    ContentSecurityPolicy& script_src(std::optional<std::string_view> value) {
        return put("script-src", value);
    }
    [[nodiscard]] std::optional<std::string> script_src_attr() const {
        return get("script-src-attr");
    }
    ContentSecurityPolicy& script_src_attr(std::optional<std::string_view> value) {
        return put("script-src-attr", value);
    }
    [[nodiscard]] std::optional<std::string> script_src_elem() const {
        return get("script-src-elem");
    }
    ContentSecurityPolicy& script_src_elem(std::optional<std::string_view> value) {
        return put("script-src-elem", value);
    }
    [[nodiscard]] std::optional<std::string> style_src() const { return get("style-src"); }
    ContentSecurityPolicy& style_src(std::optional<std::string_view> value) {
        return put("style-src", value);
    }
    [[nodiscard]] std::optional<std::string> style_src_attr() const {
        return get("style-src-attr");
    }
    ContentSecurityPolicy& style_src_attr(std::optional<std::string_view> value) {
        return put("style-src-attr", value);
    }
    [[nodiscard]] std::optional<std::string> style_src_elem() const {
        return get("style-src-elem");
    }
    ContentSecurityPolicy& style_src_elem(std::optional<std::string_view> value) {
        return put("style-src-elem", value);
    }
    [[nodiscard]] std::optional<std::string> worker_src() const { return get("worker-src"); }
    ContentSecurityPolicy& worker_src(std::optional<std::string_view> value) {
        return put("worker-src", value);
    }

    [[nodiscard]] std::size_t size() const noexcept { return directives_.size(); }
    [[nodiscard]] bool empty() const noexcept { return directives_.empty(); }
    [[nodiscard]] explicit operator bool() const noexcept { return !directives_.empty(); }
    [[nodiscard]] const_iterator begin() const noexcept { return directives_.begin(); }
    [[nodiscard]] const_iterator end() const noexcept { return directives_.end(); }
    friend bool operator==(const ContentSecurityPolicy&, const ContentSecurityPolicy&) = default;

private:
    [[nodiscard]] const Directive* find(std::string_view directive) const noexcept;
    ContentSecurityPolicy& put(std::string_view directive, std::optional<std::string_view> value) {
        return value ? set(directive, *value) : remove(directive);
    }

    std::vector<Directive> directives_;
};

/// Reads a Content-Security-Policy field.
[[nodiscard]] ContentSecurityPolicy parse_csp_header(std::string_view value);

}  // namespace microflask
