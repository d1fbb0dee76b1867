// A response that is a file; secure_filename.
#pragma once

#include "core/config.hpp"
#include "core/files.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "wrappers/response.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

/// Whether and how a file gets an entity tag: `true` (made of time, size and path), `false`, or a text of one's own.
class EtagChoice {
public:
    EtagChoice(bool automatic) noexcept : automatic_(automatic) {}
    EtagChoice(const char* text) : automatic_(false), text_(text) {}
    EtagChoice(std::string_view text) : automatic_(false), text_(text) {}
    EtagChoice(const std::string& text) : automatic_(false), text_(text) {}
    [[nodiscard]] bool automatic() const noexcept { return automatic_; }
    [[nodiscard]] const std::optional<std::string>& text() const noexcept { return text_; }

private:
    bool automatic_;
    std::optional<std::string> text_;
};

/// How a file is sent.
struct SendFileOptions {
    /// The media type; guessed from the name where empty.
    std::string_view mimetype = {};
    /// Whether browsers should save the file rather than show it.
    bool as_attachment = false;
    /// The name to save it under; the path's last part where empty.
    std::string_view download_name = {};
    /// Whether to answer conditional and Range requests.
    bool conditional = true;
    EtagChoice etag = true;
    /// The file's own time where none is given.
    std::optional<std::chrono::system_clock::time_point> last_modified = {};
    /// How many seconds it may be cached; none means that it is checked each time.
    std::optional<long long> max_age = {};
};

/// Returns a file name that is safe to store: ASCII letters, digits, "-", "_" and ".", no folders. May be empty.
[[nodiscard]] std::string secure_filename(std::string_view untrusted_name);

namespace detail {

/// Part of an open file as a body; the server may send it by itself. Copies made by `range` share the file.
class FileStream final : public BodyStream {
public:
    FileStream(std::shared_ptr<const File> file, std::uint64_t offset,
               std::uint64_t length) noexcept
        : file_(std::move(file)), region_{file_->handle(), offset, length} {}

    MICROFLASK_INLINE std::optional<std::string> next() override;
    void close() override { file_.reset(); }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return region_.length; }
    [[nodiscard]] const FileRegion* file() const override { return file_ ? &region_ : nullptr; }
    /// Returns the part of this part that begins at `start`.
    [[nodiscard]] std::shared_ptr<BodyStream> range(std::uint64_t start,
                                                    std::uint64_t length) const;

private:
    std::shared_ptr<const File> file_;
    FileRegion region_;
    std::uint64_t done_ = 0;
};

/// Returns the ASCII letters nearest to a text (NFKD, the rest dropped), as far as Latin letters go.
[[nodiscard]] std::string nearest_ascii(std::string_view text);

/// zlib's checksum (RFC 1950, section 8).
[[nodiscard]] std::uint32_t send_file_adler32(std::string_view bytes) noexcept;
/// Returns a file's time as Python writes it, which is how Werkzeug's entity tags begin.
[[nodiscard]] std::string send_file_time_text(const FileStatus& status);

/// What the framework adds to SendFileOptions.
struct SendFileContext {
    /// The request to answer conditionally; null for none.
    const Environ* environ = nullptr;
    /// Where relative paths begin; the working directory if empty.
    std::string_view root_path = {};
    /// Whether the server in front sends the file itself (X-Sendfile).
    bool use_x_sendfile = false;
};

/// Sends a file. Throws NotFound where there is none, and RequestedRangeNotSatisfiable.
[[nodiscard]] Response send_file(std::string_view path, const SendFileOptions& options,
                                 const SendFileContext& context = {});
/// Sends bytes in memory as a file; a name or a media type must be given.
[[nodiscard]] Response send_bytes(std::string bytes, const SendFileOptions& options,
                                  const SendFileContext& context = {});
/// Sends a file below a folder, named by a stranger. Throws NotFound where it is not there.
[[nodiscard]] Response send_from_directory(std::string_view directory,
                                           std::string_view untrusted_path,
                                           const SendFileOptions& options,
                                           const SendFileContext& context = {});

}  // namespace detail

}  // namespace microflask
