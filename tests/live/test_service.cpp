#include "server/service.hpp"

#include "core/files.hpp"
#include "server/serving.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"
#include "support/raw_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;
using test_support::comes_to_hold;
using test_support::RawClient;
using test_support::RawResponse;
using test_support::ServerFixture;
using test_support::TemporaryFolder;

namespace {

Body path_of(Environ& request, StartResponse start_response) {
    start_response("200 OK", Headers{{"Content-Type", "text/plain"}});
    return std::string(request.path_info());
}

}  // namespace

TEST_CASE("the access log goes to a file, which is opened anew when it was moved away", "[live]") {
    const TemporaryFolder folder;
    const std::string path = folder / "access.log";
    ServerOptions options;
    options.access_log = AccessLogFormat::combined;
    options.access_log_file = path;
    options.threaded = GENERATE(false, true);
    ServerFixture server(path_of, options);
    RawClient client(server.port());
    client.send("GET /first HTTP/1.1\r\nHost: x\r\nReferer: http://r/\r\nUser-Agent: test\r\n\r\n");
    CHECK(client.read_response().status == 200);
    CHECK(comes_to_hold(path, "\"GET /first HTTP/1.1\" 200 6 \"http://r/\" \"test\"\n"));

    REQUIRE(detail::rename_file(path, path + ".1"));
    CHECK(client.get("/second").status == 200);
    CHECK(comes_to_hold(path + ".1", "/second"));  // nobody said that it was moved
    server.server().reopen_access_log();
    CHECK(client.get("/third").status == 200);
    CHECK(comes_to_hold(path, "/third"));
    CHECK(detail::read_file(path + ".1").value_or("").find("/third") == std::string::npos);
}

TEST_CASE("an access log that cannot be written is told at once", "[live]") {
    ServerOptions options;
    options.access_log = AccessLogFormat::json;
    options.access_log_file = "/no/such/folder/access.log";
    CHECK_THROWS_AS(make_server("127.0.0.1", 0, path_of, options), OSError);
}

TEST_CASE("the Server field can be set and left out", "[live]") {
    ServerOptions options;
    options.server_header = GENERATE(as<std::string>{}, "", "teapot/1");
    ServerFixture server(path_of, options);
    CHECK(RawClient(server.port()).get("/").field("Server") == options.server_header);
    RawClient refused(server.port());
    refused.send("x\r\n\r\n");
    const RawResponse response = refused.read_response();
    CHECK(response.status == 400);
    CHECK(response.field("Server") == options.server_header);
}

