// What the process was given: its environment variables, and where its program and sources are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

/// Returns an environment variable, if it is set.
std::optional<std::string> environment_variable(std::string_view name);

/// Returns all environment variables as pairs of name and value.
std::vector<std::pair<std::string, std::string>> environment_variables();

/// Returns the folder of a source file where it exists on this machine, else that of the executable.
std::string source_folder(std::string_view file);

/// Returns the name of a source file without folder and extension.
std::string source_name(std::string_view file);

}  // namespace microflask::detail
