// Bodies of config.hpp.
#include "flask/config.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/process.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "json/reader.hpp"

#include <vector>

namespace microflask {

MICROFLASK_INLINE void Config::setdefault(std::string_view key, Json value) {
    if (!contains(key)) assign(key, std::move(value));
}

namespace detail {

/// Whether a name is one that Flask takes as a setting: it has letters, and none of them is lower case.
MICROFLASK_INLINE bool is_config_name(std::string_view name) {
    bool has_letter = false;
    for (const char c : name) {
        if (c >= 'a' && c <= 'z') return false;
        has_letter = has_letter || is_ascii_alpha(c);
    }
    return has_letter;
}

}  // namespace detail

MICROFLASK_INLINE bool Config::from_mapping(const Json& mapping) {
    for (const auto& [key, value] : mapping.items()) {
        if (detail::is_config_name(key)) assign(key, value);
    }
    return true;
}

MICROFLASK_INLINE std::optional<std::string> Config::read_config_file(std::string_view filename,
                                                                      bool silent) const {
    const std::string path = detail::join_path(root_path_, filename);
    std::optional<std::string> text = detail::read_file(path);
    if (!text && !silent) {
        throw RuntimeError("Unable to load configuration file (No such file or directory): '" +
                           path + "'");
    }
    return text;
}

MICROFLASK_INLINE bool Config::from_file(std::string_view filename, bool silent) {
    const std::optional<std::string> text = read_config_file(filename, silent);
    if (!text) return false;
    try {
        return from_mapping(Json::parse(*text));
    } catch (const JsonDecodeError& error) {
        throw RuntimeError("Unable to load configuration file (" + std::string(error.what()) +
                           "): '" + detail::join_path(root_path_, filename) + "'");
    }
}

MICROFLASK_INLINE bool Config::from_envvar(std::string_view variable_name, bool silent) {
    const std::optional<std::string> filename = detail::environment_variable(variable_name);
    if (!filename || filename->empty()) {
        if (silent) return false;
        throw RuntimeError("The environment variable '" + std::string(variable_name) +
                           "' is not set and as such configuration could not be loaded. Set this "
                           "variable and make "
                           "it point to a configuration file");
    }
    return from_file(*filename, silent);
}

MICROFLASK_INLINE bool Config::from_prefixed_env(std::string_view prefix) {
    const std::string start = std::string(prefix) + "_";
    std::vector<std::pair<std::string, std::string>> variables = detail::environment_variables();
    detail::sort_items(variables, [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [name, text] : variables) {
        if (!std::string_view(name).starts_with(start)) continue;
        Json value;
        try {
            value = Json::parse(text);
        } catch (const JsonDecodeError&) {
            value = Json(text);  // as in Flask: what is no JSON is text
        }
        std::string_view key = std::string_view(name).substr(start.size());
        if (key.find("__") == std::string_view::npos) {
            assign(key, std::move(value));
            continue;
        }
        Json* place = &values_;
        for (std::size_t at = key.find("__"); at != std::string_view::npos; at = key.find("__")) {
            place = &(*place)[key.substr(0, at)];
            if (!place->is_object()) *place = Json::object();
            key.remove_prefix(at + 2);
        }
        (*place)[key] = std::move(value);
    }
    note_debug();
    return true;
}

MICROFLASK_INLINE Json Config::get_namespace(std::string_view name_space, bool lowercase,
                                             bool trim_namespace) const {
    Json result = Json::object();
    for (const auto& [name, value] : values_.items()) {
        if (!std::string_view(name).starts_with(name_space)) continue;
        const std::string_view key = trim_namespace
                                         ? std::string_view(name).substr(name_space.size())
                                         : std::string_view(name);
        result[lowercase ? detail::to_lower(key) : std::string(key)] = value;
    }
    return result;
}

}  // namespace microflask
