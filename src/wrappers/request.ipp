// The bodies of request.hpp; request_fields.ipp has those of the header fields.
#include "wrappers/request.hpp"

#include "core/config.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/cookies.hpp"
#include "http/exceptions.hpp"
#include "http/field_values.hpp"
#include "http/hosts.hpp"
#include "http/urls.hpp"
#include "wrappers/formparser.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace microflask {

namespace detail {

/// A body that ends after `limit` bytes, or must not be longer than that.
class LimitedInputStream final : public InputStream {
public:
    /// Where `is_maximum`, the stream ends by itself, and more than `limit` bytes are refused with a 413. Otherwise it
    /// has exactly `limit` bytes, and fewer mean that the client is gone.
    LimitedInputStream(InputStream& stream, std::uint64_t limit, bool is_maximum) noexcept
        : stream_(stream), left_(limit), is_maximum_(is_maximum) {}

    using InputStream::read;
    std::size_t read(char* buffer, std::size_t size) override {
        if (size == 0) return 0;
        if (left_ == 0) {
            char excess = '\0';
            if (is_maximum_ && stream_.read(&excess, 1) != 0) throw RequestEntityTooLarge();
            return 0;
        }
        const auto wanted = static_cast<std::size_t>((std::min<std::uint64_t>)(size, left_));
        const std::size_t count = stream_.read(buffer, wanted);
        if (count == 0 && !is_maximum_) throw ClientDisconnected();
        left_ -= count;
        return count;
    }

private:
    InputStream& stream_;
    std::uint64_t left_;
    bool is_maximum_;
};

}  // namespace detail

struct Request::Parsed {
    std::optional<std::string> method;
    std::optional<std::string> path;
    std::optional<std::string> full_path;
    std::optional<std::string> host;
    std::optional<std::string> url;
    std::optional<std::string> base_url;
    std::optional<std::string> root_url;
    std::optional<std::string> host_url;
    std::optional<Json> view_args;
    std::optional<Headers> headers;
    std::optional<MultiDict> cookies;
    std::optional<std::string> mimetype;
    MultiDict mimetype_params;
    std::optional<MultiDict> args;
    std::optional<FormData> form;
    std::optional<CombinedMultiDict> values;
    std::optional<std::string> data;  // the cached bytes of the body
    std::string passing_data;         // bytes handed out without being cached
    std::string text;                 // handed out as text, where that is other than the bytes
    std::optional<Json> json;
    std::optional<Json> passing_json;
    bool json_failed_silently = false;
    std::unique_ptr<InputStream> limited_stream;
    InputStream* stream = nullptr;
    MemoryInputStream empty_stream;
    std::optional<std::optional<long long>> max_content_length;
    std::optional<std::optional<long long>> max_form_memory_size;
    std::optional<std::optional<long long>> max_form_parts;
    std::optional<std::vector<std::string>> trusted_hosts;
};

MICROFLASK_INLINE Request::Request(Request&& other) noexcept
    : environ_(other.environ_),
      limits_(other.limits_),
      parsed_(std::exchange(other.parsed_, nullptr)),
      endpoint_(other.endpoint_),
      rule_(other.rule_),
      view_args_source_(other.view_args_source_),
      view_args_maker_(other.view_args_maker_),
      routing_exception_(std::move(other.routing_exception_)) {}

MICROFLASK_INLINE Request& Request::operator=(Request&& other) noexcept {
    if (this == &other) return *this;
    forget();
    environ_ = other.environ_;
    limits_ = other.limits_;
    parsed_ = std::exchange(other.parsed_, nullptr);
    endpoint_ = other.endpoint_;
    rule_ = other.rule_;
    view_args_source_ = other.view_args_source_;
    view_args_maker_ = other.view_args_maker_;
    routing_exception_ = std::move(other.routing_exception_);
    return *this;
}

MICROFLASK_INLINE Request::Parsed& Request::make_parsed() const {
    parsed_ = new Parsed;
    return *parsed_;
}

MICROFLASK_INLINE void Request::forget() noexcept {
    delete std::exchange(parsed_, nullptr);
}

MICROFLASK_INLINE std::string_view Request::method() const {
    const std::string_view method = environ_->request_method();
    for (const char character : method) {
        if (!detail::is_ascii_lower(character)) continue;
        std::optional<std::string>& upper = parsed().method;
        if (!upper) upper = detail::to_upper(method);
        return *upper;
    }
    return method;
}

