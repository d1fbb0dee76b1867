// Does what data_parity.py asks: each line of input is {"op": ..., "in": ...}, each line of output the result as JSON, or
// {"error": ...}. Bytes travel as base64.
#include "microflask.hpp"

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using namespace microflask::detail;

namespace {

std::string bytes(const Json& in) {
    return base64_decode(in.get<std::string_view>()).value();
}
std::string text(const Json& in, std::string_view key) {
    return in.at(key).get<std::string>();
}

Json pairs(const std::vector<std::pair<std::string, std::string>>& given) {
    Json list = Json::array();
    for (const auto& [key, value] : given) list.push_back(Json::array({key, value}));
    return list;
}

Json seconds(std::optional<std::chrono::system_clock::time_point> time) {
    if (!time) return nullptr;
    return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

URLSafeTimedSerializer serializer(const Json& in) {
    return URLSafeTimedSerializer(in.at("keys").get<std::vector<std::string>>(),
                                  {.salt = text(in, "salt"),
                                   .signer_kwargs = {.key_derivation = text(in, "derivation"),
                                                     .digest_method = text(in, "digest")}});
}

Json parsed_form(const Json& in) {
    const std::string body = bytes(in.at("body"));
    MemoryInputStream stream(body);
    const FormData data = FormDataParser({}, false).parse(
        stream, "multipart/form-data", body.size(), MultiDict{{"boundary", text(in, "boundary")}});
    Json files = Json::array();
    for (const auto& [name, file] : data.files) {
        files.push_back(
            Json::array({name, file.filename(), file.content_type(), base64_encode(file.read())}));
    }
    return {{"form", pairs(data.form.items())}, {"files", files}};
}

Json written_form(const Json& in) {
    MultipartEncoder encoder(text(in, "boundary"));
    for (const Json& field : in.at("form"))
        encoder.add_field(field[0].get<std::string>(), field[1].get<std::string>());
    for (const Json& file : in.at("files")) {
        encoder.add_file(file[0].get<std::string>(), file[1].get<std::string>(),
                         Headers{{"Content-Type", file[2].get<std::string>()}}, bytes(file[3]));
    }
    return base64_encode(encoder.finish());
}

Json range(const Json& in) {
    const auto range = parse_range_header(in.get<std::string_view>());
    if (!range) return nullptr;
    Json parts = Json::array();
    for (const auto& [start, stop] : range->ranges()) {
        Json part = Json::array({start});
        part.push_back(Json(stop));
        parts.push_back(std::move(part));
    }
    return Json::array({range->units(), parts, range->to_header()});
}

Json options(const Json& in) {
    const auto [value, parameters] = parse_options_header(in.get<std::string_view>());
    return Json::array({value, pairs(parameters)});
}

Json do_as_asked(std::string_view op, const Json& in) {
    // Each way of writing is read by Python, and each way of reading gets what Python wrote.
    if (op == "json") return Json::parse(bytes(in)).dump();
    if (op == "json_sorted") return write_json(Json::parse(bytes(in)), {.sort_keys = true});
    if (op == "compress") return base64_encode(zlib_compress(bytes(in)));
    if (op == "decompress") {
        const auto found = zlib_decompress(bytes(in), std::size_t{1} << 24);
        return found ? Json(base64_encode(*found)) : Json(nullptr);
    }
    if (op == "sign") return serializer(in).dumps(in.at("value"));
    if (op == "unsign") return serializer(in).loads(text(in, "token"), {.max_age = 100000});
    if (op == "hash_password")
        return generate_password_hash(text(in, "password"), {.method = text(in, "method")});
    if (op == "check_password") return check_password_hash(text(in, "hash"), text(in, "password"));
    if (op == "dump_cookie") {
        DumpCookieOptions options;
        options.path = in.at("path").get<std::optional<std::string>>();
        options.domain = in.get<std::string>("domain", "");
        options.max_age = in.at("max_age").get<std::optional<long long>>();
        if (!in.at("expires").is_null())
            options.expires = std::chrono::system_clock::time_point(
                std::chrono::seconds(in.at("expires").get<long long>()));
        options.secure = in.get<bool>("secure", false);
        options.httponly = in.get<bool>("httponly", false);
        options.samesite = in.get<std::string>("samesite", "");
        return dump_cookie(text(in, "key"), text(in, "value"), options);
    }
    if (op == "parse_cookie") return pairs(parse_cookie(in.get<std::string_view>()));
    if (op == "quote") return url_quote(text(in, "text"), text(in, "safe"));
    if (op == "quote_plus") return url_quote_plus(text(in, "text"), text(in, "safe"));
    if (op == "unquote") return url_unquote(in.get<std::string_view>());
    if (op == "unquote_plus") return url_unquote_plus(in.get<std::string_view>());
    if (op == "encode_query") {
        TextPairs given;
        for (const Json& pair : in) given.emplace_back(text(pair, "k"), text(pair, "v"));
        return url_encode(given);
    }
    if (op == "decode_query") return pairs(url_decode(in.get<std::string_view>()));
    if (op == "urlsplit") {
        const UrlParts parts = urlsplit(in.get<std::string_view>());
        return Json::array({parts.scheme, parts.netloc, parts.path, parts.query, parts.fragment});
    }
    if (op == "urljoin") return urljoin(text(in, "base"), text(in, "url"));
    if (op == "iri_to_uri") return iri_to_uri(in.get<std::string_view>());
    if (op == "uri_to_iri") return uri_to_iri(in.get<std::string_view>());
    if (op == "http_date") return http_date(in.get<std::int64_t>());
    if (op == "parse_date") return seconds(parse_date(in.get<std::string_view>()));
    if (op == "parse_form") return parsed_form(in);
    if (op == "write_form") return written_form(in);
    if (op == "parse_list") return parse_list_header(in.get<std::string_view>());
    if (op == "parse_options") return options(in);
    if (op == "dump_options") {
        HeaderParameters parameters;
        for (const Json& pair : in.at("options"))
            parameters.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
        return dump_options_header(text(in, "value"), parameters);
    }
    if (op == "quote_value") return quote_header_value(in.get<std::string_view>());
    if (op == "unquote_value") return unquote_header_value(in.get<std::string_view>());
    if (op == "range") return range(in);
    if (op == "etags") return parse_etags(in.get<std::string_view>()).as_set(true);
    if (op == "best_match")
        return MIMEAccept::from_header(text(in, "accept"))
            .best_match(in.at("ours").get<std::vector<std::string>>());
    if (op == "secure_filename") return secure_filename(in.get<std::string_view>());
    if (op == "safe_join") return safe_join(text(in, "folder"), text(in, "name"));
    throw LookupError(std::string(op));
}

}  // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        Json answer;
        try {
            const Json asked = Json::parse(line);
            answer = do_as_asked(text(asked, "op"), asked["in"]);
        } catch (const std::exception& error) {
            answer = Json{{"error", error.what()}};
        }
        std::cout << answer.dump() << std::endl;
    }
}
