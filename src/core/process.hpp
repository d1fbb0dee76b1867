// What the process was given: its environment variables, and where its program and sources are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace microflask::detail {

/// Returns an environment variable, if it is set.
std::optional<std::string> environment_variable(std::string_view name);

/// Sets an environment variable. Call it before other threads are started.
void set_environment_variable(const std::string& name, const std::string& value);

/// Returns all environment variables as pairs of name and value.
std::vector<std::pair<std::string, std::string>> environment_variables();

/// Returns the name of a type as people write it: "std::out_of_range".
std::string readable_type_name(const std::type_info& type);

/// Has standard input and output pass bytes as they are; on Windows they would change line ends.
void set_standard_streams_to_binary() noexcept;

/// Returns the folder of a source file where it exists on this machine, else that of the executable.
std::string source_folder(std::string_view file);

/// Returns the name of a source file without folder and extension.
std::string source_name(std::string_view file);

}  // namespace microflask::detail
