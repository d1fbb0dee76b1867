// The response as the application builds it (Werkzeug's and Flask's Response in one class): a body, a status and header
// fields. It is an application itself, and a server's answer is what calling it gives.
#pragma once

#include "core/function.hpp"
#include "core/list.hpp"
#include "datastructures/auth.hpp"
#include "datastructures/cache_control.hpp"
#include "datastructures/csp.hpp"
#include "datastructures/header_set.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/multi_dict.hpp"
#include "datastructures/range.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "http/cookies.hpp"
#include "json/value.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace microflask {

class Request;
class Response;
class HTTPException;

namespace detail {

/// Returns the status line of a code, "404 Not Found", from a static table; empty for an unknown code.
[[nodiscard]] std::string_view http_status_line(int code) noexcept;

/// Makes a 200 of type text/html.
[[nodiscard]] Response text_response(std::string&& text);
[[nodiscard]] Response text_response(std::string_view text);
/// Makes a 200 of type application/json of a text that is JSON.
[[nodiscard]] Response json_text_response(std::string&& text);

/// Returns a media type with "; charset=utf-8" where it is one of text (Werkzeug's get_content_type).
[[nodiscard]] std::string content_type_with_charset(std::string_view mimetype);

/// A field of a response as an object: a change is written back at the end of the statement (or the scope) in which
/// the object was asked for. It must not outlive the response.
template <class Value>
class LiveField : public Value {
public:
    LiveField(Headers& headers, std::string_view name, Value value)
        : Value(std::move(value)), headers_(headers), name_(name), before_(this->to_header()) {}
    LiveField(const LiveField&) = delete;
    LiveField& operator=(const LiveField&) = delete;
    ~LiveField() { write_back(); }

private:
    void write_back() {
        const std::string now = this->to_header();
        if (now == before_) return;
        if (now.empty()) {
            headers_.remove(name_);
        } else {
            headers_.set(name_, now);
        }
    }

    Headers& headers_;
    std::string_view name_;
    std::string before_;
};

/// A pointer to a value that is copied with its owner; empty for most.
template <class Value>
class CopiedPointer {
public:
    CopiedPointer() noexcept = default;
    CopiedPointer(const CopiedPointer& other)
        : value_(other.value_ ? new Value(*other.value_) : nullptr) {}
    CopiedPointer(CopiedPointer&&) noexcept = default;
    CopiedPointer& operator=(const CopiedPointer& other) {
        if (this != &other) value_.reset(other.value_ ? new Value(*other.value_) : nullptr);
        return *this;
    }
    CopiedPointer& operator=(CopiedPointer&&) noexcept = default;
    ~CopiedPointer() = default;

    [[nodiscard]] Value* get() const noexcept { return value_.get(); }
    [[nodiscard]] explicit operator bool() const noexcept { return value_ != nullptr; }
    /// Returns the value, made now if there was none.
    [[nodiscard]] Value& made() {
        if (!value_) value_ = std::make_unique<Value>();
        return *value_;
    }

private:
    std::unique_ptr<Value> value_;
};

}  // namespace detail

/// The last arguments of a response.
struct ResponseOptions {
    /// The media type; text types get "; charset=utf-8".
    std::string_view mimetype = {};
    /// The whole Content-Type; wins over `mimetype`.
    std::string_view content_type = {};
    /// Whether the body is handed to the server untouched; it cannot be read then.
    bool direct_passthrough = false;
};

/// How `Response::make_conditional` answers Range requests.
struct ConditionalOptions {
    /// The range unit to offer, "bytes" or "none"; empty to ignore Range.
    std::string_view accept_ranges = {};
    /// The length of the whole body, where it is known; needed for a 206.
    std::optional<long long> complete_length = {};
};

/// How `Response::get_json` treats other media types and bad JSON.
struct ResponseJsonOptions {
    bool force = false;
    bool silent = false;
};

/// What `response.stream()` gives: appends to the body.
class ResponseStream {
public:
    explicit ResponseStream(Response& response) noexcept : response_(&response) {}
    /// Appends text to the body and returns its length.
    std::size_t write(std::string_view text) const;
    void writelines(std::initializer_list<std::string_view> lines) const;
    /// Returns the length of the body so far.
    [[nodiscard]] std::size_t tell() const;

private:
    Response* response_;
};

