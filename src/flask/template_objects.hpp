// What templates see of an application: request, session, g and config, url_for and get_flashed_messages.
#pragma once

#include "core/config.hpp"
#include "jinja/boxes.hpp"
#include "jinja/environment.hpp"
#include "json/value.hpp"
#include "wrappers/request.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace microflask::detail {

class AppState;

/// Adds Flask's globals to an environment.
void add_template_globals(Environment& environment, AppState& app);

/// `request`: the attributes that Flask's has, read when they are asked for.
class TemplateRequest final : public TemplateObject {
public:
    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    [[nodiscard]] MICROFLASK_INLINE bool is_true() const override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;
};

/// An object that stands for a dict which is only known when it is asked for.
class TemplateDictProxy : public TemplateObject {
public:
    /// Returns the dict.
    [[nodiscard]] virtual TemplateValue dict() const = 0;

    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    MICROFLASK_INLINE bool call_method(RenderState& state, std::string_view name,
                                       const TemplateArguments& arguments,
                                       TemplateValue& result) override;
    MICROFLASK_INLINE bool item(RenderState& state, const TemplateValue& key,
                                TemplateValue& value) override;
    [[nodiscard]] MICROFLASK_INLINE bool is_iterable() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue iterate() override;
    [[nodiscard]] MICROFLASK_INLINE bool length(std::size_t& count) const override;
    [[nodiscard]] MICROFLASK_INLINE bool contains(const TemplateValue& value, bool& found) override;
    [[nodiscard]] MICROFLASK_INLINE bool is_mapping() const noexcept override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;
};

/// `session`.
class TemplateSessionProxy final : public TemplateDictProxy {
public:
    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue dict() const override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    [[nodiscard]] MICROFLASK_INLINE bool is_true() const override;
};

/// `g`: values of the types that a template value is made of, and of those that the application named.
class TemplateGlobalsProxy final : public TemplateDictProxy {
public:
    explicit TemplateGlobalsProxy(AppState& app) noexcept : app_(&app) {}

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue dict() const override;
    MICROFLASK_INLINE bool attribute(RenderState& state, std::string_view name,
                                     TemplateValue& value) override;
    [[nodiscard]] MICROFLASK_INLINE bool is_true() const override;
    MICROFLASK_INLINE void append_repr(std::string& out) const override;

private:
    AppState* app_;
};

/// `request.args`, `request.form`, `request.headers`: names with values, perhaps several of one name.
class TemplateMultiDict final : public TemplateDictProxy {
public:
    explicit TemplateMultiDict(const MultiDict& values) noexcept : values_(&values) {}
    explicit TemplateMultiDict(const Headers& headers) noexcept : headers_(&headers) {}

    [[nodiscard]] MICROFLASK_INLINE std::string_view type_name() const noexcept override;
    [[nodiscard]] MICROFLASK_INLINE TemplateValue dict() const override;
    MICROFLASK_INLINE bool call_method(RenderState& state, std::string_view name,
                                       const TemplateArguments& arguments,
                                       TemplateValue& result) override;
    MICROFLASK_INLINE bool item(RenderState& state, const TemplateValue& key,
                                TemplateValue& value) override;

private:
    const MultiDict* values_ = nullptr;
    const Headers* headers_ = nullptr;
};

}  // namespace microflask::detail
