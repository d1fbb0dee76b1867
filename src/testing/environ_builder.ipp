// The bodies of environ_builder.hpp.
#include "testing/environ_builder.hpp"

#include "core/config.hpp"
#include "core/encoding.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "http/hosts.hpp"
#include "http/mimetypes.hpp"
#include "http/urls.hpp"
#include "wrappers/multipart.hpp"
#include "wrappers/response.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

MICROFLASK_INLINE FieldList::FieldList(
    std::initializer_list<std::pair<std::string_view, detail::FieldValue>> pairs) {
    pairs_.reserve(pairs.size());
    for (const auto& [key, value] : pairs) pairs_.emplace_back(key, value.text());
}

MICROFLASK_INLINE FieldList::FieldList(const MultiDict& fields) {
    for (const auto& [key, value] : fields) pairs_.emplace_back(key, value);
}

MICROFLASK_INLINE std::string FieldList::urlencode() const {
    return detail::url_encode(pairs_);
}

MICROFLASK_INLINE AuthChoice::AuthChoice(std::string_view username, std::string_view password)
    : field_("Basic " + detail::base64_encode(detail::concat({username, ":", password}))) {}

MICROFLASK_INLINE AuthChoice::AuthChoice(const Authorization& authorization)
    : field_(authorization.to_header()) {}

MICROFLASK_INLINE void detail::TestEnviron::connect() {
    fields_.reserve(header_texts_.size());
    for (const auto& [name, value] : header_texts_) fields_.push_back({name, value});
    server_.name = server_name_;
    server_.port = server_port_;
    server_.url_scheme = url_scheme_;
    input_ = MemoryInputStream(body_);
    environ_.set_server(server_);
    environ_.set_request_line(method_, request_uri_, "HTTP/1.1");
    environ_.set_path(script_name_, path_info_, query_string_);
    environ_.set_fields(fields_.data(), fields_.size());
    environ_.set_input(input_, false);
}

MICROFLASK_INLINE EnvironBuilder::EnvironBuilder(std::string_view path,
                                                 EnvironBuilderOptions options)
    : headers_(std::move(options.headers)),
      environ_base_(std::move(options.environ_base)),
      environ_overrides_(std::move(options.environ_overrides)) {
    const auto parts = detail::urlsplit(path);
    if (!options.query_string.empty() && !parts.query.empty()) {
        throw ValueError("Query string is defined in the path and as an argument");
    }
    base_url(options.base_url);
    if (!parts.netloc.empty()) {
        if (!options.base_url.empty()) {
            throw ValueError("The path is a whole URL, and a base URL is given too");
        }
        host_ = parts.netloc;
        if (!parts.scheme.empty()) url_scheme_ = parts.scheme;
    }
    if (!options.url_scheme.empty()) url_scheme_ = options.url_scheme;
    if (!options.subdomain.empty()) host_ = detail::concat({options.subdomain, ".", host_});
    this->path(parts.path);
    query_string_ = parts.query;
    if (!options.query_string.empty()) {
        query_string_ = options.query_string.text() ? *options.query_string.text()
                                                    : options.query_string.fields().urlencode();
    }
    request_uri_ = path_;
    if (!parts.netloc.empty() && request_uri_.empty()) request_uri_ = "/";
    method(options.method.empty() ? std::string_view("GET") : std::string_view(options.method));
    if (!options.auth.field().empty()) headers_.set("Authorization", options.auth.field());
    take_body(options);
}

