// Pages, redirects, names and forms: what Werkzeug answers and reads, line for line.
#include "wrappers/response.hpp"

#include "http/dates.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/abort.hpp"
#include "wrappers/redirect.hpp"
#include "wrappers/request.hpp"
#include "wrappers/send_file.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string page(std::string_view title, std::string_view name, std::string_view paragraph) {
    std::string text = "<!doctype html>\n<html lang=en>\n<title>";
    text += title;
    text += "</title>\n<h1>";
    text += name;
    text += "</h1>\n<p>";
    text += paragraph;
    return text;
}

/// What a request sees of a form: its fields as "name=value", its files as "name=(file name, type, content type, text)".
std::string form_of(std::string_view body, std::string_view content_type) {
    EnvironBuilderOptions options;
    options.method = "POST";
    options.data = body;
    options.content_type = content_type;
    const auto environ = create_environ("/", std::move(options));
    Request request(environ->environ());
    std::string text;
    for (const auto& [name, value] : request.form()) text += name + "=" + value + ";";
    for (auto&& [name, file] : request.files()) {
        text += name + "=(" + file.filename() + ", " + std::string(file.mimetype()) + ", " +
                std::string(file.content_type()) + ", " + file.read() + ");";
    }
    return text;
}

std::string part_of(std::string_view head, std::string_view body) {
    return "--bound\r\n" + std::string(head) + "\r\n\r\n" + std::string(body) + "\r\n";
}

}  // namespace

TEST_CASE("every error has the page that Werkzeug has", "[wrappers]") {
    const std::tuple<int, std::string_view, std::string_view> cases[] = {
        {400, "Bad Request",
         "The browser (or proxy) sent a request that this server could not understand."},
        {401, "Unauthorized",
         "The server could not verify that you are authorized to access the URL requested. You "
         "either supplied the wrong credentials (e.g. a bad password), or your browser doesn&#39;t "
         "understand how to supply the credentials required."},
        {403, "Forbidden",
         "You don&#39;t have the permission to access the requested resource. It is either "
         "read-protected or not readable by the server."},
        {404, "Not Found",
         "The requested URL was not found on the server. If you entered the URL manually please "
         "check your spelling and try again."},
        {405, "Method Not Allowed", "The method is not allowed for the requested URL."},
        {406, "Not Acceptable",
         "The resource identified by the request is only capable of generating response entities "
         "which have content characteristics not acceptable according to the accept headers sent "
         "in the request."},
        {408, "Request Timeout",
         "The server closed the network connection because the browser didn&#39;t finish the "
         "request within the specified time."},
        {409, "Conflict",
         "A conflict happened while processing the request. The resource might have been modified "
         "while the request was being processed."},
        {410, "Gone",
         "The requested URL is no longer available on this server and there is no forwarding "
         "address. If you followed a link from a foreign page, please contact the author of this "
         "page."},
        {411, "Length Required",
         "A request with this method requires a valid &lt;code&gt;Content-Length&lt;/code&gt; "
         "header."},
        {412, "Precondition Failed",
         "The precondition on the request for the URL failed positive evaluation."},
        {413, "Request Entity Too Large", "The data value transmitted exceeds the capacity limit."},
        {414, "Request-URI Too Long",
         "The length of the requested URL exceeds the capacity limit for this server. The request "
         "cannot be processed."},
        {415, "Unsupported Media Type",
         "The server does not support the media type transmitted in the request."},
        {416, "Requested Range Not Satisfiable", "The server cannot provide the requested range."},
        {417, "Expectation Failed",
         "The server could not meet the requirements of the Expect header"},
        {418, "I&#39;m a Teapot", "This server is a teapot, not a coffee machine"},
        {422, "Unprocessable Entity",
         "The request was well-formed but was unable to be followed due to semantic errors."},
        {423, "Locked", "The resource that is being accessed is locked."},
        {424, "Failed Dependency",
         "The method could not be performed on the resource because the requested action depended "
         "on another action and that action failed."},
        {428, "Precondition Required",
         "This request is required to be conditional; try using &#34;If-Match&#34; or "
         "&#34;If-Unmodified-Since&#34;."},
        {429, "Too Many Requests",
         "This user has exceeded an allotted request count. Try again later."},
        {431, "Request Header Fields Too Large",
         "One or more header fields exceeds the maximum size."},
        {451, "Unavailable For Legal Reasons", "Unavailable for legal reasons."},
        {500, "Internal Server Error",
         "The server encountered an internal error and was unable to complete your request. Either "
         "the server is overloaded or there is an error in the application."},
        {501, "Not Implemented",
         "The server does not support the action requested by the browser."},
        {502, "Bad Gateway",
         "The proxy server received an invalid response from an upstream server."},
        {503, "Service Unavailable",
         "The server is temporarily unable to service your request due to maintenance downtime or "
         "capacity problems. Please try again later."},
        {504, "Gateway Timeout", "The connection to an upstream server timed out."},
        {505, "HTTP Version Not Supported",
         "The server does not support the HTTP protocol version used in the request."},
        {421, "Misdirected Request", "The server is not able to produce a response."},
    };
    for (const auto& [code, name, description] : cases) {
        CAPTURE(code);
        const std::string title = std::to_string(code) + " " + std::string(name);
        bool thrown = false;
        try {
            abort(code);
        } catch (const HTTPException& error) {
            thrown = true;
            const Response response = error.get_response();
            CHECK(response.data() == page(title, name, std::string(description) + "</p>\n"));
            CHECK(response.headers()["Content-Type"] == "text/html; charset=utf-8");
        }
        CHECK(thrown);
    }
}

