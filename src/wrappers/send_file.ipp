// The bodies of send_file.hpp.
#include "wrappers/send_file.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/platform.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"
#include "http/mimetypes.hpp"
#include "http/urls.hpp"
#include "security/safe_join.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

MICROFLASK_INLINE std::optional<std::string> FileStream::next() {
    constexpr std::uint64_t piece_size = 65536;
    if (!file_ || done_ >= region_.length) return std::nullopt;
    std::string piece(static_cast<std::size_t>((std::min)(piece_size, region_.length - done_)),
                      '\0');
    const auto count = file_->read_at(region_.offset + done_, piece.data(), piece.size());
    // A file that became shorter, or cannot be read any more, must not look like a whole one.
    if (!count || *count == 0)
        throw std::runtime_error("A file that is being sent could not be read to its end");
    piece.resize(*count);
    done_ += *count;
    return piece;
}

MICROFLASK_INLINE std::shared_ptr<BodyStream> FileStream::range(std::uint64_t start,
                                                                std::uint64_t length) const {
    start = (std::min)(start, region_.length);
    length = (std::min)(length, region_.length - start);
    return std::make_shared<FileStream>(file_, region_.offset + start, length);
}

/// The letters of U+00A0 to U+024F without their marks; "?" for what has none.
inline constexpr std::string_view nearest_ascii_latin =
    " ??????? ?a???? ??23 ??? "
    "1o?????AAAAAA?CEEEEIIII?NOOOOO??UUUUY??aaaaaa?ceeeeiiii?nooooo??uuuuy?yAaAaAaCc"
    "CcCcCcDd??EeEeEeEeEeGgGgGgGgHh??IiIiIiIiI???JjKk?LlLlLlLl??NnNnNnn??OoOoOo??"
    "RrRrRrSsSsSsSsTtTt??UuUuUuUu"
    "UuUuWwYyYZzZzZzs????????????????????????????????Oo?????????????Uu????????????????????????????"
    "AaIiOoUuUuU"
    "uUuUu?AaAa????GgKkOoOo??j???Gg??NnAa????AaAaEeEeIiIiOoOoRrRrUuUuSsTt??Hh??????AaEeOoOoOoOoYy??"
    "??????????"
    "????????????????";
static_assert(nearest_ascii_latin.size() == 0x1b0);

/// The same for U+1E00 to U+1EFF.
inline constexpr std::string_view nearest_ascii_more_latin =
    "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRr"
    "RrSsSsSsSs"
    "SsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyas????"
    "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOo"
    "OoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy??????";
static_assert(nearest_ascii_more_latin.size() == 0x100);

/// Returns what a code point of several letters decomposes into; empty for all others.
MICROFLASK_INLINE std::string_view nearest_ascii_letters(char32_t code) noexcept {
    switch (code) {
    case 0xbc: return "14";
    case 0xbd: return "12";
    case 0xbe: return "34";
    case 0x132: return "IJ";
    case 0x133: return "ij";
    case 0x1c4:
    case 0x1f1: return "DZ";
    case 0x1c5:
    case 0x1f2: return "Dz";
    case 0x1c6:
    case 0x1f3: return "dz";
    case 0x1c7: return "LJ";
    case 0x1c8: return "Lj";
    case 0x1c9: return "lj";
    case 0x1ca: return "NJ";
    case 0x1cb: return "Nj";
    case 0x1cc: return "nj";
    case 0x2024: return ".";
    case 0x2025: return "..";
    case 0x2026: return "...";
    case 0x2017:
    case 0x202f:
    case 0x203e:
    case 0x205f:
    case 0x3000: return " ";
    case 0x2116: return "No";
    case 0x2120: return "SM";
    case 0x2122: return "TM";
    case 0x212a: return "K";
    case 0x212b: return "A";
    case 0xfb00: return "ff";
    case 0xfb01: return "fi";
    case 0xfb02: return "fl";
    case 0xfb03: return "ffi";
    case 0xfb04: return "ffl";
    case 0xfb05:
    case 0xfb06: return "st";
    default: return code >= 0x2000 && code <= 0x200a ? " " : "";
    }
}