/// A response: body, status, header fields. Copied and moved freely; copies share a streamed body.
/// Used by one thread at a time.
class Response {
public:
    using TimePoint = std::chrono::system_clock::time_point;

    /// An empty 200 of type text/html.
    Response();
    /// A 200 of type text/html.
    explicit Response(Body body);
    Response(Body body, int status, Headers headers = {}, const ResponseOptions& options = {});
    /// The status as text: "404", "404 Not Found" or "299 My Own".
    Response(Body body, std::string_view status, Headers headers = {},
             const ResponseOptions& options = {});
    Response(const Response&) = default;
    Response(Response&&) noexcept = default;
    Response& operator=(const Response&) = default;
    Response& operator=(Response&&) noexcept = default;
    ~Response() = default;

    // Status and fields.
    [[nodiscard]] int status_code() const noexcept { return status_code_; }
    Response& status_code(int code);
    /// Returns code and reason, "404 Not Found".
    [[nodiscard]] std::string status() const { return std::string(status_line()); }
    Response& status(std::string_view status);
    Response& status(int code) { return status_code(code); }
    [[nodiscard]] Headers& headers() {
        if (standard_headers_) make_own_headers();
        return own_headers_;
    }
    [[nodiscard]] const Headers& headers() const {
        if (standard_headers_) make_own_headers();
        return own_headers_;
    }
    Response& headers(Headers headers);

    // The body.
    [[nodiscard]] const Body& body() const noexcept { return body_; }
    /// Replaces the body; a Content-Length set before is removed.
    Response& body(Body body);
    /// Returns the whole body. A streamed body is read into memory first.
    [[nodiscard]] const std::string& get_data() const;
    [[nodiscard]] const std::string& data() const { return get_data(); }
    /// Returns the whole body as UTF-8 text, with U+FFFD for what is not.
    [[nodiscard]] std::string text() const;
    /// Replaces the body and sets Content-Length.
    Response& set_data(std::string text);
    Response& data(std::string text) { return set_data(std::move(text)); }
    /// Returns the body as JSON; null where the media type is another. Bad JSON throws.
    [[nodiscard]] const Json& json() const { return get_json(); }
    [[nodiscard]] const Json& get_json(ResponseJsonOptions options = {}) const;
    [[nodiscard]] bool is_json() const;
    /// Whether the body comes in pieces, so that its length may be unknown.
    [[nodiscard]] bool is_streamed() const noexcept { return body_.is_streamed(); }
    [[nodiscard]] bool is_sequence() const noexcept { return !body_.is_streamed(); }
    /// Reads a streamed body into memory.
    Response& make_sequence();
    /// Reads the body into memory, sets Content-Length and an ETag.
    Response& freeze();
    /// Gives an object that appends to the body.
    [[nodiscard]] ResponseStream stream() noexcept { return ResponseStream(*this); }
    /// Returns the body's length where it is known without reading a stream.
    [[nodiscard]] std::optional<std::uint64_t> calculate_content_length() const {
        return body_.size();
    }
    [[nodiscard]] bool direct_passthrough() const noexcept { return direct_passthrough_; }
    Response& direct_passthrough(bool value) noexcept;
    /// Whether Content-Length is computed when the response is sent; true by default.
    [[nodiscard]] bool automatically_set_content_length() const noexcept {
        return automatic_length_;
    }
    Response& automatically_set_content_length(bool value) noexcept;
    /// Whether a relative Location is made absolute; false by default, as in Flask.
    [[nodiscard]] bool autocorrect_location_header() const noexcept {
        return autocorrect_location_;
    }
    Response& autocorrect_location_header(bool value) noexcept;
    /// Runs a function when the response was sent, or could not be.
    Response& call_on_close(detail::Function<void()> function);
    /// Closes the body and runs the functions of `call_on_close`. Servers do this through the body they were given.
    void close();

