// libFuzzer target: the request parser and the chunk decoder. What is found whole must be found the same way when the
// bytes arrive in pieces, and nothing may be read outside of them.
#include "microflask.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace microflask;
using namespace microflask::detail;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

/// A copy that ends exactly where the bytes do, for the sanitizer to watch.
struct Exact {
    explicit Exact(std::string_view bytes) : copy(new char[bytes.size()]), size(bytes.size()) {
        if (size != 0) std::memcpy(copy.get(), bytes.data(), size);
    }
    [[nodiscard]] std::string_view view() const { return {copy.get(), size}; }
    std::unique_ptr<char[]> copy;
    std::size_t size;
};

void parse_heads(std::string_view bytes) {
    ServerLimits limits;
    limits.request_line = 200;
    limits.header_bytes = 1000;
    limits.header_count = 10;
    std::vector<HeaderField> fields(limits.header_count);
    RequestHead head;
    const ParseResult whole = parse_request_head(bytes, limits, fields.data(), head);
    if (whole.status == ParseStatus::complete) {
        require(whole.size <= bytes.size() && whole.size >= 16);
        require(bytes.substr(whole.size - 4, 4) == "\r\n\r\n");
        require(head.framing != RequestFraming::reject);
        for (std::size_t i = 0; i < head.field_count; ++i) {
            require(!fields[i].name.empty());
            require(fields[i].value.find_first_of(std::string_view("\r\n\0", 3)) ==
                    std::string_view::npos);
        }
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const Exact part(bytes.substr(0, size));
        RequestHead part_head;
        const ParseResult result =
            parse_request_head(part.view(), limits, fields.data(), part_head);
        if (result.status == ParseStatus::complete) {
            require(whole.status == ParseStatus::complete && result.size == whole.size &&
                    size >= whole.size);
        } else if (result.status == ParseStatus::refused) {
            require(whole.status == ParseStatus::refused);
        }
    }
}

std::string decode(std::string_view bytes, std::size_t piece, ChunkDecoder::StepKind& status,
                   std::size_t& used) {
    ChunkDecoder decoder;
    std::string body;
    std::size_t at = 0;
    std::size_t arrived = 0;
    for (;;) {
        const Exact part(bytes.substr(at, arrived - at));
        const ChunkDecoder::Step step = decoder.next(part.view());
        require(step.used + step.size <= part.size);
        at += step.used;
        status = step.status;
        if (status == ChunkDecoder::StepKind::data) {
            require(step.size != 0);
            body += bytes.substr(at, step.size);
            at += step.size;
        } else if (status != ChunkDecoder::StepKind::more || arrived == bytes.size()) {
            break;
        } else {
            arrived = (std::min)(bytes.size(), arrived + piece);
        }
    }
    used = at;
    return body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Exact input({reinterpret_cast<const char*>(data), size});
    parse_heads(input.view());
    ChunkDecoder::StepKind whole_status{};
    ChunkDecoder::StepKind part_status{};
    std::size_t whole_used = 0;
    std::size_t part_used = 0;
    const std::string whole = decode(input.view(), size, whole_status, whole_used);
    const std::string part = decode(input.view(), 1, part_status, part_used);
    require(whole == part && whole_status == part_status && whole_used == part_used);

    // The server looks for a body's end as it arrives: at the same place, and not earlier.
    const ServerLimits limits;
    ChunkScan scan;
    std::size_t arrived = 0;
    while (arrived < size && !scan.has_enough(input.view().substr(0, arrived), limits)) ++arrived;
    if (whole_status == ChunkDecoder::StepKind::end)
        require(arrived == whole_used || size == arrived);
    return 0;
}