MICROFLASK_INLINE std::string nearest_ascii(std::string_view text) {
    std::string ascii;
    while (!text.empty()) {
        const char32_t code = next_code_point(text);
        char letter = '?';
        if (code < 0x80) {
            ascii += static_cast<char>(code);
        } else if (code >= 0xa0 && code - 0xa0 < nearest_ascii_latin.size()) {
            letter = nearest_ascii_latin[code - 0xa0];
        } else if (code >= 0x1e00 && code - 0x1e00 < nearest_ascii_more_latin.size()) {
            letter = nearest_ascii_more_latin[code - 0x1e00];
        } else if (code >= 0xff01 && code <= 0xff5e) {
            ascii += static_cast<char>(code - 0xff01 + 0x21);
        } else if (code == 0x2070 || (code >= 0x2074 && code <= 0x2079)) {
            letter = static_cast<char>('0' + (code - 0x2070));
        } else if (code >= 0x2080 && code <= 0x2089) {
            letter = static_cast<char>('0' + (code - 0x2080));
        } else if (code >= 0x2460 && code <= 0x2468) {  // in circles
            letter = static_cast<char>('1' + (code - 0x2460));
        }
        if (letter != '?') {
            ascii += letter;
        } else if (code >= 0x80) {
            ascii += nearest_ascii_letters(code);
        }
    }
    return ascii;
}