    // Cookies.
    Response& set_cookie(std::string_view key, std::string_view value = "",
                         const DumpCookieOptions& options = {});
    /// Sets the cookie empty and expired; path and domain must be those it was set with.
    Response& delete_cookie(std::string_view key, DumpCookieOptions options = {});

    // Typed fields. A getter gives what the field says now; the setter replaces the field.
    [[nodiscard]] std::optional<std::string> content_type() const { return field("Content-Type"); }
    Response& content_type(std::string_view value) { return set_field("Content-Type", value); }
    /// The media type without its parameters; setting it adds the charset to text types.
    [[nodiscard]] std::optional<std::string> mimetype() const;
    Response& mimetype(std::string_view value);
    [[nodiscard]] MultiDict mimetype_params() const;
    [[nodiscard]] std::optional<long long> content_length() const;
    Response& content_length(std::optional<long long> value);
    [[nodiscard]] std::optional<std::string> location() const { return field("Location"); }
    Response& location(std::string_view value) { return set_field("Location", value); }
    [[nodiscard]] std::optional<std::string> content_location() const {
        return field("Content-Location");
    }
    Response& content_location(std::string_view value) {
        return set_field("Content-Location", value);
    }
    [[nodiscard]] std::optional<std::string> content_encoding() const {
        return field("Content-Encoding");
    }
    Response& content_encoding(std::string_view value) {
        return set_field("Content-Encoding", value);
    }
    [[nodiscard]] std::optional<std::string> content_md5() const { return field("Content-MD5"); }
    Response& content_md5(std::string_view value) { return set_field("Content-MD5", value); }
    [[nodiscard]] std::optional<std::string> accept_ranges() const {
        return field("Accept-Ranges");
    }
    Response& accept_ranges(std::string_view value) { return set_field("Accept-Ranges", value); }
    [[nodiscard]] std::optional<TimePoint> date() const { return time_field("Date"); }
    Response& date(TimePoint value) { return set_time_field("Date", value); }
    [[nodiscard]] std::optional<TimePoint> expires() const { return time_field("Expires"); }
    Response& expires(TimePoint value) { return set_time_field("Expires", value); }
    [[nodiscard]] std::optional<TimePoint> last_modified() const {
        return time_field("Last-Modified");
    }
    Response& last_modified(TimePoint value) { return set_time_field("Last-Modified", value); }
    /// Seconds since the response left its origin.
    [[nodiscard]] std::optional<long long> age() const { return integer_field("Age"); }
    Response& age(long long seconds) { return set_integer_field("Age", seconds); }
    /// The point in time after which to try again, also where the field gives seconds.
    [[nodiscard]] std::optional<TimePoint> retry_after() const;
    Response& retry_after(TimePoint value) { return set_time_field("Retry-After", value); }
    Response& retry_after(long long seconds) { return set_integer_field("Retry-After", seconds); }