TEST_CASE("an error tells its description and its fields as Werkzeug does", "[wrappers]") {
    const auto said = [](const HTTPException& error) {
        std::string text = error.what();
        for (const auto& [name, value] : error.get_headers()) text += " | " + name + ": " + value;
        return text;
    };
    const std::string html = " | Content-Type: text/html; charset=utf-8";
    const std::string bad =
        "400 Bad Request: The browser (or proxy) sent a request that this server could not "
        "understand.";
    CHECK(said(NotFound("a <b>\nc")) == "404 Not Found: a <b>\nc" + html);
    CHECK(NotFound("a <b>\nc").get_body() ==
          page("404 Not Found", "Not Found", "a &lt;b&gt;<br>c</p>\n"));
    CHECK(said(MethodNotAllowed({"GET", "POST"})) ==
          "405 Method Not Allowed: The method is not allowed for the requested URL." + html +
              " | Allow: GET, POST");
    CHECK(said(RequestedRangeNotSatisfiable(100)) ==
          "416 Requested Range Not Satisfiable: The server cannot provide the requested range." +
              html + " | Content-Range: bytes */100");
    CHECK(said(TooManyRequests(20)) ==
          "429 Too Many Requests: This user has exceeded an allotted request count. Try again "
          "later." +
              html + " | Retry-After: 20");
    ServiceUnavailable later;
    later.retry_after(http_date(1709210096));
    CHECK(
        said(later) ==
        "503 Service Unavailable: The server is temporarily unable to service your request due to "
        "maintenance downtime or capacity problems. Please try again later." +
            html + " | Retry-After: Thu, 29 Feb 2024 12:34:56 GMT");
    CHECK(said(HTTPException("x")) == "??? Unknown: x" + html);
    CHECK(HTTPException("x").get_body() == page("None Unknown", "Unknown", "x</p>\n"));
    CHECK(said(NotFound("")) == "404 Not Found: " + html);
    CHECK(NotFound("").get_body() == page("404 Not Found", "Not Found", "</p>\n"));
    BadRequestKeyError key("k");
    CHECK(said(key) == bad + html);
    key.show_exception(true);
    CHECK(said(key) == bad + "\nKeyError: 'k'" + html);
    CHECK(key.get_body() == page("400 Bad Request", "Bad Request",
                                 bad.substr(17) + "<br>KeyError: &#39;k&#39;</p>\n"));
}

