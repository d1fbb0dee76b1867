#include "middleware/shared_data.hpp"

#include "core/files.hpp"
#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"

using namespace microflask;

namespace {

Body missing(Environ&, StartResponse start_response) {
    start_response("404 Not Found", {});
    return "the application";
}

/// A folder with two files, removed at the end.
struct Folder {
    std::string path = detail::make_temporary_directory();
    Folder() {
        detail::write_file(path + "/a.txt", "shared");
        detail::write_file(path + "/secret.key", "secret");
    }
    ~Folder() {
        detail::remove_file(path + "/a.txt");
        detail::remove_file(path + "/secret.key");
        detail::remove_directory(path);
    }
};

}  // namespace

TEST_CASE("files of a folder are served beside an application", "[middleware]") {
    const Folder folder;
    const std::string file = folder.path + "/a.txt";
    Client client{SharedDataMiddleware(missing, {{"/shared", folder.path}, {"/one.txt", file}})};

    auto response = client.get("/shared/a.txt");
    CHECK(response.status_code() == 200);
    CHECK(response.text() == "shared");
    CHECK(response.headers()["Content-Type"] == "text/plain; charset=utf-8");
    CHECK(response.headers()["Cache-Control"] == "public, max-age=43200");
    CHECK_FALSE(response.headers().contains("Content-Disposition"));
    const std::string etag(response.headers()["ETag"]);
    CHECK(client.get("/shared/a.txt", {.headers = {{"If-None-Match", etag}}}).status_code() == 304);
    CHECK(client.get("/one.txt").text() == "shared");
    CHECK(client.head("/one.txt").headers()["Content-Length"] == "6");
}

TEST_CASE("what is not shared is the application's business", "[middleware]") {
    const Folder folder;
    Client client{SharedDataMiddleware(missing, {{"/shared", folder.path}},
                                       {.disallow = "*.key", .cache = false})};

    CHECK(client.get("/shared/a.txt").headers()["Cache-Control"] == "public");
    for (const char* path : {"/", "/shared", "/shared/", "/shared/none", "/shared/secret.key",
                             "/sharedx/a.txt", "/shared/../a.txt", "/shared/%2e%2e/a.txt"}) {
        CAPTURE(path);
        CHECK(client.get(path).text() == "the application");
    }
    CHECK(client.post("/shared/a.txt").text() == "the application");
}
