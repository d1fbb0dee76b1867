// The bodies of conditional.hpp.
#include "wrappers/conditional.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/text.hpp"
#include "datastructures/etags.hpp"
#include "datastructures/range.hpp"
#include "http/dates.hpp"
#include "security/hashing.hpp"
#include "wrappers/send_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Part of a stream that cannot be read from the middle: what stands before the part is skipped.
class SkippingStream : public BodyStream {
public:
    SkippingStream(std::shared_ptr<BodyStream> stream, std::uint64_t start,
                   std::uint64_t length) noexcept
        : stream_(std::move(stream)), skip_(start), length_(length), left_(length) {}

    std::optional<std::string> next() override {
        while (left_ > 0) {
            std::optional<std::string> piece = stream_->next();
            if (!piece) break;
            const auto skipped =
                static_cast<std::size_t>((std::min<std::uint64_t>)(skip_, piece->size()));
            skip_ -= skipped;
            piece->erase(0, skipped);
            if (piece->empty()) continue;
            if (piece->size() > left_) piece->resize(static_cast<std::size_t>(left_));
            left_ -= piece->size();
            return piece;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return length_; }

private:
    std::shared_ptr<BodyStream> stream_;
    std::uint64_t skip_;
    std::uint64_t length_;
    std::uint64_t left_;
};

MICROFLASK_INLINE Body body_range(Body body, std::uint64_t start, std::uint64_t length) {
    if (!body.is_streamed()) {
        const std::string& text = body.text();
        if (start >= text.size()) return Body(std::string());
        return Body(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(length)));
    }
    const std::shared_ptr<BodyStream>& stream = body.stream();
    Body part;
    if (const auto* file = dynamic_cast<const FileStream*>(stream.get())) {
        part = Body(file->range(start, length));
    } else {
        part = Body(std::make_shared<SkippingStream>(stream, start, length));
    }
    part.on_close([body = std::move(body)]() mutable { body.close(); });
    return part;
}

}  // namespace detail

MICROFLASK_INLINE std::string generate_etag(std::string_view data) {
    return detail::hex_encode(detail::sha1(data));
}

MICROFLASK_INLINE void remove_entity_headers(Headers& headers) {
    for (const std::string_view name :
         {"Allow", "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5",
          "Content-Range", "Content-Type", "Last-Modified"}) {
        headers.remove(name);
    }
}

MICROFLASK_INLINE void remove_hop_by_hop_headers(Headers& headers) {
    for (const std::string_view name :
         {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
          "Transfer-Encoding", "Upgrade"}) {
        headers.remove(name);
    }
}

MICROFLASK_INLINE bool is_resource_modified(const Environ& environ, const ResourceState& resource) {
    const std::string_view method = environ.request_method();
    if (method != "GET" && method != "HEAD") return false;

    bool unmodified = false;
    const auto last_modified = parse_date(resource.last_modified);
    std::optional<IfRange> if_range;
    // RFC 9110, section 13.1.5: If-Range counts only beside a Range.
    if (!resource.ignore_if_range && environ.field("Range")) {
        if_range = parse_if_range_header(environ.field("If-Range").value_or(""));
    }
    const auto modified_since = if_range && if_range->date()
                                    ? if_range->date()
                                    : parse_date(environ.field("If-Modified-Since").value_or(""));
    if (modified_since && last_modified && *last_modified <= *modified_since) unmodified = true;

    if (!resource.etag.empty()) {
        const std::string etag = unquote_etag(resource.etag).first;
        if (if_range && if_range->etag()) {
            unmodified = parse_etags(*if_range->etag()).contains(etag);
        } else {
            const ETags if_none_match = parse_etags(environ.field("If-None-Match").value_or(""));
            if (if_none_match) unmodified = if_none_match.contains_weak(etag);
            const ETags if_match = parse_etags(environ.field("If-Match").value_or(""));
            if (if_match)
                unmodified = !if_match.contains(etag);  // the strong comparison; "*" is any
        }
    }
    return !unmodified;
}

}  // namespace microflask
