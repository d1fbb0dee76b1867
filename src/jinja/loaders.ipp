// What jinja/loaders.hpp promises.
#include "jinja/loaders.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/platform.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

MICROFLASK_INLINE std::optional<std::string> template_path(std::string_view name) {
    std::string path;
    for (const std::string_view part : split(name, '/')) {
        if (part == ".." || part.find('\0') != std::string_view::npos) return {};
        // Where "\" separates too, and "c:" is a place of its own.
        if (MICROFLASK_OS_WINDOWS && part.find_first_of("\\:") != std::string_view::npos) return {};
        if (part.empty() || part == ".") continue;
        if (!path.empty()) path += '/';
        path += part;
    }
    if (path.empty()) return {};
    return path;
}

/// Sorts names and drops those that are there twice.
MICROFLASK_INLINE void sort_template_names(std::vector<std::string>& names) {
    sort_texts(names);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (kept > 0 && names[kept - 1] == names[i]) continue;
        if (kept != i) names[kept] = std::move(names[i]);
        ++kept;
    }
    names.resize(kept);
}

/// Adds the names of the files in a folder and in those below it.
MICROFLASK_INLINE void list_template_files(const std::string& folder, const std::string& prefix,
                                           int depth, std::vector<std::string>& names) {
    constexpr int deepest = 32;
    const std::optional<std::vector<std::string>> entries = list_directory(folder);
    if (!entries || depth > deepest) return;
    for (const std::string& entry : *entries) {
        const std::string path = join_path(folder, entry);
        if (is_directory(path)) {
            list_template_files(path, concat({prefix, entry, "/"}), depth + 1, names);
        } else {
            names.push_back(prefix + entry);
        }
    }
}

}  // namespace detail

MICROFLASK_INLINE bool BaseLoader::is_current(const TemplateSource&) const {
    return true;
}

MICROFLASK_INLINE std::vector<std::string> BaseLoader::list_templates() const {
    throw RuntimeError("this loader cannot iterate over all templates");
}

MICROFLASK_INLINE std::optional<TemplateSource> FileSystemLoader::get_source(
    std::string_view name) const {
    const std::optional<std::string> path = detail::template_path(name);
    if (!path) return {};
    for (const std::string& folder : folders_) {
        TemplateSource source;
        source.filename = detail::join_path(folder, *path);
        const detail::FileStatus status = detail::file_status(source.filename);
        if (!status.is_regular) continue;
        std::optional<std::string> text = detail::read_file(source.filename);
        if (!text) continue;
        source.source = std::move(*text);
        source.version = status.modified_nanoseconds;
        source.loader = this;
        return source;
    }
    return {};
}

MICROFLASK_INLINE bool FileSystemLoader::is_current(const TemplateSource& source) const {
    const detail::FileStatus status = detail::file_status(source.filename);
    return status.is_regular && status.modified_nanoseconds == source.version;
}

MICROFLASK_INLINE std::vector<std::string> FileSystemLoader::list_templates() const {
    std::vector<std::string> names;
    for (const std::string& folder : folders_) detail::list_template_files(folder, "", 0, names);
    detail::sort_template_names(names);
    return names;
}

MICROFLASK_INLINE
DictLoader::DictLoader(std::initializer_list<std::pair<const std::string, std::string>> templates) {
    for (const std::pair<const std::string, std::string>& item : templates)
        set(item.first, item.second);
}

MICROFLASK_INLINE DictLoader::DictLoader(const std::map<std::string, std::string>& templates) {
    for (const std::pair<const std::string, std::string>& item : templates)
        set(item.first, item.second);
}

MICROFLASK_INLINE DictLoader& DictLoader::set(std::string name, std::string source) {
    ++version_;
    for (Item& item : items_) {
        if (item.name != name) continue;
        item.source = std::move(source);
        item.version = version_;
        return *this;
    }
    items_.push_back({std::move(name), std::move(source), version_});
    return *this;
}

MICROFLASK_INLINE std::optional<TemplateSource> DictLoader::get_source(
    std::string_view name) const {
    for (const Item& item : items_) {
        if (item.name == name) return TemplateSource{item.source, {}, item.version, this};
    }
    return {};
}

MICROFLASK_INLINE bool DictLoader::is_current(const TemplateSource& source) const {
    for (const Item& item : items_) {
        if (item.version == source.version) return true;
    }
    return false;
}

MICROFLASK_INLINE std::vector<std::string> DictLoader::list_templates() const {
    std::vector<std::string> names;
    for (const Item& item : items_) names.push_back(item.name);
    detail::sort_template_names(names);
    return names;
}

MICROFLASK_INLINE std::optional<TemplateSource> FunctionLoader::get_source(
    std::string_view name) const {
    return load_(name);
}

MICROFLASK_INLINE std::optional<TemplateSource> ChoiceLoader::get_source(
    std::string_view name) const {
    for (const AnyLoader& loader : loaders_) {
        if (std::optional<TemplateSource> source = loader->get_source(name)) return source;
    }
    return {};
}

MICROFLASK_INLINE std::vector<std::string> ChoiceLoader::list_templates() const {
    std::vector<std::string> names;
    for (const AnyLoader& loader : loaders_) {
        for (std::string& name : loader->list_templates()) names.push_back(std::move(name));
    }
    detail::sort_template_names(names);
    return names;
}

MICROFLASK_INLINE std::optional<TemplateSource> PrefixLoader::get_source(
    std::string_view name) const {
    const std::size_t end = name.find(delimiter_);
    if (end == std::string_view::npos) return {};
    for (const std::pair<std::string, AnyLoader>& loader : loaders_) {
        if (loader.first == name.substr(0, end)) {
            return loader.second->get_source(name.substr(end + delimiter_.size()));
        }
    }
    return {};
}

MICROFLASK_INLINE std::vector<std::string> PrefixLoader::list_templates() const {
    std::vector<std::string> names;
    for (const std::pair<std::string, AnyLoader>& loader : loaders_) {
        for (const std::string& name : loader.second->list_templates()) {
            names.push_back(detail::concat({loader.first, delimiter_, name}));
        }
    }
    detail::sort_template_names(names);
    return names;
}

}  // namespace microflask
