// Bodies of json_provider.hpp.
#include "flask/json_provider.hpp"

#include "core/config.hpp"
#include "http/dates.hpp"
#include "json/writer.hpp"
#include "wrappers/response.hpp"

#include <string_view>
#include <utility>

namespace microflask {

MICROFLASK_INLINE Json JsonConverter<std::chrono::system_clock::time_point>::to_json(
    const std::chrono::system_clock::time_point& when) {
    return http_date(when);
}

MICROFLASK_INLINE std::string JSONProvider::dumps(const Json& value) const {
    detail::JsonWriteOptions options = detail::json_spaced_options;
    options.sort_keys = sort_keys_;
    options.ascii = ensure_ascii_;
    return detail::write_json(value, options);
}

MICROFLASK_INLINE Json JSONProvider::loads(std::string_view text) const {
    return Json::parse(text);
}

MICROFLASK_INLINE Response JSONProvider::response(const Json& value, bool debug) const {
    std::string text;
    detail::append_json(text, value,
                        {.indent = compact_.value_or(!debug) ? -1 : 2,
                         .sort_keys = sort_keys_,
                         .ascii = ensure_ascii_,
                         .final_newline = true});
    if (has_usual_mimetype_) return detail::json_text_response(std::move(text));
    return Response(Body(std::move(text)), 200, {}, {.mimetype = mimetype_});
}

}  // namespace microflask
