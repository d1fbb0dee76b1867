// The HTTP exceptions: codes, texts, pages and fields as Werkzeug has them.
#include "http/exceptions.hpp"

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

using namespace microflask;

namespace {

using Fields = HTTPException::Fields;

std::string page(std::string_view number, std::string_view name, std::string_view text) {
    std::string html = "<!doctype html>\n<html lang=en>\n<title>";
    html += number;
    html += ' ';
    html += name;
    html += "</title>\n<h1>";
    html += name;
    html += "</h1>\n<p>";
    html += text;
    return html + "</p>\n";
}

class PaymentRequired : public HTTPException {
public:
    PaymentRequired() : HTTPException(402, "Payment Required", "Pay <first>.") {}
};

template <class Exception>
int code_of() {
    return Exception().code();
}

}  // namespace

TEST_CASE("every class has its code", "[http]") {
    CHECK(code_of<BadRequest>() == 400);
    CHECK(code_of<BadRequestKeyError>() == 400);
    CHECK(code_of<ClientDisconnected>() == 400);
    CHECK(code_of<SecurityError>() == 400);
    CHECK(code_of<BadHost>() == 400);
    CHECK(code_of<Unauthorized>() == 401);
    CHECK(code_of<Forbidden>() == 403);
    CHECK(code_of<NotFound>() == 404);
    CHECK(code_of<MethodNotAllowed>() == 405);
    CHECK(code_of<NotAcceptable>() == 406);
    CHECK(code_of<RequestTimeout>() == 408);
    CHECK(code_of<Conflict>() == 409);
    CHECK(code_of<Gone>() == 410);
    CHECK(code_of<LengthRequired>() == 411);
    CHECK(code_of<PreconditionFailed>() == 412);
    CHECK(code_of<RequestEntityTooLarge>() == 413);
    CHECK(code_of<RequestURITooLarge>() == 414);
    CHECK(code_of<UnsupportedMediaType>() == 415);
    CHECK(code_of<RequestedRangeNotSatisfiable>() == 416);
    CHECK(code_of<ExpectationFailed>() == 417);
    CHECK(code_of<ImATeapot>() == 418);
    CHECK(code_of<MisdirectedRequest>() == 421);
    CHECK(code_of<UnprocessableEntity>() == 422);
    CHECK(code_of<Locked>() == 423);
    CHECK(code_of<FailedDependency>() == 424);
    CHECK(code_of<PreconditionRequired>() == 428);
    CHECK(code_of<TooManyRequests>() == 429);
    CHECK(code_of<RequestHeaderFieldsTooLarge>() == 431);
    CHECK(code_of<UnavailableForLegalReasons>() == 451);
    CHECK(code_of<InternalServerError>() == 500);
    CHECK(code_of<NotImplemented>() == 501);
    CHECK(code_of<BadGateway>() == 502);
    CHECK(code_of<ServiceUnavailable>() == 503);
    CHECK(code_of<GatewayTimeout>() == 504);
    CHECK(code_of<HTTPVersionNotSupported>() == 505);
}

TEST_CASE("the pages are Werkzeug's", "[http]") {
    CHECK(NotFound().get_body() == page("404", "Not Found",
                                        "The requested URL was not found on the server. If you "
                                        "entered the URL manually please check your "
                                        "spelling and try again."));
    CHECK(Forbidden().get_body() == page("403", "Forbidden",
                                         "You don&#39;t have the permission to access the "
                                         "requested resource. It is either read-protected or not "
                                         "readable by the server."));
    CHECK(LengthRequired().get_body() == page("411", "Length Required",
                                              "A request with this method requires a valid "
                                              "&lt;code&gt;Content-Length&lt;/code&gt; header."));
    CHECK(RequestURITooLarge().get_body() ==
          page("414", "Request-URI Too Long",
               "The length of the requested URL exceeds the capacity limit for this server. The "
               "request cannot be "
               "processed."));
    CHECK(ImATeapot().get_body() ==
          page("418", "I&#39;m a Teapot", "This server is a teapot, not a coffee machine"));
    CHECK(PreconditionRequired().get_body() ==
          page("428", "Precondition Required",
               "This request is required to be conditional; try using &#34;If-Match&#34; or "
               "&#34;If-Unmodified-Since&#34;."));
    CHECK(InternalServerError().get_body() ==
          page("500", "Internal Server Error",
               "The server encountered an internal error and was unable to complete your request. "
               "Either the server is "
               "overloaded or there is an error in the application."));
    CHECK(MisdirectedRequest().get_body() ==
          page("421", "Misdirected Request", "The server is not able to produce a response."));
}

TEST_CASE("a description of one's own is escaped", "[http]") {
    const NotFound error("a <b>\nc");
    CHECK(error.get_body() == page("404", "Not Found", "a &lt;b&gt;<br>c"));
    CHECK(error.description() == "a <b>\nc");
    CHECK(error.get_description() == "<p>a &lt;b&gt;<br>c</p>");
    CHECK(std::string(error.what()) == "404 Not Found: a <b>\nc");
    CHECK(error.get_headers() == Fields{{"Content-Type", "text/html; charset=utf-8"}});
    CHECK(NotFound("").get_body() == page("404", "Not Found", ""));
    CHECK(std::string(NotFound("").what()) == "404 Not Found: ");
}