    [[nodiscard]] ResponseCacheControl cache_control() const;
    [[nodiscard]] detail::LiveField<ResponseCacheControl> cache_control();
    Response& cache_control(const ResponseCacheControl& value);
    [[nodiscard]] HeaderSet vary() const { return set_of("Vary"); }
    [[nodiscard]] detail::LiveField<HeaderSet> vary() { return live_set_of("Vary"); }
    Response& vary(const HeaderSet& value) { return set_set_of("Vary", value); }
    Response& vary(std::string_view value) { return set_field("Vary", value); }
    [[nodiscard]] HeaderSet allow() const { return set_of("Allow"); }
    [[nodiscard]] detail::LiveField<HeaderSet> allow() { return live_set_of("Allow"); }
    Response& allow(const HeaderSet& value) { return set_set_of("Allow", value); }
    Response& allow(std::string_view value) { return set_field("Allow", value); }
    [[nodiscard]] HeaderSet content_language() const { return set_of("Content-Language"); }
    [[nodiscard]] detail::LiveField<HeaderSet> content_language() {
        return live_set_of("Content-Language");
    }
    Response& content_language(const HeaderSet& value) {
        return set_set_of("Content-Language", value);
    }
    Response& content_language(std::string_view value) {
        return set_field("Content-Language", value);
    }
    [[nodiscard]] std::optional<ContentRange> content_range() const;
    Response& content_range(const ContentRange& value);
    Response& content_range(std::string_view value) { return set_field("Content-Range", value); }
    [[nodiscard]] std::optional<WWWAuthenticate> www_authenticate() const;
    Response& www_authenticate(const WWWAuthenticate& value);
    [[nodiscard]] ContentSecurityPolicy content_security_policy() const;
    [[nodiscard]] detail::LiveField<ContentSecurityPolicy> content_security_policy();
    Response& content_security_policy(const ContentSecurityPolicy& value);
    Response& content_security_policy(std::string_view value) {
        return set_field("Content-Security-Policy", value);
    }
    [[nodiscard]] ContentSecurityPolicy content_security_policy_report_only() const;
    [[nodiscard]] detail::LiveField<ContentSecurityPolicy> content_security_policy_report_only();
    Response& content_security_policy_report_only(const ContentSecurityPolicy& value);
    Response& content_security_policy_report_only(std::string_view value) {
        return set_field("Content-Security-Policy-Report-Only", value);
    }
    [[nodiscard]] std::optional<std::string> cross_origin_opener_policy() const {
        return field("Cross-Origin-Opener-Policy");
    }
    Response& cross_origin_opener_policy(std::string_view value) {
        return set_field("Cross-Origin-Opener-Policy", value);
    }
    [[nodiscard]] std::optional<std::string> cross_origin_embedder_policy() const {
        return field("Cross-Origin-Embedder-Policy");
    }
    Response& cross_origin_embedder_policy(std::string_view value) {
        return set_field("Cross-Origin-Embedder-Policy", value);
    }

    // Cross-origin requests (the Fetch standard).
    [[nodiscard]] bool access_control_allow_credentials() const {
        return headers().contains("Access-Control-Allow-Credentials");
    }
    Response& access_control_allow_credentials(bool value);
    [[nodiscard]] std::optional<std::string> access_control_allow_origin() const {
        return field("Access-Control-Allow-Origin");
    }
    Response& access_control_allow_origin(std::string_view value) {
        return set_field("Access-Control-Allow-Origin", value);
    }
    [[nodiscard]] HeaderSet access_control_allow_headers() const {
        return set_of("Access-Control-Allow-Headers");
    }
    Response& access_control_allow_headers(const HeaderSet& value) {
        return set_set_of("Access-Control-Allow-Headers", value);
    }
    [[nodiscard]] HeaderSet access_control_allow_methods() const {
        return set_of("Access-Control-Allow-Methods");
    }
    Response& access_control_allow_methods(const HeaderSet& value) {
        return set_set_of("Access-Control-Allow-Methods", value);
    }
    [[nodiscard]] HeaderSet access_control_expose_headers() const {
        return set_of("Access-Control-Expose-Headers");
    }
    Response& access_control_expose_headers(const HeaderSet& value) {
        return set_set_of("Access-Control-Expose-Headers", value);
    }
    [[nodiscard]] std::optional<long long> access_control_max_age() const {
        return integer_field("Access-Control-Max-Age");
    }
    Response& access_control_max_age(long long seconds) {
        return set_integer_field("Access-Control-Max-Age", seconds);
    }

    // Conditional requests (RFC 9110, section 13).
    /// Returns the ETag field as it stands.
    [[nodiscard]] std::optional<std::string> etag() const { return field("ETag"); }
    Response& etag(std::string_view value, bool weak = false) { return set_etag(value, weak); }
    /// Returns the entity tag without its quotes, and whether it is weak.
    [[nodiscard]] std::optional<std::pair<std::string, bool>> get_etag() const;
    Response& set_etag(std::string_view etag, bool weak = false);
    /// Adds an entity tag computed from the body, unless there is one.
    Response& add_etag(bool overwrite = false, bool weak = false);
    /// Answers a GET or HEAD as its conditions ask: 304, 412, or a 206 with part of the body.
    /// Throws RequestedRangeNotSatisfiable.
    Response& make_conditional(const Environ& environ, const ConditionalOptions& options = {});
    Response& make_conditional(const Request& request, const ConditionalOptions& options = {});
    /// The same for the `request` proxy.
    template <class Proxy>
        requires(!std::is_base_of_v<Request, Proxy> && !std::is_base_of_v<Environ, Proxy> &&
                 std::is_convertible_v<decltype(*std::declval<const Proxy&>()), const Request&>)
    Response& make_conditional(const Proxy& request, const ConditionalOptions& options = {}) {
        const Request& target = *request;
        return make_conditional(target, options);
    }