MICROFLASK_INLINE void EnvironBuilder::take_body(EnvironBuilderOptions& options) {
    if (!options.content_type.empty()) headers_.set("Content-Type", options.content_type);
    if (!options.json.is_null()) {
        if (!options.data.empty() || !options.form.empty() || !options.files.empty()) {
            throw ValueError("can't provide both json and data");
        }
        data_ = options.json.dump();
        if (!headers_.contains("Content-Type")) headers_.set("Content-Type", "application/json");
    }
    if (options.data.text()) {
        if (!options.form.empty() || !options.files.empty()) {
            throw ValueError("can't provide both data as text and a form");
        }
        data_ = *options.data.text();
    }
    for (const auto& [key, value] : options.data.fields()) form_.add(key, value);
    for (const auto& [key, value] : options.form) form_.add(key, value);
    files_ = std::move(options.files);
    if (!options.mimetype.empty()) {
        headers_.set("Content-Type", detail::content_type_with_charset(options.mimetype));
    }
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::method(std::string_view value) {
    method_ = std::string(value);
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::path(std::string_view value) {
    path_ = detail::iri_to_uri(value);
    request_uri_ = path_;
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::host(std::string_view value) {
    host_ = std::string(value);
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::url_scheme(std::string_view value) {
    url_scheme_ = std::string(value);
    return *this;
}

MICROFLASK_INLINE std::string EnvironBuilder::base_url() const {
    return detail::concat({url_scheme_, "://", host_, script_root_, "/"});
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::base_url(std::string_view value) {
    url_scheme_ = "http";
    host_ = "localhost";
    script_root_.clear();
    if (value.empty()) return *this;
    const auto parts = detail::urlsplit(detail::iri_to_uri(value));
    if (!parts.query.empty() || !parts.fragment.empty()) {
        throw ValueError("base url must not contain a query string or fragment");
    }
    url_scheme_ = parts.scheme;
    host_ = parts.netloc;
    script_root_ = parts.path;
    while (!script_root_.empty() && script_root_.back() == '/') script_root_.pop_back();
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::script_root(std::string_view value) {
    script_root_ = std::string(value);
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::query_string(std::string_view value) {
    query_string_ = std::string(value);
    return *this;
}

MICROFLASK_INLINE std::optional<std::string> EnvironBuilder::content_type() const {
    if (std::optional<std::string> given = headers_.get("Content-Type")) return given;
    if (data_) return std::nullopt;
    if (!files_.empty()) return "multipart/form-data";
    if (!form_.empty()) return "application/x-www-form-urlencoded";
    return std::nullopt;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::content_type(std::string_view value) {
    if (value.empty()) {
        headers_.remove("Content-Type");
    } else {
        headers_.set("Content-Type", value);
    }
    return *this;
}

MICROFLASK_INLINE std::optional<std::string> EnvironBuilder::mimetype() const {
    const std::optional<std::string> type = content_type();
    if (!type) return std::nullopt;
    return std::string(detail::trim(std::string_view(*type).substr(0, type->find(';'))));
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::data(std::string value) {
    data_ = std::move(value);
    return *this;
}

MICROFLASK_INLINE EnvironBuilder& EnvironBuilder::clear_body() {
    data_.reset();
    form_ = {};
    files_.clear();
    for (const std::string_view name : {"Content-Type", "Content-Length", "Transfer-Encoding"})
        headers_.remove(name);
    return *this;
}

MICROFLASK_INLINE std::string EnvironBuilder::server_name() const {
    return std::string(detail::host_without_port(host_));
}

MICROFLASK_INLINE int EnvironBuilder::server_port() const {
    const std::string_view port = detail::split_host(host_).port.value_or("");
    if (const auto number = detail::parse_unsigned(port, 65535)) return static_cast<int>(*number);
    return url_scheme_ == "https" ? 443 : 80;
}

MICROFLASK_INLINE std::string EnvironBuilder::encode_body(
    std::optional<std::string>& content_type) const {
    if (data_) return *data_;
    const std::string type = mimetype().value_or("");
    if (type == "multipart/form-data") {
        auto [boundary, body] = encode_multipart(form_, files_);
        content_type = detail::concat({type, "; boundary=\"", boundary, "\""});
        return std::move(body);
    }
    if (type == "application/x-www-form-urlencoded") return form_.urlencode();
    return {};
}

MICROFLASK_INLINE std::unique_ptr<detail::TestEnviron> EnvironBuilder::get_environ() const {
    auto result = std::make_unique<detail::TestEnviron>();
    std::optional<std::string> type = content_type();
    result->body_ = encode_body(type);
    result->method_ = method_;
    result->request_uri_ =
        query_string_.empty() ? request_uri_ : detail::concat({request_uri_, "?", query_string_});
    result->script_name_ = detail::url_unquote(script_root_);
    result->path_info_ = detail::url_unquote(path_);
    result->query_string_ = query_string_;
    result->server_name_ = server_name();
    result->server_port_ = std::to_string(server_port());
    result->url_scheme_ = url_scheme_;

    auto& texts = result->header_texts_;
    if (!headers_.contains("Host")) texts.emplace_back("Host", host_);
    for (const auto& [name, value] : headers_) {
        const bool is_own = detail::equals_ignoring_case(name, "Content-Type") ||
                            detail::equals_ignoring_case(name, "Content-Length");
        if (is_own) continue;
        texts.emplace_back(name, value);
    }
    if (type) texts.emplace_back("Content-Type", *type);
    if (data_ || !result->body_.empty()) {
        texts.emplace_back("Content-Length", std::to_string(result->body_.size()));
    } else if (const auto length = headers_.get("Content-Length")) {
        texts.emplace_back("Content-Length", *length);
    }
    result->connect();
    Environ& environ = result->environ();
    for (const auto& [key, value] : environ_base_) {
        if (!environ.contains(key)) environ.set(key, value);
    }
    for (const auto& [key, value] : environ_overrides_) {
        if (key == "wsgi.input_terminated") {
            environ.set_input(result->input_, true);
        } else {
            environ.set(key, value);
        }
    }
    return result;
}

MICROFLASK_INLINE std::unique_ptr<detail::TestEnviron> create_environ(
    std::string_view path, EnvironBuilderOptions options) {
    return EnvironBuilder(path, std::move(options)).get_environ();
}

MICROFLASK_INLINE std::pair<std::string, std::string> encode_multipart(
    const FieldList& fields, const std::vector<std::pair<std::string, FileUpload>>& files,
    std::string_view boundary) {
    static std::atomic<std::uint64_t> counter{0};
    std::string limit(boundary);
    if (limit.empty()) limit = "---------------microflask-form-" + std::to_string(++counter);
    MultipartEncoder encoder(limit);
    for (const auto& [name, value] : fields) encoder.add_field(name, value);
    for (const auto& [name, file] : files) {
        std::string type = file.content_type;
        if (type.empty()) type = std::string(guess_type(file.filename).type);
        if (type.empty()) type = "application/octet-stream";
        encoder.add_file(name, file.filename, Headers{{"Content-Type", type}}, file.content);
    }
    return {std::move(limit), encoder.finish()};
}

}  // namespace microflask
