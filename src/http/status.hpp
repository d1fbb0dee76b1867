// Status codes and their names.
#pragma once

#include <string_view>

namespace microflask::detail {

/// Returns the name of a status code, "Not Found"; empty for one that has none.
[[nodiscard]] std::string_view http_status_name(int code) noexcept;

}  // namespace microflask::detail