    // The response as an application.
    /// Makes the fields ready to send for this request: Content-Length, Location, none of the body's where it has none.
    [[nodiscard]] Headers get_wsgi_headers(const Environ& environ) const;
    /// Sends the response; it can be sent again.
    Body operator()(const Environ& environ, StartResponse start_response) const;
    /// Sends the response and gives its body away.
    Body send(const Environ& environ, StartResponse start_response) &&;
    /// Returns a description such as `<Response 12 bytes [200 OK]>`.
    [[nodiscard]] std::string repr() const;

    /// Runs an application on a request and returns what it answered; the whole body at once where `buffered`.
    [[nodiscard]] static Response from_app(const Application& application, Environ& environ,
                                           bool buffered = false);

private:
    friend class ResponseStream;
    friend Response detail::text_response(std::string&& text);
    friend Response detail::text_response(std::string_view text);
    friend Response detail::json_text_response(std::string&& text);
    using OnClose = detail::List<detail::Function<void()>>;

    /// What few responses have.
    struct Rare {
        std::string status;  // the status line, where the table has no such code and text
        std::shared_ptr<OnClose> on_close;  // shared with copies; run once
        std::shared_ptr<const Json> json;   // the parsed body
    };

    /// A 200 of a text, with fields that are always the same and the text's Content-Length.
    Response(std::string&& text, const Headers& standard_headers) noexcept;
    Response(std::string_view text, const Headers& standard_headers);

    [[nodiscard]] std::string_view status_line() const noexcept;
    void make_own_headers() const;
    void read_stream() const;
    void init_fields(const ResponseOptions& options);
    void finish_fields(const Environ& environ, Headers& headers) const;
    void finish_locations(const Environ& environ, Headers& headers) const;
    [[nodiscard]] bool has_no_body() const noexcept {
        return status_code_ != 200 && (status_code_ == 204 || status_code_ == 304 ||
                                       (status_code_ >= 100 && status_code_ < 200));
    }
    [[nodiscard]] std::optional<std::string> field(std::string_view name) const {
        return headers().get(name);
    }
    Response& set_field(std::string_view name, std::string_view value);
    [[nodiscard]] std::optional<TimePoint> time_field(std::string_view name) const;
    Response& set_time_field(std::string_view name, TimePoint value);
    [[nodiscard]] std::optional<long long> integer_field(std::string_view name) const;
    Response& set_integer_field(std::string_view name, long long value);
    [[nodiscard]] HeaderSet set_of(std::string_view name) const;
    [[nodiscard]] detail::LiveField<HeaderSet> live_set_of(std::string_view name);
    Response& set_set_of(std::string_view name, const HeaderSet& value);
    Response& set_or_remove(std::string_view name, std::string_view value);
    bool make_partial(const Environ& environ, const ConditionalOptions& options);

    int status_code_ = 200;
    bool direct_passthrough_ = false;
    bool automatic_length_ = true;
    bool autocorrect_location_ = false;
    // The fields of most responses are these and a Content-Length, and nobody asks for them before they are sent.
    mutable const Headers* standard_headers_ = nullptr;  // null once there are own ones
    mutable Headers own_headers_;
    mutable Body body_;
    mutable detail::CopiedPointer<Rare> rare_;
};

/// Makes a body of a function that returns the next piece, and nothing at the end.
template <class Generator>
    requires std::is_invocable_r_v < std::optional<std::string>, std::decay_t<Generator>
& > [[nodiscard]] Body stream(Generator&& generator) {
    return Body(std::forward<Generator>(generator));
}

}  // namespace microflask
