// The bodies of response.hpp; response_fields.ipp has those of the header fields.
#include "wrappers/response.hpp"

#include "core/config.hpp"
#include "core/errors.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "http/status.hpp"
#include "http/urls.hpp"
#include "wrappers/conditional.hpp"
#include "wrappers/request.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace microflask {

namespace detail {

/// The status lines of all known codes, made once.
class StatusLines {
public:
    static constexpr int first = 100;
    static constexpr int count = 500;

    StatusLines() {
        text_.reserve(4096);
        for (std::size_t i = 0; i < count; ++i) {
            begins_[i] = static_cast<std::uint16_t>(text_.size());
            const int code = first + static_cast<int>(i);
            const std::string_view name = http_status_name(code);
            if (name.empty()) continue;
            append_signed(text_, code);
            text_ += ' ';
            text_ += name;
        }
        begins_[count] = static_cast<std::uint16_t>(text_.size());
    }
    StatusLines(const StatusLines&) = delete;
    StatusLines& operator=(const StatusLines&) = delete;

    [[nodiscard]] std::string_view line(int code) const noexcept {
        const auto index =
            static_cast<std::size_t>(static_cast<unsigned>(code) - static_cast<unsigned>(first));
        if (index >= count) return {};
        const std::size_t begin = begins_[index];
        return {text_.data() + begin, begins_[index + 1] - begin};
    }

private:
    std::string text_;
    std::uint16_t begins_[count + 1] = {};
};

MICROFLASK_INLINE std::string_view http_status_line(int code) noexcept {
    if (code == 200) return "200 OK";
    static const StatusLines lines;
    return lines.line(code);
}

MICROFLASK_INLINE std::string content_type_with_charset(std::string_view mimetype) {
    bool is_text = mimetype.starts_with("text/") || mimetype.ends_with("+xml");
    for (const std::string_view other :
         {"application/ecmascript", "application/javascript", "application/sql", "application/xml",
          "application/xml-dtd", "application/xml-external-parsed-entity"}) {
        is_text = is_text || mimetype == other;
    }
    return is_text ? concat({mimetype, "; charset=utf-8"}) : std::string(mimetype);
}

/// Makes a location fit for a field: ASCII. One that is no URL at all is only quoted.
MICROFLASK_INLINE std::string ascii_location(std::string_view location) {
    try {
        return iri_to_uri(location);
    } catch (const ValueError&) {
        return url_quote(location, "%!#$&'()*+,/:;=?@[]");
    }
}

/// The fields that most responses begin with, checked once.
MICROFLASK_INLINE const Headers& html_response_headers() {
    static const Headers headers{{"Content-Type", "text/html; charset=utf-8"}};
    return headers;
}
MICROFLASK_INLINE const Headers& json_response_headers() {
    static const Headers headers{{"Content-Type", "application/json"}};
    return headers;
}

MICROFLASK_INLINE Response text_response(std::string&& text) {
    return Response(std::move(text), html_response_headers());
}
MICROFLASK_INLINE Response text_response(std::string_view text) {
    return Response(text, html_response_headers());
}
MICROFLASK_INLINE Response json_text_response(std::string&& text) {
    return Response(std::move(text), json_response_headers());
}

/// Formats a number for a field, without allocating.
class FieldNumber {
public:
    explicit FieldNumber(std::uint64_t value) noexcept {
        do {
            text_[--begin_] = static_cast<char>('0' + value % 10);
            value /= 10;
        } while (value != 0);
    }
    [[nodiscard]] std::string_view text() const noexcept {
        return std::string_view(text_.data() + begin_, text_.size() - begin_);
    }

private:
    std::array<char, 20> text_{};
    std::size_t begin_ = 20;
};

}  // namespace detail

MICROFLASK_INLINE std::size_t ResponseStream::write(std::string_view text) const {
    static_cast<void>(response_->get_data());
    response_->body_.text() += text;
    if (response_->rare_) response_->rare_.get()->json.reset();
    response_->headers().remove("Content-Length");
    return text.size();
}

MICROFLASK_INLINE void ResponseStream::writelines(
    std::initializer_list<std::string_view> lines) const {
    for (const std::string_view line : lines) write(line);
}