MICROFLASK_INLINE std::string_view Request::path() const {
    std::string_view path = environ_->path_info();
    if (path.empty()) return "/";
    if (path[0] == '/') {
        path.remove_prefix((std::min)(path.find_first_not_of('/'), path.size()) - 1);
        if (detail::is_valid_utf8(path)) return path;
    }
    std::optional<std::string>& whole = parsed().path;
    if (!whole)
        whole = detail::replace_invalid_utf8(detail::concat({path[0] == '/' ? "" : "/", path}));
    return *whole;
}

MICROFLASK_INLINE std::string_view Request::full_path() const {
    std::optional<std::string>& full_path = parsed().full_path;
    if (!full_path) full_path = detail::concat({path(), "?", query_string()});
    return *full_path;
}

MICROFLASK_INLINE std::string_view Request::root_path() const noexcept {
    std::string_view root = environ_->script_name();
    while (!root.empty() && root.back() == '/') root.remove_suffix(1);
    return root;
}

MICROFLASK_INLINE bool Request::is_secure() const noexcept {
    const std::string_view name = scheme();
    return name == "https" || name == "wss";
}

MICROFLASK_INLINE std::string_view Request::host() const {
    if (parsed_ && parsed_->host) return *parsed_->host;
    std::string host;
    if (const auto given = field("Host")) {
        host = std::string(*given);
    } else {
        // Middleware may have changed them.
        const std::string_view name = environ_->get("SERVER_NAME").value_or("");
        const std::string_view port = environ_->get("SERVER_PORT").value_or("");
        if (name.empty() || port.empty()) return {};
        host = detail::concat({detail::bracketed_host(name), ":", port});
    }
    host.resize(detail::host_without_default_port(host, scheme()).size());
    const std::vector<std::string>& trusted = trusted_hosts();
    if ((!host.empty() || !trusted.empty()) && !detail::host_is_trusted(host, trusted)) {
        throw SecurityError(detail::concat({"Host '", host, "' is not trusted."}));
    }
    return parsed().host.emplace(std::move(host));
}

namespace detail {

/// Joins the parts of a request's URL, as far as they are given, and decodes what may be decoded.
MICROFLASK_INLINE std::string current_url(const Request& request, bool with_root, bool with_path,
                                          bool with_query) {
    constexpr std::string_view safe = "!$&'()*+,/:;=@%";
    std::string url = concat({request.scheme(), "://", request.host()});
    if (with_root) url += url_quote(request.root_path(), safe);
    url += '/';
    if (with_path) url += url_quote(request.path().substr(1), safe);
    if (with_query && !request.query_string().empty()) {
        url += '?';
        url += url_quote(request.query_string(), "!$&'()*+,/:;=?@%");
    }
    return uri_to_iri(url);
}

}  // namespace detail

MICROFLASK_INLINE const std::string& Request::url() const {
    std::optional<std::string>& url = parsed().url;
    if (!url) url = detail::current_url(*this, true, true, true);
    return *url;
}

MICROFLASK_INLINE const std::string& Request::base_url() const {
    std::optional<std::string>& url = parsed().base_url;
    if (!url) url = detail::current_url(*this, true, true, false);
    return *url;
}

MICROFLASK_INLINE const std::string& Request::root_url() const {
    std::optional<std::string>& url = parsed().root_url;
    if (!url) url = detail::current_url(*this, true, false, false);
    return *url;
}

MICROFLASK_INLINE const std::string& Request::host_url() const {
    std::optional<std::string>& url = parsed().host_url;
    if (!url) url = detail::current_url(*this, false, false, false);
    return *url;
}

MICROFLASK_INLINE std::optional<std::string_view> Request::remote_addr() const noexcept {
    const std::string_view address = environ_->remote_addr();
    return address.empty() ? std::nullopt : std::optional<std::string_view>(address);
}

MICROFLASK_INLINE std::vector<std::string> Request::access_route() const {
    if (const auto forwarded = environ_->get("HTTP_X_FORWARDED_FOR"))
        return parse_list_header(*forwarded);
    if (const auto address = remote_addr()) return {std::string(*address)};
    return {};
}

MICROFLASK_INLINE std::optional<std::string> Request::endpoint() const {
    return endpoint_.data() ? std::optional<std::string>(endpoint_) : std::nullopt;
}

MICROFLASK_INLINE const Json& Request::view_args() const {
    std::optional<Json>& values = parsed().view_args;
    if (!values) values.emplace(view_args_maker_ ? view_args_maker_(view_args_source_) : Json());
    return *values;
}

MICROFLASK_INLINE void Request::set_view_args(Json values) {
    parsed().view_args.emplace(std::move(values));
}

MICROFLASK_INLINE std::optional<std::string> Request::url_rule() const {
    return rule_.data() ? std::optional<std::string>(rule_) : std::nullopt;
}

