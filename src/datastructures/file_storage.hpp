// One uploaded file: name, type, headers, stream, save(). Small ones are kept in memory, large ones in a temporary
// file.
#pragma once

#include "core/files.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/multi_dict.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

/// The bytes of an uploaded file, read like a file. Used by one thread at a time. Throws RuntimeError where the disk
/// fails, and ValueError once it is closed.
class UploadStream {
public:
    UploadStream() noexcept = default;
    explicit UploadStream(std::string content) noexcept
        : size_(content.size()), memory_(std::move(content)) {}
    UploadStream(detail::File file, std::uint64_t size) noexcept
        : file_(std::move(file)), size_(size) {}

    /// Reads up to `limit` bytes, to the end if none is given.
    std::string read(std::size_t limit = static_cast<std::size_t>(-1));
    /// Reads to the end of the line, its "\n" included; empty at the end.
    std::string readline(std::size_t limit = static_cast<std::size_t>(-1));
    /// Goes to a place, counted from the start; behind the end there is nothing to read.
    void seek(std::uint64_t position);
    [[nodiscard]] std::uint64_t tell() const;
    /// Returns how many bytes there are.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    /// Whether the bytes are in a temporary file.
    [[nodiscard]] bool is_on_disk() const noexcept { return file_.is_open(); }
    /// Writes what has not been read yet to a file, made or emptied.
    void save(std::string_view path);
    /// Gives the bytes up.
    void close() noexcept;
    [[nodiscard]] bool closed() const noexcept { return closed_; }

private:
    void check_open() const;
    std::size_t read_some(char* buffer, std::size_t size);

    detail::File file_;
    std::uint64_t size_ = 0;
    std::string memory_;
    std::uint64_t position_ = 0;
    bool closed_ = false;
};

/// An uploaded file (Werkzeug's `FileStorage`). Copies share the content, and where it is read.
/// The file's name is what the client says: `secure_filename` it before it becomes part of a path.
class FileStorage {
public:
    /// No file.
    FileStorage() : FileStorage(std::string()) {}
    explicit FileStorage(std::string content, std::string_view filename = {},
                         std::string_view name = {}, std::string_view content_type = {},
                         const Headers& headers = {});
    FileStorage(std::shared_ptr<UploadStream> stream, std::string_view filename,
                std::string_view name, Headers headers);

    /// Returns the file's name as the client sent it; empty where no file was chosen.
    [[nodiscard]] const std::string& filename() const noexcept { return about_->filename; }
    /// Returns the name of the form's field.
    [[nodiscard]] const std::string& name() const noexcept { return about_->name; }
    [[nodiscard]] const Headers& headers() const noexcept { return about_->headers; }
    /// Returns the Content-Type as the client sent it, often a guess from the file's name; empty where it sent none.
    [[nodiscard]] std::string content_type() const { return headers().get("Content-Type", ""); }
    /// Returns the media type in lower case, without parameters.
    [[nodiscard]] std::string mimetype() const;
    [[nodiscard]] MultiDict mimetype_params() const;
    /// Returns the part's own Content-Length field, which clients usually do not send, or 0; see `stream().size()`.
    [[nodiscard]] long long content_length() const;

    /// Returns the content.
    [[nodiscard]] UploadStream& stream() const noexcept { return *stream_; }
    /// Reads the rest.
    [[nodiscard]] std::string read() const { return stream_->read(); }
    /// Reads up to `size` bytes.
    [[nodiscard]] std::string read(std::size_t size) const { return stream_->read(size); }
    /// Reads a line with its "\n"; empty at the end.
    [[nodiscard]] std::string readline() const { return stream_->readline(); }
    void seek(std::uint64_t position) const { stream_->seek(position); }
    [[nodiscard]] std::uint64_t tell() const { return stream_->tell(); }
    /// Writes what has not been read yet to a file, made or emptied. Throws RuntimeError where that fails.
    void save(std::string_view path) const { stream_->save(path); }
    /// Gives the content up, for all copies.
    void close() const noexcept { stream_->close(); }

    /// Whether there is a file name.
    [[nodiscard]] explicit operator bool() const noexcept { return !filename().empty(); }
    /// Whether both are copies of the same file.
    friend bool operator==(const FileStorage& left, const FileStorage& right) noexcept {
        return left.stream_ == right.stream_;
    }

private:
    struct About {
        std::string filename;
        std::string name;
        Headers headers;
    };

    std::shared_ptr<UploadStream> stream_;
    std::shared_ptr<const About> about_;
};

namespace detail {

/// Takes an uploaded file in pieces, in memory first, then in a temporary file. Throws RuntimeError where the disk
/// fails.
class UploadWriter {
public:
    /// The most bytes of a file that are kept in memory.
    static constexpr std::size_t max_memory_size = 500 * 1024;

    explicit UploadWriter(std::string filename) noexcept : filename_(std::move(filename)) {}
    void write(std::string_view bytes);
    /// Ends the file and returns it.
    [[nodiscard]] FileStorage finish(std::string_view name, const Headers& headers);

private:
    std::string filename_;
    std::string memory_;
    File file_;
    std::uint64_t size_ = 0;
};

}  // namespace detail

}  // namespace microflask