TEST_CASE("a description can be changed", "[http]") {
    NotFound error;
    CHECK(std::string(error.what()).substr(0, 34) == "404 Not Found: The requested URL w");
    error.description("gone");
    CHECK(std::string(error.what()) == "404 Not Found: gone");
}

TEST_CASE("some exceptions add fields", "[http]") {
    const std::pair<std::string, std::string> type("Content-Type", "text/html; charset=utf-8");
    CHECK(MethodNotAllowed({"GET", "POST"}).get_headers() == Fields{type, {"Allow", "GET, POST"}});
    CHECK(MethodNotAllowed().get_headers() == Fields{type});
    CHECK(RequestedRangeNotSatisfiable(100).get_headers() ==
          Fields{type, {"Content-Range", "bytes */100"}});
    CHECK(RequestedRangeNotSatisfiable(7, "items").get_headers() ==
          Fields{type, {"Content-Range", "items */7"}});
    CHECK(RequestedRangeNotSatisfiable().get_headers() == Fields{type});
    CHECK(TooManyRequests(20).get_headers() == Fields{type, {"Retry-After", "20"}});
    CHECK(std::string(TooManyRequests(20).what()) ==
          "429 Too Many Requests: This user has exceeded an allotted request count. Try again "
          "later.");
    ServiceUnavailable later;
    CHECK(later.get_headers() == Fields{type});
    later.retry_after("Thu, 29 Feb 2024 12:34:56 GMT");
    CHECK(later.get_headers() == Fields{type, {"Retry-After", "Thu, 29 Feb 2024 12:34:56 GMT"}});
    CHECK(Unauthorized("who?", {"Basic realm=a", "Bearer"}).get_headers() ==
          Fields{type, {"WWW-Authenticate", "Basic realm=a"}, {"WWW-Authenticate", "Bearer"}});
}

TEST_CASE("a missing key is told only where that is wished", "[http]") {
    BadRequestKeyError error("k");
    const std::string text =
        "The browser (or proxy) sent a request that this server could not understand.";
    CHECK(error.key() == "k");
    CHECK(error.get_body() == page("400", "Bad Request", text));
    error.show_exception(true);
    CHECK(error.get_body() == page("400", "Bad Request", text + "<br>KeyError: &#39;k&#39;"));
    CHECK(std::string(error.what()) == "400 Bad Request: " + text + "\nKeyError: 'k'");
}

TEST_CASE("an exception without a status is unknown", "[http]") {
    const HTTPException error("x");
    CHECK(error.code() == 0);
    CHECK(error.name() == "Unknown");
    CHECK(std::string(error.what()) == "??? Unknown: x");
    CHECK(error.get_body() == page("None", "Unknown", "x"));
    CHECK(error.response() == nullptr);
}

TEST_CASE("an application has exceptions of its own", "[http]") {
    const PaymentRequired error;
    CHECK(error.code() == 402);
    CHECK(error.get_body() == page("402", "Payment Required", "Pay &lt;first&gt;."));
    const HTTPException copy = error;
    CHECK(std::string(copy.what()) == "402 Payment Required: Pay <first>.");
}

TEST_CASE("an internal error keeps its cause", "[http]") {
    const InternalServerError error(std::make_exception_ptr(std::runtime_error("cause")));
    REQUIRE(error.original_exception());
    CHECK_THROWS_AS(std::rethrow_exception(error.original_exception()), std::runtime_error);
    CHECK_FALSE(InternalServerError().original_exception());
}

TEST_CASE("each code throws its class", "[http]") {
    CHECK_THROWS_AS(detail::throw_http_exception(404), NotFound);
    CHECK_THROWS_AS(detail::throw_http_exception(418, "short and stout"), ImATeapot);
    CHECK_THROWS_AS(detail::throw_http_exception(999), LookupError);
    CHECK_THROWS_AS(detail::throw_http_exception(402), LookupError);
    int thrown = 0;
    for (int code = 0; code < 1000; ++code) {
        CAPTURE(code);
        if (!detail::is_http_exception_code(code)) continue;
        try {
            detail::throw_http_exception(code, "why");
        } catch (const HTTPException& error) {
            ++thrown;
            CHECK(error.code() == code);
            CHECK(error.description() == "why");
            CHECK(error.name() != "Unknown");
        }
    }
    CHECK(thrown == 31);
}

TEST_CASE("all of them are caught as their bases", "[http]") {
    CHECK(std::is_base_of_v<BadRequest, BadRequestKeyError>);
    CHECK(std::is_base_of_v<BadRequest, SecurityError>);
    CHECK(std::is_base_of_v<HTTPException, GatewayTimeout>);
    CHECK(std::is_base_of_v<std::exception, HTTPException>);
    CHECK(std::is_copy_constructible_v<InternalServerError>);
}