MICROFLASK_INLINE std::size_t ResponseStream::tell() const {
    return response_->get_data().size();
}

MICROFLASK_INLINE Response::Response() : own_headers_(detail::html_response_headers()) {}

MICROFLASK_INLINE Response::Response(Body body)
    : standard_headers_(&detail::html_response_headers()), body_(std::move(body)) {
    if (body_.is_streamed()) make_own_headers();
}

MICROFLASK_INLINE Response::Response(std::string&& text, const Headers& standard_headers) noexcept
    : standard_headers_(&standard_headers), body_(std::move(text)) {}

MICROFLASK_INLINE Response::Response(std::string_view text, const Headers& standard_headers)
    : standard_headers_(&standard_headers), body_(text) {}

MICROFLASK_INLINE void Response::make_own_headers() const {
    own_headers_ = *std::exchange(standard_headers_, nullptr);
    if (!body_.is_streamed())
        own_headers_.add("Content-Length", detail::FieldNumber(body_.text().size()).text());
}

MICROFLASK_INLINE Response::Response(Body body, int status, Headers headers,
                                     const ResponseOptions& options)
    : own_headers_(std::move(headers)), body_(std::move(body)) {
    if (status != 200) status_code(status);
    init_fields(options);
}

MICROFLASK_INLINE Response::Response(Body body, std::string_view status, Headers headers,
                                     const ResponseOptions& options)
    : own_headers_(std::move(headers)), body_(std::move(body)) {
    this->status(status);
    init_fields(options);
}

MICROFLASK_INLINE void Response::init_fields(const ResponseOptions& options) {
    direct_passthrough_ = options.direct_passthrough;
    if (!options.content_type.empty()) {
        headers().set("Content-Type", options.content_type);
    } else if (!options.mimetype.empty()) {
        headers().set("Content-Type", detail::content_type_with_charset(options.mimetype));
    } else if (!headers().contains("Content-Type")) {
        headers().add("Content-Type", "text/html; charset=utf-8");
    }
    if (!body_.is_streamed())
        headers().set("Content-Length", detail::FieldNumber(body_.text().size()).text());
}

MICROFLASK_INLINE std::string_view Response::status_line() const noexcept {
    if (rare_ && !rare_.get()->status.empty()) return rare_.get()->status;
    return detail::http_status_line(status_code_);
}

MICROFLASK_INLINE Response& Response::status_code(int code) {
    status_code_ = code;
    if (rare_) rare_.get()->status.clear();
    if (detail::http_status_line(code).empty())
        rare_.made().status = std::to_string(code) + " Unknown";
    return *this;
}

// "404", "404 Not Found", "299 My Own", or text without a code, which counts as code 0.
MICROFLASK_INLINE Response& Response::status(std::string_view status) {
    status = detail::trim(status);
    if (status.empty()) throw ValueError("Empty status argument");
    for (const char character : status) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) {
            throw ValueError("A status must not contain control characters");
        }
    }
    const std::size_t space = status.find(' ');
    const auto code = detail::parse_unsigned(status.substr(0, space), 999);
    if (!code) {
        status_code_ = 0;
        rare_.made().status = detail::concat({"0 ", status});
        return *this;
    }
    status_code(static_cast<int>(*code));
    if (space != std::string_view::npos && status != status_line())
        rare_.made().status = std::string(status);
    return *this;
}

MICROFLASK_INLINE Response& Response::headers(Headers headers) {
    standard_headers_ = nullptr;
    own_headers_ = std::move(headers);
    return *this;
}

MICROFLASK_INLINE Response& Response::body(Body body) {
    body_ = std::move(body);
    if (rare_) rare_.get()->json.reset();
    headers().remove("Content-Length");
    return *this;
}

MICROFLASK_INLINE const std::string& Response::get_data() const {
    if (!body_.is_streamed()) return body_.text();
    if (direct_passthrough_) {
        throw RuntimeError(
            "Attempted implicit sequence conversion but the response object is in direct "
            "passthrough mode.");
    }
    read_stream();
    return body_.text();
}

// What the stream holds is released when the response is closed, as if it had been sent.
MICROFLASK_INLINE void Response::read_stream() const {
    std::string text = body_.read();
    std::shared_ptr<OnClose>& functions = rare_.made().on_close;
    if (!functions) functions = std::make_shared<OnClose>();
    functions->push_back(
        [stream = std::exchange(body_, Body(std::move(text)))]() mutable { stream.close(); });
}

