#include "server/connection.hpp"

#include "support/catch.hpp"
#include "support/raw_client.hpp"

#if !defined(_WIN32)

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <signal.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace microflask;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;

namespace {

/// A part of a temporary file, as a response's body.
class FileBody final : public BodyStream {
public:
    FileBody(std::string_view bytes, std::uint64_t offset, std::uint64_t length,
             std::atomic<int>& closed)
        : file_(std::tmpfile()), closed_(closed) {
        std::fwrite(bytes.data(), 1, bytes.size(), file_);
        std::fflush(file_);
        region_ = {::fileno(file_), offset, length};
    }
    ~FileBody() override { std::fclose(file_); }
    FileBody(const FileBody&) = delete;
    FileBody& operator=(const FileBody&) = delete;

    std::optional<std::string> next() override { return std::nullopt; }
    void close() override { ++closed_; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return region_.length; }
    [[nodiscard]] const FileRegion* file() const override { return &region_; }

private:
    std::FILE* file_;
    FileRegion region_;
    std::atomic<int>& closed_;
};

}  // namespace

TEST_CASE("a file is sent from where it lies, in exact length", "[live]") {
    std::string bytes;
    while (bytes.size() < 3000000) bytes += std::to_string(bytes.size()) + ",";
    const std::uint64_t offset = GENERATE(0U, 7U);
    const std::uint64_t length = GENERATE(0U, 1U, 15U, 4095U, 16383U, 2900000U);
    std::atomic<int> closed{0};
    {
        ServerFixture server([&](Environ&, StartResponse start_response) -> Body {
            start_response("200 OK", Headers{});
            return std::static_pointer_cast<BodyStream>(
                std::make_shared<FileBody>(bytes, offset, length, closed));
        });
        RawClient client(server.port());
        for (int i = 0; i < 2; ++i) {
            const RawResponse response = client.get("/");
            CHECK(response.field("Content-Length") == std::to_string(length));
            CHECK(response.body == bytes.substr(offset, length));
        }
        client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
        // An empty body says nothing about a length that GET would have.
        const std::string told = length == 0 ? "" : std::to_string(length);
        CHECK(client.read_response(true).field("Content-Length") == told);
        CHECK(client.read_response().body.size() == length);
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        CHECK(client.is_readable(5000));
        client.close();
    }
    CHECK(closed == 5);
}

TEST_CASE("a file that is shorter than promised ends the connection", "[live]") {
    std::atomic<int> closed{0};
    ServerFixture server([&](Environ&, StartResponse start_response) -> Body {
        start_response("200 OK", Headers{});
        return std::static_pointer_cast<BodyStream>(
            std::make_shared<FileBody>("12345", 0, 10, closed));
    });
    RawClient client(server.port());
    CHECK(client.get("/").body == "12345");
    CHECK(client.is_closed());
}

TEST_CASE("a Unix socket is served, and its file removed", "[live]") {
    const std::string path = "/tmp/microflask_test_" + std::to_string(::getpid()) + ".sock";
    for (int round = 0; round < 2; ++round) {
        ServerFixture server(
            [](Environ& request, StartResponse start_response) -> Body {
                start_response("200 OK", Headers{});
                return "from [" + std::string(request.remote_addr()) + "]";
            },
            {}, "unix:" + path);
        CHECK(server.port() == 0);
        CHECK_THROWS_AS(
            make_server("unix:" + path, 0, [](Environ&, StartResponse) -> Body { return ""; }),
            OSError);
        const int client = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
        const std::string request = "GET / HTTP/1.0\r\n\r\n";
        CHECK(::write(client, request.data(), request.size()) ==
              static_cast<ssize_t>(request.size()));
        std::string answer;
        char bytes[1000];
        for (ssize_t count = 0; (count = ::read(client, bytes, sizeof bytes)) > 0;) {
            answer.append(bytes, static_cast<std::size_t>(count));
        }
        ::close(client);
        CHECK(answer.find("from []") != std::string::npos);
    }
    CHECK(::access(path.c_str(), F_OK) != 0);
}

TEST_CASE("run_simple ends with 0 on SIGINT and SIGTERM and restores what handled them", "[live]") {
    for (const int number : {SIGINT, SIGTERM}) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::signal(number, SIG_IGN);
            RunSimpleOptions options;
            options.banner = false;
            options.threaded = true;
            options.on_ready = [number](BaseWSGIServer&) { ::raise(number); };
            const int result = run_simple(
                "127.0.0.1", 0, [](Environ&, StartResponse) -> Body { return ""; }, options);
            std::_Exit(::signal(number, SIG_DFL) == SIG_IGN ? result : 9);
        }
        int status = -1;
        CHECK(::waitpid(pid, &status, 0) == pid);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
}

#endif
