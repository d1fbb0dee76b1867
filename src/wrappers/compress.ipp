// The body of compress.hpp.
#include "wrappers/compress.hpp"

#include "core/config.hpp"
#include "core/deflate.hpp"
#include "datastructures/accept.hpp"
#include "datastructures/etags.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// A stream as gzip; each piece leaves as soon as it came.
class GzipStream final : public BodyStream {
public:
    explicit GzipStream(Body body) : body_(std::move(body)) {}

    MICROFLASK_INLINE std::optional<std::string> next() override;
    void close() override { body_.close(); }

private:
    Body body_;
    GzipCompressor compressor_;
    bool ended_ = false;
};

MICROFLASK_INLINE std::optional<std::string> GzipStream::next() {
    if (ended_) return std::nullopt;
    const std::optional<std::string> piece = body_.next();
    ended_ = !piece;
    if (ended_) return compressor_.finish();
    if (piece->empty()) return std::string();
    std::string compressed = compressor_.write(*piece);
    return compressed += compressor_.flush();
}

/// Whether text of that media type shrinks.
MICROFLASK_INLINE bool is_compressible(std::string_view mimetype) {
    if (mimetype.starts_with("text/") || mimetype.ends_with("+json") || mimetype.ends_with("+xml"))
        return mimetype != "text/event-stream";
    for (const std::string_view type :
         {"application/json", "application/javascript", "application/xml"}) {
        if (mimetype == type) return true;
    }
    return false;
}

/// Whether a client asks for gzip, and not more for the plain body.
MICROFLASK_INLINE bool accepts_gzip(const Environ& environ) {
    const Accept accept =
        Accept::from_header(environ.field("Accept-Encoding").value_or(std::string_view{}));
    const double gzip = accept.quality("gzip");
    for (const auto& [value, quality] : accept) {
        if (value == "identity" && quality > gzip) return false;
    }
    return gzip > 0;
}

}  // namespace detail

MICROFLASK_INLINE Response& compress_response(Response& response, const Environ& environ,
                                              const CompressOptions& options) {
    const int status = response.status_code();
    const std::optional<std::uint64_t> size = response.calculate_content_length();
    const bool has_body =
        status >= 200 && status < 600 && status != 204 && status != 206 && status != 304;
    if (!has_body || response.direct_passthrough() ||
        (response.is_streamed() && !options.streams) || (size && *size < options.minimum_size) ||
        response.headers().contains("Content-Encoding") ||
        response.headers().contains("Content-Range") ||
        std::as_const(response).cache_control().no_transform() ||
        !detail::is_compressible(response.mimetype().value_or(""))) {
        return response;
    }
    // Whoever asks otherwise gets another body, so caches must know even where this one stays as it is.
    response.vary().add("Accept-Encoding");
    if (!detail::accepts_gzip(environ)) return response;

    if (response.is_streamed()) {
        response.headers().remove("Content-Length");
        response.body(Body(std::make_shared<detail::GzipStream>(response.body())));
    } else {
        std::string compressed = detail::gzip_compress(response.body().text());
        if (compressed.size() >= response.body().text().size()) return response;
        response.set_data(std::move(compressed));
    }
    response.content_encoding("gzip");
    // A range would be one of the compressed bytes, and an equal tag would promise equal bytes.
    response.headers().remove("Accept-Ranges");
    response.headers().remove("Content-MD5");
    if (const auto etag = response.get_etag()) response.set_etag(etag->first, true);
    return response;
}

}  // namespace microflask
