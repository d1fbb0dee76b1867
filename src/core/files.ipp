// Reads, writes, stats and lists files: the bodies.
#include "core/files.hpp"

#include "core/os_headers.hpp"
#include "core/platform.hpp"
#include "core/sort.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace microflask::detail {

inline constexpr bool files_are_windows = MICROFLASK_OS_WINDOWS != 0;

/// Whether the system can be asked about a path: it would take a NUL for the end.
MICROFLASK_INLINE bool is_usable_path(std::string_view path) noexcept {
    return !path.empty() && path.find('\0') == std::string_view::npos;
}

// ---- the same on every system

MICROFLASK_INLINE bool is_directory(std::string_view path) {
    return file_status(path).is_directory;
}

MICROFLASK_INLINE bool is_regular_file(std::string_view path) {
    return file_status(path).is_regular;
}

MICROFLASK_INLINE std::optional<std::string> read_file(std::string_view path, std::size_t maximum) {
    File file = File::open(path);
    if (!file) return std::nullopt;
    const std::uint64_t expected = file.status().size;
    if (expected > maximum) return std::nullopt;
    std::string bytes(static_cast<std::size_t>(expected) + 1, '\0');
    std::size_t filled = 0;
    for (;;) {
        const auto count = file.read(bytes.data() + filled, bytes.size() - filled);
        if (!count) return std::nullopt;
        filled += *count;
        if (filled > maximum) return std::nullopt;
        if (*count == 0) break;
        if (filled == bytes.size()) bytes.resize(filled + filled / 2 + 4096);
    }
    bytes.resize(filled);
    return bytes;
}

MICROFLASK_INLINE bool write_file(std::string_view path, std::string_view bytes) {
    File file = File::create(path);
    return file && file.write(bytes);
}

MICROFLASK_INLINE bool make_directories(std::string_view path) {
    if (is_directory(path)) return true;
    const std::string_view parent = parent_path(path);
    if (!parent.empty() && parent.size() < path.size() && !make_directories(parent)) return false;
    return make_directory(path) || is_directory(path);
}

/// Returns how much of a path is its root: "/", "//", "C:/", "C:" or "//server/share/".
MICROFLASK_INLINE std::size_t path_root_size(std::string_view path) noexcept {
    const auto separator_at = [&](std::size_t i) {
        return i < path.size() && is_path_separator(path[i], files_are_windows);
    };
    if (files_are_windows && path.size() >= 2 && path[1] == ':') return separator_at(2) ? 3 : 2;
    if (!separator_at(0)) return 0;
    if (!separator_at(1) || separator_at(2)) return 1;
    if (!files_are_windows) return 2;
    std::size_t at = 2;
    for (int part = 0; part < 2; ++part) {
        while (at < path.size() && !separator_at(at)) ++at;
        if (at < path.size()) ++at;
    }
    return at;
}

MICROFLASK_INLINE bool is_absolute_path(std::string_view path) noexcept {
    const std::size_t root = path_root_size(path);
    return root > 0 && is_path_separator(path[root - 1], files_are_windows);
}

MICROFLASK_INLINE std::string normal_path(std::string_view path) {
    const std::size_t root = path_root_size(path);
    std::string result(path.substr(0, root));
    if (files_are_windows) result = replace_all(result, "\\", "/");
    const bool rooted = is_absolute_path(path);
    std::vector<std::string_view> parts;
    for (std::size_t at = root; at < path.size();) {
        std::size_t end = at;
        while (end < path.size() && !is_path_separator(path[end], files_are_windows)) ++end;
        const std::string_view part = path.substr(at, end - at);
        at = end + 1;
        if (part.empty() || part == ".") continue;
        if (part == ".." && !parts.empty() && parts.back() != "..")
            parts.pop_back();
        else if (part != ".." || !rooted)
            parts.push_back(part);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) result += '/';
        result += parts[i];
    }
    if (result.empty()) result = ".";
    return result;
}

MICROFLASK_INLINE std::string absolute_path(std::string_view path) {
    if (is_absolute_path(path)) return normal_path(path);
    return normal_path(join_path(current_directory(), path));
}

MICROFLASK_INLINE std::string join_path(std::string_view directory, std::string_view path) {
    if (directory.empty() || path_root_size(path) > 0) return std::string(path);
    const bool separated = is_path_separator(directory.back(), files_are_windows);
    return concat({directory, separated ? "" : "/", path});
}

