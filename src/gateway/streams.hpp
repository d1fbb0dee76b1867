// Request bodies that end where they should, and response bodies that come whole, in pieces or as a file.
#pragma once

#include "core/config.hpp"
#include "core/function.hpp"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// A request's body (`wsgi.input`), read once from front to end by one thread at a time.
class InputStream {
public:
    virtual ~InputStream() = default;

    /// Reads up to `size` bytes, waiting for the client where it must; 0 only at the end (or for size 0).
    /// Throws ClientDisconnected, RequestTimeout, or RequestEntityTooLarge, as the server finds it.
    virtual std::size_t read(char* buffer, std::size_t size) = 0;

    /// Reads up to `limit` bytes to the end and returns them.
    std::string read(std::size_t limit = static_cast<std::size_t>(-1));
    /// Reads to the end of the line, its "\n" included; empty at the end of the body.
    std::string readline(std::size_t limit = static_cast<std::size_t>(-1));
};

/// A body that is already in memory; it does not own the bytes.
class MemoryInputStream : public InputStream {
public:
    MemoryInputStream() noexcept = default;
    explicit MemoryInputStream(std::string_view bytes) noexcept : rest_(bytes) {}
    MICROFLASK_INLINE std::size_t read(char* buffer, std::size_t size) override;
    using InputStream::read;

private:
    std::string_view rest_;
};

/// Part of an open file, for servers that can send it without copying.
struct FileRegion {
    std::intptr_t handle = -1;  // a descriptor; a HANDLE on Windows
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// A response body that comes in pieces. Used by one thread at a time; `close` is called exactly once by its owner.
class BodyStream {
public:
    virtual ~BodyStream() = default;
    /// Returns the next piece, which may be empty, or nothing at the end.
    virtual std::optional<std::string> next() = 0;
    /// Ends the stream early or late; releases what it holds.
    virtual void close() {}
    /// Returns the whole length, where it is known before the first piece.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
    /// Returns the file behind the body, where there is one.
    [[nodiscard]] virtual const FileRegion* file() const { return nullptr; }
};

namespace detail {

struct BodyCloseHooks;

/// The pieces that a callable gives, until it gives nothing.
template <class Generator>
class GeneratorStream final : public BodyStream {
public:
    explicit GeneratorStream(Generator generator) : generator_(std::move(generator)) {}

    std::optional<std::string> next() override {
        if (!generator_) return std::nullopt;
        std::optional<std::string> piece = (*generator_)();
        if (!piece) generator_.reset();
        return piece;
    }
    void close() override { generator_.reset(); }

private:
    std::optional<Generator> generator_;
};

}  // namespace detail

/// A response body: text, or a stream of pieces (PEP 3333's iterable with `close`). Made implicitly from text, from a
/// range of texts, and from a generator: a callable that returns `std::optional<std::string>`, nothing at the end.
/// Copies share a stream.
class Body {
public:
    Body() noexcept = default;
    Body(const char* text) : text_(text) {}
    Body(const std::string& text) : text_(text) {}
    Body(std::string&& text) noexcept : text_(std::move(text)) {}
    Body(std::string_view text) : text_(text) {}
    Body(std::initializer_list<std::string_view> pieces);
    Body(std::shared_ptr<BodyStream> stream) noexcept : stream_(std::move(stream)) {}
    Body(std::vector<std::string> pieces);
    template <class Generator>
        requires std::is_invocable_r_v < std::optional<std::string>, std::decay_t<Generator>
    & > Body(Generator&& generator)
        : stream_(std::make_shared<detail::GeneratorStream<std::decay_t<Generator>>>(
              std::forward<Generator>(generator))) {}

    /// Whether the body comes in pieces; otherwise `text()` is all of it.
    [[nodiscard]] bool is_streamed() const noexcept { return stream_ != nullptr; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] std::string& text() noexcept { return text_; }
    [[nodiscard]] const std::shared_ptr<BodyStream>& stream() const noexcept { return stream_; }
    /// Returns the length in bytes, where it is known.
    [[nodiscard]] std::optional<std::uint64_t> size() const;

    /// Returns the next piece: the text once, or what the stream gives; nothing at the end.
    std::optional<std::string> next();
    /// Reads everything that is left into one text.
    std::string read();
    /// Runs `function` when the body is closed, after what closes it already.
    void on_close(detail::Function<void()> function);
    /// Whether there is something to be closed: plain text has nothing.
    [[nodiscard]] bool needs_close() const noexcept {
        return stream_ != nullptr || hooks_ != nullptr;
    }
    /// Ends the body. Servers call it once, after the last piece or when the client is gone.
    void close();

private:
    std::string text_;
    std::shared_ptr<BodyStream> stream_;
    std::shared_ptr<detail::BodyCloseHooks> hooks_;
    bool text_taken_ = false;
};

namespace detail {

/// Has a body sent, and closes it whatever happens (PEP 3333: "regardless of whether the request completed").
template <class Send>
void send_and_close(Body& body, const Send& send) {
    try {
        send(body);
    } catch (...) {  // goes on as soon as the body is closed
        if (body.needs_close()) body.close();
        throw;
    }
    if (body.needs_close()) body.close();
}

}  // namespace detail

}  // namespace microflask
