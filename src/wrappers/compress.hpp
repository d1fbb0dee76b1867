// Answers compressed with gzip, for clients that take it (RFC 9110, section 8.4.1.3).
#pragma once

#include "gateway/environ.hpp"
#include "wrappers/response.hpp"

#include <cstddef>
#include <type_traits>
#include <utility>

namespace microflask {

/// What `compress_response` leaves alone.
struct CompressOptions {
    /// Shorter bodies are sent as they are, in bytes.
    std::size_t minimum_size = 500;
    /// Whether streamed bodies are compressed too: each piece at once, so that none waits for the next.
    bool streams = false;
};

/// Compresses the body with gzip where that helps: the client accepts it, the media type is one of text, JSON,
/// JavaScript, XML or SVG, and nothing speaks against it (Content-Encoding, Content-Range, `no-transform`, a file that
/// the server sends by itself). The field Vary says so to caches, and the entity tag becomes a weak one. Flask has no
/// such function; use it so:
///
///     app.after_request([](Response response) { return compress_response(response, request); });
///
/// Do not compress pages that hold a secret beside text that a stranger chose: their length tells the secret (BREACH).
Response& compress_response(Response& response, const Environ& environ,
                            const CompressOptions& options = {});
/// The same for a Request, or what points to one, as the `request` proxy does.
template <class Pointer>
    requires(!std::is_base_of_v<Environ, Pointer>)
Response& compress_response(Response& response, const Pointer& request,
                            const CompressOptions& options = {}) {
    if constexpr (requires { request.environ(); }) {
        return compress_response(response, std::as_const(request.environ()), options);
    } else {
        return compress_response(response, std::as_const((*request).environ()), options);
    }
}

}  // namespace microflask
