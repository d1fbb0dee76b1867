// Joins a path that a stranger sent to a folder, or refuses (Werkzeug's `safe_join`). A test of the
// text alone: what links on the disk point to is not its business.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace microflask::detail {

/// Whose rules a path must obey.
enum class PathRules { posix, windows };

/// Joins by the rules of either system, wherever it runs.
[[nodiscard]] std::optional<std::string> safe_join_parts(
    std::string_view directory, std::initializer_list<std::string_view> untrusted, PathRules rules);
[[nodiscard]] PathRules safe_join_native_rules() noexcept;

}  // namespace microflask::detail

namespace microflask {

/// Returns the trusted directory joined with untrusted parts, separated by slashes; nothing where a
/// part is absolute, leads out of the directory, holds a NUL, or (on Windows) a backslash, a colon
/// or a device's name.
template <class... Parts>
    requires(std::is_convertible_v<const Parts&, std::string_view>&&...)
[[nodiscard]] std::optional<std::string> safe_join(std::string_view directory,
                                                   const Parts&... untrusted) {
    return detail::safe_join_parts(directory, {std::string_view(untrusted)...},
                                   detail::safe_join_native_rules());
}

}  // namespace microflask
