// redirect() and append_slash_redirect().
#pragma once

#include "gateway/environ.hpp"
#include "wrappers/response.hpp"

#include <string_view>

namespace microflask {

/// Returns a response that sends the client to another URL: 301, 302, 303, 307 or 308.
[[nodiscard]] Response redirect(std::string_view location, int code = 302);

/// Returns a redirect to the request's URL with a slash at the end, relative to it.
[[nodiscard]] Response append_slash_redirect(const Environ& environ, int code = 308);

}  // namespace microflask