MICROFLASK_INLINE std::string Response::text() const {
    return detail::replace_invalid_utf8(get_data());
}

MICROFLASK_INLINE Response& Response::set_data(std::string text) {
    body_ = Body(std::move(text));
    if (rare_) rare_.get()->json.reset();
    if (automatic_length_) {
        headers().set("Content-Length", detail::FieldNumber(body_.text().size()).text());
    }
    return *this;
}

MICROFLASK_INLINE bool Response::is_json() const {
    const std::string type = mimetype().value_or("");
    return type == "application/json" ||
           (type.starts_with("application/") && type.ends_with("+json"));
}

MICROFLASK_INLINE const Json& Response::get_json(ResponseJsonOptions options) const {
    static const Json null;
    if (!options.force && !is_json()) return null;
    Rare& rare = rare_.made();
    if (rare.json) return *rare.json;
    try {
        rare.json = std::make_shared<const Json>(Json::parse(get_data()));
    } catch (const JsonError&) {
        if (!options.silent) throw;
        return null;
    }
    return *rare.json;
}

MICROFLASK_INLINE Response& Response::make_sequence() {
    if (body_.is_streamed()) read_stream();
    return *this;
}

MICROFLASK_INLINE Response& Response::freeze() {
    make_sequence();
    headers().set("Content-Length", detail::FieldNumber(body_.text().size()).text());
    return add_etag();
}

MICROFLASK_INLINE Response& Response::direct_passthrough(bool value) noexcept {
    direct_passthrough_ = value;
    return *this;
}

MICROFLASK_INLINE Response& Response::automatically_set_content_length(bool value) noexcept {
    if (standard_headers_) make_own_headers();
    automatic_length_ = value;
    return *this;
}

MICROFLASK_INLINE Response& Response::autocorrect_location_header(bool value) noexcept {
    autocorrect_location_ = value;
    return *this;
}

MICROFLASK_INLINE Response& Response::call_on_close(detail::Function<void()> function) {
    std::shared_ptr<OnClose>& functions = rare_.made().on_close;
    if (!functions) functions = std::make_shared<OnClose>();
    functions->push_back(std::move(function));
    return *this;
}

MICROFLASK_INLINE void Response::close() {
    body_.close();
    if (!rare_ || !rare_.get()->on_close) return;
    OnClose functions = std::exchange(*rare_.get()->on_close, {});
    for (detail::Function<void()>& function : functions) function();
}

MICROFLASK_INLINE bool Response::make_partial(const Environ& environ,
                                              const ConditionalOptions& options) {
    if (options.accept_ranges.empty()) return false;
    accept_ranges(options.accept_ranges);
    const auto wanted = environ.field("Range");
    if (!wanted || !options.complete_length || *options.complete_length <= 0) return false;
    const ResourceState state{headers().find("ETag").value_or(""),
                              headers().find("Last-Modified").value_or(""), false};
    if (environ.field("If-Range") && is_resource_modified(environ, state)) return false;

    const auto length = static_cast<std::uint64_t>(*options.complete_length);
    const std::optional<Range> range = parse_range_header(*wanted);
    const auto part = range ? range->range_for_length(length) : std::nullopt;
    if (!part) throw RequestedRangeNotSatisfiable(length);
    const auto begin = static_cast<std::uint64_t>(part->first);
    const auto end = static_cast<std::uint64_t>(part->second);
    headers().set("Content-Length", detail::FieldNumber(end - begin).text());
    headers().set("Content-Range",
                  detail::concat({"bytes ", std::to_string(begin), "-", std::to_string(end - 1),
                                  "/", std::to_string(length)}));
    status_code(206);
    body_ = detail::body_range(std::move(body_), begin, end - begin);
    return true;
}

