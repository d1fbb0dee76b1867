// The rules of Werkzeug 3.2, and three stricter ones: no NUL anywhere; on Windows no colon (drives,
// streams) and no name of dots and blanks only.
#include "security/safe_join.hpp"

#include "core/config.hpp"
#include "core/platform.hpp"
#include "core/text.hpp"

#include <array>
#include <cstddef>
#include <vector>

namespace microflask::detail {

MICROFLASK_INLINE PathRules safe_join_native_rules() noexcept {
    return MICROFLASK_OS_WINDOWS != 0 ? PathRules::windows : PathRules::posix;
}

/// Returns the path without ".", empty and redundant segments (Python's `posixpath.normpath`).
MICROFLASK_INLINE std::string safe_join_normalize(std::string_view path) {
    std::vector<std::string_view> segments;
    const bool is_absolute = !path.empty() && path.front() == '/';
    for (const std::string_view segment : split(path, '/')) {
        if (segment.empty() || segment == ".") continue;
        if (segment != ".." || (segments.empty() && !is_absolute) ||
            (!segments.empty() && segments.back() == "..")) {
            segments.push_back(segment);
        } else if (!segments.empty()) {
            segments.pop_back();
        }
    }
    std::string normal(is_absolute ? "/" : "");
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (i > 0) normal += '/';
        normal += segments[i];
    }
    return normal.empty() ? "." : normal;
}

/// Whether Windows opens a device by this name, whatever its folder, case, extension and blanks.
MICROFLASK_INLINE bool safe_join_is_device(std::string_view segment) {
    static constexpr std::array<std::string_view, 6> names = {"aux",     "con", "conin$",
                                                              "conout$", "nul", "prn"};
    const std::string name = to_lower(trim(segment.substr(0, segment.find('.'))));
    for (const std::string_view device : names) {
        if (name == device) return true;
    }
    const std::string_view port = std::string_view(name).substr(0, 3);
    if (port != "com" && port != "lpt") return false;
    // A digit from 1, or one of the three superscript digits of Latin-1, here in UTF-8.
    const std::string_view number = std::string_view(name).substr(3);
    if (number.size() == 1) return number[0] >= '1' && number[0] <= '9';
    return number == "\xc2\xb9" || number == "\xc2\xb2" || number == "\xc2\xb3";
}

MICROFLASK_INLINE bool safe_join_is_safe_on_windows(std::string_view path) {
    if (path.find_first_of("\\:") != std::string_view::npos) return false;
    for (const std::string_view segment : split(path, '/')) {
        // Windows drops blanks and dots at the end, so ".. " could become "..".
        if (segment != "." && trim(segment, ". ").empty()) return false;
        if (safe_join_is_device(segment)) return false;
    }
    return true;
}

MICROFLASK_INLINE std::optional<std::string> safe_join_parts(
    std::string_view directory, std::initializer_list<std::string_view> untrusted,
    PathRules rules) {
    // An empty directory must not make the first untrusted part the trusted one.
    std::string joined(directory.empty() ? "." : directory);
    for (const std::string_view part : untrusted) {
        if (part.find('\0') != std::string_view::npos) return std::nullopt;
        // As in Python, joining nothing leaves a slash at the end.
        const std::string normal = part.empty() ? std::string() : safe_join_normalize(part);
        if (normal.starts_with('/') || normal == ".." || normal.substr(0, 3) == "../")
            return std::nullopt;
        if (rules == PathRules::windows && !safe_join_is_safe_on_windows(normal))
            return std::nullopt;
        if (joined.back() != '/') joined += '/';
        joined += normal;
    }
    return joined;
}

}  // namespace microflask::detail