MICROFLASK_INLINE std::string_view parent_path(std::string_view path) noexcept {
    const std::size_t root = path_root_size(path);
    std::size_t end = path.size() - path_name(path).size();
    while (end > root && is_path_separator(path[end - 1], files_are_windows)) --end;
    return path.substr(0, end);
}

MICROFLASK_INLINE std::string_view path_name(std::string_view path) noexcept {
    const std::size_t root = path_root_size(path);
    std::size_t start = path.size();
    while (start > root && !is_path_separator(path[start - 1], files_are_windows)) --start;
    return path.substr(start);
}

MICROFLASK_INLINE std::string_view path_extension(std::string_view path) noexcept {
    const std::string_view name = path_name(path);
    const std::size_t dot = name.rfind('.');
    const std::size_t first = name.find_first_not_of('.');
    if (dot == std::string_view::npos || first == std::string_view::npos || dot < first) return {};
    return name.substr(dot);
}

MICROFLASK_INLINE std::wstring to_wide(std::string_view text) {
    std::wstring wide;
    while (!text.empty()) {
        const char32_t code_point = next_code_point(text);
        if (sizeof(wchar_t) == 2 && code_point > 0xFFFF) {
            wide += static_cast<wchar_t>(0xD800 + ((code_point - 0x10000) >> 10));
            wide += static_cast<wchar_t>(0xDC00 + ((code_point - 0x10000) & 0x3FF));
        } else {
            wide += static_cast<wchar_t>(code_point);
        }
    }
    return wide;
}

MICROFLASK_INLINE std::string from_wide(std::wstring_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto code_point = static_cast<char32_t>(text[i]);
        if (code_point >= 0xD800 && code_point < 0xDC00 && i + 1 < text.size()) {
            const auto low = static_cast<char32_t>(text[i + 1]);
            if (low >= 0xDC00 && low < 0xE000) {
                code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
                ++i;
            }
        }
        append_utf8(result, code_point);
    }
    return result;
}

#if MICROFLASK_OS_WINDOWS

// ---- Windows

MICROFLASK_INLINE HANDLE windows_handle(std::intptr_t handle) noexcept {
    return reinterpret_cast<HANDLE>(handle);
}

MICROFLASK_INLINE std::intptr_t open_windows_file(std::string_view path, DWORD access,
                                                  DWORD disposition, DWORD flags) {
    if (!is_usable_path(path)) return -1;
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    return reinterpret_cast<std::intptr_t>(
        CreateFileW(to_wide(path).c_str(), access, share, nullptr, disposition, flags, nullptr));
}