MICROFLASK_INLINE std::uint32_t send_file_adler32(std::string_view bytes) noexcept {
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    for (const char byte : bytes) {
        low = (low + static_cast<unsigned char>(byte)) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

MICROFLASK_INLINE std::string send_file_time_text(const FileStatus& status) {
    const std::int64_t seconds = status.modified_seconds();
    const std::int64_t nanoseconds = status.modified_nanoseconds - seconds * 1'000'000'000;
    return double_to_text(static_cast<double>(seconds) + 1e-9 * static_cast<double>(nanoseconds));
}

/// "attachment; filename=...", with a second, UTF-8 name (RFC 6266, appendix D) where the first cannot say it.
MICROFLASK_INLINE std::string send_file_disposition(std::string_view name, bool as_attachment) {
    const std::string_view kind = as_attachment ? "attachment" : "inline";
    bool is_ascii = true;
    for (const char character : name)
        is_ascii = is_ascii && static_cast<unsigned char>(character) < 0x80;
    if (is_ascii) return concat({kind, "; filename=", quote_header_value(name)});
    return concat({kind, "; filename=", quote_header_value(nearest_ascii(name)),
                   "; filename*=UTF-8''", url_quote(name, "!#$&+-.^_`|~")});
}

/// What is sent, whether it is a file or bytes.
struct SendFileSource {
    Body body;
    std::string path;  // absolute; empty for bytes
    std::uint64_t size = 0;
    std::optional<std::chrono::system_clock::time_point> modified;
    std::string automatic_etag;
};

MICROFLASK_INLINE Response send_source(SendFileSource source, const SendFileOptions& options,
                                       const SendFileContext& context) {
    Headers headers;
    const std::string_view name =
        options.download_name.empty() ? path_name(source.path) : options.download_name;
    std::string mimetype(options.mimetype);
    if (mimetype.empty()) {
        if (name.empty()) {
            throw ValueError(
                "Unable to detect the MIME type because a file name is not available. Either set "
                "'download_name', pass "
                "a path instead of a file, or set 'mimetype'.");
        }
        const auto guess = guess_type(name);
        mimetype =
            guess.type.empty() ? std::string("application/octet-stream") : std::string(guess.type);
        // Browsers would unpack an attachment before they save it.
        if (!guess.encoding.empty() && !options.as_attachment)
            headers.set("Content-Encoding", guess.encoding);
    }
    if (!name.empty()) {
        headers.set("Content-Disposition", send_file_disposition(name, options.as_attachment));
    } else if (options.as_attachment) {
        throw ValueError(
            "No name provided for attachment. Either set 'download_name' or pass a path instead of "
            "a file.");
    }
    const bool by_front_server = context.use_x_sendfile && !source.path.empty();
    if (by_front_server) headers.set("X-Sendfile", source.path);
    Response response(by_front_server ? Body() : std::move(source.body), 200, std::move(headers),
                      {.mimetype = mimetype, .direct_passthrough = true});
    response.content_length(static_cast<long long>(source.size));
    const auto modified = options.last_modified ? options.last_modified : source.modified;
    if (modified) response.last_modified(*modified);
    if (!options.max_age) {
        response.headers().set("Cache-Control", "no-cache");
    } else {
        const std::string age = std::to_string(*options.max_age);
        const std::string_view kind = *options.max_age > 0 ? "public" : "no-cache";
        response.headers().set("Cache-Control", concat({kind, ", max-age=", age}));
        response.expires(std::chrono::system_clock::now() + std::chrono::seconds(*options.max_age));
    }
    if (options.etag.text()) {
        response.set_etag(*options.etag.text());
    } else if (options.etag.automatic() && !source.automatic_etag.empty()) {
        response.set_etag(source.automatic_etag);
    }
    if (options.conditional && context.environ) {
        response.make_conditional(
            *context.environ,
            {.accept_ranges = "bytes", .complete_length = static_cast<long long>(source.size)});
        if (response.status_code() == 304) response.headers().remove("X-Sendfile");
    }
    return response;
}

MICROFLASK_INLINE Response send_file(std::string_view path, const SendFileOptions& options,
                                     const SendFileContext& context) {
    SendFileSource source;
    source.path =
        context.root_path.empty() ? absolute_path(path) : join_path(context.root_path, path);
    const auto file = std::make_shared<const File>(File::open(source.path));
    // The status is that of the open file: nothing can come between.
    const FileStatus status = file->is_open() ? file->status() : FileStatus{};
    if (!status.is_regular) throw NotFound();
    source.size = status.size;
    source.modified =
        std::chrono::system_clock::time_point(std::chrono::seconds(status.modified_seconds()));
    if (options.etag.automatic()) {
        source.automatic_etag =
            concat({send_file_time_text(status), "-", std::to_string(status.size), "-",
                    std::to_string(send_file_adler32(source.path))});
    }
    source.body = Body(std::make_shared<FileStream>(file, 0, status.size));
    return send_source(std::move(source), options, context);
}

MICROFLASK_INLINE Response send_bytes(std::string bytes, const SendFileOptions& options,
                                      const SendFileContext& context) {
    SendFileSource source;
    source.size = bytes.size();
    source.body = Body(std::move(bytes));
    return send_source(std::move(source), options, context);
}

MICROFLASK_INLINE Response send_from_directory(std::string_view directory,
                                               std::string_view untrusted_path,
                                               const SendFileOptions& options,
                                               const SendFileContext& context) {
    const std::optional<std::string> path = safe_join(directory, untrusted_path);
    if (!path) throw NotFound();
    // A link may lead anywhere within the folder, never out of it.
    const auto place = [&context](std::string_view name) {
        return real_path(join_path(context.root_path, name));
    };
    const std::string folder = place(directory.empty() ? "." : directory);
    const std::string file = place(*path);
    const bool inside = !folder.empty() && file.starts_with(folder) &&
                        (is_path_separator(folder.back(), MICROFLASK_OS_WINDOWS != 0) ||
                         is_path_separator(file[folder.size()], MICROFLASK_OS_WINDOWS != 0));
    if (!inside) throw NotFound();
    return send_file(*path, options, context);
}

}  // namespace detail

MICROFLASK_INLINE std::string secure_filename(std::string_view untrusted_name) {
    constexpr bool on_windows = MICROFLASK_OS_WINDOWS != 0;
    std::string name;
    bool gap = false;
    for (const char character : detail::nearest_ascii(untrusted_name)) {
        const bool separates = detail::is_ascii_space(character) || character == '/' ||
                               (character >= '\x1c' && character <= '\x1f') ||
                               (on_windows && character == '\\');
        if (separates) {
            gap = true;
            continue;
        }
        if (gap && !name.empty()) name += '_';
        gap = false;
        if (detail::is_ascii_alnum(character) || character == '_' || character == '.' ||
            character == '-') {
            name += character;
        }
    }
    name = std::string(detail::trim(name, "._"));
    // What is left of the name can only be refused for being a device.
    const bool is_device = !detail::safe_join_parts("folder", {name}, detail::PathRules::windows);
    if (on_windows && is_device) name.insert(0, 1, '_');
    return name;
}

}  // namespace microflask
