// Bodies of the streams: reading to a limit or a line's end, and what a response body is made from.
#include "gateway/streams.hpp"

#include "core/config.hpp"
#include "core/list.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// The pieces of a list, one after the other.
class PiecesStream final : public BodyStream {
public:
    explicit PiecesStream(std::vector<std::string> pieces) noexcept : pieces_(std::move(pieces)) {}

    std::optional<std::string> next() override {
        if (position_ == pieces_.size()) return std::nullopt;
        return std::move(pieces_[position_++]);
    }
    void close() override {
        pieces_.clear();
        position_ = 0;
    }
    [[nodiscard]] std::optional<std::uint64_t> size() const override {
        std::uint64_t bytes = 0;
        for (std::size_t i = position_; i < pieces_.size(); ++i) bytes += pieces_[i].size();
        return bytes;
    }

private:
    std::vector<std::string> pieces_;
    std::size_t position_ = 0;
};

/// What runs when a body is closed. Copies of a body share it, and whichever is closed first empties it.
struct BodyCloseHooks {
    List<Function<void()>> functions;
};

}  // namespace detail

MICROFLASK_INLINE std::string InputStream::read(std::size_t limit) {
    // Grows with what arrives, never with what was announced.
    constexpr std::size_t first_step = 4096;
    std::string bytes;
    std::size_t used = 0;
    while (used < limit) {
        if (used == bytes.size()) bytes.resize((std::min)(limit, (std::max)(first_step, used * 2)));
        const std::size_t count = read(bytes.data() + used, bytes.size() - used);
        if (count == 0) break;
        used += count;
    }
    bytes.resize(used);
    return bytes;
}

MICROFLASK_INLINE std::string InputStream::readline(std::size_t limit) {
    std::string line;
    char letter = '\0';
    while (line.size() < limit && read(&letter, 1) == 1) {
        line += letter;
        if (letter == '\n') break;
    }
    return line;
}

MICROFLASK_INLINE std::size_t MemoryInputStream::read(char* buffer, std::size_t size) {
    const std::size_t count = (std::min)(size, rest_.size());
    if (count == 0) return 0;
    std::memcpy(buffer, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
}

MICROFLASK_INLINE Body::Body(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const std::string_view piece : pieces) size += piece.size();
    text_.reserve(size);
    for (const std::string_view piece : pieces) text_ += piece;
}

MICROFLASK_INLINE Body::Body(std::vector<std::string> pieces)
    : stream_(std::make_shared<detail::PiecesStream>(std::move(pieces))) {}

MICROFLASK_INLINE std::optional<std::uint64_t> Body::size() const {
    if (stream_) return stream_->size();
    return text_taken_ ? 0 : text_.size();
}

MICROFLASK_INLINE std::optional<std::string> Body::next() {
    if (stream_) return stream_->next();
    if (text_taken_) return std::nullopt;
    text_taken_ = true;
    return std::move(text_);
}

MICROFLASK_INLINE std::string Body::read() {
    std::string bytes;
    while (std::optional<std::string> piece = next()) {
        if (bytes.empty()) {
            bytes = std::move(*piece);
        } else {
            bytes += *piece;
        }
    }
    return bytes;
}

MICROFLASK_INLINE void Body::on_close(detail::Function<void()> function) {
    if (!hooks_) hooks_ = std::make_shared<detail::BodyCloseHooks>();
    hooks_->functions.push_back(std::move(function));
}

MICROFLASK_INLINE void Body::close() {
    const std::shared_ptr<BodyStream> stream = std::exchange(stream_, nullptr);
    const std::shared_ptr<detail::BodyCloseHooks> hooks = std::exchange(hooks_, nullptr);
    text_taken_ = true;
    std::exception_ptr failure;
    const auto guarded = [&failure](auto&& step) {
        try {
            step();
        } catch (...) {  // every step is taken; the first failure is thrown on below
            if (!failure) failure = std::current_exception();
        }
    };
    if (stream) guarded([&stream] { stream->close(); });
    if (hooks) {
        const detail::List<detail::Function<void()>> functions =
            std::exchange(hooks->functions, {});
        for (const detail::Function<void()>& function : functions) guarded(function);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace microflask
