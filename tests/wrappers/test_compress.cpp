#include "wrappers/compress.hpp"

#include "core/inflate.hpp"
#include "support/catch.hpp"
#include "testing/environ_builder.hpp"
#include "wrappers/request.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

using namespace microflask;

namespace {

const std::string long_text(5000, 'x');

Response compressed(Response response, std::string accept = "gzip, deflate, br",
                    const CompressOptions& options = {}) {
    EnvironBuilderOptions given;
    if (!accept.empty()) given.headers = {{"Accept-Encoding", accept}};
    const auto environ = create_environ("/", std::move(given));
    compress_response(response, environ->environ(), options);
    return response;
}

bool is_gzip(const Response& response) {
    return response.content_encoding() == "gzip";
}

}  // namespace

TEST_CASE("a long text is compressed for a client that takes gzip", "[wrappers]") {
    Response response(long_text, 200, {{"Accept-Ranges", "bytes"}}, {.mimetype = "text/plain"});
    response.set_etag("v1");
    response.vary().add("Cookie");
    const Response answer = compressed(response);

    CHECK(is_gzip(answer));
    CHECK(detail::gzip_decompress(answer.data(), 10000) == long_text);
    CHECK(answer.content_length() == static_cast<long long>(answer.data().size()));
    CHECK(answer.data().size() < 100);
    CHECK(answer.headers().get("Vary") == "Cookie, Accept-Encoding");
    CHECK(answer.etag() == "W/\"v1\"");
    CHECK_FALSE(answer.headers().contains("Accept-Ranges"));
    CHECK(answer.content_type() == "text/plain; charset=utf-8");
}

TEST_CASE("who takes no gzip gets the text, and caches are told", "[wrappers]") {
    for (const char* const accept :
         {"", "identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0.5, identity;q=0.8"}) {
        CAPTURE(accept);
        const Response answer = compressed(Response(long_text), accept);
        CHECK_FALSE(is_gzip(answer));
        CHECK(answer.data() == long_text);
        CHECK(answer.headers().get("Vary") == "Accept-Encoding");
    }
    for (const char* const accept :
         {"gzip", "*", "GZIP;q=0.1", "gzip, identity", "br, gzip;q=0.2"}) {
        CAPTURE(accept);
        CHECK(is_gzip(compressed(Response(long_text), accept)));
    }
}

TEST_CASE("what would not shrink, or must not change, is left alone", "[wrappers]") {
    const auto untouched = [](Response response) {
        const Response answer = compressed(response);
        return answer.data() == response.data() && !answer.headers().contains("Vary");
    };
    CHECK(untouched(Response(std::string(499, 'x'))));
    CHECK(untouched(Response(long_text, 200, {}, {.mimetype = "image/png"})));
    CHECK(untouched(Response(long_text, 206, {{"Content-Range", "bytes 0-4999/9999"}})));
    CHECK(untouched(Response(long_text, 304)));
    CHECK(untouched(Response(long_text, 200, {{"Cache-Control", "no-transform"}})));
    CHECK(untouched(Response(long_text, 200, {}, {.mimetype = "text/event-stream"})));
    const Response encoded = compressed(Response(long_text, 200, {{"Content-Encoding", "br"}}));
    CHECK(encoded.content_encoding() == "br");
    CHECK(encoded.data() == long_text);

    // All bytes, each once and again in another order: nothing to gain.
    std::string noise;
    for (unsigned i = 0; i < 600; ++i) noise += static_cast<char>((i * i * 40503U + i * 977U) >> 7);
    CHECK(compressed(Response(noise)).data() == noise);
}

TEST_CASE("the media types of text are compressed", "[wrappers]") {
    for (const char* const type :
         {"text/html", "text/css", "application/json", "application/javascript", "image/svg+xml",
          "application/problem+json", "application/xml"}) {
        CAPTURE(type);
        CHECK(is_gzip(compressed(Response(long_text, 200, {}, {.mimetype = type}))));
    }
    CHECK(is_gzip(compressed(Response(long_text, 404))));
    CHECK(is_gzip(compressed(Response("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "gzip",
                             {.minimum_size = 10})));
}

TEST_CASE("streams are compressed piece by piece where asked", "[wrappers]") {
    const auto make = [] {
        return Response(stream([n = 0]() mutable -> std::optional<std::string> {
            if (++n > 3) return std::nullopt;
            return "piece " + std::to_string(n) + "\n";
        }));
    };
    CHECK_FALSE(is_gzip(compressed(make())));

    int closed = 0;
    Response response = make();
    response.call_on_close([&closed] { ++closed; });
    Response answer = compressed(response, "gzip", {.streams = true});
    CHECK(is_gzip(answer));
    CHECK(answer.is_streamed());
    Body body = answer.body();
    std::string all;
    int pieces = 0;
    while (const auto piece = body.next()) {
        all += *piece;
        ++pieces;
    }
    CHECK(pieces == 4);
    CHECK(detail::gzip_decompress(all, 1000) == "piece 1\npiece 2\npiece 3\n");
    answer.close();
    CHECK(closed == 1);
}

TEST_CASE("compress_response takes a request too", "[wrappers]") {
    const auto environ = create_environ("/", {.headers = {{"Accept-Encoding", "gzip"}}});
    const Request request(environ->environ());
    Response response(long_text);
    CHECK(is_gzip(compress_response(response, request)));
}