MICROFLASK_INLINE Response& Response::make_conditional(const Environ& environ,
                                                       const ConditionalOptions& options) {
    const std::string_view method = environ.request_method();
    if (method != "GET" && method != "HEAD") return *this;
    if (!headers().contains("Date"))
        headers().set("Date", http_date(std::chrono::system_clock::now()));
    if (!make_partial(environ, options)) {
        const ResourceState state{headers().find("ETag").value_or(""),
                                  headers().find("Last-Modified").value_or("")};
        if (!is_resource_modified(environ, state)) {
            const bool has_if_match = !detail::trim(environ.field("If-Match").value_or("")).empty();
            status_code(has_if_match ? 412 : 304);
        }
    }
    if (automatic_length_ && !headers().contains("Content-Length") && !body_.is_streamed()) {
        headers().set("Content-Length", detail::FieldNumber(body_.text().size()).text());
    }
    return *this;
}

MICROFLASK_INLINE Response& Response::make_conditional(const Request& request,
                                                       const ConditionalOptions& options) {
    return make_conditional(request.environ(), options);
}

MICROFLASK_INLINE void Response::finish_fields(const Environ& environ, Headers& headers) const {
    if (headers.may_have_name_of<8, 16>()) finish_locations(environ, headers);
    if (has_no_body()) {
        if (status_code_ == 304) {
            remove_entity_headers(headers);
        } else {
            headers.remove("Content-Length");
        }
    } else if (automatic_length_ && !body_.is_streamed() && !headers.contains("Content-Length")) {
        headers.add("Content-Length", detail::FieldNumber(body_.text().size()).text());
    }
}

/// Makes the fields that are locations fit to be sent.
MICROFLASK_INLINE void Response::finish_locations(const Environ& environ, Headers& headers) const {
    if (const auto location = headers.get("Location")) {
        std::string target = detail::ascii_location(*location);
        if (autocorrect_location_) {
            const Request request(const_cast<Environ&>(environ));
            target = detail::urljoin(detail::iri_to_uri(request.base_url()), target);
        }
        headers.set("Location", target);
    }
    if (const auto location = headers.get("Content-Location"))
        headers.set("Content-Location", detail::ascii_location(*location));
}

MICROFLASK_INLINE Headers Response::get_wsgi_headers(const Environ& environ) const {
    Headers headers(this->headers());
    finish_fields(environ, headers);
    return headers;
}

MICROFLASK_INLINE Body Response::operator()(const Environ& environ,
                                            StartResponse start_response) const {
    return Response(*this).send(environ, start_response);
}

MICROFLASK_INLINE_HOT Body Response::send(const Environ& environ, StartResponse start_response) && {
    const std::string_view method = environ.request_method();
    const bool sends_body = !has_no_body() && (method.size() != 4 || method != "HEAD");
    if (standard_headers_ && sends_body && start_response.adds_content_length()) {
        start_response(status_code_ == 200 && !rare_ ? "200 OK" : status_line(),
                       *standard_headers_);
    } else {
        finish_fields(environ, headers());
        start_response(status_line(), headers());
    }
    Body body = sends_body ? std::move(body_) : Body();
    if (!sends_body && body_.is_streamed())
        body.on_close([unsent = std::move(body_)]() mutable { unsent.close(); });
    if (rare_ && rare_.get()->on_close) {
        body.on_close([functions = rare_.get()->on_close] {
            for (detail::Function<void()>& function : std::exchange(*functions, {})) function();
        });
    }
    return body;
}

MICROFLASK_INLINE std::string Response::repr() const {
    const std::optional<std::uint64_t> length = is_streamed() ? std::nullopt : body_.size();
    return detail::concat({"<Response ",
                           length ? std::to_string(*length) + " bytes" : std::string("streamed"),
                           " [", status_line(), "]>"});
}

MICROFLASK_INLINE Response Response::from_app(const Application& application, Environ& environ,
                                              bool buffered) {
    Response response;
    bool begun = false;
    auto begin = [&response, &begun](std::string_view status, const Headers& headers,
                                     std::exception_ptr error) {
        if (error) std::rethrow_exception(error);
        response.status(status);
        response.own_headers_ = headers;
        begun = true;
    };
    Body body = application(environ, begin);
    if (!begun) throw RuntimeError("The application returned without calling start_response.");
    response.body_ = std::move(body);
    if (buffered) {
        std::string text;
        try {
            text = response.body_.read();
        } catch (...) {
            response.body_.close();
            throw;
        }
        response.body_.close();
        response.body_ = Body(std::move(text));
    }
    return response;
}

}  // namespace microflask
