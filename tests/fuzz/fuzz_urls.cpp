// Any bytes as urls: nothing may crash, and nothing may be thrown but what is documented.
#include "microflask.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace microflask;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(detail::url_unquote_plus(text));
    try {
        static_cast<void>(detail::uri_to_iri(detail::iri_to_uri(text)));
        static_cast<void>(detail::urljoin("http://a/b/c", text));
        static_cast<void>(detail::url_decode(text));
    } catch (const ValueError&) {
        return 0;
    } catch (const HTTPException&) {
        return 0;
    }
    return 0;
}
