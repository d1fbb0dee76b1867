// Folders for tests that read and write files, and the wait for what another thread or process writes.
#pragma once

#include "core/files.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace test_support {

/// A folder that is gone, with all that is in it, when the object ends.
class TemporaryFolder {
public:
    TemporaryFolder() { REQUIRE(microflask::detail::is_directory(path_)); }
    ~TemporaryFolder() { remove(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Returns the path of something in it.
    [[nodiscard]] std::string operator/(std::string_view name) const {
        return microflask::detail::join_path(path_, name);
    }
    /// Writes a file, and makes the folders that it lies in; returns its path.
    std::string write(std::string_view name, std::string_view text) const {
        const std::string path = *this / name;
        REQUIRE(microflask::detail::make_directories(microflask::detail::parent_path(path)));
        REQUIRE(microflask::detail::write_file(path, text));
        return path;
    }

private:
    static void remove(const std::string& path) {
        if (microflask::detail::remove_file(path)) return;
        const auto names = microflask::detail::list_directory(path);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
            remove(microflask::detail::join_path(path, name));
        microflask::detail::remove_directory(path);
    }

    std::string path_ = microflask::detail::make_temporary_directory();
};

/// Waits until a file holds a text, as a log does soon after the answer; false where it does not come to it.
inline bool comes_to_hold(const std::string& path, std::string_view text) {
    for (int i = 0; i < 2000; ++i) {
        const std::string found = microflask::detail::read_file(path).value_or("");
        if (found.find(text) != std::string::npos) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

}  // namespace test_support
