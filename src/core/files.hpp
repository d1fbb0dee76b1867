// Reads, writes, stats and lists files. Paths are UTF-8 on every system; "/" separates them, on
// Windows "\" too. A path with a NUL inside names nothing.
#pragma once

#include "core/config.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask::detail {

/// What the file system says about a path; symbolic links are followed.
struct FileStatus {
    bool exists = false;
    bool is_directory = false;
    bool is_regular = false;
    std::uint64_t size = 0;
    std::int64_t modified_nanoseconds = 0;  // since 1970

    [[nodiscard]] std::int64_t modified_seconds() const noexcept {
        return modified_nanoseconds / 1'000'000'000 -
               (modified_nanoseconds % 1'000'000'000 < 0 ? 1 : 0);
    }
};

FileStatus file_status(std::string_view path);
bool is_directory(std::string_view path);
bool is_regular_file(std::string_view path);

/// Owns an open file. Used by one thread at a time; `read_at` by any number, while nobody writes.
class File {
public:
    File() noexcept = default;
    File(File&& other) noexcept : handle_(std::exchange(other.handle_, invalid)) {}
    File& operator=(File&& other) noexcept {
        File old(std::move(other));
        std::swap(handle_, old.handle_);
        return *this;
    }
    ~File() { close(); }

    /// Opens a file for reading; not a directory. Not open where that fails.
    static File open(std::string_view path);
    /// Makes a file, or empties the one there is, for reading and writing.
    static File create(std::string_view path);
    /// Opens a file for writing at its end, made where it is missing.
    static File append(std::string_view path);
    /// Makes a file without a name, for reading and writing, that is gone when it is closed.
    static File temporary();

    [[nodiscard]] bool is_open() const noexcept { return handle_ != invalid; }
    explicit operator bool() const noexcept { return is_open(); }
    /// Returns the descriptor; on Windows the HANDLE. The file still owns it.
    [[nodiscard]] std::intptr_t handle() const noexcept { return handle_; }

    /// Reads up to `size` bytes; 0 at the end, nothing on failure.
    std::optional<std::size_t> read(char* buffer, std::size_t size);
    /// Reads up to `size` bytes from a place, without moving the place where `read` goes on (on
    /// Windows, it moves).
    std::optional<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t size) const;
    /// Writes all bytes; whether that succeeded.
    bool write(std::string_view bytes);
    /// Goes to a place, counted from the start.
    bool seek(std::uint64_t offset);
    [[nodiscard]] FileStatus status() const;
    void close() noexcept;

private:
    static constexpr std::intptr_t invalid = -1;
    explicit File(std::intptr_t handle) noexcept : handle_(handle) {}

    std::intptr_t handle_ = invalid;
};

/// Returns the bytes of a file; nothing where it cannot be read or is larger than that.
std::optional<std::string> read_file(std::string_view path,
                                     std::size_t maximum = static_cast<std::size_t>(-1));
/// Replaces the contents of a file, made where it is missing; whether that succeeded.
bool write_file(std::string_view path, std::string_view bytes);

/// Returns the names in a directory, sorted, without "." and ".."; nothing where it cannot be read.
std::optional<std::vector<std::string>> list_directory(std::string_view path);
/// Makes a directory, and those above it; whether it is there now.
bool make_directories(std::string_view path);
/// Makes one directory; whether it was made.
bool make_directory(std::string_view path);
bool remove_file(std::string_view path);
/// Removes an empty directory.
bool remove_directory(std::string_view path);
/// Gives a file another name, in the place of what has that name.
bool rename_file(std::string_view from, std::string_view to);

/// Returns where temporary files belong.
std::string temporary_directory();
/// Makes an empty file with a name of its own, which nobody removes; empty text on failure.
std::string make_temporary_file(std::string_view prefix = "microflask-");
/// Makes an empty directory with a name of its own, which nobody removes; empty text on failure.
std::string make_temporary_directory(std::string_view prefix = "microflask-");

std::string current_directory();
/// Returns the path of the running program; empty where the system does not say.
std::string current_executable_path();

constexpr bool is_path_separator(char c, bool windows) noexcept {
    return c == '/' || (windows && c == '\\');
}
bool is_absolute_path(std::string_view path) noexcept;
/// Returns the path without "." and "..", as far as that can be said without looking (Python's
/// `normpath`).
std::string normal_path(std::string_view path);
/// Returns the normal path, from the root.
std::string absolute_path(std::string_view path);
/// Returns the path of what is there, from the root and without symbolic links; empty where nothing is.
std::string real_path(std::string_view path);
/// Puts a path below another; an absolute second path is returned as it is (Python's
/// `os.path.join`).
std::string join_path(std::string_view directory, std::string_view path);
/// Returns what stands before the last separator, empty where there is none (Python's `dirname`).
std::string_view parent_path(std::string_view path) noexcept;
/// Returns what stands behind the last separator (Python's `basename`).
std::string_view path_name(std::string_view path) noexcept;
/// Returns the extension with its dot; leading dots begin none (Python's `splitext`).
std::string_view path_extension(std::string_view path) noexcept;

/// UTF-8 to the wide text of Windows' functions, and back.
std::wstring to_wide(std::string_view text);
std::string from_wide(std::wstring_view text);

}  // namespace microflask::detail
