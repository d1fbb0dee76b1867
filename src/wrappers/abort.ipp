// The bodies of abort.hpp, and what an HTTPException knows of responses.
#include "wrappers/abort.hpp"

#include "core/config.hpp"
#include "datastructures/headers.hpp"
#include "http/exceptions.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE HTTPException::HTTPException(const Response& response)
    : response_(std::make_shared<Response>(response)) {}

MICROFLASK_INLINE void HTTPException::response(const Response& response) {
    response_ = std::make_shared<Response>(response);
}

MICROFLASK_INLINE Response HTTPException::get_response() const {
    if (response_) return *response_;
    Headers headers;
    for (const auto& [name, value] : get_headers()) headers.add(name, value);
    // An exception without a status of its own is an error all the same.
    return Response(get_body(), code() == 0 ? 500 : code(), std::move(headers));
}

MICROFLASK_INLINE void detail::abort_with(int code, const std::optional<std::string>& description) {
    if (const AbortHook hook = abort_hook.load(std::memory_order_relaxed)) hook(code, description);
    throw_http_exception(code, description);
}

MICROFLASK_INLINE void abort(int code) {
    detail::abort_with(code, std::nullopt);
}

MICROFLASK_INLINE void abort(int code, std::string_view description) {
    detail::abort_with(code, std::string(description));
}

MICROFLASK_INLINE void abort(const Response& response) {
    throw HTTPException(response);
}

}  // namespace microflask
