// The bodies of file_storage.hpp.
#include "datastructures/file_storage.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "http/field_values.hpp"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE void UploadStream::check_open() const {
    if (closed_) throw ValueError("the uploaded file is closed: read it before close()");
}

MICROFLASK_INLINE std::size_t UploadStream::read_some(char* buffer, std::size_t size) {
    if (position_ >= size_) return 0;
    auto count = static_cast<std::size_t>((std::min<std::uint64_t>)(size, size_ - position_));
    if (file_.is_open()) {
        const auto read = file_.read_at(position_, buffer, count);
        if (!read) throw RuntimeError("cannot read the temporary file of an upload");
        count = *read;
    } else {
        memory_.copy(buffer, count, static_cast<std::size_t>(position_));
    }
    position_ += count;
    return count;
}

MICROFLASK_INLINE std::string UploadStream::read(std::size_t limit) {
    check_open();
    std::string bytes;
    if (position_ >= size_) return bytes;
    bytes.resize(static_cast<std::size_t>((std::min<std::uint64_t>)(limit, size_ - position_)));
    std::size_t used = 0;
    while (used < bytes.size()) {
        const std::size_t count = read_some(bytes.data() + used, bytes.size() - used);
        if (count == 0) break;
        used += count;
    }
    bytes.resize(used);
    return bytes;
}

MICROFLASK_INLINE std::string UploadStream::readline(std::size_t limit) {
    check_open();
    std::string line;
    char buffer[1024];
    while (line.size() < limit) {
        const std::size_t count = read_some(buffer, (std::min)(sizeof buffer, limit - line.size()));
        if (count == 0) break;
        const std::size_t end = std::string_view(buffer, count).find('\n');
        if (end == std::string_view::npos) {
            line.append(buffer, count);
            continue;
        }
        line.append(buffer, end + 1);
        position_ -= count - end - 1;
        break;
    }
    return line;
}

MICROFLASK_INLINE void UploadStream::seek(std::uint64_t position) {
    check_open();
    position_ = position;
}

MICROFLASK_INLINE std::uint64_t UploadStream::tell() const {
    check_open();
    return position_;
}

MICROFLASK_INLINE void UploadStream::save(std::string_view path) {
    check_open();
    const auto failed = [path] {
        return RuntimeError(detail::concat({"cannot save the uploaded file to ", path}));
    };
    detail::File target = detail::File::create(path);
    if (!target) throw failed();
    if (!file_.is_open()) {
        const auto start = static_cast<std::size_t>((std::min)(position_, size_));
        if (!target.write(std::string_view(memory_).substr(start))) throw failed();
        position_ = size_;
        return;
    }
    std::string buffer(65536, '\0');
    while (const std::size_t count = read_some(buffer.data(), buffer.size())) {
        if (!target.write(std::string_view(buffer).substr(0, count))) throw failed();
    }
}

MICROFLASK_INLINE void UploadStream::close() noexcept {
    file_.close();
    memory_ = std::string();
    closed_ = true;
}

MICROFLASK_INLINE FileStorage::FileStorage(std::string content, std::string_view filename,
                                           std::string_view name, std::string_view content_type,
                                           const Headers& headers)
    : stream_(std::make_shared<UploadStream>(std::move(content))) {
    auto about = std::make_shared<About>(About{std::string(filename), std::string(name), headers});
    if (!content_type.empty()) about->headers.set("Content-Type", content_type);
    about_ = std::move(about);
}

MICROFLASK_INLINE FileStorage::FileStorage(std::shared_ptr<UploadStream> stream,
                                           std::string_view filename, std::string_view name,
                                           Headers headers)
    : stream_(std::move(stream)),
      about_(std::make_shared<const About>(
          About{std::string(filename), std::string(name), std::move(headers)})) {
    if (!stream_) throw ValueError("a FileStorage needs a stream");
}

MICROFLASK_INLINE std::string FileStorage::mimetype() const {
    return detail::to_lower(parse_options_header(content_type()).first);
}

MICROFLASK_INLINE MultiDict FileStorage::mimetype_params() const {
    MultiDict parameters;
    for (const auto& [key, value] : parse_options_header(content_type()).second)
        parameters.add(key, value);
    return parameters;
}

MICROFLASK_INLINE long long FileStorage::content_length() const {
    const std::string_view value = detail::trim(headers().find("Content-Length").value_or(""));
    return static_cast<long long>(detail::parse_unsigned(value, LLONG_MAX).value_or(0));
}

namespace detail {

MICROFLASK_INLINE void UploadWriter::write(std::string_view bytes) {
    if (!file_.is_open() && memory_.size() + bytes.size() <= max_memory_size) {
        memory_ += bytes;
        size_ += bytes.size();
        return;
    }
    if (!file_.is_open()) {
        file_ = File::temporary();
        if (!file_ || !file_.write(memory_))
            throw RuntimeError("cannot write a temporary file for an upload");
        memory_ = std::string();
    }
    if (!file_.write(bytes)) throw RuntimeError("cannot write the temporary file of an upload");
    size_ += bytes.size();
}

MICROFLASK_INLINE FileStorage UploadWriter::finish(std::string_view name, const Headers& headers) {
    auto stream = file_.is_open() ? std::make_shared<UploadStream>(std::move(file_), size_)
                                  : std::make_shared<UploadStream>(std::move(memory_));
    return FileStorage(std::move(stream), filename_, name, headers);
}

}  // namespace detail

}  // namespace microflask