MICROFLASK_INLINE std::optional<std::string> Request::blueprint() const {
    const std::size_t dot = endpoint_.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    return std::string(endpoint_.substr(0, dot));
}

MICROFLASK_INLINE std::vector<std::string> Request::blueprints() const {
    std::vector<std::string> names;
    for (std::size_t dot = endpoint_.rfind('.'); dot != std::string_view::npos && dot > 0;
         dot = endpoint_.rfind('.', dot - 1)) {
        names.emplace_back(endpoint_.substr(0, dot));
    }
    return names;
}

MICROFLASK_INLINE const Headers& Request::headers() const {
    std::optional<Headers>& headers = parsed().headers;
    if (headers) return *headers;
    headers.emplace();
    for (const HeaderField* each = environ_->fields_begin(); each != environ_->fields_end();
         ++each) {
        headers->add(each->name, each->value);
    }
    return *headers;
}

MICROFLASK_INLINE const MultiDict& Request::cookies() const {
    std::optional<MultiDict>& cookies = parsed().cookies;
    if (cookies) return *cookies;
    cookies.emplace();
    for (auto& [key, value] : parse_cookie(environ_->get("HTTP_COOKIE").value_or("")))
        cookies->add(key, value);
    return *cookies;
}

MICROFLASK_INLINE void Request::parse_content_type() const {
    Parsed& cache = parsed();
    if (cache.mimetype) return;
    auto [type, parameters] = parse_options_header(content_type().value_or(""));
    cache.mimetype = detail::to_lower(type);
    for (auto& [key, value] : parameters) cache.mimetype_params.add(key, value);
}

MICROFLASK_INLINE std::string_view Request::mimetype() const {
    parse_content_type();
    return *parsed_->mimetype;
}

MICROFLASK_INLINE const MultiDict& Request::mimetype_params() const {
    parse_content_type();
    return parsed_->mimetype_params;
}

MICROFLASK_INLINE const MultiDict& Request::args() const {
    std::optional<MultiDict>& args = parsed().args;
    if (args) return *args;
    args.emplace();
    for (auto& [key, value] : detail::url_decode(query_string()))
        args->add(std::move(key), std::move(value));
    return *args;
}

MICROFLASK_INLINE void Request::load_form_data() const {
    Parsed& cache = parsed();
    if (cache.form) return;
    const auto limit = [](std::optional<long long> value) {
        return value ? std::optional<std::uint64_t>(*value < 0 ? 0
                                                               : static_cast<std::uint64_t>(*value))
                     : std::nullopt;
    };
    const std::string_view type = mimetype();
    if (type != "application/x-www-form-urlencoded" && type != "multipart/form-data") {
        cache.form.emplace();
        return;
    }
    const FormDataParser parser({limit(max_form_memory_size()), limit(max_form_parts())});
    MemoryInputStream cached(cache.data ? std::string_view(*cache.data) : std::string_view{});
    InputStream& input = cache.data ? static_cast<InputStream&>(cached) : stream();
    cache.form.emplace(parser.parse(input, type, limit(content_length()), mimetype_params()));
}

MICROFLASK_INLINE const MultiDict& Request::form() const {
    load_form_data();
    return parsed_->form->form;
}

MICROFLASK_INLINE const BasicMultiDict<FileStorage>& Request::files() const {
    load_form_data();
    return parsed_->form->files;
}

MICROFLASK_INLINE const CombinedMultiDict& Request::values() const {
    std::optional<CombinedMultiDict>& values = parsed().values;
    if (values) return *values;
    if (method() == "GET") {
        values.emplace(CombinedMultiDict({&args()}));
    } else {
        values.emplace(CombinedMultiDict({&args(), &form()}));
    }
    return *values;
}

MICROFLASK_INLINE std::string_view Request::get_data(GetDataOptions options) const {
    Parsed& cache = parsed();
    if (!cache.data) {
        if (options.parse_form_data) load_form_data();
        const bool is_used_up = cache.form && cache.form->parsed;
        std::string bytes = is_used_up ? std::string() : stream().read();
        if (options.cache) {
            cache.data = std::move(bytes);
        } else {
            cache.passing_data = std::move(bytes);
        }
    }
    const std::string& bytes = cache.data ? *cache.data : cache.passing_data;
    if (!options.as_text || detail::is_valid_utf8(bytes)) return bytes;
    cache.text = detail::replace_invalid_utf8(bytes);
    return cache.text;
}