MICROFLASK_INLINE FileStatus windows_file_status(HANDLE handle) noexcept {
    FileStatus status;
    BY_HANDLE_FILE_INFORMATION information;
    if (!GetFileInformationByHandle(handle, &information)) return status;
    status.exists = true;
    status.is_directory = (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
    status.is_regular = !status.is_directory && GetFileType(handle) == FILE_TYPE_DISK;
    status.size = std::uint64_t{information.nFileSizeHigh} << 32 | information.nFileSizeLow;
    const std::uint64_t ticks = std::uint64_t{information.ftLastWriteTime.dwHighDateTime} << 32 |
                                information.ftLastWriteTime.dwLowDateTime;
    status.modified_nanoseconds = (static_cast<std::int64_t>(ticks) - 116444736000000000) * 100;
    return status;
}

MICROFLASK_INLINE FileStatus file_status(std::string_view path) {
    const std::intptr_t handle =
        open_windows_file(path, 0, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS);
    if (handle == -1) return {};
    const FileStatus status = windows_file_status(windows_handle(handle));
    CloseHandle(windows_handle(handle));
    return status;
}

MICROFLASK_INLINE File File::open(std::string_view path) {
    return File(open_windows_file(path, GENERIC_READ, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL));
}

MICROFLASK_INLINE File File::create(std::string_view path) {
    return File(open_windows_file(path, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS,
                                  FILE_ATTRIBUTE_NORMAL));
}

MICROFLASK_INLINE File File::append(std::string_view path) {
    return File(open_windows_file(path, FILE_APPEND_DATA | SYNCHRONIZE, OPEN_ALWAYS,
                                  FILE_ATTRIBUTE_NORMAL));
}

MICROFLASK_INLINE File File::temporary() {
    const std::string path = make_temporary_file();
    if (path.empty()) return File();
    return File(open_windows_file(path, GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS,
                                  FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE));
}

MICROFLASK_INLINE std::optional<std::size_t> File::read(char* buffer, std::size_t size) {
    DWORD count = 0;
    const auto wanted = static_cast<DWORD>((std::min)(size, std::size_t{1} << 30));
    if (ReadFile(windows_handle(handle_), buffer, wanted, &count, nullptr)) return count;
    if (GetLastError() == ERROR_BROKEN_PIPE || GetLastError() == ERROR_HANDLE_EOF) return 0;
    return std::nullopt;
}

MICROFLASK_INLINE std::optional<std::size_t> File::read_at(std::uint64_t offset, char* buffer,
                                                           std::size_t size) const {
    OVERLAPPED place = {};
    place.Offset = static_cast<DWORD>(offset);
    place.OffsetHigh = static_cast<DWORD>(offset >> 32);
    DWORD count = 0;
    const auto wanted = static_cast<DWORD>((std::min)(size, std::size_t{1} << 30));
    if (ReadFile(windows_handle(handle_), buffer, wanted, &count, &place)) return count;
    if (GetLastError() == ERROR_HANDLE_EOF) return 0;
    return std::nullopt;
}

MICROFLASK_INLINE bool File::write(std::string_view bytes) {
    while (!bytes.empty()) {
        DWORD count = 0;
        const auto wanted = static_cast<DWORD>((std::min)(bytes.size(), std::size_t{1} << 30));
        if (!WriteFile(windows_handle(handle_), bytes.data(), wanted, &count, nullptr) ||
            count == 0)
            return false;
        bytes.remove_prefix(count);
    }
    return true;
}

MICROFLASK_INLINE bool File::seek(std::uint64_t offset) {
    LARGE_INTEGER place;
    place.QuadPart = static_cast<LONGLONG>(offset);
    return SetFilePointerEx(windows_handle(handle_), place, nullptr, FILE_BEGIN) != 0;
}

MICROFLASK_INLINE FileStatus File::status() const {
    return is_open() ? windows_file_status(windows_handle(handle_)) : FileStatus();
}

MICROFLASK_INLINE void File::close() noexcept {
    if (is_open()) CloseHandle(windows_handle(std::exchange(handle_, invalid)));
}

MICROFLASK_INLINE std::optional<std::vector<std::string>> list_directory(std::string_view path) {
    if (!is_usable_path(path)) return std::nullopt;
    WIN32_FIND_DATAW entry;
    const HANDLE search = FindFirstFileW(to_wide(join_path(path, "*")).c_str(), &entry);
    if (search == INVALID_HANDLE_VALUE) return std::nullopt;
    struct Close {
        HANDLE search;
        ~Close() { FindClose(search); }
    } const close{search};
    std::vector<std::string> names;
    do {
        std::string name = from_wide(entry.cFileName);
        if (name != "." && name != "..") names.push_back(std::move(name));
    } while (FindNextFileW(search, &entry));
    sort_texts(names);
    return names;
}

MICROFLASK_INLINE bool make_directory(std::string_view path) {
    return is_usable_path(path) && CreateDirectoryW(to_wide(path).c_str(), nullptr);
}

MICROFLASK_INLINE bool remove_file(std::string_view path) {
    return is_usable_path(path) && DeleteFileW(to_wide(path).c_str());
}

MICROFLASK_INLINE bool remove_directory(std::string_view path) {
    return is_usable_path(path) && RemoveDirectoryW(to_wide(path).c_str());
}

MICROFLASK_INLINE bool rename_file(std::string_view from, std::string_view to) {
    return is_usable_path(from) && is_usable_path(to) &&
           MoveFileExW(to_wide(from).c_str(), to_wide(to).c_str(),
                       MOVEFILE_REPLACE_EXISTING | MOVEFILE_COPY_ALLOWED);
}

MICROFLASK_INLINE std::string temporary_directory() {
    wchar_t buffer[MAX_PATH + 1];
    const DWORD length = GetTempPathW(MAX_PATH + 1, buffer);
    if (length == 0 || length > MAX_PATH) return ".";
    return normal_path(from_wide({buffer, length}));
}

MICROFLASK_INLINE std::string make_temporary_file(std::string_view prefix) {
    wchar_t buffer[MAX_PATH + 1];
    const UINT made = GetTempFileNameW(to_wide(temporary_directory()).c_str(),
                                       to_wide(prefix).c_str(), 0, buffer);
    return made == 0 ? std::string() : replace_all(from_wide(buffer), "\\", "/");
}

MICROFLASK_INLINE std::string make_temporary_directory(std::string_view prefix) {
    const std::string path = make_temporary_file(prefix);
    return !path.empty() && remove_file(path) && make_directory(path) ? path : std::string();
}

MICROFLASK_INLINE std::string current_directory() {
    std::wstring buffer(GetCurrentDirectoryW(0, nullptr), L'\0');
    buffer.resize(GetCurrentDirectoryW(static_cast<DWORD>(buffer.size()), buffer.data()));
    return normal_path(from_wide(buffer));
}

MICROFLASK_INLINE std::string real_path(std::string_view path) {
    if (path.find('\0') != std::string_view::npos) return {};
    // To ask for no access is enough to name a file or a directory.
    const HANDLE handle = CreateFileW(to_wide(path).c_str(), 0,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                      nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (handle == INVALID_HANDLE_VALUE) return {};
    std::wstring buffer(32768, L'\0');
    buffer.resize(
        GetFinalPathNameByHandleW(handle, buffer.data(), static_cast<DWORD>(buffer.size()), 0));
    CloseHandle(handle);
    return normal_path(from_wide(buffer));
}

MICROFLASK_INLINE std::string current_executable_path() {
    std::wstring buffer(32768, L'\0');
    buffer.resize(GetModuleFileNameW(nullptr, buffer.data(), static_cast<DWORD>(buffer.size())));
    return buffer.empty() ? std::string() : normal_path(from_wide(buffer));
}

#else

// ---- POSIX

#if MICROFLASK_OS_MACOS
MICROFLASK_INLINE struct timespec posix_modification_time(const struct stat& information) noexcept {
    return information.st_mtimespec;
}
#else
MICROFLASK_INLINE struct timespec posix_modification_time(const struct stat& information) noexcept {
    return information.st_mtim;
}
#endif

MICROFLASK_INLINE FileStatus posix_file_status(const struct stat& information) noexcept {
    const struct timespec modified = posix_modification_time(information);
    FileStatus status;
    status.exists = true;
    status.is_directory = S_ISDIR(information.st_mode);
    status.is_regular = S_ISREG(information.st_mode);
    status.size = static_cast<std::uint64_t>(information.st_size);
    status.modified_nanoseconds = std::int64_t{modified.tv_sec} * 1'000'000'000 + modified.tv_nsec;
    return status;
}

MICROFLASK_INLINE int open_posix_file(std::string_view path, int flags) {
    if (!is_usable_path(path)) return -1;
    int descriptor = -1;
    do {
        descriptor = ::open(std::string(path).c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

MICROFLASK_INLINE FileStatus file_status(std::string_view path) {
    struct stat information;
    if (!is_usable_path(path) || ::stat(std::string(path).c_str(), &information) != 0) return {};
    return posix_file_status(information);
}

MICROFLASK_INLINE File File::open(std::string_view path) {
    File file(open_posix_file(path, O_RDONLY));
    if (file && file.status().is_directory) file.close();
    return file;
}

MICROFLASK_INLINE File File::create(std::string_view path) {
    return File(open_posix_file(path, O_RDWR | O_CREAT | O_TRUNC));
}

MICROFLASK_INLINE File File::append(std::string_view path) {
    return File(open_posix_file(path, O_WRONLY | O_CREAT | O_APPEND));
}

MICROFLASK_INLINE File File::temporary() {
    std::string path = join_path(temporary_directory(), "microflask-XXXXXX");
    const int descriptor = ::mkstemp(path.data());
    if (descriptor < 0) return File();
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    ::unlink(path.c_str());
    return File(descriptor);
}

MICROFLASK_INLINE std::optional<std::size_t> File::read(char* buffer, std::size_t size) {
    ssize_t count = -1;
    do {
        count = ::read(static_cast<int>(handle_), buffer, size);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return std::nullopt;
    return static_cast<std::size_t>(count);
}

MICROFLASK_INLINE std::optional<std::size_t> File::read_at(std::uint64_t offset, char* buffer,
                                                           std::size_t size) const {
    ssize_t count = -1;
    do {
        count = ::pread(static_cast<int>(handle_), buffer, size, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    if (count < 0) return std::nullopt;
    return static_cast<std::size_t>(count);
}

MICROFLASK_INLINE bool File::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(static_cast<int>(handle_), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

MICROFLASK_INLINE bool File::seek(std::uint64_t offset) {
    return ::lseek(static_cast<int>(handle_), static_cast<off_t>(offset), SEEK_SET) >= 0;
}

MICROFLASK_INLINE FileStatus File::status() const {
    struct stat information;
    if (!is_open() || ::fstat(static_cast<int>(handle_), &information) != 0) return {};
    return posix_file_status(information);
}

MICROFLASK_INLINE void File::close() noexcept {
    if (is_open()) ::close(static_cast<int>(std::exchange(handle_, invalid)));
}

MICROFLASK_INLINE std::optional<std::vector<std::string>> list_directory(std::string_view path) {
    if (!is_usable_path(path)) return std::nullopt;
    struct Close {
        void operator()(DIR* open) const { ::closedir(open); }
    };
    const std::unique_ptr<DIR, Close> directory(::opendir(std::string(path).c_str()));
    if (!directory) return std::nullopt;
    std::vector<std::string> names;
    while (const struct dirent* entry = ::readdir(directory.get())) {
        std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(std::move(name));
    }
    sort_texts(names);
    return names;
}

MICROFLASK_INLINE bool make_directory(std::string_view path) {
    return is_usable_path(path) && ::mkdir(std::string(path).c_str(), 0777) == 0;
}

MICROFLASK_INLINE bool remove_file(std::string_view path) {
    return is_usable_path(path) && ::unlink(std::string(path).c_str()) == 0;
}

MICROFLASK_INLINE bool remove_directory(std::string_view path) {
    return is_usable_path(path) && ::rmdir(std::string(path).c_str()) == 0;
}

MICROFLASK_INLINE bool rename_file(std::string_view from, std::string_view to) {
    return is_usable_path(from) && is_usable_path(to) &&
           std::rename(std::string(from).c_str(), std::string(to).c_str()) == 0;
}

MICROFLASK_INLINE std::string temporary_directory() {
    const char* chosen = std::getenv("TMPDIR");
    return chosen && is_directory(chosen) ? std::string(chosen) : std::string("/tmp");
}

MICROFLASK_INLINE std::string make_temporary_file(std::string_view prefix) {
    std::string path = join_path(temporary_directory(), concat({prefix, "XXXXXX"}));
    const int descriptor = ::mkstemp(path.data());
    if (descriptor < 0) return {};
    ::close(descriptor);
    return path;
}

MICROFLASK_INLINE std::string make_temporary_directory(std::string_view prefix) {
    std::string path = join_path(temporary_directory(), concat({prefix, "XXXXXX"}));
    return ::mkdtemp(path.data()) ? path : std::string();
}

MICROFLASK_INLINE std::string current_directory() {
    std::string buffer(256, '\0');
    while (!::getcwd(buffer.data(), buffer.size())) {
        if (errno != ERANGE) return ".";
        buffer.resize(buffer.size() * 2);
    }
    buffer.resize(buffer.find('\0'));
    return buffer;
}

MICROFLASK_INLINE std::string real_path(std::string_view path) {
    if (path.find('\0') != std::string_view::npos) return {};
    struct Free {
        void operator()(char* text) const { std::free(text); }
    };
    const std::unique_ptr<char, Free> found(::realpath(std::string(path).c_str(), nullptr));
    return found ? found.get() : std::string();
}

#if MICROFLASK_OS_MACOS
MICROFLASK_INLINE std::string current_executable_path() {
    std::uint32_t size = 0;
    ::_NSGetExecutablePath(nullptr, &size);
    std::string buffer(size, '\0');
    if (::_NSGetExecutablePath(buffer.data(), &size) != 0) return {};
    buffer.resize((std::min)(buffer.find('\0'), buffer.size()));
    return absolute_path(buffer);
}
#elif MICROFLASK_OS_FREEBSD
MICROFLASK_INLINE std::string current_executable_path() {
    int name[4] = {CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1};
    std::string buffer(4096, '\0');
    std::size_t size = buffer.size();
    if (::sysctl(name, 4, buffer.data(), &size, nullptr, 0) != 0) return {};
    buffer.resize((std::min)(buffer.find('\0'), buffer.size()));
    return buffer;
}
#else
MICROFLASK_INLINE std::string current_executable_path() {
    for (const char* link : {"/proc/self/exe", "/proc/curproc/exe"}) {
        std::string buffer(4096, '\0');
        const ssize_t size = ::readlink(link, buffer.data(), buffer.size());
        if (size > 0) return buffer.substr(0, static_cast<std::size_t>(size));
    }
    return {};
}
#endif

#endif

}  // namespace microflask::detail
