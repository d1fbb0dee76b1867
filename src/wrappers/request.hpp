// The request as the application sees it (Werkzeug's and Flask's Request in one class). It only points to the Environ:
// nothing is split, decoded or parsed before it is asked for, and then it is kept.
#pragma once

#include "datastructures/accept.hpp"
#include "datastructures/auth.hpp"
#include "datastructures/cache_control.hpp"
#include "datastructures/etags.hpp"
#include "datastructures/file_storage.hpp"
#include "datastructures/header_set.hpp"
#include "datastructures/headers.hpp"
#include "datastructures/multi_dict.hpp"
#include "datastructures/range.hpp"
#include "datastructures/user_agent.hpp"
#include "gateway/application.hpp"
#include "gateway/environ.hpp"
#include "gateway/streams.hpp"
#include "http/exceptions.hpp"
#include "json/value.hpp"
#include "wrappers/response.hpp"

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace microflask {

/// What an application allows its requests; one object for all, changed only between requests.
struct RequestLimits {
    /// The longest body that is read at all; none for no limit.
    std::optional<long long> max_content_length = {};
    /// The most bytes of one form field that is no file, and of an urlencoded form.
    std::optional<long long> max_form_memory_size = 500000;
    /// The most parts of a multipart form.
    std::optional<long long> max_form_parts = 1000;
    /// The host names that are answered; ".example.com" stands for subdomains too. Empty for all.
    std::vector<std::string> trusted_hosts = {};
    /// Whether errors in a request's body are explained to the client.
    bool explain_errors = false;
};

struct GetDataOptions {
    /// Whether to keep the bytes for the next call.
    bool cache = true;
    /// Whether to replace what is no UTF-8 by U+FFFD.
    bool as_text = false;
    /// Whether to parse a form first; its bytes are gone then.
    bool parse_form_data = false;
};

struct GetJsonOptions {
    /// Whether to ignore the content type.
    bool force = false;
    /// Whether to answer null instead of throwing.
    bool silent = false;
    /// Whether to keep the value for the next call.
    bool cache = true;
};

/// A request. One per Environ, used by one thread at a time; what it hands out lives as long as the request.
class Request {
public:
    using TimePoint = std::chrono::system_clock::time_point;
    /// Makes the values of a matched rule's variables, when first asked for.
    using ViewArgsMaker = Json (*)(const void* source);

    explicit Request(Environ& environ) noexcept : environ_(&environ) {}
    Request(Environ& environ, const RequestLimits* limits) noexcept
        : environ_(&environ), limits_(limits) {}
    Request(Request&& other) noexcept;
    Request& operator=(Request&& other) noexcept;
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    ~Request() {
        if (parsed_) forget();
    }

    /// Makes an application of a function that takes a `Request&` and returns what a view may return.
    /// An HTTPException becomes its page.
    template <class Function>
    [[nodiscard]] static Application application(Function function);

    // The request line and the URL.
    [[nodiscard]] Environ& environ() const noexcept { return *environ_; }
    /// The method in upper case.
    [[nodiscard]] std::string_view method() const;
    /// The decoded path, beginning with one "/".
    [[nodiscard]] std::string_view path() const;
    /// The path, "?" and the query string as received.
    [[nodiscard]] std::string_view full_path() const;
    [[nodiscard]] std::string_view query_string() const noexcept {
        return environ_->query_string();
    }
    /// The prefix under which the application is mounted, without a trailing slash.
    [[nodiscard]] std::string_view root_path() const noexcept;
    [[nodiscard]] std::string_view script_root() const noexcept { return root_path(); }
    [[nodiscard]] std::string_view scheme() const noexcept { return environ_->url_scheme(); }
    [[nodiscard]] bool is_secure() const noexcept;
    /// The host as the client wrote it, without the scheme's own port. Throws SecurityError (400) where it is not one
    /// of the trusted hosts; empty where it is no host at all.
    [[nodiscard]] std::string_view host() const;
    [[nodiscard]] const std::string& url() const;
    /// The URL without its query string.
    [[nodiscard]] const std::string& base_url() const;
    /// Scheme, host and root path.
    [[nodiscard]] const std::string& root_url() const;
    [[nodiscard]] const std::string& url_root() const { return root_url(); }
    [[nodiscard]] const std::string& host_url() const;

    // The client.
    [[nodiscard]] std::optional<std::string_view> remote_addr() const noexcept;
    [[nodiscard]] std::optional<std::string_view> remote_user() const {
        return environ_->get("REMOTE_USER");
    }
    /// The addresses in X-Forwarded-For, which anyone may have written, else the client's own.
    [[nodiscard]] std::vector<std::string> access_route() const;
    [[nodiscard]] bool is_multithread() const noexcept { return environ_->server().multithread; }
    [[nodiscard]] bool is_multiprocess() const noexcept { return environ_->server().multiprocess; }
    [[nodiscard]] bool is_run_once() const noexcept { return environ_->server().run_once; }

    // The routing's result; none before a URL was matched.
    [[nodiscard]] std::optional<std::string> endpoint() const;
    [[nodiscard]] const Json& view_args() const;
    /// The rule that matched, as it was written.
    [[nodiscard]] std::optional<std::string> url_rule() const;
    /// The name of the blueprint that was registered the view; "a.b" for a nested one.
    [[nodiscard]] std::optional<std::string> blueprint() const;
    /// The blueprint and those around it, innermost first.
    [[nodiscard]] std::vector<std::string> blueprints() const;
    /// Why no rule matched, where none did.
    [[nodiscard]] std::exception_ptr routing_exception() const noexcept {
        return routing_exception_;
    }

    // Header fields.
    [[nodiscard]] const Headers& headers() const;
    [[nodiscard]] const MultiDict& cookies() const;
    [[nodiscard]] std::optional<std::string_view> content_type() const {
        return environ_->get("CONTENT_TYPE");
    }
    /// The content type without parameters, in lower case; empty where there is none.
    [[nodiscard]] std::string_view mimetype() const;
    [[nodiscard]] const MultiDict& mimetype_params() const;
    [[nodiscard]] bool is_json() const;
    [[nodiscard]] std::optional<long long> content_length() const;
    [[nodiscard]] std::optional<std::string_view> content_encoding() const {
        return field("Content-Encoding");
    }
    [[nodiscard]] std::optional<std::string_view> content_md5() const {
        return field("Content-MD5");
    }
    [[nodiscard]] std::optional<std::string_view> referrer() const { return field("Referer"); }
    [[nodiscard]] std::optional<std::string_view> origin() const { return field("Origin"); }
    [[nodiscard]] UserAgent user_agent() const;
    [[nodiscard]] std::optional<Authorization> authorization() const;
    [[nodiscard]] MIMEAccept accept_mimetypes() const;
    [[nodiscard]] LanguageAccept accept_languages() const;
    [[nodiscard]] Accept accept_encodings() const;
    [[nodiscard]] CharsetAccept accept_charsets() const;
    [[nodiscard]] RequestCacheControl cache_control() const;
    [[nodiscard]] ETags if_match() const;
    [[nodiscard]] ETags if_none_match() const;
    [[nodiscard]] std::optional<TimePoint> if_modified_since() const {
        return time_field("If-Modified-Since");
    }
    [[nodiscard]] std::optional<TimePoint> if_unmodified_since() const {
        return time_field("If-Unmodified-Since");
    }
    [[nodiscard]] IfRange if_range() const;
    [[nodiscard]] std::optional<Range> range() const;
    [[nodiscard]] std::optional<TimePoint> date() const { return time_field("Date"); }
    [[nodiscard]] std::optional<long long> max_forwards() const;
    [[nodiscard]] HeaderSet pragma() const;
    [[nodiscard]] std::optional<HeaderSet> access_control_request_headers() const;
    [[nodiscard]] std::optional<std::string_view> access_control_request_method() const {
        return field("Access-Control-Request-Method");
    }
    [[nodiscard]] std::optional<std::string_view> sec_fetch_site() const {
        return field("Sec-Fetch-Site");
    }
    [[nodiscard]] std::optional<std::string_view> sec_fetch_mode() const {
        return field("Sec-Fetch-Mode");
    }
    [[nodiscard]] std::optional<std::string_view> sec_fetch_user() const {
        return field("Sec-Fetch-User");
    }
    [[nodiscard]] std::optional<std::string_view> sec_fetch_dest() const {
        return field("Sec-Fetch-Dest");
    }

    // Parameters and the body.
    /// The query string's parameters.
    [[nodiscard]] const MultiDict& args() const;
    /// The form's fields; empty where the body is no form. Throws RequestEntityTooLarge beyond the limits.
    [[nodiscard]] const MultiDict& form() const;
    /// The form's files.
    [[nodiscard]] const BasicMultiDict<FileStorage>& files() const;
    /// The query string's parameters, then the form's fields (not of a GET).
    [[nodiscard]] const CombinedMultiDict& values() const;
    /// The body; empty where it is a form.
    [[nodiscard]] std::string_view data() const { return get_data({.parse_form_data = true}); }
    /// The body as it came.
    [[nodiscard]] std::string_view get_data(GetDataOptions options = {}) const;
    /// The body to be read piece by piece, once; it ends where the body does.
    [[nodiscard]] InputStream& stream() const;
    /// The body as JSON. Throws UnsupportedMediaType (415) or BadRequest (400).
    [[nodiscard]] const Json& json() const { return get_json(); }
    [[nodiscard]] const Json& get_json(GetJsonOptions options = {}) const;
    /// Closes the files of the form.
    void close();

    // Limits: the application's, or this request's own.
    [[nodiscard]] std::optional<long long> max_content_length() const;
    Request& max_content_length(std::optional<long long> size);
    [[nodiscard]] std::optional<long long> max_form_memory_size() const;
    Request& max_form_memory_size(std::optional<long long> size);
    [[nodiscard]] std::optional<long long> max_form_parts() const;
    Request& max_form_parts(std::optional<long long> count);
    [[nodiscard]] const std::vector<std::string>& trusted_hosts() const;
    Request& trusted_hosts(std::vector<std::string> hosts);

    /// Returns a description such as `<Request 'http://localhost/' [GET]>`.
    [[nodiscard]] std::string repr() const;

    // For the framework.
    void set_limits(const RequestLimits* limits) noexcept { limits_ = limits; }
    /// Says what was matched. The texts live as long as the request; `view_args` is called with `source` at most once,
    /// when first asked for.
    void set_routing(std::string_view endpoint, std::string_view rule, const void* source,
                     ViewArgsMaker view_args) noexcept {
        endpoint_ = endpoint;
        rule_ = rule;
        view_args_source_ = source;
        view_args_maker_ = view_args;
    }
    void set_routing_exception(std::exception_ptr exception) noexcept {
        routing_exception_ = std::move(exception);
    }
    /// Reads the body now, as a form or as bytes, so that `copy_onto` takes it along.
    void read_body() const;
    /// Returns the same request on another environ, with the form, the files and the bytes that were read by now.
    [[nodiscard]] Request copy_onto(Environ& environ) const;
    /// Replaces the variables' values, as a URL value preprocessor may.
    void set_view_args(Json values);
    /// The endpoint without a copy; no data where nothing matched.
    [[nodiscard]] std::string_view endpoint_view() const noexcept { return endpoint_; }

private:
    struct Parsed;  // everything computed; made when first needed

    [[nodiscard]] Parsed& parsed() const { return parsed_ ? *parsed_ : make_parsed(); }
    Parsed& make_parsed() const;
    void forget() noexcept;
    [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const {
        return environ_->field(name);
    }
    [[nodiscard]] std::string_view field_or_empty(std::string_view name) const {
        return environ_->field(name).value_or(std::string_view{});
    }
    [[nodiscard]] std::optional<TimePoint> time_field(std::string_view name) const;
    void parse_content_type() const;
    void load_form_data() const;

    Environ* environ_;
    const RequestLimits* limits_ = nullptr;
    mutable Parsed* parsed_ = nullptr;
    std::string_view endpoint_;
    std::string_view rule_;
    const void* view_args_source_ = nullptr;
    ViewArgsMaker view_args_maker_ = nullptr;
    std::exception_ptr routing_exception_;
};

namespace detail {

// Two ways to make a response of what a function returned. This one knows what a Response is made of; the framework adds
// one for MakesAnyResponse, the better match, which knows everything that a view may return.
struct MakesPlainResponse {};
struct MakesAnyResponse : MakesPlainResponse {};

template <class Value>
Response make_application_response(MakesPlainResponse, Value&& value) {
    return Response(std::forward<Value>(value));
}

}  // namespace detail

template <class Function>
Application Request::application(Function function) {
    static_assert(std::is_invocable_v<Function&, Request&>,
                  "Request::application takes a callable of (Request&)");
    return Application([function = std::move(function)](
                           Environ& environ, StartResponse start_response) mutable -> Body {
        Request request(environ);
        std::optional<Response> response;
        try {
            response.emplace(
                make_application_response(detail::MakesAnyResponse{}, function(request)));
        } catch (const HTTPException& exception) {
            response.emplace(exception.get_response());
        }
        return std::move(*response).send(environ, start_response);
    });
}

}  // namespace microflask