#if !defined(_WIN32)

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// Runs a function in a process of its own and returns what it returned; for what concerns a whole process.
int in_a_process(const std::function<int()>& function) {
    const pid_t pid = ::fork();
    if (pid == 0) std::_Exit(function());
    int status = -1;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("sockets that systemd passed take the place of host and port", "[live]") {
    const std::vector<detail::Socket> listening = detail::listen_on("127.0.0.1", 0);
    const int port = detail::local_port(listening.front());
    const auto serve_on_three = [&](bool for_this_process) {
        return in_a_process([&] {
            ::dup2(static_cast<int>(listening.front().handle()), 3);
            const std::string pid = std::to_string(::getpid() + (for_this_process ? 0 : 1));
            ::setenv("LISTEN_PID", pid.c_str(), 1);
            ::setenv("LISTEN_FDS", "1", 1);
            ::setenv("LISTEN_FDNAMES", "web", 1);
            RunSimpleOptions options;
            options.banner = false;
            options.access_log = AccessLogFormat::none;
            int result = 1;
            BaseWSGIServer* running = nullptr;
            std::optional<RawClient> client;
            const auto application = [&](Environ& request, StartResponse start_response) -> Body {
                running->shutdown();
                return path_of(request, start_response);
            };
            options.on_ready = [&](BaseWSGIServer& server) {
                running = &server;
                const bool given = server.host() == "127.0.0.1" && server.port() == port;
                if (given == for_this_process && !::getenv("LISTEN_FDS") == for_this_process)
                    result = 0;
                client.emplace(server.port());  // the system keeps it until the server accepts
                client->send("GET /activated HTTP/1.1\r\nHost: x\r\n\r\n");
            };
            const int served = run_simple("127.0.0.1", 0, application, options);
            if (client->read_response().body != "/activated") result = 2;
            return served != 0 ? served : result;
        });
    };
    CHECK(serve_on_three(true) == 0);
    CHECK(serve_on_three(false) == 0);  // they were meant for another process
}

TEST_CASE("a descriptor that listens already can be given as the host", "[live]") {
    std::vector<detail::Socket> listening = detail::listen_on("127.0.0.1", 0);
    const int port = detail::local_port(listening.front());
    const auto handle = listening.front().release();
    {
        ServerFixture server(path_of, {}, "fd://" + std::to_string(handle));
        CHECK(server.port() == port);
        CHECK(RawClient(port).get("/given").body == "/given");
    }
    CHECK_THROWS_AS(make_server("fd://" + std::to_string(handle), 0, path_of), OSError);
    CHECK_THROWS_AS(make_server("fd://0x3", 0, path_of), OSError);
    CHECK_THROWS_AS(make_server("systemd:", 0, path_of), OSError);
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    CHECK_THROWS_AS(make_server("fd://" + std::to_string(ends[0]), 0, path_of), OSError);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a Unix socket of the service manager is served and left where it is", "[live]") {
    const TemporaryFolder folder;
    const std::string path = folder / "socket";
    std::vector<detail::Socket> listening = detail::listen_on("unix:" + path, 0);
    {
        ServerFixture server(path_of, {}, "fd://" + std::to_string(listening.front().release()));
        CHECK(server.server().host() == "unix:" + path);
        CHECK(server.server().url() == "unix:" + path);
    }
    CHECK(::access(path.c_str(), F_OK) == 0);
}

TEST_CASE("the limit of open files is raised for the connections, never lowered", "[live]") {
    CHECK(in_a_process([] {
              rlimit limit{};
              ::getrlimit(RLIMIT_NOFILE, &limit);
              limit.rlim_cur = 100;
              ::setrlimit(RLIMIT_NOFILE, &limit);
              detail::raise_open_file_limit(200);
              ::getrlimit(RLIMIT_NOFILE, &limit);
              if (limit.rlim_cur != 200) return 1;
              detail::raise_open_file_limit(150);
              ::getrlimit(RLIMIT_NOFILE, &limit);
              if (limit.rlim_cur != 200) return 2;
              detail::raise_open_file_limit(static_cast<std::size_t>(-1) / 2);
              ::getrlimit(RLIMIT_NOFILE, &limit);
              return limit.rlim_cur == limit.rlim_max ? 0 : 3;
          }) == 0);
}

TEST_CASE("without descriptors the server pauses accepting, and recovers", "[live]") {
    CHECK(in_a_process([] {
              ServerOptions options;
              options.threaded = true;
              ServerFixture server(path_of, options);
              RawClient early(server.port());
              if (early.get("/early").status != 200) return 1;
              // The clients' descriptors first; none is left for the other ends of these.
              std::vector<RawClient> waiting;
              rlimit limit{};
              ::getrlimit(RLIMIT_NOFILE, &limit);
              const int next = ::dup(0);
              limit.rlim_cur = static_cast<rlim_t>(next) + 20;
              ::close(next);
              ::setrlimit(RLIMIT_NOFILE, &limit);
              std::vector<int> hogs;
              for (int hog = ::dup(0); hog >= 0; hog = ::dup(0)) hogs.push_back(hog);
              while (waiting.size() < 5) {
                  if (hogs.empty()) return 5;
                  ::close(hogs.back());
                  hogs.pop_back();
                  try {
                      waiting.emplace_back(server.port());
                      waiting.back().send("GET /waiting HTTP/1.1\r\nHost: x\r\n\r\n");
                  } catch (const OSError&) {  // the server was quicker to take the descriptor
                  }
                  for (int hog = ::dup(0); hog >= 0; hog = ::dup(0)) hogs.push_back(hog);
              }
              for (int i = 0; i < 100; ++i) {
                  if (early.get("/early").body != "/early") return 2;
              }
              for (const int hog : hogs) ::close(hog);
              limit.rlim_cur = limit.rlim_max;
              ::setrlimit(RLIMIT_NOFILE, &limit);
              for (RawClient& client : waiting) {
                  if (client.read_response().body != "/waiting") return 3;
              }
              return RawClient(server.port()).get("/late").body == "/late" ? 0 : 4;
          }) == 0);
}

#endif
