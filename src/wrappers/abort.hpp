// abort(404), abort(401, "why"), or with a whole response.
#pragma once

#include "http/exceptions.hpp"
#include "wrappers/response.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

namespace detail {

/// Asked first by `abort(code)`: throws what the current application has for the code, else returns.
using AbortHook = void (*)(int code, const std::optional<std::string>& description);
inline std::atomic<AbortHook> abort_hook{nullptr};
[[noreturn]] void abort_with(int code, const std::optional<std::string>& description);

}  // namespace detail

/// Throws the HTTPException of a status code. A code that has none throws LookupError.
[[noreturn]] void abort(int code);
/// The same with a description for the page.
[[noreturn]] void abort(int code, std::string_view description);
/// Throws an HTTPException that carries a response of its own.
[[noreturn]] void abort(const Response& response);

}  // namespace microflask
