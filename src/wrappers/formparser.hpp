// Turns a request's body into form fields and files, within limits (application/x-www-form-urlencoded and
// multipart/form-data). Bodies that are malformed or cut off make an empty form, as in Werkzeug.
#pragma once

#include "datastructures/file_storage.hpp"
#include "datastructures/multi_dict.hpp"
#include "gateway/streams.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace microflask {

/// What a form parser refuses with RequestEntityTooLarge; none for no limit.
struct FormLimits {
    /// The most bytes of one multipart field that is no file, and of an urlencoded body.
    std::optional<std::uint64_t> max_form_memory_size = {};
    /// The most parts of a multipart body.
    std::optional<std::uint64_t> max_form_parts = {};
};

/// A parsed form.
struct FormData {
    MultiDict form = {};
    BasicMultiDict<FileStorage> files = {};
    /// Whether the body was a form, and so has been read.
    bool parsed = false;
};

/// Parses forms (Werkzeug's `FormDataParser`).
class FormDataParser {
public:
    explicit FormDataParser(const FormLimits& limits = {}, bool silent = true) noexcept
        : limits_(limits), silent_(silent) {}

    /// Reads a body of that media type. Other types leave the stream alone. Throws RequestEntityTooLarge, and, unless
    /// silent, ValueError for a malformed body.
    [[nodiscard]] FormData parse(InputStream& stream, std::string_view mimetype,
                                 std::optional<std::uint64_t> content_length,
                                 const MultiDict& parameters) const;

private:
    void parse_multipart(InputStream& stream, std::string_view boundary, FormData& data) const;
    void parse_urlencoded(InputStream& stream, std::optional<std::uint64_t> content_length,
                          FormData& data) const;

    FormLimits limits_;
    bool silent_;
};

}  // namespace microflask
