// File name to content type.
#pragma once

#include <string_view>

namespace microflask {

/// What a file name says about its content; empty where it says nothing.
struct GuessedType {
    /// "text/css".
    std::string_view type = {};
    /// "gzip" for a name like "a.tar.gz".
    std::string_view encoding = {};
};

/// Guesses a content type from the ending of a file name or path, whatever its case.
[[nodiscard]] GuessedType guess_type(std::string_view filename) noexcept;

}  // namespace microflask
