#include "wrappers/conditional.hpp"

#include "http/exceptions.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"
#include "wrappers/response.hpp"

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

/// What a response of "Hello World" with ETag "v1" becomes.
struct Answer {
    int status;
    std::string body;
    Headers headers;
};

Answer answer(Response response, Headers headers, const ConditionalOptions& options,
              std::string method) {
    EnvironBuilderOptions builder;
    builder.method = std::move(method);
    builder.headers = std::move(headers);
    const auto environ = create_environ("/", std::move(builder));
    response.make_conditional(environ->environ(), options);
    Answer result{0, "", {}};
    Body body =
        response(environ->environ(), [&result](std::string_view, const Headers& fields,
                                               std::exception_ptr) { result.headers = fields; });
    result.status = response.status_code();
    result.body = body.read();
    body.close();
    return result;
}

Answer tagged(Headers headers, std::string method = "GET") {
    Response response("Hello World");
    response.set_etag("v1");
    return answer(std::move(response), std::move(headers), {}, std::move(method));
}

Answer ranged(std::string_view range, Body body = Body("Hello World"),
              std::optional<long long> length = 11) {
    return answer(Response(std::move(body)), {{"Range", range}},
                  {.accept_ranges = "bytes", .complete_length = length}, "GET");
}

}  // namespace

TEST_CASE("conditions on the entity tag", "[wrappers]") {
    CHECK(tagged({}).status == 200);
    CHECK(tagged({}).headers.contains("Date"));
    const Answer unchanged = tagged({{"If-None-Match", "\"v1\""}});
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK_FALSE(unchanged.headers.contains("Content-Length"));
    CHECK_FALSE(unchanged.headers.contains("Content-Type"));
    CHECK(unchanged.headers.get("ETag") == "\"v1\"");
    CHECK(tagged({{"If-None-Match", "W/\"v1\""}}).status == 304);
    CHECK(tagged({{"If-None-Match", "v1"}}).status == 304);
    CHECK(tagged({{"If-None-Match", "*"}}).status == 304);
    CHECK(tagged({{"If-None-Match", "\"x\", \"v1\""}}).status == 304);
    CHECK(tagged({{"If-None-Match", "\"v1\""}}, "HEAD").status == 304);
    CHECK(tagged({{"If-None-Match", "\"v2\""}}).status == 200);
    CHECK(tagged({{"If-None-Match", "\"v1\""}}, "POST").status == 200);
    CHECK(tagged({{"If-Match", "\"v1\""}}).status == 200);
    CHECK(tagged({{"If-Match", "*"}}).status == 200);
    const Answer failed = tagged({{"If-Match", "\"v2\""}});
    CHECK(failed.status == 412);
    CHECK(failed.body == "Hello World");
}

