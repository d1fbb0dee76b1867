// Bodies of exceptions.hpp: the descriptions, and the error page.
#include "http/exceptions.hpp"

#include "core/config.hpp"
#include "core/markup.hpp"
#include "http/status.hpp"

#include <new>

namespace microflask {

namespace detail {

MICROFLASK_INLINE std::string_view http_exception_description(int code) noexcept {
    switch (code) {
    case 400: return "The browser (or proxy) sent a request that this server could not understand.";
    case 401:
        return "The server could not verify that you are authorized to access the URL requested. "
               "You "
               "either supplied the wrong credentials (e.g. a bad password), or your browser "
               "doesn't "
               "understand how to supply the credentials required.";
    case 403:
        return "You don't have the permission to access the requested resource. It is either "
               "read-protected or not readable by the server.";
    case 404:
        return "The requested URL was not found on the server. If you entered the URL manually "
               "please "
               "check your spelling and try again.";
    case 405: return "The method is not allowed for the requested URL.";
    case 406:
        return "The resource identified by the request is only capable of generating response "
               "entities "
               "which have content characteristics not acceptable according to the accept headers "
               "sent "
               "in the request.";
    case 408:
        return "The server closed the network connection because the browser didn't finish the "
               "request "
               "within the specified time.";
    case 409:
        return "A conflict happened while processing the request. The resource might have been "
               "modified "
               "while the request was being processed.";
    case 410:
        return "The requested URL is no longer available on this server and there is no forwarding "
               "address. If you followed a link from a foreign page, please contact the author of "
               "this "
               "page.";
    case 411:
        return "A request with this method requires a valid <code>Content-Length</code> header.";
    case 412: return "The precondition on the request for the URL failed positive evaluation.";
    case 413: return "The data value transmitted exceeds the capacity limit.";
    case 414:
        return "The length of the requested URL exceeds the capacity limit for this server. The "
               "request "
               "cannot be processed.";
    case 415: return "The server does not support the media type transmitted in the request.";
    case 416: return "The server cannot provide the requested range.";
    case 417: return "The server could not meet the requirements of the Expect header";
    case 418: return "This server is a teapot, not a coffee machine";
    case 421: return "The server is not able to produce a response.";
    case 422:
        return "The request was well-formed but was unable to be followed due to semantic errors.";
    case 423: return "The resource that is being accessed is locked.";
    case 424:
        return "The method could not be performed on the resource because the requested action "
               "depended "
               "on another action and that action failed.";
    case 428:
        return "This request is required to be conditional; try using \"If-Match\" or "
               "\"If-Unmodified-Since\".";
    case 429: return "This user has exceeded an allotted request count. Try again later.";
    case 431: return "One or more header fields exceeds the maximum size.";
    case 451: return "Unavailable for legal reasons.";
    case 500:
        return "The server encountered an internal error and was unable to complete your request. "
               "Either "
               "the server is overloaded or there is an error in the application.";
    case 501: return "The server does not support the action requested by the browser.";
    case 502: return "The proxy server received an invalid response from an upstream server.";
    case 503:
        return "The server is temporarily unable to service your request due to maintenance "
               "downtime or "
               "capacity problems. Please try again later.";
    case 504: return "The connection to an upstream server timed out.";
    case 505: return "The server does not support the HTTP protocol version used in the request.";
    default: return {};
    }
}

template <class Exception>
[[noreturn]] void throw_described(const std::optional<std::string>& description) {
    if (description) throw Exception(*description);
    throw Exception();
}

MICROFLASK_INLINE void throw_http_exception(int code,
                                            const std::optional<std::string>& description) {
    switch (code) {
    case 400: throw_described<BadRequest>(description);
    case 401: throw_described<Unauthorized>(description);
    case 403: throw_described<Forbidden>(description);
    case 404: throw_described<NotFound>(description);
    case 405: throw_described<MethodNotAllowed>(description);
    case 406: throw_described<NotAcceptable>(description);
    case 408: throw_described<RequestTimeout>(description);
    case 409: throw_described<Conflict>(description);
    case 410: throw_described<Gone>(description);
    case 411: throw_described<LengthRequired>(description);
    case 412: throw_described<PreconditionFailed>(description);
    case 413: throw_described<RequestEntityTooLarge>(description);
    case 414: throw_described<RequestURITooLarge>(description);
    case 415: throw_described<UnsupportedMediaType>(description);
    case 416: throw_described<RequestedRangeNotSatisfiable>(description);
    case 417: throw_described<ExpectationFailed>(description);
    case 418: throw_described<ImATeapot>(description);
    case 421: throw_described<MisdirectedRequest>(description);
    case 422: throw_described<UnprocessableEntity>(description);
    case 423: throw_described<Locked>(description);
    case 424: throw_described<FailedDependency>(description);
    case 428: throw_described<PreconditionRequired>(description);
    case 429: throw_described<TooManyRequests>(description);
    case 431: throw_described<RequestHeaderFieldsTooLarge>(description);
    case 451: throw_described<UnavailableForLegalReasons>(description);
    case 500: throw_described<InternalServerError>(description);
    case 501: throw_described<NotImplemented>(description);
    case 502: throw_described<BadGateway>(description);
    case 503: throw_described<ServiceUnavailable>(description);
    case 504: throw_described<GatewayTimeout>(description);
    case 505: throw_described<HTTPVersionNotSupported>(description);
    default: throw LookupError("no exception for " + std::to_string(code));
    }
}

}  // namespace detail

MICROFLASK_INLINE std::string HTTPException::name() const {
    if (!name_.empty()) return name_;
    const std::string_view known = detail::http_status_name(code());
    return std::string(known.empty() ? std::string_view("Unknown") : known);
}

MICROFLASK_INLINE std::string HTTPException::get_description() const {
    const Markup text = escape(description());
    std::string html = "<p>";
    for (const char c : text.str()) {
        if (c == '\n') {
            html += "<br>";
        } else {
            html += c;
        }
    }
    return html + "</p>";
}

MICROFLASK_INLINE std::string HTTPException::get_body() const {
    const std::string title = escape(name()).str();
    const std::string number = code() == 0 ? "None" : std::to_string(code());
    return "<!doctype html>\n<html lang=en>\n<title>" + number + " " + title + "</title>\n<h1>" +
           title + "</h1>\n" + get_description() + "\n";
}

MICROFLASK_INLINE HTTPException::Fields HTTPException::get_headers() const {
    return {{"Content-Type", "text/html; charset=utf-8"}};
}

MICROFLASK_INLINE const char* HTTPException::what() const noexcept {
    try {
        if (what_.empty()) {
            what_ = (code() == 0 ? std::string("???") : std::to_string(code())) + " " + name() +
                    ": " + description();
        }
        return what_.c_str();
    } catch (const std::bad_alloc&) {
        return "an HTTP error";
    }
}

MICROFLASK_INLINE std::string BadRequestKeyError::description() const {
    std::string text = BadRequest::description();
    if (show_exception_) text += "\nKeyError: '" + key_ + "'";
    return text;
}

MICROFLASK_INLINE HTTPException::Fields Unauthorized::get_headers() const {
    Fields fields = HTTPException::get_headers();
    for (const std::string& challenge : www_authenticate_)
        fields.emplace_back("WWW-Authenticate", challenge);
    return fields;
}

MICROFLASK_INLINE HTTPException::Fields MethodNotAllowed::get_headers() const {
    Fields fields = HTTPException::get_headers();
    std::string allow;
    for (const std::string& method : valid_methods_) {
        if (!allow.empty()) allow += ", ";
        allow += method;
    }
    if (!allow.empty()) fields.emplace_back("Allow", allow);
    return fields;
}

MICROFLASK_INLINE HTTPException::Fields RequestedRangeNotSatisfiable::get_headers() const {
    Fields fields = HTTPException::get_headers();
    if (length_) fields.emplace_back("Content-Range", units_ + " */" + std::to_string(*length_));
    return fields;
}

}  // namespace microflask