TEST_CASE("a status has the name that Werkzeug gives it", "[wrappers]") {
    const std::pair<int, std::string_view> cases[] = {
        {200, "200 OK"},
        {201, "201 Created"},
        {204, "204 No Content"},
        {206, "206 Partial Content"},
        {301, "301 Moved Permanently"},
        {302, "302 Found"},
        {303, "303 See Other"},
        {304, "304 Not Modified"},
        {307, "307 Temporary Redirect"},
        {308, "308 Permanent Redirect"},
        {400, "400 Bad Request"},
        {401, "401 Unauthorized"},
        {403, "403 Forbidden"},
        {404, "404 Not Found"},
        {405, "405 Method Not Allowed"},
        {406, "406 Not Acceptable"},
        {408, "408 Request Timeout"},
        {409, "409 Conflict"},
        {410, "410 Gone"},
        {411, "411 Length Required"},
        {412, "412 Precondition Failed"},
        {413, "413 Request Entity Too Large"},
        {414, "414 Request-URI Too Long"},
        {415, "415 Unsupported Media Type"},
        {416, "416 Requested Range Not Satisfiable"},
        {417, "417 Expectation Failed"},
        {418, "418 I'm a Teapot"},
        {421, "421 Misdirected Request"},
        {422, "422 Unprocessable Entity"},
        {423, "423 Locked"},
        {424, "424 Failed Dependency"},
        {428, "428 Precondition Required"},
        {429, "429 Too Many Requests"},
        {431, "431 Request Header Fields Too Large"},
        {451, "451 Unavailable For Legal Reasons"},
        {500, "500 Internal Server Error"},
        {501, "501 Not Implemented"},
        {502, "502 Bad Gateway"},
        {503, "503 Service Unavailable"},
        {504, "504 Gateway Timeout"},
        {505, "505 HTTP Version Not Supported"},
        {588, "588 Unknown"},
    };
    for (const auto& [code, status] : cases) CHECK(Response("", code).status() == status);
    CHECK(Response("", "404").status() == "404 Not Found");
    CHECK(Response("", "200 OK").status() == "200 OK");
    CHECK(Response("", "999 WTF").status() == "999 WTF");
    CHECK(Response("", "wtf").status() == "0 wtf");
    CHECK(Response("", "200 TEA POT").status() == "200 TEA POT");
}

TEST_CASE("a redirect has the fields and the page that Werkzeug gives it", "[wrappers]") {
    const std::tuple<std::string_view, int, std::string_view, std::string_view, std::string_view>
        cases[] = {
            {"/target", 303, "/target", "201", "/target"},
            {"http://example.com/?a=1&b=\"x\"<y>", 302, "http://example.com/?a=1&b=%22x%22%3Cy%3E",
             "287", "http://example.com/?a=1&amp;b=&#34;x&#34;&lt;y&gt;"},
            {"/f\303\274\303\274b\303\244r", 301, "/f%C3%BC%C3%BCb%C3%A4r", "207",
             "/f\303\274\303\274b\303\244r"},
            {"http://\342\230\203.example.com/", 307, "http://xn--n3h.example.com/", "233",
             "http://\342\230\203.example.com/"},
            {"//evil", 303, "//evil", "199", "//evil"},
            {"/\\\\x?q", 302, "/%5C%5Cx?q", "199", "/\\\\x?q"},
            {"", 302, "", "187", ""},
            {"a b", 302, "a%20b", "193", "a b"},
            {"/x", 999, "/x", "191", "/x"},
        };
    for (const auto& [target, code, location, length, shown] : cases) {
        CAPTURE(target);
        const Response response = redirect(target, code);
        CHECK(response.status_code() == code);
        const auto environ = create_environ();
        CHECK(response.get_wsgi_headers(environ->environ())["Location"] == location);
        CHECK(response.headers()["Content-Length"] == length);
        CHECK(response.data() ==
              page("Redirecting...", "Redirecting...",
                   "You should be redirected automatically to the target URL: <a href=\"" +
                       std::string(shown) + "\">" + std::string(shown) +
                       "</a>. If not, click the link.\n"));
    }
}

