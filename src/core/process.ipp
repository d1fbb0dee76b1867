// Bodies of process.hpp.
#include "core/process.hpp"

#include "core/config.hpp"
#include "core/files.hpp"
#include "core/os_headers.hpp"
#include "core/platform.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace microflask::detail {

MICROFLASK_INLINE std::optional<std::string> environment_variable(std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    if (!value) return std::nullopt;
    return std::string(value);
}

#if MICROFLASK_OS_WINDOWS
MICROFLASK_INLINE void set_environment_variable(const std::string& name, const std::string& value) {
    _putenv_s(name.c_str(), value.c_str());
}
#else
MICROFLASK_INLINE void set_environment_variable(const std::string& name, const std::string& value) {
    setenv(name.c_str(), value.c_str(), 1);
}
#endif

#if MICROFLASK_OS_MACOS || MICROFLASK_OS_BSD
// POSIX has it; these systems leave the declaration to the program. With C's linkage it is the one variable, though
// it is declared in here.
extern "C" char** environ;
MICROFLASK_INLINE char** environment_block() {
    return environ;
}
#elif !MICROFLASK_OS_WINDOWS
MICROFLASK_INLINE char** environment_block() {
    return ::environ;
}
#endif

#if MICROFLASK_OS_WINDOWS
MICROFLASK_INLINE std::vector<std::pair<std::string, std::string>> environment_variables() {
    std::vector<std::pair<std::string, std::string>> variables;
    wchar_t* const block = GetEnvironmentStringsW();
    for (const wchar_t* entry = block; entry && *entry;) {
        const std::wstring_view wide(entry);
        entry += wide.size() + 1;
        const std::string text = from_wide(wide);
        const std::size_t equals = text.find('=', 1);  // a name may begin with "=" on this system
        if (equals != std::string::npos)
            variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    if (block) FreeEnvironmentStringsW(block);
    return variables;
}

MICROFLASK_INLINE void set_standard_streams_to_binary() noexcept {
    ::_setmode(::_fileno(stdin), _O_BINARY);
    ::_setmode(::_fileno(stdout), _O_BINARY);
}
#else
MICROFLASK_INLINE void set_standard_streams_to_binary() noexcept {}

MICROFLASK_INLINE std::vector<std::pair<std::string, std::string>> environment_variables() {
    std::vector<std::pair<std::string, std::string>> variables;
    for (char** entry = environment_block(); entry && *entry; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos) {
            variables.emplace_back(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return variables;
}
#endif

MICROFLASK_INLINE std::string source_folder(std::string_view file) {
    const std::string folder = absolute_path(parent_path(file));
    if (file_status(join_path(folder, path_name(file))).is_regular) return folder;
    return std::string(parent_path(current_executable_path()));
}

MICROFLASK_INLINE std::string source_name(std::string_view file) {
    const std::string_view name = path_name(file);
    return std::string(name.substr(0, name.size() - path_extension(name).size()));
}

#if defined(_MSC_VER)
MICROFLASK_INLINE std::string readable_type_name(const std::type_info& type) {
    std::string_view name = type.name();  // "class std::out_of_range"
    for (const std::string_view kind : {"class ", "struct "})
        if (name.starts_with(kind)) name.remove_prefix(kind.size());
    return std::string(name);
}
#else
MICROFLASK_INLINE std::string readable_type_name(const std::type_info& type) {
    int status = 0;
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    const std::unique_ptr<char, Free> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status));
    return status == 0 ? name.get() : type.name();
}
#endif

}  // namespace microflask::detail
