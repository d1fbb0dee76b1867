// Feeds bytes to the multipart decoder whole and in pieces: both must end the same way, and nothing may be read beyond
// the input. The first byte chooses the size of the pieces.
#include "microflask.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

/// Writes down what a decoder finds; "!" where it refuses the input.
std::string decode(std::string_view body, std::size_t piece_size) {
    using microflask::MultipartEvent;
    std::string found;
    try {
        microflask::MultipartDecoder decoder("b", {.max_parts = 100});
        bool ended = false;
        while (!ended) {
            const std::size_t size = (std::min)(piece_size, body.size());
            if (size == 0) {
                decoder.finish();
            } else {
                decoder.receive_data(body.substr(0, size));
                body.remove_prefix(size);
            }
            for (;;) {
                const MultipartEvent event = decoder.next_event();
                if (event.kind == MultipartEvent::Kind::need_data) break;
                ended = event.kind == MultipartEvent::Kind::epilogue;
                if (ended) break;
                if (event.kind == MultipartEvent::Kind::data) {
                    found += event.data;
                    if (!event.more_data) found += '|';
                } else {
                    found += event.name.value_or("") + "/" + event.filename + ":";
                }
            }
        }
    } catch (const std::invalid_argument&) {
        return "!";
    } catch (const microflask::RequestEntityTooLarge&) {
        return "!";
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (decode(body, body.size() + 1) != decode(body, static_cast<std::size_t>(data[0]) + 1))
        std::abort();
    return 0;
}