TEST_CASE("the name of a download is written as Werkzeug writes it", "[wrappers]") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"index.html", "attachment; filename=index.html"},
        {"report 2024.pdf", "attachment; filename=\"report 2024.pdf\""},
        {"a\"b.txt", "attachment; filename=\"a\\\"b.txt\""},
        {"a\\b.txt", "attachment; filename=\"a\\\\b.txt\""},
        {"V\303\266gel.txt", "attachment; filename=Vogel.txt; filename*=UTF-8''V%C3%B6gel.txt"},
        {"\321\202\320\265:/\321\201\321\202",
         "attachment; filename=\":/\"; filename*=UTF-8''%D1%82%D0%B5%3A%2F%D1%81%D1%82"},
        {"\303\221and\303\272\357\274\217ping\303\274ino.txt",
         "attachment; filename=\"Nandu/pinguino.txt\"; "
         "filename*=UTF-8''%C3%91and%C3%BA%EF%BC%8Fping%C3%BCino.txt"},
        {"(test.txt", "attachment; filename=\"(test.txt\""},
        {"\346\227\245\346\234\254\350\252\236.txt",
         "attachment; filename=.txt; filename*=UTF-8''%E6%97%A5%E6%9C%AC%E8%AA%9E.txt"},
        {"semi;colon.txt", "attachment; filename=\"semi;colon.txt\""},
        {"a,b.txt", "attachment; filename=\"a,b.txt\""},
        {"it's.txt", "attachment; filename=it's.txt"},
        {"x%20y.txt", "attachment; filename=x%20y.txt"},
        {"emoji\360\237\230\200.txt",
         "attachment; filename=emoji.txt; filename*=UTF-8''emoji%F0%9F%98%80.txt"},
        {"tab\tx.txt", "attachment; filename=\"tab\tx.txt\""},
    };
    for (const auto& [name, field] : cases) {
        CAPTURE(name);
        CHECK(detail::send_bytes("x", {.as_attachment = true, .download_name = name})
                  .headers()["Content-Disposition"] == field);
    }
}