TEST_CASE("conditions on the time", "[wrappers]") {
    const auto status = [](Headers headers, bool with_tag = false) {
        Response response("x", 200, {{"Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"}});
        if (with_tag) response.set_etag("v1");
        return answer(std::move(response), std::move(headers), {}, "GET").status;
    };
    CHECK(status({{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"}}) == 304);
    CHECK(status({{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:21 GMT"}}) == 304);
    CHECK(status({{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:19 GMT"}}) == 200);
    CHECK(status({{"If-Modified-Since", "bad"}}) == 200);
    CHECK(status({{"If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"}}) == 200);
    CHECK(
        status({{"If-None-Match", "\"x\""}, {"If-Modified-Since", "Tue, 14 Nov 2023 22:13:20 GMT"}},
               true) == 200);
}

TEST_CASE("a range of the body is a 206", "[wrappers]") {
    const auto part = [](std::string_view range) {
        const Answer result = ranged(range);
        return std::pair<std::string, std::string>(
            result.body, result.headers.get("Content-Range").value_or(""));
    };
    using Pair = std::pair<std::string, std::string>;
    CHECK(part("bytes=0-4") == Pair{"Hello", "bytes 0-4/11"});
    CHECK(part("bytes=6-") == Pair{"World", "bytes 6-10/11"});
    CHECK(part("bytes=-5") == Pair{"World", "bytes 6-10/11"});
    CHECK(part("bytes=0-999") == Pair{"Hello World", "bytes 0-10/11"});
    CHECK(part("bytes=0-0") == Pair{"H", "bytes 0-0/11"});
    const Answer result = ranged("bytes=0-4");
    CHECK(result.status == 206);
    CHECK(result.headers.get("Content-Length") == "5");
    CHECK(result.headers.get("Accept-Ranges") == "bytes");
}

TEST_CASE("a range that cannot be given is a 416", "[wrappers]") {
    for (const std::string_view range :
         {"bytes=11-", "bytes=5-4", "bytes=0-1,3-4", "items=0-4", "garbage", "bytes=-",
          "bytes=99999999999999999999-", "bytes=+1-2"}) {
        CAPTURE(range);
        CHECK_THROWS_AS(ranged(range), RequestedRangeNotSatisfiable);
    }
    std::string many = "bytes=0-0";
    for (int i = 0; i < 1000; ++i) many += ",0-1";
    CHECK_THROWS_AS(ranged(many), RequestedRangeNotSatisfiable);
}

TEST_CASE("without a length or a unit a range is ignored", "[wrappers]") {
    CHECK(ranged("bytes=0-4", Body("Hello World"), std::nullopt).status == 200);
    CHECK(ranged("bytes=0-4", Body(""), 0).status == 200);
    CHECK(
        answer(Response("Hello"), {{"Range", "bytes=0-1"}}, {.complete_length = 5}, "GET").status ==
        200);
}

TEST_CASE("a range of a stream skips what stands before", "[wrappers]") {
    int next = 0;
    const std::vector<std::string> texts = {"He", "", "llo ", "Wor", "ld"};
    const Answer result =
        ranged("bytes=3-7", Body([next, texts]() mutable -> std::optional<std::string> {
                   if (next == 5) return std::nullopt;
                   return texts[static_cast<std::size_t>(next++)];
               }));
    CHECK(result.status == 206);
    CHECK(result.body == "lo Wo");
}

TEST_CASE("If-Range decides between part and whole", "[wrappers]") {
    const auto status = [](std::string_view condition) {
        Response response("Hello World", 200, {{"Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"}});
        response.set_etag("v1");
        return answer(std::move(response), {{"Range", "bytes=0-4"}, {"If-Range", condition}},
                      {.accept_ranges = "bytes", .complete_length = 11}, "GET")
            .status;
    };
    CHECK(status("\"v1\"") == 206);
    CHECK(status("\"v2\"") == 200);
    CHECK(status("Tue, 14 Nov 2023 22:13:20 GMT") == 206);
    CHECK(status("Tue, 14 Nov 2023 22:13:19 GMT") == 200);
}

TEST_CASE("make_conditional takes a request too", "[wrappers]") {
    const auto environ = create_environ("/", {.headers = {{"If-None-Match", "\"v1\""}}});
    Request request(environ->environ());
    Response response("x");
    CHECK(response.set_etag("v1").make_conditional(request).status_code() == 304);
    Request* pointer = &request;
    CHECK(Response("x").set_etag("v1").make_conditional(pointer).status_code() == 304);
}

TEST_CASE("fields of bodies and of connections are removed", "[wrappers]") {
    Headers headers{{"Content-Type", "x"},
                    {"Connection", "close"},
                    {"Expires", "x"},
                    {"X", "y"},
                    {"Upgrade", "x"}};
    remove_hop_by_hop_headers(headers);
    CHECK(headers.size() == 3);
    remove_entity_headers(headers);
    CHECK(headers == Headers{{"Expires", "x"}, {"X", "y"}});
    CHECK(generate_etag("awesome") == "03d67c263c27a453ef65b29e30334727333ccbcd");
}

TEST_CASE("a resource is modified unless a GET's or HEAD's conditions say no", "[wrappers]") {
    const auto is_modified = [](std::string method, Headers headers,
                                const ResourceState& resource) {
        EnvironBuilderOptions builder;
        builder.method = std::move(method);
        builder.headers = std::move(headers);
        const auto environ = create_environ("/", std::move(builder));
        return is_resource_modified(environ->environ(), resource);
    };
    const std::string_view date = "Tue, 14 Nov 2023 22:13:20 GMT";
    CHECK(is_modified("GET", {}, {"\"v1\"", date}));
    CHECK_FALSE(is_modified("GET", {{"If-None-Match", "\"v1\""}}, {"\"v1\""}));
    CHECK_FALSE(is_modified("HEAD", {{"If-None-Match", "\"v1\""}}, {"\"v1\""}));
    CHECK_FALSE(is_modified("POST", {}, {"\"v1\""}));
    CHECK(is_modified("GET", {{"If-None-Match", "\"v2\""}}, {"\"v1\""}));
    CHECK_FALSE(is_modified("GET", {{"If-Modified-Since", date}}, {{}, date}));
    CHECK(is_modified("GET", {{"If-Modified-Since", "Tue, 14 Nov 2023 22:13:19 GMT"}}, {{}, date}));
    // A tag that If-Range names counts only where it is asked for.
    const Headers part{{"Range", "bytes=0-1"}, {"If-Range", "\"v1\""}};
    CHECK(is_modified("GET", part, {"\"v1\""}));
    CHECK_FALSE(is_modified("GET", part, {"\"v1\"", {}, false}));
    CHECK(is_modified("GET", part, {"\"v2\"", {}, false}));
}
