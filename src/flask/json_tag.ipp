// Bodies of json_tag.hpp. Formats: flask.json.tag.
#include "flask/json_tag.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"

#include <optional>
#include <string>
#include <utility>

namespace microflask::detail {

MICROFLASK_INLINE bool is_json_tag(std::string_view key) {
    return key == " di" || key == " t" || key == " b" || key == " m" || key == " u" || key == " d";
}

/// The one key of an object of one, or empty text.
MICROFLASK_INLINE std::string_view json_only_key(const Json& value) {
    if (!value.is_object() || value.size() != 1) return {};
    for (const auto& [key, inner] : value.items()) return key;
    return {};
}

MICROFLASK_INLINE bool is_tagged_json(const Json& value) {
    return is_json_tag(json_only_key(value));
}

MICROFLASK_INLINE Json untag_json(const Json& tagged) {
    if (tagged.is_array()) {
        Json result = Json::array();
        for (const Json& item : tagged) result.push_back(untag_json(item));
        return result;
    }
    if (!tagged.is_object()) return tagged;

    const std::string_view tag = json_only_key(tagged);
    if (is_json_tag(tag)) {
        const Json& inner = tagged[tag];
        if (tag == " t") return untag_json(inner);
        if (tag == " b") {
            std::optional<std::string> bytes = base64_decode(inner.get<std::string>());
            if (!bytes) throw JsonError("a tagged bytes value is no base64");
            return Json(std::move(*bytes));
        }
        if (tag == " di") {
            const std::string key(json_only_key(inner));
            if (key.size() < 2 || !key.ends_with("__"))
                throw JsonError("a tagged dict is malformed");
            Json result = Json::object();
            result[key.substr(0, key.size() - 2)] = untag_json(inner[key]);
            return result;
        }
        return Json(inner.get<std::string>());  // " m", " u", " d"
    }

    Json result = Json::object();
    for (const auto& [key, value] : tagged.items()) result[key] = untag_json(value);
    return result;
}

MICROFLASK_INLINE Json tag_json(const Json& plain) {
    if (plain.is_array()) {
        Json result = Json::array();
        for (const Json& item : plain) result.push_back(tag_json(item));
        return result;
    }
    if (!plain.is_object()) return plain;

    const std::string_view only = json_only_key(plain);
    Json result = Json::object();
    for (const auto& [key, value] : plain.items()) {
        result[is_json_tag(only) ? std::string(key) + "__" : std::string(key)] = tag_json(value);
    }
    if (!is_json_tag(only)) return result;
    Json escaped = Json::object();
    escaped[" di"] = std::move(result);
    return escaped;
}

MICROFLASK_INLINE bool has_json_tag(const Json& tagged) {
    if (tagged.is_array()) {
        for (const Json& item : tagged) {
            if (has_json_tag(item)) return true;
        }
        return false;
    }
    if (!tagged.is_object()) return false;
    if (is_tagged_json(tagged)) return true;
    for (const auto& [key, value] : tagged.items()) {
        if (has_json_tag(value)) return true;
    }
    return false;
}

MICROFLASK_INLINE Json tagged_tuple(Json items) {
    Json result = Json::object();
    result[" t"] = std::move(items);
    return result;
}

}  // namespace microflask::detail
