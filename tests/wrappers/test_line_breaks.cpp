// No way leads from a stranger's text with CR, LF or NUL into a header field.
#include "wrappers/response.hpp"

#include "http/cookies.hpp"
#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/redirect.hpp"
#include "wrappers/request.hpp"
#include "wrappers/send_file.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

/// Whether an action either refuses, or makes a response whose fields are still one line each.
bool is_safe(const std::function<Response()>& action) {
    try {
        const Response response = action();
        const auto environ = create_environ();
        std::string text;
        Body body = response(
            environ->environ(),
            [&text](std::string_view status, const Headers& headers, const std::exception_ptr&) {
                text = status;
                for (const auto& [name, value] : headers) {
                    text += name;
                    text += value;
                }
            });
        body.close();
        return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
    } catch (const std::exception&) {
        return true;
    }
}

}  // namespace

TEST_CASE("no text with a line break or NUL gets into a header field", "[wrappers]") {
    using Action = std::function<Response(const std::string&)>;
    const auto changed = [](const std::function<void(Response&, const std::string&)>& change) {
        return Action([change](const std::string& evil) {
            Response response("x");
            change(response, evil);
            return response;
        });
    };
    const std::vector<std::pair<const char*, Action>> ways = {
        {"headers", [](const std::string& e) { return Response("", 200, {{"X", e}}); }},
        {"name", [](const std::string& e) { return Response("", 200, {{e, "x"}}); }},
        {"status", [](const std::string& e) { return Response("", "200 " + e); }},
        {"mimetype",
         [](const std::string& e) { return Response("", 200, {}, {.mimetype = e}); }},
        {"content type",
         [](const std::string& e) { return Response("", 200, {}, {.content_type = e}); }},
        {"redirect", [](const std::string& e) { return redirect("/" + e); }},
        {"download name",
         [](const std::string& e) {
             return detail::send_bytes("x", {.mimetype = "text/plain", .download_name = e});
         }},
        {"send mimetype",
         [](const std::string& e) { return detail::send_bytes("x", {.mimetype = e}); }},
        {"file's etag",
         [](const std::string& e) {
             return detail::send_bytes("x", {.mimetype = "text/plain", .etag = e});
         }},
        {"set", changed([](Response& r, const std::string& e) { r.headers().set("X", e); })},
        {"index", changed([](Response& r, const std::string& e) { r.headers()["X"] = e; })},
        {"setlist", changed([](Response& r, const std::string& e) { r.headers().setlist("X", {e}); })},
        {"default", changed([](Response& r, const std::string& e) { r.headers().setdefault("X", e); })},
        {"cookie name", changed([](Response& r, const std::string& e) { r.set_cookie(e, "v"); })},
        {"cookie value", changed([](Response& r, const std::string& e) { r.set_cookie("k", e); })},
        {"cookie path",
         changed([](Response& r, const std::string& e) { r.set_cookie("k", "v", {.path = e}); })},
        {"cookie domain",
         changed([](Response& r, const std::string& e) { r.set_cookie("k", "v", {.domain = e}); })},
        {"cookie samesite",
         changed([](Response& r, const std::string& e) { r.set_cookie("k", "v", {.samesite = e}); })},
        {"deleted cookie", changed([](Response& r, const std::string& e) { r.delete_cookie(e); })},
        {"location", changed([](Response& r, const std::string& e) { r.location(e); })},
        {"content location", changed([](Response& r, const std::string& e) { r.content_location(e); })},
        {"mimetype set", changed([](Response& r, const std::string& e) { r.mimetype(e); })},
        {"status set", changed([](Response& r, const std::string& e) { r.status("200 " + e); })},
        {"etag", changed([](Response& r, const std::string& e) { r.set_etag(e); })},
        {"vary", changed([](Response& r, const std::string& e) { r.vary().add(e); })},
        {"allow", changed([](Response& r, const std::string& e) { r.allow().update({e}); })},
        {"language", changed([](Response& r, const std::string& e) { r.content_language(e); })},
        {"cache control",
         changed([](Response& r, const std::string& e) { r.cache_control().set("private", e); })},
        {"cache directive", changed([](Response& r, const std::string& e) { r.cache_control().set(e); })},
        {"no-cache", changed([](Response& r, const std::string& e) { r.cache_control().no_cache(e); })},
        {"policy",
         changed([](Response& r, const std::string& e) { r.content_security_policy().img_src(e); })},
        {"policy's name",
         changed([](Response& r, const std::string& e) { r.content_security_policy().set(e, "x"); })},
        {"range units",
         changed([](Response& r, const std::string& e) { r.content_range(ContentRange(e, 0, 1)); })},
        {"authenticate",
         changed([](Response& r, const std::string& e) {
             r.www_authenticate(WWWAuthenticate("basic", {{"realm", e}}));
         })},
        {"authenticate's scheme",
         changed([](Response& r, const std::string& e) { r.www_authenticate(WWWAuthenticate(e)); })},
        {"authenticate's token",
         changed([](Response& r, const std::string& e) {
             r.www_authenticate(WWWAuthenticate("negotiate", e));
         })},
        {"origin",
         changed([](Response& r, const std::string& e) { r.access_control_allow_origin(e); })},
        {"exposed", changed([](Response& r, const std::string& e) {
             r.access_control_expose_headers(HeaderSet{e});
         })},
        {"unauthorized",
         [](const std::string& e) { return Unauthorized("x", {e}).get_response(); }},
        {"allowed methods",
         [](const std::string& e) {
             return MethodNotAllowed(std::vector<std::string>{e}).get_response();
         }},
        {"retry after",
         [](const std::string& e) {
             ServiceUnavailable later;
             later.retry_after(e);
             return later.get_response();
         }},
        {"range of an exception",
         [](const std::string& e) { return RequestedRangeNotSatisfiable(1, e).get_response(); }},
    };
    for (const auto& [name, action] : ways) {
        CAPTURE(name);
        REQUIRE_FALSE(name[0] == '\0');
        for (const char evil : {'\r', '\n', '\0'}) {
            for (const std::string& text :
                 {std::string("a") + evil + "Set-Cookie: b=c", std::string(1, evil) + "X: y",
                  std::string("a") + evil, "a" + std::string(1, evil) + "\nX: y"}) {
                CHECK(is_safe([&action = action, &text] { return action(text); }));
            }
        }
    }
}
