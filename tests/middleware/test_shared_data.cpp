#include "middleware/shared_data.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/globals.hpp"
#include "flask/testing.hpp"
#include "testing/client.hpp"
#include "wrappers/redirect.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

using namespace microflask;
using test_support::TemporaryFolder;

namespace {

Body missing(Environ&, StartResponse start_response) {
    start_response("404 Not Found", {});
    return "the application";
}

/// A folder with two files.
struct Folder : TemporaryFolder {
    Folder() {
        write("a.txt", "shared");
        write("secret.key", "secret");
    }
};

}  // namespace

TEST_CASE("files of a folder are served beside an application", "[middleware]") {
    const Folder folder;
    const std::string file = folder / "a.txt";
    Client client{SharedDataMiddleware(missing, {{"/shared", folder.path()}, {"/one.txt", file}})};

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
    Client client{SharedDataMiddleware(missing, {{"/shared", folder.path()}},
                                       {.disallow = "*.key", .cache = false})};

    CHECK(client.get("/shared/a.txt").headers()["Cache-Control"] == "public");
    for (const char* path : {"/", "/shared", "/shared/", "/shared/none", "/shared/secret.key",
                             "/sharedx/a.txt", "/shared/../a.txt", "/shared/%2e%2e/a.txt"}) {
        CAPTURE(path);
        CHECK(client.get(path).text() == "the application");
    }
    CHECK(client.post("/shared/a.txt").text() == "the application");
}