MICROFLASK_INLINE InputStream& Request::stream() const {
    Parsed& cache = parsed();
    if (cache.stream) return *cache.stream;
    const auto length = content_length();
    const auto maximum = max_content_length();
    if (length && maximum && *length > *maximum) throw RequestEntityTooLarge();
    if (environ_->input_terminated()) {
        cache.stream = &environ_->input();
        if (maximum) {
            const auto limit = static_cast<std::uint64_t>((std::max)(*maximum, 0LL));
            cache.limited_stream =
                std::make_unique<detail::LimitedInputStream>(environ_->input(), limit, true);
            cache.stream = cache.limited_stream.get();
        }
    } else if (length) {
        cache.limited_stream = std::make_unique<detail::LimitedInputStream>(
            environ_->input(), static_cast<std::uint64_t>(*length), false);
        cache.stream = cache.limited_stream.get();
    } else {
        // Without a length nobody can say where the body ends.
        cache.stream = &cache.empty_stream;
    }
    return *cache.stream;
}

MICROFLASK_INLINE void Request::read_body() const {
    load_form_data();
    if (!parsed_->form->parsed) static_cast<void>(get_data());
}

MICROFLASK_INLINE Request Request::copy_onto(Environ& environ) const {
    Request copy(environ, limits_);
    if (!parsed_) return copy;
    Parsed& taken = copy.parsed();
    taken.form = parsed_->form;
    taken.data = parsed_->data;
    taken.max_content_length = parsed_->max_content_length;
    taken.max_form_memory_size = parsed_->max_form_memory_size;
    taken.max_form_parts = parsed_->max_form_parts;
    taken.trusted_hosts = parsed_->trusted_hosts;
    return copy;
}

MICROFLASK_INLINE const Json& Request::get_json(GetJsonOptions options) const {
    static const Json null;
    Parsed& cache = parsed();
    if (options.cache && cache.json) return *cache.json;
    if (options.cache && options.silent && cache.json_failed_silently) return null;
    if (!options.force && !is_json()) {
        if (options.silent) return null;
        throw UnsupportedMediaType(
            "Did not attempt to load JSON data because the request Content-Type was not "
            "'application/json'.");
    }
    const std::string_view bytes = get_data({.cache = options.cache});
    try {
        return (options.cache ? cache.json : cache.passing_json).emplace(Json::parse(bytes));
    } catch (const JsonError& error) {
        if (options.silent) {
            cache.json_failed_silently = options.cache;
            return null;
        }
        if (limits_ && !limits_->explain_errors) throw BadRequest();
        throw BadRequest(detail::concat({"Failed to decode JSON object: ", error.what()}));
    }
}

MICROFLASK_INLINE void Request::close() {
    if (parsed_ && parsed_->form) parsed_->form->files.clear();
}

MICROFLASK_INLINE std::optional<long long> Request::max_content_length() const {
    if (parsed_ && parsed_->max_content_length) return *parsed_->max_content_length;
    return limits_ ? limits_->max_content_length : std::nullopt;
}

MICROFLASK_INLINE Request& Request::max_content_length(std::optional<long long> size) {
    parsed().max_content_length = size;
    return *this;
}

MICROFLASK_INLINE std::optional<long long> Request::max_form_memory_size() const {
    if (parsed_ && parsed_->max_form_memory_size) return *parsed_->max_form_memory_size;
    return limits_ ? limits_->max_form_memory_size : RequestLimits().max_form_memory_size;
}

MICROFLASK_INLINE Request& Request::max_form_memory_size(std::optional<long long> size) {
    parsed().max_form_memory_size = size;
    return *this;
}

MICROFLASK_INLINE std::optional<long long> Request::max_form_parts() const {
    if (parsed_ && parsed_->max_form_parts) return *parsed_->max_form_parts;
    return limits_ ? limits_->max_form_parts : RequestLimits().max_form_parts;
}

MICROFLASK_INLINE Request& Request::max_form_parts(std::optional<long long> count) {
    parsed().max_form_parts = count;
    return *this;
}

MICROFLASK_INLINE const std::vector<std::string>& Request::trusted_hosts() const {
    static const std::vector<std::string> everyone;
    if (parsed_ && parsed_->trusted_hosts) return *parsed_->trusted_hosts;
    return limits_ ? limits_->trusted_hosts : everyone;
}

MICROFLASK_INLINE Request& Request::trusted_hosts(std::vector<std::string> hosts) {
    parsed().trusted_hosts = std::move(hosts);
    parsed_->host.reset();
    return *this;
}

MICROFLASK_INLINE std::string Request::repr() const {
    std::string shown;
    try {
        shown = url();
    } catch (const HTTPException& error) {
        shown = detail::concat({"(invalid URL: ", error.what(), ")"});
    }
    return detail::concat({"<Request '", shown, "' [", method(), "]>"});
}

}  // namespace microflask
