// The page that debug mode shows for an exception. It can be read, and nothing else: no console, no script.
#pragma once

#include "gateway/environ.hpp"
#include "wrappers/response.hpp"

#include <exception>

namespace microflask {

class RequestContext;

namespace detail {

/// Whether whoever asks may see it: the server debugs, and the client is on this machine, by a host name that means this
/// machine, with no proxy between.
[[nodiscard]] bool may_see_debug_page(const Environ& request);

/// Makes the page: the exception, the template or the view that it came from with the lines around, the route and the
/// request. Secrets (cookies, authorization) are left out.
[[nodiscard]] Response make_debug_page(RequestContext& context, const std::exception_ptr& error);

}  // namespace detail

}  // namespace microflask
