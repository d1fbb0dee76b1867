// What comes of matching, in short.
#pragma once

#include "routing/map.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace microflask::test {

/// Makes a map that matches hosts.
inline Map map_of_hosts() {
    return Map(
        {Rule("/", {.endpoint = "index", .host = "app.test"}),
         Rule("/", {.endpoint = "lang", .host = "<lang>.app.test"}),
         Rule("/page/", {.defaults = {{"page", 1}}, .endpoint = "page", .host = "app.<domain>"}),
         Rule("/page/<int:page>/", {.endpoint = "page", .host = "pages.<domain>"})},
        {.host_matching = true});
}

/// Returns what `MapAdapter::match` does.
inline std::pair<std::string, Json> matched(std::string endpoint, Json values = Json::object()) {
    return {std::move(endpoint), std::move(values)};
}

/// Returns where a path is redirected to; path and method are by default those that the map was bound with.
inline std::string redirect_of(const MapAdapter& urls, std::optional<std::string_view> path = {},
                               std::string_view method = {}, const MatchOptions& options = {}) {
    try {
        urls.match(path, method, options);
    } catch (const RequestRedirect& redirect) {
        CHECK(redirect.code() == 308);
        return redirect.new_url();
    }
    return "no redirect";
}

}  // namespace microflask::test
