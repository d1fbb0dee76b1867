// Where templates come from: folders, text in the program, functions, and combinations of them (jinja2.loaders).
#pragma once

#include "core/config.hpp"
#include "core/function.hpp"
#include "core/list.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

class BaseLoader;

/// What a loader gives: the text of a template, and where it is from.
struct TemplateSource {
    std::string source;
    std::string filename;                // empty: it is in no file
    std::int64_t version = 0;            // the loader's own: to know whether it is still current
    const BaseLoader* loader = nullptr;  // who can say so; null: it stays as it is
};

/// Finds templates by name. Derive from it for loaders of your own. Used by several threads at once.
class BaseLoader {
public:
    BaseLoader() = default;
    virtual ~BaseLoader() = default;

    /// Returns a template; nothing where there is none of that name.
    [[nodiscard]] virtual std::optional<TemplateSource> get_source(std::string_view name) const = 0;
    /// Whether what this loader gave is what it would give now.
    [[nodiscard]] MICROFLASK_INLINE virtual bool is_current(const TemplateSource& source) const;
    /// Returns the names of all templates, sorted; throws RuntimeError where the loader cannot know them.
    [[nodiscard]] MICROFLASK_INLINE virtual std::vector<std::string> list_templates() const;

protected:
    BaseLoader(const BaseLoader&) = default;
    BaseLoader(BaseLoader&&) = default;
    BaseLoader& operator=(const BaseLoader&) = default;
    BaseLoader& operator=(BaseLoader&&) = default;
};

/// Holds a loader of any class; copies share it.
class AnyLoader {
public:
    AnyLoader() noexcept = default;
    template <class Loader>
        requires(std::derived_from<std::remove_cvref_t<Loader>, BaseLoader>)
    AnyLoader(Loader&& loader)
        : loader_(std::make_shared<std::remove_cvref_t<Loader>>(std::forward<Loader>(loader))) {}
    AnyLoader(std::shared_ptr<BaseLoader> loader) noexcept : loader_(std::move(loader)) {}

    [[nodiscard]] const BaseLoader* get() const noexcept { return loader_.get(); }
    const BaseLoader* operator->() const noexcept { return loader_.get(); }
    explicit operator bool() const noexcept { return loader_ != nullptr; }

private:
    std::shared_ptr<BaseLoader> loader_;
};

/// Loads templates from folders, the first that has one. Names are separated by "/" and never lead out of the folder.
class FileSystemLoader : public BaseLoader {
public:
    explicit FileSystemLoader(std::string folder) { folders_.push_back(std::move(folder)); }
    explicit FileSystemLoader(const char* folder) : FileSystemLoader(std::string(folder)) {}
    FileSystemLoader(std::initializer_list<std::string> folders)
        : folders_(folders.begin(), folders.end()) {}

    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;
    [[nodiscard]] MICROFLASK_INLINE bool is_current(const TemplateSource& source) const override;
    [[nodiscard]] MICROFLASK_INLINE std::vector<std::string> list_templates() const override;

private:
    detail::List<std::string> folders_;
};

/// Loads templates from text in the program.
class DictLoader : public BaseLoader {
public:
    DictLoader() = default;
    DictLoader(std::initializer_list<std::pair<const std::string, std::string>> templates);
    DictLoader(const std::map<std::string, std::string>& templates);

    /// Sets the text of a template. Not while another thread loads templates.
    DictLoader& set(std::string name, std::string source);
    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;
    [[nodiscard]] MICROFLASK_INLINE bool is_current(const TemplateSource& source) const override;
    [[nodiscard]] MICROFLASK_INLINE std::vector<std::string> list_templates() const override;

private:
    struct Item {
        std::string name;
        std::string source;
        std::int64_t version = 0;
    };
    detail::List<Item> items_;
    std::int64_t version_ = 0;
};

/// Asks a function for the text of a template; it returns std::optional<std::string>, or TemplateSource in one.
class FunctionLoader : public BaseLoader {
public:
    using Load = detail::Function<std::optional<TemplateSource>(std::string_view)>;

    template <class Callable>
        requires(std::is_invocable_v<Callable&, std::string_view> &&
                 !std::derived_from<std::remove_cvref_t<Callable>, BaseLoader>)
    explicit FunctionLoader(Callable load) {
        using Result = std::invoke_result_t<Callable&, std::string_view>;
        if constexpr (std::is_convertible_v<Result, std::optional<TemplateSource>>) {
            load_ = Load(std::move(load));
        } else {
            load_ = Load([load = std::move(load)](std::string_view name) mutable {
                std::optional<std::string> text = load(name);
                std::optional<TemplateSource> source;
                if (text) source.emplace().source = std::move(*text);
                return source;
            });
        }
    }

    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;

private:
    Load load_;
};

/// Asks several loaders, one after the other.
class ChoiceLoader : public BaseLoader {
public:
    ChoiceLoader() = default;
    ChoiceLoader(std::initializer_list<AnyLoader> loaders)
        : loaders_(loaders.begin(), loaders.end()) {}

    ChoiceLoader& add(AnyLoader loader) {
        loaders_.push_back(std::move(loader));
        return *this;
    }
    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;
    [[nodiscard]] MICROFLASK_INLINE std::vector<std::string> list_templates() const override;

private:
    detail::List<AnyLoader> loaders_;
};

/// Asks the loader whose prefix a name has: "app1/index.html".
class PrefixLoader : public BaseLoader {
public:
    PrefixLoader(std::initializer_list<std::pair<std::string, AnyLoader>> loaders,
                 std::string delimiter = "/")
        : loaders_(loaders.begin(), loaders.end()), delimiter_(std::move(delimiter)) {}

    [[nodiscard]] MICROFLASK_INLINE std::optional<TemplateSource> get_source(
        std::string_view name) const override;
    [[nodiscard]] MICROFLASK_INLINE std::vector<std::string> list_templates() const override;

private:
    detail::List<std::pair<std::string, AnyLoader>> loaders_;
    std::string delimiter_;
};

namespace detail {

/// Returns a template's name as a path below a folder: without empty parts and "."; nothing where it leads elsewhere
/// (jinja2.loaders.split_template_path).
std::optional<std::string> template_path(std::string_view name);

}  // namespace detail

}  // namespace microflask
