// The bodies of formparser.hpp.
#include "wrappers/formparser.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"
#include "http/urls.hpp"
#include "wrappers/multipart.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// Turns ISO-8859-1 into UTF-8.
MICROFLASK_INLINE std::string form_text_from_latin1(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const char byte : bytes) append_utf8(text, static_cast<unsigned char>(byte));
    return text;
}

/// Decodes a field by the charset its part names; only those that clients still send, else UTF-8.
MICROFLASK_INLINE std::string decode_form_field(std::string bytes, const Headers& headers) {
    if (const auto type = headers.find("Content-Type")) {
        for (const auto& [key, value] : parse_options_header(*type).second) {
            if (key == "charset" && equals_ignoring_case(value, "iso-8859-1"))
                return form_text_from_latin1(bytes);
        }
    }
    return is_valid_utf8(bytes) ? bytes : replace_invalid_utf8(bytes);
}

/// The part that is being read.
struct FormPart {
    std::string name;
    std::string bytes;
    Headers headers;
    std::optional<UploadWriter> file;
};

}  // namespace detail

MICROFLASK_INLINE FormData FormDataParser::parse(InputStream& stream, std::string_view mimetype,
                                                 std::optional<std::uint64_t> content_length,
                                                 const MultiDict& parameters) const {
    FormData data;
    try {
        if (mimetype == "multipart/form-data") {
            data.parsed = parameters.contains("boundary");  // else nothing is read
            parse_multipart(stream, parameters.get("boundary").value_or(""), data);
        } else if (mimetype == "application/x-www-form-urlencoded") {
            data.parsed = true;
            parse_urlencoded(stream, content_length, data);
        }
    } catch (const std::invalid_argument&) {
        if (!silent_) throw;
        data.form = {};
        data.files = {};
    }
    return data;
}

MICROFLASK_INLINE void FormDataParser::parse_urlencoded(InputStream& stream,
                                                        std::optional<std::uint64_t> content_length,
                                                        FormData& data) const {
    const std::uint64_t limit = limits_.max_form_memory_size.value_or(SIZE_MAX - 1);
    if (content_length && *content_length > limit) throw RequestEntityTooLarge();
    // A body without a length is held to the same limit.
    const std::string bytes =
        stream.read(static_cast<std::size_t>((std::min<std::uint64_t>)(limit, SIZE_MAX - 1)) + 1);
    if (bytes.size() > limit) throw RequestEntityTooLarge();
    if (!detail::is_valid_utf8(bytes)) throw ValueError("Invalid form-data: the body is no UTF-8");
    for (auto& [key, value] : detail::url_decode(bytes))
        data.form.add(std::move(key), std::move(value));
}

MICROFLASK_INLINE void FormDataParser::parse_multipart(InputStream& stream,
                                                       std::string_view boundary,
                                                       FormData& data) const {
    using Kind = MultipartEvent::Kind;
    MultipartDecoder decoder(boundary, {.max_parts = limits_.max_form_parts});
    detail::FormPart part;
    std::string buffer(65536, '\0');
    for (bool ended = false; !ended;) {
        const std::size_t count = stream.read(buffer.data(), buffer.size());
        if (count == 0) {
            decoder.finish();
        } else {
            decoder.receive_data(std::string_view(buffer).substr(0, count));
        }
        for (MultipartEvent event = decoder.next_event(); event.kind != Kind::need_data;
             event = decoder.next_event()) {
            if (event.kind == Kind::epilogue) {
                ended = true;
                break;
            }
            if (event.kind != Kind::data) {
                part = {};
                part.name = event.name.value_or("");
                part.headers = std::move(event.headers);
                if (event.kind == Kind::file) part.file.emplace(std::move(event.filename));
                continue;
            }
            if (part.file) {
                part.file->write(event.data);
            } else {
                if (limits_.max_form_memory_size &&
                    part.bytes.size() + event.data.size() > *limits_.max_form_memory_size) {
                    throw RequestEntityTooLarge();
                }
                part.bytes += event.data;
            }
            if (event.more_data) continue;
            if (part.file) {
                data.files.add(part.name, part.file->finish(part.name, part.headers));
            } else {
                data.form.add(part.name,
                              detail::decode_form_field(std::move(part.bytes), part.headers));
            }
        }
    }
}

}  // namespace microflask
