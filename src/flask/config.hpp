// A map of settings, filled from code, from JSON files and from the environment (Flask's `Config`).
#pragma once

#include "flask/json_item.hpp"
#include "json/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

/// The settings of an application: upper-case names to JSON values. Set while the application is set up; reading is
/// safe from any thread afterwards.
class Config {
public:
    using Item = detail::JsonItem<Config>;

    Config() : values_(Json::object()) {}
    /// Begins with these defaults; relative files are looked up under `root_path`.
    Config(std::string root_path, Json defaults)
        : values_(std::move(defaults)), root_path_(std::move(root_path)) {
        note_debug();
    }

    /// Returns a value that reads as Json (null where missing) and is set by assignment.
    Item operator[](std::string_view key) { return Item(*this, key); }
    const Json& operator[](std::string_view key) const { return at_or_null(key); }
    /// Returns a value converted to T, or the default where it is missing, null or does not convert.
    template <class T>
    [[nodiscard]] T get(std::string_view key, T default_value) const {
        return values_.template get<T>(key, std::move(default_value));
    }
    /// Returns a value, null where there is none.
    [[nodiscard]] const Json& get(std::string_view key) const { return at_or_null(key); }
    [[nodiscard]] bool contains(std::string_view key) const { return values_.contains(key); }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    void erase(std::string_view key) {
        values_.erase(key);
        note_debug();
    }
    /// Whether `DEBUG` is true.
    [[nodiscard]] bool debug() const noexcept { return debug_; }
    /// Sets a value unless there is one already.
    void setdefault(std::string_view key, Json value);
    /// All settings as one JSON object.
    [[nodiscard]] const Json& values() const noexcept { return values_; }
    [[nodiscard]] auto items() const { return values_.items(); }

    /// Takes the upper-case keys of an object. Returns true.
    bool from_mapping(const Json& mapping);
    /// Reads a JSON file, relative to root_path. A missing file throws RuntimeError, or gives false where silent.
    bool from_file(std::string_view filename, bool silent = false);
    /// Reads a file in a format of one's own: `load` makes a Json object of its text.
    template <class Load>
        requires std::is_invocable_r_v<Json, Load&, const std::string&>
    bool from_file(std::string_view filename, Load&& load, bool silent = false) {
        const std::optional<std::string> text = read_config_file(filename, silent);
        return text && from_mapping(load(*text));
    }
    /// Reads the JSON file named by an environment variable. An unset one throws RuntimeError, or gives false.
    bool from_envvar(std::string_view variable_name, bool silent = false);
    /// Takes the variables `PREFIX_NAME` of the environment: values are JSON or else text, "__" in a name nests.
    bool from_prefixed_env(std::string_view prefix = "FLASK");
    /// Returns the settings whose names begin with the namespace, as an object.
    [[nodiscard]] Json get_namespace(std::string_view name_space, bool lowercase = true,
                                     bool trim_namespace = true) const;

    [[nodiscard]] const std::string& root_path() const noexcept { return root_path_; }

    // For Item.
    [[nodiscard]] const Json& at_or_null(std::string_view key) const { return values_[key]; }
    void assign(std::string_view key, Json value) {
        values_[key] = std::move(value);
        note_debug();
    }

private:
    std::optional<std::string> read_config_file(std::string_view filename, bool silent) const;
    void note_debug() { debug_ = get<bool>("DEBUG", false); }

    Json values_;
    bool debug_ = false;  // looked up at each change, since every answer in JSON asks
    std::string root_path_;
};

}  // namespace microflask