TEST_CASE("a query string is read as Werkzeug reads it", "[wrappers]") {
    const std::pair<std::string_view, Pairs> cases[] = {
        {"a=1&b=2", {{"a", "1"}, {"b", "2"}}},
        {"a=1&a=2", {{"a", "1"}, {"a", "2"}}},
        {"a", {{"a", ""}}},
        {"a=", {{"a", ""}}},
        {"=b", {{"", "b"}}},
        {"a=1;b=2", {{"a", "1;b=2"}}},
        {"a=%20+%2B", {{"a", "  +"}}},
        {"a=%C3%A9", {{"a", "\303\251"}}},
        {"a=%ff", {{"a", "%FF"}}},
        {"a=%zz", {{"a", "%zz"}}},
        {"&&a=1&", {{"a", "1"}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"a%3Db=c", {{"a=b", "c"}}},
        {"a[]=1&a[]=2", {{"a[]", "1"}, {"a[]", "2"}}},
        {"%E2%98%83=1", {{"\342\230\203", "1"}}},
        {"a=\303\251", {{"a", "\303\251"}}},
    };
    for (const auto& [query, fields] : cases) {
        CAPTURE(query);
        EnvironBuilderOptions options;
        options.query_string = query;
        const auto environ = create_environ("/", std::move(options));
        Request request(environ->environ());
        Pairs seen;
        for (const auto& [key, value] : request.args()) seen.emplace_back(key, value);
        CHECK(seen == fields);
    }
}

TEST_CASE("a form is read as Werkzeug reads it", "[wrappers]") {
    const std::string urlencoded = "application/x-www-form-urlencoded";
    CHECK(form_of("a=1&b=x+y&a=%C3%A9", urlencoded) == "a=1;b=x y;a=\303\251;");
    CHECK(form_of("a=1", urlencoded + "; charset=utf-8") == "a=1;");
    CHECK(form_of("a=%ff", urlencoded) == "a=%FF;");
    CHECK(form_of("a=1", "").empty());
    CHECK(form_of("a=1", "text/plain").empty());

    const std::string a = "Content-Disposition: form-data; name=\"a\"";
    const std::string file = "Content-Disposition: form-data; name=\"f\"; filename";
    const std::string end = "--bound--\r\n";
    const std::pair<std::string, std::string_view> cases[] = {
        {part_of(a, "1") + end, "a=1;"},
        {part_of(a, "1") + part_of(a, "2") + end, "a=1;a=2;"},
        {part_of(file + "=\"x.txt\"\r\nContent-Type: text/plain", "hello\r\nworld") + end,
         "f=(x.txt, text/plain, text/plain, hello\r\nworld);"},
        {part_of(file + "=\"\"\r\nContent-Type: application/octet-stream", "") + end,
         "f=(, application/octet-stream, application/octet-stream, );"},
        {part_of(file + "=\"x\"", "q") + end, "f=(x, , , q);"},
        {part_of(file + "*=UTF-8''%E2%98%83.txt", "q") + end, "f=(\342\230\203.txt, , , q);"},
        {part_of(file + "=\"\342\230\203.txt\"", "q") + end, "f=(\342\230\203.txt, , , q);"},
        {part_of(file + "=\"C:\\dir\\x.txt\"", "q") + end, "f=(C:\\dir\\x.txt, , , q);"},
        {part_of(file + "=\"a%22b.txt\"", "q") + end, "f=(a\"b.txt, , , q);"},
        {part_of("Content-Type: text/plain", "1") + end, ""},
        {part_of(a, "1"), ""},
        {"before\r\n" + part_of(a, "1") + end + "after", "a=1;"},
        {"--bound\n" + a + "\n\n1\n--bound--\n", "a=1;"},
        {"", ""},
        {part_of(a + "\r\nContent-Type: text/plain; charset=iso-8859-1", "\351") + end,
         "a=\303\251;"},
        {part_of(a, "--boun\r\n--boundx\r\nz") + end, "a=--boun\r\n--boundx\r\nz;"},
    };
    for (const auto& [body, seen] : cases) {
        CAPTURE(body);
        CHECK(form_of(body, "multipart/form-data; boundary=bound") == seen);
    }
    CHECK(form_of(part_of(a, "1") + end, "multipart/form-data").empty());
}

TEST_CASE("a tagged answer is conditional as Werkzeug's", "[wrappers]") {
    const auto answer = [](Headers headers) {
        EnvironBuilderOptions options;
        options.headers = std::move(headers);
        const auto environ = create_environ("/", std::move(options));
        Response response("Hello World");
        response.set_etag("v1");
        response.make_conditional(environ->environ());
        std::string text;
        Body body = response(
            environ->environ(),
            [&text](std::string_view status, const Headers& fields, const std::exception_ptr&) {
                text = status.substr(0, 3);
                for (const auto& [name, value] : fields) {
                    text += " | " + std::string(name) +
                            (name == "Date" ? std::string() : ": " + std::string(value));
                }
            });
        text += " || " + body.read();
        body.close();
        return text;
    };
    const std::string whole =
        " | Content-Type: text/html; charset=utf-8 | Content-Length: 11 | "
        "ETag: \"v1\" | Date || Hello World";
    CHECK(answer({}) == "200" + whole);
    CHECK(answer({{"If-None-Match", "\"v1\""}}) == "304 | ETag: \"v1\" | Date || ");
    CHECK(answer({{"If-None-Match", "W/\"v1\""}}) == "304 | ETag: \"v1\" | Date || ");
    CHECK(answer({{"If-None-Match", "v1"}}) == "304 | ETag: \"v1\" | Date || ");
    CHECK(answer({{"If-Match", "\"other\""}}) == "412" + whole);
}
